"""Where a claim stands in its report, and what stands beside it."""

from __future__ import annotations

import math
from typing import NamedTuple

from ...corpus.numbers import numbers
from .board import Board, pattern, wording
from .doubt import APPLIED

_TOPIC_REACH = 60
"""Characters before a claim in which it is said what is counted."""
_AFTERWORDS = ("problems", "other_matters")
_LONG = 5.0
"""The logarithm of a length is divided by this, so that it is of the size of the other measures."""


class Company(NamedTuple):
    """Counts beside a claim that nothing was read from: among figures of an agency's trade, a count is seldom of its
    requests for information.
    """

    around: int
    """In its sentence."""
    before: int
    """In what stands before it there."""
    length: int
    """Characters of the sentence, without the claim's own."""


def company(board: Board, index: int) -> Company:
    """The counts with a measure in the sentence of a claim, less those that were read as claims."""
    sentence = board.sentence(index)
    beside = [i for i, other in enumerate(board.sentences) if other == sentence and i != index]
    before, after = board.before(index), board.after(index)
    n_before = _n_counts(before) - sum(i < index for i in beside)
    n_after = _n_counts(after) - sum(i > index for i in beside)
    return Company(max(n_before + n_after, 0), max(n_before, 0), len(before) + len(after))


def is_off_topic(board: Board, index: int) -> bool:
    """Whether nothing near a count of requests, reviews or suits says that they are about information."""
    claim = board.claims[index]
    if not claim.metric.startswith(APPLIED) or table_of(claim.metric) == claim.section:
        return False
    told = board.context(index, _TOPIC_REACH) + wording(claim) + board.after(index)
    return pattern("names_requests").search(told) is None


def of_place(board: Board, index: int) -> dict[str, float]:
    """What a `FindingModel` weighs of where a claim stands."""
    beside = company(board, index)
    return {
        "loose": math.log1p(beside.around),
        "loose_before": math.log1p(beside.before),
        "sentence": math.log1p(beside.length) / _LONG,
        "opens": float(not board.before(index).strip()),
        "in_afterwords": float(board.claims[index].section in _AFTERWORDS),
    }


def table_of(metric: str) -> str:
    """The table that counts a metric, where one does."""
    return metric.partition("/")[0]


def _n_counts(words: str) -> int:
    """How many numbers with a measure stand in some words."""
    return sum(n.unit is not None for n in numbers(words))
