"""Fits the table model: roles of words on drawn tables, filling of columns on both."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import Any

import numpy as np

from ..corpus.text import Text
from ..models.atoms import atoms
from ..models.frames import ANNEX
from ..models.grid import Reader
from ..models.readings import MEASURES, ORDERS, WEIGHTS, Reading
from ..models.roles import Words
from ..models.tables import TableModel
from ..models.tokens import tokens
from .drawing import Drawn, draw


def sequence(drawn: Drawn) -> tuple[Words, list[str]]:
    """Words of a drawn text, and the role of each."""
    text = Text.of(drawn.text)
    pieces = atoms(text.view, [(0, len(text.view))])
    words = Words(pieces)
    starts = [s for s, _, _ in drawn.roles]
    roles = []
    for i in words.index:
        start, end = text.span(pieces[i].start, pieces[i].end)
        k = bisect_right(starts, (start + end - 1) // 2) - 1
        role = drawn.roles[k][2] if k >= 0 and (start + end - 1) // 2 < drawn.roles[k][1] else "noise"
        roles.append("extra" if role.startswith("extra:") else role)
    return words, roles


def fill_rates(examples: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Log odds that a column holds a figure other than zero, in rows that hold any."""
    seen: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for cells in examples:
        rows: dict[str, dict[str, float]] = {}
        for address, value in cells.items():
            table, row, column = address.split("/")
            if table != "annex" and not row.startswith("extra:"):
                rows.setdefault(f"{table}/{row}", {})[f"{table}/{column}"] = value or 0
        for figures in rows.values():
            if any(figures.values()):
                for column, value in figures.items():
                    seen[column] += 1
                    filled[column] += bool(value)
    return {c: round(log((filled[c] + 1) / (seen[c] - filled[c] + 1)), 3) for c in seen}


def noise_lines(examples: Iterable[Any], limit: int = 4000) -> list[str]:
    """Lines of reports that stand outside of their tables."""
    out: dict[str, None] = {}
    for example in examples:
        text = example.text
        inside = [span for table in example.report.tables for span in table.spans]
        at = 0
        for line in text.split("\n"):
            if 1 < len(line.strip()) < 90 and not any(s.start < at + len(line) and at < s.end for s in inside):
                out[line] = None
            at += len(line) + 1
        if len(out) > limit:
            break
    return list(out)


def drawn(n: int, seed: int, noise: Sequence[str] = ()) -> Iterator[Drawn]:
    """Drawn tables, the same for the same seed."""
    for i in range(n):
        yield draw(random.Random(f"{seed}/{i}"), noise=noise)


def fit(
    examples: Iterable[Any] = (), *, n_drawn: int = 900, n_held_out: int = 0, seed: int = 0, **settings: Any
) -> TableModel:
    """Fit the table model.

    Parameters
    ----------
    examples : iterable of corpus examples
        Their cells tell how columns are filled, their prose what stands beside tables.
    n_drawn : int
        How many drawn reports to learn roles from.
    n_held_out : int
        How many more to measure each iteration on.
    """
    examples = list(examples)
    pictures = list(drawn(n_drawn, seed, noise_lines(examples)))
    rates = fill_rates(
        [{a: v for a, (v, _, _) in p.cells.items()} for p in pictures]
        + [{c.address: c.value for t in e.report.tables for c in t.cells} for e in examples]
    )
    settings.setdefault("max_iterations", 80)
    held_out = (sequence(p) for p in drawn(n_held_out, seed + 1))
    return TableModel.fit((sequence(p) for p in pictures), rates, held_out=held_out, **settings)


def fit_readings(model: TableModel, pictures: Iterable[Drawn], *, rounds: int = 400) -> dict[str, float]:
    """What each measure of a reading is worth: a choice between the orders of one table, most figures right the winner.

    Parameters
    ----------
    pictures : iterable of drawn tables
        Some of them in other orders than the usual; each table is read in all orders.
    """
    measures: list[list[float]] = []
    are_best: list[bool] = []
    groups: list[int] = []
    for picture in pictures:
        text = Text.of(picture.text)
        pieces = atoms(text.view, [(0, len(text.view))])
        words = Words(pieces)
        reader = Reader(pieces, model.fill, text.view)
        for segment in reader.segments(tokens(pieces, words.index, *model.roles.predict(words))):
            if segment[0].table == ANNEX:
                continue
            readings = [reader.read_in(order, segment) for order in ORDERS]
            rewards = [_n_right(reading, picture) for reading in readings]
            if max(rewards) > min(rewards):
                groups += [len(set(groups))] * len(readings)
                measures += [[r.measures[m] for m in MEASURES] for r in readings]
                are_best += [reward == max(rewards) for reward in rewards]
    return _weights(np.array(measures), np.array(are_best), np.array(groups), rounds)


def _n_right(reading: Reading, picture: Drawn) -> int:
    right = 0
    for (n, row, column), value in reading.cells.items():
        true = picture.cells.get(f"{reading.drafts[n].table}/{row}/{column}")
        right += 1 if true is not None and true[0] == value else -1
    return right


def _weights(measures: np.ndarray, are_best: np.ndarray, groups: np.ndarray, rounds: int) -> dict[str, float]:
    """Weights under which the best readings of each group are the likeliest: a softmax fitted by plain descent."""
    if not len(measures):
        return dict(WEIGHTS)
    weights = np.array([WEIGHTS[m] for m in MEASURES])
    n_groups = int(groups.max()) + 1
    for _ in range(rounds):
        scores = np.exp(np.clip(measures @ weights, -60, 60))
        every = scores / np.bincount(groups, scores, n_groups)[groups]
        best = np.where(are_best, scores, 0.0)
        best = best / np.bincount(groups, best, n_groups)[groups]
        weights += _STEP * ((best - every) @ measures / n_groups - _SHRINK * weights)
    return {m: round(float(w), 3) for m, w in zip(MEASURES, weights, strict=True)}


_STEP = 2.0
_SHRINK = 0.0005


__all__ = ["drawn", "fill_rates", "fit", "fit_readings", "noise_lines", "sequence"]
