"""An evaluation cut by layout, container, form, damage, or what was held out: markdown tables, and a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from .held_out import comparison
from .tally import KEPT, NOTHING, REPORT_GROUPS, Evaluation, Figures, markdown, show

HELD_OUT = "held_out"
"""Kinds of damage held out of training beside known ones."""
BY = ("layout", *REPORT_GROUPS, HELD_OUT)
_TABLE_HEAD = ["figures", "counts", "wrong", "missed", "invented", "per 1,000", "rows", "tables", "falsely broken"]
_REPORT_HEAD = [
    "reports", "sections", "figures", "invented", "tables", "exact reports", "falsely broken", "claims",
    "contradictions",
]  # fmt: skip


def tables(evaluation: Evaluation, by: Iterable[str]) -> str:
    """A markdown table for each of ``by`` that the reports know: the worst first.

    Raises
    ------
    ValueError
        If something else than one of `BY` is named.
    """
    parts = []
    for group in by:
        if group not in BY:
            raise ValueError(f"cannot be cut by {group!r}; there are {', '.join(BY)}")
        if group == HELD_OUT:
            parts.append(comparison(evaluation))
            continue
        if group == "layout":
            found = sorted(evaluation.by_layout.items(), key=lambda kv: kv[1].accuracy or 0)
            rows = [[name, *_of_tables(figures)] for name, figures in found]
            if rows and evaluation.kept.tables.of:
                rows.append([KEPT, *_of_tables(evaluation.kept)])
            head = _TABLE_HEAD
        else:
            sets = sorted(evaluation.by(group).items(), key=lambda kv: kv[1].figures.accuracy or 0)
            rows = [[name, *_of_reports(part)] for name, part in sets]
            head = _REPORT_HEAD
        if rows:
            told = [i for i in range(len(rows[0])) if any(row[i] != NOTHING for row in rows)]
            parts.append(markdown([[group, *head][i] for i in told], [[row[i] for i in told] for row in rows]))
    return "\n\n".join(parts)


def _of_tables(f: Figures) -> list[str]:
    per_1000 = NOTHING if f.invented_per_1000 is None else f"{f.invented_per_1000:.1f}"
    return [
        show(f.accuracy), f"{f.right}/{f.reference}", str(f.wrong), str(f.missed), str(f.invented), per_1000,
        show(f.rows.value), show(f.tables.value), str(f.falsely_broken),
    ]  # fmt: skip


def _of_reports(e: Evaluation) -> list[str]:
    f = e.figures
    return [
        str(e.n_reports), show(e.counts["sections"].f1), show(f.accuracy), str(f.invented), show(f.tables.value),
        show(e.exact_reports.value), str(f.falsely_broken), show(e.counts["claims"].f1),
        show(e.counts["contradictions"].f1),
    ]  # fmt: skip


# -- a sheet ------------------------------------------------------------------------------

_COLUMNS = (
    "by", "name", "reports", "figures_there", "figures_right", "figures_wrong", "figures_missed", "figures_invented",
    "figures_share", "invented_per_1000", "exact_cells", "exact_rows", "exact_tables", "exact_reports",
    "identities_reported_broken", "identities_falsely_broken", "sections_f1", "claims_f1", "claims_metric_f1",
    "contradictions_precision", "contradictions_recall", "ece_cells", "ece_claims", "ece_contradictions",
)  # fmt: skip


def write_csv(evaluation: Evaluation, path: Path) -> None:
    """All figures, of the whole and of each layout, container, form and damage, as a sheet that Excel opens."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_plain(v) for v in row] for row in _sheet(evaluation))
    path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8"))


def _sheet(evaluation: Evaluation) -> Iterator[list[object]]:
    yield ["all", "", *_all_of(evaluation)]
    for name, figures in evaluation.by_layout.items():
        yield ["layout", name, "", *_figures_of(figures)]
    if evaluation.kept.tables.of:
        yield ["layout", KEPT, "", *_figures_of(evaluation.kept)]
    for group in REPORT_GROUPS:
        for name, part in evaluation.by(group).items():
            yield [group, name, *_all_of(part)]


def _figures_of(f: Figures, exact_reports: float | None = None) -> list[object]:
    return [
        f.reference, f.right, f.wrong, f.missed, f.invented, f.accuracy, f.invented_per_1000,
        f.cells.value, f.rows.value, f.tables.value, exact_reports, f.broken, f.falsely_broken,
    ]  # fmt: skip


def _all_of(e: Evaluation) -> list[object]:
    return [
        e.n_reports, *_figures_of(e.figures, e.exact_reports.value), e.counts["sections"].f1, e.counts["claims"].f1,
        e.counts["claims_metric"].f1, e.counts["contradictions"].precision, e.counts["contradictions"].recall,
        *(found.ece for found in e.calibration.values()),
    ]  # fmt: skip


def _plain(value: object) -> object:
    """Empty for what was not counted; a name that a sheet would take for a formula is kept a text."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return f"'{value}"
    return "" if value is None else value
