"""From words with roles and figures to the rows of the statutory tables.

Tables are read token by token: a row label, a column head, a run of figures. What stands
before a run decides which cells it fills: its row (the usual print), a column head (tables
copied column by column, or every figure behind its head), or a whole stretch of labels
(labels first, figures after). The form is decided block by block, from the heads and from
the number of figures, never from the year. Nothing is repaired: a run that cannot be placed
leaves its cells empty and is named in a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from itertools import takewhile

from .annex import read_annex
from .atoms import BREAK, SOFT, VALUE, Atom
from .frames import ANNEX, Frame, frames, homes, row_order
from .placing import is_fused
from .pools import Pools
from .readings import PRINTED, WEIGHTS, Order, Reading, arranged, chosen, orders_beside
from .rows import Draft, Row, Rows
from .search import WEIGHTS as SEARCH
from .tokens import Token


class Reader:
    """Reads the tokens of a text into drafts of tables."""

    def __init__(
        self,
        atoms: Sequence[Atom],
        fill: dict[str, float],
        view: str,
        weights: Mapping[str, float] = WEIGHTS,
        search: Mapping[str, float] = SEARCH,
    ) -> None:
        self.atoms = atoms
        self.rows = Rows(atoms, fill, view, search)
        self.view = view
        self.weights = weights
        self.drafts: list[Draft] = []
        self.before: list[Draft] = []
        """What other tables of the text were read into, while one of them is tried in some order."""
        self.pools = Pools(atoms, self.rows)
        self.worded: set[int] = set()
        """The printed lines that hold words."""
        self.labelled: set[int] = set()
        """Those that hold the label of a row."""

    def read(self, stream: Sequence[Token]) -> list[Draft]:
        """All tables of the stream: as printed, or in other orders where that reading is not plain."""
        contests: list[list[Reading]] = []
        for segment in self.segments(stream):
            if segment[0].table == ANNEX:
                self._annex(segment)
            elif self.drafts and self.drafts[-1].table == segment[0].table:  # the table before goes on
                Segment(self, segment[0].table, segment).read()
                self.rows.align(self.drafts[-1])
            else:
                contests.append(self._readings(segment))
                self.drafts += contests[-1][0].drafts
        for readings, reading in zip(contests, chosen(contests, self.weights, self.rows), strict=True):
            self.pools.unturned += reading.pools.unturned
            if self.pools.by_column is None:
                self.pools.by_column = reading.pools.by_column
            if reading is not readings[0]:
                at = next(i for i, d in enumerate(self.drafts) if d is readings[0].drafts[0])
                self.drafts[at : at + len(readings[0].drafts)] = reading.drafts
        self.pools.turn()
        return [d for d in self.drafts if self._is_sound(d)]

    def _readings(self, segment: Sequence[Token]) -> list[Reading]:
        """One table as printed; in other orders, too, where that reading is not plain."""
        reading = self.read_in(PRINTED, segment).finish(self.rows)
        if reading.is_plain:
            return [reading]
        orders = orders_beside(reading, segment, self.atoms, self.weights)
        return [reading, *(self.read_in(order, segment) for order in orders)]

    def segments(self, stream: Sequence[Token]) -> Iterator[Sequence[Token]]:
        """The stream in parts of one table each."""
        words = (t for t in stream if t.kind not in ("item", "break"))
        self.worded = {self.atoms[a].line for t in words for a in range(t.atom, t.last + 1)}
        rows = (t for t in stream if t.kind in ("row", "extra"))
        self.labelled = {self.atoms[a].line for t in rows for a in range(t.atom, t.last + 1)}
        start = 0
        for i in range(1, len(stream) + 1):
            if i == len(stream) or (stream[i].table != stream[start].table and stream[i].table):
                if stream[start].table:
                    yield stream[start:i]
                start = i

    def read_in(self, order: Order, segment: Sequence[Token]) -> Reading:
        """One table in one order, but for rows that ask for a search."""
        stream = segment if order == PRINTED else arranged(segment, self.atoms, order)
        reader = copy(self)
        reader.before, reader.drafts = self.drafts, []
        reader.pools = Pools(self.atoms, self.rows)
        reader.pools.by_column = self.pools.by_column
        Segment(reader, segment[0].table, stream).read()
        waiting = [self.rows.begin(draft) for draft in reader.drafts]
        for draft in reader.drafts:
            draft.first, draft.last = min(draft.first, draft.last), max(draft.first, draft.last)
        n_figures = sum(t.kind == "item" and self.atoms[t.atom].kind == VALUE for t in stream)
        reading = Reading(order, reader.drafts, n_figures, reader.pools, waiting)
        return reading if any(w.hard for w in waiting) else reading.finish(self.rows)

    def is_tabbed(self, atom: Atom) -> bool:
        """Whether tabs part the line of an atom."""
        start, end = self.view.rfind("\n", 0, atom.start) + 1, self.view.find("\n", atom.start)
        return "\t" in self.view[start : end if end >= 0 else None]

    def _is_sound(self, draft: Draft) -> bool:
        """Whether a draft is a table rather than a list of outcomes or what a chart left behind."""
        most = max(len(d.rows) for d in self.drafts if d.table == draft.table)
        if draft.table == ANNEX:
            return len(draft.rows) >= 5
        if 3 * len(draft.rows) < most:
            return False
        return bool(draft.rows) and (draft.table == "active_disclosure" or len(draft.rows) > 2 or len(draft.heads) > 2)

    def _annex(self, segment: Sequence[Token]) -> None:
        words = [t for t in segment if t.kind == "annex"]
        draft = next((d for d in self.drafts if d.table == ANNEX), None)
        if sum(t.key == "label" for t in words) < 3:
            return
        if draft is None:
            draft = Draft(ANNEX, first=words[0].atom)
            self.drafts.append(draft)
        draft.last = max(t.last for t in segment if t.kind in ("annex", "item"))
        stream = [(_annex_kind(t), t.atom, t.sure) for t in segment if t.kind not in ("other", "prose")]
        read_annex(draft, stream, self.atoms, self.rows)

    def form(self) -> str:
        """The form that the rows read so far speak for."""
        drafts = (*self.before, *self.drafts)
        votes = Counter(r.frame.form for d in drafts for r in d.rows.values() if "." in r.key or r.frame.block)
        return votes.most_common(1)[0][0] if votes else ""


class Segment:
    """Reads tokens of one table: what a run of figures belongs to."""

    def __init__(self, reader: Reader, table: str, stream: Sequence[Token]) -> None:
        self.reader = reader
        self.atoms = reader.atoms
        self.table = table
        self.stream = stream
        last = reader.drafts[-1] if reader.drafts else None
        if last is not None and last.table == table:
            self.draft = last
        else:
            self.draft = Draft(table)
            reader.drafts.append(self.draft)
        self.heads: list[str] = []
        """Column heads since the last block began."""
        self.pending: list[Row] = []
        """Rows printed, without figures yet (or with the figures of some columns only)."""
        self.label: Token | None = None
        self.had_figures = self.had_columns = False
        self.line_heads: list[Token] = []
        self.added: list[tuple[int, Row]] = []
        """Rows of a locality without figures of their own, and how many rows waited before each."""
        self.row_line = -1
        """The printed line of the last row label."""
        self.half: list[str] = []
        """The heads over the rows at hand, where the table is printed in parts that have some of the columns each."""
        self.halves = self._halves()

    def _halves(self) -> dict[int, list[str]]:
        """For each stretch of heads the columns that it stands for, where the same rows are printed under several."""
        stretches: list[tuple[int, list[str], set[str]]] = []
        for i, token in enumerate(self.stream):
            if token.kind == "col":
                if not stretches or stretches[-1][2]:
                    stretches.append((i, [], set()))
                stretches[-1][1].append(token.key)
            elif token.kind == "row" and stretches:
                stretches[-1][2].add(token.key)
        parts = [(i, heads, rows) for i, heads, rows in stretches if len(rows) > 2]
        heads = [head for _, part, _ in parts for head in part]
        if len(parts) < 2 or len(set(heads)) < len(heads):
            return {}
        common = set.intersection(*(rows for _, _, rows in parts))
        if 2 * len(common) < max(len(rows) for _, _, rows in parts):
            return {}
        if any(not set(heads) <= set(frames()[row][-1].heads) for row in common):
            return {}
        return {i: part for i, part, _ in parts}

    def read(self) -> None:
        """Read the segment into drafts."""
        i = 0
        while i < len(self.stream):
            token = self.stream[i]
            if token.kind in ("row", "col", "group", "extra"):
                if self.draft.first < 0:
                    self.draft.first = token.atom
                self.draft.last = max(self.draft.last, token.last)
            if token.kind == "row":
                self._row(token, i)
            elif token.kind == "col":
                self.half = self.halves.get(i, self.half)
                if self.had_figures and (self.label is None or self.label.kind != "col") and not self._is_open():
                    self.heads = []
                self.heads.append(token.key)
                self.draft.heads.append(token.key)
                self.draft.head_atoms.append(token.atom)
                if self.table == "review_litigation" and self._figures_follow(i):
                    self._next_row(token.key)
                if self.line_heads and self.atoms[self.line_heads[0].atom].line != self.atoms[token.atom].line:
                    self.line_heads = []
                self.line_heads.append(token)
                self.label = token
                self.had_figures = False
            elif token.kind == "group":
                if self.table == "active_disclosure" and token.key != "content":
                    self.heads = []
                self.draft.is_grouped |= token.key == "legal_persons" and not self.draft.heads
            elif token.kind == "extra" or (token.kind == "other" and self._is_added_row(token, i)):
                self._extra(token, i)
            elif token.kind == "prose":
                self.label = None
                if self._is_open():  # what comes next is another part of the text
                    self.pending = []
            elif token.kind == "item" or (token.kind == "break" and self.atoms[token.atom].text == SOFT):
                i = self._items(i)
                continue
            i += 1

    def _is_added_row(self, token: Token, i: int) -> bool:
        """Whether words of no table are the label of an added row: a full row's figures stand right behind them."""
        n = 0
        last = None
        for follower in self.stream[i + 1 :]:
            if follower.kind == "item":
                n += self.atoms[follower.atom].kind == VALUE
            elif follower.kind != "break":
                last = follower
                break
        row = self._row_of(self.label)
        if row is None or row.frame.columns[-1:] == ("total",) or last is None or token.key == "caption":
            return False
        figures = sum(self.atoms[a].kind == VALUE for a in row.items)
        width = len(row.frame.columns)
        return n == figures == width and len(self.atoms[token.atom].text) > 2 and last.kind in ("row", "group", "other")

    def _extra(self, token: Token, i: int) -> None:
        """A row that a locality added. Without figures of its own it counts only where a pool asks for it."""
        row = Row(
            f"extra:{token.key if token.kind == 'extra' else self.atoms[token.atom].text}",
            self._extra_frame(),
            token.sure,
        )
        if not self._figures_follow(i):
            self.added.append((len(self.pending), row))
            return
        self.draft.rows[row.key] = row
        self.pending.append(row)
        self.label = Token("extra", row.key.removeprefix("extra:"), token.atom, token.last, token.sure, token.table)

    def _row_of(self, label: Token | None) -> Row | None:
        if label is None or label.kind not in ("row", "extra"):
            return None
        return self.draft.rows.get(label.key if label.kind == "row" else f"extra:{label.key}")

    def _row(self, token: Token, i: int) -> None:
        if homes()[0].get(token.key) != self.table:
            return
        if self.had_columns:  # figures under heads of their own: the rows before this one are done
            self.pending, self.had_columns = [], False
        rows = self.draft.rows
        parent = rows.get(token.key.split(".")[0]) if "." in token.key else None
        if parent is not None and not parent.is_read:  # a row of one form is the group of its children in the other
            del rows[parent.key]
            self.pending = [r for r in self.pending if r is not parent]
        known = rows.get(token.key)
        if known is not None and self.half:
            self.label, self.row_line = token, self.atoms[token.atom].line
            return
        if known is not None and self._is_partial(known):
            self.pending, self.label, self.row_line = [known], token, self.atoms[token.atom].line
            return  # a line for each cell: row, head, figure
        goes_on = self.label is not None and self.label.kind == "row" and self.label.key == token.key
        if known is not None and known.is_read and not goes_on and self._figures_follow(i):
            # The row again, with figures: the text holds the table twice.
            self.draft = Draft(self.table, first=token.atom, last=token.last)
            self.reader.drafts.append(self.draft)
            known, self.pending = None, []
        if known is None:
            known = Row(token.key, self._frame(token.key, i), token.sure)
            self.draft.rows[token.key] = known
        if not known.is_read and known not in self.pending:
            self.pending.append(known)
        self.label = token
        self.row_line = self.atoms[token.atom].line

    def _items(self, i: int) -> int:
        """Read a run of figures that begins at ``i``; where the stream goes on."""
        stream, atoms = self.stream, self.atoms
        j = i
        run: list[int] = []
        is_over = False
        while j < len(stream) and stream[j].kind in ("item", "break", "other"):
            if stream[j].kind == "other":
                is_over = is_over or any(atoms[a].kind == VALUE for a in run)
            elif not is_over:
                run.append(stream[j].atom)
            j += 1
        next_line = atoms[stream[j].atom].line if j < len(stream) else -1
        while run and atoms[run[-1]].kind != VALUE:
            if atoms[run[-1]].line != next_line and (atoms[run[-1]].kind != BREAK or atoms[run[-1]].text):
                break
            run.pop()  # merged boxes before the label of the next row
        if run and self.label is not None and self.label.kind in ("row", "extra"):
            run = self._own_lines(self.label, run)
        figures = [a for a in run if atoms[a].kind == VALUE]
        if not run or self.label is None:
            return j
        self._run(self.label, run, figures)
        if figures:
            self.draft.last = max(self.draft.last, figures[-1])
            self.had_figures = True
            self.had_columns = self.label.kind == "col"
            if not self.had_columns or not self._is_open():
                self.pending = []
        elif self.label.kind in ("row", "extra"):
            self.draft.last = max(self.draft.last, run[-1])
        return j

    def _own_lines(self, label: Token, run: list[int]) -> list[int]:
        """A run less the figures of another line that has words of its own, no label of a row among them, or tabs."""
        atoms, reader = self.atoms, self.reader
        line = atoms[label.last].line
        if atoms[run[-1]].line == line:
            return run

        def is_own(a: int) -> bool:
            number = atoms[a].line
            if number == line or number not in reader.worded:
                return True
            return number in reader.labelled and not reader.is_tabbed(atoms[a])

        return list(takewhile(is_own, run))

    def _run(self, label: Token, run: list[int], figures: list[int]) -> None:
        draft, atoms = self.draft, self.atoms
        waiting = self._in_order([r for r in self.pending if not r.is_read])
        items = [a for a in run if atoms[a].kind != BREAK]
        if label.kind != "col":
            row = self._row_of(label)
            if row is None:
                return
            n = len(row.frame.columns)
            if self.half:
                self._run_half(row, items, figures)
                return
            head = self.line_heads[0] if len(self.line_heads) == 1 else None
            is_alone = head is not None and len(items) == 1 < n and atoms[head.atom].line == atoms[label.atom].line
            if head is not None and is_alone and head.key in row.frame.heads:  # a line for each cell: head, row, figure
                self.reader.rows.put(row, row.frame.columns[row.frame.heads.index(head.key)], items[0], 0.9)
                return
            if len(waiting) > 1 and len(figures) > n:
                if self.reader.pools.fill(draft, self._with_added(waiting, items), run):
                    return
                if len(figures) > n + 2:  # many figures for many labels, but not their number
                    draft.warnings.append(("figures_not_placed", figures[0]))
                    return
            row.items.extend(run)
            row.is_read = row.is_read or bool(figures)
            return
        text = atoms[figures[0]].text if len(figures) == 1 else ""
        is_long = is_fused(text) or (len(text) > 6 and text.isdigit())
        if len(items) <= 1 and self.pending and self.row_line == atoms[label.atom].line and not is_long:
            row = self.pending[-1]  # every figure behind its head, after the label of the row
            if label.key in row.frame.heads and label.key not in _filled(row):
                if items and (figures or atoms[items[0]].text):
                    self.reader.rows.put(row, row.frame.columns[row.frame.heads.index(label.key)], items[0], 0.95)
                return
            if label.key in row.frame.heads and figures:  # a head that comes twice names neither figure
                row.cells.pop(row.frame.columns[row.frame.heads.index(label.key)])
                draft.warnings.append(("figures_not_placed", figures[0]))
                return
        if not figures:
            return
        if self.table == "review_litigation" and not self._is_open() and len(items) == 15 and len(waiting) < 3:
            waiting = self._all_rows()  # a label of the three was lost; their order is the form's
        if not waiting and not self._is_open():
            draft.warnings.append(("figures_without_row", figures[0]))
            return
        demand = sum(len(r.frame.columns) for r in waiting)
        having = self._in_order([r for r in self.pending if label.key in r.frame.heads and label.key not in _filled(r)])
        if len(figures) < len(having):  # heads of several blocks: the first block that waits for this one
            having = [r for r in having if r.frame.block == having[0].frame.block]
        is_complete = bool(waiting) and set(waiting[-1].frame.heads) <= set(self.heads)
        is_pool = is_complete and not any(r.cells for r in waiting) and demand > len(having)
        is_pool = is_pool and not len(items) == len(having) == 1  # one figure behind one head
        if not is_pool and len(items) != demand and len(figures) <= len(having):
            chosen = items if len(items) == len(having) else figures
            if len(chosen) == len(having):
                for row, atom in zip(having, chosen, strict=True):
                    self.reader.rows.put(row, row.frame.columns[row.frame.heads.index(label.key)], atom, 0.9)
            else:
                draft.warnings.append(("column_not_placed", figures[0]))
        elif not self.reader.pools.fill(draft, waiting, run):
            draft.warnings.append(("figures_not_placed", figures[0]))

    def _run_half(self, row: Row, items: list[int], figures: list[int]) -> None:
        """The figures of a row under the heads of one part of the table."""
        own = next((some for some in (items, figures) if len(some) == len(self.half)), [])
        if not own and figures:
            self.draft.warnings.append(("row_not_aligned", figures[0]))
        for head, atom in zip(self.half, own, strict=False):
            if head in row.frame.heads and head not in _filled(row):
                self.reader.rows.put(row, row.frame.columns[row.frame.heads.index(head)], atom, 0.9)

    def _with_added(self, waiting: list[Row], items: list[int]) -> list[Row]:
        """The waiting rows, with the added ones among them where the number of figures asks for them."""
        demand = sum(len(r.frame.columns) for r in (*waiting, *(row for _, row in self.added)))
        if not self.added or demand != len(items):
            return waiting
        out = list(waiting)
        for at, row in reversed(self.added):
            out.insert(at, row)
            self.draft.rows[row.key] = row
        return out

    def _next_row(self, head: str) -> None:
        """Rows without labels, every figure behind its head: a head that comes again begins the next row."""
        if self.pending and head not in _filled(self.pending[-1]):
            return
        if self.pending or self.had_columns or not self.draft.rows:
            left = [key for key in row_order(self.table) if key not in self.draft.rows]
            self.pending = []
            if left:
                row = Row(left[0], frames()[left[0]][0], 0.6)
                self.draft.rows[row.key] = row
                self.pending = [row]

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Rows as the form has them: labels of merged boxes may be printed apart, their figures are not."""
        order = row_order(self.table)
        return sorted(rows, key=lambda r: order[r.key]) if all(r.key in order for r in rows) else rows

    def _all_rows(self) -> list[Row]:
        rows = [key for key, table in homes()[0].items() if table == self.table]
        for key in rows:
            self.draft.rows.setdefault(key, Row(key, frames()[key][0], 0.6))
        return [self.draft.rows[key] for key in rows]

    @staticmethod
    def _is_partial(row: Row) -> bool:
        return 0 < len(row.cells) < len(row.frame.columns)

    def _is_open(self) -> bool:
        """Whether rows wait for further columns."""
        return any(map(self._is_partial, self.pending))

    def _figures_follow(self, i: int) -> bool:
        for token in self.stream[i + 1 :]:
            if token.kind in ("row", "extra", "col", "prose"):
                return False
            if token.kind == "item" and self.atoms[token.atom].kind == VALUE:
                return True
        return False

    def _frame(self, key: str, i: int) -> Frame:
        """The frame of a printed row: by the heads of its block, then by the number of its figures."""
        choices = frames()[key]
        if len(choices) == 1:
            return choices[0]
        seen = set(self.heads)
        if not seen:  # heads after the row: labels first, or column by column
            for token in self.stream[i + 1 :]:
                if token.kind == "group" and token.key != "content":
                    break
                if token.kind == "col":
                    seen.add(token.key)
                elif token.kind == "item" and self.atoms[token.atom].kind == VALUE and not seen:
                    break
            seen = seen or {token.key for token in self.stream if token.kind == "col"}
        n_figures = 0
        for token in self.stream[i + 1 :]:
            if token.kind in ("row", "col", "extra", "group", "prose"):
                break
            n_figures += token.kind == "item" and self.atoms[token.atom].kind == VALUE
        form = self.reader.form()

        def fits(frame: Frame) -> float:
            heads = set(frame.heads)
            others = set().union(*(f.heads for f in choices if f is not frame))
            score = 2.0 * len((seen - others) & heads) - 0.5 * len(heads - seen) * bool(seen) + 2.0 * (seen == heads)
            score += 1.0 * (n_figures == len(heads)) - 1.0 * (n_figures > len(heads))
            return score + 0.4 * (frame.form == form)

        return max(choices, key=fits)

    def _extra_frame(self) -> Frame:
        """The frame of an added row: that of the row before it."""
        for row in reversed(list(self.draft.rows.values())):
            return row.frame
        fitting = [f for found in frames().values() for f in found if set(self.heads) & set(f.heads)]
        first = next(key for key, table in homes()[0].items() if table == self.table)
        return fitting[0] if fitting else frames()[first][0]


def _annex_kind(token: Token) -> str:
    """What a token is to the reader of an annex; labels of the later tables may be its own."""
    if token.kind in ("item", "break", "extra"):
        return token.kind
    return token.key if token.kind == "annex" else "word"


def _filled(row: Row) -> set[str]:
    return {head for head, column in zip(row.frame.heads, row.frame.columns, strict=True) if column in row.cells}
