"""Grids of other readers to the cells of the form: one plain mapping for all of them.

A grid is rows of texts, as readers of tables give them. Labels are matched by likeness; what a
row's label and a column's head name is the address of the figure where they cross. Nothing is
placed by order or by sums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from gouji.corpus.forms import Label, forms
from gouji.corpus.numbers import cell_value

Rows = Sequence[Sequence["str | None"]]
_LIKE = 0.8
_NOT_LABEL = re.compile(r"[^\u3400-\u9fffA-Za-z]+")
_FIGURE = re.compile(r"[-+]?[\d,.]+\s*(?:个|件|项|元|万|万元|亿元)?$")
_ENUMERATOR = re.compile(r"^(?:[一二三四五六七八九十]、|[（(][一二三四五六七八九十][)）]|\d{1,2}[.．、])")


class _Row(NamedTuple):
    table: str
    row: str
    columns: tuple[Label, ...]


@cache
def _key(text: str) -> str:
    return _NOT_LABEL.sub("", _ENUMERATOR.sub("", re.sub(r"\s+", "", text)))


@cache
def _likeness(text: str, label: Label) -> float:
    own = _key(text)
    if not own:
        return 0.0
    return max(SequenceMatcher(None, own, _key(known)).ratio() for known in (label.text, *label.variants))


@cache
def _rows_of(form: str) -> tuple[tuple[Label, _Row], ...]:
    return tuple(
        (row, _Row(table.id, row.id, block.columns))
        for table in forms()[form].tables.values()
        for block in table.blocks
        for row in block.rows
    )


@cache
def _row(text: str, form: str) -> _Row | None:
    """The row of the form that a label names, if one is like enough."""
    best = max(_rows_of(form), key=lambda pair: _likeness(text, pair[0]))
    return best[1] if _likeness(text, best[0]) >= _LIKE else None


def _column(text: str, columns: Sequence[Label]) -> str | None:
    best = max(columns, key=lambda c: _likeness(text, c))
    return best.id if _likeness(text, best) >= _LIKE else None


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.match(text))


def cells_of(grids: Sequence[Rows], form: str) -> dict[str, float | int]:
    """The figures of all grids of one report by address; the first at an address counts."""
    found: dict[str, float | int] = {}
    heads: dict[int, str] = {}
    above: dict[int, _Row] = {}
    width = 0
    for grid in grids:
        wider = max(map(len, grid), default=0) - width
        width += wider
        if wider and grid and any(_is_figure("".join((text or "").split())) for text in grid[0]):
            # goes on without heads, on another sheet and with other columns: the last ones are the same
            heads = {j + wider: text for j, text in heads.items()}
        for raw in grid:
            row = ["" if text is None else re.sub(r"\s+", "", text) for text in raw]
            if not any(map(_is_figure, row)):
                heads |= {j: text for j, text in enumerate(row) if text}
                above |= _kinds(row, form)
                continue
            for address, value in _figures(row, heads, above, form):
                found.setdefault(address, value)
    return found


def _kinds(row: Sequence[str], form: str) -> dict[int, _Row]:
    """Rows of the form that are printed as heads over several columns; each reaches to the next text."""
    out: dict[int, _Row] = {}
    last: _Row | None = None
    for j, text in enumerate(row):
        if text:
            last = _row(text, form)
        if last is not None:
            out[j] = last
    return out


def _figures(
    row: Sequence[str], heads: dict[int, str], above: dict[int, _Row], form: str
) -> Iterator[tuple[str, float | int]]:
    labels = [text for text in row if text and not _is_figure(text)]
    named = next((known for text in reversed(labels) if (known := _row(text, form)) is not None), None)
    if named is None and labels:
        named = _row("".join(labels), form)
    for j, text in enumerate(row):
        if not text or not _is_figure(text) or j not in heads:
            continue
        at = named or (above.get(j) if not labels else None)
        column = _column(heads[j], at.columns) if at else None
        if at is None or column is None:
            continue
        read = cell_value(text, money=column == "amount")
        if read is not None and read.value is not None:
            yield f"{at.table}/{at.row}/{column}", read.value
