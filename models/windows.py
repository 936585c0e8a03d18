"""What an encoder looks at: characters around a claim, or of a clause, as numbers.

A window of a claim holds the heading above it, what stands before it, the claim itself and
what follows, each character with a mark that says which of these it belongs to. No figure is
seen: all digits are one character, so that nothing can be learned by heart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ..corpus.text import Line
from .claim_features import Segment, Stretch, topic_above, value_bucket, year_relation
from .features import codes
from .sections import LineTag

WINDOWS = 1
"""Version of what a window holds; encoders trained with another one are refused."""

PAD, UNKNOWN, BREAK, MASK = range(4)
N_SPECIAL = 4
TOPIC, BEFORE, INSIDE, NUMBER, AFTER, OTHER, CLAUSE = range(1, 8)
N_MARKS = 8
LEFT, RIGHT, TOPIC_WIDTH, INSIDE_WIDTH = 44, 10, 12, 28
WIDTH = LEFT + RIGHT + TOPIC_WIDTH + INSIDE_WIDTH + 2
FLAG_SIZES = (24, 16, 8, 4, 4)
"""Of section, size of the value, relation of the year named beside, era of the form, place of the number."""
CLAUSE_LEFT, CLAUSE_RIGHT, CLAUSE_WIDTH = 16, 6, 106
_DIGITS = re.compile(r"\d")
_YEAR = re.compile(r"(20\d\d|19\d\d)年")
_SECTIONS = (
    "title", "preamble", "overview", "active_disclosure", "requests", "review_litigation", "problems",
    "other_matters", "colophon", "fees", "consultation", "annex",
)  # fmt: skip


class Vocabulary:
    """The number of each character.

    Attributes
    ----------
    characters : str
    ids : ndarray of int32, shape (len(characters),)
        Their numbers, which are those of a checkpoint where an encoder began as one.
    special : tuple of int
        The numbers of padding, of an unknown character, of a break between parts, of a mask.
    """

    def __init__(self, characters: str, ids: np.ndarray, special: Sequence[int] = range(N_SPECIAL)) -> None:
        self.characters = characters
        self.ids = ids.astype(np.int32)
        self.special = tuple(int(k) for k in special)
        self._of = np.full(0x110000, self.special[UNKNOWN], dtype=np.int32)
        self._of[codes(characters)] = self.ids

    @classmethod
    def of(cls, texts: Iterable[str], *, at_least: int = 3) -> Vocabulary:
        """The characters that occur so often in the views given."""
        counts = np.zeros(0x110000, dtype=np.int64)
        for text in texts:
            seen, n = np.unique(codes(text), return_counts=True)
            counts[seen] += n
        kept = [chr(c) for c in np.flatnonzero(counts >= at_least) if not 0xD800 <= c < 0xE000 and not chr(c).isdigit()]
        return cls("0" + "".join(kept), np.arange(N_SPECIAL, N_SPECIAL + 1 + len(kept)))

    @property
    def size(self) -> int:
        return int(max(self.ids.max(initial=0), *self.special)) + 1

    def encode(self, text: str) -> np.ndarray:
        """The numbers of the characters of a text; every digit is 0, a line's end is a break."""
        points = codes(_DIGITS.sub("0", text))
        numbers = self._of[np.minimum(points, 0x10FFFF)]
        return np.where(points == 10, self.special[BREAK], numbers)


class Windows(NamedTuple):
    """Windows side by side."""

    ids: np.ndarray
    """int64, shape (n, width)"""
    marks: np.ndarray
    """int64, shape (n, width); 0 is padding"""
    flags: np.ndarray
    """int64, shape (n, len(FLAG_SIZES))"""

    def take(self, which: np.ndarray) -> Windows:
        """Some of them, no wider than they need."""
        marks = self.marks[which]
        width = max(int((marks != 0).any(axis=0).sum()), 1) if len(marks) else 1
        return Windows(self.ids[which, :width], marks[:, :width], self.flags[which])


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
