"""The central types: what gouji says about one report.

Names and fields are those of the result contract (`docs/contract.md`). All offsets
are character offsets ``[start, end)`` into the decoded source text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple


class Span(NamedTuple):
    """A stretch ``[start, end)`` of the decoded source."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where a report came from and how it was decoded."""

    path: str
    sha256: str = ""
    media_type: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text with one statutory purpose.

    Sections tile the text. A section that page residue interrupts has several spans.
    """

    id: str
    title: str
    spans: tuple[Span, ...]
    confidence: float = 1.0


LOST = 0.2
"""Confidence of a cell without a figure of which the reader knows that it may have lost one: no printed blank."""


class Cell(NamedTuple):
    """One value at (row, column) of a table; ``value`` is None where it is printed and empty."""

    table: str
    row: str
    column: str
    value: float | int | None
    unit: str | None
    raw: str
    spans: tuple[Span, ...]
    confidence: float = 1.0

    @property
    def address(self) -> str:
        return f"{self.table}/{self.row}/{self.column}"


@dataclass(frozen=True, slots=True)
class Table:
    """One statutory table (or an ``unknown`` one) as it was read."""

    id: str
    form: str | None
    spans: tuple[Span, ...]
    cells: tuple[Cell, ...]


class Certainty(NamedTuple):
    """How sure each part of a claim is; those after the first are given that the first is right."""

    value: float = 1.0
    """That a fact is stated there, with this value."""
    metric: float = 1.0
    scope: float = 1.0
    period: float = 1.0
    rivals: tuple[str, ...] = ()
    """What else the words may count, the likeliest first …"""
    odds: tuple[float, ...] = ()
    """… and how likely each of them is."""


_CERTAIN = Certainty()


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of narrative that states a countable fact, zero included."""

    text: str
    spans: tuple[Span, ...]
    section: str
    metric: str
    value: float | int | None
    unit: str | None = None
    comparator: str = "="
    scope: str = "report"
    period: str = "year"
    confidence: float = 1.0
    """That stretch, value and metric are right."""
    certainty: Certainty = _CERTAIN


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check. ``claim`` is an index into the report's claims, or None."""

    kind: str
    verdict: str
    claim: int | None = None
    cells: tuple[str, ...] = ()
    stated: float | int | str | None = None
    found: float | int | str | None = None
    confidence: float = 1.0
    reason: str | None = None
    explanation: str = ""
    other_claims: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Warning_:
    """Something a reader should know that accuses nobody."""

    code: str
    message: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that gouji says about one report."""

    id: str
    source: Source
    agency: str | None = None
    year: int | None = None
    form: str | None = None
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    text: str = field(default="", repr=False)
    pages: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    """Where in the text each printed page begins, (offset, page), where the source has pages."""

    @property
    def cells(self) -> dict[str, Cell]:
        """Cells by address; where a table stands twice, the first copy with a value wins."""
        found: dict[str, Cell] = {}
        for table in self.tables:
            for cell in table.cells:
                known = found.get(cell.address)
                if known is None or (known.value is None and cell.value is not None):
                    found[cell.address] = cell
        return found

    def to_dict(self) -> dict[str, Any]:
        """The report as the contract's JSON object (without the text)."""
        return {
            "id": self.id,
            "source": asdict(self.source),
            "agency": self.agency,
            "year": self.year,
            "form": self.form,
            "sections": [
                {"id": s.id, "title": s.title, "spans": _pairs(s.spans), "confidence": _round(s.confidence)}
                for s in self.sections
            ],
            "tables": [
                {"id": t.id, "form": t.form, "spans": _pairs(t.spans), "cells": [_cell(c) for c in t.cells]}
                for t in self.tables
            ],
            "claims": [_claim(c) for c in self.claims],
            "findings": [_finding(f) for f in self.findings],
            "warnings": [{"code": w.code, "message": w.message, "spans": _pairs(w.spans)} for w in self.warnings],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any], text: str = "") -> Report:
        """The inverse of `to_dict`."""
        return cls(
            id=data["id"],
            source=Source(**data["source"]),
            agency=data.get("agency"),
            year=data.get("year"),
            form=data.get("form"),
            sections=tuple(
                Section(s["id"], s["title"], _spans(s["spans"]), s.get("confidence", 1.0))
                for s in data.get("sections", [])
            ),
            tables=tuple(
                Table(
                    t["id"],
                    t.get("form"),
                    _spans(t["spans"]),
                    tuple(Cell(**{**c, "spans": _spans(c["spans"])}) for c in t["cells"]),
                )
                for t in data.get("tables", [])
            ),
            claims=tuple(
                Claim(**{**c, "spans": _spans(c["spans"]), "certainty": _certainty(c.get("certainty", {}))})
                for c in data.get("claims", [])
            ),
            findings=tuple(
                Finding(
                    **{
                        **f,
                        "cells": tuple(f.get("cells", ())),
                        "other_claims": tuple(f.get("other_claims", ())),
                    }
                )
                for f in data.get("findings", [])
            ),
            warnings=tuple(
                Warning_(w["code"], w["message"], _spans(w.get("spans", []))) for w in data.get("warnings", [])
            ),
            text=text,
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that yielded no report.

    ``code`` is one of empty, binary, undecodable, too_large, not_a_report, unsupported,
    corrupt, timeout, internal.
    """

    source: Source
    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        return {"source": asdict(self.source), "error": {"code": self.code, "message": self.message}}


def _round(value: float) -> float:
    return round(float(value), 4)


def _pairs(spans: Iterable[Span]) -> list[list[int]]:
    return [[int(s.start), int(s.end)] for s in spans]


def _spans(pairs: Iterable[Iterable[int]]) -> tuple[Span, ...]:
    return tuple(Span(*p) for p in pairs)


def _cell(cell: Cell) -> dict[str, Any]:
    return {**cell._asdict(), "spans": _pairs(cell.spans), "confidence": _round(cell.confidence)}


def _claim(claim: Claim) -> dict[str, Any]:
    sure = claim.certainty
    return {
        **asdict(claim),
        "spans": _pairs(claim.spans),
        "confidence": _round(claim.confidence),
        "certainty": {
            "value": _round(sure.value), "metric": _round(sure.metric), "scope": _round(sure.scope),
            "period": _round(sure.period), "rivals": list(sure.rivals), "odds": [_round(p) for p in sure.odds],
        },
    }  # fmt: skip


def _certainty(data: dict[str, Any]) -> Certainty:
    return Certainty(**{**data, "rivals": tuple(data.get("rivals", ())), "odds": tuple(data.get("odds", ()))})


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        **asdict(finding),
        "cells": list(finding.cells),
        "other_claims": list(finding.other_claims),
        "confidence": _round(finding.confidence),
    }
