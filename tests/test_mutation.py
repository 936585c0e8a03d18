"""Change one printed figure, and exactly the findings that must change do."""

from __future__ import annotations

import random
import re

import pytest
from gouji.corpus.annex_truth import breaches
from gouji.corpus.papers import Paper, paper
from gouji.corpus.plant import violations
from gouji.corpus.report import Finding, Report
from hypothesis import assume, given
from hypothesis import strategies as st
from paper_kit import Read, examples, figures, reader, seeds, told
from test_metamorphic import FILES, KEEPING

PLAIN = {"labels": "none", "groups": "once", "worded": "", "blanks": "zero", "counted": False}
WAYS = (*KEEPING, *FILES)
SUMMED = ("requests", "review_litigation")
"""Tables each figure of which stands in a sum."""
TABLES = [*((era, table) for era in ("2019", "2021") for table in ("active_disclosure", *SUMMED)), ("legacy", "annex")]
changes = st.integers(-9, 9).filter(bool)
few, one = examples(20), examples(60)


@pytest.fixture(scope="session")
def read(pipeline) -> Read:  # type: ignore[no-untyped-def]
    return reader(pipeline)


def strange(old: set[tuple[object, ...]], new: set[tuple[object, ...]], address: str) -> set[tuple[object, ...]]:
    """The findings that differ and are neither about a cell nor about a claim that is, or was, held against it.

    A claim that fits its figure no longer may fit in another reading, and its finding then names other cells.
    """
    own = {f[1] for f in old | new if f[1] and address in f[2]}  # type: ignore[operator]
    return {f for f in old ^ new if address not in f[2] and f[1] not in own}  # type: ignore[operator]


def _but_for_doubt(findings: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """The findings, with a difference that is thought likely and one that is thought unlikely as the same.

    A row that breaks its own sum makes every accusation of that row less sure.
    """
    differs = ("contradicted", "unverifiable")
    return {(*f[:3], "differs", "", *f[5:]) if f[3] in differs and f[5] != f[6] else f for f in findings}


def said_broken(report: Report) -> dict[frozenset[str], Finding]:
    """The identities that a report's findings say do not hold, by their cells.

    What is thought a likely misreading is told all the same, as unsure.
    """
    found = (f for f in report.findings if f.kind == "identity" and f.stated != f.found)
    return {frozenset(f.cells): f for f in found if f.verdict == "contradicted" or f.reason == "unsure_cells"}


def truly_broken(made: Paper) -> set[frozenset[str]]:
    """The identities that the printed figures break, as the generator of reports counts them."""
    values = made.values
    there = (*violations(values), *breaches(values))
    return {frozenset(x.cells) for x in there if x.verdict == "contradicted"}


def one_figure_changed(read: Read, way: str, made: Paper, table: str, place: int, by: int) -> None:
    """Read a paper with and without a figure changed, and hold the findings of both against each other."""
    values = sorted(made.values.items())
    addresses = [a for a, v in values if a.startswith(table) and isinstance(v, int) and v + by >= 0]
    assume(addresses)
    address = addresses[place % len(addresses)]
    changed = made.with_figure(address, made.values[address] + by)  # type: ignore[operator]
    before, after = read(made, way), read(changed, way)
    assert before.cells[address].value == made.values[address]
    was, is_ = figures(before), figures(after)
    assert {a for a in {*was, *is_} if was.get(a) != is_.get(a)} == {address}
    old, new = ({told(r, f) for f in r.findings} for r in (before, after))
    assert not strange(_but_for_doubt(old), _but_for_doubt(new), address)
    known = set(said_broken(before))
    assert known == truly_broken(made)  # a row that a locality added need not be true
    broken = said_broken(after)
    assert set(broken) == truly_broken(changed)  # each identity that it makes false, and no other
    assert broken or table not in SUMMED
    for finding in (f for cells, f in broken.items() if cells not in known):
        gap = abs(finding.stated - finding.found)  # type: ignore[operator]
        assert gap == abs(by) if table in SUMMED else 0 < gap <= abs(by)  # the list of an annex may have stopped short


@pytest.mark.parametrize(("era", "table"), TABLES)
@few
@given(seed=seeds, way=st.sampled_from(WAYS), place=st.integers(0, 10_000), by=changes)
def test_one_figure_of_a_table_changes_what_stands_on_it_and_nothing_else(read, era, table, seed, way, place, by):
    one_figure_changed(read, way, paper(seed, era=era, style=PLAIN), table, place, by)


@pytest.mark.parametrize("way", WAYS)
@one
@given(seed=seeds, which=st.sampled_from(TABLES), place=st.integers(0, 10_000), by=changes)
def test_one_figure_of_any_table_changes_as_much_in_every_container(read, way, seed, which, place, by) -> None:
    one_figure_changed(read, way, paper(seed, era=which[0], style=PLAIN), which[1], place, by)


@pytest.mark.parametrize("way", WAYS)
@one
@given(seed=seeds, place=st.integers(0, 10_000), by=changes)
def test_one_figure_of_an_annex_changes_as_much_in_every_container(read, way, seed, place, by) -> None:
    one_figure_changed(read, way, paper(seed, era="legacy", style=PLAIN), "annex", place, by)


@few
@given(seed=seeds, way=st.sampled_from(WAYS), pick=st.integers(0, 10_000))
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
