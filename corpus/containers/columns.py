"""Tables without rules: lines whose pieces stand below each other become rows with their empties kept.

Rows of figures tell the columns; the lines of heads above them and the pieces of labels that were broken over
lines follow. Where the columns change, as from one block of a form to the next, a new group of rows begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .paper import Chunk, Grid, Row
from .unruled import grid

_FIGURE = re.compile(r"[-+−－＋↑↓]?\d[\d,.]*(?:%|万?元)?|[/／—–-]|无")
_CLAUSE = re.compile(r"[，。；]")
_MIN_ANCHORS = 2
_WIDE = 0.6
_APART = 3.0
_SIZE = 1.08
_TOP = 1
"""So many lines may stand above a table that goes on from the page before."""
_MANY_HEADS = 8
"""So many heads above a single row of figures are a table."""


def with_tables(lines: Sequence[Row], width: float, above: tuple[tuple[float, float], ...] = ()) -> list[Row | Grid]:
    """The lines of a page with the tables among them put together.

    Parameters
    ----------
    above : tuple of (start, end)
        The columns of a table on the page before that may go on here.
    """
    out: list[Row | Grid] = []
    at = 0
    for start, end in _runs(lines, width):
        out += lines[at:start]
        out.append(grid(lines[start:end], above if start <= _TOP else ()))
        at = end
    return [*out, *lines[at:]]


def _figures(line: Row) -> list[Chunk]:
    return [piece for piece in line.pieces if _FIGURE.fullmatch(piece.text)]


def _is_anchor(line: Row) -> bool:
    """Whether a line is a row of figures: two of them, or one behind a label."""
    n = len(_figures(line))
    if sum(_CLAUSE.search(piece.text) is not None for piece in line.pieces) > 1 or line.text.endswith("。"):
        return False  # a sentence with blanks around its figures
    return n >= 2 or (n == 1 and len(line.pieces) > 1 and _FIGURE.fullmatch(line.pieces[-1].text) is not None)


def _runs(lines: Sequence[Row], width: float) -> list[tuple[int, int]]:
    """Where tables begin and end: around rows of figures, letters of one size, no wide line and no wide gap."""
    out: list[tuple[int, int]] = []
    at = 0
    while at < len(lines):
        if not _is_anchor(lines[at]):
            at += 1
            continue
        size = lines[at].size
        start = at
        while start > (out[-1][1] if out else 0) and _belongs(lines[start - 1], lines[start], size, width):
            start -= 1
        end = last = at
        while end + 1 < len(lines) and _belongs(lines[end + 1], lines[end], size, width):
            end += 1
            last = end if _is_anchor(lines[end]) or _is_piece(lines, end) else last
        n = [len(_figures(line)) for line in lines[start : last + 1] if _is_anchor(line)]
        heads = [len(line.pieces) for line in lines[start : last + 1] if not _is_anchor(line)]
        is_table = len(n) >= _MIN_ANCHORS and (max(n) > 1 or max(heads, default=0) > 2)
        if is_table or max(heads, default=0) >= _MANY_HEADS:
            out.append((start, last + 1))
        at = last + 1
    return out


def _belongs(line: Row, beside: Row, size: float, width: float) -> bool:
    gap = max(line.y0, beside.y0) - min(line.y1, beside.y1)
    is_other = max(line.size, size) > _SIZE * min(line.size, size) and any(c > "\u2e80" for c in line.text)
    if is_other or gap > _APART * size:
        return False
    return len(line.pieces) > 1 or line.x1 - line.x0 <= _WIDE * width


def _is_piece(lines: Sequence[Row], i: int) -> bool:
    """Whether the last line of a run ends a label that was broken over lines."""
    return lines[i].y0 - lines[i - 1].y1 < 0.5 * lines[i].size
