"""Tokens of one table to rows and runs of figures: what is printed before each run, told to a scheme.

The form is decided row by row, from the heads and from the number of figures, never from the
year. Nothing is repaired: a run that no scheme places leaves its cells empty and is named in
a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .added_columns import printed_heads, widened
from .atoms import BREAK, EMPTY, SOFT, VALUE, Atom
from .drafts import AGAIN, Draft, Row
from .frames import ADDED, Frame, form_rows, frames, homes, row_order
from .head_order import HeadOrder
from .levels import levels
from .page_numbers import without_page_number
from .printed import Lines
from .rows import Rows
from .schemes import Place, Scheme, by_pair, others
from .tokens import Token


class Sheet:
    """Reads the tokens of one table under one scheme."""

    def __init__(
        self, table: str, stream: Sequence[Token], rows: Rows, lines: Lines, before: Sequence[Draft], scheme: Scheme
    ) -> None:
        self.atoms = rows.atoms
        self.before = before
        """What the text held before this table."""
        self.draft = before[-1] if before and before[-1].table == table else Draft(table)
        if table != "active_disclosure":  # its blocks have heads of their own behind figures
            stream = without_page_number(stream, rows.atoms)
        if table == "review_litigation":
            stream, left_out = levels(stream, rows.atoms, table)
            self.draft.warnings += [("figures_not_placed", atom) for atom in left_out]
        self.table, self.stream, self.rows, self.lines = table, stream, rows, lines
        self.drafts = [self.draft]
        self.heads: list[str] = []
        """Column heads since the last block began."""
        self.idle: list[str] = []
        """Those of the block before, where no row came below them: its rows may follow overleaf."""
        self.had_rows = False
        self.pending: list[Row] = []
        """Rows printed, without figures yet (or with the figures of some columns only)."""
        self.label: Token | None = None
        self.had_figures = self.had_columns = False
        self.line_heads: list[Token] = []
        self.added: list[tuple[int, Row]] = []
        """Rows of a locality without figures of their own, and how many rows waited before each."""
        self.part: list[str] = []
        self.printed = printed_heads(stream)
        self.has_added = any(head.startswith(ADDED) for head in self.printed)
        self.parts = parts(stream)
        self.rounds = rounds(stream, self.atoms) if table == "review_litigation" else {}
        self.scheme = by_pair if self.rounds else scheme
        self.order = HeadOrder(table, stream, self.atoms)
        self.n_records = 0
        """Rows that were printed with each figure behind its head, on the line of their label."""
        self.schemes: set[str] = set()
        """Schemes beside the usual one by which runs would fill other cells."""

    def read(self) -> list[Draft]:
        """The stream as drafts."""
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
                self._head(token, i)
            elif token.kind == "group":
                if self.table == "active_disclosure" and token.key != "content":
                    self.idle = self.heads if self.heads and not self.had_rows else self.idle
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
        for draft in self.drafts:
            draft.first, draft.last = min(draft.first, draft.last), max(draft.first, draft.last)
        return self.drafts

    # -- labels ------------------------------------------------------------------

    def _head(self, token: Token, i: int) -> None:
        self.part = self.parts.get(i, self.part)
        if self.had_figures and (self.label is None or self.label.kind != "col") and not self._is_open():
            self.heads = []
        self.heads.append(token.key)
        self.had_rows = False
        self.draft.heads.append(token.key)
        self.draft.head_atoms.append(token.atom)
        if self.rounds:
            self._row_of_round(self.rounds[i])
        elif self.table == "review_litigation" and (self._figures_follow(i) or self._is_denied(i)):
            self._next_row(token.key)
        if self.line_heads and self.atoms[self.line_heads[0].atom].line != self.atoms[token.atom].line:
            self.line_heads = []
        self.line_heads.append(token)
        self.label = token
        self.had_figures = False

    def _row(self, token: Token, i: int) -> None:
        if homes()[0].get(token.key) != self.table:
            return
        self.n_records += self.table == "active_disclosure" and self._is_record(i)
        if self.had_columns:  # figures under heads of their own: the rows before this one are done
            self.pending, self.had_columns = [], False
        rows = self.draft.rows
        parent = rows.get(token.key.split(".")[0]) if "." in token.key else None
        if parent is not None and not parent.is_read:  # a row of one form is the group of its children in the other
            del rows[parent.key]
            self.pending = [r for r in self.pending if r is not parent]
        known = rows.get(token.key)
        goes_on = self.label is not None and self.label.kind == "row" and self.label.key == token.key
        self.label = token
        if known is not None and known.is_partial:  # a line for each cell, or a part of the table
            self.pending = [known]
            return
        if known is not None and known.is_read and not goes_on and self._figures_follow(i):
            # The row again, with figures: the text holds the table twice.
            self.draft = Draft(self.table, first=token.atom, last=token.last)
            self.drafts.append(self.draft)
            known, self.pending = None, []
        if known is None:
            known = Row(token.key, self.order.of(self._frame(token.key, i)), token.sure)
            self.draft.rows[token.key] = known
            self.idle, self.had_rows = [], True
        if not known.is_read and known not in self.pending:
            self.pending.append(known)

    def _is_record(self, i: int) -> bool:
        """Whether a label begins a line in which each figure stands behind its head: 行政裁决：上年数 3，增减 0."""
        if i + 1 == len(self.stream) or self.stream[i + 1].kind != "col":
            return False
        label, head = self.atoms[self.stream[i].atom], self.atoms[self.stream[i + 1].atom]
        first = self.stream[i].atom == 0 or self.atoms[self.stream[i].atom - 1].line != label.line
        return first and head.line == label.line

    def _is_added_row(self, token: Token, i: int) -> bool:
        """Whether words of no table are the label of an added row: a full row's figures stand right behind them."""
        if self.n_records and token.key != "caption" and self._is_record(i):
            return True
        n = 0
        last = None
        for follower in self.stream[i + 1 :]:
            if follower.kind == "item":
                n += self.atoms[follower.atom].kind == VALUE
            elif follower.kind != "break":
                last = follower
                break
        lot = self.draft.lot_of(self._own())
        if lot is None or lot.rows[0].frame.form_columns[-1:] == ("total",) or last is None or token.key == "caption":
            return False
        figures = sum(self.atoms[a].kind == VALUE for a in lot.items)
        width = len(lot.rows[0].frame.columns)
        return n == figures == width and len(self.atoms[token.atom].text) > 2 and last.kind in ("row", "group", "other")

    def _extra(self, token: Token, i: int) -> None:
        """A row that a locality added. Without figures of its own it counts only where a run asks for it."""
        label = (token.key if token.kind == "extra" else self.atoms[token.atom].text).rstrip(":=")
        known = self.draft.rows.get(f"extra:{label}")
        if known is not None and known.is_read:  # the same matter in another block has columns of its own
            label += f"{AGAIN}{len(self.draft.rows)}"
        row = Row(f"extra:{label}", self._extra_frame(), token.sure)
        if self.n_records and self._is_record(i):
            self.pending, self.had_columns = [], False
        elif not self._figures_follow(i):
            self.added.append((len(self.pending), row))
            if self._is_boxed():
                self.label = None  # boxes that follow are of this row
            return
        self.draft.rows[row.key] = row
        self.pending.append(row)
        self.label = Token("extra", label, token.atom, token.last, token.sure, token.table)

    def _is_boxed(self) -> bool:
        """Whether all boxes of the row before are printed."""
        own = self._own()
        lot = self.draft.lot_of(own)
        if own is None or lot is None:
            return False
        return sum(self.atoms[a].kind != BREAK for a in lot.items) >= len(own.frame.columns)

    def _is_denied(self, i: int) -> bool:
        """Whether a word for nothing stands right behind a head: 结果维持=无."""
        follower = self.stream[i + 1] if i + 1 < len(self.stream) else None
        if follower is None or follower.kind != "item":
            return False
        told, head = self.atoms[follower.atom], self.atoms[self.stream[i].last]
        return told.kind == EMPTY and bool(told.text) and told.line == head.line

    def _next_row(self, head: str) -> None:
        """Rows without labels, every figure behind its head: a head that comes again begins the next row."""
        if self.pending and head not in self.pending[-1].filled:
            return
        if self.pending or self.had_columns or not self.draft.rows:
            left = [key for key in row_order(self.table) if key not in self.draft.rows]
            self.pending = []
            if left:
                row = Row(left[0], self.order.of(frames()[left[0]][0]), 0.6)
                self.draft.rows[row.key] = row
                self.pending = [row]

    def _row_of_round(self, n: int) -> None:
        """The row whose heads are printed in the n-th round, with figures or without."""
        key = list(row_order(self.table))[n]
        row = self.draft.rows.setdefault(key, Row(key, frames()[key][0], 0.6))
        if row not in self.pending:
            self.pending = [row]

    # -- figures -----------------------------------------------------------------

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
            last = atoms[run[-1]]
            is_said = last.kind == EMPTY and last.text and self.label is not None and self.label.kind == "col"
            is_box = last.kind == EMPTY and last.glued  # a stroke that touches the figures before it
            if is_said or is_box or (last.line != next_line and (last.kind != BREAK or last.text)):
                break  # 结果维持=无
            run.pop()  # merged boxes before the label of the next row
        if run and self.label is not None and self.label.kind in ("row", "extra"):
            own = self._own()
            run = self.lines.own(self.label, run, is_open=own is not None and not own.is_read)
        if not run or self.label is None:
            return j
        figures = [a for a in run if atoms[a].kind == VALUE]
        self._run(self.label, run, figures)
        if figures:
            self.draft.last = max(self.draft.last, figures[-1])
            self.had_figures = True
            self.had_columns = self.label.kind == "col"
            if not self.had_columns or not self._is_open():
                self.pending = []
        elif self.label.kind in ("row", "extra"):
            self.draft.last = max(self.draft.last, run[-1])
            self.pending = [r for r in self.pending if not self._is_empty(r, run)]
        elif len(self.pending) == 1:
            self.pending = [r for r in self.pending if not self._is_empty(r, run)]
        return j

    def _is_empty(self, row: Row, run: Sequence[int]) -> bool:
        """Whether a run is all boxes of a row, each printed with nothing in it: later figures are none of its."""
        if self.table != "active_disclosure" or self.label is None:  # elsewhere the label of a row is a head, too
            return False
        lines = [self.atoms[a].line for a in run if self.atoms[a].kind == EMPTY]
        n = len(row.frame.columns)
        if row is self._own() and len(lines) >= n and set(lines) == {self.atoms[self.label.last].line}:
            return True  # more boxes are merged ones
        return len(lines) == n and len(set(lines)) == 1 and (row is self._own() or self.pending == [row])

    def _run(self, label: Token, run: list[int], figures: list[int]) -> None:
        is_head = label.kind == "col"
        if is_head and figures and not self.pending:
            self.pending = self._told_by_head(label.key, figures)
        if is_head and not figures and not any(self.atoms[a].text for a in run if self.atoms[a].kind != BREAK):
            return
        waiting = self._in_order([r for r in self.pending if not r.is_read])
        head = self.line_heads[0] if len(self.line_heads) == 1 else None
        is_beside = head is not None and self.atoms[head.atom].line == self.atoms[label.atom].line
        place = Place(
            waiting,
            self._in_order(self.pending),
            self.pending[-1] if self.pending else None,
            self._own(),
            label.key if is_head else "",
            head.key if head is not None and is_beside else "",
            self.part,
            len(self.heads),
            len(figures),
            sum(self.atoms[a].kind != BREAK for a in run),
            sum(len(text) if len(text := self.atoms[a].text) > 1 and self.rows.is_loose(a) else 1 for a in figures),
        )
        if figures:
            self.schemes |= others(place)
        choices = list(self.scheme(place))
        if choices:
            for rows in self._with_others(waiting, figures):
                choices += self.scheme(place._replace(waiting=rows, open=rows))
            self.rows.deal(self.draft, choices, run)
        elif figures:
            self.draft.warnings.append(("figures_without_row", figures[0]))

    def _told_by_head(self, head: str, figures: Sequence[int]) -> list[Row]:
        """The row of figures behind a head that no other row has, where no label of it is printed: 收费金额 | 1.25.

        A whole figure on a line of its own may be the number of a page.
        """
        if all(self.atoms[a].text.isdigit() and self.atoms[a].line not in self.lines.worded for a in figures):
            return []
        having = [row for row, some in frames().items() if any(head in f.heads for f in some)]
        if len(having) != 1 or having[0] in self.draft.rows or homes()[0][having[0]] != self.table:
            return []
        frame = next(f for f in frames()[having[0]] if head in f.heads)
        if len(frame.columns) != len(figures) or any(t.kind == "row" and t.key == having[0] for t in self.stream):
            return []
        return [Row(having[0], frame, 0.6)]

    def _with_others(self, waiting: list[Row], figures: Sequence[int]) -> Iterator[list[Row]]:
        """The waiting rows and others beside them: added ones, and those of the form whose labels were lost."""
        if len(figures) <= max((len(r.frame.columns) for r in waiting), default=0) or not waiting:
            return
        if self.added:
            some = list(waiting)
            for at, row in reversed(self.added):
                some.insert(at, row)
            yield some
        if any(row.cells for row in self.draft.rows.values()) or any(
            sum(self.atoms[a].kind == VALUE for a in lot.items) > 1 for lot in self.draft.lots
        ):  # a page number among the labels makes no row a read one
            return
        keys = {key for key in self.draft.rows if not key.startswith("extra:")}
        frame = waiting[0].frame
        for form in dict.fromkeys(form_rows(self.table)):
            if keys < set(form) and all(frames()[key][0].columns == frame.form_columns for key in form):
                yield [self.draft.rows.get(key) or Row(key, frame, 0.6) for key in form]

    # -- what is at hand -----------------------------------------------------------

    def _own(self) -> Row | None:
        """The row whose label was read last."""
        if self.label is None or self.label.kind not in ("row", "extra"):
            return None
        return self.draft.rows.get(self.label.key if self.label.kind == "row" else f"extra:{self.label.key}")

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Rows as the form has them: labels of merged boxes may be printed apart, their figures are not."""
        if len(rows) < 2:
            return rows
        order = row_order(self.table)
        return sorted(rows, key=lambda r: order[r.key]) if all(r.key in order for r in rows) else rows

    def _is_open(self) -> bool:
        """Whether rows wait for further columns."""
        return any(row.is_partial for row in self.pending)

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
            return widened(choices[0], self.printed) if self.has_added else choices[0]
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
        form, worth = self._form(), 0.4
        if seen and not any(seen & set(frame.heads) for frame in choices):
            # heads of another block, printed again overleaf: those above the break tell more, or the blocks before
            seen, form, worth = set(self.idle), self._form_before(), 2.0

        def fits(frame: Frame) -> float:
            heads = set(frame.heads)
            others = set().union(*(f.heads for f in choices if f is not frame))
            score = 2.0 * len((seen - others) & heads) - 0.5 * len(heads - seen) * bool(seen) + 2.0 * (seen == heads)
            score += 1.0 * (n_figures == len(heads)) - 1.0 * (n_figures > len(heads))
            return score + worth * (frame.form == form)

        return max(choices, key=fits)

    def _form(self) -> str:
        """The form that the rows read so far speak for."""
        drafts = (*(d for d in self.before if d is not self.drafts[0]), *self.drafts)
        votes = Counter(r.frame.form for d in drafts for r in d.rows.values() if "." in r.key or r.frame.block)
        return votes.most_common(1)[0][0] if votes else self.lines.form

    def _form_before(self) -> str:
        """The form of the last row read; the first block may be that of another than all others."""
        rows = [row for row in self.draft.rows.values() if len(frames().get(row.key, ())) > 1]
        blocks = dict.fromkeys(row.frame.block for row in rows)
        return rows[-1].frame.form if len(blocks) > 1 else self._form()

    def _extra_frame(self) -> Frame:
        """The frame of an added row: that of the row before it."""
        for row in reversed(list(self.draft.rows.values())):
            return row.frame
        fitting = [f for found in frames().values() for f in found if set(self.heads) & set(f.heads)]
        first = next(key for key, table in homes()[0].items() if table == self.table)
        return fitting[0] if fitting else frames()[first][0]


def parts(stream: Sequence[Token]) -> dict[int, list[str]]:
    """For each stretch of heads the columns that it stands for, where the same rows are printed under several."""
    stretches: list[tuple[int, list[str], set[str]]] = []
    for i, token in enumerate(stream):
        if token.kind == "col":
            if not stretches or stretches[-1][2]:
                stretches.append((i, [], set()))
            stretches[-1][1].append(token.key)
        elif token.kind == "row" and stretches:
            stretches[-1][2].add(token.key)
    found = [(i, heads, rows) for i, heads, rows in stretches if len(rows) > 2]
    heads = [head for _, part, _ in found for head in part]
    if len(found) < 2 or len(set(heads)) < len(heads):
        return {}
    common = set.intersection(*(rows for _, _, rows in found))
    if 2 * len(common) < max(len(rows) for _, _, rows in found):
        return {}
    if any(not set(heads) <= set(frames()[row][-1].heads) for row in common):
        return {}
    return {i: part for i, part, _ in found}


def rounds(stream: Sequence[Token], atoms: Sequence[Atom]) -> dict[int, int]:
    """For each head of a table without row labels, whose figures stand behind their heads, the row that it is of.

    结果维持=，结果纠正=1，…，总计=1，结果维持=，…: all heads come once for each row, those of empty boxes too. Empty
    where the table is printed otherwise.
    """
    order = row_order("review_litigation")
    heads = frames()[next(iter(order))][0].heads
    out: dict[int, int] = {}
    place = n_figures = n_behind = 0
    row = last = -1
    for i, token in enumerate(stream):
        if token.kind in ("row", "extra"):
            return {}
        if token.kind == "col" and token.key in heads:
            here = heads.index(token.key)
            row, place, n_behind = row + (row < 0 or here <= place), here, 0
            out[i], last = row, i
        elif token.kind == "col":
            return {}
        elif token.kind == "item" and atoms[token.atom].kind == VALUE:
            n_figures, n_behind = n_figures + 1, n_behind + 1
            is_beside = last >= 0 and atoms[token.atom].line == atoms[stream[last].last].line
            if n_behind > 1 or (n_figures == 1 and not is_beside):
                return {}
    return out if n_figures and row + 1 == len(order) and len(out) >= len(order) * len(heads) - 2 else {}
