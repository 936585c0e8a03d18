"""Printed pages as blocks: tables, paragraphs put together from their wrapped lines, page heads and feet.

A paragraph that goes on over the page is one block, and so is a table. Page heads and feet come
behind everything else: a page number between two rows would pass for a figure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..blocks import Block, lay_out
from .columns import with_tables
from .paper import NEW_ITEM, Char, Columns, Grid, Paper, Row, rows
from .ruled import Ruled, tables


@dataclass
class _Ruled:
    """A ruled table with what is printed in it: a part for each page."""

    parts: list[tuple[Ruled, list[Char], int]]
    y0: float

    def continued(self, other: _Ruled) -> _Ruled | None:
        """Both as one table where their sides stand in line and the columns of one are among the other's."""
        own, next_ = self.parts[-1], other.parts[0]
        fine, coarse = sorted((own[0].xs, next_[0].xs), key=len, reverse=True)
        is_same = abs(fine[0] - coarse[0]) < _SAME and abs(fine[-1] - coarse[-1]) < _SAME
        if next_[2] != own[2] + 1 or not is_same or any(min(abs(x - y) for y in fine) > _SAME for x in coarse):
            return None
        parts = [(table.refined(fine), chars, page) for table, chars, page in (*self.parts, next_)]
        return _Ruled(parts, self.y0)

    def grid(self) -> Grid:
        rows = [(row, page) for table, chars, page in self.parts for row in table.boxes(chars)]
        return Grid([row for row, _ in rows], self.y0, [page for _, page in rows])


Item = Row | Grid | _Ruled

_SAME = 6.0
_MARGIN = 0.12
_PAGE_NUMBER = re.compile(r"[-—–·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/,，共]+\s*\d{1,4}\s*页?)?[-—–·•\s]*")
_DIGITS = re.compile(r"\d+")
_FULL_STOP = re.compile(r"[。！？；：]$")
_MIN_LINE = 15
_SHORT = 16


@dataclass
class _Sheet:
    """One page: what it says in reading order, and its head and foot."""

    items: list[Item]
    head: list[str] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)


def blocks(papers: Sequence[Paper]) -> list[Block]:
    """The blocks of a document's pages."""
    sheets = _sheets(papers, 0)
    sides = {item.columns.side for sheet in sheets for item in sheet.items if isinstance(item, Grid)}
    if len(sides) == 2 and 0 in sides:  # what one table shows of its print holds for the others
        sheets = _sheets(papers, sum(sides))
    _take_margins(sheets, papers)
    edges = _Edges.of(sheets)
    body = _tables_over_pages([item for sheet in sheets for item in sheet.items])
    margins = [
        Block(text, kind, n) for n, sheet in enumerate(sheets, 1)
        for kind, texts in (("aside", sheet.head), ("footer", sheet.foot)) for text in texts
    ]  # fmt: skip
    return [*_body(body, edges), *margins]


def _sheets(papers: Sequence[Paper], side: int) -> list[_Sheet]:
    """The pages one after the other; ``side`` is where figures stand in their boxes, 0 where it is not known."""
    sheets: list[_Sheet] = []
    for paper in papers:
        above = _open_columns(sheets[-1]) if sheets else Columns()
        sheets.append(_sheet(paper, above._replace(side=above.side or side)))
    return sheets


def _open_columns(sheet: _Sheet) -> Columns:
    """The columns of a table without rules that ends a page, but for the page's foot: it may go on overleaf."""
    return next((item.columns for item in sheet.items[: -_FOOT - 1 : -1] if isinstance(item, Grid)), Columns())


_FOOT = 2
"""So many lines may stand below a table that goes on overleaf."""


def _sheet(paper: Paper, above: Columns) -> _Sheet:
    """A page's tables and lines, from the top down; ``above`` are the columns that the page before left open."""
    found = tables(paper.rules)
    inside: list[list[Char]] = [[] for _ in found]
    loose: list[Char] = []
    for char in paper.chars:
        owner = next((i for i, table in enumerate(found) if table.holds(char)), None)
        (loose if owner is None else inside[owner]).append(char)
    items: list[Item] = list(with_tables(rows(loose, paper.number), paper.width, above))
    for table, chars in zip(found, inside, strict=True):
        if chars:
            items.append(_Ruled([(table, chars, paper.number)], table.ys[0]))
    return _Sheet(sorted(items, key=lambda item: item.y0))


def _take_margins(sheets: Sequence[_Sheet], papers: Sequence[Paper]) -> None:
    """Move page numbers, and lines that come again at the same place of other pages, to head and foot."""
    places: Counter[tuple[str, int]] = Counter()
    for sheet, paper in zip(sheets, papers, strict=True):
        places.update({_place(item) for item in sheet.items if _in_margin(item, paper)})
    for sheet, paper in zip(sheets, papers, strict=True):
        kept: list[Item] = []
        for item in sheet.items:
            if isinstance(item, Row) and (side := _in_margin(item, paper)):
                n = places[_place(item)]
                if _PAGE_NUMBER.fullmatch(item.text) or (n > 1 and 5 * n >= 2 * len(sheets)):
                    (sheet.head if side == "head" else sheet.foot).append(item.text)
                    continue
            kept.append(item)
        sheet.items = kept


def _place(item: Item) -> tuple[str, int]:
    text = item.text if isinstance(item, Row) else ""
    return _DIGITS.sub("#", text) if len(text) <= _SHORT else text, round(item.y0 / 8)


def _in_margin(item: Item, paper: Paper) -> str:
    if isinstance(item, Row) and item.y1 < _MARGIN * paper.height:
        return "head"
    return "foot" if isinstance(item, Row) and item.y0 > (1 - _MARGIN) * paper.height else ""


def _tables_over_pages(items: Sequence[Item]) -> list[Item]:
    """The items with tables that go on over a page put together: nothing stands between."""
    out: list[Item] = []
    for item in items:
        last = out[-1] if out else None
        if isinstance(item, _Ruled) and isinstance(last, _Ruled) and (one := last.continued(item)) is not None:
            out[-1] = one
            continue
        if isinstance(item, Grid) and isinstance(last, Grid) and item.goes_on:
            out[-1] = last.continued(item)
            continue
        out.append(item)
    return out


def _body(items: Sequence[Item], edges: _Edges) -> list[Block]:
    out: list[Block] = []
    last: Row | None = None
    for item in items:
        if not isinstance(item, Row):
            grid = item.grid() if isinstance(item, _Ruled) else item
            out += lay_out(grid.boxes, grid.pages) or []
            last = None
            continue
        if last is not None and edges.wraps(last, item):
            before = out[-1]
            turn = before.turn or (len(before.text) if item.page != last.page else 0)
            out[-1] = before._replace(text=before.text + edges.seam(last, item) + item.text, turn=turn)
        else:
            out.append(Block(item.text, None, item.page))
        last = item
    return out


@dataclass
class _Edges:
    """Where the lines of the prose begin and end."""

    left: float
    right: float
    is_indented: bool

    @classmethod
    def of(cls, sheets: Sequence[_Sheet]) -> _Edges:
        lines = [r for s in sheets for r in s.items if isinstance(r, Row) and len(r.chunks) == 1]
        long = [r for r in lines if len(r.text) >= _MIN_LINE]
        if not long:
            return cls(0.0, float("inf"), False)
        left = sorted(r.x0 for r in long)[len(long) // 10]
        right = sorted(r.x1 for r in long)[-1 - len(long) // 10]
        n_indented = sum(1.4 * r.size < r.x0 - left < 2.8 * r.size for r in lines)
        return cls(left, right, n_indented >= 2)

    def wraps(self, line: Row, below: Row) -> bool:
        """Whether a line ends where the page's width ended it, and goes on in the next."""
        if (
            len(line.chunks) > 1
            or len(below.chunks) > 1
            or max(line.size, below.size) > 1.2 * min(line.size, below.size)
        ):
            return False
        if line.page == below.page and below.y0 - line.y1 > 1.8 * line.size:
            return False
        is_ended = _FULL_STOP.search(line.text) is not None
        if is_ended and (not self.is_indented or NEW_ITEM.match(below.text)):
            return False
        room = 1.9 if is_ended else 3.9  # a mark that may not begin a line takes its neighbours along
        if line.x1 < self.right - room * line.size or below.x0 > self.left + 0.8 * line.size:
            return False
        return not (line.text[-1].isdigit() and below.text[0].isdigit())  # two figures must not become one

    @staticmethod
    def seam(line: Row, below: Row) -> str:
        """What stands between the parts of a wrapped line: a blank between Latin words, else nothing."""
        return " " if _is_latin(line.text[-1]) and _is_latin(below.text[0]) else ""


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
