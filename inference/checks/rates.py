"""Equations and percentages between the counts of one paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from ...corpus.metrics import MetricError, parse_metric
from ...corpus.numbers import exact
from ...corpus.report import Finding
from .board import Board, pattern, settings, wording, words
from .compare import Room, room, show
from .pairs import REACH, claim_room, finding_of, quoted, total_room
from .shares import is_share_of_others


def _one(board: Board, members: Sequence[int], metric: str) -> int | None:
    """The one claim of a metric in a paragraph; None where there is none or they differ."""
    same = [i for i in members if board.claims[i].metric == metric and board.claims[i].scope == "report"]
    if not same or len({board.claims[i].value for i in same}) > 1:
        return None
    return same[0]


def balance_findings(board: Board, members: list[int]) -> Iterator[Finding]:
    """Findings of equations whose terms one paragraph tells: new + carried in = handled + carried out."""
    metrics = {board.claims[i].metric for i in members}
    for rule in settings()["balances"]:
        if not metrics.issuperset(rule["left"]) or not metrics.issuperset(rule["right"]):
            continue
        sides = [[_one(board, members, m) for m in rule[side]] for side in ("left", "right")]
        told = [i for side in sides for i in side if i is not None]
        if len(told) < len(sides[0]) + len(sides[1]):
            continue
        if board.start(max(told)) - board.start(min(told)) > REACH or len({board.claims[i].unit for i in told}) > 1:
            continue
        if len({board.claims[i].spans for i in told}) < len(told):  # 受理、答复123件 is of both sides at once
            continue
        left, right = ([i for i in side if i is not None] for side in sides)
        yield _balance(board, left, right, rule)


def _balance(board: Board, left: list[int], right: list[int], rule: Mapping[str, Any]) -> Finding:
    """One equation of what a paragraph tells; the first of the left may be all of it (543件，含上年结转6件)."""
    a, b = total_room(board, left), total_room(board, right)
    whole = total_room(board, left[:1])
    sums = tuple(exact(sum(board.claims[i].value or 0 for i in side)) for side in (left, right))
    says, reason = f"正文{quoted(board, left)}，{quoted(board, right)}", rule["reason"]
    if _meet(a, b):
        verdict, end = "supported", "，数量关系相符。"
    elif "or" in rule and not words(rule["unless"]).search(wording(board.claims[left[0]])) and _meet(whole, b):
        verdict, end, reason = (
            "supported",
            f"，{quoted(board, left[:1])}含{quoted(board, left[1:])}时相符。",
            rule["or"],
        )
    elif a.most < b.least or b.most < a.least:
        verdict, end = "contradicted", f"，合计{show(sums[0])}与合计{show(sums[1])}对不上，请核对。"
    else:
        verdict, end = "unverifiable", "，含概数，无法核对。"
    others = [*left[1:], *right]
    apart = len({board.sentence(i) for i in (left[0], *others)}) > 1
    finding = finding_of(board, verdict, left[0], others, sums[1], reason, says + end, apart=apart)
    return replace(finding, reason=reason) if reason == rule.get("or") else replace(finding, stated=sums[0])


def _meet(a: Room, b: Room) -> bool:
    return a.low <= b.high and b.low <= a.high


@lru_cache(maxsize=1024)
def is_of_counts(metric: str) -> bool:
    """Whether a metric is a rate of counts, or closes an equation of them."""
    return (
        metric.startswith("ratio(")
        or metric in _rates()
        or any(metric == r["right"][-1] for r in settings()["balances"])
    )


@cache
def _rates() -> dict[str, tuple[str, tuple[str, ...], str | None]]:
    return {r["rate"]: (r["part"], tuple(r["wholes"]), r.get("less")) for r in settings()["percentages"]}


@lru_cache(maxsize=1024)
def _ratio(metric: str) -> tuple[str, tuple[str, ...], str | None] | None:
    """The part of a rate, the wholes that it may be of, and what must be untold for the second to be sure."""
    if metric in _rates():
        return _rates()[metric]
    if not metric.startswith("ratio("):
        return None
    try:
        parsed = parse_metric(metric)
    except MetricError:
        return None
    wholes = list(settings()["wholes_of_ratio"])
    whole = " + ".join(parsed.whole)
    return " + ".join(parsed.terms), (whole, *(w for w in wholes if w != whole and whole in wholes)), None


def percentage_findings(board: Board, members: list[int]) -> Iterator[Finding]:
    """Findings of the rates of one paragraph and the counts that they are of."""
    done = set()
    for finding in _shares(board, members):
        done.add(finding.claim)
        yield finding
    for index in members:
        if index in done:
            continue
        claim = board.claims[index]
        ratio = _ratio(claim.metric)
        if ratio is None or claim.scope != "report" or claim.unit not in ("%", None):
            continue
        part = _nearest(board, members, ratio[0], index)
        if part is None or board.claims[part].unit == "%" or _is_of_the_count_before(board, members, index, part):
            continue
        told = [(w, i) for w in ratio[1] if (i := _nearest(board, members, w, index)) not in (None, part)]
        told += _told_elsewhere(board, [w for w in ratio[1] if w not in dict(told)], part)
        wholes = [i for _, i in told if i is not None and board.claims[i].value]
        if not wholes or {board.claims[part].comparator, *(board.claims[i].comparator for i in wholes)} != {"="}:
            continue
        # where the whole itself is not told, what stands for it may be another number
        is_sure = told[0][0] == ratio[1][0] or (
            ratio[2] is not None and _nearest(board, members, ratio[2], index) is None
        )
        agree = _implied_elsewhere(board, members, index, part, wholes[0])
        yield _percentage(board, index, part, wholes, may_accuse=is_sure and not agree)


def _is_of_the_count_before(board: Board, members: Sequence[int], index: int, part: int) -> bool:
    """Whether a share stands right behind another count than that which it was taken for: 窗口4件(8%)."""
    if pattern("share_of_several").search(board.between(part, index) + wording(board.claims[index])):
        return False
    before = [i for i in members if board.end(i) <= board.start(index) and board.claims[i].unit != "%"]
    last = max(before, key=board.end, default=part)
    return last != part and board.start(index) - board.end(last) <= _BESIDE and board.end(last) > board.end(part)


def _shares(board: Board, members: list[int]) -> Iterator[Finding]:
    """Counts with their shares, of a whole that the counts add up to: 111件，占92.3%；9件，占7.7%, of 120件.

    That the counts add up says what the whole is, whatever the claims were taken for.
    """
    pairs = [
        (count, rate)
        for count, rate in pairwise(members)
        if board.claims[rate].unit == "%" and board.claims[count].unit not in ("%", None)
        and board.start(rate) - board.end(count) <= _BESIDE
        and pattern("share_of").search(board.between(count, rate) + wording(board.claims[rate]))
    ]  # fmt: skip
    if len(pairs) < 2:
        return
    counts = [count for count, _ in pairs]
    claims = [board.claims[i] for i in counts]
    values = [c.value for c in claims]
    if len({c.unit for c in claims}) > 1 or any(c.comparator != "=" for c in claims) or sum(map(bool, values)) < 2:
        return
    total = sum(c.value or 0 for c in claims)
    wholes = [
        i for i in members
        if board.start(i) < board.start(counts[0]) and board.claims[i].value == total
        and board.claims[i].unit == claims[0].unit and board.claims[i].comparator == "="
    ]  # fmt: skip
    if not wholes or not total or board.start(pairs[-1][1]) - board.start(wholes[-1]) > REACH:
        return
    for count, rate in pairs:
        finding = _percentage(board, rate, count, [wholes[-1]], may_accuse=True, is_sure=True)
        yield replace(finding, reason="share" if finding.reason == "percentage" else finding.reason)


def _implied_elsewhere(board: Board, members: Sequence[int], index: int, part: int, whole: int) -> bool:
    """Whether a share and another one of its list are of one whole, and that is not the one at hand.

    1918条(6%),4556条(14.3%): both of some 31900, which stands elsewhere.
    """
    mine = _implied(board, part, index)
    value = float(board.claims[whole].value or 0)
    if mine is None or mine[0] <= value <= mine[1]:
        return False
    for count, rate in pairwise(members):
        if rate == index or board.claims[rate].unit != "%" or board.start(rate) - board.end(count) > _BESIDE:
            continue
        other = _implied(board, count, rate)
        if other is not None and mine[0] <= other[1] and other[0] <= mine[1] and not other[0] <= value <= other[1]:
            return True
    return False


def _implied(board: Board, count: int, rate: int) -> tuple[float, float] | None:
    """The wholes of which a count may be the percentage that is told."""
    of, allowed = claim_room(board.claims[count]), room(board.claims[rate], continuous=True)
    if board.claims[count].unit == "%" or allowed.low <= 0 or of.low <= 0:
        return None
    return of.low / allowed.high * 100, of.high / allowed.low * 100


_BESIDE = 8
"""Characters between a count and its share."""


def _nearest(board: Board, members: Sequence[int], metric: str, index: int) -> int | None:
    """The claim of a metric that stands nearest before a percentage in its paragraph."""
    same = [
        i for i in members
        if board.claims[i].metric == metric and board.claims[i].scope == "report" and i != index
        and board.start(i) <= board.start(index) and board.start(index) - board.start(i) <= REACH
    ]  # fmt: skip
    return same[-1] if same else None


def _only_one(board: Board, metric: str) -> int | None:
    """The claim of a metric that the whole report tells alike, wherever it does."""
    same = [
        i for i, c in enumerate(board.claims) if c.metric == metric and c.scope == "report" and c.period == "year"
    ]  # fmt: skip
    if not same or len({(board.claims[i].value, board.claims[i].unit) for i in same}) > 1:
        return None
    return same[0]


def _told_elsewhere(board: Board, wholes: Sequence[str], part: int) -> list[tuple[str, int]]:
    """Wholes that other paragraphs tell: 占总数 may be of all requests, where those that were answered stand near."""
    found = [(whole, _only_one(board, whole)) for whole in wholes]
    return [(w, i) for w, i in found if i not in (None, part) and board.claims[i].comparator == "="]


def _percentage(
    board: Board, index: int, part: int, wholes: list[int], *, may_accuse: bool, is_sure: bool = False
) -> Finding:
    claim = board.claims[index]
    allowed = room(claim, continuous=True)
    count = board.claims[part].value or 0
    rates = [float(count) / float(board.claims[i].value or 1) * 100 for i in wholes]
    above = claim_room(board.claims[part])
    spans = [
        (above.low / w.high * 100, above.high / w.low * 100) for w in (claim_room(board.claims[i]) for i in wholes)
    ]
    for whole, rate, (low, high) in zip(wholes, rates, spans, strict=True):
        if allowed.verdict(rate) or (low <= allowed.high and allowed.low <= high):
            return finding_of(
                board, "supported", index, [part, whole], exact(round(rate, 2)), None,
                f"正文“{claim.text}”与{show(count)}／{show(board.claims[whole].value)}相符。",
            )  # fmt: skip
    worth = "，".join(
        f"{show(count)}／{show(board.claims[i].value)} = {r:.2f}%" for i, r in zip(wholes, rates, strict=True)
    )
    says = f"正文“{claim.text}”，而按{quoted(board, [part, *wholes])}计算，{worth}"
    verdict, reason, end = "contradicted", "percentage", "，请核对。"
    if not may_accuse or (not is_sure and is_share_of_others(board, index)):
        verdict, reason, end = "unverifiable", "other_whole", "，分母可能另有所指。"
    elif allowed.verdict(rates[0]) is None:
        verdict, reason, end = "unverifiable", "approximate", "。"
    elif claim.value == 100 and rates[0] < 100 and claim.metric.startswith("ratio(requests"):
        verdict, reason, end = "unverifiable", "not_due", "，可能有尚未到期的。"
    return finding_of(
        board, verdict, index, [part, *wholes], exact(round(rates[0], 2)), reason, says + end, is_sure=is_sure
    )
