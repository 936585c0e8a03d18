"""A report against that of the year before, by the same agency.

Reforms, mergers and renamed bureaus break any link between two years, and clean-ups that
of the documents in force: then nothing is contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...corpus.forms import forms
from ...corpus.metrics import Metric, parse_metric
from ...corpus.numbers import exact
from ...corpus.report import Finding
from ...corpus.text import narrow
from .board import Board, settings, words
from .compare import Room, room, show
from .doubt import doubt as doubt_of
from .doubt import is_near, sureness, unsure
from .figures import Figure, figure, over_cells
from .growth import Change, Growth, change, growths
from .pairs import claim_room
from .readings import readings_of
from .words import metric_name, place

_ENDS = {"supported": "，相符。", "contradicted": "，请核对两年报告。"}
_FEW = 3
"""So many figures that should go on, with none that does, are another agency's rather than slips."""


def year_findings(previous: Board, current: Board, doubt: str | None = None) -> list[Finding]:
    """What the form and the prose carry over from the year before.

    Parameters
    ----------
    doubt : str or None
        Why the two reports may not continue one another, as a key of ``years.doubts`` in the
        settings; nothing is contradicted then.
    """
    broken = _broken(previous, current) or doubt
    found = [
        finding
        for rule in settings()["across_years"]
        for row in _rows(rule["now"])
        for finding in _carried(previous, current, rule, row, broken)
    ]
    found += [*_told(previous, current, broken), *_grown(previous, current, broken)]
    return _unless_nothing_goes_on(found)


def agency_key(agency: str | None) -> str | None:
    """An agency's name as the link between its reports: without blanks, marks and differences of width and script."""
    key = "".join(char for char in narrow(agency or "") if char.isalnum())
    return key or None


def is_named_in_full(key: str) -> bool:
    """Whether a name, as `agency_key` gives it, says of which place: 水务局 or 城关镇人民政府 may be anywhere."""
    return words(settings()["years"]["named_in_full"]).search(key) is not None


def _broken(previous: Board, current: Board) -> str | None:
    """Why the two reports do not continue one another, if so."""
    then, now = previous.report, current.report
    if then.year is None or now.year is None or now.year != then.year + 1:
        return "not_consecutive"
    key = agency_key(now.agency)
    if key is None or agency_key(then.agency) != key:
        return "other_agency"
    if not is_named_in_full(key):
        return "agency_unclear"
    return "several_tables" if max(previous.n_copies(), current.n_copies()) > 1 else None


def _rows(address: str) -> list[str]:
    table, row, column = address.split("/", 2)
    if row != "*":
        return [row]
    known = [a.split("/") for f in forms().values() for a in f.tables[table].addresses]
    return list(dict.fromkeys(r for t, r, c in known if c == column))


def _carried(previous: Board, current: Board, rule: dict[str, Any], row: str, broken: str | None) -> Iterator[Finding]:
    def at(board: Board, addresses: Sequence[str]) -> list[Figure]:
        return [figure(board, Metric((a.replace("/*/", f"/{row}/"),))) for a in addresses]

    now = at(current, [rule["now"]])[0]
    then, plus, minus = (
        at(previous, rule["then"]),
        at(current, rule.get("plus", [])),
        at(current, rule.get("minus", [])),
    )
    needed = [now, *then, *plus, *minus]
    if any(f.value is None or f.filled_in for f in needed):
        return
    expected = exact(sum(f.value or 0 for f in (*then, *plus)) - sum(f.value or 0 for f in minus))
    confidence = min(f.confidence for f in needed)
    lenient = broken or (rule["reason"] if rule.get("lenient") else None)
    if confidence < _least(now.value, expected):
        lenient = lenient or "unsure_cells"
    verdict = "supported" if now.value == expected else "unverifiable" if lenient else "contradicted"
    here = place(current.form, now.cells[0].address)
    if len(needed) == 2:
        there = f"{place(previous.form, then[0].cells[0].address)}为{show(then[0].value or 0)}"
    else:
        there = f"推算应为{show(expected)}"
    yield _finding(
        verdict, lenient or rule["reason"], now.value, expected,
        tuple(c.address for f in (now, *plus, *minus) for c in f.cells), confidence,
        f"本年{here}为{show(now.value or 0)}，{_source(previous)}{there}", None,
    )  # fmt: skip


def _told(previous: Board, current: Board, broken: str | None) -> Iterator[Finding]:
    """Last year's figures as this year's prose tells them."""
    bounds = settings()["confidence"]
    for index, claim in enumerate(current.claims):
        metric = over_cells(claim.metric)
        if metric is None or claim.period != "previous" or claim.scope != "report" or claim.value is None:
            continue
        then = figure(previous, metric)
        if then.value is None:
            continue
        holds = room(claim, continuous=metric.is_ratio).verdict(float(then.value))
        confidence = claim.confidence * then.confidence
        lenient = broken or unsure(current, index)
        if then.filled_in or then.confidence < bounds["cell"] or confidence < _least(claim.value, then.value):
            lenient = lenient or "unsure_cells"
        verdict = "supported" if holds else "contradicted" if holds is False and not lenient else "unverifiable"
        name = metric_name(previous.form, claim.metric)
        yield _finding(
            verdict, lenient or "differs", claim.value, then.value, tuple(c.address for c in then.cells),
            confidence, f"正文“{claim.text}”，{_source(previous)}{name}为{show(then.value)}", index,
        )  # fmt: skip


def _grown(previous: Board, current: Board, broken: str | None) -> Iterator[Finding]:
    """Changes that this year's prose tells of a count, where only the report of last year has the other one."""
    bounds = settings()["confidence"]
    for growth in growths(current):
        claim, now = current.claims[growth.claim], current.claims[growth.now]
        metric = over_cells(now.metric)
        if growth.then is not None or metric is None or metric.is_ratio or now.value is None or not growth.is_yearly:
            continue
        then = figure(previous, metric)
        if then.value is None or (now.unit or "").endswith("元"):
            continue
        value = float(then.value)
        told = _change_from(value, current, growth)
        if told is None:
            continue
        verdict, worth = told
        confidence = min(sureness(claim), sureness(now)) * then.confidence
        lenient = broken or unsure(current, growth.claim) or doubt_of(current, growth.now)
        if previous.form != current.form or _is_of_other_reading(previous, current, growth):
            lenient = lenient or "other_count"
        if then.filled_in or then.confidence < bounds["cell"] or confidence < bounds["accuse"]:
            lenient = lenient or "unsure_cells"
        name = metric_name(previous.form, now.metric)
        yield _finding(
            "unverifiable" if lenient and verdict == "contradicted" else verdict, lenient or "growth", claim.value,
            worth.found, tuple(c.address for c in then.cells), confidence,
            f"正文“{now.text}”、“{claim.text}”，{_source(previous)}{name}为{show(then.value)}，{worth.says}",
            growth.claim,
        )  # fmt: skip


def _change_from(then: float, current: Board, growth: Growth) -> tuple[str, Change] | None:
    """Whether a change is that from a figure of last year's report."""
    now = current.claims[growth.now]
    old = Room(then, then, then, then)
    return change(current.claims[growth.claim], growth.sign, now, claim_room(now), old, now.value or 0, then)


def _is_of_other_reading(previous: Board, current: Board, growth: Growth) -> bool:
    """Whether it is the change from what else the count may be of: all received, with those carried in."""
    for metric in readings_of(current.claims[growth.now]):
        then = figure(previous, parse_metric(metric)).value
        told = None if then is None else _change_from(float(then), current, growth)
        if told is not None and told[0] == "supported":
            return True
    return False


def _least(stated: float | int | None, found: float | int | None) -> float:
    """How surely both sides must be read to accuse: more so where they differ by more than a slip."""
    return float(settings()["confidence"]["accuse" if is_near(stated, found) else "accuse_far"])


def _unless_nothing_goes_on(findings: list[Finding]) -> list[Finding]:
    """The findings, without contradictions where several figures should go on and none does."""
    telling = [f for f in findings if f.claim is None and (f.stated or f.found) and f.verdict != "unverifiable"]
    if len(telling) < _FEW or any(f.verdict == "supported" for f in telling):
        return findings
    return [doubted(f, "nothing_continues") if f.verdict == "contradicted" else f for f in findings]


def doubted(finding: Finding, reason: str) -> Finding:
    """A finding that accuses nobody any more."""
    says = finding.explanation.removesuffix(_ENDS["contradicted"]).removesuffix(_ENDS["supported"])
    return replace(finding, verdict="unverifiable", reason=reason, explanation=says + _open(reason))


def _source(previous: Board) -> str:
    """Which report that of the year before is, for who must look it up."""
    report = previous.report
    return f"{report.year}年报告（{report.source.path}）" if report.year else f"上一年报告（{report.source.path}）"


def _open(reason: str) -> str:
    why = settings()["years"]["doubts"].get(reason, settings()["years"]["doubts"]["else"])
    return f"，{why}，请人工核对。"


def _finding(
    verdict: str, reason: str, stated: float | int | None, found: float | int | None, cells: tuple[str, ...],
    confidence: float, says: str, claim: int | None,
) -> Finding:  # fmt: skip
    kept = None if verdict == "supported" else reason
    end = _ENDS.get(verdict) or _open(reason)
    return Finding("year_over_year", verdict, claim, cells, stated, found, confidence, kept, says + end)
