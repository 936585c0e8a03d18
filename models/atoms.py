"""The smallest printed pieces of a ruined table, each with its place.

Text of a table reaches us by newlines, tabs, pipes, blanks or nothing at all between its
cells. Whatever separated them, a piece is a label (or a part of one), a value, or an
emptiness that the layout kept. Nothing here knows which table it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from .. import configs
from ..corpus.annexes import annex_labels, any_head
from ..corpus.numbers import cell_value
from .labels import any_label, known_labels, labels_of

WORD, VALUE, EMPTY, BREAK = range(4)
"""Kinds of atoms. A BREAK is a blank line or a line of pipes alone: perhaps the end of a row."""
TAIL = "|"
"""Text of a BREAK that stands for pipes at the end of a row which count spans."""
SOFT = "'"
"""Text of a BREAK that stands for a pipe alone on its line: a border, the end of a row or an empty box."""
LEAF = "\f"
"""Text of a BREAK between regions: what follows is another part of the text."""


class Atom(NamedTuple):
    """A printed piece: ``view[start:end]``."""

    start: int
    end: int
    text: str
    """The piece without blanks."""
    kind: int
    line: int
    """Number of its printed line within the region."""
    place: int
    """Its number among the pieces that the line's separators cut, kept emptiness counted."""
    glued: bool
    """Whether nothing stood between it and the piece before."""


_NUMBER = re.compile(
    r"(?:(?<![\d.])[-+↑↓])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[万亿]?元|[万亿](?![一-鿿])|[个件项条宗起](?=$|[-+\d\s一-鿿(]))?"
)
_ENUMERATOR_AFTER = re.compile(r"[.、)](?!\d)")
_NO_VALUE_BEFORE = frozenset("第至到指〔[No.#/")
_NO_VALUE_AFTER = frozenset("年月日号时分类款页届次部公条")
_NUMERALS = frozenset("一二三四五六七八九十两百")
"""A Chinese numeral in a table numbers a row far more often than it counts something."""
_NUMBERED = re.compile(r"\(?\d{1,2}[.、)]")
_LISTED = re.compile(r"[-+]?\d+(?:\.\d+)?(?:(?P<mark>[/、,;])[-+]?\d+(?:\.\d+)?)(?:(?P=mark)[-+]?\d+(?:\.\d+)?)*")
_VOID = re.compile(r"[xX×*_]{1,4}[个件项条]?|…+|\.{3,}")
ENUMERATOR = re.compile(r"\(?[一二三四五六七八九十\d]{1,2}[.、)]?")


@cache
def _beginnings() -> frozenset[str]:
    """What labels begin with."""
    return frozenset(label[:k] for label in known_labels() for k in range(2, len(label)))


_EXPLANATION = re.compile(r"\([^()]*\d[^()]*\)|\([^()]{0,12}\)")
_BESIDE_NOTHING = re.compile(r"=[,;、]?|:[,;、]")
"""What parts heads of which the boxes are empty: 尚未审结=,总计=,"""
_HEADING = re.compile(r"^\(?[一二三四五六七八九十\d]{1,2}[、.)]*")


@cache
def _headings() -> frozenset[str]:
    """The labels of the sections, which name rows of tables too."""
    sections = configs.load("forms")["sections"].values()
    return frozenset(label for s in sections for label in (s["label"], *s.get("variants", ())))


@lru_cache(maxsize=4096)
def label_cuts(text: str) -> tuple[int, ...]:
    """Where labels run together in ``text`` begin and end; empty where they do not."""
    colon = text.find(":")
    if 0 < colon < len(text) - 2 and text[colon + 1 :].strip(":=") in known_labels():
        return (colon + 1,)  # a row's label, perhaps torn, before the first of its heads
    if 0 < colon < len(text) - 2 and text[:colon] in known_labels() and _may_be_label(text[colon + 1 :]):
        return (colon + 1,)  # a group's or a row's label before a torn one
    if (opening := _opening_heads().match(text)) is not None and opening.end() < len(text):
        at = opening.end()
        return (*(m.end() for m in any_head().finditer(text, 0, at)), *(at + cut for cut in label_cuts(text[at:])))
    found = [m.span() for m in any_label().finditer(text)]
    bare = len(_BESIDE_NOTHING.sub("", _EXPLANATION.sub("", text) if "(" in text else text))
    if len(found) < 2 or sum(b - a for a, b in found) < 0.65 * bare or _HEADING.sub("", text) in _headings():
        return ()
    cuts: list[int] = []
    at = 0
    for start, end in found:
        if start > at and start - at <= 3 and ENUMERATOR.fullmatch(text[at:start]):
            start = at  # 1. before a label that is known without its number
        cuts += [start] if start not in (0, *cuts[-1:]) else []
        cuts += [end] if end < len(text) else []
        at = end
    return tuple(cuts)


@cache
def _opening_heads() -> re.Pattern[str]:
    """All heads of an annex, which run into its first label."""
    return re.compile(rf"(?:{any_head().pattern}){{3,}}(?=\(?[一1])")


def _may_be_label(text: str) -> bool:
    """Whether so few words, and none of a sentence, may be a label with slips in it."""
    return text in _beginnings() or (len(text) <= _TORN and not any(mark in text for mark in ",;:。"))


_TORN = 14


def add_piece(out: list[Atom], piece: str, at: int, number: int, place: int, glued: bool) -> None:
    """One piece: a value, an emptiness, or words with perhaps values glued to them."""
    if piece.isdecimal():
        out.append(Atom(at, at + len(piece), piece, VALUE, number, place, glued))
        return
    if not piece:
        return
    if piece[-1] in ",;。" and len(piece) > 1:
        piece = piece.rstrip(",;。") or piece
    text = "".join(piece.split()) if not piece.isalnum() else piece
    end = at + len(piece)
    if not text:
        return
    if text.isdecimal():
        out.append(Atom(at, end, text, VALUE, number, place, glued))
        return
    if len(text) <= 16:
        may_count = text[0] not in _NUMERALS or text.endswith(("元", "元)"))
        read = cell_value(text) if may_count and text[-1] != "%" else None
        if read is not None and not _NUMBERED.fullmatch(text):
            out.append(Atom(at, end, text, EMPTY if read.value is None else VALUE, number, place, glued))
            return
        if _VOID.fullmatch(text):
            out.append(Atom(at, end, text, EMPTY, number, place, glued))
            return
    if _LISTED.fullmatch(text) or ("/" in text and all(map(_is_cell, text.split("/")))):  # 0/0/0, 3、0、18, 7/减少1
        for match in re.finditer(r"[^/]+" if "/" in text else r"[-+]?\d+(?:\.\d+)?", piece):
            out.append(Atom(at + match.start(), at + match.end(), match.group(), VALUE, number, place, False))
            place += 1
        return
    if text in known_labels() or not any(c.isdigit() for c in text):
        _word(out, piece, at, number, place, glued)
        return
    _glued(out, piece, at, number, place, glued)


def _is_cell(text: str) -> bool:
    return 0 < len(text) < 16 and text[-1] != "%" and (read := cell_value(text)) is not None and read.value is not None


def _glued(out: list[Atom], piece: str, at: int, number: int, place: int, glued: bool) -> None:
    """Words and figures with nothing between them: the figures that are no part of the words."""
    cuts: list[tuple[int, int]] = []
    depth = 0
    scanned = 0
    own = next((len(label) for label in _labels_with_figures() if piece.startswith(label)), 0)
    for match in _NUMBER.finditer(piece, own):
        start, end = match.span()
        depth += piece.count("(", scanned, start) - piece.count(")", scanned, start)
        scanned = start
        before = piece[start - 1] if start else ""
        after = piece[end] if end < len(piece) else ""
        if depth > 0 and (")" in piece[end:] or (end == len(piece) and piece[0] != "(")):
            continue  # an explanation, perhaps torn: 减用负值,如-8
        if depth <= 0 and after == ")" and before != "(" and piece[start] != "0":
            continue  # the end of one
        if (before.isascii() and before.isalpha()) and not piece[:start].endswith("nbsp"):
            continue  # a name of a program: h1
        if start == 0 and not glued and _is_numbered(piece, match.group()) and not _is_behind_figure(out, number):
            continue  # 2其他法律行政法规禁止公开: its point was lost
        if (before in _NO_VALUE_BEFORE and before) or after == "%" or before + match.group() in _inner_figures():
            continue
        if after and _ENUMERATOR_AFTER.match(piece, end):
            # 0000000 before 6.属于…: the last digit numbers the label that follows.
            digits = match.group()
            if not digits[-1].isdigit() or end - start < 2:
                continue
            if (
                start == 0
                and not glued
                and _TENTH.fullmatch(digits)
                and not _is_numbered(digits[1] + piece[end + 1 :], digits[1])
            ):
                continue  # 10.正在调查的信息: a row beyond those of the form
            end -= 1
        elif (
            (after in _NO_VALUE_AFTER and after and piece[start:end].isdigit()) or (start == 0 and not glued and after)
        ) and not (_label_follows(piece, end) or _goes_on(out, piece, end, number)):
            continue
        if end > start:
            cuts.append((_with_sign(piece, start), end))
    if not cuts:
        _word(out, piece, at, number, place, glued)
        return
    done = 0
    for start, end in cuts:
        if start > done and piece[done:start].strip():
            _word(out, piece[done:start], at + done, number, place, glued or done > 0)
            place += 1
        text = "".join(piece[start:end].split())
        read = cell_value(text)
        if read is not None:
            out.append(Atom(at + start, at + end, text, VALUE, number, place, start > 0 or glued))
            place += 1
        done = end
    if done < len(piece) and piece[done:].strip():
        _word(out, piece[done:], at + done, number, place, True)


def _with_sign(piece: str, start: int) -> int:
    """Where a figure begins with the word that is its sign: 本年增/减 减少10, but not 本年增/减10."""
    sign = _SIGN.search(piece, 0, start)
    if sign is None or _is_label(piece[:start]):
        return start
    return sign.start() if _is_label(piece[: sign.start()]) else start


def _is_label(piece: str) -> bool:
    return "".join(piece.split()).rstrip(":=") in known_labels()


_SIGN = re.compile(r"(?:减少|增加|减|增)$")


@cache
def _labels_with_figures() -> tuple[str, ...]:
    """Labels that hold a figure which does not number them, also without their number."""
    bare = {label: _HEADING.sub("", label.removeprefix("其中:")).lstrip(")") for label in annex_labels()}
    holding = [(label, rest) for label, rest in bare.items() if any(map(str.isdigit, rest)) and "(" not in rest]
    return tuple(sorted({x for both in holding for x in both}, key=len, reverse=True))


@cache
def _inner_figures() -> frozenset[str]:
    """Figures in the midst of labels, with the character before each: also a torn label keeps its own."""
    rests = (_HEADING.sub("", label.removeprefix("其中:")).lstrip(")") for label in annex_labels())
    return frozenset(m.group() for rest in rests if "(" not in rest for m in _INNER.finditer(rest))


_INNER = re.compile(r"[一-鿿]\d+")


def _word(out: list[Atom], piece: str, at: int, number: int, place: int, glued: bool) -> None:
    if not any(map(str.isalnum, piece)):
        return  # a colon before a figure, the scraps of a border
    at += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    text = piece if piece.isalnum() else "".join(piece.split())
    if len(text) < 5 and text[0] not in _NUMERALS and (read := cell_value(text)) is not None and read.value is None:
        out.append(Atom(at, at + len(piece), text, EMPTY, number, place, glued))
        return
    if len(text) < len(piece) and text not in known_labels() and (cut := _head_behind(piece)):
        _word(out, piece[:cut], at, number, place, glued)
        _word(out, piece[cut:], at + cut, number, place, False)
        return
    if len(text) > 5 and text not in known_labels() and ((cuts := label_cuts(text)) or len(text) == len(piece)):
        places = range(len(piece)) if len(text) == len(piece) else [k for k, c in enumerate(piece) if not c.isspace()]
        done = 0
        for cut in (*cuts, len(text)):
            if any(map(str.isalnum, text[done:cut])) or cut - done == len(text):
                start, end = at + places[done], at + places[cut - 1] + 1
                _label(out, text[done:cut], start, end, number, place, glued or done > 0)
            done = cut
        return
    _label(out, text, at, at + len(piece), number, place, glued)


def _head_behind(piece: str) -> int:
    """Where the head of a column begins that a blank parts from a label before it, perhaps one with slips; else 0."""
    words = piece.split()
    is_head = words[-1].rstrip(":=") in _heads() and len("".join(words[:-1])) >= _LABEL
    return piece.rindex(words[-1]) if is_head else 0


_LABEL = 4
"""Fewer characters before a head are a piece of it."""


@cache
def _heads() -> frozenset[str]:
    return frozenset(x for x in labels_of("columns") if len(x) > 2)


def _label(out: list[Atom], text: str, start: int, end: int, number: int, place: int, glued: bool) -> None:
    """Words, and behind those of the form a stroke or word for none that touches them: 本年处理决定数量/."""
    none = _NONE_BEHIND.search(text)
    if none is None or not _is_label(text[: none.start()]):
        out.append(Atom(start, end, text, WORD, number, place, glued))
        return
    at = end - len(none[0])
    out.append(Atom(start, at, text[: none.start()], WORD, number, place, glued))
    out.append(Atom(at, end, none[0], EMPTY, number, place + 1, True))


_NONE_BEHIND = re.compile(r"(?:/|\\|—+|-+|无)$")


def _goes_on(out: Sequence[Atom], piece: str, end: int, number: int) -> bool:
    """Whether a figure that a numbered heading touches stands behind a label or another figure of its line."""
    is_behind = bool(out) and out[-1].line == number and out[-1].kind in (VALUE, WORD)
    return is_behind and _SECTION.match(piece, end) is not None


_SECTION = re.compile(r"\s*\(?[一二三四五六七八九十]{1,2}[、.)]")


def _is_behind_figure(out: Sequence[Atom], number: int) -> bool:
    """Whether the last piece is a figure of the same line."""
    return bool(out) and out[-1].line == number and out[-1].kind == VALUE


_TENTH = re.compile(r"1\d")


def _is_numbered(piece: str, digits: str) -> bool:
    """Whether a piece is a label of the forms with its own number before it, but for the point between."""
    return digits.isdigit() and f"{digits}.{piece[len(digits) : len(digits) + 3]}" in _numbered_heads()


@cache
def _numbered_heads() -> frozenset[str]:
    return frozenset(label[: label.index(".") + 4] for label in known_labels() if label[:1].isdigit() and "." in label)


def _label_follows(piece: str, end: int) -> bool:
    """Whether a label of the forms begins at ``end`` although its first character looks like a measure."""
    return piece[end : end + 9].lstrip(",;、:")[:4] in _label_heads()


@cache
def _label_heads() -> frozenset[str]:
    return frozenset(label[:4] for label in known_labels() if len(label) > 3)
