"""A multinomial logistic classifier over hashed features.

Fitted by scikit-learn (or CRFsuite, where labels are many), applied by numpy alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    weights : ndarray of float32, shape (n_features + 1, n_labels); row 0 is zero
    bias : ndarray of float32, shape (n_labels,)
    """

    def __init__(self, labels: Sequence[str], feature_ids: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
        self.labels = list(labels)
        self.feature_ids = feature_ids.astype(np.int32)
        self.weights = np.ascontiguousarray(weights, dtype=np.float32)
        self.bias = bias.astype(np.float32)
        self._sparse = SparseRows(self.weights) if len(self.labels) >= MANY_LABELS else None
        self._row = row_table(self.feature_ids)

    def rows(self, ids: np.ndarray) -> np.ndarray:
        """The row of ``weights`` of each feature id; 0 for one that was never seen."""
        return self._row.take(ids)

    def scores(self, ids: np.ndarray) -> np.ndarray:
        """Log odds. ``ids`` of shape (n_items, n_templates), 0 is no feature."""
        rows = self._row.take(ids)
        return (self._sparse.sum(rows) if self._sparse else sum_rows(self.weights, rows)) + self.bias

    def probabilities(self, ids: np.ndarray) -> np.ndarray:
        """Probability of each label. Shape (n_items, n_labels)."""
        return softmax(self.scores(ids))

    @classmethod
    def fused(cls, models: Sequence[LinearClassifier]) -> LinearClassifier:
        """Several classifiers over the same features as one, its labels theirs side by side."""
        ids = np.unique(np.concatenate([m.feature_ids for m in models]))
        weights = [m.weights[m.rows(ids)] for m in models]
        stacked = with_zero_row(np.hstack(weights))
        labels = [label for m in models for label in m.labels]
        return cls(labels, ids, stacked, np.concatenate([m.bias for m in models]))

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
