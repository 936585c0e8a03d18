"""What scraping does to characters and lines. Each damage is a function of a `Marked`.

No damage changes what a mark says: digits inside of claims and cells stay. Where the unit
of a claim is lost, the claim loses it too (`settle`).
"""

from __future__ import annotations

import random
import re
from typing import Any

from .facts import Facts
from .markup import Mark, Marked
from .places import HAN, PAIR, Damage, Edits, covered, prose_lines
from .residue import RESIDUE
from .scripts import numeral_free, to_traditional
from .scripts import pinyin as readings
from .text import Text

_PUNCTUATION = str.maketrans({"，": ",", "：": ":", "；": ";", "（": "(", "）": ")"})
_LOSABLE = re.compile(r"(?<=\d)[年月日号条件期次篇份〕、，（]|[年月日号〕、，（](?=\d)")
_ENUMERATORS = {
    "（一）": "㈠",
    "（二）": "㈡",
    "（三）": "㈢",
    "（四）": "㈣",
    "（五）": "㈤",
    "（六）": "㈥",
    "（1）": "⑴",
    "（2）": "⑵",
    "（3）": "⑶",
}


# ---------------------------------------------------------------- characters


def ascii_punctuation(marked: Marked, rng: random.Random) -> Marked:
    """``，：；（）`` in their ASCII forms; ``、。“”`` stay, but for the quotes now and then."""
    text = marked.text.translate(_PUNCTUATION)
    if rng.random() < 0.3:
        text = text.translate(str.maketrans("“”", '""'))
    return Marked(text, marked.marks)


def mixed_width(marked: Marked, rng: random.Random) -> Marked:
    """Single characters in the other width."""
    half = "，：；（）％．－＋"
    swap = dict(zip(half, ",:;()%.-+", strict=True))
    swap |= {d: chr(ord(d) + 0xFEE0) for d in "0123456789"}
    rate = rng.choice([0.05, 0.2, 0.5])
    text = "".join(
        swap[c] if c in swap and rng.random() < (rate if c in half else rate / 6) else c for c in marked.text
    )
    return Marked(text, marked.marks)


def full_width_digits(marked: Marked, rng: random.Random) -> Marked:
    """All digits full-width."""
    return Marked(marked.text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}), marked.marks)


def blanks_in_words(marked: Marked, rng: random.Random) -> Marked:
    """Blanks between characters, as from hard wraps; or around every number."""
    text = marked.text
    if rng.random() < 0.4:
        mask = covered(marked, "table")
        places = [m.start() for m in re.finditer(rf"(?<={HAN})(?=\d)|(?<=\d)(?={HAN})", text) if not mask[m.start()]]
        return marked.edit([(p, p, " ") for p in places if rng.random() < 0.8])
    rate = rng.choice([0.004, 0.01, 0.03])
    return marked.edit([(m.start(), m.start(), " ") for m in PAIR.finditer(text) if rng.random() < rate])


def doubled(marked: Marked, rng: random.Random) -> Marked:
    """Characters printed twice, outside of claims and figures."""
    mask = covered(marked, "claim", "cell")
    edits: Edits = []
    for m in re.finditer(r"[\u4e00-\u9fff《》〔〕]|\d(?=年)", marked.text):
        if rng.random() < 0.006 and not mask[m.start()] and not mask[m.end()]:
            edits.append((m.end(), m.end(), m[0]))
    return marked.edit(edits)


def lost_near_digits(marked: Marked, rng: random.Random) -> Marked:
    """年, 月, 号, 条, 、 and their like lost beside digits; two numbers never fuse within a claim."""
    mask, tables = covered(marked, "claim", "cell"), covered(marked, "table")
    text = marked.text
    rate = rng.choice([0.1, 0.3, 0.6])
    edits: Edits = []
    last = -2
    for m in _LOSABLE.finditer(text):
        at = m.start()
        if tables[at] or rng.random() > rate or at - last < 2:
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if (
            before.isdigit()
            and (after.isdigit() or after in numeral_free)
            and (mask[at] or mask[at - 1] or mask[at + 1])
        ):
            continue
        if (mask[at] or mask[at - 1]) and after in ".万亿%％余多年月元":
            continue  # 3件% would read as another number
        edits.append((at, at + 1, ""))
        last = at
    return marked.edit(edits)


def invisible(marked: Marked, rng: random.Random) -> Marked:
    """Zero-width characters, soft hyphens, a BOM; inside of numbers too."""
    chars = rng.choice(["\u200b", "\u200b\ufeff", "\u00ad", "\u200c\u200d", "\u2060"])
    n = len(marked.text)
    places = sorted({rng.randrange(n) for _ in range(max(3, n // rng.choice([40, 150, 400])))}) if n else []
    lead = [(0, 0, "\ufeff")] if rng.random() < 0.3 else []
    return marked.edit(lead + [(p, p, rng.choice(chars)) for p in places if p])


def traditional(marked: Marked, rng: random.Random) -> Marked:
    """Traditional script by a converter: plain, with another vocabulary, or with wrong homographs."""
    return Marked(
        to_traditional(marked.text, rng.choices(["plain", "vocabulary", "homographs"], [5, 4, 2])[0]), marked.marks
    )


def pinyin(marked: Marked, rng: random.Random) -> Marked:
    """Readings in brackets after some characters."""
    rate = rng.choice([0.05, 0.15, 0.4])
    opened, closed = rng.choice([("(", ")"), ("(", ")"), ("（", "）")])
    edits: Edits = []
    table = readings()
    for i, char in enumerate(marked.text):
        if char in table and rng.random() < rate:
            edits.append((i + 1, i + 1, f"{opened}{table[char]}{closed}"))
    return marked.edit(edits)


def entities(marked: Marked, rng: random.Random) -> Marked:
    """Undecoded HTML entities."""
    swap = {"\u3000": "&emsp;", "\xa0": "&nbsp;", "“": "&ldquo;", "”": "&rdquo;", "《": "&lt;&lt;", "·": "&middot;"}
    mask = covered(marked, "claim", "cell")
    edits = [(i, i + 1, swap[c]) for i, c in enumerate(marked.text) if c in swap and not mask[i] and rng.random() < 0.5]
    lead = [(s, s, "&nbsp;&nbsp;") for s, _ in prose_lines(marked) if rng.random() < 0.3]
    return marked.edit(edits + lead)


def mojibake(marked: Marked, rng: random.Random) -> Marked:
    """Broken characters at sentence boundaries."""
    mask = covered(marked, "claim", "cell", "table")
    edits: Edits = []
    for m in re.finditer(r"。[\u4e00-\u9fff]|（[一二三]）", marked.text):
        if rng.random() < 0.4 and not any(mask[m.start() : m.end() + 1]):
            edits.append((m.start(), m.end(), rng.choice(["?；鶎", "?。ㄒ唬", "？锘", "��"])))
    return marked.edit(edits)


def doubled_commas(marked: Marked, rng: random.Random) -> Marked:
    """Every comma twice, in both widths."""
    return marked.edit([(m.start(), m.end(), ",，") for m in re.finditer("，", marked.text)])


# ---------------------------------------------------------------- lines


def indents(marked: Marked, rng: random.Random) -> Marked:
    """Indented paragraphs."""
    blank = rng.choice(["\u3000\u3000", "\u3000\u3000", "    ", "  ", "\xa0\xa0\xa0\xa0", "\t", "\u3000", "????"])
    rate = rng.choice([0.6, 0.95, 1.0])
    return marked.edit([(s, s, blank) for s, _ in prose_lines(marked) if rng.random() < rate])


def blank_lines(marked: Marked, rng: random.Random) -> Marked:
    """Blank lines between paragraphs."""
    rate = rng.choice([0.2, 1.0, 1.0])
    blank = rng.choice(["\n", "\n", "\n", "\n\n", " \n", "\u3000\n"])
    return marked.edit([(s, s, blank) for s, _ in prose_lines(marked)[1:] if rng.random() < rate])


def hard_wrap(marked: Marked, rng: random.Random) -> Marked:
    """Paragraphs wrapped every 30 to 38 characters, never between digits."""
    width = rng.randint(30, 38)
    gap = rng.choice(["\n", "\n", " ", "\n\n"])
    text = marked.text
    edits: Edits = []
    for start, end in prose_lines(marked):
        at = start + width
        while at < end:
            if not (text[at - 1] in numeral_free and text[at] in numeral_free):
                edits.append((at, at, gap))
            at += width
    return marked.edit(edits)


def heading_numbers_lost(marked: Marked, rng: random.Random) -> Marked:
    """Automatic numbers of headings lost."""
    rate = rng.choice([0.3, 1.0, 1.0])
    edits: Edits = []
    for mark in marked.marks:
        if mark.kind == "section" and rng.random() < rate:
            m = re.match(r"\s*([一二三四五六七八九十]+[、．. ])", marked.text[mark.start : mark.start + 12])
            if m:
                edits.append((mark.start + m.start(1), mark.start + m.end(1), ""))
    return marked.edit(edits)


def list_number_fused(marked: Marked, rng: random.Random) -> Marked:
    """``2、2013年`` → ``22013年``, ``（1）`` → ``1）``."""
    edits: Edits = [(m.start(1), m.end(1), "") for m in re.finditer(r"(?:^|\n)\s*\d([、.．])(?=20\d\d年)", marked.text)]
    edits += [(m.start(), m.start() + 1, "") for m in re.finditer(r"（(?=\d）)", marked.text) if rng.random() < 0.6]
    mask = covered(marked, "claim", "cell")
    opens = {m.start for m in marked.marks if m.kind == "section"}
    numbered = [
        s
        for s, e in prose_lines(marked)
        if s not in opens
        and marked.text[s : s + 5] == f"{marked.text[s : s + 4]}年"
        and marked.text[s : s + 4].isdigit()
    ]
    edits += [(s, s, str(i + 1)) for i, s in enumerate(numbered) if rng.random() < 0.5 and not mask[s]]
    return marked.edit(sorted(set(edits)))


def page_numbers(marked: Marked, rng: random.Random) -> Marked:
    """Page numbers between paragraphs and in the middle of sentences."""
    form = rng.choice(["- {} -", "— {} —", "{}", "第 {} 页", "-{}-"])
    text, mask = marked.text, covered(marked, "claim", "cell", "table")
    edits: Edits = []
    at, page = 0, 1
    while (at := at + rng.randint(500, 1100)) < len(text):
        middle = next((m.start() for m in PAIR.finditer(text, at)), -1)
        place = text.find("\n", at) if rng.random() < 0.6 else middle
        if place < 0:
            break
        if mask[place] or (place and mask[place - 1]):
            continue
        edits.append((place, place, f"\n{form.format(page)}" + ("\n" if text[place] != "\n" else "")))
        page += 1
    return marked.edit(edits)


def markdown_marks(marked: Marked, rng: random.Random) -> Marked:
    """``- （一）…``, ``**…**``, ``## …``."""
    edits: Edits = []
    style = rng.choice(["- ", "**", "## "])
    for start, end in prose_lines(marked):
        short = end - start < 24
        if style == "- " and re.match(r"（[一二三四五六七]）|\d[.、]", marked.text[start : start + 3]):
            edits.append((start, start, "- "))
        elif style != "- " and short and rng.random() < 0.8:
            edits.append((start, start, style))
            if style == "**":
                edits.append((end, end, "**"))
    return marked.edit(edits)


def enumerators(marked: Marked, rng: random.Random) -> Marked:
    """``㈠``, ``⑴``, ``①`` for ``（一）``, ``（1）``, ``1.``."""
    edits: Edits = []
    for start, _ in prose_lines(marked):
        head = marked.text[start : start + 3]
        if head in _ENUMERATORS:
            edits.append((start, start + 3, _ENUMERATORS[head]))
        elif re.match(r"[1-9][.、](?!\d)", head):
            edits.append((start, start + 2, chr(0x2460 + int(head[0]) - 1)))
    return marked.edit(edits)


def lines_deduplicated(marked: Marked, rng: random.Random) -> Marked:
    """Every line that occurred before removed; what stood there is lost."""
    seen: set[str] = set()
    edits: Edits = []
    at = 0
    for line in marked.text.split("\n"):
        end = at + len(line)
        if line.strip() in seen:
            edits.append((at, min(end + 1, len(marked.text)), ""))
        else:
            seen.add(line.strip())
        at = end + 1
    gone = bytearray(len(marked.text) + 2)
    for a, b, _ in edits:
        gone[a:b] = b"\1" * (b - a)
    kept = tuple(m for m in marked.marks if m.start < m.end or not gone[m.start])
    return Marked(marked.text, kept).edit(edits)


def one_line(marked: Marked, rng: random.Random) -> Marked:
    """The whole report on one line."""
    tables = covered(marked, "table")
    gap = rng.choice(["", " ", " "])
    edits: Edits = []
    for m in re.finditer(r"\n+", marked.text):
        inside = tables[m.start()] or tables[m.end()] or (m.start() and tables[m.start() - 1])
        edits.append((m.start(), m.end(), " " if inside else gap))
    return marked.edit(edits)


def twice(marked: Marked, rng: random.Random) -> Marked:
    """The report printed twice, as for desktop and mobile."""
    return marked + Marked("\n") + marked


def crlf(marked: Marked, rng: random.Random) -> Marked:
    """Lines that end in CR LF."""
    return marked.edit([(m.start(), m.start(), "\r") for m in re.finditer("\n", marked.text)])


# In the order in which they are applied: lines first, scripts and widths last.
DAMAGE: dict[str, Damage] = {
    **RESIDUE,
    "heading_numbers_lost": heading_numbers_lost,
    "list_number_fused": list_number_fused,
    "enumerators": enumerators,
    "doubled": doubled,
    "lost_near_digits": lost_near_digits,
    "mojibake": mojibake,
    "markdown_marks": markdown_marks,
    "page_numbers": page_numbers,
    "hard_wrap": hard_wrap,
    "indents": indents,
    "blank_lines": blank_lines,
    "blanks_in_words": blanks_in_words,
    "entities": entities,
    "lines_deduplicated": lines_deduplicated,
    "one_line": one_line,
    "twice": twice,
    "doubled_commas": doubled_commas,
    "pinyin": pinyin,
    "traditional": traditional,
    "ascii_punctuation": ascii_punctuation,
    "mixed_width": mixed_width,
    "full_width_digits": full_width_digits,
    "invisible": invisible,
    "crlf": crlf,
}
_LIGHT = ("indents", "blank_lines", "ascii_punctuation")


def settle(marked: Marked) -> Marked:
    """Claims whose unit is no longer printed lose it."""
    marks = []
    for mark in marked.marks:
        if mark.kind == "claim" and any(f.unit for f in mark.facts):
            view = Text.of(marked.text[mark.start : mark.end]).view.replace(" ", "")
            facts = tuple(f._replace(unit=None) if f.unit and f.unit not in view else f for f in mark.facts)
            if facts != mark.facts:
                mark = Mark(mark.start, mark.end, mark.kind, mark.address, facts)
        marks.append(mark)
    return Marked(marked.text, tuple(marks), marked.tags)


def draw_damage(rng: random.Random, split: str, mix: dict[str, Any]) -> list[str]:
    """The damage of one report, by the weights of ``configs/mix.yaml``."""
    weights = mix["damage"]
    held = set(mix["held_out"]["damage"])
    names = _LIGHT if rng.random() < weights["none"] else tuple(DAMAGE)
    scale = 2.5 if split.endswith("-hard") else 1.0
    chosen = {n for n in names if n not in held and rng.random() < weights.get(n, 0) * (1 if n in _LIGHT else scale)}
    if split.startswith("test") and rng.random() < (0.9 if split == "test-hard" else 0.4):
        chosen.add(rng.choice(sorted(held)))
    if "pinyin" in chosen and rng.random() < 0.8:
        chosen.add("traditional")
    return [n for n in DAMAGE if n in chosen]


def apply_damage(
    marked: Marked, facts: Facts, rng: random.Random, split: str, mix: dict[str, Any]
) -> tuple[Marked, list[str]]:
    """Ruin a report; gives the names of what was done, in order."""
    names = draw_damage(rng, split, mix)
    for name in names:
        marked = DAMAGE[name](marked, rng)
    if {"lost_near_digits", "residue", "traditional"} & set(names):
        marked = settle(marked)
    return marked, names
