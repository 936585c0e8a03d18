"""From words with roles and figures to the cells of the statutory tables.

Tables are read token by token: a row label, a column head, a run of figures. What stands
before a run decides which cells it fills: its row (the usual print), a column head (tables
copied column by column), or a whole stretch of labels (labels first, figures after). How the
figures of one row meet its columns is `align`'s to say. The form is decided block by block,
from the heads and from the number of figures, never from the year. Nothing is repaired: a
run that cannot be placed leaves its cells empty and is named in a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from .. import configs
from ..corpus.numbers import cell_value
from .align import place, splits, windows
from .atoms import BREAK, EMPTY, VALUE, WORD, Atom

_PROSE = 12
"""Words of no table that are longer than this are a sentence or a heading, not a piece of a torn label."""
TABLES = ("active_disclosure", "requests", "review_litigation")
_ACCEPT = 0.7
"""A figure whose column is less sure than this is left out."""


@dataclass(frozen=True)
class Frame:
    """The columns that a row has in one form."""

    form: str
    columns: tuple[str, ...]
    """Column ids as in an address."""
    heads: tuple[str, ...]
    """The same columns as roles: ``fee_amount`` where the address says ``amount``."""
    block: str = ""
    """The rows that share one print of the heads."""


@cache
def frames() -> dict[str, tuple[Frame, ...]]:
    """For each row the frames of the forms that have it."""
    forms = configs.load("forms")
    columns = forms["columns"]
    out: dict[str, list[Frame]] = {}
    for form, data in forms["forms"].items():
        for table in TABLES:
            for block in data[table].get("blocks", [data[table]]):
                heads = tuple(block["columns"])
                frame = Frame(form, tuple(columns[c].get("id", c) for c in heads), heads, block.get("group", ""))
                for row in block["rows"]:
                    known = out.setdefault(row, [])
                    if not any(f.heads == frame.heads for f in known):
                        known.append(frame)
    return {row: tuple(found) for row, found in out.items()}


@cache
def _homes() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """The table of each row, and the tables of each word's role."""
    forms = configs.load("forms")
    rows: dict[str, str] = {}
    roles: dict[str, set[str]] = {}
    for data in forms["forms"].values():
        for table in TABLES:
            for block in data[table].get("blocks", [data[table]]):
                for row in block["rows"]:
                    rows[row] = table
                    roles.setdefault(f"row:{row}", set()).add(table)
                for column in block["columns"]:
                    roles.setdefault(f"col:{column}", set()).add(table)
                if "group" in block:
                    roles.setdefault(f"group:{block['group']}", set()).add(table)
    roles["group:content"] = {"active_disclosure"}
    roles["group:litigation"] = {"review_litigation"}
    for key in forms["groups"]:
        roles.setdefault(f"group:{key}", {"requests"})
    return rows, {role: frozenset(tables) for role, tables in roles.items()}


@cache
def row_order(table: str) -> tuple[str, ...]:
    """Rows of a table in printed order, those of all forms merged."""
    order: list[str] = []
    for data in configs.load("forms")["forms"].values():
        for block in data[table].get("blocks", [data[table]]):
            at = 0
            for row in block["rows"]:
                if row in order:
                    at = order.index(row) + 1
                else:
                    order.insert(at if at else len(order), row)
                    at = order.index(row) + 1
    return tuple(order)


@dataclass
class Token:
    """A label (its pieces joined) or an item of a run of figures."""

    kind: str
    """``row``, ``col``, ``group``, ``extra``, ``item`` (figure or kept emptiness), ``break`` or ``other``."""
    key: str
    atom: int
    last: int
    sure: float = 1.0
    table: str = ""


@dataclass
class Entry:
    """A cell as read: the stretch of the view, None where the form's cell shows nothing."""

    start: int
    end: int
    text: str
    sure: float


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


def tokens(atoms: Sequence[Atom], index: Sequence[int], roles: Sequence[str], sure: Sequence[float]) -> list[Token]:
    """Atoms as tokens: neighbouring pieces of one label joined, words that are no label set aside."""
    role_of = dict(zip(index, zip(roles, sure, strict=True), strict=True))
    out: list[Token] = []
    prose = -1
    for i, atom in enumerate(atoms):
        if atom.kind == WORD:
            role, certain = role_of[i]
            if role == "void":
                out.append(Token("item", "", i, i, certain))
                continue
            kind, _, key = role.partition(":")
            if kind in ("noise", "caption"):
                prose = i if kind == "noise" and len(atom.text) > _PROSE else -1
                out.append(Token("prose" if prose == i else "other", kind, i, i, certain))
                continue
            prose = -1
            before = next(
                (
                    t
                    for t in reversed(out)
                    if t.kind != "break" and not (t.kind == "item" and atoms[t.atom].kind == EMPTY)
                ),
                None,
            )
            if (
                before is not None
                and before.kind == kind
                and before.key == key
                and kind != "extra"
                and not (kind == "group" and key == "content")
            ):
                before.last = i
                before.sure = max(before.sure, certain)
                continue
            if kind == "extra":
                key = atom.text
                if out and out[-1].kind == "extra":
                    out[-1].key += key
                    out[-1].last = i
                    continue
            out.append(Token(kind, key, i, i, certain))
        elif atom.kind == BREAK:
            out.append(Token("break", "", i, i))
        elif prose < 0 or atom.line != atoms[prose].line:  # a figure in a sentence is no cell
            out.append(Token("item", "", i, i))
    _home(out)
    return out


def _home(out: list[Token]) -> None:
    """The table of each token: that of its role, of its neighbours where the role says nothing."""
    _, homes = _homes()
    definite: list[tuple[Token, frozenset[str]]] = []
    for token in out:
        tables = homes.get(f"{token.kind}:{token.key}")
        if tables is not None:
            definite.append((token, tables))
    single = [(t, next(iter(s))) for t, s in definite if len(s) == 1]
    for k, (token, table) in enumerate(single):
        # One stray label between labels of another table is a misread one.
        if 0 < k < len(single) - 1 and single[k - 1][1] == single[k + 1][1] != table and token.kind != "row":
            token.kind = "other"
            continue
        token.table = table
    current = ""
    for token in out:
        if token.table:
            current = token.table
        else:
            token.table = current
    # Words before the first label of a table belong to it where only it can have them.
    following = ""
    for token in reversed(out):
        if token.kind == "col" and following and not token.table:
            token.table = following
        following = token.table or following
    for token, tables in definite:
        if len(tables) > 1 and token.kind == "col" and token.table not in tables:
            token.table = following or next(iter(tables))


class Reader:
    """Reads the tokens of one region into drafts."""

    def __init__(self, atoms: Sequence[Atom], fill: dict[str, float], view: str) -> None:
        self.atoms = atoms
        self.fill = fill
        self.view = view
        self.drafts: list[Draft] = []
        self.by_column: bool | None = None

    def read(self, stream: Sequence[Token]) -> list[Draft]:
        """All tables of the stream."""
        start = 0
        for i in range(1, len(stream) + 1):
            if i == len(stream) or (stream[i].table != stream[start].table and stream[i].table):
                segment = stream[start:i]
                if segment[0].table and any(t.kind in ("row", "extra") for t in segment):
                    self._segment(segment[0].table, segment)
                start = i
        for draft in self.drafts:
            self._align(draft)
        return self.drafts

    # -- which cells a run of figures fills -----------------------------------

    def _segment(self, table: str, segment: Sequence[Token]) -> None:
        same = [d for d in self.drafts if d.table == table]
        draft = Draft(table)
        if same and self.drafts[-1] is same[-1]:
            draft = same[-1]
        else:
            self.drafts.append(draft)
        heads: list[str] = []  # since the last block began
        pending: list[Row] = []  # printed, no figures yet
        label: Token | None = None
        n = len(segment)
        i = 0
        had_items = had_columns = False
        while i < n:
            token = segment[i]
            if token.kind in ("row", "col", "group", "extra") and draft.first < 0:
                draft.first = token.atom
            if token.kind == "row":
                if token.key not in frames() or _homes()[0].get(token.key) != table:
                    i += 1
                    continue
                if had_columns:  # figures under heads of their own: the rows before this one are done
                    pending, had_columns = [], False
                parent = draft.rows.get(token.key.split(".")[0]) if "." in token.key else None
                if parent is not None and not parent.is_read and not parent.cells:
                    # A row of one form is the group of its children in the other.
                    del draft.rows[parent.key]
                    pending = [r for r in pending if r is not parent]
                known = draft.rows.get(token.key)
                run_follows = self._figures_follow(segment, i)
                if known is not None and known.is_read and run_follows:
                    # The row again, with figures: the text holds the table twice.
                    fresh = Draft(table, first=token.atom)
                    self.drafts.append(fresh)
                    draft, known, pending = fresh, None, []
                if known is None:
                    known = Row(token.key, self._frame(token.key, heads, segment, i), token.sure)
                    draft.rows[token.key] = known
                    pending.append(known)
                elif not known.is_read and known not in pending:
                    pending.append(known)
                label = token
                draft.last = token.last
            elif token.kind == "col":
                if had_items and (label is None or label.kind != "col") and not self._is_open(pending):
                    heads = []
                heads.append(token.key)
                draft.heads.append(token.key)
                label = token
                had_items = False
                draft.last = token.last
            elif token.kind == "group":
                if table == "active_disclosure" and token.key != "content":
                    heads = []
                draft.last = token.last
            elif token.kind == "extra":
                if self._figures_follow(segment, i):
                    frame = self._extra_frame(draft, heads)
                    if frame is not None:
                        row = Row(f"extra:{token.key}", frame, token.sure)
                        draft.rows[row.key] = row
                        pending.append(row)
                        label = token
                draft.last = token.last
            elif token.kind == "prose":
                label = None
            elif token.kind == "item":
                j = i
                while j < n and segment[j].kind in ("item", "break", "other"):
                    j += 1
                run = [t.atom for t in segment[i:j] if t.kind in ("item", "break")]
                while run and self.atoms[run[-1]].kind == BREAK:
                    run.pop()
                figures = [a for a in run if self.atoms[a].kind == VALUE]
                others = [t for t in segment[i:j] if t.kind == "other"]
                if others and label is not None:
                    # What follows words of no table ends the run, unless figures go on on the row's own terms.
                    cut = next(k for k, t in enumerate(segment[i:j]) if t.kind == "other")
                    head = [t.atom for t in segment[i : i + cut] if t.kind == "item"]
                    if any(self.atoms[a].kind == VALUE for a in head):
                        run = [t.atom for t in segment[i : i + cut] if t.kind in ("item", "break")]
                        figures = [a for a in run if self.atoms[a].kind == VALUE]
                if run and label is not None:
                    self._run(draft, label, heads, pending, run, figures)
                    if figures:
                        draft.last = max(draft.last, figures[-1])
                        had_items = True
                        had_columns = label.kind == "col"
                        if label.kind != "col" or not self._is_open(pending):
                            pending = []
                    elif label.kind in ("row", "extra"):
                        draft.last = max(draft.last, run[-1])
                i = j
                continue
            i += 1

    @staticmethod
    def _is_open(pending: Sequence[Row]) -> bool:
        """Whether rows wait for further columns."""
        return any(0 < len(row.cells) < len(row.frame.columns) for row in pending)

    def _figures_follow(self, segment: Sequence[Token], i: int) -> bool:
        for token in segment[i + 1 :]:
            if token.kind in ("row", "extra", "col"):
                return False
            if token.kind == "item" and self.atoms[token.atom].kind == VALUE:
                return True
        return False

    def _frame(self, key: str, heads: Sequence[str], segment: Sequence[Token], i: int) -> Frame:
        """The frame of a printed row: by the heads of its block, then by the number of its figures."""
        choices = frames()[key]
        if len(choices) == 1:
            return choices[0]
        seen = set(heads)
        if not seen:  # heads after the row: labels first, or column by column
            for token in segment[i + 1 :]:
                if token.kind == "group" and token.key != "content":
                    break
                if token.kind == "col":
                    seen.add(token.key)
                elif token.kind == "item" and self.atoms[token.atom].kind == VALUE and not seen:
                    break
            seen = seen or {token.key for token in segment if token.kind == "col"}
        n_items = n_figures = 0
        for token in segment[i + 1 :]:
            if token.kind in ("row", "col", "extra", "group"):
                break
            if token.kind == "item":
                n_items += 1
                n_figures += self.atoms[token.atom].kind == VALUE

        def fits(frame: Frame) -> float:
            exclusive = seen.difference(*(set(f.heads) for f in choices if f is not frame))
            score = 2.0 * len(exclusive.intersection(frame.heads)) - 0.5 * len(set(frame.heads) - seen) * bool(seen)
            score += (
                1.0 * (n_figures == len(frame.heads))
                - 2.0 * (n_figures > len(frame.heads))
                + 0.5 * (n_items == len(frame.heads))
            )
            return score + 0.4 * (frame.form == self._form())

        return max(choices, key=fits)

    def _form(self) -> str:
        """The form that the rows read so far speak for."""
        votes = Counter(
            row.frame.form
            for d in self.drafts
            for row in d.rows.values()
            if d.table == "active_disclosure" or "." in row.key
        )
        return votes.most_common(1)[0][0] if votes else ""

    def _extra_frame(self, draft: Draft, heads: Sequence[str]) -> Frame | None:
        for row in reversed(list(draft.rows.values())):
            return row.frame
        return next((f for found in frames().values() for f in found if set(heads) == set(f.heads)), None)

    def _run(
        self,
        draft: Draft,
        label: Token,
        heads: Sequence[str],
        pending: list[Row],
        run: list[int],
        figures: list[int],
    ) -> None:
        row = None
        if label.kind == "row":
            row = draft.rows.get(label.key)
        elif label.kind == "extra":
            row = draft.rows.get(f"extra:{label.key}")
        waiting = [r for r in pending if not r.is_read]
        demand = sum(len(r.frame.columns) for r in waiting)
        items = [a for a in run if self.atoms[a].kind != BREAK]
        if (
            row is not None
            and len(waiting) >= 2
            and len(items) > len(row.frame.columns)
            and len(figures) > len(row.frame.columns)
        ):
            if self._pool(draft, waiting, run, demand):
                return
        if row is not None:
            row.items.extend(run)
            row.is_read = row.is_read or bool(figures)
            return
        if not figures:
            return
        # Figures right after a column head.
        if not waiting and not self._is_open(pending):
            draft.warnings.append(("figures_without_row", figures[0]))
            return
        having = [r for r in pending if label.key in r.frame.heads and label.key not in self._filled(r)]
        if len(figures) < len(having):  # heads of several blocks: the first block that waits for this one
            having = [r for r in having if r.frame.block == having[0].frame.block]
        if len(items) == demand and len(waiting) > 0 and demand > len(having):
            self._pool(draft, waiting, run, demand)
            return
        if (
            len(figures) <= len(having)
            and (len(having) > 1 or len(figures) == 1)
            and not self._ends_heads(heads, label, waiting, len(items))
        ):
            if len(items) == len(having) or len(figures) == len(having):
                chosen = items if len(items) == len(having) else figures
                for r, atom in zip(having, chosen, strict=True):
                    column = r.frame.columns[r.frame.heads.index(label.key)]
                    self._put(r, column, atom, 0.9)
            else:
                draft.warnings.append(("column_not_placed", figures[0]))
            return
        if not self._pool(draft, waiting, run, demand):
            draft.warnings.append(("figures_not_placed", figures[0]))

    def _ends_heads(self, heads: Sequence[str], label: Token, waiting: Sequence[Row], n_items: int) -> bool:
        """Whether the heads are complete before the run, so that it holds more than one column."""
        if not waiting:
            return False
        return (
            set(waiting[-1].frame.heads) <= set(heads) and not any(r.cells for r in waiting) and n_items > len(waiting)
        )

    @staticmethod
    def _filled(row: Row) -> set[str]:
        return {head for head, column in zip(row.frame.heads, row.frame.columns, strict=True) if column in row.cells}

    def _put(self, row: Row, column: str, atom: int, sure: float) -> None:
        a = self.atoms[atom]
        row.cells[column] = Entry(a.start, a.end, a.text if a.kind == VALUE else "", sure)
        row.items = []
        row.is_read = True

    def _pool(self, draft: Draft, waiting: list[Row], run: list[int], demand: int) -> bool:
        """Figures after a stretch of labels: row by row or column by column."""
        atoms = self.atoms
        items = [a for a in run if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        if not waiting:
            return False
        if len(items) != demand and len(figures) == demand:
            items = figures
        if len(items) != demand:
            return self._pool_short(draft, waiting, items, figures)
        widths = [len(r.frame.columns) for r in waiting]
        n = widths[0]
        m = len(waiting)
        by_column = False
        if m > 1 and n > 1 and len(set(widths)) == 1:
            by_column = self._is_by_column(waiting, items, m, n)
        at = 0
        for k, row in enumerate(waiting):
            for c, column in enumerate(row.frame.columns):
                self._put(row, column, items[c * m + k] if by_column else items[at], 0.9)
                at += 1
        return True

    def _is_by_column(self, waiting: list[Row], items: list[int], m: int, n: int) -> bool:
        per_line = Counter(Counter(self.atoms[a].line for a in items).values())
        if len(per_line) == 1 and m != n:
            size = next(iter(per_line))
            if size == n:
                return False
            if size == m:
                return True
        values = [self._number(a) or 0.0 for a in items]
        grid = np.array(values).reshape(m, n)
        turned = np.array(values).reshape(n, m).T
        verdict = _plausible(waiting, turned) - _plausible(waiting, grid)
        if verdict == 0 and self.by_column is not None:
            return self.by_column
        if verdict != 0:
            self.by_column = verdict > 0
        return verdict > 0

    def _pool_short(self, draft: Draft, waiting: list[Row], items: list[int], figures: list[int]) -> bool:
        """Figures that are fewer or more than their cells: row by row where lines show the rows, else one search."""
        atoms = self.atoms
        by_line: dict[int, list[int]] = {}
        for a in items:
            by_line.setdefault(atoms[a].line, []).append(a)
        if len(figures) == 1 and len(atoms[figures[0]].text) >= sum(len(r.frame.columns) for r in waiting) > 1:
            return self._split_pool(waiting, figures[0])
        if len(by_line) == len(waiting) and len(waiting) > 1 and any(len(v) > 1 for v in by_line.values()):
            for row, part in zip(waiting, by_line.values(), strict=True):
                row.items.extend(part)
                row.is_read = True
            return True
        columns = [(row, column) for row in waiting for column in row.frame.columns]
        if len(columns) > 15 or len(figures) > len(columns):
            return False
        segments: list[tuple[int, int, int]] = []
        fill: list[float] = []
        at = 0
        for row in waiting:
            segments += [(at + a, at + b, at + c) for a, b, c in _segments(row.frame.columns)]
            fill += [self._fill(draft.table, c) for c in row.frame.columns]
            at += len(row.frame.columns)
        found = place(
            [self._number(a) for a in items],
            len(columns),
            np.array(fill),
            segments=segments,
            kept=0.5 if len(items) > len(figures) else 0.0,
        )
        for (row, column), item, certain in zip(columns, found.items, found.sure, strict=True):
            if item >= 0 and certain >= _ACCEPT:
                self._put(row, column, items[item], certain)
            row.is_read = True
        return True

    def _split_pool(self, waiting: list[Row], atom: int) -> bool:
        a = self.atoms[atom]
        widths = [len(r.frame.columns) for r in waiting]
        if not a.text.isdigit() or len(a.text) != sum(widths):
            return False
        at = a.start
        for row in waiting:
            for column in row.frame.columns:
                row.cells[column] = Entry(at, at + 1, self.view[at : at + 1], 0.8)
                at += 1
            row.is_read = True
        return True

    # -- which column a figure of a row is in -------------------------------------

    def _number(self, atom: int) -> float | None:
        a = self.atoms[atom]
        if a.kind != VALUE:
            return None
        read = cell_value(a.text)
        return None if read is None or read.value is None else float(read.value)

    def _fill(self, table: str, column: str) -> float:
        return self.fill.get(f"{table}/{column}", -1.0)

    def _align(self, draft: Draft) -> None:
        """Items of the rows to their columns: full rows first, they tell how the rest is printed."""
        full: list[tuple[Row, list[int]]] = []
        hard: list[Row] = []
        habits = Habits()
        for row in draft.rows.values():
            if not row.items:
                continue
            items, offset = self._full(row, len(row.frame.columns))
            habits.n_rows += 1
            if items is None:
                hard.append(row)
            else:
                full.append((row, items))
                if offset is not None:
                    habits.offsets[offset, self._width(items[0])] += 1
            entries = [a for a in row.items if self.atoms[a].kind != BREAK]
            if any(self.atoms[a].kind == EMPTY for a in entries) and any(self.atoms[a].kind == VALUE for a in entries):
                habits.n_kept += 1
                habits.n_whole += len(entries) >= len(row.frame.columns)
        turned = draft.table == "requests" and self._is_turned(draft, full)
        for row, items in full:
            for column, atom in zip(_order(row.frame, turned), items, strict=True):
                self._put(row, column, atom, 0.98)
        for row in hard:
            self._hard(draft, row, _order(row.frame, turned), habits)

    def _width(self, atom: int) -> int:
        """The number of places in the line of an atom."""
        line = self.atoms[atom].line
        while atom + 1 < len(self.atoms) and self.atoms[atom + 1].line == line:
            atom += 1
        return self.atoms[atom].place + 1

    def _full(self, row: Row, n: int) -> tuple[list[int] | None, int | None]:
        """The items of a row where there is no doubt which they are, and the place of the first in its line."""
        atoms = self.atoms
        items = [a for a in row.items if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        if len(figures) == n:
            if n > 1 and any(_is_fused(atoms[a].text) for a in figures):
                return None, None
            return figures, self._offset(figures)
        if len(items) == n and not (n > 1 and any(_is_fused(atoms[a].text) for a in figures)):
            # Pipes after the last figure may count what boxes span; then the total would stand too early.
            if atoms[items[-1]].kind == VALUE or not figures or not _segments(row.frame.columns):
                return items, self._offset(items)
            return None, None
        if len(items) > n > len(figures):
            upto = []
            for a in row.items:
                if atoms[a].kind == BREAK:
                    if any(atoms[x].kind == VALUE for x in upto) or len(upto) >= n:
                        break
                    continue
                upto.append(a)
            if len(upto) == n and len([a for a in upto if atoms[a].kind == VALUE]) == len(figures):
                return upto, self._offset(upto)
        return None, None

    def _offset(self, items: Sequence[int]) -> int | None:
        """The place of the first item in a line that holds them all."""
        first = self.atoms[items[0]]
        return first.place if first.line == self.atoms[items[-1]].line else None

    def _hard(self, draft: Draft, row: Row, columns: tuple[str, ...], habits: Habits) -> None:
        atoms = self.atoms
        n = len(columns)
        items = [a for a in row.items if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        row.is_read = True
        if not figures:
            for column, atom in zip(columns, items[:n], strict=False):
                if atoms[atom].text:
                    self._put(row, column, atom, 0.7)
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
            if regular and places[0] >= 0 and places[-1] < n:
                for place_, atom in zip(places, figures, strict=True):
                    self._put(row, columns[place_], atom, 0.9)
                return
        starts = windows([atoms[a].kind != VALUE for a in items], n)
        if len(starts) == 1 and len(items) > n:
            for column, atom in zip(columns, items[starts[0] : starts[0] + n], strict=True):
                self._put(row, column, atom, 0.9)
            return
        nearness = self._nearness(draft, row, columns, figures)
        money = self._money(columns, figures)
        if money is not None:
            nearness = money if nearness is None else nearness + money
        found = place(
            [self._number(a) for a in items],
            n,
            np.array([self._fill(draft.table, c) for c in columns]),
            segments=_segments(columns),
            kept=habits.kept if len(items) > len(figures) else 0.0,
            nearness=nearness,
        )
        left_out = 0
        for column, item, certain in zip(columns, found.items, found.sure, strict=True):
            if item < 0:
                continue
            if certain >= _ACCEPT:
                self._put(row, column, items[item], certain)
            else:
                left_out += 1
        if left_out:
            draft.warnings.append(("row_not_aligned", figures[0]))

    def _money(self, columns: tuple[str, ...], figures: Sequence[int]) -> np.ndarray | None:
        """Log odds that keep amounts with 元 out of columns of counts, and plain counts out of none."""
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
        step = max(float(np.abs(np.diff(centres)).min()), 1.0)
        xs = np.array([self._x(atoms[a].start, atoms[a].end) for a in figures])
        return -8.0 * np.abs(xs[:, None] - centres[None, :]) / step

    def _x(self, start: int, end: int) -> float:
        begin = self.view.rfind("\n", 0, start) + 1
        left = sum(2 if c > "⺀" else 1 for c in self.view[begin:start])
        return left + (end - start) / 2

    def _surplus(self, draft: Draft, row: Row, columns: tuple[str, ...], items: list[int], figures: list[int]) -> None:
        """More figures than columns: those of the label's own line, else those that make their total."""
        atoms = self.atoms
        n = len(columns)
        first_line = [a for a in items if atoms[a].line == atoms[items[0]].line]
        if len(first_line) == n:
            for column, atom in zip(columns, first_line, strict=True):
                self._put(row, column, atom, 0.8)
            return
        segments = _segments(columns)
        fits = []
        for start in range(len(figures) - n + 1):
            window = [self._number(a) or 0.0 for a in figures[start : start + n]]
            if segments and all(abs(sum(window[a:b]) - window[c]) < 1e-9 for a, b, c in segments):
                fits.append(start)
        if 0 in fits or len(fits) == 1:
            start = 0 if 0 in fits else fits[0]
            for column, atom in zip(columns, figures[start : start + n], strict=True):
                self._put(row, column, atom, 0.7)
            return
        draft.warnings.append(("row_has_more_figures", figures[0]))

    def _split(self, draft: Draft, row: Row, columns: tuple[str, ...], figures: list[int]) -> bool:
        """Figures run together (``规章000``): cut only where one reading stands out."""
        atoms = self.atoms
        n = len(columns)
        atom = atoms[figures[0]]
        if (
            len(figures) != 1
            or n == 1
            or not atom.text.isdigit()
            or len(atom.text) < n
            or not (atom.glued or _is_fused(atom.text))
        ):
            return False
        scored = []
        for parts in splits(atom.text, n):
            numbers = np.array([float(p) for p in parts])
            score = _row_plausible(columns, numbers)
            score += float(sum(self._fill(draft.table, c) for c, v in zip(columns, numbers, strict=True) if v))
            scored.append((score, parts))
        if not scored:
            draft.warnings.append(("figures_run_together", figures[0]))
            return True
        weights = np.exp(np.array([s for s, _ in scored]) - max(s for s, _ in scored))
        weights /= weights.sum()
        best = int(weights.argmax())
        if weights[best] < 0.75:
            draft.warnings.append(("figures_run_together", figures[0]))
            return True
        at = atom.start
        for column, part in zip(columns, scored[best][1], strict=True):
            row.cells[column] = Entry(at, at + len(part), part, float(weights[best]) * 0.9)
            at += len(part)
        return True

    def _is_turned(self, draft: Draft, full: Sequence[tuple[Row, list[int]]]) -> bool:
        """Whether 总计 is printed before the parts: the heads say so, and the sums of the rows do not deny it."""
        heads = list(dict.fromkeys(draft.heads))
        if not heads or heads[0] != "total" or len(heads) < 6:
            return False
        moved = kept = 0
        for _, items in full:
            values = [self._number(a) or 0.0 for a in items]
            if any(values):
                kept += abs(sum(values[:-1]) - values[-1]) < 1e-9
                moved += abs(sum(values[1:]) - values[0]) < 1e-9
        return moved >= kept


@dataclass
class Habits:
    """How the rows of one table are printed, as its full rows show."""

    offsets: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Place of the first figure in its line, and places of the line."""
    n_rows: int = 0
    n_kept: int = 0
    n_whole: int = 0

    @property
    def kept(self) -> float:
        """How far a kept empty box is to be believed: wholly, where rows keep all of theirs."""
        return 0.2 + 0.8 * self.n_whole / max(self.n_kept, 1)


def _order(frame: Frame, turned: bool) -> tuple[str, ...]:
    return (frame.columns[-1], *frame.columns[:-1]) if turned else frame.columns


def _is_fused(text: str) -> bool:
    return len(text) > 1 and text[0] == "0" and text.isdigit()


@cache
def _segments(columns: tuple[str, ...]) -> tuple[tuple[int, int, int], ...]:
    """Which columns sum to the total: (first, end, total)."""
    if columns[-1] == "total":
        return ((0, len(columns) - 1, len(columns) - 1),)
    return ((1, len(columns), 0),) if columns[0] == "total" else ()


def _row_plausible(columns: tuple[str, ...], values: np.ndarray) -> float:
    """How well a row's figures agree with what its columns mean."""
    for first, end, total in _segments(columns):
        return 5.0 if abs(values[first:end].sum() - values[total]) < 1e-9 else -5.0
    if columns == ("issued", "repealed", "in_force"):
        return 0.0 if values[2] >= values[0] - values[1] else -5.0
    if columns == ("made", "disclosed", "total_disclosed"):
        return 0.0 if values[2] >= values[1] else -5.0
    return 0.0


def _plausible(rows: Sequence[Row], grid: np.ndarray) -> float:
    score = float(sum(_row_plausible(row.frame.columns, line) for row, line in zip(rows, grid, strict=True)))
    keys = [r.key for r in rows]
    if {"new", "carried_in", "result_total", "carried_out"} <= set(keys):
        new, carried, total, out = (grid[keys.index(k)] for k in ("new", "carried_in", "result_total", "carried_out"))
        score += 2.0 * float((np.abs(new + carried - total - out) < 1e-9).sum())
    return score
