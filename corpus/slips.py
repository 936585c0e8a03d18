"""Slips of the prose planted into generated reports, and traps that look like slips and are none.

A slip restates a claim with another number, or adds a sentence that the tables deny. A trap adds or
restates what a hasty reader would hold against the tables: a part, a running total, a second reading.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from .annexes import ANNEX, COUNT, told_in_annex
from .facts import Facts, Number
from .markup import Fact, Marked
from .metrics import expand, parse_metric, value_of
from .numbers import exact
from .patterns import Pattern, fits, phrases
from .plant import Plot, Wish
from .prose_slips import prose_slips
from .sentences import added, restated, sentence_of, singles
from .templates import fill

_ROOMY = ("overview", "requests", "review_litigation", "other_matters")
"""Sections that a sentence about requests and reviews may be added to."""

_DEV_SHARE = 0.45
"""Of the sentences that are added to be wrong, the share that only ``dev`` draws: nothing learns to read from them, but
what a contradiction looks like is fitted there."""

Pools = Mapping[str, tuple[Pattern, ...]]
Slip = Callable[[Marked, Facts, Plot, random.Random], Marked]


def plant_statements(
    marked: Marked, facts: Facts, plot: Plot, rng: random.Random, split: str, dev_share: float
) -> Marked:
    """Change statements of the prose as the plot has it; sentences that are added are phrases of the split."""
    pools = phrases(split, dev_share)
    between = prose_slips(phrases(split, _DEV_SHARE, "slips"))
    slips: dict[str, Slip] = {**_SLIPS, "denied": partial(_denied, pools=pools), **between}
    for wanted in plot.statements:
        n = len(plot.wishes)
        for kind in (wanted, *rng.sample(list(_SLIPS), len(_SLIPS))):
            marked = slips[kind](marked, facts, plot, rng)
            if len(plot.wishes) > n:
                break
    if plot.trap:
        traps: list[Slip] = [_two_readings, *[partial(_trapped, pools=pools)] * 2]
        for _ in range(rng.randint(1, 2)):
            marked = rng.choice(traps)(marked, facts, plot, rng)
    return marked


def _near(rng: random.Random, value: Number, taken: set[Number]) -> int:
    """Another number that a slip could make of this one."""
    v = int(value)
    options = [v + 1, v - 1, v + 2, v + 10, v - 2, v * 10, int(str(abs(v))[::-1]), v + rng.randint(1, 9)]
    options = [o for o in options if o > 0 and o not in taken and o != v]
    return rng.choice(options) if options else v + 3


def _printed(marked: Marked) -> dict[str, Number | None]:
    """The figures that the drawn tables show."""
    return {m.address: m.value for m in marked.marks if m.kind == "cell"}


def _claim_off(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    printed = _printed(marked)
    options = []
    for i, _, fact in singles(marked):
        metric = parse_metric(fact.metric)
        if any(printed.get(f"{ANNEX}/{row}/{COUNT}") == fact.value for row in told_in_annex(fact.metric)):
            options.append((i, fact))
            continue
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
    done = restated(marked, index, value)
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
    single = singles(marked)
    told = {f.metric for _, _, f in single}
    printed = _printed(marked)

    def is_known(metric: str) -> bool:
        addresses = [a for t in parse_metric(metric).terms for a in expand(t)]
        return metric in told or all(printed.get(a) is not None for a in addresses)

    options = []
    for i, _, fact in single:
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
    done = restated(marked, index, value)
    if done is None:
        return marked
    plot.wishes.append(Wish("claim_vs_claim", "contradicted", fact.metric, value, "percentage_off"))
    return done


_PARTS = {"disclosure/items": "disclosure/items.", "requests/new/total": "requests/by_channel."}
"""Wholes, and what the metrics of their parts begin with."""


def _parts_exceed(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    single = singles(marked)
    options = []
    for _, mark, fact in single:
        if fact.metric not in _PARTS:
            continue
        start, end = sentence_of(marked.text, mark.start)
        parts = [(j, f) for j, m, f in single if f.metric.startswith(_PARTS[fact.metric]) and start <= m.start < end]
        if len(parts) >= 2 and sum(f.value or 0 for _, f in parts) <= (fact.value or 0):
            options.append((fact, parts))
    if not options:
        return marked
    whole, parts = rng.choice(options)
    index, part = rng.choice(parts)
    spare = int((whole.value or 0) - sum(f.value or 0 for _, f in parts))
    done = restated(marked, index, int(part.value or 0) + spare + rng.randint(1, 40))
    if done is None:
        return marked
    plot.wishes.append(Wish("claim_vs_claim", "contradicted", whole.metric, whole.value or 0, "parts_exceed"))
    return done


def _told_twice(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    single = [
        (i, f)
        for i, _, f in singles(marked)
        if f.metric in ("disclosure/items", "training/sessions", "disclosure/website", "disclosure/wechat")
    ]
    by_metric: dict[tuple[str, str | None], list[tuple[int, Fact]]] = {}
    for i, f in single:
        by_metric.setdefault((f.metric, f.unit), []).append((i, f))
    options = [v for v in by_metric.values() if len(v) > 1 and len({f.value for _, f in v}) == 1]
    if not options:
        return marked
    index, fact = rng.choice(options)[-1]
    value = _near(rng, fact.value or 1, set())
    done = restated(marked, index, value)
    if done is None:
        return marked
    plot.wishes.append(Wish("claim_vs_claim", "contradicted", fact.metric, value, "told_twice"))
    return done


def _denied(marked: Marked, facts: Facts, plot: Plot, rng: random.Random, pools: Pools) -> Marked:
    """无行政复议 … beside a table that has some: a sentence of zeros, longer where nothing else says so."""
    printed = _printed(marked)
    zeros = []
    for section in _ROOMY:
        for pattern in pools.get(section, ()):
            told = [f for m in pattern.source.marks for f in m.facts]
            if told and all(f.value == 0 and f.scope == "report" and f.period == "year" for f in told):
                zeros.append((section, pattern, [f.metric for f in told]))
    rng.shuffle(zeros)
    for section, pattern, metrics in zeros:
        if not fits(pattern, facts.era, facts.level):
            continue
        values = [value_of(m, printed.get) for m in metrics if parse_metric(m).is_over_cells]
        if not any(values):
            continue
        blank = replace(facts, cells=dict.fromkeys(facts.cells, 0), pretend={}, other=dict(facts.other))
        sentence = fill(pattern, blank, rng, lenient=True)
        longer = added(marked, section, sentence, rng) if sentence else None
        if longer is not None:
            denied = next(m for m in metrics if parse_metric(m).is_over_cells and value_of(m, printed.get))
            plot.wishes.append(Wish("claim_vs_table", "contradicted", denied, 0, "denied"))
            return longer
    return marked


def _trapped(marked: Marked, facts: Facts, plot: Plot, rng: random.Random, pools: Pools) -> Marked:
    """A sentence about a part, another year or all years: never to be held against this year's table."""
    options = []
    for section in _ROOMY:
        for pattern in pools.get(section, ()):
            told = [f for m in pattern.source.marks for f in m.facts]
            apart = [f for f in told if f.metric != "other" and (f.scope == "part" or f.period != "year")]
            if apart and fits(pattern, facts.era, facts.level):
                options.append((section, pattern))
    rng.shuffle(options)
    for section, pattern in options[:12]:
        sentence = fill(pattern, facts, rng, lenient=True)
        longer = added(marked, section, sentence, rng) if sentence else None
        if longer is not None and sentence is not None:
            told = [
                f
                for m in sentence.marks
                for f in m.facts
                if f.metric != "other" and (f.scope == "part" or f.period != "year")
            ]
            note = told[0].scope if told[0].scope == "part" else told[0].period
            plot.wishes.append(Wish("claim_vs_table", "none", told[0].metric, told[0].value or 0, note))
            return longer
    return marked


def _two_readings(marked: Marked, facts: Facts, plot: Plot, rng: random.Random) -> Marked:
    """收到 N 件 where N is new plus carried in: supported."""
    if any(m.kind == "table" and m.address == ANNEX for m in marked.marks):
        return marked  # there a row of its own says what was received
    both = (facts.printed("requests/new/total") or 0) + (facts.printed("requests/carried_in/total") or 0)
    if not facts.printed("requests/carried_in/total"):
        return marked
    claims = [m for m in marked.marks if m.kind == "claim"]
    for i, mark, fact in singles(marked):
        start, end = sentence_of(marked.text, mark.start)
        alone = sum(start <= m.start < end for m in claims) == 1
        if (
            fact.metric == "requests/new/total"
            and alone
            and re.match("收到|受理|接收|办理", marked.text[mark.start : mark.end])
        ):
            done = restated(marked, i, both)
            if done is not None:
                plot.wishes.append(Wish("claim_vs_table", "none", fact.metric, both, "two_readings"))
                return done
    return marked


_SLIPS: dict[str, Slip] = {
    "claim_off": _claim_off,
    "percentage_off": _percentage_off,
    "parts_exceed": _parts_exceed,
    "told_twice": _told_twice,
}
