"""What surrounds a scraped report: site furniture, meta lines, footers, chart residue, spam. All is `colophon`."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache
from typing import Any

from .. import configs
from .facts import Facts, weighted
from .markup import Mark, Marked


@cache
def _words() -> dict[str, Any]:
    words = dict(configs.load("invented")["pages"])
    words["steps"] = words["steps"].split()
    return words


def _fill(text: str, facts: Facts, rng: random.Random) -> str:
    if "{" not in text or "{{" in text:
        return text
    own = facts.names
    return text.format(
        agency=own.agency,
        place=own.place,
        y=facts.year - 1,
        n=rng.randint(11, 9999),
        phone=f"{own.phone_area}-{rng.randint(2_000_000, 8_999_999)}",
        code=rng.randint(10**7, 10**10),
        char=own.place[0],
    )


def _meta_line(facts: Facts, rng: random.Random) -> str:
    day = f"{facts.year + 1}-{rng.randint(1, 3):02d}-{rng.randint(1, 28):02d}"
    parts = [
        rng.choice(
            [
                f"发布时间：{day} {rng.randint(8, 18):02d}:{rng.randint(0, 59):02d}",
                f"发布日期：{day}",
                f"时间：{day}",
                "发布时间：1970-01-01",
            ]
        ),
        rng.choice([f"来源：{facts.names.agency}", "来源：本站", "来源：", "信息来源：办公室"]),
        rng.choice(
            [
                f"浏览次数：{rng.randint(3, 4000)}",
                "浏览次数：",
                "点击数：",
                f"阅读：{rng.randint(3, 400)}次",
                "访问次数： 次",
            ]
        ),
        rng.choice(
            [
                "字体：[大 中 小]",
                "字体：[ ]",
                "字号：大 中 小",
                "【字体：大 中 小】",
                "作者：",
                "责任编辑：",
                "打印",
                "分享",
            ]
        ),
    ]
    rng.shuffle(parts)
    return rng.choice(["\u3000", "  ", " | ", " ", "\u3000\u3000"]).join(parts[: rng.randint(1, 4)])


def _index_block(facts: Facts, rng: random.Random) -> list[str]:
    a, y = facts.names.agency, facts.year
    pairs = [
        ("索引号", f"{rng.randint(10**7, 10**9)}/{y + 1}-{rng.randint(0, 99999):05d}"),
        ("发布机构", a),
        ("发文日期", f"{y + 1}年01月{rng.randint(3, 31)}日"),
        ("文号", rng.choice(["", "〔〕号", "无", f"{a[0]}政办〔{y + 1}〕{rng.randint(1, 40)}号"])),
        ("主题分类", rng.choice(["政务公开", "综合政务、政务公开", "其他"])),
        ("名称", f"{a}{y}年政府信息公开工作年度报告"),
        ("有效性", "有效"),
        ("主题词", rng.choice(["", "年度报告", "政府信息 公开"])),
    ]
    pairs = pairs[: rng.randint(3, len(pairs))]
    spaced = rng.random() < 0.3
    if spaced:
        pairs = [(" ".join(k), v) for k, v in pairs]
    form = rng.randrange(5)
    if form == 0:
        return [" | ".join(f"{k} | {v}" for k, v in pairs) + " |"]
    if form == 1:
        return [f"• {k}：{v}" for k, v in pairs]
    if form == 2:
        return ["\u3000".join(f"{k}：{v}" for k, v in pairs)]
    if form == 3:
        return [line for k, v in pairs for line in (f"{k}：", v) if line]
    return [f"{k}：{v}" for k, v in pairs]


def _breadcrumb(facts: Facts, rng: random.Random) -> str:
    steps = [
        "首页",
        *rng.sample(_words()["steps"][1:-2], rng.randint(1, 4)),
        f"{facts.year}年",
        rng.choice(_words()["steps"][-2:]),
    ]
    lead = rng.choice(["", "当前位置：", "您现在的位置：", "您所在的位置: "])
    return lead + rng.choice([" > ", ">", " >> ", " / ", "→", " » "]).join(steps)


def _top(facts: Facts, rng: random.Random, weight: str) -> list[str]:
    lines: list[str] = []
    if weight == "heavy":
        n = rng.randint(1, 8)
        lines += [_fill(t, facts, rng) for t in rng.sample(_words()["furniture"], n)]
    if rng.random() < (0.35 if weight == "light" else 0.6):
        lines.append(_breadcrumb(facts, rng))
    if rng.random() < 0.35:
        lines += _index_block(facts, rng)
    if rng.random() < (0.15 if weight == "light" else 0.3):
        lines.append(_page_title(facts))
    if rng.random() < 0.75:
        lines.insert(rng.randint(max(len(lines) - 1, 0), len(lines)), _meta_line(facts, rng))
    if rng.random() < 0.05:
        lines.append(f"{facts.names.superior}：")
    return lines


def chart(rng: random.Random) -> list[str]:
    """The lines that a chart leaves: names of its categories and series, shares, default numbers."""
    name, categories = rng.choice(list(_words()["charts"].items()))
    categories = categories[: rng.randint(2, len(categories))]
    cuts = sorted(rng.uniform(0, 100) for _ in categories[1:])
    shares = [round(b - a, 1) for a, b in zip([0.0, *cuts], [*cuts, 100.0], strict=True)]
    style = rng.randrange(4)
    lines = [name] if rng.random() < 0.8 else []
    if style == 0:
        lines.append(
            "\t".join([rng.choice(_words()["series"]), *(f"{c}{s}%" for c, s in zip(categories, shares, strict=True))])
        )
    elif style == 1:
        lines += [
            rng.choice(_words()["series"]),
            *(t for c, s in zip(categories, shares, strict=True) for t in (c, f"{s}%")),
        ]
    elif style == 2:
        lines.append("\t".join([*categories, *(str(s) for s in shares), rng.choice(_words()["series"]), ""]))
        lines.append("\t".join([*categories, "2.4", "4.4", "1.8", "系列 3", ""]))
    else:
        lines += [f"{c} {rng.randint(0, 900)}" for c in categories]
    return lines


def _bottom(facts: Facts, rng: random.Random, weight: str) -> list[str]:
    lines: list[str] = []
    y, a = facts.year, facts.names.agency
    if rng.random() < 0.15:
        lines += [
            f"附件：{i + 1}.{a}{y}年政府信息公开情况统计表.{rng.choice(['xls', 'docx', 'pdf'])}"
            for i in range(rng.randint(1, 2))
        ]
    if rng.random() < (0.06 if weight == "light" else 0.15):
        for _ in range(rng.randint(1, 3)):
            lines += chart(rng)
    if rng.random() < 0.1:
        lines.append(
            rng.choice([f"图解：{a}{y}年政府信息公开工作年度报告", f"{y}年政府信息公开年报.docx 下载", "相关附件："])
        )
    n = rng.randint(0, 3) if weight == "light" else rng.randint(2, 9)
    return lines + [_fill(t, facts, rng) for t in rng.sample(_words()["footers"], n)]


def _page_title(facts: Facts) -> str:
    return f"{facts.names.agency}{facts.year}年政府信息公开工作年度报告"


def _with_meta_below_title(marked: Marked, facts: Facts, rng: random.Random) -> Marked:
    """The report with a line of page metadata between its title and what follows."""
    sections = [m for m in marked.marks if m.kind == "section"]
    if len(sections) < 2 or sections[0].address != "title" or sections[1].address == "colophon":
        return marked
    at, line = sections[1].start, _meta_line(facts, rng) + "\n"
    moved = [
        replace(m, start=m.start + len(line), end=m.end + len(line))
        if m.start >= at
        else replace(m, end=min(m.end, at))
        for m in marked.marks
    ]
    moved.append(Mark(at, at + len(line), "section", "colophon"))
    return Marked(marked.text[:at] + line + marked.text[at:], tuple(sorted(moved, key=lambda m: m.start)), marked.tags)


_CRUMBS = re.compile(r"\s*(?:>>|[>/→»])\s*")
_ODD_CRUMBS = 0.4
_FILES = 0.04
"""So many pages name the files of the report below it."""
_TOOLS = 0.15
"""So many pages have a line of tools above the report: to print, to save, to hear it."""


def surround(marked: Marked, facts: Facts, rng: random.Random, mix: dict[str, Any]) -> tuple[Marked, str]:
    """A report in its page; gives the kind of noise drawn.

    A title that the page repeats above the report is `title` wherever it stands.
    """
    kind = weighted(rng, mix["noise"])
    if rng.random() < mix["meta_below_title"]:
        marked = _with_meta_below_title(marked, facts, rng)
    if kind == "none":
        return marked, kind
    weight = "heavy" if kind == "spam" else kind
    top, bottom = _top(facts, rng, weight), _bottom(facts, rng, weight)
    if kind == "spam":
        line = " ".join(rng.sample(_words()["spam"], rng.randint(2, 6)))
        (top if rng.random() < 0.5 else bottom).insert(0, line)
    whim = random.Random(f"tools/{facts.names.agency}/{facts.names.phone_area}/{facts.year}")
    if top and whim.random() < _TOOLS:  # drawn apart, so that no other report changes
        tools = whim.sample(_words()["tools"], whim.randint(1, 4))
        top.append(whim.choice(["　　", " ", "　", " | ", "  "]).join(tools))
    if whim.random() < _ODD_CRUMBS:
        joint = whim.choice(["/ ", " /", "-", " - ", "＞", " ＞ ", "|", " | ", "::", "\\", "·", "＞＞", "-> "])
        top = [_CRUMBS.sub(joint.replace("\\", "\\\\"), line) if "首页" in line else line for line in top]
    if whim.random() < _FILES:
        kinds = whim.sample([".pdf", ".docx", ".doc", ".wps", ".ofd"], whim.randint(1, 2))
        bottom = [*(_page_title(facts) + kind for kind in kinds), *bottom]
    title = _page_title(facts)
    marks: list[Mark] = []
    n = 0
    for line in top:
        section = "title" if line == title else "colophon"
        if marks and marks[-1].address == section:
            marks[-1] = replace(marks[-1], end=n + len(line) + 1)
        else:
            marks.append(Mark(n, n + len(line) + 1, "section", section))
        n += len(line) + 1
    text = "".join(f"{line}\n" for line in top) + marked.text
    marks += [replace(m, start=m.start + n, end=m.end + n) for m in marked.marks]
    if len(marks) > 1 and marks[0].kind == "section":
        marks = _joined(marks)
    if bottom:
        start = len(text) + 1
        text += "\n" + "\n".join(bottom)
        if start < len(text):
            marks.append(Mark(start, len(text), "section", "colophon"))
    return Marked(text, tuple(marks), marked.tags), kind


def _joined(marks: list[Mark]) -> list[Mark]:
    """Neighbouring stretches of a title or of page furniture as one; other sections keep their headings."""
    out: list[Mark] = []
    last: int | None = None
    for mark in marks:
        if mark.kind == "section":
            is_same = last is not None and out[last].address == mark.address and out[last].end == mark.start
            if last is not None and is_same and mark.address in ("title", "colophon"):
                out[last] = replace(out[last], end=mark.end)
                continue
            last = len(out)
        out.append(mark)
    return out
