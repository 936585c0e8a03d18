"""What an encoder looks at to tell what a line of a report or a word of a table is.

As in a window of a claim, the item is marked, and what stands before and behind it is shown with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..corpus.text import Line
from .windows import AFTER, BEFORE, FLAG_SIZES, INSIDE, PAD, WIDTH, Vocabulary, Windows

_LINE_BEFORE, _LINE, _LINE_AFTER = 20, 46, 26
_WORD_BEFORE, _WORD, _WORD_AFTER = 36, 24, 32
_BETWEEN = "\n"
"""What stands between two items; a window shows it as a break."""


def line_windows(
    vocabulary: Vocabulary, view: str, units: Sequence[Line], n_after: Sequence[int], which: Sequence[int]
) -> Windows:
    """A window for each of some lines.

    Parameters
    ----------
    n_after : sequence of int
        How many lines of figures follow each line.
    which : sequence of int
        The places of the lines asked for.
    """
    n = len(units)
    parts, flags = [], np.zeros((len(which), len(FLAG_SIZES)), dtype=np.int64)
    for row, i in enumerate(which):
        before = view[units[i - 1].start : units[i - 1].end].rstrip() if i else ""
        after = view[units[i + 1].start : units[i + 1].end].lstrip() if i + 1 < n else ""
        own = view[units[i].start : units[i].end].strip()
        parts.append((before[-_LINE_BEFORE:] + _BETWEEN, own[:_LINE], _BETWEEN + after[:_LINE_AFTER]))
        flags[row] = 0, min(n_after[i], 9), 8 * i // n, min(i, 3), min(n - 1 - i, 3)
    return _shown(vocabulary, parts, flags)


def word_windows(vocabulary: Vocabulary, texts: Sequence[str], counts: np.ndarray, which: Sequence[int]) -> Windows:
    """A window for each of some words of tables.

    Parameters
    ----------
    counts : ndarray of int, shape (n_words, 3)
        How many figures follow each word, how many stand before it, and whether it opens a line.
    """
    parts, flags = [], np.zeros((len(which), len(FLAG_SIZES)), dtype=np.int64)
    for row, i in enumerate(which):
        before = _BETWEEN.join(w[:_WORD] for w in texts[max(0, i - 6) : i])
        after = _BETWEEN.join(w[:_WORD] for w in texts[i + 1 : i + 5])
        own = texts[i][:_WORD]
        parts.append((before[-_WORD_BEFORE:] + _BETWEEN, own, _BETWEEN + after[:_WORD_AFTER]))
        flags[row, 1:4] = np.minimum(counts[i], (9, 7, 3))
    return _shown(vocabulary, parts, flags)


def _shown(vocabulary: Vocabulary, parts: Sequence[tuple[str, str, str]], flags: np.ndarray) -> Windows:
    """Windows of what stands before, the item itself, and what stands behind."""
    ids = np.full((len(parts), WIDTH), vocabulary.special[PAD], dtype=np.int64)
    marks = np.zeros((len(parts), WIDTH), dtype=np.int64)
    for row, part in enumerate(parts):
        told = vocabulary.encode("".join(part))[:WIDTH]
        ids[row, : len(told)] = told
        marks[row, : len(told)] = np.repeat((BEFORE, INSIDE, AFTER), [len(p) for p in part])[:WIDTH]
    return Windows(ids, marks, flags)
