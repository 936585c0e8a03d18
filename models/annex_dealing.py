"""An annex whose figures stand behind all its labels: dealt to rows or columns as its sums tell, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from ..corpus.annexes import COUNT, AnnexForm, annex_growing
from .annex_placing import levels, put
from .annex_runs import Line
from .atoms import BREAK, VALUE, Atom
from .drafts import Draft, Row
from .rows import Rows


def is_pool(printed: Sequence[tuple[Line, Row]], columns: Sequence[str], atoms: Sequence[Atom]) -> bool:
    """Whether all figures stand behind the last label."""
    counts = [sum(atoms[a].kind == VALUE for a in line.items) for line, _ in printed]
    return len(counts) > 1 and counts[-1] > len(columns) and not any(counts[:-1])


def deal(
    draft: Draft,
    printed: Sequence[tuple[Line, Row]],
    columns: Sequence[str],
    form: AnnexForm,
    atoms: Sequence[Atom],
    rows: Rows,
) -> None:
    """Deal figures that stand behind all labels: row by row, or column by column."""
    m, n = len(printed), len(columns)
    items = [a for a in printed[-1][0].items if atoms[a].kind != BREAK]
    figures = [a for a in items if atoms[a].kind == VALUE]
    pool = next((some for some in (items, figures) if len(some) == m * n), None)
    if pool is None:
        draft.warnings.append(("figures_not_placed", figures[0]))
        return
    grid = np.array(pool).reshape(m, n)
    if n > 1:
        turned = np.array(pool).reshape(n, m).T
        by_row, by_column = (_sums_held(g, printed, columns, form, rows) for g in (grid, turned))
        per_line = {*Counter(atoms[a].line for a in pool).values()}
        if per_line == {n} and m != n:
            by_row += 1
        if by_row == by_column:
            by_row, by_column = (-_n_shrinking(g, columns, rows) for g in (grid, turned))
        if by_row == by_column and not _is_same(grid, turned, rows):
            draft.warnings.append(("direction_unknown", figures[0]))
            return
        grid = grid if by_row >= by_column else turned
    for (line, row), boxes in zip(printed, grid.tolist(), strict=True):
        for column, atom in zip(columns, boxes, strict=True):
            put(row, line, column, atom, 0.85, atoms, rows)


def _n_shrinking(grid: np.ndarray, columns: Sequence[str], rows: Rows) -> int:
    """In how many rows a column that counts more than another shows less."""
    order = [columns.index(c) for c in annex_growing() if c in columns]
    values = np.array([_numbers(boxes, rows) for boxes in grid.tolist()])[:, order]
    return int((np.diff(values, axis=1) < 0).any(axis=1).sum())


def _is_same(a: np.ndarray, b: np.ndarray, rows: Rows) -> bool:
    return _numbers(a.ravel().tolist(), rows) == _numbers(b.ravel().tolist(), rows)


def _numbers(atoms: Iterable[int], rows: Rows) -> list[float]:
    return [rows.number(a) or 0.0 for a in atoms]


def _sums_held(
    grid: np.ndarray, printed: Sequence[tuple[Line, Row]], columns: Sequence[str], form: AnnexForm, rows: Rows
) -> int:
    """How many identities a way of dealing satisfies, those of nothing but noughts left out."""
    at = {line.key: k for k, (line, _) in enumerate(printed)}
    values = np.array([_numbers(boxes, rows) for boxes in grid.tolist()])
    held = 0
    for identity in form.identities:
        whole = at.get(identity.right[0])
        parts = [at[r] for r in identity.left if r in at]
        if whole is None or not parts or identity.id in form.partial:
            continue
        held += int(((values[parts].sum(axis=0) == values[whole]) & (values[whole] > 0)).sum())
    places = levels(columns)
    if len(places) == len(columns):
        total = list(columns).index(COUNT)
        held += int((values.sum(axis=1) == 2 * values[:, total])[values[:, total] > 0].sum())
    return held
