"""Slips between statements of the prose: a growth that is not that of its counts, a rate that no number of requests
gives, a sum that is not that of its list, some that are not as all are said to be.

What a report tells is made wrong; where it tells nothing of the kind, a sentence that does (``authored/slips``) is
added first. A statement is changed only where the marks prove it right, so that it is wrong afterwards.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from typing import NamedTuple

from .facts import Facts, Number
from .growth import changes_in
from .markup import Fact, Mark, Marked
from .numbers import exact
from .patterns import Pattern, fits
from .plant import Plot, Wish
from .sentences import added, restated, sentence_of, singles
from .templates import fill

Pools = Mapping[str, tuple[Pattern, ...]]
_IN = ("overview", "requests", "active_disclosure")
"""Sections that a sentence may be added to."""
_TRIES = 8


class Wrong(NamedTuple):
    """A claim of a text by its place among the marks, and the figure that would be wrong."""

    place: int
    fact: Fact
    value: Number


Finder = Callable[[Marked, Facts, random.Random], list[Wrong]]


def _planted(
    marked: Marked, facts: Facts, plot: Plot, rng: random.Random, *, note: str, find: Finder, pool: tuple[Pattern, ...]
) -> Marked:
    """The text with one of its figures changed, or with a sentence more whose figure is."""
    longer = (_with_one_of(pool, marked, facts, rng) for _ in range(_TRIES))
    for text in chain([marked], longer) if rng.random() < 0.5 else chain(longer, [marked]):
        options = find(text, facts, rng) if text is not None else []
        while text is not None and options:
            place, fact, value = options.pop(rng.randrange(len(options)))
            done = restated(text, place, value)
            if done is not None and not _is_told(text, fact.metric, value):
                plot.wishes.append(Wish("claim_vs_claim", "contradicted", fact.metric, value, note))
                return done
    return marked


def _is_told(marked: Marked, metric: str, value: Number) -> bool:
    """Whether a text tells such a figure already: which of the two was made wrong could not be told then."""
    return any(f.metric == metric and f.value == value for m in marked.marks for f in m.facts)


def _with_one_of(pool: tuple[Pattern, ...], marked: Marked, facts: Facts, rng: random.Random) -> Marked | None:
    pattern = rng.choice(pool) if pool else None
    sentence = fill(pattern, facts, rng, lenient=True) if pattern and fits(pattern, facts.era, facts.level) else None
    return added(marked, rng.choice(_IN), sentence, rng) if sentence else None


def _beside(marked: Marked, mark: Mark) -> list[tuple[int, Mark, Fact]]:
    """The exact counts about the whole report in the sentence of a mark, of whichever year."""
    start, end = sentence_of(marked.text, mark.start)
    return [
        (i, m, m.facts[0])
        for i, m in enumerate(marked.marks)
        if m.kind == "claim" and len(m.facts) == 1 and start <= m.start < end and _is_exact(m.facts[0])
    ]


def _is_exact(fact: Fact) -> bool:
    return fact.value is not None and fact.comparator in (None, "=") and fact.scope == "report"


# -- growth -----------------------------------------------------------------------


def _wrong_growth(marked: Marked, facts: Facts, rng: random.Random) -> list[Wrong]:
    out = []
    for index, (metric, sign) in changes_in(marked).items():
        mark = marked.marks[index]
        told = _beside(marked, mark)
        counts = {f.period: f.value for _, m, f in told if f.metric == metric and m.start < mark.start}
        fact = mark.facts[0]
        if {*counts} != {"year", "previous"} or not _is_exact(fact):
            continue
        value = _other_growth(fact, sign, counts["year"] or 0, counts["previous"] or 0, rng)
        if value is not None:
            out.append(Wrong(index, fact, value))
    return out


def _other_growth(fact: Fact, sign: int, now: Number, then: Number, rng: random.Random) -> Number | None:
    """Another figure of a change, where what stands there is that of two counts."""
    if fact.unit == "%":
        if then <= 0 or abs(sign * (now / then - 1) * 100 - float(fact.value or 0)) > 1:
            return None
        off = rng.choice([-12.0, -9.0, -7.5, -6.4, 6.2, 8.3, 10.0, 15.0])
        value = exact(round(float(fact.value or 0) + (off if fact.value != int(fact.value or 0) else round(off)), 2))
    elif fact.unit is not None and sign * (now - then) == fact.value:
        value = exact(float(fact.value) + rng.choice([-10, -2, -1, 1, 2, 3, 10, 20]))
    else:
        return None
    return value if value > 0 else None


# -- rates of answers ----------------------------------------------------------------

_RATE = "requests/answered_rate"
_DEED = re.compile("答复|办结|回复|办复")
_NEW, _DONE, _CARRIED = "requests/new/total", "requests/result_total/total", "requests/carried_in/total"


def _wrong_rate(marked: Marked, facts: Facts, rng: random.Random) -> list[Wrong]:
    """Rates of answers below what is given by all requests that there were."""
    carried = next((m.value for m in marked.marks if m.kind == "cell" and m.address == _CARRIED), None)
    out = []
    for index, mark, fact in singles(marked):
        if fact.metric != _RATE or fact.unit != "%" or not any(c.isdigit() for c in marked.text[mark.start : mark.end]):
            continue
        counts = {
            f.metric: f.value or 0
            for _, m, f in _beside(marked, mark)
            if f.period == "year" and (f.metric != _DONE or _deeds(marked, m) & _deeds(marked, mark))
        }
        done, new = counts.get(_DONE, 0), counts.get(_NEW, 0)
        most = new + max(counts.get(_CARRIED, 0), carried or 0)
        if not done or not new or (carried is None and _CARRIED not in counts):
            continue
        value = exact(round(100 * done / max(most, done) - rng.choice([1.8, 2.5, 4.0, 7.3]), rng.choice([0, 1, 2])))
        if value > 1 and not _is_rate_of(float(value), int(done), int(most)):
            out.append(Wrong(index, fact, value))
    return out


def _deeds(marked: Marked, mark: Mark) -> set[str]:
    """What was done of requests, in a claim's words: 答复 is not 办结."""
    return {*_DEED.findall(marked.text[mark.start : mark.end])}


def _is_rate_of(rate: float, done: int, most: int) -> bool:
    """Whether the requests done are some such percentage of any number from these to all."""
    highest = min(most, math.ceil(100 * done / max(rate - 1, 0.1)))
    return any(abs(100 * done / due - rate) < 1 for due in range(done, highest + 1))


# -- sums ---------------------------------------------------------------------------

_SUM = re.compile(r"[,，、;；]?\s*(?:合计|共计|总计|一共|共)(?:为|是|有)?\s*\d")
_LABEL = 16


def _wrong_sum(marked: Marked, facts: Facts, rng: random.Random) -> list[Wrong]:
    """Totals right behind a list that they sum up; none becomes what the tables have: the list might be short, then."""
    cells = {m.address: m.value or 0 for m in marked.marks if m.kind == "cell"}
    new, done, carried = (cells.get(address, 0) for address in (_NEW, _DONE, _CARRIED))
    out = []
    for index, mark, fact in singles(marked):
        before = [(i, m, f) for i, m, f in _beside(marked, mark) if m.end <= mark.start]
        if len(before) < 2 or fact.unit == "%" or not float(fact.value or 0).is_integer():
            continue
        if not _SUM.match(marked.text[before[-1][1].end : mark.end]):
            continue
        parts: list[Fact] = []
        follows = None
        for _, part, of in reversed(before):
            gap = "" if follows is None else marked.text[part.end : follows.start]
            if of.period != "year" or of.unit not in (fact.unit, None) or len(gap) > _LABEL:
                break
            parts.append(of)
            follows = part
        if len(parts) < 2 or sum(p.value or 0 for p in parts) != fact.value or not fact.value:
            continue
        value = int(fact.value) + rng.choice([-2, -1, 1, 1, 2, 3, 4])
        sums = {sum(f.value or 0 for _, _, f in before[k:]) for k in range(len(before))}
        if value > 0 and value not in {*sums, new, done, new + carried}:
            out.append(Wrong(index, fact, value))
    return out


# -- all, and some that are not ----------------------------------------------------------


def _not_all(marked: Marked, facts: Facts, plot: Plot, rng: random.Random, pools: Pools) -> Marked:
    """A count of others right behind what is said of all: 均按时答复，其中超期答复1件."""
    longer = (_with_one_of(pools.get("all", ()), marked, facts, rng) for _ in range(_TRIES))
    for text in chain([marked], longer):
        places = [] if text is None else _said_of_all(text)
        rng.shuffle(places)
        for mark, kind in places:
            options = [p for p in pools.get(kind, ()) if p.source.marks[0].facts[0].metric not in mark.facts[0].metric]
            value = rng.choice([1, 1, 1, 2, 2, 3, 4])
            clause = _counted(rng.choice(options), value) if options else None
            if text is None or clause is None or _is_told(text, clause.marks[0].facts[0].metric, value):
                continue
            metric = clause.marks[0].facts[0].metric
            plot.wishes.append(Wish("claim_vs_claim", "contradicted", metric, value, "not_all"))
            return inserted(text, mark.end, clause)
    return marked


def _said_of_all(marked: Marked) -> list[tuple[Mark, str]]:
    """What is said of all, where a count of others may follow, and the kind of clause that would tell it."""
    return [
        (mark, kind)
        for _, mark, fact in singles(marked)
        if fact.value == 100 and (kind := _kind_of(fact.metric)) is not None and _may_follow(marked, mark)
        and (kind == "late" or not any(c.isdigit() for c in marked.text[mark.start : mark.end]))
    ]  # fmt: skip


def _kind_of(metric: str) -> str | None:
    """What may be told of others, where a metric is said of all: a kind of clause in ``authored/slips``."""
    if metric == "requests/on_time_rate":
        return "late"
    m = re.match(r"ratio\(requests/(new|by_channel|granted)[/.](\w+)", metric)
    return {"new": "applicant", "by_channel": "channel", "granted": "outcome"}[m[1]] if m else None


def _may_follow(marked: Marked, mark: Mark) -> bool:
    """Whether a clause may stand behind a mark: where a pause does, and no other mark goes on there."""
    pauses = marked.text[mark.end : mark.end + 1] in tuple(",，。；;")
    return pauses and not any(m.start < mark.end < m.end for m in marked.marks if m.kind in ("claim", "table"))


def _counted(pattern: Pattern, value: int) -> Marked:
    """A clause of one count with its figure."""
    (slot,) = pattern.slots
    filled = pattern.source.edit([(slot.start, slot.end, str(value))])
    (mark,) = filled.marks
    unit = filled.text[slot.start + len(str(value)) : slot.start + len(str(value)) + 1]
    fact = mark.facts[0]._replace(value=value, unit=unit)
    return Marked(filled.text, (Mark(mark.start, mark.end, "claim", "", (fact,)),))


def inserted(marked: Marked, at: int, clause: Marked) -> Marked:
    """The text with a clause more at a place where no mark lies across."""
    longer = marked.edit([(at, at, clause.text)])
    moved = [Mark(m.start + at, m.end + at, m.kind, m.address, m.facts) for m in clause.marks]
    return Marked(longer.text, tuple(sorted([*longer.marks, *moved], key=lambda m: (m.start, -m.end))), longer.tags)


def prose_slips(pools: Pools) -> dict[str, Callable[[Marked, Facts, Plot, random.Random], Marked]]:
    """The slips of this module by name; ``pools`` are the phrases of ``authored/slips`` of a split."""
    finders: dict[str, tuple[str, Finder]] = {
        "growth_off": ("growth", _wrong_growth), "rate_off": ("rate", _wrong_rate), "sum_off": ("sum", _wrong_sum),
    }  # fmt: skip
    made = {n: partial(_planted, note=n, find=f, pool=pools.get(k, ())) for n, (k, f) in finders.items()}
    return {**made, "not_all": partial(_not_all, pools=pools)}
