"""A table that collides with everything was misread: then nobody is accused by its cells.

A clerk errs in a figure or two; what breaks most of a table's sums at once is a reader that
took a column for another, or numbers of rows for figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ...corpus.report import Cell, Finding, Report
from .board import Board, settings

_WARNED = 2
"""So many contradictions, where the reader could not place figures and less is confirmed beside them, are its own."""
_MANY = 6
"""So many, twice what is confirmed, are the reader's even where it noticed nothing."""
_KINDS = frozenset(["identity", "claim_vs_table"])


def without_misread_tables(board: Board, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, with contradictions on tables that look misread made unverifiable."""
    report = board.report
    findings = _without_cut_rows(report, findings)
    losses = [w for w in report.warnings if w.code in settings()["table_losses"]]
    is_lost_somewhere = any(not w.spans for w in losses)  # it may be of any table
    warned = {table for table, grids in board.grids.items() if is_lost_somewhere or any(g.is_short for g in grids)}
    bad: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for finding in findings:
        if finding.kind not in _KINDS or not finding.cells:
            continue
        table = finding.cells[0].partition("/")[0]
        if finding.verdict == "contradicted":
            bad[table] += 1
        elif finding.verdict == "supported" and finding.found:
            good[table] += 1
    misread = {
        table
        for table, n in bad.items()
        if (table in warned and n >= _WARNED and n > good[table]) or (n >= _MANY and n > 2 * good[table])
    }
    return tuple(_doubted(f) if _is_on(f, misread) else f for f in findings) if misread else tuple(findings)


def _without_cut_rows(report: Report, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Without accusations by a row whose figures were cut out of one run of digits and do not make its total.

    200000121 is cut at many places; where the sum of the row does not hold, the cut is likelier wrong than the clerk.
    """
    broken = [f.cells for f in findings if f.kind == "identity" and f.verdict == "contradicted" and _is_of_row(f)]
    if not broken:
        return tuple(findings)
    known = {c.address: c for t in report.tables for c in t.cells}
    cut = {a for cells in broken if _is_cut([known[a] for a in cells if a in known]) for a in cells}
    return tuple(
        _doubted(f, "unsure_cells") if f.verdict == "contradicted" and f.kind in _KINDS and cut & {*f.cells} else f
        for f in findings
    )


def _is_of_row(finding: Finding) -> bool:
    return len({a.rpartition("/")[0] for a in finding.cells}) == 1


def _is_cut(cells: Sequence[Cell]) -> bool:
    """Whether figures stand in the source without anything between them."""
    spans = sorted((c.spans[0] for c in cells if c.spans), key=lambda s: s.start)
    return any(a.end == b.start for a, b in pairwise(spans))


def _is_on(finding: Finding, tables: set[str]) -> bool:
    return (
        finding.verdict == "contradicted"
        and finding.kind in _KINDS
        and bool(finding.cells)
        and finding.cells[0].partition("/")[0] in tables
    )


_WHY = {
    "table_misread": "但该表多处对不上，疑为识别有误",
    "unsure_cells": "但原文数字连成一串，可能拆分有误",
}


def _doubted(finding: Finding, reason: str = "table_misread") -> Finding:
    why = finding.explanation.rstrip("。").split("，请核对")[0]
    text = f"{why}；{_WHY[reason]}，请对照原文核对。"
    return replace(finding, verdict="unverifiable", reason=reason, explanation=text)
