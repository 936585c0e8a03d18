"""Two years of one agency: what is carried over holds, and what was made not to is found."""

from __future__ import annotations

import pytest
from gouji.corpus.years import pair
from gouji.inference.checks import check, check_years


def broken(index: int) -> tuple[set[str], set[str]]:
    """The reasons planted, and those of which the check accuses the true reports."""
    made = pair("train", 1, index)
    findings = check_years(made.then.report, made.now.report)
    return {p.note for p in made.planted}, {f.reason for f in findings if f.verdict == "contradicted"}


@pytest.mark.parametrize("index", range(40))
def test_only_what_was_planted_is_contradicted(index: int) -> None:
    planted, found = broken(index)
    assert found <= planted


def test_most_of_what_was_planted_is_found() -> None:
    results = [broken(index) for index in range(40)]
    planted = [p for p, _ in results if p]
    assert len(planted) > 8
    assert sum(bool(found) for _, found in results) >= len(planted) / 2


def test_each_year_agrees_with_itself() -> None:
    for index in range(20):
        made = pair("train", 2, index)
        assert made.then.report.agency == made.now.report.agency
        for example in (made.then, made.now):
            assert not [f for f in check(example.report) if f.verdict == "contradicted"]


def test_a_pair_is_always_the_same() -> None:
    assert pair("dev", 3, 4) == pair("dev", 3, 4)
