"""Hashed character features, the same for fitting and for use.

A feature is an integer: a hash of a template number and of the characters it looks at.
Everything is computed on whole arrays; no feature is ever a string.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any
from zlib import crc32

import numpy as np

N_BITS = 22
"""Features are folded into ``2 ** N_BITS`` slots. Slot 0 means: no feature."""

_MULTIPLIERS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32)
_SHIFT = np.uint32(32 - N_BITS)
_PRIME = np.uint32(0x01000193)
_FOLD = np.uint32(15)


def codes(text: str) -> np.ndarray:
    """Code points of a text. Shape (len(text),), uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@lru_cache(maxsize=8192)
def word_code(word: str) -> int:
    """A number for a word, the same in every process; may be any text that was read."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def fold(template: int, *parts: np.ndarray) -> np.ndarray:
    """Feature ids of one template.

    Parameters
    ----------
    template : int
        A number that no other template of the same model uses.
    parts : uint32 arrays of one shape
        What the template looks at, at most five.

    Returns
    -------
    ndarray of int32, in ``[1, 2 ** N_BITS)``
    """
    return _hash(np.uint32(_seed(template)), parts)


def _seed(template: int) -> int:
    return (template * 0x2545F491 + 0x5BD1E995) & 0xFFFFFFFF


def _hash(seed: Any, parts: Sequence[np.ndarray]) -> np.ndarray:
    hashed = (parts[0].astype(np.uint32, copy=False) * _MULTIPLIERS[0]) ^ seed
    mixed = np.empty_like(hashed)  # one for all steps: memory that was just used is in the cache
    for multiplier, part in zip(_MULTIPLIERS[1:], parts[1:], strict=False):
        hashed *= _PRIME
        hashed ^= np.right_shift(hashed, _FOLD, out=mixed)
        hashed ^= np.multiply(part.astype(np.uint32, copy=False), multiplier, out=mixed)
    hashed *= _PRIME
    hashed ^= np.right_shift(hashed, _FOLD, out=mixed)
    hashed *= _MULTIPLIERS[0]
    hashed >>= _SHIFT
    return np.maximum(hashed, 1, out=hashed).view(np.int32)


def fold_all(looks: Sequence[tuple[Any, ...]]) -> np.ndarray:
    """`fold` for many templates at once: a few operations on large arrays in place of many on small ones.

    Parameters
    ----------
    looks : sequence of (template, part, …)
        As the arguments of `fold`; all parts of one length.

    Returns
    -------
    ndarray of int32, shape (n_items, n_templates), columns in the order given
    """
    out = np.empty((len(looks), len(looks[0][1])), dtype=np.int32)
    for arity, columns, seeds in _by_arity(tuple([(look[0], len(look) - 1) for look in looks])):
        some = [looks[c] for c in columns]
        out[columns] = _hash(
            seeds, [np.array([look[k] for look in some], dtype=np.uint32) for k in range(1, arity + 1)]
        )
    return out.T


@cache
def _by_arity(templates: tuple[tuple[int, int], ...]) -> list[tuple[int, list[int], np.ndarray]]:
    """Templates (number, how many parts it looks at) that look at as many: how many, which, their seeds."""
    columns: dict[int, list[int]] = {}
    for column, (_, arity) in enumerate(templates):
        columns.setdefault(arity, []).append(column)
    seeds = np.array([_seed(number) for number, _ in templates], dtype=np.uint32)[:, None]
    return [(arity, some, seeds[some]) for arity, some in columns.items()]


def bags_of(parts: Sequence[tuple[Any, ...]]) -> np.ndarray:
    """`fold` of whole matrices, side by side; where the first of a feature's values is 0, it is none.

    Parameters
    ----------
    parts : sequence of (template, values, …)
        All with as many values; these of one shape, (n_items, width), within a part.
    """
    seeds = np.repeat(np.array([_seed(p[0]) for p in parts], dtype=np.uint32), [p[1].shape[1] for p in parts])
    columns = [np.concatenate([p[k] for p in parts], axis=1) for k in range(1, len(parts[0]))]
    return np.where(columns[0] != 0, _hash(seeds, columns), 0)


def with_zero_row(weights: np.ndarray) -> np.ndarray:
    """A weight matrix with the row of no feature put before the others."""
    return np.concatenate([np.zeros((1, weights.shape[1]), weights.dtype), weights])


def row_table(feature_ids: np.ndarray) -> np.ndarray:
    """For every slot the row of its weights, 0 where nothing was learned: small, so that it stays in the cache."""
    table = np.zeros(2**N_BITS, dtype=np.uint16 if len(feature_ids) < 2**16 else np.int32)
    table[feature_ids] = np.arange(1, len(feature_ids) + 1)
    return table


_BLOCK = 1024


def sum_rows(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """For each item the sum of its rows of a weight matrix.

    Parameters
    ----------
    weights : ndarray of float32, shape (n_rows, n_labels); row 0, no feature, is zero
    rows : ndarray of int, shape (n_items, n_templates)

    Returns
    -------
    ndarray of float32, shape (n_items, n_labels)
    """
    out = np.empty((len(rows), weights.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):  # bounded memory for a gigantic document
        block = slice(start, start + _BLOCK)
        # Templates first: adding whole planes is several times faster than adding up within each item.
        weights.take(rows[block].T, axis=0, mode="clip").sum(axis=0, out=out[block])
    return out


_MANY = 32
_NO_THREADS = 2**18
"""OpenBLAS spreads a product of more steps than this over threads; waking and awaiting them costs a
hundred times what a product of a few rows takes, and the other processors have reports of their own."""
_LABELS = 64
"""So many labels at a time, so that several items go together: the matrix is read once for all of them."""


class SparseRows:
    """A weight matrix whose rows are mostly zero, summed over rows as `sum_rows` does.

    The few rows with many weights occur in nearly all items: they are a small dense matrix, by
    which the counts of rows are multiplied. Of all others only the weights that are there are added.

    Parameters
    ----------
    rows, labels : ndarray of int, shape (n_weights,)
        Where each weight stands, in the order of rows and, within a row, of labels; none in row 0.
    values : ndarray of float, shape (n_weights,)
    shape : (int, int)
        Of the whole matrix.
    """

    def __init__(self, rows: np.ndarray, labels: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> None:
        counts = np.bincount(rows, minlength=shape[0])
        often = np.flatnonzero(counts >= _MANY)
        self._place = np.zeros(shape[0], dtype=np.int32)
        self._place[often] = np.arange(1, len(often) + 1)
        is_dense = self._place[rows] > 0
        self._dense = np.zeros((len(often) + 1, shape[1]), dtype=np.float32)
        self._dense[self._place[rows[is_dense]], labels[is_dense]] = values[is_dense]
        counts[often] = 0
        # As small as can be, so that all of it stays in the cache.
        self._values = values[~is_dense].astype(np.float32)
        self._labels = labels[~is_dense].astype(np.int32)
        self._counts = counts.astype(np.int32)
        self._starts = (np.cumsum(counts) - counts).astype(np.int32)
        self.shape = shape

    @classmethod
    def of(cls, weights: np.ndarray) -> SparseRows:
        """What is not zero in a matrix."""
        rows, labels = np.nonzero(weights)
        return cls(rows, labels, weights[rows, labels], weights.shape)

    @classmethod
    def beside(cls, matrices: Sequence[SparseRows], places: Sequence[np.ndarray], n_rows: int) -> SparseRows:
        """Several matrices as one of ``n_rows`` rows, their labels side by side.

        Parameters
        ----------
        places : sequence of ndarray of int
            For each matrix which row of the whole each of its rows is.
        """
        found = [m.weights() for m in matrices]
        rows = np.concatenate([place[r] for place, (r, _, _) in zip(places, found, strict=True)])
        n_before = np.cumsum([0, *(m.shape[1] for m in matrices)])
        labels = np.concatenate([k + n for n, (_, k, _) in zip(n_before, found, strict=False)])
        values = np.concatenate([v for _, _, v in found])
        order = np.lexsort((labels, rows))
        return cls(rows[order], labels[order], values[order], (n_rows, int(n_before[-1])))

    def weights(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows, labels and values of all weights that are not zero."""
        light = np.repeat(np.arange(self.shape[0]), self._counts)
        places, labels = np.nonzero(self._dense)
        often = np.concatenate([[0], np.flatnonzero(self._place)])
        return (
            np.concatenate([often[places], light]),
            np.concatenate([labels, self._labels]),
            np.concatenate([self._dense[places, labels], self._values]),
        )

    def matrix(self) -> np.ndarray:
        """The whole matrix."""
        rows, labels, values = self.weights()
        out = np.zeros(self.shape, dtype=np.float32)
        out[rows, labels] = values
        return out

    def sum(self, rows: np.ndarray) -> np.ndarray:
        """Shapes as in `sum_rows`."""
        return self._sum_dense(rows) + self._sum_light(rows)

    def _sum_dense(self, rows: np.ndarray) -> np.ndarray:
        n, width = len(rows), len(self._dense)
        cells = self._place.take(rows) + np.arange(0, n * width, width)[:, None]
        times = np.bincount(cells.ravel(), minlength=n * width).reshape(n, width).astype(np.float32)
        out = np.empty((n, self.shape[1]), dtype=np.float32)
        step = max(_NO_THREADS // (width * _LABELS), 1)
        for labels in (slice(k, k + _LABELS) for k in range(0, self.shape[1], _LABELS)):
            for start in range(0, n, step):
                items = slice(start, start + step)
                np.matmul(times[items], self._dense[:, labels], out=out[items, labels])
        return out

    def _sum_light(self, rows: np.ndarray) -> np.ndarray:
        flat = rows.ravel()
        counts = self._counts.take(flat)
        some = np.flatnonzero(counts)
        counts = counts.take(some)
        before = np.cumsum(counts) - counts
        index = np.repeat(self._starts.take(flat.take(some)) - before, counts)
        index += np.arange(len(index))
        cells = np.repeat(some // rows.shape[1] * self.shape[1], counts)
        cells += self._labels.take(index)
        total = np.bincount(cells, weights=self._values.take(index), minlength=len(rows) * self.shape[1])
        return total.reshape(len(rows), self.shape[1])


def window(values: np.ndarray, offset: int, fill: int = 0) -> np.ndarray:
    """``values`` shifted so that item ``i`` is ``values[i + offset]``; ``fill`` beyond the ends."""
    out = np.full_like(values, fill)
    if offset == 0:
        out[:] = values
    elif offset > 0:
        out[:-offset] = values[offset:]
    else:
        out[-offset:] = values[:offset]
    return out


def matrix(pieces: list[str], width: int) -> np.ndarray:
    """The first ``width`` code points of each piece, 0 beyond its end. Shape (len(pieces), width)."""
    if not pieces:
        return np.zeros((0, width), dtype=np.uint32)
    return codes("".join([p[:width].ljust(width, "\0") for p in pieces])).reshape(len(pieces), width)


def shape_codes(chars: np.ndarray) -> np.ndarray:
    """The kind of each character: digit 1, Latin 2, blank 3, CJK 4, CJK numeral 5, punctuation 6, end 0."""
    return _SHAPES.take(chars, mode="clip")


def member(*chars: str) -> np.ndarray:
    """A look-up table over the basic plane: for each group of characters its number, 0 for the others."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for number, group in enumerate(chars, 1):
        table[codes(group)] = number
    return table


def look_up(table: np.ndarray, chars: np.ndarray) -> np.ndarray:
    """The numbers that `member` gave to characters."""
    return table.take(chars, mode="clip")


_NUMERALS = codes("零一二三四五六七八九十百千万亿两〇")


def _shapes() -> np.ndarray:
    table = np.full(0x10000, 6, dtype=np.uint32)
    table[0x30:0x3A] = 1
    table[0x41:0x5B] = table[0x61:0x7B] = 2
    table[[0x20, 0x0A, 0x09]] = 3
    table[0x3400:0xA000] = 4
    table[_NUMERALS] = 5
    table[0] = 0
    return table


_SHAPES = _shapes()


def no_digits(chars: np.ndarray) -> np.ndarray:
    """The characters with every digit made the same, so that features do not learn figures."""
    return np.where(chars - _NOUGHT < _TEN, _NOUGHT, chars)  # below a nought the difference is huge


_NOUGHT, _TEN = np.uint32(0x30), np.uint32(10)
