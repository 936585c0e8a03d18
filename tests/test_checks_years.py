"""A report against that of the year before."""

from __future__ import annotations

from dataclasses import replace

from check_reports import disclosure, report, requests
from gouji.inference.checks import check_years

THEN = report(
    "", requests(new=(9, 9), granted=(7, 7), result_total=(7, 7), carried_out=(2, 2)),
    disclosure(licensing=(90, 29, 1313)), year=2019,
)  # fmt: skip


def now(carried_in: int, previous_items: int, marked: str = ""):
    table = requests(new=(9, 9), carried_in=(carried_in, carried_in), granted=(9, 9), result_total=(9, 9))
    return report(marked, table, disclosure(licensing=(previous_items, 0, 1400)), year=2020)


def contradicted(findings) -> set[str]:
    return {f.reason for f in findings if f.verdict == "contradicted"}


def test_what_was_carried_over_is_taken_up() -> None:
    findings = check_years(THEN, now(2, 119))
    assert not contradicted(findings)
    assert {f.kind for f in findings} == {"year_over_year"}


def test_what_is_not_taken_up_is_contradicted() -> None:
    assert contradicted(check_years(THEN, now(3, 119))) == {"carried"}
    assert contradicted(check_years(THEN, now(2, 90))) == {"items"}


def test_last_years_count_in_prose() -> None:
    marked = "比上年[[收到的{}件||requests/new/total previous]]略有增加。"
    assert not contradicted(check_years(THEN, now(2, 119, marked.format(9))))
    assert contradicted(check_years(THEN, now(2, 119, marked.format(8)))) == {"differs"}


def test_another_agency_or_a_gap_of_years_leaves_it_open() -> None:
    for other in (replace(THEN, agency="青岚市云蒲镇人民政府"), replace(THEN, year=2017)):
        assert not contradicted(check_years(other, now(3, 90)))


def test_documents_in_force_are_left_open_as_clean_ups_break_them() -> None:
    then = report("", disclosure("2021", normative_documents=(2, 1, 10)), form="2021", year=2021)
    this = report("", disclosure("2021", normative_documents=(3, 1, 9)), form="2021", year=2022)
    findings = check_years(then, this)
    assert {f.verdict for f in findings if f.stated == 9} == {"unverifiable"}
