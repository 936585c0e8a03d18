"""Changes from one year to the next that a phrase tells: they are those of the counts that it tells.

比上年的40件增加6件, 增长15%: the count before the change, and that of the year before, of which a report
tells one figure wherever it does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from itertools import pairwise

from .facts import Facts, Number
from .markup import Fact, Mark, Marked
from .metrics import value_of
from .patterns import Pattern

_MORE = re.compile(r"^[^{\d]*?(?:增|上升|上涨|提升|提高|多)[^{]*(?:\{#|\d)")
_LESS = re.compile(r"^[^{\d]*?(?:减|降|下滑|回落|少)[^{]*(?:\{#|\d)")
_ENDS = re.compile(r"[。；;！!]|百分点|年均|分别")
_NEAR = 26
"""Characters between a count and its change."""
_PERCENT = ("%", "％")


def changes_of(pattern: Pattern) -> dict[int, tuple[str, int]]:
    """The metric that each change of a phrase is of, and 1 where it grows or -1, by mark."""
    return changes_in(pattern.source)


def changes_in(source: Marked) -> dict[int, tuple[str, int]]:
    """The same of a text whose figures are filled in."""
    out: dict[int, tuple[str, int]] = {}
    marks = sorted((m.start, i) for i, m in enumerate(source.marks) if m.kind == "claim")
    for (_, last), (_, index) in pairwise(marks):
        mark, before = source.marks[index], source.marks[last]
        stretch = source.text[mark.start : mark.end]
        sign = 1 if _MORE.match(stretch) else -1 if _LESS.match(stretch) else 0
        gap = source.text[before.end : mark.start]
        if not sign or not _is_other(mark) or len(gap) > _NEAR or _ENDS.search(gap + stretch):
            continue
        if last in out:
            out[index] = (out[last][0], sign)
        elif not _is_other(before) and (metric := _counted(before)) is not None:
            out[index] = (metric, sign)
    return out


def _is_other(mark: Mark) -> bool:
    return len(mark.facts) == 1 and mark.facts[0].metric == "other"


def _counted(mark: Mark) -> str | None:
    """The metric of a plain count, of this year or of the last one."""
    fact = mark.facts[0]
    is_count = fact.scope == "report" and fact.period in ("year", "previous") and not fact.metric.startswith("ratio(")
    return fact.metric if is_count and len(mark.facts) == 1 and not fact.metric.endswith("_rate") else None


def previous(fact: Fact, facts: Facts, rng: random.Random, signs: Mapping[str, int], now: Number) -> Number:
    """The figure of the year before: told once, it stays; what a phrase says has grown was less."""
    drawn = int(now * rng.uniform(0.4, 1.8)) + rng.randint(0, 2)
    if (before := value_of(fact.metric, facts.before.get)) is not None:
        return before
    if fact.scope != "report":
        return drawn
    return _settled(fact.metric, facts, drawn, signs.get(fact.metric, 0), now)


def _settled(metric: str, facts: Facts, drawn: int, sign: int, now: Number) -> Number:
    if metric not in facts.previous:
        if sign * (now - drawn) <= 0 and sign:
            drawn = max(0, int(now) - max(1, abs(int(now) - drawn) // 2)) if sign > 0 else 2 * int(now) + 1 - drawn // 2
        facts.previous[metric] = drawn
    return facts.previous[metric]


def change(metric: str, sign: int, facts: Facts, drawn: Number, *, unit: str) -> Number | None:
    """How much a count grew or fell, as a phrase says that it did; None where it did not.

    Parameters
    ----------
    drawn : int or float
        A figure at random, whose decimals the percentage has.
    unit : str
        What stands behind the figure.
    """
    now = facts.lookup(metric)
    if now is None:
        return None
    then = value_of(metric, facts.before.get)
    if then is None:
        then = _settled(metric, facts, int(now) + sign * -max(1, int(now) // 7), sign, now)
    if sign * (now - then) <= 0:
        return None
    if not unit.startswith((*_PERCENT, "倍")):
        return abs(now - then)
    if then <= 0:
        return None
    decimals = len(f"{drawn}".partition(".")[2]) if isinstance(drawn, float) else 0
    share = abs(now / then - 1)
    return (
        round(share, 1) if unit.startswith("倍") else round(share * 100, decimals) if decimals else round(share * 100)
    )
