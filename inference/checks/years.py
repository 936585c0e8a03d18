"""A report against that of the year before, by the same agency.

Reforms, mergers and renamed bureaus break any link between two years, and clean-ups that
of the documents in force: then nothing is contradicted.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...corpus.forms import forms
from ...corpus.metrics import Metric
from ...corpus.numbers import exact
from ...corpus.report import Finding
from .board import Board, settings
from .claims import Figure, figure, over_cells
from .compare import room, show
from .words import metric_name, place


def year_findings(previous: Board, current: Board) -> Iterator[Finding]:
    """What the form and the prose carry over from the year before."""
    broken = _broken(previous, current)
    for rule in settings()["across_years"]:
        for row in _rows(rule["now"]):
            yield from _carried(previous, current, rule, row, broken)
    for index, claim in enumerate(current.claims):
        metric = over_cells(claim.metric)
        if metric is None or claim.period != "previous" or claim.scope != "report" or claim.value is None:
            continue
        then = figure(previous, metric)
        if then.value is None:
            continue
        verdict = room(claim, continuous=metric.is_ratio).verdict(float(then.value))
        name = metric_name(current.form, claim.metric)
        yield _finding(
            "supported" if verdict else "contradicted" if verdict is False and not broken else "unverifiable",
            broken or "differs", claim.value, then.value, tuple(c.address for c in then.cells),
            claim.confidence * then.confidence, f"正文“{claim.text}”，上一年报告{name}为{show(then.value)}", index,
        )  # fmt: skip


def _broken(previous: Board, current: Board) -> str | None:
    """Why the two reports do not continue one another, if so."""
    then, now = previous.report, current.report
    if then.year is None or now.year is None or now.year != then.year + 1:
        return "not_consecutive"
    if not then.agency or not now.agency or then.agency != now.agency:
        return "other_agency"
    return None


def _rows(address: str) -> list[str]:
    table, row, column = address.split("/", 2)
    if row != "*":
        return [row]
    known = [a.split("/") for f in forms().values() for a in f.tables[table].addresses]
    return list(dict.fromkeys(r for t, r, c in known if c == column))


def _carried(previous: Board, current: Board, rule: dict, row: str, broken: str | None) -> Iterator[Finding]:
    def at(board: Board, addresses: list[str]) -> list[Figure]:
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
    expected = sum(f.value or 0 for f in (*then, *plus)) - sum(f.value or 0 for f in minus)
    confidence = min(f.confidence for f in needed)
    lenient = broken or (rule["reason"] if rule.get("lenient") else None)
    if confidence < settings()["confidence"]["cell"]:
        lenient = lenient or "unsure_cells"
    same = now.value == exact(expected)
    address = now.cells[0].address
    yield _finding(
        "supported" if same else "unverifiable" if lenient else "contradicted", lenient or rule["reason"], now.value,
        exact(expected), tuple(c.address for f in (now, *plus, *minus) for c in f.cells), confidence,
        f"本年{place(current.form, address)}为{show(now.value)}，按上一年报告推算应为{show(exact(expected))}", None,
    )  # fmt: skip


def _finding(
    verdict: str, reason: str, stated: float | int | None, found: float | int | None, cells: tuple[str, ...],
    confidence: float, says: str, claim: int | None,
) -> Finding:  # fmt: skip
    end = {
        "supported": "，相符。",
        "contradicted": "，请核对两年报告。",
        "unverifiable": "，两年口径可能不同，请人工核对。",
    }
    kept = None if verdict == "supported" else reason
    return Finding("year_over_year", verdict, claim, cells, stated, found, confidence, kept, says + end[verdict])
