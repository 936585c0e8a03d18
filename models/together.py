"""What the words of one stretch hold the classifiers to.

A stretch without a word that denies states no zero. What is denied of several rows (无行政许可、行政处罚和行政强制) is
denied of all of them: the classifier tells combinations that it has seen; a name that stands in a list beside the one
that it told is denied with it, whichever the combination is.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from .. import configs
from .facts import JOIN, Statement
from .stretches import DENIES, OF_ALL

_JOINED = re.compile(r"^[^,;。\d]{0,4}[、和及与或][^,;。\d]{0,6}$")
"""What stands between two names of a list."""


def consistent(said: str, statement: Statement) -> Statement:
    """The statement of a stretch, which is none of nothing where no word of it denies: 均按期答复 is one of all."""
    if statement.kind == "zero" and _DENIES.search(said) is None and _OF_ALL.search(said) is not None:
        return statement._replace(kind="all")
    return statement


_DENIES = re.compile(f"{DENIES}|[毋非〇0]")
_OF_ALL = re.compile(OF_ALL)


def completed(said: str, statement: Statement) -> Statement:
    """The statement of a stretch that denies something, with all that its words name in one list."""
    if statement.kind != "zero":
        return statement
    for group in _groups():
        if set(statement.metrics) <= set(group):
            named = _named(said, group)
            if len(named) > 1 and set(statement.metrics) < set(named):
                return _with(statement, named)
    return statement


@cache
def _groups() -> tuple[dict[str, re.Pattern[str]], ...]:
    return tuple({m: re.compile(p) for m, p in g.items()} for g in configs.load("metrics")["denied_together"])


def _named(said: str, group: dict[str, re.Pattern[str]]) -> tuple[str, ...]:
    """The metrics whose names stand in a stretch, in its order; none where they are no list."""
    found = sorted((m.start(), m.end(), metric) for metric, name in group.items() if (m := name.search(said)))
    if not all(_JOINED.match(said[a[1] : b[0]]) for a, b in pairwise(found)):
        return ()
    return tuple(metric for _, _, metric in found)


def _with(statement: Statement, named: tuple[str, ...]) -> Statement:
    """The statement with other metrics: as likely as all that the classifier held possible among them."""
    sure = statement.certainty
    rivals = list(zip(sure.rivals, sure.odds, strict=True))
    others = [(rival, odds) for rival, odds in rivals if not set(rival.split(JOIN)) <= set(named)]
    likely = sure.metric + sum(odds for rival, odds in rivals if set(rival.split(JOIN)) <= set(named))
    certainty = sure._replace(
        metric=min(1.0, likely), rivals=tuple(r for r, _ in others), odds=tuple(o for _, o in others)
    )
    return statement._replace(metrics=named, certainty=certainty)
