"""What pages, office programs and mirrors leave in a text, and what they take from it.

Each is a function of a `Marked`, like those of `damage`.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise

from .. import configs
from .markup import Mark, Marked
from .noise import chart
from .places import PAIR, Damage, Edits, covered, prose_lines

_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]+[、．. ]|\d[、.])?[^，。；：\d\n]{2,30}\n")


def masked(marked: Marked, rng: random.Random) -> Marked:
    """Words that a crawler censors."""
    mask = covered(marked, "claim", "cell")
    word = rng.choice(["公开信息", "人民政府", "政府信", "工作人员"])
    edits = [
        (m.start(), m.end(), "*" * rng.randint(2, 4))
        for m in re.finditer(word, marked.text)
        if rng.random() < 0.5 and not any(mask[m.start() : m.end()])
    ]
    return marked.edit(edits)


def residue(marked: Marked, rng: random.Random) -> Marked:
    """Numbers that were never filled in: ``共发布信息xx条``; the claim has no value then."""
    blank = rng.choice(["xx", "XX", "××", "　　", "**", "X"])
    edits: Edits = []
    marks: list[Mark] = []
    for mark in marked.marks:
        if mark.kind == "claim" and len(mark.facts) == 1 and rng.random() < 0.25:
            found = list(re.finditer(r"\d+(?:\.\d+)?", marked.text[mark.start : mark.end]))
            if len(found) == 1:
                edits.append((mark.start + found[0].start(), mark.start + found[0].end(), blank))
                fact = mark.facts[0]._replace(value=None, unit=None, comparator=None)
                mark = Mark(mark.start, mark.end, "claim", "", (fact,))
        marks.append(mark)
    return Marked(marked.text, tuple(marks)).edit(edits)


def placeholders(marked: Marked, rng: random.Random) -> Marked:
    """Where images and bookmarks were."""
    kind = rng.choice(["[image: ]", "[image: QQ截图20{n}]", "[bookmark: _GoBack]", "[image: {n}]", "[图片: ]"])
    text = marked.text
    tables = covered(marked, "table")
    places = [m.start() for m in PAIR.finditer(text) if not tables[m.start()]]
    chosen = sorted(rng.sample(places, min(len(places), rng.randint(1, 5))))
    return marked.edit([(p, p, kind.format(n=rng.randint(1, 99_999_999))) for p in chosen])


def hijacked(marked: Marked, rng: random.Random) -> Marked:
    """A mirror's brand in the place of a frequent word, throughout the prose."""
    closed = covered(marked, "claim", "cell", "table")
    brand, word = rng.choice(_words()["brands"]), rng.choice(["政务公开", "关于", "门户网站", "人民政府", "条例"])
    edits = [
        (m.start(), m.end(), brand)
        for m in re.finditer(word, marked.text)
        if not any(closed[m.start() : m.end()]) and not _opens_section(marked, m.start())
    ]
    return marked.edit(edits)


def office_notes(marked: Marked, rng: random.Random) -> Marked:
    """What a template says to the writer, left behind the headings: ``（此处用三号黑体）``."""
    note = rng.choice(_words()["office_notes"])
    edits = [(end, end, note) for _, end in _headings(marked) if rng.random() < 0.6]
    return marked.edit(edits)


def headings_lost(marked: Marked, rng: random.Random) -> Marked:
    """Headings of sections removed with their lines: what they say must be known from what follows."""
    rate = rng.choice([0.3, 0.6, 1.0])
    kept = {m.start for m in marked.marks if m.kind == "section" and m.address in ("title", "preamble", "colophon")}
    edits = [(s, e + 1, "") for s, e in _headings(marked) if s not in kept and rng.random() < rate]
    return marked.edit(edits)


def titles_lost(marked: Marked, rng: random.Random) -> Marked:
    """Names of laws taken for tags and dropped with their brackets, or but for them."""
    closed = covered(marked, "claim", "cell", "table")
    left = rng.choice(["", "《》"])
    found = re.finditer("《[^》\n]{2,30}》", marked.text)
    return marked.edit([(m.start(), m.end(), left) for m in found if not any(closed[m.start() : m.end()])])


def glued(marked: Marked, rng: random.Random) -> Marked:
    """Claims that lost what stood between them: ``收到3件办结2件``; never digit at digit."""
    claims = sorted((m for m in marked.marks if m.kind == "claim"), key=lambda m: m.start)
    edits: Edits = []
    for one, two in pairwise(claims):
        gap = marked.text[one.end : two.start]
        edge = marked.text[one.end - 1 : one.end] + marked.text[two.start : two.start + 1]
        if gap in ("，", "、", "；", ",", ";") and not edge.isdigit() and rng.random() < 0.8:
            edits.append((one.end, two.start, ""))
    return marked.edit(edits)


def pipe_runs(marked: Marked, rng: random.Random) -> Marked:
    """A line of hundreds of pipes, one for each box of the page's layout."""
    places = [start for start, _ in prose_lines(marked)]
    if not places:
        return marked
    at = rng.choice(places)
    return marked.edit([(at, at, "|" * rng.randint(60, 400) + "\n")])


def chart_inside(marked: Marked, rng: random.Random) -> Marked:
    """What is left of a chart, in the middle of a section: `colophon`, and no claim."""
    closed = covered(marked, "claim", "table")
    sections = [m for m in marked.marks if m.kind == "section" and m.address in ("overview", "requests")]
    places = [
        (m, start)
        for m in sections
        for start, _ in prose_lines(marked)
        if m.start < start < m.end and not closed[start] and not closed[start - 1]
    ]
    if not places:
        return marked
    home, at = rng.choice(places)
    lines = "\n".join(chart(rng)) + "\n"
    longer = marked.edit([(at, at, lines)])
    marks: list[Mark] = []
    for old, new in zip(marked.marks, longer.marks, strict=True):
        if old is home:
            marks += [
                Mark(new.start, at, "section", new.address),
                Mark(at, at + len(lines), "section", "colophon"),
                Mark(at + len(lines), new.end, "section", new.address),
            ]
        else:
            marks.append(new)
    return Marked(longer.text, tuple(sorted(marks, key=lambda m: (m.start, -m.end))), longer.tags)


def _words() -> dict[str, list[str]]:
    return configs.load("invented")["pages"]


def _headings(marked: Marked) -> list[tuple[int, int]]:
    """The headings of the sections, where they are lines of their own (their end is the line's)."""
    out = []
    for mark in marked.marks:
        if mark.kind == "section" and mark.address != "colophon":
            match = _HEADING.match(marked.text, mark.start, mark.end)
            if match is not None and match.end() < mark.end:
                out.append((mark.start, match.end() - 1))
    return out


def _opens_section(marked: Marked, at: int) -> bool:
    return any(start <= at < end for start, end in _headings(marked))


RESIDUE: dict[str, Damage] = {
    "residue": residue,
    "headings_lost": headings_lost,
    "office_notes": office_notes,
    "chart_inside": chart_inside,
    "titles_lost": titles_lost,
    "hijacked": hijacked,
    "masked": masked,
    "glued": glued,
    "pipe_runs": pipe_runs,
    "placeholders": placeholders,
}
