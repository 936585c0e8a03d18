"""Hand-made reports for the checks: prose with marked claims, tables as rows of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gouji.corpus.forms import forms
from gouji.corpus.markup import parse
from gouji.corpus.numbers import numbers
from gouji.corpus.report import Cell, Claim, Finding, Report, Section, Source, Span, Table
from gouji.corpus.text import Text

SECTIONS = ("overview", "active_disclosure", "requests", "review_litigation", "problems", "other_matters")
APPLICANTS = ("natural_person", "commercial", "research", "ngo", "legal_service", "other", "total")
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
Rows = Mapping[str, Sequence["int | float | None"]]


def requests(form: str = "2019", blank: int | None = 0, **rows: Sequence[int | None]) -> Table:
    """The requests table; ``new=(19, 19)`` fills natural_person and total, a longer row fills all."""
    given = {k.replace("__", "."): v for k, v in rows.items()}
    cells = []
    for label in forms()[form].tables["requests"].blocks[0].rows:
        row = given.pop(label.id, (blank,) * 7)
        full = (row[0], *(blank,) * 5, row[1]) if len(row) == 2 else row
        cells += [cell("requests", label.id, c, v) for c, v in zip(APPLICANTS, full, strict=True)]
    assert not given, given
    return Table("requests", form, (), tuple(cells))


def review(
    review: Sequence[int | None] = (0, 0, 0, 0, 0),
    direct_suit: Sequence[int | None] = (0, 0, 0, 0, 0),
    suit_after_review: Sequence[int | None] = (0, 0, 0, 0, 0),
) -> Table:
    rows = {"review": review, "direct_suit": direct_suit, "suit_after_review": suit_after_review}
    cells = [
        cell("review_litigation", r, c, v) for r, values in rows.items() for c, v in zip(OUTCOMES, values, strict=True)
    ]
    return Table("review_litigation", "2019", (), tuple(cells))


def disclosure(form: str = "2019", blank: int | None = 0, **rows: Sequence[int | float | None]) -> Table:
    cells = []
    for block in forms()[form].tables["active_disclosure"].blocks:
        for row in block.rows:
            values = rows.get(row.id, (blank,) * len(block.columns))
            cells += [cell("active_disclosure", row.id, c.id, v) for c, v in zip(block.columns, values, strict=True)]
    return Table("active_disclosure", form, (), tuple(cells))


def cell(table: str, row: str, column: str, value: int | float | None, confidence: float = 1.0, raw: str = "") -> Cell:
    unit = "万元" if column == "amount" else None
    return Cell(
        table, row, column, value, unit, raw or ("" if value is None else f"{value}{unit or ''}"), (), confidence
    )


def report(
    marked: str = "", *tables: Table, form: str | None = "2019", year: int | None = 2020,
    agency: str | None = "青岚市柳溪县人民政府", sections: Sequence[str] = SECTIONS, confidence: float = 1.0,
) -> Report:  # fmt: skip
    """A report whose claims are the marks of ``marked`` (the markup of the authored corpus)."""
    prose = parse(marked)
    claims = []
    for mark in prose.marks:
        stretch = prose.text[mark.start : mark.end]
        for fact in mark.facts:
            printed = numbers(Text.of(stretch).view)
            number = next((n for n in printed if n.value == fact.value), printed[0] if printed else None)
            value = fact.value if fact.value is not None or number is None else number.value
            same = number is not None and number.value == value
            claims.append(
                Claim(
                    stretch, (Span(mark.start, mark.end),), "overview", fact.metric, value,
                    fact.unit or (number.unit if same and number else None),
                    fact.comparator or (number.comparator if same and number else "="),
                    fact.scope, fact.period, confidence,
                )
            )  # fmt: skip
    there = tuple(Section(s, s, (Span(0, 0),)) for s in sections)
    return Report("r", Source("r.txt"), agency, year, form, there, tables, tuple(claims), (), (), prose.text)


def verdicts(findings: Sequence[Finding], kind: str, verdict: str) -> list[Finding]:
    return [f for f in findings if f.kind == kind and f.verdict == verdict]


def contradictions(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.verdict == "contradicted"]
