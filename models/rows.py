"""The figures of printed rows to their columns.

Full rows come first: they show how the table is printed (which emptiness it keeps, where its
columns stand, whether 总计 comes first). The rest is placed by `align`, or left empty and
named in a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ..corpus.numbers import cell_value
from .align import place, splits, windows
from .atoms import BREAK, EMPTY, SOFT, TAIL, VALUE, Atom
from .frames import Frame, plausible, sums

ACCEPT = 0.7
"""A figure whose column is less sure than this is left out."""
_SPLIT = 0.9


@dataclass
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


@dataclass
class Habits:
    """How the rows of one table are printed, as its full rows show."""

    offsets: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Place of the first figure in its line, and places of the line."""
    heads: dict[tuple[int, int], str] = field(default_factory=dict)
    """The column at a place of a line of so many places, by the heads that stand there."""
    n_kept: int = 0
    n_whole: int = 0

    @property
    def kept(self) -> float:
        """How far a kept empty box is to be believed: wholly, where rows keep all of theirs."""
        return 0.2 + 0.8 * self.n_whole / max(self.n_kept, 1)


class Rows:
    """Aligns the rows of the tables of one text."""

    def __init__(self, atoms: Sequence[Atom], fill: dict[str, float], view: str) -> None:
        self.atoms = atoms
        self.fill = fill
        self.view = view
        self.is_thinned = False
        """Whether repeated lines were dropped from the text: a row with too few figures tells nothing then."""

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
        hard: list[Row] = []
        habits = Habits()
        for row in waiting:
            if not row.items:
                continue
            items = self._full(row)
            if items is None:
                hard.append(row)
            else:
                full.append((row, items))
                first = atoms[items[0]]
                if first.line == atoms[items[-1]].line:
                    habits.offsets[first.place, self._width(items[0])] += 1
            kinds = [atoms[a].kind for a in row.items]
            if EMPTY in kinds and VALUE in kinds:
                habits.n_kept += 1
                habits.n_whole += len(kinds) - kinds.count(BREAK) >= len(row.frame.columns)
        for key, atom in zip(draft.heads, draft.head_atoms, strict=True):
            habits.heads.setdefault((self._width(atom), atoms[atom].place), key)
        turned = draft.table == "requests" and self._is_turned(draft, full)
        for row, items in full:
            for column, atom in zip(_order(row.frame, turned), items, strict=True):
                self.put(row, column, atom, 0.98)
        for row in hard:
            self._hard(draft, row, _order(row.frame, turned), habits)
            row.items = []

    def _full(self, row: Row) -> list[int] | None:
        """The items of a row where there is no doubt which they are."""
        atoms = self.atoms
        n = len(row.frame.columns)
        items = [a for a in row.items if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        if n > 1 and any(is_fused(atoms[a].text) for a in figures):
            return None
        if len(figures) == n:
            return figures
        if len(items) == n:
            # A total that is kept empty while its parts are not: more likely the pipes count spans.
            is_sound = atoms[items[-1]].kind == VALUE or not figures or not sums(row.frame.columns)
            return items if is_sound else None
        if len(items) > n > len(figures):
            upto: list[int] = []
            for a in row.items:
                if atoms[a].kind != BREAK:
                    upto.append(a)
                elif any(atoms[x].kind == VALUE for x in upto) or len(upto) >= n:
                    break
            if len(upto) == n and sum(atoms[a].kind == VALUE for a in upto) == len(figures):
                return upto
        return self.soft_boxes(row.items, n)

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

    def _hard(self, draft: Draft, row: Row, columns: tuple[str, ...], habits: Habits) -> None:
        atoms = self.atoms
        n = len(columns)
        items = [a for a in row.items if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        row.is_read = True
        if not figures:
            for column, atom in zip(columns, items[:n], strict=False):
                if atoms[atom].text:
                    self.put(row, column, atom, 0.7)
            return
        if self._split(draft, row, columns, figures):
            return
        if len(figures) > n:
            self._surplus(draft, row, columns, items, figures)
            return
        one_line = atoms[items[0]].line == atoms[items[-1]].line
        if one_line and len(items) > len(figures) and habits.offsets:
            (offset, width), votes = habits.offsets.most_common(1)[0]
            places = [atoms[a].place - offset for a in figures]
            regular = votes >= 0.9 * habits.offsets.total() and self._width(items[0]) == width
            if regular and min(places) >= 0 and max(places) < n:
                for at, atom in zip(places, figures, strict=True):
                    self.put(row, columns[at], atom, 0.9)
                return
        if one_line and len(items) > len(figures):
            width = self._width(items[0])
            under = [habits.heads.get((width, atoms[a].place), "") for a in figures]
            if width > n and len(set(under)) == len(under) and set(under) <= set(columns) and len(habits.heads) >= n:
                for column, atom in zip(under, figures, strict=True):
                    self.put(row, column, atom, 0.9)
                return
        starts = windows([atoms[a].kind != VALUE for a in items], n)
        if len(starts) == 1 and len(items) > n:
            for column, atom in zip(columns, items[starts[0] : starts[0] + n], strict=True):
                self.put(row, column, atom, 0.9)
            return
        self._search(draft, row, columns, items, figures, habits.kept)

    def _search(
        self, draft: Draft, row: Row, columns: tuple[str, ...], items: list[int], figures: list[int], kept: float
    ) -> None:
        """Place what is left by `align.place`; what stays unsure is left out."""
        if self.is_thinned:
            draft.warnings.append(("row_not_aligned", figures[0]))
            return
        nearness = self._nearness(draft, row, columns, figures)
        money = self._money(columns, figures)
        if money is not None:
            nearness = money if nearness is None else nearness + money
        found = place(
            [self.number(a) for a in items],
            len(columns),
            self.fills(draft.table, columns),
            segments=sums(columns),
            kept=kept if len(items) > len(figures) else 0.0,
            nearness=nearness,
        )
        if any(self.atoms[a].glued and len(self.atoms[a].text) > 1 for a in figures) and sums(columns):
            placed = [0.0 if i < 0 else self.number(items[i]) or 0.0 for i in found.items]
            if plausible(columns, np.array(placed)) < 0:
                draft.warnings.append(("figures_run_together", figures[0]))
                return
        for column, item, certain in zip(columns, found.items, found.sure, strict=True):
            if item >= 0 and certain >= ACCEPT:
                self.put(row, column, items[item], certain)
        if sum(e.text != "" for e in row.cells.values()) < len(figures):
            draft.warnings.append(("row_not_aligned", figures[0]))

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
        if any(atoms[a].line != atoms[figures[0]].line for a in figures):
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
        return -8.0 * np.abs(xs[:, None] - centres[None, :]) / step

    def _x(self, start: int, end: int) -> float:
        """Where in its line a stretch stands, a wide character counting two."""
        begin = self.view.rfind("\n", 0, start) + 1
        return sum(2 if c > "⺀" else 1 for c in self.view[begin:start]) + (end - start) / 2

    def _surplus(self, draft: Draft, row: Row, columns: tuple[str, ...], items: list[int], figures: list[int]) -> None:
        """More figures than columns: those of the label's own line, else those that make their total."""
        atoms = self.atoms
        n = len(columns)
        own = [a for a in items if atoms[a].line == atoms[items[0]].line]
        is_spanned = len(own) == len(figures) and len({atoms[a].text for a in own[n - 1 :]}) == 1
        if is_spanned:
            own = own[:n]  # the last box spans several places, and each of them shows its figure
        elif len(own) != n or (n == 1 and len(figures) > 2):
            own = []
            for start in range(len(figures) - n + 1):
                window = [self.number(a) or 0.0 for a in figures[start : start + n]]
                if any(abs(sum(window[a:b]) - window[c]) < 1e-9 for a, b, c in sums(columns)):
                    own = figures[start : start + n]
                    break
        if not own:
            draft.warnings.append(("row_has_more_figures", figures[0]))
            return
        for column, atom in zip(columns, own, strict=True):
            self.put(row, column, atom, 0.75)

    def _split(self, draft: Draft, row: Row, columns: tuple[str, ...], figures: list[int]) -> bool:
        """Figures run together (``规章000``): cut only where one reading stands out. Whether the row is dealt with."""
        atoms = self.atoms
        n = len(columns)
        texts = [atoms[a].text for a in figures]
        fused = [is_fused(t) for t in texts]
        if any(fused):
            # 00 between figures that stand apart are two noughts, 01个 is a nought and one.
            cut = [_noughts(t) if f else (t,) for t, f in zip(texts, fused, strict=True)]
            if sum(map(len, cut)) == n:
                at = 0
                for a, parts in zip(figures, cut, strict=True):
                    self.put_digits(row, columns[at : at + len(parts)], parts, atoms[a].start, 0.88)
                    at += len(parts)
                return True
        if len(figures) == n - 1 and sums(columns) and self._split_one(row, columns, figures):
            return True
        if n == 1 or len(figures) >= n or not (any(fused) or all(atoms[a].glued for a in figures)):
            return False
        scored: list[tuple[float, tuple[str, ...]]] = []
        if len(figures) == 1 and texts[0].isdigit():
            if len(texts[0]) < n:
                return False
            fills = self.fills(draft.table, columns)
            for parts in splits(texts[0], n):
                numbers = np.array([float(p) for p in parts])
                scored.append((plausible(columns, numbers) + float(fills @ (numbers != 0)), parts))
        if scored:
            weights = np.exp(np.array([s for s, _ in scored]) - max(s for s, _ in scored))
            weights /= weights.sum()
            best = int(weights.argmax())
            if weights[best] >= _SPLIT:
                self.put_digits(row, columns, scored[best][1], atoms[figures[0]].start, float(weights[best]) * 0.9)
                return True
        draft.warnings.append(("figures_run_together", figures[0]))
        return True

    def _split_one(self, row: Row, columns: tuple[str, ...], figures: list[int]) -> bool:
        """Two figures that touch, where only cutting one makes the row's total: 30 0 0 0 0 3 of 3 0 0 0 0 0 3."""
        atoms = self.atoms
        texts = [atoms[a].text for a in figures]
        if not all(map(str.isdigit, texts)) or any(atoms[a].kind == EMPTY for a in row.items):
            return False
        found: list[tuple[int, list[str]]] = []
        for k, text in enumerate(texts):
            if not atoms[figures[k]].glued:
                continue
            for cut in range(1, len(text)):
                parts = [*texts[:k], text[:cut], text[cut:], *texts[k + 1 :]]
                is_number = (cut == 1 or text[0] != "0") and (cut == len(text) - 1 or text[cut] != "0")
                if is_number and any(map(int, parts)) and plausible(columns, np.array(parts, dtype=float)) > 0:
                    found.append((k, parts))
        if len(found) != 1:
            return False
        k, parts = found[0]
        self.put_digits(row, columns[k : k + 2], parts[k : k + 2], atoms[figures[k]].start, 0.8)
        for column, atom in zip([*columns[:k], *columns[k + 2 :]], [*figures[:k], *figures[k + 1 :]], strict=True):
            self.put(row, column, atom, 0.85)
        return True


def _order(frame: Frame, turned: bool) -> tuple[str, ...]:
    return (frame.columns[-1], *frame.columns[:-1]) if turned else frame.columns


def is_fused(text: str) -> bool:
    """Whether a figure is several that touch: none begins with a nought."""
    return len(text) > 1 and text[0] == "0" and text[1].isdigit()


def _noughts(text: str) -> tuple[str, ...]:
    """The noughts at the head of a figure, each its own, and what follows them."""
    rest = text.lstrip("0")
    return (
        (*text[: len(text) - len(rest)], rest)
        if rest[:1].isdigit()
        else (*text[: len(text) - len(rest) - 1], "0" + rest)
    )
