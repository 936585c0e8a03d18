"""The rebuilt tables of a report, laid out in the order of the form, for showing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from .. import configs
from ..corpus.annexes import ANNEX, annex_form
from ..corpus.forms import Block, forms, group, identities
from ..corpus.report import Cell, Report, Table
from .checks.words import column_name, full, row_name, table_name
from .display import number


class Shown(NamedTuple):
    """A position of a grid: a cell, printed and empty, or not printed at all."""

    key: str
    address: str
    state: str
    text: str
    raw: str
    confidence: float


class Head(NamedTuple):
    """A label beside or above, over so many rows and columns."""

    text: str
    n_rows: int = 1
    n_columns: int = 1
    depth: int = 0


@dataclass
class Row:
    """A row: its labels (those that begin here) and its positions."""

    heads: list[Head]
    cells: list[Shown]


@dataclass
class Grid:
    """A block of a table: rows that share their heads."""

    title: str
    heads: list[Head]
    rows: list[Row] = field(default_factory=list)


class Laid(NamedTuple):
    """One table of a report."""

    id: str
    title: str
    form: str | None
    grids: list[Grid]


class Keys:
    """The name by which a page points at each cell of a report: ``k7`` printed, ``x3`` not printed."""

    def __init__(self, report: Report) -> None:
        self.cells: list[Cell] = [cell for table in report.tables for cell in table.cells]
        self._of = {id(cell): f"k{n}" for n, cell in enumerate(self.cells)}
        self.printed = report.cells
        self._first = {address: self._of[id(cell)] for address, cell in self.printed.items()}
        self._absent: dict[str, str] = {}

    def of(self, cell: Cell) -> str:
        return self._of[id(cell)]

    def at(self, address: str) -> str:
        """The key of an address, printed or not."""
        if address in self._first:
            return self._first[address]
        return self._absent.setdefault(address, f"x{len(self._absent)}")


def lay_out(report: Report, keys: Keys) -> list[Laid]:
    """All tables of a report as grids."""
    return [_table(report, table, keys) for table in report.tables]


def _table(report: Report, table: Table, keys: Keys) -> Laid:
    cells = {(c.row, c.column): c for c in table.cells}
    form = table.form or report.form
    blocks: Iterable[Block] = ()
    if form in forms() and table.id in forms()[form].tables:
        blocks = forms()[form].tables[table.id].blocks
    layout = _Layout(report, table, keys, cells)
    grids = [layout.block(block) for block in blocks]
    if table.id == ANNEX:
        grids.append(layout.annex())
    rest = layout.rest()
    if rest is not None:
        grids.append(rest)
    return Laid(table.id, table_name(table.id), table.form, [g for g in grids if g.rows])


class _Layout:
    def __init__(self, report: Report, table: Table, keys: Keys, cells: dict[tuple[str, str], Cell]) -> None:
        self._form = table.form or report.form
        self._table = table.id
        self._keys = keys
        self._cells = cells
        self._left = dict.fromkeys(cells)

    def block(self, block: Block) -> Grid:
        """A block of a form; columns and rows that a locality added among its own come last."""
        columns = [c.id for c in block.columns]
        rows = [r.id for r in block.rows]
        columns += _new((c for r, c in self._cells if r in rows), columns)
        names = [column_name(self._form, self._table, rows[0], c) for c in columns]
        parents = _parents(self._table, rows)
        depth = max(len(p) for p in parents) + 1
        title = full(block.group.text) if block.group else ""
        grid = Grid(title, [Head("", 1, depth), *(Head(name) for name in names)])
        for n, row in enumerate(rows):
            heads = []
            for level, parent in enumerate(parents[n]):
                if n == 0 or parents[n - 1][: level + 1] != parents[n][: level + 1]:
                    same = sum(1 for p in parents if p[: level + 1] == parents[n][: level + 1])
                    heads.append(Head(full(group(parent).text), same))
            heads.append(Head(row_name(self._form, self._table, row), 1, depth - len(parents[n])))
            grid.rows.append(Row(heads, [self._shown(row, c) for c in columns]))
        return grid

    def annex(self) -> Grid:
        """The statistics annex of the older form."""
        annex = annex_form({row for row, _ in self._cells})
        columns = list(dict.fromkeys(c for _, c in self._cells)) or list(annex.columns)
        grid = Grid("", [Head(""), *(Head(column_name(self._form, ANNEX, "*", c)) for c in columns)])
        for row in annex.rows:
            is_printed = any((row.id, c) in self._cells for c in columns)
            if not is_printed and row.unit is not None:
                continue
            head = Head(full(row.label.text), 1, 1, row.depth)
            shown = [self._shown(row.id, c) for c in columns] if is_printed else []
            grid.rows.append(Row([head], shown or [Shown("", "", "none", "", "", 1.0)] * len(columns)))
        return grid

    def rest(self) -> Grid | None:
        """Cells that no form has: a locality's own rows, unknown tables."""
        if not self._left:
            return None
        rows = list(dict.fromkeys(r for r, _ in self._left))
        columns = list(dict.fromkeys(c for _, c in self._left))
        names = [column_name(self._form, self._table, rows[0], c) for c in columns]
        grid = Grid("", [Head(""), *map(Head, names)])
        left = dict(self._left)
        for row in rows:
            shown = [self._shown(row, c) if (row, c) in left else Shown("", "", "none", "", "", 1.0) for c in columns]
            grid.rows.append(Row([Head(row_name(self._form, self._table, row))], shown))
        return grid

    def _shown(self, row: str, column: str) -> Shown:
        self._left.pop((row, column), None)
        address = f"{self._table}/{row}/{column}"
        cell = self._cells.get((row, column))
        if cell is None:
            return Shown(self._keys.at(address), address, "absent", "", "", 1.0)
        text = "" if cell.value is None else number(cell.value) + (cell.unit or "")
        state = "empty" if cell.value is None else ("zero" if cell.value == 0 else "figure")
        return Shown(self._keys.of(cell), address, state, text, cell.raw, cell.confidence)


def _new(found: Iterable[str], known: list[str]) -> list[str]:
    return [c for c in dict.fromkeys(found) if c not in known]


def _parents(table: str, rows: list[str]) -> list[tuple[str, ...]]:
    """The group labels that stand before each row."""
    groups = configs.load("forms")["groups"]
    sums = [i for i in identities() if i.table == table and i.id == "result_sum"]
    inside = {name.removesuffix(".*") for i in sums for name in (*i.left, *i.right)}
    out = []
    for row in rows:
        stem, _, child = row.partition(".")
        names = ["results"] if stem in inside and "results" in groups else []
        out.append((*names, stem) if child and stem in groups else tuple(names))
    return out
