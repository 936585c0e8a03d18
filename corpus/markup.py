"""The inline form of annotated text: what a person reads and edits.

``[[stretch||metric =value part previous]]`` marks a claim, ``[[raw||@table/row/column]]``
a cell, ``[[#id]]`` stands before the first character of a section. The format is
described in ``corpus/authored/README.md``. Texts of the generator carry the same marks,
so one parser serves authored, generated and users' own annotations.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .numbers import exact

_MARK = re.compile(
    r"\\[\\\[\]|]"  # an escaped character is none of a mark's
    r"|\[\[#(?P<section>[a-z_]+)\]\]"
    r"|\[\[(?P<edge>[+-])(?P<table>[a-z_]+)\]\]"
    r"|\[\[(?P<stretch>(?:\\[\\\[\]|]|[^\[\]])*?)\|\|(?P<spec>[^\[\]]*)\]\]"
)
_ESCAPED = re.compile(r"\\([\\\[\]|])")
_SPECIAL = re.compile(r"[\\\[\]|]")
_LOOSE = re.compile(r"\\(?=[\\\[\]|])|(?<=\[)\[|(?<=\])\]|\[(?=\[)|\](?=\])|\\$")
_VALUE = re.compile(r"^=(?P<cmp>>=|<=|~)?(?P<num>-?\d+(?:\.\d+)?)(?P<unit>\D*)$")


class Fact(NamedTuple):
    """What one stretch states: a metric, and where it is fixed, its value."""

    metric: str
    value: float | int | None = None
    unit: str | None = None
    comparator: str | None = None
    scope: str = "report"
    period: str = "year"


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch ``[start, end)``.

    ``kind`` is ``claim`` (``facts`` filled), ``cell`` (``address`` and ``value`` filled),
    ``section`` or ``table`` (``address`` holds the id; the mark covers all of it).
    """

    start: int
    end: int
    kind: str
    address: str = ""
    facts: tuple[Fact, ...] = ()
    value: float | int | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Marked:
    """A text and the marks on it. Edits carry the marks along."""

    text: str
    marks: tuple[Mark, ...] = ()
    tags: dict[str, object] = field(default_factory=dict)

    def edit(self, edits: Iterable[tuple[int, int, str]]) -> Marked:
        """Replace stretches of the text, moving every mark with it.

        Parameters
        ----------
        edits : iterable of (start, end, replacement)
            Must not overlap. A mark whose whole stretch is removed is dropped, unless it
            was empty before.
        """
        ordered = sorted(edits)
        pieces: list[str] = []
        bounds: list[tuple[int, int, int, int]] = []  # old start, old end, new start, new end
        at = new_at = 0
        for start, end, replacement in ordered:
            if start < at:
                raise ValueError(f"edits overlap at {start}")
            pieces.append(self.text[at:start])
            new_at += start - at
            bounds.append((start, end, new_at, new_at + len(replacement)))
            pieces.append(replacement)
            new_at += len(replacement)
            at = end
        pieces.append(self.text[at:])
        starts = _moved([m.start for m in self.marks], bounds, is_end=False)
        ends = _moved([m.end for m in self.marks], bounds, is_end=True)
        marks = tuple(
            Mark(s, max(s, e), m.kind, m.address, m.facts, m.value, m.unit)
            for m, s, e in zip(self.marks, starts, ends, strict=True)
            if e > s or m.start == m.end
        )
        return Marked("".join(pieces), marks, self.tags)

    def __add__(self, other: Marked) -> Marked:
        shift = len(self.text)
        moved = tuple(_shifted(m, shift) for m in other.marks)
        return Marked(self.text + other.text, self.marks + moved, {**self.tags, **other.tags})


def _shifted(mark: Mark, by: int) -> Mark:
    return Mark(mark.start + by, mark.end + by, mark.kind, mark.address, mark.facts, mark.value, mark.unit)


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks as they stand in the text, the wider before the narrower."""
    rank = {"section": 0, "table": 1}
    return tuple(sorted(marks, key=lambda m: (m.start, -m.end, rank.get(m.kind, 2), m.address)))


def join(parts: Sequence[Marked], separator: str = "") -> Marked:
    """All parts as one, in linear time."""
    pieces: list[str] = []
    marks: list[Mark] = []
    tags: dict[str, object] = {}
    at = 0
    for i, part in enumerate(parts):
        if i:
            pieces.append(separator)
            at += len(separator)
        pieces.append(part.text)
        marks.extend(_shifted(m, at) for m in part.marks)
        tags.update(part.tags)
        at += len(part.text)
    return Marked("".join(pieces), tuple(marks), tags)


def _moved(offsets: list[int], bounds: list[tuple[int, int, int, int]], *, is_end: bool) -> list[int]:
    """New places of offsets.

    What is inserted at a mark's edge stays outside of the mark. An offset inside of a replaced
    stretch keeps its distance from the stretch's start, as far as the replacement reaches.
    """
    order = sorted(range(len(offsets)), key=offsets.__getitem__)
    out = [0] * len(offsets)
    n_bounds = len(bounds)
    b = shift = 0
    for i in order:
        offset = offsets[i]
        while b < n_bounds and bounds[b][1] <= offset:
            if is_end and bounds[b][0] == offset:
                break
            shift = bounds[b][3] - bounds[b][1]
            b += 1
        if b < n_bounds and bounds[b][0] < offset < bounds[b][1]:
            out[i] = min(bounds[b][2] + offset - bounds[b][0], bounds[b][3])
        else:
            out[i] = offset + shift
    return out


class MarkupError(ValueError):
    """An annotation that cannot be read; the message names line and reason."""


def parse_fact(spec: str) -> Fact:
    """Read ``metric =value part previous``."""
    words = spec.split()
    metric: list[str] = []
    fact: dict[str, object] = {}
    for word in words:
        if word.startswith("="):
            match = _VALUE.match(word)
            if match is None:
                raise MarkupError(f"value not understood: {word!r}")
            fact["value"] = exact(float(match["num"]))
            fact["unit"] = match["unit"] or None
            if match["cmp"]:
                fact["comparator"] = match["cmp"]
        elif word == "part":
            fact["scope"] = "part"
        elif word in ("previous", "cumulative"):
            fact["period"] = word
        else:
            metric.append(word)
    if not metric:
        raise MarkupError(f"no metric in {spec!r}")
    return Fact(" ".join(metric), **fact)  # type: ignore[arg-type]


def write_fact(fact: Fact) -> str:
    """The inverse of `parse_fact`."""
    words = [fact.metric]
    if fact.value is not None:
        comparator = "" if fact.comparator in (None, "=") else fact.comparator
        words.append(f"={comparator}{fact.value}{fact.unit or ''}")
    if fact.scope == "part":
        words.append("part")
    if fact.period != "year":
        words.append(fact.period)
    return " ".join(words)


def parse_cell(start: int, end: int, said: str) -> Mark:
    """Read ``table/row/column =value``; the label of an added row may hold blanks."""
    address, equals, value = said.strip().rpartition(" =")
    if not equals:
        address = said.strip()
        if " " in address and "extra:" not in address:
            raise MarkupError(f"value not understood: {address.partition(' ')[2]!r}")
        return Mark(start, end, "cell", address)
    match = _VALUE.match(f"={value}")
    if match is None:
        raise MarkupError(f"value not understood: {f'={value}'!r}")
    return Mark(start, end, "cell", address.strip(), (), exact(float(match["num"])), match["unit"] or None)


def write_cell(mark: Mark) -> str:
    """The inverse of `parse_cell`."""
    return mark.address + ("" if mark.value is None else f" ={mark.value}{mark.unit or ''}")


def parse(marked: str) -> Marked:
    """Read a text with inline marks.

    Raises
    ------
    MarkupError
        If a mark is broken; the message names the line.
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    starts: list[tuple[str, int]] = []
    tables: list[tuple[str, int]] = []
    at = length = 0

    def line(offset: int) -> int:
        return marked.count("\n", 0, offset) + 1

    for match in _MARK.finditer(marked):
        between = marked[at : match.start()]
        _check_loose(between, line(at) if between else 0)
        pieces.append(between)
        length += len(between)
        at = match.end()
        if match["section"]:
            starts.append((match["section"], length))
            continue
        if match["edge"] == "+":
            tables.append((match["table"], length))
            continue
        if match["edge"] == "-":
            if not tables or tables[-1][0] != match["table"]:
                raise MarkupError(f"line {line(match.start())}: table {match['table']!r} ends that did not begin")
            marks.append(Mark(tables.pop()[1], length, "table", match["table"]))
            continue
        if match["stretch"] is None:  # an escaped character
            pieces.append(match[0][1])
            length += 1
            continue
        stretch = _ESCAPED.sub(r"\1", match["stretch"])
        try:
            marks.append(_mark(length, stretch, match["spec"]))
        except MarkupError as error:
            raise MarkupError(f"line {line(match.start())}: {error}") from None
        pieces.append(stretch)
        length += len(stretch)
    if tables:
        raise MarkupError(f"table {tables[-1][0]!r} does not end")
    _check_loose(marked[at:], line(at))
    pieces.append(marked[at:])
    text = "".join(pieces)
    ends = [start for _, start in starts[1:]] + [len(text)] if starts else []
    sections = [Mark(start, end, "section", name) for (name, start), end in zip(starts, ends, strict=True)]
    return Marked(text, in_order(sections + marks))


def _check_loose(between: str, line: int) -> None:
    """Raise where brackets of a broken mark are left in the text between marks."""
    left = between.find("||")
    if "[[" in between or ("]]" in between and left >= 0):
        place = between.find("[[") if "[[" in between else left
        raise MarkupError(f"line {line + between.count(chr(10), 0, place)}: a mark that is not closed or nested")


def _mark(start: int, stretch: str, spec: str) -> Mark:
    spec = spec.strip()
    if spec.startswith("@"):
        return parse_cell(start, start + len(stretch), spec[1:])
    facts = tuple(parse_fact(part) for part in spec.split(";") if part.strip())
    if not facts:
        raise MarkupError("no metric")
    return Mark(start, start + len(stretch), "claim", facts=facts)


def write(marked: Marked) -> str:
    """The inverse of `parse`: brackets that are of the text itself get a backslash."""
    events: list[tuple[int, int, int, str, Mark]] = []  # offset, closing before opening, rank, what is written, mark
    for mark in marked.marks:
        if mark.kind == "section":
            events.append((mark.start, 1, 0, f"[[#{mark.address}]]", mark))
        elif mark.kind == "table":
            events.append((mark.start, 1, 1, f"[[+{mark.address}]]", mark))
            events.append((mark.end, 0 if mark.end > mark.start else 1, 2, f"[[-{mark.address}]]", mark))
        else:
            events.append((mark.start, 1, 3, "", mark))
    # an empty cell at a table's end is still of the table
    n_empty = {m.start for m in marked.marks if m.start == m.end and m.kind == "cell"}
    events = [(o, 2 if kind == 0 and o in n_empty else kind, rank, w, m) for o, kind, rank, w, m in events]
    events.sort(key=lambda e: (e[0], e[1], e[2], e[4].end, e[4].address))
    out: list[str] = []
    at = 0
    for offset, _, _, written, mark in events:
        if offset > at:
            out.append(_escape(marked.text[at:offset]))
            at = offset
        if written:
            out.append(written)
            continue
        stretch = _SPECIAL.sub(r"\\\g<0>", marked.text[mark.start : mark.end])
        spec = "; ".join(map(write_fact, mark.facts)) if mark.kind == "claim" else f"@{write_cell(mark)}"
        out.append(f"[[{stretch}||{spec}]]")
        at = max(at, mark.end)
    out.append(_escape(marked.text[at:]))
    return "".join(out)


def _escape(text: str) -> str:
    return _LOOSE.sub(r"\\\g<0>", text) if "[" in text or "]" in text or "\\" in text else text


def main(paths: Sequence[str]) -> int:
    """Validate authored files: ``python -m corpus.markup check FILE...``."""
    from .validate import template_problems  # here, as only validation needs it

    bad = 0
    for path in paths:
        content = Path(path).read_text("utf-8")
        for problem in template_problems(path, content, is_report="\n---\n" in content):
            bad += 1
            print(problem)
    print(f"{len(paths)} files, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main([p for p in sys.argv[1:] if p != "check"]))
