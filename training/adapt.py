"""Fitted models taken further on a few more annotated texts, without forgetting what they know.

What is learned is a correction on top of the weights that are there, and the penalty holds the
correction small: the weights are the prior, in place of zero (Chelba & Acero 2004, "Adaptation
of maximum entropy capitalizer: little data can help a lot"). Only features that occur in the
new texts are corrected. CRFsuite always begins from nothing, so the small optimisation is made
here, with numpy and scipy's L-BFGS; it takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..models.crf import LinearChainCRF
from ..models.features import with_zero_row
from ..models.linear import MANY_LABELS, LinearClassifier

_FORBIDDEN = -1e3
"""Moves that score less are never made."""

Sequence_ = tuple[np.ndarray, Sequence[str]]


class Settings(NamedTuple):
    """How far a model may go."""

    weight: float = 4.0
    """What an item of the user's own counts, where one of the replay counts 1."""
    strength: float = 0.5
    """Of the penalty that holds the weights where they were."""
    max_iterations: int = 25
    prune: float = 0.02


def adapt_chain(
    model: LinearChainCRF, own: Sequence[Sequence_], replay: Sequence[Sequence_], settings: Settings
) -> LinearChainCRF:
    """A CRF taken further on sequences of (ids, labels).

    Parameters
    ----------
    own : sequence of (ids of shape (n_items, n_templates), labels)
        The new texts.
    replay : sequence of (ids, labels)
        Texts of the kind that the model was fitted on. Of both, texts that make a move which the model never makes are
        left out: no weights could bring it there.
    """
    own, replay = ([s for s in some if len(s[0]) and _is_possible(model, s[1])] for some in (own, replay))
    if not own:
        return model
    data = _Data(own, replay, model.labels, settings.weight)
    base = data.widened(model.emissions(data.ids))
    before = np.full((len(data.labels),) * 2, model.transitions[model.transitions > _FORBIDDEN].mean())
    n = len(model.labels)
    before[:n, :n] = model.transitions
    weights, moves = _correction(data, base, before, settings)
    ids, merged = _merged(model.feature_ids, model.weights[1:], data, weights, settings.prune)
    return LinearChainCRF(data.labels, ids, merged, before + moves)


def _is_possible(model: LinearChainCRF, labels: Sequence[str]) -> bool:
    """Whether the model may make all moves from label to label; those of labels that it does not know are free."""
    index = {label: k for k, label in enumerate(model.labels)}
    return all(
        model.transitions[index[a], index[b]] > _FORBIDDEN for a, b in pairwise(labels) if a in index and b in index
    )


def adapt_classifier(
    model: LinearClassifier, own: Sequence_, replay: Sequence_, settings: Settings
) -> LinearClassifier:
    """A classifier taken further on items; ``own`` and ``replay`` are (ids, labels)."""
    if not len(own[0]):
        return model
    mine, theirs = (
        [(ids[i : i + 1], [label]) for i, label in enumerate(labels)] for ids, labels in (own, replay)
    )  # fmt: skip
    data = _Data(mine, theirs, model.labels, settings.weight, with_bias=True)
    base = data.widened(model.scores(data.ids))
    weights, _ = _correction(data, base, None, settings)
    ids, merged = _merged(model.feature_ids, model.weights[1:], data, weights[:-1], settings.prune)
    bias = data.widened(model.bias[None])[0] + weights[-1]
    return LinearClassifier(data.labels, ids, merged, bias)


class _Data:
    """Sequences as arrays: own ones first, longest first among all."""

    def __init__(
        self,
        own: Sequence[Sequence_],
        replay: Sequence[Sequence_],
        known: Sequence[str],
        weight: float,
        *,
        with_bias: bool = False,
    ) -> None:
        import scipy.sparse as sp

        new = {label for _, labels in (*own, *replay) for label in labels} - {*known}
        self.labels = [*known, *sorted(new)]
        index = {label: k for k, label in enumerate(self.labels)}
        used = np.unique(np.concatenate([np.unique(ids) for ids, _ in own]))
        self.used = used[used != 0]
        weighted = [(s, weight) for s in own] + [(s, 1.0) for s in replay]
        weighted.sort(key=lambda pair: -len(pair[0][0]))
        self.lengths = np.array([len(ids) for (ids, _), _ in weighted])
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self.weights = np.array([w for _, w in weighted])
        self.of_items = np.repeat(self.weights, self.lengths)
        width = max(ids.shape[1] for (ids, _), _ in weighted)
        self.ids = np.concatenate([np.pad(ids, ((0, 0), (0, width - ids.shape[1]))) for (ids, _), _ in weighted])
        self.y = np.array([index[label] for (_, labels), _ in weighted for label in labels])
        place = np.minimum(np.searchsorted(self.used, self.ids), len(self.used) - 1)
        rows, columns = np.nonzero(self.used[place] == self.ids)
        x = sp.csr_matrix(
            (np.ones(len(rows)), (rows, place[rows, columns])), shape=(len(self.ids), len(self.used))
        )  # fmt: skip
        self.x = sp.hstack([x, np.ones((len(self.ids), 1))], format="csr") if with_bias else x
        self.xt = self.x.T.tocsr()

    def widened(self, scores: np.ndarray) -> np.ndarray:
        """Scores (or weights) with a column for each label that the model did not know.

        A new label begins as the mean of those that are known, so that it never wins where
        nothing was learned of it; among many labels most weights are none, and so are the new one's.
        """
        n, more = scores.shape[1], len(self.labels) - scores.shape[1]
        column = scores.mean(axis=1, keepdims=True) if n < MANY_LABELS else np.zeros((len(scores), 1))
        return np.hstack([scores.astype(np.float64), *[column] * more])

    def blocks(self) -> list[tuple[int, int]]:
        """Runs of sequences of like length."""
        cuts = [0]
        for i, length in enumerate(self.lengths.tolist()):
            if 2 * length < self.lengths[cuts[-1]]:
                cuts.append(i)
        return list(pairwise([*cuts, len(self.lengths)]))


def _correction(
    data: _Data, base: np.ndarray, moves: np.ndarray | None, settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    """What to add to the weights of the used features, and to the moves (none where items stand alone)."""
    from scipy.optimize import minimize

    n_labels = len(data.labels)
    shape = (data.x.shape[1], n_labels)
    size = shape[0] * shape[1]
    n_moves = n_labels**2 if moves is not None else 0
    blocks = data.blocks() if moves is not None else []

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        weights, change = theta[:size].reshape(shape), theta[size:].reshape((n_labels, n_labels) if n_moves else (0,))
        scores = base + data.x @ weights
        gradient = np.empty_like(theta)
        if moves is None:
            value, expected = _alone(scores, data)
        else:
            value, expected, pairs = _chained(scores, moves + change, data, blocks)
            gradient[size:] = (pairs + settings.strength * change).ravel()
        gradient[:size] = (data.xt @ expected + settings.strength * weights).ravel()
        return value + 0.5 * settings.strength * float(theta @ theta), gradient

    options = {"maxiter": settings.max_iterations, "maxcor": 6}
    found = minimize(loss, np.zeros(size + n_moves), jac=True, method="L-BFGS-B", options=options).x
    change = found[size:].reshape(n_labels, n_labels) if n_moves else np.zeros((0, 0))
    return found[:size].reshape(shape), change


def _alone(scores: np.ndarray, data: _Data) -> tuple[float, np.ndarray]:
    """Loss of items that stand alone, and its derivative by their scores."""
    rows = np.arange(len(scores))
    top = scores.max(axis=1, keepdims=True)
    odds = np.exp(scores - top)
    total = odds.sum(axis=1, keepdims=True)
    value = float(data.of_items @ (np.log(total[:, 0]) + top[:, 0] - scores[rows, data.y]))
    expected = odds / total
    expected[rows, data.y] -= 1
    expected *= data.of_items[:, None]
    return value, expected


def _chained(
    scores: np.ndarray, moves: np.ndarray, data: _Data, blocks: Sequence[tuple[int, int]]
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss of chains, and its derivatives by scores and by moves (scaled forward-backward)."""
    value = 0.0
    expected = np.empty_like(scores)
    pairs = np.zeros_like(moves)
    factors = np.exp(moves)
    for first, last in blocks:
        value += _block(scores, factors, data, first, last, expected, pairs)
    pairs *= factors
    inside = np.ones(len(scores), dtype=bool)
    inside[data.starts[:-1]] = False
    after = np.flatnonzero(inside)
    np.add.at(pairs, (data.y[after - 1], data.y[after]), -data.of_items[after])
    rows = np.arange(len(scores))
    value -= float(data.of_items @ scores[rows, data.y])
    value -= float(data.of_items[after] @ moves[data.y[after - 1], data.y[after]])
    expected[rows, data.y] -= 1
    expected *= data.of_items[:, None]
    return value, expected, pairs


def _block(
    scores: np.ndarray, factors: np.ndarray, data: _Data, first: int, last: int, expected: np.ndarray, pairs: np.ndarray
) -> float:
    """Forward and backward over sequences side by side, longest first; gives the sum of their log Z."""
    lengths, starts, weights = data.lengths[first:last], data.starts[first:last], data.weights[first:last]
    width = int(lengths[0])
    active = np.searchsorted(-lengths, -np.arange(width), side="left").tolist()  # sequences longer than t
    items = np.where(np.arange(width)[:, None] < lengths, starts + np.arange(width)[:, None], 0)
    top = scores.max(axis=1)
    local = np.exp(scores[items] - top[items][:, :, None])
    forward = np.zeros_like(local)
    scale = np.ones(local.shape[:2])
    total = 0.0
    for t in range(width):
        n = active[t]
        step = local[t, :n] if t == 0 else (forward[t - 1, :n] @ factors) * local[t, :n]
        scale[t, :n] = step.sum(axis=1)
        forward[t, :n] = step / scale[t, :n, None]
        total += float(weights[:n] @ (np.log(scale[t, :n]) + top[items[t, :n]]))
    backward = np.ones((len(lengths), len(factors)))
    for t in range(width - 1, -1, -1):
        n = active[t]
        expected[items[t, :n]] = forward[t, :n] * backward[:n]
        if t:
            message = local[t, :n] * backward[:n] / scale[t, :n, None]
            pairs += (forward[t - 1, :n] * weights[:n, None]).T @ message
            backward[:n] = message @ factors.T
    return total


def _merged(
    known: np.ndarray, weights: np.ndarray, data: _Data, correction: np.ndarray, prune: float
) -> tuple[np.ndarray, np.ndarray]:
    """Feature ids and weights (with the zero row first) of a model after its correction."""
    correction = np.where(np.abs(correction) >= prune, correction, 0)
    ids = np.union1d(known, data.used).astype(np.int32)
    out = np.zeros((len(ids), len(data.labels)), dtype=np.float32)
    out[np.searchsorted(ids, known)] = data.widened(weights)
    out[np.searchsorted(ids, data.used)] += correction
    kept = np.abs(out).max(axis=1) > 0
    return ids[kept], with_zero_row(out[kept])
