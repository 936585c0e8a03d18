"""Which of many reports to annotate: those that stand for most of what is doubtful and new to the models."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .sketches import LAYOUT

_MAX_CANDIDATES = 1500
_CHUNK = 2000
_FLOOR = 0.5
"""The weight of a report that was read without doubt, as models can be surely wrong."""
_WORDS = 0.25
"""How much vocabulary counts beside layout: texts on other matters differ without being hard."""
_POWER = 3
"""How much more what is new counts: what is like the corpus was learned already."""
_USUAL = 1.2
"""So many times the median novelty is called new."""
_REACH = 0.1
"""How fast a report ceases to stand for others that are unlike it."""


class Choice(NamedTuple):
    """A chosen report.

    ``n_near`` reports are nearer to it than to any other chosen one; ``novelty`` is how unlike it
    is to all that was known, 0 to 1, and ``is_new`` whether that is more than usual.
    """

    number: int
    n_near: int
    novelty: float
    is_new: bool


def choose(vectors: np.ndarray, doubts: np.ndarray, n: int, known: np.ndarray) -> list[Choice]:
    """Greedy facility location: each choice covers as much doubtful novelty as any can.

    A lone oddity covers little but itself; a style that many reports share, and that nothing
    known resembles, covers them all; of two that are alike one is enough.

    Parameters
    ----------
    vectors : ndarray of uint8, shape (n_reports, n_dimensions)
        Sketches of the reports to choose from.
    doubts : ndarray, shape (n_reports,)
        How unsure the reading of each is, 0 to 1.
    known : ndarray of uint8, shape (n_known, n_dimensions)
        Sketches of what the models have learned from already; may be empty.

    Returns
    -------
    list of Choice
        At most ``n``, best first; fewer where the rest is covered (copies of one another).
    """
    if not len(vectors) or n <= 0:
        return []
    points = _unit(vectors)
    likest = _likest(points, _unit(known)) if len(known) else np.zeros(len(points), np.float32)
    novelty = 1 - likest
    covered = _cover(likest) if len(known) else likest
    weights = (_FLOOR + doubts).astype(np.float32) * novelty**_POWER
    candidates = np.argsort(-weights, kind="stable")[: max(_MAX_CANDIDATES, 5 * n)]
    cover = np.concatenate(
        [_cover(points[candidates] @ points[at : at + _CHUNK].T) for at in range(0, len(points), _CHUNK)], axis=1
    )
    chosen: list[int] = []
    for _ in range(min(n, len(candidates))):
        gain = np.maximum(cover - covered, 0) @ weights
        best = int(gain.argmax())
        if gain[best] <= 1e-9:
            break
        chosen.append(best)
        covered = np.maximum(covered, cover[best])
    owners = cover[chosen].argmax(axis=0) if chosen else np.zeros(0, dtype=int)
    share = np.bincount(owners, minlength=len(chosen))
    usual = float(np.median(novelty)) * _USUAL
    return [
        Choice(int(c), int(share[k]), round(float(novelty[c]), 4), bool(novelty[c] > usual))
        for k, c in enumerate(candidates[chosen])
    ]


def _unit(vectors: np.ndarray) -> np.ndarray:
    points = vectors.astype(np.float32)
    points[:, LAYOUT:] *= _WORDS
    return points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6)


def _likest(points: np.ndarray, known: np.ndarray) -> np.ndarray:
    """How like each is to what is likest to it among the known, 0 to 1."""
    parts = [(points[at : at + _CHUNK] @ known.T).max(axis=1) for at in range(0, len(points), _CHUNK)]
    return np.clip(np.concatenate(parts), 0, 1)


def _cover(likeness: np.ndarray) -> np.ndarray:
    return np.exp((np.minimum(likeness, 1) - 1) / _REACH)
