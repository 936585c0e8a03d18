"""Growth against the counts of two years: 收到46件，上年40件，同比增长20%.

What a growth is of is seldom said: it is taken for that of the count before it, and only where nothing else
stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from ...corpus.numbers import exact
from ...corpus.report import Claim, Finding
from .board import Board, settings, wording, words
from .compare import Room, room, show
from .doubt import doubt
from .pairs import claim_room, finding_of, quoted

_YEAR = re.compile(r"20\d\d(?=年)")
_OPENS = re.compile(r"\(?(20\d\d)年")
_NOUGHTS = re.compile(r"(\.\d*?)0+(?=%|倍)")
_TIMES = "倍"
_LARGE = 1000
"""Growth of counts from here on may have been reckoned from the rounded counts."""


class Growth(NamedTuple):
    """What a claim says of a change, and which claim tells the count that changed.

    ``then`` is None where the count of the year before is not told.
    """

    claim: int
    lead: str
    """The words between that count and the change."""
    sign: int
    now: int
    then: int | None

    @property
    def is_yearly(self) -> bool:
        """Whether the words say that it is against the year before."""
        return bool(_rule("against").search(self.lead))


def growth_findings(board: Board) -> Iterator[Finding]:
    """Findings of changes and the counts of both years that the same report tells."""
    for growth in growths(board):
        if growth.then is not None:
            yield from _against(board, growth, growth.then)


def growths(board: Board) -> list[Growth]:
    """The changes that a report tells of a count of the year, in the order of the text."""
    if not any(_changes(wording(c)) for c in board.claims):
        return []
    order = sorted(range(len(board.claims)), key=lambda i: (board.start(i), board.end(i)))
    known: dict[int, Growth] = {}
    for place, index in enumerate(order):
        claim = board.claims[index]
        if claim.value and claim.period == "year" and claim.scope == "report" and claim.spans:
            found = _growth(board, index, order[:place], known)
            if found is not None:
                known[index] = found
    return list(known.values())


@lru_cache(maxsize=4096)
def _changes(said: str) -> re.Match[str] | None:
    """The words of a change in a claim; what stands before its verb may tell of what it is."""
    return words(settings()["growth"]["change"]).search(said)


def _growth(board: Board, index: int, before: list[int], known: dict[int, Growth]) -> Growth | None:
    own = wording(board.claims[index])
    said = _changes(own)
    around = _tight(board.before(index)[-_FAR:]) + own + _tight(board.after(index)[:_NEXT])
    if said is None or _rule("no_growth").search(around):
        return None
    beside = [i for i in before if board.sentence(i) == board.sentence(index)]
    if not beside:
        return None
    last = beside[-1]
    lead = _tight(board.between(last, index)) + said["lead"]
    if not _rule("lead").fullmatch(lead) or len(lead) > _FAR:
        return None
    sign = 1 if said["up"] else -1
    if last in known:
        return known[last]._replace(claim=index, sign=sign) if _years(lead) <= {_year(board) - 1} else None
    metric = board.claims[last].metric
    if metric == "other" or board.claims[last].scope != "report" or board.claims[last].unit == "%":
        return None
    if _period(board, last) == "year":
        if _is_with_another(board, beside):
            return None
        then = _told_before(board, last, index)
        return Growth(index, lead, sign, last, then) if _years(lead) <= {_year(board) - 1} else None
    if _period(board, last) != "previous" or not _is_of_its_year(board, last, lead):
        return None
    at = max((board.start(i) for i in beside[:-1]), default=-1)
    now = next((i for i in beside[:-1] if board.start(i) == at and board.claims[i].metric == metric), None)
    if now is None or not _is_now(board, now) or not _is_of_all(board, now, last):
        return None
    if _rule("apart").search(_YEAR.sub("", board.between(now, last))):  # then it may be of what stands between
        return None
    return Growth(index, lead, sign, now, last)


_FAR = 24
_NEXT = 6


def _is_with_another(board: Board, beside: Sequence[int]) -> bool:
    """Whether the last of some counts stands behind another of its unit: 复议3件、诉讼1件 may have fallen together."""
    one, last = beside[-2:] if len(beside) > 1 else (None, beside[-1])
    if one is None or ";" in board.between(one, last):
        return False
    return _is_now(board, one) and board.claims[one].unit == board.claims[last].unit


def _is_of_all(board: Board, now: int, then: int) -> bool:
    """Whether neither count is told of some office or channel of which the other is not: 市本级上年40件."""
    part = words(settings()["doubts"]["part_scope"])
    return bool(part.search(board.clauses(now))) == bool(part.search(board.clauses(then)))


def _rule(name: str) -> re.Pattern[str]:
    return words(settings()["growth"][name])


def _tight(text: str) -> str:
    return "".join(text.split())


def _year(board: Board) -> int:
    return board.report.year or 0


def _years(text: str) -> set[int]:
    return {int(y) for y in _YEAR.findall(text)}


def _is_now(board: Board, index: int) -> bool:
    return _period(board, index) == "year" and board.claims[index].scope == "report"


def _period(board: Board, index: int) -> str:
    """The period of a claim: that of the year with which its clause begins, or as it was read."""
    opened = _OPENS.match(_tight(board.clauses(index)))
    known = {_year(board): "year", _year(board) - 1: "previous"}
    return known.get(int(opened[1]), "other") if opened else board.claims[index].period


def _is_of_its_year(board: Board, then: int, lead: str) -> bool:
    """Whether a change right behind an earlier count is from that count on: 较2021年的23件增长, 上年40件,同比增长."""
    named = _years(_tight(board.clauses(then)))
    if not _rule("against").search(lead):
        return True
    return named <= {_year(board) - 1} and _years(lead) <= {_year(board) - 1}


def _told_before(board: Board, now: int, growth: int) -> int | None:
    """The claim of the year before that all the report tells alike; None where there is none, or they differ."""
    metric = board.claims[now].metric
    same = [
        i for i, c in enumerate(board.claims)
        if c.metric == metric and _period(board, i) == "previous" and c.scope == "report" and c.value is not None
    ]  # fmt: skip
    named = {y for i in same for y in _years(_tight(board.clauses(i)))}
    if not same or named - {_year(board) - 1} or len({board.claims[i].value for i in same}) > 1:
        return None
    told = [_tight(board.clauses(i, 2)) for i in same]
    if any(_rule("no_last_year").search(said) or not _rule("last_year").search(said) for said in told):
        return None
    if not all(_is_of_all(board, now, i) for i in same):
        return None
    return min(same, key=lambda i: abs(board.start(i) - board.start(growth)))


# -- the figures -----------------------------------------------------------------


def _against(board: Board, growth: Growth, then: int) -> Iterator[Finding]:
    claim, now = board.claims[growth.claim], board.claims[growth.now]
    old = board.claims[then]
    if board.end(then) > board.start(growth.claim) > board.start(then):
        old = _without_more(old)  # 比上年的40件多 | 多8件
    if now.value is None or old.value is None:  # a figure that the page lost
        return
    if now.unit != old.unit and now.unit and old.unit:
        return
    is_named = words(settings()["growth"]["last_year"]).search(_tight(board.clauses(then))) is not None
    found = change(
        claim, growth.sign, now, claim_room(now), claim_room(old), now.value, old.value, may_swap=not is_named
    )
    if found is None:
        return
    verdict, value = found
    told = [growth.now, then]
    if verdict == "contradicted" and (doubt(board, growth.now) or _is_of_others(board, growth, then)):
        verdict = "unverifiable"
    says = f"正文“{claim.text}”，而按{quoted(board, told)}计算，{value.says}"
    end = {"supported": "，相符。", "contradicted": "，请核对。"}.get(verdict, "，可能另有所指，请人工核对。")
    reason = None if verdict == "supported" else "growth"
    yield finding_of(board, verdict, growth.claim, told, value.found, reason, says + end)


def _is_of_others(board: Board, growth: Growth, then: int) -> bool:
    """Whether a change is that of another metric of which both years are told: then it is meant."""
    claim = board.claims[growth.claim]
    both: dict[str, dict[str, list[int]]] = {}
    for index, other in enumerate(board.claims):
        if other.scope == "report" and other.value and other.unit != "%":
            both.setdefault(other.metric, {}).setdefault(_period(board, index), []).append(index)
    for told in both.values():
        for now in told.get("year", ()):
            for old in told.get("previous", ()):
                if (now, old) == (growth.now, then):
                    continue
                a, b = board.claims[now], board.claims[old]
                found = change(claim, growth.sign, a, claim_room(a), claim_room(b), a.value or 0, b.value or 0)
                if found is not None and found[0] == "supported":
                    return True
    return False


def _without_more(claim: Claim) -> Claim:
    return replace(claim, comparator="=")


def _as_rounded(claim: Claim) -> Claim:
    """A percentage without the noughts behind its decimals: 39.40% may be 39.4% with two places."""
    return replace(claim, text=_NOUGHTS.sub(r"\1", wording(claim)))


class Change(NamedTuple):
    """What two counts give, and how it is told."""

    found: float | int
    says: str


def change(
    claim: Claim, sign: int, counted: Claim, now: Room, old: Room, n_now: float, n_old: float, *, may_swap: bool = False
) -> tuple[str, Change] | None:
    """Whether a change is that of two counts; None where it cannot be told.

    Parameters
    ----------
    claim : Claim
        The change: a count with the unit of what changed, a percentage or a multiple.
    sign : int
        1 where it says more, -1 where less.
    counted : Claim
        The count that changed.
    now, old : Room
        What the counts of both years allow.
    n_now, n_old : float
        These counts.
    may_swap : bool
        Whether the reader may have taken the one year for the other: what would then hold accuses nobody.
    """
    is_multiple = _TIMES in wording(claim)
    if claim.unit == "%" or is_multiple:
        if n_old <= 0 or old.low <= 0 or (is_multiple and sign < 0):  # nothing is less by twice itself
            return None
        return _by_share(claim, sign, now, old, n_now, n_old, may_swap=may_swap)
    if claim.unit is not None and counted.unit is not None and claim.unit != counted.unit:
        return None
    gap = exact(n_now - n_old)
    allowed = room(claim)
    low, high = sorted((sign * (now.low - old.high), sign * (now.high - old.low)))
    holds = allowed.low <= high and low <= allowed.high
    may_hold = holds or (allowed.least <= high and low <= allowed.most)
    may_hold = may_hold or (may_swap and allowed.low <= -sign * gap <= allowed.high)
    told = Change(gap, f"相差{show(gap)}")
    return _verdict(claim, holds=holds, may_hold=may_hold), told


def _by_share(
    claim: Claim, sign: int, now: Room, old: Room, n_now: float, n_old: float, *, may_swap: bool
) -> tuple[str, Change]:
    is_multiple = claim.unit != "%"
    allowed = room(_as_rounded(claim), continuous=True).scaled(100.0 if is_multiple else 1.0)
    exactly = (n_now / n_old - 1) * 100
    spans = [((now.low / old.high - 1) * 100, (now.high / old.low - 1) * 100)]
    spans += [(r, r) for r in _of_rounded(n_now, n_old)]
    if is_multiple:  # 增长1.5倍 is also said of what became one and a half times as much
        spans += [(low + 100, high + 100) for low, high in spans]
    signed = [tuple(sorted((sign * low, sign * high))) for low, high in spans]
    holds = any(allowed.low <= high and low <= allowed.high for low, high in signed)
    may_hold = holds or any(allowed.least <= high and low <= allowed.most for low, high in signed)
    if may_swap and n_now > 0:
        may_hold = may_hold or allowed.low <= sign * (n_old / n_now - 1) * 100 <= allowed.high
    value = exact(round(exactly, 2))
    return _verdict(claim, holds=holds, may_hold=may_hold), Change(value, f"变化为{show(value)}%")


def _of_rounded(now: float, old: float) -> Iterator[float]:
    """The growth of two large counts as their rounded figures give it: 3.3万 and 3.0万 for 33120 and 30050."""
    if min(now, old) < _LARGE:
        return
    for digits in (2, 3):
        yield (_rounded(now, digits) / _rounded(old, digits) - 1) * 100


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _verdict(claim: Claim, *, holds: bool, may_hold: bool) -> str:
    return "supported" if holds else "unverifiable" if may_hold or claim.comparator != "=" else "contradicted"
