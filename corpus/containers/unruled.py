"""Rows and columns of a table without rules, told by the places of its words alone.

Words that one box broke over lines are put together first: their lines stand closer than those of two boxes. Then
the figures, and the heads over them, show where the columns stand, empty ones too; labels and figures of one height
are a row. Where the heads change, as from one block of a form to the next, the columns are looked for anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, takewhile
from statistics import median
from typing import NamedTuple

from ..blocks import Box
from .paper import NEW_ITEM, Char, Grid, Row

_FIGURE = re.compile(
    r"(?:[-+−－﹣＋↑↓]|增加?|减少?)?\d(?:[\d,.]*\d)?(?:%|[万亿]?元|[万个件项条次人份])?(?:\[\w+\])?|[/／—–-]+|无"
)
_OPEN = re.compile(r"[（(][^）)]*$")
_WORD = 0.45
_SPACED = 3.2
_NEAR = 0.35
_WRAPPED = 1.55
_TIGHT = 0.2
_HALF = 0.8

Span = tuple[float, float]


class Word(NamedTuple):
    """A stretch of a line without a gap; ``line`` is the line's number, ``y`` its height on the page."""

    text: str
    x0: float
    x1: float
    y: float
    line: int

    @property
    def is_figure(self) -> bool:
        return is_figure(self.text)


@dataclass(eq=False)
class Cell:
    """What one box says: the words of its lines, from the top down."""

    words: list[Word]

    @property
    def text(self) -> str:
        return "\n".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return self.words[0].y

    @property
    def bottom(self) -> float:
        return self.words[-1].y

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    @property
    def is_figure(self) -> bool:
        return len(self.words) == 1 and self.words[0].is_figure


def is_figure(text: str) -> bool:
    """Whether a text is all that stands in a box of figures; ``1.`` counts the items of a list."""
    return _FIGURE.fullmatch(text.replace(" ", "")) is not None


def grid(lines: Sequence[Row], above: tuple[Span, ...]) -> Grid:
    """The table that some lines of a page are.

    Parameters
    ----------
    above : tuple of (start, end)
        The columns of a table on the page before that may go on here.
    """
    em = _em(lines)
    words = [_words(line, n, em) for n, line in enumerate(lines)]
    pitch = _pitch(words, em)
    blocks: list[_Block] = []
    for start, end in _blocks(words):
        columns = blocks[-1].columns if blocks else above
        blocks.append(_Block.of(_cells(words[start:end], pitch, em), columns, em, is_first=not blocks))
    boxes: list[list[Box]] = []
    labels: list[Span] = []
    for n, block in enumerate(blocks):
        if not n or not block.goes_on:
            more = takewhile(lambda other: other.goes_on, blocks[n + 1 :])
            labels = _label_columns(line for part in (block, *more) for line in part.labelled_lines())
        boxes += block.rows(labels)
    columns = tuple(blocks[-1].columns)
    return Grid(boxes, lines[0].y0, [lines[0].page] * len(boxes), columns, len(labels), blocks[0].goes_on)


def _em(lines: Sequence[Row]) -> float:
    wide = [c.x1 - c.x0 for line in lines for c in line.chars if c.text[0] > "\u2e80"]
    return max(median(wide) if wide else median(line.size for line in lines), 1.0)


# -- words and what was broken over lines ---------------------------------------------------


def _words(line: Row, number: int, em: float) -> list[Word]:
    """The words of a line; what a blank parts is one word still, and so are single characters set wide apart."""
    out: list[Word] = []
    run: list[Char] = []
    text, blank = "", 0.0
    for char in line.chars:
        if char.text.isspace():
            blank += char.x1 - char.x0
            continue
        gap = char.x0 - run[-1].x1 if run else 0.0
        if run and gap - blank > _WORD * em:
            out.append(_word(text, run, number))
            run, text = [], ""
        is_apart = bool(run) and max(gap, blank) > 0.1 * em and (text[-1] < "\u2e80" or char.text[0] < "\u2e80")
        text += (" " if is_apart else "") + char.text
        run.append(char)
        blank = 0.0
    out.append(_word(text, run, number))
    return _closed_up(out, em)


def _word(text: str, run: Sequence[Char], number: int) -> Word:
    wide = [c for c in run if c.text[0] > "\u2e80"] or run
    return Word(text, run[0].x0, run[-1].x1, median(c.middle[1] for c in wide), number)


def _closed_up(words: Sequence[Word], em: float) -> list[Word]:
    out: list[Word] = []
    gap = 0.0
    for word in words:
        last = out[-1] if out else None
        if last is not None and _is_single(word) and _is_single(last, len(last.text)):
            wide = word.x0 - last.x1
            if wide <= _SPACED * em and (len(last.text) == 1 or abs(wide - gap) < _NEAR * em):
                out[-1] = last._replace(text=last.text + word.text, x1=word.x1)
                gap = wide
                continue
        out.append(word)
    return out


def _is_single(word: Word, n: int = 1) -> bool:
    return len(word.text) == n and all("\u3400" <= c <= "\u9fff" for c in word.text)


def _pitch(words: Sequence[Sequence[Word]], em: float) -> float:
    """How far apart the lines of one box stand at most; 0 where none is broken, or where rows stand as close."""
    rows = [line[0].y for line in words if len(line) > 1 and line[-1].is_figure]
    apart = min((b - a for a, b in pairwise(rows) if b - a > _NEAR * em), default=float("inf"))
    broken = [
        b.y - a.y for n, line in enumerate(words) for b in line
        if not b.is_figure and (a := _over(words, n, b, _WRAPPED * em, em)) is not None
    ]  # fmt: skip
    least = min(broken, default=float("inf"))
    return min(least + _TIGHT * em, apart - _TIGHT * em / 2) if least < apart - _TIGHT * em else 0.0


def _over(words: Sequence[Sequence[Word]], n: int, word: Word, pitch: float, em: float) -> Word | None:
    """The word that goes on in this one, a line further down in the same box."""
    for k in range(n - 1, -1, -1):
        over = [other for other in words[k] if other.x0 < word.x1 and other.x1 > word.x0]
        if not over:
            if word.y - words[k][0].y > pitch:
                return None
            continue
        (first, *more) = over
        below = [other for other in words[n] if other.x0 < first.x1 and other.x1 > first.x0]
        is_one = not more and len(below) == 1 and word.y - first.y <= pitch
        return first if is_one and _goes_on(first, word, em) else None
    return None


def _goes_on(word: Word, below: Word, em: float) -> bool:
    """Whether a word may go on below: it is no figure, was broken for want of room, and stands in line."""
    if word.is_figure or NEW_ITEM.match(below.text) or (below.is_figure and not _OPEN.search(word.text)):
        return False
    left, right = below.x0 - word.x0, below.x1 - word.x1
    is_full = below.x1 - below.x0 < word.x1 - word.x0 + 2 * em
    return is_full and min(abs(left), abs(right), abs(left + right) / 2) <= 0.6 * em


def _cells(words: Sequence[Sequence[Word]], pitch: float, em: float) -> list[Cell]:
    """What each box says."""
    owner: dict[Word, Cell] = {}
    out: list[Cell] = []
    for n, line in enumerate(words):
        for word in line:
            over = _over(words, n, word, pitch, em) if pitch else None
            if over is not None:
                owner[word] = owner[over]
                owner[over].words.append(word)
            else:
                owner[word] = Cell([word])
                out.append(owner[word])
    return out


# -- blocks ---------------------------------------------------------------------------------


def _blocks(words: Sequence[Sequence[Word]]) -> list[tuple[int, int]]:
    """Where the heads change: lines of words that stand over the columns, below a row of figures or empty ones."""
    starts = [0]
    first = float("inf")
    for n, line in enumerate(words):
        figures = _trailing(line)
        if figures:
            first = min(first, figures[0].x0)
        if any(word.is_figure and word.x0 >= first for word in line):
            continue
        if any((word.x0 + word.x1) / 2 > first for word in line):
            start = _with_title(words, starts[-1], n)
        elif (start := _below_empty_rows(words, starts[-1], n)) == 0:
            continue
        starts.append(start)
        first = float("inf")
    return list(pairwise([*starts, len(words)]))


def _with_title(words: Sequence[Sequence[Word]], start: int, n: int) -> int:
    """Where the heads begin that a line is of: with the titles right above it, that stand over its columns too."""
    edge = words[n][1].x0 if len(words[n]) > 1 else float("inf")
    while n - 1 > start and len(words[n - 1]) == 1 and words[n - 1][0].x1 > edge and not words[n - 1][0].is_figure:
        n -= 1
    return n


def _below_empty_rows(words: Sequence[Sequence[Word]], start: int, n: int) -> int:
    """Where new heads begin of which a line is one: others stand above, and between them labels alone; else 0."""
    line = words[n]
    over = next((k for k in range(n - 1, start - 1, -1) if len(words[k]) > 1), None)
    if len(line) < 2 or over is None or any(word.is_figure for word in (*line, *words[over])):
        return 0
    edge = words[over][1].x0
    begins = _with_title(words, over, n)
    labels = [words[k][0].x1 for k in range(over + 1, begins)]
    return begins if labels and line[0].x0 < max(labels) <= line[1].x0 else 0


def _trailing(line: Sequence[Word]) -> list[Word]:
    """The figures of a line behind its last word; one that stands alone may be of a head or a label."""
    at = next((k for k in range(len(line), 0, -1) if not line[k - 1].is_figure), 0)
    return list(line[at:]) if len(line) > 1 else []


@dataclass
class _Line:
    """A row of the table, while it is put together."""

    top: float
    bottom: float
    cells: list[Cell] = field(default_factory=list)

    def holds(self, y: float, room: float) -> bool:
        return self.top - room <= y <= self.bottom + room

    def add(self, cell: Cell) -> None:
        self.cells.append(cell)
        self.top, self.bottom = min(self.top, cell.top), max(self.bottom, cell.bottom)


@dataclass
class _Block:
    """Heads, and the rows that stand below them."""

    heads: list[Cell]
    body: list[Cell]
    leaves: list[Cell]
    columns: list[Span]
    em: float
    goes_on: bool
    """Whether the columns are those of the block before."""

    @classmethod
    def of(cls, cells: Sequence[Cell], above: Sequence[Span], em: float, *, is_first: bool) -> _Block:
        """Columns and heads of some cells; ``above`` are the columns of the block before, which may go on."""
        first = _first_figure(cells)
        start = min((c.top for c in cells if c.is_figure and c.x0 >= first), default=float("inf"))
        over = [c for c in cells if c.top < start and c.middle[0] >= first and not c.is_figure]
        foot = max((c.bottom for c in over), default=-1.0)
        heads = [c for c in cells if c.top <= min(foot + _NEAR * em, start - _NEAR * em)]
        body = [c for c in cells if c not in heads]
        edge = max((c.x1 for c in body if c.middle[0] < first and not c.is_figure), default=0.0)
        leaves = _leaves([c for c in heads if c.x0 > edge - _NEAR * em], em)
        columns = _columns([c for c in body if c.is_figure and c.x0 >= first], leaves)
        goes_on = (not leaves or not is_first) and _are_same(columns, above, em)
        return cls(heads, body, leaves, _united([*columns, *above]) if goes_on else columns, em, goes_on)

    def labelled_lines(self) -> list[list[Cell]]:
        """The labels of each row."""
        return [[cell for cell in line.cells if self._is_label(cell)] for line in self._body]

    def rows(self, labels: Sequence[Span]) -> list[list[Box]]:
        """Heads, then rows, as boxes; what stands over all figures of a column is in the last row of heads.

        Parameters
        ----------
        labels : sequence of (start, end)
            The columns of labels.
        """
        return [self._boxes(line.cells, labels) for line in (*self._head_lines(), *self._body)]

    def _head_lines(self) -> list[_Line]:
        """The heads of columns as one row, those that stand over several of them, by their height, above it."""
        last = _Line(float("inf"), -float("inf"))
        for cell in self.leaves:
            last.add(cell)
        lines: list[_Line] = []
        for cell in sorted((c for c in self.heads if c not in self.leaves), key=lambda c: c.middle[1]):
            y = cell.middle[1]
            if self._is_label(cell) and last.holds(y, _NEAR * self.em):
                last.cells.append(cell)
            elif lines and abs(lines[-1].cells[0].middle[1] - y) <= _NEAR * self.em:
                lines[-1].add(cell)
            else:
                lines.append(_Line(cell.top, cell.bottom, [cell]))
        return [*lines, last] if last.cells else lines

    @cached_property
    def _body(self) -> list[_Line]:
        """Figures of one height are a row, with the label beside them; so is a label without a figure."""
        room = _NEAR * self.em
        lines: list[_Line] = []
        labels = [cell for cell in self.body if self._is_label(cell)]
        for cell in sorted((c for c in self.body if not self._is_label(c)), key=lambda c: c.top):
            if lines and lines[-1].holds(cell.top, room):
                lines[-1].add(cell)
            else:
                lines.append(_Line(cell.top, cell.bottom, [cell]))
        groups = [cell for cell in labels if self._is_group(cell, labels)]
        for cell in (c for c in labels if c not in groups):
            near = [line for line in lines if cell.top - room <= line.bottom and line.top <= cell.bottom + room]
            if near:
                min(near, key=lambda line: abs(line.top + line.bottom - 2 * cell.middle[1])).add(cell)
            else:
                lines.append(_Line(cell.top, cell.bottom, [cell]))
        lines = self._labelled(sorted(lines, key=lambda line: line.top))
        for cell in groups:
            near = [line for line in lines if line.holds(cell.middle[1], room)]
            if near:
                near[0].cells.insert(0, cell)
            else:
                lines.append(_Line(*[cell.middle[1]] * 2, [cell]))
        return sorted(lines, key=lambda line: line.top + line.bottom)

    def _labelled(self, lines: list[_Line]) -> list[_Line]:
        """Rows with the lines of labels that stand beside figures by half a line's height."""
        taken: set[int] = set()
        for n, line in enumerate(lines):
            if any(map(self._is_label, line.cells)):
                continue
            for k in (n - 1, n + 1):
                if 0 <= k < len(lines) and k not in taken and all(map(self._is_label, lines[k].cells)):
                    gap = max(lines[k].top - line.bottom, line.top - lines[k].bottom)
                    if gap <= _HALF * self.em:
                        taken.add(k)
                        line.cells += lines[k].cells
        return [line for n, line in enumerate(lines) if n not in taken]

    def _is_label(self, cell: Cell) -> bool:
        return not self.columns or cell.middle[0] < self.columns[0][0]

    def _is_group(self, cell: Cell, labels: Sequence[Cell]) -> bool:
        """Whether a label stands beside those of its rows."""
        room = _NEAR * self.em
        beside = (c for c in labels if c.top - room <= cell.bottom and cell.top - room <= c.bottom)
        return any(other.x0 >= cell.x1 for other in beside)

    def _boxes(self, cells: Sequence[Cell], labels: Sequence[Span]) -> list[Box]:
        """A row as boxes, those that are empty too."""
        n_labels = len(labels)
        texts: dict[int, list[str]] = {}
        across: dict[int, int] = {}
        for cell in sorted(cells, key=lambda c: (c.top, c.x0)):
            if self._is_label(cell):
                at, n = _place(cell, labels)
            else:
                at, n = _place(cell, self.columns)
                at += n_labels
            texts.setdefault(at, []).append(cell.text)
            across[at] = n
        out: list[Box] = []
        column, width = 0, n_labels + len(self.columns)
        while column < width:
            n = min(across.get(column, 1), width - column)
            while any(column + k in texts for k in range(1, n)):
                n -= 1
            out.append(Box(n, 1, "\n".join(texts.get(column, ()))))
            column += n
        return out


def _first_figure(cells: Sequence[Cell]) -> float:
    """Where the first column of figures begins, but for those that are empty."""
    lines: dict[int, list[Word]] = {}
    for cell in cells:
        for word in cell.words:
            lines.setdefault(word.line, []).append(word)
    trailing = [_trailing(sorted(line, key=lambda word: word.x0)) for line in lines.values()]
    starts = [figures[0].x0 for figures in trailing if figures]
    return min(starts or [cell.x0 for cell in cells if cell.is_figure], default=float("inf"))


def _leaves(heads: Sequence[Cell], em: float) -> list[Cell]:
    """The heads of single columns: nothing stands below them, nor do they stand alone above others."""
    room, near = _NEAR * em, _HALF * em

    def is_leaf(cell: Cell) -> bool:
        others = [other for other in heads if other is not cell]
        below = [other for other in others if other.top > cell.bottom + room]
        beside = any(other.top <= cell.bottom + near and cell.top <= other.bottom + near for other in others)
        return not any(other.x0 < cell.x1 and other.x1 > cell.x0 for other in below) and (beside or not below)

    return [cell for cell in heads if is_leaf(cell)]


# -- columns --------------------------------------------------------------------------------


def _united(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap as one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and a[1] > b[0]


def _columns(figures: Sequence[Cell], leaves: Sequence[Cell]) -> list[Span]:
    """The columns of figures, with the heads over them, and those that have only a head."""
    heads = [(c.x0, c.x1) for c in leaves]
    filled = _headed(_united((c.x0, c.x1) for c in figures), heads)
    empty = [head for head in heads if not any(_overlap(head, column) for column in filled)]
    bare = [column for column in filled if not any(_overlap(head, column) for head in heads)]
    if empty and bare:
        return _paired(filled, empty, bare, _side(figures, filled))
    return _united([*filled, *empty])


def _headed(columns: Sequence[Span], heads: Sequence[Span]) -> list[Span]:
    """Columns as wide as the heads that stand over one of them alone."""
    out = list(columns)
    for head in heads:
        over = [k for k, column in enumerate(columns) if _overlap(head, column)]
        if len(over) == 1:
            out[over[0]] = min(out[over[0]][0], head[0]), max(out[over[0]][1], head[1])
    return out if all(a[1] <= b[0] for a, b in pairwise(out)) else list(columns)


def _side(figures: Sequence[Cell], columns: Sequence[Span]) -> int:
    """Where the figures stand in their columns: -1 at the left, 1 at the right, 0 where it cannot be told."""
    left = right = 0.0
    for column in columns:
        own = [c for c in figures if _overlap((c.x0, c.x1), column)]
        left += max(c.x0 for c in own) - column[0]
        right += column[1] - min(c.x1 for c in own)
    return 0 if abs(left - right) < 1 else 1 if right < left else -1


def _paired(filled: Sequence[Span], empty: Sequence[Span], bare: Sequence[Span], side: int) -> list[Span]:
    """Columns whose figures stand beside their heads: at the edge of a wide box, below a head in its middle."""
    ordered = sorted([*filled, *empty])

    def pairs(way: int) -> list[tuple[Span, Span]]:
        """Figures with the head that stands next to them, at their left (1) or right (-1)."""
        found = ((column, ordered.index(column) - way) for column in bare)
        return [(c, ordered[k]) for c, k in found if 0 <= k < len(ordered) and ordered[k] in empty]

    def room(way: int) -> tuple[int, float]:
        found = pairs(way)
        return -len(found), sum(max(a[0] - b[1], b[0] - a[1]) for a, b in found)

    way = side or min((1, -1), key=room)
    joined = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in pairs(way)]
    return _united([*ordered, *joined])


def _are_same(columns: Sequence[Span], above: Sequence[Span], em: float) -> bool:
    """Whether each column stands in line with one of those above, and none with two."""
    if not columns:
        return False
    over = [[k for k, other in enumerate(above) if _overlap(column, other)] for column in columns]
    if any(len(found) != 1 for found in over) or len({k for (k,) in over}) < len(over):
        return False
    return all(_is_in_line(column, above[k], em) for column, (k,) in zip(columns, over, strict=True))


def _is_in_line(a: Span, b: Span, em: float) -> bool:
    left, right = a[0] - b[0], a[1] - b[1]
    return min(abs(left), abs(right), abs(left + right) / 2) <= 0.6 * em


def _label_columns(rows: Iterable[Iterable[Cell]]) -> list[Span]:
    """The columns of labels before the figures: the rows with the most labels show them."""
    found = [_united((cell.x0, cell.x1) for cell in row) for row in rows]
    most = max(map(len, found), default=0)
    columns: list[Span] = []
    for row in found:
        if len(row) < most or not row:
            continue
        wider = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(columns or row, row, strict=True)]
        if all(left[1] <= right[0] for left, right in pairwise(wider)):
            columns = wider
    return columns


def _place(cell: Cell, spans: Sequence[Span]) -> tuple[int, int]:
    """The column of a cell, and how many it stands over."""
    if not spans:
        return 0, 1
    over = [k for k, (a, b) in enumerate(spans) if cell.x0 <= (a + b) / 2 <= cell.x1]
    if len(over) > 1:
        return over[0], len(over)
    middle = cell.middle[0]
    return min(range(len(spans)), key=lambda k: max(spans[k][0] - middle, middle - spans[k][1], 0.0)), 1
