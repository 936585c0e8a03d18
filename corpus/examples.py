"""Texts with their truth, and how a folder holds them.

An annotated report is a file ``NAME.marked.txt`` in the format of ``corpus/markup.py``. Beside
it may stand ``NAME.json`` with what the text does not say: split, form, agency, year, what was
planted. The generator writes both; people who annotate their own reports need only the first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from .markup import Mark, Marked, in_order, parse, write
from .numbers import cell_value, numbers
from .plant import Planted, Plot, planted_in
from .report import Cell, Claim, Report, Section, Source, Span, Table
from .text import Text

_SUFFIX = ".marked.txt"
_LONGEST_TITLE = 60


class Example(NamedTuple):
    """One generated (or annotated) report and what is true of it."""

    id: str
    split: str
    text: str
    report: Report
    marked: Marked
    planted: tuple[Planted, ...]
    meta: dict[str, Any]


def finish(name: str, split: str, marked: Marked, plot: Plot | None, meta: dict[str, Any]) -> Example:
    """An example from its marked text: sections made to tile, the truth put into a `Report`."""
    marked = tile(marked)
    report = report_of(marked, name, meta)
    return Example(name, split, marked.text, report, marked, planted_in(report, plot or Plot()), meta)


def tile(marked: Marked) -> Marked:
    """Section marks that cover the text without gap or overlap; all marks in order."""
    n = len(marked.text)
    drawn = in_order(m for m in marked.marks if m.kind == "section")
    sections: list[Mark] = []
    for mark in drawn or ((Mark(0, n, "section", "colophon"),) if n else ()):
        if not sections or mark.address != sections[-1].address or mark.address != "colophon":
            sections.append(mark)
    starts = [0, *(m.start for m in sections[1:]), n]
    tiles = [Mark(s, e, "section", m.address) for m, s, e in zip(sections, starts, starts[1:], strict=False) if e > s]
    return Marked(marked.text, in_order([*tiles, *(m for m in marked.marks if m.kind != "section")]), marked.tags)


def report_of(marked: Marked, name: str, meta: dict[str, Any]) -> Report:
    """The truth of a marked text as a `Report` (without findings)."""
    text = marked.text
    sections: list[Section] = []
    tables: list[Table] = []
    claims: list[Claim] = []
    cells: list[Mark] = []
    section_starts: list[tuple[int, str]] = []
    for mark in marked.marks:
        if mark.kind == "section":
            stretch = text[mark.start : mark.end]
            title = stretch.strip().split("\n", 1)[0].strip()[:_LONGEST_TITLE]
            stretch_span = Span(mark.start, mark.end)
            if _goes_on(sections, mark.address, title):
                whole = sections[-2]
                sections[-2] = replace(whole, spans=(*whole.spans, stretch_span))
            else:
                sections.append(Section(mark.address, title, (stretch_span,)))
            section_starts.append((mark.start, mark.address))
        elif mark.kind == "cell":
            cells.append(mark)
        elif mark.kind == "claim":
            span = (Span(mark.start, mark.end),)
            for fact in mark.facts:
                claims.append(
                    Claim(
                        text[mark.start : mark.end],
                        span,
                        section_starts[-1][1] if section_starts else "colophon",
                        fact.metric,
                        fact.value,
                        fact.unit,
                        fact.comparator or "=",
                        fact.scope,
                        fact.period,
                    )
                )
    for mark in (m for m in marked.marks if m.kind == "table"):
        inside = [c for c in cells if mark.start <= c.start <= c.end <= mark.end and c.address.startswith(mark.address)]
        tables.append(
            Table(mark.address, meta.get("form"), (Span(mark.start, mark.end),), tuple(_cell(c, text) for c in inside))
        )
    return Report(
        name, Source(f"{name}.txt"), meta.get("agency"), meta.get("year"), meta.get("form"),
        tuple(sections), tuple(tables), tuple(claims), (), (), text,
    )  # fmt: skip


_NUMBERED = re.compile(r"[\W_]*(?:[一二三四五六七八九十]{1,2}|\d)[、.．]")


def _goes_on(sections: list[Section], name: str, title: str) -> bool:
    """Whether a stretch goes on with a section that page residue interrupted: of its id, and without a heading."""
    is_resumed = len(sections) >= 2 and sections[-1].id == "colophon" and sections[-2].id == name
    return is_resumed and name not in ("title", "colophon") and _NUMBERED.match(title) is None


def _cell(mark: Mark, text: str) -> Cell:
    table, row, column = mark.address.split("/", 2)
    return Cell(table, row, column, mark.value, mark.unit, text[mark.start : mark.end], (Span(mark.start, mark.end),))


def complete(marked: Marked) -> Marked:
    """What an annotator may leave out: values, read from the marked stretches, and the extent of tables."""
    marks = []
    tables: dict[str, tuple[int, int]] = {}
    drawn = {m.address for m in marked.marks if m.kind == "table"}
    for mark in marked.marks:
        table = mark.address.partition("/")[0]
        if mark.kind == "cell" and table not in drawn:
            start, end = tables.get(table, (mark.start, mark.end))
            tables[table] = (min(start, mark.start), max(end, mark.end))
    marks += [Mark(start, end, "table", table) for table, (start, end) in tables.items()]
    for mark in marked.marks:
        stretch = Text.of(marked.text[mark.start : mark.end]).view
        if mark.kind == "cell" and mark.value is None:
            read = cell_value(stretch, money=mark.address.endswith("/amount"))
            if read is not None:
                mark = Mark(mark.start, mark.end, "cell", mark.address, (), read.value, read.unit)
        elif mark.kind == "claim" and any(f.value is None for f in mark.facts):
            found = numbers(stretch)
            n = len(found)
            facts = tuple(
                f._replace(
                    value=x.value,
                    unit=x.unit,
                    comparator=f.comparator or (x.comparator if x.comparator != "=" else None),
                )
                if f.value is None and n and (x := found[min(i, n - 1)])
                else f
                for i, f in enumerate(mark.facts)
            )
            mark = Mark(mark.start, mark.end, "claim", mark.address, facts)
        marks.append(mark)
    return Marked(marked.text, tuple(marks), marked.tags)


def write_folder(examples: Iterable[Example], folder: str | Path) -> int:
    """Write examples as ``NAME.marked.txt`` and ``NAME.json``; gives how many."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    n = 0
    for example in examples:
        n += 1
        (folder / f"{example.id}{_SUFFIX}").write_bytes(write(example.marked).encode("utf-8", "surrogatepass"))
        about = {"split": example.split, "meta": example.meta, "planted": [p._asdict() for p in example.planted]}
        (folder / f"{example.id}.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), "utf-8")
    return n


def read_folder(folder: str | Path) -> Iterator[Example]:
    """The annotated reports of a folder, by name.

    Raises
    ------
    MarkupError
        If an annotation cannot be read; the message names file and line.
    """
    for path in sorted(Path(folder).glob(f"*{_SUFFIX}")):
        name = path.name.removesuffix(_SUFFIX)
        try:
            marked = parse(path.read_bytes().decode("utf-8", "surrogatepass"))
        except ValueError as error:
            raise type(error)(f"{path}: {error}") from None
        beside = path.with_name(f"{name}.json")
        about: dict[str, Any] = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
        made = finish(name, about.get("split", ""), marked if about else complete(marked), None, about.get("meta", {}))
        if about:
            planted = tuple(Planted(**{**p, "cells": tuple(p["cells"])}) for p in about["planted"])
            made = made._replace(planted=planted)
        yield made
