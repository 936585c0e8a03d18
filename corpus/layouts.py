"""Ways in which scraped reports lay out a table: each turns a grid into marked text.

A layout marks what a reader can still know. Where it loses empty boxes, those cells carry
no mark; where it prints them, they carry a mark of no value.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from .grids import BREAK, Box, Grid
from .markup import Mark, Marked


@dataclass
class Pen:
    """Writes text and remembers where the figures stand."""

    pieces: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    at: int = 0

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.at += len(text)

    def box(self, box: Box, *, breaks: str = "", lost_when_empty: bool = False) -> None:
        """Write a box. A figure's mark covers it without the blanks around it."""
        text = box.text
        if BREAK in text:
            text = text.replace(BREAK, breaks)
        if box.kind == "value" and not (lost_when_empty and not text.strip()):
            bare = text.strip()
            if bare:
                start = self.at + text.find(bare)
                self.marks.append(Mark(start, start + len(bare), "cell", box.address, (), box.value, box.unit))
            else:
                self.marks.append(Mark(self.at, self.at + len(text), "cell", box.address))
        self.write(text)

    def done(self) -> Marked:
        return Marked("".join(self.pieces), tuple(self.marks))


Cover = list[list[tuple[Box, bool]]]


def cover(grid: Grid) -> Cover:
    """The full matrix: for every place the box that covers it, and whether that box begins there."""
    out: Cover = []
    above: dict[int, tuple[Box, int]] = {}
    for row in grid:
        line: list[tuple[Box, bool]] = []
        boxes = iter(row)
        column = 0
        box = next(boxes, None)
        while box is not None or column in above:
            if column in above:
                covering, left = above[column]
                line.append((covering, False))
                if left > 1:
                    above[column] = (covering, left - 1)
                else:
                    del above[column]
                column += 1
                continue
            assert box is not None
            for i in range(box.across):
                line.append((box, i == 0))
                if box.down > 1:
                    above[column] = (box, box.down - 1)
                column += 1
            box = next(boxes, None)
        out.append(line)
    return out


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
    heads: list[str] = []
    for row, places in zip(grid, cover(grid), strict=True):
        figures = [b for b in row if b.kind == "value"]
        if not figures:
            columns_ = [b.text.replace(BREAK, "") for b, _ in places if b.kind == "head"]
            if len(row) > 1 or len(columns_) > 1:
                heads = columns_ if len(columns_) >= len(heads) else heads
            pen.write(places[0][0].text.replace(BREAK, "") + "\n" if len(row) == 1 and row[0].text else "")
            continue
        words = [b.text.replace(BREAK, "") for b in row if b.kind != "value" and b.text]
        names = _heads_of(heads, len(figures))
        pen.write(" ".join(words) + (colon if words else ""))
        for i, (name, box) in enumerate(zip(names, figures, strict=True)):
            pen.write(comma if i else "")
            pen.write(name + between)
            pen.box(box._replace(text=box.text.strip()))
        pen.write(rng.choice(["\n", "。\n"]))
    return pen.done()


def _heads_of(heads: list[str], n: int) -> list[str]:
    return ([""] * n + heads)[-n:]


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
    "space_rows": space_rows,
    "columns": columns,
    "flat": flat,
    "columns_down": columns_down,
    "labels_first": labels_first,
    "pdf": pdf,
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
