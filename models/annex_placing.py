"""The figures of an annex's printed rows, put to its columns; cut or searched for where they are too few."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..corpus.annexes import COUNT, annex_growing, annex_levels, is_counted
from .annex_runs import Line
from .atoms import BREAK, VALUE, Atom
from .drafts import Draft, Entry, Row, worth
from .placing import ways
from .rows import ACCEPT, Rows
from .search import Hard, posteriors
from .traces import Marks

_MONEY = ("元", "万元")
_BELOW_NOUGHT = 0.5
"""How sure a figure below nought is at most where it counts something."""
_FILLED = -0.5
"""Log odds that a column of an annex holds a figure where the empties of a row were lost."""


def put(row: Row, line: Line, column: str, atom: int, sure: float, atoms: Sequence[Atom], rows: Rows) -> None:
    """Note an atom as a cell. Of what is counted only money has decimals, and none is a share."""
    a = atoms[atom]
    text = a.text if a.kind == VALUE else ""
    if is_counted(column):
        if text[-1:] == "%" or ("." in text and not (line.row is None or line.row.unit in _MONEY)):
            return
        if text[:1] == "-":  # nothing is counted below nought: the dash may be of the print
            sure = min(sure, _BELOW_NOUGHT)
    row.cells[column] = Entry(a.start, a.end, text, sure)
    row.is_read = True


def place(draft: Draft, line: Line, row: Row, columns: Sequence[str], atoms: Sequence[Atom], rows: Rows) -> None:
    """The figures of one printed row to its columns."""
    items = [a for a in line.items if atoms[a].kind != BREAK]
    figures = [a for a in items if atoms[a].kind == VALUE]
    n = len(columns)
    if len(figures) > n:  # what follows the last row is another line's
        own = [a for a in figures if atoms[a].line == atoms[figures[0]].line]
        figures = items = own if len(own) == n else figures
    chosen = next((some for some in (items, figures, _at_end(items, figures, n)) if len(some) == n), None)
    if chosen is not None:
        for column, atom in zip(columns, chosen, strict=True):
            put(row, line, column, atom, 0.95, atoms, rows)
    elif not figures:
        for column, atom in zip(columns, items, strict=False):
            put(row, line, column, atom, 0.85, atoms, rows)
    elif len(figures) > n:
        draft.warnings.append(("row_has_more_figures", figures[0]))
    else:
        _search(draft, line, row, columns, items if len(items) < n else figures, atoms, rows)


def is_glued(line: Line, n: int, atoms: Sequence[Atom]) -> bool:
    """Whether a row's one run of digits, right behind its label, may be the figures of several columns."""
    items = [a for a in line.items if atoms[a].kind != BREAK]
    return len(items) == 1 < n and atoms[items[0]].glued and len(atoms[items[0]].text) > 1


def split(draft: Draft, line: Line, row: Row, columns: Sequence[str], atoms: Sequence[Atom]) -> None:
    """Figures of a row with nothing between them or before them: cut apart, where one way alone is left."""
    atom = next(a for a in line.items if atoms[a].kind != BREAK)
    order = [list(columns).index(c) for c in annex_growing() if c in columns]
    ways = []
    for way in _ways(atoms[atom].text, len(columns)):
        values = [float(way[k]) for k in order]
        if not any(b < a for a, b in pairwise(values)):
            ways.append(way)
    if len(ways) != 1:
        draft.warnings.append(("figures_run_together", atom))
        return
    at = atoms[atom].start
    for column, text in zip(columns, ways[0], strict=True):
        row.cells[column] = Entry(at, at + len(text), text, 0.85)
        at += len(text)
    row.is_read = True


def _ways(text: str, n: int) -> list[tuple[str, ...]]:
    """Every way to cut digits into ``n`` whole numbers."""
    if not text.isdigit() or len(text) < n or len(text) > _LONGEST_RUN:
        return []
    if n == 1:
        return [(text,)] if text == "0" or text[0] != "0" else []
    heads = ("0",) if text[0] == "0" else tuple(text[:k] for k in range(1, len(text) - n + 2))
    return [(head, *rest) for head in heads for rest in _ways(text[len(head) :], n - 1)]


_LONGEST_RUN = 16


def _at_end(items: Sequence[int], figures: Sequence[int], n: int) -> Sequence[int]:
    """The last boxes of a row, where those before them are empty: the box of a unit that is not printed."""
    return items[-n:] if figures and len(items) == n + 1 and items[0] not in figures else ()


def _search(
    draft: Draft, line: Line, row: Row, columns: Sequence[str], items: Sequence[int], atoms: Sequence[Atom], rows: Rows
) -> None:
    """Fewer figures than columns: the placement that sums tell, or none."""
    total = list(columns).index(COUNT) if COUNT in columns else -1
    figures = [a for a in items if atoms[a].kind == VALUE]
    is_whole = len(levels(columns)) == len(columns) and total in (0, len(columns) - 1)  # parts and what they sum to
    names = tuple("total" if c == COUNT else c for c in columns)
    numbers = [worth(atoms[a].text) or 0.0 for a in figures]
    found = (
        ways([atoms[a].text for a in figures], numbers, (names,), np.full(len(columns), _FILLED)) if is_whole else None
    )
    if found is None:
        draft.warnings.append(("row_not_aligned", items[0]))
        return
    hard = Hard(tuple((row.key, name) for name in names), found, Marks(atoms, [], [items], draft).of(items, names))
    shares = posteriors(draft.table, [hard], [], rows.weights)[0]
    best = int(shares.argmax())
    if not found.is_there[best, total]:  # without the whole no sum tells
        draft.warnings.append(("row_not_aligned", items[0]))
        return
    pieces = found.pieces[int(found.option[best])]
    n_placed = 0
    for c in np.flatnonzero(found.is_there[best]).tolist():
        sure = float(shares[found.is_there[:, c] & (found.values[:, c] == found.values[best, c])].sum())
        piece = pieces[int(found.chosen[best, c])]
        if sure >= ACCEPT and piece.at < 0:  # a figure cut out of a run is no figure of its own here
            put(row, line, columns[c], figures[piece.item], min(sure, 0.97), atoms, rows)
            n_placed += 1
    if n_placed < len(figures):
        draft.warnings.append(("row_not_aligned", items[0]))


def levels(columns: Sequence[str]) -> list[int]:
    """The places of the columns that sum to a whole beside them, and of that whole; none where it is not printed."""
    known = annex_levels()
    named = {*known.left, *known.right}
    return [k for k, c in enumerate(columns) if c in named] if COUNT in columns and len(columns) > 1 else []
