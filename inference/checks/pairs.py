"""What the checks of claims with claims share: room, sums, quotations, a finding of several claims."""

from __future__ import annotations

from collections.abc import Sequence

from ...corpus.report import Claim, Finding
from .board import Board
from .compare import Room, money_factor, room, show
from .doubt import WHY, doubt, unsure

REACH = 400
"""Characters within which a paragraph's counts belong to one matter."""


def claim_room(claim: Claim) -> Room:
    factor = money_factor(claim) if claim.unit and claim.unit.endswith("元") else None
    allowed = room(claim, continuous=factor is not None or claim.unit == "%")
    return allowed if factor is None else allowed.scaled(factor)


def finding_of(
    board: Board, verdict: str, index: int, others: Sequence[int], found: float | int | None, reason: str | None,
    explanation: str, *, apart: bool = False, is_sure: bool = False,
) -> Finding:  # fmt: skip
    """A finding of several claims; one that stands on doubtful claims accuses nobody.

    ``apart`` says that the claims stand apart in the text, so that each may be of another matter;
    those of one sentence share whatever it speaks of. ``is_sure`` says that more than the claims'
    own confidence bears the finding out.
    """
    parts = [board.claims[i].confidence for i in (index, *others)]
    confidence = min(parts)
    if verdict == "contradicted" and not is_sure:
        doubts = [d for i in (index, *others) if (d := (doubt if apart else unsure)(board, i)) is not None]
        if doubts:
            verdict, reason = "unverifiable", doubts[0]
            explanation = f"{explanation.removesuffix('，请核对。')}；{WHY[reason]}，请人工核对。"
    return Finding(
        "claim_vs_claim", verdict, index, (), board.claims[index].value, found, confidence,
        None if verdict == "supported" else reason, explanation, tuple(others),
    )  # fmt: skip


def total_room(board: Board, parts: Sequence[int]) -> Room:
    rooms = [claim_room(board.claims[i]) for i in parts]
    return Room(*(sum(r[k] for r in rooms) for k in range(4)))


def listing(board: Board, parts: Sequence[int]) -> str:
    return " + ".join(show(board.claims[i].value) for i in parts)


def quoted(board: Board, claims: Sequence[int]) -> str:
    return "、".join(f"“{board.claims[i].text}”" for i in claims)
