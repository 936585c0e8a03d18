"""The stages as spaCy components: bytes -> Text -> lines -> sections -> tables -> claims -> findings.

Each stage works on a `Draft`; the component around it is the spaCy face, with the same draft
on ``doc._.draft`` and span groups. The pipeline itself drives the drafts: making a Doc of
characters and its spans takes a quarter of the time that jieba takes for the text.

A Doc's tokens are the characters of the source, so that token and character offsets are
one. Each stage reads what earlier ones wrote on ``doc._.draft`` and adds its own; the
span groups ``sections``, ``cells`` and ``claims`` show the same to any spaCy tool.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from ..corpus.report import Claim, Finding, Report, Section, Source, Table, Warning_
from ..corpus.report import Span as SourceSpan
from ..corpus.text import Line, Text
from ..models import families
from ..models.calibration import Calibration
from ..models.claims import ClaimModel
from ..models.sections import LineTag, sections_of
from .checks import check
from .identity import agency_of, year_of
from .shelf import RELEASED

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


if not Doc.has_extension("draft"):
    Doc.set_extension("draft", default=None)


_HALF = re.compile("[\ud800-\udfff]")


class CharacterTokenizer:
    """One token a character, blanks and line ends included."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        spaces = [False] * len(text)
        try:
            doc = Doc(self.vocab, words=list(text), spaces=spaces)
        except UnicodeEncodeError:  # half a character, as cut UTF-16 leaves: spaCy's strings cannot hold it
            doc = Doc(self.vocab, words=list(_HALF.sub("\ufffd", text)), spaces=spaces)
        doc.user_data["source"] = text  # Doc.text joins its tokens anew at each call: dear, where tokens are characters
        return doc

    def to_disk(self, path: Path, **_: Any) -> None:
        """Nothing to keep."""

    def from_disk(self, path: Path, **_: Any) -> Self:
        return self

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **_: Any) -> Self:
        return self


def _shown(doc: Doc, stretches: Iterable[tuple[int, int, str]]) -> list[Span]:
    """Stretches with their labels as spans of the doc; a label holds no half characters either."""
    return [
        Span(doc, a, b, label=label if label.isascii() else _HALF.sub("\ufffd", label)) for a, b, label in stretches
    ]


class _Stage:
    """A component around one model."""

    model: Any
    load: Callable[[Path], Any]

    def __init__(self, model: Any) -> None:
        self.model = model

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:
        self.model.save(Path(path))

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> Self:
        self.model = type(self).load(Path(path))
        return self


class SectionStage(_Stage):
    """Lines, their sections and kinds; year and agency."""

    load = staticmethod(families.load_sections)

    def work(self, draft: Draft) -> None:
        draft.rows = self.model.rows(draft.text)
        draft.tags = self.model.predict(draft.text, draft.rows, draft.furniture)
        draft.sections = sections_of(draft.text, draft.rows, draft.tags)
        draft.year = year_of(draft.text, draft.rows, draft.tags)
        draft.agency = agency_of(draft.text, draft.rows, draft.tags, draft.sections)

    def __call__(self, doc: Doc) -> Doc:
        draft = Draft(Text.of(doc.user_data.get("source") or doc.text))
        self.work(draft)
        doc._.draft = draft
        doc.spans["sections"] = _shown(doc, ((a, b, s.id) for s in draft.sections for a, b in s.spans))
        return doc


class TableStage(_Stage):
    """Cells of the statutory tables."""

    load = staticmethod(families.load_tables)

    def work(self, draft: Draft) -> None:
        # a page number is no figure of the table that goes on over the page; what is longer may be misnamed
        numbers = [(a, b) for a, b in draft.furniture if b - a <= _PAGE_NUMBER]
        text = draft.text.blanked(numbers) if numbers else draft.text
        draft.tables, warnings = self.model.read_all(text, draft.rows, draft.tags)
        draft.warnings += warnings

    def __call__(self, doc: Doc) -> Doc:
        draft = doc._.draft
        self.work(draft)
        doc.spans["cells"] = _shown(
            doc, ((a, b, c.address) for t in draft.tables for c in t.cells for a, b in c.spans if b > a)
        )
        return doc


def outside_cells(claims: Sequence[Claim], tables: Sequence[Table]) -> tuple[Claim, ...]:
    """The claims, less those that hold a figure of a table: what is a cell is no statement of the prose."""
    cells = [cell for table in tables for cell in table.cells if cell.value is not None]
    starts = sorted(span.start for cell in cells for span in cell.spans)

    def holds_cell(span: SourceSpan) -> bool:
        return bisect_left(starts, span.start) < bisect_left(starts, span.end)

    return tuple(claim for claim in claims if not any(map(holds_cell, claim.spans)))


class ClaimStage(_Stage):
    """Claims of the prose."""

    load = staticmethod(ClaimModel.load)

    def work(self, draft: Draft) -> None:
        claims = self.model.read(draft.text, draft.rows, draft.tags, draft.year)
        draft.claims = outside_cells(claims, draft.tables)

    def __call__(self, doc: Doc) -> Doc:
        draft = doc._.draft
        self.work(draft)
        doc.spans["claims"] = _shown(doc, ((a, b, c.metric) for c in draft.claims for a, b in c.spans))
        return doc


class CheckStage(_Stage):
    """What confidences are worth, and the cross-checks: the form's law, and how likely a contradiction is real."""

    load = staticmethod(Calibration.load)

    def work(self, draft: Draft) -> None:
        draft.sections = self.model.sections(draft.sections)
        draft.tables = self.model.tables(draft.tables)
        draft.claims = self.model.claims(draft.claims)
        draft.findings = check(draft.report(Source("")), self.model.findings)

    def __call__(self, doc: Doc) -> Doc:
        self.work(doc._.draft)
        return doc


@Language.factory("gouji_sections", assigns=["doc._.draft"], default_config={"path": None})
def make_sections(nlp: Language, name: str, path: str | None) -> SectionStage:
    return SectionStage(SectionStage.load(Path(path) if path else RELEASED))


@Language.factory("gouji_tables", requires=["doc._.draft"], default_config={"path": None})
def make_tables(nlp: Language, name: str, path: str | None) -> TableStage:
    return TableStage(TableStage.load(Path(path) if path else RELEASED))


@Language.factory("gouji_claims", requires=["doc._.draft"], default_config={"path": None})
def make_claims(nlp: Language, name: str, path: str | None) -> ClaimStage:
    return ClaimStage(ClaimStage.load(Path(path) if path else RELEASED))


@Language.factory("gouji_checks", requires=["doc._.draft"], default_config={"path": None})
def make_checks(nlp: Language, name: str, path: str | None) -> CheckStage:
    return CheckStage(Calibration.load(Path(path) if path else RELEASED))
