"""What was read of a table under one print, and what speaks for it.

What a print makes of a table is weighed: figures placed, rows filled, rows and heads in the
order of the form, and the sums that the form demands. Sums raise or lower a reading; no figure
is ever changed by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log, log1p

from .atoms import Atom
from .drafts import Draft
from .frames import ADDED, BALANCE, ORDERED, is_ordered, row_order, sums
from .orders import Print

COUNTED = ("left", "unfilled", "warned", "disordered", "misheaded", "held", "broken", "crossed")
"""What speaks for a reading or against it, as the logarithm of how often, one added: figures that no cell took, rows
that are not whole, warnings, rows and heads out of the form's order, sums that hold and that do not, and runs dealt
across their lines."""
RARE = ("mirrored", "upside_down", "late", "by_column", "by_pair", "by_part")
"""What is rare about a print."""

WEIGHTS: dict[str, float] = {
    "left": -2.4, "unfilled": -3.0, "warned": -0.3, "disordered": -0.6, "misheaded": -2.5, "held": 3.6, "broken": -2.5,
    "crossed": -6.0, "mirrored": -4.5, "upside_down": -3.5, "late": -4.2, "by_column": 0.8, "by_pair": 0.0,
    "by_part": 0.0,
}  # fmt: skip
"""What each is worth, in log odds; refitted with the model (training/fit_readings.py)."""

_FEW = log(3.5)
"""Up to two figures that no cell took may be numbers of pages."""
_IN_ORDER = 6
"""Pairs of rows in the form's order that no sums outweigh."""
_HEADS_IN_ORDER = 3
"""The same of heads: a line of them that runs as the form's does is not read from its end."""

Address = tuple[int, str, str]


def rarity(how: Print) -> dict[str, float]:
    """What is rare about a print, as a nought or a one for each of `RARE`."""
    order = how.order
    said = {"mirrored": order.is_mirrored, "upside_down": order.is_upside_down, "late": order.is_late, how.scheme: True}
    return {name: float(said.get(name, False)) for name in RARE}


def prior(how: Print, weights: Mapping[str, float]) -> float:
    """Log odds of a print before anything is read."""
    return sum(weights[name] * is_so for name, is_so in rarity(how).items())


@dataclass
class Reading:
    """A table as read under one print."""

    print: Print
    drafts: list[Draft]
    n_figures: int
    """How many figures were printed."""
    schemes: frozenset[str] = frozenset()
    """Schemes by which some figures would stand elsewhere."""

    @cached_property
    def measures(self) -> dict[str, float]:
        """What speaks for the reading and what against it."""
        return measured(self.drafts, self.n_figures)

    def score(self, weights: Mapping[str, float]) -> float:
        """What the measures are worth together."""
        return sum(weights[k] * self.measures[k] for k in COUNTED)

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
    def table(self) -> str:
        """The table that it is of."""
        return self.drafts[0].table

    @property
    def is_plain(self) -> bool:
        """Whether nothing speaks for another order."""
        m = self.measures
        is_sound = m["left"] <= _FEW and not m["warned"] and m["broken"] <= m["held"]
        return is_sound and not m["disordered"] and not m["misheaded"] and _last_is_filled(self.drafts)

    @property
    def is_upright(self) -> bool:
        """Whether so many rows follow each other as in the form that the table is not printed from below."""
        return not self.measures["disordered"] and sum(_ordered_rows(self.drafts)) > _IN_ORDER


def is_rightward(drafts: Sequence[Draft], atoms: Sequence[Atom]) -> bool:
    """Whether so many heads of one line follow each other as in the form that lines are not printed from their ends."""
    told = list(_ordered_heads(drafts, atoms))
    return len(told) >= _HEADS_IN_ORDER and all(told)


def _last_is_filled(drafts: Sequence[Draft]) -> bool:
    rows = list(drafts[-1].rows.values()) if drafts else []
    return bool(rows) and (bool(rows[-1].cells) or not any(row.cells for row in rows))


def evidence(reading: Reading) -> dict[str, float]:
    """All that weights are for."""
    return reading.measures | rarity(reading.print)


def measured(drafts: Sequence[Draft], n_figures: int) -> dict[str, float]:
    """What speaks for a reading and what against it."""
    printed = [row for d in drafts for row in d.rows.values()]
    n_entries = sum(entry.text != "" for row in printed for entry in row.cells.values())
    n_filled = sum(len(row.cells) == len(row.frame.columns) for row in printed)
    held = [is_held for draft in drafts for is_held in identities(draft)]
    return _counted(drafts, n_figures - n_entries, len(printed) - n_filled, held.count(True), held.count(False))


def _counted(drafts: Sequence[Draft], left: int, unfilled: int, held: int, broken: int) -> dict[str, float]:
    counts = {
        "left": max(left, 0),
        "unfilled": unfilled,
        "warned": sum(len(d.warnings) for d in drafts),
        "disordered": sum(not is_so for is_so in _ordered_rows(drafts)),
        "misheaded": sum(not is_so for is_so in _ordered_heads(drafts)),
        "held": held,
        "broken": broken,
        "crossed": sum(d.n_crossed for d in drafts),
    }
    return {k: log1p(n) for k, n in counts.items()}


def _ordered_rows(drafts: Sequence[Draft]) -> Iterator[bool]:
    for draft in drafts:
        order = row_order(draft.table)
        places = [order[key] for key, row in draft.rows.items() if key in order and row.is_read]
        yield from (a < b for a, b in pairwise(places))


def _ordered_heads(drafts: Sequence[Draft], atoms: Sequence[Atom] | None = None) -> Iterator[bool]:
    """For each two neighbouring heads whether they follow each other as some row of the table has them.

    Of one line, where atoms are given. Heads in an order of their own are as good where the rows are in the form's:
    in a table that runs from its end, neither are.
    """
    for draft in drafts:
        is_upright = all(_ordered_rows([draft]))
        own = [row.frame if is_upright else row.frame.usual or row.frame for row in draft.rows.values()]
        follow = {pair for frame in own for pair in pairwise(frame.heads)}
        for (a, at), (b, behind) in pairwise(zip(draft.heads, draft.head_atoms, strict=True)):
            if atoms is not None and atoms[at].line != atoms[behind].line:
                continue
            if (b, a) in follow or (a, b) in follow:
                yield (a, b) in follow


def identities(draft: Draft) -> Iterator[bool]:
    """For each sum that the form demands of the figures of a draft, noughts apart, whether it holds.

    Figures that cannot be beside each other count as a sum that does not hold.
    """
    values: dict[str, dict[str, float]] = {}
    for key, row in draft.rows.items():
        own = values[key] = {c: e.number for c, e in row.cells.items() if e.number is not None}
        columns = row.frame.form_columns
        for first, end, total in sums(columns):
            parts = [own[c] for c in columns[first:end] if c in own and not c.startswith(ADDED)]
            beside = sum(own[c] for c in columns[first:end] if c in own and c.startswith(ADDED))
            if columns[total] in own and parts and (any(parts) or own[columns[total]]):
                left = own[columns[total]] - sum(parts)  # added columns may count or not
                yield abs(left) < 1e-9 or abs(left - beside) < 1e-9
        if columns in ORDERED and not is_ordered(columns, own):
            yield False  # that they are in order says little
    if draft.table != "requests" or not set(BALANCE) <= set(values):
        return
    results = [own for key, own in values.items() if key not in BALANCE and not key.startswith(ADDED)]
    added = [own for key, own in values.items() if key.startswith(ADDED)]
    for column in values[BALANCE[0]]:
        new, carried, whole, out = (values[key].get(column, 0.0) for key in BALANCE)
        if new or carried or whole or out:
            yield abs(new + carried - whole - out) < 1e-9
            left = whole - sum(own.get(column, 0.0) for own in results)
            beside = sum(own.get(column, 0.0) for own in added)  # added rows may be results or not
            yield abs(left) < 1e-9 or abs(left - beside) < 1e-9
