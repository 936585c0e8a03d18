"""Which moves between sections a decoder may make: no report goes back and forth.

What the labels alone forbid holds for any two lines; what the numbers of headings and the printed lines forbid
holds at its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..corpus.text import Line


def is_backwards(before: str, after: str) -> bool:
    """No report introduces itself behind the account of its year, nor goes on with it behind its annex; behind a table
    comes itself or the next.
    """
    (kind, section), (next_kind, next_section) = before.split(":"), after.split(":")
    if kind == next_kind == "table" and {section, next_section} <= set(_TABLES):
        return _TABLES.index(next_section) - _TABLES.index(section) not in (0, 1)
    if section == "annex":
        return next_section not in _BEHIND_ANNEX
    return section == "overview" and next_section == "preamble"


_TABLES = ("active_disclosure", "requests", "review_litigation")
"""Sections that print a table, in the order of the form."""
_BEHIND_ANNEX = ("annex", "colophon", "title", "preamble")
"""What may follow an annex: its own end, or a second copy of the report."""


_PAGE_ON_A_LINE = 1500
_MOST = 0.5
_LATER_PART = re.compile(r"[\s?#*>•·◆■□-]*[(\[〔]\s*[二三四五六七八九十]\s*[)\]〕]")
_LATER_POINT = re.compile(r"[\s?#*>•·◆■□-]*(?:[2-9]\s*[、.](?!\d)|[(]\s*[2-9]\s*[)])")
_TOP = re.compile(r"(?m)^[\s?#*>•·◆■□-]*[一二三四五六七八九十]、[^\n。,;:\d|]{2,32}$")


def bound(view: str, units: Sequence[Line]) -> np.ndarray:
    """What may lead to each unit: 0 anything, 1 a heading or the same section, 2 the same section, 3 not `is_return`,
    4 none that `goes_on`.

    The second and later parts of a section, (二) and on, begin none where headings of another rank are there; nor do
    its points, 2. and on, behind the first of such headings.
    """
    out = _inside_lines(view, units).astype(np.int64)
    tops = list(_TOP.finditer(view))
    own = [m.start() for m in tops if _OF_FORM.search(m[0]) is None]
    first = own[0] if len(own) >= _FEWEST_TOP else len(view)
    if len(tops) >= _FEWEST_TOP:
        for i, unit in enumerate(units):
            if _LATER_PART.match(view, unit.start, unit.end) is not None or (
                unit.start > first and _LATER_POINT.match(view, unit.start, unit.end) is not None
            ):
                out[i] = 2
    out[[not k and not _has_top_number(view, u) for k, u in zip(out.tolist(), units, strict=True)]] = 3
    for i in _in_a_run(view, units):
        out[i] = 4
    return out


def goes_on(before: str, after: str) -> bool:
    """The same section without a heading, where that section has no numbered parts of its own."""
    kind, section = after.split(":")
    return kind != "heading" and before.split(":")[1] == section and section not in _NUMBERED_WITHIN


_NUMBERED_WITHIN = ("overview", "annex", "colophon")
"""The account of the year has parts numbered as sections are, an annex has such rows, a colophon anything."""


_RUN = re.compile(r"[\s?#*>•·◆■□-]*([一二三四五六七八九十])(?:、|\s+)[^。,;:\d|]{2,32}")
_HAN = "一二三四五六七八九十"
_LONGEST_RUN_LINE = 48
_FEWEST_IN_RUN = 5


def _in_a_run(view: str, units: Sequence[Line]) -> list[int]:
    """Lines whose number stands in a long unbroken run, 四 五 六: sections are numbered so, and no list within one."""
    run: list[tuple[int, int]] = []
    out: list[int] = []
    for i, unit in enumerate(units):
        if unit.end - unit.start > _LONGEST_RUN_LINE or view[unit.start] not in _OPENS_NUMBER:
            continue
        match = _RUN.fullmatch(view, unit.start, unit.end)
        if match is None or _OF_FORM.search(match[0]) is not None:
            continue
        number = _HAN.index(match[1])
        if run and number != run[-1][1] + 1:
            out += _inner(run)
            run = []
        run.append((i, number))
    return out + _inner(run)


def _inner(run: list[tuple[int, int]]) -> list[int]:
    """Those of a run with a number on either side."""
    return [i for i, _ in run[1:-1]] if len(run) >= _FEWEST_IN_RUN else []


def is_return(before: str, after: str) -> bool:
    """A line without a number and without the words of a heading takes nobody back to the account of the year."""
    kind, section = after.split(":")
    return section == "overview" and kind != "heading" and before.split(":")[1] not in _BEFORE_OVERVIEW


_BEFORE_OVERVIEW = ("overview", "title", "preamble", "colophon")
_TOP_NUMBER = re.compile(
    r"[\s?#*>•·◆■□-]*(?:[一二三四五六七八九十]{1,2}(?:[、.,:]|\s)|第[一二三四五六七八九十]部分|\d{1,2}[、.](?!\d))"
)
_OPENS_NUMBER = frozenset(" \t?#*>•·◆■□-一二三四五六七八九十第0123456789")


def _has_top_number(view: str, unit: Line) -> bool:
    return view[unit.start] in _OPENS_NUMBER and _TOP_NUMBER.match(view, unit.start, unit.end) is not None


_OF_FORM = re.compile("数量|结转|办理结果")
"""Words of the rows of the form that are numbered as sections are."""
_FEWEST_TOP = 3
_NUMBERED = re.compile(r"\s*[一二三四五六七八九十]、")


def _inside_lines(view: str, units: Sequence[Line]) -> np.ndarray:
    """Which units go on with the printed line of the unit before; there a section begins with a heading only.

    A line so long that it holds a page, or most of a text, has lost its line ends; there anything may follow.
    """
    page = min(_PAGE_ON_A_LINE, _MOST * (units[-1].end - units[0].start)) if units else 0
    out = np.zeros(len(units), dtype=bool)
    first = 0
    for i, unit in enumerate(units):
        if unit.opens:
            first = i
        elif unit.end - units[first].start <= page:
            out[i] = _NUMBERED.match(view, unit.start, unit.end) is None
        else:
            out[first : i + 1] = False
    return out
