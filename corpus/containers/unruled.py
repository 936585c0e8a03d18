"""Rows and columns of a table without rules, told by the places of its words alone.

Figures, and the heads over them, show where the columns stand, empty ones too; labels and figures of one height are
a row. Where the heads change, as from one block of a form to the next, the columns are looked for anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, takewhile

from ..blocks import Box
from ..forms import group
from .alignment import are_same, columns_of, headed, label_columns, place, sides
from .paper import NEW_ITEM, Columns, Grid, Row, Span
from .wrapped import NEAR, Cell, Word, cells_of, letter, pitch_of, words_of

_HALF = 0.8
"""Of a letter's width: so far apart in height two lines of one row may stand, where one of its boxes has two."""
_HEADS = 3
"""So many words on one line may be heads of columns."""
_MOST = 4
"""So many times more figures must stand at one side of their heads than at the other."""

_LABELS = group("content").text


def grid(lines: Sequence[Row], above: Columns) -> Grid:
    """The table that some lines of a page are.

    Parameters
    ----------
    above : Columns
        Those of a table on the page before that may go on here.
    """
    em = letter(lines)
    words = [words_of(line, n, em) for n, line in enumerate(lines)]
    pitch = pitch_of(words, em)
    blocks = [_Block(cells_of(words[start:end], pitch, em), em) for start, end in _blocks(words)]
    side = _side(blocks, em) or above.side
    last: Sequence[Span] = above.spans
    for n, block in enumerate(blocks):
        block.align(last, side, is_first=not n)
        last = block.columns
    boxes: list[list[Box]] = []
    labels: list[Span] = []
    for n, block in enumerate(blocks):
        if not n or not block.goes_on:
            more = takewhile(lambda other: other.goes_on, blocks[n + 1 :])
            labels = label_columns((line for part in (block, *more) for line in part.labels()), em)
        boxes += block.rows(labels)
    pages = [lines[0].page] * len(boxes)
    return Grid(boxes, lines[0].y0, pages, Columns(tuple(last), side), blocks[0].goes_on)


def _side(blocks: Sequence[_Block], em: float) -> int:
    """Where the figures stand in boxes that are wider than they are, as those below heads show."""
    found = Counter(side for block in blocks for side in sides(block.figures, block.heads_of_columns, em))
    side = 1 if found[1] > found[-1] else -1
    return side if found[side] > _MOST * found[-side] + 1 and found[side] > found[0] / _MOST else 0


def _blocks(words: Sequence[Sequence[Word]]) -> list[tuple[int, int]]:
    """Where the heads change: lines of words that stand over the columns, below a row of figures or empty ones."""
    starts = [0]
    first, label = float("inf"), 0.0  # where figures begin, and their labels end
    heads: list[Word] = []
    for n, line in enumerate(words):
        figures = _trailing(line)
        if figures:
            first = min(first, figures[0].x0)
            label = max([label, *(word.x1 for word in line if word.x1 <= first)])
        if any(word.is_figure and word.x0 >= first for word in line):
            continue
        if any((word.x0 + word.x1) / 2 > first or _is_below_heads(word, heads, label) for word in line):
            start = _with_titles(words, starts[-1], n, label)
        elif not (start := _below_empty_rows(words, starts[-1], n)):
            heads += line if first == float("inf") and _are_heads(line) else ()
            continue
        starts.append(start)
        first, label, heads = float("inf"), 0.0, list(line) if _are_heads(line) else []
    return list(pairwise([*starts, len(words)]))


def _are_heads(line: Sequence[Word]) -> bool:
    return len(line) >= _HEADS and not any(NEW_ITEM.match(word.text) for word in line)


def _is_below_heads(word: Word, heads: Sequence[Word], label: float) -> bool:
    """Whether a word stands in a column of figures: at the right of the labels, where heads are too."""
    if NEW_ITEM.match(word.text):
        return False
    return 0 < label < word.x0 and any(h.x0 > label and h.x0 < word.x1 and h.x1 > word.x0 for h in heads)


def _with_titles(words: Sequence[Sequence[Word]], start: int, n: int, label: float) -> int:
    """Where the heads begin that a line is of: with single words right above it that reach beyond the labels."""
    edge = label or (words[n][1].x0 if len(words[n]) > 1 else float("inf"))
    while n - 1 > start and len(words[n - 1]) == 1 and words[n - 1][0].x1 > edge and not words[n - 1][0].is_figure:
        n -= 1
    return n


def _below_empty_rows(words: Sequence[Sequence[Word]], start: int, n: int) -> int:
    """Where new heads begin of which a line is one: others stand above, and between them labels alone; else 0."""
    line = words[n]
    over = next((k for k in range(n - 1, start - 1, -1) if len(words[k]) > 1), None)
    if len(line) < 2 or over is None or any(word.is_figure for word in (*line, *words[over])):
        return 0
    begins = _with_titles(words, over, n, 0.0)
    label = max((words[k][0].x1 for k in range(over + 1, begins)), default=float("inf"))
    return begins if label <= words[over][1].x0 and line[0].x0 < label <= line[1].x0 else 0


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


class _Block:
    """Heads, and the rows that stand below them."""

    def __init__(self, cells: Sequence[Cell], em: float) -> None:
        self.em = em
        self.columns: list[Span] = []
        self.goes_on = False
        """Whether the columns are those of the block before."""
        first, start, foot = _bounds(cells, em)
        self.heads = [c for c in cells if c.top <= min(foot + NEAR * em, start - NEAR * em)]
        self.body = [c for c in cells if c not in self.heads]
        self.labelled = [c for c in self.body if c.middle[0] < first and not c.is_figure]
        edge = max((c.x1 for c in self.labelled), default=0.0)
        self.leaves = _leaves([c for c in self.heads if c.x0 > edge - NEAR * em], em)
        self.figures = [c for c in self.body if c.is_figure and c.x0 >= first]

    @property
    def heads_of_columns(self) -> list[Span]:
        return [(cell.x0, cell.x1) for cell in self.leaves]

    def align(self, above: Sequence[Span], side: int, *, is_first: bool) -> None:
        """Find the columns; ``above`` are those of the block before, which go on where no heads contradict."""
        self.columns = columns_of(self.figures, self.heads_of_columns, side)
        if (head := self._head_of_labels()) is not None:
            self.leaves.remove(head)
            self.columns = columns_of(self.figures, self.heads_of_columns, side)
        if self.leaves and is_first:
            return
        above = [span for span in above if not self._is_over_labels(span)]
        both = columns_of(self.figures, above, side)
        self.goes_on = len(both) == len(above) and (not self.leaves or are_same(self.columns, above, self.em))
        if self.goes_on:
            self.columns = headed(both, self.heads_of_columns)

    def _is_over_labels(self, column: Span) -> bool:
        """Whether what was taken for a column is that of the labels."""
        n_under = sum(cell.x0 < column[1] and cell.x1 > column[0] for cell in self.labelled)
        return 2 * n_under > len(self.labelled)

    def _head_of_labels(self) -> Cell | None:
        """What seems to be the head of a first column without figures, where nothing else is head of the labels.

        Behind all labels stands the head of a column that is empty, unless the form calls the labels so.
        """
        if not self.leaves or all(cell.is_figure for cell in self.body):
            return None
        head = min(self.leaves, key=lambda cell: cell.x0)
        others = any(c.x1 <= head.x0 for c in self.heads)
        start, end = self.columns[0]
        is_empty = not any(figure.x0 < end and figure.x1 > start for figure in self.figures)
        is_theirs = any(c.x1 > head.x0 for c in self.labelled) or "".join(head.text.split()) == _LABELS
        return head if is_empty and not others and start <= head.x0 and is_theirs else None

    def labels(self) -> list[list[Cell]]:
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
            if self._is_label(cell) and last.holds(y, NEAR * self.em):
                last.cells.append(cell)
            elif lines and abs(lines[-1].cells[0].middle[1] - y) <= NEAR * self.em:
                lines[-1].add(cell)
            else:
                lines.append(_Line(cell.top, cell.bottom, [cell]))
        return [*lines, last] if last.cells else lines

    @cached_property
    def _body(self) -> list[_Line]:
        """Figures of one height are a row, with the label beside them; so is a label without a figure."""
        room = NEAR * self.em
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
                lines.append(_Line(cell.middle[1], cell.middle[1], [cell]))
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
        room = NEAR * self.em
        beside = (c for c in labels if c.top - room <= cell.bottom and cell.top - room <= c.bottom)
        return any(other.x0 >= cell.x1 for other in beside)

    def _boxes(self, cells: Sequence[Cell], labels: Sequence[Span]) -> list[Box]:
        """A row as boxes, those that are empty too."""
        n_labels = len(labels)
        found: dict[int, list[Cell]] = {}
        across: dict[int, int] = {}
        for cell in sorted(cells, key=lambda c: (c.top, c.x0)):
            if self._is_label(cell):
                at, n = place(cell, labels)
            else:
                at, n = place(cell, self.columns)
                at += n_labels
            found.setdefault(at, []).append(cell)
            across[at] = n
        out: list[Box] = []
        column, width = 0, n_labels + len(self.columns)
        while column < width:
            n = min(across.get(column, 1), width - column)
            while any(column + k in found for k in range(1, n)):
                n -= 1
            out.append(Box(n, 1, _text(found.get(column, ()))))
            column += n
        return out


def _text(cells: Sequence[Cell]) -> str:
    """What stands in one box, from left to right and from the top down."""
    ordered = sorted(cells, key=lambda cell: sum(other.x1 <= cell.x0 for other in cells))
    return "\n".join(cell.text for cell in ordered)


def _bounds(cells: Sequence[Cell], em: float) -> tuple[float, float, float]:
    """Where the figures begin, at the left and from above, and where the heads over them end.

    Of a block without figures the line with the most words is taken for its heads, if they are many.
    """
    lines: dict[int, list[Word]] = {}
    for cell in cells:
        for word in cell.words:
            lines.setdefault(word.line, []).append(word)
    ordered = [sorted(line, key=lambda word: word.x0) for line in lines.values()]
    found = [figures[0].x0 for figures in map(_trailing, ordered) if figures]
    first = min(found or [cell.x0 for cell in cells if cell.is_figure], default=float("inf"))
    if first < float("inf"):
        start = min(c.top for c in cells if c.is_figure and c.x0 >= first)
        return first, start, max((c.bottom for c in cells if _is_head(c, first, start)), default=-1.0)
    heads = max(ordered, key=len)
    if len(heads) < _HEADS:
        return first, first, -1.0
    foot = max(cell.bottom for cell in cells if not {*cell.words}.isdisjoint(heads))
    return heads[0].x0, first, max(cell.bottom for cell in cells if cell.top <= foot + _HALF * em)


def _is_head(cell: Cell, first: float, start: float) -> bool:
    return cell.top < start and cell.middle[0] >= first and not cell.is_figure


def _leaves(heads: Sequence[Cell], em: float) -> list[Cell]:
    """The heads of single columns: nothing stands below them, nor do they stand alone above others."""
    room, near = NEAR * em, _HALF * em

    def is_leaf(cell: Cell) -> bool:
        others = [other for other in heads if other is not cell]
        below = [other for other in others if other.top > cell.bottom + room]
        beside = any(other.top <= cell.bottom + near and cell.top <= other.bottom + near for other in others)
        return not any(other.x0 < cell.x1 and other.x1 > cell.x0 for other in below) and (beside or not below)

    return [cell for cell in heads if is_leaf(cell)]
