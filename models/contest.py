"""The contest of the prints of a text: which of them its tables speak for together.

Each table is read under several prints where one is not plain. All tables of a text are printed
alike, as a rule, so the prints are weighed for the text as a whole; a table may still have its
own. Each figure is then as sure of its cell as all readings together are, or left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .orders import Print
from .readings import Reading, prior

_OWN = 0.06
"""How many tables are printed otherwise than the text around them (configs/mix.yaml, ``mixed_layouts``)."""
UNDECIDED = 0.75
"""A figure of which the readings together are less sure than this is left out."""


def chosen(contests: Sequence[Sequence[Reading]], weights: Mapping[str, float]) -> list[Reading]:
    """The likeliest reading of each table of a text."""
    shares = posteriors([{r.print: r.score(weights) for r in some} for some in contests], weights)
    return [_agreed(some, np.array(list(own.values()))) for some, own in zip(contests, shares, strict=True)]


def posteriors(tables: Sequence[Mapping[Print, float]], weights: Mapping[str, float]) -> list[dict[Print, float]]:
    """For each table the probability of each of its prints, given their scores.

    A scheme that was not tried gives what `by_row` gives in the same order. A table with a
    single reading says nothing of the others.
    """
    prints = sorted({how for scores in tables if len(scores) > 1 for how in scores})
    if not prints:
        return [dict.fromkeys(scores, 1.0) for scores in tables]
    belief = np.array([prior(how, weights) for how in prints])
    belief -= belief.max()
    found: list[np.ndarray] = []
    for scores in tables:
        if len(scores) == 1:
            found.append(np.ones((len(prints), 1)))
            continue
        own = list(scores)
        worth = np.exp(np.array([scores[how] for how in own]) - max(scores.values()))
        stands = np.array([[how in (at, Print(at.order)) for how in own] for at in prints], dtype=float)
        stands *= np.array([[how == at or at not in scores for how in own] for at in prints])
        joint = ((1 - _OWN) * stands + _OWN / len(own)) * worth
        belief = belief + np.log(joint.sum(axis=1))
        found.append(joint / joint.sum(axis=1, keepdims=True))
    text = np.exp(belief - belief.max())
    text /= text.sum()
    return [dict(zip(scores, (text @ each).tolist(), strict=True)) for scores, each in zip(tables, found, strict=True)]


def _agreed(readings: Sequence[Reading], shares: np.ndarray) -> Reading:
    """The best of some readings, with what the others say of each figure."""
    best = readings[int(shares.argmax())]
    if len(readings) == 1:
        return best
    others = [(r.cells, share) for r, share in zip(readings, shares.tolist(), strict=True) if r is not best]
    own = float(shares.max())
    for n, draft in enumerate(best.drafts):
        is_whole = True
        for row in draft.rows.values():
            for column, entry in list(row.cells.items()):
                if entry.text:
                    address = (n, row.key, column)
                    agreed = own + sum(share for cells, share in others if cells.get(address) == entry.number)
                    entry.sure = min(entry.sure, agreed)
                    if agreed < UNDECIDED:
                        del row.cells[column]
                        is_whole = False
        if not is_whole:
            draft.warnings.append(("reading_undecided", draft.first))
    return best
