"""The stages: Text -> lines -> sections -> tables -> claims -> findings.

Each works on a `Draft`: it reads what earlier ones wrote and adds its own. The pipeline drives
them itself; `components` puts a spaCy face on them, which nothing here needs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ..corpus.report import Claim, Finding, Report, Section, Source, Table, Warning_
from ..corpus.report import Span as SourceSpan
from ..corpus.text import Line, Text
from ..models import families
from ..models.calibration import Calibration
from ..models.claims import ClaimModel
from ..models.page_heads import repeated_titles
from ..models.sections import LineTag, sections_of
from .checks import check
from .identity import agency_of, year_of

_PAGE_NUMBER = 16
"""The most characters that the number of a page takes, with what stands around it."""


@dataclass
class Draft:
    """What the stages have found so far."""

    text: Text
    furniture: Sequence[tuple[int, int]] = ()
    rows: list[Line] = field(default_factory=list)
    tags: list[LineTag] = field(default_factory=list)
    year: int | None = None
    agency: str | None = None
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: list[Warning_] = field(default_factory=list)

    def report(self, source: Source) -> Report:
        """Everything as one result."""
        found = [t.form for t in self.tables if t.form is not None]
        return Report(
            id=source.sha256[:16] or "text",
            source=source,
            agency=self.agency,
            year=self.year,
            form=max(set(found), key=found.count) if found else None,
            sections=self.sections,
            tables=self.tables,
            claims=self.claims,
            findings=self.findings,
            warnings=tuple(self.warnings),
            text=self.text.source,
        )


class Stage:
    """Work with one model."""

    model: Any
    model_of: Callable[[Path], Any]
    """Reads its model from a folder."""

    def __init__(self, model: Any) -> None:
        self.model = model

    @classmethod
    def load(cls, folder: Path) -> Self:
        """With its model out of a folder; raises `store.ModelError` where there is no sound one."""
        return cls(cls.model_of(folder))

    def work(self, draft: Draft) -> None:
        """Add to what the stages before have found."""
        raise NotImplementedError

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:
        self.model.save(Path(path))

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> Self:
        self.model = type(self).model_of(Path(path))
        return self


class SectionStage(Stage):
    """Lines, their sections and kinds; year and agency."""

    model_of = staticmethod(families.load_sections)

    def work(self, draft: Draft) -> None:
        draft.rows = self.model.rows(draft.text)
        draft.tags = self.model.predict(draft.text, draft.rows, draft.furniture)
        draft.sections = sections_of(draft.text, draft.rows, draft.tags)
        draft.year = year_of(draft.text, draft.rows, draft.tags)
        draft.agency = agency_of(draft.text, draft.rows, draft.tags, draft.sections)


class TableStage(Stage):
    """Cells of the statutory tables."""

    model_of = staticmethod(families.load_tables)

    def work(self, draft: Draft) -> None:
        # neither a page's number nor the title above it is of the table that goes on over the page; other furniture
        # that is longer may be misnamed
        apart = [(a, b) for a, b in draft.furniture if b - a <= _PAGE_NUMBER]
        titles = (draft.text.span(a, b) for a, b in repeated_titles(draft.text.view, draft.rows))
        apart += [(span.start, span.end) for span in titles]
        text = draft.text.blanked(apart) if apart else draft.text
        draft.tables, warnings = self.model.read_all(text, draft.rows, draft.tags)
        draft.warnings += warnings


def outside_cells(claims: Sequence[Claim], tables: Sequence[Table]) -> tuple[Claim, ...]:
    """The claims, less those that hold a figure of a table: what is a cell is no statement of the prose."""
    cells = [cell for table in tables for cell in table.cells if cell.value is not None]
    starts = sorted(span.start for cell in cells for span in cell.spans)

    def holds_cell(span: SourceSpan) -> bool:
        return bisect_left(starts, span.start) < bisect_left(starts, span.end)

    return tuple(claim for claim in claims if not any(map(holds_cell, claim.spans)))


def outside_strangers(claims: Sequence[Claim], warnings: Iterable[Warning_]) -> tuple[Claim, ...]:
    """The claims, less those in tables that are none of the form's: nobody knows which year or part a column counts."""
    tables = [span for warning in warnings if warning.code == "table_not_known" for span in warning.spans]
    return tuple(c for c in claims if not any(t.start <= s.start < t.end for s in c.spans for t in tables))


class ClaimStage(Stage):
    """Claims of the prose."""

    model_of = staticmethod(ClaimModel.load)

    def work(self, draft: Draft) -> None:
        claims = self.model.read(draft.text, draft.rows, draft.tags, draft.year)
        draft.claims = outside_strangers(outside_cells(claims, draft.tables), draft.warnings)


class CheckStage(Stage):
    """What confidences are worth, and the cross-checks: the form's law, and how likely a contradiction is real."""

    model_of = staticmethod(Calibration.load)

    def work(self, draft: Draft) -> None:
        draft.sections = self.model.sections(draft.sections)
        draft.tables = self.model.tables(draft.tables)
        draft.claims = self.model.claims(draft.claims)
        draft.findings = check(draft.report(Source("")), self.model.findings)


STAGES: dict[str, type[Stage]] = {
    "gouji_sections": SectionStage,
    "gouji_tables": TableStage,
    "gouji_claims": ClaimStage,
    "gouji_checks": CheckStage,
}
"""In the order of their work, under the names that spaCy knows them by."""


def stages(folder: Path) -> dict[str, Stage]:
    """All stages, with the models of a folder.

    Raises
    ------
    ModelError
        If a model is missing, foreign or damaged.
    """
    return {name: stage.load(folder) for name, stage in STAGES.items()}
