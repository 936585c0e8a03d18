"""One search for all rows of a table: what its rows together, and its columns, say of every figure's place.

How a table is printed is the same for all its rows: which of its boxes left a trace, and which
noughts are printed at all. Every such habit is weighed against the others by all rows at once,
and each row's ways (`placing`) are weighed under all habits. Then the sums that the form
demands of the columns join in, over the likeliest ways of all rows. Nothing is decided on the
way: a figure is as sure of its column as all that can be read together is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from .frames import BALANCE
from .placing import MEASURES, Ways

WEIGHTS: dict[str, float] = {
    "fill": 1.2, "held": 4.0, "broken": -5.5, "no_total": -2.0, "no_parts": -1.0, "cut": -1.0, "stray": -2.5,
    "stray_apart": 0.5, "near": 1.0, "odd": 1.0, "nought": 2.3,
    "surplus": -2.0, "edge": 0.8, "astray": -4.5, "unread": -1.0, "ignored": -1.2, "passed": -3.0,
    "style_all": 0.0, "style_none": -1.0, "style_total": -1.5, "style_first": -1.5, "style_some": 0.0,
    "none": -16.0, "column_held": 1.7, "column_broken": -1.7,
}  # fmt: skip
"""What each measure is worth, in log odds; refitted with the model (training/fit_tables.py)."""

_SHARES = (0.02, 0.5, 0.98)
"""How many of its empty boxes a print may keep."""
_KEPT, _LOST = np.log(np.array(_SHARES)), np.log(1 - np.array(_SHARES))
_STYLES = {
    "all": (0.97, 0.97, 0.97), "none": (0.03, 0.03, 0.03), "total": (0.97, 0.03, 0.03), "first": (0.03, 0.97, 0.03),
    "some": (0.6, 0.6, 0.6),
}  # fmt: skip
"""How often noughts are printed: in the total, in the first column, in the others."""
_PRINTED = np.log(np.array(list(_STYLES.values())).T)
_LEFT = np.log(1 - np.array(list(_STYLES.values())).T)
COUNTED = ("boxes", "soft", "borders", "blank")
"""Readings of traces to which an empty stretch is a box."""
_BEAM = 400
_PER_ROW = 14
_HABITS = 4


class Traces(NamedTuple):
    """What one reading of a row's traces counts as boxes before each figure and after the last."""

    boxes: tuple[int, ...]
    """For each gap; empty where this reading says nothing of the row."""
    columns: tuple[int, ...] = ()
    """Or the column of each figure, by its place in the line; -1 where no column is there."""
    ignored: int = 0
    """Empty stretches that this reading passes over."""
    passed: int = 0
    """Lines of one pipe that it passes over though they are more than borders."""


_SILENT = Traces(())


@dataclass
class Hard:
    """Figures with more than one way: those of a row, as a rule, or of a few rows together."""

    slots: tuple[tuple[str, str], ...]
    """The row and the column of each cell."""
    ways: Ways
    traces: Mapping[str, Traces]
    """By the name of each reading of traces."""
    base: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The column of each cell."""
        return tuple(column for _, column in self.slots)

    @cached_property
    def key(self) -> str:
        """The row, where it is one."""
        keys = {key for key, _ in self.slots}
        return keys.pop() if len(keys) == 1 else ""


@dataclass
class Plain:
    """What the rows without doubt tell of the habits of their table."""

    key: str
    columns: tuple[str, ...]
    values: np.ndarray
    is_there: np.ndarray
    n_kept: int = 0
    """Empty boxes that are kept."""


@cache
def _kinds(columns: tuple[str, ...]) -> np.ndarray:
    """Which columns are the total, the first column, the others; shape (n_columns, 3)."""
    first = next((i for i, c in enumerate(columns) if c != "total"), 0)
    kinds = [0 if c == "total" else 1 if i == first else 2 for i, c in enumerate(columns)]
    return np.eye(3)[kinds]


def _styles(columns: tuple[str, ...], values: np.ndarray, is_there: np.ndarray) -> np.ndarray:
    """Log probability of each way's noughts in each style, shape (n_ways, n_styles)."""
    kinds = _kinds(columns)
    return ((values == 0) & is_there) @ kinds @ _PRINTED + ~is_there @ kinds @ _LEFT


def _boxes(ways: Ways, traces: Traces, w: Mapping[str, float]) -> np.ndarray:
    """What a reading of traces says of each way, shape (n_ways, n_shares)."""
    n = len(ways)
    if traces.columns:
        is_met = ways.chosen[:, traces.columns] == np.arange(len(traces.columns))  # no figure is at the column -1
        off = len(traces.columns) - (is_met & (np.array(traces.columns) >= 0)).sum(axis=1)
        out = np.full((n, len(_SHARES)), -1e3)  # no share of kept boxes in it: one column is enough
        out[:, 0] = w["astray"] * off
        return out
    if not traces.boxes:
        return np.full((n, len(_SHARES)), w["unread"])
    size = len(traces.boxes)
    gaps = ways.gaps[:, :size]
    boxes = np.array(traces.boxes)
    worth = np.ones(size)
    worth[0] = worth[-1] = w["edge"]
    shown = np.minimum(gaps, boxes) @ worth
    surplus, lost = boxes @ worth - shown, gaps @ worth - shown
    out = w["surplus"] * surplus[:, None] + shown[:, None] * _KEPT + lost[:, None] * _LOST
    return np.where(ways.gaps[:, :1] < 0, w["surplus"] * boxes.sum(), out) + (
        w["ignored"] * traces.ignored + w["passed"] * traces.passed
    )


def _total(scores: np.ndarray, axis: int = 0) -> np.ndarray:
    top = scores.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis) + np.log(np.exp(scores - top).sum(axis=axis))


def _both(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each pair of columns of two tables of log odds the logarithm of the sum over their rows."""
    top, peak = one.max(axis=0), other.max(axis=0)
    with np.errstate(divide="ignore"):  # what is so unlikely is less than that none of the ways is right
        both: np.ndarray = np.log(np.exp(one - top).T @ np.exp(other - peak))
    return both + top[:, None] + peak


def row_scores(
    rows: Sequence[Hard], plain: Sequence[Plain], w: Mapping[str, float]
) -> list[tuple[float, list[np.ndarray]]]:
    """For the likeliest habits of the table: log probability, and the score of each row's ways."""
    names = sorted({name for row in rows for name in row.traces}) or ["none"]
    worth = np.array([w[m] for m in MEASURES])
    styles = np.array([w[f"style_{s}"] for s in _STYLES])
    for one in plain:
        styles = styles + _styles(one.columns, one.values, one.is_there)
    n_kept = sum(one.n_kept for one in plain)
    shares = [
        w["ignored"] * n_kept * np.ones(len(_SHARES))
        if name in ("none", "halves")
        else n_kept * np.log(_SHARES)
        if name in COUNTED
        else np.zeros(len(_SHARES))
        for name in names
    ]
    total = styles[:, None] + np.concatenate(shares)
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    for row in rows:
        row.base = row.ways.measures @ worth
        style = row.base[:, None] + _styles(row.columns, row.ways.values, row.ways.is_there)
        traces = [row.traces.get(name, _SILENT) for name in names]
        known = {one: _boxes(row.ways, one, w) for one in set(traces)}
        box = np.concatenate([known[one] for one in traces], axis=1)
        parts.append((style, box))
        total = total + np.logaddexp(_both(style, box), w["none"])
    flat = total.ravel()
    best = np.argsort(-flat)[:_HABITS]
    best = best[flat[best] > flat[best[0]] - 7.0]
    out = []
    for at in best.tolist():
        s, b = divmod(at, total.shape[1])
        out.append((float(flat[at]), [style[:, s] + box[:, b] for style, box in parts]))
    return out


def posteriors(
    table: str, rows: Sequence[Hard], plain: Sequence[Plain], w: Mapping[str, float], bare: Sequence[str] = ()
) -> list[np.ndarray]:
    """For each row how likely each of its ways is, all that the table says weighed together.

    What is left to one is how likely none of them is right: a figure of the row is of another, or no figure.
    """
    if not rows:
        return []
    habits = row_scores(rows, plain, w)
    found: list[tuple[float, list[np.ndarray]]] = []
    signs = (
        _signs({*(key for r in rows for key, _ in r.slots), *(p.key for p in plain)}, bare)
        if table == "requests"
        else {}
    )
    for score, scores in habits:
        totals = [float(_total(s)) for s in scores]
        sound = [np.exp(t - np.logaddexp(t, w["none"])) for t in totals]
        if signs:
            gain, scores = _balanced(rows, plain, scores, totals, w, signs)
            score += gain
        else:
            scores = [np.exp(s - t) for s, t in zip(scores, totals, strict=True)]
        found.append((score, [share * is_sound for share, is_sound in zip(scores, sound, strict=True)]))
    shares = np.exp(np.array([s for s, _ in found]) - max(s for s, _ in found))
    shares /= shares.sum()
    return [
        np.sum([share * each[i] for share, (_, each) in zip(shares, found, strict=True)], axis=0)
        for i in range(len(rows))
    ]


Signs = Mapping[str, tuple[float, float]]
"""How rows enter the two sums of a column; any row that is not named is a result (``*``)."""


def _signs(filled: set[str], bare: Sequence[str]) -> Signs:
    """The sums of the columns that the rows with figures allow for; nothing where there are none.

    A row that is printed without a figure counts as nought. Where that is the total of the
    results, the results themselves stand against what was received.
    """
    if not set(BALANCE) <= {*filled, *bare}:
        return {}
    new, carried_in, total, carried_out = BALANCE
    if total in filled:
        return {new: (1.0, 0.0), carried_in: (1.0, 0.0), total: (-1.0, -1.0), carried_out: (-1.0, 0.0), "*": (0.0, 1.0)}
    if new not in filled or not filled - set(BALANCE):
        return {}
    return {new: (1.0, 0.0), carried_in: (1.0, 0.0), carried_out: (-1.0, 0.0), "*": (-1.0, 0.0)}


def _balanced(
    rows: Sequence[Hard],
    plain: Sequence[Plain],
    scores: Sequence[np.ndarray],
    totals: Sequence[float],
    w: Mapping[str, float],
    signs: Signs,
) -> tuple[float, list[np.ndarray]]:
    """The ways of rows under the sums of their columns: a beam over the rows, those of the balance first."""
    first = next((r.columns for r in rows if r.key), ())
    n = len(first)
    order = {c: i for i, c in enumerate(first)}
    sums = np.zeros((2, n))
    used = np.zeros(n, dtype=bool)
    for one in plain:
        sign = signs.get(one.key, signs["*"])
        if not _is_added(one.key) and set(one.columns) == set(order):
            sums += np.array(sign)[:, None] * one.values[[one.columns.index(c) for c in order]]
            used |= one.values[[one.columns.index(c) for c in order]] != 0
    if any(_is_added(one.key) and one.values.any() for one in plain) or any(_is_added(row.key) for row in rows):
        sums[1] = np.nan  # whether an added row is one of the results is not known: that sum tells nothing
    out: list[np.ndarray] = [np.exp(s - t) for s, t in zip(scores, totals, strict=True)]
    open_rows: list[tuple[int, np.ndarray]] = []
    for i, (row, score) in enumerate(zip(rows, scores, strict=True)):
        if row.columns != first or not row.key or _is_added(row.key):
            continue
        best = np.argsort(-score)[:_PER_ROW]
        best = best[score[best] > score[best[0]] - 12.0]
        if row.ways.values[best].any():
            open_rows.append((i, best))
    if not open_rows:
        return 0.0, out
    open_rows.sort(key=lambda x: (rows[x[0]].key not in BALANCE, len(x[1])))
    state, log, trail = sums[None], np.zeros(1), np.zeros((1, 0), dtype=np.int64)
    filled = used[None]
    for i, best in open_rows:
        row = rows[i]
        values = row.ways.values[best]
        add = np.array(signs.get(row.key, signs["*"]))[None, :, None] * values[:, None, :]
        log = np.add.outer(log, scores[i][best] - totals[i]).reshape(-1)
        keep = np.arange(len(log))
        if len(log) > _BEAM:
            left = [rows[k].key for k, _ in open_rows[trail.shape[1] + 1 :]]
            keep = np.argpartition(-(log + _hope(state, add, left, w, signs)), _BEAM)[:_BEAM]
        old, new = np.divmod(keep, len(best))
        state, filled, log = state[old] + add[new], filled[old] | (values != 0)[new], log[keep]
        trail = np.concatenate([trail[old], best[new][:, None]], axis=1)
    is_even = np.abs(state) < 1e-9
    log = (
        log
        + w["column_held"] * (is_even & filled[:, None]).sum(axis=(1, 2))
        + w["column_broken"] * (~is_even).sum(axis=(1, 2))
    )
    gain = float(_total(log))
    share = np.exp(log - gain)
    for at, (i, _) in enumerate(open_rows):
        out[i] = np.bincount(trail[:, at], weights=share, minlength=len(scores[i]))
    return gain, out


def _is_added(key: str) -> bool:
    return key.startswith("extra:")


def _hope(state: np.ndarray, add: np.ndarray, left: Sequence[str], w: Mapping[str, float], signs: Signs) -> np.ndarray:
    """What the sums of each state with each addition can still come to.

    Columns count that are broken whatever the rows that are left hold.
    """
    moved = [signs.get(key, signs["*"]) for key in left]
    bad = np.zeros((len(state), len(add)))
    is_first_done = not any(first for first, _ in moved)
    is_second_done = not any(second < 0 for _, second in moved)  # results only add up
    for c in range(state.shape[2]):  # so few columns that one after the other is faster
        if is_first_done:
            bad += np.abs(np.add.outer(state[:, 0, c], add[:, 0, c])) > 1e-9
        if is_second_done:
            bad += np.add.outer(state[:, 1, c], add[:, 1, c]) > 1e-9
    return (w["column_broken"] - w["column_held"]) * bad.reshape(-1)
