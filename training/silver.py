"""Labels that an archive gives away by itself: where prose and table of a report agree, both were read right.

A figure of the prose that equals the cell it should, and few others, is hardly there by chance;
so is a table whose sums hold. The model's own probabilities are the prior, agreement is the
evidence, and only what is then nearly certain becomes a label ("silver", as nobody looked at it):

    P(metric | value) ~ P(metric | words) * P(value | metric, cells)

A value that contradicts the cell may be a slip, but a rare one; a metric that no table holds is
no more and no less likely for a value; for which the share of the report's cells that have the
value stands. So a large figure moves a wavering reading to the cell that prints it, and a 0 moves nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from ..corpus.metrics import MetricError, value_of
from ..corpus.report import Claim, Finding, Report, Section, Span
from ..corpus.text import Line, Text, lines
from ..models.fact_features import stretch_features
from ..models.facts import CATEGORY, JOIN, FactModel, annotated
from ..models.sections import LineTag, truth_tags
from ..models.stretches import groups

_SLIP = 0.05
"""How often a figure of the prose is not that of the cell it tells of: slips, other scopes, misread cells."""
_CHANCE = 0.3
"""Agreement with a value that so many of the cells have says little."""
_MANY = 3
"""So many agreements and identities make a report's sections credible."""


class Silver(NamedTuple):
    """What one report gives away.

    ``prose`` is a report of those lines alone in which every statement is certain and one at
    least is borne out by a cell; ``whole`` is the report as read, where so much of it agrees that its
    sections can be believed. ``n_moved`` counts readings that the evidence changed.
    """

    prose: Report | None
    whole: Report | None
    n_claims: int
    n_moved: int


class Believed(NamedTuple):
    """A stretch that the evidence leaves no doubt of."""

    claims: tuple[Claim, ...]
    line: int
    is_borne_out: bool
    is_moved: bool


def harvest(report: Report, model: FactModel, confidence: float) -> Silver:
    """The silver labels of a report that was read and checked.

    Parameters
    ----------
    report : Report
        With its text and findings.
    model : FactModel
        The one that read it, for its second thoughts.
    confidence : float
        How certain a label must be, 0 to 1.
    """
    text = Text.of(report.text)
    rows = lines(text.view)
    tags = truth_tags(report, text, rows)
    believed, doubtful = _statements(report, text, rows, tags, model, confidence)
    by_line = {line: list(found) for line, found in groupby(believed, key=lambda b: b.line)}
    kept = {n for n, found in by_line.items() if n not in doubtful and any(b.is_borne_out for b in found)}
    claims = [c for n in sorted(kept) for b in by_line[n] for c in b.claims]
    prose = _cut(report, text, rows, tags, kept, claims) if kept else None
    n_agreeing = sum(b.is_borne_out for b in believed) + sum(map(_tells, report.findings))
    is_sure = min((s.confidence for s in report.sections), default=0.0) >= confidence
    whole = replace(report, claims=(), findings=(), warnings=()) if n_agreeing >= _MANY and is_sure else None
    return Silver(prose, whole, len(claims), sum(b.is_moved for n in kept for b in by_line[n]))


def sample(found: Iterable[Silver], most: int, seed: int = 0) -> list[Silver]:
    """At most so many of what gives anything, each with the same chance; no more are held at a time."""
    rng = random.Random(seed)
    kept: list[Silver] = []
    for n, one in enumerate(s for s in found if s.prose or s.whole):
        if n < most:
            kept.append(one)
        elif (at := rng.randrange(n + 1)) < most:
            kept[at] = one
    return kept


def _tells(finding: Finding) -> bool:
    """Whether a finding is an identity that holds of figures other than zero."""
    return finding.kind == "identity" and finding.verdict == "supported" and bool(finding.found)


# -- statements --------------------------------------------------------------------------


def _statements(
    report: Report, text: Text, rows: Sequence[Line], tags: Sequence[LineTag], model: FactModel, confidence: float
) -> tuple[list[Believed], set[int]]:
    """What can be believed, in order, and the lines that hold something else."""
    found, _ = annotated(report, text, rows)
    if not found:
        return [], set()
    stated = {(start, end): claims for start, end, claims in groups(report, text)}
    ids = stretch_features(text.view, found, rows, tags, report.year)
    labels = model.metrics.labels
    probabilities = model.probabilities(ids)
    cells = {address: cell.value for address, cell in report.cells.items() if cell.value is not None}
    given = [_figure(label, cells) for label in labels]
    shares = Counter(float(v) for v in cells.values())
    believed: list[Believed] = []
    doubtful: set[int] = set()
    for stretch, prior in zip(found, probabilities, strict=True):
        claims = stated[stretch.start, stretch.end]
        value = claims[0].value
        if value is None:
            doubtful.add(stretch.line)
            continue
        chance = (shares[float(value)] + 0.5) / (len(cells) + 1)
        is_checkable = claims[0].scope == "report" and claims[0].period == "year"
        weights = np.array([_likelihood(float(value), g if is_checkable else None, chance) for g in given])
        after = prior * weights
        after /= after.sum()
        best, before = int(after.argmax()), int(prior.argmax())
        sure = claims[0].certainty.value
        borne_out = is_checkable and _agree(float(value), given[best]) and chance < _CHANCE
        needed = confidence if borne_out else max(confidence, 0.5 + confidence / 2)
        if float(after[best]) < needed or sure < confidence - 0.1:
            doubtful.add(stretch.line)
            continue
        moved = best != before and borne_out
        if moved:
            claims = [replace(claims[0], metric=labels[best])]
        believed.append(Believed(tuple(claims), stretch.line, borne_out, moved))
    return believed, doubtful


def _figure(label: str, cells: Mapping[str, float | int]) -> float | None:
    """What the cells give for a metric; None where they say nothing of it."""
    if JOIN in label or CATEGORY in label:
        return None
    try:
        value = value_of(label, cells.get)
    except MetricError:
        return None
    return None if value is None else float(value)


def _likelihood(value: float, given: float | None, chance: float) -> float:
    """How likely a value is where the cells give this for its metric; ``chance`` where they give nothing."""
    if given is None:
        return chance
    return 1 - _SLIP if _agree(value, given) else _SLIP * chance


def _agree(value: float, given: float | None) -> bool:
    return given is not None and abs(given - value) < 1e-9


# -- reports of what is believed ---------------------------------------------------------


def _cut(
    report: Report, text: Text, rows: Sequence[Line], tags: Sequence[LineTag], kept: set[int], claims: Sequence[Claim]
) -> Report:
    """A report of some lines alone, each under the heading of its section."""
    sections_kept = {tags[n].section for n in kept}
    pieces: list[str] = []
    sections: list[Section] = []
    moved: list[Claim] = []
    at = 0
    for n, start, end in _stretches(text, rows):
        is_heading = tags[n].kind == "heading" and tags[n].section in sections_kept
        if n not in kept and not is_heading:
            continue
        piece = report.text[start:end].rstrip("\r\n") + "\n"
        if sections and sections[-1].id == tags[n].section:
            last = sections[-1]
            sections[-1] = Section(last.id, last.title, (Span(last.spans[0].start, at + len(piece)),))
        else:
            sections.append(Section(tags[n].section, piece.strip(), (Span(at, at + len(piece)),)))
        for claim in claims if n in kept else ():
            if all(start <= s.start and s.end <= start + len(piece) for s in claim.spans):
                spans = tuple(Span(s.start - start + at, s.end - start + at) for s in claim.spans)
                moved.append(replace(claim, spans=spans, confidence=1.0))
        pieces.append(piece)
        at += len(piece)
    return replace(
        report, sections=tuple(sections), tables=(), claims=tuple(moved), findings=(), warnings=(), text="".join(pieces)
    )


def _stretches(text: Text, rows: Sequence[Line]) -> Iterator[tuple[int, int, int]]:
    """Number, start and end in the source of each line, up to where the next one begins."""
    starts = [text.span(r.start, r.end).start for r in rows] + [len(text.source)]
    yield from ((n, starts[n], starts[n + 1]) for n in range(len(rows)))
