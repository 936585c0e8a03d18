"""Rates of answers against their counts, and what is said of all against some that are not so."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from ...corpus.metrics import MetricError, parse_metric
from ...corpus.numbers import exact
from ...corpus.report import Finding
from .board import PAUSE, Board, settings, wording, words
from .compare import Room, has_digits, room, show
from .figures import figure
from .pairs import claim_room, finding_of, quoted
from .shares import is_share_of_others

_NEW, _DONE, _CARRIED = "requests/new/total", "requests/result_total/total", "requests/carried_in/total"
_MANY = 100_000
"""Of more requests than these any rate is that of some."""


def answer_findings(board: Board, members: Sequence[int]) -> Iterator[Finding]:
    """Findings of the rates of answers that one paragraph tells."""
    rates = [i for i in members if board.claims[i].metric in settings()["rates"] and _is_whole(board, i)]
    late = [i for i in members if _is_late(board, i)] if rates else []
    for index in rates:
        yield from _against_counts(board, index, members)
        if board.claims[index].metric == settings()["rates"][1] and board.claims[index].value == 100:
            yield from _against_late(board, index, late)
    yield from _told_twice(board, rates)
    for index in members:
        yield from _all_against_some(board, index, members)


def _rule(name: str) -> re.Pattern[str]:
    return words(settings()["answers"][name])


def _is_whole(board: Board, index: int) -> bool:
    claim = board.claims[index]
    return claim.scope == "report" and claim.unit in ("%", None) and claim.comparator == "="


def _says(board: Board, index: int) -> str:
    """A claim's words with those of its clause before it."""
    return "".join(board.clauses(index).split())


def _deeds(said: str) -> set[str]:
    """What was done of requests, in a claim's words: 答复 is not 办结."""
    return set(_rule("deed").findall(said))


# -- a rate and its counts --------------------------------------------------------


def _against_counts(board: Board, index: int, members: Sequence[int]) -> Iterator[Finding]:
    """按时答复20件，按期答复率98% of 25: no count of those due gives that rate."""
    claim = board.claims[index]
    if not claim.value or not _is_plain_rate(board, index):
        return
    is_timely = claim.metric == settings()["rates"][1]
    near = [
        i for i in members
        if board.sentence(i) == board.sentence(index) and i != index and board.claims[i].comparator == "="
    ]  # fmt: skip
    done = [
        i for i in near
        if board.claims[i].metric == _DONE and bool(_rule("timely").search(_says(board, i))) == is_timely
        and _deeds(wording(board.claims[i])) & _deeds(wording(claim)) and (is_timely or _is_report(board, i))
    ]  # fmt: skip
    wholes = [
        i for i in near if board.claims[i].metric in (_NEW, _DONE) and i not in done and _is_report(board, i)
    ]  # fmt: skip
    if len({board.claims[i].value for i in done}) != 1 or not wholes:
        return
    if is_timely and _rule("extended").search(board.before(index) + board.after(index)):
        return  # what the law allows to be answered later is in time
    part = done[0]
    count = board.claims[part].value or 0
    if not count or any(count > (board.claims[i].value or 0) for i in wholes if board.claims[i].metric == _DONE):
        return
    whole = max(wholes, key=lambda i: board.claims[i].value or 0)
    rate = 100 * float(count) / float(board.claims[whole].value or 1)
    told = [part, whole]
    says = f"正文“{claim.text}”，而按{quoted(board, told)}计算为{show(round(rate, 2))}%"
    allowed = room(claim, continuous=True)
    if allowed.verdict(rate):
        yield finding_of(board, "supported", index, told, exact(round(rate, 2)), None, f"{says}，相符。")
    elif not _is_possible(board, near, (part, whole), allowed) and not is_share_of_others(board, index):
        yield finding_of(
            board, "contradicted", index, told, exact(round(rate, 2)), "answer_rate", f"{says}，请核对。", apart=True
        )
    elif claim.value == 100 and is_timely and (lacking := _answered_late(board, part, wholes)) is not None:
        told = [part, lacking]
        says = f"正文“{claim.text}”，而{quoted(board, told)}"
        yield finding_of(board, "contradicted", index, told, board.claims[part].value, "not_all", f"{says}，请核对。")


def _is_plain_rate(board: Board, index: int) -> bool:
    """Whether a claim tells in figures the rate of all requests, of which its clause names no channel or kind."""
    return has_digits(board.claims[index]) and bool(_rule("plain_rate").fullmatch(_says(board, index)))


def _is_report(board: Board, index: int) -> bool:
    return board.claims[index].scope == "report"


def _is_possible(board: Board, near: Sequence[int], told: tuple[int, int], allowed: Room) -> bool:
    """Whether some requests of those that were there give a rate that is allowed; always where it is unknown how many.

    At most all were due that were received or carried in. Those answered are no such end: others may have been due
    that were not answered; and those that were carried in may be left out on both sides.
    """
    done, most = (float(board.claims[i].value or 0) for i in told)
    received = [float(board.claims[i].value or 0) for i in near if board.claims[i].metric == _NEW]
    carried = [float(board.claims[i].value or 0) for i in near if board.claims[i].metric == _CARRIED]
    received, carried = received + _printed(board, _NEW), carried + _printed(board, _CARRIED)
    if not received or not carried:
        return True
    every = max(most, max(received) + max(carried))
    return _may_be_of(done, every, allowed) or any(
        _may_be_of(done - c, max(received), allowed) for c in carried if c < done
    )


def _printed(board: Board, metric: str) -> list[float]:
    """What the table prints for a metric, where it was surely read."""
    found = figure(board, parse_metric(metric))
    is_sure = found.value is not None and found.confidence >= settings()["confidence"]["cell"]
    return [float(found.value or 0)] if is_sure else []


def _may_be_of(count: float, top: float, allowed: Room) -> bool:
    """Whether some number of requests, from those done to all there were, gives a rate that is allowed."""
    if allowed.most <= 0:
        return True
    lowest = max(count, 100 * count / allowed.most)
    highest = min(top, 100 * count / allowed.least if allowed.least > 0 else top)
    return count > _MANY or math.ceil(lowest - 1e-9) <= math.floor(min(highest, 1e12) + 1e-9)


def _answered_late(board: Board, part: int, wholes: Sequence[int]) -> int | None:
    """A count of all that were answered, of which those in time are told to be fewer: 答复13件，其中按时答复12件."""
    sentence = board.before(part) + board.after(part)
    if _rule("extended").search(sentence) or _UNIT.search(board.after(part)):  # the others may be told, too
        return None
    deeds = _deeds(wording(board.claims[part]))
    for whole in wholes:
        is_of_it = board.start(whole) < board.start(part) and "其中" in board.between(whole, part)
        if is_of_it and board.claims[whole].metric == _DONE and _deeds(wording(board.claims[whole])) == deeds:
            return whole
    return None


_UNIT = re.compile(r"\d[件份宗条个]")


# -- all in time, and some too late -----------------------------------------------


def _is_late(board: Board, index: int) -> bool:
    """Whether a claim counts requests that were answered too late."""
    claim = board.claims[index]
    if not claim.value or claim.unit == "%" or claim.period != "year" or claim.scope != "report":
        return False
    following = PAUSE.split("".join(board.after(index).split()), maxsplit=1)[0][:_NEXT]
    return bool(_rule("late").search(wording(claim))) and not _rule("not_late").search(_says(board, index) + following)


_NEXT = 12


def _against_late(board: Board, index: int, late: Sequence[int]) -> Iterator[Finding]:
    for other in late:
        first, second = sorted((index, other), key=board.start)
        told = board.before(first)[-_NEXT:] + wording(board.claims[first]) + board.between(first, second)
        if _rule("but").search(told + wording(board.claims[second])):
            continue
        says = f"正文“{board.claims[index].text}”，而{quoted(board, [other])}，两者不可能同时成立，请核对。"
        yield finding_of(board, "contradicted", index, [other], board.claims[other].value, "not_all", says, apart=True)
        return


# -- one rate told twice ------------------------------------------------------------


def _told_twice(board: Board, rates: Sequence[int]) -> Iterator[Finding]:
    """均已答复，答复率92.3%: two figures of one rate."""
    for place, second in enumerate(rates):
        for first in rates[:place]:
            a, b = board.claims[first], board.claims[second]
            if a.metric != b.metric or a.spans == b.spans or not _deeds(wording(a)) & _deeds(wording(b)):
                continue
            if any(has_digits(board.claims[i]) and not _is_plain_rate(board, i) for i in (first, second)):
                continue
            one, other = claim_room(a), claim_room(b)
            if one.least <= other.most and other.least <= one.most:
                continue
            if _rule("but").search(board.before(first)[-_NEXT:] + board.between(first, second)) or not (
                has_digits(a) or has_digits(b)
            ):
                continue
            says = f"正文两处“{a.text}”与“{b.text}”说法不一，请核对后统一。"
            yield finding_of(board, "contradicted", second, [first], a.value, "told_twice", says, apart=True)
            return


# -- all of one kind, and some of another -------------------------------------------


def _kind(metric: str) -> tuple[str, set[str]] | None:
    """The group of kinds of which no request is of two, and those that a metric counts."""
    try:
        parsed = parse_metric(metric)
    except MetricError:
        return None
    for name, expression in settings()["answers"]["kinds"].items():
        found = {m[1] for t in parsed.terms if (m := words(expression).match(t))}
        if found and len(found) == len(parsed.terms):
            return name, found
    return None


def _all_against_some(board: Board, index: int, members: Sequence[int]) -> Iterator[Finding]:
    """收到申请12件，均为网上申请 … 信函申请2件: what is said of all beside a count of others."""
    claim = board.claims[index]
    if not claim.metric.startswith("ratio(requests/") or claim.value != 100 or has_digits(claim):
        return
    own, sentence = _kind(claim.metric), board.sentence(index)
    whole = next((i for i in reversed(members) if board.end(i) <= board.start(index)), None)
    if own is None or whole is None or board.claims[whole].metric not in (_NEW, _DONE):
        return
    if not _is_report(board, whole) or not _is_report(board, index):
        return
    if board.sentence(whole) != sentence or not _rule("of_these").fullmatch(
        "".join(board.between(whole, index).split())
    ):
        return
    for other in members:
        some = board.claims[other]
        if board.sentence(other) != sentence or not some.value or some.unit == "%" or not _is_report(board, other):
            continue
        kind = _kind(some.metric)
        if kind is None or kind[0] != own[0] or kind[1] & own[1] or board.start(other) < board.start(index):
            continue
        gap = board.between(index, other)
        if ";" in gap or _rule("but").search(board.before(index) + gap) or _is_mild(own[1], kind[1]):
            continue
        says = f"正文{quoted(board, [whole])}，“{claim.text}”，而{quoted(board, [other])}，两者不一致，请核对。"
        yield finding_of(board, "contradicted", index, [whole, other], some.value, "not_all", says, apart=True)
        return


def _is_mild(own: set[str], other: set[str]) -> bool:
    """Whether what is said of all is loosely true of the others: what was disclosed in part is disclosed, too."""
    return all(other <= set(settings()["answers"]["mild"].get(kind, ())) for kind in own)
