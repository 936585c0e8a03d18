"""One report drawn in many ways says the same in each of them: equal cells, equal claims, equal findings.

A quick run tries the same few papers each time; ``pytest tests/test_metamorphic.py
--hypothesis-profile deep`` looks for others.
"""

from __future__ import annotations

import pytest
from gouji import configs
from gouji.corpus.drawn import CONTAINERS, draw
from gouji.corpus.layouts import LAYOUTS, LOSSY
from gouji.corpus.papers import Paper, paper
from gouji.corpus.reading import Document, read_bytes
from gouji.corpus.report import Report
from hypothesis import given
from hypothesis import strategies as st
from paper_kit import Read, examples, figures, printed, reader, seeds, told

SHEET, UNRULED = "sheet", "pdf_unruled"
"""Asked for less: some of its separators stand in labels too, and nothing ends its rows; a page without a rule."""
KEEPING = tuple(k for k in configs.load("mix")["keeps"]["layouts"] if k != SHEET)
FILES = tuple(k for k in CONTAINERS if k != UNRULED)
ERAS = ("2019", "2021", "legacy")
PLAIN = {"labels": "none", "groups": "once", "worded": ""}
few = examples(30)
by_era = pytest.mark.parametrize("era", ERAS)


@pytest.fixture(scope="session")
def read(pipeline) -> Read:  # type: ignore[no-untyped-def]
    return reader(pipeline)


def findings(report: Report) -> set[tuple[object, ...]]:
    return {told(report, finding) for finding in report.findings}


def of_tables(report: Report) -> set[tuple[object, ...]]:
    """The findings about cells alone."""
    return {told(report, f) for f in report.findings if f.claim is None and f.kind in ("identity", "completeness")}


def claims(report: Report) -> set[tuple[object, ...]]:
    """What the prose states. Where a page broke its lines is no matter of it."""
    return {("".join(c.text.split()), c.metric, c.value, c.comparator, c.scope, c.period) for c in report.claims}


def is_rewritten(way: str) -> bool:
    """Whether the prose is another text in a container, and a claim at the border may be read otherwise.

    A page of paper breaks its lines, and one that ends in a full stop reads like the end of a paragraph; a web page has
    a title of its own and its blanks as one; in a workbook all prose stands before the tables.
    """
    return way.startswith(("pdf", "html", "mht", "xls", "ods"))


def accusations(report: Report) -> set[tuple[object, ...]]:
    return {told(report, f) for f in report.findings if f.verdict == "contradicted" and f.kind == "identity"}


def is_open(made: Paper, way: str) -> bool:
    """Whether a print leaves open whose some figures are.

    Where rows stand between bars that do not close them, an empty box at a row's end looks like the mark of what the
    row spans, and a row with one figure and such marks like one of which the empty boxes were lost before it.
    """
    lines = made.text(way).text.split("\n") if way.startswith("markdown") else []
    return any("|" in line and not line.startswith("|") for line in lines)


@by_era
@few
@given(seed=seeds, slips=st.booleans())
def test_a_report_without_an_empty_box_says_the_same_in_every_layout_and_container(read, era, seed, slips) -> None:
    made = paper(seed, era=era, style={**PLAIN, "blanks": "zero"}, slips=slips)
    first: dict[str | None, Report] = {}
    for way in (*KEEPING, *FILES):
        found = read(made, way)
        assert figures(found) == printed(made), way
        # the title of a page may name an agency that the text does not, and with it what its claims are about
        before = first.setdefault(found.agency, found)
        assert of_tables(found) == of_tables(before), way
        for said in (claims, findings):
            assert len(said(found) ^ said(before)) <= (2 + 0.1 * len(said(before)) if is_rewritten(way) else 0), way
    assert len(first) < 3


@by_era
@few
@given(seed=seeds, blanks=st.sampled_from(["blank", "mark", "irregular", "total_only"]))
def test_no_figure_is_lost_or_moved_for_the_empty_boxes_beside_it(read, era, seed, blanks) -> None:
    made = paper(seed, era=era, style={**PLAIN, "blanks": blanks})
    there = printed(made)
    first: dict[str | None, Report] = {}
    for way in (*KEEPING, *FILES):
        report = read(made, way)
        assert accusations(report) == set(), way  # a true report, whatever it leaves empty
        if is_open(made, way) or way == "pdf_broken":  # the rules of either sheet may draw other columns for the labels
            assert figures(report).items() <= there.items(), way
            assert way != "pdf_broken" or len(figures(report)) >= 0.9 * len(there) - 3
            continue
        assert figures(report) == there, way
        before = first.setdefault(report.agency, report)
        said = of_tables if is_rewritten(way) else findings
        assert said(report) == said(before), way


@pytest.mark.parametrize(
    ("era", "seed", "blanks", "way"),
    [
        (None, 128, "blank", "xlsx"),  # a merged box without a text beside the only text of its row
        (None, 100, "blank", "html_torn"),  # heads of another block, printed again overleaf
        (None, 114, "blank", "markdown"),  # two figures of a whole table, behind their labels
        (None, 360, "mark", "tab_lines"),  # the boxes of an added row without a figure
        (None, 285, "blank", "tab_lines"),  # empty boxes behind the last figure of the last table
        ("2019", 9685, "irregular", "rtf"),  # heads that do not stand over their columns
        ("legacy", 7, "zero", "boxed"),  # numbers of rows, a rule below each
        ("legacy", 53, "zero", "html"),  # an added row whose code is left out
        ("legacy", 85, "blank", "html_torn"),  # the signs below the heads, printed again overleaf
        ("legacy", 124, "blank", "html"),  # a head over the columns of all levels
        ("legacy", 205, "blank", "html"),  # numbers of rows, and rows with an empty box
        ("legacy", 208, "blank", "docx_torn"),  # the same in the few rows behind a break
        ("legacy", 211, "blank", "xlsx"),  # a telephone number below rows without a figure
        ("legacy", 278, "irregular", "html"),  # 项目 above, 数量 below and far to the right
        ("legacy", 1023, "blank", "html"),  # a short label below an added row
    ],
)
def test_figures_that_were_lost_or_moved_once_are_read(read, era, seed, blanks, way) -> None:
    made = paper(seed, era=era, style={**PLAIN, "blanks": blanks})
    assert figures(read(made, way)) == printed(made)


def test_a_short_label_below_the_last_rule_is_that_of_a_row(read) -> None:
    made = paper(255, era="legacy", style={**PLAIN, "blanks": "zero"}, slips=True)
    assert figures(read(made, "boxed")) == printed(made)


@by_era
@few
@given(seed=seeds, way=st.sampled_from([(SHEET, 0.9), (UNRULED, 0.96)]))
def test_rows_between_any_separators_or_none_say_what_is_printed_or_nothing(read, era, seed, way) -> None:
    made = paper(seed, era=era, style={**PLAIN, "blanks": "zero"})
    found, there = figures(read(made, way[0])), printed(made)
    assert found.items() <= there.items()
    if era != "legacy":  # a 、 or a comma between boxes stands in many labels of an annex, too
        assert len(found) >= way[1] * len(there)


@few
@given(seed=seeds, blanks=st.sampled_from(["blank", "irregular"]))
def test_figures_between_empty_boxes_keep_their_columns_without_any_rule(read, seed, blanks) -> None:
    made = paper(seed, style={**PLAIN, "blanks": blanks})
    found, there = figures(read(made, UNRULED)), printed(made)
    assert found.items() <= there.items()
    assert len(found) >= 0.9 * len(there)


@by_era
@few
@given(seed=seeds, layout=st.sampled_from(sorted(LAYOUTS)), blanks=st.sampled_from(["zero", "blank", "irregular"]))
def test_no_layout_makes_a_true_report_break_an_identity(read, era, seed, layout, blanks) -> None:
    made = paper(seed, era=era, style={"blanks": blanks})
    assert accusations(read(made, layout)) == set()


def test_the_number_of_a_page_is_no_figure_of_the_table_that_goes_on_over_it(read) -> None:
    for seed in (500, 505):
        made = paper(seed, style={**PLAIN, "blanks": "blank"})
        for way in ("pdf_ruled", "pdf_broken"):
            assert figures(read(made, way)).items() <= printed(made).items()


@pytest.mark.parametrize("era", ["2021", "legacy"])
@pytest.mark.parametrize("container", FILES)
def test_what_is_drawn_is_all_there(container, era) -> None:
    """Every figure of a paper stands in every file that is drawn of it, so that none may be missed."""
    made = paper(7, era=era, volume="many", level="county", style={**PLAIN, "blanks": "zero"})
    figures_ = sorted(str(b.text).strip() for s in made.sheets for row in s.grid for b in row if b.kind == "value")
    assert len(figures_) > (150 if era == "2021" else 20)
    name, content = draw(made, container)
    document = read_bytes(content, name)
    assert isinstance(document, Document)
    words = [w.strip() for r in document.regions if r.kind == "table"
             for w in document.text[r.start : r.end].replace("\n", "\t").split("\t")]  # fmt: skip
    for value in set(figures_):
        assert words.count(value) >= figures_.count(value), value


def test_a_drawing_is_always_the_same_and_its_layouts_are_named_once() -> None:
    made = paper("x", slips=True)
    assert made == paper("x", slips=True)
    assert not {*KEEPING, SHEET} & LOSSY
    assert {*KEEPING, SHEET} <= set(LAYOUTS)
    for container in ("html_nested", "html_torn", "mht", "xls", "odt", "rtf", "pdf_broken"):
        assert draw(made, container) == draw(paper("x", slips=True), container)
    older = paper("x", era="legacy")
    assert older == paper("x", era="legacy")
    assert [sheet.table for sheet in older.sheets] == ["annex"]
