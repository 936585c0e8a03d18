"""Change one printed figure, and exactly the findings that must change do."""

from __future__ import annotations

import random
import re

import pytest
from gouji.corpus.papers import Paper, paper
from gouji.corpus.report import Finding, Report
from hypothesis import assume, given
from hypothesis import strategies as st
from paper_kit import Read, examples, reader, seeds

PLAIN = {"labels": "none", "groups": "once", "worded": "", "blanks": "zero", "counted": False}
WAYS = ("markdown", "tab_lines", "boxed", "lines_blank", "html", "docx")
few = examples(5)


@pytest.fixture(scope="session")
def read(pipeline) -> Read:  # type: ignore[no-untyped-def]
    return reader(pipeline)


def figures(report: Report) -> dict[str, float | int | None]:
    return {a: c.value for a, c in report.cells.items()}


def told(report: Report, finding: Finding) -> tuple[object, ...]:
    """What a finding is about, and what it says."""
    claims = [report.claims[i] for i in (finding.claim, *finding.other_claims) if i is not None]
    return (finding.kind, tuple((c.text, c.metric) for c in claims), frozenset(finding.cells), finding.verdict,
            finding.reason, finding.stated, finding.found)  # fmt: skip


def is_about(finding: tuple[object, ...], address: str) -> bool:
    return address in finding[2]  # type: ignore[operator]


def _but_for_doubt(findings: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """The findings, with a difference that is thought likely and one that is thought unlikely as the same.

    A row that breaks its own sum makes every accusation of that row less sure.
    """
    differs = ("contradicted", "unverifiable")
    return {(*f[:3], "differs", "", *f[5:]) if f[3] in differs and f[5] != f[6] else f for f in findings}


@few
@given(seed=seeds, way=st.sampled_from(WAYS), place=st.integers(0, 10_000), by=st.integers(1, 9))
def test_one_figure_of_a_table_changes_what_stands_on_it_and_nothing_else(read, seed, way, place, by) -> None:
    made = paper(seed, style=PLAIN)
    addresses = sorted(a for a, v in made.values.items() if v is not None and a.startswith(("requests/", "review_")))
    address = addresses[place % len(addresses)]
    value = made.values[address]
    assert isinstance(value, int)
    before, after = read(made, way), read(made.with_figure(address, value + by), way)
    assert before.cells[address].value == value
    assert {a for a, v in figures(after).items() if v != figures(before).get(a)} == {address}
    old, new = ({told(r, f) for f in r.findings} for r in (before, after))
    assert all(is_about(f, address) for f in _but_for_doubt(old) ^ _but_for_doubt(new))
    held = {f[2]: f for f in old if f[0] == "identity" and f[3] == "supported" and is_about(f, address)}
    # what is thought a likely misreading is told all the same, as unsure
    broken = {f[2]: f for f in new if f[0] == "identity" and (f[3] == "contradicted" or f[4] == "unsure_cells")}
    assert held
    assert set(held) == set(broken)  # each identity it stands in, and no other
    for key, finding in broken.items():
        stated, found = finding[5:]
        assert abs(stated - found) == by, key  # type: ignore[operator]


@few
@given(seed=seeds, way=st.sampled_from(("markdown", "html")), pick=st.integers(0, 10_000))
def test_one_number_of_the_prose_changes_what_is_said_of_it_and_nothing_of_the_tables(read, seed, way, pick) -> None:
    made = paper(seed, style=PLAIN)
    text = made.prose.text
    claims = [
        m
        for m in made.prose.marks
        if m.kind == "claim" and len(m.facts) == 1 and m.facts[0].metric.count("/") == 2
        if re.search(r"[1-8]", text[m.start : m.end])
    ]
    assume(claims)
    mark = claims[pick % len(claims)]
    digits = list(re.finditer(r"[1-8]", text[mark.start : mark.end]))
    at = mark.start + random.Random(pick).choice(digits).start()
    raised = str(int(text[at]) + 1)
    changed = Paper(made.name, made.prose.edit([(at, at + 1, raised)]), made.sheets, made.plot, made.meta)
    before, after = read(made, way), read(changed, way)
    assert figures(before) == figures(after)
    tables = [
        {told(r, f) for f in r.findings if f.claim is None and f.kind in ("identity", "completeness")}
        for r in (before, after)
    ]
    assert tables[0] == tables[1]
    was = text[mark.start : mark.end]
    old = {told(before, f) for f in before.findings if f.kind == "claim_vs_table" and f.verdict == "supported"}
    new = {told(after, f) for f in after.findings if f.kind == "claim_vs_table"}
    lost = {f for f in old - new if any(text != was for text, _ in f[1])}  # type: ignore[union-attr,attr-defined]
    assert len(lost) <= 1  # a neighbour may be read otherwise, no more
