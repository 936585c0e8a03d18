"""Ways in which scraped reports lay out a table: each turns a grid into marked text.

A layout marks what a reader can still know. Where it loses empty boxes, those cells carry
no mark; where it prints them, they carry a mark of no value. Those that lose the rows are
in ``ruins``.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from .grids import BREAK, Grid
from .markup import Mark, Marked
from .pen import Pen, cover
from .ruins import columns_down, flat, labels_first, ocr, pdf, records, run_on


def lines_blank(rng: random.Random, grid: Grid) -> Marked:
    """A box a line, blank lines between: row ends are invisible, empties lost."""
    return _lines(
        grid,
        rng.choice(["\n\n", "\n\n", "\n\n", "\n \n", "\n\n\n", "\n\u3000\n"]),
        rng.choice(["\n", "\n", "", "\n\n"]),
    )


def lines(rng: random.Random, grid: Grid) -> Marked:
    """A box a line."""
    return _lines(grid, "\n", rng.choice(["\n", "", " "]))


def _lines(grid: Grid, end: str, breaks: str) -> Marked:
    pen = Pen()
    for row in grid:
        for box in row:
            if box.text.strip():
                pen.box(box, breaks=breaks)
                pen.write(end)
    return pen.done()


def pipes(rng: random.Random, grid: Grid) -> Marked:
    """``a | b | c |``: a row a line, empty boxes lost, or kept now and then."""
    kept = rng.choice([0.0, 0.0, 0.5, 1.0])
    breaks = rng.choice([" ", " ", ""])
    pen = Pen()
    for row in grid:
        first = True
        for box in row:
            empty = not box.text.strip()
            if empty and rng.random() >= kept:
                continue
            if not first:
                pen.write(" ")
            pen.box(box._replace(text="") if empty else box, breaks=breaks)
            pen.write("|" if empty else " |")
            first = False
        pen.write("\n")
    return pen.done()


def pipes_tail(rng: random.Random, grid: Grid) -> Marked:
    """``a | b |||``: the pipes at a row's end count the places that its boxes cover."""
    breaks = rng.choice([" ", " ", ""])
    bare_end = rng.random() < 0.5
    pen = Pen()
    for row in grid:
        full = [b for b in row if b.text.strip()]
        empty = [b for b in row if not b.text.strip()]
        n_spare = sum(b.across - 1 for b in row)
        for i, box in enumerate(full):
            pen.write(" " if i else "")
            pen.box(box, breaks=breaks)
            pen.write(" |")
        # emptiness can be told only where every figure of the row is empty
        known = not any(b.kind == "value" for b in full)
        if empty and not (bare_end and rng.random() < 0.2):
            pen.write(" " if full else "")
            for box in empty:
                if known and box.kind == "value":
                    pen.box(box._replace(text=""))
                pen.write("|")
        pen.write("|" * n_spare + "\n")
    return pen.done()


def lines_pipe(rng: random.Random, grid: Grid) -> Marked:
    """A box a line that ends in `` |``; rows end in a line of pipes that count spans."""
    keeps = rng.random() < 0.5
    counts = rng.random() < 0.6
    pen = Pen()
    for row in grid:
        for box in row:
            if box.text.strip():
                pen.box(box, breaks="\n" if rng.random() < 0.5 else " ")
                pen.write(" |\n")
            elif keeps:
                pen.box(box._replace(text=""))
                pen.write("|\n")
        n = sum(b.across - 1 for b in row) + (0 if keeps else sum(not b.text.strip() for b in row))
        if n or not counts:
            pen.write("|" * max(1, n if counts else 1) + "\n")
    return pen.done()


def pipe_alone(rng: random.Random, grid: Grid) -> Marked:
    """A pipe on a line of its own between boxes."""
    keeps = rng.random() < 0.5
    pen = Pen()
    for row in grid:
        for i, box in enumerate(b for b in row if keeps or b.text.strip()):
            if i:
                pen.write("|\n")
            pen.box(box)
            if box.text.strip():
                pen.write("\n")
        pen.write(rng.choice(["|\n", "|\n\n", "\n"]))
    return pen.done()


def markdown(rng: random.Random, grid: Grid) -> Marked:
    """``| a | b |`` with a rule of dashes below the first row; every place printed."""
    return _markdown(rng, grid, rule=rng.choice(["---", ":---:", "----", "--"]))


def markdown_bare(rng: random.Random, grid: Grid) -> Marked:
    """``|a|b|`` without a rule."""
    return _markdown(rng, grid, rule="")


def _markdown(rng: random.Random, grid: Grid, rule: str) -> Marked:
    repeat = rng.random() < 0.35
    gap = rng.choice([" ", " ", ""])
    breaks = rng.choice([" ", "", "<br>"]) if rule else ""
    outer = rng.random() < 0.9
    pen = Pen()
    rows = cover(grid)
    width = max(map(len, rows))
    for i, row in enumerate(rows):
        pen.write("|" if outer else "")
        for j, (box, begins) in enumerate(row):
            pen.write(gap)
            if begins:
                pen.box(box, breaks=breaks)
            elif repeat and box.kind != "value":
                pen.write(box.text.replace(BREAK, breaks))
            pen.write(gap)
            pen.write("|" if outer or j < len(row) - 1 else "")
        for _ in range(width - len(row)):
            pen.write(f"{gap}{gap}|")
        pen.write("\n")
        if i == 0 and rule:
            pen.write("|" + f"{gap}{rule}{gap}|" * width + "\n")
    return pen.done()


def tab_lines(rng: random.Random, grid: Grid) -> Marked:
    """Tab-indented boxes on lines of their own, a blank line after a row, empties kept."""
    indent = rng.choice(["\t", "\t", "\t", "\t ", "\t\t"])
    end = rng.choice(["\n", "\n", "\n\n"])
    pen = Pen()
    for row in cover(grid):
        for i, (box, begins) in enumerate(row):
            if begins:
                pen.write(indent)
                pen.box(box, breaks="\n")
                pen.write("\n")
            elif i == 0 or row[i - 1][0] is not box:  # a merged box goes on below
                pen.write(indent + "\n")
        pen.write(end)
    return pen.done()


def tab_rows(rng: random.Random, grid: Grid) -> Marked:
    """Tab-separated rows, as pasted from a sheet."""
    return _separated(rng, grid, "\t", full=rng.random() < 0.7)


def sheet(rng: random.Random, grid: Grid) -> Marked:
    """Rows between separators of any kind, empties kept: what somebody's own export makes of a table."""
    separator = rng.choice(
        [",", "，", ";", "；", " / ", "\t|\t", "||", " ｜ ", "、", " , ", "\t\t", "^", " · ", "  |  ", "│"]
    )
    return _separated(rng, grid, separator, full=rng.random() < 0.5)


def boxed(rng: random.Random, grid: Grid) -> Marked:
    """``│ a │ b │`` between rules of box-drawing characters or of ``+---+``."""
    bar, rule = rng.choice([("│", "─"), ("|", "-"), ("┃", "━"), ("|", "=")])
    corner = {"│": "┼", "┃": "╋"}.get(bar, "+")
    every = rng.random() < 0.6
    pen = Pen()
    rows = cover(grid)
    for i, row in enumerate(rows):
        if every or i in (0, 1):
            pen.write(corner + (rule * 6 + corner) * len(row) + "\n")
        pen.write(bar)
        for box, begins in row:
            pen.write(" ")
            if begins:
                pen.box(box)
            pen.write(" " + bar)
        pen.write("\n")
    pen.write(corner + (rule * 6 + corner) * len(rows[-1]) + "\n")
    return pen.done()


def space_rows(rng: random.Random, grid: Grid) -> Marked:
    """Rows of boxes between blanks; empties cannot be seen."""
    gap = rng.choice([" ", "  ", "    ", "\u3000"])
    pen = Pen()
    lead = rng.choice(["", "", " ", "   "])
    for row in grid:
        written = [b for b in row if b.text.strip()]
        if not written:
            continue
        pen.write(lead)
        for i, box in enumerate(written):
            pen.write(gap * rng.randint(1, 3) if i else "")
            pen.box(box._replace(text=box.text.strip()))
        pen.write("\n")
    return pen.done()


def columns(rng: random.Random, grid: Grid) -> Marked:
    """Blank-padded columns that line up (a wide character counts two)."""
    rows = cover(grid)
    width = max(map(len, rows))
    room = [2] * width
    for row in rows:
        for j, (box, begins) in enumerate(row):
            if begins and box.across == 1:
                room[j] = max(room[j], min(_room(box.text), 24))
    pen = Pen()
    for row in rows:
        owed = 0
        for j, (box, begins) in enumerate(row):
            owed += room[j] + 2
            if begins:
                text = box.text.strip()
                lead = (room[j] - _room(text)) // 2 if box.kind == "value" and rng.random() < 0.5 else 0
                if text:
                    pen.write(" " * max(0, lead))
                    pen.box(box._replace(text=text))
                    owed -= _room(text) + max(0, lead)
            if j + 1 < len(row) and owed > 0:
                pen.write(" " * max(1, owed))
                owed = 0
        pen.write("\n")
    return pen.done()


def _room(text: str) -> int:
    return sum(2 if c > "\u2e80" else 1 for c in text if c != BREAK)


def _separated(rng: random.Random, grid: Grid, separator: str, *, full: bool) -> Marked:
    breaks = rng.choice([" ", "", ""])
    pen = Pen()
    for row in cover(grid) if full else [[(b, True) for b in r] for r in grid]:
        for j, (box, begins) in enumerate(row):
            pen.write(separator if j else "")
            if begins:
                pen.box(box, breaks=breaks)
        pen.write("\n")
    return pen.done()


LAYOUTS: dict[str, Callable[[random.Random, Grid], Marked]] = {
    "lines_blank": lines_blank,
    "lines": lines,
    "pipes": pipes,
    "pipes_tail": pipes_tail,
    "lines_pipe": lines_pipe,
    "pipe_alone": pipe_alone,
    "markdown": markdown,
    "markdown_bare": markdown_bare,
    "tab_lines": tab_lines,
    "tab_rows": tab_rows,
    "sheet": sheet,
    "boxed": boxed,
    "space_rows": space_rows,
    "columns": columns,
    "flat": flat,
    "columns_down": columns_down,
    "labels_first": labels_first,
    "pdf": pdf,
    "ocr": ocr,
    "run_on": run_on,
    "records": records,
}


def lay_out(rng: random.Random, layout: str, grid: Grid, table: str) -> Marked:
    """Draw a grid; the whole is marked as a ``table``."""
    drawn = LAYOUTS[layout](rng, grid)
    text = drawn.text.rstrip("\n")
    n = len(text)
    marks = tuple(
        m if m.end <= n else Mark(min(m.start, n), n, m.kind, m.address, m.facts, m.value, m.unit) for m in drawn.marks
    )
    return Marked(text, (Mark(0, n, "table", table), *marks))


# Layouts in which an empty box leaves no trace.
LOSSY = frozenset(
    ["lines_blank", "lines", "pipes", "space_rows", "flat", "run_on", "pdf", "labels_first", "columns_down", "columns"]
)
