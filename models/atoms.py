"""The smallest printed pieces of a ruined table, each with its place.

Text of a table reaches us by newlines, tabs, pipes, blanks or nothing at all between its
cells. Whatever separated them, a piece is a label (or a part of one), a value, or an
emptiness that the layout kept. Nothing here knows which table it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from .. import configs
from ..corpus.alternatives import any_of
from ..corpus.annexes import annex_labels, annexes, is_dated
from ..corpus.numbers import cell_value
from ..corpus.text import Line
from .annex_lines import UNIT as _UNIT
from .annex_lines import spelled
from .labels import any_label, known_labels
from .ordinals import without_row_numbers
from .scaffold import without_scaffold

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


class Tagged(Protocol):
    """What the line model says of a line."""

    @property
    def kind(self) -> str: ...

    @property
    def section(self) -> str: ...


_RULE = re.compile(r"[\s|+=:·.\-┌┬┐├┼┤└┴┘━═╔╦╗╠╬╣╚╩╝╟╢╠╣╤╧╪╫]*")
_RULED = re.compile(r"-{3}|={3}|[┬┼┴├┤┌└━═╦╬╩╟]")
_PAGE = re.compile(
    r"\s*(?:-{1,2}\s*\d{1,3}\s*-{1,2}|[·•]\s*\d{1,3}\s*[·•]|第\s*\d{1,3}\s*页(?:\s*[,/]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}\s*页?|\*\*+)\s*"
)
_BLANKS = re.compile(r"\s+")
_WIDE = re.compile(r"[ \t]{2,}")
_NUMBER = re.compile(
    r"(?:(?<![\d.])[-+↑↓])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[万亿]?元|[万亿](?![一-鿿])|[个件项条宗起](?=$|[-+\d\s一-鿿(]))?"
)
_ENUMERATOR_AFTER = re.compile(r"[.、)](?!\d)")
_NO_VALUE_BEFORE = frozenset("第至到指〔[No.#/")
_NO_VALUE_AFTER = frozenset("年月日号时分类款页届次部公条")
_DIGITS_APART = re.compile(r"\d[^ ]* +[^ ]*\d")
_NUMERALS = frozenset("一二三四五六七八九十两百")
"""A Chinese numeral in a table numbers a row far more often than it counts something."""
_APART = re.compile(r"(?:\([^()\n]*\)|[^\s,;]|[,;](?=\d))+")
_NAMED = re.compile(r"(\D{2,6})\d+(?:\.\d+)?")
_MONEY = frozenset(["元", "万元", "亿元"])
_NUMBERED = re.compile(r"\(?\d{1,2}[.、)]")
_LISTED = re.compile(r"[-+]?\d+(?:\.\d+)?(?:(?P<mark>[/、,;])[-+]?\d+(?:\.\d+)?)(?:(?P=mark)[-+]?\d+(?:\.\d+)?)*")
_LEADER = re.compile(r"\.{3,}|…{1,}|_{3,}|·{3,}")
_SHARE = re.compile(r"\d[\d.,]*\s*%")
_TAG = re.compile(r"</?(?:t[rdh]|table|tbody|thead|p|span|div|br)\b[^<>]{0,200}>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。]+。?|。")
_VOID = re.compile(r"[xX×*_]{1,4}[个件项条]?|…+|\.{3,}")
_ENUMERATOR = re.compile(r"\(?[一二三四五六七八九十\d]{1,2}[.、)]?")
_BORDER = re.compile("[║‖┆┊∥]")
_BORDER_PIPES = str.maketrans(dict.fromkeys("║‖┆┊∥", "|"))


@cache
def _beginnings() -> frozenset[str]:
    """What labels begin with."""
    return frozenset(label[:k] for label in known_labels() for k in range(2, len(label)))


_EXPLANATION = re.compile(r"\([^()]*\d[^()]*\)|\([^()]{0,12}\)")
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
    if 0 < colon < len(text) - 2 and text[:colon] in known_labels() and text[colon + 1 :] in _beginnings():
        return (colon + 1,)  # a group's label before a torn one
    found = [m.span() for m in any_label().finditer(text)]
    bare = len(_EXPLANATION.sub("", text)) if "(" in text else len(text)
    if len(found) < 2 or sum(b - a for a, b in found) < 0.65 * bare or _HEADING.sub("", text) in _headings():
        return ()
    cuts: list[int] = []
    at = 0
    for start, end in found:
        if start > at and start - at <= 3 and _ENUMERATOR.fullmatch(text[at:start]):
            start = at  # 1. before a label that is known without its number
        cuts += [start] if start not in (0, *cuts[-1:]) else []
        cuts += [end] if end < len(text) else []
        at = end
    return tuple(cuts)


_FEW_ROWS = 3
_FEW_CELLS = 10
_FEW_LABELS = 8
_SHORT = 48
_LONG = 96
_GAP = 12
_BESIDE = 2
_FIGURES = re.compile(r"[\d\s|.,%+/\\:;^-]*")


def regions(view: str, lines: Sequence[Line], tags: Sequence[Tagged]) -> list[tuple[int, int]]:
    """Stretches of the view that may hold tables.

    Lines tagged as table, lines that begin with a label of a form, and the lines of figures and
    the few short lines between and beside them: a wrong tag must not lose a row.
    """
    n = len(lines)
    marks = [i for i, tag in enumerate(tags) if _is_mark(view, lines[i], tag)]
    others = [i for i, tag in enumerate(tags) if tag.kind != "table"]
    rows = {i for i in others if _is_named_row(view, lines[i])}
    cells = [i for i in others if _is_named_cell(view, lines[i])]
    if len(rows) >= _FEW_ROWS:  # fewer are a sentence of prose that spells figures out
        marks = sorted({*marks, *rows, *(i for i, line in enumerate(lines) if _is_spelled(view, line, 2))})
    if len(cells) >= _FEW_CELLS:
        marks = sorted({*marks, *cells})
    if any(tag.section == "annex" for tag in tags):
        named = [i for i, line in enumerate(lines) if spelled(view[line.start : line.end]) is not None]
        marks = sorted({*marks, *named}) if len(named) > _BESIDE else marks
    prose = {i for i in set(others).difference(rows, marks) if _is_prose(view, lines[i])}
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(marks):
        first = last = marks[at]
        at += 1
        while at < len(marks) and (marks[at] == last + 1 or _is_bridged(view, lines[last + 1 : marks[at]])):
            if any(k in prose for k in range(last + 1, marks[at])):
                break
            last = marks[at]
            at += 1
        budget = _BESIDE
        while last + 1 < n and lines[last + 1].end - lines[last + 1].start <= _SHORT and last + 1 not in prose:
            line = lines[last + 1]
            if _FIGURES.fullmatch(view, line.start, line.end) is None:
                budget -= 1
                if budget < 0:
                    break
            last += 1
        floor = found[-1][1] if found else -1
        for _ in range(_BESIDE):
            if not first or first - 1 in prose or lines[first - 1].end - lines[first - 1].start > _SHORT:
                break
            if lines[first - 1].start >= floor:
                first -= 1
        while at < len(marks) and marks[at] <= last:
            at += 1
        found.append((lines[first].start, lines[last].end))
    return found


def _is_mark(view: str, line: Line, tag: Tagged) -> bool:
    if tag.section in _NO_TABLES:
        return _is_annex_row(view, line)  # charts leave figures behind that are nobody's
    if tag.kind == "table":
        return True
    if line.end - line.start > _LONG:
        return _is_run_on(view, line)
    cell = _FIRST.match(view, line.start, line.end)
    if cell is not None and len(text := "".join(cell.group(1).split())) > 3 and text in known_labels():
        return True
    return _is_row(view, line)


def _is_annex_row(view: str, line: Line) -> bool:
    """Whether a line begins with a label of an older annex, which may stand below the signature."""
    if line.end - line.start > _LONG:
        return len(_any_annex_mark().findall(view, line.start, line.end)) > _MANY
    cell = _FIRST.match(view, line.start, line.end)
    text = "".join(cell.group(1).split()) if cell is not None else ""
    return len(text) > _TELLING and (unnumbered(text) in annex_marks() or text in annex_marks())


_TELLING = 3
_MANY = 8
"""A line with more labels of an annex is one that lost its line breaks."""
_NUMBERED_LABEL = re.compile(
    r"^(?:其中:?)?(?:[一二三四五六七八九十]{1,2}[、,.]|\(?[一二三四五六七八九十\d]{1,2}\)|\d{1,2}[.、])?"
)


def unnumbered(text: str) -> str:
    """A label of an annex without the number before it."""
    return _NUMBERED_LABEL.sub("", text)


@cache
def annex_marks() -> frozenset[str]:
    """What the first box of an annex's line may hold: labels without their numbers, heads."""
    heads = {head for form in annexes().values() for kind in ("label", "unit") for head in form.heads[kind]}
    labels = {unnumbered(label) for label in annex_labels()}
    return frozenset(x for x in heads | labels if len(x) > _TELLING) - _words_of_charts()


@cache
def _any_annex_mark() -> re.Pattern[str]:
    return re.compile(any_of(annex_marks()))


@cache
def _words_of_charts() -> frozenset[str]:
    """Labels of the later forms, which charts repeat below a report."""
    kinds = [configs.load("forms")[kind].values() for kind in ("rows", "columns", "groups")]
    return frozenset(unnumbered(entry["label"]) for kind in kinds for entry in kind)


_NO_TABLES = frozenset(["colophon"])
_FIRST = re.compile(r"[\s|]*([^|\t]*)")
_CLAUSE = re.compile(r"[,;。][^\d,]|。$")


def _is_prose(view: str, line: Line) -> bool:
    """Whether a line, no row whose figures stand behind their heads, states its figures in a sentence."""
    if line.end - line.start < _CLAUSES:
        return False
    if _CLAUSE.search(view, line.start, line.end) is None or "|" in (raw := view[line.start : line.end]) or "\t" in raw:
        return False
    label = _LABELLED.match(raw)
    if label is not None and "".join(label.group(1).split()) in known_labels() and _named().search(raw, label.end()):
        return False
    return not _is_run_on(view, line) and not _is_row(view, line)


_LABELLED = re.compile(r"\s*([^:\s]{2,}?)\s*[:\s]")
_CLAUSES = 12


def _is_named_row(view: str, line: Line) -> bool:
    """Whether a line is a row of a table whose figures stand behind their heads."""
    if line.end - line.start < 20 or not _begins_with_label(view, line):
        return False
    if len({m.group(1) for m in _named().finditer(view, line.start, line.end)}) >= _NAMED_HEADS:
        return True
    return _is_spelled(view, line, _NAMED_HEADS + 1)


def _begins_with_label(view: str, line: Line) -> bool:
    """Whether no clause of a sentence stands before the first head that has a figure, but a label."""
    first = next((m for m in _named().finditer(view, line.start, line.end) if m.group(2)), None)
    opening = _EXPLANATION.sub("", view[line.start : first.start() if first is not None else line.end])
    return not any(mark in opening for mark in ",;。") or not _has_words(opening)


def _is_spelled(view: str, line: Line, least: int) -> bool:
    """Whether a line is ``least`` labels with a figure for nearly each, and few words of anything else."""
    figures = _RUN_OF_DIGITS.findall(view, line.start, line.end)
    if len(figures) < max(least - 1, 1):
        return False
    labels = any_label().findall(view, line.start, line.end)
    if len(labels) < least or len(figures) < len(labels) - 2:
        return False
    return not _has_words(view[line.start : line.end])


def _is_row(view: str, line: Line) -> bool:
    """Whether a line is a label (and the group above it), three figures or more, and hardly a word else."""
    if len(_RUN_OF_DIGITS.findall(view, line.start, line.end)) < 3:
        return False
    raw = view[line.start : line.end]
    return len(any_label().findall(raw)) in (1, 2) and not _has_words(raw)


def _has_words(stretch: str) -> bool:
    """Whether less than half of the words of a stretch are labels."""
    return 2 * sum(len(_LETTER.findall(x)) for x in any_label().findall(stretch)) <= len(_LETTER.findall(stretch))


_RUN_OF_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[一-鿿]")
_NAMED_HEADS = 4


def _is_named_cell(view: str, line: Line) -> bool:
    """Whether a line is one head with its figure."""
    if line.end - line.start > 24:
        return False
    found = _named().match(view, line.start, line.end)
    return found is not None and line.end - found.end() < 3 and found.end() - found.end(1) > 0


def _is_run_on(view: str, line: Line) -> bool:
    """Whether a long line is a table whose boxes nothing parts."""
    if line.end - line.start <= _LONG:
        return False
    labels = any_label().findall(view, line.start, line.end)
    if len(labels) <= _FEW_LABELS:
        return False
    raw = view[line.start : line.end]
    return 2 * sum(map(len, labels)) > sum(map(str.isalpha, raw)) and any(map(str.isdigit, raw))


@cache
def _named() -> re.Pattern[str]:
    """A column head with its figure (or nothing) behind it, and what parts it from the next."""
    columns = configs.load("forms")["columns"].values()
    heads = {"".join(label.split()) for c in columns for label in (c["label"], *c.get("variants", ()))}
    return re.compile(
        rf"({any_of(heads)})\s*[:=]?\s*(\(?\s*[-+]?\d[\d,.]*(?<![,.])\s*(?:[个件项条宗起]|[万亿]?元)?\s*\)?)?\s*(?=[、,;。/\s]|$)"
    )


def _is_bridged(view: str, between: Sequence[Line]) -> bool:
    """Whether lines between two lines of a table may be of it."""
    words = 0
    for line in between:
        if _FIGURES.fullmatch(view, line.start, line.end) is None:
            words += 1
            is_long = line.end - line.start > _LONG
            if words > _GAP or (is_long and len(any_label().findall(view, line.start, line.end)) < 3):
                return False
    return True


def atoms(view: str, stretches: Sequence[tuple[int, int]]) -> list[Atom]:
    """The pieces of some stretches of the view, in the order of the text."""
    out: list[Atom] = []
    number = 0
    view = without_scaffold(without_row_numbers(view, stretches), stretches)
    view = _bordered(_single(view, stretches), stretches)
    odd = _odd_separators(view, stretches) + _LIST * _is_comma_list(view, stretches)
    for start, end in stretches:
        if out:
            out.append(Atom(start, start, LEAF, BREAK, number, 0, False))
        at = start
        ruled = view.count("├", start, end) > _MIN_RULES
        since = len(out)
        for raw in view[start:end].split("\n"):
            if "。" in raw and "|" not in raw and "\t" not in raw:
                offset = at
                for sentence in _SENTENCE.findall(raw):
                    if not _is_sentence(sentence):
                        _line(out, sentence, offset, number, odd)
                    elif out and out[-1].text != LEAF:
                        out.append(Atom(offset, offset, LEAF, BREAK, number, 0, False))
                    offset += len(sentence)
                    number += 1
            else:
                before = len(out)
                _line(out, raw, at, number, odd)
                if ruled:
                    if len(out) == before:
                        since = before
                    elif since < before:
                        _wrapped(out, since, before)
            number += 1
            at += len(raw) + 1
    return out


def _single(view: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The view with separators that are always printed twice printed once; no offset moves."""
    for mark in "|\t":
        if not any(mark * 2 in view[a:b] for a, b in stretches):
            continue
        doubled = re.compile(rf"(?:{re.escape(mark)}){{2}}")
        for a, b in stretches:
            rows = [r for r in view[a:b].split("\n") if len(doubled.findall(r.strip())) > 1]
            if len(rows) >= _MIN_ODD_LINES and not any(
                len(r) % 2 for r in re.findall(f"{re.escape(mark)}+", view[a:b])
            ):
                view = view[:a] + doubled.sub(mark + " ", view[a:b]) + view[b:]
    return view


def _bordered(view: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The view with other marks for pipes in rows that begin with an empty box rather than with a border; no offset
    moves.

    A row without a border has as many pipes as the row before it, which begins with words.
    """
    for a, b in stretches:
        if "\n|" not in view[a:b]:
            continue
        n_open = 0
        rows = view[a:b].split("\n")
        for k, raw in enumerate(rows):
            row = raw.strip()
            if "|" not in row or (_RULED.search(row) and _RULE.fullmatch(row)):
                continue
            n = row.count("|")
            if row[0] != "|":
                n_open = n
            elif n == n_open and n >= _FEW_PIPES and row.strip("| "):
                rows[k] = raw.replace("|", _UNIT)
            else:
                n_open = 0
        view = view[:a] + "\n".join(rows) + view[b:]
    return view


_FEW_PIPES = 3
_MIN_RULES = 3


def _wrapped(out: list[Atom], first: int, last: int) -> None:
    """Join the second line of a ruled row to its first: label after label, where it holds nothing but words.

    Every row of such a table is ruled off, so a line behind no rule goes on with the row above.
    """
    if any(a.kind in (VALUE, BREAK) for a in out[last:]) or not any(a.kind == VALUE for a in out[first:last]):
        return
    words = [a for a in out[last:] if a.kind == WORD]
    del out[last:]
    for word in words:
        at = max((k for k in range(first, len(out)) if out[k].kind == WORD and out[k].place == word.place), default=-1)
        if at < 0:  # a label in the middle of its box stands below the figures' line
            out.insert(first, word._replace(line=out[first].line))
        else:
            out[at] = out[at]._replace(text=out[at].text + word.text)


_ODD = "^;·、~#$&@!`¦§¤→›»·/\\_*="
_MIN_ODD_LINES = 4


def _odd_separators(view: str, stretches: Sequence[tuple[int, int]]) -> str:
    """Characters that part the cells of many lines, other than pipe, tab and comma; the likeliest first."""
    found: list[tuple[int, str]] = []
    for mark in _ODD:
        if sum(view.count(mark, a, b) for a, b in stretches) < 3 * _MIN_ODD_LINES:
            continue
        rows = [r for a, b in stretches for r in view[a:b].split("\n") if r.count(mark) > 1]
        rows = [r for r in rows if "|" not in r and "\t" not in r]
        sound = sum(all(len(p) < 45 for p in r.split(mark)) and sum(map(_is_figure, r.split(mark))) > 1 for r in rows)
        if sound >= _MIN_ODD_LINES and sound >= 0.5 * len(rows):
            found.append((sound, mark))
    return "".join(mark for _, mark in sorted(found, reverse=True))


def _is_figure(piece: str) -> bool:
    piece = "".join(piece.split()).strip('"')
    return not piece or piece.isdigit() or (len(piece) < 16 and cell_value(piece) is not None)


def _is_sentence(stretch: str) -> bool:
    """Whether a stretch that ends in 。 is a sentence of prose rather than a row spelled out."""
    if len(stretch) <= 15 or "。" not in stretch or len(any_label().findall(stretch)) > 1 or not _has_words(stretch):
        return False
    return spelled(stretch) is None


def _line(out: list[Atom], raw: str, at: int, number: int, odd: str) -> None:
    if raw.isdigit():  # the commonest line by far
        out.append(Atom(at, at + len(raw), raw, VALUE, number, 0, False))
        return
    if not raw or (raw.isspace() and "\t" not in raw and _UNIT not in raw):
        out.append(Atom(at, at, "", BREAK, number, 0, False))
        return
    if len(raw) > _USUAL or raw[0] in ".、":
        _pieces(out, raw, at, number, odd)
        return
    for start, end, text, kind, _, place, glued in _usual(raw, odd):
        out.append(Atom(start + at, end + at, text, kind, number, place, glued))


_USUAL = 40
"""Lines no longer than this come again in other reports: the form's labels make most of them."""


@lru_cache(maxsize=8192)
def _usual(raw: str, odd: str) -> tuple[Atom, ...]:
    """The pieces of a line that nothing before it bears on."""
    out: list[Atom] = []
    _pieces(out, raw, 0, 0, odd)
    return tuple(out)


def _pieces(out: list[Atom], raw: str, at: int, number: int, odd: str) -> None:
    if _BORDER.search(raw):
        raw = raw.translate(_BORDER_PIPES)
    if (
        raw[0] in ".、"
        and out
        and out[-1].place == 0
        and out[-1].kind == VALUE
        and len(out[-1].text) == 1
        and raw[1:2] not in "0123456789"
    ):
        out.pop()  # the number of a label that was torn off
    if ".." in raw or "…" in raw or "__" in raw:  # leaders from a label to its figure
        raw = _LEADER.sub(lambda m: " " * len(m.group()), raw)
    if "%" in raw:  # a share is no count
        raw = _SHARE.sub(lambda m: " " * len(m.group()), raw)
    if "<" in raw and _TAG.search(raw):  # tags that nobody parsed
        raw = _CELL_END.sub(lambda m: "\t".rjust(len(m.group())), raw)
        raw = _TAG.sub(lambda m: " " * len(m.group()), raw).removesuffix("\t")
    if _UNIT in raw:
        _separated(out, raw, at, number, _UNIT)
    elif "|" in raw:
        if _RULED.search(raw) and _RULE.fullmatch(raw):
            return
        _separated(out, raw, at, number, "|")
    elif "\t" in raw:
        _separated(out, raw, at, number, "\t")
    elif (_RULED.search(raw) and _RULE.fullmatch(raw)) or _PAGE.fullmatch(raw):
        return
    elif len(raw) > 12 and (spread := _spread(raw)) is not None:
        _blanks(out, spread, at, number, 0)
    elif (boxes := spelled(raw)) is not None:
        _separated(out, boxes, at, number, _UNIT)
    elif raw.count(",") >= 2 and _is_list((whole := _whole(raw, has_thousands=_LIST not in odd)).split(_UNIT)):
        _separated(out, whole, at, number, _UNIT)
    elif odd and (mark := next((m for m in odd if m != _LIST and raw.count(m) > 1), "")):
        _separated(out, raw, at, number, mark)
    else:
        _blanks(out, raw, at, number, 0)


_PARTED = re.compile(
    r"(?<=[\d个件项条宗起元)])[、;。/](?!\d)|(?<=[\d个件项条宗起元)]),(?!\d)|="
    r"|\((?=\s*[-+]?\d[\d,.]*\s*(?:[个件项条宗起]|[万亿]?元)?\s*\))|(?<=[\d个件项条宗起元])\s*\)"
)
_QUOTED = re.compile(r'"[^"]*"')
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])")


def _is_comma_list(view: str, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether commas part the heads of several rows: they part figures then, too, and no thousands."""
    rows = (r for a, b in stretches for r in view[a:b].split("\n") if r.count(",") > 1)
    return sum(len(r) < _LONG and _TIGHT.search(r) is not None and not any(map(str.isdigit, r)) for r in rows) > 1


_LIST = ","
_TIGHT = re.compile(r"[一-鿿],[一-鿿]{2,}.*,")


def _whole(raw: str, *, has_thousands: bool = True) -> str:
    """A line of comma-separated cells, another mark for the commas that part cells."""
    within: list[tuple[int, int]] = [m.span() for m in _QUOTED.finditer(raw)] if '"' in raw else []
    if not within and " " in raw and has_thousands:
        within = [m.span() for m in _THOUSANDS.finditer(raw)]
    if not within:
        return raw.replace(",", _UNIT)
    out, at = [], 0
    for start, end in within:
        out += [raw[at:start].replace(",", _UNIT), raw[start:end]]
        at = end
    return "".join([*out, raw[at:].replace(",", _UNIT)])


def _spread(raw: str) -> str | None:
    """A row whose figures stand behind their heads, blanks for what parts them; None for any other line."""
    found = [m for m in _named().finditer(raw) if m.group(2)]
    if len(found) < 2 or len({m.group(1) for m in found}) < 2:
        return None
    first = found[0].start()
    return raw[:first] + _PARTED.sub(" ", raw[first:])


def _is_list(pieces: list[str]) -> bool:
    """Whether commas separate cells: figures or nothing, but for the first few pieces."""
    figures = sum(map(_is_figure, pieces[1:]))
    return 2 * figures >= len(pieces) - 1 >= 2 or (len(pieces) >= 4 and all(len(p) <= 14 for p in pieces))


def _separated(out: list[Atom], raw: str, at: int, number: int, separator: str) -> None:
    cells = raw.split(separator)
    offset = at
    first, last = 0, len(cells)
    has_tail = False
    if separator == "|":
        if not any(c.strip() for c in cells):
            # A line of pipes alone ends a row, or counts what a merged box spans, as often as it keeps empty boxes.
            out.append(Atom(at, at, SOFT if len(cells) == 2 else "", BREAK, number, 0, False))
            return
        if not cells[0].strip():
            first = 1
        if not cells[-1].strip():
            last -= 1
        if first == 0 and " |" in raw.strip() and not cells[-1].strip():
            # `a | b |||`: pipes without a blank between them count what merged boxes span, not empty ones.
            while last > 1 and not cells[last - 1]:
                last -= 1
            if last < len(cells) - 1:
                last -= not cells[last - 1].strip() and last > 1
                has_tail = True
    elif separator == "\t" and not cells[0].strip() and len(cells) > 1:
        filled = [k for k, c in enumerate(cells) if c.strip()]
        if len(filled) < 2:  # a cell on a line of its own, whatever its indent
            first, last = (filled[0], filled[0] + 1) if filled else (len(cells) - 1, len(cells))
    for place, cell in enumerate(cells):
        width = len(cell)
        if first <= place < last:
            if cell.isdigit():
                out.append(Atom(offset, offset + width, cell, VALUE, number, place, False))
            elif not cell or cell.isspace():
                out.append(Atom(offset, offset + width, "", EMPTY, number, place, False))
            else:
                _cell(out, cell, offset, number, place)
        offset += width + 1
    if has_tail:
        out.append(Atom(offset - 1, offset - 1, TAIL, BREAK, number, last, False))


def _cell(out: list[Atom], cell: str, at: int, number: int, place: int) -> None:
    """One cell between separators. Blanks inside it part figures, not words."""
    start = len(cell) - len(cell.lstrip(' "'))
    stripped = cell.strip(' "')
    if not stripped:
        out.append(Atom(at, at + len(cell), "", EMPTY, number, place, False))
        return
    if stripped.isdigit():
        out.append(Atom(at + start, at + start + len(stripped), stripped, VALUE, number, place, False))
        return
    pieces = stripped.split()
    if len(pieces) > 1 and sum(p.lstrip("+-").isdigit() for p in pieces) >= 1:
        compact = "".join(pieces)
        if cell_value(compact) is None or all(p.lstrip("+-").isdigit() for p in pieces):
            _blanks(out, stripped, at + start, number, place)
            return
    _piece(out, stripped, at + start, number, place, False)


def _blanks(out: list[Atom], raw: str, at: int, number: int, place: int) -> None:
    """A line or cell whose pieces only blanks part."""
    start = len(raw) - len(raw.lstrip())
    stripped = raw.strip()
    if " " not in stripped and "\t" not in stripped:
        _piece(out, stripped, at + start, number, place, False)
        return
    compact = "".join(stripped.split())
    named = _NAMED.fullmatch(compact)
    if (
        (named is not None and named[1] in known_labels())
        or compact in known_labels()
        or is_dated(compact)  # 2012 年度
        or (_DIGITS_APART.search(stripped) is None and cell_value(compact) is not None)
    ):
        _piece(out, stripped, at + start, number, place, False)
        return
    offset = at + start
    held: tuple[int, str] | None = None  # an enumerator waits for its words
    for match in _APART.finditer(stripped):
        piece, begin = match.group(), offset + match.start()
        if held is not None:
            begin, piece = held[0], stripped[held[0] - offset : match.end()]
            held = None
        elif piece[-1] in ".、)" and _ENUMERATOR.fullmatch(piece) and match.end() < len(stripped):
            held = (begin, piece)
            continue
        if piece in _MONEY and out and out[-1].kind == VALUE and out[-1].line == number and out[-1].text[-1].isdigit():
            figure = out.pop()  # 741,905.33 万元
            out.append(figure._replace(end=begin + len(piece), text=figure.text + piece))
            continue
        _piece(out, piece, begin, number, place, False)
        place += 1
    if held is not None:
        _piece(out, held[1], held[0], number, place, False)


def _piece(out: list[Atom], piece: str, at: int, number: int, place: int, glued: bool) -> None:
    """One piece: a value, an emptiness, or words with perhaps values glued to them."""
    if piece.isdigit():
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
    if text.isdigit():
        out.append(Atom(at, end, text, VALUE, number, place, glued))
        return
    if len(text) <= 16:
        read = cell_value(text) if text[0] not in _NUMERALS and text[-1] != "%" else None
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
            end -= 1
        elif (
            (after in _NO_VALUE_AFTER and after and piece[start:end].isdigit()) or (start == 0 and not glued and after)
        ) and not (_label_follows(piece, end) or _goes_on(out, piece, end, number)):
            continue
        if end > start:
            cuts.append((start, end))
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
    if len(text) > 5 and text not in known_labels() and ((cuts := label_cuts(text)) or len(text) == len(piece)):
        places = range(len(piece)) if len(text) == len(piece) else [k for k, c in enumerate(piece) if not c.isspace()]
        done = 0
        for cut in (*cuts, len(text)):
            if any(map(str.isalnum, text[done:cut])) or cut - done == len(text):
                start, end = at + places[done], at + places[cut - 1] + 1
                out.append(Atom(start, end, text[done:cut], WORD, number, place, glued or done > 0))
            done = cut
        return
    out.append(Atom(at, at + len(piece), text, WORD, number, place, glued))


def _goes_on(out: Sequence[Atom], piece: str, end: int, number: int) -> bool:
    """Whether a figure that a numbered heading touches stands behind a label or another figure of its line."""
    is_behind = bool(out) and out[-1].line == number and out[-1].kind in (VALUE, WORD)
    return is_behind and _SECTION.match(piece, end) is not None


_SECTION = re.compile(r"\s*\(?[一二三四五六七八九十]{1,2}[、.)]")


def _is_behind_figure(out: Sequence[Atom], number: int) -> bool:
    """Whether the last piece is a figure of the same line."""
    return bool(out) and out[-1].line == number and out[-1].kind == VALUE


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
