"""Where stretches stand: their clauses, sentences and lines, in a text from which blanks are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..corpus.text import Line
from .claim_features import Stretch
from .features import codes, look_up, member, no_digits

_MARKS = member(",:", "。;!?\n")
_BLANKS = member(" \t\r\u3000\xa0\v\f")


class Places(NamedTuple):
    """Where stretches, their clauses, sentences and lines stand in a text without blanks; each of shape (n,)."""

    start: np.ndarray
    end: np.ndarray
    number: np.ndarray
    """Where the number begins; the end of a stretch without one."""
    row: np.ndarray
    row_end: np.ndarray
    sentence: np.ndarray
    clause: np.ndarray


class Around(NamedTuple):
    """A text without blanks, and what stands where in it."""

    text: str
    points: np.ndarray
    places: Places


def around_of(view: str, found: Sequence[Stretch], rows: Sequence[Line]) -> Around:
    """The surroundings of the stretches of a view."""
    points = codes(view)
    kept = look_up(_BLANKS, points) == 0
    place = np.concatenate([[0], np.cumsum(kept)])
    points = points[kept]
    marks = look_up(_MARKS, points)
    text = points.tobytes().decode("utf-32-le", "surrogatepass")

    def placed(values: Sequence[int]) -> np.ndarray:
        return place[np.array(values, dtype=np.int64)]

    start = placed([s.start for s in found])
    row = placed([rows[s.line].start for s in found])
    breaks = np.concatenate([[0], np.flatnonzero(marks == 2) + 1])
    sentence = np.maximum(breaks[np.searchsorted(breaks, start, side="right") - 1], row)
    commas = np.concatenate([[0], np.flatnonzero(marks == 1) + 1])
    clause = np.maximum(commas[np.searchsorted(commas, start, side="right") - 1], sentence)
    end = placed([s.end for s in found])
    number = placed([s.number.start if s.number is not None else s.end for s in found])
    row_end = placed([rows[s.line].end for s in found])
    return Around(
        text, no_digits(points), Places(start, end, np.maximum(number, start), row, row_end, sentence, clause)
    )


def forward(points: np.ndarray, start: np.ndarray, stop: np.ndarray, width: int) -> np.ndarray:
    """The characters of ``[start, stop)``, 0 beyond. Shape (n, width)."""
    index = start[:, None] + np.arange(width)
    return np.where(index < stop[:, None], points[np.minimum(index, len(points) - 1)], np.uint32(0))


def backward(points: np.ndarray, stop: np.ndarray, start: np.ndarray, width: int) -> np.ndarray:
    """The characters of ``[start, stop)`` from the last one back, 0 beyond. Shape (n, width)."""
    index = stop[:, None] - 1 - np.arange(width)
    return np.where(index >= start[:, None], points[np.maximum(index, 0)], np.uint32(0))
