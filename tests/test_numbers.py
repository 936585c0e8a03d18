"""The grammar of numbers: classifiers in prose and in cells."""

from __future__ import annotations

import pytest
from gouji.corpus.numbers import cell_value, numbers


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
