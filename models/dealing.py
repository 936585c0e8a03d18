"""Runs of figures to the cells that a scheme says they may fill.

Where one way to count what emptiness left behind gives a run as many boxes as there are cells,
the run is dealt to them. What fills one row waits for the other rows of its table, and what is
more or less than its cells for the search (`rows`); the rest is left out and named in a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby, pairwise

from .atoms import BREAK, EMPTY, SOFT, VALUE, Atom
from .boxes import boxes_of_rows
from .drafts import Draft, Entry, Lot, Row, Slot, whole, worth
from .frames import sums
from .placing import is_fused, n_digits

_MANY = 15
"""Boxes; so many empty lines and figures do not make the number of cells by chance."""
_WIDEST = 15
"""Rows without their emptiness are searched together where they have so many cells at most."""

_BESIDE = "():-"
"""What may stand between a figure and the words beside it."""


class Dealer:
    """Deals the figures of one text."""

    def __init__(self, atoms: Sequence[Atom], view: str) -> None:
        self.atoms = atoms
        self.view = view
        self._boxed: dict[int, bool] = {}
        """Whether pipes or tabs part the boxes of a line, or it is a single one."""
        self._loose: dict[int, bool] = {}
        """Whether a figure may be several: it is asked for under every print."""

    def number(self, atom: int) -> float | None:
        """What a figure is worth; None for an empty box."""
        a = self.atoms[atom]
        if a.kind != VALUE:
            return None
        return worth(a.text[1:] if self._is_behind_dash(a) else a.text)

    def is_count(self, atom: int) -> bool:
        """Whether a figure has no decimals, or noughts alone as most of its text have: so a sheet may show them."""
        return "." not in self.atoms[atom].text or (self._shows_decimals and _is_rounded(self.atoms[atom]))

    @cached_property
    def _shows_decimals(self) -> bool:
        """Whether most figures of the text are whole ones with decimals: 12.00."""
        figures = [a for a in self.atoms if a.kind == VALUE]
        return 2 * sum(map(_is_rounded, figures)) > len(figures)

    def _is_behind_dash(self, a: Atom) -> bool:
        """Whether the sign of a figure is the second of two dashes: 13--2-25 has empty boxes and nothing below 0."""
        return a.text[:1] == "-" and self.view[a.start - 1 : a.start] == "-"

    def is_loose(self, atom: int) -> bool:
        """Whether nothing but blanks or words stands beside a figure, and no box: it may be several that touch."""
        known = self._loose.get(atom)
        if known is None:
            known = self._loose[atom] = self._stands_loose(atom)
        return known

    def _stands_loose(self, atom: int) -> bool:
        a, view = self.atoms[atom], self.view
        if a.kind != VALUE or not (a.text.isdigit() or (a.glued and n_digits(a.text))):
            return False
        before, after = view[max(a.start - 3, 0) : a.start], view[a.end : a.end + 3]
        sides = before[-1:], after[:1]
        is_apart = all(c in ("", "\n") for c in sides) or "   " in (before, after)
        is_beside = [c in ("", " ", "\n") or c.isalnum() or c in _BESIDE for c in sides]
        if is_apart or not (is_beside[0] or a.glued) or not is_beside[1]:
            return False
        if a.line not in self._boxed:
            begin, end = view.rfind("\n", 0, a.start) + 1, view.find("\n", a.start)
            line = view[begin : end if end >= 0 else None]
            self._boxed[a.line] = "|" in line or "\t" in line or line.strip(" ") == a.text
        return not self._boxed[a.line]

    def is_signed(self, atom: int) -> bool:
        """Whether a minus stands before a figure that touches another; with one behind it too, dashes part figures."""
        a, view = self.atoms[atom], self.view
        is_between = (
            a.glued and view[a.start - 1 : a.start] == "-" and view[max(a.start - 2, 0) : a.start - 1].isdigit()
        )
        return is_between and a.text.isdigit() and a.text.strip("0") != "" and view[a.end : a.end + 1] != "-"

    def is_stroked(self, run: Sequence[int]) -> bool:
        """Whether boxes touch and strokes stand for the empty ones: they say where figures begin and end."""
        return any(self.atoms[a].kind == EMPTY and self.atoms[a].glued for a in run)

    def put(self, row: Row, column: str, atom: int, sure: float) -> None:
        """Note an atom as a cell."""
        a = self.atoms[atom]
        start, text = a.start, a.text if a.kind == VALUE else ""
        if "." in text and column != "amount" and not self.is_count(atom):
            return  # nothing else has decimals: a chart's share
        is_bullet = text[:1] == "-" and self.view[start + 1 : start + 2] == " "
        if column != "change" and (is_bullet or self._is_behind_dash(a)):
            start, text = a.end - len(text) + 1, text[1:]  # no sign: only a change can be negative
        if column == "change" and self.is_signed(atom):
            start, text = start - 1, "-" + text
        row.cells[column] = Entry(start, a.end, text, sure)
        row.is_read = True

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
        own = list({id(row): row for row, _ in slots}.values())
        if len(slots) > len(own):
            if not all(row.frame.is_told for row in own):
                draft.warnings.append(("heads_out_of_order", boxes[0]))
                return
            if slots == whole(own):
                n = len(slots) // len(own)
                self.heed_sums(own, [(row, boxes[k * n : k * n + n]) for k, row in enumerate(own)])
                slots = whole(own)
        rows, columns = len(own), len({column for _, column in slots})
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

    def heed_sums(self, rows: Iterable[Row], full: Iterable[tuple[Row, Sequence[int]]]) -> None:
        """Rows back in the form's order, where their sums speak for it and against that of the heads."""
        kept = moved = 0
        for row, items in full:
            values = [self.number(a) or 0.0 for a in items]
            if row.frame.usual is not None and "total" in row.frame.columns and any(values):
                kept += abs(sum(values) - 2 * values[row.frame.form_columns.index("total")]) < 1e-9
                moved += abs(sum(values) - 2 * values[row.frame.columns.index("total")]) < 1e-9
        if kept > moved:
            for row in rows:
                row.frame = row.frame if row.cells else row.frame.usual or row.frame

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
        if not figures or n == 1 or self.is_stroked(run):
            return None
        if n >= _MANY:  # so many empty lines and figures do not make the number of cells by chance
            lines = [a for a in run if atoms[a].kind != BREAK or not atoms[a].text]
            last = max(k for k, a in enumerate(lines) if atoms[a].kind == VALUE)
            for some in (lines, lines[: last + 1], lines[1:]):
                if len(some) == n and all(a in some for a in figures):
                    return some
        upto = items[: items.index(figures[-1]) + 1]  # 无。 below the table is no box of it
        soft = None if len(upto) == n else boxes_of_rows(atoms, self.view, run, n) or self._soft_boxes(run, n)
        for some in (upto, soft or items, items[1:] if atoms[items[0]].kind == EMPTY else []):
            if len(some) == n:
                return some
        is_unclosed = len(items) == n - 1 >= _MANY - 1 and atoms[items[-1]].kind == EMPTY
        return items if is_unclosed else None

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


def _is_rounded(atom: Atom) -> bool:
    number = worth(atom.text) if "." in atom.text else None
    return number is not None and number.is_integer()


def _is_row(slots: Sequence[Slot]) -> bool:
    """Whether cells are those of one row that has nothing yet."""
    row = slots[0][0]
    return not row.cells and len(slots) == len(row.frame.columns) and all(other is row for other, _ in slots)
