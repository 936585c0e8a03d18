"""Where in a text its tables stand: stretches of lines, as the line model and the lines themselves tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Protocol

from .. import configs
from ..corpus.alternatives import any_of
from ..corpus.annexes import annex_labels, annexes
from ..corpus.text import Line
from .annex_lines import spelled
from .labels import any_label, known_labels, labels_of


class Tagged(Protocol):
    """What the line model says of a line."""

    @property
    def kind(self) -> str: ...

    @property
    def section(self) -> str: ...


_EXPLANATION = re.compile(r"\([^()]*\d[^()]*\)|\([^()]{0,12}\)")
_FEW_ROWS = 3
_FEW_CELLS = 10
_FEW_LABELS = 8
_SHORT = 48
LONG = 96
"""Lines of more characters are perhaps a whole table."""
_GAP = 12
_BESIDE = 2
_RULE = re.compile(r"[^\w]+")
"""The rule between two rows of a frame, however long."""
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
    records = [i for i, line in enumerate(lines) if _is_record(view, line)]
    if len(records) >= _FEW_CELLS:  # whatever they are taken for: a chart names no cell by its row and its column
        marks = sorted({*marks, *records})
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
        while last + 1 < n and last + 1 not in prose:
            line = lines[last + 1]
            is_rule = _RULE.fullmatch(view, line.start, line.end) is not None
            if not is_rule and line.end - line.start > _SHORT:
                break
            if not is_rule and _FIGURES.fullmatch(view, line.start, line.end) is None:
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
        kept = _KEPT.match(view, lines[last].end)
        found.append((lines[first].start, kept.end() if kept is not None else lines[last].end))
    return found


_KEPT = re.compile(r"(?:\n[^\S\n]*\t[^\S\n]*(?=\n|$))*")
"""Lines of a tab alone behind the last figure of a table: its last boxes, printed and empty."""


def strangers(
    view: str, lines: Sequence[Line], tags: Sequence[Tagged], known: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Stretches of table lines with figures that no known table overlaps: local tables, forms that nobody knows."""
    tagged = [tag.kind == "table" and tag.section not in _NO_TABLES for tag in tags]
    alike = [
        a or _OWN_ROW.fullmatch(view, row.start, row.end) is not None for row, a in zip(lines, tagged, strict=True)
    ]
    found: list[tuple[int, int]] = []
    for is_table, run in groupby(range(len(lines)), alike.__getitem__):
        own = list(run)
        if not is_table or not any(tagged[k] for k in own):
            continue
        start, end = lines[own[0]].start, lines[own[-1]].end
        n_figures = sum(_RUN_OF_DIGITS.search(view, lines[k].start, lines[k].end) is not None for k in own)
        if n_figures >= _FEW_ROWS and not any(a < end and start < b for a, b in known):
            found.append((start, end))
    return found


_OWN_ROW = re.compile(r"[\s|]*[^\s\d|,;。:][^\d|\t,;。]{0,40}(?:\s|\|)[\s|]*[-+]?\d[\d,.]*\s*%?[\s|]*")
"""A row of words and one figure in boxes of their own, whatever it is taken for."""


def _is_mark(view: str, line: Line, tag: Tagged) -> bool:
    if tag.section in _NO_TABLES:  # charts leave figures behind that are nobody's
        return _is_annex_row(view, line) or _is_full_row(view, line)
    if tag.kind == "table":
        return True
    if line.end - line.start > LONG:
        return _is_run_on(view, line)
    cell = _FIRST.match(view, line.start, line.end)
    if cell is not None and len(text := "".join(cell.group(1).split())) > 3 and text in known_labels():
        return True
    return _is_row(view, line)


def _is_annex_row(view: str, line: Line) -> bool:
    """Whether a line begins with a label of an older annex, which may stand below the signature."""
    if line.end - line.start > LONG:
        return len(_any_annex_mark().findall(view, line.start, line.end)) > _MANY
    cell = _FIRST.match(view, line.start, line.end)
    text = "".join(cell.group(1).split()) if cell is not None else ""
    return len(text) > _TELLING and (unnumbered(text) in annex_marks() or text in annex_marks())


def _is_full_row(view: str, line: Line) -> bool:
    """Whether a line is a label of the form and as many whole numbers as a row of it has: no chart prints that."""
    if line.end - line.start > LONG or not _is_row(view, line):
        return False
    raw = view[line.start : line.end]
    return len(_RUN_OF_DIGITS.findall(raw)) >= _FULL and not any(mark in raw for mark in ".%")


_FULL = 5
"""The figures of a review; a row of requests has more."""
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
    if (
        label is not None
        and "".join(label.group(1).split()) in known_labels()
        and named_heads().search(raw, label.end())
    ):
        return False
    return not _is_run_on(view, line) and not _is_row(view, line)


_LABELLED = re.compile(r"\s*([^:\s]{2,}?)\s*[:\s]")
_CLAUSES = 12


def _is_named_row(view: str, line: Line) -> bool:
    """Whether a line is a row of a table whose figures stand behind their heads."""
    if line.end - line.start < 20:
        return False
    heads = list(named_heads().finditer(view, line.start, line.end))
    if len({m.group(1) for m in heads}) < _NAMED_HEADS and not _is_spelled(view, line, _NAMED_HEADS + 1):
        return False
    return _begins_with_label(view, line, heads)


def _begins_with_label(view: str, line: Line, heads: Sequence[re.Match[str]]) -> bool:
    """Whether no clause of a sentence stands before the first head that has a figure, but a label."""
    first = next((m for m in heads if m.group(2)), None)
    opening = _EXPLANATION.sub("", view[line.start : first.start() if first is not None else line.end])
    return not any(mark in opening for mark in ",;。") or not has_words(opening)


def _is_spelled(view: str, line: Line, least: int) -> bool:
    """Whether a line is ``least`` labels with a figure for nearly each, and few words of anything else."""
    figures = _RUN_OF_DIGITS.findall(view, line.start, line.end)
    if len(figures) < max(least - 1, 1):
        return False
    labels = any_label().findall(view, line.start, line.end)
    if len(labels) < least or len(figures) < len(labels) - 2:
        return False
    return not has_words(view[line.start : line.end])


def _is_row(view: str, line: Line) -> bool:
    """Whether a line is a label (and the group above it), three figures or more, and hardly a word else."""
    if len(_RUN_OF_DIGITS.findall(view, line.start, line.end)) < 3:
        return False
    raw = view[line.start : line.end]
    return len(any_label().findall(raw)) in (1, 2) and not has_words(raw)


def has_words(stretch: str) -> bool:
    """Whether less than half of the words of a stretch are labels."""
    return 2 * sum(len(_LETTER.findall(x)) for x in any_label().findall(stretch)) <= len(_LETTER.findall(stretch))


_RUN_OF_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[一-鿿]")
_NAMED_HEADS = 4


def _is_named_cell(view: str, line: Line) -> bool:
    """Whether a line is one head with its figure."""
    if line.end - line.start > 24:
        return False
    found = named_heads().match(view, line.start, line.end)
    return found is not None and line.end - found.end() < 3 and found.end() - found.end(1) > 0


def _is_record(view: str, line: Line) -> bool:
    """Whether a line names one cell, by a row and a column of the forms, and its figure."""
    if line.end - line.start > LONG or _FIGURE_AT_END.search(view, line.start, line.end) is None:
        return False
    raw = view[line.start : line.end]
    row = _any_of("rows").search(raw)
    if row is None or _any_of("columns").search(raw[: row.start()] + "\n" + raw[row.end() :]) is None:
        return False
    return len(_RUN_OF_DIGITS.findall(raw)) <= _MOST_DIGITS and not has_words(raw)


_FIGURE_AT_END = re.compile(r"[\s,;|:=]\"?[-+]?\d[\d.]*\"?[\s|,;]*$")
_MOST_DIGITS = 4
"""The number of a record, that of its label, its figure with decimals."""


@cache
def _any_of(kind: str) -> re.Pattern[str]:
    """Any label of the rows or the columns of the forms."""
    return re.compile(any_of(labels_of(kind)))


def _is_run_on(view: str, line: Line) -> bool:
    """Whether a long line is a table whose boxes nothing parts."""
    if line.end - line.start <= LONG:
        return False
    labels = any_label().findall(view, line.start, line.end)
    if len(labels) <= _FEW_LABELS:
        return False
    raw = view[line.start : line.end]
    return 2 * sum(map(len, labels)) > sum(map(str.isalpha, raw)) and any(map(str.isdigit, raw))


@cache
def named_heads() -> re.Pattern[str]:
    """A column head with its figure (or nothing) behind it, and what parts it from the next."""
    return re.compile(
        rf"({any_of(labels_of('columns'))})\s*[:=]?\s*(\(?\s*(?:无|[-+]?\d[\d,.]*(?<![,.])\s*(?:[个件项条宗起]|[万亿]?元)?)\s*\)?)?\s*(?=[、,;。/\s]|$)"
    )


def _is_bridged(view: str, between: Sequence[Line]) -> bool:
    """Whether lines between two lines of a table may be of it."""
    words = 0
    for line in between:
        if _FIGURES.fullmatch(view, line.start, line.end) is None:
            words += 1
            is_long = line.end - line.start > LONG
            if words > _GAP or (is_long and len(any_label().findall(view, line.start, line.end)) < 3):
                return False
    return True
