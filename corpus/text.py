"""The decoded source and a cleaned view of it, with the way back for every character.

The cleaned view is what models read: half-width punctuation and digits, Simplified
script, no zero-width characters, no pinyin in brackets, no placeholders of images.
Nearly all cleaning replaces one character by one; only deletions shift offsets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .. import configs
from .report import Span

_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])\(([a-zü-üāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňǹ]{1,6})\)")
_PLACEHOLDER = re.compile(r"\[(?:image|bookmark|图片|附件图)[:：][^\]\n]{0,80}\]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ufffe]+")
_BLANK_ENTITY = re.compile(r"&(?:nbsp|emsp|ensp|thinsp|#160|#xa0|#12288|#x3000);", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,4});")
_MIN_PINYIN = 3
_MIN_TRADITIONAL = 0.02


@cache
def _tables() -> tuple[dict[int, str], frozenset[str], dict[str, str]]:
    """The one-to-one replacements, the characters that only Traditional script has, its vocabulary."""
    settings = configs.load("text")
    table: dict[int, str] = {}
    for code in range(0xFF01, 0xFF5F):
        table[code] = chr(code - 0xFEE0)
    for char in settings["blanks"]:
        table[ord(char)] = " "
    for target, chars in settings["replace"].items():
        for char in chars:
            table[ord(char)] = target
    traditional = {}
    for pair in settings["traditional"].split():
        traditional[ord(pair[0])] = pair[1]
    keep = set(settings["not_traditional"])
    table.update({c: s for c, s in traditional.items() if chr(c) not in keep})
    only = frozenset(chr(c) for c in traditional if chr(c) not in keep)
    vocabulary = {k: v for k, v in settings["vocabulary"].items() if len(k) == len(v)}
    vocabulary |= {pair[0]: pair[1] for pair in settings["only_in_traditional"].split()}
    return table, only, vocabulary


_PLANE = 0x10000


@cache
def _arrays() -> tuple[np.ndarray, np.ndarray]:
    """For every character of the basic plane what replaces it, and whether only Traditional script has it."""
    replaced, only, _ = _tables()
    new = np.arange(_PLANE, dtype=np.uint32)
    for code, char in replaced.items():
        new[code] = ord(char)
    is_traditional = np.zeros(_PLANE, dtype=bool)
    is_traditional[[ord(char) for char in only]] = True
    return new, is_traditional


def _translated(source: str) -> tuple[str, int]:
    """The source with characters replaced one by one, and how many only Traditional script has."""
    new, is_traditional = _arrays()
    points = np.frombuffer(source.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    within = points < _PLANE
    known = points if within.all() else np.where(within, points, 0)
    view = new.take(known)
    if known is not points:
        view = np.where(within, view, points)
    n_traditional = np.count_nonzero(is_traditional.take(known))
    return view.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass"), int(n_traditional)


@dataclass(frozen=True, eq=False)
class Text:
    """A decoded source and its cleaned view.

    Attributes
    ----------
    source : str
        What a reader sees; all public offsets count its characters.
    view : str
        What the models read.
    origin : ndarray of int32, shape (len(view) + 1,), or None
        Source offset of each character of the view; None where the two run in step.
    """

    source: str
    view: str
    origin: np.ndarray | None

    @classmethod
    def of(cls, source: str) -> Text:
        """Clean a decoded source."""
        entities = list(_ENTITY.finditer(source)) if "&" in source else []
        view, n_traditional = _translated(_unescaped(source, entities) if entities else source)
        if "\r" in view:  # one for one, so that offsets stay: CR LF is a blank and a line's end
            view = view.replace("\r", " " if "\n" in view else "\n")
        if "&" in view:  # blanks that were never decoded, one for one again
            view = _BLANK_ENTITY.sub(lambda m: " " * len(m.group()), view)
        drop = [m.span() for m in _INVISIBLE.finditer(view)]
        drop += [(m.start() + 1, m.end()) for m in entities if view[m.start()] != "&"]
        if "(" in view:
            pinyin = [(m.start(), m.end()) for m in _PINYIN.finditer(view)]
            if len(pinyin) >= _MIN_PINYIN:
                drop += pinyin
        if "[" in view:
            drop += [m.span() for m in _PLACEHOLDER.finditer(view)]
        drop += _soft_breaks(view)
        origin = None
        if drop:
            view, origin = _without(view, sorted(drop))
        if n_traditional > _MIN_TRADITIONAL * max(len(source), 1):
            for old, new in _tables()[2].items():
                view = view.replace(old, new)
        return cls(source, view, origin)

    def blanked(self, stretches: Iterable[tuple[int, int]]) -> Text:
        """The same text with blanks in the view for stretches ``[start, end)`` of the source; line ends stay."""
        view = self.view
        for start, end in stretches:
            if self.origin is not None:
                start, end = (int(at) for at in np.searchsorted(self.origin[:-1], (start, end)))
            view = view[:start] + "".join("\n" if c == "\n" else " " for c in view[start:end]) + view[end:]
        return Text(self.source, view, self.origin)

    def span(self, start: int, end: int) -> Span:
        """The span of the source that the stretch ``[start, end)`` of the view came from."""
        if self.origin is None:
            return Span(int(start), int(end))
        if end <= start:
            at = int(self.origin[start])
            return Span(at, at)
        return Span(int(self.origin[start]), int(self.origin[end - 1]) + 1)

    def view_offset(self, offset: int) -> int:
        """The offset in the view of the first kept character at or after ``offset`` of the source."""
        if self.origin is None:
            return int(offset)
        return int(np.searchsorted(self.origin, offset, side="left"))


_FULL_END = re.compile(r"[\u4e00-\u9fff\d,、(\"A-Za-z]")
_NEW_ITEM = re.compile(
    r"\s*(?:[(\[]?[一二三四五六七八九十]{1,3}[)、.\]]|[(]?\d{1,2}[)、.]|[#|>*-]|第[一二三四五六七八九十])"
)
_COLUMNS = re.compile(r"[\t|]|\s{2}|\d[^\s\d]{0,2}\s+[-+]?\d|\s[-+]?\d+\D?$|^\d+$")
"""What a row of a table has and a wrapped line of prose has not."""
_GOES_ON = re.compile(r"[\u4e00-\u9fff\d,、。;:)《\"(](?:.{7}|.*[。;]$)")
_HEADING_END = re.compile(r"(?:报告|年报|情况|事项)$")
_MIN_WRAPPED = 5
_RECORD = re.compile(r",\s*\"?[-+]?\d[\d.]*\"?$")
_MIN_RECORDS = 10
"""Of so many lines that end in a figure behind a comma, none is prose that goes on below: they are records."""


def _soft_breaks(view: str) -> list[tuple[int, int]]:
    """Line ends that a page's width set, in a text whose paragraphs were wrapped at one length (PDF, mail)."""
    stripped = [line for raw in view.split("\n") if (line := raw.strip())]
    long = [line for line in stripped if 18 <= len(line) <= 80]
    if len(long) < _MIN_WRAPPED:
        return []
    records = {line for line in stripped if "," in line and _RECORD.search(line)}
    if len(records) < _MIN_RECORDS:
        records = set()
    open_ended = [len(line) for line in long if line not in records and _is_open(line)]
    if len(open_ended) < _MIN_WRAPPED or 3 * len(open_ended) < len(long):
        return []
    width, _ = Counter(open_ended).most_common(1)[0]
    n_full = sum(abs(size - width) <= 2 for size in open_ended)
    if n_full < _MIN_WRAPPED or 2 * n_full < len(open_ended):
        return []
    starts = [at + len(raw) - len(raw.lstrip()) for at, raw in _printed_lines(view)]
    out = []
    for i in range(len(stripped) - 1):
        line, below = stripped[i], stripped[i + 1]
        wraps = abs(len(line) - width) <= 2 and _is_open(line) and not _HEADING_END.search(line)
        if (
            wraps
            and line not in records
            and _GOES_ON.match(below)
            and not _NEW_ITEM.match(below)
            and not _COLUMNS.search(below)
        ):
            out.append((starts[i] + len(line), starts[i + 1]))
    return out


def _is_open(line: str) -> bool:
    """Whether a line may be prose that goes on below."""
    return _FULL_END.match(line, len(line) - 1) is not None and _COLUMNS.search(line) is None


def narrow(stretch: str) -> str:
    """A short stretch of the source as the view has it but for placeholders and vocabulary; no way back."""
    view = _INVISIBLE.sub("", stretch.translate(_tables()[0]))
    return _PINYIN.sub("", view) if "(" in view else view


def _unescaped(source: str, entities: list[re.Match[str]]) -> str:
    """The source with the first character of each HTML entity made the character that it stands for."""
    pieces = []
    at = 0
    for match in entities:
        char = unescape(match.group())
        if len(char) == 1:
            pieces += [source[at : match.start()], char, match.group()[1:]]
            at = match.end()
    return "".join(pieces) + source[at:]


def _without(view: str, drop: list[tuple[int, int]]) -> tuple[str, np.ndarray]:
    """The view without the given stretches, and where each kept character stood."""
    keep = np.ones(len(view), dtype=bool)
    for start, end in drop:
        keep[start:end] = False
    origin = np.append(np.flatnonzero(keep), len(view)).astype(np.int32)
    pieces = []
    at = 0
    for start, end in drop:
        if start > at:
            pieces.append(view[at:start])
        at = max(at, end)
    pieces.append(view[at:])
    return "".join(pieces), origin


class Line(NamedTuple):
    """A stretch of the view: a printed line, or a sentence of a long one."""

    start: int
    end: int
    opens: bool
    """Whether a printed line begins here."""


_LONG = 160
_HUGE = 600
"""A line so long is a page that lost its line ends; blanks are all that is left of them."""
_MOST = 0.5
"""A long line that holds so much of a text is a page, too, of a short report."""
_CUT = re.compile(r"(?<=[。!?;])(?=[^\s\"”』」)])|(?<=[^第\d、])(?=[一二三四五六七八九]、[\u4e00-\u9fff])")
_HEADING_WITHIN = re.compile(
    r"(?:(?<=[。;:!?)])|(?<=[^\s、|])[ \t]+)(?=[二三四五六七八九]、(?![一二三四五六七八九十]、)[\u4e00-\u9fff]{4})"
)
"""Where the next heading stands on the line of the one before, however short that is."""
_NUMBER_WITHIN = re.compile(r"[。;:!?) \t][二三四五六七八九]、")
_CUT_HUGE = re.compile(_CUT.pattern + r"|(?<=[^\s])\s+(?=[\u4e00-\u9fff(第《])")


def lines(view: str, breaks: Callable[[str], list[int]] | None = None) -> list[Line]:
    """The lines of a view, blank ones left out, long ones cut at sentences and at headings.

    Parameters
    ----------
    breaks : callable (line) -> offsets, or None
        Tells where lines began in one so long that it is a page; None: at blanks.
    """
    out: list[Line] = []
    # The exact pattern looks at every character, the other one only at numbers that follow something.
    has_headings_within = _NUMBER_WITHIN.search(view) is not None and _HEADING_WITHIN.search(view) is not None
    for start, raw in _printed_lines(view):
        is_long = len(raw) > _LONG
        if not is_long and not has_headings_within:
            out.append(Line(start, start + len(raw), True))
            continue
        is_page = len(raw) > min(_HUGE, _MOST * len(view))
        find = _HEADING_WITHIN if not is_long else _CUT_HUGE if len(raw) > _HUGE and breaks is None else _CUT
        found = {m.end() for m in find.finditer(raw)}
        if is_long and is_page and breaks is not None:
            found.update(breaks(raw))
        opens = True
        for a, b in pairwise([0, *sorted(found), len(raw)]):
            if b > a and not raw[a:b].isspace():
                out.append(Line(start + a, start + b, opens))
                opens = False
    return out


def _printed_lines(view: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, each with its place."""
    at = 0
    for raw in view.split("\n"):
        if raw and not raw.isspace():
            yield at, raw
        at += len(raw) + 1
