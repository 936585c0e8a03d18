"""Lines to sections: a trained sequence model over the lines of a report.

Each line gets a section and a kind (heading, prose, table). Deciding all lines together
keeps two headings in a row, a heading without its number and the rows of the form that
look like headings (四、结转下年度继续办理) apart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

import numpy as np

from ..corpus.alternatives import any_of
from ..corpus.forms import forms
from ..corpus.pieces import in_pieces, on_one_line
from ..corpus.report import Report, Section, Span
from ..corpus.text import Line, Text, lines
from . import store
from .breaks import LineBreaks
from .crf import LinearChainCRF
from .features import fold, fold_all, matrix, no_digits, shape_codes, window
from .item_windows import line_windows
from .linear import LinearClassifier
from .outline import outlined
from .second import SecondOpinion
from .section_moves import bound, is_backwards

NAME = "sections"
FEATURES = 5
"""Version of the feature function; a model fitted with another one is refused."""

_WIDTH = 28
_FIGURES = re.compile(r"[\d\s|.,%+/\\:-]*")
_MAX_HEADING = 40


class LineTag(NamedTuple):
    """What a line is: its section, whether heading, prose or table, and how sure that is."""

    section: str
    kind: str
    confidence: float


_NAMED_BY_PAGE = 6.0


_PAGE_NUMBER = re.compile(r"\s*-\s*\d{1,3}\s*-\s*")


def _is_figures(raw: str) -> bool:
    return _FIGURES.fullmatch(raw) is not None and _PAGE_NUMBER.fullmatch(raw) is None


_RULE = re.compile(r"[\s|+:.\u2500-\u257f]*[-=*~#\u2500-\u257f]{3}[\s|+:.*~#=\-\u2500-\u257f]*")
"""A line drawn above, between or below the rows of a table."""


def carriers(view: str, rows: Sequence[Line]) -> np.ndarray:
    """For each line the index of the line that is tagged in its stead.

    A line of figures alone (a table that became one number a line has hundreds) says nothing
    about its section; it follows the line before it. So does a rule below a row of a drawn table;
    one that is drawn above the first row goes with that row.
    """
    out: list[int] = []
    last = 0
    is_row = False
    above = 0
    for i, row in enumerate(rows):
        raw = view[row.start : row.end]
        is_rule = not raw.isdecimal() and _RULE.fullmatch(raw) is not None  # figures are the commonest lines by far
        is_carried = is_rule or _says_nothing(raw)
        if i == 0 or not is_carried:
            last = i
            if "|" in raw:
                out[i - above :] = [i] * above
        above = above + 1 if is_rule and not is_row else 0
        is_row = not is_rule and (is_carried or "|" in raw)
        out.append(last)
    return np.array(out, dtype=np.int64)


def _says_nothing(raw: str) -> bool:
    """A line of figures or of empty boxes."""
    return (len(raw) <= _MAX_FIGURES and (raw.isdecimal() or _is_figures(raw))) or not raw.strip("| \t")


_MAX_FIGURES = 24


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
_INDENT = re.compile(r"[\s?#*>•·◆■□]*(?:-\s+)?[\s*]*")
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


def units_of(view: str, rows: Sequence[Line]) -> tuple[np.ndarray, np.ndarray, list[Line], list[int]]:
    """The carrier of each line, the carriers, and how many lines each carries besides itself."""
    carrier = carriers(view, rows)
    heads, counts = np.unique(carrier, return_counts=True)
    return carrier, heads, [rows[i] for i in heads.tolist()], (counts - 1).tolist()


class SectionModel:
    """Tags the lines of a report with section and kind.

    >>> model = SectionModel.load(folder)                            # doctest: +SKIP
    >>> rows = model.rows(text)                                      # doctest: +SKIP
    >>> tags = model.predict(text, rows)                             # doctest: +SKIP
    """

    def __init__(self, crf: LinearChainCRF, breaks: LineBreaks) -> None:
        self.crf = crf.without(is_backwards)
        self.breaks = breaks
        self.second: SecondOpinion | None = None
        """Asked about lines that the CRF is unsure of, where an encoder reads beside it."""
        self._parts = [label.split(":") for label in crf.labels]
        kinds = np.array([kind for kind, _ in self._parts])
        names = np.array([section for _, section in self._parts])
        stays = names[:, None] == names[None, :]
        inside = stays | (kinds == "heading")[None, :]
        part = (stays & (kinds != "heading")[None, :]) | (names == "colophon")[:, None] | (names == "colophon")[None, :]
        self._moves = self.crf.moves(inside, part)
        self._is_colophon = np.array([section == "colophon" for _, section in self._parts])

    def rows(self, text: Text) -> list[Line]:
        """The lines of a text; where it lost them, as they probably were."""
        return lines(text.view, self.breaks.find)

    def predict(self, text: Text, rows: Sequence[Line], furniture: Sequence[tuple[int, int]] = ()) -> list[LineTag]:
        """One tag for each line.

        Parameters
        ----------
        furniture : sequence of (start, end)
            Stretches of the source that a web page itself names navigation or footer: strong
            evidence for colophon, but no more, as pages name wrongly.
        """
        if not rows:
            return []
        carrier, heads, units, n_after = units_of(text.view, rows)
        emissions = self.crf.emissions(features(text.view, units, n_after))
        if furniture:
            within = np.array([any(a <= text.span(u.start, u.end).start < b for a, b in furniture) for u in units])
            emissions[np.ix_(within, self._is_colophon)] += _NAMED_BY_PAGE
        limits = bound(text.view, units)
        path = self.crf.decode(emissions, limits, self._moves)
        sure = self.crf.local_confidence(emissions, path)
        if self.second is not None:
            joined = self.second.joined(
                emissions, sure, lambda v, which: line_windows(v, text.view, units, n_after, which)
            )
            if joined is not None:
                path = self.crf.decode(joined, limits, self._moves)
                sure = self.crf.local_confidence(joined, path)
        tags = [LineTag(self._parts[p][1], self._parts[p][0], float(c)) for p, c in zip(path, sure, strict=True)]
        place = np.searchsorted(heads, carrier)
        return [
            tags[p] if head == i or tags[p].kind != "heading" else tags[p]._replace(kind="prose")
            for i, (p, head) in enumerate(zip(place.tolist(), carrier.tolist(), strict=True))
        ]

    @classmethod
    def fit(cls, reports: Iterable[Report], *, held_out: Iterable[Report] = (), **settings: Any) -> SectionModel:
        """Fit on annotated reports (``report.text`` filled); settings are those of `LinearChainCRF.fit`."""
        reports = list(reports)
        breaks = LineBreaks.fit(text.view for r in reports if "\n" in (text := Text.of(r.text)).view)
        run_together = (on_one_line(r, "" if n % 2 else " ") for n, r in enumerate(reports[::_FLAT_EVERY]))
        in_part = (in_pieces(r, random.Random(n)) for n, r in enumerate(reports[1::_PIECES_EVERY]))
        learned = sequences(chain(reports, run_together, in_part), breaks)
        crf = LinearChainCRF.fit(learned, held_out=sequences(held_out, breaks), forbidden=is_backwards, **settings)
        return cls(crf, breaks)

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        arrays = store.pack(lines=self.crf.arrays(), breaks=self.breaks.model.arrays())
        store.save(folder, NAME, arrays, {"features": FEATURES, **(about or {})})
        if self.second is not None:
            self.second.encoder.save(folder, about)

    @classmethod
    def load(cls, folder: Path) -> SectionModel:
        """Raises `store.ModelError` where the folder holds no sound model."""
        arrays = store.load_version(folder, NAME, FEATURES)
        breaks = LineBreaks(LinearClassifier.from_arrays(store.unpack(arrays, "breaks")))
        return cls(LinearChainCRF.from_arrays(store.unpack(arrays, "lines")), breaks)


_FLAT_EVERY = 8
"""Every so-many-th report is learned from on one line too."""
_PIECES_EVERY = 6
"""Every so-many-th report is learned from with sections or its end missing, too."""


def sequences(reports: Iterable[Report], breaks: LineBreaks) -> Iterator[tuple[np.ndarray, list[str]]]:
    """What the model learns from: features of the lines of each report, and their labels."""
    for report in reports:
        text = Text.of(report.text)
        rows = lines(text.view, breaks.find)
        if not rows:
            continue
        tags = truth_tags(report, text, rows)
        _, heads, units, n_after = units_of(text.view, rows)
        labels = [f"{tags[i].kind}:{tags[i].section}" for i in heads.tolist()]
        yield features(text.view, units, n_after), labels


def truth_tags(report: Report, text: Text, rows: Sequence[Line]) -> list[LineTag]:
    """The tags that an annotated report implies."""
    stretches = sorted((span, s.id) for s in report.sections for span in s.spans)
    starts = np.array([span.start for span, _ in stretches] or [0])
    firsts = {s.spans[0].start for s in report.sections if s.spans}
    table = np.zeros(len(text.source) + 1, dtype=bool)
    for one in report.tables:
        for span in one.spans:
            table[span.start : span.end] = True
    out: list[LineTag] = []
    last = -1
    for row in rows:
        raw = text.view[row.start : row.end]
        inset = _INDENT.match(raw).end() % max(len(raw), 1)  # type: ignore[union-attr]
        a, b = text.span(row.start + inset, row.start + len(raw.rstrip()))
        which = max(int(np.searchsorted(starts, (a + min(a + 3, b)) // 2, side="right")) - 1, 0)
        section = stretches[which][1] if stretches else "colophon"
        begins = which != last and starts[which] in firsts
        if table[a:b].mean() > 0.5:
            kind = "table"
        elif section == "title":
            kind = "heading"
        elif section in ("preamble", "colophon"):
            kind = "prose"
        elif begins and len("".join(raw.split())) <= _MAX_HEADING and _is_headed(raw) and not _PART.match(raw):
            kind = "heading"
        else:
            kind = "prose"
        last = which
        out.append(LineTag(section, kind, 1.0))
    return out


def _is_headed(raw: str) -> bool:
    """Whether a line is no sentence; a full stop behind a heading's last word makes none of it."""
    return "。" not in raw or _STOPPED.fullmatch(raw) is not None


_STOPPED = re.compile(r"[^。,:;\d]{4,32}(?:情况|事项|措施|问题|打算|安排|概述|概况|附表)。\s*")
_PART = re.compile(r"[\s?#*>•·◆■□-]*[(\[〔]\s*[一二三四五六七八九十\d]")
"""A numbered part of a section; where it stands first, the section's own heading is lost."""

_RESIDUE = 40
"""A colophon stretch in the middle of a section of at most so many lines interrupts it, and ends nothing."""


def sections_of(text: Text, rows: Sequence[Line], tags: Sequence[LineTag]) -> tuple[Section, ...]:
    """Sections that tile the source, in the order of the text."""
    if not rows:
        return (Section("colophon", "", (Span(0, len(text.source)),)),) if text.source else ()
    begins = [0]
    for i in range(1, len(rows)):
        before, tag = tags[i - 1], tags[i]
        if tag.section != before.section or (
            tag.kind == "heading" and before.kind != "heading" and tag.section not in ("title", "colophon")
        ):
            begins.append(i)
    sections: list[Section] = []
    for a, b in pairwise([*begins, len(rows)]):
        start = 0 if a == 0 else text.span(rows[a].start, rows[a].end).start
        end = len(text.source) if b == len(rows) else text.span(rows[b].start, rows[b].end).start
        heads = [
            text.view[r.start : r.end].strip() for r, t in zip(rows[a:b], tags[a:b], strict=True) if t.kind == "heading"
        ]
        sure = sum(t.confidence for t in tags[a:b]) / (b - a)
        span = Span(start, end)
        resumed = (
            len(sections) >= 2
            and sections[-1].id == "colophon"
            and sections[-2].id == tags[a].section
            and tags[a].kind != "heading"
        )
        if resumed:
            whole = sections[-2]
            sections[-2] = Section(whole.id, whole.title, (*whole.spans, span), min(whole.confidence, sure))
        else:
            sections.append(Section(tags[a].section, " ".join(heads), (span,), sure))
    return tuple(sections)
