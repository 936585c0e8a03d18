"""Where figures stand that columns of blanks part: under the figures of full rows, or under the heads.

Blanks may be no columns at all, but what became of tabs: then no figure stands under anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .atoms import BREAK, Atom
from .drafts import Draft, Row

_PER_CHARACTER = -2.0
"""Log odds of a figure at a column, for each character that it stands beside its head."""
_FAR = 4
"""A figure so many characters beside any head stands under none."""


_FEW_CELLS = 15
"""Rows that have so many cells together show how blanks part their figures."""


def has_columns(view: str, atoms: Sequence[Atom], runs: Sequence[tuple[Sequence[int], int]]) -> bool:
    """Whether blanks may align figures in columns; not where every row has fewer of them than boxes.

    A blank for each border is what is left of tabs, with one more for each empty box; a column is wider.

    Parameters
    ----------
    runs : the atoms of each row, or of several on one line, and how many cells they fill
    """
    n_cells = 0
    for run, n in runs:
        items = [a for a in run if atoms[a].kind != BREAK]
        if items and n > 1 and atoms[items[0]].line == atoms[items[-1]].line:
            if view.count(" ", atoms[items[0]].start, atoms[items[-1]].end) >= n:
                return True
            n_cells += n
    return n_cells < _FEW_CELLS


def nearness(
    view: str, atoms: Sequence[Atom], draft: Draft, rows: Sequence[Row], columns: Sequence[str], figures: Sequence[int]
) -> np.ndarray | None:
    """Log odds of figures at columns by where they stand, shape (n_figures, n_columns); None where that tells nothing.

    Parameters
    ----------
    columns : sequence of str
        The columns of all rows, one row behind the other.
    """
    if len(columns) == 1 or any(atoms[a].line != atoms[figures[0]].line for a in figures):
        return None
    begin = view.rfind("\n", 0, atoms[figures[0]].start) + 1
    raw = view[begin : atoms[figures[-1]].end]
    if "\t" in raw or "|" in raw or "   " not in raw:
        return None
    xs = np.array([_x(view, atoms[a].start, atoms[a].end) for a in figures])
    far = _under_figures(view, draft, rows[0], columns, xs) if len(rows) == 1 else None
    return far if far is not None else _under_heads(view, atoms, draft, rows, columns, figures[0], xs)


def _under_figures(view: str, draft: Draft, row: Row, columns: Sequence[str], xs: np.ndarray) -> np.ndarray | None:
    known: dict[str, list[float]] = {}
    for other in draft.rows.values():
        if other is row or other.frame is not row.frame:
            continue
        for column, entry in other.cells.items():
            if entry.text:
                known.setdefault(column, []).append(_x(view, entry.start, entry.end))
    if len(known) < len(columns):
        return None
    centres = np.array([np.median(known[c]) for c in columns])
    spread = max(float(np.ptp(known[c])) for c in columns)
    step = max(float(np.abs(np.diff(centres)).min()), 1.0)
    if spread > step:
        return None  # figures do not stand in columns
    far = -8.0 * np.abs(xs[:, None] - centres[None, :]) / step
    return far - far.max(axis=1, keepdims=True)


def _under_heads(
    view: str,
    atoms: Sequence[Atom],
    draft: Draft,
    rows: Sequence[Row],
    columns: Sequence[str],
    first: int,
    xs: np.ndarray,
) -> np.ndarray | None:
    """The same by the heads: each row has its own, or all have one."""
    places: dict[str, list[tuple[float, float]]] = {}
    for head, atom in zip(draft.heads, draft.head_atoms, strict=True):
        a = atoms[atom]
        if a.line < atoms[first].line:
            middle, half = _x(view, a.start, a.end), (_wide(view[a.start : a.end])) / 2
            places.setdefault(head, []).append((middle - half, middle + half))
    spans: list[tuple[float, float]] = []
    for k, row in enumerate(rows):
        for column in columns[k * len(row.frame.columns) : (k + 1) * len(row.frame.columns)]:
            own = places.get(row.frame.heads[row.frame.columns.index(column)], [])
            if len(rows) > 1 and len(own) != len(rows):
                return None
            if not own:
                return None
            spans.append(sorted(own)[k] if len(rows) > 1 else own[-1])
    starts, ends = np.array(spans).T
    order = np.argsort(starts)
    if (starts[order][1:] < ends[order][:-1]).any():
        return None  # heads do not stand beside each other
    beside = np.maximum(np.maximum(starts - xs[:, None], xs[:, None] - ends), 0.0)
    if (beside.min(axis=1) > _FAR).any():
        return None
    far = _PER_CHARACTER * beside
    return far - far.max(axis=1, keepdims=True)


def _x(view: str, start: int, end: int) -> float:
    """Where in its line the middle of a stretch stands, a wide character counting two."""
    begin = view.rfind("\n", 0, start) + 1
    return _wide(view[begin:start]) + _wide(view[start:end]) / 2


def _wide(text: str) -> int:
    return sum(2 if c > "⺀" else 1 for c in text)
