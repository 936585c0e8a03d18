"""One report drawn in many ways says the same in each of them.

A quick run tries the same few papers each time; ``pytest tests/test_metamorphic.py
--hypothesis-profile deep`` looks for others.
"""

from __future__ import annotations

import pytest
from gouji import configs
from gouji.corpus.drawn import draw
from gouji.corpus.layouts import LAYOUTS, LOSSY
from gouji.corpus.papers import Paper, paper
from gouji.corpus.reading import Document, read_bytes
from gouji.corpus.report import Report
from hypothesis import given
from hypothesis import strategies as st
from paper_kit import Read, examples, reader, seeds

SHEET = "sheet"
"""Asked for less: some of its separators stand in labels too, and nothing ends its rows."""
UNRULED = "pdf_unruled"
"""Asked for less too: only place tells what belongs together."""
KEEPING = tuple(k for k in configs.load("mix")["keeps"]["layouts"] if k != SHEET)
FILES = ("html", "html_nested", "html_torn", "docx", "docx_torn", "xlsx", "pdf_ruled", "pdf_broken")
PLAIN = {"labels": "none", "groups": "once", "worded": ""}
few = examples(20)


@pytest.fixture(scope="session")
def read(pipeline) -> Read:  # type: ignore[no-untyped-def]
    return reader(pipeline)


def figures(report: Report) -> dict[str, float | int]:
    return {a: c.value for a, c in report.cells.items() if c.value is not None}


def printed(made: Paper) -> dict[str, float | int]:
    return {a: v for a, v in made.values.items() if v is not None}


def of_tables(report: Report) -> set[tuple[object, ...]]:
    """The findings about cells alone."""
    return {
        (f.kind, f.verdict, frozenset(f.cells), f.reason, f.stated, f.found)
        for f in report.findings
        if f.kind in ("identity", "completeness")
    }


def accusations(report: Report) -> set[tuple[object, ...]]:
    return {finding for finding in of_tables(report) if finding[1] == "contradicted"}


@few
@given(seed=seeds, slips=st.booleans())
def test_a_report_without_an_empty_box_says_the_same_in_every_layout_and_container(read, seed, slips) -> None:
    made = paper(seed, style={**PLAIN, "blanks": "zero"}, slips=slips)
    first = read(made, KEEPING[0])
    for way in (*KEEPING, *FILES):
        found = read(made, way)
        assert figures(found) == printed(made), way
        assert of_tables(found) == of_tables(first), way


@few
@given(seed=seeds, blanks=st.sampled_from(["blank", "mark"]))
def test_empty_boxes_lend_no_figure_to_others_in_any_layout_or_container(read, seed, blanks) -> None:
    made = paper(seed, style={**PLAIN, "blanks": blanks})
    there = printed(made)
    # without a rule or outer bars, an empty box at a row's end looks like a mark of what the row spans
    for way in (*(k for k in KEEPING if k != "markdown_bare"), *FILES, UNRULED):
        found = figures(read(made, way))
        assert found.items() <= there.items(), way
        assert len(there) - len(found) <= 3 + 0.1 * len(there), way
        assert accusations(read(made, way)) == set(), way  # a true report, whatever it leaves empty


@few
@given(seed=seeds, way=st.sampled_from([(SHEET, 0.9), (UNRULED, 0.96)]))
def test_rows_between_any_separators_or_none_say_what_is_printed_or_nothing(read, seed, way) -> None:
    made = paper(seed, style={**PLAIN, "blanks": "zero"})
    found, there = figures(read(made, way[0])), printed(made)
    assert found.items() <= there.items()
    assert len(found) >= way[1] * len(there)


@few
@given(seed=seeds)
def test_figures_between_empty_boxes_keep_their_columns_without_any_rule(read, seed) -> None:
    made = paper(seed, style={**PLAIN, "blanks": "irregular"})
    found, there = figures(read(made, UNRULED)), printed(made)
    assert found.items() <= there.items()
    assert len(found) >= 0.9 * len(there)


@few
@given(seed=seeds, layout=st.sampled_from(sorted(LAYOUTS)), blanks=st.sampled_from(["zero", "blank", "irregular"]))
def test_no_layout_makes_a_true_report_break_an_identity(read, seed, layout, blanks) -> None:
    made = paper(seed, style={"blanks": blanks})
    found = read(made, layout)
    assert accusations(found) == set()


@few
@given(seed=seeds)
def test_prose_is_read_alike_in_every_container(read, seed) -> None:
    made = paper(seed, style={**PLAIN, "blanks": "zero"})
    claims = [{(c.text, c.value) for c in read(made, way).claims} for way in ("markdown", *FILES)]
    for found in claims[1:]:
        assert len(found ^ claims[0]) <= 0.1 * len(claims[0]) + 1


def test_the_number_of_a_page_is_no_figure_of_the_table_that_goes_on_over_it(read) -> None:
    for seed in (500, 505):
        made = paper(seed, style={**PLAIN, "blanks": "blank"})
        for way in ("pdf_ruled", "pdf_broken"):
            assert figures(read(made, way)).items() <= printed(made).items()


def test_what_is_drawn_is_all_there() -> None:
    """Every figure of a paper stands in every file that is drawn of it, so that none may be missed."""
    made = paper(7, volume="many", level="county", style={**PLAIN, "blanks": "zero"})
    figures_ = sorted(str(b.value) for s in made.sheets for row in s.grid for b in row if b.kind == "value")
    assert len(figures_) > 150
    for container in FILES:
        name, content = draw(made, container)
        document = read_bytes(content, name)
        assert isinstance(document, Document)
        words = [w.strip() for r in document.regions if r.kind == "table"
                 for w in document.text[r.start : r.end].replace("\n", "\t").split("\t")]  # fmt: skip
        for value in set(figures_):
            assert words.count(value) >= figures_.count(value), (container, value)


def test_a_drawing_is_always_the_same_and_its_layouts_are_named_once() -> None:
    made = paper("x", slips=True)
    assert made == paper("x", slips=True)
    assert not {*KEEPING, SHEET} & LOSSY
    assert {*KEEPING, SHEET} <= set(LAYOUTS)
    for container in ("html_nested", "html_torn", "pdf_broken"):
        assert draw(made, container) == draw(paper("x", slips=True), container)
