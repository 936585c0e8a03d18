"""Identities and completeness: what the printed figures themselves contradict."""

from __future__ import annotations

from dataclasses import replace

import pytest
from check_reports import cell, contradictions, disclosure, report, requests, review, verdicts
from gouji.corpus.report import Report, Table
from gouji.inference.checks import check
from hypothesis import given, settings
from hypothesis import strategies as st

CONSISTENT = requests(
    new=(18, 3, 0, 0, 1, 0, 22), carried_in=(2, 2), granted=(9, 2, 0, 0, 1, 0, 12), partly_granted=(3, 3),
    denied__third_party=(1, 1), unavailable__not_held=(4, 1, 0, 0, 0, 0, 5), result_total=(17, 3, 0, 0, 1, 0, 21),
    carried_out=(3, 3),
)  # fmt: skip


def with_cell(base: Report, address: str, value: int | None, confidence: float = 1.0) -> Report:
    def changed(table: Table) -> Table:
        cells = (c._replace(value=value, confidence=confidence) if c.address == address else c for c in table.cells)
        return replace(table, cells=tuple(cells))

    tables = tuple(changed(t) for t in base.tables)
    return replace(base, tables=tables)


def broken(base: Report) -> list[str | None]:
    return sorted(str(f.reason) for f in contradictions(check(base)))


def test_a_consistent_table_is_supported_on_every_line() -> None:
    findings = check(report("", CONSISTENT, review(), disclosure()))
    assert not contradictions(findings)
    assert len(verdicts(findings, "identity", "supported")) == 7 + 7 + 23 + 3


@pytest.mark.parametrize(
    ("address", "value", "expected"),
    [
        ("requests/new/natural_person", 19, ["applicant_sum", "balance"]),
        ("requests/new/total", 23, ["applicant_sum", "balance"]),
        ("requests/granted/natural_person", 8, ["applicant_sum", "result_sum"]),
        ("requests/denied.third_party/total", 2, ["applicant_sum", "result_sum"]),
        ("requests/result_total/total", 20, ["applicant_sum", "balance", "result_sum"]),
        ("requests/carried_out/total", 4, ["applicant_sum", "balance"]),
        ("review_litigation/review/upheld", 1, ["outcome_sum"]),
        ("review_litigation/direct_suit/total", 2, ["outcome_sum"]),
        ("active_disclosure/licensing/decisions", 12, []),
    ],
)
def test_one_changed_figure_breaks_just_the_lines_that_it_stands_on(
    address: str, value: int, expected: list[str]
) -> None:
    base = report("", CONSISTENT, review(), disclosure())
    assert broken(with_cell(base, address, value)) == expected
    findings = contradictions(check(with_cell(base, address, value)))
    assert all(address in f.cells for f in findings)


def test_off_by_one_in_two_columns() -> None:
    """44 + 0 against 43 + 0, and results of 44 against a total of 43; empty parts are zero."""
    table = requests(
        blank=None, new=(44, 44), carried_in=(0, None), granted=(14, 14), partly_granted=(2, 2),
        unavailable__not_held=(2, 2), unavailable__needs_making=(16, 16), not_processed__complaint=(1, 1),
        other_handling=(9, 9), result_total=(43, 43), carried_out=(0, None),
    )  # fmt: skip
    findings = contradictions(check(report("", table)))
    assert [(f.reason, f.stated, f.found) for f in findings] == [
        ("balance", 44, 43), ("balance", 44, 43), ("result_sum", 43, 44), ("result_sum", 43, 44),
    ]  # fmt: skip
    assert "自然人" in findings[0].explanation
    assert "相差1" in findings[0].explanation


def test_outcomes_that_exceed_their_total() -> None:
    (finding,) = contradictions(check(report("", review((14, 4, 0, 0, 9)))))
    assert (finding.reason, finding.stated, finding.found) == ("outcome_sum", 9, 18)
    assert "行政复议" in finding.explanation


def test_an_empty_total_is_missing_and_contradicts_nothing() -> None:
    table = requests(blank=None, new=(1, 1), denied__enforcement_file=(1, 1))
    findings = check(report("", table))
    assert not contradictions(findings)
    missing = [f.cells for f in verdicts(findings, "completeness", "missing") if f.reason == "empty_total"]
    assert missing == [("requests/result_total/natural_person",), ("requests/result_total/total",)]
    assert {f.reason for f in verdicts(findings, "identity", "unverifiable")} == {"empty_total"}


def test_an_empty_total_of_zeros_is_not_asked_for() -> None:
    table = requests(blank=None, new=(0, 0, 0, 0, 0, 0, None), result_total=(0, 0, 0, 0, 0, 0, 0))
    assert not [f for f in check(report("", table)) if f.reason == "empty_total" and f.verdict == "missing"]


def test_only_totals_filled_is_no_contradiction() -> None:
    table = requests(blank=None, new=(None, 3), granted=(None, 3), result_total=(None, 3), carried_out=(None, 0))
    findings = check(report("", table))
    assert not contradictions(findings)
    assert {f.reason for f in verdicts(findings, "identity", "unverifiable")} == {"parts_blank"}


def test_a_table_without_a_figure_is_missing_never_zero() -> None:
    blank = (None,) * 5
    findings = check(report("", review(blank, blank, blank), requests(blank=None), disclosure(blank=None)))
    assert not [f for f in findings if f.kind == "identity"]
    assert [f.stated for f in findings if f.reason == "table_blank"] == [
        "active_disclosure", "requests", "review_litigation",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [None, 5])
def test_a_cell_that_was_not_surely_read_accuses_nobody(value: int | None) -> None:
    base = report("", CONSISTENT)
    findings = check(with_cell(base, "requests/granted/natural_person", value, confidence=0.2))
    assert not contradictions(findings)
    assert "unsure_cells" in {f.reason for f in verdicts(findings, "identity", "unverifiable")}


def test_a_row_that_is_not_printed_leaves_its_columns_open() -> None:
    cells = tuple(c for c in CONSISTENT.cells if c.row != "partly_granted")
    findings = check(report("", Table("requests", "2019", (), cells)))
    assert not contradictions(findings)
    reasons = [f.reason for f in verdicts(findings, "identity", "unverifiable")]
    assert reasons == ["row_not_printed", "row_not_printed"]  # natural_person and total; the others are zero there
    assert any(f.reason == "row_absent" and f.stated == "requests/partly_granted" for f in findings)


def test_other_handling_with_children_or_without() -> None:
    new_form = requests(
        "2021", new=(3, 3), other_handling__overdue_correction=(1, 1), other_handling__other=(2, 2), result_total=(3, 3)
    )
    assert not contradictions(check(report("", new_form, form="2021")))
    old_row = Table("requests", "2021", (), (*new_form.cells, *(cell("requests", "other_handling", c, v) for c, v in (
        ("natural_person", 3), ("total", 3)
    ))))  # fmt: skip
    assert not contradictions(check(report("", old_row, form="2021")))
    one_row = requests(new=(3, 3), other_handling=(3, 3), result_total=(3, 3))
    assert not contradictions(check(report("", one_row)))


def test_a_row_that_a_locality_added_may_belong_to_the_sum() -> None:
    base = requests(new=(3, 3), granted=(2, 2), result_total=(3, 3))
    extra = tuple(cell("requests", "extra:（七）转办", c, 1) for c in ("natural_person", "total"))
    findings = check(report("", Table("requests", "2019", (), (*base.cells, *extra))))
    assert not contradictions(findings)


def test_two_copies_of_one_table_are_checked_apart() -> None:
    other = requests(new=(5, 5), granted=(5, 5), result_total=(5, 5))
    assert not contradictions(check(report("", CONSISTENT, other)))


def test_sections_tables_and_rows_that_the_form_demands() -> None:
    table = disclosure("2021", normative_documents=(1, 0, 4))
    partial = Table("active_disclosure", "2021", (), tuple(c for c in table.cells if c.row != "coercion"))
    findings = check(report("", partial, form="2021", sections=["overview", "requests"]))
    missing = {(f.reason, f.stated) for f in verdicts(findings, "completeness", "missing")}
    assert ("section_absent", "problems") in missing
    assert ("table_absent", "requests") in missing
    assert ("row_absent", "active_disclosure/coercion") in missing


def test_an_old_report_owes_no_modern_sections() -> None:
    assert not check(report("", form="legacy", year=2012, sections=["overview", "fees"]))


def test_the_legacy_annex_has_identities_of_its_own() -> None:
    figures = {"requests.closed": 5, "requests.on_time": 3, "requests.extended": 1}
    cells = tuple(cell("annex", r, "count", v) for r, v in figures.items())
    (finding,) = contradictions(check(report("", Table("annex", "legacy", (), cells), form="legacy", year=2016)))
    assert (finding.reason, finding.stated, finding.found) == ("closed", 5, 4)


@st.composite
def consistent_requests(draw: st.DrawFn) -> Table:
    """A table filled from single requests, so that every identity holds."""
    figures = {}
    rows = [c.row for c in CONSISTENT.cells if c.column == "total"]
    results = rows[2:-2]
    for column in ("natural_person", "commercial", "research", "ngo", "legal_service", "other"):
        counts = draw(st.lists(st.integers(0, 400), min_size=len(results), max_size=len(results)))
        left = draw(st.integers(0, 50))
        carried = draw(st.integers(0, sum(counts) + left))
        figures[column] = dict(
            zip(rows, [sum(counts) + left - carried, carried, *counts, sum(counts), left], strict=True)
        )
    blank_zeros = draw(st.booleans())
    cells = []
    for row in rows:
        for column in figures:
            value = figures[column][row]
            cells.append(cell("requests", row, column, None if blank_zeros and not value and row in results else value))
        cells.append(cell("requests", row, "total", sum(figures[c][row] for c in figures)))
    return Table("requests", "2019", (), tuple(cells))


@settings(max_examples=40, deadline=None)
@given(consistent_requests())
def test_tables_that_hold_are_never_contradicted(table: Table) -> None:
    assert not contradictions(check(report("", table)))


ADDRESSES = [c.address for t in (CONSISTENT, review(), disclosure(), disclosure("2021")) for c in t.cells]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*ADDRESSES, "requests/extra:其他/total", "annex/suits/count", "unknown/a/b"]),
            st.one_of(st.none(), st.integers(-9, 10**7), st.floats(0, 1e6)),
            st.floats(0, 1),
        ),
        max_size=40,
    ),
    st.sampled_from(["2019", "2021", "legacy", None]),
)
def test_any_cells_are_answered(drawn: list, form: str | None) -> None:
    tables = [Table(a.split("/")[0], form, (), (cell(*a.split("/", 2), v, p),)) for a, v, p in drawn]
    marked = "[[收到申请3件||requests/new/total]]，[[占5%||ratio(requests/granted/total, requests/new/total)]]。"
    for finding in check(report(marked, *tables, form=form)):
        assert finding.verdict in ("supported", "contradicted", "unverifiable", "missing")
        assert finding.explanation.endswith("。")
        assert (finding.reason is not None) or finding.verdict == "supported"


def test_a_row_without_a_figure_among_printed_noughts_was_overlooked_and_accuses_nobody() -> None:
    """Where a table leaves its noughts blank, the same row is nought, and the sum is wrong."""
    rows = {"new": (9, 9), "result_total": (9, 9), "granted": (4, 4), "partly_granted": (None,) * 7}
    printed = check(report("", requests(**rows)))
    assert "result_sum" not in {f.reason for f in contradictions(printed)}
    assert "unsure_cells" in {f.reason for f in verdicts(printed, "identity", "unverifiable")}
    blank = check(report("", requests(blank=None, **rows)))
    assert "result_sum" in {f.reason for f in contradictions(blank)}
