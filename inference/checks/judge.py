"""Whether a contradiction is the report's own, or the reader's.

The checks say what collides. How likely it is that both sides were read right is weighed here, by what
`evidence` finds; a contradiction that is not likely enough is shown as one that cannot be verified.

No contradiction is surer than the cells under it: a figure that may be another's bears nothing out. It may well be
surer than its claim. A claim's confidence is what its sentence alone tells; here it is known, too, what the table
prints, and a stated figure that all but meets that of its row was hardly read of another row. Holding contradictions
to the confidence of their claims as well made theirs say less of what is right, on reports of dev and of test.
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
            sure = min(likely, _least_of_cells(board, finding))
            finding = replace(finding, confidence=sure) if is_shown else _doubted(board, finding, sure)
        out.append(finding)
    return tuple(out)


def product(board: Board, finding: Finding) -> tuple[float, float]:
    """The product of the confidences under a finding, and the least that accuses: where nothing was fitted."""
    limits = settings()["confidence"]
    if finding.kind == "identity":
        return _least_of_cells(board, finding), limits["cell"]
    claims = claims_of(board, finding)
    far = finding.kind == "claim_vs_table" and not is_near(*figures_of(finding))
    scope = min((c.certainty.scope * c.certainty.period for c in claims), default=1.0)
    likely = told(finding, claims) * scope * min((c.confidence for c in cells_of(board, finding)), default=1.0)
    return likely, limits["accuse_far" if far else "accuse"]


def _least_of_cells(board: Board, finding: Finding) -> float:
    """The least confidence of the cells under a finding; what was lost in a row of noughts was nothing."""
    cells = cells_of(board, finding)
    return min((c.confidence for c in cells if c.value is not None or not is_nought(board, c)), default=1.0)


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
