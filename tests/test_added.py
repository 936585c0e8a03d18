"""Rows and columns that a locality added to the tables of requests and of reviews."""

from __future__ import annotations

import re
from functools import cache

import gouji
import pytest
from check_reports import cell, contradictions, report, requests
from gouji.corpus.report import Report, Table
from gouji.inference.checks import check

COLUMNS = ("natural_person", "commercial", "research", "ngo", "legal_service", "other", "total")
HEADS = """申请人情况
自然人 | 法人或其他组织 | 总计
商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他"""
ROWS = """一、本年新收政府信息公开申请数量
二、上年结转政府信息公开申请数量
三、本年度办理结果 | （一）予以公开
（二）部分公开（区分处理的，只计这一情形，不计其他情形）
（三）不予公开 | 1.属于国家秘密
2.其他法律行政法规禁止公开
3.危及“三安全一稳定”
4.保护第三方合法权益
5.属于三类内部事务信息
6.属于四类过程性信息
7.属于行政执法案卷
8.属于行政查询事项
（四）无法提供 | 1.本机关不掌握相关政府信息
2.没有现成信息需要另行制作
3.补正后申请内容仍不明确
（五）不予处理 | 1.信访举报投诉类申请
2.重复申请
3.要求提供公开出版物
4.无正当理由大量反复申请
5.要求行政机关确认或重新出具已获取信息
（六）其他处理 | 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请
3.其他
（七）总计
四、结转下年度继续办理""".splitlines()
FIGURES = {
    "一、": [12, 3, 0, 0, 1, 0],
    "二、": [1, 0, 0, 0, 0, 0],
    "（一）": [7, 2, 0, 0, 0, 0],
    "1.本机关": [3, 1, 0, 0, 1, 0],
    "2.重复": [2, 0, 0, 0, 0, 0],
    "（七）": [12, 3, 0, 0, 1, 0],
    "四、": [1, 0, 0, 0, 0, 0],
}
ADDED = [2, 1, 0, 0, 0, 0]
REVIEWS = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计"


def whole(row: list[int]) -> list[int]:
    return [*row, sum(row)]


def figures(label: str) -> list[int]:
    own = label.rpartition(" | ")[2]
    return next((row for start, row in FIGURES.items() if own.startswith(start)), [0] * 6)


@cache
def read(requests: str, reviews: str = "", form: str = "pipes") -> Report:
    reviews = reviews or f"{REVIEWS} | 未经复议直接起诉 | 复议后起诉\n{REVIEWS} | {REVIEWS}\n" + " | ".join("0" * 15)
    if form == "lines":
        requests, reviews = requests.replace(" | ", "\n"), reviews.replace(" | ", "\n")
    found = gouji.check_text(
        "柳溪县水务局2022年政府信息公开工作年度报告\n一、总体情况\n本年度认真贯彻落实条例。\n"
        f"三、收到和处理政府信息公开申请情况\n{requests}\n"
        f"四、政府信息公开行政复议、行政诉讼情况\n行政复议 | 行政诉讼\n{reviews}\n"
        "五、存在的主要问题及改进情况\n更新不够及时。\n六、其他需要报告的事项\n无其他需要报告的事项。"
    )
    assert isinstance(found, Report)
    return found


def values(found: Report, table: str) -> dict[str, float | int | None]:
    """The figures of a table by row and column, and how often a row or column comes counts, too."""
    cells = [c for t in found.tables if t.id == table for c in t.cells]
    assert len(cells) == len({c.address for c in cells})
    return {f"{c.row}/{c.column}": c.value for c in cells}


def with_row(label: str, before: str, *, counted: bool) -> str:
    """The table with a row before another, counted in its sums or not."""
    out = [HEADS]
    for own in ROWS:
        name = own.rpartition(" | ")[2]
        row = whole(figures(own))
        if counted and name[:2] in ("一、", "（七"):
            row = [a + b for a, b in zip(row, whole(ADDED), strict=True)]
        if own.startswith(before):
            out.append(" | ".join([label, *map(str, whole(ADDED))]))
            if label.startswith("（七）"):
                own = own.replace("（七）", "（八）")
        out.append(" | ".join([own, *map(str, row)]))
    return "\n".join(out)


@pytest.mark.parametrize("form", ["pipes", "lines"])
@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize(
    ("label", "before"),
    [
        ("9.其他不予公开情形", "（四）"),
        ("9.涉及商业秘密和个人隐私", "（四）"),
        ("4.其他无法提供情形", "（五）"),
        ("6.其他", "（六）"),
        ("6.转送信访部门办理", "（六）"),
        ("4.申请人主动撤回", "（七）"),
        ("（七）移送其他机关处理", "（七）"),
    ],
)
def test_a_numbered_row_that_no_form_has_is_added(label: str, before: str, counted: bool, form: str) -> None:
    found = read(with_row(label, before, counted=counted), form=form)
    got = values(found, "requests")
    key = label.replace("（", "(").replace("）", ")")
    assert [got.pop(f"extra:{key}/{c}") for c in COLUMNS] == whole(ADDED)
    assert len(got) == len(ROWS) * len(COLUMNS)
    extra = whole(ADDED) if counted else [0] * 7
    assert [got[f"result_total/{c}"] for c in COLUMNS] == [
        a + b for a, b in zip(whole(figures("（七）")), extra, strict=True)
    ]
    for row in ("denied.administrative_query", "denied.forbidden_by_law", "other_handling.other"):
        assert not any(got[f"{row}/{c}"] for c in COLUMNS)
    assert not contradictions(found.findings)


@pytest.mark.parametrize("form", ["pipes", "lines"])
@pytest.mark.parametrize(
    ("label", "before"),
    [
        ("其中：网络申请数量", "二、"),
        ("其中：线上申请", "二、"),
        ("其中：涉及个人隐私", "5.属于三类"),
        ("其他不予公开情形", "（四）"),
        ("涉及商业秘密", "（四）"),
        ("转送其他部门", "（六）"),
        ("申请人主动撤回", "（七）"),
    ],
)
def test_a_row_without_a_number_that_no_form_has_is_added(label: str, before: str, form: str) -> None:
    found = read(with_row(label, before, counted=False), form=form)
    got = values(found, "requests")
    assert [got.pop(f"extra:{label.replace('：', ':')}/{c}") for c in COLUMNS] == whole(ADDED)
    assert [got.pop(f"{row}/{c}") for row in ("new", "carried_in") for c in COLUMNS] == [
        *whole(figures("一、")),
        *whole(figures("二、")),
    ]
    assert [got[f"unavailable.not_held/{c}"] for c in COLUMNS] == whole(figures("1.本机关"))
    assert len(got) == (len(ROWS) - 2) * len(COLUMNS)
    assert not any(got[f"{row}/total"] for row in ("denied.internal_affairs", "partly_granted", "other_handling.other"))
    assert not contradictions(found.findings)


def test_an_added_row_without_a_number_is_told_where_empty_boxes_are_lost() -> None:
    source = re.sub(r"(?: \| 0)+(?= \| |\n)", "", with_row("其中：涉及个人隐私", "5.属于三类", counted=False) + "\n")
    assert "其中：涉及个人隐私 | 2 | 1 | 3\n" in source
    got = values(read(source), "requests")
    assert got["extra:其中:涉及个人隐私/total"] == 3
    assert not any(got[f"denied.internal_affairs/{c}"] for c in COLUMNS)


def test_a_piece_of_a_label_before_the_figures_is_no_added_row() -> None:
    source = "\n".join([HEADS, *(" | ".join([own, *map(str, whole(figures(own)))]) for own in ROWS)])
    for own, torn in (("另行制作", "\n另行制作"), ("只计这一情形", "\n只计这一情形"), ("已获取信息", "\n已获取信息")):
        source = source.replace(own, torn, 1)
    got = values(read(source), "requests")
    assert not [key for key in got if key.startswith("extra:")]
    assert len(got) == len(ROWS) * len(COLUMNS)


def reviews_by_row(*added: str) -> str:
    rows = [
        "行政复议 | 1 | 0 | 0 | 1 | 2",
        "未经复议直接起诉 | 3 | 0 | 1 | 0 | 4",
        *added,
        "复议后起诉 | 0 | 1 | 0 | 0 | 1",
    ]
    return "\n".join([f"类别 | {REVIEWS}", *rows])


def whole_requests() -> str:
    return "\n".join([HEADS, *(" | ".join([own, *map(str, whole(figures(own)))]) for own in ROWS)])


@pytest.mark.parametrize("form", ["pipes", "lines"])
@pytest.mark.parametrize("label", ["其中：被申请复议", "国家赔偿", "二审上诉"])
def test_a_row_that_no_form_has_is_added_to_the_reviews(label: str, form: str) -> None:
    source = read(whole_requests(), reviews_by_row(f"{label} | 0 | 2 | 0 | 0 | 2"), form)
    got = values(source, "review_litigation")
    columns = ("upheld", "corrected", "other", "pending", "total")
    assert [got.pop(f"extra:{label.replace('：', ':')}/{c}") for c in columns] == [0, 2, 0, 0, 2]
    assert [got[f"{row}/total"] for row in ("review", "direct_suit", "suit_after_review")] == [2, 4, 1]
    assert len(got) == 3 * len(columns)


def reviews_of_levels(*rows: str) -> str:
    return "\n".join([f"{REVIEWS} | 未经复议直接起诉 | 复议后起诉", f"{REVIEWS} | {REVIEWS}", *rows])


OWN = "1 | 0 | 0 | 0 | 1 | 0 | 1 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0"
TOWNS = "0 | 0 | 0 | 2 | 2 | 0 | 0 | 0 | 3 | 3 | 0 | 0 | 0 | 1 | 1"
BOTH = "1 | 0 | 0 | 2 | 3 | 0 | 1 | 0 | 3 | 4 | 0 | 0 | 0 | 1 | 1"


@pytest.mark.parametrize("form", ["pipes", "lines"])
@pytest.mark.parametrize(
    "rows",
    [
        (f"件数 | {BOTH}",),
        (f"市本级 | {OWN}", f"乡镇街道 | {TOWNS}", f"合计 | {BOTH}"),
        (f"合计 | {BOTH}", f"其中：市本级 | {OWN}", f"乡镇街道 | {TOWNS}"),
    ],
)
def test_of_rows_for_each_level_the_sum_is_read(rows: tuple[str, ...], form: str) -> None:
    found = read(whole_requests(), reviews_of_levels(*rows), form)
    assert list(values(found, "review_litigation").values()) == [int(n) for n in BOTH.split(" | ")]
    assert [w.code for w in found.warnings] == ["figures_not_placed"] * (len(rows) - 1)


def test_of_rows_for_each_level_without_a_sum_none_is_read() -> None:
    found = read(whole_requests(), reviews_of_levels(f"市本级 | {OWN}", f"乡镇街道 | {TOWNS}"))
    assert set(values(found, "review_litigation").values()) == {None}
    assert [w.code for w in found.warnings] == ["figures_not_placed"] * 2


def test_several_added_rows_are_told_apart() -> None:
    source = with_row("9.其他不予公开情形", "（四）", counted=True)
    second = "10.另一情形 | " + " | ".join("0" * 7)
    got = values(read(source.replace("（四）", f"{second}\n（四）")), "requests")
    assert [got[f"extra:9.其他不予公开情形/{c}"] for c in COLUMNS] == whole(ADDED)
    assert [got[f"extra:10.另一情形/{c}"] for c in COLUMNS] == [0] * 7


def test_an_added_row_whose_figures_touch_accuses_nobody() -> None:
    source = with_row("9.其他不予公开情形", "（四）", counted=True)
    glued = "\n".join(re.sub(r"(?<=\d) \| (?=\d)| \| (?=\d)", "", line) for line in source.split("\n"))
    found = read(glued)
    assert "情形2100003" in glued
    assert not contradictions(found.findings)
    assert not any(values(found, "requests")[f"denied.administrative_query/{c}"] for c in COLUMNS)


@pytest.mark.parametrize("label", ["3、其它", "（三）其他", "3.其 他情形"])
def test_another_print_of_a_label_is_no_added_row(label: str) -> None:
    source = "\n".join([HEADS, *(" | ".join([own, *map(str, whole(figures(own)))]) for own in ROWS)])
    got = values(read(source.replace("3.其他 |", f"{label} |")), "requests")
    assert not [key for key in got if key.startswith("extra:")]
    assert len(got) == len(ROWS) * len(COLUMNS)


def with_column(head: str, behind: str, at: int, *, counted: bool, blank: str = "0") -> str:
    """The table with a column behind another, counted in the totals or not."""
    out = [HEADS.replace(behind, f"{behind} | {head}")]
    for own in ROWS:
        row = figures(own)
        added = 2 if own.rpartition(" | ")[2][:2] in ("一、", "（一", "（七") else 0
        printed = [*row, sum(row) + added * counted]
        printed.insert(at, added)
        out.append(" | ".join([own, *(str(n) if n else blank for n in printed)]))
    return "\n".join(out)


@pytest.mark.parametrize("form", ["pipes", "lines"])
@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize(
    ("head", "behind", "at"),
    [
        ("村集体", "机构 | 其他", 6),
        ("其他组织", "机构 | 其他", 6),
        ("村集体", "法人或其他组织", 6),
        ("个体工商户", "自然人", 1),
        ("备注", "总计", 7),
    ],
)
def test_a_head_that_no_form_has_is_a_column(head: str, behind: str, at: int, counted: bool, form: str) -> None:
    found = read(with_column(head, behind, at, counted=counted), form=form)
    got = values(found, "requests")
    assert [got.pop(f"{row}/extra:{head}") for row in ("new", "carried_in", "granted")] == [2, 0, 2]
    assert [got[f"new/{c}"] for c in COLUMNS] == [12, 3, 0, 0, 1, 0, 16 + 2 * counted]
    assert [got[f"granted/{c}"] for c in COLUMNS] == [7, 2, 0, 0, 0, 0, 9 + 2 * counted]
    assert not contradictions(found.findings)


def test_an_added_column_is_seen_where_noughts_are_blank() -> None:
    got = values(read(with_column("村集体", "机构 | 其他", 6, counted=True, blank="")), "requests")
    assert [got[f"new/{c}"] for c in (*COLUMNS, "extra:村集体")] == [12, 3, None, None, 1, None, 18, 2]


@pytest.mark.parametrize("form", ["pipes", "lines"])
def test_an_outcome_that_no_form_has_is_a_column(form: str) -> None:
    heads = REVIEWS.replace("尚未", "撤诉 | 尚未")
    rows = "1 | 0 | 0 | 1 | 1 | 3 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 0 | 2 | 0 | 3"
    requests = "\n".join([HEADS, *(" | ".join([own, *map(str, whole(figures(own)))]) for own in ROWS)])
    found = read(requests, f"{heads} | 未经复议直接起诉 | 复议后起诉\n{heads} | {heads}\n{rows}", form)
    got = values(found, "review_litigation")
    columns = ("upheld", "corrected", "other", "extra:撤诉", "pending", "total")
    assert [got[f"review/{c}"] for c in columns] == [1, 0, 0, 1, 1, 3]
    assert [got[f"suit_after_review/{c}"] for c in columns] == [0, 1, 0, 2, 0, 3]
    assert not contradictions(found.findings)


def test_a_word_among_the_heads_is_no_column_where_the_rows_have_no_box_for_it() -> None:
    source = "\n".join([HEADS, *(" | ".join([own, *map(str, whole(figures(own)))]) for own in ROWS)])
    got = values(read(source.replace("机构 | 其他\n", "机构 | 其他 | 村集体\n")), "requests")
    assert len(got) == len(ROWS) * len(COLUMNS)
    assert [got[f"new/{c}"] for c in COLUMNS] == [12, 3, 0, 0, 1, 0, 16]


def test_a_count_of_a_group_may_hold_an_added_row() -> None:
    base = requests(new=(3, 3), denied__state_secret=(1, 1), result_total=(3, 3))
    extra = tuple(cell("requests", "extra:9.其他不予公开情形", c, 2) for c in ("natural_person", "total"))
    table = Table("requests", "2021", (), (*base.cells, *extra))
    assert not contradictions(check(report("[[不予公开3件||requests/denied.*/total]]。", table)))
    assert contradictions(check(report("[[不予公开3件||requests/denied.*/total]]。", base)))
