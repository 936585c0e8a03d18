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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from .numbers import exact

_MARK = re.compile(r"\[\[#(?P<section>[a-z_]+)\]\]|\[\[(?P<stretch>[^\[\]]*?)\|\|(?P<spec>[^\[\]]*)\]\]")
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

    ``kind`` is ``claim`` (``facts`` filled), ``cell`` (``address`` and ``value`` filled) or
    ``section`` (``address`` holds the id; the mark covers the whole section).
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
            replace(m, start=s, end=max(s, e))
            for m, s, e in zip(self.marks, starts, ends, strict=True)
            if e > s or m.start == m.end
        )
        return Marked("".join(pieces), marks, self.tags)

    def __add__(self, other: Marked) -> Marked:
        shift = len(self.text)
        moved = tuple(replace(m, start=m.start + shift, end=m.end + shift) for m in other.marks)
        return Marked(self.text + other.text, self.marks + moved, {**self.tags, **other.tags})


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
        marks.extend(replace(m, start=m.start + at, end=m.end + at) for m in part.marks)
        tags.update(part.tags)
        at += len(part.text)
    return Marked("".join(pieces), tuple(marks), tags)


def _moved(offsets: list[int], bounds: list[tuple[int, int, int, int]], *, is_end: bool) -> list[int]:
    """New places of offsets. Inside a replaced stretch an offset goes to its edge."""
    order = sorted(range(len(offsets)), key=offsets.__getitem__)
    out = [0] * len(offsets)
    b = 0
    shift = 0
    for i in order:
        offset = offsets[i]
        while b < len(bounds) and (bounds[b][1] <= offset if not is_end else bounds[b][1] <= offset):
            if bounds[b][0] == bounds[b][1] == offset and is_end:
                break  # an insertion at the end of a mark stays outside of it
            shift = bounds[b][3] - bounds[b][1]
            b += 1
        if b < len(bounds) and bounds[b][0] < offset < bounds[b][1]:
            old_start, _, new_start, new_end = bounds[b]
            length = new_end - new_start
            out[i] = min(new_start + (offset - old_start), new_start + length)
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
    at = length = 0
    for match in _MARK.finditer(marked):
        pieces.append(marked[at : match.start()])
        length += match.start() - at
        at = match.end()
        if match["section"]:
            starts.append((match["section"], length))
            continue
        stretch = match["stretch"]
        try:
            marks.append(_mark(length, stretch, match["spec"]))
        except MarkupError as error:
            line = marked.count("\n", 0, match.start()) + 1
            raise MarkupError(f"line {line}: {error}") from None
        pieces.append(stretch)
        length += len(stretch)
    pieces.append(marked[at:])
    text = "".join(pieces)
    left = text.find("||")
    if "[[" in text or ("]]" in text and left >= 0):
        place = text.find("[[") if "[[" in text else left
        raise MarkupError(f"line {text.count(chr(10), 0, place) + 1}: a mark that is not closed or nested")
    ends = [start for _, start in starts[1:]] + [len(text)] * bool(starts)
    sections = [Mark(start, end, "section", name) for (name, start), end in zip(starts, ends, strict=True)]
    return Marked(text, tuple(sorted(sections + marks, key=lambda m: (m.start, -m.end))))


def _mark(start: int, stretch: str, spec: str) -> Mark:
    spec = spec.strip()
    if spec.startswith("@"):
        address, _, value = spec[1:].partition(" ")
        if value:
            match = _VALUE.match(value)
            if match is None:
                raise MarkupError(f"value not understood: {value!r}")
            return Mark(start, start + len(stretch), "cell", address, (), exact(float(match["num"])), match["unit"] or None)
        return Mark(start, start + len(stretch), "cell", address)
    facts = tuple(parse_fact(part) for part in spec.split(";") if part.strip())
    if not facts:
        raise MarkupError("no metric")
    return Mark(start, start + len(stretch), "claim", facts=facts)


def write(marked: Marked) -> str:
    """The inverse of `parse`."""
    edits: list[tuple[int, int, str]] = []
    for mark in marked.marks:
        if mark.kind == "section":
            edits.append((mark.start, 0, f"[[#{mark.address}]]"))
        elif mark.kind == "claim":
            edits.append((mark.start, 1, "[["))
            edits.append((mark.end, -1, "||" + "; ".join(map(write_fact, mark.facts)) + "]]"))
        else:
            value = "" if mark.value is None else f" ={mark.value}{mark.unit or ''}"
            edits.append((mark.start, 1, "[["))
            edits.append((mark.end, 2 if mark.start == mark.end else -1, f"||@{mark.address}{value}]]"))
    out: list[str] = []
    at = 0
    for offset, _, insert in sorted(edits, key=lambda e: (e[0], e[1])):
        out.append(marked.text[at:offset])
        out.append(insert)
        at = offset
    out.append(marked.text[at:])
    return "".join(out)


def main(paths: Sequence[str]) -> int:
    """Validate authored files: ``python -m corpus.markup check FILE...``."""
    from .metrics import MetricError, parse_metric  # here, as only validation needs it

    bad = 0
    for path in paths:
        n_claims = n_lines = n_marked = 0
        content = Path(path).read_text("utf-8")
        body = content.partition("\n---\n")[2] if "/reports/" in path else content
        for number, line in enumerate(body.split("\n"), 1):
            if not line.strip() or (line[0] in "#@" and not line.startswith("#[")):
                continue
            n_lines += 1
            try:
                marks = parse(line).marks
                for mark in marks:
                    for fact in mark.facts:
                        parse_metric(fact.metric)
                        stretch = parse(line).text[mark.start : mark.end]
                        if fact.value is None and "{#" not in stretch and not re.search(r"[\d零一二两三四五六七八九十百几]", stretch):
                            raise MarkupError(f"neither number, slot nor =value in {stretch!r}")
                n_claims += sum(len(m.facts) for m in marks)
                n_marked += any(m.kind == "claim" for m in marks)
            except (MarkupError, MetricError) as error:
                bad += 1
                print(f"{path}:{number}: {error}\n    {line[:120]}")
        print(f"{path}: {n_lines} lines, {n_marked} with claims, {n_claims} facts")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main([p for p in sys.argv[1:] if p != "check"]))
