"""Tables of reviews that count the levels of a body apart, a row of all figures for each: 市本级, 县区, 合计.

The form has one such row, and the address of a cell has no place for a level: what the whole body counts is the row of
the sum. Where none is printed, no row is that of the report.
"""

from __future__ import annotations

from collections.abc import Sequence

from .atoms import EMPTY, VALUE, Atom
from .frames import frames, row_order
from .tokens import Token

_SUMS = frozenset(["合计", "总计", "共计"])


def levels(stream: Sequence[Token], atoms: Sequence[Atom], table: str) -> tuple[list[Token], list[int]]:
    """The tokens of a table without the rows of its levels and the words before them, and the first figure of each."""
    width = sum(len(frames()[row][0].columns) for row in row_order(table))
    runs: list[range] = []
    start = -1
    for i, token in enumerate([*stream, None]):
        if token is not None and token.kind in ("item", "break"):
            start = i if start < 0 else start
            continue
        if (
            start > 0
            and width in _boxes(stream[start:i], atoms)
            and stream[start - 1].kind in ("other", "col", "extra")
        ):
            runs.append(range(start, i))
        start = -1
    own = [run for run in runs if any(_are_next(run, other) or _are_next(other, run) for other in runs)]
    if not own:
        return list(stream), []
    sums = [run for run in own if atoms[stream[run.start - 1].atom].text in _SUMS]
    gone: set[int] = set()
    for run in own:
        gone |= {run.start - 1} if [run] == sums else {run.start - 1, *run}
    first = [next(t.atom for t in stream[run.start :] if t.kind == "item") for run in own if [run] != sums]
    return [token for i, token in enumerate(stream) if i not in gone], first


def _are_next(one: range, other: range) -> bool:
    """Whether one word stands between two runs of figures."""
    return one.stop + 1 == other.start


def _boxes(some: Sequence[Token], atoms: Sequence[Atom]) -> tuple[int, int]:
    """How many figures, and how many boxes of any kind, some tokens are."""
    kinds = [atoms[t.atom].kind for t in some if atoms[t.atom].kind in (VALUE, EMPTY)]
    return kinds.count(VALUE), len(kinds)
