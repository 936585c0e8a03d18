"""The tags of a clause decided together, under what a claim may look like.

A claim begins with B; it has one number, printed in one piece; nothing inside stands alone.
The rule is an automaton: a state is a tag and whether the claim's number has passed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

STATES = "OBINJ"
"""Outside, begin, inside, number, inside behind the number."""
TAGS = "OBINI"
"""What each state is called."""
ALPHABET = "OBIN"
_ALLOWED = re.compile(r"(?:O+|BI*+(?:N+I*+)?)*+")
_MOVES = {"O": "OB", "B": "OBIN", "I": "OBIN", "N": "OBNJ", "J": "OBJ"}
_NEVER = -1e4
_MOVE_SCORES = np.array([[0.0 if after in _MOVES[before] else _NEVER for after in STATES] for before in STATES])
_OPENING = np.array([0.0 if state in "OB" else _NEVER for state in STATES])


def is_allowed(tags: str) -> bool:
    """Whether the rule permits these tags; the best tags one by one, if it does, are the best together."""
    return _ALLOWED.fullmatch(tags) is not None


def best_tags(scores: np.ndarray) -> str:
    """The best allowed tags (Viterbi).

    Parameters
    ----------
    scores : ndarray, shape (n_characters, 4)
        Log probabilities of O, B, I and N.

    Returns
    -------
    str
        Of the same length, out of ``OBIN``.
    """
    if not len(scores):
        return ""
    emissions = scores[:, [0, 1, 2, 3, 2]]
    back = np.empty(emissions.shape, dtype=np.int64)
    score = emissions[0] + _OPENING
    columns = np.arange(len(STATES))
    for t in range(1, len(emissions)):
        candidates = score[:, None] + _MOVE_SCORES
        back[t] = candidates.argmax(axis=0)
        score = candidates[back[t], columns] + emissions[t]
    state = int(score.argmax())
    path = [state]
    for t in range(len(emissions) - 1, 0, -1):
        state = int(back[t, state])
        path.append(state)
    return "".join(TAGS[k] for k in reversed(path))


def best_start(chances: Sequence[float], end: int, chosen: int) -> int:
    """Where a stretch begins so that it most likely shares half with the true one.

    Its end is clear more often than its beginning (收到申请 19 件 or 19 件): of the places that are likely at all, the
    one is taken whose stretch agrees with most of the others (minimum Bayes risk; Goel and Byrne, *Computer Speech
    and Language* 14, 2000).

    Parameters
    ----------
    chances : sequence of float, shape (n,)
        Probability that the stretch begins at each of the places 0 … n - 1.
    end : int
        The place behind its last character.
    chosen : int
        The place that is taken where nothing is better.
    """
    likely = [at for at, chance in enumerate(chances) if chance >= _PLAUSIBLE or at == chosen]
    if len(likely) == 1:  # most often
        return chosen
    candidates, lengths, weights = np.array(likely), end - np.arange(len(chances)), np.asarray(chances)
    own = lengths[candidates][:, None]
    shared = np.minimum(own, lengths) >= _HALF * np.maximum(own, lengths)
    worth = shared @ weights + _EXACT * weights[candidates]
    return likely[int(worth.argmax())]


_PLAUSIBLE = 0.02
"""Places less likely than this are no place to begin."""
_HALF = 0.5
_EXACT = 0.25
"""What it is worth to begin where the true one does, beside sharing half with it."""
