"""Prose against tables: what a careful reader accuses, and what he leaves alone."""
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace

import pytest
from check_reports import contradictions, disclosure, report, requests, review, verdicts
from gouji.corpus.report import Finding, Span, Warning_
from gouji.inference.checks import check

TABLES = (
    requests(
        new=(25, 1, 0, 0, 0, 0, 26), carried_in=(2, 2), granted=(14, 14), partly_granted=(4, 4),
        denied__internal_affairs=(2, 2), unavailable__not_held=(3, 1, 0, 0, 0, 0, 4), result_total=(23, 1, 0, 0, 0, 0, 24),
        carried_out=(4, 4),
    ),
    review((2, 1, 0, 1, 4), (1, 0, 0, 0, 1), (0, 2, 0, 0, 2)),
    disclosure(
        normative_documents=(4, 3, 16), licensing=(40, 2, 1313), penalties=(30, -1, 123), procurement=(12, 24.706)
    ),
)  # fmt: skip
SUITS = "review_litigation/direct_suit/total + review_litigation/suit_after_review/total"


def of_claim(marked: str, **options: object) -> list[Finding]:
    findings = check(report(marked, *TABLES, **options))  # type: ignore[arg-type]
    return [f for f in findings if f.kind == "claim_vs_table"]


@pytest.mark.parametrize(
    "marked",
    [
        "全年[[收到申请26件||requests/new/total]]。",
        "[[办结24件||requests/result_total/total]]，[[结转下年度4件||requests/carried_out/total]]。",
        "[[不予公开2件||requests/denied.*/total]]，[[无法提供4件||requests/unavailable.*/total]]。",
        "[[法人或其他组织1件||requests/new/commercial + requests/new/research + requests/new/ngo + requests/new/legal_service + requests/new/other]]。",
        f"[[行政诉讼3件||{SUITS}]]。",
        "[[行政许可1300余件||active_disclosure/licensing/decisions]]。",
        "[[行政许可近1400件||active_disclosure/licensing/decisions]]。",
        "[[行政许可约0.13万件||active_disclosure/licensing/decisions]]。",
        "[[办理行政许可0.13万件||active_disclosure/licensing/decisions]]。",
        "[[采购金额24.7万元||active_disclosure/procurement/amount]]。",
        "[[采购金额247060元||active_disclosure/procurement/amount]]。",
        "[[采购金额24.71万元||active_disclosure/procurement/amount]]。",
        "[[予以公开占58.3%||ratio(requests/granted/total, requests/result_total/total)]]。",
        "[[予以公开占58.33%||ratio(requests/granted/total, requests/result_total/total)]]。",
        "[[自然人占96.1%||ratio(requests/new/natural_person, requests/new/total)]]。",  # 96.15, cut
        "[[自然人占96.2%||ratio(requests/new/natural_person, requests/new/total)]]。",  # 96.15, rounded
    ],
)
def test_what_agrees_is_supported(marked: str) -> None:
    findings = of_claim(marked)
    assert findings
    assert {f.verdict for f in findings} == {"supported"}


@pytest.mark.parametrize(
    ("marked", "stated", "found"),
    [
        ("全年[[收到申请25件||requests/new/total]]。", 25, 26),
        ("我局[[未收到申请||requests/new/total =0]]。", 0, 26),
        ("[[办结申请40件||requests/result_total/total]]。", 40, 24),
        ("[[结转下年度3件||requests/carried_out/total]]。", 3, 4),
        ("[[不予公开5件||requests/denied.*/total]]。", 5, 2),
        (f"[[行政诉讼1件||{SUITS}]]。", 1, 3),
        ("[[未发生行政复议||review_litigation/review/total =0]]。", 0, 4),
        ("[[被纠错0件||review_litigation/review/corrected =0]]。", 0, 1),
        ("[[制定发布规范性文件31件||active_disclosure/normative_documents/made]]。", 31, 4),
        ("[[行政许可1400余件||active_disclosure/licensing/decisions]]。", 1400, 1313),
        ("[[行政许可1400多件||active_disclosure/licensing/decisions]]。", 1400, 1313),
        ("[[采购12.5万元||active_disclosure/procurement/amount]]。", 12.5, 24.706),
        ("[[予以公开占61.5%||ratio(requests/granted/total, requests/result_total/total)]]。", 61.5, 58.3333),
    ],
)
def test_what_no_reading_allows_is_contradicted(marked: str, stated: float, found: float) -> None:
    (finding,) = of_claim(marked)
    assert (finding.verdict, finding.stated, finding.found) == ("contradicted", stated, found)
    assert finding.cells
    assert finding.claim == 0
    assert "请核对" in finding.explanation


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("共[[受理申请28件||requests/new/total]]。", "new_and_carried_in"),
        ("[[办理申请26件||requests/result_total/total]]。", "new_requests"),
        ("[[主动公开规范性文件4件||active_disclosure/normative_documents/disclosed]]。", "column_made"),
        ("[[公布规范性文件16件||active_disclosure/normative_documents/made]]。", "column_total_disclosed"),
        ("[[同意公开18件||requests/granted/total]]。", "granted_in_whole_or_part"),
        ("[[许可事项42项||active_disclosure/licensing/decisions]]。", "items"),
        ("[[行政诉讼3件||review_litigation/direct_suit/total]]。", "all_suits"),
    ],
)
def test_two_readings_are_supported_by_either(marked: str, reason: str) -> None:
    (finding,) = of_claim(marked)
    assert (finding.verdict, finding.reason) == ("supported", reason)


def test_a_small_office_counts_answers_as_requests() -> None:
    table = requests(new=(3, 3), granted=(2, 2), result_total=(2, 2), carried_out=(1, 1))
    findings = check(report("全年[[答复3件||requests/result_total/total]]。", table))
    assert verdicts(findings, "claim_vs_table", "supported")[0].reason == "new_requests"


def test_received_beside_carried_in_means_the_new_ones() -> None:
    marked = "[[收到申请28件||requests/new/total]]，[[上年结转2件||requests/carried_in/total]]。"
    assert [f.verdict for f in of_claim(marked)] == ["contradicted", "supported"]


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("其中教育局[[收到9件||requests/new/total part]]。", "part_scope"),
        ("上年[[收到9件||requests/new/total previous]]。", "other_period"),
        ("历年[[累计收到900件||requests/new/total cumulative]]。", "other_period"),
        ("[[答复率100%||requests/answered_rate]]。", "not_due"),
        ("[[均按时答复||requests/on_time_rate =100%]]。", "not_due"),
        ("[[全部办结||ratio(requests/result_total/total, requests/new/total) =100%]]。", "not_due"),
        ("[[公开行政处罚信息400条||active_disclosure/penalties/decisions]]。", "items_not_decisions"),
        ("[[公布许可事项99项||active_disclosure/licensing/decisions]]。", "items_not_decisions"),
        ("[[信息不存在2件||requests/unavailable.not_held/total]]。", "part_of_cell"),
        ("[[行政许可200余件||active_disclosure/licensing/decisions]]。", "approximate"),
    ],
)
def test_what_cannot_be_compared_is_left_open(marked: str, reason: str) -> None:
    (finding,) = of_claim(marked)
    assert (finding.verdict, finding.reason) == ("unverifiable", reason)


def test_a_hundred_per_cent_with_nothing_carried_out_is_supported() -> None:
    table = requests(new=(3, 3), granted=(3, 3), result_total=(3, 3))
    (finding,) = verdicts(
        check(report("[[答复率100%||requests/answered_rate]]。", table)), "claim_vs_table", "supported"
    )
    assert finding.cells


def test_old_words_that_sum_to_the_cell() -> None:
    marked = "[[信息不存在3件||requests/unavailable.not_held/total]]、[[非本单位掌握1件||requests/unavailable.not_held/total]]。"
    findings = of_claim(marked)
    assert {f.verdict for f in findings} == {"unverifiable"}
    assert {f.reason for f in findings} == {"part_of_cell"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ((requests(blank=None),), "table_blank"),
        ((), "table_absent"),
        ((requests(blank=None, granted=(0, 0)),), "empty_cell"),
    ],
)
def test_blank_and_absent_tables_refute_nothing(cells: tuple, reason: str) -> None:
    findings = check(report("[[收到申请3件||requests/new/total]]。", *cells))
    assert [f.reason for f in findings if f.kind == "claim_vs_table"] == [reason]
    assert not contradictions(findings)


def test_none_and_an_empty_cell_agree_where_the_row_has_figures() -> None:
    table = requests(blank=None, new=(4, 4), carried_in=(0, None), result_total=(4, 4))
    (finding,) = [f for f in check(report("[[无上年结转||requests/carried_in/total =0]]。", table)) if f.claim == 0]
    assert finding.verdict == "supported"


def test_an_empty_total_is_read_from_its_parts_only_to_support() -> None:
    table = requests(blank=None, new=(3, None), granted=(3, None), result_total=(3, None))
    for value, verdict in ((3, "supported"), (5, "unverifiable")):
        findings = check(report(f"[[收到申请{value}件||requests/new/total]]。", table))
        assert [f.verdict for f in findings if f.claim == 0] == [verdict]


def test_yuan_where_ten_thousands_are_expected() -> None:
    """24.706 万元 in prose against 247060 without a unit: a matter of units, nobody is accused."""
    table = disclosure(procurement=(12, 247060))
    bare = table.cells[-1]._replace(raw="247060")
    findings = check(report("[[金额24.706万元||active_disclosure/procurement/amount]]。", type(table)(
        table.id, table.form, (), (*table.cells[:-1], bare)
    )))  # fmt: skip
    assert [f.reason for f in findings if f.claim == 0] == ["unit_unclear"]


@pytest.mark.parametrize(
    ("value", "unit", "raw", "reason", "says"),
    [
        (247060, None, "247060", "unit_unclear", "表中未写明单位"),
        (247060, "万元", "247060", "unit_unclear", "表中写明的单位"),  # of the head
        (0.0024706, "万元", "24.706", "unit_unclear", "表中写明的单位"),
        (25, "万元", "约25万元", "approximate", "概数"),
        (247060, "万元", "247060万元", "differs", "不一致"),
    ],
)
def test_the_unit_of_an_amount_is_told_as_it_is_printed(
    value: float, unit: str | None, raw: str, reason: str, says: str
) -> None:
    table = disclosure(procurement=(12, value))
    cell = table.cells[-1]._replace(raw=raw, unit=unit)
    findings = check(report("[[采购金额24.706万元||active_disclosure/procurement/amount]]。", type(table)(
        table.id, table.form, (), (*table.cells[:-1], cell)
    )))  # fmt: skip
    assert [f.reason for f in findings if f.claim == 0] == [reason]
    assert all(says in f.explanation for f in findings if f.claim == 0)


def test_an_office_that_speaks_of_its_area() -> None:
    marked = "全县各级行政机关[[收到申请97件||requests/new/total]]。"
    assert of_claim(marked, agency="柳溪县人民政府办公室")[0].reason == "area_scope"
    assert of_claim(marked, agency="柳溪县人民政府")[0].verdict == "contradicted"


def test_a_claim_that_was_not_surely_read_accuses_nobody() -> None:
    (finding,) = of_claim("[[收到申请25件||requests/new/total]]。", confidence=0.3)
    assert (finding.verdict, finding.reason) == ("unverifiable", "unsure_claim")


def test_a_value_that_its_words_do_not_print_accuses_nobody() -> None:
    (finding,) = of_claim("[[收到申请25件||requests/new/total =52]]。")
    assert (finding.verdict, finding.reason) == ("unverifiable", "unsure_claim")


def test_confidence_joins_claim_and_cells() -> None:
    (finding,) = of_claim("[[收到申请26件||requests/new/total]]。", confidence=0.8)
    assert finding.confidence == pytest.approx(0.8)


def test_the_explanation_names_row_column_and_both_figures() -> None:
    (finding,) = of_claim("[[收到申请25件||requests/new/total]]。")
    for part in ("收到申请25件", "本年新收政府信息公开申请数量", "总计", "26"):
        assert part in finding.explanation


def test_words_that_name_the_row_make_up_for_a_column_that_is_open() -> None:
    for column in ("made", "issued"):  # the latter is a column of the other form
        (finding,) = of_claim(
            f"[[制定发布规范性文件31件||active_disclosure/normative_documents/{column}]]。", confidence=0.4
        )
        assert finding.verdict == "contradicted"
        assert finding.found in (3, 4)


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("12345热线来电[[办结79件||requests/result_total/total]]。", "other_matter"),
        ("通过信函[[收到申请4件||requests/new/total]]。", "part_scope"),
        ("科研机构[[新收5件||requests/new/total]]。", "part_scope"),
        ("2018年[[收到申请40件||requests/new/total]]。", "other_period"),
        ("历年共公开信息900条，[[收到申请57件||requests/new/total]]。", "other_period"),
        ("[[没接到一件申请||requests/new/total =1]]。", "unsure_claim"),
        ("[[行政复议、行政诉讼||review_litigation/review/total =0]]。", "unsure_claim"),
        ("[[复议诉讼纠错31件||review_litigation/review/corrected]]。", "unsure_claim"),
        ("申请人撤回的，仍按“[[本年新收31件||requests/new/total]]”计入。", "unsure_claim"),
        ("凡[[收到申请31件||requests/new/total]]的单位，都须说明原因。", "unsure_claim"),
        ("与征地补偿有关的[[政府信息公开申请31件||requests/new/total]]。", "part_scope"),
        ("[[对外公开现行有效文件300件||active_disclosure/normative_documents/total_disclosed]]。", "other_matter"),
    ],
)
def test_what_stands_beside_a_claim_may_make_it_another_matter(marked: str, reason: str) -> None:
    (finding,) = of_claim(marked)
    assert (finding.verdict, finding.reason) == ("unverifiable", reason)


def test_a_far_figure_beside_one_that_agrees_is_another_matter() -> None:
    findings = of_claim(
        "[[收到申请26件||requests/new/total]]。工作有序。\n（二）[[收到来件300件||requests/new/total]]。"
    )
    assert [(f.verdict, f.reason) for f in findings] == [("supported", None), ("unverifiable", "other_matter")]


def test_cells_that_the_reader_lost_are_not_empty_ones() -> None:
    table = requests(blank=None, new=(20, None, 0, 0, 0, 0, 26), granted=(26, 26), result_total=(26, 26))
    lost = replace(
        report("", replace(table, spans=(Span(0, 9),))), warnings=(Warning_("row_not_aligned", "", (Span(3, 4),)),)
    )
    assert "applicant_sum" not in {f.reason for f in contradictions(check(lost))}
    assert "applicant_sum" in {f.reason for f in contradictions(check(replace(lost, warnings=())))}


def test_what_is_left_over_was_not_carried_in() -> None:
    """A claim whose metric goes against its own words accuses nobody."""
    table = requests(new=(12, 12), result_total=(10, 10), granted=(10, 10), carried_out=(2, 2))
    for marked, count in (
        ("[[剩余2件结转||requests/carried_in/total]]下年度继续办理。", 0),
        ("[[上年结转2件||requests/carried_in/total]]。", 1),
        ("[[上年结转3件||requests/carried_out/total]]。", 0),
        ("[[结转下年3件||requests/carried_out/total]]。", 1),
    ):
        found = [f for f in check(report(marked, table)) if f.verdict == "contradicted"]
        assert len(found) == count, (marked, found)


def test_a_row_that_is_not_printed_is_not_replaced_by_another() -> None:
    """办结2件, where the row of results was not read, says nothing against one request received."""
    whole = requests(new=(1, 1), carried_in=(1, 1))
    table = replace(whole, cells=tuple(c for c in whole.cells if c.row in ("new", "carried_in")))
    found = check(report("全年[[办结2件||requests/result_total/total]]。", table))
    assert not [f for f in found if f.verdict == "contradicted"]
    assert [f.verdict for f in found if f.claim is not None] == ["unverifiable"]


@pytest.mark.parametrize(("share", "verdict"), [("68.97", "unverifiable"), ("70.97", "contradicted")])
def test_a_share_that_other_counts_make_was_taken_for_the_wrong_one(share: str, verdict: str) -> None:
    said = (
        "[[办结87件||requests/result_total/total]]，[[予以公开40件||requests/granted/total]]，"
        "[[部分公开20件||requests/partly_granted/total]]，"
        f"[[占办结量的{share}%||ratio(requests/granted/total, requests/result_total/total)]]。"
    )
    made = report(said, requests(granted=(40, 40), partly_granted=(20, 20), result_total=(87, 87)))
    found = {f.verdict for f in check(made) if f.claim is not None and made.claims[f.claim].unit == "%"}
    assert found == {verdict}


def test_a_share_behind_a_count_of_none_is_of_that_count() -> None:
    said = "[[重复申请0件||requests/not_processed.repeated/total]]，[[占0%||ratio(requests/not_processed.complaint/total, requests/result_total/total)]]。"
    made = report(said, requests(new=(4, 4), not_processed__complaint=(4, 4), result_total=(4, 4)))
    assert not contradictions(check(made))


def test_the_name_of_an_outcome_is_no_denial() -> None:
    made = report(
        "[[系本机关不掌握||requests/unavailable.not_held/total =0]]。", requests(unavailable__not_held=(4, 4))
    )
    assert not [f for f in contradictions(check(made)) if f.claim is not None]


@pytest.mark.parametrize("says", ["，案由与政府信息公开无关", "，均为业务数据", "，系本机关作为复议机关的办案数"])
def test_figures_that_their_sentence_says_are_of_something_else_accuse_nobody(says: str) -> None:
    told = "本年度[[行政复议案件78件||review_litigation/review/total]]"
    table = review(review=(1, 0, 0, 0, 1))
    assert contradictions(check(report(f"{told}。", table)))
    assert not contradictions(check(report(f"{told}{says}。", table)))


def test_a_count_of_requests_of_which_something_is_told_is_none_of_all() -> None:
    table = requests(new=(12, 12), result_total=(12, 12), granted=(12, 12))
    some = report("[[有1件申请||requests/new/total]]因逾期未答复被投诉。", table)
    every = report("全年共[[有1件申请||requests/new/total]]。", table)
    assert not contradictions(check(some))
    assert contradictions(check(every))


@pytest.mark.parametrize(
    ("said", "accuses"),
    [
        ("[[办结上年结转5件||requests/carried_in/total]]", False),
        ("[[上年结转的已办结5件||requests/carried_in/total]]", False),
        ("[[上年结转5件||requests/carried_in/total]]", True),
        ("[[应诉行政案件15件||review_litigation/direct_suit/total]]", False),
        ("[[应诉信息公开行政案件15件||review_litigation/direct_suit/total]]", True),
        ("作为复议机构，[[撤销他人答复4件||review_litigation/review/corrected]]", False),
        ("复议机关[[撤销我局答复4件||review_litigation/review/corrected]]", True),
    ],
)
def test_cases_of_others_and_of_all_kinds_and_part_of_what_was_carried_in(said: str, accuses: bool) -> None:
    tables = (
        requests(new=(12, 12), carried_in=(2, 2), granted=(14, 14), result_total=(14, 14)),
        review(direct_suit=(1, 0, 0, 0, 1)),
    )
    assert bool([f for f in contradictions(check(report(f"{said}。", *tables))) if f.claim is not None]) is accuses


@pytest.mark.parametrize(
    ("said", "accuses"),
    [
        ("[[未发生行政复议||review_litigation/review/total =0]]", True),
        ("[[未发生因信息公开引发的行政复议||review_litigation/review/total =0]]", True),
        ("[[未发生因信息公开引起的举报、投诉、行政复议||review_litigation/review/total =0]]", True),
        ("[[未发生因答复不及时引发的行政复议||review_litigation/review/total =0]]", False),
        ("[[未发生因政府网站信息发布不当引起的行政复议||review_litigation/review/total =0]]", False),
        ("未发生工作不力被追责的情况，[[未因此被提起行政复议||review_litigation/review/total =0]]", False),
        ("[[无被法院判决败诉的信息公开行政诉讼||review_litigation/direct_suit/total =0]]", False),
        ("[[没有实施行政处罚||active_disclosure/penalties/decisions =0]]", True),
        ("[[没有对企业实施行政处罚||active_disclosure/penalties/decisions =0]]", False),
        ("[[未制发规范性文件||active_disclosure/normative_documents/made =0]]", True),
        ("[[未制发涉企规范性文件||active_disclosure/normative_documents/made =0]]", False),
        ("区[[法院受理行政诉讼15件||review_litigation/direct_suit/total]]", False),
        ("[[上年结转1件||requests/carried_in/total]]", True),
        ("行政复议3件，行政诉讼1件，[[上年结转1件||requests/carried_in/total]]", False),
    ],
)
def test_none_of_one_kind_and_cases_of_others_accuse_nobody(said: str, accuses: bool) -> None:
    tables = (
        requests(new=(12, 12), granted=(12, 12), result_total=(12, 12)),
        review(review=(3, 0, 0, 0, 3), direct_suit=(1, 0, 0, 0, 1)),
        disclosure(penalties=(4, 4, 4), normative_documents=(2, 2, 2)),
    )
    assert bool([f for f in contradictions(check(report(f"{said}。", *tables))) if f.claim is not None]) is accuses


def test_names_of_outcomes_that_sound_like_a_denial_state_a_count() -> None:
    table = requests(
        new=(9, 9),
        granted=(6, 6),
        denied__process_information=(2, 2),
        unavailable__not_held=(1, 1),
        result_total=(9, 9),
    )
    marked = "[[{}件||requests/unavailable.*/total]]。"
    assert contradictions(check(report(marked.format("无法提供3"), table)))
    assert not contradictions(check(report(marked.format("无法提供1"), table)))
    assert not contradictions(check(report(marked.format("没有无法提供3"), table)))


@pytest.mark.parametrize("said", ["按时答复8件", "超期答复1件", "1件逾期答复"])
def test_those_answered_in_time_or_too_late_are_not_all_that_were(said: str) -> None:
    table = requests(new=(9, 9), granted=(9, 9), result_total=(9, 9))
    assert not contradictions(check(report(f"[[{said}||requests/result_total/total]]。", table)))
    assert contradictions(check(report("[[答复申请8件||requests/result_total/total]]。", table)))
