"""Labels that are printed over several lines, put together again.

Columns of a PDF print each line of a label by itself, the figures beside any of them, and pieces of the label of the
group between. Pieces that follow each other from line to line and make a label of the forms are that label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from .. import configs
from ..corpus.annexes import known_head
from .atoms import LEAF, WORD, Atom
from .labels import known_labels

_SHORTEST = 4
_MISSED = 1
"""So many lines may hold no piece of a label between two that do."""


def with_whole_labels(atoms: list[Atom]) -> list[Atom]:
    """The pieces of a text, torn labels joined at their first piece."""
    at: dict[int, list[int]] = {}
    for i, atom in enumerate(atoms):
        if atom.kind == WORD:
            at.setdefault(atom.line, []).append(i)
    leaves = {atom.line for atom in atoms if atom.text == LEAF}
    gone: set[int] = set()
    whole: dict[int, str] = {}
    for lines in at.values():
        for i in lines:
            text = _bare(atoms[i].text)
            if i not in gone and text in _beginnings() and text not in _labels():
                label, rest = _grown(atoms, at, leaves, gone, i)
                if rest:
                    whole[i] = label
                    gone.update(rest)
    if not whole:
        return atoms
    return [a._replace(text=whole[i]) if i in whole else a for i, a in enumerate(atoms) if i not in gone]


def _grown(
    atoms: Sequence[Atom], at: Mapping[int, Sequence[int]], leaves: set[int], gone: set[int], first: int
) -> tuple[str, list[int]]:
    """The label that a piece begins and the pieces that go on with it; none where it begins no label."""
    text, line = _bare(atoms[first].text), atoms[first].line
    found: tuple[str, list[int]] = ("", [])
    pieces: list[int] = []
    missed = 0
    while missed <= _MISSED:
        beside = (pieces[-1] if pieces else first) + 1  # a comma parts pieces, too
        if beside < len(atoms) and atoms[beside].kind == WORD and atoms[beside].line == line and beside not in gone:
            longer = text + _bare(atoms[beside].text)
            if longer in _beginnings():
                text = longer
                pieces.append(beside)
                found = (_labels()[text], list(pieces)) if text in _labels() else found
                continue
        line += 1
        if line in leaves:
            break
        some = [k for k in at.get(line, ()) if k not in gone and text + _bare(atoms[k].text) in _beginnings()]
        if text in known_labels():  # a head, and the label of a row on a later line: 其他, 法律行政法规禁止公开
            some = [k for k in some if atoms[k].text not in known_labels()]
        if len(some) > 1 or _is_head_beside(text, atoms, some):
            some = [k for k in some if atoms[k].place == atoms[first].place]
        if len(some) != 1:
            missed += 1
            continue
        missed = 0
        text += _bare(atoms[some[0]].text)
        pieces.append(some[0])
        found = (_labels()[text], list(pieces)) if text in _labels() else found
    return found


def _is_head_beside(text: str, atoms: Sequence[Atom], some: Sequence[int]) -> bool:
    """Whether what was put together so far is a head of an annex, and what may follow is another: 项目, 数量."""
    return known_head(text) is not None and any(known_head(atoms[k].text) is not None for k in some)


def _bare(text: str) -> str:
    """A piece without what is lost where it stands on a line of its own."""
    return text if _LOST.isdisjoint(text) else "".join([c for c in text if c not in _LOST])


_LOST = frozenset('"),')


@cache
def _labels() -> dict[str, str]:
    """The labels of rows, groups and columns, by how their pieces read."""
    entries = [entry for kind in ("rows", "groups", "columns") for entry in configs.load("forms")[kind].values()]
    labels = ("".join(x.split()) for entry in entries for x in (entry["label"], *entry.get("variants", ())))
    return {_bare(label): label for label in labels if len(label) >= _SHORTEST}


@cache
def _beginnings() -> frozenset[str]:
    """What they begin with, and they themselves."""
    return frozenset(label[:k] for label in _labels() for k in range(2, len(label) + 1))
