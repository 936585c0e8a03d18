"""Whether authored files and annotated folders obey the rules of the markup, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .forms import section_ids
from .markup import Marked, MarkupError, parse
from .metrics import MetricError, parse_metric
from .patterns import SLOT, authored

_BRACED = re.compile(r"\{[^{}\n]*\}")
_NUMERAL = re.compile(r"[\d零一二两三四五六七八九十百几]")
_LINE = re.compile(r"^line (\d+): ")
_SECTION = re.compile(r"^\[\[#([a-z_]+)\]\]")
_TABLE = re.compile(r"^<<([^<>]*)>>$")
ERAS = ("any", "modern", "legacy", "2019", "2021")
LEVELS = ("any", "town", "county", "city", "province", "bureau", "vertical", "university")
TABLES = ("active_disclosure", "requests", "review_litigation", "annex")
_FACTS = {"requests": ("zero", "few", "many", "any"), "normative": ("zero", "some", "any")}


class Problem(NamedTuple):
    """What is wrong, and where."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


def authored_problems() -> Iterator[Problem]:
    """What is wrong with the authored corpus."""
    for folder in ("phrases", "reports"):
        for name, content in authored(folder):
            yield from template_problems(f"authored/{folder}/{name}", content, is_report=folder == "reports")


def template_problems(path: str, content: str, *, is_report: bool) -> Iterator[Problem]:
    """What is wrong with one authored file."""
    body, skipped = content, 0
    if is_report:
        head, found, body = content.partition("\n---\n")
        if not found:
            yield Problem(path, 1, "no line --- between the head and the report")
            return
        skipped = head.count("\n") + 2
        yield from (Problem(path, n, reason) for n, reason in _head_faults(head))
    for number, line in enumerate(body.split("\n"), skipped + 1):
        if not line.strip() or line.startswith("# ") or line == "#":
            continue
        if line.startswith("@"):
            reason = None if is_report else _scope_fault(line)
            if reason:
                yield Problem(path, number, reason)
            continue
        if is_report and (match := _TABLE.match(line.strip())) is not None:
            if match[1] not in TABLES:
                yield Problem(path, number, f"unknown table {match[1]!r}")
            continue
        if is_report and (match := _SECTION.match(line)) is not None and match[1] not in section_ids():
            yield Problem(path, number, f"unknown section {match[1]!r}")
        yield from (Problem(path, number, reason) for reason in line_faults(line))


def _head_faults(head: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(head.split("\n"), 1):
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "level" and value not in LEVELS:
            yield number, f"unknown level {value!r}; known: {', '.join(LEVELS)}"
        elif key == "era" and value not in ERAS:
            yield number, f"unknown era {value!r}; known: {', '.join(ERAS)}"
        elif key == "facts":
            for word in value.split():
                name, _, wish = word.partition("=")
                if wish not in _FACTS.get(name, ()):
                    yield number, f"unknown wish {word!r}"


def _scope_fault(line: str) -> str | None:
    words = line[1:].split()
    section, era, level = (*words, "any", "any", "any")[:3]
    if not line.startswith("@ ") or not words or len(words) > 3:
        return "expected: @ section era level"
    if section not in section_ids():
        return f"unknown section {section!r}"
    if era not in ERAS:
        return f"unknown era {era!r}; known: {', '.join(ERAS)}"
    return None if level in LEVELS else f"unknown level {level!r}; known: {', '.join(LEVELS)}"


def line_faults(line: str) -> Iterator[str]:
    """What is wrong with one template."""
    try:
        marked = parse(line)
    except MarkupError as error:
        yield _LINE.sub("", str(error))
        return
    claims = [m for m in marked.marks if m.kind == "claim"]
    for braced in _BRACED.finditer(marked.text):
        slot = SLOT.fullmatch(braced.group())
        if slot is None:
            yield f"unknown slot {braced.group()}"
        elif slot[1].startswith("#") and not any(m.start <= braced.start() < m.end for m in claims):
            yield f"{braced.group()} stands outside of a claim: {marked.text[:40]!r}"
    for mark in claims:
        stretch = marked.text[mark.start : mark.end]
        if not stretch.strip():
            yield "a claim without a stretch"
        if stretch.count("{#") > 1:
            yield f"more than one number in {stretch!r}: mark each by itself"
        for fact in mark.facts:
            try:
                parse_metric(fact.metric)
            except MetricError as error:
                yield f"{error} in {stretch!r}"
            if fact.value is None and "{#" not in stretch and not _NUMERAL.search(stretch):
                yield f"neither number, slot nor =value in {stretch!r}"


def folder_problems(folder: str | Path) -> Iterator[Problem]:
    """What is wrong with the annotated reports of a folder.

    Raises
    ------
    FileNotFoundError
        If the folder holds none.
    """
    from .formats.base import Refused, faults
    from .formats.inline import read

    for item in read(Path(folder)):
        if isinstance(item, Refused):
            match = _LINE.match(item.reason)
            yield Problem(item.path, int(match[1]) if match else 1, _LINE.sub("", item.reason))
            continue
        for offset, reason in sorted(faults(item.marked)):
            yield Problem(item.path, _line_at(item.marked, offset), reason)
        for mark in item.marked.marks:
            stretch = item.marked.text[mark.start : mark.end]
            if mark.kind == "claim" and stretch != stretch.strip():
                line = _line_at(item.marked, mark.start)
                yield Problem(item.path, line, f"blanks at the ends of {stretch!r}")


def _line_at(marked: Marked, offset: int) -> int:
    """A mark's specification holds no line end, so that lines of text and file are the same."""
    return marked.text.count("\n", 0, offset) + 1
