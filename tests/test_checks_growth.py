"""Growth against the counts of two years, told in one report or found in last year's."""
# ruff: noqa: E501

from __future__ import annotations

import pytest
from check_reports import contradictions, report, requests
from gouji.corpus.report import Finding
from gouji.inference.checks import check, check_years

NOW = "[[收到申请46件||requests/new/total]]"
THEN = "[[40件||requests/new/total previous]]"


def growth(marked: str) -> list[str]:
    """The verdicts of the findings of changes, in the order of the text; the other findings are not asked."""
    found = check(report(marked, year=2020))
    changes = {i for i, c in enumerate(report(marked).claims) if c.metric == "other"}
    return [f.verdict for f in found if f.kind == "claim_vs_claim" and f.claim in changes]


@pytest.mark.parametrize(
    "marked",
    [
        f"{NOW}，2019年为{THEN}，同比[[增长{{}}%||other]]。",
        f"{NOW}，较上年的{THEN}[[增长{{}}%||other]]。",
        f"{NOW}，与2019年{THEN}相比，[[增幅{{}}%||other]]。",
        f"{NOW}，较上年[[增长{{}}%||other]]（2019年{THEN}）。",
        f"2019年[[收到申请40件||requests/new/total previous]]，2020年{NOW}，比上年[[增长了{{}}%||other]]。",
        f"{NOW}，较去年[[增长{{}}%||other]]。\n（二）上年共[[收到申请40件||requests/new/total previous]]。",
        f"{NOW}，比上年{THEN}[[多6件||other]]，[[增长{{}}%||other]]。",
    ],
)
def test_growth_is_that_of_the_two_counts_told(marked: str) -> None:
    assert set(growth(marked.format("15"))) == {"supported"}
    assert set(growth(marked.format("15.0"))) == {"supported"}
    assert "contradicted" in growth(marked.format("25"))
    assert "contradicted" in growth(marked.format("14.1"))


def test_a_count_more_is_the_difference() -> None:
    marked = f"{NOW}，比上年的{THEN}[[{{}}件||other]]。"
    assert growth(marked.format("增加6")) == ["supported"]
    assert growth(marked.format("增加8")) == ["contradicted"]
    assert growth(marked.format("减少6")) == ["contradicted"]


def test_what_came_to_nought_fell_by_all_of_it() -> None:
    marked = "[[收到申请0件||requests/new/total]]，上年[[40件||requests/new/total previous]]，同比[[下降{}%||other]]。"
    assert growth(marked.format(100)) == ["supported"]
    assert growth(marked.format(88)) == ["contradicted"]


def test_the_other_way_is_another_growth() -> None:
    marked = "[[收到申请30件||requests/new/total]]，上年[[40件||requests/new/total previous]]，同比[[{}%||other]]。"
    assert growth(marked.format("下降25")) == ["supported"]
    assert growth(marked.format("增长25")) == ["contradicted"]
    assert growth(marked.format("下降33.3")) == ["contradicted"]  # of this year's count


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        ("3.3万条", "3万条", "增长11%"),  # of the figures that were rounded
        ("34600条", "30400条", "增长16.7%"),  # 3.5万 and 3万
        ("31条", "27条", "增长14.8%"),
        ("31条", "27条", "增长14%"),  # cut
        ("31条", "27条", "增长约15%"),
        ("407条", "292条", "上升39.40%"),  # 39.38, as 39.4 with two places
        ("150条", "100条", "增长1.5倍"),  # also said of what became one and a half times as much
        ("250条", "100条", "增长1.5倍"),
        ("122条", "100条", "增长22%"),
        ("121条", "100条", "增长超20%"),
    ],
)
def test_rounding_and_manners_of_speaking_accuse_nobody(now: str, then: str, told: str) -> None:
    marked = f"[[公开信息{now}||disclosure/items]]，上年[[{then}||disclosure/items previous]]，同比[[{told}||other]]。"
    assert growth(marked) == ["supported"]


@pytest.mark.parametrize(
    "marked",
    [
        # of another count than the one whose last year is told
        f"{NOW}，上年{THEN}，其中[[网络申请30件||requests/by_channel.web]]，同比[[增长50%||other]]。",
        f"{NOW}（上年{THEN}），网站访问量[[增长35.6%||other]]。",
        f"{NOW}，上年{THEN}，[[办结45件||requests/result_total/total]]，同比[[增长60%||other]]。",
        f"{NOW}，其中[[县政府办26件||requests/new/total part]]，上年{THEN}，同比[[增长60%||other]]。",
        f"{NOW}，其中县政府办26件，上年{THEN}，同比[[增长60%||other]]。",
        f"{NOW}，同比[[增长60%||other]]。\n（二）其中县政府办上年[[收到申请40件||requests/new/total previous]]。",
        "[[行政复议3件||review_litigation/review/total]]、[[行政诉讼1件||review_litigation/direct_suit/total]]，比上年[[减少3件||other]]。\n（二）上年[[行政诉讼2件||review_litigation/direct_suit/total previous]]。",
        f"[[收到信函申请3件||requests/by_channel.letter]]，{NOW}，同比[[增长60%||other]]。\n（二）上年[[收到申请40件||requests/new/total previous]]。",
        # against another year, over several, or within the year
        f"{NOW}，比2018年[[增长130%||other]]；2019年[[收到申请40件||requests/new/total previous]]。",
        f"{NOW}，上年{THEN}，近三年年均[[增长23.8%||other]]。",
        f"{NOW}，上年{THEN}，环比[[增长50%||other]]。",
        f"2018年[[收到申请20件||requests/new/total previous]]，2020年{NOW}，同比[[增长15%||other]]。",
        f"{NOW}，较上年[[增长15%||other]]（比2018年的[[20件||requests/new/total previous]]翻了一番还多）。",
        f"2019年[[收到申请40件||requests/new/total previous]]，同比[[增长8%||other]]；2020年{NOW}。",
        f"{NOW}；2019年[[收到申请40件||requests/new/total previous]]，同比[[增长8%||other]]。",
        # points, parts, plans, several at once
        "[[按时答复率98%||requests/on_time_rate]]，上年[[95%||requests/on_time_rate previous]]，[[提高3个百分点||other]]。",
        f"[[县本级收到26件||requests/new/total part]]，上年{THEN}，同比[[增长50%||other]]。",
        f"{NOW}，上年{THEN}，计划明年[[增长5%||other]]。",
        f"{NOW}，上年{THEN}，同比分别[[增长7%||other]]。",
        f"{NOW}，上年{THEN}，[[增长12个百分点||other]]。",
        f"{NOW}，上年{THEN}，[[增加到48件||other]]。",
        f"截至11月底，{NOW}，上年{THEN}，同比[[增长9%||other]]。",
        f"全市{NOW}，市本级上年{THEN}，同比[[增长9%||other]]。",
        f"{NOW}，同比[[增长50%||other]]。\n（二）上年结转[[40件||requests/new/total previous]]。",
        # last year is told in two ways
        f"{NOW}，同比[[增长50%||other]]。\n（二）上年[[收到申请40件||requests/new/total previous]]。\n（三）上年[[受理申请34件||requests/new/total previous]]。",
    ],
)
def test_what_may_be_the_growth_of_something_else_is_left_alone(marked: str) -> None:
    assert "contradicted" not in growth(marked)


@pytest.mark.parametrize("told", ["下降2倍", "增长近20%", "增长20%以上"])
def test_a_growth_in_round_words_accuses_nobody(told: str) -> None:
    marked = f"[[公开信息123条||disclosure/items]]，上年[[100条||disclosure/items previous]]，同比[[{told}||other]]。"
    assert "contradicted" not in growth(marked)


@pytest.mark.parametrize("marked", [
    "[[收到申请46件||requests/new/total]]，较上年的[[xx件||requests/new/total previous]][[增长25%||other]]。",
    "[[收到申请　　件||requests/new/total]]，较上年的[[40件||requests/new/total previous]][[增长25%||other]]。",
    "[[收到申请46件||requests/new/total]]，上年[[**件||requests/new/total previous]]，同比[[增加25件||other]]。",
])  # fmt: skip
def test_a_growth_of_a_count_whose_figure_was_lost_is_not_weighed(marked: str) -> None:
    assert any(c.value is None for c in report(marked).claims)
    assert growth(marked) == []


def test_a_growth_that_fits_another_pair_of_counts_is_of_these() -> None:
    marked = (
        "[[收到申请46件||requests/new/total]]（去年[[40件||requests/new/total previous]]），"
        "[[办结57件||requests/result_total/total]]（去年[[38件||requests/result_total/total previous]]），同比[[增长{}%||other]]。"
    )
    assert growth(marked.format(50)) == ["supported"]
    assert growth(marked.format(15)) == ["unverifiable"]
    assert growth(marked.format(70)) == ["contradicted"]


def test_a_year_that_opens_the_clause_says_of_which_year_a_count_is() -> None:
    marked = f"{NOW}，2019年[[收到申请40件||requests/new/total]]，同比[[增长{{}}%||other]]。"
    assert growth(marked.format(15)) == ["supported"]
    assert growth(marked.format(25)) == ["contradicted"]


# -- last year's report -----------------------------------------------------------

LAST = report("", requests(new=(40, 40), granted=(40, 40), result_total=(40, 40)), year=2019)


def grown(marked: str) -> list[Finding]:
    table = requests(new=(46, 46), granted=(46, 46), result_total=(46, 46))
    return [f for f in check_years(LAST, report(marked, table, year=2020)) if f.claim is not None]


def test_growth_is_checked_with_last_years_report() -> None:
    marked = f"{NOW}，同比[[{{}}||other]]。"
    assert [f.verdict for f in grown(marked.format("增长15%"))] == ["supported"]
    found = grown(marked.format("增长25%"))
    assert [(f.kind, f.verdict, f.reason) for f in found] == [("year_over_year", "contradicted", "growth")]
    assert found[0].cells == ("requests/new/total",)
    assert contradictions(grown(f"{NOW}，比上年[[减少6件||other]]。"))


def test_growth_of_all_that_was_received_is_no_growth_of_the_new_ones() -> None:
    last = report("", requests(new=(38, 38), carried_in=(2, 2), granted=(40, 40), result_total=(40, 40)), year=2019)
    found = check_years(last, report(f"{NOW}，同比[[增长15%||other]]。", year=2020))
    assert [f.verdict for f in found if f.reason] == ["unverifiable"]


@pytest.mark.parametrize(
    "marked",
    [
        f"{NOW}，[[增长25%||other]]。",  # against what is not said
        f"{NOW}，网站访问量同比[[增长25%||other]]。",
        f"{NOW}，较2018年[[增长25%||other]]。",
        "镇街[[收到申请26件||requests/new/total part]]，同比[[增长25%||other]]。",
    ],
)
def test_last_years_report_refutes_no_other_growth(marked: str) -> None:
    assert not contradictions(grown(marked))
