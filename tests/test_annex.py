"""The statistics annexes of older reports: drawn with known truth, read with known roles, checked."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from check_reports import cell, contradictions, report, verdicts
from gouji import configs
from gouji.corpus.annex_figures import Annex, sample_annex, spoil
from gouji.corpus.annex_truth import breaches
from gouji.corpus.annexes import COUNT, AnnexRow, annex_columns, annex_levels, annex_states, annexes, columns_of
from gouji.corpus.facts import sample_facts
from gouji.corpus.generate import example
from gouji.corpus.metrics import parse_metric
from gouji.corpus.numbers import cell_value
from gouji.corpus.report import Report, Table
from gouji.corpus.text import Text
from gouji.inference.checks import check
from gouji.models.annex_lines import UNIT, spelled
from gouji.models.annex_rows import Word, align
from gouji.models.annex_words import with_annex_labels
from gouji.models.cutting import atoms
from gouji.models.frames import ANNEX
from gouji.models.grid import Reader
from gouji.models.tokens import tokens
from gouji.training.drawing_annex import annex_lines
from gouji.training.drawing_damage import damaged
from gouji.training.drawing_layouts import LAYOUTS
from gouji.training.drawing_pieces import Drawn, Piece
from gouji.training.fit_tables import sequence
from hypothesis import given, settings
from hypothesis import strategies as st

FORMS = list(annexes())
KEEPING = ["lines", "tab_cells", "pipes", "pipe_cells", "markdown", "tab_rows", "spaces"]
"""Layouts that keep what tells an annex's figures apart as long as no box is empty."""


def an_annex(seed: int, form: str = "") -> Annex:
    rng = random.Random(seed)
    mix = {**configs.load("mix")["annex"], "share": {"since_2014": 1, "before": 1}}
    while True:
        annex = sample_annex(rng, sample_facts(random.Random(rng.random()), era="legacy"), mix)
        if annex is not None and form in ("", annex.form.id):
            return annex


def draw(layout: str, seed: int, *, damage: bool = False, zeros: bool = True) -> Drawn:
    """An annex in some layout, always the same annex for a seed."""
    lines = [[Piece(*parts) for parts in line] for line in annex_lines(random.Random(seed))]
    if zeros:  # no empty boxes, no words for figures
        lines = [
            [p._replace(text="0", value=0) if p.role.startswith("cell:") and p.value is None else p for p in line]
            for line in lines
        ]
    out = Drawn(layout=layout)
    rng = random.Random(seed + 1)
    grid = damaged(lines, rng) if damage else lines
    LAYOUTS[layout][0](grid, rng, out)
    return out


def read(drawn: Drawn, *, roles_lost: bool = False) -> dict[str, float | int | None]:
    """The figures of a drawn annex, read with the true role of each word, or with none."""
    text = Text.of(drawn.text)
    pieces = atoms(text.view, [(0, len(text.view))])
    words, roles = sequence(drawn)
    if roles_lost:
        roles = with_annex_labels(pieces, words.index, ["noise"] * len(roles))
    reader = Reader(pieces, {}, text.view)
    drafts = reader.read(tokens(pieces, words.index, roles, [1.0] * len(roles)))
    found: dict[str, float | int | None] = {}
    for draft in drafts:
        assert draft.table == ANNEX
        for row in draft.rows.values():
            for column, entry in row.cells.items():
                value = cell_value(entry.text) if entry.text else None
                found[f"{ANNEX}/{row.key}/{column}"] = value.value if value else None
                assert not entry.text or entry.text in "".join(text.view[entry.start : entry.end].split())
    return found


def figures(drawn: Drawn) -> dict[str, float | int]:
    return {address: value for address, (value, _, _) in drawn.cells.items() if value is not None}


# -- the forms ------------------------------------------------------------------


def test_every_identity_and_every_statement_names_rows_that_are_printed() -> None:
    known = {row.id for form in annexes().values() for row in form.figure_rows}
    for form in annexes().values():
        own = {row.id for row in form.figure_rows}
        assert len(own) == len(form.figure_rows)
        assert set(form.columns) <= set(annex_columns())
        for identity in form.identities:
            assert {*identity.left, *identity.right} <= own
    assert set(annex_states()) <= known
    for metric in annex_states().values():
        assert parse_metric(metric).terms


def test_the_contract_names_every_row_and_column() -> None:
    contract = (Path(__file__).parents[1] / "docs" / "contract.md").read_text("utf-8")
    named = {row.id for form in annexes().values() for row in form.figure_rows} | set(annex_columns())
    assert not [name for name in named if f"`{name}`" not in contract]


def test_heads_name_columns_whatever_is_printed_beside_them() -> None:
    assert columns_of(["统计指标", "单位", "统计数"]) == [COUNT]
    assert columns_of(["序号", "指标名称", "计量单位", "市本级", "县（市、区）", "合 计"]) == [
        "own",
        "counties",
        COUNT,
    ]
    assert columns_of(["指标", "单位", "2012年度", "历年累计"]) == [COUNT, "cumulative"]
    assert columns_of(["指标", "2011年", "2012年"]) == ["extra:2011年", COUNT]
    assert columns_of(["指标名称", "单位", "开发区"]) == ["extra:开发区"]


# -- drawing ----------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_drawn_annex_keeps_every_identity_in_every_column(seed: int) -> None:
    annex = an_annex(seed)
    assert not list(breaches(annex.cells))
    assert all(value >= 0 for value in annex.cells.values())
    spoil(random.Random(seed), annex)
    broken = list(breaches(annex.cells))
    assert broken
    assert {b.verdict for b in broken} == {"contradicted"}


def test_generated_reports_carry_annexes_of_every_form_with_their_truth() -> None:
    seen: dict[str, int] = {}
    widest = 0
    for index in range(260):
        made = example("train", 8, index)
        for table in made.report.tables:
            if table.id != ANNEX:
                continue
            about = made.meta["annex"]
            seen[about["form"]] = seen.get(about["form"], 0) + 1
            widest = max(widest, len(about["columns"]))
            assert (made.meta["form"], made.meta["era"]) == ("legacy", "legacy")
            for c in table.cells:
                assert made.text[c.spans[0].start : c.spans[0].end] == c.raw
                assert c.row.startswith("extra:") or c.column in about["columns"]
    assert set(seen) >= {"national", "plain"}
    assert widest >= 3


# -- rows -------------------------------------------------------------------------


def printed(form: str, left_out: frozenset[int] = frozenset(), cut: int = 99) -> tuple[list[Word], list[int]]:
    rows = list(enumerate(annexes()[form].rows))
    kept = [(k, row) for k, row in rows if k not in left_out]
    return [Word(r.label.text[:cut], False, r.unit is not None, r.unit or "") for _, r in kept], [k for k, _ in kept]


@pytest.mark.parametrize("form", FORMS)
def test_whole_labels_are_their_rows(form: str) -> None:
    words, truth = printed(form)
    found = align(words)
    assert (found.form.id, found.rows) == (form, truth)
    assert min(found.sure) > 0.9


@settings(max_examples=60, deadline=None)
@given(form=st.sampled_from(FORMS), data=st.data())
def test_rows_that_are_not_printed_move_no_other(form: str, data: st.DataObject) -> None:
    """But for labels that stand under several heads: where their own head is gone, only the order tells."""
    rows = annexes()[form].rows
    often = [row.label.text for row in rows]
    single = [k for k, row in enumerate(rows) if often.count(row.label.text) == 1 and row.unit is not None]
    left_out = data.draw(st.sets(st.sampled_from(single), max_size=4).map(frozenset))
    words, truth = printed(form, left_out)
    found = align(words)
    wrong = [(w.text, r) for w, r, t, s in zip(words, found.rows, truth, found.sure, strict=True) if r != t and s > 0.8]
    assert not wrong


def test_a_torn_label_is_one_row_even_around_its_figures() -> None:
    words = [
        Word("(一)收到申请数", False, True, "件"), Word("1.当面申", False, True, "件"), Word("请数", False, False),
        Word("2.传真申请数", True, True, "件"), Word("3.网络", False, False), Word("申请数", True, True, "件"),
    ]  # fmt: skip
    found = align(words)
    rows = [found.form.rows[r].id if r >= 0 else "" for r in found.rows]
    assert rows[:2] + rows[3:] == [
        "requests.received", "requests.in_person", "requests.fax", "requests.web", "requests.web",
    ]  # fmt: skip
    assert rows[2] in ("", "requests.in_person")


def test_a_head_over_the_levels_is_no_column_even_where_a_row_has_a_stray_figure() -> None:
    rows = [
        ("指标名称", "annex:head"),
        ("单位", "annex:head"),
        ("统计数", "annex:head"),
        ("部门", "annex:head"),
        ("乡镇", "annex:head"),
    ]
    drawn = Drawn()
    for text, role in rows:
        drawn.add("\t")
        drawn.add(text, Piece(text, role))
        drawn.add("\n")
    for row in annexes()["yearly"].figure_rows:
        drawn.add("\t")
        drawn.add(row.label.text, Piece(row.label.text, "annex:label"))
        drawn.add(f"\t{row.unit}\t4\t5" + ("\t6" if row.id == "requests.web" else "") + "\n")
    found = read(drawn)
    assert {a.rpartition("/")[2] for a in found} == {"departments", "towns"}
    assert not any("requests.web/" in a for a in found)


def test_an_unknown_label_is_no_row() -> None:
    words, truth = printed("national")
    words.insert(4, Word("向社会公示的乡村道路名录数", False, True, "条"))
    found = align(words)
    assert found.rows[4] == -1
    assert found.rows[:4] + found.rows[5:] == truth


# -- reading ----------------------------------------------------------------------


@pytest.mark.parametrize("layout", KEEPING)
def test_every_figure_is_read_where_the_layout_keeps_it(layout: str) -> None:
    n_right = n_all = n_invented = 0
    for seed in range(8):
        drawn = draw(layout, seed)
        found = {a: v for a, v in read(drawn).items() if v is not None}
        truth = figures(drawn)
        n_all += len(truth)
        n_right += sum(found.get(a) == v for a, v in truth.items())
        n_invented += sum(a not in truth for a in found)
        assert not [a for a, v in found.items() if a in truth and truth[a] != v]
    assert n_right >= 0.99 * n_all
    assert n_invented == 0


def test_figures_behind_all_labels_are_dealt_as_sums_tell_or_not_at_all() -> None:
    n_read = 0
    for seed in range(12):
        drawn = draw("labels_first", seed)
        found = {a: v for a, v in read(drawn).items() if v is not None}
        n_read += len(found)
        assert not {a for a, v in found.items() if figures(drawn).get(a) != v}
    assert n_read > 200


@pytest.mark.parametrize("layout", ["lines", "tab_rows", "spaces"])
def test_labels_printed_whole_are_labels_whatever_the_model_says(layout: str) -> None:
    n_right = n_all = 0
    for seed in range(8):
        drawn = draw(layout, seed)
        found = {a: v for a, v in read(drawn, roles_lost=True).items() if v is not None}
        truth = {a: v for a, v in figures(drawn).items() if "/extra:" not in a}
        n_all += len(truth)
        n_right += sum(found.get(a) == v for a, v in truth.items())
        assert not [a for a, v in found.items() if a in truth and truth[a] != v]
    assert n_right >= 0.8 * n_all  # short labels, 其他, are no annex's alone


def rows_of(text: str) -> Drawn:
    """Words and figures of lines, all of an annex: labels and units, or heads in the first line."""
    drawn = Drawn()
    for n, line in enumerate(text.strip().split("\n")):
        for word in line.split("\t"):
            drawn.add("\t")
            drawn.add(word, Piece(word, "annex:head" if n == 0 else "annex:label"))
        drawn.add("\n")
    return drawn


def test_a_head_that_was_taken_for_a_label_names_its_column() -> None:
    drawn = rows_of(
        "统计指标\t单位\n政府办公室\n"
        + "\n".join(f"{r.label.text}\t{r.unit}\t7" for r in annexes()["yearly"].figure_rows)
    )
    assert {a.rpartition("/")[2] for a in read(drawn)} == {"own"}


def test_figures_that_run_together_are_cut_where_one_way_alone_is_left() -> None:
    rows = annexes()["yearly"].figure_rows
    figures = ["00", "510", "14", "4141", "1020", "1112"]
    drawn = rows_of("指标\t本年\t累计\n" + "\n".join(r.label.text + f for r, f in zip(rows, figures, strict=False)))
    found = {tuple(a.split("/")[1:]): v for a, v in read(drawn).items() if v is not None}
    kept = {rows[0].id: (0, 0), rows[1].id: (5, 10), rows[2].id: (1, 4), rows[4].id: (10, 20)}
    assert {row: (found[row, "count"], found[row, "cumulative"]) for row, _ in found} == kept


@pytest.mark.parametrize("run", ["0000", "4220"])
def test_a_run_of_digits_in_columns_that_sum_up_is_read_or_left_out(run: str) -> None:
    rows = annexes()["yearly"].figure_rows
    lines = [f"{r.label.text}\t{run if k == 3 else '4 2 2 0'}" for k, r in enumerate(rows)]
    found = read(rows_of("指标\t合计\t本级\t部门\t乡镇\n" + "\n".join(lines).replace(" ", "\t")))
    told = {a: v for a, v in found.items() if v is not None}
    assert len(told) >= 4 * (len(rows) - 1)
    assert {v for a, v in told.items() if f"/{rows[3].id}/" not in a} == {0, 2, 4}


def test_pipes_that_count_spans_put_no_figure_anywhere() -> None:
    rows = annexes()["national"].figure_rows[:12]
    body = [f"{r.label.text} | {r.unit} | 4 | 5 | 6 |" for r in rows]
    tails = ["2 | 3 | |", "2 | |||", "||||"]
    body[3:6] = [f"{r.label.text} | {r.unit} | {tail}" for r, tail in zip(rows[3:6], tails, strict=True)]
    drawn = Drawn()
    for n, line in enumerate(["指标 | 单位 | 本级 | 部门 | 乡镇 |", *body]):
        for word in line.split(" "):
            drawn.add(word, Piece(word, "annex:head" if n == 0 else "annex:label"))
            drawn.add(" ")
        drawn.add("\n")
    found = {a: v for a, v in read(drawn).items() if v is not None}
    assert set(found.values()) == {4, 5, 6}
    assert len(found) == 27


def test_figures_below_an_annex_are_not_its_last_row_s() -> None:
    rows = annexes()["plain"].figure_rows
    drawn = rows_of("指标\t数量\n" + "\n".join(f"{r.label.text}\t1" for r in rows))
    drawn.add("\n本年度报告下载", Piece("本年度报告下载", "noise"))
    drawn.add("\t", None)
    drawn.add("88", None)
    found = {a: v for a, v in read(drawn).items() if v is not None}
    assert len(found) == len(rows)
    assert set(found.values()) == {1}


def test_a_torn_head_of_the_labels_is_no_column() -> None:
    rows = "\n".join(f"{r.label.text}\t{r.unit}\t7" for r in annexes()["yearly"].figure_rows)
    assert {a.rpartition("/")[2] for a in read(rows_of("指标\t名称\t单位\n" + rows))} == {COUNT}


def test_numbers_within_labels_are_no_figures_where_figures_have_lines_of_their_own() -> None:
    drawn = rows_of("指标\t单位\t数量")
    rows = annexes()["yearly"].figure_rows
    for n, row in enumerate(rows):
        drawn.add(row.label.text, Piece(row.label.text, "annex:label"))
        drawn.add(f"{' 2014' if n % 4 == 0 else ''}\n{row.unit}\n{7 * n + 3}\n", None)
    found = read(drawn)
    assert {a: v for a, v in found.items() if v is not None} == {
        f"annex/{r.id}/{COUNT}": 7 * n + 3 for n, r in enumerate(rows)
    }


@settings(max_examples=60, deadline=None)
@given(
    row=st.sampled_from([r for f in annexes().values() for r in f.figure_rows]),
    count=st.integers(0, 99_999),
    total=st.integers(0, 99_999),
    marks=st.sampled_from([(":", ",", ":"), ("=", ", ", "="), (":", ";", ""), (":", ";", ":")]),
)
def test_a_row_that_spells_its_heads_out_is_parted_and_nothing_moves(
    row: AnnexRow, count: int, total: int, marks: tuple[str, str, str]
) -> None:
    colon, comma, between = marks
    line = f"3 {row.label.text} {row.unit}{colon}2012年度{between}{count}{comma}历年累计{between}{total}。"
    parted = spelled(line)
    assert parted is not None
    assert len(parted) <= len(line)
    boxes = [box.strip() for box in parted.split(UNIT) if box.strip()]
    assert boxes[0] == row.label.text
    assert "".join(boxes[1:]) == f"{row.unit}2012年度{count}历年累计{total}"
    assert all(parted[k] in (line[k], UNIT, " ") for k in range(len(parted)))


def test_prose_is_no_row_that_spells_its_heads_out() -> None:
    for line in ("注:本年共收到申请12件", "电话:0999-1234567", "收到申请:全年累计12件,答复9件", "一、概述:总数12"):
        assert spelled(line) is None or "概述" in line


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 5000), first=st.sampled_from(KEEPING), second=st.sampled_from(KEEPING))
def test_the_same_annex_gives_the_same_cells_in_any_layout(seed: int, first: str, second: str) -> None:
    one, two = (read(draw(layout, seed)) for layout in (first, second))
    assert not {a for a in one.keys() & two.keys() if one[a] != two[a]}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 5000), layout=st.sampled_from(list(LAYOUTS)))
def test_nothing_is_invented_in_any_layout_with_any_damage(seed: int, layout: str) -> None:
    drawn = draw(layout, seed, damage=True, zeros=False)
    text = drawn.text
    for value in read(drawn).values():
        assert value is None or f"{value:g}" in text.replace(",", "") or f"{value}" in text


# -- checks -----------------------------------------------------------------------


@cache
def consistent(form: str = "national") -> Report:
    annex = next(a for seed in range(999) if len((a := an_annex(seed, form)).columns) == 1)
    cells = tuple(cell(ANNEX, *address.split("/")[1:], value) for address, value in annex.cells.items())
    return report("", Table(ANNEX, "legacy", (), cells), form="legacy", year=2016)


def changed(base: Report, row: str, delta: int, column: str = COUNT) -> Report:
    (table,) = base.tables
    cells = tuple(
        c._replace(value=(c.value or 0) + delta) if (c.row, c.column) == (row, column) else c for c in table.cells
    )
    return replace(base, tables=(replace(table, cells=cells),))


@pytest.mark.parametrize("form", FORMS)
def test_a_consistent_annex_breaks_nothing(form: str) -> None:
    assert not contradictions(check(consistent(form)))


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_sum_is_found_and_a_list_that_stops_short_is_not(form: str) -> None:
    for identity in annexes()[form].identities:
        larger = contradictions(check(changed(consistent(form), identity.right[0], 3)))
        found = {f.reason for f in larger}
        assert (identity.id in found) == (identity.id not in annexes()[form].partial)
        exceeding = contradictions(check(changed(consistent(form), identity.left[0], 90_000)))
        assert identity.id in {f.reason for f in exceeding}


def test_levels_sum_to_the_whole_printed_beside_them() -> None:
    levels = dict.fromkeys(annex_levels().left[:2], 4)
    cells = [cell(ANNEX, "complaints", c, v) for c, v in {**levels, COUNT: 9}.items()]
    (finding,) = contradictions(check(report("", Table(ANNEX, "legacy", (), tuple(cells)), form="legacy", year=2016)))
    assert (finding.reason, finding.stated, finding.found) == ("levels", 9, 8)
    cells.append(cell(ANNEX, "complaints", "extra:开发区", 1))
    assert not contradictions(check(report("", Table(ANNEX, "legacy", (), tuple(cells)), form="legacy", year=2016)))


def with_prose(prose: str, **rows: int) -> Report:
    cells = tuple(cell(ANNEX, r.replace("__", "."), COUNT, v) for r, v in rows.items())
    return report(prose, Table(ANNEX, "legacy", (), cells), form="legacy", year=2016)


def test_prose_is_checked_against_the_annex() -> None:
    prose = "全年[[收到政府信息公开申请19件||requests/new/total]]。"
    (right,) = verdicts(check(with_prose(prose, requests__received=19)), "claim_vs_table", "supported")
    assert right.cells == ("annex/requests.received/count",)
    (wrong,) = contradictions(check(with_prose(prose, requests__received=18)))
    assert (wrong.kind, wrong.stated, wrong.found) == ("claim_vs_table", 19, 18)


def test_what_the_annex_may_count_otherwise_accuses_nobody() -> None:
    prose = "全年[[主动公开政府信息900条||disclosure/items]]。"
    assert not contradictions(check(with_prose(prose, disclosure__items=15)))  # another count, not a slip
    prose = "[[答复19件||requests/result_total/total]]。"
    assert not contradictions(check(with_prose(prose, requests__answered=17, requests__closed=19)))
    levels = with_prose("[[收到申请19件||requests/new/total]]。", requests__received=18)
    (table,) = levels.tables
    cells = tuple(c._replace(column="own") for c in table.cells)
    assert not contradictions(check(replace(levels, tables=(replace(table, cells=cells),))))


def test_the_national_form_demands_its_rows() -> None:
    base = consistent()
    (table,) = base.tables
    less = replace(base, tables=(replace(table, cells=tuple(c for c in table.cells if c.row != "complaints")),))
    missing = {f.stated for f in verdicts(check(less), "completeness", "missing")}
    assert "annex/complaints" in missing
    assert "annex/requests.other_channel" not in missing
    (some,) = (replace(base, tables=(replace(table, cells=table.cells[:20]),)),)
    assert not verdicts(check(some), "completeness", "missing")  # most of it was not read
