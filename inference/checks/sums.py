"""Lists whose sum is told right behind them: 当面、信函、网络申请分别为3、4、1件，合计9件.

Such a sum contradicts its list only where all that stands before it in the sentence is of the list: counts of one
kind, none that was not read, none that the wording leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ...corpus.metrics import parse_metric
from ...corpus.numbers import exact, numbers
from ...corpus.report import Finding
from .board import Board, settings, wording, words
from .compare import show
from .doubt import is_near
from .figures import figure
from .pairs import claim_room, finding_of, listing, total_room

_BARE = re.compile(r"(?:合计|共计|总计|一共|共)?(?:为|是|有)?[\d,.万]+\D{0,3}")
_OVERLAP = "channels"
"""Counts of which one thing may stand in several."""
_LABEL = 16
"""Characters of the longest label of a count."""


def sum_finding(board: Board, whole: int, members: Sequence[int]) -> Finding | None:
    """The finding of a total and the list that it sums up, or None where it sums up none surely."""
    claim = board.claims[whole]
    earlier = [i for i in members if board.end(i) <= board.start(whole)]
    if claim.unit == "%" or claim.scope != "report" or claim.comparator != "=" or len(earlier) < 2:
        return None
    closing = "".join(board.between(earlier[-1], whole).split()) + wording(claim)
    if not words(settings()["sums"]["closing"]).match(closing) or not _BARE.fullmatch(wording(claim)):
        return None
    parts = _list_before(board, earlier, claim.unit)
    if len(parts) < 2:
        return None
    before = [i for i in earlier if board.end(i) <= board.start(parts[0])]
    if not _is_all(board, parts, before, whole):
        return None
    return _finding(board, whole, parts, [i for i in before if board.claims[i].unit == claim.unit])


@cache
def _family(metric: str) -> str | None:
    """The group of kinds whose counts add up that a metric belongs to."""
    return next((name for name, said in settings()["sums"]["families"].items() if words(said).search(metric)), None)


def _list_before(board: Board, earlier: Sequence[int], unit: str | None) -> list[int]:
    """The last counts of one kind before a total, as far back as nothing but their labels parts them."""
    out: list[int] = []
    for index in reversed(earlier):
        part = board.claims[index]
        kind = _family(part.metric)
        is_count = part.scope == "report" and part.comparator == "=" and part.unit in (unit, None)
        if not is_count or kind is None or (out and kind != _family(board.claims[out[0]].metric)):
            break
        if out and not _is_label(board.between(index, out[0])):
            break
        out.insert(0, index)
    metrics = [board.claims[i].metric for i in out]
    is_apart = len(set(metrics)) == len(metrics) and not any(
        a != b and b.startswith(a.removesuffix("*/total")) and "*" in a for a in metrics for b in metrics
    )
    return out if is_apart else []


def _is_label(gap: str) -> bool:
    """Whether only the mark of a list and a label stand between two counts."""
    tight = "".join(gap.split())
    return len(tight) <= _LABEL and bool(words(settings()["sums"]["label"]).fullmatch(tight))


def _is_all(board: Board, parts: Sequence[int], before: Sequence[int], whole: int) -> bool:
    """Whether a list holds all counts that its total may be of; ``before`` are those of the sentence before it."""
    stretch = board.before(whole)
    opening = board.between(before[-1], parts[0]) if before else board.before(parts[0])
    if words(settings()["sums"]["open"]).search(stretch):
        return False
    if before and not words(settings()["sums"]["begins"]).search(opening):
        return False
    taken = sum(len(numbers(wording(board.claims[i]))) or 1 for i in (*before, *parts))
    return sum(n.unit is not None and n.unit != "%" for n in numbers(stretch)) <= taken


def _finding(board: Board, whole: int, parts: list[int], others: Sequence[int]) -> Finding:
    claim = board.claims[whole]
    allowed, total = claim_room(claim), total_room(board, parts)
    found = exact(sum(board.claims[i].value or 0 for i in parts))
    says = f"正文“{claim.text}”，所列各项{listing(board, parts)} = {show(found)}"
    if total.low <= allowed.high and allowed.low <= total.high:
        return finding_of(board, "supported", whole, parts, found, None, f"{says}，相符。")
    if any(allowed.verdict(found + sum(board.claims[i].value or 0 for i in others[k:])) for k in range(len(others))):
        return finding_of(
            board, "unverifiable", whole, parts, found, "other_reading", f"{says}，连同前面所列的相符，请写明。"
        )
    if total.most < allowed.least and _is_borne_out(board, whole):
        return finding_of(
            board, "unverifiable", whole, parts, found, "incomplete_list",
            f"{says}，而总数与别处相符，所列可能不全，请人工核对。",
        )  # fmt: skip
    is_more = total.least > allowed.most
    is_once = is_more and _family(board.claims[parts[0]].metric) == _OVERLAP  # of several channels each may count once
    if is_once or not (is_more or is_near(claim.value, found)):
        return finding_of(
            board, "unverifiable", whole, parts, found, "other_matter", f"{says}，合计可能另有所指，请人工核对。"
        )
    return finding_of(
        board, "contradicted", whole, parts, found, "sum_differs", f"{says}，分项之和与总数不一致，请核对。"
    )


def _is_borne_out(board: Board, whole: int) -> bool:
    """Whether a table, or another sentence, has a total as well: its list then names some of the kinds only."""
    claim = board.claims[whole]
    printed = {figure(board, parse_metric(metric)).value for metric in settings()["sums"]["totals"]}
    return claim.value in printed or any(
        c.value == claim.value and c.metric == claim.metric != "other" and board.sentence(i) != board.sentence(whole)
        for i, c in enumerate(board.claims)
    )
