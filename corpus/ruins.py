"""Layouts that lose the rows of a table: run together, taken column by column, spelled out, torn by a PDF."""

from __future__ import annotations

import random

from .grids import BREAK, Box, Grid
from .markup import Marked
from .pen import Pen, cover


def flat(rng: random.Random, grid: Grid) -> Marked:
    """A row run together with no separator: ``规章000``."""
    end = rng.choice(["\n", "\n", " ", ""])
    pen = Pen()
    for row in grid:
        for box in row:
            pen.box(box._replace(text=box.text.strip()), lost_when_empty=True)
        pen.write(end)
    return pen.done()


def run_on(rng: random.Random, grid: Grid) -> Marked:
    """The whole table on one line."""
    gap = rng.choice([" ", " ", "  ", "\u3000"])
    pen = Pen()
    for row in grid:
        for box in row:
            if box.text.strip():
                pen.box(box._replace(text=box.text.strip()))
                pen.write(gap)
    pen.write("\n")
    return pen.done()


def _split_columns(grid: Grid) -> tuple[list[Box], list[list[Box]]]:
    """Labels and heads in reading order, and the rows of figures."""
    words = [b for row in grid for b in row if b.kind != "value" and b.text.strip()]
    figures = [f for row in grid if (f := [b for b in row if b.kind == "value"])]
    return words, figures


def labels_first(rng: random.Random, grid: Grid) -> Marked:
    """All labels, then all figures row by row."""
    words, figures = _split_columns(grid)
    end = rng.choice(["\n", "\n\n"])
    gap = rng.choice(["\t", " ", end])
    pen = Pen()
    for box in words:
        pen.box(box)
        pen.write(end)
    for row in figures:
        for i, box in enumerate(row):
            pen.write(gap if i else "")
            pen.box(box, lost_when_empty=True)
        pen.write(end)
    return pen.done()


def columns_down(rng: random.Random, grid: Grid) -> Marked:
    """Labels first, then the figures column by column."""
    words, figures = _split_columns(grid)
    if len({len(r) for r in figures}) > 1:  # blocks of different heads are copied one after the other
        parts = _blocks(grid)
        pens = [columns_down(rng, part) for part in parts]
        out = pens[0]
        for pen_part in pens[1:]:
            out = out + pen_part
        return out
    end = rng.choice(["\n", "\n\n", " "])
    pen = Pen()
    for box in words:
        pen.box(box)
        pen.write(end)
    for column in zip(*figures, strict=True):
        for box in column:
            pen.box(box, lost_when_empty=True)
            pen.write(end)
    pen.write("\n" if end == " " else "")
    return pen.done()


def _blocks(grid: Grid) -> list[Grid]:
    """Cut a grid where a row of figures is followed by one of heads."""
    out: list[Grid] = [[]]
    had_figures = False
    for row in grid:
        figures = any(b.kind == "value" for b in row)
        n = sum(b.kind == "value" for b in row)
        before = sum(b.kind == "value" for b in out[-1][-1]) if out[-1] else 0
        if out[-1] and ((had_figures and not figures) or (figures and before and n != before)):
            out.append([])
        out[-1].append(row)
        had_figures = figures
    return out


def pdf(rng: random.Random, grid: Grid) -> Marked:
    """Wrapped labels between the figures, a page break in the middle with the heads again."""
    room = rng.randint(5, 9)
    gap = rng.choice([" ", "  ", "\t", " "])
    heads = [row for row in grid[:3] if all(b.kind != "value" for b in row)]
    break_at = rng.randint(len(grid) // 2, len(grid) - 1) if len(grid) > 12 and rng.random() < 0.7 else -1
    page = rng.randint(2, 9)
    pen = Pen()
    for i, row in enumerate(grid):
        if i == break_at:
            pen.write(rng.choice(["\n- {} -\n", "\n— {} —\n", "\n{}\n", "\n"]).format(page))
            if rng.random() < 0.5:
                for head in heads:
                    pen.write(gap.join(b.text.replace(BREAK, "") for b in head if b.text) + "\n")
        wrapped = [_wrap(b, room) if b.kind != "value" else [b.text] for b in row]
        n_lines = max(map(len, wrapped), default=1)
        middle = (n_lines - 1) // 2
        for k in range(n_lines):
            written = False
            for box, pieces in zip(row, wrapped, strict=True):
                if box.kind == "value":
                    if k == middle and box.text.strip():
                        pen.write(gap if written else "")
                        pen.box(box._replace(text=box.text.strip()))
                        written = True
                elif k < len(pieces) and pieces[k]:
                    pen.write(gap if written else "")
                    pen.write(pieces[k])
                    written = True
            pen.write("\n" if written else "")
    return pen.done()


def _wrap(box: Box, room: int) -> list[str]:
    text = box.text.replace(BREAK, "")
    return [text[i : i + room] for i in range(0, len(text), room)] or [""]


def records(rng: random.Random, grid: Grid) -> Marked:
    """``规章：本年制发件数 0，本年废止件数 0``: every row spelled out with its heads."""
    colon, comma = rng.choice([("：", "，"), (":", ", "), (" ", "；"), ("：", "；")])
    between = rng.choice(["", " ", "：", "="])
    pen = Pen()
    heads: dict[int, str] = {}
    for row, places in zip(grid, cover(grid), strict=True):
        figures = [b for b in row if b.kind == "value"]
        if not figures:
            heads |= {j: b.text.replace(BREAK, "") for j, (b, _) in enumerate(places) if b.kind == "head"}
            pen.write(places[0][0].text.replace(BREAK, "") + "\n" if len(row) == 1 and row[0].text else "")
            continue
        words = [b.text.replace(BREAK, "") for b in row if b.kind != "value" and b.text]
        names = [heads.get(j, "") for j, (b, begins) in enumerate(places) if begins and b.kind == "value"]
        pen.write(" ".join(words) + (colon if words else ""))
        for i, (name, box) in enumerate(zip(names, figures, strict=True)):
            pen.write(comma if i else "")
            pen.write(name + between)
            pen.box(box._replace(text=box.text.strip()))
        pen.write(rng.choice(["\n", "。\n"]))
    return pen.done()


_JUNK = ("· · · · · · ·", "_,,,", "♪=", "ハロ", "ı", " I", "(+==", "- ", "1 113", "·", "、", "|", "i", "『", "~~")


def ocr(rng: random.Random, grid: Grid) -> Marked:
    """Tab-separated rows of a scanned table: words torn over boxes, strokes read as letters, a page break.

    After the break the heads are gone, and with them the columns that hold no figure.
    """
    rate = rng.choice([0.1, 0.25, 0.5])
    rows = cover(grid)
    break_at = rng.randint(len(rows) // 2, len(rows) - 1) if len(rows) > 10 else len(rows)
    kept = _columns_with_figures(rows[break_at:])
    pen = Pen()
    for i, row in enumerate(rows):
        if i == break_at and i < len(rows):
            pen.write("\n" + (f"\t{rng.choice(_JUNK)}\t\t\t\t{rng.choice(_JUNK)}\t\n" if rng.random() < 0.6 else ""))
        has_figures = any(b.kind == "value" for b, _ in row)
        if not has_figures and rng.random() < rate:
            pen.write("\t".join(rng.choice(_JUNK) if rng.random() < 0.4 else "" for _ in row) + "\n")
        for j, (box, begins) in enumerate(row):
            if i >= break_at and j not in kept and box.kind in ("value", "head"):
                continue
            pen.write("\t" if j else "")
            if not begins:
                continue
            if box.kind == "value":
                pen.box(box._replace(text=box.text.strip()))
            else:
                pen.write(_torn(rng, box.text.replace(BREAK, " "), rate))
        pen.write("\t\n" if rng.random() < 0.5 else "\n")
    return pen.done()


def _columns_with_figures(rows: list[list[tuple[Box, bool]]]) -> set[int]:
    """The columns of the rest of a table that print a figure; all of them where none does."""
    used = {j for row in rows for j, (b, begins) in enumerate(row) if begins and b.kind == "value" and b.text.strip()}
    every = {j for row in rows for j, (b, _) in enumerate(row) if b.kind == "value"}
    return used or every


def _torn(rng: random.Random, text: str, rate: float) -> str:
    if len(text) < 4:
        return text
    if rng.random() < rate:  # broken where the line of the box was wrapped
        at = rng.randint(2, len(text) - 1)
        text = text[:at] + " " + text[at:]
    if rng.random() < rate * 0.4:  # over two boxes
        at = rng.randint(1, len(text) - 1)
        text = text[:at] + "\t" + text[at:]
    if rng.random() < rate * 0.4:
        at = rng.randint(0, len(text) - 2)
        text = text[:at] + text[at + rng.randint(1, max(1, len(text) // 4)) :]
    if rng.random() < rate * 0.2:
        text = text[: rng.randint(2, len(text))]
    return text
