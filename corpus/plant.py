"""Inconsistencies planted into generated reports, and traps that are none.

A plan is drawn with the facts; figures are changed before the prose is filled (the prose then
follows the printed table), statements after it. What came of it is read off the finished
report: `planted_in` names every contradiction that the printed figures bear out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from .annex_truth import breaches, denied_by
from .facts import Facts, Number, sample_requests, weighted
from .forms import forms, identities
from .metrics import expand, parse_metric, value_of
from .report import Report

FIGURES = (
    "balance", "result_sum", "applicant_sum", "outcome_sum", "empty_total", "zero_beside_figure", "column_shift",
    "amount_unit",
)  # fmt: skip
STATEMENTS = (
    *("claim_off", "claim_off", "claim_off", "percentage_off", "parts_exceed", "told_twice", "denied") * 2,
    "growth_off", "rate_off", "sum_off", "not_all",
)  # fmt: skip


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
            plot.figures.append(rng.choice(FIGURES))
        else:
            plot.statements.append(rng.choice(STATEMENTS))
    return plot


# ---------------------------------------------------------------- figures


def plant_figures(facts: Facts, plot: Plot, rng: random.Random, *, keeps_empties: bool) -> None:
    """Change figures of the tables as the plot has it; a kind that does not fit the facts is passed over."""
    facts.spoilt = bool(plot.figures)
    for kind in plot.figures:
        if kind == "zero_beside_figure":
            _zero_beside_figure(facts, rng)
        elif kind == "column_shift":
            _column_shift(facts, rng)
        elif kind == "amount_unit":
            _amount_unit(facts, rng)
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


def _column_shift(facts: Facts, rng: random.Random) -> None:
    """One row's count stands under the next applicant; its total stays."""
    rows = [a.split("/")[1] for a, v in facts.cells.items() if a.endswith("/natural_person") and v]
    if rows:
        row = rng.choice(rows)
        own, next_to = f"requests/{row}/natural_person", f"requests/{row}/commercial"
        facts.cells[own], facts.cells[next_to] = facts.cells[next_to], facts.cells[own]


def _amount_unit(facts: Facts, rng: random.Random) -> None:
    """An amount in 元 under a head that says 万元; the prose has it right."""
    amounts = [a for a, v in facts.cells.items() if a.endswith("/amount") and v and v * 10_000 == int(v * 10_000)]
    if amounts:
        address = rng.choice(amounts)
        facts.pretend[address] = facts.cells[address]
        facts.cells[address] = int(facts.cells[address] * 10_000)


def _zero_beside_figure(facts: Facts, rng: random.Random) -> None:
    """The prose says that nothing came in; the table has a few."""
    if facts.received:
        return
    told = {a: v for a, v in facts.cells.items() if a.startswith("requests/")}
    sheet = "2019" if facts.form == "legacy" else facts.form
    facts.cells.update(sample_requests(rng, sheet, "few", {}))
    facts.pretend.update(told)


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
        addresses = addresses or denied_by(wish.metric, wish.value, cells)
        is_printed = any(cells[a] is not None for a in addresses)
        if wish.verdict != "none" and wish.kind == "claim_vs_table" and not is_printed:
            continue  # the layout, or the way of printing zeros, left no figure to differ from
        out.append(Planted(wish.kind, wish.verdict, index, addresses, wish.note))
    known = {p.claim for p in out}
    for i, claim in enumerate(report.claims):
        if i in known or claim.scope != "report" or claim.period != "year" or claim.value is None:
            continue
        metric = parse_metric(claim.metric)
        if claim.comparator == "=" and not set("万亿萬億") & set(claim.text):
            addresses = denied_by(claim.metric, claim.value, cells)
            if addresses:
                out.append(Planted("claim_vs_table", "contradicted", i, addresses, "annex"))
                continue
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
    out += [
        Planted("completeness" if b.verdict == "missing" else "identity", b.verdict, None, b.cells, b.identity)
        for b in breaches(cells)
    ]
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
