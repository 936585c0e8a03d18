"""Counts that a table prints otherwise than in bare digits: in Chinese numerals, with decimals."""

from __future__ import annotations

from functools import cache

import gouji
import pytest
from gouji.corpus.numbers import cell_value
from gouji.corpus.report import Cell, Report
from test_added import COLUMNS, HEADS, ROWS, figures, read, whole

NUMERALS = [*"零一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六")]


@cache
def cells(form: str, shown: str) -> dict[str, Cell]:
    def printed(n: int) -> str:
        return shown.format(n=n, numeral=NUMERALS[n])

    source = "\n".join([HEADS, *(" | ".join([own, *map(printed, whole(figures(own)))]) for own in ROWS)])
    return {c.address: c for t in read(source, form=form).tables for c in t.cells}


@pytest.mark.parametrize("form", ["pipes", "lines"])
@pytest.mark.parametrize("shown", ["{numeral}", "{numeral}件"])
def test_rows_of_numerals_are_figures(shown: str, form: str) -> None:
    found = cells(form, shown)
    row = [found[f"requests/new/{c}"] for c in COLUMNS]
    assert [c.value for c in row] == [12, 3, 0, 0, 1, 0, 16]
    assert [c.raw for c in row] == [shown.format(numeral=NUMERALS[n]) for n in (12, 3, 0, 0, 1, 0, 16)]
    assert [found[f"requests/carried_out/{c}"].value for c in COLUMNS] == [1, 0, 0, 0, 0, 0, 1]


def test_numerals_that_number_rows_are_no_figures() -> None:
    source = "\n".join(
        f"{NUMERALS[k + 1] if k < 10 else '十'}\n{own.rpartition(' | ')[2]}\n"
        + "\n".join(map(str, whole(figures(own))))
        for k, own in enumerate(ROWS[:10])
    )
    found = {c.address: c.value for t in read(HEADS + "\n" + source, form="lines").tables for c in t.cells}
    assert [found[f"requests/new/{c}"] for c in COLUMNS] == [12, 3, 0, 0, 1, 0, 16]
    assert [found[f"requests/carried_in/{c}"] for c in COLUMNS] == [1, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("shown", ["{n}.0", "{n}.00"])
def test_counts_with_decimals_are_counts(shown: str) -> None:
    row = [cells("lines", shown)[f"requests/new/{c}"] for c in COLUMNS]
    assert [(c.value, c.raw) for c in row] == [(n, shown.format(n=n)) for n in (12, 3, 0, 0, 1, 0, 16)]


def test_a_share_among_counts_is_none() -> None:
    """Decimals among figures that have none are a chart's."""
    found = gouji.check_text(
        "柳溪县水务局2022年政府信息公开工作年度报告\n一、总体情况\n本年度认真贯彻落实条例。\n二、主动公开政府信息情况\n"
        "第二十条第（一）项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n0\n0\n0\n行政规范性文件\n2\n1\n7\n"
        "第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n100.00\n"
        "三、收到和处理政府信息公开申请情况\n本年度未收到申请。\n五、存在的主要问题及改进情况\n更新不够及时。\n"
    )
    assert isinstance(found, Report)
    assert not [c for t in found.tables for c in t.cells if c.value == 100]


@pytest.mark.parametrize(
    ("raw", "value"), [("零件", 0), ("十二件", 12), ("一百二十", 120), ("三万", 30000), ("行政", None)]
)
def test_a_cell_may_be_a_numeral_with_its_measure(raw: str, value: int | None) -> None:
    read = cell_value(raw)
    assert (read and read.value) == value
