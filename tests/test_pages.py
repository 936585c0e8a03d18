"""The page of a report: all of its text, every mark, both ends of each finding, and nothing that runs or fetches."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from gouji.corpus.reading import read_bytes
from gouji.corpus.report import Cell, Claim, Finding, Report, Section, Source, Span, Table
from gouji.inference.pages import render_index, render_report
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from stand_in import report_of, text_of

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7*7 }}{% x %}</title>\x00\x1b\u202e\ud800"


def example(claimed: int = 17) -> Report:
    document = read_bytes(text_of(claimed).encode(), "青岚 水务.txt")
    return report_of(document, claimed)  # type: ignore[arg-type]


def tree(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def source_text(root: html.HtmlElement) -> str:
    """The text of the source pane; numbered lines begin with a line end."""
    out = []
    for line in root.xpath("//article//p"):
        out.append(("\n" if line.get("data-n") else "") + line.text_content())
    return "".join(out)[1:]


def keys(root: html.HtmlElement, query: str) -> set[str]:
    return {key for element in root.xpath(query) for key in element.get("data-m").split()}


def test_the_whole_text_is_on_the_page() -> None:
    report = example()
    assert source_text(tree(render_report(report))) == report.text.rstrip("\n")


def test_each_finding_leads_to_both_of_its_ends_and_back() -> None:
    root = tree(render_report(example()))
    first = root.xpath("//li[contains(@class, 'finding')]")[0]
    assert "contradicted" in first.get("class")
    about = first.get("data-keys").split()
    assert about == ["c0", "k0"]
    assert set(about) <= keys(root, "//article//mark")
    assert set(about) <= keys(root, "//aside//*[@data-m]")
    for link in first.xpath(".//a[@data-go]"):
        assert link.get("href") == "#" + link.get("data-go")
        assert len(root.xpath(f"//*[@id='{link.get('data-go')}']")) == 1


def test_a_cell_that_is_not_printed_has_its_place_in_the_table() -> None:
    root = tree(render_report(example()))
    finding = root.xpath("//li[contains(@class, 'missing')]")[0]
    (key,) = finding.get("data-keys").split()
    (cell,) = root.xpath(f"//td[@data-m='{key}']")
    assert "absent" in cell.get("class")
    assert cell.get("title").startswith("requests/carried_in/total")


def test_rows_of_a_locality_and_empty_cells_are_shown() -> None:
    root = tree(render_report(example()))
    assert root.xpath("//th[text()='=其他 <b>行']")
    assert len(root.xpath("//td[contains(@class, 'empty')]")) == 1


def test_ids_are_unique() -> None:
    ids = tree(render_report(example())).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_hostile_text_is_inert() -> None:
    text = f"{HOSTILE}\n收到申请{HOSTILE}件\n"
    span = (Span(0, len(text) - 3),)
    odd = f"extra:{HOSTILE}"
    report = Report(
        "x", Source(HOSTILE, "0", "text/plain", HOSTILE), HOSTILE, 2021, "2021",
        (Section("overview", HOSTILE, (Span(0, len(text)),)),),
        (Table("requests", None, span, (Cell("requests", odd, odd, 1, HOSTILE, HOSTILE, span),)),
         Table(HOSTILE, None, span, (Cell(HOSTILE, HOSTILE, HOSTILE, None, None, HOSTILE, span),))),
        (Claim(HOSTILE, span, "overview", f"disclosure/items.{HOSTILE}", 1, HOSTILE),),
        (Finding("identity", "contradicted", 0, (f"requests/extra:{HOSTILE}/x",), 1, 2, 1.0, HOSTILE, HOSTILE),),
        text=text,
    )  # fmt: skip
    page = render_report(report)
    page.encode("utf-8")
    root = tree(page)
    assert len(root.xpath("//script")) == 1
    assert "alert" not in root.xpath("//script")[0].text
    assert not root.xpath("//img | //iframe | //link | //object | //embed | //form")
    assert not root.xpath("//@onerror | //@onclick | //@style")
    assert page.count("{{ 7*7 }}") == page.count("onerror=alert(1)")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", page.split("</style>")[1])
    row = {
        "path": HOSTILE,
        "agency": HOSTILE,
        "year": None,
        "form": HOSTILE,
        "cells": 1,
        "claims": 1,
        "page": "pages/x.html",
    }
    verdicts = {"contradicted": 1, "missing": 0, "unverifiable": 0, "supported": 0}
    index = tree(render_index([{**row, **verdicts}], [{"path": HOSTILE, "code": HOSTILE, "message": HOSTILE}]))
    assert len(index.xpath("//script")) == 1
    assert not index.xpath("//img")


def test_nothing_is_fetched_and_only_our_script_runs() -> None:
    page = render_report(example())
    root = tree(page)
    policy = root.xpath("//meta[@http-equiv]/@content")[0]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not root.xpath("//@src")
    assert all(h.startswith(("#", "../index.html")) for h in root.xpath("//@href"))
    assert "url(" not in page
    assert "@import" not in page


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.sampled_from("文字 1\n\t"), max_size=60),
    st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 62)), max_size=8),
    st.lists(st.integers(0, 60), max_size=4),
)
def test_marks_may_nest_overlap_and_cross_lines(text: str, spans: list[tuple[int, int]], cuts: list[int]) -> None:
    bounds = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    report = Report(
        "x", Source("x"),
        sections=tuple(Section("overview", "", (Span(a, b),)) for a, b in pairwise(bounds)),
        claims=tuple(Claim("x", (Span(*s),), "overview", "other", 1) for s in spans[::2]),
        tables=(Table("requests", None, (), tuple(Cell("requests", "new", f"extra:{n}", 1, None, "1", (Span(*s),))
                                                   for n, s in enumerate(spans[1::2]))),),
        text=text,
    )  # fmt: skip
    root = tree(render_report(report))
    assert source_text(root).replace("\n", "") == text.replace("\n", "")
    for n, (start, end) in enumerate(spans[::2]):
        marked = "".join(m.text_content() for m in root.xpath("//article//mark") if f"c{n}" in m.get("data-m").split())
        if 0 <= start < end:
            assert marked == text[start:end].replace("\n", "")


def test_a_report_without_anything_has_a_page() -> None:
    bare = Report("x", Source("x"), text="")
    assert "没有可核对的内容" in render_report(bare)
    assert "</html>" in render_report(replace(example(), findings=(), claims=(), tables=(), sections=()))


def test_what_may_be_a_contradiction_stands_before_what_cannot_be_checked() -> None:
    from gouji.corpus.report import Finding
    from gouji.inference.display import in_order

    findings = (
        Finding("claim_vs_table", "unverifiable", confidence=0.9, reason="table_absent"),
        Finding("claim_vs_table", "supported", confidence=1.0),
        Finding("claim_vs_table", "unverifiable", confidence=0.4, reason="unsure_claim"),
        Finding("claim_vs_table", "contradicted", confidence=0.8, reason="differs"),
        Finding("identity", "unverifiable", confidence=0.6, reason="unsure_cells"),
    )
    assert [number for number, _ in in_order(findings)] == [3, 4, 2, 0, 1]
