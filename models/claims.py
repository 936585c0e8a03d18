"""Claims of the prose: `stretches` finds where a fact is stated, `facts` tells which.

>>> model = ClaimModel.load(folder)                                  # doctest: +SKIP
>>> claims = model.read(text, lines(text.view), tags, 2023)          # doctest: +SKIP
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..corpus.report import Claim, Report
from ..corpus.text import Line, Text
from .claim_features import Stretch
from .facts import ANY_CATEGORY, CATEGORY, FactModel, Statement
from .sections import LineTag
from .stretches import StretchModel


class ClaimModel:
    """Finds the claims of a report."""

    def __init__(self, stretches: StretchModel, facts: FactModel) -> None:
        self.stretches = stretches
        self.facts = facts

    def read(self, text: Text, rows: Sequence[Line], tags: Sequence[LineTag], year: int | None) -> tuple[Claim, ...]:
        """The claims, in the order of the text; spans count characters of the source."""
        found = self.stretches.find(text.view, rows, tags)
        stated = self.facts.predict(text, found, rows, tags, year)
        return tuple(
            claim
            for stretch, statement in zip(found, stated, strict=True)
            for claim in _claims(text, stretch, statement, tags[stretch.line].section)
        )

    @classmethod
    def fit(cls, reports: Sequence[Report], **settings: float) -> ClaimModel:
        """Fit both models on annotated reports (``report.text`` filled)."""
        return cls(StretchModel.fit(reports, **settings), FactModel.fit(reports, **settings))

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        self.stretches.save(folder, about)
        self.facts.save(folder, about)

    @classmethod
    def load(cls, folder: Path) -> ClaimModel:
        """Raises `store.ModelError` where the folder holds no sound models."""
        return cls(StretchModel.load(folder), FactModel.load(folder))


def _claims(text: Text, stretch: Stretch, statement: Statement, section: str) -> list[Claim]:
    """A claim for each metric of a stretch."""
    value: float | int
    if stretch.number is not None:
        value, unit, comparator = stretch.number.value, stretch.number.unit, stretch.number.comparator
    else:
        value, unit, comparator = (100, "%", "=") if statement.kind == "all" else (0, None, "=")
    span = text.span(stretch.start, stretch.end)
    return [
        Claim(
            text=text.source[span.start : span.end],
            spans=(span,),
            section=section,
            metric=_named(metric, text, stretch),
            value=value,
            unit=unit,
            comparator=comparator,
            scope=statement.scope,
            period=statement.period,
            confidence=stretch.confidence * statement.confidence,
        )
        for metric in statement.metrics
    ]


_LEAD = re.compile(
    r"^(?:其中|另|及|和|与|以及|主动|公开|发布|公布|更新|上传|涉及|属于|包括|关于|有|为|是|[:,、(\"'\s])*"
)
_TRAIL = re.compile(r"(?:共计|合计|累计|总计|数量|共|计|约|近|达到|达|有|为|等|的|[:,、(\"')\s])*$")


def _named(metric: str, text: Text, stretch: Stretch) -> str:
    """Put the printed label into the metric of a category."""
    if metric != ANY_CATEGORY:
        return metric
    end = stretch.number.start if stretch.number is not None else stretch.end
    label = text.view[stretch.start : end]
    start = stretch.start + _LEAD.match(label).end()  # type: ignore[union-attr]
    end = stretch.start + _TRAIL.search(label).start()  # type: ignore[union-attr]
    span = text.span(start, max(end, start))
    label = "".join(text.source[span.start : span.end].split())
    return CATEGORY + label if label else "disclosure/items"
