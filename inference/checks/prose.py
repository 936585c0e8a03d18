"""Claims against claims: one fact told twice, and what sentences and paragraphs say of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from ...corpus.metrics import parse_metric
from ...corpus.report import Claim, Finding
from .answers import answer_findings
from .board import PAUSE, Board, core, pattern, settings, wording
from .compare import Room, has_digits
from .doubt import is_close, is_near, is_of_another_matter
from .figures import figure, over_cells
from .growth import growth_findings
from .pairs import claim_room, finding_of
from .parts import part_findings
from .rates import balance_findings, is_of_counts, percentage_findings
from .readings import readings_of

_LARGE = 100
_HARDLY = 0.01
_ALL_BUT_NOT = 0.001


def prose_findings(board: Board) -> Iterator[Finding]:
    """Findings of one claim with others."""
    if len(board.claims) < 2:
        return
    yield from growth_findings(board)
    # Rows of an annex that were taken for prose are told against each other by its identities.
    usable = [
        i
        for i, c in enumerate(board.claims)
        if c.value is not None and c.period == "year" and c.section != "annex" and not is_of_another_matter(board, i)
    ]
    usable.sort(key=lambda i: (board.start(i), board.end(i)))
    yield from _told_twice(board, usable)
    sentences = _grouped(usable, board.sentence)
    for members in sentences:
        if len(members) > 1:
            yield from part_findings(board, members)
    for members in _grouped(usable, board.paragraph):
        if len(members) > 1:
            yield from answer_findings(board, members)
    n_shares = sum(board.claims[i].unit == "%" for i in usable)
    if n_shares < 2 and not any(is_of_counts(board.claims[i].metric) for i in usable):
        return
    for members in _grouped(usable, board.paragraph):
        if len(members) > 1:
            yield from balance_findings(board, members)
            yield from percentage_findings(board, members)


def _grouped(claims: Sequence[int], key: Callable[[int], int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for index in claims:
        groups.setdefault(key(index), []).append(index)
    return list(groups.values())


def _told_twice(board: Board, usable: Sequence[int]) -> Iterator[Finding]:
    first: dict[tuple[str, str], list[int]] = {}
    large: dict[str, list[int]] = {}
    told: dict[str, set[float | int | None]] = {}
    for index in usable:
        told.setdefault(board.claims[index].metric, set()).add(board.claims[index].value)
    for index in usable:
        claim = board.claims[index]
        if claim.scope != "report" or claim.unit == "%":
            continue
        if claim.metric in _slip_metrics():
            is_looser = len(told[claim.metric]) <= _MOST_WHOLES
            same = large.setdefault(claim.metric, [])
            if (other := next((i for i in same if _is_slip(board, i, index, is_looser=is_looser)), None)) is not None:
                yield _twice(board, other, index)
                continue
            same.append(index)
            if not is_looser:
                continue
        if claim.metric in _told_twice_metrics():
            key = (claim.metric, "")
            said = board.before(index)[-14:] + wording(claim)
            if claim.metric.startswith("proposals") and pattern("one_of_several").search(said):
                continue
        elif claim.metric in _same_words_metrics():
            if pattern("one_of_several").search(_clause(board.before(index)) + wording(claim)):
                continue
            key = (claim.metric, core(claim))
        else:
            continue
        known = first.setdefault(key, [])
        for other in known:
            if board.sentence(other) != board.sentence(index) and board.start(other) != board.start(index):
                yield _twice(board, other, index)
                break
        known.append(index)


_MOST_WHOLES = 2
"""A report that tells more totals of one thing than these tells parts of it, field by field: only two that are all
but equal are then one."""


@cache
def _told_twice_metrics() -> frozenset[str]:
    return frozenset(settings()["told_twice"])


@cache
def _slip_metrics() -> frozenset[str]:
    return frozenset(settings()["told_with_a_slip"])


def _is_slip(board: Board, first: int, second: int, *, is_looser: bool) -> bool:
    """Whether two large figures differ as a slip of the pen does: hardly, or in one digit or by a zero."""
    a, b = board.claims[first], board.claims[second]
    if a.comparator != "=" or b.comparator != "=" or a.unit != b.unit or a.value == b.value:
        return False
    low, high = sorted((a.value or 0, b.value or 0))
    if low < _LARGE or board.sentence(first) == board.sentence(second):
        return False
    if not is_looser:
        return high - low <= low * _ALL_BUT_NOT
    return high - low <= low * _HARDLY or (is_near(low, high) and high - low > 0.2 * high) or _one_digit(low, high)


def _one_digit(low: float | int, high: float | int) -> bool:
    x, y = str(low), str(high)
    return len(x) == len(y) and x[0] == y[0] and sum(a != b for a, b in zip(x, y, strict=True)) == 1


@cache
def _same_words_metrics() -> frozenset[str]:
    return frozenset(settings()["told_in_same_words"])


def _clause(before: str) -> str:
    """What stands before a claim since the sentence began, up to two commas back."""
    return "".join(PAUSE.split(before)[-3:])


def _twice(board: Board, first: int, second: int) -> Finding:
    a, b = board.claims[first], board.claims[second]
    both = f"“{a.text}”与“{b.text}”"
    if _meet(claim_room(a), claim_room(b)):
        return finding_of(board, "supported", second, [first], a.value, None, f"正文两处{both}说法一致。")
    if a.unit != b.unit and a.unit and b.unit and not (a.unit.endswith("元") and b.unit.endswith("元")):
        return finding_of(
            board, "unverifiable", second, [first], a.value, "other_unit", f"正文两处{both}单位不同，无法核对。"
        )
    if a.metric == "requests/new/total" and _is_with_carried(board, a, b):
        return finding_of(
            board, "unverifiable", second, [first], a.value, "new_and_carried_in",
            f"正文两处{both}不同，相差恰为上年结转数，可能一处含上年结转，请写明。",
        )  # fmt: skip
    if _is_other_reading(board, a) or _is_other_reading(board, b):
        return finding_of(
            board, "unverifiable", second, [first], a.value, "other_reading",
            f"正文两处{both}数字不同，其中一处可能另有所指，请写明。",
        )  # fmt: skip
    if _is_rest_told(board, first, second):
        return finding_of(
            board, "unverifiable", second, [first], a.value, "part_scope",
            f"正文两处{both}不同，相差恰为同一句里的另一个数，可能一处只说其中一部分。",
        )  # fmt: skip
    if not is_near(a.value, b.value) and not _is_denied(a, b):
        return finding_of(
            board, "unverifiable", second, [first], a.value, "other_matter",
            f"正文两处{both}数字不同，可能说的不是一件事，请人工核对。",
        )  # fmt: skip
    return finding_of(
        board,
        "contradicted",
        second,
        [first],
        a.value,
        "told_twice",
        f"正文两处{both}说法不一，请核对后统一。",
        apart=not is_close(a.value, b.value),
    )


def _is_rest_told(board: Board, first: int, second: int) -> bool:
    """Whether what two figures differ by stands beside one of them: then one is the whole and the other a part.

    A count of another row of the form (予以公开3件) is no such rest, and of nothing nothing is a part.
    """
    metric = board.claims[second].metric
    if not board.claims[first].value or not board.claims[second].value:
        return False
    gap = abs((board.claims[first].value or 0) - (board.claims[second].value or 0))
    beside = (board.sentence(first), board.sentence(second))
    return any(
        claim.value == gap
        and claim.unit == board.claims[second].unit
        and board.sentence(i) in beside
        and (claim.metric == metric or not over_cells(claim.metric))
        for i, claim in enumerate(board.claims)
        if i not in (first, second)
    )


def _is_other_reading(board: Board, claim: Claim) -> bool:
    """Whether another metric that the claim's words may state is told or printed with its value."""
    for metric in readings_of(claim):
        if figure(board, parse_metric(metric)).value == claim.value:
            return True
        if any(c.metric == metric and c.value == claim.value and c.scope == "report" for c in board.claims):
            return True
    return False


def _is_denied(a: Claim, b: Claim) -> bool:
    """Whether one of two says that there was none, in words and not as a figure of some list."""
    return any(c.value == 0 and not has_digits(c) for c in (a, b))


def _meet(a: Room, b: Room) -> bool:
    return a.least <= b.most and b.least <= a.most and (a.low <= b.high and b.low <= a.high)


def _is_with_carried(board: Board, a: Claim, b: Claim) -> bool:
    """Whether two counts of requests differ by those carried in, told in prose or printed."""
    gap = abs((a.value or 0) - (b.value or 0))
    told = {c.value for c in board.claims if c.metric == "requests/carried_in/total" and c.period == "year"}
    return gap in told or figure(board, parse_metric("requests/carried_in/total")).value == gap
