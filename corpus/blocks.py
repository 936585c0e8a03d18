"""Blocks of text, and how tables with merged cells become lines: the same for every container.

A table's rows become lines, its cells are parted by tabs. A merged cell is written once, at its
first position, and leaves the other positions empty, so that a figure's place in its line is its
column. What the container shows as empty stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Region(NamedTuple):
    """A stretch ``[start, end)`` of the text that the container itself names.

    ``kind`` is ``nav``, ``header``, ``footer``, ``aside``, ``page_title`` or ``table``.
    """

    start: int
    end: int
    kind: str


class Block(NamedTuple):
    """A stretch of text on lines of its own.

    ``page`` is the sheet of paper on which it begins, where there is one; from ``text[turn:]`` on
    it stands on the next, where ``turn`` is not 0.
    """

    text: str
    kind: str | None = None
    page: int = 0
    turn: int = 0


UP, DOWN = "\x0e", "\x0f"
"""Where a raised stretch of a text begins and ends, until it is written out: no container's text has them."""
_RAISED = re.compile(f"(?<![A-Za-z]){UP}(\\s*)(\\w[^{UP}{DOWN}]*?)(\\s*){DOWN}")


def written_out(text: str) -> str:
    """A text with its raised stretches in brackets, where only their height parts them from what they stand behind.

    A raised figure is the mark of a note: 12 with a raised 1 is neither 121 nor two figures. That of a unit stays (m2).
    """
    if UP not in text:
        return text
    text = _RAISED.sub(r"\1[\2]\3", text.replace(DOWN + UP, ""))
    return text.replace(UP, "").replace(DOWN, "")


BROKEN = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t\r\f]*\n[ \t\n\r\f]*(?=[\u2e80-\u9fff\uff00-\uffef])")
"""A line's end inside a Chinese sentence, where it stands for nothing."""
_MAX_GRID = 200_000
_LAYOUT_CHARS = 400


class Box:
    """A cell of a table. A ``rowspan`` of 0 reaches to the last row."""

    __slots__ = ("blocks", "colspan", "rowspan")

    def __init__(self, colspan: int = 1, rowspan: int = 1, text: str = "") -> None:
        self.blocks: list[Block] = [Block(text)] if text else []
        self.colspan = colspan
        self.rowspan = rowspan

    @property
    def text(self) -> str:
        """On one line: parts of a word are joined, figures never."""
        text = "\n".join(b.text for b in self.blocks).replace("\t", " ")
        return BROKEN.sub("", text).replace("\n", " ").strip()


def join(blocks: Sequence[Block]) -> tuple[str, tuple[Region, ...]]:
    """The text of blocks, each on its line, and the regions that they name."""
    regions: list[Region] = []
    at = 0
    for block in blocks:
        end = at + len(block.text)
        if block.kind is not None:
            last = regions[-1] if regions else None
            if last is not None and last.kind == block.kind and last.end == at - 1:
                regions[-1] = Region(last.start, end, block.kind)
            else:
                regions.append(Region(at, end, block.kind))
        at = end + 1
    return "\n".join(b.text for b in blocks), tuple(regions)


def unfold_or_lay_out(rows: Sequence[Sequence[Box]], *, has_table: bool) -> list[Block]:
    """A table as lines; of one that only lays out the page (``has_table``: others in it), the content of its cells."""
    cells = [c for row in rows for c in row]
    grid = None if has_table or _is_layout(rows, cells) else lay_out(rows)
    return [b for c in cells for b in c.blocks] if grid is None else grid


def _is_layout(rows: Sequence[Sequence[Box]], cells: Sequence[Box]) -> bool:
    if not any(len(row) > 1 or any(c.colspan > 1 for c in row) for row in rows):
        return True
    if sum(bool(c.blocks) for c in cells) < 2:
        return True
    return any(len(c.blocks) > 3 and sum(len(b.text) for b in c.blocks) > _LAYOUT_CHARS for c in cells)


def page_starts(blocks: Iterable[Block]) -> tuple[tuple[int, int], ...]:
    """Where in the text of blocks each page begins: (offset, page); none where there are no pages."""
    out: list[tuple[int, int]] = []
    at = page = 0
    for block in blocks:
        if block.page not in (0, page):
            out.append((at, block.page))
            page = block.page
        if block.turn:
            page = block.page + 1
            out.append((at + block.turn, page))
        at += len(block.text) + 1
    return tuple(out)


def lay_out(rows: Sequence[Sequence[Box]], pages: Sequence[int] = ()) -> list[Block] | None:
    """A table as lines between blank ones; None where its spans are absurd. ``pages``: that of each row."""
    grid = _grid(rows)
    if not grid:
        return None if grid is None else []
    grid = _without_phantoms(grid)
    pages = pages if len(pages) == len(grid) else [pages[0] if pages else 0] * len(grid)
    lines = [Block("\t".join(row), "table", page) for row, page in zip(grid, pages, strict=True)]
    return [Block("", None, pages[0]), *lines, Block("", None, pages[-1])]


_HEADS = 4
"""Words that stand beside each other only where they are heads: labels of rows nest in threes."""


def _without_phantoms(grid: list[list[str]]) -> list[list[str]]:
    """A grid less the columns that have neither a head nor anything else: where every column has one, they are what an
    office program left behind, and no empty boxes.

    Columns of labels stay: where a table goes on overleaf, all their boxes may be merged with what stands before.
    """
    headed = next((n for n, row in enumerate(grid) if sum(map(_is_word, row)) >= _HEADS), None)
    if headed is None:
        return grid
    first = min(c for row in grid[: headed + 1] for c, field in enumerate(row) if field and c)
    kept = [c for c, fields in enumerate(zip(*grid, strict=True)) if c < first or any(fields)]
    return grid if len(kept) == len(grid[0]) else [[row[c] for c in kept] for row in grid]


def _is_word(field: str) -> bool:
    return len(field) > 1 and not any(map(str.isdigit, field))


def _grid(rows: Sequence[Sequence[Box]]) -> list[list[str]] | None:
    """The text of each position: a spanned cell's once, at its first; None where spans are absurd."""
    taken: dict[int, int] = {}  # column -> rows that a cell above still covers
    grid: list[list[str]] = []
    size = 0
    for n, row in enumerate(rows):
        fields: list[str] = []
        column = 0
        below: dict[int, int] = {}
        cells = iter(row)
        cell = next(cells, None)
        while cell is not None or any(c >= column and left for c, left in taken.items()):
            if taken.get(column):
                below[column] = taken[column] - 1
                fields.append("")
                column += 1
            elif cell is None:
                fields.append("")
                column += 1
            else:
                rows_left = len(rows) - n - 1
                spanned = rows_left if cell.rowspan == 0 else min(cell.rowspan - 1, rows_left)
                for i in range(cell.colspan):
                    fields.append("" if i else cell.text)
                    below[column + i] = spanned
                column += cell.colspan
                cell = next(cells, None)
            size += 1
            if size > _MAX_GRID or len(fields) > _MAX_GRID // 10:
                return None
        taken = {c: left for c, left in below.items() if left > 0}
        grid.append(fields)
    width = max(map(len, grid), default=0)
    if width * len(grid) > _MAX_GRID:
        return None
    return [row + [""] * (width - len(row)) for row in grid if row]
