"""Why contradictions of a report are not reported: what the reader did not find, read otherwise or held back.

>>> from gouji.training.misses import outcomes, table
>>> print(table(o for pair in pairs for o in outcomes(pair, check)))    # doctest: +SKIP
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..corpus.report import Claim, Failure, Finding, Report
from .compare import Check, Pair, is_planted, is_same, matched_findings, overlap
from .tally import markdown, show

REASONS = {
    "stretch": "stretch not found",
    "value": "value otherwise",
    "metric": "metric otherwise",
    "scope": "scope or period otherwise",
    "cells": "cells otherwise",
    "held": "held back",
    "unchecked": "not checked",
}
"""What may stand between a contradiction and the person it should be shown to, in the order of reading."""


class Outcome(NamedTuple):
    """What became of one contradiction of a report."""

    kind: str
    slip: str
    """The kind of slip that was planted, or what it follows from."""
    reason: str | None
    """A key of `REASONS`; None where it is reported."""
    note: str
    """What it was read as, or the reason that it was held back with."""
    explanation: str


def outcomes(pair: Pair, check: Check) -> Iterator[Outcome]:
    """What became of each contradiction that the report as it is holds."""
    reference = pair.reference
    truth = [f for f in check(reference) if f.verdict == "contradicted"]
    if isinstance(pair.predicted, Failure):
        for finding in truth:
            yield Outcome(finding.kind, _slip(pair, finding), "stretch", pair.predicted.code, finding.explanation)
        return
    read = pair.predicted
    findings = read.findings or check(read)
    shown = [f for f in findings if f.verdict == "contradicted"]
    found = {id(t) for t, _ in matched_findings(reference, truth, read, shown)}
    for finding in truth:
        reason, note = (None, "") if id(finding) in found else _why(pair, finding, read, findings)
        yield Outcome(finding.kind, _slip(pair, finding), reason, note, finding.explanation)


def _slip(pair: Pair, finding: Finding) -> str:
    notes = [p.note for p in pair.planted if p.verdict == "contradicted" and is_planted(p, finding)]
    return notes[0] if notes else "follows from another" if pair.planted else "–"


def _why(pair: Pair, missed: Finding, read: Report, findings: Sequence[Finding]) -> tuple[str, str]:
    """The first thing that went wrong on the way to a contradiction."""
    own = () if missed.claim is None else (missed.claim, *missed.other_claims)
    for index in own:
        if (what := _misread(pair.reference.claims[index], read.claims)) is not None:
            return what
    truth, cells = pair.reference.cells, read.cells
    for address in missed.cells:
        stands = truth[address].value
        seen = cells[address].value if address in cells else None
        if (stands is None) != (seen is None) or (
            stands is not None and seen is not None and not is_same(seen, stands)
        ):
            return "cells", "unread" if seen is None else "misread"
    held = [f for f in findings if f.verdict == "unverifiable" and _is_of(pair.reference, missed, read, f)]
    return ("held", str(held[0].reason)) if held else ("unchecked", "")


def _misread(claim: Claim, read: Sequence[Claim]) -> tuple[str, str] | None:
    """How a claim was read otherwise; None where it was read right."""
    near = [c for c in read if c.spans and claim.spans and overlap(c.spans[0], claim.spans[0]) > 0]
    if not near:
        return "stretch", ""
    near = [c for c in near if c.value == claim.value]
    if not near:
        return "value", ""
    as_metric = [c for c in near if c.metric == claim.metric]
    if not as_metric:
        return "metric", f"{claim.metric} read as {near[0].metric}"
    if not any((c.scope, c.period) == (claim.scope, claim.period) for c in as_metric):
        return "scope", f"{as_metric[0].scope}, {as_metric[0].period}"
    return None


def _is_of(reference: Report, missed: Finding, read: Report, finding: Finding) -> bool:
    """Whether a finding is the same check as a contradiction, whatever it came to."""
    if missed.kind == "identity" == finding.kind:
        return 2 * len({*missed.cells} & {*finding.cells}) >= max(len(missed.cells), len(finding.cells))
    return bool(matched_findings(reference, [missed], read, [finding]))


def table(found: Iterable[Outcome]) -> str:
    """A markdown table: for each kind of contradiction and of slip how many are found, and why the others are not."""
    rows: dict[tuple[str, str], Counter[str | None]] = defaultdict(Counter)
    notes: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in found:
        rows[outcome.kind, outcome.slip][outcome.reason] += 1
        if outcome.reason is not None and outcome.note:
            notes[outcome.reason][outcome.note] += 1
    total: Counter[str | None] = Counter()
    lines = []
    for (kind, slip), row in sorted(rows.items(), key=lambda item: (item[0][0], -item[1].total())):
        lines.append(_line(kind, slip, row))
        total.update(row)
    lines.append(_line("all", "", total))
    text = markdown(["contradiction", "slip", "there", "found", "share", *REASONS.values()], lines)
    for reason, known in notes.items():
        told = "; ".join(f"{note} ({n})" for note, n in known.most_common(_N_COMMON))
        text += f"\n\n{REASONS[reason]}: {told}."
    return text


_N_COMMON = 8


def _line(kind: str, slip: str, row: Counter[str | None]) -> list[str]:
    n, found = row.total(), row[None]
    return [kind, slip, str(n), str(found), show(found / n if n else None), *(str(row[r] or "") for r in REASONS)]
