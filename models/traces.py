"""What the empty boxes of a table left behind: each way to count it, for every row.

A box that holds nothing may leave an empty stretch between two separators, a line with one
pipe, a blank line, or nothing. Which of these are boxes and which are borders is a habit of
the whole table; `search` weighs the countings against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from .atoms import BREAK, EMPTY, SOFT, VALUE, WORD, Atom
from .search import Traces


class Headed(Protocol):
    """A table with its heads."""

    heads: list[str]
    head_atoms: list[int]


Count = tuple[int, int, int]
"""Between two figures: empty stretches, lines of one pipe, blank lines."""

_COUNTINGS: dict[str, Callable[[int, int, int], int]] = {
    "none": lambda _empty, _soft, _blank: 0,
    "boxes": lambda empty, _soft, _blank: empty,
    "halves": lambda empty, _soft, _blank: empty // 2,
    "soft": lambda empty, soft, _blank: empty + soft,
    "borders": lambda empty, soft, _blank: empty + max(soft - 1, 0),
    "blank": lambda empty, soft, blank: empty + soft + blank,
}
"""Empty boxes by what stands between two figures."""


class Marks:
    """The countings of the traces of one table."""

    def __init__(
        self,
        atoms: Sequence[Atom],
        full: Sequence[Sequence[int]],
        rows: Sequence[Sequence[int]],
        draft: Headed,
        *,
        is_piped: bool = False,
    ) -> None:
        self.atoms = atoms
        kinds = {(atoms[a].kind, atoms[a].text) for items in rows for a in items}
        has_empty = any(kind == EMPTY for kind, _ in kinds)
        self.names = ["none"]
        if has_empty:
            self.names += ["boxes", "halves"]
        if (BREAK, SOFT) in kinds:
            self.names += ["soft", "borders"]
        if (BREAK, "") in kinds:
            self.names.append("blank")
        if is_piped:
            self.names = [name for name in self.names if name in ("soft", "blank")]
        self.lines = self._lines(full) if has_empty else []
        self.heads: dict[tuple[int, int], str] = {}
        for key, atom in zip(draft.heads, draft.head_atoms, strict=True):
            self.heads.setdefault((width(atoms, atom), atoms[atom].place), key)

    def of(self, items: Sequence[int], columns: Sequence[str]) -> dict[str, Traces]:
        """By each counting, the boxes between the figures of a row or the column of each."""
        atoms = self.atoms
        figures = [a for a in items if atoms[a].kind == VALUE]
        counts = [[0, 0, 0]]
        ended = [[0, 0, 0]]
        """The same, where a blank line behind the last figure ends the row."""
        inner = items[items.index(figures[0]) : items.index(figures[-1])]
        is_spaced = any(atoms[a].kind == BREAK and not atoms[a].text for a in inner)
        is_over = False
        for a in items:
            if atoms[a].kind == VALUE:
                counts.append([0, 0, 0])
                ended.append([0, 0, 0])
                continue
            sort = 0 if atoms[a].kind == EMPTY else 1 if atoms[a].text == SOFT else 2
            is_over = is_over or (a > figures[-1] and sort == 2 and not is_spaced)
            counts[-1][sort] += 1
            ended[-1][sort] += not is_over
        out = {}
        for name in self.names:
            some = counts if name == "blank" else ended
            out[name] = Traces(tuple(_COUNTINGS[name](*count) for count in some), (), *_ignored(name, some))
        if atoms[items[0]].line != atoms[figures[-1]].line or len(figures) == len(items):
            return out
        n, own = len(columns), width(atoms, figures[0])
        behind = self._behind_label(items[0])
        for first, wide in self.lines:
            if abs(wide - own) <= 1:  # a separator more or less at the end, or within the label
                at = [atoms[a].place - max(first, behind) for a in figures]
                out[f"line {first} {wide}"] = Traces((), tuple(p if 0 <= p < n else -1 for p in at))
        under = [
            next((h for w in (own, own + 1, own - 1) if (h := self.heads.get((w, atoms[a].place)))), "")
            for a in figures
        ]
        if own > n <= len(self.heads) and any(under):
            out["heads"] = Traces((), tuple(columns.index(h) if h in columns else -1 for h in under))
        return out

    def _behind_label(self, item: int) -> int:
        """The place behind the label of a row's line: no column stands left of it, also where it was torn in two."""
        first = self.atoms[item]
        label = self.atoms[item - 1] if item else first
        return label.place + 1 if label.kind == WORD and label.line == first.line else 0

    def _lines(self, full: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
        """Where the first column may stand in a line of how many places."""
        votes: Counter[tuple[int, int]] = Counter()
        for items in full:
            first, last = self.atoms[items[0]], self.atoms[items[-1]]
            if first.line == last.line:
                votes[first.place, width(self.atoms, items[0])] += 1
        return [line for line, _ in votes.most_common(2)]


def width(atoms: Sequence[Atom], atom: int) -> int:
    """The number of places in the line of an atom."""
    line = atoms[atom].line
    while atom + 1 < len(atoms) and atoms[atom + 1].line == line:
        atom += 1
    return atoms[atom].place + 1


def _ignored(name: str, counts: Sequence[Sequence[int]]) -> tuple[int, int]:
    """What a counting passes over though it is likely a box: empty stretches, and pipes beyond one border."""
    pipes = 0 if name in ("soft", "borders", "blank") else sum(max(soft - 1, 0) for _, soft, _ in counts)
    if name == "none":
        return sum(empty for empty, _, _ in counts), pipes
    return sum((empty + 1) // 2 for empty, _, _ in counts) if name == "halves" else 0, pipes
