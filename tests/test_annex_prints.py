"""Annexes as localities print them: signs, shares, notes, two halves side by side, forms that nobody knows."""

from __future__ import annotations

from collections.abc import Sequence

import gouji
import pytest
from gouji.corpus.report import Cell, Report

ROWS = (
    ("（一）主动公开政府信息数", "条", 136, "disclosure.items"),
    ("其中：主动公开规范性文件数", "条", 3, "disclosure.normative_disclosed"),
    ("制发规范性文件总数", "件", 4, "disclosure.normative_made"),
    ("1.政府公报公开政府信息数", "条", 0, "disclosure.gazette"),
    ("2.政府网站公开政府信息数", "条", 120, "disclosure.website"),
    ("3.政务微博公开政府信息数", "条", 10, "disclosure.weibo"),
    ("4.政务微信公开政府信息数", "条", 16, "disclosure.wechat"),
    ("（一）收到申请数", "件", 5, "requests.received"),
    ("1.当面申请数", "件", 1, "requests.in_person"),
    ("2.传真申请数", "件", 0, "requests.fax"),
    ("3.网络申请数", "件", 3, "requests.web"),
    ("4.信函申请数", "件", 1, "requests.letter"),
    ("（二）申请办结数", "件", 5, "requests.closed"),
    ("1.按时办结数", "件", 5, "requests.on_time"),
    ("2.延期办结数", "件", 0, "requests.extended"),
    ("（三）申请答复数", "件", 5, "requests.answered"),
    ("1.属于已主动公开范围数", "件", 1, "requests.already_public"),
    ("2.同意公开答复数", "件", 4, "requests.granted"),
)
SEPARATORS = {"pipes": " | ", "tabs": "\t", "lines": "\n"}
OPENING = """柳溪县水务局2016年政府信息公开工作年度报告
一、概述
2016年我局主动公开政府信息136条。
二、主动公开情况
通过政府网站公开120条。
附表
政府信息公开情况统计表
"""


def read(rows: Sequence[Sequence[object]], separator: str = "lines") -> tuple[Report, dict[tuple[str, str], Cell]]:
    """A report whose annex has these rows, and its cells by row and column."""
    report = gouji.check_text(OPENING + "\n".join(SEPARATORS[separator].join(map(str, row)) for row in rows) + "\n")
    assert isinstance(report, Report)
    return report, {(c.row, c.column): c for table in report.tables if table.id == "annex" for c in table.cells}


def verdicts(report: Report) -> set[str]:
    return {finding.verdict for finding in report.findings}


def plain(changed: dict[str, str] | None = None) -> list[tuple[object, ...]]:
    changed = changed or {}
    head = ("统计指标", "单位", "统计数")
    return [head, *((label, unit, changed.get(key, value)) for label, unit, value, key in ROWS)]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_sign_belongs_to_its_figure_and_accuses_nobody(separator: str) -> None:
    report, cells = read(plain({"disclosure.items": "-136"}), separator)
    cell = cells["disclosure.items", "count"]
    assert (cell.value, cell.raw) == (-136, "-136")
    assert report.text[cell.spans[0].start : cell.spans[0].end] == "-136"
    assert "contradicted" not in verdicts(report)


def test_dashes_before_most_figures_are_bullets() -> None:
    _, cells = read(plain({key: f"-{value}" for _, _, value, key in ROWS}))
    assert {key: cells[key, "count"].value for *_, key in ROWS} == {key: value for _, _, value, key in ROWS}


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("head", ["同比（%）", "同比", "增长率", "比上年增减"])
@pytest.mark.parametrize("change", ["20", "-50", "36%", "-12.5%"])
def test_a_change_is_read_below_its_head_and_sums_to_nothing(separator: str, head: str, change: str) -> None:
    rows = [(label, unit, value, value, change if value else "0") for label, unit, value, _ in ROWS]
    report, cells = read([("统计指标", "单位", "2016年", "2015年", head), *rows], separator)
    assert {key: cells[key, "count"].value for *_, key in ROWS} == {key: value for _, _, value, key in ROWS}
    (column,) = {c for _, c in cells} - {"count", "extra:2015年"}
    cell = cells["requests.received", column]
    assert (cell.value, cell.raw) == (float(change.rstrip("%")), change)
    assert not {"contradicted", "missing"} & verdicts(report)


@pytest.mark.parametrize("separator", ["pipes", "tabs"])
def test_the_right_half_is_read_below_the_left(separator: str) -> None:
    left, right = ROWS[:9], ROWS[9:]
    rows = [(*a[:3], *b[:3]) for a, b in zip(left, right, strict=True)]
    report, cells = read([("统计指标", "单位", "统计数") * 2, *rows], separator)
    assert {key: cells[key, "count"].value for *_, key in ROWS} == {key: value for _, _, value, key in ROWS}
    assert not report.warnings


@pytest.mark.parametrize(
    ("between", "below"), [("\n", "\n"), ("\n\n", "\n\n"), (" ", "\n"), ("", "\n"), (" |\n", "\n"), (" ", " ")]
)
def test_halves_whose_rows_take_turns_are_read(between: str, below: str) -> None:
    head = ("统计指标", "单位", "统计数")
    rows = [head * 2, *((*a[:3], *b[:3]) for a, b in zip(ROWS[:9], ROWS[9:], strict=True))]
    found = gouji.check_text(OPENING + below.join(between.join(map(str, row)) for row in rows) + "\n")
    assert isinstance(found, Report)
    cells = {c.row: c.value for t in found.tables if t.id == "annex" for c in t.cells if c.column == "count"}
    assert cells == {key: value for _, _, value, key in ROWS}
    assert not found.warnings


def test_an_annex_in_one_run_without_a_mark_is_read() -> None:
    run = "".join("".join(map(str, row[:3])) for row in (("统计指标", "单位", "统计数"), *ROWS))
    found = gouji.check_text(f"{OPENING}{run}\n")
    assert isinstance(found, Report)
    cells = {c.row: c.value for t in found.tables if t.id == "annex" for c in t.cells if c.column == "count"}
    assert cells == {key: value for _, _, value, key in ROWS}


def test_halves_that_nothing_parts_are_named() -> None:
    left, right = ROWS[:9], ROWS[9:]
    rows = [(*a[:3], *(b[:3] if n % 3 else ())) for n, (a, b) in enumerate(zip(left, right, strict=True))]
    report, cells = read([("统计指标", "单位", "统计数") * 2, *rows])
    assert "halves_not_parted" in {w.code for w in report.warnings}
    truth = {key: value for _, _, value, key in ROWS}
    assert all(cell.value in (None, truth[row]) for (row, _), cell in cells.items())


@pytest.mark.parametrize("printed", ["5（含上年1件）", "5%", "5.5"])
def test_what_is_no_plain_figure_is_not_unfilled(printed: str) -> None:
    report, cells = read(plain({"requests.answered": printed}))
    assert cells["requests.answered", "count"].value is None
    assert not {"contradicted", "missing"} & {f.verdict for f in report.findings if f.kind != "claim_vs_table"}
    (warning,) = [w for w in report.warnings if w.code == "box_without_figure"]
    at = report.text.index(printed, report.text.index("申请答复数"))
    assert at <= warning.spans[0].start + len("件\n")
    assert warning.spans[0].end <= at + len(printed)


def test_an_empty_total_is_still_missing() -> None:
    report, _ = read(plain({"requests.answered": ""}), "pipes")
    assert "missing" in verdicts(report)


@pytest.mark.parametrize("separator", [" ", " | ", "\t"])
def test_a_form_that_nobody_knows_is_named(separator: str) -> None:
    own = (("项目", "数量"), ("发布信息总数（条）", "136"), ("受理依申请公开（件）", "5"), ("政务微博（条）", "10"))
    printed = [separator.join(row) for row in (*own, ("举办培训（次）", "2"))]
    report = gouji.check_text(OPENING.replace("政府信息公开情况统计表\n", "") + "\n".join(printed) + "\n")
    assert isinstance(report, Report)
    (warning,) = [w for w in report.warnings if w.code == "table_not_known"]
    named = report.text[warning.spans[0].start : warning.spans[0].end]
    assert all(row in named for row in printed)
