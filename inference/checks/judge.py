"""Whether a contradiction is the report's own, or the reader's.

The checks say what collides. How likely it is that both sides were read right is weighed here,
from the certainty of the claims and cells under a finding and from what the rest of the report
says of them; a contradiction that is not likely enough is shown as one that cannot be verified.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ...corpus.metrics import MetricError, parse_metric
from ...corpus.report import Cell, Claim, Finding
from ...models.calibration import FindingModel
from .board import Board, settings
from .claims import figure, over_cells
from .doubt import WHY, is_close, is_near, n_counts, sureness
from .table import is_nought

_MOST = 5.0
"""Log odds are cut here, so that no certainty outweighs all the rest."""
_STRUCTURE = 0.95
"""How sure a share is whose counts add up to a whole that is told."""
_JOIN = " ; "
_BALANCES = ("balance", "transferred")
_PARTS = ("parts_exceed_whole", "parts_differ")


def judged(board: Board, findings: Sequence[Finding], model: FindingModel | None) -> tuple[Finding, ...]:
    """The findings, each contradiction with the probability that it is real; unlikely ones accuse nobody."""
    if not any(f.verdict == "contradicted" for f in findings):
        return tuple(findings)
    weigh = Evidence(board, findings)
    out = []
    for finding in findings:
        if finding.verdict == "contradicted":
            if model is None:
                likely, least = weigh.product(finding)
            else:
                likely, least = model.probability(weigh.features(finding)), model.threshold
            finding = replace(finding, confidence=likely) if likely >= least else _doubted(board, finding, likely)
        out.append(finding)
    return tuple(out)


def _doubted(board: Board, finding: Finding, likely: float) -> Finding:
    claims = _claims(board, finding)
    weak = not claims or min(map(_sure, claims)) > min((c.confidence for c in _cells(board, finding)), default=1.0)
    reason = "unsure_cells" if weak and finding.cells else "unsure_claim"
    text = f"{finding.explanation.rstrip('。').split('，请核对')[0]}；{WHY[reason]}，请对照原文核对。"
    return replace(finding, verdict="unverifiable", reason=reason, explanation=text, confidence=likely)


def _claims(board: Board, finding: Finding) -> list[Claim]:
    own = () if finding.claim is None else (finding.claim,)
    return [board.claims[i] for i in (*own, *finding.other_claims)]


def _cells(board: Board, finding: Finding) -> list[Cell]:
    cells = []
    for address in finding.cells:
        table, row, column = address.split("/", 2)
        found = [cell for g in board.grids.get(table, ()) if (cell := g.at(row, column)) is not None]
        cells += found[:1]
    return cells


def _told(finding: Finding, claims: Sequence[Claim]) -> float:
    """How sure the claims of a finding were read, or their place in a list whose sum is told says more than they."""
    least = min((sureness(c) for c in claims), default=1.0)
    return max(least, _STRUCTURE) if finding.reason == "share" else least


def _sure(claim: Claim) -> float:
    """How sure it is that a claim says of the report's year and whole what it was taken to say."""
    return sureness(claim) * claim.certainty.scope * claim.certainty.period


class Evidence:
    """What speaks for and against the contradictions among a report's findings."""

    def __init__(self, board: Board, findings: Sequence[Finding]) -> None:
        self.board = board
        self.confirmed: Counter[str] = Counter()
        self.collides: Counter[str] = Counter()
        self.gaps: Counter[tuple[str, float]] = Counter()
        self.balanced: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        for finding in findings:
            if not finding.cells:
                continue
            if finding.verdict == "contradicted":
                self.collides[_table(finding)] += 1
                self.gaps[_line(finding), _gap(finding)] += 1
            elif finding.verdict == "supported" and finding.found:
                self.confirmed[_table(finding)] += 1
                (self.balanced if finding.kind == "identity" else self.told).update(finding.cells)

    def product(self, finding: Finding) -> tuple[float, float]:
        """The product of the confidences under a finding, and the least that accuses: where nothing was fitted."""
        limits = settings()["confidence"]
        if finding.kind == "identity":
            cells = [
                c.confidence for c in _cells(self.board, finding) if c.value is not None or not is_nought(self.board, c)
            ]
            return min(cells, default=1.0), limits["cell"]
        claims = _claims(self.board, finding)
        cells = [c.confidence for c in _cells(self.board, finding)]
        far = finding.kind == "claim_vs_table" and not is_near(*_figures(finding))
        scope = min((c.certainty.scope * c.certainty.period for c in claims), default=1.0)
        likely = _told(finding, claims) * scope * min(cells, default=1.0)
        return likely, limits["accuse_far" if far else "accuse"]

    def features(self, finding: Finding) -> dict[str, float]:
        """What a `FindingModel` weighs."""
        board = self.board
        claims, cells = _claims(board, finding), _cells(board, finding)
        stated, found = _figures(finding)
        blanks = [c.confidence for c in cells if c.value is None and not c.spans and not is_nought(board, c)]
        out = {
            _kind(finding): 1.0,
            "claim": _log_odds(_told(finding, claims)),
            "value": _log_odds(min((c.certainty.value for c in claims), default=1.0)),
            "scope": _log_odds(min((c.certainty.scope for c in claims), default=1.0)),
            "period": _log_odds(min((c.certainty.period for c in claims), default=1.0)),
            "figures": _log_odds(min((c.confidence for c in cells if c.value is not None), default=1.0)),
            "blanks": _log_odds(min(blanks, default=1.0)),
            "n_blanks": math.log1p(len(blanks)),
            "near": float(is_near(stated, found)),
            "close": float(is_close(stated, found)),
            "zero": float(stated == 0),
            "crowded": float(any(n_counts(c) > 1 for c in claims)),
            "rivals": float(any(c.certainty.rivals for c in claims)),
        }
        if finding.cells:
            table = _table(finding)
            grids = board.grids.get(table, ())
            out |= {
                "short": float(any(g.is_short for g in grids)),
                "confirmed": math.log1p(self.confirmed[table]),
                "collides": math.log1p(self.collides[table] - 1),
                "same_gap": float(self.gaps[_line(finding), _gap(finding)] > 1),
                "swapped": float(self.gaps[_line(finding), -_gap(finding)] > 0),
                **self._backed(cells),
            }
            out["unbacked"] = float(out["short"] and not out["balanced"] and not out["told"])
        if finding.claim is not None:
            out |= self._of_claim(finding, stated, found)
        return out

    def _backed(self, cells: Sequence[Cell]) -> dict[str, float]:
        """How many of the figures that collide are borne out by other sums, or by the prose."""
        figures = [c.address for c in cells if c.value] or [c.address for c in cells]
        n = max(len(figures), 1)
        return {
            "balanced": sum(self.balanced[a] > 0 for a in figures) / n,
            "told": sum(self.told[a] > 0 for a in figures) / n,
        }

    def _of_claim(self, finding: Finding, stated: float | None, found: float | None) -> dict[str, float]:
        assert finding.claim is not None
        board, index = self.board, finding.claim
        claim, sentence = board.claims[index], board.sentence(index)
        same = [i for i, c in enumerate(board.claims) if c.metric == claim.metric and i != index]
        values = [board.claims[i].value for i in same if i not in finding.other_claims]
        others = [c.value for c in board.claims if c.metric != claim.metric and c.scope == "report"]
        return {
            "rival_agrees": float(any(self._agrees(rival, claim) for rival in claim.certainty.rivals)),
            "siblings": float(
                any(board.sentence(i) == sentence and board.claims[i].value != claim.value for i in same)
            ),
            "told_again": float(claim.value in values),
            "told_right": float(bool(finding.cells) and found in values),
            "misplaced": float(self._is_misplaced(finding, found)),
            "found_elsewhere": float(bool(finding.cells) and bool(found) and found in others),
            "other_unit": float((claim.unit == "%") != ("ratio(" in claim.metric or "rate" in claim.metric)),
        }

    def _is_misplaced(self, finding: Finding, found: float | None) -> bool:
        """Whether the prose tells a cell's figure of another column of its row, of which some were not seen."""
        if len(finding.cells) != 1 or not found:
            return False
        table, row, _ = finding.cells[0].split("/", 2)
        has_unseen = any(
            c.value is None and not c.spans
            for g in self.board.grids.get(table, ())
            for c in g.rows.get(row, {}).values()
        )
        stem = f"{table}/{row}/"
        return has_unseen and any(
            c.metric.startswith(stem) and c.metric != finding.cells[0] and c.value == found for c in self.board.claims
        )

    def _agrees(self, rival: str, claim: Claim) -> bool:
        """Whether the tables give a claim's value for one of the metrics that it may have."""
        for metric in rival.split(_JOIN):
            try:
                parsed = over_cells(metric) and parse_metric(metric)
            except MetricError:
                continue
            if parsed and figure(self.board, parsed).value == claim.value:
                return True
        return False


def _kind(finding: Finding) -> str:
    if finding.kind != "claim_vs_claim":
        return finding.kind
    return "balance" if finding.reason in _BALANCES else "parts" if finding.reason in _PARTS else str(finding.reason)


def _table(finding: Finding) -> str:
    return finding.cells[0].partition("/")[0]


def _figures(finding: Finding) -> tuple[float | None, float | None]:
    return tuple(x if isinstance(x, int | float) else None for x in (finding.stated, finding.found))  # type: ignore[return-value]


def _line(finding: Finding) -> str:
    """What findings share whose gaps are compared: the identity, or that the prose differs from the table."""
    return f"{_table(finding)} {finding.reason}"


def _gap(finding: Finding) -> float:
    stated, found = _figures(finding)
    return round((stated or 0) - (found or 0), 6)


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-9), 1 - 1e-9)
    return max(-_MOST, min(_MOST, math.log(p / (1 - p)))) / _MOST
