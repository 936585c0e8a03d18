"""Words with their roles and figures as one stream: what the table reader goes through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .atoms import BREAK, EMPTY, LEAF, WORD, Atom
from .frames import ANNEX, homes
from .labels import known_labels

_STAND_IN = 6
_OFTEN = 4
"""Short words that no form knows and a table prints so often stand for an empty box: 见附件, 不涉及."""
_PROSE = 12
"""Words of no table that are longer than this are a sentence or a heading, not a piece of a torn label."""


@dataclass(slots=True)
class Token:
    """A label (its pieces joined) or an item of a run of figures."""

    kind: str
    """``row``, ``col``, ``group``, ``extra``, ``annex``, ``item`` (figure or kept emptiness), ``break``,
    ``other`` (words of no table) or ``prose`` (many of them)."""
    key: str
    atom: int
    last: int
    sure: float = 1.0
    table: str = ""


def tokens(atoms: Sequence[Atom], index: Sequence[int], roles: Sequence[str], sure: Sequence[float]) -> list[Token]:
    """Atoms as tokens: neighbouring pieces of one label joined, words that are no label set aside."""
    words = Counter(a.text for a in atoms if a.kind == WORD and len(a.text) <= _STAND_IN)
    stand_ins = {text for text, n in words.items() if n >= _OFTEN and text not in known_labels()}
    role_of = dict(zip(index, zip(roles, sure, strict=True), strict=True))
    out: list[Token] = []
    before: Token | None = None  # the last token that is neither a break nor a kept emptiness
    prose_line = -1
    for i, atom in enumerate(atoms):
        if atom.kind == WORD:
            role, certain = role_of[i]
            kind, _, key = role.partition(":")
            if kind == "void" or (kind not in ("annex", "col", "group") and atom.text in stand_ins):
                out.append(Token("item", "", i, i, certain))
                continue
            if kind in ("noise", "caption"):
                is_prose = kind == "noise" and len(atom.text) > _PROSE
                before = Token("prose" if is_prose else "other", kind, i, i, certain)
                out.append(before)
                prose_line = atom.line if is_prose else prose_line
                continue
            prose_line = -1
            if before is not None and before.kind == kind:
                is_torn = min(len(atom.text), len(atoms[before.last].text)) < 3
                if kind == "extra" and (is_torn or atom.start == atoms[before.last].end):
                    before.key += atom.text
                    before.last = i
                    continue
                if before.key == key and kind not in ("annex", "extra") and key != "content":
                    before.last = i
                    before.sure = max(before.sure, certain)
                    continue
            before = Token(kind, atom.text if kind == "extra" else key, i, i, certain)
            out.append(before)
        elif atom.kind == BREAK:
            out.append(Token("prose" if atom.text == LEAF else "break", "", i, i))
        elif atom.line != prose_line:  # a figure in a sentence is no cell
            out.append(Token("item", "", i, i))
            if atom.kind != EMPTY:
                before = out[-1]
    _drop_scraps(out)
    _home(out)
    return out


_FEWEST = 6
"""Fewer labels of an annex are torn words of another table."""


def _drop_scraps(out: Sequence[Token]) -> None:
    """Labels of an annex too few to be one."""
    labels = [t for t in out if t.kind == "annex"]
    if sum(t.key == "label" for t in labels) < _FEWEST:
        for token in labels:
            token.kind = "other"


_NOWHERE: frozenset[str] = frozenset()
_HOMELESS = ("item", "break", "prose")


def _role(token: Token) -> str:
    return "annex:" if token.kind == "annex" else f"{token.kind}:{token.key}"


def _home(out: list[Token]) -> None:
    """The table of each token: that of its role, of its neighbours where the role says nothing."""
    tables_of = homes()[1]
    tables = [_NOWHERE if t.kind in _HOMELESS else tables_of.get(_role(t), _NOWHERE) for t in out]
    single = [(t, next(iter(s))) for t, s in zip(out, tables, strict=True) if len(s) == 1]
    for k, (token, table) in enumerate(single):
        # One stray head between labels of another table, or behind the last of them all, is a misread one.
        near = {other for _, other in single[max(k - 1, 0) : k] + single[k + 1 : k + 2]}
        is_stray = token.kind != "row" if k + 1 < len(single) else token.kind == "col"
        if k > 0 and is_stray and len(near) == 1 and table not in near:
            token.kind = "other"
        else:
            token.table = table
    current = ""
    for token in out:
        token.table = current = token.table or current
    _keep_annexes(out)
    _open_tables(out, tables)
    following = ""
    for token, some in zip(reversed(out), reversed(tables), strict=True):
        if some and token.table not in some and token.kind == "col":
            token.table = following or next(iter(some))
        following = token.table
    for before, token in pairwise(out):
        if token.kind == "break":  # between the heads of a table it is the table's
            token.table = before.table


def _open_tables(out: Sequence[Token], tables: Sequence[frozenset[str]]) -> None:
    """A head of several tables that stands between figures and a head of the next table begins that one."""
    marks = [k for k, t in enumerate(out) if t.kind not in ("break", "other")]
    for before, k, after in zip(marks, marks[1:], marks[2:], strict=False):
        table = out[after].table
        if out[before].kind in ("item", "prose") and out[after].kind == out[k].kind == "col":
            out[k].table = table if len(tables[after]) == 1 and table in tables[k] else out[k].table


_STRAYS = 4
"""So many labels of other tables, between labels of an annex, are its own: the later forms took words over from it."""


def _keep_annexes(out: Sequence[Token]) -> None:
    """Few labels of other tables in the midst of an annex are the annex's."""
    marks = [k for k, t in enumerate(out) if t.kind == "annex"]
    for a, b in pairwise(marks):
        between = out[a + 1 : b]
        if sum(t.kind in ("row", "col", "group", "extra") for t in between) <= _STRAYS:
            for token in between:
                token.table = ANNEX
