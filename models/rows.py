"""The figures of printed rows to their columns.

Full rows come first: they show how the table is printed (which emptiness it keeps, where its
columns stand, whether 总计 comes first). The rest is placed by `align`, or left empty and
named in a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise, takewhile
from operator import itemgetter

import numpy as np

from .atoms import BREAK, EMPTY, TAIL, VALUE, WORD, Atom
from .boxes import boxes_of_row, counts_lone_pipes, keeps_lone_pipes
from .dealing import Dealer
from .drafts import Draft, Entry, Lot, Row, Slot
from .frames import Frame, sums
from .placing import Piece, Ways, is_fused, ways
from .search import WEIGHTS as SEARCH
from .search import Hard, Plain, posteriors
from .standing import has_columns, nearness
from .traces import Marks, width

_LAST = -1
_MANY_ROWS = 8
"""So many rows do not have the same number of boxes by chance."""
_MOST_HEADS = 6
"""So many of the heads of the requests tell where one of them stands."""
_FEW_SUMS = 3
"""Fewer rows that are not all noughts prove nothing."""

ACCEPT = 0.7
"""A figure that is placed by itself and whose column is less sure than this is left out."""
_SURE = 0.8
"""The same for a figure that is placed by all that the table says."""
_SURE_CUT = 0.95
"""The same for a figure that was cut from a run: how likely a cut is by itself is known less well than by its sums."""


class Rows(Dealer):
    """Aligns the rows of the tables of one text."""

    def __init__(
        self, atoms: Sequence[Atom], fill: dict[str, float], view: str, weights: Mapping[str, float] = SEARCH
    ) -> None:
        super().__init__(atoms, view)
        self.fill = fill
        self.weights = weights
        """What each measure of a row's ways is worth."""
        self.asked: list[tuple[str, list[Hard], list[Plain], list[str]]] | None = None
        """What the search was asked for each table, where somebody wants to know (training does)."""
        self.is_thinned = False
        """Whether repeated lines were dropped from the text: a row with too few figures tells nothing then."""
        self._listed: dict[tuple[object, ...], Ways | None] = {}
        """The ways of rows: they may be asked for under several prints."""

    def fills(self, table: str, columns: Sequence[str]) -> np.ndarray:
        """Log odds that each column is filled."""
        return np.array([self.fill.get(f"{table}/{c}", -1.0) for c in columns])

    def align(self, draft: Draft) -> None:
        """The figures of a table's rows to their columns: those of plain rows first, the others by the search."""
        atoms = self.atoms
        self._without_groups(draft)
        lots, draft.lots = [lot for lot in draft.lots if not any(row.cells for row in lot.rows)], []
        for lot in lots:
            if not any("amount" in row.frame.columns for row in lot.rows):  # nothing else has decimals
                lot.items = [a for a in lot.items if self.is_count(a)]
        if any(atoms[a].text == TAIL for lot in lots for a in lot.items):
            for lot in lots:  # pipes at the end of a row count spans here, not empty boxes
                while lot.items and self._is_span(lot.items[-1]):
                    lot.items.pop()
        is_tabbed = self._has_tabbed_boxes(lots)
        edges = {} if is_tabbed else self._edges(draft)
        for lot in lots:
            while lot.items and self._is_left_of(edges, lot.items[0]):
                lot.items.pop(0)
        lots = self._in_order(draft, lots)
        full: list[tuple[Row, list[int]]] = []
        kept: list[tuple[Row, list[int]]] = []
        hard: list[Lot] = []
        has_lone_pipes = keeps_lone_pipes(atoms, self.view, [lot.items for lot in lots])
        for lot in lots:
            items = [a for a in lot.items if atoms[a].kind != BREAK]
            figures = [a for a in items if atoms[a].kind == VALUE]
            columns = lot.rows[0].frame.columns
            n = len(columns)
            if not figures:
                self._empty(lot.rows[0], items)
            elif len(lot.rows) > 1:
                hard.append(lot)
            elif (
                len(figures) < n
                and (boxes := boxes_of_row(atoms, lot.items, n, has_lone_pipes=has_lone_pipes)) is not None
            ):
                kept.append((lot.rows[0], boxes))
            elif len(figures) == n and not (n > 1 and any(is_fused(atoms[a].text) for a in figures)):
                full.append((lot.rows[0], figures))
            elif (
                len(items) == n
                and not self._may_be_signs(lot)
                and (is_tabbed or not sums(columns) or self._is_closed(items))
            ):
                kept.append((lot.rows[0], items))
            else:
                hard.append(lot)
        total_at = self._place_of_total(draft, full) if draft.table == "requests" else _LAST
        own = {id(lot.rows[0]): lot for lot in lots}
        if any(self._is_doubled(own[id(row)].items, items) for row, items in full):
            hard += [own[id(row)] for row, _ in kept]  # an empty stretch is a border here, no box
        else:
            full += kept
        for row, items in full:
            for column, atom in zip(_order(row.frame, total_at), items, strict=True):
                self.put(row, column, atom, 0.98)
        if hard:
            self._search(draft, full, hard, total_at)

    def _in_order(self, draft: Draft, lots: Sequence[Lot]) -> list[Lot]:
        """Those of which the order of the columns is known, as the heads and the sums tell it."""
        lone = [(lot.rows[0], [a for a in lot.items if self.atoms[a].kind == VALUE]) for lot in lots]
        self.heed_sums(
            draft.rows.values(), [(row, items) for row, items in lone if len(items) == len(row.frame.columns)]
        )
        told: list[Lot] = []
        for lot in lots:
            figures = [a for a in lot.items if self.atoms[a].kind == VALUE]
            if not figures or all(row.frame.is_told for row in lot.rows):
                told.append(lot)
            else:
                draft.warnings.append(("heads_out_of_order", figures[0]))
        return told

    def _is_closed(self, items: Sequence[int]) -> bool:
        """Whether a row ends in a figure, or shows something in all its boxes."""
        return self.atoms[items[-1]].kind == VALUE or all(self.atoms[a].text for a in items)

    def _has_tabbed_boxes(self, lots: Sequence[Lot]) -> bool:
        """Whether every row of many has as many boxes as columns, tabs between them: no box is a mark of anything."""
        atoms = self.atoms
        if len(lots) < _MANY_ROWS or any(len(lot.rows) > 1 for lot in lots):
            return False
        boxes = [[a for a in lot.items if atoms[a].kind != BREAK] for lot in lots]
        if any(len(own) != len(lot.rows[0].frame.columns) for own, lot in zip(boxes, lots, strict=True)):
            return False
        return all("\t" in self.view[atoms[a].end : atoms[b].start] for own in boxes for a, b in pairwise(own))

    def _is_span(self, atom: int) -> bool:
        """Whether neither a figure nor a word for none is printed there."""
        a = self.atoms[atom]
        return a.kind != VALUE and not (a.kind == EMPTY and a.text)

    def _without_groups(self, draft: Draft) -> None:
        """Drop a row whose label names the group of other rows: no form has both, its figures are of a row that lost
        its own label.
        """
        members = Counter(key[:at] for key in draft.rows for at, c in enumerate(key) if c == ".")
        for key in [k for k in draft.rows if members[k] > 1]:
            row = draft.rows.pop(key)
            own = [lot for lot in draft.lots if row in lot.rows]
            draft.lots = [lot for lot in draft.lots if lot not in own]
            figures = [a for lot in own for a in lot.items if self.atoms[a].kind == VALUE]
            if figures:
                draft.warnings.append(("figures_without_row", figures[0]))

    def _edges(self, draft: Draft) -> dict[int, int]:
        """For lines of so many places the place of the first head of a column, where there is one further right."""
        edges: dict[int, list[int]] = {}
        for atom in draft.head_atoms:
            edges.setdefault(width(self.atoms, atom), []).append(self.atoms[atom].place)
        return {wide: min(places) for wide, places in edges.items() if len({*places}) > 1}

    def _is_left_of(self, edges: Mapping[int, int], atom: int) -> bool:
        """Whether something empty stands left of all heads: it is the box of a label."""
        a = self.atoms[atom]
        return a.kind == EMPTY and not a.text and a.place < edges.get(width(self.atoms, atom), 0)

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

    def _place_of_total(self, draft: Draft, full: Sequence[tuple[Row, list[int]]]) -> int:
        """Where 总计 is printed among the columns: where the heads have it, as the sums of the rows allow; else last.

        Among the parts it stands in the form's own heads, which are printed in two lines: sums must ask for it there.
        """
        heads = list(dict.fromkeys(draft.heads))
        place = heads.index("total") if "total" in heads and len(heads) >= _MOST_HEADS else _LAST
        if "total" not in heads and len(heads) >= _MOST_HEADS - 1:  # its head was lost: only the sums tell
            return 0 if self._sums_to_first([items for _, items in full]) else _LAST
        if place in (_LAST, len(heads) - 1) or (place == 0 and draft.is_grouped):
            return _LAST
        moved = kept = 0
        for _, items in full:
            values = [self.number(a) or 0.0 for a in items]
            if any(values) and place < len(values):
                kept += abs(sum(values[:-1]) - values[-1]) < 1e-9
                moved += abs(sum(values) - 2 * values[place]) < 1e-9
        return place if moved > kept or (moved == kept and not place) else _LAST

    def _sums_to_first(self, rows: Sequence[Sequence[int]]) -> bool:
        """Whether the first figure of each row is the sum of the others, and the last one is not: no chance does it."""
        some = [[self.number(a) or 0.0 for a in items] for items in rows]
        some = [values for values in some if any(values)]
        return len(some) >= _FEW_SUMS and all(
            abs(sum(values) - 2 * values[0]) < 1e-9 < abs(sum(values) - 2 * values[-1]) for values in some
        )

    def _search(self, draft: Draft, full: Sequence[tuple[Row, list[int]]], lots: Sequence[Lot], total_at: int) -> None:
        """Place what is not plain by one search over the rows of the table; what stays unsure is left out."""
        atoms = self.atoms
        hard: list[Hard] = []
        printed: list[Lot] = []
        plain = [self._plain(row, _order(row.frame, total_at), items) for row, items in full]
        runs = [(lot.items, sum(len(row.frame.columns) for row in lot.rows)) for lot in lots]
        is_aligned = has_columns(self.view, atoms, [*((items, len(items)) for _, items in full), *runs])
        for lot in lots:
            figures = self._printed(lot)
            slots = [(row.key, c) for row in lot.rows for c in _order(row.frame, total_at)]
            is_lost = self.is_thinned and not all(atoms[a].glued for a in figures)
            is_unclear = self.is_stroked(lot.items) and (len(figures) > len(slots) or self._may_be_signs(lot))
            found = None
            if not (is_lost or is_unclear):
                found = self._ways(draft, lot, total_at, figures, is_aligned=is_aligned)
            if found is None:
                draft.warnings.append((self._reason(slots, figures), figures[0]))
                continue
            hard.append(Hard(tuple(slots), found, {}))
            printed.append(lot)
        if not hard:
            return
        is_piped = counts_lone_pipes(atoms, self.view, [lot.items for lot in lots])
        readings = Marks(atoms, [items for _, items in full], [lot.items for lot in printed], draft, is_piped=is_piped)
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

    def _printed(self, lot: Lot) -> list[int]:
        """What has a box of its own for sure: the figures, and strokes that touch them."""
        kinds = (VALUE, EMPTY) if self.is_stroked(lot.items) else (VALUE,)
        return [a for a in lot.items if self.atoms[a].kind in kinds]

    def _may_be_signs(self, lot: Lot) -> bool:
        """Whether a stroke before a figure that is perhaps two may be the sign of a change: 12-53 is 12, -5, 3, too."""
        atoms = self.atoms
        return (
            self.is_stroked(lot.items)
            and any("change" in row.frame.columns for row in lot.rows)
            and any(atoms[a].kind == EMPTY and len(atoms[b].text) > 1 for a, b in pairwise(lot.items))
        )

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

    def _ways(self, draft: Draft, lot: Lot, total_at: int, figures: Sequence[int], *, is_aligned: bool) -> Ways | None:
        columns = tuple(_order(row.frame, total_at) for row in lot.rows)
        line = self.atoms[lot.items[0]].line
        near = nearness(self.view, self.atoms, draft, lot.rows, sum(columns, ()), figures) if is_aligned else None
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
        is_stroked = any(atoms[a].kind == EMPTY for a in figures)
        money = self._money(sum(columns, ()), figures)
        return ways(
            [atoms[a].text for a in figures],
            [self.number(a) or 0.0 for a in figures],
            columns,
            np.concatenate([self.fills(draft.table, some) for some in columns]),
            glued=[atoms[a].glued for a in figures],
            may_cut=[
                self.is_loose(a) or is_stroked or (len(figures) == 1 and is_fused(atoms[a].text)) for a in figures
            ],
            is_own=[atoms[a].line == line for a in figures],
            has_all=is_stroked,
            near=near if money is None else money if near is None else near + money,
            odd=self._odd(sum(columns, ()), figures),
        )

    def _settle(self, draft: Draft, lot: Lot, hard: Hard, shares: np.ndarray) -> None:
        """Note the figures of which all ways together are sure."""
        found = hard.ways
        figures = self._printed(lot)
        may_be = self._may_be(hard, figures)
        has_more = len(figures) > len(hard.slots)
        if not shares[may_be].sum():
            draft.warnings.append((self._reason(hard.slots, figures), figures[0]))
            return
        shares = np.where(may_be, shares, 0.0) * (shares.sum() / shares[may_be].sum())
        best = int(shares.argmax())
        has_traces = any(t.columns or any(t.boxes) for t in hard.traces.values()) or found.measures[:, 8].any()
        has_sums = any(sums(row.frame.columns) for row in lot.rows)
        is_whole = len(figures) == 1 and len(found.pieces) == 1 and found.pieces[0][0].at < 0
        is_bare = is_whole and self.atoms[figures[0]].text.isdigit()
        may_be_count = is_bare and any("amount" in row.frame.columns for row in lot.rows)
        if is_whole and (has_sums or may_be_count) and len(found) == len(hard.slots) and not has_traces:
            draft.warnings.append((self._reason(hard.slots, figures), figures[0]))
            return  # a part without its total, a count or the money beside it: nobody can tell
        pieces = found.pieces[int(found.option[best])]
        rows = {row.key: row for row in lot.rows}
        doubted = _doubted(hard, best) | (_exceeding(hard, best) if len(figures) < len(hard.slots) else set())
        n_open = 0
        placed: list[tuple[Slot, Piece, float]] = []
        for c, (key, column) in enumerate(hard.slots):
            p = int(found.chosen[best, c])
            if p < 0:
                continue
            agree = found.is_there[:, c] & (found.values[:, c] == found.values[best, c])
            if pieces[p].at >= 0:  # a figure cut from others is as sure as those of its row are
                own = [i for i, slot in enumerate(hard.slots) if slot[0] == key]
                agree = (found.values[:, own] == found.values[best, own]).all(axis=1)
            sure = min(float(shares[agree].sum()), 0.97)
            is_told = not has_more or (found.values[may_be, c] == found.values[best, c]).all()
            if is_told and key not in doubted and sure >= (_SURE if pieces[p].at < 0 else _SURE_CUT):
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
                if piece.at == 0 and column == "change" and self.is_signed(atom):
                    row.cells[column] = Entry(start - 1, end, "-" + piece.text, sure)
                else:
                    row.cells[column] = Entry(start, end, piece.text, sure)

    def _may_be(self, hard: Hard, figures: Sequence[int]) -> np.ndarray:
        """Which ways may be right, where more figures are printed than there are columns: the number of a page, say.

        How likely a column is filled does not tell which one is none of the row's. A line that holds as many as the
        row has does, and other words behind so many; so do sums, which only the row's own figures make.
        """
        found, n = hard.ways, len(hard.slots)
        every = np.ones(len(found), dtype=bool)
        if len(figures) <= n or any(self.atoms[a].kind != VALUE for a in figures):
            return every
        lines = [list(line) for _, line in groupby(range(len(figures)), lambda i: self.atoms[figures[i]].line)]
        whole = [line for line in lines if len(line) == n and (n > 1 or self._is_worded(figures[line[0]]))]
        if any(a.kind == WORD for a in self.atoms[figures[n - 1] : figures[n]]):
            whole = [list(range(n))]
        if len(whole) == 1:
            return np.array([[p.item for p in pieces] == whole[0] for pieces in found.pieces])[found.option]
        at = 0
        for _, slots in groupby(hard.slots, itemgetter(0)):
            columns = tuple(column for _, column in slots)
            values = found.values[:, at : at + len(columns)]
            at += len(columns)
            for first, end, total in sums(columns):
                every &= np.abs(values[:, first:end].sum(axis=1) - values[:, total]) < 1e-9
        return every

    def _is_worded(self, atom: int) -> bool:
        """Whether words stand on the line of a figure, before it."""
        line = self.atoms[atom].line
        return any(a.kind == WORD for a in takewhile(lambda a: a.line == line, reversed(self.atoms[:atom])))

    def _digits(self, atom: int, skip: int, size: int) -> tuple[int, int]:
        """Where digits of a run stand: it may have kept its blanks."""
        spots = [i for i in range(self.atoms[atom].start, self.atoms[atom].end) if not self.view[i].isspace()]
        return spots[skip], spots[skip + size - 1] + 1

    def _odd(self, columns: tuple[str, ...], figures: Sequence[int]) -> np.ndarray | None:
        """Log odds that keep changes with a sign out of other columns."""
        is_signed = [self.atoms[a].text[:1] in ("+", "-") or self.is_signed(a) for a in figures]
        return _kept_to("change", columns, is_signed)

    def _money(self, columns: tuple[str, ...], figures: Sequence[int]) -> np.ndarray | None:
        """Log odds that keep money, which is no count, out of other columns: of whole figures, as more may touch it."""
        return _kept_to("amount", columns, ["元" in self.atoms[a].text for a in figures])


def _kept_to(column: str, columns: tuple[str, ...], is_marked: Sequence[bool]) -> np.ndarray | None:
    """Log odds of figures at columns, shape (n_figures, n_columns), that leave marked ones one column."""
    if column not in columns or not any(is_marked):
        return None
    out = np.zeros((len(is_marked), len(columns)))
    out[np.array(is_marked)] = -9.0
    out[:, columns.index(column)] = 0.0
    return out


def _order(frame: Frame, total_at: int) -> tuple[str, ...]:
    """The columns of a frame, its total at the place where it is printed."""
    if total_at == _LAST:
        return frame.columns
    total = "total" if "total" in frame.columns else frame.columns[-1]
    parts = [column for column in frame.columns if column != total]
    return (*parts[:total_at], total, *parts[total_at:])


def _exceeding(hard: Hard, best: int) -> set[str]:
    """The rows of which a part is more than their total: where boxes were lost, two of them may stand fused as one."""
    doubted: set[str] = set()
    at = 0
    for key, slots in groupby(hard.slots, itemgetter(0)):
        columns = tuple(column for _, column in slots)
        values, is_there = (x[best, at : at + len(columns)] for x in (hard.ways.values, hard.ways.is_there))
        at += len(columns)
        if any(is_there[total] and values[first:end].max() > values[total] for first, end, total in sums(columns)):
            doubted.add(key)
    return doubted


def _doubted(hard: Hard, best: int) -> set[str]:
    """The rows whose figures could be cut otherwise and, as they are cut, break the sum of their row."""
    found = hard.ways
    pieces = found.pieces[int(found.option[best])]
    if len(found.pieces) == 1 or all(p.at < 0 for p in pieces):
        return set()
    doubted: set[str] = set()
    at = 0
    for key, slots in groupby(hard.slots, itemgetter(0)):
        columns = tuple(column for _, column in slots)
        values = found.values[best, at : at + len(columns)]
        at += len(columns)
        if any(abs(values[first:end].sum() - values[total]) > 1e-9 for first, end, total in sums(columns)):
            doubted.add(key)
    return doubted
