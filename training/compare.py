"""One report as it was read beside the report as it is: what is right, missed and invented."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from .. import configs
from ..corpus.report import Cell, Claim, Failure, Finding, Report, Span
from ..corpus.text import Text
from .reliability import Outcome
from .tally import CALIBRATED, Evaluation, Figures

Check = Callable[[Report], "tuple[Finding, ...]"]

_MIN_OVERLAP = 0.5
_TOUCHED = 1e-6
"""Any character shared: a fact that was found, wherever its stretch begins."""


class Pair(NamedTuple):
    """One report as it is and as it was read."""

    reference: Report
    predicted: Report | Failure
    meta: Mapping[str, Any] = {}
    planted: Sequence[Any] = ()


def compare(pair: Pair, check: Check) -> Evaluation:
    """The figures of one report."""
    reference, meta = pair.reference, pair.meta
    out = Evaluation(id=reference.id, n_reports=1, groups=_groups(meta))
    if isinstance(pair.predicted, Failure):
        predicted = Report(reference.id, reference.source, text=reference.text)
        out.n_failed = 1
        out.errors.append(f"{reference.id}: {pair.predicted.code}: {pair.predicted.message}")
    else:
        predicted = pair.predicted
    out.counts["sections"].add(*_sections(reference, predicted))
    for key, args in (
        ("claims_exact", (1.0, _value)),
        ("claims_touched", (_TOUCHED, _value)),
        ("claims", (_MIN_OVERLAP, _value)),
        ("claims_metric", (_MIN_OVERLAP, _metric)),
        ("claims_whole", (_MIN_OVERLAP, _whole)),
    ):
        out.counts[key].add(*_claims(reference, predicted, *args))
    truth = [f for f in check(reference) if f.verdict == "contradicted"]
    found = [f for f in predicted.findings or check(predicted) if f.verdict == "contradicted"]
    right = right_findings(pair, truth, predicted, found)
    out.counts["contradictions"].add(*_contradictions(pair, truth, predicted, found, right))
    _compare_tables(out, reference, predicted, _broken(reference, truth, predicted, found), meta)
    for key, outcomes in zip(
        CALIBRATED,
        (
            cell_outcomes(reference, predicted),
            claim_outcomes(reference, predicted),
            [(f.confidence, id(f) in right) for f in found],
        ),
        strict=True,
    ):
        for outcome in outcomes:
            out.calibration[key].add(*outcome)
    planted = [p for p in pair.planted if p.verdict == "contradicted"]
    out.n_planted = len(planted)
    out.n_planted_found = sum(any(is_planted(p, f) for f in truth) for p in planted)
    out.n_planted_read = sum(any(is_planted_read(p, reference, f, predicted) for f in found) for p in planted)
    return out


def _groups(meta: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    form, era = meta.get("form"), meta.get("era")
    if form and era and era != form:
        form = f"{form} in {era}"
    return {
        "container": _container(meta),
        "form": (str(form or era),) if form or era else (),
        "damage": tuple(map(str, meta.get("damage", ()))) or ("none",),
    }


def _container(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """A kind of file, or what stands around a text."""
    if meta.get("file"):
        return (str(meta["file"]),)
    return (f"text, noise around it: {meta['container']}",) if meta.get("container") else ()


def _compare_tables(
    out: Evaluation, reference: Report, predicted: Report, broken: Sequence[tuple[str, bool]], meta: Mapping[str, Any]
) -> None:
    """Count the figures of each table, and put them to its layout."""
    layouts: Mapping[str, str] = meta.get("layouts", {})
    keeps = configs.load("mix")["keeps"]
    is_whole = not {*meta.get("damage", ())} & {*keeps["not_with"]}
    by_table = compare_cells(reference, predicted)
    for table, is_false in broken:
        figures = by_table.setdefault(table, Figures())
        figures.broken += 1
        figures.falsely_broken += is_false
    for table, figures in by_table.items():
        out.figures.add(figures)
        if table in layouts:
            out.layouts.setdefault(layouts[table], Figures()).add(figures)
            if is_whole and layouts[table] in keeps["layouts"]:
                out.kept.add(figures)
    if any(f.tables.of for f in by_table.values()):
        out.exact_reports.add(all(f.tables.n == f.tables.of and not f.invented for f in by_table.values()))


def compare_cells(reference: Report, predicted: Report) -> dict[str, Figures]:
    """What became of the figures, by table."""
    out: dict[str, Figures] = {}
    truth, found = reference.cells, predicted.cells
    wrong_rows: set[tuple[str, str]] = set()
    for address, cell in found.items():
        known = truth.get(address)
        if cell.value is not None and (known is None or known.value is None):
            out.setdefault(cell.table, Figures()).invented += 1
            wrong_rows.add((cell.table, cell.row))
    for address, cell in truth.items():
        figures = out.setdefault(cell.table, Figures())
        read = found.get(address)
        value = None if read is None else read.value
        if cell.value is None:
            is_exact = value is None
        elif value is None:
            figures.missed += 1
            is_exact = False
        else:
            is_exact = is_same(value, cell.value)
            figures.right += is_exact
            figures.wrong += not is_exact
        figures.cells.add(is_exact)
        if not is_exact:
            wrong_rows.add((cell.table, cell.row))
    for table, row in dict.fromkeys((c.table, c.row) for c in truth.values()):
        out[table].rows.add((table, row) not in wrong_rows)
    spoilt = {table for table, _ in wrong_rows}
    for table in dict.fromkeys(c.table for c in truth.values()):
        out[table].tables.add(table not in spoilt)
    return out


def is_same(a: float, b: float) -> bool:
    """Whether two figures are one, but for the rounding of a changed unit."""
    return abs(a - b) <= 1e-6 * max(1.0, abs(b))


def _broken(
    reference: Report, truth: Sequence[Finding], predicted: Report, found: Sequence[Finding]
) -> list[tuple[str, bool]]:
    """The table of each identity that is reported broken, and whether it holds in the source."""
    return [
        (finding.cells[0].partition("/")[0], not any(_is_same_finding(reference, t, predicted, finding) for t in truth))
        for finding in found
        if finding.kind == "identity" and finding.cells
    ]


# -- confidence beside outcome --------------------------------------------------------------


def cell_outcomes(reference: Report, predicted: Report) -> list[Outcome]:
    """Confidence of each figure that was read, and whether the source has it at that address."""
    truth = reference.cells
    return [
        (cell.confidence, _has(truth.get(address), cell.value))
        for address, cell in predicted.cells.items()
        if cell.value is not None
    ]


def _has(cell: Cell | None, value: float) -> bool:
    return cell is not None and cell.value is not None and is_same(value, cell.value)


def claim_outcomes(reference: Report, predicted: Report) -> list[Outcome]:
    """Confidence of each claim, and whether the source states it: stretch, value and metric."""
    waiting: dict[tuple[Any, ...], list[Span]] = {}
    for claim in reference.claims:
        waiting.setdefault(_metric(claim), []).append(_extent(claim))
    out = []
    for claim in predicted.claims:
        spans = waiting.get(_metric(claim), [])
        best = max(spans, key=lambda s: overlap(s, _extent(claim)), default=None)
        is_right = best is not None and overlap(best, _extent(claim)) >= _MIN_OVERLAP
        if is_right and best is not None:
            spans.remove(best)
        out.append((claim.confidence, is_right))
    return out


# -- sections, claims, findings ---------------------------------------------------------------


def section_starts(report: Report) -> set[tuple[int, str]]:
    """Where sections begin: their first characters that are not blank."""
    out = set()
    for section in report.sections:
        if section.spans:
            start, end = section.spans[0]
            stretch = _BLANK_ENTITY.sub(lambda m: " " * len(m.group()), report.text[start:end])
            out.add((start + _INDENT.match(stretch).end(), section.id))  # type: ignore[union-attr]
    return out


_BLANK_ENTITY = re.compile(r"&(?:nbsp|emsp|ensp|#160|#12288);")
_INDENT = re.compile(r"(?:[\s?#*>•·\u200b-\u200f\ufeff\u00ad]|<[a-zA-Z][^<>\n]*>)*(?:-\s+)?[\s*]*")


def _sections(reference: Report, predicted: Report) -> tuple[int, int, int]:
    truth, found = section_starts(reference), section_starts(predicted)
    return len(truth & found), len(found), len(truth)


Key = Callable[[Claim], tuple[Any, ...]]


def _value(claim: Claim) -> tuple[Any, ...]:
    return (None if claim.value is None else round(float(claim.value), 4),)


def _metric(claim: Claim) -> tuple[Any, ...]:
    return (*_value(claim), same_metric(claim.metric))


_IN_LABEL = re.compile(r"[\s\"'“”‘’「」]+|\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")
"""What a label may be printed with or without: blanks, quotes, pinyin in brackets."""


@lru_cache(maxsize=4096)
def same_metric(metric: str) -> str:
    """A metric by which those are equal whose labels differ in script, quotes or blanks alone.

    A generated report that is put into Traditional script keeps the label that its truth was written with.
    """
    return _IN_LABEL.sub("", Text.of(metric).view) if _LABELED in metric else metric


_LABELED = "disclosure/items."


def _whole(claim: Claim) -> tuple[Any, ...]:
    return (*_metric(claim), claim.comparator, claim.scope, claim.period)


def _extent(claim: Claim) -> Span:
    if not claim.spans:
        return Span(0, 0)
    return Span(min(s.start for s in claim.spans[:1]), max(s.end for s in claim.spans[:1]))


def overlap(a: Span, b: Span) -> float:
    """The shared part of two stretches, of the longer one."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    longer = max(a.end - a.start, b.end - b.start)
    return max(0, shared) / longer if longer else float(a == b)


def _claims(reference: Report, predicted: Report, least: float, key: Key) -> tuple[int, int, int]:
    """Claims that agree; several of one stretch with one key count once."""
    truth = list(dict.fromkeys((_extent(c), key(c)) for c in reference.claims))
    found = list(dict.fromkeys((_extent(c), key(c)) for c in predicted.claims))
    waiting: dict[tuple[Any, ...], list[Span]] = {}
    for span, value in truth:
        waiting.setdefault(value, []).append(span)
    right = 0
    for span, value in found:
        spans = waiting.get(value, [])
        best = max(spans, key=lambda s: overlap(s, span), default=None)
        if best is not None and overlap(best, span) >= least:
            spans.remove(best)
            right += 1
    return right, len(found), len(truth)


def _contradictions(
    pair: Pair, truth: Sequence[Finding], predicted: Report, found: Sequence[Finding], right: frozenset[int]
) -> tuple[int, int, int]:
    """Contradictions that are right, found and there.

    Several of one stretch are one to who reads it: it is found with any of them, and right if all of them are.
    What was planted and is found is there, also where the wording leaves a check of the true report in doubt.
    """
    matched = {id(t) for t, _ in matched_findings(pair.reference, truth, predicted, found)}
    known = {_place(pair.reference, t) for t in truth if id(t) in matched}
    overlooked = {_place(pair.reference, t) for t in truth} - known
    shown = {_place(predicted, f) for f in found}
    n_right = len(shown - {_place(predicted, f) for f in found if id(f) not in right})
    return n_right, len(shown), n_right + len(overlooked)


def _place(report: Report, finding: Finding) -> tuple[Any, ...]:
    """What a contradiction accuses: a stretch of the prose, or figures of a table."""
    if finding.claim is None:
        return finding.kind, finding.reason, finding.cells
    return finding.kind, _extent(report.claims[finding.claim])


def right_findings(pair: Pair, truth: Sequence[Finding], predicted: Report, found: Sequence[Finding]) -> frozenset[int]:
    """The contradictions found that the true report bears out, or that were planted, by their `id`."""
    right = {id(f) for _, f in matched_findings(pair.reference, truth, predicted, found)}
    planted = [p for p in pair.planted if p.verdict == "contradicted"]
    for finding in found:
        if id(finding) not in right and any(is_planted_read(p, pair.reference, finding, predicted) for p in planted):
            right.add(id(finding))
    return frozenset(right)


def matched_findings(
    reference: Report, truth: Sequence[Finding], predicted: Report, found: Sequence[Finding]
) -> list[tuple[Finding, Finding]]:
    """Findings of the two reports that say the same, each used once."""
    left = list(truth)
    out = []
    for finding in found:
        for other in left:
            if _is_same_finding(reference, other, predicted, finding):
                left.remove(other)
                out.append((other, finding))
                break
    return out


def _is_same_finding(reference: Report, truth: Finding, predicted: Report, found: Finding) -> bool:
    if truth.kind != found.kind:
        return False
    if truth.claim is None or found.claim is None:
        shared = len({*truth.cells} & {*found.cells})
        return truth.reason == found.reason and 2 * shared >= max(len(truth.cells), len(found.cells))
    spans = [_extent(reference.claims[i]) for i in (truth.claim, *truth.other_claims)]
    others = [_extent(predicted.claims[i]) for i in (found.claim, *found.other_claims)]
    common = overlap(spans[0], others[0])
    if common >= _MIN_OVERLAP or (common > 0 and truth.stated == found.stated):
        return True
    pool = [(a, b) for a in spans for b in others if overlap(a, b) >= _MIN_OVERLAP]
    return len(pool) >= 2


def is_planted(planted: Any, finding: Finding) -> bool:
    """Whether a finding on the report as it is names an inconsistency that was planted."""
    if planted.kind != finding.kind:
        return False
    if planted.claim is not None:
        return planted.claim == finding.claim or planted.claim in finding.other_claims
    return not planted.cells or bool({*planted.cells} & {*finding.cells})


def is_planted_read(planted: Any, reference: Report, found: Finding, predicted: Report) -> bool:
    """As `is_planted`, where the claims are those that were read."""
    if planted.kind != found.kind:
        return False
    if planted.claim is None:
        return 2 * len({*planted.cells} & {*found.cells}) >= len(planted.cells) > 0
    if found.claim is None:
        return False
    place = _extent(reference.claims[planted.claim])
    return any(overlap(place, _extent(predicted.claims[i])) >= _MIN_OVERLAP for i in (found.claim, *found.other_claims))
