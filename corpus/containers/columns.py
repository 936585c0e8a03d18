"""Tables without rules: lines whose pieces stand below each other become rows with their empties kept.

Rows of figures tell the columns; the lines of heads above them and the pieces of labels that were broken over
lines follow. Where the columns change, as from one block of a form to the next, a new group of rows begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..blocks import Box
from .paper import Chunk, Grid, Row

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
        out.append(_grid(lines[start:end], above if start <= _TOP else ()))
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


@dataclass
class _Group:
    """Rows of the same columns."""

    lines: list[list[Row]] = field(default_factory=list)
    columns: list[tuple[float, float]] = field(default_factory=list)

    def fits(self, figures: Sequence[Chunk], size: float) -> bool:
        if not self.columns:
            return True
        n = sum(any(_is_aligned(f, c, size) for c in self.columns) for f in figures)
        clash = any(f.x0 < c[1] and f.x1 > c[0] and not _is_aligned(f, c, size) for f in figures for c in self.columns)
        return 2 * n >= min(len(figures), len(self.columns)) and not clash

    def add(self, figures: Sequence[Chunk]) -> None:
        self.columns = _united([*self.columns, *((f.x0, f.x1) for f in figures)])


def _is_aligned(figure: Chunk, column: tuple[float, float], size: float) -> bool:
    left, right = figure.x0 - column[0], figure.x1 - column[1]
    return min(abs(left), abs(right), abs(left + right) / 2) <= 0.6 * size


def _united(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _grid(lines: Sequence[Row], above: tuple[tuple[float, float], ...]) -> Grid:
    """One table; its groups stand below each other."""
    groups: list[_Group] = [_Group()]
    owners = {i: _owner(lines, i) for i in range(len(lines))}
    heads: list[Row] = []
    for i, line in enumerate(lines):
        figures = _figures(line)
        if not _is_anchor(line):
            if owners[i] == i:
                heads.append(line)
            continue
        has_heads = any(len(head.pieces) > 1 for head in heads)
        if (len(figures) > 1 or has_heads) and not groups[-1].fits(figures, line.size):
            groups.append(_Group())
        groups[-1].add(figures)
        groups[-1].lines += [[head] for head in heads]
        groups[-1].lines.append([line, *(lines[k] for k, owner in owners.items() if owner == i and k != i)])
        heads = []
    groups[-1].lines += [[head] for head in heads]
    size = lines[0].size
    if above and _goes_on(groups[0], above, size):
        groups[0].columns = _united([*above, *groups[0].columns])
    columns: list[tuple[float, float]] = []
    boxes: list[list[Box]] = []
    for group in groups:
        columns = _columns(group)
        boxes += _rows(group, columns, size)
    return Grid(boxes, lines[0].y0, [lines[0].page] * len(boxes), tuple(columns))


def _goes_on(group: _Group, above: Sequence[tuple[float, float]], size: float) -> bool:
    """Whether the rows at the top of a page stand below the columns of the page before, without heads of their own."""
    heads = [row for lines in group.lines if len(lines) == 1 and not _is_anchor(row := lines[0])]
    if any(len(head.pieces) > 2 for head in heads) or not group.columns:
        return False
    return all(any(abs((a + b) - (c + d)) <= size for a, b in above) for c, d in group.columns)


def _owner(lines: Sequence[Row], i: int) -> int:
    """The row of figures to which a piece of a label above or below belongs; itself where two are as near."""
    line = lines[i]
    if _is_anchor(line):
        return i
    near: list[tuple[float, int]] = []
    for side in (range(i - 1, max(-1, i - 4), -1), range(i + 1, min(len(lines), i + 4))):
        at = next((k for k in side if _is_anchor(lines[k])), None)
        if at is not None:
            anchor = lines[at]
            if line.x0 >= _figures(anchor)[0].x0:
                return i
            near.append((max(line.y0, anchor.y0) - min(line.y1, anchor.y1), at))
    near.sort()
    if not near or near[0][0] > 0.6 * line.size or (len(near) > 1 and near[1][0] - near[0][0] < 0.12 * line.size):
        return i
    return near[0][1]


def _columns(group: _Group) -> list[tuple[float, float]]:
    """The columns of a group's figures, those without a figure too where a head stands over them."""
    columns = list(group.columns)
    first = columns[0][0] if columns else 0.0
    anchors = [line for lines in group.lines for line in lines if _is_anchor(line)]
    if not any(_FIGURE.fullmatch(line.pieces[0].text) is None for line in anchors):
        first = 0.0  # no row has a label: heads stand over figures alone
    heads = [lines[0] for lines in group.lines if len(lines) == 1 and not _is_anchor(lines[0])]
    full = [head for head in heads if len(head.pieces) > 2]
    level = [h for h in heads if h not in full and any(h.y0 < f.y1 and h.y1 > f.y0 for f in full)]
    for head in (*full, *level):  # a short head stands between the lines of those that are broken over two
        for piece in head.pieces:
            if piece.x0 > first and all(piece.x1 < a or piece.x0 > b for a, b in columns):
                columns = sorted([*columns, (piece.x0, piece.x1)])
    return columns


def _rows(group: _Group, columns: list[tuple[float, float]], size: float) -> list[list[Box]]:
    """The rows of a group as cells."""
    first = columns[0][0] if columns else 0.0
    labels = _label_columns(group, first, size)
    edges = [(a[1] + b[0]) / 2 for a, b in pairwise(columns)]
    out: list[list[Box]] = []
    for lines in group.lines:
        texts: dict[int, list[str]] = {}
        across: dict[int, int] = {}
        for line in sorted(lines, key=lambda row: row.y0):
            for piece in line.pieces:
                if _is_label(piece, first, size):
                    over = [k for k, (a, b) in enumerate(labels) if piece.x0 < b and piece.x1 > a]
                    at, n = (over[0], len(over)) if over else (0, 1)
                else:
                    over = [k for k, (a, b) in enumerate(columns) if piece.x0 <= (a + b) / 2 <= piece.x1]
                    middle = sum(edge < (piece.x0 + piece.x1) / 2 for edge in edges)
                    at, n = len(labels) + (over[0] if over else middle), max(len(over), 1)
                texts.setdefault(at, []).append(piece.text)
                across[at] = n
        last = max((k for k in texts if k < len(labels)), default=-1)
        if 0 <= last < len(labels) - 1 and any(map(_is_anchor, lines)):
            across[last] = len(labels) - last  # a label over the places of those that are parted elsewhere
        out.append(_boxes(texts, across, len(labels) + len(columns)))
    return out


def _label_columns(group: _Group, first: float, size: float) -> list[tuple[float, float]]:
    """The columns of labels before the figures: the rows with the most labels show them."""
    rows = [
        _united([(p.x0, p.x1) for row in lines for p in row.pieces if _is_label(p, first, size)])
        for lines in group.lines
    ]
    most = max(map(len, rows), default=0)
    columns: list[tuple[float, float]] = []
    for row in rows:
        if len(row) < most or not row:
            continue
        wider = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(columns or row, row, strict=True)]
        if all(left[1] <= right[0] for left, right in pairwise(wider)):
            columns = wider
    return columns or [(0.0, first)]


def _is_label(piece: Chunk, first: float, size: float) -> bool:
    return (piece.x0 + piece.x1) / 2 < first and piece.x0 < first - size


def _boxes(texts: dict[int, list[str]], across: dict[int, int], n_columns: int) -> list[Box]:
    out: list[Box] = []
    column = 0
    while column < n_columns:
        n = min(across.get(column, 1), n_columns - column)
        while any(column + k in texts for k in range(1, n)):
            n -= 1
        out.append(Box(n, 1, "\n".join(texts.get(column, ()))))
        column += n
    return out
