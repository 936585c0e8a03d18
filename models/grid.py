"""From words with roles and figures to the rows of the statutory tables.

Each table is read under the usual print first: as it stands, row by row. Where other schemes
would have its figures stand elsewhere (`schemes`), or the reading is not plain, it is read
under those, too, and in other orders (`orders`); the tables of a text then decide together
which print they speak for (`contest`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy

from .annex import read_annex
from .atoms import VALUE, Atom
from .contest import chosen
from .drafts import Draft
from .frames import ANNEX
from .orders import PRINTED, Order, Print, arranged, orders_beside
from .printed import Lines
from .readings import WEIGHTS, Reading, is_rightward
from .rows import Rows
from .schemes import SCHEMES
from .search import WEIGHTS as SEARCH
from .sheet import Sheet
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

    def read(self, stream: Sequence[Token]) -> list[Draft]:
        """All tables of the stream."""
        self.lines = Lines(stream, self.atoms, self.view)
        contests: list[list[Reading]] = []
        for segment in segments(stream):
            if segment[0].table == ANNEX:
                self._annex(segment)
            elif self.drafts and self.drafts[-1].table == segment[0].table:  # the table before goes on
                more = self.read_as(Print(), segment, self.drafts).drafts
                self.drafts += more[1:]
            else:
                contests.append(self.readings(segment))
                self.drafts += contests[-1][0].drafts
        for readings, reading in zip(contests, chosen(contests, self.weights), strict=True):
            if reading is not readings[0]:
                at = next(i for i, d in enumerate(self.drafts) if d is readings[0].drafts[0])
                self.drafts[at : at + len(readings[0].drafts)] = reading.drafts
        return [d for d in self.drafts if self._is_sound(d)]

    def readings(self, segment: Sequence[Token]) -> list[Reading]:
        """One table as printed, row by row; under other prints, too, where they differ and none is plain."""
        read: dict[tuple[int, ...], dict[str, Reading]] = {}
        found = list(self._schemes(PRINTED, segment, read))
        is_told = all(row.frame.is_told for draft in found[0].drafts for row in draft.rows.values())
        if is_told and not any(reading.is_plain for reading in found):  # else any order is as good as another
            upright, rightward = found[0].is_upright, is_rightward(found[0].drafts, self.atoms)
            for order in orders_beside(segment, self.atoms, is_upright=upright, is_rightward=rightward):
                found += self._schemes(order, segment, read)
        return found

    def _schemes(
        self, order: Order, segment: Sequence[Token], read: dict[tuple[int, ...], dict[str, Reading]]
    ) -> Iterator[Reading]:
        """A table in one order, under each scheme that makes a difference; what was read is not read again.

        Orders often leave the tokens as they are: one token a line is the same from either end.
        """
        stream = segment if order == PRINTED else arranged(segment, self.atoms, order)
        known = read.setdefault(tuple(map(id, stream)), {})

        def reading(scheme: str) -> Reading:
            if scheme not in known:
                known[scheme] = self.read_as(Print(order, scheme), stream, self.drafts, segment[0].table)
                return known[scheme]
            same = copy(known[scheme])
            same.print = Print(order, scheme)
            return same

        usual = reading("by_row")
        yield usual
        yield from map(reading, sorted(usual.schemes))

    def read_as(self, how: Print, stream: Sequence[Token], before: Sequence[Draft], table: str = "") -> Reading:
        """One table under one print, its tokens in that print's order."""
        sheet = Sheet(table or stream[0].table, stream, self.rows, self.lines, before, SCHEMES[how.scheme])
        drafts = sheet.read()
        for draft in drafts:
            self.rows.align(draft)
        n_figures = sum(t.kind == "item" and self.atoms[t.atom].kind == VALUE for t in stream)
        return Reading(how, drafts, n_figures, frozenset(sheet.schemes))

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
        stream = [(_annex_kind(t), t.atom, t.sure) for t in segment if t.kind != "prose"]
        read_annex(draft, stream, self.atoms, self.rows)


def segments(stream: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The stream in parts of one table each."""
    start = 0
    for i in range(1, len(stream) + 1):
        if i == len(stream) or (stream[i].table != stream[start].table and stream[i].table):
            if stream[start].table:
                yield stream[start:i]
            start = i


def _annex_kind(token: Token) -> str:
    """What a token is to the reader of an annex; labels of the later tables may be its own."""
    if token.kind in ("item", "break", "extra", "other"):
        return token.kind
    return token.key if token.kind == "annex" else "word"
