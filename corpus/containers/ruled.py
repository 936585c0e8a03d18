"""Ruled tables of a page: from drawn lines to cells with their spans.

Lines that cross make a table; its columns and rows are the places of all its lines, and neighbouring
places that no line parts are one merged cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..blocks import Box
from .paper import Char, Rule, rows

_NEAR = 3.0
_COVERED = 0.6
_MIN_LENGTH = 6.0
_MAX_PLACES = 20_000


class Line(NamedTuple):
    """A level or upright line: its place across, and where it begins and ends along."""

    at: float
    start: float
    end: float


class Ruled(NamedTuple):
    """A table's places: the edges of its columns and rows, and the merged cell of each (row, column)."""

    xs: list[float]
    ys: list[float]
    cells: dict[tuple[int, int], tuple[int, int, int, int]]
    """First place of a cell: (first row, first column, rows, columns)."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def holds(self, char: Char) -> bool:
        x, y = char.middle
        return self.xs[0] - 1 <= x <= self.xs[-1] + 1 and self.ys[0] - 1 <= y <= self.ys[-1] + 1

    def refined(self, xs: Sequence[float]) -> Ruled:
        """The same table on finer columns, of which its own edges are some."""
        place = [min(range(len(xs)), key=lambda k: abs(xs[k] - x)) for x in self.xs]
        cells = [(r, place[c], down, place[c + across] - place[c]) for r, c, down, across in self.cells.values()]
        return Ruled(list(xs), self.ys, {cell[:2]: cell for cell in cells})

    def boxes(self, chars: Iterable[Char]) -> list[list[Box]]:
        """The rows of the table with the characters that lie in each cell."""
        owner = {
            (r + i, c + j): (r, c) for (r, c), (_, _, down, across) in self.cells.items()
            for i in range(down) for j in range(across)
        }  # fmt: skip
        inside: dict[tuple[int, int], list[Char]] = {}
        n_rows, n_columns = len(self.ys) - 1, len(self.xs) - 1
        for char in chars:
            x, y = char.middle
            r = min(max(bisect_right(self.ys, y) - 1, 0), n_rows - 1)
            c = min(max(bisect_right(self.xs, x) - 1, 0), n_columns - 1)
            inside.setdefault(owner[r, c], []).append(char)
        out: list[list[Box]] = []
        for r in range(n_rows):
            out.append([])
            for c in range(n_columns):
                if (r, c) in self.cells:
                    _, _, down, across = self.cells[r, c]
                    text = "\n".join(row.text.replace("  ", " ") for row in rows(inside.get((r, c), ())))
                    out[-1].append(Box(across, down, text))
        return out


def tables(rules: Sequence[Rule]) -> list[Ruled]:
    """The ruled tables of a page, from the top down."""
    level = _merged([Line((r.y0 + r.y1) / 2, r.x0, r.x1) for r in rules if r.x1 - r.x0 >= r.y1 - r.y0])
    upright = _merged([Line((r.x0 + r.x1) / 2, r.y0, r.y1) for r in rules if r.y1 - r.y0 > r.x1 - r.x0])
    level = [line for line in level if line.end - line.start >= _MIN_LENGTH]
    upright = [line for line in upright if line.end - line.start >= _MIN_LENGTH]
    found = [table for group in _groups(level, upright) if (table := _table(*group)) is not None]
    found = [t for t in found if not any(o is not t and _is_within(t.box, o.box) for o in found)]
    return sorted(found, key=lambda t: (t.ys[0], t.xs[0]))


def _is_within(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return box[0] > other[0] and box[1] > other[1] and box[2] < other[2] and box[3] < other[3]


def _merged(lines: list[Line]) -> list[Line]:
    """Pieces of one line as one, at one place: borders are drawn cell by cell, often double."""
    out: list[Line] = []
    for place in _places([line.at for line in lines]):
        pieces = sorted((x.start, x.end) for x in lines if abs(x.at - place) <= _NEAR / 2)
        for start, end in pieces:
            if out and out[-1].at == place and start <= out[-1].end + _NEAR:
                out[-1] = Line(place, out[-1].start, max(end, out[-1].end))
            else:
                out.append(Line(place, start, end))
    return out


def _places(values: Iterable[float]) -> list[float]:
    """Values that lie near each other as one."""
    out: list[list[float]] = []
    for value in sorted(values):
        if out and value - out[-1][0] <= _NEAR:
            out[-1].append(value)
        else:
            out.append([value])
    return [(group[0] + group[-1]) / 2 for group in out]


def _groups(level: list[Line], upright: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Lines that touch each other, directly or by others."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(level):
        for j, v in enumerate(upright):
            if h.start - _NEAR <= v.at <= h.end + _NEAR and v.start - _NEAR <= h.at <= v.end + _NEAR:
                parent[root(i)] = root(len(level) + j)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for i, line in enumerate([*level, *upright]):
        groups.setdefault(root(i), ([], []))[i >= len(level)].append(line)
    return list(groups.values())


def _table(level: list[Line], upright: list[Line]) -> Ruled | None:
    if len(level) < 2 or not upright:
        return None
    xs, ys = _places(v.at for v in upright), _places(h.at for h in level)
    for end in (min(h.start for h in level), max(h.end for h in level)):  # a table whose sides are open
        if end < xs[0] - 2 * _NEAR or end > xs[-1] + 2 * _NEAR:
            xs = sorted([*xs, end])
    if len(xs) < 3 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MAX_PLACES:
        return None  # a frame around a text, or a drawing
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    parent = {(r, c): (r, c) for r in range(n_rows) for c in range(n_columns)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while parent[place] != place:
            place = parent[place]
        return place

    for r in range(n_rows):
        for c in range(n_columns):
            if c + 1 < n_columns and not _is_drawn(upright, xs[c + 1], ys[r], ys[r + 1]):
                parent[root((r, c + 1))] = root((r, c))
            if r + 1 < n_rows and not _is_drawn(level, ys[r + 1], xs[c], xs[c + 1]):
                parent[root((r + 1, c))] = root((r, c))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in parent:
        groups.setdefault(root(place), []).append(place)
    cells: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for places in groups.values():
        for cell in _rectangles(places):
            cells[cell[:2]] = cell
    return Ruled(xs, ys, cells) if len(cells) > 1 else None


def _is_drawn(lines: list[Line], at: float, start: float, end: float) -> bool:
    """Whether a line parts two places: it runs along most of the edge between them."""
    covered = sum(max(0.0, min(end, line.end) - max(start, line.start)) for line in lines if abs(line.at - at) <= _NEAR)
    return covered >= _COVERED * (end - start)


def _rectangles(places: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """A merged cell; one that is no rectangle (a rule was lost) falls apart into its rows."""
    top, bottom = min(r for r, _ in places), max(r for r, _ in places)
    left, right = min(c for _, c in places), max(c for _, c in places)
    if (bottom - top + 1) * (right - left + 1) == len(places):
        return [(top, left, bottom - top + 1, right - left + 1)]
    out: list[tuple[int, int, int, int]] = []
    for r, c in sorted(places):
        if out and out[-1][0] == r and out[-1][1] + out[-1][3] == c:
            out[-1] = (r, out[-1][1], 1, out[-1][3] + 1)
        else:
            out.append((r, c, 1, 1))
    return out
