"""What a source prints of a table that was not read: nothing is called missing that is there.

Labels and lines of figures are looked for in the text itself, past whatever the reader made of it.
"""

from __future__ import annotations

import re
from functools import cache

from ...corpus.forms import forms
from ...corpus.report import LOST, Cell, Span
from ...corpus.text import narrow
from .board import Board, Grid

_NUMBER = re.compile(r"^(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\d+[.、])+")
_EXPLANATION = re.compile(r"\([^()]*\)")
_KEPT = re.compile(r"[^\u4e00-\u9fff\d]")
_MARKUP = re.compile(r"<!--.*?-->|<[^<>]{0,200}>", re.DOTALL)
_RUN = re.compile(r"(?<![\w.])(?:\d+(?:[.,]\d+)*(?=\W*?[\s|])\W+){4,}\d")
"""Figures side by side with nothing but blanks, rules and line ends between them, as no sentence has them."""
_FIGURE = re.compile(r"(?<![\d.第〔\[])\d[\d.]*(?![\d.、)年月日号])")
_PREFIX = 12
"""Characters by which a long label is known."""
_SHORT = 4
"""A shorter label stands in other words: 规章制度."""
_ROUND = 400
"""Characters around what was read of a table in which the rest of it is looked for."""
_ENOUGH = 3
"""So many labels of its rows and heads tell a table from prose."""


def is_lost(cell: Cell) -> bool:
    """Whether the reader knows that the cell's figure may have been lost."""
    return cell.value is None and cell.confidence <= LOST


@cache
def _bare(label: str) -> str:
    """A label of the forms as it is looked for: no number, no explanation, no punctuation."""
    return _KEPT.sub("", _EXPLANATION.sub("", _NUMBER.sub("", label)))[:_PREFIX]


@cache
def _labels(table: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names of a table's rows and of its columns, over all forms."""
    blocks = [b for f in forms().values() if table in f.tables for b in f.tables[table].blocks]
    rows = frozenset(_bare(r.text) for b in blocks for r in b.rows)
    return rows, frozenset(_bare(c.text) for b in blocks for c in b.columns)


def _around(board: Board, table: str) -> list[Span]:
    """Where a table stands: what was read of it and what is near, within its section."""
    own = [span for t in board.report.tables if t.id == table for span in t.spans]
    places = [span for s in board.report.sections if s.id == table for span in s.spans]
    if not own:
        return places
    return [
        Span(max(s.start - _ROUND, max((p.start for p in places if p.start <= s.start), default=0)),
             min(s.end + _ROUND, min((p.end for p in places if p.end >= s.end), default=s.end)))
        for s in own
    ]  # fmt: skip


def _text(board: Board, spans: list[Span]) -> str:
    return "\n".join(_MARKUP.sub("", narrow(board.report.text[s.start : s.end])) for s in spans)


def is_row_printed(board: Board, table: str, label: str) -> bool:
    """Whether the label of a row stands in its table, or beside what was read of it."""
    bare = _bare(label)
    rows, columns = _labels(table)
    if len(bare) < _SHORT or bare in columns or any(bare != other and bare in other for other in rows):
        number = _NUMBER.match(label)
        if number is None:
            return (
                re.search(rf"(?<![\u4e00-\u9fff]){bare}(?![\u4e00-\u9fff])", _text(board, _around(board, table)))
                is not None
            )
        bare = _KEPT.sub("", number[0]) + bare
    return bool(bare) and bare in _KEPT.sub("", _text(board, _around(board, table)))


def is_section_printed(board: Board, number: str | None, label: str) -> bool:
    """Whether the heading of a section stands at the beginning of a line or sentence, with its number."""
    said = rf"(?:^|[。\n])[\s#*(（]*{number}[)）]?\s*[、.．,，]\s*" + r"\s*".join(label[:6])
    return number is not None and re.search(said, board.report.text) is not None


def is_table_printed(board: Board, table: str) -> bool:
    """Whether a table of which nothing was read is printed: a row of figures, or labels of it close together."""
    known = board.looked_up.get(table)
    if known is None:
        known = board.looked_up[table] = _is_table_printed(board, table)
    return known


def _is_table_printed(board: Board, table: str) -> bool:
    text = _text(board, _around(board, table))
    if _RUN.search(text):
        return True
    rows, columns = _labels(table)
    flat = _KEPT.sub("", text)
    at = sorted(m.start() for label in rows | columns if len(label) > 3 for m in re.finditer(label, flat))
    return any(b - a <= _ROUND // 2 for a, b in zip(at, at[_ENOUGH:], strict=False))


def has_figures(board: Board, grid: Grid) -> bool:
    """Whether a table of which no figure was read prints some, or lost some in reading."""
    if grid.is_short or any(is_lost(c) for row in grid.rows.values() for c in row.values()):
        return True
    own = [span for t in board.report.tables if t.id == grid.id for span in t.spans]
    return _FIGURE.search(_text(board, own)) is not None
