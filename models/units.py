"""The unit of a figure of money that its own cell does not name: that of its head, else of the table's caption.

The form prints amounts in 万元; many a local table says 元, 千元 or 亿元 beside the head or above the table. What is
printed nearest the figure holds. In an annex the unit has a box of its own in the row, or stands behind the label.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from .. import configs
from ..corpus.alternatives import any_of
from ..corpus.annexes import annex_rows
from ..corpus.numbers import MONEY
from .atoms import WORD, Atom
from .drafts import Draft, Entry, Row
from .frames import ANNEX

_UNIT = rf"(?:人民币)?(?P<unit>{any_of(MONEY)})"
_SAID = r"(?:(?:金额|计量|货币)?单位:?)?"
_BEHIND_HEAD = re.compile(rf"[(:/,、]*{_SAID}{_UNIT}\)?")
_AT_END = re.compile(rf"{_UNIT}\)?$")
_ANY = rf"(?:人民币)?(?:{any_of(MONEY)}|[个件项条宗次人份起篇])"
_CAPTION = re.compile(
    r"(?:^|[\n|\t ]|(?:^|[\n|\t 表])\()(?:金额|计量|货币)?单位 ?: ?"
    rf"(?P<units>{_ANY}(?: ?[、/,和] ?{_ANY})*) ?(?=[)|\n\t ]|$)"
)
"""What stands apart from other words, or in brackets behind the name of the table, not behind a head."""
_IN_CAPTION = re.compile(any_of(MONEY))
_ABOVE = 3
"""So many lines above a table may hold its caption, where no sentence stands between."""
_PIECES = 3
"""A head and its unit may be torn into so many pieces."""
_WIDEST = 8
"""So many figures may stand between the unit of a row and its last one."""


def printed_unit(draft: Draft, row: Row, column: str, entry: Entry, atoms: Sequence[Atom], view: str) -> str | None:
    """The unit of money that head, row or caption print for a figure; None where none does."""
    at = bisect_left(atoms, entry.start, key=lambda a: a.start)
    if draft.table == ANNEX:
        return _of_row(row, atoms, at)
    if column != "amount":
        return None
    head = row.frame.heads[row.frame.columns.index(column)]
    return _of_head(draft, head, atoms, at) or _of_caption(draft, atoms, view, entry.start)


def _of_head(draft: Draft, head: str, atoms: Sequence[Atom], at: int) -> str | None:
    """The unit behind the head of a column: the last one printed before the figure, else the first behind it."""
    first, last = max(draft.first, 0), min(max(draft.last + 1, at), len(atoms))
    heads = [i for i in range(first, last) if atoms[i].kind == WORD and _head(head).match(atoms[i].text)]
    if not heads:
        return None
    own = max((i for i in heads if i < at), default=heads[0])
    told = _head(head).match(atoms[own].text)
    assert told is not None
    text = atoms[own].text
    for k in range(own + 1, own + 1 + _PIECES):  # the unit ends where a piece does: 元 is no part of another word
        found = _BEHIND_HEAD.fullmatch(text, told.end())
        if found is not None:
            return found["unit"]
        if k >= len(atoms) or atoms[k].kind != WORD:
            return None
        text += atoms[k].text
    return None


@cache
def _head(key: str) -> re.Pattern[str]:
    """The head of a column without the unit that the form prints in it."""
    column = configs.load("forms")["columns"][key]
    return re.compile(any_of({label.partition("(")[0] for label in (column["label"], *column.get("variants", ()))}))


def _of_caption(draft: Draft, atoms: Sequence[Atom], view: str, end: int) -> str | None:
    """The one unit of money in the last caption before a figure: in the table, or on the lines above it."""
    begin = view.rfind("\n", 0, atoms[max(draft.first, 0)].start) + 1
    for _ in range(_ABOVE):
        start = view.rfind("\n", 0, max(begin - 1, 0)) + 1
        if begin == 0 or "。" in view[start:begin]:
            break
        begin = start
    found = list(_CAPTION.finditer(view, begin, end))
    units = set(_IN_CAPTION.findall(found[-1]["units"])) if found else set()
    return units.pop() if len(units) == 1 else None


def _of_row(row: Row, atoms: Sequence[Atom], at: int) -> str | None:
    """The unit of a row of an annex: what stands between its label and its figures, or ends the label."""
    known = annex_rows().get(row.key)
    if known is None or known.unit not in MONEY:
        return None
    for k in range(at - 1, max(at - 1 - _WIDEST, -1), -1):
        if atoms[k].kind == WORD:
            found = _AT_END.search(atoms[k].text)
            return found["unit"] if found is not None else None
    return None
