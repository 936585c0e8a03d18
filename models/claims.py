"""Claims of the prose: `stretches` finds where a fact is stated, `facts` tells which.

>>> model = ClaimModel.load(folder)                                  # doctest: +SKIP
>>> claims = model.read(text, lines(text.view), tags, 2023)          # doctest: +SKIP
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..corpus.numbers import lost
from ..corpus.report import Claim, Report
from ..corpus.text import Line, Text
from . import families
from .categories import category
from .claim_features import Stretch
from .facts import ANY_CATEGORY, CATEGORY, FactModel, Statement
from .families import Finder, Teller
from .sections import LineTag
from .stretches import StretchModel
from .together import completed, consistent

LEAST = 0.62
"""A stretch less likely to state a fact is none. Chosen on dev."""


class ClaimModel:
    """Finds the claims of a report."""

    def __init__(self, stretches: Finder, facts: Teller) -> None:
        self.stretches = stretches
        self.facts = facts

    def read(self, text: Text, rows: Sequence[Line], tags: Sequence[LineTag], year: int | None) -> tuple[Claim, ...]:
        """The claims, in the order of the text; spans count characters of the source."""
        seen = self.stretches.find(text.view, rows, tags)
        told = self.facts.predict(text, seen, rows, tags, year)
        kept = [(s, t) for s, t in zip(seen, told, strict=True) if stands(s, t)]
        found, stated = [s for s, _ in kept], [t for _, t in kept]
        claims: list[Claim] = []
        label, line = "", -1
        for i, (stretch, statement) in enumerate(zip(found, stated, strict=True)):
            said = text.view[stretch.start : stretch.end]
            statement = completed(said, consistent(said, statement))
            own = category(text, found, i) if ANY_CATEGORY in statement.metrics else ""
            metrics, label = _named(statement.metrics, own, label if stretch.line == line else "")
            line = stretch.line
            claims += _claims(text, stretch, statement, metrics, tags[line].section)
        return tuple(claims)

    @classmethod
    def fit(cls, reports: Sequence[Report], **settings: Any) -> ClaimModel:
        """Fit both models on annotated reports (``report.text`` filled)."""
        return cls(StretchModel.fit(reports, **settings), FactModel.fit(reports, **settings))

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        self.stretches.save(folder, about)
        self.facts.save(folder, about)

    @classmethod
    def load(cls, folder: Path) -> ClaimModel:
        """Raises `store.ModelError` where the folder holds no sound models."""
        return cls(*families.load(folder))


def _claims(text: Text, stretch: Stretch, statement: Statement, metrics: Sequence[str], section: str) -> list[Claim]:
    """A claim for each metric of a stretch."""
    value: float | int | None
    if stretch.number is not None:
        value, unit, comparator = stretch.number.value, stretch.number.unit, stretch.number.comparator
    elif (gap := lost(text.view, stretch.start, stretch.end)) is not None:
        value, unit, comparator = None, gap.unit, "="
    else:
        value, unit, comparator = (100, "%", "=") if statement.kind == "all" else (0, None, "=")
    span = text.span(stretch.start, stretch.end)
    certainty = statement.certainty._replace(value=statement.certainty.value * likely(stretch, statement))
    return [
        Claim(
            text=text.source[span.start : span.end],
            spans=(span,),
            section=section,
            metric=metric,
            value=value,
            unit=unit,
            comparator=comparator,
            scope=statement.scope,
            period=statement.period,
            confidence=certainty.value * certainty.metric,
            certainty=certainty,
        )
        for metric in metrics
    ]


def stands(stretch: Stretch, statement: Statement) -> bool:
    """Whether a stretch is likely enough to state a fact.

    It is there because the labeler was for it, so that its opinion counts half. Where nobody looked again, it stands.
    """
    if statement.is_claim is None:
        return True
    for_it, against = math.sqrt(stretch.confidence), math.sqrt(max(1.0 - stretch.confidence, 0.0))
    return agreed(for_it / (for_it + against), statement.is_claim) >= LEAST


def likely(stretch: Stretch, statement: Statement) -> float:
    """How likely a stretch states a fact, by the model that found it and by the one that looked again."""
    own = stretch.confidence
    return own if statement.is_claim is None else agreed(own, statement.is_claim)


def agreed(first: float, second: float) -> float:
    """Two opinions of one thing as one probability: their log odds are added, as if they were independent."""
    both, neither = first * second, (1.0 - first) * (1.0 - second)
    return min(both / (both + neither), 1.0) if both + neither else 0.5


def _named(metrics: Sequence[str], own: str, last: str) -> tuple[list[str], str]:
    """Put the printed label of a category into the metrics; a share takes the label of the category before it.

    Returns
    -------
    (list of str, str)
        The metrics, and the label that a share behind them would mean.
    """
    out = []
    for metric in metrics:
        if metric == ANY_CATEGORY:
            last = own
            out.append(CATEGORY + last if last else "other")
        elif ANY_CATEGORY in metric:
            out.append(metric.replace(ANY_CATEGORY, CATEGORY + last) if last else "other")
        else:
            out.append(metric)
    return out, last
