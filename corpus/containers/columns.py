"""Where tables without rules begin and end: around rows of figures, and heads that stand side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .alignment import fits
from .paper import Chunk, Columns, Grid, Row
from .unruled import grid
from .wrapped import is_figure, words_of

_CLAUSE = re.compile(r"[，。；]")
_WIDE = 0.6
_APART = 4.0
_SIZE = 1.08
_TOP = 1
"""So many lines may stand above a table that goes on from the page before."""
_HEADS = 3
"""So many heads above a row of figures are a table."""
_MANY_HEADS = 4
"""So many are one whose figures are on another page, or that has none."""


def with_tables(lines: Sequence[Row], width: float, above: Columns) -> list[Row | Grid]:
    """The lines of a page with the tables among them put together.

    Parameters
    ----------
    above : Columns
        Those of a table on the page before that may go on here.
    """
    out: list[Row | Grid] = []
    at = 0
    for start, end in _runs(lines, width, above):
        out += lines[at:start]
        out.append(grid(lines[start:end], above if start <= _TOP else Columns((), above.side)))
        at = end
    return [*out, *lines[at:]]


def _figures(line: Row) -> list[Chunk]:
    return [piece for piece in line.pieces if is_figure(piece.text)]


def _is_anchor(line: Row) -> bool:
    """Whether a line is a row of figures: two of them, or one behind a label."""
    n = len(_figures(line))
    if sum(_CLAUSE.search(piece.text) is not None for piece in line.pieces) > 1 or line.text.endswith("。"):
        return False  # a sentence with blanks around its figures
    return n >= 2 or (n == 1 and len(line.pieces) > 1 and is_figure(line.pieces[-1].text))


def _runs(lines: Sequence[Row], width: float, above: Columns) -> list[tuple[int, int]]:
    """Where tables begin and end: around rows of figures and of heads, letters of one size, no wide line and no gap."""
    out: list[tuple[int, int]] = []
    at = 0
    while at < len(lines):
        if not (_is_anchor(lines[at]) or _is_heads(lines[at])):
            at += 1
            continue
        size = lines[at].size
        start = at
        while start > (out[-1][1] if out else 0) and _belongs(lines[start - 1], lines[start], size, width):
            start -= 1
        end = last = at
        while end + 1 < len(lines) and _belongs(lines[end + 1], lines[end], size, width):
            end += 1
            if _is_anchor(lines[end]) or _is_heads(lines[end]) or _is_piece(lines, end):
                last = end
        last = _with_empty_rows(lines, start, last, end)
        if _is_table(lines[start : last + 1], above if start <= _TOP else Columns()):
            out.append((start, last + 1))
        at = last + 1
    return out


def _is_heads(line: Row) -> bool:
    """Whether a line is heads that stand side by side."""
    words = words_of(line, 0, line.size)
    return len(words) >= _HEADS and not any(_CLAUSE.search(word.text) or word.is_figure for word in words)


def _with_empty_rows(lines: Sequence[Row], start: int, last: int, end: int) -> int:
    """The last line of a table with the labels below it that have no figure: no further apart than its rows are."""
    inside = lines[start : last + 1]
    columns = [f.x0 for line in inside if _is_anchor(line) for f in _figures(line)]
    columns = columns or [line.pieces[1].x0 for line in inside if len(line.pieces) > 1]
    apart = max((b.y0 - a.y0 for a, b in pairwise(inside)), default=_APART * lines[start].size)
    while last < end and columns and lines[last + 1].x1 <= min(columns):
        if lines[last + 1].y0 - lines[last].y0 > apart or _CLAUSE.search(lines[last + 1].text):
            break
        last += 1
    return last


def _is_table(lines: Sequence[Row], above: Columns) -> bool:
    """Whether lines are a table: several rows of figures, or one below heads or the columns of the page before."""
    figures = [_figures(line) for line in lines if _is_anchor(line)]
    heads = max((len(words_of(line, 0, line.size)) for line in lines if not _is_anchor(line)), default=0)
    if heads >= _MANY_HEADS or (figures and heads >= _HEADS):
        return True
    if figures and above.spans and fits([figure for row in figures for figure in row], above):
        return True
    return len(figures) > 1 and max(map(len, figures)) > 1


def _belongs(line: Row, beside: Row, size: float, width: float) -> bool:
    gap = max(line.y0, beside.y0) - min(line.y1, beside.y1)
    is_other = max(line.size, size) > _SIZE * min(line.size, size) and any(c > "\u2e80" for c in line.text)
    if is_other or gap > _APART * size:
        return False
    return len(line.pieces) > 1 or line.x1 - line.x0 <= _WIDE * width


def _is_piece(lines: Sequence[Row], i: int) -> bool:
    """Whether the last line of a run ends a label that was broken over lines."""
    return lines[i].y0 - lines[i - 1].y1 < 0.5 * lines[i].size
