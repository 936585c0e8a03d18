"""What the printed lines of a text hold, over all its tables: which have words, which labels, and of which form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile

from .atoms import BREAK, VALUE, Atom
from .frames import ANNEX, own_rows
from .tokens import Token

_MOST = 4
"""So many times as many lines of figures have a label as have none."""


class Lines:
    """What the printed lines of a text hold."""

    def __init__(self, stream: Sequence[Token], atoms: Sequence[Atom], view: str) -> None:
        self.atoms, self.view = atoms, view
        words = [t for t in stream if t.kind not in ("item", "break")]
        self.worded = {atoms[a].line for t in words for a in range(t.atom, t.last + 1)}
        named = (t for t in words if t.kind != "group")
        self.named = {atoms[a].line for t in named for a in range(t.atom, t.last + 1)}
        rows = (t for t in stream if t.kind in ("row", "extra"))
        self.labelled = {atoms[a].line for t in rows for a in range(t.atom, t.last + 1)}
        self.rows = [t for t in stream if t.kind == "row"]
        self.figured = {atoms[t.atom].line for t in stream if t.kind == "item" and atoms[t.atom].kind == VALUE}
        self.has_rows = len(self.figured & self.labelled) >= _MOST * len(self.figured - self.worded)
        """Whether figures stand on the line of their label, as a rule."""

    @cached_property
    def form(self) -> str:
        """The form that the labels of all tables of the text speak for; nothing where none does."""
        return _told_form(self.rows)

    def is_tabbed(self, atom: Atom) -> bool:
        """Whether tabs part the line of an atom."""
        start, end = self.view.rfind("\n", 0, atom.start) + 1, self.view.find("\n", atom.start)
        return "\t" in self.view[start : end if end >= 0 else None]

    def own(self, label: Token, run: list[int], *, is_open: bool) -> list[int]:
        """A run less the figures of another line that has words of its own, no label of a row among them, or tabs.

        Where rows have their figures on their own line, a blank line ends one, and words of others do: what follows is
        what a recogniser made of a page's foot. Where the row has no figures yet, ``is_open``, a group's words are
        none: its label stands beside the row's.
        """
        line = self.atoms[label.last].line
        if self.has_rows and line in self.figured:
            run = list(takewhile(lambda a: self.atoms[a].kind != BREAK or self.atoms[a].text, run))
            if run and self.atoms[run[0]].line not in self.worded:
                run = []
        worded = self.named if is_open else self.worded
        if not run or self.atoms[run[-1]].line == line:
            return run

        def is_own(a: int) -> bool:
            number = self.atoms[a].line
            if number == line or number not in worded:
                return True
            return number in self.labelled and not self.is_tabbed(self.atoms[a])

        return list(takewhile(is_own, run))


def _told_form(rows: Sequence[Token]) -> str:
    """The form that has most of the rows of some labels to itself."""
    named = {(t.table, t.key) for t in rows}
    tables = {t.table for t in rows} - {"", ANNEX}
    votes = Counter({
        form: sum((table, key) in named for table in tables for key in own_rows(table)[form])
        for form in own_rows("requests")
    })  # fmt: skip
    return votes.most_common(1)[0][0] if votes.total() else ""
