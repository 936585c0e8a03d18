"""The figures of printed rows to their columns.

Full rows come first: they show how the table is printed (which emptiness it keeps, where its
columns stand, whether 总计 comes first). The rest is placed by `align`, or left empty and
named in a warning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..corpus.numbers import cell_value
from .atoms import BREAK, EMPTY, SOFT, TAIL, VALUE, Atom
from .frames import Frame, sums
from .placing import Piece, Ways, is_fused, ways
from .search import WEIGHTS as SEARCH
from .search import Hard, Plain, posteriors
from .traces import Marks

ACCEPT = 0.7
"""A figure that is placed by itself and whose column is less sure than this is left out."""
_SURE = 0.8
"""The same for a figure that is placed by all that the table says."""
_SPLIT = 0.9


@dataclass(slots=True)
class Entry:
    """A cell as read: the stretch of the view; no text where it is printed and empty."""

    start: int
    end: int
    text: str
    sure: float

    @property
    def number(self) -> float | None:
        """What the figure is worth; None where there is none."""
        return worth(self.text)


@lru_cache(maxsize=4096)
def worth(text: str) -> float | None:
    """What a printed figure is worth; None for what is no figure."""
    if text.isdigit():
        return float(text)
    read = cell_value(text) if text else None
    return None if read is None or read.value is None else float(read.value)


@dataclass
class Row:
    """A printed row: its frame and, column by column, what was read."""

    key: str
    frame: Frame
    sure: float
    cells: dict[str, Entry] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)
    """Atoms of its run, where they are still to be aligned."""
    is_read: bool = False


@dataclass
class Draft:
    """A table as read."""

    table: str
    rows: dict[str, Row] = field(default_factory=dict)
    first: int = -1
    last: int = -1
    warnings: list[tuple[str, int]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    """Column roles in printed order."""
    head_atoms: list[int] = field(default_factory=list)
    is_grouped: bool = False
    """Whether a head over several columns was printed before the first head of a column."""


class Waiting(NamedTuple):
    """A table of which the plain rows are placed and the others are not."""

    draft: Draft
    full: list[tuple[Row, list[int]]]
    """Rows as plain as can be, with their items."""
    hard: list[Row]
    """Those that the search is asked for."""
    turned: bool
    rows: list[Row]
    """All that had items."""
    placeable: list[int]
    """How many figures each row of the search can come to at most."""


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
        row.items = []
        row.is_read = True

    def put_digits(self, row: Row, columns: Sequence[str], parts: Sequence[str], at: int, sure: float) -> int:
        """Note the parts of a run of digits that begins at ``at``; where it ends."""
        for column, part in zip(columns, parts, strict=True):
            while not self.view.startswith(part[:1], at) and self.view[at : at + 1].isspace():
                at += 1  # the figures of a run may have kept their blanks
            row.cells[column] = Entry(at, at + len(part), part, sure)
            at += len(part)
        row.items = []
        row.is_read = True
        return at

    def align(self, draft: Draft) -> None:
        """Items of a table's rows to their columns."""
        self.finish(self.begin(draft))

    def begin(self, draft: Draft) -> Waiting:
        """Items of the plain rows of a table to their columns, and what is left for the search."""
        atoms = self.atoms
        waiting = [row for row in draft.rows.values() if row.items]
        for row in waiting:
            if "amount" not in row.frame.columns:  # nothing else has decimals: what does is no cell
                row.items = [a for a in row.items if "." not in atoms[a].text]
        if any(atoms[a].text == TAIL for row in waiting for a in row.items):
            for row in waiting:  # pipes at the end of a row count spans here, not empty boxes
                while row.items and atoms[row.items[-1]].kind != VALUE:
                    row.items.pop()
        full: list[tuple[Row, list[int]]] = []
        kept: list[tuple[Row, list[int]]] = []
        hard: list[Row] = []
        for row in waiting:
            items = [a for a in row.items if atoms[a].kind != BREAK]
            figures = [a for a in items if atoms[a].kind == VALUE]
            n = len(row.frame.columns)
            if not figures:
                self._empty(row, items)
            elif len(figures) == n and not (n > 1 and any(is_fused(atoms[a].text) for a in figures)):
                full.append((row, figures))
            elif len(items) == n and (atoms[items[-1]].kind == VALUE or not sums(row.frame.columns)):
                kept.append((row, items))
            else:
                hard.append(row)
        turned = draft.table == "requests" and self._is_turned(draft, full)
        if any(self._is_doubled(row, items) for row, items in full):  # an empty stretch is a border here, no box
            hard += [row for row, _ in kept]
        else:
            full += kept
        for row, items in full:
            for column, atom in zip(_order(row.frame, turned), items, strict=True):
                self.put(row, column, atom, 0.98)
        for row in hard:
            row.is_read = True
        return Waiting(draft, full, hard, turned, waiting, [self._placeable(row) for row in hard])

    def _placeable(self, row: Row) -> int:
        figures = [a for a in row.items if self.atoms[a].kind == VALUE]
        n = len(row.frame.columns)
        is_cut = any(self.atoms[a].glued or is_fused(self.atoms[a].text) for a in figures)
        return n if is_cut else min(len(figures), n)

    def finish(self, waiting: Waiting) -> None:
        """What is not plain to its columns by the search."""
        draft, full, hard, turned, rows, _ = waiting
        if hard:
            key = _state(waiting)
            n_warned = len(draft.warnings)
            if key in self._placed and self.asked is None:
                cells, warnings = self._placed[key]
                for row, own in zip(hard, cells, strict=True):
                    row.cells = {column: replace(entry) for column, entry in own.items()}
                draft.warnings += warnings
            else:
                self._search(draft, full, hard, turned)
                self._placed[key] = (
                    [{column: replace(entry) for column, entry in row.cells.items()} for row in hard],
                    draft.warnings[n_warned:],
                )
        for row in rows:
            row.items = []

    def _is_doubled(self, row: Row, figures: Sequence[int]) -> bool:
        """Whether something empty stands between any two neighbouring figures of a row of one line."""
        empty = [a for a in row.items if self.atoms[a].kind == EMPTY]
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

    def soft_boxes(self, run: Sequence[int], n: int) -> list[int] | None:
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

    def _search(self, draft: Draft, full: Sequence[tuple[Row, list[int]]], rows: Sequence[Row], turned: bool) -> None:
        """Place what is not plain by one search over the rows of the table; what stays unsure is left out."""
        atoms = self.atoms
        hard: list[Hard] = []
        printed: list[Row] = []
        plain = [self._plain(row, _order(row.frame, turned), items) for row, items in full]
        for row in rows:
            figures = [a for a in row.items if atoms[a].kind == VALUE]
            is_lost = self.is_thinned and not all(atoms[a].glued for a in figures)
            found = None if is_lost else self._ways(draft, row, _order(row.frame, turned), figures)
            if found is None:
                draft.warnings.append((self._reason(row, figures), figures[0]))
                continue
            hard.append(Hard(row.key, _order(row.frame, turned), found, {}))
            printed.append(row)
        if not hard:
            return
        readings = Marks(atoms, [items for _, items in full], printed, draft)
        for one, row in zip(hard, printed, strict=True):
            one.traces = readings.of(row, one.columns)
        asked = {one.key for one in hard}
        bare = [k for k, row in draft.rows.items() if k not in asked and not any(e.text for e in row.cells.values())]
        if self.asked is not None:
            self.asked.append((draft.table, hard, plain, bare))
        for row, one, shares in zip(
            printed, hard, posteriors(draft.table, hard, plain, self.weights, bare), strict=True
        ):
            self._settle(draft, row, one, shares)

    def _plain(self, row: Row, columns: tuple[str, ...], items: Sequence[int]) -> Plain:
        numbers = [self.number(a) for a in items]
        is_there = np.array([v is not None for v in numbers])
        return Plain(row.key, columns, np.array([v or 0.0 for v in numbers]), is_there, int((~is_there).sum()))

    def _reason(self, row: Row, figures: Sequence[int]) -> str:
        atoms = self.atoms
        if len(figures) > len(row.frame.columns):
            return "row_has_more_figures"
        is_run = any(is_fused(atoms[a].text) for a in figures) or all(atoms[a].glued for a in figures)
        return "figures_run_together" if is_run else "row_not_aligned"

    def _ways(self, draft: Draft, row: Row, columns: tuple[str, ...], figures: Sequence[int]) -> Ways | None:
        atoms = self.atoms
        line = atoms[row.items[0]].line
        near = self._nearness(draft, row, columns, figures)
        key = (draft.table, columns, *figures, line, None if near is None else near.tobytes())
        if key not in self._listed:
            self._listed[key] = self._list(draft, columns, figures, line, near)
        return self._listed[key]

    def _list(
        self, draft: Draft, columns: tuple[str, ...], figures: Sequence[int], line: int, near: np.ndarray | None
    ) -> Ways | None:
        atoms = self.atoms
        return ways(
            [atoms[a].text for a in figures],
            [self.number(a) or 0.0 for a in figures],
            columns,
            self.fills(draft.table, columns),
            glued=[atoms[a].glued for a in figures],
            is_own=[atoms[a].line == line for a in figures],
            near=near,
            odd=self._money(columns, figures),
        )

    def _settle(self, draft: Draft, row: Row, hard: Hard, shares: np.ndarray) -> None:
        """Note the figures of which all ways together are sure."""
        found, columns = hard.ways, hard.columns
        best = int(shares.argmax())
        figures = [a for a in row.items if self.atoms[a].kind == VALUE]
        has_traces = any(t.columns or any(t.boxes) for t in hard.traces.values()) or found.measures[:, 8].any()
        if len(figures) == 1 and sums(columns) and len(found) == len(columns) and not has_traces:
            draft.warnings.append((self._reason(row, figures), figures[0]))
            return  # a part without its total, or a total without its parts: nobody can tell
        pieces = found.pieces[int(found.option[best])]
        n_open = 0
        placed: list[tuple[str, Piece, float]] = []
        for c, column in enumerate(columns):
            p = int(found.chosen[best, c])
            if p < 0:
                continue
            agree = found.is_there[:, c] & (found.values[:, c] == found.values[best, c])
            if pieces[p].at >= 0:  # a figure cut from others is as sure as they are
                agree = (found.values == found.values[best]).all(axis=1)
            sure = min(float(shares[agree].sum()), 0.97)
            if sure >= _SURE:
                placed.append((column, pieces[p], sure))
            else:
                n_open += 1
        if n_open:
            draft.warnings.append((self._reason(row, figures), figures[0]))
        for column, piece, sure in placed:
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

    def _money(self, columns: tuple[str, ...], figures: Sequence[int]) -> np.ndarray | None:
        """Log odds that keep figures with 元 out of columns of counts."""
        if "amount" not in columns:
            return None
        out = np.zeros((len(figures), len(columns)))
        for i, atom in enumerate(figures):
            if "元" in self.atoms[atom].text:
                out[i] = -9.0
                out[i, columns.index("amount")] = 0.0
        return out

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
        *(row.key for row, _ in waiting.full),
        *(row.key for row in waiting.hard),
        *(
            (key, id(row.frame), *row.items, *((c, e.start, e.end, e.text, e.sure) for c, e in row.cells.items()))
            for key, row in draft.rows.items()
        ),
        *(tuple(items) for _, items in waiting.full),
    )
