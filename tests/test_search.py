"""Rows whose empty boxes were lost: all of a table is weighed at once, and no figure is made to fit."""

from __future__ import annotations

import pytest
from test_scaffold import HEADS, ROWS
from test_tables import cells

ZERO = [0] * 7


def table(filled: dict[int, list[object]], lost: dict[int, list[object]], *, blank: bool = False) -> str:
    """The requests, a row a line between pipes: some rows whole, some as they are left, the others nought or bare."""
    lines = [" | ".join(HEADS) + " |"]
    for i, (label, _) in enumerate(ROWS):
        figures = lost.get(i, filled.get(i, [] if blank else ZERO))
        lines.append(" | ".join([label, *map(str, figures)]) + " |")
    return "\n".join(lines)


NEW, CARRIED_IN, GRANTED = 0, 1, 2
TOTAL = next(i for i, (label, _) in enumerate(ROWS) if label.endswith("总计"))


def row(source: str, key: str) -> list[float | None]:
    found = cells(source)
    return [c.value for address, c in found.items() if address.startswith(f"requests/{key}/")]


def test_a_figure_stands_where_its_column_allows_it_or_nowhere() -> None:
    whole = [2, "", "", 5, "", "", 7]
    source = table({NEW: whole, TOTAL: whole}, {GRANTED: [2, 5, 7]}, blank=True)
    found = row(source, "granted")
    assert found[0] == 2
    assert found[3] in (5, None)
    assert [found[i] for i in (1, 2, 4, 5, 6)] == [None, None, None, None, 7]


def test_without_its_columns_nobody_can_tell() -> None:
    source = table({}, {GRANTED: [2, 5, 7]}, blank=True)
    assert row(source, "granted")[3] is None
    assert row(source, "granted")[6] in (7, None)


@pytest.mark.parametrize("total", [9, 70])
def test_a_total_that_is_wrong_keeps_its_place(total: int) -> None:
    whole = [2, 0, 0, 5, 0, 0, total]
    source = table({NEW: whole, TOTAL: whole, GRANTED: whole}, {})
    assert row(source, "granted") == whole
    assert row(source, "result_total") == whole


def test_a_figure_is_never_read_where_it_is_not_printed() -> None:
    whole = [2, 0, 0, 5, 0, 0, 7]
    source = table({NEW: whole, TOTAL: whole}, {GRANTED: [2, 7]})
    assert 5 not in row(source, "granted")


def test_lines_of_one_pipe_are_boxes_where_all_rows_say_so() -> None:
    lines = [f"{head} |" for head in HEADS]
    for i, (label, _) in enumerate(ROWS):
        figures = ["3", "", "", "", "1", "", "4"] if i in (NEW, GRANTED, TOTAL) else ["", "", "", "", "", "", "0"]
        lines += [f"{box} |" if box else "|" for box in (label, *figures)]
    source = "\n".join(lines)
    assert row(source, "new") == [3, None, None, None, 1, None, 4]
    assert row(source, "carried_in") == [None] * 6 + [0]
