"""The figures of printed rows to their columns.

Full rows come first: they show how the table is printed (which emptiness it keeps, where its
columns stand, whether 总计 comes first). The rest is placed by `align`, or left empty and
named in a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from .atoms import BREAK, EMPTY, SOFT, TAIL, VALUE, Atom
from .drafts import Draft, Entry, Lot, Row, Slot, whole, worth
from .frames import Frame, sums
from .placing import Piece, Ways, is_fused, ways
from .search import WEIGHTS as SEARCH
from .search import Hard, Plain, posteriors
from .traces import Marks

ACCEPT = 0.7
"""A figure that is placed by itself and whose column is less sure than this is left out."""
_SURE = 0.8
"""The same for a figure that is placed by all that the table says."""
_MANY = 15
"""Boxes; so many empty lines and figures do not make the number of cells by chance."""
_WIDEST = 15
"""Rows without their emptiness are searched together where they have so many cells at most."""


class Waiting(NamedTuple):
    """A table of which the plain rows are placed and the others are not."""

    draft: Draft
    full: list[tuple[Row, list[int]]]
    """Rows as plain as can be, with their items."""
    hard: list[Lot]
    """What the search is asked for."""
    turned: bool
    placeable: list[int]
    """How many figures each of these can come to at most."""


class Rows:
    """Aligns the rows of the tables of one text."""

    def __init__(
        self, atoms: Sequence[Atom], fill: dict[str, float], view: str, weights: Mapping[str, float] = SEARCH
    ) -> None:
        self.atoms = atoms
        self.fill = fill
        self.view = view
        self.weights = weights
        """What each measure of a row's ways is worth."""
        self.asked: list[tuple[str, list[Hard], list[Plain], list[str]]] | None = None
        """What the search was asked for each table, where somebody wants to know (training does)."""
        self.is_thinned = False
        """Whether repeated lines were dropped from the text: a row with too few figures tells nothing then."""
        self._placed: dict[tuple[object, ...], tuple[list[dict[str, Entry]], list[tuple[str, int]]]] = {}
        """What the search made of a table: it may be asked for the same rows in several orders."""
        self._listed: dict[tuple[object, ...], Ways | None] = {}
        """The same for the ways of one row."""

    def number(self, atom: int) -> float | None:
        """What a figure is worth; None for an empty box."""
        a = self.atoms[atom]
        return worth(a.text) if a.kind == VALUE else None

    def fills(self, table: str, columns: Sequence[str]) -> np.ndarray:
        """Log odds that each column is filled."""
        return np.array([self.fill.get(f"{table}/{c}", -1.0) for c in columns])

    def put(self, row: Row, column: str, atom: int, sure: float) -> None:
        """Note an atom as a cell."""
        a = self.atoms[atom]
        start, text = a.start, a.text if a.kind == VALUE else ""
        if column != "amount" and "." in text:
            return  # nothing else has decimals: a chart's share
        if text[:1] == "-" and column != "change" and self.view[start + 1 : start + 2] == " ":
            start, text = a.end - len(text) + 1, text[1:]  # a bullet, not a sign: only a change can be negative
        row.cells[column] = Entry(start, a.end, text, sure)
        row.is_read = True

    # -- a run of figures to its cells ---------------------------------------------

    def deal(self, draft: Draft, choices: Sequence[Sequence[Slot]], run: Sequence[int]) -> None:
        """A run of figures to the first of some lists of cells that it fills, else to the search where that can help.

        What fills one whole row waits for the other rows: they tell how the table is printed.
        """
        atoms = self.atoms
        figures = [a for a in run if atoms[a].kind == VALUE]
        for slots in choices:
            if _is_row(slots) and len(figures) <= len(slots):
                self._keep(draft, [slots[0][0]], run, figures)
                return
            boxes = self.boxes(run, len(slots)) if figures or len(slots) == 1 else None
            if boxes is not None:
                self._put_all(draft, slots, boxes)
                return
        if not figures:
            return
        slots = choices[0]
        rows = list({id(row): row for row, _ in slots}.values())
        lines = [list(line) for _, line in groupby((a for a in run if atoms[a].kind != BREAK), lambda a: atoms[a].line)]
        is_whole = slots == whole(rows)
        if _is_row(slots):
            self._keep(draft, rows, run, figures)
        elif is_whole and len(lines) == len(rows) > 1 and any(len(line) > 1 for line in lines):
            for row, line in zip(rows, lines, strict=True):  # a line a row
                self._keep(draft, [row], line, [a for a in line if atoms[a].kind == VALUE])
        elif is_whole and any(sums(row.frame.columns) for row in rows) and len(slots) <= _WIDEST:
            self._keep(draft, rows, run, figures)
        else:
            code = "column_not_placed" if len({column for _, column in slots}) == 1 else "figures_not_placed"
            draft.warnings.append((code if len(rows) > 1 else "row_not_aligned", figures[0]))

    def _keep(self, draft: Draft, rows: list[Row], run: Sequence[int], figures: Sequence[int]) -> None:
        known = draft.lot_of(rows[0]) if len(rows) == 1 else None
        if known is None:
            draft.lots.append(Lot(rows, list(run)))
        else:
            known.items += run
        for row in rows:
            draft.rows.setdefault(row.key, row)
            row.is_read = row.is_read or bool(figures)

    def _put_all(self, draft: Draft, slots: Sequence[Slot], boxes: Sequence[int]) -> None:
        rows, columns = len({id(row) for row, _ in slots}), len({column for _, column in slots})
        per_line = {*Counter(self.atoms[a].line for a in boxes).values()}
        if rows != columns and rows > 1 and columns > 1:  # so many on each line are not so many of the other
            draft.n_crossed += per_line == {rows if slots[0][0] is slots[1][0] else columns}
        for row, _ in slots:
            draft.rows.setdefault(row.key, row)
        for (row, column), atom in zip(slots, boxes, strict=False):
            if column in row.cells:  # a head that comes twice names neither figure
                if self.atoms[atom].kind == VALUE:
                    row.cells.pop(column)
                    draft.warnings.append(("figures_not_placed", atom))
            elif len(slots) > 1 or self.atoms[atom].text:
                self.put(row, column, atom, 0.9)

    def boxes(self, run: Sequence[int], n: int) -> list[int] | None:
        """The ``n`` boxes of a run by any way to count what emptiness left behind; None where none comes to so many.

        Boxes are figures with the emptiness beside them, the figures alone, or these with empty
        lines or lines of one pipe among them. What stands behind the last figure may be none of
        the table, an emptiness before the first one an indent; a pipe may be missing at the end.
        """
        atoms = self.atoms
        items = [a for a in run if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        if len(figures) == 1 and is_fused(atoms[figures[0]].text):
            return None
        for some in (items, figures):
            if len(some) == n:
                return some
        if not figures or n == 1:
            return None
        if n >= _MANY:  # so many empty lines and figures do not make the number of cells by chance
            lines = [a for a in run if atoms[a].kind != BREAK or not atoms[a].text]
            last = max(k for k, a in enumerate(lines) if atoms[a].kind == VALUE)
            for some in (lines, lines[: last + 1], lines[1:]):
                if len(some) == n:
                    return some
        upto = items[: items.index(figures[-1]) + 1]  # 无。 below the table is no box of it
        soft = None if len(upto) == n else self._soft_boxes(run, n)
        for some in (upto, soft or items, items[1:] if atoms[items[0]].kind == EMPTY else []):
            if len(some) == n:
                return some
        is_unclosed = len(items) == n - 1 >= _MANY - 1 and atoms[items[-1]].kind == EMPTY
        return items if is_unclosed else None

    # -- the rows of a table ---------------------------------------------------------

    def begin(self, draft: Draft) -> Waiting:
        """Figures of the plain rows of a table to their columns, and what is left for the search."""
        atoms = self.atoms
        lots, draft.lots = [lot for lot in draft.lots if not any(row.cells for row in lot.rows)], []
        for lot in lots:
            if not any("amount" in row.frame.columns for row in lot.rows):  # nothing else has decimals
                lot.items = [a for a in lot.items if "." not in atoms[a].text]
        if any(atoms[a].text == TAIL for lot in lots for a in lot.items):
            for lot in lots:  # pipes at the end of a row count spans here, not empty boxes
                while lot.items and atoms[lot.items[-1]].kind != VALUE:
                    lot.items.pop()
        full: list[tuple[Row, list[int]]] = []
        kept: list[tuple[Row, list[int]]] = []
        hard: list[Lot] = []
        for lot in lots:
            items = [a for a in lot.items if atoms[a].kind != BREAK]
            figures = [a for a in items if atoms[a].kind == VALUE]
            columns = lot.rows[0].frame.columns
            n = len(columns)
            if not figures:
                self._empty(lot.rows[0], items)
            elif len(lot.rows) > 1:
                hard.append(lot)
            elif len(figures) == n and not (n > 1 and any(is_fused(atoms[a].text) for a in figures)):
                full.append((lot.rows[0], figures))
            elif len(items) == n and (
                atoms[items[-1]].kind == VALUE or not sums(columns) or all(atoms[a].text for a in items)
            ):
                kept.append((lot.rows[0], items))
            else:
                hard.append(lot)
        turned = draft.table == "requests" and self._is_turned(draft, full)
        own = {id(lot.rows[0]): lot for lot in lots}
        if any(self._is_doubled(own[id(row)].items, items) for row, items in full):
            hard += [own[id(row)] for row, _ in kept]  # an empty stretch is a border here, no box
        else:
            full += kept
        for row, items in full:
            for column, atom in zip(_order(row.frame, turned), items, strict=True):
                self.put(row, column, atom, 0.98)
        return Waiting(draft, full, hard, turned, [self._placeable(lot) for lot in hard])

    def _placeable(self, lot: Lot) -> int:
        figures = [a for a in lot.items if self.atoms[a].kind == VALUE]
        n = len(whole(lot.rows))
        is_cut = any(self.atoms[a].glued or is_fused(self.atoms[a].text) for a in figures)
        return n if is_cut else min(len(figures), n)

    def finish(self, waiting: Waiting) -> None:
        """What is not plain to its columns by the search."""
        draft, full, hard, turned, _ = waiting
        if not hard:
            return
        key = _state(waiting)
        n_warned = len(draft.warnings)
        rows = [row for lot in hard for row in lot.rows]
        if key in self._placed and self.asked is None:
            cells, warnings = self._placed[key]
            for row, own in zip(rows, cells, strict=True):
                row.cells = {column: replace(entry) for column, entry in own.items()}
            draft.warnings += warnings
        else:
            self._search(draft, full, hard, turned)
            self._placed[key] = (
                [{column: replace(entry) for column, entry in row.cells.items()} for row in rows],
                draft.warnings[n_warned:],
            )

    def _is_doubled(self, items: Sequence[int], figures: Sequence[int]) -> bool:
        """Whether something empty stands between any two neighbouring figures of a row of one line."""
        empty = [a for a in items if self.atoms[a].kind == EMPTY]
        return (
            len(figures) > 2
            and len(empty) >= len(figures) - 1
            and all(any(a < e < b for e in empty) for a, b in pairwise(figures))
        )

    def _empty(self, row: Row, items: list[int]) -> None:
        """A row without a figure: what is printed in its boxes."""
        row.is_read = True
        for column, atom in zip(row.frame.columns, items, strict=False):
            if self.atoms[atom].text:
                self.put(row, column, atom, 0.7)

    def _soft_boxes(self, run: Sequence[int], n: int) -> list[int] | None:
        """The ``n`` boxes of a run whose lines of one pipe are its empty boxes, or the borders of all its boxes."""
        atoms = self.atoms
        if not any(atoms[a].text == SOFT for a in run) or not any(atoms[a].kind == VALUE for a in run):
            return None
        some = [a for a in run if atoms[a].kind != BREAK or atoms[a].text == SOFT]
        last = max(k for k, a in enumerate(some) if atoms[a].kind == VALUE)
        kinds = [atoms[a].kind for a in some]
        if kinds.count(VALUE) > 1 and all(one != two for one, two in pairwise(kinds)):
            return None  # a pipe between any two figures is a border, and which boxes are gone nobody knows
        if last + 1 == n or last + 1 < n <= len(some) <= n + 1:  # one more ends the row
            return some[:n]
        if last == n and atoms[some[0]].kind == BREAK:  # the end of the heads
            return some[1 : n + 1]
        boxes: list[int] = []
        between = 0
        for a in some[: last + 1]:
            between = between + 1 if atoms[a].kind == BREAK else 0
            if between != 1:
                boxes.append(a)
        return boxes if len(boxes) == n else None

    def _width(self, atom: int) -> int:
        """The number of places in the line of an atom."""
        line = self.atoms[atom].line
        while atom + 1 < len(self.atoms) and self.atoms[atom + 1].line == line:
            atom += 1
        return self.atoms[atom].place + 1

    def _is_turned(self, draft: Draft, full: Sequence[tuple[Row, list[int]]]) -> bool:
        """Whether 总计 is printed before the parts: the heads say so, and the sums of the rows do not deny it."""
        heads = list(dict.fromkeys(draft.heads))
        if not heads or heads[0] != "total" or len(heads) < 6 or draft.is_grouped:
            return False
        moved = kept = 0
        for _, items in full:
            values = [self.number(a) or 0.0 for a in items]
            if any(values):
                kept += abs(sum(values[:-1]) - values[-1]) < 1e-9
                moved += abs(sum(values[1:]) - values[0]) < 1e-9
        return moved >= kept

    def _search(self, draft: Draft, full: Sequence[tuple[Row, list[int]]], lots: Sequence[Lot], turned: bool) -> None:
        """Place what is not plain by one search over the rows of the table; what stays unsure is left out."""
        atoms = self.atoms
        hard: list[Hard] = []
        printed: list[Lot] = []
        plain = [self._plain(row, _order(row.frame, turned), items) for row, items in full]
        for lot in lots:
            figures = [a for a in lot.items if atoms[a].kind == VALUE]
            slots = [(row.key, c) for row in lot.rows for c in _order(row.frame, turned)]
            is_lost = self.is_thinned and not all(atoms[a].glued for a in figures)
            found = None if is_lost else self._ways(draft, lot, turned, figures)
            if found is None:
                draft.warnings.append((self._reason(slots, figures), figures[0]))
                continue
            hard.append(Hard(tuple(slots), found, {}))
            printed.append(lot)
        if not hard:
            return
        readings = Marks(atoms, [items for _, items in full], [lot.items for lot in printed], draft)
        for one, lot in zip(hard, printed, strict=True):
            one.traces = readings.of(lot.items, one.columns)
        asked = {row for one in hard for row, _ in one.slots}
        bare = [k for k, row in draft.rows.items() if k not in asked and not any(e.text for e in row.cells.values())]
        if self.asked is not None:
            self.asked.append((draft.table, hard, plain, bare))
        for lot, one, shares in zip(
            printed, hard, posteriors(draft.table, hard, plain, self.weights, bare), strict=True
        ):
            self._settle(draft, lot, one, shares)

    def _plain(self, row: Row, columns: tuple[str, ...], items: Sequence[int]) -> Plain:
        numbers = [self.number(a) for a in items]
        is_there = np.array([v is not None for v in numbers])
        return Plain(row.key, columns, np.array([v or 0.0 for v in numbers]), is_there, int((~is_there).sum()))

    def _reason(self, slots: Sequence[object], figures: Sequence[int]) -> str:
        atoms = self.atoms
        if len(figures) > len(slots):
            return "row_has_more_figures"
        is_run = any(is_fused(atoms[a].text) for a in figures) or all(atoms[a].glued for a in figures)
        return "figures_run_together" if is_run else "row_not_aligned"

    def _ways(self, draft: Draft, lot: Lot, turned: bool, figures: Sequence[int]) -> Ways | None:
        columns = tuple(_order(row.frame, turned) for row in lot.rows)
        line = self.atoms[lot.items[0]].line
        near = self._nearness(draft, lot.rows[0], columns[0], figures) if len(lot.rows) == 1 else None
        key = (draft.table, columns, *figures, line, None if near is None else near.tobytes())
        if key not in self._listed:
            self._listed[key] = self._list(draft, columns, figures, line, near)
        return self._listed[key]

    def _list(
        self,
        draft: Draft,
        columns: tuple[tuple[str, ...], ...],
        figures: Sequence[int],
        line: int,
        near: np.ndarray | None,
    ) -> Ways | None:
        atoms = self.atoms
        return ways(
            [atoms[a].text for a in figures],
            [self.number(a) or 0.0 for a in figures],
            columns,
            np.concatenate([self.fills(draft.table, some) for some in columns]),
            glued=[atoms[a].glued for a in figures],
            is_own=[atoms[a].line == line for a in figures],
            near=near,
            odd=self._odd(sum(columns, ()), figures),
        )

    def _settle(self, draft: Draft, lot: Lot, hard: Hard, shares: np.ndarray) -> None:
        """Note the figures of which all ways together are sure."""
        found = hard.ways
        best = int(shares.argmax())
        figures = [a for a in lot.items if self.atoms[a].kind == VALUE]
        has_traces = any(t.columns or any(t.boxes) for t in hard.traces.values()) or found.measures[:, 8].any()
        has_sums = any(sums(row.frame.columns) for row in lot.rows)
        if len(figures) == 1 and has_sums and len(found) == len(hard.slots) and not has_traces:
            draft.warnings.append((self._reason(hard.slots, figures), figures[0]))
            return  # a part without its total, or a total without its parts: nobody can tell
        pieces = found.pieces[int(found.option[best])]
        rows = {row.key: row for row in lot.rows}
        n_open = 0
        placed: list[tuple[Slot, Piece, float]] = []
        for c, (key, column) in enumerate(hard.slots):
            p = int(found.chosen[best, c])
            if p < 0:
                continue
            agree = found.is_there[:, c] & (found.values[:, c] == found.values[best, c])
            if pieces[p].at >= 0:  # a figure cut from others is as sure as they are
                agree = (found.values == found.values[best]).all(axis=1)
            sure = min(float(shares[agree].sum()), 0.97)
            if sure >= _SURE:
                placed.append(((rows[key], column), pieces[p], sure))
            else:
                n_open += 1
        if n_open:
            draft.warnings.append((self._reason(hard.slots, figures), figures[0]))
        for (row, column), piece, sure in placed:
            atom = figures[piece.item]
            if piece.at < 0:
                self.put(row, column, atom, sure)
            else:
                start, end = self._digits(atom, piece.at, len(piece.text))
                row.cells[column] = Entry(start, end, piece.text, sure)

    def _digits(self, atom: int, skip: int, size: int) -> tuple[int, int]:
        """Where digits of a run stand: it may have kept its blanks."""
        spots = [i for i in range(self.atoms[atom].start, self.atoms[atom].end) if not self.view[i].isspace()]
        return spots[skip], spots[skip + size - 1] + 1

    def _odd(self, columns: tuple[str, ...], figures: Sequence[int]) -> np.ndarray | None:
        """Log odds that keep figures out of columns whose meaning forbids them: 元 is no count, a sign is a change."""
        texts = [self.atoms[a].text for a in figures]
        marked = {"amount": ["元" in text for text in texts], "change": [text[:1] in ("+", "-") for text in texts]}
        out = np.zeros((len(figures), len(columns)))
        for column, is_marked in marked.items():
            if column in columns and any(is_marked):
                out[is_marked] = -9.0
                out[is_marked, columns.index(column)] = 0.0
        return out if out.any() else None

    def _nearness(self, draft: Draft, row: Row, columns: tuple[str, ...], figures: Sequence[int]) -> np.ndarray | None:
        """Log odds of figures at columns, from the columns of blanks in which full rows stand."""
        atoms = self.atoms
        if len(columns) == 1 or any(atoms[a].line != atoms[figures[0]].line for a in figures):
            return None
        begin = self.view.rfind("\n", 0, atoms[figures[0]].start) + 1
        raw = self.view[begin : atoms[figures[-1]].end]
        if "\t" in raw or "|" in raw or "   " not in raw:
            return None
        known: dict[str, list[float]] = {}
        for other in draft.rows.values():
            if other is row or other.frame is not row.frame:
                continue
            for column, entry in other.cells.items():
                if entry.text:
                    known.setdefault(column, []).append(self._x(entry.start, entry.end))
        if len(known) < len(columns):
            return None
        centres = np.array([np.median(known[c]) for c in columns])
        spread = max(float(np.ptp(known[c])) for c in columns)
        step = max(float(np.abs(np.diff(centres)).min()), 1.0)
        if spread > step:
            return None  # figures do not stand in columns
        xs = np.array([self._x(atoms[a].start, atoms[a].end) for a in figures])
        far = -8.0 * np.abs(xs[:, None] - centres[None, :]) / step
        return far - far.max(axis=1, keepdims=True)

    def _x(self, start: int, end: int) -> float:
        """Where in its line a stretch stands, a wide character counting two."""
        begin = self.view.rfind("\n", 0, start) + 1
        return sum(2 if c > "⺀" else 1 for c in self.view[begin:start]) + (end - start) / 2


def _is_row(slots: Sequence[Slot]) -> bool:
    """Whether cells are those of one row that has nothing yet."""
    row = slots[0][0]
    return not row.cells and len(slots) == len(row.frame.columns) and all(other is row for other, _ in slots)


def _order(frame: Frame, turned: bool) -> tuple[str, ...]:
    return (frame.columns[-1], *frame.columns[:-1]) if turned else frame.columns


def _state(waiting: Waiting) -> tuple[object, ...]:
    """All of a table that the search looks at."""
    draft = waiting.draft
    return (
        draft.table,
        waiting.turned,
        *draft.heads,
        *draft.head_atoms,
        *((row.key, *items) for row, items in waiting.full),
        *((*(row.key for row in lot.rows), *lot.items) for lot in waiting.hard),
        *(
            (key, id(row.frame), *((c, e.start, e.end, e.text, e.sure) for c, e in row.cells.items()))
            for key, row in draft.rows.items()
        ),
    )
