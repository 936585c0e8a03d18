"""What the form itself says of words in an older annex, where the role model took its labels for something else.

An annex reaches us on one line, spelled out with its heads, or without anything between its boxes; the role model,
whose words stand in other company then, may call label after label noise. A label of the form printed whole is that
label.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from ..corpus.annexes import annexes, any_head, bare, known_head
from .atoms import BREAK, LEAF, WORD, Atom
from .regions import annex_marks, unnumbered

_FEWEST = 6
"""So many labels printed whole, and the words between them are an annex."""
_BESIDE = 8
"""So many words before the first label may be heads."""
_LONG = 4
_MANY_TORN = 15
"""So many pieces of labels that are ``_LONG`` are an annex whose labels are all torn."""
_NOTHING = frozenset(["noise", "caption", "void", "extra"])


def with_annex_labels(atoms: Sequence[Atom], index: Sequence[int], roles: list[str]) -> list[str]:
    """The roles of words, labels and units of an annex that the model passed over named.

    Parameters
    ----------
    index : sequence of int
        The atoms that are words.
    roles : list of str
        Their roles.
    """
    out: list[str] | None = None
    for stretch in _stretches(atoms, index):
        whole = [k for k in stretch if roles[k] == "annex:label" or _is_label(atoms[index[k]].text)]
        if len(whole) < _FEWEST:
            whole = [k for k in stretch if roles[k] in _NOTHING and _is_torn(atoms[index[k]].text, _LONG)]
            if len(whole) < _MANY_TORN:
                continue
        if all(roles[k] not in _NOTHING for k in range(whole[0], whole[-1] + 1)):
            continue
        out = out or list(roles)
        for k in range(whole[0], whole[-1] + 1):
            if out[k] in _NOTHING:
                text = atoms[index[k]].text
                if text in _units():
                    out[k] = "annex:unit"
                elif _is_label(text) or (out[k] != "extra" and _is_torn(text)):
                    out[k] = "annex:label"
        first = max(stretch.start, whole[0] - _BESIDE)
        for k in range(first, whole[0]):
            if _is_heads(atoms[index[k]].text):
                out[k] = "annex:head"
    return roles if out is None else out


def _stretches(atoms: Sequence[Atom], index: Sequence[int]) -> list[range]:
    """The words of each region."""
    edges = [0]
    n = 0
    for atom in atoms:
        n += atom.kind == WORD
        if atom.kind == BREAK and atom.text == LEAF and edges[-1] != n:
            edges.append(n)
    edges.append(len(index))
    return [range(a, b) for a, b in pairwise(edges) if b > a]


@lru_cache(maxsize=8192)
def _is_label(text: str) -> bool:
    if len(text) < _TELLING or known_head(text) is not None:
        return False
    return any(x in annex_marks() or unnumbered(x) in annex_marks() for x in (text, _without_unit(text)))


def _is_heads(text: str) -> bool:
    """Whether a word is a head, or heads with nothing between them."""
    return known_head(text) is not None or 2 * sum(map(len, any_head().findall(bare(text)))) > len(bare(text))


_TELLING = 4


def _without_unit(text: str) -> str:
    """A label without the unit that nothing parts from it."""
    return next((text.removesuffix(u) for u in _longest_units() if text.endswith(u)), text)


@cache
def _longest_units() -> list[str]:
    return sorted(_units(), key=len, reverse=True)


def _is_torn(text: str, least: int = 2) -> bool:
    """Whether a word may be a piece of a label: its neighbours stand beside each other in labels."""
    text = unnumbered(text.removeprefix("其中:"))
    pairs = [text[k : k + 2] for k in range(len(text) - 1)]
    return len(text) >= least and sum(pair in _pairs() for pair in pairs) >= _ALIKE * len(pairs)


_ALIKE = 0.8


@cache
def _pairs() -> frozenset[str]:
    labels = (row.label for form in annexes().values() for row in form.rows)
    texts = [text for label in labels for text in (label.text, *label.variants)]
    return frozenset(text[k : k + 2] for text in texts for k in range(len(text) - 1))


@cache
def _units() -> frozenset[str]:
    return frozenset(row.unit for form in annexes().values() for row in form.rows if row.unit)
