"""Claims and clauses as an encoder sees them.

A window of a claim holds the heading above it, what stands before it, the claim itself and
what follows. Its flags are the section, the size of the value, the relation of the year named
beside to the report's, the era of the form, and the place of the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from ..corpus.text import Line
from .claim_features import Segment, Stretch, topic_above, value_bucket, year_relation
from .sections import LineTag
from .windows import (
    AFTER,
    BEFORE,
    BREAK,
    CLAUSE,
    FLAG_SIZES,
    INSIDE,
    NUMBER,
    OTHER,
    PAD,
    TOPIC,
    WIDTH,
    Vocabulary,
    Windows,
)

LEFT, RIGHT, TOPIC_WIDTH, INSIDE_WIDTH = 44, 10, 12, 28
CLAUSE_LEFT, CLAUSE_RIGHT, CLAUSE_WIDTH = 16, 6, 106
_YEAR = re.compile(r"(20\d\d|19\d\d)年")
_SECTIONS = (
    "title", "preamble", "overview", "active_disclosure", "requests", "review_litigation", "problems",
    "other_matters", "colophon", "fees", "consultation", "annex",
)  # fmt: skip


def claim_windows(
    vocabulary: Vocabulary,
    view: str,
    found: Sequence[Stretch],
    rows: Sequence[Line],
    tags: Sequence[LineTag],
    year: int | None,
    which: Iterable[int] | None = None,
) -> Windows:
    """A window for each stretch (for those of ``which``)."""
    chosen = list(range(len(found)) if which is None else which)
    ids = np.full((len(chosen), WIDTH), vocabulary.special[PAD], dtype=np.int64)
    marks = np.zeros((len(chosen), WIDTH), dtype=np.int64)
    flags = np.zeros((len(chosen), len(FLAG_SIZES)), dtype=np.int64)
    for row, i in enumerate(chosen):
        s = found[i]
        section = tags[s.line].section
        topic = topic_above(view, rows, tags, s.line)[:TOPIC_WIDTH]
        start, end = max(0, s.start - LEFT), min(len(view), s.end + RIGHT)
        shown = np.full(end - start, BEFORE)
        shown[s.end - start :] = AFTER
        for k in (i - 3, i - 2, i - 1, i + 1):
            if 0 <= k < len(found) and found[k].end > start and found[k].start < end:
                shown[max(found[k].start - start, 0) : found[k].end - start] = OTHER
        shown[s.start - start : s.end - start] = INSIDE
        if s.number is not None:
            shown[max(s.number.start - start, 0) : s.number.end - start] = NUMBER
        piece = vocabulary.encode(view[start:end])
        surplus = s.end - s.start - INSIDE_WIDTH
        if surplus > 0:  # the middle of a claim of a whole sentence
            cut = s.start - start + INSIDE_WIDTH // 2
            keep = np.r_[0:cut, cut + surplus : len(piece)]
            piece, shown = piece[keep], shown[keep]
        line = [vocabulary.special[BREAK], *vocabulary.encode(topic), vocabulary.special[BREAK], *piece]
        marked = [TOPIC] * (len(topic) + 2) + shown.tolist()
        ids[row, : len(line)] = line[:WIDTH]
        marks[row, : len(line)] = marked[:WIDTH]
        years = _YEAR.findall(view[max(0, s.start - 60) : s.end])
        flags[row] = (
            _SECTIONS.index(section) + 1 if section in _SECTIONS else 0,
            value_bucket(s.number),
            year_relation(years[-1] if years else None, year),
            0 if year is None else 1 + (year >= 2019) + (year >= 2021),
            1 if s.number is None else 2 if s.number.start <= s.start else 3,
        )
    return Windows(ids, marks, flags)


def clause_windows(
    vocabulary: Vocabulary, view: str, parts: Sequence[Segment], tags: Sequence[LineTag]
) -> tuple[Windows, list[tuple[int, int]]]:
    """Windows over candidate clauses, and the stretch of the view that the marked characters of each are."""
    pieces: list[tuple[int, int, int]] = []
    for part in parts:
        starts = range(part.start, part.end, CLAUSE_WIDTH - CLAUSE_LEFT - CLAUSE_RIGHT)
        pieces += [(a, min(a + starts.step, part.end), part.line) for a in starts]
    ids = np.full((len(pieces), CLAUSE_WIDTH), vocabulary.special[PAD], dtype=np.int64)
    marks = np.zeros((len(pieces), CLAUSE_WIDTH), dtype=np.int64)
    flags = np.zeros((len(pieces), len(FLAG_SIZES)), dtype=np.int64)
    for row, (start, end, line) in enumerate(pieces):
        left, right = max(0, start - CLAUSE_LEFT), min(len(view), end + CLAUSE_RIGHT)
        ids[row, : right - left] = vocabulary.encode(view[left:right])
        marks[row, : right - left] = BEFORE
        marks[row, start - left : end - left] = CLAUSE
        section = tags[line].section
        flags[row, 0] = _SECTIONS.index(section) + 1 if section in _SECTIONS else 0
    return Windows(ids, marks, flags), [(a, b) for a, b, _ in pieces]
