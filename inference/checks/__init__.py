"""Cross-checks: claims with cells, cells with cells, claims with claims, a report with last year's.

Only what the source itself contradicts is ``contradicted``: a wrong accusation is worse
than a missed one.
"""

from __future__ import annotations

from ...corpus.report import Finding, Report
from ...models.calibration import FindingModel
from .board import Board
from .claims import claim_findings
from .evidence import Evidence
from .judge import judged
from .misread import without_misread_tables
from .prose import prose_findings
from .table import completeness_findings, identity_findings
from .years import year_findings

__all__ = ["candidates", "check", "check_years"]


def check(report: Report, model: FindingModel | None = None) -> tuple[Finding, ...]:
    """All checks that one report allows, contradictions first within each kind's order of the text.

    A pure function of the report's sections, tables, claims and text; findings already
    there are ignored.

    Parameters
    ----------
    model : FindingModel, optional
        Tells how likely each contradiction is real; without one the confidences under it are multiplied.
    """
    board = Board(report)
    return without_misread_tables(board, judged(board, _all(board), model))


def candidates(report: Report) -> list[tuple[Finding, dict[str, float]]]:
    """Every contradiction, however unsure, with what a `FindingModel` weighs: to fit one."""
    board = Board(report)
    findings = _all(board)
    evidence = Evidence(board, findings)
    return [(f, evidence.features(f)) for f in findings if f.verdict == "contradicted"]


def _all(board: Board) -> tuple[Finding, ...]:
    return (
        *claim_findings(board),
        *identity_findings(board),
        *prose_findings(board),
        *completeness_findings(board),
    )


def check_years(previous: Report, current: Report, doubt: str | None = None) -> tuple[Finding, ...]:
    """Checks of a report against that of the year before by the same agency.

    ``claim`` and ``cells`` of the findings are the current report's; ``found`` is what the
    previous report gives. With a ``doubt`` (`inference/years.py` finds some) nothing is
    contradicted.
    """
    return tuple(year_findings(Board(previous), Board(current), doubt))
