"""What else a claim's words may state: one sentence often admits two readings of the tables.

收到申请 N 件 may be the new requests, or these and the ones carried in; what is told of one applicant,
of several together or as a share is then meant like the whole. A reading clears a claim, it never accuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ...corpus.metrics import Metric, MetricError, parse_metric
from ...corpus.report import Claim
from .board import Board, pattern, settings, wording, words


class Rule(NamedTuple):
    """Another metric that a claim of one may state, and which words allow it."""

    reason: str
    metric: Metric
    unless: str | None = None
    when: str | None = None
    small: bool = False

    def fits(self, claim: Claim, before: str) -> bool:
        """Whether the claim's words, and those of its sentence before it, allow the reading."""
        if self.small and not claim.value < settings()["small_office"]:  # type: ignore[operator]
            return False
        said = wording(claim)
        if self.when and not words(self.when).search(before + said):
            return False
        return not (self.unless and words(self.unless).search(said))


def readings(board: Board, index: int, claim: Claim, metric: Metric) -> Iterator[tuple[str, Metric]]:
    """Other metrics that the claim's words may state; that there was none is said of one thing only."""
    if claim.value == 0:
        return
    for rule in rules_of(claim.metric):
        if not rule.fits(claim, board.before(index)):
            continue
        is_whole = claim.metric.endswith("/total") and not metric.is_ratio
        is_intake = (
            claim.metric == "requests/new/total"
        )  # what was handled may be all that was there, however it is told
        if rule.reason == "new_and_carried_in" and is_whole and is_intake and _is_told_apart(board, index):
            continue
        yield rule.reason, rule.metric
    if metric.is_ratio:
        if metric.whole in wholes_of_ratio():
            for whole in wholes_of_ratio():
                if whole not in (metric.whole, metric.terms):
                    yield "other_whole", Metric(metric.terms, whole)
    elif len(metric.terms) == 1 and metric.terms[0].startswith("active_disclosure/"):
        yield from _of_disclosure(board, index, claim, metric.terms[0])


def readings_of(claim: Claim) -> Iterator[str]:
    """The other metrics that a claim's own words may state."""
    if claim.value:
        yield from (written(rule.metric) for rule in rules_of(claim.metric) if rule.fits(claim, ""))


@cache
def wholes_of_ratio() -> tuple[tuple[str, ...], ...]:
    """What a share of requests may be of."""
    return tuple(parse_metric(w).terms for w in settings()["wholes_of_ratio"])


@cache
def written(metric: Metric) -> str:
    """A metric as the contract writes it."""
    part = " + ".join(metric.terms)
    return f"ratio({part}, {' + '.join(metric.whole)})" if metric.is_ratio else part


@cache
def rules_of(metric: str) -> tuple[Rule, ...]:
    """The readings of a metric: those named for it, and those of the rows that it counts."""
    try:
        parsed = parse_metric(metric)
    except MetricError:
        return ()
    plain = [
        Rule(r["reason"], parse_metric(r["as"]), r.get("unless"), r.get("when"), r.get("small", False))
        for r in settings()["readings"]
        if r["metric"] == metric
    ]
    if parsed.is_ratio:
        part = " + ".join(parsed.terms)
        plain += [
            Rule(r["reason"], Metric(parse_metric(r["as"]).terms, parsed.whole), r.get("unless"), r.get("when"))
            for r in settings()["readings"]
            if r["metric"] == part and r.get("ratio")
        ]
    rows = [rule for base in (Rule("", parsed), *plain) for rule in _of_rows(base)]
    return tuple(dict.fromkeys(r for r in (*plain, *rows, *_of_settled(parsed)) if r.metric != parsed))


def _of_rows(base: Rule) -> Iterator[Rule]:
    """A metric of some applicants with its row read as another, in a share both of the part and of the whole."""
    terms = [a.split("/") for a in base.metric.terms]
    if any(len(t) != 3 or t[0] != "requests" or t[2] == "total" for t in terms):
        return
    for entry in settings()["row_readings"]:
        if all(row == entry["row"] for _, row, _ in terms):
            unless = "|".join(filter(None, (base.unless, entry.get("unless")))) or None
            read = [tuple(_as_rows(side, entry)) for side in (base.metric.terms, base.metric.whole)]
            yield Rule(entry["reason"], Metric(*read), unless, entry.get("when") or base.when, base.small)


def _as_rows(terms: tuple[str, ...], entry: dict[str, str]) -> Iterator[str]:
    for term in terms:
        table, row, column = term.split("/", 2)
        rows = entry["as"] if row == entry["row"] else (row,)
        yield from (f"{table}/{r}/{column}" for r in rows)


def _of_settled(metric: Metric) -> Iterator[Rule]:
    """All reviews or suits read as those that were decided."""
    settled = settings()["settled"]
    side = metric.whole or metric.terms
    if any(t.split("/")[0] not in settled["tables"] or not t.endswith("/total") for t in side):
        return
    decided = tuple(f"{t.rpartition('/')[0]}/{column}" for t in side for column in settled["columns"])
    if metric.is_ratio:
        yield Rule(settled["reason"], Metric(metric.terms, decided))
    else:
        yield Rule(settled["reason"], Metric(decided), None, settled["when"])


def _of_disclosure(board: Board, index: int, claim: Claim, address: str) -> Iterator[tuple[str, Metric]]:
    table, row, column = address.split("/", 2)
    if row in settings()["documents"]["rows"]:
        is_beside = _has_sibling_column(board, index, row)
        said = board.clauses(index)
        yield from _of_documents(row, column, said if is_beside else wording(claim), is_beside=is_beside)
    elif column in settings()["decisions"]["columns"] and claim.unit in settings()["decisions"]["units"]:
        yield "items", Metric((f"{table}/{row}/previous_items", f"{table}/{row}/change"))


def _of_documents(row: str, column: str, said: str, *, is_beside: bool) -> Iterator[tuple[str, Metric]]:
    for entry in settings()["documents"]["columns"]:
        if is_beside and not entry.get("beside"):
            continue
        if words(entry["when"]).search(said):
            for other in entry["columns"]:
                if other != column:
                    yield f"column_{other}", Metric((f"active_disclosure/{row}/{other}",))
            return


def _is_told_apart(board: Board, index: int) -> bool:
    """Whether the sentence tells the requests carried in beside, not among, those received."""
    sentence = board.sentence(index)
    for other, claim in enumerate(board.claims):
        if claim.metric == "requests/carried_in/total" and claim.value and board.sentence(other) == sentence:
            return not pattern("list_opens").search(board.after(index))
    return False


def _has_sibling_column(board: Board, index: int, row: str) -> bool:
    """Whether the sentence tells another column of the row too, so that each is meant as it is called."""
    sentence, metric = board.sentence(index), board.claims[index].metric
    stem = f"active_disclosure/{row}/"
    return any(
        c.metric.startswith(stem) and c.metric != metric and board.sentence(i) == sentence
        for i, c in enumerate(board.claims)
    )
