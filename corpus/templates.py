"""Authored phrases and reports as templates: their slots filled from one set of facts.

The format is that of ``corpus/authored/README.md``. A statement that would be untrue of the
facts is never drawn: `fill` gives None instead.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import resources
from typing import NamedTuple

from .. import configs
from .facts import Facts, Number, share_out, size, weighted
from .markup import Fact, Mark, Marked, MarkupError, parse
from .metrics import parse_metric
from .numbers import exact, numbers
from .text import Text

_SLOT = re.compile(r"\{(#[-~cw]?|Y(?:[+-]\d)?|agency|我|区|申请|网|号|上级|n{1,4}|date|phone|docno)\}")
_COMPLETE = re.compile(r"分别|均为|包括|分为|由.{1,12}组成")
_OPEN = re.compile(r"等|主要|其中")


class Slot(NamedTuple):
    """A slot of a template: what it asks for, where it stands, and the mark that holds it."""

    kind: str
    start: int
    end: int
    mark: int


@dataclass(frozen=True)
class Pattern:
    """A template: its text with slots, its marks, the slots inside of each."""

    id: str
    section: str
    era: str
    level: str
    source: Marked
    slots: tuple[Slot, ...]

    @property
    def has_claims(self) -> bool:
        return any(m.kind == "claim" for m in self.source.marks)


def compile_pattern(line: str, section: str = "", era: str = "any", level: str = "any") -> Pattern:
    """Read one template."""
    source = parse(line)
    claims = [(i, m) for i, m in enumerate(source.marks) if m.kind == "claim"]
    slots = []
    for match in _SLOT.finditer(source.text):
        inside = next((i for i, m in claims if m.start <= match.start() < m.end), -1)
        slots.append(Slot(match[1], match.start(), match.end(), inside))
    bare = _SLOT.sub("", source.text)
    return Pattern(blake2b(bare.encode(), digest_size=8).hexdigest(), section, era, level, source, tuple(slots))


def authored(folder: str) -> Iterator[tuple[str, str]]:
    """Name and content of every authored file of a folder."""
    root = resources.files(__package__).joinpath("authored", folder)
    if root.is_dir():
        for entry in sorted(root.iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".txt"):
                yield entry.name, entry.read_text("utf-8")


def split_of(name: str, pattern_id: str, dev_share: float) -> str:
    """The split that may draw a template: files ``t_*`` are for test, a fixed share is for dev."""
    if name.startswith("t_"):
        return "test"
    return "dev" if int(pattern_id, 16) % 1000 < dev_share * 1000 else "train"


@cache
def phrases(split: str, dev_share: float) -> dict[str, tuple[Pattern, ...]]:
    """The phrases of a split, by section."""
    out: dict[str, list[Pattern]] = {}
    held: set[str] = set()  # what the test split states in the very words of another file is its own
    for name, content in sorted(authored("phrases"), key=lambda f: not f[0].startswith("t_")):
        section, era, level = "overview", "any", "any"
        for line in content.split("\n"):
            line = line.strip("\r")
            if not line.strip() or line.startswith("# ") or line == "#":
                continue
            if line.startswith("@ "):
                section, era, level = (*line[2:].split(), "any", "any")[:3]
                continue
            try:
                pattern = compile_pattern(line, section, era, level)
            except MarkupError as error:  # one slip of an annotator must not stop the others' work
                warnings.warn(f"{name}: {error}: {line[:60]}", stacklevel=2)
                continue
            if name.startswith("t_") and pattern.has_claims:
                held.add(pattern.id)
            elif pattern.id in held:
                continue
            if split_of(name, pattern.id, dev_share) == split:
                out.setdefault(section, []).append(pattern)
    return {k: tuple(v) for k, v in out.items()}


def fits(pattern: Pattern, facts: Facts) -> bool:
    """Whether a template is meant for the era and the level of a report."""
    eras = {"any", facts.era} | ({"modern"} if facts.era != "legacy" else set())
    return pattern.era in eras and pattern.level in ("any", facts.level)


class _Refused(Exception):
    """The template would say what is not so."""


def fill(pattern: Pattern, facts: Facts, rng: random.Random, *, lenient: bool = False) -> Marked | None:
    """Fill the slots of a template; every claim's facts get value, unit and comparator.

    Parameters
    ----------
    lenient : bool
        Zeros may be printed in any slot (for whole reports, where a sentence cannot be left out).

    Returns
    -------
    Marked or None
        None where a statement would be untrue, or a number could not be printed as asked.
    """
    told = dict(facts.other)
    try:
        return _fill(pattern, facts, rng, lenient)
    except _Refused:
        facts.other.clear()
        facts.other.update(told)
        return None


def _fill(pattern: Pattern, facts: Facts, rng: random.Random, lenient: bool) -> Marked:
    source = pattern.source
    wanted = _values(pattern, facts, rng, lenient)
    edits: list[tuple[int, int, str]] = []
    printed: dict[int, list[int]] = {}
    taken: dict[int, int] = {}
    for i, slot in enumerate(pattern.slots):
        if slot.kind.startswith("#"):
            if slot.mark < 0:
                raise _Refused
            order = taken.get(slot.mark, 0)
            taken[slot.mark] = order + 1
            fact_values = wanted[slot.mark]
            value = fact_values[min(order, len(fact_values) - 1)]
            after = source.text[slot.end : slot.end + 3]
            text = print_number(rng, value, slot.kind[1:], after)
            printed.setdefault(slot.mark, []).append(i)
        else:
            text = _word(slot.kind, facts, rng)
        edits.append((slot.start, slot.end, text))
    filled = source.edit(edits)
    lengths = [len(e[2]) - (e[1] - e[0]) for e in edits]
    marks = []
    for j, (old, mark) in enumerate(zip(source.marks, filled.marks, strict=True)):
        if mark.kind != "claim":
            marks.append(mark)
            continue
        starts = [pattern.slots[i].start + sum(lengths[:i]) - mark.start for i in printed.get(j, ())]
        marks.append(_read_back(filled.text[mark.start : mark.end], mark, old, starts))
    return Marked(filled.text, tuple(marks))


def _read_back(stretch: str, mark: Mark, old: Mark, starts: list[int]) -> Mark:
    """The mark with its facts as printed: where a number stands, it is read from the text."""
    found = numbers(Text.of(stretch).view)
    facts = []
    at_slots = []
    for start in starts:
        number = next((n for n in found if n.digits[0] == start), None)  # not grown together with a digit before it
        if number is None:
            raise _Refused
        at_slots.append(number)
    k = 0
    for fact in old.facts:
        if fact.value is None:
            if at_slots:
                number = at_slots[min(k, len(at_slots) - 1)]
                k += 1
            elif found:
                number = found[min(len(facts), len(found) - 1)]
            else:
                raise _Refused
            comparator = number.comparator if number.comparator != "=" else None
            facts.append(fact._replace(value=number.value, unit=number.unit, comparator=fact.comparator or comparator))
        else:
            same = next((n for n in found if n.value == fact.value), None)
            if same is not None:
                comparator = same.comparator if same.comparator != "=" else None
                fact = fact._replace(unit=same.unit, comparator=fact.comparator or comparator)
            facts.append(fact)
    return Mark(mark.start, mark.end, "claim", "", tuple(facts))


# ---------------------------------------------------------------- values


def _is_plain(fact: Fact) -> bool:
    return fact.scope == "report" and fact.period == "year"


def _values(pattern: Pattern, facts: Facts, rng: random.Random, lenient: bool) -> dict[int, list[Number]]:
    """The value of every fact of every claim, by mark."""
    marks = [(i, m) for i, m in enumerate(pattern.source.marks) if m.kind == "claim"]
    asked = [f for _, m in marks for f in m.facts]
    for fact in asked:
        if fact.value is not None:
            _check_fixed(fact, facts, rng)
    text = pattern.source.text
    _share_lazy(asked, facts, rng, text)
    parts = _parts(asked, facts, rng)
    out: dict[int, list[Number]] = {}
    zeros = filled = 0
    for i, mark in marks:
        values: list[Number] = []
        for fact in mark.facts:
            if fact.value is not None:
                values.append(fact.value)
                continue
            value = _value(fact, facts, rng, parts, pattern, i)
            values.append(value)
            filled += 1
            zeros += value == 0
        if len({v for f, v in zip(mark.facts, values, strict=True) if f.value is None}) > 1:
            n_slots = sum(s.mark == i and s.kind.startswith("#") for s in pattern.slots)
            if n_slots < sum(f.value is None for f in mark.facts):
                raise _Refused  # one number for several metrics that differ
        out[i] = [v for f, v in zip(mark.facts, values, strict=True) if f.value is None] or values
    if zeros and not lenient and rng.random() > (0.25 if zeros == filled else 0.35):
        raise _Refused
    _check_complete(asked, facts, text)
    return out


def _check_fixed(fact: Fact, facts: Facts, rng: random.Random) -> None:
    if not _is_plain(fact) or fact.metric == "other":
        return
    terms = parse_metric(fact.metric).addresses
    if fact.metric in ("requests/answered_rate", "requests/on_time_rate"):
        if facts.received == 0 and not facts.cell("requests/carried_in/total"):
            raise _Refused
        if fact.metric == "requests/answered_rate" and facts.cell("requests/carried_out/total") and rng.random() < 0.7:
            raise _Refused
    if any(t.startswith("proposals.") for t in terms) and fact.value:
        facts.lookup(fact.metric)  # sampled whole, so that its counts and rates agree
    if all(t.count("/") == 2 or t in facts.other for t in terms):
        known = facts.lookup(fact.metric)
        if known is None or fact.value is None or abs(known - fact.value) > 1e-6:
            raise _Refused
        return
    if fact.metric.startswith("ratio("):
        known = facts.lookup(fact.metric)
        if known is None or abs(known - (fact.value or 0)) > 1e-6:
            raise _Refused
        return
    if fact.value is not None:
        if fact.metric.startswith("requests/by_channel.") and (fact.value or 0) > facts.received:
            raise _Refused
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
                raise _Refused  # a category is told once
            continue
        total = int(facts.lookup(whole) or 0)
        if any(p in facts.other for p in parts):
            raise _Refused
        told = (
            sum(int(v) for k, v in facts.other.items() if k.startswith("requests/by_channel."))
            if whole.startswith("requests")
            else 0
        )
        if whole == "disclosure/items" and total < 2 * len(parts):
            raise _Refused
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
    if whole not in terms or len(parts) < 2 or not re.search("其中|分别|包括", text):
        return
    total = sum(int(facts.lookup(p) or 0) for p in parts)
    if facts.other.get(whole, total) != total:
        raise _Refused
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
            raise _Refused
        if whole < n:
            raise _Refused
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
        raise _Refused
    if fact.period == "cumulative":
        return int(value * rng.uniform(1.5, 14)) + rng.randint(0, 30)
    if fact.period == "previous":
        return int(value * rng.uniform(0.4, 1.8)) + rng.randint(0, 2)
    if percent and not fact.metric.startswith("ratio(") and not fact.metric.endswith("_rate"):
        raise _Refused
    return value


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
            raise _Refused


# ---------------------------------------------------------------- printing


_HAN = "零一二三四五六七八九"


def chinese_numeral(n: int) -> str:
    """A whole number below 100 in Chinese numerals."""
    tens, ones = divmod(n, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


def print_number(rng: random.Random, value: Number, how: str, after: str) -> str:
    """A figure as a slot asks for it: plain, rounded down ``-``, near ``~``, Chinese ``c``, in 万 ``w``."""
    if how == "c" and value == int(value) and 0 < value < 100:
        if value == 2 and after[:1] in "次期场件个份名篇条户家封部本" and rng.random() < 0.8:
            return "两"
        return chinese_numeral(int(value))
    if how in ("-", "~"):
        if value < 10:
            raise _Refused
        unit = 10 ** max(1, len(str(int(value))) - rng.choice([1, 2, 2]))
        if unit >= value:
            unit = 10
        rounded = int(value // unit) * unit
        return str(rounded + (unit if how == "~" and rounded < value else 0))
    if how == "w":
        if value < 5000:
            raise _Refused
        return f"{round(value / 10_000, rng.choice([0, 1, 2, 2, 4]) if value > 20_000 else 2):g}"
    if after[:1] in ("%", "％"):
        text = f"{value:.{rng.choice([0, 1, 2, 2])}f}" if value != int(value) else f"{exact(value)}"
        return text.rstrip("0").rstrip(".") if "." in text and rng.random() < 0.7 else text
    if value != int(value):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if value >= 1000 and rng.random() < 0.03:
        return f"{int(value):,}"
    return str(int(value))


def _word(kind: str, facts: Facts, rng: random.Random) -> str:
    own = facts.names
    if kind == "Y":
        return str(facts.year)
    if kind.startswith("Y"):
        return str(facts.year + int(kind[1:]))
    if kind == "我":
        preferred = own.self_names[facts.year % len(own.self_names)]
        return preferred if rng.random() < 0.7 else rng.choice(own.self_names)
    if kind == "申请":
        return weighted(rng, configs.load("invented")["requests"])
    if kind == "网":
        return rng.choice(
            [f"{own.place}人民政府门户网站", f"{own.place}政府网", own.site, "政府门户网站", "政府信息公开平台"]
        )
    if kind[0] == "n":
        n = len(kind)
        return str(rng.randint(10 ** (n - 1), 10**n - 1))
    if kind == "date":
        return f"{facts.year}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    if kind == "phone":
        return f"{own.phone_area}-{rng.randint(2_000_000, 89_999_999)}"
    if kind == "docno":
        who = rng.choice(["国办发", "国办公开办函", f"{own.place[0]}政发", f"{own.place[0]}政办", "国发"])
        return f"{who}〔{facts.year - rng.randint(0, 3)}〕{rng.randint(1, 120)}号"
    return {"agency": own.agency, "区": own.area, "号": own.account, "上级": own.superior}[kind]
