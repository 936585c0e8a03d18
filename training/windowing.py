"""Annotated reports as what an encoder learns from: windows with what is true of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..corpus.report import Report
from ..corpus.text import Text, lines
from ..models.claim_features import segments
from ..models.claim_windows import claim_windows, clause_windows
from ..models.encoder import FACTS, LINES, ROLES
from ..models.facts import annotated
from ..models.item_windows import line_windows, word_windows
from ..models.roles import Words
from ..models.sections import truth_tags, units_of
from ..models.stretches import tagged
from ..models.windows import CLAUSE, Vocabulary, Windows

UNLABELED = -1
_LINES_EVERY = 3
"""Of every so-manieth report the lines are learned, too."""
_WORDS_EVERY = 2
"""Of the words of a drawn text every so-manieth is: the next text has the same labels again."""


class Told(NamedTuple):
    """Windows of one kind, and by head what is true of each; empty where nothing is to be told."""

    windows: Windows
    labels: dict[str, list[str]]


class Lessons(NamedTuple):
    """All that is learned from some reports."""

    claims: Told
    clauses: Windows
    tags: np.ndarray
    """int64 of the shape of ``clauses.ids``; `UNLABELED` outside of what is to be told"""
    lines: Told
    words: Told

    @property
    def told(self) -> dict[str, Told]:
        """What is told of whole windows, by kind; kinds of which there are none are left out."""
        every = {"claims": self.claims, "lines": self.lines, "words": self.words}
        return {kind: told for kind, told in every.items() if len(told.windows.ids)}


def lessons(
    vocabulary: Vocabulary, reports: Iterable[Report], tables: Iterable[tuple[Words, Sequence[str]]] = ()
) -> Lessons:
    """The windows of annotated reports (``report.text`` filled).

    Parameters
    ----------
    tables : iterable of (words, roles)
        Words of drawn tables, and the role of each.

    Raises
    ------
    ValueError
        If none of the reports has a claim.
    """
    claims: list[Windows] = []
    clauses: list[Windows] = []
    page: list[Windows] = []
    tags: list[np.ndarray] = []
    stated: list[tuple[str, str, str, str]] = []
    kinds: list[str] = []
    for n, report in enumerate(reports):
        text = Text.of(report.text)
        rows = lines(text.view)
        line_tags = truth_tags(report, text, rows)
        found, facts = annotated(report, text, rows)
        if found:
            claims.append(claim_windows(vocabulary, text.view, found, rows, line_tags, report.year))
            for stretch, (metric, scope, period, kind) in zip(found, facts, strict=True):
                stated.append((metric, scope, period, "" if stretch.number is not None else kind))
        parts = segments(text.view, rows, line_tags)
        if parts:
            windows, spans = clause_windows(vocabulary, text.view, parts, line_tags)
            letters = tagged(report, text)
            truth = np.full(windows.ids.shape, UNLABELED, dtype=np.int64)
            for row, (start, end) in enumerate(spans):
                truth[row, windows.marks[row] == CLAUSE] = ["OBIN".index(x) for x in letters[start:end]]
            clauses.append(windows)
            tags.append(truth)
        if n % _LINES_EVERY == 0 and rows:
            _, heads, units, n_after = units_of(text.view, rows)
            page.append(line_windows(vocabulary, text.view, units, n_after, range(len(units))))
            kinds += [f"{line_tags[i].kind}:{line_tags[i].section}" for i in heads.tolist()]
    if not claims:
        raise ValueError("nothing to fit on: no report with a claim is given")
    by_head = {head: [one[k] for one in stated] for k, head in enumerate(FACTS)}
    return Lessons(
        Told(_joined(claims), by_head),
        _joined(clauses),
        np.concatenate(tags),
        Told(_joined(page), {LINES: kinds}),
        _words(vocabulary, tables),
    )


def _words(vocabulary: Vocabulary, tables: Iterable[tuple[Words, Sequence[str]]]) -> Told:
    parts: list[Windows] = []
    told: list[str] = []
    for n, (words, roles) in enumerate(tables):
        chosen = range(n % _WORDS_EVERY, len(roles), _WORDS_EVERY)
        parts.append(word_windows(vocabulary, words.texts, words.counts, chosen))
        told += [roles[i] for i in chosen]
    return Told(_joined(parts), {ROLES: told})


def _joined(parts: Sequence[Windows]) -> Windows:
    if not parts:
        empty = np.zeros((0, 1), dtype=np.int64)
        return Windows(empty, empty, empty)
    return Windows(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
