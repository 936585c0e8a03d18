"""What a line looks like to the model of sections: its words, its number, its place and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from unicodedata import normalize

import numpy as np

from ..corpus.alternatives import any_of
from ..corpus.forms import forms
from ..corpus.text import Line
from .carriers import PAGE_NUMBER
from .features import fold, fold_all, matrix, no_digits, shape_codes, window
from .outline import outlined

_WIDTH = 28


_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
"""What is left of a page's markup; it says nothing about sections."""
_ODD_ENUMERATOR = re.compile("[\u2460-\u2487\u3220-\u3229]")
"""① … ⒇ and ㈠ … ㈩."""


def _plainly_numbered(raw: str) -> str:
    """A line whose number is one odd character (⑤, ㈠, ⑴), with the number as others print it: 5、, (一), (1)."""
    blank = len(raw) - len(raw.lstrip())
    if _ODD_ENUMERATOR.match(raw, blank) is None:
        return raw
    number = normalize("NFKC", raw[blank])
    return raw[:blank] + (number if number.startswith("(") else f"{number}、") + raw[blank + 1 :]


def features(view: str, rows: Sequence[Line], n_after: Sequence[int]) -> np.ndarray:
    """Feature ids of lines.

    Parameters
    ----------
    n_after : sequence of int
        How many lines of figures follow each line.

    Returns
    -------
    ndarray of int32, shape (n_lines, n_templates)
    """
    raws = [view[r.start : r.end] for r in rows]
    if "</" in view or "<br" in view:
        raws = [_TAG.sub("", raw) for raw in raws]
    if _ODD_ENUMERATOR.search(view) is not None:
        raws = [_plainly_numbered(raw) for raw in raws]
    heads = [_ENUMERATOR.match(raw) for raw in raws]
    compact = ["".join(raw[m.end() :].replace("|", " ").split()) for raw, m in zip(raws, heads, strict=True)]  # type: ignore[union-attr]
    style, number = _enumerators(heads)  # type: ignore[arg-type]
    chars = no_digits(matrix(compact, _WIDTH))
    tails = no_digits(matrix([c[:-5:-1] for c in compact], 4))
    n = len(rows)
    position = np.arange(n, dtype=np.uint32)
    length = np.searchsorted(_BOUNDS, [len(c) for c in compact]).astype(np.uint32)
    n_seps = np.array([min(raw.count("\t") + raw.count("|"), 9) for raw in raws], dtype=np.uint32)
    opens = np.array([r.opens for r in rows], dtype=np.uint32)
    figures = np.array([min(k, 8) for k in n_after], dtype=np.uint32)
    shapes = shape_codes(chars)
    decile = (position * 10 // max(n, 1)).astype(np.uint32)
    from_end = np.minimum(n - 1 - position, 12).astype(np.uint32)

    looks: list[tuple[Any, ...]] = []

    def add(*look: Any) -> None:
        looks.append(look)

    there = chars != 0
    bigrams = np.where(there[:, 1:], fold(1, chars[:, :-1], chars[:, 1:]), 0)  # a bag: where in the line is all one
    trigrams = np.where(there[:, 2:16], fold(2, chars[:, :14], chars[:, 1:15], chars[:, 2:16]), 0)
    for k in range(3):
        add(3 + k, chars[:, k])
    add(6, chars[:, 0], chars[:, 1])
    add(7, chars[:, 0], chars[:, 1], chars[:, 2], chars[:, 3])
    add(8, tails[:, 0])
    add(9, tails[:, 0], tails[:, 1])
    add(10, tails[:, 2], tails[:, 1], tails[:, 0])
    add(11, length)
    add(12, length, tails[:, 0])
    add(13, n_seps)
    add(14, opens, length)
    add(15, figures)
    add(16, shapes[:, 0], shapes[:, 1], shapes[:, 2])
    add(17, decile)
    add(18, np.minimum(position, 12))
    add(19, from_end)
    add(20, from_end, length)
    add(21, np.minimum(position, 6), shapes[:, 0], length)
    find = _column_labels().findall
    n_labels = np.array([min(len(find(c)), 3) if len(c) > 4 else 0 for c in compact], dtype=np.uint32)
    add(48, n_labels)
    add(49, n_labels, length)
    add(50, n_labels, style, shapes[:, 0])
    add(40, style)
    add(41, style, number)
    add(42, style, length)
    add(43, style, chars[:, 0], chars[:, 1])
    add(44, number, chars[:, 0], chars[:, 1], chars[:, 2])
    add(45, window(style, -1), window(number, -1), style, number)
    add(46, window(style, 1), style, length)
    add(47, tails[:, 0], style, length)
    chain = _chain(style, number, length)
    add(51, chain, style, length)
    add(52, chain, chars[:, 0], chars[:, 1])
    outline = outlined(compact, style)
    add(53, outline.kind, style, outline.again)
    add(54, outline.kind, style, outline.rank)
    add(55, outline.kind, outline.again, outline.since, length)
    add(56, outline.since, style, length)
    add(57, outline.kind, outline.since, outline.rank, style)
    form, echo = _forms(raws), _echoes(compact)
    add(58, form, echo, length)
    add(59, form, from_end)
    add(60, echo, tails[:, 0], np.minimum(position, 12))
    ahead = _ahead(style, number, length)
    add(61, chain, ahead, style, length)
    add(62, chain, ahead, outline.kind, style)
    for step, base in ((-1, 22), (1, 28), (-2, 34), (2, 36)):
        near = window(chars[:, :5], step)
        add(base, near[:, 0], near[:, 1])
        add(base + 1, window(length, step), window(n_seps, step))
        if abs(step) == 1:
            add(base + 2, near[:, 2], near[:, 3])
            add(base + 3, near[:, 2], near[:, 3], near[:, 4])
            add(base + 4, window(tails[:, 0], step), window(length, step))
            add(base + 5, window(figures, step))
    return np.concatenate([bigrams, trigrams, fold_all(looks)], axis=1)


@cache
def _column_labels() -> re.Pattern[str]:
    """The column heads of the forms; a line that names several is a row or a head of a table, however it is drawn."""
    labels = {c.text for form in forms().values() for t in form.tables.values() for b in t.blocks for c in b.columns}
    return re.compile(any_of(x for x in labels if len(x) > 2))


_ENUMERATOR = re.compile(
    r"[\s?#*>•·◆■□]*(?:-\s+)?(?:"
    r"(?P<open>[(\[〔])?(?P<han>[一二三四五六七八九十]{1,2})(?P<close>[)\]〕])?(?P<han_end>[、.,:]|\s+|(?<=\)))"
    r"|(?P<paren>\()(?P<inner>\d{1,2})\)|(?P<arabic>\d{1,2})(?P<arabic_end>[、)]|[.](?!\d)|\s+(?=[\u4e00-\u9fff]))"
    r"|第(?P<part>[一二三四五六七八九十])(?P<part_end>部分|章|、|,)"
    r"|(?P<chain>[一二三四五六七八九十])是)?\s*"
)
INDENT = re.compile(r"[\s?#*>•·◆■□]*(?:-\s+)?[\s*]*")
"""What converters put before a line: blanks, question marks in their stead, marks of lists and of markdown."""
_HAN = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}


def _enumerators(heads: Sequence[re.Match[str]]) -> tuple[np.ndarray, np.ndarray]:
    """How each line is numbered (0 not at all), and its number where it is one of 1 to 12."""
    style = np.zeros(len(heads), dtype=np.uint32)
    number = np.zeros(len(heads), dtype=np.uint32)
    for i, match in enumerate(heads):
        if match.lastgroup is None:
            continue
        groups = match.groupdict()
        if groups["han"]:
            style[i] = 2 if groups["open"] or groups["close"] else 3 if (groups["han_end"] or "").isspace() else 1
            number[i] = _HAN[groups["han"][-1]] + (10 if len(groups["han"]) > 1 else 0)
        elif groups["inner"] or groups["arabic"]:
            style[i] = 4 if groups["inner"] else 5
            number[i] = min(int(groups["inner"] or groups["arabic"]), 12)
        elif groups["part"]:
            style[i], number[i] = 6, _HAN[groups["part"]]
        else:
            style[i], number[i] = 7, _HAN[groups["chain"]]
    return style, number


_TOP_STYLES = (1, 3, 5, 6)
_SHORT = 12
"""The bucket of the longest headings."""


def _chain(style: np.ndarray, number: np.ndarray, length: np.ndarray) -> np.ndarray:
    """How a line's number goes on from that of the last short line numbered alike.

    1 begins, 2 follows it, 3 leaves some out, 4 goes back; 0 for lines without a number of a heading's kind.
    """
    out = np.zeros(len(style), dtype=np.uint32)
    last = dict.fromkeys(_TOP_STYLES, 0)
    for i, (kind, value) in enumerate(zip(style.tolist(), number.tolist(), strict=True)):
        if kind not in last:
            continue
        before = last[kind]
        out[i] = 2 if value == before + 1 and before else 1 if value == 1 and not before else 3 if value > before else 4
        if length[i] <= _SHORT and out[i] != 4:
            last[kind] = value
    return out


_BOUNDS = np.array((0, 1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 32, 45, 70, 120, 250))
"""The greatest length of each bucket of lengths; the last bucket has none."""


def _ahead(style: np.ndarray, number: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Whether the next number comes at the next short line numbered alike (1), another number (2), or none (0)."""
    out = np.zeros(len(style), dtype=np.uint32)
    following = dict.fromkeys(_TOP_STYLES, 0)
    for i in np.flatnonzero(np.isin(style, _TOP_STYLES))[::-1].tolist():
        kind, value = int(style[i]), int(number[i])
        after = following[kind]
        out[i] = 1 if after == value + 1 else 2 if after else 0
        if length[i] <= _SHORT:
            following[kind] = value
    return out


_DATE = re.compile(
    r"[\s(\[〔]*(?:\d{4}|[二〇○零一三四五六七八九]{4})\s*[年-]\s*[\d一二三四五六七八九十]{1,2}\s*[月-]\s*"
    r"[\d一二三四五六七八九十]{1,3}\s*日?[\s)\]〕]*"
)
_SITE = re.compile(r"(?:报告|年报)\s*(?:[|_]|-+)\s*\S")
"""The name of a web page: the report's title, and whose site it is."""
_LONGEST_FORM = 90


def _forms(raws: Sequence[str]) -> np.ndarray:
    """Whether a line is a date (1), a date in brackets (2), the number of a page (3) or the name of a web page (4)."""
    return np.array([_form(raw) if len(raw) <= _LONGEST_FORM and _may_be_formed(raw) else 0 for raw in raws], np.uint32)


def _may_be_formed(raw: str) -> bool:
    """Quickly tells most lines of a table apart."""
    return "年" in raw or "-" in raw or "报告" in raw


def _form(raw: str) -> int:
    if _DATE.fullmatch(raw) is not None:
        return 2 if raw.lstrip()[0] in "([〔" else 1
    if PAGE_NUMBER.fullmatch(raw) is not None:
        return 3
    return 4 if _SITE.search(raw) is not None else 0


_ECHO = 10
"""So many characters alike at their beginning, and two lines say the same."""


def _echoes(compact: Sequence[str]) -> np.ndarray:
    """Whether a line begins like one before it (1), like one behind it (2), or both (3)."""
    out = np.zeros(len(compact), dtype=np.uint32)
    last: dict[str, int] = {}
    for i, line in enumerate(compact):
        if len(line) <= _ECHO:
            continue
        before = last.get(line[:_ECHO])
        if before is not None:
            out[before] |= 2
            out[i] |= 1
        last[line[:_ECHO]] = i
    return out
