"""The corpus in the terminal: an example with its marks in colour, and the figures of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from ..corpus.examples import Example
from ..corpus.markup import Mark, in_order, write_fact
from ..corpus.variety import Shortfall, Variety
from .checks.words import section_name, table_name
from .display import number, printable

_CLAIM, _CELL, _EMPTY = "bold black on green", "black on cyan", "black on yellow"
_MAX_METRICS = 40


def show_example(console: Console, example: Example) -> None:
    """One example: what it is, its text with sections, claims and cells marked, what was planted."""
    _head(console, example)
    text = example.text
    sections = {m.start: m.address for m in example.marked.marks if m.kind == "section"}
    tables = [m for m in example.marked.marks if m.kind == "table"]
    leaves = list(in_order(m for m in example.marked.marks if m.kind in ("claim", "cell")))
    opened: set[int] = set()
    going_on: list[Mark] = []
    at = leaf = n_claims = 0
    for raw in text.split("\n"):
        end = at + len(raw)
        for start in sorted(s for s in sections if at <= s <= end and s not in opened):
            opened.add(start)
            name = sections[start]
            console.print(Styled(f"── {name} {section_name(name)} ──", "bold magenta"))
        for table in (t for t in tables if at <= t.start <= end):
            console.print(Styled(f"┌ {table.address} {table_name(table.address)}", "bold blue"))
        here: list[Mark] = []
        while leaf < len(leaves) and leaves[leaf].start <= end:
            here.append(leaves[leaf])
            leaf += 1
        _line(console, text, at, end, [*going_on, *here])
        going_on = [m for m in (*going_on, *here) if m.end > end + 1]
        notes = [m for m in here if m.kind == "claim"]
        for mark in notes:
            for fact in mark.facts:
                quote = printable(text[mark.start : mark.end])
                console.print(Styled(f"      [{n_claims}] {quote}  ", "dim").append(write_fact(fact), "green"))
                n_claims += 1
        cells = [m for m in here if m.kind == "cell"]
        if cells:
            console.print(Styled("      " + _cells(cells), "cyan"))
        at = end + 1
    _planted(console, example)


def _head(console: Console, example: Example) -> None:
    meta = example.meta
    line = Styled("● ", "bold green").append(example.id, "bold")
    line.append(f"  {printable(str(meta.get('agency') or '（机关不详）'))} {meta.get('year') or ''}")
    console.print(line)
    layouts = ", ".join(sorted(set(meta.get("layouts", {}).values())))
    facts = {
        "split": example.split, "era": meta.get("era"), "form": meta.get("form"), "level": meta.get("level"),
        "layout": layouts, "damage": ", ".join(meta.get("damage", ())), "container": meta.get("container"),
        "source": meta.get("source"),
    }  # fmt: skip
    console.print(Styled("  " + "  ".join(f"{k}: {v}" for k, v in facts.items() if v), "dim"))
    legend = Styled("  ").append("正文陈述 claim", _CLAIM).append("  ").append("单元格 cell", _CELL)
    console.print(legend.append("  ").append("空格 empty", _EMPTY))


def _line(console: Console, text: str, start: int, end: int, marks: Sequence[Mark]) -> None:
    out = Styled("  ")
    at = start
    for mark in marks:
        if mark.start > at:
            out.append(_visible(text[at : mark.start]))
        if mark.end == mark.start:
            out.append("·", _EMPTY)
        else:
            style = _CLAIM if mark.kind == "claim" else _CELL if mark.value is not None else _EMPTY
            out.append(_visible(text[max(at, mark.start) : min(mark.end, end)]), style)
        at = max(at, min(mark.end, end))
    if at < end:
        out.append(_visible(text[at:end]))
    console.print(out)


def _visible(stretch: str) -> str:
    return printable(stretch.replace("\t", "→"))


def _cells(cells: Sequence[Mark]) -> str:
    """Row by row: ``new: natural_person=3 commercial=0``."""
    rows: dict[str, list[str]] = {}
    for mark in cells:
        table, _, rest = mark.address.partition("/")
        row, _, column = rest.rpartition("/")
        rows.setdefault(f"{table}/{row}", []).append(f"{column}={number(mark.value)}{mark.unit or ''}")
    return printable("  ".join(f"{row}: {' '.join(values)}" for row, values in rows.items()))


def _planted(console: Console, example: Example) -> None:
    for planted in example.planted:
        style = "yellow" if planted.verdict == "none" else "bold red"
        word = "陷阱（并无矛盾） trap" if planted.verdict == "none" else "植入的矛盾 planted"
        line = Styled(f"  ✗ {word} ", style).append(f"{planted.kind}  {planted.note}", style)
        if planted.claim is not None:
            line.append(f"  claim [{planted.claim}]")
        console.print(line.append(f"  {' '.join(planted.cells)}", "dim"))
    console.print()


def show_variety(console: Console, variety: Variety, wanting: Sequence[Shortfall], *, files: bool) -> None:
    """The figures of the authored corpus."""
    counts = variety.sentences
    rows = [
        ("claim-bearing sentences, distinct", "有陈述的句子（去重）", f"{counts['claim']:,}"),
        ("sentences with numbers and no claim", "有数字而无陈述的句子", f"{counts['number']:,}"),
        ("sentences with neither", "两者皆无的句子", f"{counts['plain']:,}"),
        ("whole narratives", "成篇的叙述（一节多项陈述）", f"{variety.narratives:,}"),
        ("whole reports", "整份报告", f"{variety.reports:,}"),
        ("facts", "事实", f"{variety.facts:,}"),
        ("distinct patterns", "去掉槽位后不同的句式", f"{variety.distinct:.1%}"),
        ("no near copy of another", "与他句不近似", f"{variety.original:.1%}"),
        ("n-grams of test seen in train", "测试句字串见于训练", f"{variety.overlap:.1%}"),
        ("test sentences copied in train", "测试句近似训练句", f"{variety.copied:.1%}"),
    ]
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, chinese, value in rows:
        table.add_row(name, Styled(chinese, "dim"), Styled(value, "bold"))
    console.print(table)
    names = {"section": "by section 按章节", "era": "by era 按年代", "level": "by level 按层级"}
    for name, counter in variety.by.items():
        shown = "  ".join(f"{key} {n}" for key, n in counter.most_common())
        console.print(Styled(f"\n{names[name]}: ", "bold").append(shown))
    shown = "  ".join(f"{metric} {n}" for metric, n in variety.addresses.most_common(_MAX_METRICS))
    rest = len(variety.addresses) - _MAX_METRICS
    console.print(Styled("\nfacts by metric 按指标: ", "bold").append(shown).append(f"  … +{rest}" if rest > 0 else ""))
    if files:
        table = Table("file 文件", "sentences", "claim", "number", "plain", "facts", "new 新句式", box=None)
        for file, tally in sorted(variety.files.items()):
            kinds = (str(tally[k]) for k in ("sentences", "claim", "number", "plain", "facts", "original"))
            table.add_row(file, *kinds)
        console.print(table)
    console.print()
    for shortfall in wanting:
        console.print(Styled(f"✗ {shortfall}", "bold red"))
    if not wanting:
        console.print(Styled("✓ all that configs/corpus.yaml asks for 均达到 configs/corpus.yaml 的要求", "green"))
