"""Columns of figures without rules: where figures stand below each other, and heads over them or beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .paper import Chunk, Columns, Span
from .wrapped import Cell

Placed = Cell | Chunk
_IN_LINE = 0.6
"""Of a letter's width: so far apart may stand what is in line."""
_ASIDE = 0.25
"""Of a letter's width: so far from its head's middle a figure stands that is aside."""


def columns_of(figures: Sequence[Placed], heads: Sequence[Span], side: int) -> list[Span]:
    """The columns of figures, with the heads over them, and those that have only a head.

    Parameters
    ----------
    side : int
        Where figures stand in boxes wider than they are: -1 at the left, 1 at the right, 0 in the middle or unknown.
    """
    filled = headed(united((c.x0, c.x1) for c in figures), heads)
    empty = [head for head in heads if not any(_overlap(head, column) for column in filled)]
    bare = [column for column in filled if not any(_overlap(head, column) for head in heads)]
    if empty and bare:
        return _paired(filled, empty, bare, side)
    return united([*filled, *empty])


def fits(figures: Sequence[Placed], above: Columns) -> bool:
    """Whether figures stand in the columns of another table, and in no others."""
    return len(columns_of(figures, above.spans, above.side)) == len(above.spans)


def sides(figures: Sequence[Cell], heads: Sequence[Span], em: float) -> list[int]:
    """Where each figure stands below its head: -1 at the left of its middle, 1 at the right, 0 below it."""
    out = []
    for figure in figures:
        over = [head for head in heads if _overlap(head, (figure.x0, figure.x1))]
        if len(over) == 1:
            aside = figure.middle[0] - sum(over[0]) / 2
            out.append(0 if abs(aside) < _ASIDE * em else 1 if aside > 0 else -1)
    return out


def are_same(columns: Sequence[Span], above: Sequence[Span], em: float) -> bool:
    """Whether each column stands in line with one of those above, and none with two."""
    if not columns:
        return False
    over = [[k for k, other in enumerate(above) if _overlap(column, other)] for column in columns]
    if any(len(found) != 1 for found in over) or len({k for (k,) in over}) < len(over):
        return False
    return all(_is_in_line(column, above[k], em) for column, (k,) in zip(columns, over, strict=True))


def _is_in_line(a: Span, b: Span, em: float) -> bool:
    left, right = a[0] - b[0], a[1] - b[1]
    return min(abs(left), abs(right), abs(left + right) / 2) <= _IN_LINE * em


def united(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap as one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and a[1] > b[0]


def headed(columns: Sequence[Span], heads: Sequence[Span]) -> list[Span]:
    """Columns as wide as the heads that stand over one of them alone."""
    out = list(columns)
    for head in heads:
        over = [k for k, column in enumerate(columns) if _overlap(head, column)]
        if len(over) == 1:
            out[over[0]] = min(out[over[0]][0], head[0]), max(out[over[0]][1], head[1])
    return out if all(a[1] <= b[0] for a, b in pairwise(out)) else list(columns)


def _paired(filled: Sequence[Span], empty: Sequence[Span], bare: Sequence[Span], side: int) -> list[Span]:
    """Columns whose figures stand beside their heads: at the edge of a wide box, below a head in its middle."""
    ordered = sorted([*filled, *empty])

    def pairs(way: int) -> list[tuple[Span, Span]]:
        """Figures with the head that stands next to them, at their left (1) or right (-1)."""
        found = ((column, ordered.index(column) - way) for column in bare)
        return [(c, ordered[k]) for c, k in found if 0 <= k < len(ordered) and ordered[k] in empty]

    if side == 0 and len(pairs(1)) == len(pairs(-1)):
        return ordered  # either head may be theirs
    way = side or max((1, -1), key=lambda way: len(pairs(way)))
    joined = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in pairs(way)]
    return united([*ordered, *joined])


def label_columns(rows: Iterable[Sequence[Cell]], em: float) -> list[Span]:
    """The columns of labels before the figures, as rows with several labels show them.

    What most stand in line with comes first: a label over two columns is in line with few.
    """
    found = [row for row in rows if row]
    spans = [(cell.x0, cell.x1) for row in found if len(row) > 1 for cell in row]
    n_in_line = {span: sum(_is_alike(span, other, em) for other in spans) for span in spans}
    columns: list[Span] = []
    for span in sorted(spans, key=lambda span: (-n_in_line[span], span[1] - span[0])):
        if not any(_overlap(span, column) for column in columns):
            columns.append(span)
    return headed(sorted(columns), spans) or united((cell.x0, cell.x1) for row in found for cell in row)


def _is_alike(a: Span, b: Span, em: float) -> bool:
    narrow, wide = sorted((a[1] - a[0], b[1] - b[0]))
    return _overlap(a, b) and _is_in_line(a, b, em) and narrow > wide / 2


def place(cell: Cell, spans: Sequence[Span]) -> tuple[int, int]:
    """The column of a cell, and how many it stands over."""
    if not spans:
        return 0, 1
    over = [k for k, (a, b) in enumerate(spans) if cell.x0 <= (a + b) / 2 <= cell.x1]
    if len(over) > 1:
        return over[0], len(over)
    middle = cell.middle[0]
    return min(range(len(spans)), key=lambda k: max(spans[k][0] - middle, middle - spans[k][1], 0.0)), 1
