"""The grammar of numbers: classifiers in prose and in cells."""

from __future__ import annotations

import pytest
from gouji.corpus.numbers import cell_value, lost, numbers


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("7笔", 7, "笔"),
        ("0 笔", 0, "笔"),
        ("3批次", 3, "批次"),
        ("31例", 31, "例"),
        ("-4项", -4, "项"),
        ("1.2万件", 12000, "件"),
    ],
)
def test_a_count_in_a_cell_keeps_its_classifier(raw: str, value: float, unit: str) -> None:
    assert cell_value(raw) == (value, unit)


def test_words_behind_a_figure_are_no_classifier() -> None:
    assert cell_value("7月") is None
    assert cell_value("见附件2") is None


def test_prose_counts_by_the_stroke_and_by_the_lesson() -> None:
    said = [(n.value, n.unit) for n in numbers("完成采购7笔,讲课3堂共12课时,退款1.5万余笔")]
    assert said == [(7, "笔"), (3, "堂"), (12, "课时"), (15000, "笔")]


@pytest.mark.parametrize(
    ("said", "value", "comparator"),
    [("占三成", 30, "="), ("近七成的申请", 70, "~"), ("八成以上", 80, ">="), ("增长1.5成。", 15, "=")],
)
def test_tenths_are_ten_per_cent_each(said: str, value: float, comparator: str) -> None:
    (number,) = numbers(said)
    assert (number.value, number.unit, number.comparator) == (value, "%", comparator)


@pytest.mark.parametrize("said", ["两成员", "一成不变", "完成3成立", "12成"])
def test_a_word_that_begins_with_the_sign_of_tenths_is_none(said: str) -> None:
    assert all(n.unit is None for n in numbers(said))


@pytest.mark.parametrize(
    ("said", "sign", "unit"),
    [
        ("共发布信息xx条", "xx条", "条"),
        ("办结  件", "  件", "件"),
        ("总体满意率**%", "**%", "%"),
        ("粉丝  万人", "  万人", "人"),
    ],
)
def test_a_figure_that_was_never_filled_in_has_a_place_and_a_unit(said: str, sign: str, unit: str) -> None:
    gap = lost(said, 0, len(said))
    assert gap is not None
    assert (said[gap.start : gap.end], gap.unit) == (sign, unit)


@pytest.mark.parametrize(
    "said",
    [
        "办结   19件",
        "发布信息 3条",
        "规格5*3件",
        "收到IPX件",
        "办结件",
        "数量 | 件",
        "未收到  个人申请",
        "均由  本机关答复",
        "无  人申请",
    ],
)
def test_what_has_a_figure_has_not_lost_one(said: str) -> None:
    assert lost(said, 0, len(said)) is None


@pytest.mark.parametrize(
    ("text", "value"), [("壹佰零伍件", 105), ("廿三件", 23), ("卅二件", 32), ("贰拾件", 20), ("申请数十五件", 15)]
)
def test_formal_and_old_numerals(text: str, value: int) -> None:
    assert [n.value for n in numbers(text)] == [value]


@pytest.mark.parametrize("text", ["几十件", "数百条", "几万件"])
def test_vague_numerals_are_no_numbers(text: str) -> None:
    assert numbers(text) == []
