"""What all formats share: an annotated report, a refused one, and the rules that marks obey."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ..examples import Example, complete
from ..forms import forms, section_ids
from ..markup import Fact, Mark, Marked, in_order, parse_cell, parse_fact, write_cell, write_fact
from ..metrics import MetricError, known_addresses, parse_metric
from ..report import Report

_MAX_REASONS = 3
_UNSAFE = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True)
class Annotated:
    """A text with its marks, and what is known of it besides.

    Attributes
    ----------
    name : str
        The report's name; file names are made of it.
    about : dict
        What ``NAME.json`` holds beside an inline file: ``split``, ``meta``, ``planted``. Empty
        for a report that people annotated themselves.
    is_predicted : bool
        The marks are a model's and nobody looked at them yet.
    scores : tuple of float
        The model's confidence of each mark, where it gave one.
    path, task : str
        Where it was read, for messages.
    """

    name: str
    marked: Marked
    about: dict[str, Any] = field(default_factory=dict)
    is_predicted: bool = False
    scores: tuple[float, ...] = ()
    path: str = ""
    task: str = ""


class Refused(NamedTuple):
    """An annotation that could not be taken: where it stands and why."""

    path: str
    task: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.task}: {self.reason}" if self.task else f"{self.path}: {self.reason}"


class BrokenError(ValueError):
    """An annotation that says nothing that can be taken; becomes a `Refused`."""


def of_example(example: Example) -> Annotated:
    """An example of the corpus (or of an annotated folder)."""
    planted = [{**p._asdict(), "cells": list(p.cells)} for p in example.planted]
    about = {"split": example.split, "meta": example.meta, "planted": planted} if example.meta else {}
    return Annotated(example.id, example.marked, about)


def of_report(report: Report, name: str) -> Annotated:
    """What a model said of a report; of marks that overlap, the surer one is kept."""
    found: list[tuple[float, Mark]] = []
    for section in report.sections:
        found += [(section.confidence, Mark(s, e, "section", section.id)) for s, e in section.spans]
    for table in report.tables:
        if table.spans:
            start, end = min(s.start for s in table.spans), max(s.end for s in table.spans)
            found.append((1.0, Mark(start, end, "table", table.id)))
        for cell in table.cells:
            if cell.spans:
                start, end = _whole(report.text, cell.spans)
                found.append((cell.confidence, Mark(start, end, "cell", cell.address, (), cell.value, cell.unit)))
    claims: dict[tuple[int, int], tuple[float, list[Fact]]] = {}
    for claim in report.claims:
        comparator = None if claim.comparator == "=" else claim.comparator
        fact = Fact(claim.metric, claim.value, claim.unit, comparator, claim.scope, claim.period)
        for start, end in claim.spans:
            sure, facts = claims.setdefault((start, end), (claim.confidence, []))
            facts.append(fact)
            claims[start, end] = (min(sure, claim.confidence), facts)
    found += [(sure, Mark(s, e, "claim", "", tuple(facts))) for (s, e), (sure, facts) in claims.items()]
    kept: list[tuple[float, Mark]] = []
    for sure, mark in sorted(found, key=lambda f: (f[1].kind not in ("section", "table"), -f[0])):
        if mark.end > mark.start and _wrong(mark) is None and not any(_collide(mark, other) for _, other in kept):
            kept.append((sure, mark))
    order = {mark: n for n, mark in enumerate(in_order(m for _, m in kept))}
    kept.sort(key=lambda k: order[k[1]])
    marks = tuple(m for _, m in kept)
    return Annotated(name, Marked(report.text, marks), {}, True, tuple(round(s, 4) for s, _ in kept))


def _whole(text: str, spans: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The stretch over all spans where only blanks lie between, else the first span."""
    spans = sorted(spans)
    start, end = spans[0]
    for s, e in spans[1:]:
        if text[end:s].strip():
            break
        end = e
    return start, end


# ---------------------------------------------------------------- rules

_CONTAINERS = ("section", "table")
_INLINE = frozenset("[]|;\n\r")
"""What a metric's label cannot hold in the inline form."""


def _collide(a: Mark, b: Mark) -> bool:
    """Whether two marks cannot stand in one text."""
    a_holds, b_holds = a.kind in _CONTAINERS, b.kind in _CONTAINERS
    if a_holds and b_holds:
        return a.kind == b.kind and a.start < b.end and b.start < a.end
    if a_holds or b_holds:
        outer, inner = (a, b) if a_holds else (b, a)
        edges = (outer.start,) if outer.kind == "section" else (outer.start, outer.end)
        return any(inner.start < edge < inner.end for edge in edges)
    if a.start == a.end or b.start == b.end:
        return a.start < b.start < a.end or b.start < a.start < b.end
    return a.start < b.end and b.start < a.end


def faults(marked: Marked) -> Iterator[tuple[int, str]]:
    """Offset and reason of everything that is wrong with the marks of a text."""
    n = len(marked.text)
    for mark in marked.marks:
        if not 0 <= mark.start <= mark.end <= n:
            yield min(max(mark.start, 0), n), f"{_name(mark)} [{mark.start}, {mark.end}) lies outside of the text"
        elif mark.start == mark.end and mark.kind != "cell":
            yield mark.start, f"{_name(mark)} at {mark.start} is empty"
        elif (reason := _wrong(mark)) is not None:
            yield mark.start, reason
    for group in (("section",), ("table",), ("claim", "cell")):
        last: Mark | None = None
        for mark in in_order(m for m in marked.marks if m.kind in group):
            if last is not None and _collide(last, mark):
                yield mark.start, f"{_show(marked, mark)} overlaps {_show(marked, last)}"
            if last is None or mark.end >= last.end:
                last = mark
    edges = sorted(
        {m.start for m in marked.marks if m.kind in _CONTAINERS} | {m.end for m in marked.marks if m.kind == "table"}
    )
    at = 0
    for mark in in_order(m for m in marked.marks if m.kind not in _CONTAINERS):
        while at < len(edges) and edges[at] <= mark.start:
            at += 1
        if at < len(edges) and edges[at] < mark.end:
            yield mark.start, f"a section or table begins or ends inside of {_show(marked, mark)}"


def _wrong(mark: Mark) -> str | None:
    if mark.kind == "section":
        return None if mark.address in section_ids() else f"unknown section {mark.address!r}"
    if mark.kind == "table":
        return None if mark.address in _tables() else f"unknown table {mark.address!r}"
    if mark.kind == "cell":
        if not _INLINE.isdisjoint(mark.address) or " =" in mark.address:
            return f"address {mark.address!r} holds one of []|;, ' =' or a line's end"
        return address_fault(mark.address)
    if mark.kind != "claim":
        return f"unknown kind {mark.kind!r}"
    if not mark.facts:
        return f"claim at {mark.start} states no metric"
    for fact in mark.facts:
        if not _INLINE.isdisjoint(fact.metric):
            return f"metric {fact.metric!r} holds one of []|; or a line's end"
        try:
            parse_metric(fact.metric)
        except MetricError as error:
            return str(error)
    return None


def _tables() -> set[str]:
    return {t for form in forms().values() for t in form.tables} | {"annex", "unknown"}


def address_fault(address: str) -> str | None:
    """Why an address names no cell, or None."""
    table, _, rest = address.partition("/")
    row, _, column = rest.rpartition("/") if "extra:" in rest else rest.partition("/")
    if table not in _tables() or not row or not column:
        return f"{address!r} is no cell's address (table/row/column)"
    if address in known_addresses() or table == "unknown" or "extra:" in rest:
        return None
    rows = {a.split("/")[1] for a in known_addresses() if a.startswith(f"{table}/")}
    columns = {a.split("/")[2] for a in known_addresses() if a.startswith(f"{table}/")}
    if row in rows and column in columns:
        return None
    return f"table {table!r} has no {'column ' + repr(column) if row in rows else 'row ' + repr(row)}"


def _name(mark: Mark) -> str:
    return f"{mark.kind} {mark.address}".strip()


def _show(marked: Marked, mark: Mark) -> str:
    stretch = marked.text[mark.start : mark.end].replace("\n", "⏎")
    return f"{_name(mark)} {stretch if len(stretch) <= 20 else stretch[:19] + '…'!r} [{mark.start}, {mark.end})"


def checked(item: Annotated) -> Annotated | Refused:
    """The report with its marks in order, or why it is refused."""
    reasons = [reason for _, reason in faults(item.marked)]
    if not reasons:
        marks = in_order(item.marked.marks)
        return item if item.scores else replace(item, marked=Marked(item.marked.text, marks, item.marked.tags))
    more = f"; and {len(reasons) - _MAX_REASONS} more" if len(reasons) > _MAX_REASONS else ""
    return Refused(item.path, item.task or item.name, "; ".join(reasons[:_MAX_REASONS]) + more)


def completed(item: Annotated) -> Annotated | Refused:
    """Values that the annotator left out, read from the stretches; a claim of no value says nothing."""
    marked = complete(item.marked)
    for mark in marked.marks:
        if mark.kind == "claim" and any(f.value is None for f in mark.facts):
            stretch = marked.text[mark.start : mark.end]
            reason = f"neither number nor =value in {stretch!r} [{mark.start}, {mark.end})"
            return Refused(item.path, item.task or item.name, reason)
    return replace(item, marked=marked)


# ---------------------------------------------------------------- what tools cannot hold


def shown(item: Annotated) -> tuple[str, list[tuple[int, Mark]], dict[str, Any]]:
    """Text and marks as a tool can show them, and what it cannot, to travel beside.

    Tools count CR LF as one character or as two, and none shows an empty stretch: carriage
    returns become blanks (offsets stay), empty cells are put aside.

    Returns
    -------
    text : str
    marks : list of (index among the item's marks, mark)
    rest : dict
        For `restored`.
    """
    text = item.marked.text
    rest: dict[str, Any] = {"about": item.about} if item.about else {}
    if "\r" in text:
        rest["returns"] = [i for i, char in enumerate(text) if char == "\r"]
        text = text.replace("\r", " " if "\n" in text else "\n")
    marks = [(i, m) for i, m in enumerate(item.marked.marks) if m.end > m.start]
    empty = [[m.start, m.address, m.value, m.unit] for m in item.marked.marks if m.end == m.start]
    if empty:
        rest["empty"] = empty
    if rest:
        rest["length"] = len(text)
    return text, marks, rest


def restored(text: str, marks: Iterable[Mark], rest: dict[str, Any]) -> tuple[Marked, dict[str, Any]]:
    """The inverse of `shown`: the marked text, and what is known about it.

    Raises
    ------
    BrokenError
        If the text is no longer the one that was written.
    """
    marks = list(marks)
    if rest and rest.get("length", len(text)) != len(text):
        raise BrokenError(f"the text has {len(text)} characters where {rest['length']} were exported")
    if rest.get("returns"):
        chars = list(text)
        for i in rest["returns"]:
            chars[i] = "\r"
        text = "".join(chars)
    marks += [Mark(at, at, "cell", address, (), value, unit) for at, address, value, unit in rest.get("empty", ())]
    return Marked(text, in_order(marks)), rest.get("about") or {}


def spec(mark: Mark) -> str:
    """What a cell's or claim's mark says, in the words of the inline form."""
    return "; ".join(map(write_fact, mark.facts)) if mark.kind == "claim" else write_cell(mark)


def claim_mark(start: int, end: int, specs: Iterable[str]) -> Mark:
    """A claim from what it says, ``requests/new/total =12件``, several separated by ``;``."""
    facts = [parse_fact(part) for s in specs for part in s.split(";") if part.strip()]
    if not facts:
        raise BrokenError(f"the claim at [{start}, {end}) states no metric")
    return Mark(start, end, "claim", "", tuple(facts))


def cell_mark(start: int, end: int, said: str) -> Mark:
    """A cell from what it says, ``requests/new/total =12``."""
    if not said.strip():
        raise BrokenError(f"the cell at [{start}, {end}) has no address")
    return parse_cell(start, end, said)


def dump(value: Any) -> str:
    """JSON on one line, lone surrogates and all."""
    out = json.dumps(value, ensure_ascii=False)
    return out if out.isascii() or not _SURROGATE.search(out) else json.dumps(value)


_SURROGATE = re.compile("[\ud800-\udfff]")


def safe_name(name: str) -> str:
    """A name that is a file's in any system and leads out of no folder."""
    return _UNSAFE.sub("_", name).strip("._") or "report"


def files(path: Path, suffix: str) -> list[Path]:
    """The file itself, or the folder's files of a suffix.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    if path.is_file():
        return [path]
    found = sorted(p for p in path.glob(f"*{suffix}") if p.is_file()) if path.is_dir() else []
    if not found:
        raise FileNotFoundError(f"{path}: no *{suffix} here" if path.exists() else f"{path}: no such file or folder")
    return found
