"""A multinomial logistic classifier over hashed features.

Fitted by scikit-learn (or CRFsuite, where labels are many), applied by numpy alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .crf import LinearChainCRF
from .features import SparseRows, row_table, sum_rows, with_zero_row
from .store import expect

MANY_LABELS = 40
"""From so many labels on, each feature has a weight for few of them."""


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities from log odds, row by row."""
    odds = np.exp((scores - scores.max(axis=1, keepdims=True)).astype(np.float64))
    return odds / odds.sum(axis=1, keepdims=True)


class LinearClassifier:
    """Probabilities of labels for bags of hashed features.

    Attributes
    ----------
    labels : list of str
    feature_ids : ndarray of int32, shape (n_features,), the hash of rows 1 … of ``weights``
    bias : ndarray of float32, shape (n_labels,)
    """

    def __init__(self, labels: Sequence[str], feature_ids: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
        self.labels = list(labels)
        self.feature_ids = feature_ids.astype(np.int32)
        self.bias = bias.astype(np.float32)
        self._weights = SparseRows.of(weights) if len(self.labels) >= MANY_LABELS else _dense(weights)

    @property
    def weights(self) -> np.ndarray:
        """All weights as one matrix, made anew where most are zero."""
        return self._weights.matrix() if isinstance(self._weights, SparseRows) else self._weights

    @cached_property
    def _row(self) -> np.ndarray:
        """Large, and not needed of a classifier that tells beside others: see `Together`."""
        return row_table(self.feature_ids)

    def rows(self, ids: np.ndarray) -> np.ndarray:
        """The row of ``weights`` of each feature id; 0 for one that was never seen."""
        return self._row.take(ids)

    def scores(self, ids: np.ndarray) -> np.ndarray:
        """Log odds. ``ids`` of shape (n_items, n_templates), 0 is no feature."""
        rows, weights = self._row.take(ids), self._weights
        return (weights.sum(rows) if isinstance(weights, SparseRows) else sum_rows(weights, rows)) + self.bias

    def more(self, ids: np.ndarray) -> np.ndarray:
        """What further features add to the log odds that `scores` gave."""
        return self.scores(ids) - self.bias

    def sparse(self) -> SparseRows:
        """Its weights, zeros left out."""
        return self._weights if isinstance(self._weights, SparseRows) else SparseRows.of(self._weights)

    def probabilities(self, ids: np.ndarray) -> np.ndarray:
        """Probability of each label. Shape (n_items, n_labels)."""
        return softmax(self.scores(ids))

    @classmethod
    def fit(
        cls,
        ids: np.ndarray,
        labels: Sequence[str],
        *,
        c: float = 4.0,
        prune: float = 0.02,
        max_iterations: int = 200,
        balanced: bool = False,
        seed: int = 0,
    ) -> LinearClassifier:
        """Fit on ``ids`` of shape (n_items, n_templates).

        Raises
        ------
        ModuleNotFoundError
            If the extra ``train`` is not installed.
        """
        import scipy.sparse as sp
        from sklearn.linear_model import LogisticRegression

        names = sorted(set(labels))
        used, inverse = np.unique(ids, return_inverse=True)
        inverse = inverse.reshape(ids.shape)
        rows = np.repeat(np.arange(len(ids)), ids.shape[1])
        x = sp.csr_matrix((np.ones(ids.size, dtype=np.float32), (rows, inverse.ravel())), shape=(len(ids), len(used)))
        if used[0] == 0:
            x = x[:, 1:]
            used = used[1:]
        if len(names) == 1:
            return cls(names, np.zeros(0, np.int32), np.zeros((1, 1), np.float32), np.zeros(1, np.float32))
        y = np.searchsorted(names, labels)
        model = LogisticRegression(
            C=c, max_iter=max_iterations, class_weight="balanced" if balanced else None, random_state=seed
        )
        model.fit(x, y)
        coefficients, bias = model.coef_, model.intercept_
        if len(names) == 2:
            coefficients = np.concatenate([-coefficients / 2, coefficients / 2])
            bias = np.concatenate([-bias / 2, bias / 2])
        coefficients = np.where(np.abs(coefficients) >= prune, coefficients, 0)
        keep = np.abs(coefficients).max(axis=0) > 0
        weights = with_zero_row(coefficients.T[keep])
        return cls(names, used[keep], weights, bias)

    @classmethod
    def fit_sparse(
        cls,
        ids: np.ndarray,
        labels: Sequence[str],
        *,
        held_out: tuple[np.ndarray, Sequence[str]] | None = None,
        **settings: Any,
    ) -> LinearClassifier:
        """`fit` for several hundred labels: by CRFsuite, which weighs only the pairs that occur.

        Settings are those of `LinearChainCRF.fit`.
        """

        def items(ids: np.ndarray, labels: Sequence[str]) -> Iterator[tuple[np.ndarray, list[str]]]:
            return ((ids[i : i + 1], [label]) for i, label in enumerate(labels))

        chain = LinearChainCRF.fit(items(ids, labels), held_out=items(*held_out) if held_out else (), **settings)
        return cls(chain.labels, chain.feature_ids, chain.weights, np.zeros(len(chain.labels), np.float32))

    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "labels": np.array(self.labels),
            "feature_ids": self.feature_ids,
            "weights": self.weights[1:].astype(np.float16),
            "bias": self.bias,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> LinearClassifier:
        """The inverse of `arrays`; raises `store.ModelError` where they do not fit together."""
        n_labels, n = np.size(arrays.get("labels", ())), np.size(arrays.get("feature_ids", ()))
        expect(
            arrays,
            labels=("U", (n_labels,)),
            feature_ids=("i", (n,)),
            weights=("f", (n, n_labels)),
            bias=("f", (n_labels,)),
        )
        weights = with_zero_row(arrays["weights"])
        return cls([str(x) for x in arrays["labels"]], arrays["feature_ids"], weights, arrays["bias"])


class Together:
    """Several classifiers over the same features, asked at once."""

    def __init__(self, models: Sequence[LinearClassifier]) -> None:
        ids = np.unique(np.concatenate([m.feature_ids for m in models]))
        places = [np.concatenate([[0], 1 + np.searchsorted(ids, m.feature_ids)]) for m in models]
        self._weights = SparseRows.beside([m.sparse() for m in models], places, len(ids) + 1)
        self._bias = np.concatenate([m.bias for m in models])
        self._cuts = np.cumsum([len(m.labels) for m in models])[:-1]
        self._row = row_table(ids)

    def scores(self, ids: np.ndarray) -> list[np.ndarray]:
        """Log odds by each of the classifiers. ``ids`` of shape (n_items, n_templates), 0 is no feature."""
        return np.split(self._weights.sum(self._row.take(ids)) + self._bias, self._cuts, axis=1)


def _dense(weights: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(weights, dtype=np.float32)
