"""Clean reports as marked text: from a whole authored report, or from headings, phrases and filler."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from .facts import Facts, sample_facts
from .headings import Whims, heading
from .markup import Mark, Marked, MarkupError, join
from .patterns import Pattern, authored, compile_pattern, fits, is_drawn, phrases
from .templates import fill

Draw = Callable[[str], "Marked | None"]
"""Draws a table by id; None where the report has it not."""

_TABLE = re.compile(r"^<<([a-z_]+)>>$")
_SECTION = re.compile(r"^\[\[#([a-z_]+)\]\]")


@dataclass(frozen=True)
class Draft:
    """A whole authored report: its head and its lines, each a section's opening, a table or sentences."""

    name: str
    level: str
    era: str
    wants: dict[str, str]
    fixed: dict[str, bool]
    lines: tuple[tuple[str, str, tuple[Pattern, ...]], ...] = field(repr=False)
    """(section that opens here or "", table or "", sentences)."""

    @property
    def has_tables(self) -> bool:
        return {"requests", "review_litigation"} <= {table for _, table, _ in self.lines}

    @property
    def has_annex(self) -> bool:
        """Whether it says where an annex stands."""
        return any(table == "annex" for _, table, _ in self.lines)


def cut_sentences(line: str) -> Iterable[str]:
    """Cut at full stops outside of marks."""
    at = depth = 0
    for i, char in enumerate(line):
        if char == "[":
            depth += 1
        elif char == "]":
            depth -= 1
        elif char in "。" and depth == 0:
            yield line[at : i + 1]
            at = i + 1
    if at < len(line):
        yield line[at:]


def read_draft(name: str, content: str) -> Draft:
    """Read an authored report."""
    head, _, body = content.partition("\n---\n")
    meta = {k.strip(): v.strip() for k, _, v in (h.partition(":") for h in head.split("\n")) if k}
    wants = dict(w.split("=", 1) for w in meta.get("facts", "").split() if "=" in w)
    lines = []
    for line in body.rstrip("\n").split("\n"):
        section = ""
        if (m := _SECTION.match(line)) is not None:
            section, line = m[1], line[m.end() :]
        table = m[1] if (m := _TABLE.match(line.strip())) is not None else ""
        sentences = () if table else tuple(compile_pattern(s) for s in cut_sentences(line))
        lines.append((section, table, sentences))
    fixed = {
        "no_carry": bool(re.search(r"(answered_rate|carried_out/total)[^\];]* =(100%|0)", body)),
        "all_granted": bool(re.search(r"ratio\(requests/granted/total, requests/result_total/total\) =100%", body)),
        "all_natural": bool(re.search(r"ratio\(requests/new/natural_person, requests/new/total\) =100%", body)),
        "no_review": "review_litigation/review/total =0" in body,
    }
    era = meta.get("era", "any")
    return Draft(name, meta.get("level", "any"), era, wants, fixed, tuple(lines))


@cache
def drafts(split: str, dev_share: float) -> tuple[Draft, ...]:
    """The authored reports of a split."""
    out = []
    for name, content in authored("reports"):
        try:
            draft = read_draft(name, content)
        except MarkupError as error:
            warnings.warn(f"{name}: {error}", stacklevel=2)
            continue
        ids = "".join(p.id for _, _, sentences in draft.lines for p in sentences)[:16] or "0"
        if is_drawn(split, name, ids, dev_share):
            out.append(draft)
    return tuple(out)


def _volume(rng: random.Random, wish: str) -> str | None:
    return {"zero": "zero", "few": "few", "many": rng.choice(["some", "some", "many"])}.get(wish)


def facts_for(draft: Draft, rng: random.Random) -> Facts:
    """Facts of which an authored report's prose can be true."""
    era = {"any": None, "modern": rng.choice(["2019", "2021", "2021"])}.get(draft.era, draft.era)
    level = None if draft.level == "any" else draft.level
    return sample_facts(
        rng,
        era=era,
        level=level,
        volume=_volume(rng, draft.wants.get("requests", "any")),
        normative=draft.wants.get("normative", "any"),
        fixed=draft.fixed,
    )


def fill_draft(draft: Draft, facts: Facts, draw: Draw, rng: random.Random) -> tuple[Marked, int]:
    """The report, and how many of its sentences had to be left out as untrue of the facts."""
    parts: list[Marked] = []
    opens: list[tuple[str, int]] = []
    n_refused = 0
    renames = rng.random() < _RENAMED
    for section, table, sentences in draft.lines:
        if section:
            opens.append((section, len(parts)))
        if table:
            drawn = draw(table)
            parts.append(drawn or Marked(""))
            continue
        filled = []
        for sentence in sentences:
            done = fill(sentence, facts, rng, lenient=True)
            if done is None:
                n_refused += 1
            else:
                filled.append(done)
        line = join(filled)
        parts.append(_renamed(line, section, rng) if renames and section else line)
    return _with_sections(parts, opens), n_refused


_RENAMED = 0.4
_HEADING = re.compile(r"^([一二三四五六七八九十]+[、．. ])[^，。；：\d]{2,30}$")


def _renamed(line: Marked, section: str, rng: random.Random) -> Marked:
    """A section's heading in other words; lines that are more than a heading stay."""
    match = _HEADING.match(line.text)
    if match is None or line.marks or rng.random() < 0.4:
        return line
    return Marked(match[1] + heading(section, rng))


def _with_sections(parts: list[Marked], opens: list[tuple[str, int]]) -> Marked:
    """Lines as one text, with a section mark from each opening to the next."""
    kept: list[Marked] = []
    at = 0
    starts: dict[int, int] = {}
    for i, part in enumerate(parts):
        starts[i] = at
        if part.text or any(k == i for _, k in opens):
            kept.append(part)
            at += len(part.text) + 1
    text = join(kept, "\n")
    n = len(text.text)
    places = [(name, min(starts[i], n)) for name, i in opens]
    ends = [s for _, s in places[1:]] + [n]
    marks = [
        Mark(s if j else 0, e, "section", name)
        for j, ((name, s), e) in enumerate(zip(places, ends, strict=True))
        if e > s
    ]
    return Marked(text.text, (*marks, *text.marks))


# ---------------------------------------------------------------- composed reports

_TOPICS = ("disclosure", "requests", "management", "platform", "support")
_NUMBERS = "一二三四五六七八九十"
_STYLES = {"（一）": 43, "1.": 9, "1、": 7, "一是": 17, "bare": 8, "•": 3, "（1）": 2, "": 11}
"""How the parts of the overview are marked, and how often."""


def _topic(pattern: Pattern, rng: random.Random) -> str:
    for mark in pattern.source.marks:
        for fact in mark.facts:
            metric = fact.metric.removeprefix("ratio(")
            if metric.startswith(("requests/", "review_litigation/")):
                return "requests"
            if metric.startswith(("disclosure/w", "disclosure/app", "disclosure/new")):
                return "platform"
            if metric.startswith("disclosure/"):
                return "disclosure"
            if metric.startswith(("training", "meetings")):
                return "support"
            if metric.startswith("active_disclosure/"):
                return "management"
    return rng.choice(_TOPICS)


# How many sentences of each topic a composed overview holds, by level: (fewest, most).
_LENGTH = {
    "town": (0, 2),
    "bureau": (0, 3),
    "vertical": (0, 3),
    "university": (0, 3),
    "county": (1, 5),
    "city": (2, 7),
    "province": (3, 9),
}


def _kind(pattern: Pattern) -> str:
    """``claims``, ``numbers`` (a number that states nothing) or ``plain``."""
    if pattern.has_claims:
        return "claims"
    return (
        "numbers"
        if re.search(r"\d|\{n|\{date|\{phone|\{docno|[一二三四五六七八九十]{1,3}[个项次条]", pattern.source.text)
        else "plain"
    )


@cache
def _pools(split: str, dev_share: float, era: str, level: str) -> dict[tuple[str, str], list[Pattern]]:
    """The phrases that fit an era and a level, by section and kind."""
    pools = phrases(split, dev_share)
    if split == "dev":  # too few phrases of its own to fill a report: filler comes from train
        plain = {k: tuple(p for p in v if not p.has_claims) for k, v in phrases("train", dev_share).items()}
        pools = {k: pools.get(k, ()) + plain.get(k, ()) for k in sorted({*pools, *plain})}
    out: dict[tuple[str, str], list[Pattern]] = {}
    for section, patterns in pools.items():
        for pattern in patterns:
            if fits(pattern, era, level):
                out.setdefault((section, _kind(pattern)), []).append(pattern)
    return out


class Composer:
    """Draws phrases without repetition for one report."""

    def __init__(self, facts: Facts, rng: random.Random, split: str, dev_share: float) -> None:
        self.facts, self.rng = facts, rng
        self.pools = _pools(split, dev_share, facts.era, facts.level)
        self.used: set[str] = set()

    def some(self, section: str, n: int, *, claims: float = 0.3, topic: str | None = None) -> list[Marked]:
        """Up to ``n`` phrases of a section (and topic) that are true of the facts.

        ``claims`` is the share of them that states something; of the others half hold numbers.
        """
        out: list[Marked] = []
        for _ in range(n * 8):
            if len(out) >= n:
                break
            draw = self.rng.random()
            kind = "claims" if draw < claims else "numbers" if self.rng.random() < 0.4 else "plain"
            pool = self.pools.get((section, kind))
            if not pool:
                continue
            pattern = self.rng.choice(pool)
            if pattern.id in self.used or (topic and kind == "claims" and _topic(pattern, self.rng) != topic):
                continue
            done = fill(pattern, self.facts, self.rng)
            if done is not None:
                self.used.add(pattern.id)
                out.append(done)
        return out


def title(facts: Facts, rng: random.Random) -> str:
    """A report's title, on one to three lines."""
    a, y = facts.names.agency, facts.year
    return rng.choice(
        [
            f"{a}{y}年政府信息公开工作年度报告",
            f"{a}{y}年政府信息公开工作年度报告",
            f"{a}{y}年度政府信息公开工作报告",
            f"{a}{y}年政府信息公开年度报告",
            f"{a}{y}年政府信息公开工作年报",
            f"{y}年{a}政府信息公开工作年度报告",
            f"{a}关于{y}年度政府信息公开情况的报告",
            f"{a}\n{y}年政府信息公开工作年度报告",
            f"{a}{y}年政府\n信息公开工作年度报告",
            f"{a}\n{y}年政府信息\n公开工作年度报告",
            f"{a} {y} 年度政府信息公开工作年度报告",
        ]
    )


def compose(facts: Facts, draw: Draw, rng: random.Random, split: str, dev_share: float) -> Marked:
    """A report of drawn headings, phrases and filler."""
    pen = Composer(facts, rng, split, dev_share)
    modern = facts.era != "legacy"
    whims = Whims.of(facts)
    parts: list[Marked] = []
    opens: list[tuple[str, int]] = []

    def section(name: str, *lines: Marked) -> None:
        opens.append((name, len(parts)))
        parts.extend(lines)

    def headed(name: str, body: list[Marked], words: str = "") -> None:
        section(name, *whims.laid(head(name, words), body))

    if rng.random() < 0.65:
        section("title", Marked(title(facts, rng)))
    preamble = pen.some("preamble", rng.randint(1, 4), claims=0.1)
    inside = rng.random()
    if preamble and inside < 0.65:
        section("preamble", *([Marked(whims.preface)] if whims.preface else []), join(preamble))
    number = iter([*_NUMBERS, *(f"十{n}" for n in _NUMBERS[:4])])
    style = rng.choices(["一、", "", "1、", "一 ", "一．", "1."], [93, 3, 1, 1, 1, 1])[0]
    style = whims.style or style
    count = iter(range(1, 16))

    def head(name: str, words: str = "") -> Marked:
        is_constant = style.endswith("*")
        mark = style.replace("一", next(number)) if "一" in style else style.replace("1", str(next(count)))
        mark = style[:-1] if is_constant else mark
        words = words or whims.dated(name, whims.worded(name, heading(name, rng)))
        return Marked(mark + words + rng.choices(["", "：", "。"], [97, 2, 1])[0])

    def add_sections(behind: str) -> None:
        for _, added in (e for e in whims.extra if e[0] == behind):
            topic = "support" if added in ("other_matters", "overview") else None
            body = pen.some("overview" if topic else added, rng.randint(1, 3), claims=0.8, topic=topic)
            if body:
                headed(added, _paragraphs(body, rng), whims.added(added))

    if whims.has_overview:
        headed(
            "overview", ([join(preamble)] if preamble and 0.65 <= inside < 0.75 else []) + _overview(pen, whims, rng)
        )
    order = ["active_disclosure", "requests", "review_litigation"]
    if not modern:
        order = [
            "active_disclosure",
            "requests",
            *(["consultation"] if rng.random() < 0.3 else []),
            *(["fees"] if rng.random() < 0.7 else []),
            "review_litigation",
        ]
    n_nested = 0
    for name in whims.ordered(order):
        if not modern and rng.random() < 0.12:
            continue
        drawn = draw(name) if modern else None
        share = (
            {"active_disclosure": 0.12, "requests": 0.12, "review_litigation": 0.08}.get(name, 1.0) if modern else 1.0
        )
        before = (
            pen.some(name, rng.randint(1, 2 if modern else 4), claims=0.6 if modern else 0.9)
            if rng.random() < share or (drawn is None and rng.random() < 0.3)
            else []
        )
        after = pen.some(name, 1) if modern and rng.random() < 0.03 else []
        if whims.nests and drawn is None and opens and opens[-1][0] == "active_disclosure":
            n_nested += 1
            words = whims.worded(name, heading(name, rng))
            parts += [Marked(f"（{_NUMBERS[n_nested]}）{words}"), *_paragraphs(before, rng)]
            continue
        prose = whims.parted(name, before) or _paragraphs(before, rng)
        headed(name, [*prose, *([drawn] if drawn else []), *after])
        add_sections(name)
    if rng.random() < 0.97 and not whims.halves:
        headed("problems", _problems(pen, whims, rng))
    elif whims.halves:
        for second in (False, True):
            body = pen.some("problems", rng.randint(1, 4), claims=0.12)
            headed("problems", [join(body)], whims.half(second))
    if rng.random() < 0.95:
        matters = pen.some("other_matters", rng.choice([1, 1, 1, 2, 3]))
        headed("other_matters", whims.parted("other_matters", matters) or _paragraphs(matters, rng))
        add_sections("other_matters")
    if not modern and (annex := draw("annex")) is not None:
        named = Marked(whims.worded("annex", heading("annex", rng)))
        told = pen.some("annex", rng.choice([0, 0, 1]), claims=0.6)
        section(
            "annex", head("annex", named.text) if whims.numbers_annex() else named, *told, annex, *whims.annex_notes()
        )
    elif not modern and whims.tells_annex():
        headed("annex", pen.some("annex", 1, claims=0.3))
    if rng.random() < 0.4:
        gap = rng.choice(["", " " * 30, "\u3000" * 12])
        day = rng.choice([f"{facts.year + 1}年1月{rng.randint(3, 31)}日", f"{facts.year + 1}年{rng.randint(1, 3)}月"])
        section("colophon", Marked(gap + facts.names.agency), Marked(gap + day))
    return _with_sections(parts, opens)


def with_annex(report: Marked, annex: Marked | None, rng: random.Random) -> Marked:
    """A report with an annex behind its last line, under a heading or without one."""
    if annex is None:
        return report
    head = Marked(rng.choice(["", heading("annex", rng) + "\n", heading("annex", rng) + "：\n"]))
    start = len(report.text) + 1
    whole = report + Marked("\n") + head + annex
    return Marked(whole.text, (*whole.marks, Mark(start, len(whole.text), "section", "annex")), whole.tags)


def _paragraphs(sentences: list[Marked], rng: random.Random) -> list[Marked]:
    if len(sentences) < 2 or rng.random() < 0.4:
        return sentences
    return [join(sentences)]


def _overview(pen: Composer, whims: Whims, rng: random.Random) -> list[Marked]:
    low, high = _LENGTH[pen.facts.level]
    opening = pen.some("overview", rng.randint(0, 2), claims=0)
    lines = [join(opening)] if opening else []
    topics = whims.topics([t for t in _TOPICS if rng.random() < 0.8] or ["disclosure"])
    style = rng.choices([*_STYLES], [*_STYLES.values()])[0]
    bullet = rng.choice(["• ", "◆", "■ ", "·", "● "])
    run: list[Marked] = []
    for i, topic in enumerate(topics):
        n = rng.randint(low, high)
        if topic in ("disclosure", "requests"):
            n = max(n, 1)
        body = pen.some("overview", n, claims=1, topic=topic) + pen.some("overview", rng.randint(0, 2), claims=0)
        if not body:
            continue
        rng.shuffle(body)
        name = whims.part(topic)
        if style == "一是":
            run.append(join([Marked(f"{_NUMBERS[i]}是{name}。"), *body]))
            continue
        lead = {
            "（一）": f"（{_NUMBERS[i]}）{name}",
            "1.": f"{i + 1}.{name}",
            "1、": f"{i + 1}、{name}",
            "bare": name,
            "•": f"{bullet}{name}",
            "（1）": f"（{i + 1}）{name}",
        }.get(style, "")
        if not lead:
            lines.append(join(body))
        elif rng.random() < 0.3:
            lines.append(join([Marked(lead + rng.choice(["。", "。", "：", ""])), *body]))
        else:
            lines += [Marked(lead), *(whims.nested(body) if style == "（一）" else [join(body)])]
    if run:
        lines.append(join(run))
    return lines


def _problems(pen: Composer, whims: Whims, rng: random.Random) -> list[Marked]:
    first, second = (
        pen.some("problems", rng.randint(1, 4), claims=0.12),
        pen.some("problems", rng.randint(1, 4), claims=0.12),
    )
    if rng.random() < 0.4:
        heads = whims.problem_parts()
        return [Marked(heads[0]), join(first), Marked(heads[1]), join(second)]
    return [join(first), join(second)]
