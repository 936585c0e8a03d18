"""A second opinion: what an encoder says of the items of a sequence that a linear model is unsure of.

The two are joined before the sequence is decoded, so that what the moves of the sequence allow
holds for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .encoder import Encoder
from .windows import Vocabulary, Windows

UNKNOWN = 1e-4
"""Probability of a label that one of two models has never seen."""
Show = Callable[[Vocabulary, Sequence[int]], Windows]
"""Makes the windows of some items."""


class SecondOpinion:
    """What an encoder adds to the scores of a sequence model.

    Parameters
    ----------
    head : str
        What the encoder is asked: one of `encoder.HEADS`.
    labels : sequence of str
        Those of the sequence model.
    below : float
        Items that the sequence model is less sure of are asked about.
    weight : float
        The say of the encoder.
    is_alone : bool
        Whether the scores of the sequence model count for nothing, and only its moves do.
    """

    def __init__(
        self, encoder: Encoder, head: str, labels: Sequence[str], *, below: float, weight: float, is_alone: bool = False
    ) -> None:
        self.encoder, self.head = encoder, head
        self.below, self.weight, self.is_alone = below, weight, is_alone
        known = {label: k for k, label in enumerate(encoder.labels[head])}
        self._n = len(labels)
        self._mine = np.array([k for k, label in enumerate(labels) if label in known], dtype=np.int64)
        self._theirs = np.array([known[label] for label in labels if label in known], dtype=np.int64)

    def joined(self, emissions: np.ndarray, sure: np.ndarray, show: Show) -> np.ndarray | None:
        """The scores with those of the encoder; None where it is not asked.

        Parameters
        ----------
        emissions : ndarray, shape (n_items, n_labels)
        sure : ndarray, shape (n_items,), how sure the sequence model is of each item
        """
        asked = np.arange(len(emissions)) if self.is_alone else np.flatnonzero(sure < self.below)
        if not len(asked):
            return None
        told = self.encoder.told(show(self.encoder.vocabulary, asked.tolist()), [self.head])[self.head]
        logs = np.full((len(asked), self._n), np.log(UNKNOWN))
        logs[:, self._mine] = np.log(np.maximum(told[:, self._theirs], UNKNOWN))
        out = emissions.copy()
        out[asked] = logs if self.is_alone else out[asked] + self.weight * logs
        return out
