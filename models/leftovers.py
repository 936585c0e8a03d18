"""Figures inside a table that no row took: said, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .atoms import VALUE, WORD, Atom
from .drafts import Draft
from .frames import ANNEX

_FEWEST = 4
"""So many figures that were passed over together are a row's; fewer may be of a note or a page."""


def warn_of_leftovers(drafts: Sequence[Draft], pieces: Sequence[Atom]) -> None:
    """Warn of figures that stand together between the words of a table and of which no cell was made."""
    taken = {entry.start for draft in drafts for row in draft.rows.values() for entry in row.cells.values()}
    for draft in drafts:
        if draft.table == ANNEX:  # columns of an annex that are none of ours hold figures, too
            continue
        warned = {atom for _, atom in draft.warnings}
        for run in _runs(pieces, draft.first, draft.last):
            left = [a for a in run if taken.isdisjoint(range(pieces[a].start, pieces[a].end))]
            if len(left) >= _FEWEST and warned.isdisjoint(range(run[0], run[-1] + 1)):
                draft.warnings.append(("figures_without_row", left[0]))


def _runs(pieces: Sequence[Atom], first: int, last: int) -> Iterator[list[int]]:
    """The figures that stand between two words."""
    run: list[int] = []
    for index in range(max(first, 0), last + 1):
        kind = pieces[index].kind
        if kind == VALUE:
            run.append(index)
        elif kind == WORD and run:
            yield run
            run = []
    if run:
        yield run
