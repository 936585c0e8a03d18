"""Predicted beside reference: how many boundaries, figures, claims and contradictions are right.

Training never imports inference; the reader and the checks are handed in.

Examples
--------
>>> from gouji.training.evaluate import evaluate, Pair
>>> evaluate([Pair(report, report)], check).to_dict()["claims"]["f1"]  # doctest: +SKIP
1.0
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus.examples import Example, read_folder
from ..corpus.generate import generate
from ..corpus.report import Cell, Claim, Failure, Finding, Report, Span

Check = Callable[[Report], "tuple[Finding, ...]"]
Read = Callable[..., "Report | Failure"]

_MIN_OVERLAP = 0.5


@dataclass
class Count:
    """Right ones among those predicted and among those there are."""

    right: int = 0
    predicted: int = 0
    reference: int = 0

    def add(self, right: int, predicted: int, reference: int) -> None:
        self.right += right
        self.predicted += predicted
        self.reference += reference

    @property
    def precision(self) -> float | None:
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        return self.right / self.reference if self.reference else None

    @property
    def f1(self) -> float | None:
        both = self.predicted + self.reference
        return 2 * self.right / both if both else None

    def to_dict(self) -> dict[str, Any]:
        return {
            "right": self.right, "predicted": self.predicted, "reference": self.reference,
            "precision": self.precision, "recall": self.recall, "f1": self.f1,
        }  # fmt: skip


@dataclass
class Figures:
    """What became of the figures of the tables; an invented one stands where the source has none."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0

    def add(self, other: Figures) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.invented += other.invented

    @property
    def reference(self) -> int:
        return self.right + self.wrong + self.missed

    @property
    def accuracy(self) -> float | None:
        return self.right / self.reference if self.reference else None

    def to_dict(self) -> dict[str, Any]:
        return {
            "right": self.right, "wrong": self.wrong, "missed": self.missed, "invented": self.invented,
            "reference": self.reference, "accuracy": self.accuracy,
        }  # fmt: skip


class Pair(NamedTuple):
    """One report as it is and as it was read."""

    reference: Report
    predicted: Report | Failure
    meta: Mapping[str, Any] = {}
    planted: Sequence[Any] = ()


_COUNTS = {
    "sections": "section boundaries",
    "claims_exact": "claims, stretch to the character and value",
    "claims": "claims, stretch and value",
    "claims_metric": "claims, stretch, value and metric",
    "claims_whole": "claims, also comparator, scope and period",
    "contradictions": "contradictions",
}


@dataclass
class Evaluation:
    """The figures of a set of reports, also by layout and by damage."""

    n_reports: int = 0
    n_failed: int = 0
    counts: dict[str, Count] = field(default_factory=lambda: {k: Count() for k in _COUNTS})
    figures: Figures = field(default_factory=Figures)
    n_planted: int = 0
    n_planted_found: int = 0
    n_planted_read: int = 0
    by_layout: dict[str, Figures] = field(default_factory=dict)
    by_damage: dict[str, Evaluation] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """All figures, each with its counts."""
        out: dict[str, Any] = {"reports": self.n_reports, "failed": self.n_failed}
        out |= {k: c.to_dict() for k, c in self.counts.items()}
        out["figures"] = self.figures.to_dict()
        out["planted"] = {
            "reference": self.n_planted,
            "on_true_report": self.n_planted_found,
            "read": self.n_planted_read,
        }
        if self.by_layout:
            out["by_layout"] = {k: v.to_dict() for k, v in sorted(self.by_layout.items())}
        if self.by_damage:
            out["by_damage"] = {k: v.to_dict() for k, v in sorted(self.by_damage.items())}
        return out

    def table(self, baseline: Evaluation | None = None) -> str:
        """A markdown table, with another reader's figures beside where given."""
        head = ["what", "figure", "counts"]
        if baseline:
            head += ["rules only", "counts"]
        rows = [[label, *_cells_of(self, key)] for key, label in _rows()]
        if baseline:
            for row, (key, _) in zip(rows, _rows(), strict=True):
                row += _cells_of(baseline, key)
        text = _markdown(head, rows)
        text += f"\n\n{self.n_reports} reports, {self.n_failed} not read"
        if self.n_planted:
            text += f"; of {self.n_planted} planted contradictions {self.n_planted_read} are found"
            text += f" ({self.n_planted_found} where all was read right)"
        return text + "."

    def breakdown(self) -> str:
        """Two markdown tables: figures by layout; figures and claims by damage."""
        parts = []
        if self.by_layout:
            rows = [
                [name, _share(f.accuracy), f"{f.right}/{f.reference}", str(f.wrong), str(f.missed), str(f.invented)]
                for name, f in sorted(self.by_layout.items(), key=lambda kv: kv[1].accuracy or 0)
            ]
            parts.append(_markdown(["layout", "figures", "counts", "wrong", "missed", "invented"], rows))
        if self.by_damage:
            rows = [
                [
                    name, str(e.n_reports), _share(e.counts["sections"].f1), _share(e.figures.accuracy),
                    str(e.figures.invented), _share(e.counts["claims"].f1), _share(e.counts["contradictions"].f1),
                ]
                for name, e in sorted(self.by_damage.items(), key=lambda kv: kv[1].figures.accuracy or 0)
            ]  # fmt: skip
            head = ["damage", "reports", "sections", "figures", "invented", "claims", "contradictions"]
            parts.append(_markdown(head, rows))
        return "\n\n".join(parts)


def _rows() -> list[tuple[str, str]]:
    out = [(f"{k}.f1", f"{label}: F1") for k, label in _COUNTS.items() if k != "contradictions"]
    out.insert(1, ("figures", "figures of the tables: right"))
    out.insert(2, ("invented", "figures invented"))
    out.append(("contradictions.precision", "contradictions: precision"))
    out.append(("contradictions.recall", "contradictions: recall"))
    return out


def _cells_of(evaluation: Evaluation, key: str) -> list[str]:
    figures = evaluation.figures
    if key == "figures":
        return [_share(figures.accuracy), f"{figures.right}/{figures.reference}"]
    if key == "invented":
        return [str(figures.invented), f"of {figures.right + figures.wrong + figures.invented} read"]
    name, _, what = key.partition(".")
    count = evaluation.counts[name]
    counts = {
        "f1": f"{count.right} of {count.predicted} read, {count.reference} there",
        "precision": f"{count.right}/{count.predicted}",
        "recall": f"{count.right}/{count.reference}",
    }
    return [_share(getattr(count, what)), counts[what]]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


# -- comparing two reports -----------------------------------------------------------


def evaluate(pairs: Iterable[Pair], check: Check) -> Evaluation:
    """Compare reports as they were read with reports as they are.

    Parameters
    ----------
    pairs : iterable of Pair
        A `Failure` as ``predicted`` counts as a report of which nothing was read.
    check : callable
        The checks; reference contradictions are what they find on the reference report.
        A predicted report without findings is checked too.
    """
    total = Evaluation()
    for pair in pairs:
        one = compare(pair, check)
        _merge(total, one)
        for damage in pair.meta.get("damage", ()) or ("none",):
            _merge(total.by_damage.setdefault(str(damage), Evaluation()), one)
    return total


def _merge(total: Evaluation, one: Evaluation) -> None:
    total.n_reports += one.n_reports
    total.n_failed += one.n_failed
    total.n_planted += one.n_planted
    total.n_planted_found += one.n_planted_found
    total.n_planted_read += one.n_planted_read
    total.figures.add(one.figures)
    for key, count in one.counts.items():
        total.counts[key].add(count.right, count.predicted, count.reference)
    for layout, figures in one.by_layout.items():
        total.by_layout.setdefault(layout, Figures()).add(figures)
    total.errors += one.errors


def compare(pair: Pair, check: Check) -> Evaluation:
    """The figures of one report."""
    reference, meta = pair.reference, pair.meta
    out = Evaluation(n_reports=1)
    if isinstance(pair.predicted, Failure):
        predicted = Report(reference.id, reference.source, text=reference.text)
        out.n_failed = 1
        out.errors.append(f"{reference.id}: {pair.predicted.code}: {pair.predicted.message}")
    else:
        predicted = pair.predicted
    out.counts["sections"].add(*_sections(reference, predicted))
    layouts: Mapping[str, str] = meta.get("layouts", {})
    for table, figures in _figures(reference, predicted).items():
        out.figures.add(figures)
        if table in layouts:
            out.by_layout.setdefault(layouts[table], Figures()).add(figures)
    for key, args in (
        ("claims_exact", (1.0, _value)),
        ("claims", (_MIN_OVERLAP, _value)),
        ("claims_metric", (_MIN_OVERLAP, _metric)),
        ("claims_whole", (_MIN_OVERLAP, _whole)),
    ):
        out.counts[key].add(*_claims(reference, predicted, *args))
    truth = [f for f in check(reference) if f.verdict == "contradicted"]
    found = [f for f in predicted.findings or check(predicted) if f.verdict == "contradicted"]
    pairs_found = _matched(reference, truth, predicted, found)
    out.counts["contradictions"].add(len(pairs_found), len(found), len(truth))
    planted = [p for p in pair.planted if p.verdict == "contradicted"]
    out.n_planted = len(planted)
    out.n_planted_found = sum(any(_is_planted(p, f) for f in truth) for p in planted)
    out.n_planted_read = sum(any(_is_planted_read(p, reference, f, predicted) for f in found) for p in planted)
    return out


def section_starts(report: Report) -> set[tuple[int, str]]:
    """Where sections begin: their first characters that are not blank."""
    out = set()
    for section in report.sections:
        if section.spans:
            start, end = section.spans[0]
            stretch = _BLANK_ENTITY.sub(lambda m: " " * len(m.group()), report.text[start:end])
            out.add((start + _INDENT.match(stretch).end(), section.id))  # type: ignore[union-attr]
    return out


_BLANK_ENTITY = re.compile(r"&(?:nbsp|emsp|ensp|#160|#12288);")
_INDENT = re.compile(r"[\s?#*>•·\u200b-\u200f\ufeff\u00ad]*(?:-\s+)?[\s*]*")


def _sections(reference: Report, predicted: Report) -> tuple[int, int, int]:
    truth, found = section_starts(reference), section_starts(predicted)
    return len(truth & found), len(found), len(truth)


def _figures(reference: Report, predicted: Report) -> dict[str, Figures]:
    out: dict[str, Figures] = {}
    truth = {a: c for a, c in reference.cells.items() if c.value is not None}
    found = {a: c for a, c in predicted.cells.items() if c.value is not None}
    for address, cell in truth.items():
        figures = out.setdefault(cell.table, Figures())
        read = found.get(address)
        if read is None:
            figures.missed += 1
        elif _is_same(read, cell):
            figures.right += 1
        else:
            figures.wrong += 1
    for address, cell in found.items():
        if address not in truth:
            out.setdefault(cell.table, Figures()).invented += 1
    return out


def _is_same(a: Cell, b: Cell) -> bool:
    assert a.value is not None
    assert b.value is not None
    return abs(a.value - b.value) <= 1e-6 * max(1.0, abs(b.value))


Key = Callable[[Claim], tuple[Any, ...]]


def _value(claim: Claim) -> tuple[Any, ...]:
    return (None if claim.value is None else round(float(claim.value), 4),)


def _metric(claim: Claim) -> tuple[Any, ...]:
    return (*_value(claim), claim.metric)


def _whole(claim: Claim) -> tuple[Any, ...]:
    return (*_metric(claim), claim.comparator, claim.scope, claim.period)


def _extent(claim: Claim) -> Span:
    if not claim.spans:
        return Span(0, 0)
    return Span(min(s.start for s in claim.spans[:1]), max(s.end for s in claim.spans[:1]))


def overlap(a: Span, b: Span) -> float:
    """The shared part of two stretches, of the longer one."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    longer = max(a.end - a.start, b.end - b.start)
    return max(0, shared) / longer if longer else float(a == b)


def _claims(reference: Report, predicted: Report, least: float, key: Key) -> tuple[int, int, int]:
    """Claims that agree; several of one stretch with one key count once."""
    truth = list(dict.fromkeys((_extent(c), key(c)) for c in reference.claims))
    found = list(dict.fromkeys((_extent(c), key(c)) for c in predicted.claims))
    waiting: dict[tuple[Any, ...], list[Span]] = {}
    for span, value in truth:
        waiting.setdefault(value, []).append(span)
    right = 0
    for span, value in found:
        spans = waiting.get(value, [])
        best = max(spans, key=lambda s: overlap(s, span), default=None)
        if best is not None and overlap(best, span) >= least:
            spans.remove(best)
            right += 1
    return right, len(found), len(truth)


def _matched(
    reference: Report, truth: Sequence[Finding], predicted: Report, found: Sequence[Finding]
) -> list[tuple[Finding, Finding]]:
    """Findings of the two reports that say the same, each used once."""
    left = list(truth)
    out = []
    for finding in found:
        for other in left:
            if _is_same_finding(reference, other, predicted, finding):
                left.remove(other)
                out.append((other, finding))
                break
    return out


def _is_same_finding(reference: Report, truth: Finding, predicted: Report, found: Finding) -> bool:
    if truth.kind != found.kind:
        return False
    if truth.claim is None or found.claim is None:
        shared = len({*truth.cells} & {*found.cells})
        return truth.reason == found.reason and 2 * shared >= max(len(truth.cells), len(found.cells))
    spans = [_extent(reference.claims[i]) for i in (truth.claim, *truth.other_claims)]
    others = [_extent(predicted.claims[i]) for i in (found.claim, *found.other_claims)]
    if overlap(spans[0], others[0]) >= _MIN_OVERLAP:
        return True
    pool = [(a, b) for a in spans for b in others if overlap(a, b) >= _MIN_OVERLAP]
    return len(pool) >= 2


def _is_planted(planted: Any, finding: Finding) -> bool:
    if planted.kind != finding.kind:
        return False
    if planted.claim is not None:
        return planted.claim == finding.claim or planted.claim in finding.other_claims
    return not planted.cells or bool({*planted.cells} & {*finding.cells})


def _is_planted_read(planted: Any, reference: Report, found: Finding, predicted: Report) -> bool:
    """As `_is_planted`, where the claims are those that were read."""
    if planted.kind != found.kind:
        return False
    if planted.claim is None:
        return 2 * len({*planted.cells} & {*found.cells}) >= len(planted.cells) > 0
    if found.claim is None:
        return False
    place = _extent(reference.claims[planted.claim])
    return any(overlap(place, _extent(predicted.claims[i])) >= _MIN_OVERLAP for i in (found.claim, *found.other_claims))


# -- the command ---------------------------------------------------------------------


def cases(split_or_folder: str | Path, *, n: int = 200, seed: int = 0) -> Iterator[Example]:
    """Reports with their truth: of a split of the generator, or of a folder of annotated texts."""
    if Path(split_or_folder).is_dir():
        return read_folder(split_or_folder)
    return generate(str(split_or_folder), n, seed)


def run(
    split_or_folder: str | Path,
    read: Read,
    check: Check,
    baseline_read: Read | None = None,
    *,
    n: int = 200,
    seed: int = 0,
    on_report: Callable[[int], None] | None = None,
) -> tuple[Evaluation, Evaluation | None]:
    """Evaluate a reader on a split or a folder, beside a baseline where one is given.

    Parameters
    ----------
    split_or_folder : str or Path
        A split of the generator (``n`` reports with ``seed``), or a folder of annotated texts
        (``corpus/examples.py``).
    read, baseline_read : callable
        ``read(text, path)`` gives a `Report` or a `Failure`.
    check : callable
        The checks.
    on_report : callable, optional
        Told the number of reports done.
    """
    mine: list[Pair] = []
    theirs: list[Pair] = []
    for done, example in enumerate(cases(split_or_folder, n=n, seed=seed), 1):
        reference = example.report
        path = reference.source.path
        mine.append(Pair(reference, read(reference.text, path), example.meta, example.planted))
        if baseline_read is not None:
            theirs.append(Pair(reference, baseline_read(reference.text, path), example.meta, example.planted))
        if on_report is not None:
            on_report(done)
    return evaluate(mine, check), evaluate(theirs, check) if baseline_read is not None else None
