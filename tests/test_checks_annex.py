"""Prose against an annex that tells the year and all the years."""

from __future__ import annotations

from dataclasses import replace

import pytest
from check_reports import cell, report
from gouji.corpus.report import LOST, Finding, Table
from gouji.inference.checks import check


def of_claim(marked: str, *columns: str, value: int | None = 4) -> Finding:
    rows = {"requests.received": 7, "requests.web": value, "review": 0, "suits": 0}
    cells = [cell("annex", r, c, v and v * (1 + 8 * (c != "count"))) for r, v in rows.items() for c in columns]
    if value is None:
        cells = [c._replace(confidence=LOST) if c.value is None else c for c in cells]
    made = report(marked, Table("annex", "legacy", (), tuple(cells)), form="legacy", year=2013)
    return next(f for f in check(replace(made)) if f.kind == "claim_vs_table")


WEB = "全县[[网上申请5件||requests/by_channel.web]]。"
ALL = "全县[[收到申请{}件||requests/new/total]]。"


@pytest.mark.parametrize("columns", [("count",), ("count", "cumulative")])
def test_the_column_of_the_year_is_what_the_prose_tells(columns: tuple[str, ...]) -> None:
    finding = of_claim(ALL.format(8), *columns)
    assert (finding.verdict, finding.found) == ("contradicted", 7)
    assert of_claim(ALL.format(7), *columns).verdict == "supported"


def test_all_the_years_clear_a_claim() -> None:
    assert of_claim(ALL.format(63), "count", "cumulative").verdict == "supported"


def test_columns_of_several_offices_accuse_nobody() -> None:
    assert of_claim(ALL.format(8), "count", "departments").reason == "several_columns"


def test_a_row_whose_figures_were_lost_is_not_called_blank() -> None:
    finding = of_claim(WEB, "count", value=None)
    assert finding.reason == "cell_not_read"
    assert "未填写" not in finding.explanation
