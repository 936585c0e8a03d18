"""Schemes: which cells a run of figures fills, by what is printed before it.

A table is a stream of labels, heads and runs of figures. A scheme says of each run which cells
it may fill, and in which order, and of nothing else; whether the figures of a text fit it is
told by what comes of it (`readings`). Each gives lists of cells, the likelier first; the first
list is taken that has as many cells as the run has boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from .drafts import Row, Slot, whole


class Place(NamedTuple):
    """What stands before a run of figures."""

    waiting: Sequence[Row]
    """Rows that are printed and have no figures yet, in the order of the form."""
    open: Sequence[Row]
    """The same, and those of which some columns are still to be filled, as printed."""
    row: Row | None
    """The row that a figure belongs to if labels and heads take turns."""
    own: Row | None
    """The row whose label stands right before the run."""
    head: str
    """The head that stands right before the run; nothing where a label of a row does."""
    beside: str
    """The only head of the line of the label; nothing where there are others or none."""
    part: Sequence[str]
    """The heads over the rows at hand, where the table is printed in parts."""
    n_heads: int
    """How many heads of columns were printed since the last figures."""
    n_figures: int
    n_items: int
    n_most: int = 0
    """How many figures the run holds at most, where some of them may be several that touch."""


Scheme = Callable[[Place], Iterator[list[Slot]]]


def by_row(place: Place) -> Iterator[list[Slot]]:
    """Row by row: a run fills the row before it, or all rows that wait where it has too much for one."""
    if place.head:
        if place.waiting:
            yield whole(place.waiting)
        return
    if place.own is None:
        return
    if len(place.waiting) > 1:
        n_own = len(place.own.frame.columns)
        if place.n_figures < sum(len(row.frame.columns) for row in place.waiting) <= place.n_most:
            yield whole(place.waiting)
            return
        if place.n_figures > n_own:
            yield whole(place.waiting)
            if place.n_figures > n_own + 2:
                return
    yield whole([place.own])


def by_column(place: Place) -> Iterator[list[Slot]]:
    """Column by column: a run fills the column before it, or all columns of all rows that wait."""
    rows = place.waiting
    if rows and place.n_heads >= 2 * len(rows[0].frame.columns):  # each row has heads of its own
        yield from by_row(place)
        return
    is_even = len(rows) > 1 and len({row.frame.columns for row in rows}) == 1 and len(rows[0].frame.columns) > 1
    turned = [(row, column) for column in rows[0].frame.columns for row in rows] if is_even else []
    if place.head:
        having = [r for r in place.open if place.head in r.frame.heads and place.head not in r.filled]
        if place.n_figures < len(having):  # heads of several blocks: the first block that waits for this one
            having = [r for r in having if r.frame.block == having[0].frame.block]
        if having:
            yield [_under(row, place.head) for row in having]
        if turned:
            yield turned
    elif turned and place.own is not None and place.n_figures > len(place.own.frame.columns):
        yield turned
    else:
        yield from by_row(place)


def by_pair(place: Place) -> Iterator[list[Slot]]:
    """Heads and figures in turn: a head beside a label names the one figure that follows."""
    row = place.row
    if place.head:
        if row is not None and place.n_items <= 1 and place.head in row.frame.heads:
            yield [_under(row, place.head)]
    elif row is not None and place.n_items == 1 < len(row.frame.columns) and place.beside in row.frame.heads:
        yield [_under(row, place.beside)]
    yield from by_row(place)


def by_part(place: Place) -> Iterator[list[Slot]]:
    """Row by row under some of the heads: the table is printed in parts that have a few columns each."""
    row = place.own
    if place.part and row is not None:
        yield [_under(row, head) for head in place.part if head in row.frame.heads and head not in row.filled]
    else:
        yield from by_row(place)


def _under(row: Row, head: str) -> Slot:
    return row, row.frame.columns[row.frame.heads.index(head)]


SCHEMES: dict[str, Scheme] = {"by_row": by_row, "by_column": by_column, "by_pair": by_pair, "by_part": by_part}
_BESIDE = [(name, scheme) for name, scheme in SCHEMES.items() if scheme is not by_row]


def others(place: Place) -> set[str]:
    """The schemes that give a run other cells than `by_row` does."""
    if not (place.head or place.beside or place.part or len(place.waiting) > 1):
        return set()  # a run behind the label of its row, as most are: no scheme has anything else to go by
    usual = next(by_row(place), [])
    return {name for name, scheme in _BESIDE if next(scheme(place), usual) != usual}
