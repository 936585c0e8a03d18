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


REVIEWS = """行政复议 | 行政诉讼
结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 未经复议直接起诉 | 复议后起诉
结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计
1 | 0 | 0 | 1 | 2 | 3 | 0 | 1 | 0 | 4 | 0 | 0 | 0 | 0 | 0"""


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("page", ["7", "柳溪县水务局\n7", "7\n柳溪县水务局2022年政府信息公开工作年度报告"])
def test_the_number_of_a_page_among_the_heads_is_no_figure(page: str, at: int, mark: str) -> None:
    lines = REVIEWS.split("\n")
    lines.insert(at, page)
    found = read(table(" | ").replace(" | ", MARKS[mark]), "\n".join(lines[1:]).replace(" | ", MARKS[mark]))
    assert list(values(found, "review_litigation").values()) == [1, 0, 0, 1, 2, 3, 0, 1, 0, 4, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    "page",
    [
        "柳溪县水务局\n7",
        "柳溪县水务局2022年政府信息公开工作年度报告 Page 2",
        "3/8 柳溪县水务局2022年政府信息公开工作年度报告",
    ],
)
def test_what_a_page_prints_above_or_below_a_table_is_no_row_of_it(page: str, mark: str) -> None:
    lines = table(MARKS[mark]).split("\n")
    at = next(k for k, line in enumerate(lines) if line.startswith("（七）"))
    found = read("\n".join([*lines[:at], page, *HEADS.replace(" | ", MARKS[mark]).split("\n"), *lines[at:]]))
    got = values(found, "requests")
    assert [key for key in got if key.startswith("extra:")] == []
    assert [got[f"result_total/{c}"] for c in COLUMNS] == whole(figures("（七）总计"))
    assert None not in got.values()
