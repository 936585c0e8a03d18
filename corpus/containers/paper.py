"""A printed page: characters and rules with their places. Readers of PDF and of pictures both give it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..blocks import DOWN, UP, Box, written_out


class Char(NamedTuple):
    """A printed character (of OCR: a printed line) and its box; y grows downwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


class Rule(NamedTuple):
    """A straight line, level or upright."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass
class Paper:
    """One page. ``is_picture``: it shows something, but no text of it can be had."""

    number: int
    width: float
    height: float
    chars: list[Char]
    rules: list[Rule]
    is_picture: bool = False


class Chunk(NamedTuple):
    """A stretch of a printed line without a wide gap."""

    text: str
    x0: float
    x1: float


@dataclass
class Row:
    """A printed line: its chunks from left to right. ``size`` is the height of its letters.

    ``pieces`` are the same, cut at narrower gaps too: justified prose has such, and so have the cells
    of a narrow table. ``chars`` are its characters from left to right, blanks too.
    """

    chunks: list[Chunk]
    pieces: list[Chunk]
    chars: Sequence[Char]
    y0: float
    y1: float
    size: float
    page: int = 0

    @property
    def x0(self) -> float:
        return self.chunks[0].x0

    @property
    def x1(self) -> float:
        return self.chunks[-1].x1

    @property
    def text(self) -> str:
        return "  ".join(chunk.text for chunk in self.chunks)


Span = tuple[float, float]


class Columns(NamedTuple):
    """Where the columns of a table without rules stand, heads and figures together.

    ``side`` tells where the figures stand in boxes that are wider than they are: -1 at the left, 1 at the right, 0 in
    the middle, or unknown.
    """

    spans: tuple[Span, ...] = ()
    side: int = 0


class Grid(NamedTuple):
    """A table: its rows, its upper end on the page where it begins, the page of each row.

    Where no rules are drawn it also says where its last columns of figures stand, for it may go on overleaf, and
    whether it goes on itself what the page before began.
    """

    boxes: list[list[Box]]
    y0: float
    pages: list[int]
    columns: Columns = Columns()
    goes_on: bool = False

    def continued(self, other: Grid) -> Grid:
        """Both as one table, their figures below each other: empty boxes stand before the part that has fewer."""
        wider = _width(other.boxes[0]) - _width(self.boxes[-1])
        for row in self.boxes if wider > 0 else other.boxes if wider < 0 else ():
            row.insert(0, Box(abs(wider)))
        boxes, pages = [*self.boxes, *other.boxes], [*self.pages, *other.pages]
        return Grid(boxes, self.y0, pages, other.columns, self.goes_on)


def _width(row: Sequence[Box]) -> int:
    return sum(box.colspan for box in row)


NEW_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]\d{1,2}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+[章条部]"
)
"""How a line begins that starts an item of a list."""
_GAP = 1.9
_PIECE = 0.75
_WORD = 0.25
_IDEOGRAPHS = 0.75
_BESIDE = 0.3
_SMALL = 0.8
_RAISED = 0.2
"""Of the height of the character before it: how near, how small and how high a raised one is."""


def rows(chars: Iterable[Char], page: int = 0) -> list[Row]:
    """Characters as printed lines, from the top down."""
    lines: list[list[Char]] = []
    chars = _marked(chars)
    seen: dict[tuple[str, int, int], list[Char]] = {}
    for char in sorted(chars, key=lambda c: (c.middle[1], c.x0)):
        if _is_twice(char, seen):
            continue
        height = max(char.y1 - char.y0, 1.0)
        for line in reversed(lines[-3:]):
            other = line[-1]
            if abs(other.middle[1] - char.middle[1]) < 0.45 * min(height, max(other.y1 - other.y0, 1.0)):
                line.append(char)
                break
        else:
            lines.append([char])
    found = [_row(sorted(line, key=lambda c: c.x0), page) for line in lines]
    return [row for row in found if row is not None]


def _marked(chars: Iterable[Char]) -> list[Char]:
    """The characters with those that are raised behind another marked, and brought down to its line."""
    out: list[Char] = []
    for char in chars:
        base = out[-1] if out else None
        if base is not None and not char.text.isspace() and _is_raised(char, base):
            char = Char(f"{UP}{char.text}{DOWN}", char.x0, base.y0, char.x1, base.y1)
        out.append(char)
    return out


def _is_raised(char: Char, base: Char) -> bool:
    """Whether a character is smaller than the one right before it, and stands higher."""
    height = base.y1 - base.y0
    is_beside = -_BESIDE * height < char.x0 - base.x1 < _BESIDE * height
    is_high = char.y0 - base.y0 < _RAISED * height < base.y1 - char.y1 < height
    return is_beside and is_high and char.y1 - char.y0 < _SMALL * height


def _is_twice(char: Char, seen: dict[tuple[str, int, int], list[Char]]) -> bool:
    """Whether the same character was drawn at the same place before: bold type without a bold font."""
    if char.text.isspace():
        return False
    size = max(char.y1 - char.y0, 1.0)
    x, y = char.middle
    at = (int(x // size), int(y // size))
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            for other in seen.get((char.text, at[0] + dx, at[1] + dy), ()):
                if abs(other.middle[0] - x) < 0.2 * size and abs(other.middle[1] - y) < 0.2 * size:
                    return True
    seen.setdefault((char.text, *at), []).append(char)
    return False


def _row(line: Sequence[Char], page: int) -> Row | None:
    printed = [c for c in line if not c.text.isspace()]
    if not printed:
        return None
    wide = [c for c in printed if c.text[0] > "\u2e80"] or printed  # figures may come from another font
    size = sorted(c.y1 - c.y0 for c in wide)[len(wide) // 2]
    chunks: list[Chunk] = []
    pieces: list[Chunk] = []
    text, start, last = "", 0.0, printed[0]
    piece, piece_start = "", 0.0
    blank = 0.0
    for char in line:
        if char.text.isspace():
            blank = char.x1 - char.x0  # boxes of figures may reach over it
            continue
        gap = char.x0 - last.x1
        if piece and gap > _PIECE * size:
            pieces.append(Chunk(written_out(piece), piece_start, last.x1))
            piece = ""
        piece, piece_start = piece + char.text, piece_start if piece else char.x0
        if text and gap > _GAP * size:
            chunks.append(Chunk(written_out(text), start, last.x1))
            text = ""
        if not text:
            text, start = char.text, char.x0
        else:
            is_wide = text[-1] > "\u2e80" and char.text[0] > "\u2e80"
            is_apart = gap > (_IDEOGRAPHS if is_wide else _WORD) * size
            text += (" " if is_apart or (blank and max(gap, blank) > 0.1 * size and not is_wide) else "") + char.text
        last, blank = char, 0.0
    chunks.append(Chunk(written_out(text), start, last.x1))
    pieces.append(Chunk(written_out(piece), piece_start, last.x1))
    return Row(chunks, pieces, line, min(c.y0 for c in printed), max(c.y1 for c in printed), size, page)
