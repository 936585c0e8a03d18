"""What a reader gets wrong on annotated reports, by kind, with the commonest cases and an example of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..corpus.report import Claim, Failure, Report, Span
from .compare import Check, Pair, is_same, overlap, right_findings, section_starts

_MIN_OVERLAP = 0.5
_AROUND = 18
_N_COMMON = 4

KINDS = {
    "accused": "Accused where the report is right",
    "metric": "Claims whose metric is another",
    "missed": "Claims not found",
    "invented": "Stretches taken for claims",
    "figure": "Figures missed, wrong or invented",
    "section": "Sections whose beginning is missed",
    "unread": "Reports not read",
}
"""The kinds of slips, the gravest first."""


class Slip(NamedTuple):
    """One thing that was read wrong: of which kind, which case of it, and what the source says there."""

    kind: str
    case: str
    example: str


def slips(pair: Pair, check: Check) -> Iterator[Slip]:
    """Everything that is wrong in one report as it was read."""
    reference, predicted = pair.reference, pair.predicted
    if isinstance(predicted, Failure):
        yield Slip("unread", predicted.code, predicted.message)
        return
    yield from _accusations(pair, predicted, check)
    yield from _claims(reference, predicted)
    yield from _figures(pair, reference, predicted)
    for start, section in sorted(section_starts(reference) - section_starts(predicted)):
        yield Slip("section", section, _excerpt(reference.text, Span(start, start + 1)))


def _accusations(pair: Pair, predicted: Report, check: Check) -> Iterator[Slip]:
    truth = [f for f in check(pair.reference) if f.verdict == "contradicted"]
    found = [f for f in predicted.findings or check(predicted) if f.verdict == "contradicted"]
    right = right_findings(pair, truth, predicted, found)
    for finding in found:
        if id(finding) not in right:
            yield Slip("accused", f"{finding.kind}, {finding.reason or '–'}", finding.explanation)


def _claims(reference: Report, predicted: Report) -> Iterator[Slip]:
    left = list(predicted.claims)
    for claim in reference.claims:
        same = [c for c in left if _overlaps(c, claim)]
        exact = next((c for c in same if _fact(c) == _fact(claim)), None)
        if exact is not None:
            left.remove(exact)
        elif not same:
            yield Slip("missed", claim.metric, _excerpt(reference.text, claim.spans[0]))
        else:
            left.remove(same[0])
            if same[0].metric != claim.metric:
                case = f"{claim.metric} read as {same[0].metric}"
                yield Slip("metric", case, _excerpt(reference.text, claim.spans[0]))
    for claim in left:
        if not any(_overlaps(claim, c) for c in reference.claims):
            yield Slip("invented", claim.metric, _excerpt(reference.text, claim.spans[0]))


def _overlaps(a: Claim, b: Claim) -> bool:
    return bool(a.spans and b.spans) and overlap(a.spans[0], b.spans[0]) >= _MIN_OVERLAP


def _fact(claim: Claim) -> tuple[str, float | None]:
    return claim.metric, claim.value


def _figures(pair: Pair, reference: Report, predicted: Report) -> Iterator[Slip]:
    truth, found = reference.cells, predicted.cells
    layouts = pair.meta.get("layouts", {})
    for address, cell in truth.items():
        value = found[address].value if address in found else None
        if cell.value is not None and (value is None or not is_same(value, cell.value)):
            what = "missed" if value is None else "wrong"
            place = _excerpt(reference.text, cell.spans[0]) if cell.spans else address
            yield Slip("figure", f"{layouts.get(cell.table, 'table')}, {what}", f"{address}: {place}")
    for address, cell in found.items():
        if cell.value is not None and (address not in truth or truth[address].value is None) and cell.spans:
            case = f"{layouts.get(cell.table, 'table')}, invented"
            yield Slip("figure", case, f"{address}: {_excerpt(reference.text, cell.spans[0])}")


def _excerpt(text: str, span: Span) -> str:
    """The stretch in 【】 with a little of the text around it, on one line."""
    before = text[max(span.start - _AROUND, 0) : span.start]
    after = text[span.end : span.end + _AROUND]
    return " ".join(f"…{before}【{text[span.start : span.end]}】{after}…".split())


class Known(NamedTuple):
    """The slips of one kind: how many, and the commonest cases with an example of each."""

    kind: str
    n: int
    cases: list[tuple[str, int, str]]


def summary(found: Iterable[Slip]) -> list[Known]:
    """Slips by kind, the gravest first."""
    cases: dict[str, Counter[str]] = defaultdict(Counter)
    examples: dict[tuple[str, str], str] = {}
    for slip in found:
        cases[slip.kind][slip.case] += 1
        examples.setdefault((slip.kind, slip.case), slip.example)
    return [
        Known(
            kind,
            cases[kind].total(),
            [(case, n, examples[kind, case]) for case, n in cases[kind].most_common(_N_COMMON)],
        )
        for kind in KINDS
        if kind in cases
    ]
