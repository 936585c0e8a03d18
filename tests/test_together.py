"""What one stretch denies of several rows together."""

from __future__ import annotations

import pytest
from gouji.corpus.report import Certainty
from gouji.models.facts import Statement
from gouji.models.together import completed, consistent

LICENSING, PENALTIES, COERCION = (
    f"active_disclosure/{row}/decisions" for row in ("licensing", "penalties", "coercion")
)
REVIEW = "review_litigation/review/total"
SUITS = "review_litigation/direct_suit/total + review_litigation/suit_after_review/total"


def told(*metrics: str, kind: str = "zero") -> Statement:
    rivals = (f"{LICENSING} ; {PENALTIES}", "other")
    return Statement(metrics, "report", "year", kind, Certainty(1.0, 0.5, 1.0, 1.0, rivals, (0.3, 0.1)))


@pytest.mark.parametrize(
    ("said", "first", "metrics"),
    [
        ("无行政许可、行政处罚和行政强制", COERCION, (LICENSING, PENALTIES, COERCION)),
        ("没有作出行政处罚或者行政强制", PENALTIES, (PENALTIES, COERCION)),
        ("没有发生行政复议及行政诉讼", REVIEW, (REVIEW, SUITS)),
        ("没有收到公开申请、复议和诉讼", REVIEW, ("requests/new/total", REVIEW, SUITS)),
        ("未发生因公开申请引起的行政复议", REVIEW, (REVIEW,)),
        ("无行政许可，上级作出的行政处罚已公开", LICENSING, (LICENSING,)),
        ("无复议后起诉", SUITS, (SUITS,)),
        ("无其他情况、行政强制", "other", ("other",)),
    ],
)
def test_names_of_one_list_are_denied_together(said: str, first: str, metrics: tuple[str, ...]) -> None:
    assert completed(said, told(first)).metrics == metrics


def test_a_count_is_of_one_row() -> None:
    assert completed("行政许可、行政处罚12件", told(LICENSING, kind="number")).metrics == (LICENSING,)


def test_the_classifiers_doubt_between_the_named_ones_is_none() -> None:
    sure = completed("无行政许可、行政处罚和行政强制", told(COERCION)).certainty
    assert sure.metric == pytest.approx(0.8)
    assert (sure.rivals, sure.odds) == (("other",), (0.1,))


def test_a_zero_is_told_by_a_word_that_denies() -> None:
    assert consistent("全部按期答复", told("requests/on_time_rate")).kind == "all"
    assert consistent("均未收取费用", told("requests/fees_charged")).kind == "zero"
    assert consistent("全部免费", told("requests/fees_charged")).kind == "zero"
    assert consistent("无一逾期", told("requests/on_time_rate", kind="all")).kind == "all"
