"""Tables given as records, a line for each cell: number, row, column, figure.

The same label comes again in each record of its row or column, always at the same place of the line. What the role
model says of it there most often holds for all of them, where it names a row or a column as the other labels of that
place do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby

from .atoms import BREAK, EMPTY, VALUE, WORD, Atom

_FEW = 12
"""So many lines of two labels and a figure are no accident."""
_KINDS = ("row", "col")


def with_record_labels(atoms: Sequence[Atom], index: Sequence[int], roles: list[str]) -> list[str]:
    """The roles of words, each label of records in the role that it has most often.

    Parameters
    ----------
    index : sequence of int
        The atoms that are words.
    roles : list of str
        Their roles.
    """
    word_of = {i: k for k, i in enumerate(index)}
    records = [[word_of[i] for i in line] for line in _records(atoms)]
    if len(records) < _FEW:
        return roles
    out = list(roles)
    for place in range(2):
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        kinds: Counter[str] = Counter()
        for record in records:
            k = record[place]
            votes[atoms[index[k]].text][roles[k]] += 1
            kinds[roles[k].partition(":")[0]] += 1
        kind = max(_KINDS, key=kinds.__getitem__)
        if 2 * kinds[kind] < len(records):
            return roles  # labels stand now at one place, now at the other
        told = {
            text: max(own, key=own.__getitem__)
            for text, some in votes.items()
            if (own := {role: n for role, n in some.items() if role.startswith(f"{kind}:")})
        }
        for record in records:
            k = record[place]
            out[k] = told.get(atoms[index[k]].text, out[k])
    return out


def _records(atoms: Sequence[Atom]) -> list[list[int]]:
    """The two words of each line that holds but one figure behind them, or none, and perhaps its number before them."""
    found = []
    for _, some in groupby(range(len(atoms)), key=lambda i: atoms[i].line):
        line = [i for i in some if atoms[i].kind != BREAK]
        kinds = [atoms[i].kind for i in line]
        if kinds[:1] in ([VALUE], [EMPTY]):
            line, kinds = line[1:], kinds[1:]
        if kinds in ([WORD, WORD, VALUE], [WORD, WORD, EMPTY], [WORD, WORD]):
            found.append(line[:2])
    return found
