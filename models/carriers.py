"""Which lines say nothing of their own about where they stand, and which line speaks for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..corpus.text import Line

_FIGURES = re.compile(r"[\d\s|.,%+/\\:-]*")
PAGE_NUMBER = re.compile(r"\s*-\s*\d{1,3}\s*-\s*")
_CLOSING = re.compile(r"(?:\s*</[a-zA-Z]\w{0,9}>)+\s*")
"""Ends of elements that a page was left with; they go on with what they end."""


def _is_figures(raw: str) -> bool:
    return _FIGURES.fullmatch(raw) is not None and PAGE_NUMBER.fullmatch(raw) is None


_RULE = re.compile(r"[\s|+:.\u2500-\u257f]*[-=*~#\u2500-\u257f]{3}[\s|+:.*~#=\-\u2500-\u257f]*")
"""A line drawn above, between or below the rows of a table."""


def carriers(view: str, rows: Sequence[Line]) -> np.ndarray:
    """For each line the index of the line that is tagged in its stead.

    A line of figures alone (a table that became one number a line has hundreds) says nothing
    about its section; it follows the line before it. So does a rule below a row of a drawn table;
    one that is drawn above the first row goes with that row.
    """
    out: list[int] = []
    last = 0
    is_row = False
    above = 0
    for i, row in enumerate(rows):
        raw = view[row.start : row.end]
        is_rule = not raw.isdecimal() and _RULE.fullmatch(raw) is not None  # figures are the commonest lines by far
        is_carried = is_rule or _says_nothing(raw)
        if i == 0 or not is_carried:
            last = i
            if "|" in raw:
                out[i - above :] = [i] * above
        above = above + 1 if is_rule and not is_row else 0
        is_row = not is_rule and (is_carried or "|" in raw)
        out.append(last)
    return np.array(out, dtype=np.int64)


def _says_nothing(raw: str) -> bool:
    """A line of figures, of empty boxes or of ends of markup."""
    if "</" in raw and _CLOSING.fullmatch(raw) is not None:
        return True
    return (len(raw) <= _MAX_FIGURES and (raw.isdecimal() or _is_figures(raw))) or not raw.strip("| \t")


_MAX_FIGURES = 24


def units_of(view: str, rows: Sequence[Line]) -> tuple[np.ndarray, np.ndarray, list[Line], list[int]]:
    """The carrier of each line, the carriers, and how many lines each carries besides itself."""
    carrier = carriers(view, rows)
    heads, counts = np.unique(carrier, return_counts=True)
    return carrier, heads, [rows[i] for i in heads.tolist()], (counts - 1).tolist()
