"""Figures of one printed row to the columns of the form.

Everything is a small scored search: all monotone placements of the figures in the columns
are scored by the emptiness that the layout kept, by how often a column is filled, by where
the figures stand in the line and by the identity of the row. Identities choose between
placements; no figure is ever changed by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np

_MAX_PLACEMENTS = 7000
_SUM = 4.0
"""What it is worth, in log odds, that the parts of a placement make its total."""
_GAP = 1.6
"""What each kept empty box costs that a placement leaves out, or has too many of."""


class Placement(NamedTuple):
    """For each column the number of the item placed there (or -1), and the probability that this is right."""

    items: tuple[int, ...]
    sure: tuple[float, ...]


@cache
def _placements(n_columns: int, k: int) -> np.ndarray:
    return np.array(list(combinations(range(n_columns), k)), dtype=np.int64).reshape(-1, k)


def place(
    values: Sequence[float | None],
    n: int,
    fill: np.ndarray,
    *,
    segments: Sequence[tuple[int, int, int]] = (),
    kept: float = 0.0,
    nearness: np.ndarray | None = None,
) -> Placement:
    """Place the figures of a row whose emptiness was lost, or kept now and then.

    Parameters
    ----------
    values : sequence of float or None
        Items in printed order; None is an empty box that the layout kept.
    n : int
        Number of columns.
    fill : ndarray, shape (n,)
        Log odds that a column is filled where others are not.
    segments : sequence of (first column, end, total column)
        Columns ``first … end - 1`` sum to ``total``.
    kept : float in [0, 1]
        How far kept boxes are to be believed.
    nearness : ndarray, shape (n_figures, n), optional
        Log odds of each figure at each column, from where it stands in the line.
    """
    figures = [i for i, v in enumerate(values) if v is not None]
    k = len(figures)
    none = Placement((-1,) * n, (0.0,) * n)
    if k == 0:
        return Placement((-1,) * n, (0.9,) * n)
    if k > n or comb(n, k) > _MAX_PLACEMENTS:
        return none
    if k == 1 and n > 1 and segments and nearness is None and not kept:
        return none  # a part without its total, or a total without its parts: nobody can tell
    choices = _placements(n, k)
    numbers = np.array([values[i] for i in figures], dtype=np.float64)
    # How often a column is filled says nothing of a nought that is printed.
    score = fill[choices] @ (numbers != 0)
    if kept:
        boxes = np.diff(np.array([-1, *figures, len(values)])) - 1
        edges = np.concatenate([np.full((len(choices), 1), -1), choices, np.full((len(choices), 1), n)], axis=1)
        gaps = np.diff(edges, axis=1) - 1
        score = score - kept * _GAP * np.abs(gaps - boxes).sum(axis=1)
    if nearness is not None:
        score = score + nearness[np.arange(k), choices].sum(axis=1)
    if segments:
        matrix = np.zeros((len(choices), n))
        np.put_along_axis(matrix, choices, np.broadcast_to(numbers, choices.shape), axis=1)
        there = np.zeros((len(choices), n), dtype=bool)
        np.put_along_axis(there, choices, True, axis=1)
        for first, end, total in segments:
            parts = matrix[:, first:end].sum(axis=1)
            has_parts = there[:, first:end].any(axis=1)
            has_total = there[:, total]
            fits = np.abs(parts - matrix[:, total]) < 1e-9
            worth = np.where(parts + matrix[:, total] > 0, _SUM, 0.0)  # noughts make any total
            score = score + np.where(has_total & has_parts, np.where(fits, worth, -_SUM), 0.0)
            score = score - np.where(has_parts & ~has_total & (parts > 0), 1.5, 0.0)
            score = score - np.where(has_total & ~has_parts & (matrix[:, total] > 0), 1.0, 0.0)
    top = int(score.argmax())
    best = choices[top]
    items = [-1] * n
    sure = [0.9] * n
    for j, (figure, column) in enumerate(zip(figures, best.tolist(), strict=True)):
        # Against each other column the best placement that puts the figure there: how many there are says nothing.
        rival = np.full(n, -np.inf)
        np.maximum.at(rival, choices[:, j], score)
        same = ((choices == column) & (numbers == values[figure])[None, :]).any(axis=1)
        rival[column] = score[same].max()
        items[column] = figure
        sure[column] = float(1.0 / np.exp(rival - rival[column]).sum())
    return Placement(tuple(items), tuple(sure))


def splits(digits: str, n: int, limit: int = 4000) -> list[tuple[str, ...]]:
    """All ways to cut a run of digits into ``n`` numbers, none with a leading zero; empty where there are too many."""
    length = len(digits)
    if length < n or comb(length - 1, n - 1) > limit * 8:
        return []
    if length == n:
        return [tuple(digits)]
    found: list[tuple[str, ...]] = []

    def cut(at: int, left: int, done: tuple[str, ...]) -> None:
        if len(found) > limit:
            return
        if left == 1:
            if digits[at] != "0" or at == length - 1:
                found.append((*done, digits[at:]))
            return
        longest = 1 if digits[at] == "0" else length - at - left + 1
        for size in range(1, longest + 1):
            cut(at + size, left - 1, (*done, digits[at : at + size]))

    cut(0, n, ())
    return found if len(found) <= limit else []
