"""Rates of answers against their counts; what is said of all against some that are not so."""
# ruff: noqa: E501

from __future__ import annotations

import pytest
from check_reports import contradictions, report, requests
from gouji.corpus.report import Finding, Table
from gouji.inference.checks import check

RECEIVED = "[[收到申请{}件||requests/new/total]]"


def accused(marked: str, *tables: Table) -> list[Finding]:
    return [f for f in contradictions(check(report(marked, *tables))) if f.kind == "claim_vs_claim"]


def verdicts(marked: str) -> list[str]:
    found = check(report(marked))
    rates = {i for i, c in enumerate(report(marked).claims) if c.metric.endswith("_rate")}
    return [f.verdict for f in found if f.kind == "claim_vs_claim" and f.claim in rates]


@pytest.mark.parametrize(
    ("marked", "right", "wrong"),
    [
        ("[[收到申请25件||requests/new/total]]，[[按期答复24件||requests/result_total/total]]，[[按期答复率{}%||requests/on_time_rate]]。", ("96", "96.0"), ("98", "92")),
        ("[[收到申请40件||requests/new/total]]，[[办结38件||requests/result_total/total]]，[[办结率{}%||requests/answered_rate]]。", ("95",), ("98", "99.5")),
        ("[[收到申请300件||requests/new/total]]，[[上年结转20件||requests/carried_in/total]]，[[答复310件||requests/result_total/total]]，[[答复率{}%||requests/answered_rate]]。", ("96.9", "96.88"), ("91.5",)),
    ],
)  # fmt: skip
def test_a_rate_is_that_of_its_counts(marked: str, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    for rate in right:
        assert not accused(marked.format(rate)), rate
    for rate in wrong:
        table = requests(new=(25, 25), granted=(25, 25), result_total=(25, 25))  # nothing was carried in
        assert accused(marked.format(rate), table), rate


def test_of_those_that_were_due_a_rate_may_be_higher() -> None:
    """Of 33 received 30 were answered, of the 31 that were due 96.8 %; no count of those due gives 95.5 %."""
    marked = "[[收到申请33件||requests/new/total]]，[[答复30件||requests/result_total/total]]，[[答复率{}%||requests/answered_rate]]。"
    assert not accused(marked.format("96.8"))
    table = requests(new=(33, 33), granted=(30, 30), result_total=(30, 30), carried_out=(3, 3))
    for rate in ("96.8", "100", "90.9"):
        assert not accused(marked.format(rate), table)
    assert accused(marked.format("95.5"), table)


@pytest.mark.parametrize(
    "marked",
    [
        # requests that were carried in may be among the whole
        "[[收到申请40件||requests/new/total]]，[[答复38件||requests/result_total/total]]，[[答复率90.5%||requests/answered_rate]]。",
        # closed is not answered, and answered is not answered in time
        "[[收到申请40件||requests/new/total]]，[[办结38件||requests/result_total/total]]，[[答复率99.1%||requests/answered_rate]]。",
        "[[收到申请40件||requests/new/total]]，[[答复38件||requests/result_total/total]]，[[按时答复率99.1%||requests/on_time_rate]]。",
        # another body, another year
        "[[收到申请60件||requests/new/total]]，[[答复58件||requests/result_total/total]]，区级部门[[答复率91.3%||requests/answered_rate]]。",
        "[[收到申请60件||requests/new/total]]，[[答复58件||requests/result_total/total]]，上年[[答复率91.3%||requests/answered_rate previous]]。",
        # of this year's requests, of which all but ten were answered
        "[[收到申请200件||requests/new/total]]，[[上年结转8件||requests/carried_in/total]]，[[办结198件||requests/result_total/total]]，[[办结率95.0%||requests/answered_rate]]。",
        # the whole that was due is not told
        "[[办结38件||requests/result_total/total]]，其中[[按时办结36件||requests/result_total/total part]]，[[按时办结率90%||requests/on_time_rate]]。",
        # what was extended is in time
        "[[收到申请60件||requests/new/total]]，[[按时答复50件||requests/result_total/total part]]，延期答复9件，[[按时答复率98.3%||requests/on_time_rate]]。",
        # of some of the requests
        "[[收到申请60件||requests/new/total]]，[[答复58件||requests/result_total/total]]，网上申请[[答复率91.3%||requests/answered_rate]]。",
        "[[收到申请60件||requests/new/total]]，[[答复58件||requests/result_total/total]]，当场[[答复率91.3%||requests/answered_rate]]。",
        # other counts of the sentence give it
        "[[收到申请6件||requests/new/total]]，[[答复5件||requests/result_total/total]]；[[交办事项50件||other]]，[[完成47件||other]]，[[答复率94%||requests/answered_rate]]。",
    ],
)
def test_a_rate_that_may_be_of_other_counts_accuses_nobody(marked: str) -> None:
    assert not accused(marked)


# -- all in time, and some too late -------------------------------------------------


@pytest.mark.parametrize(
    "marked",
    [
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，其中[[超期答复1件||other]]。",
        "[[收到申请13件||requests/new/total]]，[[无一超期||requests/on_time_rate =100%]]；因人员变动，有[[2件逾期答复||other]]。",
        "[[收到申请13件||requests/new/total]]，[[全部按期办结||requests/on_time_rate =100%]]，其中[[1件逾期||other]]，同意公开5件，不予公开8件。",
        "[[办结申请56件||requests/result_total/total]]，[[超期办结2件||other]]，[[按时办结率100%||requests/on_time_rate]]。",
        "[[答复13件||requests/result_total/total]]，其中[[按时答复12件||requests/result_total/total part]]，[[按时答复率100%||requests/on_time_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[均已答复||requests/answered_rate =100%]]，[[答复率92.3%||requests/answered_rate]]。",
    ],
)
def test_all_in_time_and_some_too_late_cannot_both_be_true(marked: str) -> None:
    assert len(accused(marked)) == 1


@pytest.mark.parametrize(
    "marked",
    [
        "[[收到申请13件||requests/new/total]]，除[[2件超期答复||other]]外，其余[[均按时答复||requests/on_time_rate =100%]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]；信访工单[[逾期办结3件||other]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，去年[[超期答复1件||other]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，[[超期答复1件||other previous]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，申请人[[逾期未补正1件||other]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，[[超期答复0件||other]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，系统预警[[逾期答复3件||other]]。",
        "各单位[[按时答复率100%||requests/on_time_rate]]，仅云亭镇[[超期答复1件||other]]。",
        "[[答复13件||requests/result_total/total]]，其中[[按时答复12件||requests/result_total/total part]]、延期答复1件，[[按时答复率100%||requests/on_time_rate]]。",
        "[[答复13件||requests/result_total/total]]，其中[[按时答复12件||requests/result_total/total part]]、当场答复1件，[[按时答复率100%||requests/on_time_rate]]。",
        "[[办结13件||requests/result_total/total]]，其中[[按时答复12件||requests/result_total/total part]]，[[按时答复率100%||requests/on_time_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，没有[[1件超期答复||other]]。",
        "[[收到申请13件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，督办即将[[超期答复1件||other]]。",
        "[[收到申请13件||requests/new/total]]，[[均已答复||requests/answered_rate =100%]]，网上[[答复率92.3%||requests/answered_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[均已答复||requests/answered_rate =100%]]，年底前[[答复率92.3%||requests/answered_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[按时答复12件||requests/result_total/total part]]，1件未到期，[[按时答复率100%||requests/on_time_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[答复率100%||requests/answered_rate]]，[[按时答复率92.3%||requests/on_time_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[答复率100%||requests/answered_rate]]，[[办结率92.3%||requests/answered_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[均已答复||requests/answered_rate =100%]]，乡镇[[答复率92.3%||requests/answered_rate]]。",
        "[[收到申请13件||requests/new/total]]，[[全部办结||requests/answered_rate =100%]]，[[结转下年度3件||requests/carried_out/total]]。",
    ],
)
def test_what_only_seems_too_late_accuses_nobody(marked: str) -> None:
    assert not accused(marked)


# -- all of one kind ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("[[均为自然人||ratio(requests/new/natural_person, requests/new/total) =100%]]", "[[企业申请3件||requests/new/commercial]]"),
        ("[[均为网上申请||ratio(requests/by_channel.web, requests/new/total) =100%]]", "[[信函申请2件||requests/by_channel.letter]]"),
        ("[[全部予以公开||ratio(requests/granted/total, requests/result_total/total) =100%]]", "[[不予公开2件||requests/denied.*/total]]"),
        ("[[全部予以公开||ratio(requests/granted/total, requests/result_total/total) =100%]]", "[[不掌握相关信息1件||requests/unavailable.not_held/total]]"),
    ],
)  # fmt: skip
def test_what_is_said_of_all_leaves_none_of_another_kind(said: str, other: str) -> None:
    received = RECEIVED.format(12)
    found = accused(f"{received}，{said}，其中{other}。")
    assert [f.reason for f in found] == ["not_all"]
    for harmless in (
        f"{received}，除{other}外，其余{said}。",
        f"{received}，{said}；上年{other.replace(']]', ' previous]]')}。",
        f"{received}，{said}；上半年{other}。",
        f"{received}，{said}，信访转来的{other}。",
        f"上半年{received}，{said}。全年{other}。",
        f"{other}，说明了理由；对符合条件的{said}。",
        f"{received}，{other}，应公开的{said}。",
    ):
        assert not accused(harmless), harmless


@pytest.mark.parametrize(("said", "other"), [
    ("[[均予以公开||ratio(requests/granted/total, requests/result_total/total) =100%]]", "[[部分公开2件||requests/partly_granted/total]]"),
    ("[[均不予公开||ratio(requests/denied.*/total, requests/result_total/total) =100%]]", "[[信息不存在2件||requests/unavailable.not_held/total]]"),
    ("[[均为网上申请||ratio(requests/by_channel.web, requests/new/total) =100%]]", "[[电子邮件申请2件||requests/by_channel.email]]"),
])  # fmt: skip
def test_what_is_loosely_said_of_all_accuses_nobody(said: str, other: str) -> None:
    assert not accused(f"{RECEIVED.format(12)}，{said}，其中{other}。")
