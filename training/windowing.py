"""Annotated reports as what an encoder learns from: windows with what is true of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..corpus.report import Report
from ..corpus.text import Text, lines
from ..models.claim_features import Stretch, segments
from ..models.facts import annotated
from ..models.sections import truth_tags
from ..models.stretches import tagged
from ..models.windows import CLAUSE, Vocabulary, Windows, claim_windows, clause_windows

UNLABELED = -1


class Facts(NamedTuple):
    """What is true of each claim, as names."""

    metrics: list[str]
    scopes: list[str]
    periods: list[str]
    kinds: list[str]
    """Empty where a number is printed."""


class Lessons(NamedTuple):
    """All that is learned from some reports."""

    claims: Windows
    facts: Facts
    clauses: Windows
    tags: np.ndarray
    """int64 of the shape of ``clauses.ids``; `UNLABELED` outside of what is to be told"""


def lessons(vocabulary: Vocabulary, reports: Iterable[Report]) -> Lessons:
    """The windows of annotated reports (``report.text`` filled).

    Raises
    ------
    ValueError
        If none of them has a claim.
    """
    claims: list[Windows] = []
    clauses: list[Windows] = []
    tags: list[np.ndarray] = []
    facts = Facts([], [], [], [])
    for report in reports:
        text = Text.of(report.text)
        rows = lines(text.view)
        lines_tags = truth_tags(report, text, rows)
        found, stated = annotated(report, text, rows)
        if found:
            claims.append(claim_windows(vocabulary, text.view, found, rows, lines_tags, report.year))
            _tell(facts, found, stated)
        parts = segments(text.view, rows, lines_tags)
        if parts:
            windows, spans = clause_windows(vocabulary, text.view, parts, lines_tags)
            letters = tagged(report, text)
            truth = np.full(windows.ids.shape, UNLABELED, dtype=np.int64)
            for row, (start, end) in enumerate(spans):
                truth[row, windows.marks[row] == CLAUSE] = ["OBIN".index(x) for x in letters[start:end]]
            clauses.append(windows)
            tags.append(truth)
    if not claims:
        raise ValueError("nothing to fit on: no report with a claim is given")
    return Lessons(_joined(claims), facts, _joined(clauses), np.concatenate(tags))


def _tell(facts: Facts, found: Sequence[Stretch], stated: Sequence[tuple[str, str, str, str]]) -> None:
    for stretch, (metric, scope, period, kind) in zip(found, stated, strict=True):
        facts.metrics.append(metric)
        facts.scopes.append(scope)
        facts.periods.append(period)
        facts.kinds.append("" if stretch.number is not None else kind)


def _joined(parts: Sequence[Windows]) -> Windows:
    return Windows(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
