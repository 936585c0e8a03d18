"""Boxes in which something else stands than a figure or a word for none: 未统计, 见附件1, 12*, 12(含上年结转1件).

Such a box is kept whole. Its words are no label and no piece of one, the digits in it are no figures, and what it says
is its reader's to judge: its cell has no value, and a warning tells why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from ..corpus.numbers import cell_value
from .atoms import BREAK, EMPTY, Atom
from .labels import any_label, known_labels

_FIGURE = r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?"
_MEASURE = r"(?:[万亿]?元|[个件项条宗起次]|人次)?"
_UNIT_ALONE = r"[万亿]?元\)|[个件项条宗起次]\)"
_ORDINAL = r"[一二三四五六七八九十]{1,2}\)"
_NOTE = (
    rf"(?:\((?!{_UNIT_ALONE}|{_ORDINAL})[^()]+\)|\[[^\[\]]+\]|〔[^〔〕]+〕|\^\d{{1,2}}|注\d{{0,2}}"
    r"|[*#†‡※★☆▲△◆●①-⑳¹²³⁰-⁹])"
)
_NOTED = re.compile(rf"{_FIGURE}{_MEASURE}{_NOTE}+")
"""A figure with a note: the note may say that it counts otherwise than its column."""
_OPEN = re.compile(
    rf"(?:[<>≤≥≈~]|约|近|超|逾|不足){_FIGURE}{_MEASURE}|\d+[余多]{_MEASURE}|\d+{_MEASURE}(?:以上|以下|左右)"
)
"""A figure that is no exact one."""
_SUM = re.compile(r"\d+(?:[+~]\d+)+|/\d+")
"""Several figures in one box: on a line with others they may be several boxes."""
_SAID = re.compile(
    r"(?:详?见|参见)[^\d,;:。]{1,6}\d{0,2}|附?注\d{1,2}|[比较与同](?:上|去)一?年?度?(?:持平|相同|一致|不变|相当|一样)"
    r"|(?:尚?未|[无没]有?|不|暂[不未无]?|待|正在)(?:予|作|做|单独|另行|分[别类]|进行)?"
    r"(?:统计|汇总|变[化动]?|增减|详|清楚?|明|填报?|上报|报送|列入?|数据|资料|记录|核[定实算]|公布|确定|可考)"
    r"|持平|保密|取消(?:\d+[个件项条]?)?"
)
"""Words that say of a count what became of it, as those of no label do."""
_NUMBERED = re.compile(r"\(?[一二三四五六七八九十\d]{1,2}[、.)]")
_NUMBER_OF_NOTE = re.compile(r"\d\(\d{1,2}\)$")
_BRACKETED = re.compile(r"\([-+]?\d+\)")
_PIECE = re.compile(r"\S+")
_LONGEST = 24


def with_told_boxes(atoms: list[Atom], view: str, stretches: Iterable[tuple[int, int]], odd: str) -> list[Atom]:
    """The atoms of a view, those of each box that tells something else than a figure as a single empty one.

    ``odd`` are characters that part boxes here: what holds one is no box.
    """
    told = sorted((a, b) for a, b in _told(view, stretches) if not any(mark in odd for mark in view[a:b]))
    if not told:
        return atoms
    out: list[Atom] = []
    boxes = iter(told)
    start, end = next(boxes)
    for atom in atoms:
        while atom.start >= end and (following := next(boxes, None)) is not None:
            start, end = following
        if atom.kind == BREAK or not start <= atom.start < end:
            out.append(atom)
        elif not out or out[-1].start != start or out[-1].end != end:
            text = "".join(view[start:end].split())
            out.append(Atom(start, end, text, EMPTY, atom.line, atom.place, False))
    return out


@lru_cache(maxsize=4096)
def is_told(text: str) -> bool:
    """Whether a box without a figure says something, and not that there is none."""
    text = "".join(text.split())
    return any(map(str.isalnum, text)) and not _VOID.fullmatch(text) and cell_value(text) is None


_VOID = re.compile(r"[xX×*_]{1,4}[个件项条]?")


def _told(view: str, stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches of boxes that tell something else than a figure."""
    grids: dict[tuple[str, int], list[list[tuple[int, str]]]] = {}
    for first, last in stretches:
        at = first
        for line in view[first:last].split("\n"):
            mark = "" if line.isdecimal() else "|" if "|" in line else "\t" if "\t" in line else ""
            if mark:
                boxes = list(_boxes(line, at, mark))
                if any(_is_figure(text) for _, text in boxes):
                    grids.setdefault((mark, len(boxes)), []).append(boxes)
                else:
                    yield from ((a, a + len(text)) for a, text in boxes if _says(text))
            elif not line.isdecimal():
                yield from ((at + a, at + b) for a, b in _in_line(line))
            at += len(line) + 1
    for rows in grids.values():
        yield from _in_grid(rows)


@lru_cache(maxsize=8192)
def _in_line(line: str) -> tuple[tuple[int, int], ...]:
    """Those of a line that nothing but blanks parts: it comes again in other reports."""
    pieces = list(_PIECE.finditer(line))
    return tuple(m.span() for m in pieces if _says(m.group(), is_whole=len(pieces) == 1))


def _boxes(line: str, at: int, mark: str) -> Iterator[tuple[int, str]]:
    """The boxes of a line, each with its place in the view; no text where one is empty."""
    for box in line.split(mark):
        yield at + len(box) - len(box.lstrip()), box.strip()
        at += len(box) + 1


def _in_grid(rows: Sequence[Sequence[tuple[int, str]]]) -> Iterator[tuple[int, int]]:
    """Those of rows of one width, all of them with figures: in a column of figures any words tell something."""
    figures = [0] * len(rows[0])
    others = [0] * len(rows[0])
    for row in rows:
        for place, (_, text) in enumerate(row):
            if text and _is_figure(text):
                figures[place] += 1
            elif text and is_told(text):
                others[place] += 1
    for row in rows:
        label = next(place for place, (_, text) in enumerate(row) if text)
        for place, (a, text) in enumerate(row):
            if not text or text.isdecimal() or _is_figure(text):
                continue
            is_among = place > label and figures[place] > max(others[place], 1) and _may_be_told(text)
            if is_among or _says(text):
                yield a, a + len(text)


def _is_figure(text: str) -> bool:
    if text.isdecimal():
        return True
    return 0 < len(text) < 16 and (read := cell_value(text)) is not None and read.value is not None


@lru_cache(maxsize=4096)
def _may_be_told(text: str) -> bool:
    """Whether a box among figures, none itself, may be words of its own: no label, and no figures of several boxes."""
    text = "".join(text.split())
    if _BRACKETED.fullmatch(text):
        return True
    if len(text) > _LONGEST or not is_told(text) or _is_label(text):
        return False
    return not any(map(str.isdecimal, text)) or any(c.isalpha() or c in "<>/" for c in text)


@lru_cache(maxsize=8192)
def _says(text: str, *, is_whole: bool = True) -> bool:
    """Whether the words of a box are no label's, and no figure is meant by those alone, wherever it stands."""
    if len(text) > 2 * _LONGEST:
        return False
    text = "".join(text.split())
    if (
        (_NOTED.fullmatch(text) and (not _is_explained(text) or (is_whole and _NUMBER_OF_NOTE.search(text))))
        or (_OPEN.fullmatch(text) and cell_value(text) is None)
        or (is_whole and _SUM.fullmatch(text))
    ):
        return True
    return _SAID.fullmatch(text) is not None and cell_value(text) is None and not _is_label(text)


def _is_label(text: str) -> bool:
    """Whether words are those of a label, or of a piece of one."""
    return (
        _NUMBERED.match(text) is not None
        or _is_explained(text)
        or any_label().search(text) is not None
        or text in _all_labels()
    )


def _is_explained(text: str) -> bool:
    """Whether the bracket at the end of a text is that of a label, of which the rest was torn off."""
    return "(" in text and text[text.find("(") :] in _all_labels()


@cache
def _all_labels() -> str:
    return "\n".join(known_labels())
