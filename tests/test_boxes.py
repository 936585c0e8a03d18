"""Figures whose boxes lost the rule between them, carry notes, or stand beside the numbers of pages."""

from __future__ import annotations

import pytest
from check_reports import contradictions
from test_added import COLUMNS, HEADS, ROWS, figures, read, values, whole

MARKS = {"pipes": " | ", "tabs": "\t", "lines": "\n"}


def table(mark: str, **changed: str) -> str:
    """The table of requests, its boxes parted by a mark; the boxes of a row that begins so replaced."""
    rows = []
    for own in ROWS:
        boxes = mark.join(map(str, whole(figures(own))))
        start = own.rpartition(" | ")[2][:2]
        rows.append(f"{own.replace(' | ', mark)}{mark}{changed.get(start, boxes)}")
    return "\n".join([HEADS.replace(" | ", mark), *rows])


def row(source: str, key: str) -> list[float | int | None]:
    got = values(read(source), "requests")
    assert len(got) == len(ROWS) * len(COLUMNS)
    return [got[f"{key}/{c}"] for c in COLUMNS]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("between", [" ", "|", "　"])
def test_two_boxes_in_one_are_two_figures(mark: str, between: str) -> None:
    own = MARKS[mark]
    source = table(own, **{"一、": f"12{between}3{own}" + own.join("0010") + f"{own}16"})
    assert row(source, "new") == whole(figures("一、"))
    assert row(source, "carried_in") == whole(figures("二、"))


@pytest.mark.parametrize("mark", MARKS)
def test_two_figures_fused_to_one_are_no_figure(mark: str) -> None:
    own = MARKS[mark]
    source = table(own, **{"一、": own.join(["123", "0", "0", "1", "0", "16"])})
    assert row(source, "new")[0] is None
    assert "row_not_aligned" in {w.code for w in read(source).warnings}
    assert row(source, "result_total") == whole(figures("（七）总计"))


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("note", ["①", "[1]", "*", "※", "▲", "（1）", "^1", "〔1〕", "注", "注2", "（含上年1件）"])
def test_a_figure_with_the_mark_of_a_note_is_kept_as_printed(mark: str, note: str) -> None:
    own = MARKS[mark]
    for column, boxes in (("natural_person", [f"12{note}", *"30010", "16"]), ("total", ["12", *"30010", f"16{note}"])):
        found = read(table(own, **{"一、": own.join(boxes)}))
        (cell,) = (c for t in found.tables for c in t.cells if (c.row, c.column) == ("new", column))
        figure = "12" if column == "natural_person" else "16"
        assert (cell.value, cell.raw) == (None, f"{figure}{note}")
        (warning,) = found.warnings
        assert (warning.code, warning.spans) == ("box_without_figure", cell.spans)
        others = {c: v for c, v in values(found, "requests").items() if c != f"new/{column}"}
        assert others["new/commercial"] == 3
        assert None not in others.values()
        assert not contradictions(found.findings)
