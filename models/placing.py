"""All ways in which figures that stand together can stand in the columns of their rows, and what speaks for each.

As a rule they are those of one row. A row whose figures are as many as its columns is plain.
Where emptiness was lost or kept now and then, where figures run together, or where something
stands among them that is no cell, there are several ways. They are listed here
with what can be said of each by itself; what the whole table says of them is weighed in `search`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, combinations
from math import comb
from typing import NamedTuple

import numpy as np

from .drafts import worth
from .frames import sums

MEASURES = ("fill", "held", "broken", "no_total", "no_parts", "cut", "stray", "stray_apart", "near", "odd", "nought")
"""What is said of one way: log odds of the columns that hold more than nought; whether the parts make the total, do
not, stand without it, or it without them; figures cut; figures left out, on the row's own line or elsewhere; how far
from their columns of blanks they stand; figures that the columns' meaning forbids; noughts among the figures cut, as
a digit that is nought by itself is likelier a nought than the end of a figure."""

_MANY = 6500
_LONGEST = 10
"""Digits that a count may have."""
ABSENT = -1


class Piece(NamedTuple):
    """A figure or a part of one: which printed item it is of, what is printed, what it is worth."""

    item: int
    text: str
    number: float
    at: int
    """Where in the digits of its item it begins; -1 for the whole item."""


@dataclass
class Ways:
    """The ways of one run of figures, one beside the other."""

    pieces: list[list[Piece]]
    """For each way of cutting and leaving out: the figures that are left."""
    option: np.ndarray
    """For each way, which of these it places."""
    chosen: np.ndarray
    """For each way and column the piece that stands there, or -1."""
    values: np.ndarray
    """The same as numbers; nought where none stands."""
    is_there: np.ndarray
    measures: np.ndarray
    """For each way what `MEASURES` says."""
    gaps: np.ndarray
    """For each way how many columns are passed over before each figure and after the last; -1 where some were cut."""

    def __len__(self) -> int:
        return len(self.option)


@cache
def _placements(n: int, k: int) -> np.ndarray:
    return np.array(list(combinations(range(n), k)), dtype=np.int64).reshape(-1, k)


def splits(digits: str, n: int, limit: int = 4000) -> list[tuple[str, ...]] | None:
    """All ways to cut a run of digits into ``n`` numbers, none with a leading zero; None where there are too many."""
    length = len(digits)
    if length < n:
        return []
    if comb(length - 1, n - 1) > limit * 8:
        return None
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
    return found if len(found) <= limit else None


_AMOUNT = re.compile(r"(\d+)(\.\d+(?:[万亿]?元)?|[万亿]?元)")


def _cut(text: str, n: int) -> list[tuple[str, ...]] | None:
    """All ways to cut a figure into ``n`` numbers; the decimals and the unit of an amount are the last one's."""
    amount = _AMOUNT.fullmatch(text)
    if amount is None:
        return splits(text, n)
    found = splits(amount[1], n)
    return found and [(*parts[:-1], parts[-1] + amount[2]) for parts in found]


def n_digits(text: str) -> int:
    """How many numbers may touch in a figure at most: as many as it has digits, none of them decimals."""
    amount = _AMOUNT.fullmatch(text)
    return len(amount[1]) if amount is not None else len(text) if text.isdigit() else 0


def _alone(text: str, n: int) -> list[tuple[str, ...]] | None:
    """A whole row in one run of digits: as many figures as there are columns, or fewer with their total."""
    found = _cut(text, n)
    if not text.isdigit():
        return found
    for k in range(2, min(len(text) + 1, n)):
        if found is None or (some := splits(text, k)) is None:
            return None
        found += [p for p in some if sum(map(int, p[:-1])) == int(p[-1]) > 0]
    return found


def _cuts(texts: Sequence[str], may_cut: Sequence[bool], n: int) -> list[list[tuple[int, str, int]]] | None:
    """All ways to cut figures so that there are ``n`` of them: item, digits, where they begin; -1 for a whole item.

    None where there are too many: no way may be forgotten, or those that are left look surer than they are.
    """
    found: list[tuple[tuple[str, ...], ...]] = [()]
    if len(texts) == 1:
        alone = _alone(texts[0], n) if may_cut[0] and n_digits(texts[0]) else []
        if alone is None:
            return None
        found = [(parts,) for parts in alone]
    else:
        sizes = [n_digits(text) if may else 0 for text, may in zip(texts, may_cut, strict=True)]
        least = [len(noughts(text)) if is_fused(text) else 1 for text in texts]
        most = [max(pair) for pair in zip(sizes, least, strict=True)]
        for i, text in enumerate(texts):
            rest = slice(i + 1, None)
            grown: list[tuple[tuple[str, ...], ...]] = []
            for done in found:
                left = n - sum(map(len, done))
                lowest = max(least[i], left - sum(most[rest]))
                for k in range(lowest, min(most[i], left - sum(least[rest])) + 1):
                    some = _cut(text, k) if sizes[i] else [noughts(text) if is_fused(text) else (text,)]
                    if some is None or len(grown) + len(some) > _MANY:
                        return None
                    grown += [(*done, parts) for parts in some]
            found = grown
    out = []
    for way in found:
        pieces: list[tuple[int, str, int]] = []
        for i, parts in enumerate(way):
            ends = [0, *accumulate(map(len, parts))]
            pieces += [(i, part, at if len(parts) > 1 else -1) for part, at in zip(parts, ends[:-1], strict=True)]
        if not any(is_fused(part) for _, part, _ in pieces):
            out.append(pieces)
    return out


def ways(
    texts: Sequence[str],
    numbers: Sequence[float],
    rows: tuple[tuple[str, ...], ...],
    fill: np.ndarray,
    *,
    glued: Sequence[bool] = (),
    may_cut: Sequence[bool] = (),
    is_own: Sequence[bool] = (),
    has_all: bool = False,
    near: np.ndarray | None = None,
    odd: np.ndarray | None = None,
) -> Ways | None:
    """The ways of the figures of a row, or of a few rows together; None where they are too many to tell.

    Parameters
    ----------
    texts, numbers : what is printed and what it is worth
    rows : for each row its columns as printed
    fill : ndarray, shape (n,), log odds that a column holds more than nought
    glued : whether nothing stood between a figure and what is before it
    may_cut : whether a figure stands in a line whose boxes nothing marks, and may be several
    is_own : whether a figure stands on the line on which the row's figures begin
    has_all : whether no box is lost, as strokes stand for the empty ones
    near : ndarray, shape (k, n), log odds of each figure at each column by where it stands
    odd : the same by what it is: money is no count
    """
    columns = sum(rows, ())
    k, n = len(texts), len(columns)
    options: list[list[Piece]] = []
    whole = [Piece(i, t, v, -1) for i, (t, v) in enumerate(zip(texts, numbers, strict=True))]
    dropped: list[tuple[int, int]] = []
    must_cut = any(map(is_fused, texts)) or (has_all and k < n)
    if k <= n and not (must_cut and n > 1):
        options.append(whole)
        dropped.append((0, 0))
    if k < n and (must_cut or any(may_cut)):
        found = _cuts(texts, may_cut or [k == 1] * k, n)
        if found is None:
            return None
        if k == 1 and any(glued) and texts[0].isdigit() and (found or (len(texts[0]) > 1 and _has_sums(rows))):
            options, dropped = [], []  # what touches its label is the whole row
        for parts in found:
            options.append([Piece(i, t, (worth(t) or 0.0) if at >= 0 else numbers[i], at) for i, t, at in parts])
            dropped.append((0, 0))
    if k > n:
        few = k - n <= 2 and comb(k, n) <= 120
        kept = _placements(k, n) if few else np.array([range(s, s + n) for s in range(k - n + 1)])
        for some in kept.tolist():
            options.append([whole[i] for i in some])
            out = set(range(k)) - set(some)
            dropped.append((sum(is_own[i] for i in out), sum(not is_own[i] for i in out)))
    total = sum(comb(n, len(o)) for o in options if len(o) <= n)
    if not options or total > _MANY or total == 0:
        return None
    groups: dict[int, list[int]] = {}  # options of as many figures have the same places: they are listed together
    for o, pieces in enumerate(options):
        if len(pieces) <= n:
            groups.setdefault(len(pieces), []).append(o)
    told = [_listed(options, dropped, some, n, k, len(rows), near, odd) for some in groups.values()]
    index, grid, figures, own, gap = (np.concatenate(some) for some in zip(*told, strict=True))
    if len(groups) > 1:
        order = np.argsort(index, kind="stable")
        index, grid, figures, own, gap = (some[order] for some in (index, grid, figures, own, gap))
    own[:, 10] -= own[:, 10].min()
    is_there = grid >= 0
    _measure(own, figures, is_there, rows, fill)
    return Ways(options, index, grid, figures, is_there, own, gap)


def _listed(
    options: Sequence[Sequence[Piece]],
    dropped: Sequence[tuple[int, int]],
    some: Sequence[int],
    n: int,
    k: int,
    n_rows: int,
    near: np.ndarray | None,
    odd: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The ways of some options, all of as many figures: option, pieces, their numbers, measures and gaps of each."""
    size = len(options[some[0]])
    places = _placements(n, size)
    count, m = len(places), len(some)
    items, _, numbers, begins = zip(*[p for o in some for p in options[o]], strict=True) if size else ((), (), (), ())
    item, begin = (np.array(told, dtype=np.int64).reshape(m, size) for told in (items, begins))
    number = np.array(numbers, dtype=np.float64).reshape(m, size)
    grid = np.full((count, n), ABSENT)
    np.put_along_axis(grid, places, np.broadcast_to(np.arange(size), places.shape), axis=1)
    figures = np.zeros((m, count, n))
    figures[:, np.arange(count)[:, None], places] = number[:, None, :]
    own = np.zeros((m, count, len(MEASURES)))
    own[:, :, 5] = ((begin > 0).sum(axis=1) / n_rows)[:, None]
    own[:, :, 10] = ((begin >= 0) & (number == 0)).sum(axis=1)[:, None]
    own[:, :, 6:8] = np.array([dropped[o] for o in some], dtype=float)[:, None, :]
    is_whole = (begin < 0).all(axis=1)
    if near is not None:
        own[is_whole, :, 8] = near[item[is_whole, None, :], places].sum(axis=2)
    if odd is not None:  # a sign stands before the first figure of a run
        own[:, :, 9] = (odd[item[:, None, :], places] * (begin <= 0)[:, None, :]).sum(axis=2)
    gap = np.full((m, count, max(k, n) + 1), -1)
    if size == k:
        edges = np.concatenate([np.full((count, 1), -1), places, np.full((count, 1), n)], axis=1)
        gap[is_whole, :, : size + 1] = np.diff(edges, axis=1) - 1
    index = np.repeat(np.array(some), count)
    flat = m * count
    return index, np.tile(grid, (m, 1)), figures.reshape(flat, n), own.reshape(flat, -1), gap.reshape(flat, -1)


def _has_sums(rows: tuple[tuple[str, ...], ...]) -> bool:
    return any(map(sums, rows))


def _measure(
    own: np.ndarray, values: np.ndarray, is_there: np.ndarray, rows: tuple[tuple[str, ...], ...], fill: np.ndarray
) -> None:
    """Note what filled columns and sums say."""
    columns = sum(rows, ())
    parts_only = np.array([0.0 if c == "total" else f for c, f in zip(columns, fill, strict=True)])
    own[:, 0] = (values != 0) @ parts_only  # a total is filled where its parts are
    at = 0
    for some in rows:
        _measure_row(own, values[:, at : at + len(some)], is_there[:, at : at + len(some)], some)
        at += len(some)


def _measure_row(own: np.ndarray, values: np.ndarray, is_there: np.ndarray, columns: tuple[str, ...]) -> None:
    for first, end, total in sums(columns):
        parts = values[:, first:end].sum(axis=1)
        has_parts, has_total = is_there[:, first:end].any(axis=1), is_there[:, total]
        fits = np.abs(parts - values[:, total]) < 1e-9
        both = has_parts & has_total
        own[:, 1] += both & fits & (parts > 0)
        own[:, 2] += both & ~fits
        own[:, 3] += ~has_total & (parts > 0)
        own[:, 4] += has_total & ~has_parts & (values[:, total] > 0)
    if columns == ("issued", "repealed", "in_force"):
        own[:, 2] += is_there.all(axis=1) & (values[:, 2] < values[:, 0] - values[:, 1])
    if columns == ("made", "disclosed", "total_disclosed"):
        own[:, 2] += is_there[:, 1:].all(axis=1) & (values[:, 2] < values[:, 1])


def is_fused(text: str) -> bool:
    """Whether a figure is several that touch: none begins with a nought, no count is so long."""
    return len(text) > 1 and ((text[0] == "0" and text[1].isdigit()) or (len(text) > _LONGEST and text.isdigit()))


def noughts(text: str) -> tuple[str, ...]:
    """The noughts at the head of a figure, each its own, and what follows them."""
    rest = text.lstrip("0")
    return (
        (*text[: len(text) - len(rest)], rest)
        if rest[:1].isdigit()
        else (*text[: len(text) - len(rest) - 1], "0" + rest)
    )
