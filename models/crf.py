"""A linear-chain conditional random field over hashed features.

Fitted by CRFsuite (Okazaki 2007; L-BFGS with L1 and L2), applied by numpy alone, so that
reading needs no compiled CRF and weights are plain arrays. Lafferty, McCallum & Pereira 2001.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .features import row_table, sum_rows, with_zero_row
from .store import expect

_FORBIDDEN = -1e4
_RESCALE = 8
"""Messages are brought back to 1 every so many steps; between them they stay far from under- and overflow."""
_LOWEST = -30.0
"""Scores further than this below the best label of an item count as this, so that no message vanishes."""


class Iteration(NamedTuple):
    """How far a fit is: what it minimises, and how much of what was held out it labels right."""

    number: int
    loss: float
    held_out: float | None
    seconds: float


class Moves(NamedTuple):
    """Scores of the moves between labels, by what may be made; see `LinearChainCRF.moves`."""

    ahead: list[np.ndarray]
    """From row to column, shape (n_labels, n_labels)."""
    back: list[np.ndarray]
    """The same from column to row."""
    pairs: dict[tuple[int, int], np.ndarray]
    """For each two of them, one ahead beside one back. Shape (n_labels, 2, n_labels)."""


class LinearChainCRF:
    """Labels for sequences of items.

    Attributes
    ----------
    labels : list of str
    weights : ndarray of float32, shape (n_features + 1, n_labels); row 0 is zero
    feature_ids : ndarray of int32, shape (n_features,), the hash of rows 1 …
    transitions : ndarray of float32, shape (n_labels, n_labels), from row to column
    """

    def __init__(
        self, labels: Sequence[str], feature_ids: np.ndarray, weights: np.ndarray, transitions: np.ndarray
    ) -> None:
        self.labels = list(labels)
        self.feature_ids = feature_ids.astype(np.int32)
        self.weights = np.ascontiguousarray(weights, dtype=np.float32)
        self.transitions = transitions.astype(np.float32)
        self._row = row_table(self.feature_ids)
        self._factors = np.exp(np.maximum(self.transitions, _LOWEST).astype(np.float64))

    # -- use ---------------------------------------------------------------

    def emissions(self, ids: np.ndarray) -> np.ndarray:
        """Scores of each label at each item.

        Parameters
        ----------
        ids : ndarray of int32, shape (n_items, n_templates); 0 is no feature

        Returns
        -------
        ndarray of float32, shape (n_items, n_labels)
        """
        return sum_rows(self.weights, self._row.take(ids.T).T)

    def without(self, forbidden: Callable[[str, str], bool]) -> LinearChainCRF:
        """The same model, some moves (label, next label) of which are never made."""
        moves = np.array([[forbidden(before, after) for after in self.labels] for before in self.labels], dtype=bool)
        kept = np.where(moves, np.float32(_FORBIDDEN), self.transitions)
        return LinearChainCRF(self.labels, self.feature_ids, self.weights, kept)

    def moves(self, *allowed: np.ndarray) -> Moves:
        """The scores of moves: first those of any, then only those that each of some matrices of bool allows.

        Parameters
        ----------
        allowed : ndarray of bool, shape (n_labels, n_labels), from row to column
        """
        ahead = [self.transitions, *(np.where(some, self.transitions, np.float32(_FORBIDDEN)) for some in allowed)]
        back = [np.ascontiguousarray(some.T) for some in ahead]
        pairs = {(k, j): np.stack([a, b], axis=1) for k, a in enumerate(ahead) for j, b in enumerate(back)}
        return Moves(ahead, back, pairs)

    @cached_property
    def _any_moves(self) -> Moves:
        return self.moves()

    def decode(self, emissions: np.ndarray, bound: np.ndarray | None = None, moves: Moves | None = None) -> np.ndarray:
        """The best sequence of label indices (Viterbi). Shape (n_items,).

        Parameters
        ----------
        bound : ndarray of int, shape (n_items,)
            Of which of ``moves`` one leads to an item; where None is given, to all of the first.
        moves : Moves
            What `moves` gives; where None is given, any may be made.
        """
        n = len(emissions)
        if not n:
            return np.zeros(0, dtype=np.int64)
        ahead, back, pairs = moves if moves is not None else self._any_moves
        which = [0] * n if bound is None else bound.tolist()
        # From both ends to the middle at once: half as many steps, each of which costs little more than one end's.
        middle = n // 2
        scores = np.stack([emissions, emissions[::-1]], axis=1)[: middle + 1].astype(np.float32)
        ways = np.empty_like(pairs[0, 0])  # from, end, to: the fastest order to find the best from
        befores = scores.transpose(0, 2, 1)[:, :, :, None]
        steps = zip(which[1 : middle + 1], reversed(which), befores, scores[1:], strict=False)
        for k, j, before, now in steps:
            np.add(pairs[k, j], before, out=ways)
            now += np.maximum.reduce(ways)
        left, right = scores[:, 0], scores[n - 1 - middle :: -1, 1]
        at = best = int((left[middle] + right[0] - emissions[middle]).argmax())
        path = [at]
        for k, before in zip(which[middle:0:-1], left[middle - 1 :: -1], strict=False):
            at = int((back[k][at] + before).argmax())
            path.append(at)
        path.reverse()
        at = best
        for k, after in zip(which[middle + 1 :], right[1:], strict=True):
            at = int((ahead[k][at] + after).argmax())
            path.append(at)
        return np.array(path, dtype=np.int64)

    def local_confidence(self, emissions: np.ndarray, path: np.ndarray) -> np.ndarray:
        """Probability of each label of a path, its neighbours taken as they are. Shape (n_items,)."""
        score = emissions.copy()
        score[1:] += self.transitions[path[:-1]]
        score[:-1] += self._any_moves.back[0][path[1:]]
        score -= score.max(axis=1, keepdims=True)
        odds = np.exp(score, out=score)
        return odds[np.arange(len(path)), path] / odds.sum(axis=1)

    def marginals(self, emissions: np.ndarray) -> np.ndarray:
        """Probability of each label at each item, by forward-backward. Shape (n_items, n_labels)."""
        if not len(emissions):
            return emissions
        return self.marginals_many(emissions[None], np.array([len(emissions)]))[0]

    def marginals_many(self, emissions: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """`marginals` for sequences side by side, the shorter ones padded.

        Parameters
        ----------
        emissions : ndarray, shape (n_sequences, max_length, n_labels)
        lengths : ndarray, shape (n_sequences,)

        Returns
        -------
        ndarray, shape (n_sequences, max_length, n_labels); what lies beyond a length means nothing
        """
        n, width, n_labels = emissions.shape
        local = np.exp(np.maximum(emissions - emissions.max(axis=2, keepdims=True), _LOWEST).astype(np.float64))
        # Forward and backward run in one loop, side by side: the second half holds each sequence reversed.
        turned = (lengths[:, None] - 1 - np.arange(width)) % width
        rows = np.arange(n)[:, None]
        both = np.concatenate([local, local[rows, turned]], axis=2).transpose(1, 0, 2).copy()
        factors = np.zeros((2 * n_labels, 2 * n_labels))
        factors[:n_labels, :n_labels], factors[n_labels:, n_labels:] = self._factors, self._factors.T
        before, moved = both[0], np.empty_like(both[0])
        for t, now in enumerate(both[1:], 1):
            if t % _RESCALE == 0:
                halves = before.reshape(n, 2, n_labels)
                halves /= halves.max(axis=2, keepdims=True)
            np.dot(before, factors, out=moved)
            now *= moved
            before = now
        both = both.transpose(1, 0, 2)
        product = both[:, :, :n_labels] * both[:, :, n_labels:][rows, turned]
        product /= local
        product /= product.sum(axis=2, keepdims=True)
        return product

    # -- fitting -----------------------------------------------------------

    @classmethod
    def fit(
        cls,
        sequences: Iterable[tuple[np.ndarray, Sequence[str]]],
        *,
        c1: float = 0.1,
        c2: float = 0.01,
        max_iterations: int = 120,
        min_frequency: int = 1,
        prune: float = 0.01,
        forbidden: Callable[[str, str], bool] | None = None,
        held_out: Iterable[tuple[np.ndarray, Sequence[str]]] = (),
        patience: int | None = None,
        on_iteration: Callable[[Iteration], None] | None = None,
    ) -> LinearChainCRF:
        """Fit on sequences of (ids of shape (n_items, n_templates), labels).

        Parameters
        ----------
        c1, c2 : float
            Weight of the L1 and the L2 penalty.
        prune : float
            Weights smaller than this are dropped, and features left without any.
        forbidden : callable (label, next label) -> bool
            Moves that decoding must never make.
        held_out : iterable of (ids, labels)
            Not learned from: each iteration is measured on them.
        patience : int or None
            Stop early, at the best iteration, where so many after it labeled ``held_out`` no better.

        Raises
        ------
        ModuleNotFoundError
            If the extra ``train`` is not installed.
        """
        from pycrfsuite import Trainer

        trainer = Trainer(algorithm="lbfgs")
        trainer.set_params(
            {
                "c1": c1,
                "c2": c2,
                "max_iterations": max_iterations,
                "feature.minfreq": min_frequency,
                "feature.possible_transitions": False,
            }
        )
        known: set[str] = set()
        for ids, labels in sequences:
            if len(ids) != len(labels):
                raise ValueError(f"{len(ids)} items but {len(labels)} labels")
            if len(ids):
                trainer.append(_strings(ids), list(labels), _LEARNED)
                known.update(labels)
        if not known:
            raise ValueError("nothing to fit on: no sequence given")
        n_held = 0
        for ids, labels in held_out:
            if len(ids) and known.issuperset(labels):  # a label that nothing was learned of would only add a column
                trainer.append(_strings(ids), list(labels), _HELD_OUT)
                n_held += 1
        names, state, moves = _trained(trainer, n_held > 0, patience if n_held >= _FEWEST_HELD else None, on_iteration)
        index = {name: i for i, name in enumerate(names)}
        transitions = np.zeros((len(names), len(names)), dtype=np.float32)
        for (before, after), weight in moves.items():
            transitions[index[before], index[after]] = weight
        kept = {key: w for key, w in state.items() if abs(w) >= prune}
        ids_kept = np.array(sorted({int(a) for a, _ in kept}), dtype=np.int32)
        row = {int(a): i + 1 for i, a in enumerate(ids_kept)}
        weights = np.zeros((len(ids_kept) + 1, len(names)), dtype=np.float32)
        for (attribute, label), weight in kept.items():
            weights[row[int(attribute)], index[label]] = weight
        crf = cls(names, ids_kept, weights, transitions)
        return crf if forbidden is None else crf.without(forbidden)

    # -- storage -----------------------------------------------------------

    def arrays(self) -> dict[str, np.ndarray]:
        """What `from_arrays` needs, as plain arrays."""
        return {
            "labels": np.array(self.labels),
            "feature_ids": self.feature_ids,
            "weights": self.weights[1:].astype(np.float16),
            "transitions": self.transitions,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> LinearChainCRF:
        """The inverse of `arrays`; raises `store.ModelError` where they do not fit together."""
        n_labels, n = np.size(arrays.get("labels", ())), np.size(arrays.get("feature_ids", ()))
        expect(
            arrays,
            labels=("U", (n_labels,)),
            feature_ids=("i", (n,)),
            weights=("f", (n, n_labels)),
            transitions=("f", (n_labels, n_labels)),
        )
        weights = with_zero_row(arrays["weights"])
        return cls([str(x) for x in arrays["labels"]], arrays["feature_ids"], weights, arrays["transitions"])


_LEARNED, _HELD_OUT = 0, 1
_FEWEST_HELD = 20
"""Held-out sequences below which chance decides, and no fit is ended by them."""


def _strings(ids: np.ndarray) -> list[list[str]]:
    """Feature ids as CRFsuite takes them."""
    return [[str(i) for i in row if i] for row in ids.tolist()]


class _EnoughError(Exception):
    """Raised within a fit to end it."""


def _trained(
    trainer: Any, is_measured: bool, patience: int | None, on_iteration: Callable[[Iteration], None] | None
) -> tuple[list[str], dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Labels, weights and moves that CRFsuite finds.

    CRFsuite gives no weights before its end. So a fit that went too far is ended, and repeated up
    to its best iteration; the same data and settings lead there again.
    """
    import pycrfsuite

    best = [0.0, 0]

    def listen(log: object, info: dict[str, Any]) -> None:
        right = None
        if is_measured:  # items alone forgive a report that is wrong in one place, reports alone are coarse
            right = (info.get("item_accuracy_float", 0.0) + info.get("instance_accuracy_float", 0.0)) / 2
        one = Iteration(int(info["num"]), float(info.get("loss", 0)), right, float(info.get("time", 0)))
        if on_iteration is not None:
            on_iteration(one)
        if right is not None and right >= best[0]:  # of equals the later: its weights are fewer
            best[:] = [right, one.number]
        elif patience is not None and one.number >= best[1] + patience:
            raise _EnoughError

    def quiet(*_: object) -> None:
        """What CRFsuite would print."""

    for event in ("start", "featgen_progress", "featgen_end", "prepared", "prepare_error", "optimization_end", "end"):
        setattr(trainer, f"on_{event}", quiet)
    trainer.on_iteration = listen
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.crfsuite")
        try:
            trainer.train(path, _HELD_OUT if is_measured else -1)
        except _EnoughError:
            trainer.set_params({"max_iterations": max(int(best[1]), 1)})
            trainer.on_iteration = quiet
            trainer.train(path, _HELD_OUT)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        return list(tagger.labels()), dict(info.state_features), dict(info.transitions)
