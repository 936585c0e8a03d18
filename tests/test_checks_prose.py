"""Prose against prose: parts and wholes, percentages, balances, one fact told twice."""
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace

import pytest
from check_reports import contradictions, report, requests, review, verdicts
from gouji.corpus.report import Finding
from gouji.inference.checks import check


def of_prose(marked: str, *tables: object) -> list[Finding]:
    return [f for f in check(report(marked, *tables)) if f.kind == "claim_vs_claim"]  # type: ignore[arg-type]


PROPOSALS = (
    "会议期间，[[收到代表建议158件||proposals.npc/received]]。因区划调整，[[移交邻县38件||proposals.npc/transferred]]，"
    "[[实际办理{handled}件||proposals.npc/handled]]。[[已经解决的111件||proposals.npc/resolved]]，"
    "[[占总数的{solved}%||proposals.npc/resolved_rate]]；[[暂时不能解决的9件||proposals.npc/unresolved]]，"
    "[[占总数的{left}%||proposals.npc/unresolved_rate]]。"
)


def test_percentages_are_checked_to_the_decimals_printed() -> None:
    assert not contradictions(of_prose(PROPOSALS.format(handled=120, solved="92.5", left="7.5")))
    assert not contradictions(of_prose(PROPOSALS.format(handled=120, solved="92", left="8")))  # cut; rounded
    found = contradictions(of_prose(PROPOSALS.format(handled=120, solved="92.3", left="7.7")))
    assert [(f.stated, f.found) for f in found] == [(92.3, 92.5), (7.7, 7.5)]
    assert all("120" in f.explanation for f in found)


def test_what_was_received_less_what_was_passed_on_is_what_was_handled() -> None:
    found = contradictions(of_prose(PROPOSALS.format(handled=130, solved="85.4", left="6.9")))
    assert [f.reason for f in found] == ["transferred"]


@pytest.mark.parametrize(
    ("marked", "verdict"),
    [
        ("[[公开信息98条||disclosure/items]]，其中[[甲类90条||disclosure/items.甲类]]、[[乙类20条||disclosure/items.乙类]]。", "contradicted"),
        ("[[公开信息98条||disclosure/items]]，其中[[甲类60条||disclosure/items.甲类]]、[[乙类20条||disclosure/items.乙类]]。", "unverifiable"),
        ("[[公开信息98条||disclosure/items]]，其中[[甲类78条||disclosure/items.甲类]]、[[乙类20条||disclosure/items.乙类]]。", "supported"),
        ("[[公开信息98条||disclosure/items]]，包括[[甲类60条||disclosure/items.甲类]]和[[乙类20条||disclosure/items.乙类]]。", "contradicted"),
        ("[[公开信息98条||disclosure/items]]，包括[[甲类60条||disclosure/items.甲类]]和[[乙类20条||disclosure/items.乙类]]等。", "unverifiable"),
        ("[[收到申请8件||requests/new/total]]，当面、信函、网络申请分别为[[3||requests/by_channel.in_person]]、[[4||requests/by_channel.letter]]、[[2件||requests/by_channel.web]]。", "contradicted"),
        ("[[收到申请9件||requests/new/total]]，当面、信函、网络申请分别为[[3||requests/by_channel.in_person]]、[[4||requests/by_channel.letter]]、[[1件||requests/by_channel.web]]。", "contradicted"),
        ("[[收到申请8件||requests/new/total]]，当面、信函、网络申请分别为[[3||requests/by_channel.in_person]]、[[4||requests/by_channel.letter]]、[[1件||requests/by_channel.web]]。", "supported"),
        ("[[公开信息100余条||disclosure/items]]，其中[[甲类104条||disclosure/items.甲类]]、[[乙类6条||disclosure/items.乙类]]。", "supported"),
        ("[[公开信息98条||disclosure/items]]，其中[[网站60条||disclosure/website]]、[[微信60条||disclosure/wechat]]。", None),
        ("[[公开信息98条||disclosure/items]]，其中[[网站160条||disclosure/website]]、[[微信60条||disclosure/wechat]]。", "contradicted"),
        ("[[公开信息98条||disclosure/items]]。其中[[甲类90条||disclosure/items.甲类]]、[[乙类20条||disclosure/items.乙类]]。", "contradicted"),
        ("[[甲类90条||disclosure/items.甲类]]、[[乙类20条||disclosure/items.乙类]]，合计[[98条||disclosure/items]]。", "contradicted"),
        ("[[公开信息98条||disclosure/items]]，其中[[甲类90条||disclosure/items.甲类]]（含[[甲一80条||disclosure/items.甲一]]）。", None),
        ("[[公开信息98条||disclosure/items]]。其中[[甲类60条||disclosure/items.甲类]]，内有[[甲一40条||disclosure/items.甲一]]、[[甲二20条||disclosure/items.甲二]]；[[乙类38条||disclosure/items.乙类]]，其中[[乙一30条||disclosure/items.乙一]]。", "supported"),
        ("[[公开信息98条||disclosure/items]]。其中[[甲类60条||disclosure/items.甲类]]，内有[[甲一40条||disclosure/items.甲一]]、[[甲二20条||disclosure/items.甲二]]；[[乙类48条||disclosure/items.乙类]]，其中[[乙一30条||disclosure/items.乙一]]。", "contradicted"),
        ("[[公开信息98条||disclosure/items]]；[[甲类120条||disclosure/items.甲类]]、[[乙类20条||disclosure/items.乙类]]。", None),
        ("[[公开信息98条||disclosure/items]]，其中[[目录129项||disclosure/items.目录]]、[[乙类20条||disclosure/items.乙类]]。", None),
        ("共[[受理16件||requests/new/total + requests/carried_in/total]]，其中[[新收13件||requests/new/total]]、[[上年结转2件||requests/carried_in/total]]。", "contradicted"),
        ("[[收到申请13件||requests/new/total]]，其中县本级[[6件||requests/new/total part]]、部门[[9件||requests/new/total part]]。", "contradicted"),
        ("[[收到申请13件||requests/new/total]]，其中县本级[[6件||requests/new/total part]]、部门[[5件||requests/new/total part]]。", "unverifiable"),
        ("[[答复12件||requests/result_total/total]]，其中[[予以公开9件||requests/granted/total]]、[[不予公开6件||requests/denied.*/total]]。", "contradicted"),
        ("[[答复12件||requests/result_total/total]]，[[公开9件||requests/granted/total]]、[[部分公开3件||requests/partly_granted/total]]，[[两者共12件||requests/granted/total + requests/partly_granted/total]]。", "supported"),
    ],
)  # fmt: skip
def test_parts_and_their_whole(marked: str, verdict: str | None) -> None:
    found = of_prose(marked)
    assert [f.verdict for f in found] == ([verdict] if verdict else [])
    if verdict:
        assert found[0].other_claims


def test_no_part_of_one_sentence_exceeds_the_whole_of_another() -> None:
    assert not of_prose(
        "[[公开信息98条||disclosure/items]]。网站运行平稳。去年清理栏目，[[甲类190条||disclosure/items.甲类]]。"
    )


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("[[收到申请26件||requests/new/total]]", "[[收到申请25件||requests/new/total]]", "contradicted"),
        ("[[收到申请26件||requests/new/total]]", "[[受理申请26件||requests/new/total]]", "supported"),
        ("[[收到申请26件||requests/new/total]]", "[[收到申请20余件||requests/new/total]]", "supported"),
        ("[[收到申请26件||requests/new/total]]", "[[收到申请30余件||requests/new/total]]", "contradicted"),
        ("[[收到申请26件||requests/new/total]]", "去年[[收到申请25件||requests/new/total previous]]", None),
        ("[[收到申请26件||requests/new/total]]", "乡镇[[收到申请5件||requests/new/total part]]", None),
        ("[[主动公开政府信息310条||disclosure/items]]", "[[主动公开政府信息301条||disclosure/items]]", "contradicted"),
        ("[[主动公开政府信息2.3万条||disclosure/items]]", "[[主动公开信息23120条||disclosure/items]]", "supported"),
        ("[[公开信息1310条||disclosure/items]]", "[[更新信息1301条||disclosure/items]]", "contradicted"),
        ("[[公开信息1310条||disclosure/items]]", "[[更新信息400条||disclosure/items]]", None),
        ("通过市政府网站[[发布信息200余条||disclosure/website]]", "区网站[[发布各类信息6000余条||disclosure/website]]", None),
        ("[[举办培训2次||training/sessions]]", "对窗口[[举办专题培训5次||training/sessions]]", None),
    ],
)  # fmt: skip
def test_one_fact_told_twice(first: str, second: str, verdict: str | None) -> None:
    assert [f.verdict for f in of_prose(f"本年{first}。工作有序推进。\n（二）总体来看，{second}。")] == (
        [verdict] if verdict else []
    )


def test_received_with_and_without_those_carried_in_is_no_contradiction() -> None:
    table = requests(new=(26, 26), carried_in=(2, 2), granted=(28, 28), result_total=(28, 28))
    marked = "[[收到申请26件||requests/new/total]]。\n（五）全年[[受理申请28件||requests/new/total]]。"
    assert not contradictions(check(report(marked, table)))


def test_a_balance_told_in_prose() -> None:
    marked = (
        "[[新收{0}件||requests/new/total]]，[[上年结转2件||requests/carried_in/total]]，"
        "[[办结10件||requests/result_total/total]]，[[结转下年度1件||requests/carried_out/total]]。"
    )
    assert [f.verdict for f in of_prose(marked.format(9))] == ["supported"]
    assert [f.reason for f in contradictions(of_prose(marked.format(8)))] == ["balance"]


def test_a_share_of_a_whole_that_is_told_elsewhere_alike() -> None:
    marked = "[[公开信息200条||disclosure/items]]。\n（二）[[政策类50条||disclosure/items.政策类]]，[[占{}%||ratio(disclosure/items.政策类, disclosure/items)]]。"
    assert not contradictions(of_prose(marked.format(25)))
    assert contradictions(of_prose(marked.format(29)))


@pytest.mark.parametrize(
    ("first", "verdicts"),
    [
        ("[[受理申请543件||requests/new/total]]（含[[上年结转6件||requests/carried_in/total]]），[[办结541件||requests/result_total/total]]", ["supported"]),
        ("[[受理申请545件||requests/new/total]]（含[[上年结转6件||requests/carried_in/total]]），[[办结541件||requests/result_total/total]]", ["contradicted"]),
        ("[[新收申请543件||requests/new/total]]，[[上年结转6件||requests/carried_in/total]]，[[办结541件||requests/result_total/total]]", ["contradicted"]),
        ("[[受理、答复申请541件||requests/new/total; requests/result_total/total]]，[[上年结转6件||requests/carried_in/total]]", []),
    ],
)  # fmt: skip
def test_a_balance_may_include_what_was_carried_in(first: str, verdicts: list[str]) -> None:
    marked = f"{first}，[[结转下年度2件||requests/carried_out/total]]。"
    found = [f for f in of_prose(marked) if len(f.other_claims) == 3]
    assert [f.verdict for f in found] == verdicts
    assert all(f.reason == "new_and_carried_in" for f in found if f.verdict == "supported")  # the reading is named


def test_a_share_that_was_rounded_twice_accuses_nobody() -> None:
    said = "[[办结17件||requests/result_total/total]]，[[部分公开3件||requests/partly_granted/total]]，[[占{}%||ratio(requests/partly_granted/total, requests/result_total/total)]]。"
    assert not contradictions(of_prose(said.format("17.7")))  # 17.647, 17.65
    assert contradictions(of_prose(said.format("17.8")))
    assert contradictions(of_prose(said.format("17.66")))


@pytest.mark.parametrize(("share", "accuses"), [("10", False), ("11.1", False), ("12", True)])
def test_a_share_may_be_of_either_whole_wherever_it_is_told(share: str, accuses: bool) -> None:
    told = (
        "[[收到申请10件||requests/new/total]]。\n答复的[[9件||requests/result_total/total]]中，[[部分公开1件||requests/partly_granted/total]]，"
        f"[[占总数的{share}%||ratio(requests/partly_granted/total, requests/result_total/total)]]。"
    )
    assert bool(contradictions(of_prose(told))) is accuses


def test_a_share_of_a_rounded_whole_has_room() -> None:
    marked = "[[公开信息2.7万条||disclosure/items]]，其中[[政策类7949条||disclosure/items.政策类]]，[[占29.1%||ratio(disclosure/items.政策类, disclosure/items)]]。"
    assert not contradictions(of_prose(marked))


def test_a_report_like_a_districts_with_prose_of_a_wider_class() -> None:
    """A list after 其中 that is far below its whole; two websites; suits and reviews that agree."""
    marked = (
        "全年[[主动公开信息6036条||disclosure/items]]。其中[[财务信息95条||disclosure/items.财务信息]]，"
        "[[重点领域类390余条||disclosure/items.重点领域类]]。通过上级网站[[发布信息200余条||disclosure/website]]。\n"
        "全年[[收到申请44件||requests/new/total]]，[[被申请行政复议9件||review_litigation/review/total]]。\n"
        "设置专栏，[[发布各类信息6000余条||disclosure/website]]。"
    )
    table = requests(new=(44, 44), granted=(44, 44), result_total=(44, 44))
    findings = check(report(marked, table, review((None, None, None, 9, 9))))
    assert not contradictions(findings)
    assert verdicts(findings, "claim_vs_claim", "unverifiable")


def test_claims_that_were_not_surely_read_accuse_nobody() -> None:
    marked = "[[收到申请26件||requests/new/total]]。\n（二）[[收到申请25件||requests/new/total]]。"
    assert not contradictions(check(report(marked, confidence=0.4)))


def test_claims_without_a_text_to_stand_in_are_answered() -> None:
    base = report("[[收到申请26件||requests/new/total]]。[[办结3件||requests/result_total/total]]。")
    assert check(replace(base, text="")) is not None


def test_counts_that_add_up_say_what_their_shares_are_of() -> None:
    """Whatever the claims were taken for: here for facts of no metric at all, and weakly."""
    marked = (
        "[[收到建议148件||other]]，[[移交28件||other]]，[[实际办理120件||other]]。[[已解决的111件||other]]，"
        "[[占总数的{}%||other]]；[[未解决的9件||other]]，[[占总数的{}%||other]]。"
    )
    weakly = check(report(marked.format("92.3", "7.7"), confidence=0.3))
    assert [(f.stated, f.found) for f in contradictions(weakly)] == [(92.3, 92.5), (7.7, 7.5)]
    assert not contradictions(check(report(marked.format("92.5", "7.5"))))


def test_shares_of_counts_that_do_not_add_up_are_left_alone() -> None:
    marked = "[[收到建议148件||other]]。[[已解决的111件||other]]，[[占92.3%||other]]；[[未解决的9件||other]]，[[占7.7%||other]]。"
    assert not of_prose(marked)


def test_what_two_figures_differ_by_stands_beside_one_of_them() -> None:
    marked = (
        "全年[[主动公开政府信息38171条||disclosure/items]]。在公开信息中，通过网站[[公开信息76条||disclosure/website]]，"
        "通过公示平台[[公开信息38095条||disclosure/items]]。"
    )
    assert not [f for f in check(report(marked)) if f.verdict == "contradicted"]
    other = marked.replace("76条", "99条")
    assert [f.reason for f in check(report(other)) if f.verdict == "contradicted"] == ["told_twice"]


def test_applications_at_a_counter_are_no_requests_told_twice() -> None:
    """受理申请 of a service counter, far from any word on open government, is another thing than the requests."""
    counter = "便民大厅设窗口24个，进驻部门13家，办事群众随到随办，[[受理申请8643件||requests/new/total]]。\n"
    none = "（二）依申请公开。[[未收到政府信息公开申请||requests/new/total =0]]。\n"
    assert not contradictions(check(report(counter + none)))
    named = "（二）依申请公开。全年[[受理申请3件||requests/new/total]]。\n"
    assert contradictions(check(report(named + "四、无。" + none)))


def test_totals_told_field_by_field_are_no_slips_of_one_total() -> None:
    fields = (
        "（一）食品安全。[[发布770条信息||disclosure/items]]。\n（二）国有企业。[[发布370条信息||disclosure/items]]。\n"
    )
    assert contradictions(check(report(fields)))
    assert not contradictions(check(report(fields + "（三）重大项目。[[发布291条信息||disclosure/items]]。\n")))
    fields += "（三）重大项目。[[发布29100条信息||disclosure/items]]。\n"
    found = contradictions(check(report(fields + "（四）合计。[[公开信息29101条||disclosure/items]]。\n")))
    assert [(f.stated, f.found) for f in found] == [(29101, 29100)]  # all but equal: one total


@pytest.mark.parametrize(
    ("marked", "accuses"),
    [
        ("我局[[公开信息20条||disclosure/items]]，按内容：[[甲12条||disclosure/items.甲]]、[[乙8条||disclosure/items.乙]]；按形式：[[文字15条||disclosure/items.文字]]、[[图片5条||disclosure/items.图片]]。", False),
        ("我局[[公开信息20条||disclosure/items]]，按内容：[[甲12条||disclosure/items.甲]]、[[乙9条||disclosure/items.乙]]；按形式：[[文字15条||disclosure/items.文字]]、[[图片5条||disclosure/items.图片]]。", True),
        ("线下[[接收5件||requests/new/total]]，其中[[来信2件||requests/by_channel.letter]]；线上接收9件，其中[[平台9件||requests/by_channel.web]]。", False),
        ("[[收到申请5件||requests/new/total]]，其中[[来信2件||requests/by_channel.letter]]、[[平台9件||requests/by_channel.web]]。", True),
        ("[[行政诉讼4件||review_litigation/direct_suit/total + review_litigation/suit_after_review/total]]，其中[[一审4件||review_litigation/direct_suit/total + review_litigation/suit_after_review/total part]]、[[二审3件||review_litigation/direct_suit/total + review_litigation/suit_after_review/total part]]。", False),
        ("各栏目更新：单位概况[[9条||disclosure/items]]，[[领导分工8条||disclosure/items.领导分工]]，其中[[预决算7条||disclosure/items.预决算]]。", False),
        ("[[收到申请50件||requests/new/total]]，[[网上22件||requests/by_channel.web]]、窗口[[4件||requests/by_channel.in_person]]([[8%||ratio(requests/by_channel.web, requests/new/total)]])。", False),
        ("[[收到申请50件||requests/new/total]]，[[网上22件||requests/by_channel.web]]([[8%||ratio(requests/by_channel.web, requests/new/total)]])、窗口[[4件||requests/by_channel.in_person]]。", True),
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_whole_or_no_count_of_a_share_accuses_nobody(marked: str, accuses: bool) -> None:
    assert bool(contradictions(of_prose(marked))) == accuses


@pytest.mark.parametrize(
    ("marked", "accuses"),
    [
        ("累计[[诉讼8件||review_litigation/direct_suit/total]]，自开展此项工作之日起算。", False),
        ("2020年，本机关累计[[发生直接诉讼8件||review_litigation/direct_suit/total]]。", True),
        ("委托律师代理，[[直接诉讼出庭8件||review_litigation/direct_suit/total]]。", False),
        ("若全年[[无直接诉讼||review_litigation/direct_suit/total =0]]，仍须零报告。", False),
    ],
)
def test_counts_of_all_years_and_of_some_cases_accuse_nobody(marked: str, accuses: bool) -> None:
    found = check(report(marked, review(direct_suit=(1, 0, 0, 0, 1))))
    assert bool(contradictions([f for f in found if f.kind == "claim_vs_table"])) == accuses


def test_a_count_of_another_row_excuses_no_difference() -> None:
    """What two figures differ by is a part of the one only where it may be one."""
    none = "[[未收到申请||requests/new/total =0]]。全年[[收到申请3件||requests/new/total]]，[[予以公开3件||requests/granted/total]]。"
    assert "part_scope" not in {f.reason for f in check(report(none))}


def test_an_equation_that_does_not_hold_gives_the_sums_of_both_sides() -> None:
    told = (
        "[[新收申请26件||requests/new/total]]、[[上年结转3件||requests/carried_in/total]]，"
        "[[办结24件||requests/result_total/total]]、[[结转下年度2件||requests/carried_out/total]]。"
    )
    (found,) = [f for f in check(report(told)) if f.reason == "balance"]
    assert (found.stated, found.found) == (29, 26)
