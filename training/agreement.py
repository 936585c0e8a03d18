"""How far two people agree who annotated the same reports, each without the other's marks.

Where the two readings differ is listed, for a third to look at. Tables are left aside: their
cells are seldom a matter of opinion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from ..corpus.examples import Example, complete, read_folder
from ..corpus.markup import Fact, Mark, write_fact
from ..corpus.metrics import MetricError, parse_metric
from ..corpus.report import Span
from .card import table
from .evaluate import Count, overlap, section_starts

_MIN_OVERLAP = 0.5

_BOTH = {
    "sections": "section boundaries, F1",
    "overlapping": "claim stretches, half shared, F1",
    "exact": "claim stretches, to the character, F1",
    "facts": "claims, stretch half shared, value and metric, F1",
}
_OF_MATCHED = {
    "value": "value",
    "comparator": "comparator",
    "metric": "metric",
    "scope": "scope",
    "period": "period",
    "whole": "all of these",
}


class Disagreement(NamedTuple):
    """A place that the two read otherwise; ``first`` or ``second`` is empty where only one marked it."""

    name: str
    start: int
    line: int
    what: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.name}:{self.line} @{self.start} {self.what}: {self.first or '–'} | {self.second or '–'}"


@dataclass
class Characters:
    """Characters outside of the tables, by whether the one, the other or both have them in a claim."""

    both: int = 0
    first: int = 0
    second: int = 0
    neither: int = 0

    @property
    def n(self) -> int:
        return self.both + self.first + self.second + self.neither

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa; None where nothing but agreement could be expected."""
        n = self.n
        if not n:
            return None
        inside = (self.both + self.first) * (self.both + self.second)
        outside = (self.neither + self.first) * (self.neither + self.second)
        expected = (inside + outside) / n**2
        return None if expected == 1 else ((self.both + self.neither) / n - expected) / (1 - expected)


@dataclass
class Agreement:
    """The figures of two annotations of a set of reports.

    ``counts`` has, for sections and stretches, what both have and what each has; for the facts of
    stretches that both have, on how many they agree.
    """

    n_reports: int = 0
    counts: dict[str, Count] = field(default_factory=lambda: {k: Count() for k in (*_BOTH, *_OF_MATCHED)})
    characters: Characters = field(default_factory=Characters)
    disagreements: list[Disagreement] = field(default_factory=list)

    def table(self) -> str:
        """A markdown table, each figure with its counts."""
        rows = []
        for key, label in _BOTH.items():
            c = self.counts[key]
            rows.append([label, _share(c.f1), f"{c.right} of {c.reference} and {c.predicted}"])
        for key, label in _OF_MATCHED.items():
            c = self.counts[key]
            rows.append([f"facts of shared stretches: {label}", _share(c.recall), f"{c.right} of {c.reference}"])
        chars = self.characters
        said = f"in {chars.both}, out {chars.neither}, in for one only {chars.first} and {chars.second}"
        rows.append(["characters in or out of claims, Cohen's kappa", _share(chars.kappa), said])
        return f"{table(['what', 'agreement', 'counts'], rows)}\n\n{self.n_reports} reports."


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


class Shared(NamedTuple):
    """Reports of two folders: those in both, and the names of those that cannot be compared."""

    pairs: tuple[tuple[Example, Example], ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    other_text: tuple[str, ...]


def shared(first: str | Path, second: str | Path) -> Shared:
    """The reports that stand in both folders of ``*.marked.txt`` with the same text.

    Raises
    ------
    ValueError
        If a folder is none, has no annotated report, or one that cannot be read.
    """
    folders = []
    for folder in (first, second):
        if not Path(folder).is_dir():
            raise ValueError(f"{folder}: not a folder 不是文件夹")
        folders.append({e.id: e for e in read_folder(folder)})
        if not folders[-1]:
            raise ValueError(f"{folder}: no *.marked.txt here 没有标注文件")
    a, b = folders
    names = [n for n in a if n in b]
    same = [n for n in names if a[n].text == b[n].text]
    return Shared(
        tuple((a[n], b[n]) for n in same),
        tuple(n for n in a if n not in b),
        tuple(n for n in b if n not in a),
        tuple(n for n in names if a[n].text != b[n].text),
    )


def agree(pairs: Iterable[tuple[Example, Example]]) -> Agreement:
    """Measure how far the two annotations of each text agree."""
    out = Agreement()
    for first, second in pairs:
        _compare(out, first, second)
    return out


def _compare(out: Agreement, first: Example, second: Example) -> None:
    text = first.text

    def differ(start: int, what: str, a: str, b: str) -> None:
        out.disagreements.append(Disagreement(first.id, start, text.count("\n", 0, start) + 1, what, a, b))

    out.n_reports += 1
    n_before = len(out.disagreements)
    a, b = section_starts(first.report), section_starts(second.report)
    out.counts["sections"].add(len(a & b), len(b), len(a))
    for start in sorted({s for s, _ in a ^ b}):
        differ(start, "section", *(" ".join(sorted(name for s, name in x if s == start)) for x in (a, b)))

    ours, theirs = _claims(first), _claims(second)
    matched, left, right = match(ours, theirs)
    out.counts["overlapping"].add(len(matched), len(theirs), len(ours))
    out.counts["exact"].add(sum((x.start, x.end) == (y.start, y.end) for x, y in matched), len(theirs), len(ours))
    for mark in left:
        differ(mark.start, "claim", _said(text, mark), "")
    for mark in right:
        differ(mark.start, "claim", "", _said(text, mark))
    n_right = 0
    for x, y in matched:
        if (x.start, x.end) != (y.start, y.end):
            differ(x.start, "stretch", _quoted(text, x), _quoted(text, y))
        for fact, other in paired(x.facts, y.facts):
            wrong = _unlike(fact, other)
            n_right += not {"value", "metric"} & {*wrong}
            for key in _OF_MATCHED:
                is_right = key not in wrong and not (key == "whole" and wrong)
                out.counts[key].add(is_right, 1, 1)
            if wrong:
                said = (write_fact(f) if f else "" for f in (fact, other))
                differ(x.start, f"{', '.join(wrong)} of {_quoted(text, x)}", *said)
    out.counts["facts"].add(n_right, sum(len(m.facts) for m in theirs), sum(len(m.facts) for m in ours))
    _count_characters(out.characters, first, second, ours, theirs)
    out.disagreements[n_before:] = sorted(out.disagreements[n_before:], key=lambda d: d.start)


def _claims(example: Example) -> list[Mark]:
    return [m for m in complete(example.marked).marks if m.kind == "claim"]


def _quoted(text: str, mark: Mark) -> str:
    return "「" + text[mark.start : mark.end].replace("\n", "⏎") + "」"


def _said(text: str, mark: Mark) -> str:
    return f"{_quoted(text, mark)} {'; '.join(map(write_fact, mark.facts))}"


def match(first: Sequence[Mark], second: Sequence[Mark]) -> tuple[list[tuple[Mark, Mark]], list[Mark], list[Mark]]:
    """Stretches that share at least half of the longer one, the best first, each used once; and what is left."""
    found = []
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            shared_part = overlap(Span(a.start, a.end), Span(b.start, b.end))
            if shared_part >= _MIN_OVERLAP:
                found.append((-shared_part, i, j))
    ours: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(found):
        if i not in ours and j not in taken:
            ours[i] = j
            taken.add(j)
    return (
        [(first[i], second[j]) for i, j in sorted(ours.items())],
        [m for i, m in enumerate(first) if i not in ours],
        [m for j, m in enumerate(second) if j not in taken],
    )


def paired(first: Sequence[Fact], second: Sequence[Fact]) -> Iterator[tuple[Fact | None, Fact | None]]:
    """Facts of one stretch side by side: those of one metric, then the others in their order."""
    rest = list(second)
    waiting = []
    for fact in first:
        other = next((f for f in rest if _terms(f.metric) == _terms(fact.metric)), None)
        if other is None:
            waiting.append(fact)
        else:
            rest.remove(other)
            yield fact, other
    yield from zip_longest(waiting, rest)


def _unlike(a: Fact | None, b: Fact | None) -> list[str]:
    """In what two facts differ; a fact that only one has differs in all."""
    if a is None or b is None:
        return [k for k in _OF_MATCHED if k != "whole"]
    alike = {
        "value": _number(a) == _number(b),
        "comparator": (a.comparator or "=") == (b.comparator or "="),
        "metric": _terms(a.metric) == _terms(b.metric),
        "scope": a.scope == b.scope,
        "period": a.period == b.period,
    }
    return [key for key, is_alike in alike.items() if not is_alike]


def _number(fact: Fact) -> float | None:
    return None if fact.value is None else round(float(fact.value), 4)


def _terms(metric: str) -> tuple[object, ...]:
    """A metric whatever the order of what it adds."""
    try:
        read = parse_metric(metric)
    except MetricError:
        return (metric,)
    return (tuple(sorted(read.terms)), tuple(sorted(read.whole)))


def _count_characters(
    counts: Characters, first: Example, second: Example, ours: Sequence[Mark], theirs: Sequence[Mark]
) -> None:
    n = len(first.text)
    outside = bytearray(b"\1" * n)
    for example in (first, second):
        for mark in complete(example.marked).marks:
            if mark.kind == "table":
                outside[mark.start : mark.end] = bytes(mark.end - mark.start)
    inside = []
    for marks in (ours, theirs):
        flags = bytearray(n)
        for mark in marks:
            flags[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
        inside.append(flags)
    for is_out, a, b in zip(outside, *inside, strict=True):
        if is_out:
            counts.both += a & b
            counts.first += a & ~b & 1
            counts.second += b & ~a & 1
            counts.neither += 1 - (a | b)
