"""Phrases with their slots filled from one set of facts.

A statement that would be untrue of the facts is never drawn: `fill` gives None instead.
"""

from __future__ import annotations

import random

from .. import configs
from .facts import Facts, Number, weighted
from .markup import Fact, Mark, Marked
from .numbers import exact, numbers
from .patterns import Pattern
from .telling import Refused, values_of
from .text import Text


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
    except Refused:
        facts.other.clear()
        facts.other.update(told)
        return None


def _fill(pattern: Pattern, facts: Facts, rng: random.Random, lenient: bool) -> Marked:
    source = pattern.source
    wanted = values_of(pattern, facts, rng, lenient)
    edits: list[tuple[int, int, str]] = []
    printed: dict[int, list[int]] = {}
    taken: dict[int, int] = {}
    for i, slot in enumerate(pattern.slots):
        if slot.kind.startswith("#"):
            if slot.mark < 0:
                raise Refused
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
    facts: list[Fact] = []
    at_slots = []
    for start in starts:
        number = next((n for n in found if n.digits[0] == start), None)  # not grown together with a digit before it
        if number is None:
            raise Refused
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
                raise Refused
            comparator = number.comparator if number.comparator != "=" else None
            facts.append(fact._replace(value=number.value, unit=number.unit, comparator=fact.comparator or comparator))
        else:
            same = next((n for n in found if n.value == fact.value), None)
            if same is not None:
                comparator = same.comparator if same.comparator != "=" else None
                fact = fact._replace(unit=same.unit, comparator=fact.comparator or comparator)
            facts.append(fact)
    return Mark(mark.start, mark.end, "claim", "", tuple(facts))


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
            raise Refused
        unit = 10 ** max(1, len(str(int(value))) - rng.choice([1, 2, 2]))
        if unit >= value:
            unit = 10
        rounded = int(value // unit) * unit
        return str(rounded + (unit if how == "~" and rounded < value else 0))
    if how == "w":
        if value < 5000:
            raise Refused
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
