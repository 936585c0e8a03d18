"""Sentences of a report's text whose claims are marked: looked up, added, told with other figures."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from .facts import Number
from .markup import Fact, Mark, Marked
from .numbers import numbers

_SENTENCE_END = re.compile(r"[。\n]")


def singles(marked: Marked) -> list[tuple[int, Mark, Fact]]:
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


def restated(marked: Marked, index: int, value: Number) -> Marked | None:
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


def sentence_of(text: str, at: int) -> tuple[int, int]:
    starts = [m.end() for m in _SENTENCE_END.finditer(text, 0, at)]
    end = _SENTENCE_END.search(text, at)
    return (starts[-1] if starts else 0), (end.start() if end else len(text))


def added(marked: Marked, section: str, sentence: Marked, rng: random.Random) -> Marked | None:
    """The text with a sentence more, at the end of a paragraph of a section; None where it has no paragraph."""
    closed = [(m.start, m.end) for m in marked.marks if m.kind in ("table", "claim")]
    places = []
    for mark in marked.marks:
        if mark.kind == "section" and mark.address == section:
            ends = [m.end() for m in re.finditer(r"。(?=\n|$)", marked.text[: mark.end]) if m.start() > mark.start]
            places += [e for e in ends if not any(a < e < b for a, b in closed)]
    if not places:
        return None
    at = rng.choice(places)
    if at == len(marked.text):  # a mark ends here, and would not reach over what is added behind it
        return None
    longer = marked.edit([(at, at, sentence.text)])
    moved = [replace(m, start=m.start + at, end=m.end + at) for m in sentence.marks]
    marks = sorted([*longer.marks, *moved], key=lambda m: (m.start, -m.end))
    return Marked(longer.text, tuple(marks), longer.tags)
