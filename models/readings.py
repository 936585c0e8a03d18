"""Competing readings of one table, and which of them its evidence speaks for.

Nearly all tables are read as they are printed. Some copies run from right to left, from the
last row to the first, or have each row's figures before its label. Each such order is a
rearrangement of the same tokens; the reader reads them all, and what it makes of each is
weighed: figures placed, rows filled, rows and heads in the order of the form, and the sums
that the form demands. Sums raise or lower a reading; no figure is ever changed by one, and a
table that is plain as printed is read so whatever its sums say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise, product
from math import log, log1p
from typing import NamedTuple

import numpy as np

from .atoms import VALUE, Atom
from .frames import BALANCE, row_order, sums
from .pools import Pools
from .rows import Draft
from .tokens import Token

MEASURES = ("left", "unfilled", "warned", "disordered", "misheaded", "held", "broken", "moved")
"""What a reading is weighed by: the logarithm of how often, one added; of the last one whether at all."""

WEIGHTS: dict[str, float] = dict(zip(MEASURES, (-1.5, -1.7, -0.2, -2.0, -1.0, 3.5, -2.2, -1.6), strict=True))
"""Set by hand, after one fit on drawings of other orders whose weights let orders against the form win."""

_FEW = log(3.5)
"""Up to two figures that no cell took may be numbers of pages."""
_RARE = 4.0
"""Log odds against any other order than the usual, over those of the drawings that weights are fitted on."""
_ALIKE = 1.0
"""Log odds for the order that other tables of the text have."""
UNDECIDED = 0.75
"""A figure of which the readings together are less sure than this is left out."""

Address = tuple[int, str, str]


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


class Reading(NamedTuple):
    """What was read in one order."""

    order: Order
    drafts: list[Draft]
    measures: dict[str, float]
    pools: Pools

    @property
    def cells(self) -> dict[Address, float | None]:
        """What the figure of each cell is worth."""
        return {
            (n, row.key, column): entry.number
            for n, draft in enumerate(self.drafts)
            for row in draft.rows.values()
            for column, entry in row.cells.items()
            if entry.text
        }

    @property
    def is_plain(self) -> bool:
        """Whether nothing speaks for another order."""
        m = self.measures
        is_sound = m["left"] <= _FEW and not m["warned"] and m["broken"] <= m["held"]
        return is_sound and not m["disordered"] and not m["misheaded"] and _last_is_filled(self.drafts)


def _last_is_filled(drafts: Sequence[Draft]) -> bool:
    rows = list(drafts[-1].rows.values()) if drafts else []
    return bool(rows) and (bool(rows[-1].cells) or not any(row.cells for row in rows))


def measured(order: Order, drafts: Sequence[Draft], stream: Sequence[Token], atoms: Sequence[Atom]) -> dict[str, float]:
    """What speaks for a reading and what against it."""
    n_figures = sum(t.kind == "item" and atoms[t.atom].kind == VALUE for t in stream)
    entries = [entry for d in drafts for row in d.rows.values() for entry in row.cells.values() if entry.text]
    printed = [row for d in drafts for row in d.rows.values()]
    n_filled = sum(len(row.cells) == len(row.frame.columns) for row in printed)
    held = broken = 0
    for draft in drafts:
        for is_held in identities(draft):
            held += is_held
            broken += not is_held
    counts = {
        "left": max(n_figures - len(entries), 0),
        "unfilled": len(printed) - n_filled,
        "warned": sum(len(d.warnings) for d in drafts),
        "disordered": sum(not is_so for is_so in _ordered_rows(drafts)),
        "misheaded": sum(not is_so for is_so in _ordered_heads(drafts)),
        "held": held,
        "broken": broken,
        "moved": order != PRINTED,
    }
    return {k: log1p(n) if k != "moved" else float(n) for k, n in counts.items()}


def _ordered_rows(drafts: Sequence[Draft]) -> Iterator[bool]:
    for draft in drafts:
        order = row_order(draft.table)
        places = [order[key] for key, row in draft.rows.items() if key in order and row.is_read]
        yield from (a < b for a, b in pairwise(places))


def _ordered_heads(drafts: Sequence[Draft]) -> Iterator[bool]:
    """For each two neighbouring heads whether they follow each other as some row of the table has them."""
    for draft in drafts:
        follow = {pair for row in draft.rows.values() for pair in pairwise(row.frame.heads)}
        for a, b in pairwise(draft.heads):
            if (b, a) in follow or (a, b) in follow:
                yield (a, b) in follow


def identities(draft: Draft) -> Iterator[bool]:
    """For each sum that the form demands of the figures of a draft, noughts apart, whether it holds."""
    values: dict[str, dict[str, float]] = {}
    for key, row in draft.rows.items():
        own = values[key] = {c: e.number for c, e in row.cells.items() if e.number is not None}
        for first, end, total in sums(row.frame.columns):
            columns = row.frame.columns
            parts = [own[c] for c in columns[first:end] if c in own]
            if columns[total] in own and parts and (any(parts) or own[columns[total]]):
                yield abs(sum(parts) - own[columns[total]]) < 1e-9
    if draft.table != "requests" or not set(BALANCE) <= set(values):
        return
    results = [own for key, own in values.items() if key not in BALANCE and not key.startswith("extra:")]
    for column in values[BALANCE[0]]:
        new, carried, whole, out = (values[key].get(column, 0.0) for key in BALANCE)
        if new or carried or whole or out:
            yield abs(new + carried - whole - out) < 1e-9
            yield abs(sum(own.get(column, 0.0) for own in results) - whole) < 1e-9


def chosen(contests: Sequence[Sequence[Reading]], weights: Mapping[str, float]) -> list[Reading]:
    """The likeliest reading of each table of a text.

    An order other than the usual is rare, but a text that has one table in it has others, too.
    Each figure is as sure as all readings of its table together are of it, or left out.
    """
    scores = [np.array([sum(weights[k] * r.measures[k] for k in MEASURES) for r in some]) for some in contests]
    if sum(s.max() - s[0] for s in scores) > _RARE:  # paid once for a text
        best = Counter(some[int(s.argmax())].order for some, s in zip(contests, scores, strict=True) if len(some) > 1)
        usual = best.most_common(1)[0][0]
        scores = [
            s + _ALIKE * np.array([r.order == usual for r in some]) for some, s in zip(contests, scores, strict=True)
        ]
    else:
        scores = [s - _RARE * (np.arange(len(s)) > 0) for s in scores]
    return [_agreed(some, s) for some, s in zip(contests, scores, strict=True)]


def _agreed(readings: Sequence[Reading], scores: np.ndarray) -> Reading:
    """The best of some readings, with what the others say of each figure."""
    best = readings[int(scores.argmax())]
    if len(readings) == 1:
        return best
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    others = [(r.cells, share) for r, share in zip(readings, shares.tolist(), strict=True) if r is not best]
    own = float(shares.max())
    for n, draft in enumerate(best.drafts):
        is_whole = True
        for row in draft.rows.values():
            for column, entry in list(row.cells.items()):
                if entry.text:
                    address = (n, row.key, column)
                    agreed = own + sum(share for cells, share in others if cells.get(address) == entry.number)
                    entry.sure = min(entry.sure, agreed)
                    if agreed < UNDECIDED:
                        del row.cells[column]
                        is_whole = False
        if not is_whole:
            draft.warnings.append(("reading_undecided", draft.first))
    return best
