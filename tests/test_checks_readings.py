"""What is told of some applicants, of shares or of decided cases has the readings of its whole."""
# ruff: noqa: E501

from __future__ import annotations

import pytest
from check_reports import contradictions, report, requests, review, verdicts
from gouji.inference.checks import check

LEGAL = "requests/new/commercial + requests/new/research + requests/new/ngo + requests/new/legal_service + requests/new/other"
TABLES = (
    requests(
        new=(61, 4, 0, 0, 2, 0, 67), carried_in=(8, 1, 0, 0, 0, 0, 9), granted=(40, 3, 0, 0, 1, 0, 44),
        unavailable__not_held=(24, 2, 0, 0, 1, 0, 27), result_total=(64, 5, 0, 0, 2, 0, 71), carried_out=(5, 0, 0, 0, 0, 0, 5),
    ),
    review((4, 1, 1, 3, 9), (2, 0, 0, 1, 3)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        (
            "[[收到申请76件||requests/new/total]]，其中[[自然人69件||requests/new/natural_person]]。",
            "new_and_carried_in",
        ),
        ("[[自然人61件||requests/new/natural_person]]。", None),
        ("[[企业申请5件||requests/new/commercial]]。", "new_and_carried_in"),
        (f"[[法人和其他组织7件||{LEGAL}]]。", "new_and_carried_in"),
        ("[[自然人占90.8%||ratio(requests/new/natural_person, requests/new/total)]]。", "new_and_carried_in"),
        ("今年共办理答复申请，其中[[自然人64件||requests/new/natural_person]]。", "handled"),
        (
            "[[收到申请67件||requests/new/total]]、[[上年结转9件||requests/carried_in/total]]，共[[办理76件||requests/result_total/total]]。",
            "new_and_carried_in",
        ),
        ("办结的有[[自然人69件||requests/result_total/natural_person]]。", "new_and_carried_in"),
        ("复议案件中，[[审结6件||review_litigation/review/total]]。", "settled"),
        ("复议[[维持率66.7%||ratio(review_litigation/review/upheld, review_litigation/review/total)]]。", "settled"),
    ],
)
def test_a_part_is_read_like_its_whole(marked: str, reason: str | None) -> None:
    findings = check(report(marked, *TABLES))
    last = [f for f in findings if f.kind == "claim_vs_table"][-1]
    assert (last.verdict, last.reason) == ("supported", reason)
    assert not contradictions(findings)


@pytest.mark.parametrize(
    "marked",
    [
        "其中[[自然人68件||requests/new/natural_person]]。",
        "其中[[新收自然人申请69件||requests/new/natural_person]]。",
        "收到申请，其中[[自然人64件||requests/new/natural_person]]。",
        "其中[[企业9件||requests/new/commercial]]。",
        f"[[法人和其他组织12件||{LEGAL}]]。",
        "[[复议6件||review_litigation/review/total]]。",
    ],
)
def test_a_part_that_no_reading_gives_is_accused(marked: str) -> None:
    assert len(contradictions(check(report(marked, *TABLES)))) == 1


@pytest.mark.parametrize(
    "parts",
    [
        f"[[自然人69件||requests/new/natural_person]]、[[法人组织7件||{LEGAL}]]",
        "[[网上申请60件||requests/by_channel.web]]、[[信函申请16件||requests/by_channel.letter]]",
    ],
)
def test_parts_of_the_requests_may_hold_what_was_carried_in(parts: str) -> None:
    told = f"[[新收申请67件||requests/new/total]]，[[上年结转9件||requests/carried_in/total]]，其中{parts}。"
    findings = check(report(told, *TABLES))
    assert not contradictions(findings)
    assert [f.reason for f in verdicts(findings, "claim_vs_claim", "supported")] == ["new_and_carried_in"]


def test_parts_beyond_what_was_carried_in_exceed_their_whole() -> None:
    told = "[[新收申请67件||requests/new/total]]，其中[[网上申请71件||requests/by_channel.web]]、[[信函申请16件||requests/by_channel.letter]]。"
    assert [f.reason for f in contradictions(check(report(told, *TABLES)))] == ["parts_exceed_whole"]


@pytest.mark.parametrize(
    "marked",
    [
        "[[予以公开及部分公开71件||requests/partly_granted/total]]。",
        "[[全部公开和部分公开共71件||requests/granted/total]]。",
        "予以公开或部分公开71件，[[占总数的70.3%||ratio(requests/granted/total, requests/result_total/total)]]。",
    ],
)
def test_two_outcomes_under_one_number_are_their_sum(marked: str) -> None:
    table = requests(new=(101, 101), granted=(40, 40), partly_granted=(31, 31), result_total=(101, 101))
    findings = check(report(marked, table))
    (finding,) = (f for f in findings if f.kind == "claim_vs_table")
    assert (finding.verdict, finding.reason) == ("supported", "granted_in_whole_or_part")


def test_blank_parts_of_a_sum_count_as_zero_beside_figures() -> None:
    suits = "review_litigation/direct_suit/total + review_litigation/suit_after_review/total"
    table = review((4, 0, 0, 0, 4), (3, 0, 1, 0, 4), (None,) * 5)
    for stated, expected in ((4, "supported"), (6, "unverifiable")):
        findings = check(report(f"[[行政诉讼{stated}件||{suits}]]。", table))
        assert [f.verdict for f in findings if f.kind == "claim_vs_table"] == [expected]


def test_blank_totals_of_several_rows_are_the_sums_of_their_parts() -> None:
    blank = (7, 1, 0, 0, 0, 0, None), (2, 0, 0, 0, 0, 0, None)
    table = requests(
        new=(10, 10), denied__state_secret=blank[0], denied__third_party=blank[1],
        **{f"denied__{r}": (0, 0, 0, 0, 0, 0, None) for r in (
            "forbidden_by_law", "security_stability", "internal_affairs", "process_information", "enforcement_file",
            "administrative_query",
        )},
    )  # fmt: skip
    findings = check(report("[[不予公开10件||requests/denied.*/total]]。", table))
    (finding,) = (f for f in findings if f.kind == "claim_vs_table")
    assert (finding.verdict, finding.reason) == ("supported", "sum_of_parts")


@pytest.mark.parametrize(
    "marked",
    [
        "[[未收到涉及政府信息公开的行政复议申请||requests/new/total =0]]。",
        "[[收到1件||requests/new/total]]行政诉讼的申请。",
        "[[作为依申请公开的信息3条||requests/new/total]]。",
    ],
)
def test_what_is_applied_for_elsewhere_is_no_request(marked: str) -> None:
    for n in (0, 1, 5):
        findings = check(report(f"{marked}", requests(new=(n, n), granted=(n, n), result_total=(n, n))))
        (finding,) = (f for f in findings if f.claim is not None)
        assert (finding.verdict, finding.reason) == ("unverifiable", "other_matter")


def test_a_request_beside_a_review_is_a_request() -> None:
    told = "[[未收到政府信息公开申请，也无行政复议申请||requests/new/total =0]]。"
    (finding,) = (f for f in check(report(told, requests(granted=(0, 0)))) if f.claim is not None)
    assert finding.verdict == "supported"
