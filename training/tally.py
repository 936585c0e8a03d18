"""What is counted when a report as it was read is held against the report as it is.

Counts of single reports are kept (`Evaluation.reports`): every figure of a set is the sum of
them, so that sets can be cut by layout, container, form or damage, or drawn again, without
reading anything anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .reliability import Reliability


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
class Share:
    """So many of so many."""

    n: int = 0
    of: int = 0

    def add(self, is_so: bool) -> None:
        self.n += is_so
        self.of += 1

    @property
    def value(self) -> float | None:
        return self.n / self.of if self.of else None

    def to_dict(self) -> dict[str, Any]:
        return {"n": self.n, "of": self.of, "share": self.value}


@dataclass
class Figures:
    """What became of the figures of one table, or of many.

    An invented figure stands where the source has none. Cells, rows and tables are exact where
    every value is as printed, empty boxes stay empty and nothing is invented.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0
    cells: Share = field(default_factory=Share)
    rows: Share = field(default_factory=Share)
    tables: Share = field(default_factory=Share)
    broken: int = 0
    """Identities reported broken."""
    falsely_broken: int = 0
    """Those of them that hold among the source's own figures."""

    def add(self, other: Figures) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        self.invented += other.invented
        self.broken += other.broken
        self.falsely_broken += other.falsely_broken
        for mine, theirs in ((self.cells, other.cells), (self.rows, other.rows), (self.tables, other.tables)):
            mine.n += theirs.n
            mine.of += theirs.of

    @property
    def reference(self) -> int:
        return self.right + self.wrong + self.missed

    @property
    def read(self) -> int:
        return self.right + self.wrong + self.invented

    @property
    def accuracy(self) -> float | None:
        return self.right / self.reference if self.reference else None

    @property
    def invented_per_1000(self) -> float | None:
        """Invented figures of a thousand that were read."""
        return 1000 * self.invented / self.read if self.read else None

    def to_dict(self) -> dict[str, Any]:
        return {
            "right": self.right, "wrong": self.wrong, "missed": self.missed, "invented": self.invented,
            "reference": self.reference, "accuracy": self.accuracy, "invented_per_1000": self.invented_per_1000,
            "exact_cells": self.cells.to_dict(), "exact_rows": self.rows.to_dict(),
            "exact_tables": self.tables.to_dict(),
            "identities_reported_broken": self.broken, "identities_falsely_broken": self.falsely_broken,
        }  # fmt: skip


COUNTS = {
    "sections": "section boundaries",
    "claims_exact": "claims, stretch to the character and value",
    "claims_touched": "claims, any of the stretch and value",
    "claims": "claims, stretch and value",
    "claims_metric": "claims, stretch, value and metric",
    "claims_whole": "claims, also comparator, scope and period",
    "contradictions": "contradictions",
}
CALIBRATED = ("cells", "claims", "contradictions")
REPORT_GROUPS = ("container", "form", "damage")
KEPT = "layouts that keep all information"


@dataclass
class Evaluation:
    """The figures of a set of reports, or of one.

    ``reports`` holds the evaluations of the single reports of a set, in their order; `merged`
    makes a set of any of them. ``groups`` says of a single report what it belongs to; its
    tables are counted by layout in ``layouts``.
    """

    id: str = ""
    n_reports: int = 0
    n_failed: int = 0
    counts: dict[str, Count] = field(default_factory=lambda: {k: Count() for k in COUNTS})
    figures: Figures = field(default_factory=Figures)
    exact_reports: Share = field(default_factory=Share)
    """Reports of whose tables every one is exact; those without a table are left out."""
    n_planted: int = 0
    n_planted_found: int = 0
    n_planted_read: int = 0
    calibration: dict[str, Reliability] = field(default_factory=lambda: {k: Reliability() for k in CALIBRATED})
    layouts: dict[str, Figures] = field(default_factory=dict)
    kept: Figures = field(default_factory=Figures)
    """The tables in layouts that keep all information."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reports: list[Evaluation] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def merged(cls, reports: Iterable[Evaluation]) -> Evaluation:
        """A set of the evaluations of single reports (one of them may stand in it several times)."""
        total = cls()
        for one in reports:
            total.reports.append(one)
            total.n_reports += one.n_reports
            total.n_failed += one.n_failed
            total.n_planted += one.n_planted
            total.n_planted_found += one.n_planted_found
            total.n_planted_read += one.n_planted_read
            total.exact_reports.n += one.exact_reports.n
            total.exact_reports.of += one.exact_reports.of
            total.figures.add(one.figures)
            total.kept.add(one.kept)
            for key, count in one.counts.items():
                total.counts[key].add(count.right, count.predicted, count.reference)
            for key, reliability in one.calibration.items():
                total.calibration[key].merge(reliability)
            for layout, figures in one.layouts.items():
                total.layouts.setdefault(layout, Figures()).add(figures)
            total.errors += one.errors
        return total

    def by(self, group: str) -> dict[str, Evaluation]:
        """The sets of the reports of each container, form or kind of damage (a report may be of several)."""
        found: dict[str, list[Evaluation]] = {}
        for one in self.reports:
            for name in one.groups.get(group, ()):
                found.setdefault(name, []).append(one)
        return {name: Evaluation.merged(reports) for name, reports in sorted(found.items())}

    @property
    def by_layout(self) -> dict[str, Figures]:
        """The tables of each layout."""
        return dict(sorted(self.layouts.items()))

    @property
    def by_damage(self) -> dict[str, Evaluation]:
        return self.by("damage")

    def to_dict(self, *, with_groups: bool = True) -> dict[str, Any]:
        """All figures, each with its counts."""
        out: dict[str, Any] = {"reports": self.n_reports, "failed": self.n_failed}
        out |= {k: c.to_dict() for k, c in self.counts.items()}
        out["figures"] = self.figures.to_dict()
        out["exact_reports"] = self.exact_reports.to_dict()
        if self.kept.tables.of:
            out["figures_of_layouts_that_keep_all"] = self.kept.to_dict()
        out["calibration"] = {k: r.to_dict() for k, r in self.calibration.items() if r.n}
        out["planted"] = {
            "reference": self.n_planted,
            "on_true_report": self.n_planted_found,
            "read": self.n_planted_read,
        }
        if with_groups:
            if self.layouts:
                out["by_layout"] = {k: v.to_dict() for k, v in self.by_layout.items()}
            for group in REPORT_GROUPS:
                if sets := self.by(group):
                    out[f"by_{group}"] = {k: v.to_dict(with_groups=False) for k, v in sets.items()}
        return out

    def table(self, baseline: Evaluation | None = None) -> str:
        """A markdown table, with another reader's figures beside where given."""
        head = ["what", "figure", "counts"]
        if baseline:
            head += ["rules only", "counts"]
        rows = [list(row) for row in _lines(self)]
        if baseline:
            known = {label: rest for label, *rest in _lines(baseline)}
            for row in rows:
                row += known.get(row[0], [NOTHING, NOTHING])
        # of files of tables alone, nothing is said of sections and claims
        text = markdown(head, [row for row in rows if set(row[1::2]) != {NOTHING}])
        text += f"\n\n{self.n_reports} reports, {self.n_failed} not read"
        if self.n_planted:
            text += f"; of {self.n_planted} planted contradictions {self.n_planted_read} are found"
            text += f" ({self.n_planted_found} where all was read right)"
        return text + "."

    def breakdown(self, *by: str) -> str:
        """Markdown tables by layout and by damage, or by what is named."""
        from .breakdown import tables  # beside it, as it is made of evaluations

        return tables(self, by or ("layout", "damage"))


def _lines(evaluation: Evaluation) -> Iterator[tuple[str, str, str]]:
    """Label, figure and counts of each line of the table."""
    counts, figures = evaluation.counts, evaluation.figures
    for key, label in COUNTS.items():
        if key != "contradictions":
            c = counts[key]
            yield f"{label}: F1", show(c.f1), f"{c.right} of {c.predicted} read, {c.reference} there"
        if key == "sections":
            yield from _table_lines(evaluation, figures)
    c = counts["contradictions"]
    yield "contradictions: precision", show(c.precision), f"{c.right}/{c.predicted}"
    yield "contradictions: recall", show(c.recall), f"{c.right}/{c.reference}"
    for key in CALIBRATED:
        found = evaluation.calibration[key]
        yield f"expected calibration error: {key}", show(found.ece), f"of {found.n}"


def _table_lines(evaluation: Evaluation, figures: Figures) -> Iterator[tuple[str, str, str]]:
    yield "figures of the tables: right", show(figures.accuracy), f"{figures.right}/{figures.reference}"
    if evaluation.kept.tables.of:
        kept = evaluation.kept
        yield f"figures in {KEPT}: right", show(kept.accuracy), f"{kept.right}/{kept.reference}"
    yield "figures invented", str(figures.invented), f"of {figures.read} read"
    for label, share in (
        ("cells", figures.cells), ("rows", figures.rows), ("tables", figures.tables),
        ("reports", evaluation.exact_reports),
    ):  # fmt: skip
        yield f"{label} exactly right", show(share.value), f"{share.n}/{share.of}"
    yield "identities falsely reported broken", str(figures.falsely_broken), f"of {figures.broken} reported"


NOTHING = "–"
"""Stands where there was nothing to count."""


def show(value: float | None) -> str:
    """A share with three decimals; `NOTHING` where nothing was counted."""
    return NOTHING if value is None else f"{value:.3f}"


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A markdown table."""
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
