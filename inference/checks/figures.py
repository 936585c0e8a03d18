"""What the tables give for a metric, or why they give nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ...corpus.metrics import Metric, MetricError, parse_metric
from ...corpus.numbers import exact
from ...corpus.report import Cell
from .board import EXTRA, Board, Grid, settings
from .printed import has_figures, is_lost, is_table_printed
from .table import rows_present

_TABLES = ("active_disclosure", "requests", "review_litigation")


@dataclass(slots=True)
class Figure:
    """What the tables give for a metric, or why they give nothing."""

    value: float | int | None
    reason: str | None
    cells: tuple[Cell, ...]
    filled_in: bool = False
    """Whether an empty cell was replaced by the sum of its parts, or a part may be lacking: enough to support, not to
    accuse."""

    @property
    def confidence(self) -> float:
        return min((c.confidence for c in self.cells), default=1.0)


@cache
def over_cells(metric: str) -> Metric | None:
    """The metric, if tables hold all that it needs."""
    try:
        parsed = parse_metric(metric)
    except MetricError:
        return None
    tables = (*_TABLES, "annex")
    return parsed if all(a.count("/") == 2 and a.split("/")[0] in tables for a in parsed.addresses) else None


def figure(board: Board, metric: Metric, copy: int = 0) -> Figure:
    """The value of a metric in one copy of the tables."""
    part = _sum(board, metric.terms, copy)
    if not metric.is_ratio or part.value is None:
        return part
    whole = _sum(board, metric.whole, copy)
    cells = tuple(dict.fromkeys(part.cells + whole.cells))
    if whole.value is None:
        return Figure(None, whole.reason, cells)
    if not whole.value:
        return Figure(None, "empty_whole", cells)
    return Figure(part.value / whole.value * 100, None, cells, part.filled_in or whole.filled_in)


def _sum(board: Board, terms: tuple[str, ...], copy: int) -> Figure:
    found = [_term(board, term, copy) for term in terms]
    lacking = next((f for f in found if f.value is None), None)
    cells = tuple(c for f in found for c in f.cells)
    if lacking is not None and not _is_nought_beside(board, found, copy):
        return Figure(None, lacking.reason, cells)
    total = exact(sum(f.value or 0 for f in found))
    return Figure(total, None, cells, lacking is not None or any(f.filled_in for f in found))


def _is_nought_beside(board: Board, found: list[Figure], copy: int) -> bool:
    """Whether what has no figure in a sum is printed and empty, beside figures in its row or column: it counts as 0."""
    if all(f.value is None for f in found) or any(f.value is None and f.reason != "empty_cell" for f in found):
        return False
    empty = [c for f in found if f.value is None for c in f.cells]
    return all(is_zero_by_neighbours(board, cell, copy) for cell in empty)


def _term(board: Board, term: str, copy: int) -> Figure:
    table, row, column = term.split("/", 2)
    grid = board.grid(table, copy)
    if grid is None:
        is_there = table in _TABLES and board.is_modern and is_table_printed(board, table)
        return Figure(None, "table_not_read" if is_there else "table_absent", ())
    if not grid.n_figures:
        return Figure(None, "table_not_read" if has_figures(board, grid) else "table_blank", ())
    rows, n_absent = rows_present(grid, table, row)
    if not rows:
        rows, n_absent = _family(grid, row)
    found = [c for r in rows if (c := grid.rows[r].get(column)) is not None]
    if not found:
        return Figure(None, "cell_absent", ())
    filled = [c for c in found if c.value is not None]
    if not filled:
        lost = any(map(is_lost, found))
        parts = [] if lost else [p for c in found for p in _parts(grid, c)]
        if parts:
            return Figure(exact(sum(c.value or 0 for c in parts)), None, (*found, *parts), True)
        return Figure(None, "cell_not_read" if lost else "empty_cell", tuple(found))
    figure = Figure(exact(sum(c.value or 0 for c in filled)), None, tuple(found))
    figure.filled_in = bool(n_absent) or len(found) < len(rows) or (row.endswith(".*") and _has_added(grid, column))
    return figure


def _has_added(grid: Grid, column: str) -> bool:
    """Whether a row that a locality added counts something in a column: it may belong to any group of rows."""
    return any(
        row.startswith(EXTRA) and (c := cells.get(column)) is not None and c.value for row, cells in grid.rows.items()
    )


def _family(grid: Grid, row: str) -> tuple[list[str], int]:
    """The children of a row that this form prints in its place (other_handling of 2021)."""
    children = [r for r in grid.rows if r.startswith(row + ".")]
    return children, 0


def _parts(grid: Grid, cell: Cell) -> list[Cell]:
    """The printed parts of an empty total."""
    if cell.column != "total":
        return []
    return [c for c in grid.rows[cell.row].values() if c.column != "total" and c.value is not None]


def is_zero_by_neighbours(board: Board, cell: Cell, copy: int = 0) -> bool:
    """Whether an empty cell stands in a row or column with figures, and surely is empty."""
    grid = board.grid(cell.table, copy)
    if grid is None or cell.confidence < settings()["confidence"]["cell"]:
        return False
    row = grid.rows.get(cell.row, {})
    return any(c.value is not None for c in row.values()) or cell.column in grid.columns_with_figures
