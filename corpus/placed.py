"""Where the boxes of a grid stand, and a grid torn in two where a sheet of paper ends."""

from __future__ import annotations

import random
from typing import NamedTuple

from .grids import Box, Grid
from .pen import cover


class Placed(NamedTuple):
    """A box and the places ``[row, row + down) × [column, column + across)`` that it covers."""

    row: int
    column: int
    down: int
    across: int
    box: Box


def placed(grid: Grid) -> tuple[int, int, list[Placed]]:
    """Height and width of a grid, and its boxes with their places; the last box of a short row is widened."""
    rows = cover(grid)
    width = max(map(len, rows))
    out = []
    for i, row in enumerate(rows):
        for j, (box, begins) in enumerate(row):
            if begins:
                across = box.across + (width - len(row) if j + box.across == len(row) else 0)
                out.append(Placed(i, j, min(box.down, len(rows) - i), across, box))
    return len(rows), width, out


def torn_grids(grid: Grid, rng: random.Random) -> list[Grid]:
    """A grid in two where a page ends, the heads printed again now and then; short ones stay whole."""
    height, width, boxes = placed(grid)
    first = next((b.row for b in boxes if b.box.kind == "value"), height)
    places = range(first + 3, height - 2)
    if len(places) < 2:
        return [grid]
    cut = rng.choice(places)
    again = rng.choice(["", "label"])
    upper: list[list[Placed]] = [[] for _ in range(cut)]
    lower: list[list[Placed]] = [[] for _ in range(height - cut)]
    for place in boxes:
        if place.row + place.down <= cut:
            upper[place.row].append(place)
        elif place.row >= cut:
            lower[place.row - cut].append(place)
        else:
            upper[place.row].append(place._replace(down=cut - place.row))
            rest = place.box if again else place.box._replace(text="")
            lower[0].append(Placed(cut, place.column, place.row + place.down - cut, place.across, rest))
    heads = upper[:first] if rng.random() < 0.5 and all(b.box.kind != "value" for r in upper[:first] for b in r) else []
    return [_rows(upper, width), _rows([*heads, *lower], width)]


def _rows(rows: list[list[Placed]], width: int) -> Grid:
    return [[p.box._replace(across=p.across, down=p.down) for p in sorted(row, key=lambda p: p.column)] for row in rows]
