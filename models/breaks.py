"""Where lines began in a text that lost its line ends: a trained classifier over characters.

A page copied onto one line keeps its words and little else. What began a line there (a heading, a
paragraph, a row, a footer) is told by the characters around it; the section model decides what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

import numpy as np

from .features import codes, fold_all, no_digits, shape_codes, window
from .linear import LinearClassifier

_PROBABLE = 0.3
"""From this probability on a line may have begun: one too many costs less than one too few."""
_SHARE = 4
"""Of the places where no line began every so-many-th is learned from."""
_REPORTS = 400
"""So many reports tell it all; more only take time."""
_GAPS = ("", " ", "", "  ", " ", "    ")
"""What is left of line ends."""
_BLANKS = (0x20, 0x09, 0x0A, 0x0D)


class LineBreaks:
    """Finds where lines began within a long stretch without line ends."""

    def __init__(self, model: LinearClassifier) -> None:
        self.model = model

    def find(self, stretch: str) -> list[int]:
        """Offsets at which a line probably began, its first character left out."""
        ids, places = features(stretch)
        if len(places) < 2:
            return []
        yes = self.model.labels.index("line") if "line" in self.model.labels else -1
        if yes < 0:
            return []
        found = self.model.probabilities(ids)[:, yes] >= _PROBABLE
        begins = {_with_number(stretch, p) for p in places[found].tolist()}
        return sorted(p for p in begins if p > places[0])

    @classmethod
    def fit(cls, views: Iterable[str], *, seed: int = 0) -> LineBreaks:
        """Fit on texts whose line ends are there."""
        ids: list[np.ndarray] = []
        labels: list[np.ndarray] = []
        rng = np.random.default_rng(seed)
        for n, view in enumerate(views):
            if n >= _REPORTS:
                break
            for flat, starts in _flattened(view, gap=_GAPS[n % len(_GAPS)]):
                found, places = features(flat)
                begins = np.isin(places, starts)
                kept = begins | (rng.integers(_SHARE, size=len(places)) == 0)
                ids.append(found[kept])
                labels.append(begins[kept])
        if not ids:
            return cls(LinearClassifier(["none"], np.zeros(0, np.int32), np.zeros((1, 1), np.float32), np.zeros(1)))
        begun = np.concatenate(labels)
        model = LinearClassifier.fit(np.concatenate(ids), np.where(begun, "line", "none").tolist(), c=1.0, prune=0.05)
        if len(model.labels) == 2:  # the places that were left out count again
            model.bias[model.labels.index("none")] += np.log(_SHARE)
        return cls(model)


_NUMBER_BEFORE = re.compile(
    r"(?:^|(?<=[\s。;:,]))(?:第[一二三四五六七八九十]{1,2}(?:部分|章)|[一二三四五六七八九十]{1,2}[、.]?)\s*$"
)
_WIDEST = 12


def _with_number(stretch: str, place: int) -> int:
    """Where a line begins, with the number before its first word: no line ends with the number of the next."""
    number = _NUMBER_BEFORE.search(stretch, max(0, place - _WIDEST), place)
    return place if number is None else number.start()


_TITLE = re.compile(r"政\s?府\s?信\s?息\s?公\s?开[^。,;:!?]{0,12}?(?:报\s?告|年\s?报)")
_STOP = re.compile("[。,;:!?]")
_NAME = 48
"""A title begins at most so many characters before these words."""


def _before_title(stretch: str) -> np.ndarray:
    """How far behind each character, in the same clause, the words of a report's title come: 0 nowhere, 1 near … 4."""
    out = np.zeros(len(stretch), dtype=np.uint32)
    for title in _TITLE.finditer(stretch):
        end = title.start()
        start = max((m.end() for m in _STOP.finditer(stretch, max(0, end - _NAME), end)), default=max(0, end - _NAME))
        out[start:end] = 1 + (end - 1 - np.arange(start, end)) // (_NAME // 4)
    return out


def _flattened(view: str, gap: str) -> Iterator[tuple[str, list[int]]]:
    """A text on one line, and where its lines begin on it; lines of figures alone go on with the line before."""
    rows = [row.strip() for row in view.split("\n")]
    rows = [row for row in rows if row]
    if len(rows) < 5:
        return
    starts = accumulate((len(row) + len(gap) for row in rows), initial=0)
    told = [s for s, row in zip(starts, rows, strict=False) if any("\u4e00" <= c <= "\u9fff" for c in row)]
    yield gap.join(rows), told


def features(stretch: str) -> tuple[np.ndarray, np.ndarray]:
    """Feature ids of each character that is not blank, and its offset."""
    chars = codes(stretch)
    places = np.flatnonzero(~np.isin(chars, _BLANKS))
    c = no_digits(chars[places])
    gap = np.minimum(np.diff(places, prepend=-1) - 1, 3).astype(np.uint32)
    shape = shape_codes(c)
    a, b, d, e, f = (window(c, k) for k in (-3, -2, -1, 1, 2))
    g, h = window(c, 3), window(c, 4)
    title = _before_title(stretch)[places]
    looks = [
        (1, c), (2, d), (3, d, c), (4, c, e), (5, c, e, f), (6, b, d), (7, a, b, d), (8, c, e, f, g), (9, gap),
        (10, gap, c), (11, gap, d), (12, window(shape, -2), window(shape, -1), shape, window(shape, 1)),
        (13, d, shape), (14, window(shape, -1), c, e), (15, e, f, g, h), (16, window(c, -4), a, b, d),
        (17, window(gap, 1), c, e), (18, title, d), (19, title, b, d), (20, title, gap, window(shape, -1), shape),
        (21, title, c, e), (22, title, d, c),
    ]  # fmt: skip
    return fold_all(looks), places
