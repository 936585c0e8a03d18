"""The statutory tables of a report, out of ruined text.

>>> model = TableModel.load(folder)                                   # doctest: +SKIP
>>> tables, warnings = model.read_all(text, lines, tags)              # doctest: +SKIP
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..corpus.numbers import cell_value, in_myriads
from ..corpus.report import LOST, Cell, Table, Warning_
from ..corpus.text import Line, Text, narrow
from . import store
from .added_columns import with_added_columns
from .added_rows import with_added_rows
from .annex_words import with_annex_labels
from .atoms import Atom
from .crf import LinearChainCRF
from .cutting import atoms
from .drafts import Draft, Row
from .frames import ANNEX, frames, own_rows, row_order
from .grid import Reader
from .leftovers import warn_of_leftovers
from .local_tables import without_locals
from .numerals import with_numerals
from .readings import WEIGHTS
from .records import with_record_labels
from .regions import Tagged, regions, strangers
from .roles import FEATURES, RoleModel, Words
from .row_words import with_head_labels, with_row_labels
from .search import WEIGHTS as SEARCH
from .tokens import Token, tokens
from .told import is_told
from .torn import with_whole_labels
from .units import printed_unit

NAME = "tables"

_DOUBT = 0.4
"""Confidence of what is left of a table whose repeated lines were removed."""

_MESSAGES = {
    "figures_without_row": "表中有数字，但找不到它所在的行，未采用",
    "column_not_placed": "表按列排列，某一列的数字与行数不符，未采用",
    "figures_not_placed": "表中一组数字与行列对不上，未采用",
    "row_not_aligned": "表中一行的空格已丢失，部分数字无法确定所在列，未采用",
    "heads_out_of_order": "表头残缺，次序又与规定不同，无法确定数字所在的列，未采用",
    "row_has_more_figures": "表中一行的数字多于列数，未采用",
    "figures_run_together": "表中数字连成一串，无法唯一拆分，未采用",
    "direction_unknown": "表中数字排在全部行列名称之后，无法判断是按行还是按列，未采用",
    "reading_undecided": "表可按不同顺序读出不同的数字，无法判断哪一种，未采用",
    "box_without_figure": "表中有的栏填的是文字，或数字带有注释，不是单纯的数字，未采用，请对照原文",
    "halves_not_parted": "表分左右两栏并排，无法分开，可能只读出其中一部分",
    "table_not_known": "此处有一张表格，不是规定的表格或未能认出，其中数字未采用",
    "lines_deduplicated": "原文重复的行已被删去，表中大部分单元格无从得知",
}


class TableModel:
    """Finds the cells of the statutory tables.

    Words get their roles from a trained sequence model (`roles`), figures their cells from a
    search over what the layout still tells (`grid`, `align`).
    """

    def __init__(
        self,
        roles: RoleModel,
        fill: dict[str, float],
        weights: dict[str, float] | None = None,
        search: dict[str, float] | None = None,
    ) -> None:
        self.roles = roles
        self.fill = fill
        """Log odds that a column holds a figure where the row's empties were lost."""
        self.weights = WEIGHTS | {k: v for k, v in (weights or {}).items() if k in WEIGHTS}
        """What each measure of a reading is worth against other readings of the same table."""
        self.search = SEARCH | (search or {})
        """What each measure is worth by which figures find their columns."""

    def read(self, text: Text, lines: Sequence[Line], tags: Sequence[Tagged]) -> tuple[Table, ...]:
        """The tables of a report, in the order of the text; spans count characters of the source."""
        return self.read_all(text, lines, tags)[0]

    def read_all(
        self, text: Text, lines: Sequence[Line], tags: Sequence[Tagged]
    ) -> tuple[tuple[Table, ...], tuple[Warning_, ...]]:
        """The tables, and what in them could not be decided."""
        tables: list[Table] = []
        warnings: list[Warning_] = []
        stretches = regions(text.view, lines, tags)
        pieces, stream = self.stream(text.view, stretches)
        if not stream:
            return (), ()
        stream, local = without_locals(stream, pieces, lines, tags)
        for first, last in local:
            span = text.span(pieces[first].start, pieces[last].end)
            warnings.append(Warning_("table_not_known", _MESSAGES["table_not_known"], (span,)))
        reader = Reader(pieces, self.fill, text.view, self.weights, self.search)
        is_thinned = reader.rows.is_thinned = _is_thinned(text.view, stretches)
        drafts = reader.read(stream)
        warn_of_leftovers(drafts, pieces)
        form = _form(drafts)
        for draft in drafts:
            table = _table(draft, form, text, pieces, _lost_rows(draft, stream))
            if is_thinned and 2 * sum(c.value is not None for c in table.cells) < len(table.cells):
                cells = tuple(
                    c._replace(confidence=LOST if c.value is None else min(c.confidence, _DOUBT)) for c in table.cells
                )
                table = Table(table.id, table.form, table.spans, cells)
                warnings.append(Warning_("lines_deduplicated", _MESSAGES["lines_deduplicated"], table.spans))
            tables.append(table)
            told = tuple(
                s for c in table.cells if c.value is None and c.raw and is_told(narrow(c.raw)) for s in c.spans
            )
            if told:
                warnings.append(Warning_("box_without_figure", _MESSAGES["box_without_figure"], told))
            for code, atom in draft.warnings:
                span = text.span(pieces[atom].start, pieces[atom].end)
                warnings.append(Warning_(code, _MESSAGES[code], (span,)))
        known = [(pieces[d.first].start, pieces[max(d.last, d.first)].end) for d in drafts]
        known += [(pieces[first].start, pieces[last].end) for first, last in local]
        for start, end in strangers(text.view, lines, tags, known):
            warnings.append(Warning_("table_not_known", _MESSAGES["table_not_known"], (text.span(start, end),)))
        return tuple(tables), tuple(warnings)

    def stream(self, view: str, stretches: Sequence[tuple[int, int]]) -> tuple[list[Atom], list[Token]]:
        """The pieces of stretches of a view, and their words and figures in order with the role of each."""
        pieces = with_whole_labels(with_numerals(atoms(view, stretches)))
        words = Words(pieces)
        if not words.texts:
            return pieces, []
        roles, sure = self.roles.predict(words)
        roles = with_record_labels(pieces, words.index, roles)
        roles = with_annex_labels(pieces, words.index, with_head_labels(pieces, words.index, roles))
        roles = with_row_labels(pieces, words.index, roles)
        roles = with_added_columns(pieces, words.index, with_added_rows(pieces, words.index, roles))
        return pieces, tokens(pieces, words.index, roles, sure)

    # -- storage -----------------------------------------------------------

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        """Write the model into a folder."""
        store.save(
            folder,
            NAME,
            self.roles.crf.arrays(),
            {"features": FEATURES, "fill": self.fill, "reading": self.weights, "search": self.search, **(about or {})},
        )
        if self.roles.second is not None:
            self.roles.second.encoder.save(folder, about)

    @classmethod
    def load(cls, folder: Path) -> TableModel:
        """Read a model; raises `store.ModelError` where the folder holds no sound one."""
        arrays, about = store.load(folder, NAME)
        if about.get("features") != FEATURES:
            raise store.ModelError(f"{folder}: {NAME} was fitted with other features; retrain it with `gouji train`")
        roles = RoleModel(LinearChainCRF.from_arrays(arrays))
        return cls(roles, dict(about["fill"]), about.get("reading"), about.get("search"))

    @classmethod
    def fit(
        cls, sequences: Iterable[tuple[Words, Sequence[str]]], fill: dict[str, float], **settings: Any
    ) -> TableModel:
        """Fit on words with their roles; ``fill`` as counted in training tables."""
        return cls(RoleModel.fit(sequences, **settings), fill)


def _is_thinned(view: str, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether no line of the tables occurs twice, as no table prints itself: an extractor dropped the repeated ones."""
    rows = [row for a, b in stretches for line in view[a:b].split("\n") if (row := line.strip())]
    return len(rows) > 40 and len(set(rows)) == len(rows) and not any("|" in r or "\t" in r or " " in r for r in rows)


_OF_A_ROW = frozenset(
    ["figures_run_together", "row_not_aligned", "row_has_more_figures", "heads_out_of_order", "box_without_figure"]
)
"""Warnings of one row's figures; others are of the table's."""


def _lost_rows(draft: Draft, stream: Sequence[Token]) -> frozenset[str]:
    """The rows of which figures were printed that found no column.

    A warning stands where they begin: behind the label of their row, and of other rows that wait for figures with
    it; where that one lacks nothing, before the label. Where no row can be told, all that lack figures may be it.
    """
    open_ = {key for key, row in draft.rows.items() if any(c not in row.cells for c in row.frame.columns)}
    if not open_ or not draft.warnings:
        return frozenset()
    marks = [t for t in stream if t.kind in ("row", "extra", "item") and draft.first <= t.atom <= draft.last]
    lost: set[str] = set()
    for code, atom in draft.warnings:
        own: set[str] = set()
        if code in _OF_A_ROW:
            for token in reversed([t for t in marks if t.atom < atom]):
                if token.kind == "item" and own:
                    break
                if token.kind != "item":
                    own.add(token.key)
            if not own & open_:
                own = {t.key for t in marks if t.atom > atom and t.kind != "item"} & open_
        lost |= own & open_ or open_
    return frozenset(lost)


def _table(draft: Draft, form: str, text: Text, pieces: Sequence[Atom], lost: frozenset[str]) -> Table:
    order = row_order(draft.table)
    placed: list[tuple[float, Row]] = []
    place = -1.0
    for key, row in draft.rows.items():  # an added row stays behind the row that it follows
        place = order.get(key, place + 0.001)
        placed.append((place, row))
    placed.sort(key=lambda p: p[0])
    slots: dict[tuple[str, str], Row] = {}
    for _, row in placed:
        for column in row.frame.form_columns:
            slots.setdefault((row.name, column), row)
    cells = tuple(
        _cell(draft, row, column, text, pieces, is_lost=row.key in lost) for (_, column), row in slots.items()
    )
    ends = (pieces[draft.first].start, pieces[max(draft.last, draft.first)].end)
    own = _form([draft]) or form or next(iter(draft.rows.values())).frame.form
    return Table(draft.table, own, (text.span(*ends),), cells)


def _form(drafts: Sequence[Draft]) -> str:
    """The form that rows speak for which not all forms have, or have with other columns; nothing where none does."""
    votes: Counter[str] = Counter()
    for draft in drafts:
        for key, row in draft.rows.items():
            if len(frames().get(key, ())) > 1 or row.frame.form == "legacy":
                votes[row.frame.form] += 1
        if draft.table == ANNEX:
            continue
        for form, own in own_rows(draft.table).items():
            votes[form] += sum(key in draft.rows for key in own)
    return votes.most_common(1)[0][0] if votes.total() else ""


def _cell(draft: Draft, row: Row, column: str, text: Text, pieces: Sequence[Atom], *, is_lost: bool) -> Cell:
    table, entry = draft.table, row.cells.get(column)
    if entry is None:
        return Cell(table, row.name, column, None, None, "", (), LOST if is_lost else 0.6 * row.sure)
    sure = min(entry.sure, 0.5 + 0.5 * row.sure)
    span = text.span(entry.start, entry.end)
    value: float | int | None
    unit: str | None
    if entry.text.isdecimal():
        value, unit = int(entry.text), None
    else:
        read = cell_value(entry.text, money=column == "amount") if entry.text else None
        value, unit = (None, None) if read is None else read
        if value is None and is_told(text.view[entry.start : entry.end]):
            sure = LOST  # the box is not empty, whatever its words mean
    if value is not None and unit is None:  # a figure whose own cell names its unit is brought to 万元 already
        unit = printed_unit(draft, row, column, entry, pieces, text.view)
        if unit is not None and column == "amount":
            value, unit = in_myriads(value, unit), "万元"
    return Cell(
        table,
        row.name,
        column,
        value,
        unit,
        text.source[span.start : span.end],
        (span,) if span.end > span.start else (),
        sure,
    )
