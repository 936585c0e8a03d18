"""Inconsistencies planted into generated reports, and traps that are none.

A plan is drawn with the facts; figures are changed before the prose is filled (the prose then
follows the printed table), statements after it. What came of it is read off the finished
report: `planted_in` names every contradiction that the printed figures bear out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from .facts import Facts, Number, sample_requests, weighted
from .forms import forms, identities
from .markup import Fact, Mark, Marked
from .metrics import expand, parse_metric, value_of
from .numbers import exact, numbers
from .report import Report

_FIGURES = ("balance", "result_sum", "applicant_sum", "outcome_sum", "empty_total", "zero_beside_figure")
_STATEMENTS = ("claim_off", "claim_off", "claim_off", "percentage_off", "parts_exceed", "told_twice")
_SENTENCE_END = re.compile(r"[。\n]")


class Planted(NamedTuple):
    """One inconsistency: what a careful reader finds, or, with verdict ``none``, must not find.

    ``kind`` and ``verdict`` are those of a finding. ``claim`` is the index among the report's
    claims. ``note`` says how it came about; ``collateral`` where it follows from another.
    """

    kind: str
    verdict: str
    claim: int | None
    cells: tuple[str, ...]
    note: str


class Wish(NamedTuple):
    """A statement that was made untrue, by what it says (marks have no names)."""

    kind: str
    verdict: str
    metric: str
    value: Number
    note: str


@dataclass
class Plot:
    """What is to be planted, and what has been."""

    figures: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    trap: bool = False
    wishes: list[Wish] = field(default_factory=list)


def draw_plot(rng: random.Random, mix: Mapping[str, Any], *, has_tables: bool) -> Plot:
    """Decide what a report will get wrong."""
    kind = weighted(rng, mix["planted"])
    plot = Plot(trap=kind == "trap")
    for _ in range({"one": 1, "several": rng.randint(2, 4)}.get(kind, 0)):
        if has_tables and rng.random() < 0.5:
            plot.figures.append(rng.choice(_FIGURES))
        else:
            plot.statements.append(rng.choice(_STATEMENTS))
    return plot


# ---------------------------------------------------------------- figures


def plant_figures(facts: Facts, plot: Plot, rng: random.Random, *, keeps_empties: bool) -> None:
    """Change figures of the tables as the plot has it; a kind that does not fit the facts is passed over."""
    facts.spoilt = bool(plot.figures)
    for kind in plot.figures:
        if kind == "zero_beside_figure":
            _zero_beside_figure(facts, rng)
        elif kind == "outcome_sum":
            _off(facts, rng, [f"review_litigation/{r}/total" for r in ("review", "direct_suit", "suit_after_review")])
        elif kind == "applicant_sum":
            rows = [a for a in facts.cells if a.startswith("requests/") and a.endswith("/total")]
            _off(facts, rng, [a for a in rows if facts.cells[a]] or rows[:1])
        elif kind == "empty_total":
            full = [a for a in facts.cells if a.startswith("requests/") and a.endswith("/total") and facts.cells[a]]
            if full and keeps_empties:
                facts.empty.add(rng.choice(full))
        else:
            rows = (
                ["new", "carried_out", "result_total"]
                if kind == "balance"
                else ["granted", "unavailable.not_held", "partly_granted"]
            )
            row = rng.choice(rows)
            delta = rng.choice([1, 1, 1, 2, 3, 10])
            if f"requests/{row}/natural_person" not in facts.cells:
                continue
            if rng.random() < 0.5 and facts.cells[f"requests/{row}/natural_person"] >= delta:
                delta = -delta
            for column in ("natural_person", "total"):
                facts.cells[f"requests/{row}/{column}"] += delta


def _off(facts: Facts, rng: random.Random, addresses: list[str]) -> None:
    address = rng.choice(addresses)
    value = facts.cells[address]
    delta = rng.choice([1, 1, 2, 5])
    facts.cells[address] = value - delta if value > delta and rng.random() < 0.5 else value + delta


def _zero_beside_figure(facts: Facts, rng: random.Random) -> None:
    """The prose says that nothing came in; the table has a few."""
    if facts.received:
        return
    told = {a: v for a, v in facts.cells.items() if a.startswith("requests/")}
    sheet = "2019" if facts.form == "legacy" else facts.form
    facts.cells.update(sample_requests(rng, sheet, "few", {}))
    facts.pretend.update(told)


# ---------------------------------------------------------------- statements


def plant_statements(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    """Change statements of the prose as the plot has it."""
    for wanted in plot.statements:
        n = len(plot.wishes)
        for kind in (wanted, *rng.sample(list(_SLIPS), len(_SLIPS))):
            marked = _SLIPS[kind](marked, facts, plot, rng)
            if len(plot.wishes) > n:
                break
    if plot.trap:
        marked = _two_readings(marked, facts, plot, rng)
    return marked


def _single(marked: Marked) -> list[tuple[int, Mark, Fact]]:
    """Claims of one exact whole number about the whole report and its year."""
    out = []
    for i, mark in enumerate(marked.marks):
        if mark.kind == "claim" and len(mark.facts) == 1:
            fact = mark.facts[0]
            if (
                fact.value is not None
                and fact.comparator in (None, "=")
                and fact.scope == "report"
                and fact.period == "year"
            ):
                out.append((i, mark, fact))
    return out


def _restate(marked: Marked, index: int, value: Number) -> Marked | None:
    """The text with another number in a claim; None where its number is not printed in plain digits."""
    mark = marked.marks[index]
    stretch = marked.text[mark.start : mark.end]
    fact = mark.facts[0]
    found = [
        n for n in numbers(stretch) if n.value == fact.value and stretch[slice(*n.digits)].replace(".", "").isdigit()
    ]
    if len(found) != 1:
        return None
    at = mark.start + found[0].digits[0]
    edited = marked.edit([(at, mark.start + found[0].digits[1], str(value))])
    old = edited.marks[index]
    again = [n.value for n in numbers(edited.text[old.start : old.end])]
    if value not in again:
        return None
    marks = list(edited.marks)
    marks[index] = Mark(old.start, old.end, "claim", "", (fact._replace(value=value),))
    return Marked(edited.text, tuple(marks), edited.tags)


def _near(rng: random.Random, value: Number, taken: set[Number]) -> int:
    """Another number that a slip could make of this one."""
    v = int(value)
    options = [v + 1, v - 1, v + 2, v + 10, v - 2, v * 10, int(str(v)[::-1]), v + rng.randint(1, 9)]
    options = [o for o in options if o > 0 and o not in taken and o != v]
    return rng.choice(options) if options else v + 3


def _printed(marked: Marked) -> dict[str, Number | None]:
    """The figures that the drawn tables show."""
    return {m.address: m.value for m in marked.marks if m.kind == "cell"}


def _claim_off(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    printed = _printed(marked)
    options = []
    for i, _, fact in _single(marked):
        metric = parse_metric(fact.metric)
        if metric.is_ratio or not metric.is_over_cells or not float(fact.value or 0).is_integer():
            continue
        if all(printed.get(a) is not None for t in metric.terms for a in expand(t) if a in facts.cells):
            options.append((i, fact))
    if not options:
        return marked
    index, fact = rng.choice(options)
    assert fact.value is not None
    other = {fact.value, *_readings(fact.metric, facts)}
    value = _near(rng, fact.value, other)
    done = _restate(marked, index, value)
    if done is None:
        return marked
    plot.wishes.append(Wish("claim_vs_table", "contradicted", fact.metric, value, "claim_off"))
    return done


def _readings(metric: str, facts: Facts) -> set[Number]:
    """Other figures that a sentence about this metric may mean."""
    names = ("requests/new/total", "requests/result_total/total", "requests/new/total + requests/carried_in/total")
    if metric not in names:
        return set()
    return {v for n in names if (v := value_of(n, facts.printed)) is not None}


def _percentage_off(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    singles = _single(marked)
    told = {f.metric for _, _, f in singles}
    printed = _printed(marked)

    def is_known(metric: str) -> bool:
        addresses = [a for t in parse_metric(metric).terms for a in expand(t)]
        return metric in told or all(printed.get(a) is not None for a in addresses)

    options = []
    for i, _, fact in singles:
        if fact.unit != "%" or not 1 < (fact.value or 0) < 95:
            continue
        if (m := re.fullmatch(r"ratio\((.*), (.*)\)", fact.metric)) is not None:
            counts = [m[1], m[2]]
        elif fact.metric.endswith("resolved_rate"):
            counts = [fact.metric.removesuffix("_rate"), f"{fact.metric.partition('/')[0]}/handled"]
        else:
            continue
        if all(map(is_known, counts)):
            options.append((i, fact))
    if not options:
        return marked
    index, fact = rng.choice(options)
    value = exact(round(float(fact.value or 0) + rng.choice([-0.9, 0.7, 1.1, 3.0, 4.0]), 2))
    done = _restate(marked, index, value)
    if done is None:
        return marked
    plot.wishes.append(Wish("claim_vs_claim", "contradicted", fact.metric, value, "percentage_off"))
    return done


def _sentence_of(text: str, at: int) -> tuple[int, int]:
    starts = [m.end() for m in _SENTENCE_END.finditer(text, 0, at)]
    end = _SENTENCE_END.search(text, at)
    return (starts[-1] if starts else 0), (end.start() if end else len(text))


def _parts_exceed(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    singles = _single(marked)
    options = []
    for _, mark, fact in singles:
        if fact.metric != "disclosure/items":
            continue
        start, end = _sentence_of(marked.text, mark.start)
        parts = [(j, f) for j, m, f in singles if f.metric.startswith("disclosure/items.") and start <= m.start < end]
        if len(parts) >= 2 and sum(f.value or 0 for _, f in parts) <= (fact.value or 0):
            options.append((fact, parts))
    if not options:
        return marked
    whole, parts = rng.choice(options)
    index, part = rng.choice(parts)
    spare = int((whole.value or 0) - sum(f.value or 0 for _, f in parts))
    done = _restate(marked, index, int(part.value or 0) + spare + rng.randint(1, 40))
    if done is None:
        return marked
    plot.wishes.append(Wish("claim_vs_claim", "contradicted", "disclosure/items", whole.value or 0, "parts_exceed"))
    return done


def _told_twice(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    singles = [
        (i, f)
        for i, _, f in _single(marked)
        if f.metric in ("disclosure/items", "training/sessions", "disclosure/website", "disclosure/wechat")
    ]
    by_metric: dict[tuple[str, str | None], list[tuple[int, Fact]]] = {}
    for i, f in singles:
        by_metric.setdefault((f.metric, f.unit), []).append((i, f))
    options = [v for v in by_metric.values() if len(v) > 1 and len({f.value for _, f in v}) == 1]
    if not options:
        return marked
    index, fact = rng.choice(options)[-1]
    value = _near(rng, fact.value or 1, set())
    done = _restate(marked, index, value)
    if done is None:
        return marked
    plot.wishes.append(Wish("claim_vs_claim", "contradicted", fact.metric, value, "told_twice"))
    return done


def _two_readings(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    """收到 N 件 where N is new plus carried in: supported."""
    both = (facts.printed("requests/new/total") or 0) + (facts.printed("requests/carried_in/total") or 0)
    if not facts.printed("requests/carried_in/total"):
        return marked
    claims = [m for m in marked.marks if m.kind == "claim"]
    for i, mark, fact in _single(marked):
        start, end = _sentence_of(marked.text, mark.start)
        alone = sum(start <= m.start < end for m in claims) == 1
        if (
            fact.metric == "requests/new/total"
            and alone
            and re.match("收到|受理|接收|办理", marked.text[mark.start : mark.end])
        ):
            done = _restate(marked, i, both)
            if done is not None:
                plot.wishes.append(Wish("claim_vs_table", "none", fact.metric, both, "two_readings"))
                return done
    return marked


_SLIPS: dict[str, Callable[[Marked, Facts, Plot, random.Random], Marked]] = {
    "claim_off": _claim_off,
    "percentage_off": _percentage_off,
    "parts_exceed": _parts_exceed,
    "told_twice": _told_twice,
}


# ---------------------------------------------------------------- what came of it


def planted_in(report: Report, plot: Plot) -> tuple[Planted, ...]:
    """Every inconsistency that the printed figures of a finished report bear out."""
    out: list[Planted] = []
    cells = {a: c.value for a, c in report.cells.items()}
    for wish in plot.wishes:
        index = next(
            (i for i, c in enumerate(report.claims) if c.metric == wish.metric and c.value == wish.value), None
        )
        if index is None:
            continue
        addresses = tuple(a for t in parse_metric(wish.metric).addresses for a in expand(t) if a in cells)
        if wish.kind == "claim_vs_table" and value_of(wish.metric, cells.get) is None:
            continue  # the layout, or the way of printing zeros, left no figure to differ from
        out.append(Planted(wish.kind, wish.verdict, index, addresses, wish.note))
    known = {p.claim for p in out}
    for i, claim in enumerate(report.claims):
        if i in known or claim.scope != "report" or claim.period != "year" or claim.value is None:
            continue
        metric = parse_metric(claim.metric)
        if metric.is_ratio or not metric.is_over_cells or claim.comparator != "=":
            continue
        readings = [claim.metric]
        if claim.metric == "requests/new/total":
            readings.append("requests/new/total + requests/carried_in/total")
        if set("万亿萬億") & set(claim.text):
            continue  # printed to a few digits only
        values = [value_of(r, cells.get) for r in readings]
        if all(v is not None and v != claim.value for v in values[:1]) and claim.value not in values:
            addresses = tuple(a for t in metric.terms for a in expand(t) if a in cells)
            out.append(
                Planted("claim_vs_table", "contradicted", i, addresses, "collateral" if plot.wishes else "figure")
            )
    out += violations(cells)
    return tuple(out)


def violations(cells: Mapping[str, Number | None]) -> list[Planted]:
    """Identities that printed figures break, and totals left empty beside figures."""
    out: list[Planted] = []
    for identity in identities():
        lines = _lines(identity.table, identity.over, cells)
        for line in lines:
            sides = []
            for names in (identity.left, identity.right):
                addresses = [a for name in names for a in _members(identity.table, identity.over, name, line, cells)]
                sides.append(addresses)
            left = [cells[a] for a in sides[0]]
            right = [cells[a] for a in sides[1]]
            if not any(v is not None for v in left) or not _is_whole(identity.table, identity.over, line, cells):
                continue
            if identity.id == "balance" and left[0] is None:
                continue
            total = sides[1][0] if sides[1] else None
            if total is None or cells[total] is None:
                if total is not None and identity.id != "balance" and any(left):
                    out.append(Planted("completeness", "missing", None, (total,), "empty_total"))
                continue
            if sum(v or 0 for v in left) != sum(v or 0 for v in right):
                out.append(Planted("identity", "contradicted", None, tuple(sides[0] + sides[1]), identity.id))
    return out


def _is_whole(table: str, over: str, line: str, cells: Mapping[str, Number | None]) -> bool:
    """Whether every place of the line is printed, by one form or the other: what is lost may have held the rest."""
    return any(all(a in cells for a in demanded) for demanded in _demanded(table, over, line))


@cache
def _demanded(table: str, over: str, line: str) -> tuple[tuple[str, ...], ...]:
    """The addresses of a row or column, by each form that has it."""
    place = 2 if over == "columns" else 1
    lines = (tuple(a for a in f.tables[table].addresses if a.split("/", 2)[place] == line) for f in forms().values())
    return tuple(demanded for demanded in lines if demanded)


def _lines(table: str, over: str, cells: Mapping[str, Number | None]) -> list[str]:
    place = 2 if over == "columns" else 1
    return list(dict.fromkeys(p[place] for a in cells if (p := a.split("/", 2))[0] == table))


def _members(table: str, over: str, name: str, line: str, cells: Mapping[str, Number | None]) -> list[str]:
    address = f"{table}/{name}/{line}" if over == "columns" else f"{table}/{line}/{name}"
    return [a for a in expand(address) if a in cells]
