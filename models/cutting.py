"""Cuts the text of tables into its smallest pieces, by newlines, tabs, pipes, blanks or whatever else parts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ..corpus.annexes import is_dated
from ..corpus.numbers import MONEY, cell_value
from .annex_lines import UNIT as _UNIT
from .annex_lines import spelled
from .atoms import BREAK, EMPTY, ENUMERATOR, LEAF, SOFT, TAIL, VALUE, WORD, Atom, add_piece
from .labels import any_label, known_labels
from .ordinals import without_row_numbers
from .regions import LONG, has_words, named_heads
from .scaffold import without_scaffold
from .strokes import Strokes, strokes
from .told import with_told_boxes

_RULE = re.compile(r"[\s|+=:·.\-┌┬┐├┼┤└┴┘━═╔╦╗╠╬╣╚╩╝╟╢╠╣╤╧╪╫]*")
_RULED = re.compile(r"-{3}|={3}|[┬┼┴├┤┌└━═╦╬╩╟]")
_PAGE = re.compile(
    r"\s*(?:-{1,2}\s*\d{1,3}\s*-{1,2}|[·•]\s*\d{1,3}\s*[·•]|~\s*\d{1,3}\s*~|[\[〔]\s*\d{1,3}\s*[\]〕]"
    r"|第\s*(?:\d{1,3}|[一二三四五六七八九十]{1,4})\s*页(?:\s*[,/]?\s*共\s*(?:\d{1,3}|[一二三四五六七八九十]{1,4})\s*页)?"
    r"|共\s*\d{1,3}\s*页\s*[,/]?\s*第\s*\d{1,3}\s*页|\d{1,3}\s*/\s*\d{1,3}\s*页?"
    r"|[Pp](?:(?:age|AGE)\.?)?\s*\d{1,3}(?:\s*(?:of|OF|/)\s*\d{1,3})?|\*\*+)\s*"
)
_DIGITS_APART = re.compile(r"\d[^ ]* +[^ ]*\d")
_APART = re.compile(r"(?:\([^()\n]*\)|[^\s,;]|[,;](?=\d))+")
_NAMED = re.compile(r"(\D{2,6})\d+(?:\.\d+)?")
_MONEY = frozenset(MONEY)
_LEADER = re.compile(r"\.{3,}|…{1,}|_{3,}|·{3,}")
_SHARE = re.compile(r"(?:(?<![\d.)])[-+])?\d[\d.,]*\s*%")
_TAG = re.compile(r"</?(?:t[rdh]|table|tbody|thead|p|span|div|br)\b[^<>]{0,200}>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。]+。?|。")
_BORDER = re.compile("[║‖┆┊∥]")
_BORDER_PIPES = str.maketrans(dict.fromkeys("║‖┆┊∥", "|"))


def atoms(view: str, stretches: Sequence[tuple[int, int]]) -> list[Atom]:
    """The pieces of some stretches of the view, in the order of the text."""
    out: list[Atom] = []
    number = 0
    view = without_row_numbers(view, stretches)
    touching = strokes(view, stretches)
    if touching is None:
        view = without_scaffold(view, stretches)
    view = _bordered(_single(view, stretches), stretches)
    odd = _odd_separators(view, stretches) + _LIST * _is_comma_list(view, stretches)
    for start, end in stretches:
        if out:
            out.append(Atom(start, start, LEAF, BREAK, number, 0, False))
        at = start
        ruled = view.count("├", start, end) > _MIN_RULES
        since = len(out)
        for raw in view[start:end].split("\n"):
            if touching is not None and any(touching.runs(raw)):
                _touching(out, raw, at, number, odd, touching)
            elif "。" in raw and "|" not in raw and "\t" not in raw:
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
    return with_told_boxes(out, view, stretches, odd)


def _touching(out: list[Atom], raw: str, at: int, number: int, odd: str, touching: Strokes) -> None:
    """A line of boxes that touch, with strokes for the empty ones."""
    done = 0
    for start, end in touching.runs(raw):
        _line(out, raw[done:start], at + done, number, odd)
        place = out[-1].place + 1 if out and out[-1].line == number else 0
        out += touching.boxes(raw[start:end], at + start, number, place)
        done = end
    if raw[done:].strip():
        _line(out, raw[done:], at + done, number, odd)


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
    if len(stretch) <= 15 or "。" not in stretch or len(any_label().findall(stretch)) > 1 or not has_words(stretch):
        return False
    return spelled(stretch) is None


def _line(out: list[Atom], raw: str, at: int, number: int, odd: str) -> None:
    if raw.isdecimal():  # the commonest line by far
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
    if "\t" in raw and "|" in raw:  # two boxes of one: the rule between them is left
        raw = _RULE_WITHIN.sub("\t", raw)
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
    elif _SUM.fullmatch(raw) and _LIST not in odd:
        _blanks(out, raw, at, number, 0)
    elif raw.count(",") >= 2 and _is_list((whole := _whole(raw, has_thousands=_LIST not in odd)).split(_UNIT)):
        _separated(out, whole, at, number, _UNIT)
    elif odd and (mark := next((m for m in odd if m != _LIST and raw.count(m) > 1), "")):
        _separated(out, raw, at, number, mark)
    else:
        _blanks(out, raw, at, number, 0)


_RULE_WITHIN = re.compile(r"(?<=\d)\|(?=\d)")
_PARTED = re.compile(
    r"(?<=[\d个件项条宗起元无)])[、;。/](?!\d)|(?<=[\d个件项条宗起元无)]),(?!\d)|="
    r"|\((?=\s*[-+]?\d[\d,.]*\s*(?:[个件项条宗起]|[万亿]?元)?\s*\))|(?<=[\d个件项条宗起元])\s*\)"
)
_QUOTED = re.compile(r'"[^"]*"')
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])")

_SUM = re.compile(r"\s*(?:[约近]|人民币|[￥¥])*\d{1,3}(?:,\d{3})+(?:\.\d+|(?:\.\d+)?\(?[百千万亿]?元\)?)\s*")
"""Money alone on its line: its commas part thousands."""


def _is_comma_list(view: str, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether commas part the heads of several rows: they part figures then, too, and no thousands."""
    rows = (r for a, b in stretches for r in view[a:b].split("\n") if r.count(",") > 1)
    return sum(len(r) < LONG and _TIGHT.search(r) is not None and not any(map(str.isdigit, r)) for r in rows) > 1


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
    found = [m for m in named_heads().finditer(raw) if m.group(2)]
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
            if cell.isdecimal():
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
    if stripped.isdecimal():
        out.append(Atom(at + start, at + start + len(stripped), stripped, VALUE, number, place, False))
        return
    pieces = stripped.split()
    if len(pieces) > 1 and sum(p.lstrip("+-").isdigit() for p in pieces) >= 1:
        compact = "".join(pieces)
        if cell_value(compact) is None or all(p.lstrip("+-").isdigit() for p in pieces):
            _blanks(out, stripped, at + start, number, place)
            return
    add_piece(out, stripped, at + start, number, place, False)


def _blanks(out: list[Atom], raw: str, at: int, number: int, place: int) -> None:
    """A line or cell whose pieces only blanks part."""
    start = len(raw) - len(raw.lstrip())
    stripped = raw.strip()
    if " " not in stripped and "\t" not in stripped:
        add_piece(out, stripped, at + start, number, place, False)
        return
    compact = "".join(stripped.split())
    named = _NAMED.fullmatch(compact)
    if (
        (named is not None and named[1] in known_labels())
        or compact in known_labels()
        or is_dated(compact)  # 2012 年度
        or (_DIGITS_APART.search(stripped) is None and cell_value(compact) is not None)
    ):
        add_piece(out, stripped, at + start, number, place, False)
        return
    offset = at + start
    held: tuple[int, str] | None = None  # an enumerator waits for its words
    for match in _APART.finditer(stripped):
        piece, begin = match.group(), offset + match.start()
        if held is not None:
            begin, piece = held[0], stripped[held[0] - offset : match.end()]
            held = None
        elif piece[-1] in ".、)" and ENUMERATOR.fullmatch(piece) and match.end() < len(stripped):
            held = (begin, piece)
            continue
        if piece in _MONEY and out and out[-1].kind == VALUE and out[-1].line == number and out[-1].text[-1].isdigit():
            figure = out.pop()  # 741,905.33 万元
            out.append(figure._replace(end=begin + len(piece), text=figure.text + piece))
            continue
        add_piece(out, piece, begin, number, place, False)
        place += 1
    if held is not None:
        add_piece(out, held[1], held[0], number, place, False)
