"""Tables without rules: lines whose pieces stand below each other become rows with their empties kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..blocks import Box
from .paper import Chunk, Grid, Row

_FIGURE = re.compile(r"[-+−－＋]?\d[\d,.]*%?|[/／—–-]|无")
_MIN_ANCHORS = 2
_WIDE = 0.6
_APART = 3.0


def with_tables(lines: Sequence[Row], width: float) -> list[Row | Grid]:
    """The lines of a page with the tables among them put together."""
    out: list[Row | Grid] = []
    at = 0
    while at < len(lines):
        end = _run(lines, at, width)
        grid = _grid(lines[at:end]) if end - at >= _MIN_ANCHORS else None
        if grid is None:
            out.append(lines[at])
            at += 1
        else:
            out.append(grid)
            at = end
    return out


def _run(lines: Sequence[Row], start: int, width: float) -> int:
    """The end of the lines from ``start`` on that may be one table; it ends with a line of several pieces."""
    end = start
    for i in range(start, len(lines)):
        line = lines[i]
        if i > start and line.y0 - lines[i - 1].y1 > _APART * line.size:
            break
        if len(line.chunks) > 1:
            end = i + 1
        elif i == start or line.x1 - line.x0 > _WIDE * width:
            break
    return end


def _is_anchor(line: Row) -> bool:
    return sum(_FIGURE.fullmatch(chunk.text) is not None for chunk in line.chunks) >= 2


def _grid(lines: Sequence[Row]) -> Grid | None:
    anchors = [line for line in lines if _is_anchor(line)]
    if len(anchors) < _MIN_ANCHORS:
        return None
    columns = _columns(lines, anchors)
    if len(columns) < 3:
        return None
    rows: dict[int, list[tuple[Row, Row]]] = {}
    for i, line in enumerate(lines):
        at = i if _is_anchor(line) else _owner(lines, i, columns)
        rows.setdefault(at, []).append((lines[at], line))
    boxes = [_boxes([line for _, line in rows[i]], columns) for i in sorted(rows)]
    return Grid(boxes, lines[0].y0, [lines[0].page] * len(boxes))


def _columns(lines: Sequence[Row], anchors: Sequence[Row]) -> list[tuple[float, float]]:
    """The columns that the rows of figures fill, and those that only a head tells of."""
    spans = _united([(c.x0, c.x1) for line in anchors for c in line.chunks], 0.3 * anchors[0].size)
    extra = [
        (c.x0, c.x1) for line in lines if len(line.chunks) > 1 for c in line.chunks
        if all(c.x1 < a or c.x0 > b for a, b in spans)
    ]  # fmt: skip
    return sorted([*spans, *_united(extra, 0.3 * anchors[0].size)])


def _united(spans: Sequence[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1] + gap:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _owner(lines: Sequence[Row], i: int, columns: Sequence[tuple[float, float]]) -> int:
    """The row to which a piece of a label above or below its figures belongs; itself where two are as near."""
    line = lines[i]
    if len(line.chunks) > 1 or line.x0 > columns[0][1]:
        return i
    middle = (line.y0 + line.y1) / 2
    near = sorted(
        (abs((lines[k].y0 + lines[k].y1) / 2 - middle), k)
        for k in range(max(0, i - 3), min(len(lines), i + 4)) if _is_anchor(lines[k])
    )  # fmt: skip
    if not near or near[0][0] > 1.2 * line.size or (len(near) > 1 and near[0][0] > 0.7 * near[1][0]):
        return i
    return near[0][1]


def _boxes(lines: Sequence[Row], columns: Sequence[tuple[float, float]]) -> list[Box]:
    """One row: its pieces in their columns, a piece over several columns as one merged cell."""
    texts: dict[int, list[str]] = {}
    across: dict[int, int] = {}
    for line in lines:
        for chunk in line.chunks:
            first, n = _covered(chunk, columns)
            texts.setdefault(first, []).append(chunk.text)
            across[first] = n if len(lines) == 1 else 1
    out: list[Box] = []
    column = 0
    while column < len(columns):
        n = across.get(column, 1)
        while any(column + k in texts for k in range(1, n)):
            n -= 1
        out.append(Box(n, 1, "\n".join(texts.get(column, ()))))
        column += n
    return out


def _covered(chunk: Chunk, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """The first column that a piece lies over, and how many."""
    over = [k for k, (a, b) in enumerate(columns) if min(b, chunk.x1) - max(a, chunk.x0) > 0]
    if over:
        return over[0], over[-1] - over[0] + 1
    middle = (chunk.x0 + chunk.x1) / 2
    return min(range(len(columns)), key=lambda k: abs((columns[k][0] + columns[k][1]) / 2 - middle)), 1
