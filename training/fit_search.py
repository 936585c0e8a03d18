"""Fits what each measure of the search for figures is worth, on reports of train whose tables tell the truth.

Every layout but those held out is drawn equally often. A row that is not plain has several ways
to stand in its columns; the weights are moved, one at a time, as long as the right ways of all
such rows become likelier. Ties to where they began keep rare measures from running away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import configs
from ..corpus.generate import example
from ..corpus.text import Text
from ..models.atoms import Atom
from ..models.grid import Reader
from ..models.orders import Print
from ..models.readings import Reading
from ..models.search import WEIGHTS, Hard, Plain, posteriors
from ..models.tables import TableModel
from ..models.tokens import Token

_TIE = 0.0015
_FLOOR = 1e-3
"""No row costs more than a thousandth's log: some are read into the wrong place before the search sees them."""

_ENOUGH = 3e-4
"""A pass over all weights that gains less is the last."""


class Task(NamedTuple):
    """The rows of a table that are not plain, and which of the ways of each are right."""

    table: str
    rows: Sequence[Hard]
    plain: Sequence[Plain]
    bare: Sequence[str]
    right: list[np.ndarray | None]


def drawn(per_layout: int, seed: int) -> Iterator[Any]:
    """Reports of train in every layout that is not held out."""
    mix = configs.load("mix")
    for layout in mix["layouts"]:
        if layout not in mix["held_out"]["layouts"]:
            yield from (example("train", seed, index, layout) for index in range(per_layout))


class Streamed(NamedTuple):
    """The tables of one example as a model's roles make tokens of them."""

    example: Any
    view: str
    pieces: Sequence[Atom]
    tokens: list[Token]


def streamed(model: TableModel, examples: Iterable[Any]) -> Iterator[Streamed]:
    """The tables of examples as tokens; examples whose repeated lines are gone, or without words, are left out."""
    for one in examples:
        if "lines_deduplicated" in one.meta["damage"]:
            continue
        text = Text.of(one.text)
        spans = [(text.view_offset(s.start), text.view_offset(s.end)) for t in one.report.tables for s in t.spans]
        pieces, stream = model.stream(text.view, spans)
        if stream:
            yield Streamed(one, text.view, pieces, stream)


def tasks(model: TableModel, examples: Iterable[Any]) -> Iterator[Task]:
    """What the search is asked when a model reads examples."""
    for one, view, pieces, stream in streamed(model, examples):
        truth = {c.address: c.value for t in one.report.tables for c in t.cells}
        asked: list[tuple[str, list[Hard], list[Plain], list[str]]] = []
        reader = _AsPrinted(pieces, model.fill, view, model.weights, model.search)
        reader.rows.asked = asked
        reader.read(stream)
        for table, rows, plain, bare in asked:
            right = [_right(table, row, truth) for row in rows]
            if any(r is not None for r in right):
                yield Task(table, rows, plain, bare, right)


class _AsPrinted(Reader):
    """A reader that tries no other orders: there the search is asked about rows that are none."""

    def readings(self, segment: Sequence[Token]) -> list[Reading]:
        return [self.read_as(Print(), segment, self.drafts)]


def _right(table: str, row: Hard, truth: Mapping[str, float | None]) -> np.ndarray | None:
    """Which ways of a row give its cells what they hold; None where the row is not known."""
    found = row.ways
    right = np.ones(len(found), dtype=bool)
    is_known = False
    for i, (key, column) in enumerate(row.slots):
        address = f"{table}/{key}/{column}"
        is_known |= address in truth
        value = truth.get(address)
        stands = found.is_there[:, i]
        right &= ~stands if value is None else stands & (np.abs(found.values[:, i] - value) < 1e-9)
    return right if is_known else None


def loss(some: Sequence[Task], weights: Mapping[str, float]) -> float:
    """Mean log loss of the right ways; where none is right, of saying so."""
    total, n = 0.0, 0
    for task in some:
        for shares, right in zip(posteriors(*task[:3], weights, task.bare), task.right, strict=True):
            if right is not None:
                share = shares[right].sum() if right.any() else 1.0 - shares.sum()
                total -= np.log(share * (1 - _FLOOR) + _FLOOR)
                n += 1
    return total / max(n, 1) + _TIE * sum((weights[k] - WEIGHTS[k]) ** 2 for k in weights)


def fit(model: TableModel, *, per_layout: int = 40, seed: int = 31, passes: int = 5) -> dict[str, float]:
    """The weights under which the right ways are likeliest."""
    some = list(tasks(model, drawn(per_layout, seed)))
    weights = dict(WEIGHTS)
    best = loss(some, weights)
    step = {k: max(abs(v) * 0.4, 0.5) for k, v in weights.items()}
    for _ in range(passes):
        before = best
        for key in weights:
            for by in (step[key], -step[key]):
                moved = {**weights, key: round(weights[key] + by, 3)}
                if (found := loss(some, moved)) < best - 1e-6:
                    weights, best = moved, found
                    step[key] *= 1.3
                    break
            else:
                step[key] *= 0.5
        if before - best < _ENOUGH:
            break
    return weights
