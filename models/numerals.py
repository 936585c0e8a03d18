"""Figures that a table prints in Chinese numerals.

一 numbers a row far more often than it counts something. Numerals are figures where they fill a row: several stand side
by side, and hardly another figure among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..corpus.numbers import cell_value
from .atoms import BREAK, EMPTY, VALUE, WORD, Atom

_FEWEST = 3
_MOST = 2 / 3
"""So many figures of a run are numerals where the others (二 of the next row among them) are."""


def with_numerals(atoms: list[Atom]) -> list[Atom]:
    """The pieces of a text, numerals that fill rows of a table as figures."""
    out = atoms
    for run in _runs(atoms):
        if len(run) < _FEWEST or not (words := [i for i in run if atoms[i].kind == WORD]):
            continue
        n_numerals = sum(not any(c.isascii() for c in atoms[i].text) for i in run)
        if n_numerals >= _MOST * len(run):
            out = list(atoms) if out is atoms else out
            for i in words:
                out[i] = atoms[i]._replace(kind=VALUE)
    return out


def _runs(atoms: Sequence[Atom]) -> Iterator[list[int]]:
    """Figures and numerals that nothing else stands between but ends of lines and empty boxes."""
    run: list[int] = []
    for i, atom in enumerate(atoms):
        if atom.kind == VALUE or (atom.kind == WORD and _is_numeral(atom.text)):
            run.append(i)
        elif atom.kind not in (BREAK, EMPTY):
            yield run
            run = []
    yield run


def _is_numeral(text: str) -> bool:
    read = cell_value(text) if len(text) < 6 else None
    return read is not None and read.value is not None
