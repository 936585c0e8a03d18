"""Fits what each measure of a reading is worth against other readings of the same table.

Tables of train are read under every print that the reader would try. Of each the readings that
have most figures right should win; the weights make that as likely as can be (a conditional
logit). A table counts as much as its layout does in `configs/mix.yaml`. No layout runs from
right to left, upside down or with figures before labels: such tables are made by giving the
tokens of others in that order, and count as the few that they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from .. import configs
from ..models import store
from ..models.frames import ANNEX
from ..models.grid import Reader, segments
from ..models.orders import ORDERS, misarranged
from ..models.printed import Lines
from ..models.readings import WEIGHTS, Reading, evidence
from ..models.tables import NAME, TableModel
from .fit_search import drawn, streamed

_TIE = 0.003
"""Ties to where the weights began: few tables show what a rare measure is worth."""
_MOVED = 0.01
"""How many tables run in another order than the usual."""
_FLOOR = 0.01
"""No table costs more than its logarithm: where the labels were misread no reading is right."""
_PER_LAYOUT = 3
"""One of so many tables is also given in another order."""


class Contest(NamedTuple):
    """The readings of one table."""

    evidence: np.ndarray
    """What is said of each, shape (n_readings, n_weights)."""
    is_best: np.ndarray
    weight: float


def contests(model: TableModel, examples: Iterable[Any]) -> Iterator[Contest]:
    """The contests of the tables of some examples."""
    mix = configs.load("mix")["layouts"]
    numbered = ((k, found) for k, one in enumerate(examples) for found in streamed(model, [one]))
    for k, (one, view, pieces, stream) in numbered:
        truth = {c.address: c.value for t in one.report.tables for c in t.cells if c.value is not None}
        reader = Reader(pieces, model.fill, view, model.weights, model.search)
        reader.lines = Lines(stream, pieces, view)
        for segment in segments(stream):
            table = segment[0].table
            if table == ANNEX or not any(a.startswith(table) for a in truth):
                continue
            weight = mix.get(one.meta["layouts"].get(table), 1.0)
            yield from _contest(reader, segment, truth, weight)
            if k % _PER_LAYOUT == 0:
                order = ORDERS[1 + k // _PER_LAYOUT % (len(ORDERS) - 1)]
                moved = misarranged(segment, pieces, order)
                yield from _contest(reader, moved, truth, weight * _MOVED * _PER_LAYOUT)
            reader.drafts.append(reader.readings(segment)[0].drafts[0])


def _contest(
    reader: Reader, segment: Sequence[Any], truth: Mapping[str, float | None], weight: float
) -> Iterator[Contest]:
    readings = reader.readings(segment)
    worth = [_worth(reading, truth) for reading in readings]
    if len({*worth}) > 1:
        told = np.array([[evidence(reading)[k] for k in WEIGHTS] for reading in readings])
        yield Contest(told, np.array(worth) == max(worth), weight)


def _worth(reading: Reading, truth: Mapping[str, float | None]) -> int:
    """Figures that are right, less twice those that are not."""
    found = [truth.get(f"{reading.table}/{row}/{column}") == v for (_, row, column), v in reading.cells.items()]
    return sum(found) - 2 * (len(found) - sum(found))


def fit(some: Iterable[Contest]) -> dict[str, float]:
    """The weights under which the best readings are likeliest."""
    some = list(some)
    start = np.array(list(WEIGHTS.values()))
    all_weights = sum(one.weight for one in some)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros(len(w))
        for one in some:
            score = one.evidence @ w
            share = np.exp(score - score.max())
            share /= share.sum()
            right = float(share[one.is_best].sum())
            total -= one.weight * np.log(right * (1 - _FLOOR) + _FLOOR)
            mean = share @ one.evidence
            inner = share[one.is_best] @ one.evidence[one.is_best] - right * mean
            slope -= one.weight * (1 - _FLOOR) * inner / (right * (1 - _FLOOR) + _FLOOR)
        away = w - start
        return total / all_weights + _TIE * float(away @ away), slope / all_weights + 2 * _TIE * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B")
    return dict(zip(WEIGHTS, (round(float(v), 3) for v in found.x), strict=True))


def refit(folder: Path, *, per_layout: int = 20, seed: int = 77) -> dict[str, float]:
    """Fit the contest of a table model that is there, and write it back; all else of the model stays.

    For when the reader has changed and the roles have not: `gouji train --only tables` fits both.
    """
    _, about = store.load(folder, NAME)
    model = TableModel.load(folder)
    model.weights = fit(contests(model, drawn(per_layout, seed)))
    model.save(folder, {k: v for k, v in about.items() if k not in _OWN})
    return model.weights


_OWN = ("format", "name", "sha256", "features", "fill", "reading", "search")
"""What a model writes about itself."""

__all__ = ["Contest", "contests", "fit", "refit"]

if __name__ == "__main__":  # python -m gouji.training.fit_readings models/released
    refit(Path(sys.argv[1]))
