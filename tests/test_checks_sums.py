"""Lists with their sum right behind them."""
# ruff: noqa: E501

from __future__ import annotations

import pytest
from check_reports import report, requests
from gouji.inference.checks import check

WAYS = "当面、信函、网络申请分别为[[3||requests/by_channel.in_person]]、[[4||requests/by_channel.letter]]、[[1件||requests/by_channel.web]]"
KINDS = "[[机构类5条||disclosure/items.机构类]]、[[政策类8条||disclosure/items.政策类]]、[[动态类20条||disclosure/items.动态类]]"
RESULTS = "[[予以公开6件||requests/granted/total]]、[[不予公开2件||requests/denied.*/total]]、[[无法提供1件||requests/unavailable.*/total]]"


def summed(marked: str) -> list[str]:
    return [f.verdict for f in check(report(marked)) if f.kind == "claim_vs_claim"]


@pytest.mark.parametrize(
    ("marked", "right", "wrong"),
    [
        (f"{WAYS}，合计[[{{}}件||requests/new/total]]。", 8, 9),
        (f"{KINDS}，共计[[{{}}条||disclosure/items]]。", 33, 35),
        (f"{KINDS}，共[[{{}}条||other]]。", 33, 31),
        (f"答复结果为：{RESULTS}，共计[[{{}}件||requests/denied.*/total]]。", 9, 10),  # whatever it was taken for
        ("[[收到申请10件||requests/new/total]]，按来源分：" + WAYS + "，合计[[{}件||other]]。", 8, 7),
        ("收到[[人大建议20件||proposals.npc/received]]、[[政协提案31件||proposals.cppcc/received]]，共计[[{}件||proposals.all/handled]]。", 51, 50),
        ("[[网站公开120条||disclosure/website]]，[[微信公开80条||disclosure/wechat]]，[[微博公开20条||disclosure/weibo]]，合计[[{}条||disclosure/items]]。", 220, 221),
        ("自然人申请[[5件||requests/new/natural_person]]，企业申请[[3件||requests/new/commercial]]，总计[[{}件||requests/new/total]]。", 8, 9),
    ],
)  # fmt: skip
def test_a_sum_is_that_of_its_list(marked: str, right: int, wrong: int) -> None:
    assert {"supported"} <= set(summed(marked.format(right))) <= {"supported", "unverifiable"}
    assert "contradicted" in summed(marked.format(wrong))


@pytest.mark.parametrize(
    "marked",
    [
        f"{KINDS}等，共[[35条||other]]。",
        f"公示类2条、{KINDS}，共[[35条||other]]。",  # a count that was not read
        f"主要有{KINDS}，共[[35条||other]]。",
        f"{KINDS}，另有[[公示2条||other]]，共[[35条||other]]。",
        f"[[热线答复2件||other]]，{WAYS}，共[[10件||other]]。",  # with what stands before
        f"{KINDS}，合计公开[[35条||disclosure/items]]。",  # of what else may be said
        f"{KINDS}，共召开会议[[35次||meetings]]。",
        "[[新收9件||requests/new/total]]，[[上年结转1件||requests/carried_in/total]]，[[办结8件||requests/result_total/total]]，共[[9件||other]]。",
        "[[制发3件||active_disclosure/normative_documents/issued]]、[[废止2件||active_disclosure/normative_documents/repealed]]，共[[6件||active_disclosure/normative_documents/in_force]]。",
        "[[予以公开6件||requests/granted/total]]（含[[部分公开2件||requests/partly_granted/total]]）、[[不予公开1件||requests/denied.*/total]]，共[[7件||requests/result_total/total]]。",
        "[[不予公开3件||requests/denied.*/total]]、[[涉及国家秘密1件||requests/denied.state_secret/total]]，共[[3件||requests/result_total/total]]。",
        f"{KINDS}，共约[[30条||other]]。",
        f"{KINDS}，共[[97条||disclosure/items]]。",  # no slip: of all that there was
        "[[网站公开120条||disclosure/website]]，[[微信公开80条||disclosure/wechat]]，合计[[130条||disclosure/items]]。",  # each once
        "[[网站公开120条||disclosure/website]]，[[微信公开80条||disclosure/wechat]]，合计[[199条||disclosure/items]]。",
        "[[上半年当面2件||requests/by_channel.in_person]]、[[当面3件||requests/by_channel.in_person]]，共[[6件||requests/new/total]]。",
    ],
)
def test_what_may_not_be_the_sum_of_the_list_accuses_nobody(marked: str) -> None:
    assert "contradicted" not in summed(marked)


def test_a_total_that_the_table_has_too_was_only_listed_in_part() -> None:
    """Who else applied is not named: the list is short, not the sum wrong."""
    marked = "[[自然人申请108件||requests/new/natural_person]]、[[企业申请6件||requests/new/commercial]]，合计[[{}件||requests/new/total]]。"
    table = requests(new=(108, 6, 3, 0, 2, 0, 119), granted=(119, 119), result_total=(119, 119))

    def verdicts(marked: str) -> set[str]:
        return {f.verdict for f in check(report(marked, table)) if f.kind == "claim_vs_claim"}

    assert verdicts(marked.format(119)) == {"unverifiable"}
    assert "contradicted" in verdicts(marked.format(118))
    assert "contradicted" in verdicts(marked.format(112))
    twice = marked.format(117) + "\n（二）全年[[收到申请117件||requests/new/total]]。"
    assert "contradicted" not in {f.verdict for f in check(report(twice)) if f.reason == "sum_differs"}
