"""Parts against their whole, in one sentence of the prose.

A bare list of parts may be incomplete; only parts that exceed their whole, or a wording that
makes the list complete, contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

from ...corpus.metrics import parse_metric
from ...corpus.numbers import exact, numbers
from ...corpus.report import Claim, Finding
from .board import PAUSE, Board, pattern, settings, wording, words
from .compare import show
from .figures import figure
from .pairs import REACH, claim_room, finding_of, listing, total_room
from .sums import sum_finding

_NUMBER = re.compile(r"[\d.,万亿千百十几两零〇一二三四五六七八九]+")
_LIST = re.compile(r"\d+\s*[条件项篇次个份]\s*[,、;]")
_EQUALS = ("、", "和", "及", "与")
"""What stands between two counts of one rank: 新增11条、更新8条."""
_LAST_WORDS = 3
"""Characters before a bare count that say whether it is of all or of one category."""
_NEAR = 24
"""Characters between a whole and a part that belongs to it without a word that opens a list."""


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


def some_part(whole: Claim, part: Claim) -> float:
    """How surely a claim counts a part of a whole, whichever of its parts that is."""
    rules = [r for r in _part_rules().get(whole.metric, ()) if _is_part(part.metric, r)]
    sure, rivals = part.certainty, zip(part.certainty.rivals, part.certainty.odds, strict=False)
    return sure.value * (sure.metric + sum(odds for rival, odds in rivals if any(_is_part(rival, r) for r in rules)))


def part_findings(board: Board, members: list[int]) -> Iterator[Finding]:
    """Findings of one sentence's claims, wholes with the parts beside them."""
    for place, whole in enumerate(members):
        claim = board.claims[whole]
        if claim.scope != "report":
            continue
        if (summed := sum_finding(board, whole, members)) is not None:
            yield summed
            continue
        has_parts = claim.metric in _part_rules() or claim.metric in _complete_rules()
        has_partial = bool(pattern("shared_out").search(claim.metric)) and any(
            board.claims[i].scope == "part" and board.claims[i].metric == claim.metric for i in members
        )
        if not (has_parts or has_partial) or not _may_be_whole(board, whole):
            continue
        later = [i for i in members[place + 1 :] if board.start(i) >= board.end(whole)]
        if done := _natural(board, whole, members):
            yield done
            continue
        for rule in _part_rules().get(claim.metric, ()):
            parts = [i for i in later if _is_part(board.claims[i].metric, rule) and board.claims[i].scope == "report"]
            finding = _parts(board, whole, parts, rule)
            if finding is None and rule.get("near"):
                finding = _summed_up(board, whole, members[:place], rule)
            if finding is not None:
                yield finding
        partial = [
            i
            for i in later
            if has_partial and board.claims[i].metric == claim.metric and board.claims[i].scope == "part"
        ]
        partial = [i for i in partial if not words(settings()["doubts"]["instance"]).search(wording(board.claims[i]))]
        if len(partial) > 1 and (finding := _parts(board, whole, partial, {"marked": True})):
            yield finding


def _may_be_whole(board: Board, whole: int) -> bool:
    """Whether a claim tells all that was disclosed or received; one category or channel is the whole of nothing."""
    claim = board.claims[whole]
    if claim.metric == "requests/new/total":
        return not words(settings()["doubts"]["channel"]).search(board.clauses(whole))
    if claim.metric != "disclosure/items":
        return True
    said = _NUMBER.sub("", wording(claim))
    if not pattern("whole_of_items").match(said):
        return False
    before = board.before(whole)
    if pattern("one_field").search(before):
        return False
    if len(said) == 1 and not pattern("whole_of_items").match(PAUSE.split(before)[-1][-_LAST_WORDS:] + said):
        return False  # 单位基本情况9044条: the first category of a list
    return len(said) > 1 or bool(pattern("list_ends").search(before[-6:])) or not _LIST.search(before)


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
            with_carried = any(m.startswith("requests/") and not m.endswith("/total") for m in parts)
            return _sum_against(
                board, whole, found, is_complete=True, n_loose=0, overlap=False, with_carried=with_carried
            )
    return None


def _parts(board: Board, whole: int, parts: list[int], rule: dict[str, Any]) -> Finding | None:
    parts = _of_one_level(board, whole, parts)
    if not parts:
        return None
    if rule.get("carried"):
        return _against_intake(board, whole, parts)
    opening = board.between(whole, parts[0])
    if opening.strip() in _EQUALS:
        return None
    if rule.get("marked") and not pattern("list_opens").search(opening):
        exceeds = total_room(board, parts).least > claim_room(board.claims[whole]).most
        if not rule.get("near") or not exceeds or len(opening) > _NEAR:
            return None
    if ";" in opening and not pattern("list_opens").search(opening.rpartition(";")[2]):
        is_apart = total_room(board, parts).least > claim_room(board.claims[whole]).most
        if is_apart:
            return None  # what is told behind the whole, and is no part of it
    last = parts[-1]
    listed = "".join([opening, *(board.between(a, b) for a, b in pairwise(parts)), wording(board.claims[last])])
    is_complete = len(parts) > 1 and _is_complete(board, opening, listed, parts)
    n_loose = _n_loose(board, whole, parts) if is_complete else 0
    return _sum_against(
        board, whole, parts, is_complete=is_complete, n_loose=n_loose, overlap=rule.get("overlap", False),
        with_carried=rule.get("with_carried", False),
    )  # fmt: skip


def _summed_up(board: Board, whole: int, earlier: list[int], rule: dict[str, Any]) -> Finding | None:
    """A list whose sum is told behind it: A 3 条、B 4 条，合计 7 条."""
    parts = [i for i in earlier if _is_part(board.claims[i].metric, rule) and board.claims[i].scope == "report"]
    if len(parts) < 2:
        return None
    closing = board.between(parts[-1], whole) + wording(board.claims[whole])
    if len(closing) > _NEAR or not pattern("list_ends").search(closing):
        return None
    units = {u for i in parts if (u := board.claims[i].unit)}
    if len(units | ({board.claims[whole].unit} - {None})) > 1 or any(
        board.claims[i].metric == board.claims[whole].metric for i in earlier
    ):
        return None
    return _sum_against(board, whole, _without_covered(board, parts), is_complete=False, n_loose=0, overlap=False)


def _of_one_level(board: Board, whole: int, parts: list[int]) -> list[int]:
    """The parts of the first list behind a whole: no list within a list, no other unit, each stretch once."""
    claim = board.claims[whole]
    out: list[int] = []
    starts: set[int] = set()
    metrics: set[str] = set()
    last, is_within = whole, False
    for index in parts:
        part = board.claims[index]
        if board.start(index) in starts or part.unit == "%" or (part.unit != claim.unit and part.unit and claim.unit):
            continue
        between = board.between(whole, index)
        if len(between) > REACH:
            break
        depth, gap, last = between.count("(") - between.count(")"), board.between(last, index), index
        if pattern("list_leaves").search(gap) or (out and pattern("list_anew").search(gap)):
            break
        if not out:
            base = depth
        elif depth > base:
            continue
        elif depth < base:
            break
        elif is_within := _is_within(gap, is_within=is_within):
            continue
        if part.metric in metrics and part.metric != claim.metric:
            break  # the same part again: another list has begun
        metrics.add(part.metric)
        starts.add(board.start(index))
        out.append(index)
    return _without_covered(board, out)


def _is_within(gap: str, *, is_within: bool) -> bool:
    """Whether the next part is one of the part before it: 机构类20条,内有领导10条、职能4条;工作类11条."""
    *ended, since = gap.split(";")
    return (is_within and not ended) or bool(pattern("list_within").search(since))


def _without_covered(board: Board, parts: list[int]) -> list[int]:
    """Parts without those that another of them holds: children of a row, terms of a sum or the sum of its terms."""
    metrics = {board.claims[i].metric for i in parts}
    stems = tuple(m.removesuffix("*/total") for m in metrics if "*" in m and " + " not in m)
    sums = {m: set(m.split(" + ")) for m in metrics if " + " in m}
    dropped = {m for m, terms in sums.items() if terms <= metrics}
    dropped |= {term for m, terms in sums.items() if m not in dropped for term in terms}
    dropped |= {m for m in metrics if stems and "*" not in m and m.startswith(stems)}
    return [i for i in parts if board.claims[i].metric not in dropped]


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


def _sum_against(
    board: Board, whole: int, parts: list[int], *, is_complete: bool, n_loose: int, overlap: bool,
    with_carried: bool = False,
) -> Finding | None:  # fmt: skip
    claim = board.claims[whole]
    allowed, total = claim_room(claim), total_room(board, parts)
    found = exact(sum(board.claims[i].value or 0 for i in parts))
    sums = f"所列各项{listing(board, parts)} = {show(found)}" if len(parts) > 1 else f"“{board.claims[parts[0]].text}”"
    both = f"正文“{claim.text}”，{sums}"
    if overlap and len(parts) > 1:
        largest = max(parts, key=lambda i: board.claims[i].value or 0)
        if claim_room(board.claims[largest]).least > allowed.most:
            return _sum_against(board, whole, [largest], is_complete=False, n_loose=0, overlap=False)
        return None
    if total.low <= allowed.high and allowed.low <= total.high:
        if len(parts) == 1 and not is_complete and claim.value != found:
            return None
        return finding_of(board, "supported", whole, parts, found, None, f"{both}，相符。")
    if with_carried and any(total.low <= allowed.high + n and allowed.low + n <= total.high for n in _carried(board)):
        finding = finding_of(board, "supported", whole, parts, found, None, f"{both}，连同上年结转的相符。")
        return replace(finding, reason="new_and_carried_in")
    if total.least > allowed.most:
        return finding_of(
            board, "contradicted", whole, parts, found, "parts_exceed_whole", f"{both}，分项超过总数，请核对。"
        )
    if is_complete and total.most < allowed.least and not n_loose:
        return finding_of(
            board, "contradicted", whole, parts, found, "parts_differ", f"{both}，分项之和与总数不一致，请核对。"
        )
    if len(parts) == 1:
        return None
    return finding_of(
        board, "unverifiable", whole, parts, found, "incomplete_list", f"{both}，分项可能未列全，无法核对。"
    )


def _carried(board: Board) -> set[float | int]:
    """The requests carried in, as told or printed: the parts of those received may be told of both."""
    told = {c.value for c in board.claims if c.metric == "requests/carried_in/total" and c.period == "year"}
    return {n for n in (figure(board, parse_metric("requests/carried_in/total")).value, *told) if n}


def _against_intake(board: Board, whole: int, parts: list[int]) -> Finding | None:
    """Outcomes against the requests received: those carried in may be among them."""
    if any(board.claims[i].metric == "requests/result_total/total" for i in range(len(board.claims))):
        return None
    carried = figure(board, parse_metric("requests/carried_in/total")).value
    told = any(c.metric == "requests/carried_in/total" and c.period == "year" for c in board.claims)
    if carried is None and not told:
        return None
    most = claim_room(board.claims[whole]).most + max(_carried(board), default=0)
    if total_room(board, parts).least > most:
        return _sum_against(board, whole, parts, is_complete=False, n_loose=0, overlap=False)
    return None
