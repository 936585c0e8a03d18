"""What an export prints between the cells of a table, learned from the table itself.

A page's data, RTF, addresses of a spreadsheet, what a screen reader says, boxes to fill in:
each puts the same few characters around every label and figure. Nobody can list them all,
but a table betrays its own: cut at the labels that forms know and at the numbers, what is
left over comes again and again. It is then no word of the table, and parts its cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from .annex_lines import UNIT, spelled
from .labels import any_label

_ODD = re.compile(r"[^\s|\d.,+\-(][-+]?\d|\d[^\s\d|.,%)]|[^\w\s|()、,.+\-/%]|_")
_MIN_ODD = 12
"""So many marks, and figures that touch something else than a blank or a pipe, are worth a look."""
_NONE = r"(?<=[=:])无(?=[;,、。\s]|$)"
"""What is said in place of a figure: it is a cell, however often it comes."""
_DIGITS = r"\d+(?:\.\d+)?(?:[个件项条宗起](?![一-鿿])|[万亿]?元)?(?![A-Za-z\d])"
_BEFORE = r"(?<![A-Za-z\d.第])(?!(?<=〔)20\d\d〕)[-+]?"
_NUMBER = re.compile(rf"{_BEFORE}(?:[1-9]\d{{0,2}}(?:,\d{{3}})+(?![\d,])(?:\.\d+)?|{_DIGITS})|{_NONE}")
_NUMBER_OF_LIST = re.compile(rf"{_BEFORE}(?:(?<=\")[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d+)?(?=\")|{_DIGITS})|{_NONE}")
_LISTED = re.compile(r"\d,\d(?!\d\d(?!\d))")
_WORD = re.compile(r"[一-鿿]")
_SPACED = re.compile(r"[一-鿿]\s+[一-鿿]")
_MIN_COUNT = 4
_MAX_LENGTH = 24
_MAX_WORDS = 6
_MIN_SHARE = 0.7
"""Of what stands between the cells of a text, so much must come again."""
_KNOWN_FOR = re.compile(r"[,、|\s]*")
"""Gaps that need no learning: they part cells anywhere."""
_ADDRESS = re.compile(r"(?<![A-Za-z])[A-Z]{1,2}\d+")
_LEADER = re.compile(r"([.·…-])\1{2,}")


class Gap(NamedTuple):
    """What stands between two cells of a line, or before or behind them."""

    start: int
    end: int
    kind: str
    """``<`` before the first cell of the line, ``>`` behind the last, ``#`` beside a number, ``-`` between labels."""


class Learned(NamedTuple):
    """What is no word of the table."""

    before: re.Pattern[str]
    between: re.Pattern[str]
    behind: re.Pattern[str]
    marks: frozenset[str]


def without_scaffold(view: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The view with what comes again and again between cells made one mark and blanks; no offset moves."""
    odd = chain.from_iterable(_ODD.finditer(view, a, b) for a, b in stretches)
    if next(islice(odd, _MIN_ODD - 1, None), None) is None:
        return view
    lines = [(a, b) for a, b in _lines(view, stretches) if view.find("|", a, b) < 0 and view.find("\t", a, b) < 0]
    lines = [(a, b) for a, b in lines if spelled(view[a:b]) is None]
    is_list = sum(len(_LISTED.findall(view, a, b)) for a, b in lines) >= _MIN_COUNT  # else a comma parts thousands
    number = _NUMBER_OF_LIST if is_list else _NUMBER
    gaps = {line: list(_gaps(view, *line, number)) for line in lines}
    learned = _learned(view, [gap for some in gaps.values() for gap in some])
    if learned is None:
        return view
    pieces: list[str] = []
    at = 0
    for line, some in gaps.items():
        for gap in some:
            pieces += [view[at : gap.start], _rewritten(view[gap.start : gap.end], gap, gap.end == line[1], learned)]
            at = gap.end
    return "".join(pieces) + view[at:]


def _lines(view: str, stretches: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in stretches:
        at = start
        for raw in view[start:end].split("\n"):
            yield at, at + len(raw)
            at += len(raw) + 1


def _gaps(view: str, start: int, end: int, number: re.Pattern[str]) -> Iterator[Gap]:
    """What stands around the labels and numbers of a line."""
    cells: list[tuple[int, int, bool]] = []
    at = start
    for label in any_label().finditer(view, start, end):
        cells += [(*m.span(), True) for m in number.finditer(view, at, label.start())]
        cells.append((*label.span(), False))
        at = label.end()
    cells += [(*m.span(), True) for m in number.finditer(view, at, end)]
    at, kind, was_number = start, "<", False
    for a, b, is_number in cells:
        if a > at:
            yield Gap(at, a, kind if kind == "<" else "#" if is_number or was_number else "-")
        at, kind, was_number = b, "-", is_number
    if end > at:
        yield Gap(at, end, ">" if cells else "<")


def _learned(view: str, gaps: Sequence[Gap]) -> Learned | None:
    """What comes again in the gaps; None where they have too little in common."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in "<#->"}
    lines: dict[str, set[int]] = {}
    n_marked = 0
    for gap in gaps:
        shape = _shape(view[gap.start : gap.end])
        if shape:
            n_marked += not _KNOWN_FOR.fullmatch(shape)
            if len(shape) <= _MAX_LENGTH and len(_WORD.findall(shape)) <= _MAX_WORDS:
                found[gap.kind][shape] += 1
                if gap.kind == "#" and _WORD.search(shape):
                    lines.setdefault(shape, set()).add(view.rfind("\n", 0, gap.start))
    for shape, some in lines.items():  # once a line it may be the head of a column that no form knows: 总 计
        if len(some) == found["#"][shape] and (len(_WORD.findall(shape)) > 2 or _SPACED.search(shape)):
            del found["#"][shape]
    shapes = {kind: {s: n for s, n in some.items() if n >= _MIN_COUNT} for kind, some in found.items()}
    marked = {kind: {s: n for s, n in some.items() if not _KNOWN_FOR.fullmatch(s)} for kind, some in shapes.items()}
    n_between = sum(marked["#"].values()) + sum(marked["-"].values())
    n_learned = n_between + sum(marked["<"].values()) + sum(marked[">"].values())
    if not n_between or n_learned < _MIN_ODD or n_learned < _MIN_SHARE * n_marked:
        return None
    # What stands around a figure stands also around an empty box: 自然人____件 is 自然人__4__件 with nothing in it.
    around = [*shapes["#"], *shapes["-"]]
    between = {s for s in around if not _is_several(s, around)}
    edges = [s for s in shapes["<"] if not _is_several(s, around) and s not in between]  # else empty boxes
    ends = [s for s in shapes[">"] if not _is_several(s, around)]
    marks = frozenset("".join(s for some in marked.values() for s in some)) - set("0A ")
    is_one = all(s in between for s in marks)
    return Learned(_pattern(edges), _pattern(between), _pattern(ends), frozenset() if is_one else marks)


def _is_several(shape: str, around: Sequence[str]) -> bool:
    """Whether a shape is several of those around figures, one behind the other."""
    some = _pattern(s for s in around if len(s) < len(shape)).pattern
    return re.fullmatch(rf"(?:(?:{some})\s*)+", shape) is not None


def _shape(gap: str) -> str:
    """A gap as it comes again: digits made noughts, addresses of a spreadsheet A0, leaders cut short."""
    gap = _ADDRESS.sub("A0", gap.strip())
    return _LEADER.sub(r"\1\1\1", re.sub(r"\d+", "0", gap))


def _pattern(shapes: Iterable[str]) -> re.Pattern[str]:
    """Any of some shapes, the longest first."""

    def one(shape: str) -> str:
        text = re.escape(shape).replace("A0", r"[A-Z]{1,2}\d+")
        text = re.sub(r"0", r"\\d+", text)
        return re.sub(r"((?:\\?[.·…-]))\1\1", r"\1{3,}", text)

    return re.compile("|".join(one(s) for s in sorted(shapes, key=len, reverse=True)) or r"(?!)")


def _rewritten(text: str, gap: Gap, is_last: bool, learned: Learned) -> str:
    """A gap as it is to be read: one mark for each border of cells, blanks for the rest."""
    if gap.kind != "<" and not is_last and not text.strip():
        return UNIT.ljust(len(text))
    if gap.kind in "<>" and not _WORD.search(text) and set(text) - set(" 0123456789") <= learned.marks:
        has_number = any(map(str.isdigit, text))
        if gap.kind == ">" or not (is_last or has_number):
            return " " * len(text)
    head = tail = 0
    if gap.kind == "<" and (m := learned.before.match(text, len(text) - len(text.lstrip()))):
        head = m.end()
    if is_last:
        ends = [m for m in learned.behind.finditer(text, head) if not text[m.end() :].strip()]
        tail = len(text) - ends[0].start() if ends else 0
    middle = learned.between.sub(lambda m: UNIT.ljust(len(m.group())), text[head : len(text) - tail])
    return " " * head + middle + " " * tail
