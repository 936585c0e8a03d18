"""What befalls the outline of a report before it is printed: its title, its headings, its parts.

Drawn apart from the text (`upset`), so that a way more changes no other report.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import configs
from .facts import Facts
from .markup import Mark, Marked, in_order
from .places import PAIR, Edits, covered, prose_lines

_HAN = "一二三四五六七八九十"
_TOP = re.compile(r"(?P<number>[一二三四五六七八九十]{1,2})(?P<end>[、．.])[^，。；：\n\d]{2,32}(?=\n)")
_PART = re.compile(r"（(?P<number>[一二三四五六七八九十])）(?=[^\d\s（])")
_SECTIONS_OF_THEIR_OWN = ("title", "preamble", "colophon")

Slip = Callable[[Marked, Facts, random.Random], Marked]


def _tops(marked: Marked) -> list[re.Match[str]]:
    """The numbered headings of sections that have lines of their own."""
    starts = [m.start for m in marked.marks if m.kind == "section" and m.address not in _SECTIONS_OF_THEIR_OWN]
    return [m for s in starts if (m := _TOP.match(marked.text, s)) is not None]


def _parts(marked: Marked, section: str = "") -> list[re.Match[str]]:
    """The numbers of the parts of sections, where a line of prose begins with one."""
    homes = [m for m in marked.marks if m.kind == "section" and (m.address == section or not section)]
    closed = covered(marked, "claim", "cell")
    found = (_PART.match(marked.text, s) for s, _ in prose_lines(marked) if any(h.start <= s < h.end for h in homes))
    return [m for m in found if m is not None and not closed[m.start()]]


# ---------------------------------------------------------------- numbers


def parts_restyled(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """（一） of the parts of the account of the year, numbered in another way throughout, or not at all."""
    forms = _words()["parts"]
    form = rng.choices([*forms], [*forms.values()])[0]
    edits = [
        (m.start(), m.end(), form.format(h=m["number"], n=_HAN.index(m["number"]) + 1))
        for m in _parts(marked, "overview")
    ]
    return marked.edit(edits)


def parts_misnumbered(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """Parts that begin with (二), leave a number out or have it twice; one of them with two numbers."""
    parts = _parts(marked, "overview")
    if len(parts) < 2:
        return marked
    at = rng.randrange(len(parts))
    kind = rng.randrange(4)
    edits: Edits = []
    for i, m in enumerate(parts):
        value = _HAN.index(m["number"])
        moved = value + (1 if kind == 0 or (kind == 1 and i >= at) else -1 if kind == 2 and i >= at else 0)
        if kind == 3 and i == at:
            edits.append((m.start(), m.end(), f"（{_HAN[(value + 1) % 10]}）（{m['number']}）"))
        elif 0 <= moved < len(_HAN) and moved != value:
            edits.append((m.start(), m.end(), f"（{_HAN[moved]}）"))
    return marked.edit(edits)


def headings_misnumbered(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """A heading's number printed twice, lost, or that of the heading before, with those behind it or without."""
    tops = _tops(marked)
    if len(tops) < 3:
        return marked
    at = rng.randrange(1, len(tops))
    kind = rng.choice(["twice", "lost", "again", "again", "all", "skipped"])
    edits: Edits = []
    for i, m in enumerate(tops):
        a, b = m.span("number")
        if kind == "twice" and i == at:
            edits.append((b, b, f"{m['end']}{m['number']}"))
        elif kind == "lost" and i == at:
            edits.append((a, m.end("end"), ""))
        elif (kind == "again" and i == at) or (kind == "all" and i >= at):
            edits.append((a, b, tops[i - 1]["number"]))
        elif kind == "skipped" and i >= at and len(m["number"]) == 1 and m["number"] != "十":
            edits.append((a, b, _HAN[_HAN.index(m["number"]) + 1]))
    return marked.edit(edits)


# ---------------------------------------------------------------- words and lines of headings


def headings_broken(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """Headings on two lines: behind the number, or anywhere."""
    rate, behind_number = rng.choice([0.25, 0.5, 1.0]), rng.random() < 0.4
    edits: Edits = []
    for m in _tops(marked):
        if rng.random() < rate:
            places = [p.start() for p in PAIR.finditer(marked.text, m.end("end") + 2, m.end() - 1)]
            at = m.end("end") if behind_number or not places else rng.choice(places)
            edits.append((at, at, "\n"))
    return marked.edit(edits)


def headings_cut(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """Headings that lost their last words, or some within."""
    edits: Edits = []
    for m in _tops(marked):
        length = m.end() - m.end("end")
        if rng.random() < 0.4 and length >= 6:
            n = rng.randint(2, min(5, length - 4))
            a = m.end() - n if rng.random() < 0.6 else rng.randint(m.end("end") + 2, m.end() - n)
            edits.append((a, a + n, ""))
    return marked.edit(edits)


def headings_run_in(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """Headings on the line of the paragraph that follows."""
    rate, joint = rng.choice([0.3, 0.6, 1.0]), rng.choice(["", "", " ", "。", "：", "　"])
    tables = covered(marked, "table")
    starts = {m.start for m in marked.marks if m.kind == "section"}
    edits: Edits = []
    for m in _tops(marked):
        after = m.end() + 1
        if rng.random() < rate and after < len(marked.text) and not tables[after] and after not in starts:
            edits.append((m.end(), after, joint))
    return marked.edit(edits)


def headings_ended(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """A sign behind headings, that of a sentence or a slip."""
    sign, rate = rng.choice(["：", "：", "。", "。", "；", "，"]), rng.choice([0.3, 1.0, 1.0])
    return marked.edit([(m.end(), m.end(), sign) for m in _tops(marked) if rng.random() < rate])


# ---------------------------------------------------------------- above and below the report


def title_broken(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """A title on two or three lines, broken anywhere, or with its letters spread."""
    title = next((m for m in marked.marks if m.kind == "section" and m.address == "title"), None)
    if title is None:
        return marked
    text = marked.text[title.start : title.end].rstrip("\n")
    if rng.random() < 0.15:
        places = [title.start + p for p in range(1, len(text)) if "\n" not in text[p - 1 : p + 1]]
        return marked.edit([(p, p, " ") for p in places if not marked.text[p - 1 : p + 1].isdigit()])
    places = [title.start + p.start() for p in PAIR.finditer(text) if 2 < p.start() < len(text) - 1]
    chosen = rng.sample(places, min(len(places), rng.randint(1, 2)))
    return marked.edit([(p, p, "\n") for p in sorted(chosen)])


def _han_month(month: int) -> str:
    return _HAN[month - 1] if month <= 10 else "十" + _HAN[month - 11]


def _day(facts: Facts, rng: random.Random) -> str:
    year, month, day = facts.year + 1, rng.randint(1, 3), rng.randint(3, 28)
    if rng.random() < 0.12:
        year, month = facts.year, rng.choice([11, 12, 12])
    han = "".join("〇一二三四五六七八九"[int(d)] for d in str(year))
    tens = f"{'二' if day >= 20 else ''}十" if day >= 10 else ""
    han_day = tens + (_HAN[day % 10 - 1] if day % 10 else "")
    return rng.choice(
        [
            f"{year}年{month}月{day}日", f"{year}年{month}月", f"{year}.{month}.{day}",
            f"{han}年{_han_month(month)}月{han_day}日", f"{han}年{_han_month(month)}月",
            f"{year}-{month:02d}-{day:02d}",
        ]
    )  # fmt: skip


def dated_below_title(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """The day, the agency or both between the title and the text: `colophon`."""
    sections = [m for m in marked.marks if m.kind == "section"]
    if len(sections) < 2 or sections[0].address != "title" or sections[1].address == "colophon":
        return marked
    day = _day(facts, rng)
    line = rng.choice([f"（{day}）", f"（{day}）", day, f"{facts.names.agency}\n{day}", f"{facts.names.agency}　{day}",
                       f"（公开时间：{day}）", f"（{facts.names.agency} {day}）"])  # fmt: skip
    at = sections[1].start
    longer = marked.edit([(at, at, line + "\n")])
    added = Mark(at, at + len(line) + 1, "section", "colophon")
    return Marked(longer.text, in_order([*longer.marks, added]), longer.tags)


def preamble_in_lines(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """A preamble whose sentences have lines of their own, numbered now and then; or under a word of its own."""
    home = next((m for m in marked.marks if m.kind == "section" and m.address == "preamble"), None)
    if home is None:
        return marked
    ends = [m.end() for m in re.finditer("。(?=[^\n”）])", marked.text[: home.end]) if m.start() > home.start]
    lead = "" if rng.random() < 0.5 else rng.choice(_words()["salutations"]).format(superior=facts.names.superior)
    numbered = rng.random() < 0.25 and bool(ends)
    firsts = [home.start, *ends]
    edits: Edits = []
    for i, at in enumerate(firsts):
        number = f"{i + 1}、" if numbered and not marked.text[at].isdigit() else ""
        edits.append((at, at, ("\n" if i else lead) + number))
    return _around(marked, [e for e in edits if e[2]])


def running_heads(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """The report's name at the head of each sheet, between its paragraphs: it opens no section there."""
    head = f"{facts.names.agency}{facts.year}年政府信息公开工作年度报告"
    head = rng.choice([head, head, f"{facts.year}年政府信息公开工作年度报告", f"{facts.names.agency}年度报告"])
    opens = {m.start for m in marked.marks if m.kind == "section"}
    home = [m for m in marked.marks if m.kind == "section" and m.address not in _SECTIONS_OF_THEIR_OWN]
    places = [s for s, _ in prose_lines(marked) if s not in opens and any(m.start < s < m.end for m in home)]
    chosen = sorted(rng.sample(places, min(len(places), rng.randint(1, 4))))
    page = rng.choice(["", "", "- {} -\n", "· {} ·\n", "第{}页\n"])
    return marked.edit([(s, s, page.format(i + 2) + head + "\n") for i, s in enumerate(chosen)])


def page_titled(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """The name that the page has in the window's bar above all: `colophon`, as it is the site's."""
    own = facts.names
    title = f"{own.agency}{facts.year}年政府信息公开工作年度报告"
    line = rng.choice(_words()["page_titles"]).format(title=title, place=own.place, agency=own.agency) + "\n"
    longer = Marked(line) + marked
    return Marked(longer.text, (Mark(0, len(line), "section", "colophon"), *longer.marks), longer.tags)


def signed_off(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """A last word, whom to ask, to whom it goes, where it may be had; the page's last number: `colophon`."""
    own = facts.names
    phone = f"{own.phone_area}-{rng.randint(2_000_000, 8_999_999)}"
    told = {
        "agency": own.agency,
        "superior": own.superior,
        "char": own.place[0],
        "year": facts.year,
        "phone": phone,
        "site": own.site,
    }
    chosen = rng.sample(_words()["endings"], rng.randint(1, 3))
    lines = [ending.format(**told, day=_day(facts, rng), page=rng.randint(3, 9)) for ending in chosen]
    n = len(marked.text)
    joint = "" if marked.text.endswith("\n") else "\n"
    text = marked.text + joint + "\n".join(lines)
    return Marked(text, (*marked.marks, Mark(n + len(joint), len(text), "section", "colophon")), marked.tags)


_TAGS = (
    ("<p>", "</p>"), ("<p>", "</p>"), ("<div>", "</div>"), ("<p>&nbsp;&nbsp;", "</p>"), ("", "<br/>"),
    ('<p style="text-indent:2em">', "</p>"),
)  # fmt: skip
_STRONG = (("", ""), ("<strong>", "</strong>"), ("<b>", "</b>"), ('<span style="font-family:黑体">', "</span>"))


def tags_left(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """Tags of a page left around its paragraphs and headings."""
    tops = {m.start() for m in _tops(marked)}
    opened, closed = rng.choice(_TAGS)
    strong = rng.choice(_STRONG)
    edits: Edits = []
    for start, end in prose_lines(marked):
        one, two = (opened + strong[0], strong[1] + closed) if start in tops else (opened, closed)
        edits += [(start, start, one), (end, end, two)]
    return _around(marked, [e for e in edits if e[2]])


def _around(marked: Marked, edits: Edits) -> Marked:
    """Insertions of which those before a section's first character belong to it."""
    longer = marked.edit(edits)
    grown = {a: len(text) for a, _, text in edits}
    marks = [
        replace(new, start=new.start - grown.get(old.start, 0)) if old.kind == "section" else new
        for old, new in zip(marked.marks, longer.marks, strict=True)
    ]
    return Marked(longer.text, tuple(marks), longer.tags)


SLIPS: dict[str, Slip] = {
    "headings_misnumbered": headings_misnumbered,
    "headings_cut": headings_cut,
    "headings_ended": headings_ended,
    "headings_run_in": headings_run_in,
    "headings_broken": headings_broken,
    "parts_misnumbered": parts_misnumbered,
    "parts_restyled": parts_restyled,
    "title_broken": title_broken,
    "dated_below_title": dated_below_title,
    "preamble_in_lines": preamble_in_lines,
    "running_heads": running_heads,
    "page_titled": page_titled,
    "signed_off": signed_off,
    "tags_left": tags_left,
}
"""In the order in which they befall a report; ``configs/mix.yaml`` says how often."""


def upset(marked: Marked, facts: Facts, rates: dict[str, float]) -> Marked:
    """A clean report whose outline suffered as those of real reports did."""
    own = facts.names
    rng = random.Random(f"outline/{own.agency}/{own.phone_area}/{facts.year}")
    for name, slip in SLIPS.items():
        if rng.random() < rates.get(name, 0.0):
            marked = slip(marked, facts, rng)
    return marked


def _words() -> dict[str, Any]:
    return configs.load("invented")["outline"]
