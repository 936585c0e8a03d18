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


# -- figures that run together -----------------------------------------------------


def one_line(figures: dict[int, str]) -> str:
    """The requests as a page gives them that lost its boxes: a row behind the other, noughts where nothing is told."""
    return "".join(HEADS) + "".join(label + figures.get(i, "0000000") for i, (label, _) in enumerate(ROWS))


def test_any_run_of_a_row_may_be_cut() -> None:
    source = one_line(dict.fromkeys((NEW, GRANTED, TOTAL), "300 000232"))
    assert row(source, "new") == [30, 0, 0, 0, 0, 2, 32]


def test_a_run_behind_a_blank_is_cut_too() -> None:
    source = one_line(dict.fromkeys((NEW, GRANTED, TOTAL), " 635000068"))
    assert row(source, "new") == [63, 5, 0, 0, 0, 0, 68]


def test_a_sum_that_no_cut_keeps_leaves_the_row_open() -> None:
    source = one_line({NEW: "300 000237"})
    assert row(source, "new") == [None] * 7


def test_a_run_of_seven_digits_has_one_cut_whatever_its_sum() -> None:
    source = one_line({NEW: "3000024"})
    assert row(source, "new") == [3, 0, 0, 0, 0, 2, 4]


def changes(printed: str) -> list[float | None]:
    source = f"第二十条第（六）项信息内容上一年项目数量本年增/减处理决定数量行政处罚{printed}行政强制000"
    found = cells(source)
    columns = ("previous_items", "change", "decisions")
    return [c and c.value for c in (found.get(f"active_disclosure/penalties/{x}") for x in columns)]


@pytest.mark.parametrize("printed", ["4600", "3580217"])
def test_where_no_sum_tells_a_cut_is_open(printed: str) -> None:
    assert changes(printed) == [None] * 3


def test_a_figure_of_one_digit_stands_however_the_others_are_cut() -> None:
    assert changes("7 6012") == [7, None, None]


def test_a_minus_between_figures_is_of_the_change() -> None:
    source = "第二十条第（八）项信息内容上一年项目数量本年增/减行政事业性收费46-17"
    found = cells(source)
    assert [found[f"active_disclosure/fees/{c}"].value for c in ("previous_items", "change")] == [46, -17]


REVIEW = (
    "行政复议行政诉讼结果维持结果纠正其他结果尚未审结总计"
    "未经复议直接起诉复议后起诉结果维持结果纠正其他结果尚未审结总计结果维持结果纠正其他结果尚未审结总计"
)


def test_a_run_over_several_rows_is_cut_where_their_sums_leave_one_way() -> None:
    found = cells(REVIEW + "30212172004610001")
    columns = ("upheld", "corrected", "other", "pending", "total")
    got = [[found[f"review_litigation/{r}/{c}"].value for c in columns] for r in ("review", "direct_suit")]
    assert got == [[3, 0, 2, 12, 17], [2, 0, 0, 4, 6]]


def test_noughts_that_touch_here_and_there_are_opened_over_several_rows() -> None:
    found = cells(REVIEW + " 00 0 00 0 0 0 00 0 0 0 00")
    assert [c.value for c in found.values()] == [0] * 15


def test_a_run_is_never_one_figure_of_so_many_digits() -> None:
    found = cells(REVIEW + "9" * 19)
    assert all(c.value is None for c in found.values())


@pytest.mark.parametrize("printed", ["0 0 0 0 0 00", " 0000022"])
def test_a_heading_that_touches_the_last_figure_takes_it_from_no_row(printed: str) -> None:
    source = one_line({}).rsplit(ROWS[-1][0], 1)[0] + ROWS[-1][0] + printed + "四、政府信息公开行政复议、行政诉讼情况"
    last = list(cells(source).values())[-7:]
    assert [c.value for c in last] == [int(d) for d in printed.replace(" ", "")]
