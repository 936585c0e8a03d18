"""The statutory tables as grids of boxes, before any layout: labels, spans, printed values.

A box's text may hold `BREAK`, where a layout may break it over lines.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from .. import configs
from .facts import Facts, Number, weighted
from .forms import Block, Label, forms, group
from .numbers import cell_value

BREAK = "\x1f"
_WIDE = str.maketrans({"(": "（", ")": "）", ",": "，", ":": "："})


class Box(NamedTuple):
    """One printed box of a table. ``kind`` is value, row, group, head, caption or filler."""

    text: str
    kind: str
    address: str = ""
    value: Number | None = None
    unit: str | None = None
    across: int = 1
    down: int = 1


Grid = list[list[Box]]


@cache
def widen(label: str) -> str:
    """A label in the full-width punctuation in which the form prints it."""
    text = label.translate(_WIDE)
    pieces = text.split('"')
    return "".join(p + ("" if i == len(pieces) - 1 else "“" if i % 2 == 0 else "”") for i, p in enumerate(pieces))


@dataclass
class Style:
    """How one table is printed."""

    blanks: str = "zero"
    mark: str = "/"
    empty: str = ""
    pad: str = ""
    labels: str = "none"
    groups: str = "once"
    signs: str = "plain"
    money: str = "plain"
    counted: bool = False
    worded: str = ""
    year: int = 2021


def draw_style(rng: random.Random, year: int) -> Style:
    """Draw a style by the weights of ``configs/mix.yaml``."""
    mix = configs.load("mix")
    return Style(
        blanks=weighted(rng, mix["blanks"]),
        mark=weighted(rng, mix["marks"]),
        empty=rng.choice(["", "", "", "\xa0", "\u3000", " "]),
        pad=rng.choice(["", "", "", "", "", "", " ", "\u3000", "\xa0", "\u3000\u3000"]),
        labels=weighted(rng, mix["labels"]),
        groups=weighted(rng, {"once": 80, "every": 14, "late": 3, "fragments": 3}),
        signs=weighted(rng, {"plain": 60, "plus": 25, "wide": 6, "minus": 3, "arrow": 2, "word": 4}),
        money=weighted(rng, {"plain": 55, "unit": 25, "short": 6, "yuan": 8, "big": 3, "padded": 3}),
        counted=rng.random() < 0.05,
        worded=rng.choice(["不涉及", "见附件", "无数据"]) if rng.random() < mix["worded_cells"] else "",
        year=year,
    )


def damage_label(rng: random.Random, label: Label, style: Style) -> str:
    """A label as printed, with this table's kind of damage on some of its labels."""
    text = label.text
    kind = style.labels
    if kind == "none" or rng.random() > 0.4:
        return widen(text)
    if kind == "variant" and label.variants:
        return widen(rng.choice(label.variants))
    if kind == "split" and len(text) > 2:
        text = widen(text)
        at = rng.randint(1, len(text) - 1)
        if len(text) > 12 and rng.random() < 0.5:
            at2 = rng.randint(1, len(text) - 1)
            at, at2 = min(at, at2), max(at, at2)
            return text[:at] + BREAK + text[at:at2] + (BREAK if at2 > at else "") + text[at2:]
        return text[:at] + BREAK + text[at:]
    if kind == "cut" and len(text) > 3:
        return widen(text[: rng.randint(max(2, len(text) * 2 // 3), len(text) - 1)])
    if kind == "typo" and len(text) > 3:
        at = rng.randint(1, len(text) - 2)
        how = rng.random()
        if how < 0.4:
            text = text[:at] + text[at] + text[at:]
        elif how < 0.75:
            text = text[:at] + text[at + 1 :]
        else:
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return widen(text)
    if kind == "explained":
        return widen(text) + rng.choice(
            [
                "（历史累计）",
                f"（指{style.year - 1}年事项数）",
                "（减用负值，如-8）",
                "（设区的市填报）",
                f"（{style.year}）",
                "（单位：件）",
            ]
        )
    return widen(text)


@cache
def _is_money(column: str) -> bool:
    return column == "amount"


def print_value(rng: random.Random, value: Number | None, column: str, style: Style) -> str:
    """A figure as printed, padding left out."""
    if value is None:
        return ""
    if column == "change":
        if value > 0:
            return {"plus": f"+{value}", "wide": f"＋{value}", "arrow": f"↑{value}", "word": f"增{value}"}.get(
                style.signs, str(value)
            )
        if value < 0:
            n = -value
            return {"wide": f"－{n}", "minus": f"﹣{n}", "arrow": f"↓{n}", "word": f"减少{n}"}.get(style.signs, f"-{n}")
        return "0"
    if _is_money(column) and value:
        if style.money == "unit":
            return f"{value}万元"
        if style.money == "short":
            return f"{value}万"
        if style.money == "padded":
            return f"{value} 万元"
        if style.money == "yuan":
            yuan = round(value * 10_000, 2)
            return f"{int(yuan) if yuan == int(yuan) else yuan}元"
        if style.money == "big" and value >= 10_000 and value % 1000 == 0:
            return f"{value / 10_000:g}亿元"
        return f"{value:,}" if value >= 1000 and rng.random() < 0.03 else str(value)
    if style.counted and value:
        return f"{value}{rng.choice('个件项')}"
    return str(value)


def _value_box(
    rng: random.Random, address: str, value: Number | None, style: Style, *, first: bool = False, last: bool = False
) -> Box:
    column = address.rpartition("/")[2]
    if not value and value is not None:
        blank = style.blanks
        if blank == "irregular":
            blank = rng.choice(["zero", "blank"])
        shown = blank == "zero" or (blank == "total_only" and last) or (blank == "first_only" and first)
        raw = "0" if shown else style.mark if blank == "mark" else style.empty
        if shown and style.worded and rng.random() < 0.2:
            raw = style.worded
    else:
        raw = print_value(rng, value, column, style)
    read = cell_value(_half(raw), money=_is_money(column))
    if raw.strip() and style.pad:
        raw = style.pad + raw if rng.random() < 0.7 else raw + "\xa0"
    return Box(raw, "value", address, read.value if read else None, read.unit if read else None)


@cache
def _half(raw: str) -> str:
    return "".join({"－": "-", "＋": "+", "﹣": "-", "—": "-", "\u3000": " ", "\xa0": " "}.get(c, c) for c in raw)


Values = Callable[[str], "Number | None"]


def _values(rng: random.Random, style: Style, row: str, columns: list[str], get: Values) -> list[Box]:
    boxes = []
    for i, column in enumerate(columns):
        address = f"{row}/{column}"
        last = i == len(columns) - 1
        boxes.append(_value_box(rng, address, get(address), style, first=i == 0, last=last))
    return boxes


def active_blocks(facts: Facts) -> tuple[Block, ...]:
    """The blocks of section 二 on which a report is drawn."""
    blocks = forms()["2019" if facts.form == "legacy" else facts.form].tables["active_disclosure"].blocks
    return (forms()["2019"].tables["active_disclosure"].blocks[0], *blocks[1:]) if facts.mixed else blocks


def active_grid(rng: random.Random, facts: Facts, style: Style) -> Grid:
    """The table of section 二."""
    grid: Grid = []
    blocks = active_blocks(facts)
    added = rng.random() < configs.load("mix")["extra_rows"]
    widest = 1 + max(len(b.columns) for b in blocks)
    known: set[str] = set()
    for block in blocks:
        if block.group and rng.random() < 0.98:
            grid.append([Box(damage_label(rng, block.group, style), "group", across=widest)])
        spare = widest - 1 - len(block.columns)
        heads = [Box(damage_label(rng, c, style), "head") for c in block.columns]
        if spare:
            heads[-1] = heads[-1]._replace(across=1 + spare)
        grid.append([Box(damage_label(rng, group("content"), style), "head"), *heads])
        for row in block.rows:
            boxes = _values(rng, style, f"active_disclosure/{row.id}", [c.id for c in block.columns], facts.printed)
            if spare:
                boxes[-1] = boxes[-1]._replace(across=1 + spare)
            grid.append([Box(damage_label(rng, row, style), "row"), *boxes])
        if added and len(block.rows) > 1:
            grid += _extra_rows(rng, block, style, spare, known)
    return _captioned(rng, grid, facts, widest)


def _extra_rows(rng: random.Random, block: Block, style: Style, spare: int, known: set[str]) -> Grid:
    """Rows that a locality added; they keep their own label, which no other row of the table has."""
    rows: Grid = []
    labels = configs.load("invented")["extra_rows"]
    for label in rng.sample(labels, rng.randint(1, 3)):
        if label in known:
            continue
        known.add(label)
        figures: dict[str, Number | None] = {}
        for column in block.columns:
            figures[f"active_disclosure/extra:{label}/{column.id}"] = rng.choice([0, 0, rng.randint(1, 300)])
        boxes = _values(rng, style, f"active_disclosure/extra:{label}", [c.id for c in block.columns], figures.get)
        if spare:
            boxes[-1] = boxes[-1]._replace(across=1 + spare)
        rows.append([Box(label, "row"), *boxes])
    return rows


def _captioned(rng: random.Random, grid: Grid, facts: Facts, width: int) -> Grid:
    """Now and then a first row that names agency and year."""
    if rng.random() >= configs.load("mix")["captions"]:
        return grid
    agency, year = facts.names.agency, facts.year
    texts = [
        f"单位：{agency}\u3000\u3000{year}年度",
        f"填报单位：{agency}",
        f"（{year}年度）",
        f"统计时间：{year}年1月1日至12月31日",
    ]
    return [[Box(rng.choice(texts), "caption", across=width)], *grid]


def _runs(rows: list[str]) -> list[tuple[str, list[str]]]:
    """The rows of `requests` under their group labels; a row of its own has the group ``""``."""
    out: list[tuple[str, list[str]]] = []
    for row in rows:
        stem = row.partition(".")[0] if "." in row else ""
        if stem and out and out[-1][0] == stem:
            out[-1][1].append(row)
        else:
            out.append((stem, [row]))
    return out


def _group_boxes(rng: random.Random, text: str, n: int, style: Style, across: int = 1) -> Sequence[Box | None]:
    """What stands in a merged column beside ``n`` rows."""
    if style.groups == "every":
        return [*[Box(text, "group", across=across)] * n]
    if style.groups == "late" and n > 1:
        return [Box("", "filler", across=across), Box(text, "group", across=across, down=n - 1), *([None] * (n - 2))]
    if style.groups == "fragments" and n > 2 and len(text) > 4:
        cuts = sorted(rng.sample(range(1, len(text)), min(2, len(text) - 1)))
        pieces = [text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]]
        return [Box(p, "group", across=across) for p in pieces] + [Box("", "filler", across=across)] * (n - 3)
    return [Box(text, "group", across=across, down=n), *([None] * (n - 1))]


def requests_grid(rng: random.Random, facts: Facts, style: Style) -> Grid:
    """The table of section 三."""
    older = "requests/other_handling/total" in facts.cells
    block = forms()["2019" if older else "2021"].tables["requests"].blocks[0]
    labels = {r.id: r for r in block.rows if f"requests/{r.id}/total" in facts.cells}
    columns = [c.id for c in block.columns]
    heads = [Box(damage_label(rng, c, style), "head") for c in block.columns]
    caption = Box(widen(group("reconciliation").text), "caption", across=3, down=3)
    if rng.random() < 0.06:
        caption = caption._replace(text="")
    elif rng.random() < 0.1:
        at = caption.text.find("，") + 1
        caption = caption._replace(text=caption.text[:at] + BREAK + caption.text[at:])
    legal = Box(damage_label(rng, group("legal_persons"), style), "head", across=5)
    if rng.random() < 0.07:  # all heads in one row
        grid: Grid = [[caption._replace(down=1), *heads]]
    else:
        grid = [
            [caption, Box(damage_label(rng, group("applicants"), style), "head", across=7)],
            [heads[0]._replace(down=2), legal, heads[6]._replace(down=2)],
            heads[1:6],
        ]
    order = list(range(7))
    if rng.random() < 0.02 and len(grid) == 1:  # the total before its parts
        order = [6, *range(6)]
        grid[0][1:] = [grid[0][1 + i] for i in order]

    def figures(row: str) -> list[Box]:
        boxes = _values(rng, style, f"requests/{row}", columns, facts.printed)
        return [boxes[i] for i in order]

    def whole(row: str) -> list[Box]:
        return [Box(damage_label(rng, labels[row], style), "row", across=3), *figures(row)]

    grid.append(whole("new"))
    grid.append(whole("carried_in"))
    inner = [r for r in labels if r not in ("new", "carried_in", "carried_out")]
    outer = _group_boxes(rng, damage_label(rng, group("results"), style), len(inner), style)
    at = 0
    for stem, rows in _runs(inner):
        if not stem:
            left = [[Box(damage_label(rng, labels[rows[0]], style), "row", across=2)]]
        else:
            beside = _group_boxes(rng, damage_label(rng, group(stem), style), len(rows), style)
            left = [
                [*([box] if box else []), Box(damage_label(rng, labels[row], style), "row")]
                for box, row in zip(beside, rows, strict=True)
            ]
        for boxes, row in zip(left, rows, strict=True):
            first = outer[at]
            grid.append([*([first] if first else []), *boxes, *figures(row)])
            at += 1
    grid.append(whole("carried_out"))
    return _captioned(rng, grid, facts, 10)


def review_grid(rng: random.Random, facts: Facts, style: Style) -> Grid:
    """The table of section 四: one row of fifteen figures below three levels of heads."""
    block = forms()["2021"].tables["review_litigation"].blocks[0]
    columns = [c.id for c in block.columns]
    rows = list(block.rows)

    def heads(down: int) -> list[Box]:
        return [Box(damage_label(rng, c, style), "head", down=down) for c in block.columns]

    if rng.random() < 0.05:  # one row a kind
        grid = [[Box("", "filler"), *heads(1)]]
        for row in rows:
            grid.append(
                [
                    Box(damage_label(rng, row, style), "row"),
                    *_values(rng, style, f"review_litigation/{row.id}", columns, facts.printed),
                ]
            )
        return grid
    values: list[Box] = []
    for row in rows:
        values += _values(rng, style, f"review_litigation/{row.id}", columns, facts.printed)
    return [
        [
            Box(damage_label(rng, rows[0], style), "row", across=5),
            Box(damage_label(rng, group("litigation"), style), "group", across=10),
        ],
        [
            *heads(2),
            Box(damage_label(rng, rows[1], style), "row", across=5),
            Box(damage_label(rng, rows[2], style), "row", across=5),
        ],
        [*heads(1), *heads(1)],
        values,
    ]
