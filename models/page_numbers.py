"""The number of a page that a table goes on over, where the page ends among its heads."""

from __future__ import annotations

from collections.abc import Sequence

from .atoms import BREAK, VALUE, Atom
from .tokens import Token

_LONGEST = 3
"""Digits of a page's number."""
_AROUND = ("break", "other", "prose")
_HEADS = ("col", "group", "row")


def without_page_number(stream: Sequence[Token], atoms: Sequence[Atom]) -> list[Token]:
    """The tokens of a table without the one figure that stands alone on its line among the heads before all others.

    Where figures stand behind their heads there are more of them.
    """
    figures = [i for i, t in enumerate(stream) if t.kind == "item" and atoms[t.atom].kind == VALUE]
    if len(figures) < 2:
        return list(stream)
    at, following = figures[:2]
    own = atoms[stream[at].atom]
    beside = (i for i in (stream[at].atom - 1, stream[at].atom + 1) if 0 <= i < len(atoms))
    is_alone = own.text.isdigit() and len(own.text) <= _LONGEST
    is_alone &= not any(atoms[i].line == own.line and atoms[i].kind != BREAK for i in beside)
    before = next((t for t in reversed(stream[:at]) if t.kind not in _AROUND), None)
    heads = [t for t in stream[at + 1 : following] if t.kind in _HEADS]
    n_columns = sum(t.kind == "col" for t in heads)
    if is_alone and before is not None and before.kind in _HEADS and n_columns >= _FEW:
        return [*stream[:at], *stream[at + 1 :]]
    return list(stream)


_FEW = 5
"""So many heads behind the number are those of a table that has not begun."""
