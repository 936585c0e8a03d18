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
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise, product
from math import exp, log, log1p
from operator import is_
from typing import NamedTuple

import numpy as np

from .atoms import VALUE, Atom
from .frames import BALANCE, row_order, sums
from .pools import Pools
from .rows import Draft, Rows, Waiting
from .tokens import Token

MEASURES = ("left", "unfilled", "warned", "disordered", "misheaded", "held", "broken", "moved")
"""What a reading is weighed by: the logarithm of how often, one added; of the last one whether at all."""

WEIGHTS: dict[str, float] = dict(zip(MEASURES, (-1.5, -1.7, -0.2, -2.0, -1.0, 3.5, -2.2, -1.6), strict=True))
"""Set by hand, after one fit on drawings of other orders whose weights let orders against the form win."""

_FEW = log(3.5)
"""Up to two figures that no cell took may be numbers of pages."""
_RARE = 4.0
"""Log odds against any other order than the usual, over those of the drawings that weights are fitted on."""
_AGAINST = 4.0
"""Log odds of so many rows out of their order that no sums outweigh them."""
_ALIKE = 1.0
"""Log odds for the order that other tables of the text have."""
_SAYS = 0.02
"""No figure is surer than what this leaves of one: other orders that have less together take nothing from it."""
_WHISPERS = 0.0005
"""What orders that are not read may take from a figure that others take from."""
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


def orders_beside(
    usual: Reading, stream: Sequence[Token], atoms: Sequence[Atom], weights: Mapping[str, float]
) -> Iterator[Order]:
    """Other orders that a table may be printed in.

    Labels tell most: rows as the form has them are not printed from the last to the first,
    and where no figure stands before the first label but some behind the last one, figures do
    not stand before their labels.
    """
    n_ordered = sum(_ordered_rows(usual.drafts))
    is_upright = not usual.measures["disordered"] and weights["disordered"] * log1p(n_ordered) < -_AGAINST
    for order in ORDERS[1:]:
        if order.is_upside_down and is_upright:
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


@dataclass
class Reading:
    """What was read in one order."""

    order: Order
    drafts: list[Draft]
    n_figures: int
    """How many figures were printed."""
    pools: Pools
    waiting: list[Waiting] = field(default_factory=list)
    """Tables whose rows are still to be searched; nothing where all is read."""
    hope: float | None = None
    """What `at_best` has found."""

    def finish(self, rows: Rows) -> Reading:
        """Search the rows that wait."""
        while self.waiting:
            rows.finish(self.waiting.pop(0))
        return self

    @cached_property
    def measures(self) -> dict[str, float]:
        """What speaks for the reading and what against it, once all is read."""
        return measured(self.order, self.drafts, self.n_figures)

    def score(self, weights: Mapping[str, float]) -> float:
        """What the measures are worth together."""
        return sum(weights[k] * self.measures[k] for k in MEASURES)

    def at_best(self, weights: Mapping[str, float]) -> float:
        """A score that the reading cannot exceed, whatever the search makes of the rows that wait."""
        if not self.waiting:
            return self.score(weights)
        if self.hope is None:
            best = hoped(self.order, self.drafts, self.n_figures, self.waiting)
            self.hope = sum(weights[k] * best[k] for k in MEASURES)
        return self.hope

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


def measured(order: Order, drafts: Sequence[Draft], n_figures: int) -> dict[str, float]:
    """What speaks for a reading and what against it."""
    printed = [row for d in drafts for row in d.rows.values()]
    n_entries = sum(entry.text != "" for row in printed for entry in row.cells.values())
    n_filled = sum(len(row.cells) == len(row.frame.columns) for row in printed)
    held = [is_held for draft in drafts for is_held in identities(draft)]
    return _weighable(
        order, drafts, n_figures - n_entries, len(printed) - n_filled, held.count(True), held.count(False)
    )


def hoped(order: Order, drafts: Sequence[Draft], n_figures: int, waiting: Sequence[Waiting]) -> dict[str, float]:
    """The same at the very best, while rows still wait for the search: each sum that they enter will hold."""
    hard = {id(row): can_place for w in waiting for row, can_place in zip(w.hard, w.placeable, strict=True)}
    printed = [row for d in drafts for row in d.rows.values()]
    n_entries = n_filled = held = broken = 0
    for row in printed:
        n, most = len(row.frame.columns), hard.get(id(row), 0)
        if row.cells and most:
            most = n
        n_entries += max(most, sum(entry.text != "" for entry in row.cells.values()))
        n_filled += most >= n or len(row.cells) == n
    for draft in drafts:
        open_rows = [row for row in draft.rows.values() if id(row) in hard]
        for is_held in identities(draft, is_whole=not open_rows):
            held += is_held
            broken += not is_held
        if open_rows:
            held += sum(bool(sums(row.frame.columns)) for row in open_rows)
            held += _columns_that_may_hold(draft, {row.key: hard[id(row)] for row in open_rows})
    return _weighable(order, drafts, n_figures - n_entries, len(printed) - n_filled, held, broken)


def _columns_that_may_hold(draft: Draft, placeable: Mapping[str, int]) -> int:
    """In how many columns the two sums of requests may hold, where rows that wait have so many figures at most."""
    if draft.table != "requests" or not set(BALANCE) <= set(draft.rows):
        return 0
    n = len(draft.rows[BALANCE[0]].frame.columns)
    known = [c for key in BALANCE for c, entry in draft.rows[key].cells.items() if entry.number]
    return 2 * min(n, len(set(known)) + sum(placeable.get(key, 0) for key in BALANCE))


def _weighable(
    order: Order, drafts: Sequence[Draft], left: int, unfilled: int, held: int, broken: int
) -> dict[str, float]:
    counts = {
        "left": max(left, 0),
        "unfilled": unfilled,
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


def identities(draft: Draft, *, is_whole: bool = True) -> Iterator[bool]:
    """For each sum that the form demands of the figures of a draft, noughts apart, whether it holds.

    Where the draft is not whole yet, only the sums of rows count.
    """
    values: dict[str, dict[str, float]] = {}
    for key, row in draft.rows.items():
        own = values[key] = {c: e.number for c, e in row.cells.items() if e.number is not None}
        for first, end, total in sums(row.frame.columns):
            columns = row.frame.columns
            parts = [own[c] for c in columns[first:end] if c in own]
            if columns[total] in own and parts and (any(parts) or own[columns[total]]):
                yield abs(sum(parts) - own[columns[total]]) < 1e-9
    if not is_whole or draft.table != "requests" or not set(BALANCE) <= set(values):
        return
    results = [own for key, own in values.items() if key not in BALANCE and not key.startswith("extra:")]
    for column in values[BALANCE[0]]:
        new, carried, whole, out = (values[key].get(column, 0.0) for key in BALANCE)
        if new or carried or whole or out:
            yield abs(new + carried - whole - out) < 1e-9
            yield abs(sum(own.get(column, 0.0) for own in results) - whole) < 1e-9


def chosen(contests: Sequence[Sequence[Reading]], weights: Mapping[str, float], rows: Rows) -> list[Reading]:
    """The likeliest reading of each table of a text.

    An order other than the usual is rare, but a text that has one table in it has others, too.
    Each figure is as sure as all readings of its table together are of it, or left out. Rows
    of an order that cannot win whatever they hold, and has no say in how sure a figure is, are
    not searched.
    """
    if _is_moved(contests, weights, rows):  # paid once for a text
        for some in contests:
            for reading in some:
                reading.finish(rows)
        scores = [_scores(some, weights) for some in contests]
        best = Counter(some[int(s.argmax())].order for some, s in zip(contests, scores, strict=True) if len(some) > 1)
        usual = best.most_common(1)[0][0]
        scores = [
            s + _ALIKE * np.array([r.order == usual for r in some]) for some, s in zip(contests, scores, strict=True)
        ]
    else:
        contests = [_heard(some, weights, rows) for some in contests]
        scores = [s - _RARE * (np.arange(len(s)) > 0) for s in (_scores(some, weights) for some in contests)]
    return [_agreed(some, s) for some, s in zip(contests, scores, strict=True)]


def _scores(readings: Sequence[Reading], weights: Mapping[str, float]) -> np.ndarray:
    return np.array([reading.score(weights) for reading in readings])


def _is_moved(contests: Sequence[Sequence[Reading]], weights: Mapping[str, float], rows: Rows) -> bool:
    """Whether tables of a text together speak for other orders than the usual."""
    gains = [[r.at_best(weights) - some[0].score(weights) for r in some] for some in contests]
    while sum(map(max, gains)) > _RARE:
        hopes = [
            (gain, n, k)
            for n, (some, own) in enumerate(zip(contests, gains, strict=True))
            for k, (reading, gain) in enumerate(zip(some, own, strict=True))
            if reading.waiting and gain > 0
        ]
        if not hopes:
            return True
        _, n, k = max(hopes)
        gains[n][k] = contests[n][k].finish(rows).score(weights) - contests[n][0].score(weights)
    return False


def _heard(readings: Sequence[Reading], weights: Mapping[str, float], rows: Rows) -> list[Reading]:
    """The readings that have a say beside the usual one; what the others could take from a figure is too little."""
    usual = readings[0]

    def says(reading: Reading) -> float:
        if not reading.waiting and reading.cells == usual.cells:
            return 0.0
        return exp(reading.at_best(weights) - usual.score(weights) - _RARE)

    least = sorted(readings[1:], key=lambda r: r.at_best(weights), reverse=True)
    while least and (sum(map(says, readings[1:])) > _SAYS and sum(map(says, least)) > _WHISPERS):
        least.pop(0).finish(rows)
    return [r for r in readings if not r.waiting]


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
