"""The values of one phrase's claims: true of the facts, and of one another.

Parts that a sentence lists make up their whole, or stay below it; a zero or a statement about
all of them is made only where it is so.
"""

from __future__ import annotations

import random
import re

from .facts import Facts, Number, share_out, size
from .growth import change, changes_of, previous
from .markup import Fact
from .metrics import parse_metric, value_of
from .patterns import Pattern

_COMPLETE = re.compile(r"分别|均为|包括|分为|由.{1,12}组成")
_OPEN = re.compile(r"等|主要|其中")
_LATE = re.compile(r"(?:超期|逾期)(?:答复|办结)?\{#")
_ON_TIME = "requests/on_time_rate"


class Refused(Exception):
    """The phrase would say what is not so."""


def _is_plain(fact: Fact) -> bool:
    return fact.scope == "report" and fact.period == "year"


def values_of(pattern: Pattern, facts: Facts, rng: random.Random, lenient: bool) -> dict[int, list[Number]]:
    """The value of every fact of every claim, by mark."""
    marks = [(i, m) for i, m in enumerate(pattern.source.marks) if m.kind == "claim"]
    asked = [f for _, m in marks for f in m.facts]
    for fact in asked:
        if fact.value is not None:
            _check_fixed(fact, facts, rng)
    text = pattern.source.text
    _share_lazy(asked, facts, rng, text)
    parts = _parts(asked, facts, rng)
    listed = _listed(pattern, facts, rng)
    changes = changes_of(pattern)
    signs = dict(changes.values())
    out: dict[int, list[Number]] = {}
    zeros = filled = 0
    for i, mark in marks:
        values: list[Number] = []
        for fact in mark.facts:
            if fact.value is not None:
                values.append(fact.value)
                continue
            if i in listed:
                value = listed.pop(i)
            elif fact.period == "previous" and fact.metric != "other":
                value = _of_last_year(fact, facts, rng, signs)
            else:
                value = _value(fact, facts, rng, parts, pattern, i)
            if i in changes:
                value = _changed(changes[i], facts, value, pattern, i)
            values.append(value)
            filled += 1
            zeros += value == 0
        if len({v for f, v in zip(mark.facts, values, strict=True) if f.value is None}) > 1:
            n_slots = sum(s.mark == i and s.kind.startswith("#") for s in pattern.slots)
            if n_slots < sum(f.value is None for f in mark.facts):
                raise Refused  # one number for several metrics that differ
        out[i] = [v for f, v in zip(mark.facts, values, strict=True) if f.value is None] or values
    if zeros and not lenient and rng.random() > (0.25 if zeros == filled else 0.35):
        raise Refused
    _check_complete(asked, facts, text)
    if _LATE.search(text) and any(f.metric == _ON_TIME and 100 in out[i] for i, m in marks for f in m.facts):
        raise Refused  # none was late where all were answered in time
    return out


def _check_fixed(fact: Fact, facts: Facts, rng: random.Random) -> None:
    if fact.period == "previous" and fact.scope == "report" and fact.value is not None:
        before = value_of(fact.metric, facts.before.get)
        if before is not None and abs(before - fact.value) > 1e-6:
            raise Refused  # the report of the year before is ours, too, and has another figure
        return
    if not _is_plain(fact) or fact.metric == "other":
        return
    terms = parse_metric(fact.metric).addresses
    if fact.metric in ("requests/answered_rate", "requests/on_time_rate"):
        if facts.received == 0 and not facts.cell("requests/carried_in/total"):
            raise Refused
        if fact.metric == "requests/answered_rate" and facts.cell("requests/carried_out/total") and rng.random() < 0.7:
            raise Refused
    if any(t.startswith("proposals.") for t in terms) and fact.value:
        facts.lookup(fact.metric)  # sampled whole, so that its counts and rates agree
    if all(t.count("/") == 2 or t in facts.other for t in terms):
        known = facts.lookup(fact.metric)
        if known is None or fact.value is None or abs(known - fact.value) > 1e-6:
            raise Refused
        return
    if fact.metric.startswith("ratio("):
        known = facts.lookup(fact.metric)
        if known is None or abs(known - (fact.value or 0)) > 1e-6:
            raise Refused
        return
    if fact.value is not None:
        if fact.metric.startswith("requests/by_channel.") and (fact.value or 0) > facts.received:
            raise Refused
        facts.tell(fact.metric, fact.value)


_ITEM_PARTS = (
    "disclosure/items.",
    "disclosure/website",
    "disclosure/wechat",
    "disclosure/weibo",
    "disclosure/app",
    "disclosure/new_media",
)


def _share_lazy(asked: list[Fact], facts: Facts, rng: random.Random, text: str) -> None:
    """Give the untold parts of a whole that one sentence names, so that they make it up."""
    plain = {f.metric for f in asked if _is_plain(f)}
    terms = list(
        dict.fromkeys(t for f in asked if _is_plain(f) and f.value is None for t in parse_metric(f.metric).addresses)
    )
    _share_new_media(terms, facts, text)
    for whole, prefixes in (("disclosure/items", _ITEM_PARTS), ("requests/new/total", ("requests/by_channel.",))):
        parts = [t for t in terms if t.startswith(prefixes)]
        if len(parts) < 2 or (whole not in plain and not whole.startswith("requests")):
            if any(t.startswith("disclosure/items.") and t in facts.other for t in parts):
                raise Refused  # a category is told once
            continue
        total = int(facts.lookup(whole) or 0)
        if any(p in facts.other for p in parts):
            raise Refused
        told = (
            sum(int(v) for k, v in facts.other.items() if k.startswith("requests/by_channel."))
            if whole.startswith("requests")
            else 0
        )
        if whole == "disclosure/items" and total < 2 * len(parts):
            raise Refused
        open_list = (
            whole == "disclosure/items" and _OPEN.search(text) and not _COMPLETE.search(text) and rng.random() < 0.3
        )
        counts = share_out(rng, total - told, [rng.choice([1, 2, 4, 8]) for _ in parts] + ([3.0] if open_list else []))
        for part, count in zip(parts, counts, strict=False):
            facts.tell(part, count)


def _share_new_media(terms: list[str], facts: Facts, text: str) -> None:
    """新媒体 N 条，其中微博 a 条、微信 b 条: the whole is the sum of those named."""
    whole = "disclosure/new_media"
    parts = [t for t in terms if t in ("disclosure/wechat", "disclosure/weibo", "disclosure/app")]
    if whole not in terms or not parts or not re.search("其中|分别|包括", text):
        return
    total = sum(int(facts.lookup(p) or 0) for p in parts)
    if len(parts) == 1:
        if facts.other.get(whole, total) < total:
            raise Refused
        facts.tell(whole, facts.other.get(whole, total + total // 3))
        return
    if facts.other.get(whole, total) != total:
        raise Refused
    facts.tell(whole, total)


def _parts(asked: list[Fact], facts: Facts, rng: random.Random) -> dict[str, list[int]]:
    """Own numbers of `part` claims, by metric; they make up their whole where it stands beside them."""
    out: dict[str, list[int]] = {}
    plain = {f.metric for f in asked if _is_plain(f)}
    counts: dict[str, int] = {}
    for fact in asked:
        if fact.scope == "part" and fact.period == "year" and fact.value is None and fact.metric != "other":
            counts[fact.metric] = counts.get(fact.metric, 0) + 1
    for metric, n in counts.items():
        whole = facts.lookup(metric)
        if whole is None:
            raise Refused
        if whole < n:
            raise Refused
        shares = share_out(
            rng, int(whole), [1.0 + rng.random() * 3 for _ in range(n if metric in plain and n > 1 else n + 1)]
        )
        out[metric] = shares[:n]
    return out


def _value(
    fact: Fact, facts: Facts, rng: random.Random, parts: dict[str, list[int]], pattern: Pattern, mark: int
) -> Number:
    kinds = [s for s in pattern.slots if s.mark == mark and s.kind.startswith("#")]
    percent = bool(kinds) and pattern.source.text[kinds[-1].end : kinds[-1].end + 1] in ("%", "％")
    if fact.metric == "other":
        return _other(
            rng,
            facts,
            kinds[-1].kind if kinds else "#",
            percent,
            pattern.source.text[kinds[-1].end :][:3] if kinds else "",
        )
    if fact.period == "year" and fact.scope == "part":
        return parts[fact.metric].pop(0)
    value = facts.lookup(fact.metric)
    if value is None:
        raise Refused
    if fact.period == "cumulative":
        return int(value * rng.uniform(1.5, 14)) + rng.randint(0, 30)
    if percent and not fact.metric.startswith("ratio(") and not fact.metric.endswith("_rate"):
        raise Refused
    return value


def _of_last_year(fact: Fact, facts: Facts, rng: random.Random, signs: dict[str, int]) -> Number:
    now = facts.lookup(fact.metric)
    if now is None:
        raise Refused
    return previous(fact, facts, rng, signs, now)


def _changed(told: tuple[str, int], facts: Facts, drawn: Number, pattern: Pattern, mark: int) -> Number:
    """How much the count before a change grew or fell; ``drawn`` is what would stand there otherwise."""
    end = max((s.end for s in pattern.slots if s.mark == mark and s.kind.startswith("#")), default=None)
    if end is None:
        return drawn
    value = change(*told, facts, drawn, unit=pattern.source.text[end : end + 1])
    if value is None:
        raise Refused
    return value


def _listed(pattern: Pattern, facts: Facts, rng: random.Random) -> dict[int, Number]:
    """Counts of no metric before and after 其中: the parts stay within the whole of the same unit."""
    text = pattern.source.text
    at = text.find("其中")
    if at < 0:
        return {}
    end = next((m.start() for m in re.finditer("[；;。]", text) if m.start() > at), len(text))
    counted = []
    for slot in pattern.slots:
        mark = pattern.source.marks[slot.mark] if slot.mark >= 0 else None
        if slot.kind in ("#", "#-") and mark and len(mark.facts) == 1 and mark.facts[0].metric == "other":
            counted.append((slot.start, text[slot.end : slot.end + 1], slot.mark))
    before = [c for c in counted if c[0] < at]
    if not before:
        return {}
    _, unit, whole = before[-1]
    parts = [m for start, u, m in counted if at < start < end and u == unit]
    if not parts or unit in ("%", "％"):
        return {}
    total = max(size(facts, "other"), 12 * len(parts))
    shares = share_out(rng, total, [rng.choice([1.0, 2.0, 5.0]) for _ in parts] + ([] if len(parts) > 2 else [2.0]))
    return {whole: total, **{m: max(1, n) for m, n in zip(parts, shares, strict=False)}} if min(shares) else {}


def _other(rng: random.Random, facts: Facts, kind: str, percent: bool, after: str) -> Number:
    if percent:
        return round(rng.uniform(1, 100) if rng.random() < 0.5 else rng.uniform(80, 100), rng.choice([0, 1, 2, 2]))
    if kind == "#c":
        return rng.randint(1, 12)
    if kind == "#w":
        return int(10_000 * 10 ** rng.uniform(0, 2.7))
    if after.startswith(("万元", "亿元")):
        return round(10 ** rng.uniform(-0.5, 2.5), rng.choice([0, 1, 2]))
    return max(10 if kind != "#" else 1, size(facts, "other"))


def _check_complete(asked: list[Fact], facts: Facts, text: str) -> None:
    """Refuse a list of cells that its wording makes complete while the figures leave a rest."""
    if not _COMPLETE.search(text):
        return
    plain = [
        f
        for f in asked
        if _is_plain(f) and f.metric.startswith(("requests/", "review_litigation/")) and "by_channel" not in f.metric
    ]
    wholes = ("requests/new/total", "requests/result_total/total")
    stated = [w for w in wholes if any(f.metric == w for f in plain)]
    listed = [
        f for f in plain if f.metric not in wholes and "carried" not in f.metric and not f.metric.startswith("ratio")
    ]
    rows = [
        f
        for f in listed
        if f.metric.startswith("requests/") and f.metric.endswith("/total") and "_rate" not in f.metric
    ]
    applicants = [f for f in listed if f.metric.startswith("requests/new/")]
    for group, whole in ((rows, stated[-1] if stated else ""), (applicants, "requests/new/total" if stated else "")):
        if len(group) >= 2 and whole and sum(facts.lookup(f.metric) or 0 for f in group) != facts.lookup(whole):
            raise Refused
