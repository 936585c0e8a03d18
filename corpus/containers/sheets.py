"""A sheet of a workbook as blocks: its tables as tables, its titles and sentences as lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..blocks import Block, Box, lay_out
from .base import too_large

_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_MAX_CELLS = 200_000
_MAX_SPAN = 5000
_LONG = 60


@dataclass
class Sheet:
    """What a sheet shows. Rows and columns count from 0.

    A merged area is (first row, last row, first column, last column).
    """

    name: str
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    ruled: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def sheet_blocks(sheet: Sheet) -> list[Block]:
    """The blocks of a sheet, under its name where somebody gave it one."""
    texts = {at: text for at, text in sheet.texts.items() if text.strip()}
    if not texts:
        return []
    rows = sorted({r for r, _ in texts} | _inner_rows(sheet, texts))
    rows = [r for r in rows if r not in sheet.hidden_rows]
    columns = _columns(sheet, texts)
    if len(rows) * len(columns) > _MAX_CELLS:
        raise too_large("工作表的单元格过多")
    spans, covered = _spans(sheet, rows, columns)
    loose = _loose(sheet, texts, spans, rows, columns)
    out = [] if _UNNAMED.fullmatch(sheet.name.strip()) else [Block(sheet.name)]
    table: list[list[Box]] = []
    for row in rows:
        if row in loose:
            out += _table(table)
            table = []
            out += [Block(line.strip()) for line in loose[row].split("\n") if line.strip()]
            continue
        boxes = []
        for column in columns:
            if (row, column) not in covered:
                down, across = spans.get((row, column), (1, 1))
                boxes.append(Box(across, down, texts.get((row, column), "")))
        table.append(boxes)
    return out + _table(table)


def _table(rows: list[list[Box]]) -> list[Block]:
    """Rows between lines. A merged cell ends where they end."""
    return (lay_out(rows) or []) if rows else []


def _inner_rows(sheet: Sheet, texts: dict[tuple[int, int], str]) -> set[int]:
    """Rows without a figure that are drawn as a part of the table."""
    last = max(r for r, _ in texts)
    return {r for r, _ in sheet.ruled if r <= last}


def _columns(sheet: Sheet, texts: dict[tuple[int, int], str]) -> list[int]:
    """The columns that hold something, or that the rules of the table draw; never all 16,384 of a painted sheet."""
    used = {c for _, c in texts}
    last = max(used)
    drawn = {c for r, c in sheet.ruled if c <= last}
    beyond: dict[int, int] = {}
    for r, c in sheet.ruled:
        if c > last and r not in sheet.hidden_rows:
            beyond[c] = beyond.get(c, 0) + 1
    column = last + 1
    while beyond.get(column, 0) > 1 and column - last <= 20:
        drawn.add(column)
        column += 1
    return sorted(c for c in used | drawn if c not in sheet.hidden_columns)


def _spans(
    sheet: Sheet, rows: list[int], columns: list[int]
) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Rows and columns that each merged cell takes of those that are shown, and the places that it covers.

    A merged cell whose first row or column is hidden is shown at the first that is not.
    """
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for top, bottom, left, right in sheet.merged:
        down = [r for r in rows if top <= r <= min(bottom, top + _MAX_SPAN)]
        across = [c for c in columns if left <= c <= right]
        if not down or not across or len(covered) > _MAX_CELLS:
            continue
        first = (down[0], across[0])
        if first != (top, left) and (top, left) in sheet.texts:
            sheet.texts[first] = sheet.texts[top, left]
        spans[first] = (len(down), len(across))
        covered.update((r, c) for r in down for c in across)
        covered.discard(first)
    return spans, covered


def _loose(
    sheet: Sheet,
    texts: dict[tuple[int, int], str],
    spans: dict[tuple[int, int], tuple[int, int]],
    rows: list[int],
    columns: list[int],
) -> dict[int, str]:
    """Rows that are no part of a table: one text alone, where no rule is drawn and no merged cell goes on below.

    In a sheet without rules that is a long text, or one before the first or behind the last row of several cells.
    """
    written: dict[int, list[int]] = {r: [] for r in rows}
    for r, c in texts:
        if r in written and c not in sheet.hidden_columns:
            written[r].append(c)
    ruled: dict[int, int] = {}
    for r, c in sheet.ruled:
        if texts.get((r, c), "") == "":
            ruled[r] = ruled.get(r, 0) + 1
    joined = {r for (top, _), (down, _) in spans.items() if down > 1 for r in rows[rows.index(top) :][:down]}
    full = [r for r in rows if len(written[r]) > 1]
    first, last = (full[0], full[-1]) if full else (rows[-1] + 1, rows[-1] + 1)
    out: dict[int, str] = {}
    for r in rows:
        if len(written[r]) != 1:
            continue
        column = written[r][0]
        is_apart = not first <= r <= last or len(texts[r, column]) > _LONG
        is_bare = not ruled.get(r) and (r, column) not in sheet.ruled
        if r not in joined and is_bare and (sheet.ruled or is_apart):
            out[r] = texts[r, column]
    return out
