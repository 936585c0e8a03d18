"""The older statistics annexes as grids of boxes: several columns, signs in headings, lost numbering."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from .. import configs
from .annex_figures import Annex
from .annexes import ANNEX, COUNT, AnnexRow, annex_columns
from .facts import Facts, Number
from .forms import Label
from .grids import Box, Grid, Style, damage_label, widen
from .numbers import cell_value

NO_FIGURE = "——"
"""What is printed where a heading has no unit and no figure."""
_NUMBERING = re.compile(r"^(?:其中:)?(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+\.)")
_PART = re.compile(r"^其中:")


class _Manner:
    """How one annex is printed, decided once for all its rows."""

    def __init__(self, rng: random.Random, annex: Annex, settings: Mapping[str, Any]) -> None:
        chance = settings["print"]

        def has(what: str) -> bool:
            return rng.random() < chance[what]

        self.indent = rng.choice(["", "", "\u3000", "  "])
        self.is_numbered = not has("numbers_lost")
        self.has_parts = not has("parts_lost")
        how = rng.random()
        self.units = "none" if how < chance["units_lost"] else "label" if how < chance["units_in_labels"] else "column"
        self.has_order = has("order_column")
        self.has_codes = "code" in annex.form.heads and not has("codes_lost")
        self.typed = has("typed_units")
        self.sign = rng.choice([NO_FIGURE, NO_FIGURE, "—", "--", ""])
        self.is_signed = has("headings_signed")


def annex_grid(rng: random.Random, facts: Facts, annex: Annex, style: Style, settings: Mapping[str, Any]) -> Grid:
    """Draw an annex.

    Parameters
    ----------
    settings : mapping
        ``annex`` of ``configs/mix.yaml``.
    """
    manner = _Manner(rng, annex, settings)
    rows = list(annex.form.rows)
    if rng.random() < settings["print"]["rows_lost"]:
        leaves = [r for r in rows if r.unit is not None]
        gone = {r.id for r in rng.sample(leaves, rng.randint(1, 3))}
        rows = [r for r in rows if r.id not in gone]
    rows = [r for r in rows if not r.is_optional or _has_figure(annex, r)]
    grid = _heads(rng, facts, annex, manner, settings)
    width = sum(box.across for box in grid[0])
    for number, row in enumerate(rows, 1):
        grid.append(_row(rng, annex, row, number, style, manner))
    if not annex.is_spoilt and rng.random() < settings["print"]["rows_added"]:
        _add_rows(rng, annex, grid, style, manner, first=len(grid) - len(rows))
    return _framed(rng, facts, grid, width, settings)


def _has_figure(annex: Annex, row: AnnexRow) -> bool:
    return any(annex.cells[f"{ANNEX}/{row.id}/{c}"] for c in annex.columns)


def _heads(rng: random.Random, facts: Facts, annex: Annex, manner: _Manner, settings: Mapping[str, Any]) -> Grid:
    form = annex.form
    left = [Box(rng.choice(form.heads["label"]), "head")]
    if manner.has_order:
        left.insert(0, Box(rng.choice(form.heads["order"]), "head"))
    if manner.units == "column":
        left.append(Box(rng.choice(form.heads["unit"]), "head"))
    if manner.has_codes:
        left.append(Box(rng.choice(form.heads["code"]), "head"))
    columns = []
    for column in annex.columns:
        label = annex_columns()[column]
        text = label.text
        if (column == COUNT and len(annex.columns) > 1) or (label.variants and rng.random() < 0.5):
            text = rng.choice(label.variants)
        if column == COUNT and form.id == "yearly":
            text = rng.choice([f"{facts.year}年度", f"{facts.year}年", text])
        columns.append(Box(widen(text), "head"))
    grid: Grid = [[*left, *columns]]
    if len(columns) > 1 and rng.random() < settings["print"]["head_over_heads"]:
        over = Box(annex_columns()[COUNT].text, "head", across=len(columns))
        grid = [[*(box._replace(down=2) for box in left), over], columns]
    if form.helper and rng.random() < settings["print"]["helper_row"]:
        signs = [*form.helper[: len(left)], *map(str, range(1, len(columns) + 1))]
        grid.append([Box(sign, "head") for sign in signs])
    return grid


def _row(rng: random.Random, annex: Annex, row: AnnexRow, number: int, style: Style, manner: _Manner) -> list[Box]:
    label = row.label.text
    if not manner.is_numbered:
        label = (m.group() if (m := _PART.match(label)) else "") + _NUMBERING.sub("", label)
    if not manner.has_parts:
        label = _PART.sub("", label)
    variants = row.label.variants if manner.is_numbered and manner.has_parts else ()
    text = damage_label(rng, Label(row.id, label, variants), style)
    if row.unit is None:
        boxes = [Box(manner.indent * row.depth + text, "group")]
        signs = ([1] if manner.units == "column" else []) + [1] * (manner.has_codes + len(annex.columns))
        sign = manner.sign if manner.is_signed else ""
        boxes += [Box(sign, "caption" if sign else "filler") for _ in signs]
    else:
        if manner.units == "label":
            text += widen(f"({row.unit})")
        boxes = [Box(manner.indent * row.depth + text, "row")]
        if manner.units == "column":
            boxes.append(Box(row.unit, "caption"))
        if manner.has_codes:
            boxes.append(Box(f"{number:02d}", "caption"))
        boxes += _values(rng, f"{ANNEX}/{row.id}", annex, annex.cells, row.unit, style, manner)
    return [Box(str(number), "caption"), *boxes] if manner.has_order else boxes


def _values(
    rng: random.Random, row: str, annex: Annex, cells: Mapping[str, Number], unit: str, style: Style, manner: _Manner
) -> list[Box]:
    boxes = []
    for i, column in enumerate(annex.columns):
        value = cells[f"{row}/{column}"]
        raw = f"{value}{unit}" if manner.typed and value and rng.random() < 0.5 else str(value)
        if value == 0:
            blank = rng.choice(["zero", "blank"]) if style.blanks == "irregular" else style.blanks
            is_last = blank == "total_only" and (column == COUNT or len(annex.columns) == 1)
            if blank != "zero" and not is_last and not (blank == "first_only" and i == 0):
                raw = style.mark if blank == "mark" else style.empty
        read = cell_value(raw)
        if raw.strip() and style.pad:
            raw = style.pad + raw
        boxes.append(Box(raw, "value", f"{row}/{column}", read.value if read else None, read.unit if read else None))
    return boxes


def _add_rows(rng: random.Random, annex: Annex, grid: Grid, style: Style, manner: _Manner, *, first: int) -> None:
    """Rows that a locality added; they keep their own label."""
    for label in rng.sample(configs.load("invented")["annex_rows"], rng.randint(1, 3)):
        address = f"{ANNEX}/extra:{label}"
        cells: dict[str, Number] = {f"{address}/{c}": rng.choice([0, rng.randint(1, 300)]) for c in annex.columns}
        boxes = [Box(label, "row")]
        if manner.units == "column":
            boxes.append(Box("条", "caption"))
        if manner.has_codes:
            boxes.append(Box("", "filler"))
        boxes += _values(rng, address, annex, cells, "条", style, manner)
        at = rng.randint(first + 2, len(grid))
        grid.insert(at, [Box("", "filler"), *boxes] if manner.has_order else boxes)


def _framed(rng: random.Random, facts: Facts, grid: Grid, width: int, settings: Mapping[str, Any]) -> Grid:
    """Now and then a title and an agency above the heads, and those who signed below."""
    invented = configs.load("invented")["annex_lines"]
    agency, year = facts.names.agency, facts.year

    def line(kind: str) -> list[list[Box]]:
        if rng.random() >= settings["print"][kind]:
            return []
        text = rng.choice(invented[kind]).format(agency=agency, year=year)
        return [[Box(text, "caption", across=width)]]

    return [*line("titles"), *line("agencies"), *grid, *line("signed")]
