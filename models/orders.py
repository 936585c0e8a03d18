"""Prints: the order in which a table runs, and the scheme by which its figures follow.

Nearly all tables run as they are read. Some copies run from right to left, from the last row to
the first, or have each row's figures before its label. Each such order is a rearrangement of
the same tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, product
from operator import is_
from typing import NamedTuple

from .atoms import VALUE, Atom
from .tokens import Token


class Order(NamedTuple):
    """A way to go through a table; none of the three is the usual print."""

    is_mirrored: bool = False
    """Each line from its right end."""
    is_upside_down: bool = False
    """The lines from the last to the first."""
    is_late: bool = False
    """Figures stand before the label of their row."""


PRINTED = Order()
ORDERS = tuple(sorted((Order(*flags) for flags in product((False, True), repeat=3)), key=sum))


class Print(NamedTuple):
    """How a table is printed."""

    order: Order = PRINTED
    scheme: str = "by_row"


def arranged(stream: Sequence[Token], atoms: Sequence[Atom], order: Order) -> list[Token]:
    """The tokens as they follow each other in an order."""
    lines = [list(line) for _, line in groupby(stream, key=lambda t: atoms[t.atom].line)]
    if order.is_upside_down:
        lines.reverse()
    if order.is_mirrored:
        for line in lines:
            line.reverse()
    tokens = [token for line in lines for token in line]
    return list(_labels_first(tokens)) if order.is_late else tokens


def misarranged(stream: Sequence[Token], atoms: Sequence[Atom], order: Order) -> list[Token]:
    """The tokens of a usual print as they would stand if it were printed in an order: what `arranged` undoes."""
    late = list(_labels_first(stream[::-1]))[::-1] if order.is_late else stream
    return arranged(late, atoms, order._replace(is_late=False))


def orders_beside(
    stream: Sequence[Token], atoms: Sequence[Atom], *, is_upright: bool, is_rightward: bool
) -> Iterator[Order]:
    """Other orders that a table may be printed in.

    Labels tell most: rows as the form has them are not printed from the last to the first, nor
    lines with their heads as the form has them from their ends, and where no figure stands before
    the first label but some behind the last one, figures do not stand before their labels. Nor do
    they where each stands on the line of a label, behind it.
    """
    is_behind = _is_behind_labels(stream, atoms)
    for order in ORDERS[1:]:
        if (order.is_upside_down and is_upright) or (order.is_mirrored and is_rightward):
            continue
        if is_behind and order.is_late != order.is_mirrored:
            continue
        if order.is_late:
            early = arranged(stream, atoms, order._replace(is_late=False))
            is_same = all(map(is_, early, _labels_first(early)))
            if _is_led_by_labels(early, atoms) and (order == Order(is_late=True) or not is_same):
                continue
        yield order


def _is_led_by_labels(stream: Sequence[Token], atoms: Sequence[Atom]) -> bool:
    """Whether no figure stands before the first label of a row, and some stand behind the last one."""
    figures = [k for k, t in enumerate(stream) if t.kind == "item" and atoms[t.atom].kind == VALUE]
    labels = [k for k, t in enumerate(stream) if t.kind == "row"]
    return bool(figures and labels) and figures[0] > labels[0] and figures[-1] > labels[-1]


def _is_behind_labels(stream: Sequence[Token], atoms: Sequence[Atom]) -> bool:
    """Whether every figure stands on a line with one label of a row, behind it."""
    lines = [list(line) for _, line in groupby(stream, key=lambda t: atoms[t.atom].line)]
    there = [
        ([k for k, t in enumerate(line) if t.kind in ("row", "extra")], figures)
        for line in lines
        if (figures := [k for k, t in enumerate(line) if t.kind == "item" and atoms[t.atom].kind == VALUE])
    ]
    return bool(there) and all(len(labels) == 1 and labels[0] < figures[0] for labels, figures in there)


def _labels_first(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens with the label of a row before the run of figures that it ends."""
    run: list[Token] = []
    for token in tokens:
        if token.kind in ("item", "break"):
            run.append(token)
            continue
        if token.kind in ("row", "extra") and any(t.kind == "item" for t in run):
            yield token
            yield from run
        else:
            yield from run
            yield token
        run = []
    yield from run
