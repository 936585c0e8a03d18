"""Claims against claims: parts against a whole, a percentage against its counts, one fact told twice.

Works on sentences and paragraphs, as prose says "of these" and "which is … %" of what stands
beside it. A bare list of parts may be incomplete; only parts that exceed their whole, or a
wording that makes the list complete, contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from ..corpus.metrics import MetricError, parse_metric
from ..corpus.numbers import exact, numbers
from ..corpus.report import Claim, Finding
from .checks_board import Board, pattern, settings, wording, words
from .checks_claims import figure
from .checks_compare import Room, money_factor, room, show

_DIGITS = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两.,]+")
_REACH = 400
"""Characters within which a paragraph's counts belong to one matter."""


def prose_findings(board: Board) -> Iterator[Finding]:
    """Findings of one claim with others."""
    if len(board.claims) < 2:
        return
    usable = [i for i, c in enumerate(board.claims) if c.value is not None and c.period == "year"]
    usable.sort(key=lambda i: (board.start(i), board.end(i)))
    yield from _told_twice(board, usable)
    sentences = _grouped(usable, board.sentence)
    for members in sentences:
        if len(members) > 1:
            yield from _wholes(board, members)
    for members in _grouped(usable, board.paragraph):
        if len(members) > 1:
            yield from _balances(board, members)
            yield from _percentages(board, members)


def _grouped(claims: Sequence[int], key: Any) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for index in claims:
        groups.setdefault(key(index), []).append(index)
    return list(groups.values())


def _room(claim: Claim) -> Room:
    factor = money_factor(claim) if claim.unit and claim.unit.endswith("元") else None
    allowed = room(claim, continuous=factor is not None or claim.unit == "%")
    return allowed if factor is None else allowed.scaled(factor)


def _finding(
    board: Board, verdict: str, index: int, others: Sequence[int], found: float | int | None, reason: str | None,
    explanation: str,
) -> Finding:  # fmt: skip
    """A finding of several claims; one that stands on unsure claims accuses nobody."""
    limits = settings()["confidence"]
    parts = [board.claims[i].confidence for i in (index, *others)]
    confidence = min(parts)
    if verdict == "contradicted" and (confidence < limits["claim"] or parts[0] * confidence < limits["accuse"]):
        verdict, reason = "unverifiable", "unsure_claim"
    return Finding(
        "claim_vs_claim", verdict, index, (), board.claims[index].value, found, confidence,
        None if verdict == "supported" else reason, explanation, tuple(others),
    )  # fmt: skip


# -- one fact told twice ------------------------------------------------------------


def _told_twice(board: Board, usable: Sequence[int]) -> Iterator[Finding]:
    first: dict[tuple[str, str], list[int]] = {}
    for index in usable:
        claim = board.claims[index]
        if claim.scope != "report":
            continue
        if claim.metric in _told_twice_metrics():
            key = (claim.metric, "")
            said = board.before(index)[-14:] + wording(claim)
            if claim.metric.startswith("proposals") and pattern("one_of_several").search(said):
                continue
        elif claim.metric in _same_words_metrics():
            if pattern("one_of_several").search(_clause(board.before(index)) + wording(claim)):
                continue
            key = (claim.metric, _core(claim))
        else:
            continue
        known = first.setdefault(key, [])
        for other in known:
            if board.sentence(other) != board.sentence(index) and board.start(other) != board.start(index):
                yield _twice(board, other, index)
                break
        known.append(index)


@cache
def _told_twice_metrics() -> frozenset[str]:
    return frozenset(settings()["told_twice"])


@cache
def _same_words_metrics() -> frozenset[str]:
    return frozenset(settings()["told_in_same_words"])


def _clause(before: str) -> str:
    """What stands before a claim since the sentence began, up to two commas back."""
    return "".join(re.split(r"[,;:。]", before)[-3:])


def _core(claim: Claim) -> str:
    """A claim's words without number, measure and filler."""
    return pattern("filler").sub("", _DIGITS.sub("", wording(claim)))


def _twice(board: Board, first: int, second: int) -> Finding:
    a, b = board.claims[first], board.claims[second]
    both = f"“{a.text}”与“{b.text}”"
    if _meet(_room(a), _room(b)):
        return _finding(board, "supported", second, [first], a.value, None, f"正文两处{both}说法一致。")
    if a.unit != b.unit and a.unit and b.unit and not (a.unit.endswith("元") and b.unit.endswith("元")):
        return _finding(
            board, "unverifiable", second, [first], a.value, "other_unit", f"正文两处{both}单位不同，无法核对。"
        )
    if a.metric == "requests/new/total" and _is_with_carried(board, a, b):
        return _finding(
            board, "unverifiable", second, [first], a.value, "new_and_carried_in",
            f"正文两处{both}不同，相差恰为上年结转数，可能一处含上年结转，请写明。",
        )  # fmt: skip
    return _finding(
        board, "contradicted", second, [first], a.value, "told_twice", f"正文两处{both}说法不一，请核对后统一。"
    )


def _meet(a: Room, b: Room) -> bool:
    return a.least <= b.most and b.least <= a.most and (a.low <= b.high and b.low <= a.high)


def _is_with_carried(board: Board, a: Claim, b: Claim) -> bool:
    """Whether two counts of requests differ by those carried in, told in prose or printed."""
    gap = abs((a.value or 0) - (b.value or 0))
    told = {c.value for c in board.claims if c.metric == "requests/carried_in/total" and c.period == "year"}
    return gap in told or figure(board, parse_metric("requests/carried_in/total")).value == gap


# -- parts and wholes -----------------------------------------------------------------


@cache
def _part_rules() -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for rule in settings()["parts"]:
        fixed = frozenset(p for p in rule["parts"] if not p.endswith("*"))
        stems = tuple(p[:-1] for p in rule["parts"] if p.endswith("*"))
        out.setdefault(rule["whole"], []).append({**rule, "fixed": fixed, "stems": stems})
    return out


@cache
def _complete_rules() -> dict[str, list[tuple[str, ...]]]:
    out: dict[str, list[tuple[str, ...]]] = {}
    for rule in settings()["complete"]:
        out.setdefault(rule["whole"], []).append(tuple(rule["parts"]))
    return out


def _is_part(metric: str, rule: dict[str, Any]) -> bool:
    return metric in rule["fixed"] or bool(rule["stems"] and metric.startswith(rule["stems"]))


def _wholes(board: Board, members: list[int]) -> Iterator[Finding]:
    for place, whole in enumerate(members):
        claim = board.claims[whole]
        if claim.scope != "report":
            continue
        later = [i for i in members[place + 1 :] if board.start(i) >= board.end(whole)]
        if done := _natural(board, whole, members):
            yield done
            continue
        for rule in _part_rules().get(claim.metric, ()):
            parts = [i for i in later if _is_part(board.claims[i].metric, rule) and board.claims[i].scope == "report"]
            if finding := _parts(board, whole, parts, rule):
                yield finding
        partial = [i for i in later if board.claims[i].metric == claim.metric and board.claims[i].scope == "part"]
        if len(partial) > 1 and (finding := _parts(board, whole, partial, {"marked": True})):
            yield finding


def _natural(board: Board, whole: int, members: list[int]) -> Finding | None:
    """A whole whose parts are all named: new and carried in, natural and legal persons."""
    claim = board.claims[whole]
    for parts in _complete_rules().get(claim.metric, ()):
        found: list[int] = []
        for metric in parts:
            same = [i for i in members if board.claims[i].metric == metric and board.claims[i].scope == "report"]
            if len(same) != 1:
                break
            found += same
        if len(found) == len(parts) and found[0] != whole:
            return _sum_against(board, whole, found, is_complete=True, n_loose=0, overlap=False)
    return None


def _parts(board: Board, whole: int, parts: list[int], rule: dict[str, Any]) -> Finding | None:
    parts = _of_one_level(board, whole, parts, marked=rule.get("marked", False))
    if not parts:
        return None
    if rule.get("carried"):
        return _against_intake(board, whole, parts)
    opening = board.between(whole, parts[0])
    last = parts[-1]
    listed = "".join([opening, *(board.between(a, b) for a, b in pairwise(parts)), wording(board.claims[last])])
    is_complete = len(parts) > 1 and _is_complete(board, opening, listed, parts)
    n_loose = _n_loose(board, whole, parts) if is_complete else 0
    return _sum_against(
        board, whole, parts, is_complete=is_complete, n_loose=n_loose, overlap=rule.get("overlap", False)
    )


def _of_one_level(board: Board, whole: int, parts: list[int], *, marked: bool) -> list[int]:
    """The parts of the first list behind a whole: no list within a list, no other unit, each stretch once."""
    claim = board.claims[whole]
    out: list[int] = []
    starts: set[int] = set()
    for index in parts:
        part = board.claims[index]
        if board.start(index) in starts or part.unit == "%" or (part.unit != claim.unit and part.unit and claim.unit):
            continue
        between = board.between(whole, index)
        if len(between) > _REACH:
            break
        depth = between.count("(") - between.count(")")
        if not out:
            if marked and not pattern("list_opens").search(between):
                return []
            base = depth
        elif depth > base:
            continue
        elif depth < base or board.between(out[0], index).count("其中"):
            break
        starts.add(board.start(index))
        out.append(index)
    covered = [board.claims[i].metric.removesuffix("*/total") for i in out if "*" in board.claims[i].metric]
    return [
        i for i in out
        if "*" in board.claims[i].metric or not any(board.claims[i].metric.startswith(stem) for stem in covered)
    ]  # fmt: skip


def _is_complete(board: Board, opening: str, listed: str, parts: list[int]) -> bool:
    if pattern("list_is_open").search(listed) or pattern("list_is_open").match(board.after(parts[-1])[:4]):
        return False
    if pattern("list_is_complete").search(opening):
        return True
    joined = board.between(parts[-2], parts[-1]) + wording(board.claims[parts[-1]])[:1]
    return bool(pattern("list_of_two").search(opening) and words(settings()["list_joins"]).search(joined))


def _n_loose(board: Board, whole: int, parts: list[int]) -> int:
    """Numbers within or right after a list that are no part of it: then the list was not read in full."""
    text = board.after(whole)
    taken = sum(len(numbers(wording(board.claims[i]))) or 1 for i in parts)
    clauses = re.split(r"[;。]", text)
    return max(0, sum(n.unit != "%" for n in numbers(clauses[0])) - taken)


def _total(board: Board, parts: Sequence[int]) -> Room:
    rooms = [_room(board.claims[i]) for i in parts]
    return Room(*(sum(r[k] for r in rooms) for k in range(4)))


def _listing(board: Board, parts: Sequence[int]) -> str:
    return " + ".join(show(board.claims[i].value) for i in parts)


def _sum_against(
    board: Board, whole: int, parts: list[int], *, is_complete: bool, n_loose: int, overlap: bool
) -> Finding | None:
    claim = board.claims[whole]
    allowed, total = _room(claim), _total(board, parts)
    found = exact(sum(board.claims[i].value or 0 for i in parts))
    sums = f"所列各项{_listing(board, parts)} = {show(found)}" if len(parts) > 1 else f"“{board.claims[parts[0]].text}”"
    both = f"正文“{claim.text}”，{sums}"
    if overlap and len(parts) > 1:
        largest = max(parts, key=lambda i: board.claims[i].value or 0)
        if _room(board.claims[largest]).least > allowed.most:
            return _sum_against(board, whole, [largest], is_complete=False, n_loose=0, overlap=False)
        return None
    if total.low <= allowed.high and allowed.low <= total.high:
        if len(parts) == 1 and not is_complete and claim.value != found:
            return None
        return _finding(board, "supported", whole, parts, found, None, f"{both}，相符。")
    if total.least > allowed.most:
        return _finding(
            board, "contradicted", whole, parts, found, "parts_exceed_whole", f"{both}，分项超过总数，请核对。"
        )
    if is_complete and total.most < allowed.least and not n_loose:
        return _finding(
            board, "contradicted", whole, parts, found, "parts_differ", f"{both}，分项之和与总数不一致，请核对。"
        )
    if len(parts) == 1:
        return None
    return _finding(
        board, "unverifiable", whole, parts, found, "incomplete_list", f"{both}，分项可能未列全，无法核对。"
    )


def _against_intake(board: Board, whole: int, parts: list[int]) -> Finding | None:
    """Outcomes against the requests received: those carried in may be among them."""
    if any(board.claims[i].metric == "requests/result_total/total" for i in range(len(board.claims))):
        return None
    carried = figure(board, parse_metric("requests/carried_in/total")).value
    told = [c.value for c in board.claims if c.metric == "requests/carried_in/total" and c.period == "year"]
    if carried is None and not told:
        return None
    most = _room(board.claims[whole]).most + max(carried or 0, *(v or 0 for v in told), 0)
    if _total(board, parts).least > most:
        return _sum_against(board, whole, parts, is_complete=False, n_loose=0, overlap=False)
    return None


# -- balances and percentages -----------------------------------------------------------


def _one(board: Board, members: Sequence[int], metric: str) -> int | None:
    """The one claim of a metric in a paragraph; None where there is none or they differ."""
    same = [i for i in members if board.claims[i].metric == metric and board.claims[i].scope == "report"]
    if not same or len({board.claims[i].value for i in same}) > 1:
        return None
    return same[0]


def _balances(board: Board, members: list[int]) -> Iterator[Finding]:
    for rule in settings()["balances"]:
        sides = [[_one(board, members, m) for m in rule[side]] for side in ("left", "right")]
        told = [i for side in sides for i in side if i is not None]
        if len(told) < len(sides[0]) + len(sides[1]):
            continue
        if board.start(max(told)) - board.start(min(told)) > _REACH or len({board.claims[i].unit for i in told}) > 1:
            continue
        left, right = ([i for i in side if i is not None] for side in sides)
        a, b = _total(board, left), _total(board, right)
        sums = tuple(exact(sum(board.claims[i].value or 0 for i in side)) for side in (left, right))
        says = f"正文{_quoted(board, left)}，{_quoted(board, right)}"
        if a.low <= b.high and b.low <= a.high:
            verdict, end = "supported", "，数量关系相符。"
        elif a.most < b.least or b.most < a.least:
            verdict, end = "contradicted", f"，{show(sums[0])}与{show(sums[1])}对不上，请核对。"
        else:
            verdict, end = "unverifiable", "，含概数，无法核对。"
        yield _finding(board, verdict, left[0], [*left[1:], *right], sums[1], rule["reason"], says + end)


def _quoted(board: Board, claims: Sequence[int]) -> str:
    return "、".join(f"“{board.claims[i].text}”" for i in claims)


@cache
def _rates() -> dict[str, tuple[str, tuple[str, ...], str | None]]:
    return {r["rate"]: (r["part"], tuple(r["wholes"]), r.get("less")) for r in settings()["percentages"]}


@cache
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


def _percentages(board: Board, members: list[int]) -> Iterator[Finding]:
    for index in members:
        claim = board.claims[index]
        ratio = _ratio(claim.metric)
        if ratio is None or claim.scope != "report" or claim.unit not in ("%", None):
            continue
        part = _nearest(board, members, ratio[0], index)
        if part is None:
            continue
        told = [(w, i) for w in ratio[1] if (i := _nearest(board, members, w, index)) not in (None, part)]
        wholes = [i for _, i in told if i is not None and board.claims[i].value]
        if not wholes or {board.claims[part].comparator, *(board.claims[i].comparator for i in wholes)} != {"="}:
            continue
        # where the whole itself is not told, what stands for it may be another number
        is_sure = told[0][0] == ratio[1][0] or (ratio[2] and not _nearest(board, members, ratio[2], index))
        yield _percentage(board, index, part, wholes, may_accuse=bool(is_sure))


def _nearest(board: Board, members: Sequence[int], metric: str, index: int) -> int | None:
    """The claim of a metric that stands nearest before a percentage in its paragraph."""
    same = [
        i for i in members
        if board.claims[i].metric == metric and board.claims[i].scope == "report" and i != index
        and board.start(i) <= board.start(index) and board.start(index) - board.start(i) <= _REACH
    ]  # fmt: skip
    return same[-1] if same else None


def _percentage(board: Board, index: int, part: int, wholes: list[int], *, may_accuse: bool) -> Finding:
    claim = board.claims[index]
    allowed = room(claim, continuous=True)
    count = board.claims[part].value or 0
    rates = [float(count) / float(board.claims[i].value or 1) * 100 for i in wholes]
    above = _room(board.claims[part])
    spans = [(above.low / w.high * 100, above.high / w.low * 100) for w in (_room(board.claims[i]) for i in wholes)]
    for whole, rate, (low, high) in zip(wholes, rates, spans, strict=True):
        if allowed.verdict(rate) or (low <= allowed.high and allowed.low <= high):
            return _finding(
                board, "supported", index, [part, whole], exact(round(rate, 2)), None,
                f"正文“{claim.text}”与{show(count)}／{show(board.claims[whole].value)}相符。",
            )  # fmt: skip
    worth = "，".join(
        f"{show(count)}／{show(board.claims[i].value)} = {r:.2f}%" for i, r in zip(wholes, rates, strict=True)
    )
    says = f"正文“{claim.text}”，而按{_quoted(board, [part, *wholes])}计算，{worth}"
    verdict, reason, end = "contradicted", "percentage", "，请核对。"
    if not may_accuse:
        verdict, reason, end = "unverifiable", "other_whole", "，分母可能另有所指。"
    elif allowed.verdict(rates[0]) is None:
        verdict, reason, end = "unverifiable", "approximate", "。"
    elif claim.value == 100 and rates[0] < 100 and claim.metric.startswith("ratio(requests"):
        verdict, reason, end = "unverifiable", "not_due", "，可能有尚未到期的。"
    return _finding(board, verdict, index, [part, *wholes], exact(round(rates[0], 2)), reason, says + end)
