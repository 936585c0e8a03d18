"""The statistics annexes of reports before 2019: their rows, and one or more count columns.

The role model says which words are labels, units and heads of an annex; `annex_rows` decides for
all labels together which row each is (`annex_runs`); the heads say which columns there are
(`annex_heads`); the figures are put there (`annex_placing`, `annex_dealing`). Nothing is repaired:
where figures are more or fewer than their places and nothing tells which is which, they are left
out and named in a warning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..corpus.annexes import AnnexForm, head_key
from .annex_dealing import deal, is_pool
from .annex_figures import as_printed, by_turns, halves, note_unread, place_warnings
from .annex_heads import OFTEN, column_of, columns_told, heads_of, with_heads
from .annex_placing import is_glued, place, put, split
from .annex_runs import Item, Line, lines_of, set_explanations_aside, set_numbers_aside, set_spans_aside, trim
from .atoms import VALUE, Atom
from .drafts import Draft, Row
from .frames import Frame
from .rows import Rows

_CODED = re.compile(r"0\d{2,}$")


def read_annex(draft: Draft, stream: Sequence[Item], atoms: Sequence[Atom], rows: Rows) -> None:
    """Read the tokens of an annex into its draft.

    Parameters
    ----------
    stream : sequence of (kind, atom, probability)
        ``label``, ``unit``, ``head``, ``extra``, ``word`` (of no known role), ``other`` (taken for none of an annex),
        ``item`` or ``break``, in order.
    """
    stream = with_heads(stream, atoms)
    parted = halves(stream, atoms, rows.view)
    lines, form = lines_of(stream if parted is None else parted, atoms)
    turned, form_of_turned = lines_of(by_turns(stream), atoms)
    is_turned = form_of_turned is not None and _n_known(turned) >= _n_known(lines) + _MORE
    if is_turned:
        lines, form = turned, form_of_turned
    if form is None:
        return
    if parted is None and not is_turned:  # the rows of one half, or some of each
        draft.warnings.append(("halves_not_parted", stream[0][1]))
    trim(lines, atoms, {a for kind, a, _ in stream if kind in ("unit", "head")}, {a for _, a, _ in stream})
    figured = as_printed(lines, atoms, rows.view)
    _fill(draft, stream, lines, form, figured, rows)
    place_warnings(draft, figured, len(atoms))


_MORE = 4
"""So many rows more are known in another order where it is the printed one."""


def _n_known(lines: Sequence[Line]) -> int:
    return sum(line.row is not None for line in lines)


def _fill(
    draft: Draft, stream: Sequence[Item], lines: Sequence[Line], form: AnnexForm, atoms: Sequence[Atom], rows: Rows
) -> None:
    """The figures of the printed rows, put to the columns that the heads tell."""
    set_explanations_aside(lines, atoms)
    set_numbers_aside(lines, atoms)
    set_spans_aside(lines, atoms)
    heads = heads_of(stream, atoms)
    coded = [a for line in lines for a in line.items if _CODED.match(atoms[a].text)]
    if len(coded) >= OFTEN:  # the number of a row before its figures, nothing between: how many is anybody's guess
        draft.warnings.append(("figures_run_together", coded[0]))
        return
    if 2 * sum(any(column_of(head) for head, _ in line.named) for line in lines) > len(lines):
        _read_named(draft, lines, atoms, rows)
        return
    columns = columns_told(heads, lines, atoms, form)
    if not columns:
        first = next((a for line in lines for a in line.items if atoms[a].kind == VALUE), None)
        if first is not None:
            draft.warnings.append(("column_not_placed", first))
        return
    frame = Frame("legacy", tuple(columns), tuple(columns))
    printed: list[tuple[Line, Row]] = []
    for line in lines:
        if line.has_figures and line.key not in draft.rows:
            row = draft.rows[line.key] = Row(line.key, frame, line.sure)
            printed.append((line, row))
    if is_pool(printed, columns, atoms):
        deal(draft, printed, columns, form, atoms, rows)
        return
    can_split = bool(heads) and not {head_key(head) for head in heads} & {"(code)", "(order)", "(helper)"}
    for line, row in printed:
        if is_glued(line, len(columns) if heads else 2, atoms):  # where no head tells how many they are
            if can_split:
                split(draft, line, row, columns, atoms)
            else:
                draft.warnings.append(("figures_run_together", line.items[0]))
        else:
            place(draft, line, row, columns, atoms, rows)
    note_unread(draft, printed, atoms)


def _read_named(draft: Draft, lines: Sequence[Line], atoms: Sequence[Atom], rows: Rows) -> None:
    """Rows in which every figure stands behind its head."""
    columns = tuple(dict.fromkeys(c for line in lines for head, _ in line.named if (c := column_of(head))))
    frame = Frame("legacy", columns, columns)
    for line in lines:
        if not line.has_figures or line.key in draft.rows:
            continue
        row = draft.rows[line.key] = Row(line.key, frame, line.sure)
        for head, atom in line.named:
            if (column := column_of(head)) and column not in row.cells:
                put(row, line, column, atom, 0.9, atoms, rows)
