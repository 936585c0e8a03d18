"""Figures that stand together after a stretch of labels: labels first, figures after.

A pool is dealt row by row or column by column. Its lines, its sums and the balance of its
columns tell which; where they do not, the other tables of the text do, or nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from .align import place
from .atoms import BREAK, EMPTY, VALUE, Atom
from .frames import form_rows, plausible, plausible_table, sums
from .rows import ACCEPT, Draft, Row, Rows

_MANY = 15
"""Boxes; so many empty lines and figures do not make the number of cells by chance."""


class Pools:
    """Deals pools of figures to the rows that wait for them."""

    def __init__(self, atoms: Sequence[Atom], rows: Rows) -> None:
        self.atoms = atoms
        self.rows = rows
        self.by_column: bool | None = None
        """Whether pools of this text run down their columns, once one has shown it."""
        self.unturned: list[tuple[Draft, list[Row], list[int]]] = []
        """Pools whose direction nothing in them tells."""

    def turn(self) -> None:
        """Deal the pools that were waiting for another one to show the direction."""
        for draft, waiting, items in self.unturned:
            if self.by_column is None:
                draft.warnings.append(("direction_unknown", items[0]))
            else:
                self._deal(waiting, items, by_column=self.by_column)

    def fill(self, draft: Draft, waiting: list[Row], run: list[int]) -> bool:
        """Figures after a stretch of labels: row by row or column by column."""
        atoms = self.atoms
        items = [a for a in run if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        demand = sum(len(r.frame.columns) for r in waiting)
        if not waiting:
            return False
        if len(items) != demand and len(figures) == demand:
            items = figures
        elif len(items) != demand and (boxes := self._with_lines(run, demand)):
            items = boxes
        elif len(items) != demand:
            upto = items[: items.index(figures[-1]) + 1] if figures else items  # 无。 below the table is no box of it
            items = upto if len(upto) == demand else self.rows.soft_boxes(run, demand) or items
            if len(items) == demand + 1 and atoms[items[0]].kind == EMPTY:
                items = items[1:]  # an indent
        is_unclosed = len(items) == demand - 1 and bool(figures) and atoms[items[-1]].kind == EMPTY
        if is_unclosed and len({r.frame for r in waiting}) == 1 and draft.table == "review_litigation":
            self._deal(waiting, items, by_column=False)
            return True
        if len(items) != demand:
            whole = self._with_lost(draft, waiting, len(items)) or self._with_lost(draft, waiting, len(figures))
            if whole:
                return self.fill(
                    draft, whole, items if len(items) == sum(len(r.frame.columns) for r in whole) else figures
                )
            return self._pool_short(draft, waiting, items, figures, demand)
        m, n = len(waiting), len(waiting[0].frame.columns)
        by_column: bool | None = False
        is_spread = len(draft.heads) >= 2 * n and draft.table == "review_litigation"  # each row has heads of its own
        if m > 1 and n > 1 and not is_spread and all(len(r.frame.columns) == n for r in waiting):
            by_column = self._is_by_column(waiting, items, m, n)
        if by_column is None:
            self.unturned.append((draft, waiting, items))
            for row in waiting:
                row.is_read = True
        else:
            self._deal(waiting, items, by_column=by_column)
        return True

    def _with_lines(self, run: Sequence[int], demand: int) -> list[int]:
        """The boxes of a run in which an empty line is an empty box, where they are as many as asked for."""
        some = [a for a in run if self.atoms[a].kind != BREAK or not self.atoms[a].text]
        last = max((k for k, a in enumerate(some) if self.atoms[a].kind == VALUE), default=-1)
        for boxes in (some, some[: last + 1], some[1:]):
            if demand >= _MANY and len(boxes) == demand and any(self.atoms[a].kind == BREAK for a in boxes):
                return boxes
        return []

    def _with_lost(self, draft: Draft, waiting: list[Row], n_items: int) -> list[Row]:
        """The waiting rows and those of the form whose labels were lost, where figures ask for just these."""
        if draft.table != "requests" or len(waiting) < 10:
            return []
        for row in draft.rows.values():  # a page number among the labels makes no row a read one
            if row.cells or sum(self.atoms[a].kind == VALUE for a in row.items) > 1:
                return []
        keys = set(draft.rows)
        for rows in form_rows(draft.table):
            if keys <= set(rows) and n_items == len(rows) * len(waiting[0].frame.columns):
                for key in rows:
                    draft.rows.setdefault(key, Row(key, waiting[0].frame, 0.6)).items = []
                return [draft.rows[key] for key in rows]
        return []

    def _deal(self, waiting: list[Row], items: list[int], *, by_column: bool) -> None:
        m = len(waiting)
        at = 0
        for k, row in enumerate(waiting):
            for c, column in enumerate(row.frame.columns):
                if at == len(items):
                    return  # the last box is empty, and no pipe closes it
                self.rows.put(row, column, items[c * m + k] if by_column else items[at], 0.9)
                at += 1

    def _is_by_column(self, waiting: list[Row], items: list[int], m: int, n: int) -> bool | None:
        per_line = set(Counter(self.atoms[a].line for a in items).values())
        if m != n and per_line == {n}:
            return False
        if m != n and per_line == {m}:
            return True
        values = np.array([-1.0 if v is None else v for v in map(self.rows.number, items)])
        grid, turned = values.reshape(m, n), values.reshape(n, m).T
        if np.array_equal(grid, turned):
            return False
        keys, frame = [r.key for r in waiting], waiting[0].frame
        verdict = plausible_table(keys, frame, np.maximum(turned, 0)) - plausible_table(
            keys, frame, np.maximum(grid, 0)
        )
        if verdict:
            self.by_column = verdict > 0
        return self.by_column

    def _pool_short(self, draft: Draft, waiting: list[Row], items: list[int], figures: list[int], demand: int) -> bool:
        """Figures that are fewer or more than their cells: row by row where lines show the rows, else one search."""
        atoms = self.atoms
        if len(figures) == 1 and len(atoms[figures[0]].text) == demand and atoms[figures[0]].text.isdigit():
            at, digits = atoms[figures[0]].start, atoms[figures[0]].text
            each = np.array([float(d) for d in digits])
            start = 0
            for row in waiting:  # single digits, unless their sums deny it
                n = len(row.frame.columns)
                if plausible(row.frame.columns, each[start : start + n]) < 0:
                    return False
                start += n
            for row in waiting:
                n = len(row.frame.columns)
                at = self.rows.put_digits(row, row.frame.columns, tuple(digits[:n]), at, 0.85)
                digits = digits[n:]
            return True
        by_line: dict[int, list[int]] = {}
        for a in items:
            by_line.setdefault(atoms[a].line, []).append(a)
        if len(by_line) == len(waiting) > 1 and any(len(v) > 1 for v in by_line.values()):
            for row, part in zip(waiting, by_line.values(), strict=True):
                row.items.extend(part)
                row.is_read = True
            return True
        columns = [(row, column) for row in waiting for column in row.frame.columns]
        segments: list[tuple[int, int, int]] = []
        at = 0
        for row in waiting:
            segments += [(at + a, at + b, at + c) for a, b, c in sums(row.frame.columns)]
            at += len(row.frame.columns)
        if demand < len(figures) <= demand + 2 and segments:
            sound = self._without_strays(figures, demand, segments)
            if sound is not None:
                self._deal(waiting, sound, by_column=False)
                return True
        if len(columns) > 15 or len(figures) > len(columns):
            return False
        found = place(
            [self.rows.number(a) for a in items],
            len(columns),
            np.concatenate([self.rows.fills(draft.table, r.frame.columns) for r in waiting]),
            segments=segments,
            kept=0.5 if len(items) > len(figures) else 0.0,
        )
        for (row, column), item, certain in zip(columns, found.items, found.sure, strict=True):
            if item >= 0 and certain >= ACCEPT:
                self.rows.put(row, column, items[item], certain)
        if sum(e.text != "" for r in waiting for e in r.cells.values()) < len(figures):
            draft.warnings.append(("row_not_aligned", figures[0]))
        for row in waiting:
            row.is_read = True
        return True

    def _without_strays(
        self, figures: list[int], demand: int, segments: Sequence[tuple[int, int, int]]
    ) -> list[int] | None:
        """The figures less one or two neighbours (a page number), where just one way makes every row its total."""
        values = np.array([self.rows.number(a) or 0.0 for a in figures])
        extra = len(figures) - demand
        found: dict[tuple[float, ...], list[int]] = {}
        for k in range(demand + 1):
            left = np.delete(values, slice(k, k + extra))
            if all(abs(left[a:b].sum() - left[c]) < 1e-9 for a, b, c in segments):
                found[tuple(left)] = [*figures[:k], *figures[k + extra :]]
        return next(iter(found.values())) if len(found) == 1 else None
