"""Whether a contradiction is the report's own, or the reader's.

The checks say what collides. How likely it is that both sides were read right is weighed here, by what
`evidence` finds; a contradiction that is not likely enough is shown as one that cannot be verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...corpus.report import Claim, Finding
from ...models.calibration import FindingModel
from .board import Board, settings
from .doubt import WHY, is_near, sureness
from .evidence import Evidence, cells_of, claims_of, figures_of, told
from .table import is_nought


def judged(board: Board, findings: Sequence[Finding], model: FindingModel | None) -> tuple[Finding, ...]:
    """The findings, each contradiction with the probability that it is real; unlikely ones accuse nobody."""
    if not any(f.verdict == "contradicted" for f in findings):
        return tuple(findings)
    weigh = Evidence(board, findings)
    out = []
    for finding in findings:
        if finding.verdict == "contradicted":
            if model is None:
                likely, least = product(board, finding)
            else:
                likely, least = model.probability(weigh.features(finding)), model.least(finding.kind)
            is_shown = likely >= least and not _is_guessed(board, finding)
            finding = replace(finding, confidence=likely) if is_shown else _doubted(board, finding, likely)
        out.append(finding)
    return tuple(out)


def product(board: Board, finding: Finding) -> tuple[float, float]:
    """The product of the confidences under a finding, and the least that accuses: where nothing was fitted."""
    limits = settings()["confidence"]
    cells = cells_of(board, finding)
    if finding.kind == "identity":
        sure = [c.confidence for c in cells if c.value is not None or not is_nought(board, c)]
        return min(sure, default=1.0), limits["cell"]
    claims = claims_of(board, finding)
    far = finding.kind == "claim_vs_table" and not is_near(*figures_of(finding))
    scope = min((c.certainty.scope * c.certainty.period for c in claims), default=1.0)
    likely = told(finding, claims) * scope * min((c.confidence for c in cells), default=1.0)
    return likely, limits["accuse_far" if far else "accuse"]


def _is_guessed(board: Board, finding: Finding) -> bool:
    """Whether a count under a finding may as well be of another metric: that is not weighed, but left open."""
    least = settings()["confidence"]["metric"]
    claims = claims_of(board, finding)
    if finding.reason in ("sum_differs", "growth"):  # what sums up a list, or tells a change, may be of any metric
        claims = claims[1:]
    return any(c.certainty.metric < least and c.unit != "%" for c in claims)


def _doubted(board: Board, finding: Finding, likely: float) -> Finding:
    claims = claims_of(board, finding)
    weak = not claims or min(map(_sure, claims)) > min((c.confidence for c in cells_of(board, finding)), default=1.0)
    reason = "unsure_cells" if weak and finding.cells else "unsure_claim"
    text = f"{finding.explanation.rstrip('。').split('，请核对')[0]}；{WHY[reason]}，请对照原文核对。"
    return replace(finding, verdict="unverifiable", reason=reason, explanation=text, confidence=likely)


def _sure(claim: Claim) -> float:
    """How sure it is that a claim says of the report's year and whole what it was taken to say."""
    return sureness(claim) * claim.certainty.scope * claim.certainty.period
