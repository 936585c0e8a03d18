"""How reports head their sections: the form's words, others', none of their own, several sections for one purpose.

Whims are drawn apart from the text (`Whims.of`), so that a word more in a list changes no other report.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from .. import configs
from .facts import Facts
from .grids import widen
from .markup import Marked, join

_NUMBERS = "一二三四五六七八九十"
_FORMS_OWN = 0.75
_WORDED_ANEW = 0.2
_INLINE = 0.05
_HALVES = 0.06
_LEGACY_EXTRA = 0.3
_NO_OVERVIEW = 0.06
_PREFACE = 0.05
_STYLED = 0.07
_REORDERED = 0.4
_PARTED = 0.3
_OLD_PARTS = 0.6
_SHUFFLED = 0.15
_ANNEX_TOLD = 0.2
_ANNEX_NOTED = 0.12
_SCHOOLS = (("requests", "overview"), ("other_matters", "annex"))
"""Sections that universities add: what members say of their openness, and what of the ministry's list is open."""
_SCHOOL_EXTRA = 0.6
_SCHOOL_WORDS = 0.7
_NESTS = 0.05
_DATED = 0.04
_NESTED = 0.15


def heading(section: str, rng: random.Random) -> str:
    """A heading of a section without its number: the form's, or a variant."""
    entry = configs.load("forms")["sections"][section]
    if rng.random() < _FORMS_OWN or not entry.get("variants"):
        return widen(entry["label"])
    return widen(rng.choice(entry["variants"]))


@dataclass
class Whims:
    """What one report does with its headings.

    Attributes
    ----------
    inline : str or None
        What stands between a heading and its first sentence on one line; None: they have lines of their own.
    halves : bool
        Whether problems and measures have a section each.
    extra : tuple of (place, section)
        Sections that older reports add behind others: ``("active_disclosure", "active_disclosure")``.
    has_overview : bool
    nests : bool
        Whether an older report tells of all that follows what it published in parts of that section.
    preface : str
        A heading above the preamble, or nothing.
    style : str
        How headings are numbered, where that is unusual: ``1、``; ``1、*`` is the same number for all, as programs
        leave that lose automatic numbers.
    """

    rng: random.Random
    is_old: bool
    year: int = 0
    is_school: bool = False
    inline: str | None = None
    halves: bool = False
    extra: tuple[tuple[str, str], ...] = ()
    has_overview: bool = True
    preface: str = ""
    nests: bool = False
    style: str = ""

    @classmethod
    def of(cls, facts: Facts) -> Whims:
        """Drawn from whose report it is, and of what year."""
        rng = random.Random(f"headings/{facts.names.agency}/{facts.names.phone_area}/{facts.year}")
        is_old = facts.era == "legacy"
        whims = cls(rng, is_old, facts.year, facts.level == "university")
        if rng.random() < _INLINE:
            whims.inline = rng.choice(["：", "：", "。", " ", ""])
        whims.halves = rng.random() < _HALVES * (2 if is_old else 1)
        if is_old:
            places = [("active_disclosure", "active_disclosure"), ("requests", "requests"), ("fees", "other_matters")]
            whims.extra = tuple(p for p in places if rng.random() < _LEGACY_EXTRA)
            whims.has_overview = rng.random() >= _NO_OVERVIEW
            whims.nests = rng.random() < _NESTS
        if whims.is_school:
            whims.extra += tuple(p for p in _SCHOOLS if rng.random() < _SCHOOL_EXTRA)
        if rng.random() < _PREFACE:
            whims.preface = rng.choice(_words()["preface"])
        if rng.random() < _STYLED:
            whims.style = rng.choice(["1、", "1、*", "1.", "一 ", "一．", "第一部分 ", "一,"])
        return whims

    def ordered(self, names: list[str]) -> list[str]:
        """The order of the sections: older reports have many."""
        if not self.is_old or self.rng.random() >= _REORDERED:
            return names
        first, *others = names
        self.rng.shuffle(others)
        return [first, *others]

    def worded(self, section: str, form: str) -> str:
        """The heading that was drawn, or now and then another."""
        if self.rng.random() >= (0.5 if self.is_old or self.is_school else _WORDED_ANEW):
            return form
        words = _words()
        if self.is_school and self.rng.random() < _SCHOOL_WORDS:
            return self.rng.choice(words["school"].get(section, [form]))
        known = words["modern"].get(section, []) + (words["legacy"].get(section, []) if self.is_old else [])
        return self.rng.choice(known) if known else form

    def dated(self, section: str, words: str) -> str:
        """The heading of the account of the year, with the year now and then."""
        if section != "overview" or self.rng.random() >= _DATED:
            return words
        return self.rng.choice([f"{self.year}年", f"{self.year}年度", "本年度"]) + words

    def added(self, section: str) -> str:
        """The heading of a section that the report adds."""
        return self.rng.choice(_words()["added"][section])

    def half(self, second: bool) -> str:
        """The heading of the section on problems, or of that on measures."""
        return self.rng.choice(_words()["measures" if second else "shortcomings"])

    def part(self, topic: str) -> str:
        """The heading of a part of the overview."""
        words = configs.load("invented")["subheads"]
        return self.rng.choice(words["old" if self.is_old and self.rng.random() < _OLD_PARTS else topic])

    def nested(self, sentences: list[Marked]) -> list[Marked]:
        """The sentences of a part of the overview, each under a heading of its own now and then."""
        if len(sentences) < 2 or self.rng.random() >= _NESTED:
            return [join(sentences)]
        names = self.rng.sample(configs.load("invented")["subheads"]["old"], min(len(sentences), 6))
        style = self.rng.choice(["1.", "1.", "1、", "（1）", "一是"])
        end = "，" if style == "一是" else self.rng.choice(["。", "。", "：", "\n"])
        leads = [style.replace("一", _NUMBERS[i]).replace("1", str(i + 1)) + names[i] + end for i in range(len(names))]
        led = [Marked(lead) + one for lead, one in zip(leads, sentences, strict=False)]
        return [*led, *sentences[len(led) :]]

    def topics(self, topics: list[str]) -> list[str]:
        """The order of the parts of the overview: mostly that of the form."""
        if self.rng.random() < _SHUFFLED:
            self.rng.shuffle(topics)
        return topics

    def parted(self, section: str, sentences: list[Marked]) -> list[Marked] | None:
        """Sentences of another section under headings of parts; None for most reports."""
        names = _words()["parts"].get(section, [])
        if not sentences or not names or self.rng.random() >= _PARTED * (1 if self.is_old else 0.5):
            return None
        style = self.rng.choices(["（一）", "1.", "1、", "（1）", ""], [60, 12, 10, 6, 12])[0]
        is_run_in = self.rng.random() < 0.35
        joint = self.rng.choice(["。", "。", "：", ""])
        lines: list[Marked] = []
        chosen = self.rng.sample(names, min(len(names), len(sentences)))
        for i, (name, sentence) in enumerate(zip(chosen, sentences, strict=False)):
            lead = Marked(style.replace("一", _NUMBERS[i]).replace("1", str(i + 1)) + name)
            lines += [lead + Marked(joint) + sentence] if is_run_in and joint else [lead, sentence]
        return lines + sentences[len(chosen) :]

    def problem_parts(self) -> tuple[str, str]:
        """The headings of the problems and of the measures within one section."""
        first, second = self.rng.choice(_words()["problem_parts"])
        style = self.rng.choices(["（一）", "", "1.", "（1）", "1、"], [50, 30, 8, 4, 8])[0]
        end = self.rng.choice(["", "", "：", "。"])
        one = style.replace("一", "二").replace("1", "2")
        return f"{style}{first}{end}", f"{one}{second}{end}"

    def tells_annex(self) -> bool:
        """Whether an older report has a section on its annex, though the annex is not there."""
        return self.is_old and self.rng.random() < _ANNEX_TOLD

    def numbers_annex(self) -> bool:
        """Whether the annex is numbered as the other sections are."""
        return self.rng.random() < 0.4

    def annex_notes(self) -> list[Marked]:
        """What stands below an annex."""
        if self.rng.random() >= _ANNEX_NOTED:
            return []
        return [Marked(self.rng.choice(configs.load("invented")["outline"]["annex_notes"]))]

    def laid(self, head: Marked, body: list[Marked]) -> list[Marked]:
        """A heading and what follows it, as lines."""
        has_prose = bool(body) and not any(m.kind in ("table", "cell") for m in body[0].marks)
        if self.inline is None or not has_prose or self.rng.random() < 0.3:
            return [head, *body]
        return [head + Marked(self.inline) + body[0], *body[1:]]


def _words() -> dict[str, Any]:
    return configs.load("invented")["headings"]
