"""What is called missing is not in the source: a figure or row that was printed and not read accuses nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from check_reports import disclosure, report, requests, review, verdicts
from gouji.corpus.report import LOST, Report, Span, Table
from gouji.inference.checks import check
from gouji.models.calibration import Calibration, Curve
from gouji.models.frames import frames
from gouji.models.rows import Draft, Entry, Row
from gouji.models.tables import _lost_rows
from gouji.models.tokens import Token


def with_lost(table: Table, *rows: str) -> Table:
    """A table of which rows were printed and not read."""
    cells = tuple(c._replace(value=None, raw="", confidence=LOST) if c.row in rows else c for c in table.cells)
    return replace(table, cells=cells)


def in_section(made: Report, section: str, text: str) -> Report:
    """A report of nothing but one section's text, in which its tables stand."""
    whole = (Span(0, len(text)),)
    there = tuple(replace(s, spans=whole) if s.id == section else s for s in made.sections)
    tables = tuple(replace(t, spans=whole) if t.id == section else t for t in made.tables)
    return replace(made, text=text, sections=there, tables=tables)


def of_form(made: Report) -> list[tuple[str, str | None]]:
    return [(f.verdict, f.reason) for f in check(made) if f.kind == "completeness"]


def without(table: Table, *rows: str) -> Table:
    return replace(table, cells=tuple(c for c in table.cells if c.row not in rows))


FULL = (requests(), review(), disclosure())


def test_a_row_whose_figures_were_lost_is_not_called_blank() -> None:
    lost = with_lost(disclosure(), "licensing")
    assert of_form(report("", requests(), review(), lost)) == [("unverifiable", "row_not_read")]
    blank = disclosure(licensing=(None, None, None))
    assert of_form(report("", requests(), review(), blank)) == [("missing", "row_blank")]


def test_a_table_whose_figures_were_lost_is_not_called_blank() -> None:
    lost = with_lost(review(), "review", "direct_suit", "suit_after_review")
    assert of_form(report("", requests(), lost, disclosure())) == [("unverifiable", "table_not_read")]
    blank = review((None,) * 5, (None,) * 5, (None,) * 5)
    assert of_form(report("", requests(), blank, disclosure())) == [("missing", "table_blank")]


def test_a_blank_table_that_prints_figures_is_not_called_blank() -> None:
    blank = review((None,) * 5, (None,) * 5, (None,) * 5)
    for printed, expected in (("行政复议 17 0 2 行政诉讼", "unverifiable"), ("行政复议 行政诉讼", "missing")):
        made = in_section(report("", requests(), blank, disclosure()), "review_litigation", printed)
        assert [verdict for verdict, _ in of_form(made)] == [expected]


def test_a_total_whose_figure_was_lost_is_not_called_empty() -> None:
    table = requests(new=(4, 4), granted=(4, 4), result_total=(None, None))
    assert ("missing", "empty_total") in of_form(report("", table, review(), disclosure()))
    findings = check(report("", with_lost(table, "result_total"), review(), disclosure()))
    assert not verdicts(findings, "completeness", "missing")
    assert "unsure_cells" in {f.reason for f in verdicts(findings, "identity", "unverifiable")}


def test_a_claim_of_a_lost_figure_says_so() -> None:
    made = report("[[收到申请9件||requests/new/total]]。", with_lost(requests(granted=(9, 9)), "new"), *FULL[1:])
    (finding,) = (f for f in check(made) if f.kind == "claim_vs_table")
    assert (finding.verdict, finding.reason) == ("unverifiable", "cell_not_read")
    assert "空白" not in finding.explanation


def test_a_reading_whose_figures_were_lost_stays_open() -> None:
    table = requests(new=(9, 9), carried_in=(2, 2), granted=(11, 11), result_total=(11, 11))
    said = "其中[[自然人13件||requests/new/natural_person]]。"
    for lost, expected in (((), "contradicted"), (("carried_in",), "unverifiable")):
        findings = check(report(said, with_lost(table, *lost), *FULL[1:]))
        assert [f.verdict for f in findings if f.kind == "claim_vs_table"] == [expected]


@pytest.mark.parametrize(
    ("row", "printed", "expected"),
    [
        ("coercion", "规章 0 0 0 行政许可 3 行政强<!--x-->制 4 行政处罚 5", "unverifiable"),
        ("coercion", "规章 0 0 0 行政许可 3 行政处罚 5", "missing"),
        ("rules", "规章<b></b> 0 0 0 行政许可 3", "unverifiable"),
        ("rules", "依照规章制度办理，行政许可 3", "missing"),
    ],
)
def test_a_row_whose_label_is_printed_is_not_called_absent(row: str, printed: str, expected: str) -> None:
    made = report("", requests(), review(), without(disclosure(), row))
    made = in_section(made, "active_disclosure", printed)
    assert [verdict for verdict, _ in of_form(made)] == [expected]


def test_a_number_tells_a_row_from_a_head_of_the_same_name() -> None:
    table = without(requests("2021"), "other_handling.other")
    made = report("", table, review(), disclosure("2021"), form="2021")
    for printed, expected in (("其他 总计 | 3. 其他 | 0", "unverifiable"), ("自然人 其他 总计 | 0", "missing")):
        assert [v for v, _ in of_form(in_section(made, "requests", printed))] == [expected]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("| 4 | 0 | 1 | 0 | 5 | 2 | 0 |", "unverifiable"),
        ("行政复议\n4\n\n0\n\n1\n\n0\n\n5", "unverifiable"),
        ("9:00-12:00，第3、4、5、6、7条" + "|" * 3000, "missing"),
        ("结果维持 结果纠正 其他结果 尚未审结 总计", "unverifiable"),
        ("全年行政复议3件，维持1、纠正0、其他2件，见附件。", "missing"),
        ("", "missing"),
    ],
)
def test_a_table_that_is_printed_is_not_called_absent(printed: str, expected: str) -> None:
    made = in_section(report("", requests(), disclosure()), "review_litigation", printed)
    assert [v for v, _ in of_form(made)] == [expected]


def test_looking_for_figures_is_quick() -> None:
    rules = ("7" + " | " * 400) * 4 + "x"
    made = in_section(report("", requests(), disclosure()), "review_litigation", rules * 20)
    assert [v for v, _ in of_form(made)] == ["missing"]


def test_a_section_whose_heading_is_printed_is_not_called_absent() -> None:
    made = report("", *FULL, sections=("overview", "active_disclosure", "requests", "review_litigation", "problems"))
    assert of_form(made) == [("missing", "section_absent")]
    made = replace(made, text="存在不足。六、其他需要报告的事项\n无。")
    assert of_form(made) == [("unverifiable", "section_not_read")]


@pytest.mark.parametrize(("gap", "expected"), [(0, {"unsure_cells"}), (1, set())])
def test_a_row_cut_out_of_a_run_that_makes_no_total_accuses_nobody(gap: int, expected: set[str]) -> None:
    """30013 cut as 3|0|0|1|3: the clerk is not to blame; with something between the figures he is."""
    table = review((3, 0, 0, 1, 3))
    places = {c.address: i for i, c in enumerate(c for c in table.cells if c.row == "review")}
    cells = tuple(
        c._replace(spans=(Span(at := 10 + places[c.address] * (1 + gap), at + 1),)) if c.address in places else c
        for c in table.cells
    )
    said = "全年[[行政复议5件||review_litigation/review/total]]。"
    findings = check(report(said, requests(), replace(table, cells=cells), disclosure()))
    about = [f for f in findings if "review_litigation/review/total" in f.cells]
    assert len(about) == 2
    assert {f.reason for f in about if f.verdict == "unverifiable"} == expected
    assert {f.verdict for f in about} == {"unverifiable" if expected else "contradicted"}


# -- which rows a warning is of ---------------------------------------------------


def row(key: str, n_read: int) -> Row:
    frame = frames()[f"requests/{key}"][0] if f"requests/{key}" in frames() else frames()[key][0]
    made = Row(key, frame, 1.0)
    for column in frame.columns[:n_read]:
        made.cells[column] = Entry(0, 1, "0", 1.0)
    return made


def drafted(code: str, atom: int, **n_read: int) -> Draft:
    rows = {key: row(key, n) for key, n in n_read.items()}
    return Draft("requests", rows, 0, 20, [(code, atom)])


STREAM = [
    Token("row", "new", 0, 0), Token("item", "", 1, 1), Token("row", "carried_in", 2, 2), Token("item", "", 3, 3),
    Token("row", "granted", 4, 4), Token("row", "partly_granted", 5, 5), Token("item", "", 6, 6),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "atom", "lost"),
    [
        ("figures_run_together", 3, {"carried_in"}),
        ("row_not_aligned", 6, {"granted", "partly_granted"}),  # labels that wait together
        ("row_not_aligned", 1, {"carried_in", "granted", "partly_granted"}),  # its own row lacks nothing: behind it
        ("figures_not_placed", 3, {"carried_in", "granted", "partly_granted"}),  # of the whole table
    ],
)
def test_a_warning_is_of_the_rows_before_it(code: str, atom: int, lost: set[str]) -> None:
    draft = drafted(code, atom, new=7, carried_in=2, granted=0, partly_granted=0)
    assert _lost_rows(draft, STREAM) == lost


def test_rows_that_were_read_in_full_lost_nothing() -> None:
    assert not _lost_rows(drafted("row_not_aligned", 3, new=7, carried_in=7), STREAM)


def test_calibration_leaves_what_was_lost_in_doubt() -> None:
    curves = {"blank": Curve((0.5, 1.0), (0.9, 0.99))}
    table = with_lost(disclosure(licensing=(None, None, None)), "penalties")
    (read,) = Calibration(curves).tables([table])
    sure = {c.row: c.confidence for c in read.cells}
    assert sure["penalties"] == LOST
    assert sure["licensing"] == 0.99
