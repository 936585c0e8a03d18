"""Why a difference may be nobody's fault: what stands around a claim makes it another matter.

A metric says what a claim counts; the words beside it may say that it is another year's,
one office's, or of hotline calls and not of requests. Such doubts never clear a claim, they
only keep it from accusing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ...corpus.numbers import numbers
from ...corpus.report import Claim
from .board import PAUSE, Board, pattern, settings, wording, words
from .compare import has_digits, printed_step

_YEAR = re.compile(r"(20\d\d)(?=\s*年)")

WHY = {
    "unsure_claim": "正文陈述识别把握不足",
    "unsure_cells": "表中数字识别把握不足",
    "other_period": "正文说的可能不是本年度",
    "part_scope": "正文说的可能只是一部分",
    "area_scope": "正文说的可能是全辖区，表格可能只计本机关",
    "other_matter": "正文说的可能是另一类事项",
}


def sureness(claim: Claim) -> float:
    """How surely a claim is of its row: as it was read, or as its own words say."""
    for rule in settings()["names_its_row"]:
        if claim.metric.startswith(rule["metric"]) and words(rule["words"]).search(wording(claim)):
            return max(claim.confidence, rule["sure"])
    return claim.confidence


def unsure(board: Board, index: int) -> str | None:
    """Whether a claim's words do not bear its value out."""
    claim = board.claims[index]
    if claim.value not in (0, 100) and has_digits(claim) and printed_step(claim) is None:
        return "unsure_claim"
    rules = settings()["doubts"]
    if claim.value and words(rules["of_a_date"]).search(wording(claim)) and n_counts(claim) < 1:
        return "unsure_claim"
    denied = words(rules["no_none"]).sub("", wording(claim))  # 无法提供3件 denies nothing
    if claim.value == 0 and not words(rules["none_words"]).search(denied):
        return "unsure_claim"
    if claim.value not in (0, 100) and words(rules["denial"]).search(denied):
        return "unsure_claim"
    if _is_share_of_nothing(claim) or (claim.unit in rules["persons"] and claim.metric.startswith("requests/")):
        return "unsure_claim"
    if wording(claim).count(")") > wording(claim).count("(") or words(rules["run_on"]).search(wording(claim)):
        return "unsure_claim"  # what was cut out of a list, or runs on from a heading
    if any(looks(board, index) for looks in _MISREAD):
        return "unsure_claim"
    if board.is_in_table(index):
        return "unsure_claim"
    return "other_matter" if _is_disclaimed(board, index) else None


def _goes_the_other_way(board: Board, index: int) -> bool:
    """Whether a count of requests carried in is told as one carried out, or the reverse: 剩余2件结转 (下年)."""
    claim, rules = board.claims[index], settings()["doubts"]
    told = wording(claim) + board.after(index)[:_NEXT_WORD]
    leaves, arrives = words(rules["leaving"]).search(told), words(rules["arriving"]).search(told)
    if claim.metric.startswith("requests/carried_in/"):
        return leaves is not None and arrives is None
    return claim.metric.startswith("requests/carried_out/") and arrives is not None and leaves is None


_NEXT_WORD = 6


def _tells_two_rows(board: Board, index: int) -> bool:
    """Whether a claim's words name reviews and suits together, while it was read as a count of one, or the reverse."""
    claim, rules = board.claims[index], settings()["doubts"]
    rows = {address.split("/")[1] for address in claim.metric.split(" + ") if address.startswith("review_litigation/")}
    if rows == {"direct_suit", "suit_after_review"} and words(rules["one_suit"]).search(
        board.before(index) + wording(claim)
    ):
        return True
    if rows == {"review"} and words(rules["after_review"]).search(wording(claim)):
        return True
    if not rows or ("review" in rows and len(rows) > 1) or not words(rules["two_rows"]).search(wording(claim)):
        return False
    return not any(c.spans == claim.spans for i, c in enumerate(board.claims) if i != index)


def _is_share_of_nothing(claim: Claim) -> bool:
    """Whether a share was read where the metric is a count."""
    return claim.unit == "%" and claim.metric.count("/") == 2 and not claim.metric.startswith("ratio(")


def _is_of_row_before(board: Board, index: int) -> bool:
    """Whether a claim names no row, and the last one that its sentence names is another: 规章8件(废止1件)."""
    claim, rows = board.claims[index], settings()["row_words"]
    stem = "active_disclosure/"
    if not claim.metric.startswith(stem):
        return False
    said, before = wording(claim), board.before(index)
    names = {row: words(expression) for row, expression in rows.items() if row.startswith(stem)}
    if any(name.search(said) for name in names.values()):
        return False
    last = max(((m.end(), row) for row, name in names.items() for m in name.finditer(before)), default=None)
    return last is not None and not claim.metric.startswith(last[1])


def _is_of_the_day(board: Board, index: int) -> bool:
    """Whether answers are those that were given within a day, or of the year's requests only."""
    clause = board.clauses(index)
    is_result = board.claims[index].metric == "requests/result_total/total"
    return is_result and words(settings()["doubts"]["of_the_day"]).search(clause) is not None


def _is_of_those_carried_in(board: Board, index: int) -> bool:
    """Whether a claim counts what was handled of the requests carried in: 办结上年结转5件."""
    claim = board.claims[index]
    is_row = claim.metric in ("requests/carried_in/total", "requests/result_total/total")
    return is_row and words(settings()["doubts"]["of_those_carried_in"]).search(wording(claim)) is not None


def _is_disclaimed(board: Board, index: int) -> bool:
    """Whether a sentence says of its own figures that they are of something else than the disclosure of information."""
    claim = board.claims[index]
    if not claim.metric.startswith(APPLIED):
        return False
    sentence = board.before(index) + wording(claim) + board.after(index)
    return words(settings()["doubts"]["unrelated"]).search(sentence) is not None


def _is_quoted(board: Board, index: int) -> bool:
    """Whether a claim stands in quotation marks, or in a sentence that supposes or explains: it states nothing then."""
    before = board.before(index)
    if words(settings()["doubts"]["supposed"]).search(before + wording(board.claims[index])):
        return True
    if words(settings()["doubts"]["condition"]).match(board.after(index).lstrip()):
        return True
    return before.count('"') % 2 == 1 and '"' in board.after(index)


def _is_of_some_cases(board: Board, index: int) -> bool:
    """Whether a count of all reviews or suits is told of what became of some: 复议被撤1件, 出庭应诉3次."""
    claim = board.claims[index]
    is_whole = claim.metric.startswith("review_litigation/") and all(
        t.endswith("/total") for t in claim.metric.split(" + ")
    )
    return is_whole and bool(claim.value) and bool(words(settings()["doubts"]["some_cases"]).search(wording(claim)))


_MISREAD = (
    _is_of_some_cases,
    _goes_the_other_way,
    _tells_two_rows,
    _is_quoted,
    _is_of_the_day,
    _is_of_those_carried_in,
    _is_of_row_before,
)


def doubt(board: Board, index: int) -> str | None:
    """The reason not to accuse with a claim, or None."""
    if (reason := unsure(board, index)) is not None:
        return reason
    claim = board.claims[index]
    said, before = wording(claim), board.before(index)
    clause = board.clauses(index)
    rules = settings()["doubts"]
    if "/carried_in/" not in claim.metric and (
        words(rules["other_period"]).search(clause)
        or _is_cumulative(board, index, clause)
        or _is_other_year(board, clause)
    ):
        return "other_period"
    area = pattern("area_words")
    if area.search(clause) is None and words(rules["part_scope"]).search(clause):
        return "part_scope"
    if words(rules["each_of_several"]).search(clause) and words(rules["part_scope"]).search(before[: -len(clause)]):
        return "part_scope"
    if words(rules["example"]).search(clause) or _is_of_plain_documents(claim.metric, said):
        return "other_matter"
    if claim.metric.startswith(APPLIED) and (words(rules["about"]).search(clause) or _is_of_some(board, index)):
        return "part_scope"
    if claim.value == 0 and _is_none_of_some(board, index):
        return "part_scope"
    if claim.metric.startswith("review_litigation/") and words(rules["of_a_court"]).search(clause):
        return "other_matter"
    if _is_left_of_cases(board, index):
        return "other_matter"
    agency = board.report.agency
    if agency and pattern("office_agency").search(agency) and area.search(before[-40:] + said):
        return "area_scope"
    return _another_matter(board, index, said, before, clause) if claim.metric.startswith("requests/") else None


def _is_of_some(board: Board, index: int) -> bool:
    """Whether a count is of those only of which something is told: 有1件申请因逾期被投诉."""
    rules, said = settings()["doubts"], wording(board.claims[index])
    is_some = words(rules["some_of_them"]).search(said) and not words(settings()["list_ends"]).search(
        board.before(index)[-2:]
    )
    return bool(is_some and words(rules["told_of_some"]).search(board.after(index)))


def _is_none_of_some(board: Board, index: int) -> bool:
    """Whether what is denied is some of them only: 未发生因答复不及时引发的行政复议, 没有对企业实施行政处罚."""
    rules, claim = settings()["doubts"], board.claims[index]
    said = wording(claim)
    if claim.metric.startswith("review_litigation/"):
        is_whole = all(term.endswith("/total") for term in claim.metric.split(" + "))
        told = _last_clauses(board.before(index)) + said
        return bool(words(rules["none_for_a_fault"]).search(told)) or (
            is_whole and bool(words(rules["none_of_those_lost"]).search(said))
        )
    return claim.metric.startswith("active_disclosure/") and bool(words(rules["none_against_some"]).search(said))


def _last_clauses(before: str) -> str:
    """The last two clauses of what stands before a claim, with what parts them."""
    ends = [m.end() for m in PAUSE.finditer(before)]
    return before[ends[-3] :] if len(ends) > 2 else before


def _is_left_of_cases(board: Board, index: int) -> bool:
    """Whether a count of requests carried over stands behind reviews or suits: 行政诉讼1件,上年结转1件."""
    claim = board.claims[index]
    if "/carried_" not in claim.metric or "申请" in wording(claim):
        return False
    before = board.before(index)
    cases = max((m.end() for m in words(settings()["doubts"]["a_case"]).finditer(before)), default=-1)
    return cases > before.rfind("申请")


def _is_cumulative(board: Board, index: int, clause: str) -> bool:
    """Whether a claim is of all the years: its sentence says so, or adds up (累计) and names no time."""
    before, rules = board.before(index), settings()["doubts"]
    if words(rules["cumulative"]).search(before):
        return True
    if not words(rules["adds_up"]).search(clause):
        return False
    return bool(words(rules["since"]).search(board.after(index))) or not words(rules["a_time"]).search(before)


APPLIED = ("requests/", "review_litigation/")


def _is_of_plain_documents(metric: str, said: str) -> bool:
    """Whether a claim of normative documents calls them documents only, which may be any."""
    rules = settings()["doubts"]
    return "/normative_documents/" in metric and bool(words(rules["plain_documents"]).search(said))


def is_of_another_matter(board: Board, index: int) -> bool:
    """Whether a claim of requests is of something else that is applied for: a review, a document, a service."""
    claim = board.claims[index]
    if not claim.metric.startswith("requests/"):
        return False
    sentence = board.before(index) + wording(claim)
    if pattern("at_a_counter").search(sentence) and not pattern("names_requests").search(sentence):
        return True
    if not claim.metric.startswith("requests/new/"):
        return False
    rules = settings()["doubts"]
    told = wording(claim)
    if not words(rules["topic"]).search(told):  # 收到 1 份 | 行政复议申请
        told += PAUSE.split("".join(board.after(index).split()), maxsplit=1)[0]
    rest = words(rules["other_application"]).sub("", told)
    return rest != told and not words(rules["topic"]).search(rest)


def _another_matter(board: Board, index: int, said: str, before: str, clause: str) -> str | None:
    """Of requests: one channel or kind of applicant of them, or calls and letters that are none."""
    rules = settings()["doubts"]
    if board.claims[index].metric.endswith("/total"):
        recent = board.clauses(index, 2)
        if words(rules["channel"]).search(clause) or words(rules["applicant"]).search(recent):
            return "part_scope"
        if words(rules["bucket"]).search(clause) or _is_amid_parts(board, index):
            return "part_scope"
    if not words(rules["topic"]).search(said):
        context = board.context(index, rules["reach"]) + said
        last = [max((m.end() for m in words(rules[k]).finditer(context)), default=-1) for k in ("topic", "stranger")]
        if last[1] > last[0]:
            return "other_matter"
        following = PAUSE.split(board.after(index))[0]
        if words(rules["stranger"]).search(following) and not words(rules["topic"]).search(following):
            return "other_matter"
    return None


def _is_amid_parts(board: Board, index: int) -> bool:
    """Whether a count of all requests stands behind a channel's, in a sentence that tells them one by one."""
    sentence, at = board.sentence(index), board.start(index)
    return any(
        c.metric.startswith("requests/by_channel.") and board.sentence(i) == sentence and board.start(i) < at
        for i, c in enumerate(board.claims)
    ) and not words(settings()["list_ends"]).search(board.before(index)[-6:])


def _is_other_year(board: Board, clause: str) -> bool:
    """Whether the last year that a clause names is not the report's."""
    if board.report.year is None:
        return False
    years = _YEAR.findall(clause)
    return bool(years) and int(years[-1]) != board.report.year and "结转" not in clause


def n_counts(claim: Claim) -> int:
    """How many counts with their measure a claim's words hold; of several, another one may be meant."""
    return len(_counts(wording(claim)))


@lru_cache(maxsize=4096)
def _counts(said: str) -> tuple[float, ...]:
    return tuple(float(n.value) for n in numbers(said) if n.unit is not None and n.unit != "%")


def tells_too(claim: Claim, found: float | int | None) -> bool:
    """Whether a claim's words hold another count, and that is the one which was found."""
    counts = _counts(wording(claim))
    return len(counts) > 1 and found is not None and float(found) in counts


def is_near(a: float | int | None, b: float | int | None) -> bool:
    """Whether two figures of one fact differ as slips of the pen do."""
    if a is None or b is None:
        return False
    limits = settings()["near"]
    if a == 0 or b == 0:
        return False
    if abs(a - b) <= max(limits["count"], limits["share"] * max(abs(a), abs(b))):
        return True
    x, y = (str(int(v)) if v == int(v) else str(v) for v in (a, b))
    if len(x) < len(y):
        x, y = y, x
    if len(x) == len(y) + 1:  # a digit too many
        return any(x[:i] + x[i + 1 :] == y for i in range(len(x)))
    if len(x) != len(y) or len(x) < 2:
        return False
    apart = [i for i in range(len(x)) if x[i] != y[i]]
    return len(apart) == 1 or x == y[::-1] or (len(apart) == 2 and sorted(x) == sorted(y))


def is_close(a: float | int | None, b: float | int | None) -> bool:
    """Whether two large figures are so close that they can only be of one fact."""
    if not a or not b:
        return False
    limits = settings()["close"]
    return min(abs(a), abs(b)) >= limits["least"] and abs(a - b) <= limits["share"] * max(abs(a), abs(b))
