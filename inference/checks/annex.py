"""Claims against the annex of an older report, which prints some of what only the prose of later ones tells.

The annex counts by its own rules, and the prose of those years by many: a claim is supported by
any figure of the annex that its metric may mean, and accused only of a slip, or where its row
leaves no doubt, and only where the annex has one column that counts the whole body in the year.
"""

from __future__ import annotations

from ...corpus.annexes import ANNEX, COUNT, annex_levels, told_in_annex
from ...corpus.numbers import exact
from ...corpus.report import Cell, Claim, Finding
from .board import Board, Grid, settings
from .compare import room, show
from .doubt import WHY, doubt, is_near, sureness
from .printed import is_lost
from .table import is_below_nought
from .words import row_name

Reading = tuple[float | int, tuple[Cell, ...]]


def annex_finding(board: Board, index: int, claim: Claim, others: tuple[str, ...]) -> Finding | None:
    """The claim against the annex; None where it has no row for it.

    Parameters
    ----------
    others : tuple of str
        Other metrics that the claim's words may state.
    """
    grid = board.grid(ANNEX)
    if grid is None or not grid.n_figures or claim.value is None or claim.scope != "report" or claim.period != "year":
        return None
    cells = _cells(grid, claim.metric)
    if not cells:
        return None
    printed = [c for c in cells if c.value is not None]
    name = "、".join(dict.fromkeys(f"“{row_name(board.form, ANNEX, c.row)}”" for c in cells))
    if not printed:
        lost = any(map(is_lost, cells))
        lacks = "的数字未能读出，请对照原文核对" if lost else "未填写"
        why = f"正文“{claim.text}”无法核对：附表{name}{lacks}。"
        return _finding(
            "unverifiable", index, claim, tuple(cells), None, "cell_not_read" if lost else "empty_cell", why
        )
    allowed = room(claim)
    meant = [*_readings(grid, claim.metric), *(r for other in others for r in _readings(grid, other))]
    for value, used in meant:
        if allowed.verdict(float(value)):
            why = f"正文“{claim.text}”与附表{name}（{show(value)}）相符。"
            return _finding("supported", index, claim, used, value, None, why)
    printed = [c for c in printed if c.column != _CUMULATIVE] or printed
    main = printed[0]
    both = f"正文“{claim.text}”，而附表{name}为{'、'.join(show(c.value) for c in printed)}"
    reason = _excuse(board, index, claim, grid, printed)
    if reason is not None:
        why = f"{both}，{_WHY.get(reason) or WHY.get(reason, WHY['other_matter'])}，请人工核对。"
        return _finding("unverifiable", index, claim, tuple(printed), main.value, reason, why)
    why = f"{both}，两者不一致，请核对正文与附表后更正。"
    return _finding("contradicted", index, claim, tuple(printed), main.value, "differs", why)


_CUMULATIVE = "cumulative"
"""The column of all the years: what is told of the year is not of it."""
_WHY = {
    "several_columns": "附表分列多栏，正文说的可能是其中一栏",
    "approximate": "正文为概数",
    "unsure_cells": "表中数字识别把握不足",
    "part_of_cell": "附表各栏数字不一，正文说的可能是另一口径",
}


def _cells(grid: Grid, metric: str) -> list[Cell]:
    """The cells of the annex that state a metric."""
    return [cell for row in told_in_annex(metric) for cell in grid.rows.get(row, {}).values()]


def _readings(grid: Grid, metric: str) -> list[Reading]:
    """What a metric may be worth: each column of its rows, and what the levels make together."""
    out: list[Reading] = []
    for row in told_in_annex(metric):
        cells = [c for c in grid.rows.get(row, {}).values() if c.value is not None]
        out += [(c.value or 0, (c,)) for c in cells]
        levels = tuple(c for c in cells if c.column in annex_levels().left)
        if len(levels) > 1:
            out.append((exact(sum(c.value or 0 for c in levels)), levels))
    if not out and " + " in metric:
        terms = [_readings(grid, term) for term in metric.split(" + ")]
        if all(terms):
            out.append((exact(sum(t[0][0] for t in terms)), tuple(c for t in terms for c in t[0][1])))
    return out


def _excuse(board: Board, index: int, claim: Claim, grid: Grid, printed: list[Cell]) -> str | None:
    """Why a difference accuses nobody, or None."""
    limits = settings()["confidence"]
    if {c.column for cells in grid.rows.values() for c in cells.values()} - {_CUMULATIVE} != {COUNT}:
        return "several_columns"
    confidence = sureness(claim) * min(c.confidence for c in printed)
    near = [is_near(claim.value, c.value) for c in printed]
    if len({c.value for c in printed}) > 1 and not all(near):
        return "part_of_cell"
    if confidence < limits["cell"]:  # what is surer is judged with all that speaks for and against it
        return "unsure_claim"
    if any(c.confidence < limits["cell"] or is_below_nought(c) for c in printed) or grid.is_short:
        return "unsure_cells"
    if room(claim).verdict(float(printed[0].value or 0)) is None:
        return "approximate"
    reason = doubt(board, index)
    if reason is not None:
        return reason
    if not all(near) and claim.metric not in settings()["annex_firm"]:
        return "other_matter"
    others = [c for c in board.claims if c.metric == claim.metric and c.scope == "report" and c.period == "year"]
    is_told_right = any(c.value in {p.value for p in printed} for c in others)
    return "other_matter" if is_told_right and not all(near) else None


def _finding(
    verdict: str,
    index: int,
    claim: Claim,
    cells: tuple[Cell, ...],
    found: float | int | None,
    reason: str | None,
    explanation: str,
) -> Finding:
    confidence = claim.confidence * min((c.confidence for c in cells), default=1.0)
    addresses = tuple(c.address for c in cells)
    return Finding("claim_vs_table", verdict, index, addresses, claim.value, found, confidence, reason, explanation)
