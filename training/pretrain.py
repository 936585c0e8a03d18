"""Masked characters: an encoder learns the language of reports before it learns what is asked of it."""

from __future__ import annotations

import torch
from torch.nn import functional

from ..models.windows import MASK, UNKNOWN, Vocabulary
from .network import Network

_SHARE = 0.18
_KEPT = 0.1
"""Of the hidden characters, so many stay as they are, so that reading whole text is practised too."""


def masked(ids: torch.Tensor, marks: torch.Tensor, vocabulary: Vocabulary) -> tuple[torch.Tensor, torch.Tensor]:
    """Windows with some characters hidden, and which those are (runs of two: many words have two characters)."""
    first = torch.rand_like(ids, dtype=torch.float32) < _SHARE / 2
    hidden = first | functional.pad(first, (1, 0))[:, :-1]
    hidden &= marks != 0
    for special in vocabulary.special:
        hidden &= ids != special
    shown = torch.where(hidden & (torch.rand_like(ids, dtype=torch.float32) >= _KEPT), vocabulary.special[MASK], ids)
    return shown, hidden


def guess_loss(network: Network, ids: torch.Tensor, marks: torch.Tensor, vocabulary: Vocabulary) -> torch.Tensor:
    """How badly hidden characters are told."""
    shown, hidden = masked(ids, marks, vocabulary)
    told = network.guess(network.encode(shown, marks)[hidden])
    return functional.cross_entropy(told.float(), ids[hidden])


def blurred(ids: torch.Tensor, vocabulary: Vocabulary, share: float) -> torch.Tensor:
    """Windows in which some characters are unknown, as damage leaves them."""
    lost = torch.rand_like(ids, dtype=torch.float32) < share
    for special in vocabulary.special:
        lost &= ids != special
    return torch.where(lost, vocabulary.special[UNKNOWN], ids)
