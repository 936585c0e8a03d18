"""Measuring one report against another."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from check_reports import disclosure, report, requests
from gouji import configs
from gouji.corpus.plant import Planted
from gouji.corpus.report import Claim, Failure, Report, Section, Source, Span
from gouji.inference import cli
from gouji.inference.checks import check
from gouji.models.baseline import baseline_read
from gouji.training.breakdown import write_csv
from gouji.training.evaluate import Evaluation, Pair, evaluate, overlap, run
from gouji.training.files import run_files
from gouji.training.misses import outcomes
from gouji.training.reliability import Reliability
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

TABLE = requests(blank=None, new=(3, 3), granted=(2, 2), result_total=(3, 3))
TEXT = """一、总体情况
全年[[收到申请4件||requests/new/total]]，[[未收取费用||requests/fees_charged =0]]。
六、其他
无。
"""


@pytest.fixture
def truth() -> Report:
    base = report(TEXT, TABLE)
    at = base.text.index("六")
    sections = (
        Section("overview", "一", (Span(0, at),)), Section("other_matters", "六", (Span(at, len(base.text)),))
    )  # fmt: skip
    return replace(base, sections=sections)


def measured(truth: Report, predicted: Report | Failure, **meta: object) -> dict:
    return evaluate([Pair(truth, predicted, meta)], check).to_dict()


def test_a_report_agrees_with_itself(truth: Report) -> None:
    out = measured(truth, truth)
    for key in ("sections", "claims_exact", "claims", "claims_metric", "claims_whole", "contradictions"):
        assert out[key]["f1"] == 1.0, key
    assert out["figures"]["accuracy"] == 1.0
    assert out["contradictions"]["reference"] == 3  # 4 in prose against 3; results of 2 against 3, in two columns
    assert out["figures"]["invented"] == 0


def test_a_boundary_may_begin_at_the_blank_before_a_heading_but_not_under_another_name(truth: Report) -> None:
    first, last = truth.sections
    text = truth.text.replace("\n六", "\n\n六")
    moved = (
        replace(first, spans=(Span(0, last.spans[0].start),)),
        replace(last, spans=(Span(last.spans[0].start, len(text)),)),
    )
    shifted = (first, replace(last, spans=(Span(last.spans[0].start + 1, len(text)),)))
    longer = replace(truth, text=text)
    assert measured(replace(longer, sections=moved), replace(longer, sections=shifted))["sections"]["f1"] == 1.0
    renamed = replace(truth, sections=(first, replace(last, id="problems")))
    assert measured(truth, renamed)["sections"]["right"] == 1


def test_figures_are_right_wrong_missed_or_invented(truth: Report) -> None:
    values = {"requests/new/total": 4, "requests/granted/total": None, "requests/new/research": 7}
    cells = tuple(c._replace(value=values.get(c.address, c.value)) for c in TABLE.cells)
    figures = measured(truth, replace(truth, tables=(replace(TABLE, cells=cells),)))["figures"]
    assert {k: figures[k] for k in ("right", "wrong", "missed", "invented", "reference")} == {
        "right": 4, "wrong": 1, "missed": 1, "invented": 1, "reference": 6,
    }  # fmt: skip


def test_claims_by_stretch_value_and_metric(truth: Report) -> None:
    first, second = truth.claims
    span = first.spans[0]
    wider = replace(first, spans=(Span(span.start - 2, span.end),))
    out = measured(truth, replace(truth, claims=(wider, second)))
    assert (out["claims_exact"]["right"], out["claims"]["right"]) == (1, 2)
    out = measured(truth, replace(truth, claims=(replace(first, metric="other"), replace(second, value=3))))
    assert (out["claims"]["right"], out["claims_metric"]["right"]) == (1, 0)
    out = measured(truth, replace(truth, claims=(replace(first, scope="part"), second)))
    assert (out["claims_metric"]["right"], out["claims_whole"]["right"]) == (2, 1)


def test_contradictions_match_by_kind_and_place(truth: Report) -> None:
    cells = tuple(c._replace(value=4) if c.address == "requests/new/total" else c for c in TABLE.cells)
    out = measured(truth, replace(truth, tables=(replace(TABLE, cells=cells),)))["contradictions"]
    assert out["right"] < out["reference"]
    assert out["predicted"] > 0


def test_findings_of_the_predicted_report_are_taken_as_they_are(truth: Report) -> None:
    found = check(truth)
    kept = tuple(f for f in found if f.verdict != "contradicted" or f.kind == "claim_vs_table")
    out = measured(truth, replace(truth, findings=kept))["contradictions"]
    assert (out["right"], out["predicted"], out["reference"]) == (1, 1, 3)


def test_a_failure_is_a_report_of_which_nothing_was_read(truth: Report) -> None:
    out = measured(truth, Failure(Source("r.txt"), "internal", "it fell"))
    assert out["failed"] == 1
    assert out["figures"]["missed"] == 6
    assert out["claims"]["recall"] == 0


def test_breakdowns_by_layout_and_damage(truth: Report) -> None:
    pair = Pair(truth, truth, {"layouts": {"requests": "pipes"}, "damage": ["wraps", "pinyin"]})
    evaluation = evaluate([pair, Pair(truth, truth, {})], check)
    assert evaluation.by_layout["pipes"].right == 6
    assert set(evaluation.by_damage) == {"wraps", "pinyin", "none"}
    assert evaluation.by_damage["none"].n_reports == 1
    assert "| pipes |" in evaluation.breakdown()
    assert "| 1.000 |" in evaluation.table(evaluation)


def test_damage_known_and_held_out_stand_side_by_side(truth: Report) -> None:
    """What only training never saw is read badly here, and the difference says so; a set of one side has none."""
    held = configs.load("mix")["held_out"]["damage"][0]
    fallen = Failure(Source("r.txt"), "internal", "it fell")
    read_well = [Pair(truth, truth, {"damage": ["indents"]}), Pair(truth, truth, {})]
    both = evaluate([*read_well, Pair(truth, fallen, {"damage": [held, "indents"]})], check).breakdown("held_out")
    rows = {line.split(" | ")[0].lstrip("| "): line.split(" | ")[1:4] for line in both.splitlines()}
    assert rows["claims, stretch and value: F1"] == ["1.000", "0.000", "-1.000"]
    assert rows["contradictions: recall"] == ["1.000", "0.000", "-1.000"]
    assert "2 reports" in both
    assert "beside 1 " in both
    alone = evaluate(read_well, check).breakdown("held_out")
    assert "cannot be compared" in alone
    assert "|" not in alone


def changed(truth: Report, **values: float | None) -> Report:
    """The report with other values in some cells of its table."""
    named = {f"requests/{k.replace('__', '/')}": v for k, v in values.items()}
    cells = tuple(c._replace(value=named.get(c.address, c.value)) for c in TABLE.cells)
    return replace(truth, tables=(replace(TABLE, cells=cells),))


def test_cells_rows_tables_and_reports_are_exact_or_not(truth: Report) -> None:
    n_rows = len({c.row for c in TABLE.cells})
    out = measured(truth, truth)
    assert out["figures"]["exact_cells"]["share"] == 1
    assert (out["figures"]["exact_rows"]["n"], out["exact_reports"]["n"]) == (n_rows, 1)
    out = measured(truth, changed(truth, new__total=4, granted__total=None, carried_in__ngo=2))
    figures = out["figures"]
    assert figures["exact_cells"]["n"] == len(TABLE.cells) - 3
    assert figures["exact_rows"]["n"] == n_rows - 3
    assert (figures["exact_tables"]["n"], figures["exact_tables"]["of"]) == (0, 1)
    assert (out["exact_reports"]["n"], out["exact_reports"]["of"]) == (0, 1)
    assert figures["invented_per_1000"] == pytest.approx(1000 / 6)


def test_an_identity_is_falsely_reported_broken_where_the_sources_own_figures_hold(truth: Report) -> None:
    honest = measured(truth, truth)["figures"]
    assert (honest["identities_reported_broken"], honest["identities_falsely_broken"]) == (2, 0)
    misread = measured(truth, changed(truth, new__total=8))["figures"]
    assert misread["identities_falsely_broken"] == misread["identities_reported_broken"] - 2 > 0


def test_reports_are_kept_and_add_up_again(truth: Report) -> None:
    pairs = [Pair(truth, truth, {"form": "2019"}), Pair(truth, changed(truth, new__total=9), {"form": "2021"})]
    evaluation = evaluate(pairs, check)
    assert [r.figures.right for r in evaluation.reports] == [6, 5]
    assert Evaluation.merged(evaluation.reports).to_dict() == evaluation.to_dict()
    assert Evaluation.merged([evaluation.reports[1]] * 2).figures.right == 10
    assert {k: e.figures.right for k, e in evaluation.by("form").items()} == {"2019": 6, "2021": 5}


def test_tables_that_keep_all_information_are_counted_apart(truth: Report) -> None:
    def kept(layout: str, *damage: str) -> bool:
        meta = {"layouts": {"requests": layout}, "damage": damage}
        return "figures_of_layouts_that_keep_all" in evaluate([Pair(truth, truth, meta)], check).to_dict()

    assert kept("markdown", "indents")
    assert not kept("pipes")
    assert not kept("markdown", "lines_deduplicated")


def test_confidence_is_held_against_outcome(truth: Report) -> None:
    cells = tuple(c._replace(confidence=0.6, value=5) if c.address == "requests/new/total" else c for c in TABLE.cells)
    doubtful = replace(truth, tables=(replace(TABLE, cells=cells),))
    out = measured(truth, doubtful)["calibration"]
    assert out["cells"]["ece"] == pytest.approx(0.6 / 6)
    assert out["claims"]["ece"] == pytest.approx(0)
    sure_and_wrong = replace(truth, claims=tuple(replace(c, metric="other", confidence=0.9) for c in truth.claims))
    assert measured(truth, sure_and_wrong)["calibration"]["claims"]["ece"] == pytest.approx(0.9)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.integers(0, 40))
def test_reliability_adds_up_and_stays_within_bounds(outcomes: list[tuple[float, bool]], cut: int) -> None:
    whole, part = Reliability.of(outcomes), Reliability.of(outcomes[:cut])
    part.merge(Reliability.of(outcomes[cut:]))
    assert part.n == whole.n == len(outcomes)
    if outcomes:
        assert part.ece == pytest.approx(whole.ece)
        assert 0 <= whole.ece <= 1
        gap = abs(sum(c for c, _ in outcomes) - sum(r for _, r in outcomes)) / len(outcomes)
        assert whole.ece >= gap - 1e-9  # no bin can hide a bias of the whole


def test_a_sheet_of_all_figures(truth: Report, tmp_path: Path) -> None:
    meta = {"layouts": {"requests": "=pipes"}, "damage": ["pinyin"], "form": "2019"}
    write_csv(evaluate([Pair(truth, truth, meta)], check), tmp_path / "f.csv")
    raw = (tmp_path / "f.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert [(r["by"], r["name"]) for r in rows] == [
        ("all", ""), ("layout", "'=pipes"), ("form", "2019"), ("damage", "pinyin"),
    ]  # fmt: skip
    assert {r["figures_right"] for r in rows} == {"6"}


def test_the_command_cuts_by_what_is_asked_for_and_names_what_there_is(tmp_path: Path) -> None:
    cut = ["evaluate", "dev", "--n", "2", "--no-baseline", "--by", "form", "--csv", str(tmp_path / "f.csv")]
    shown = CliRunner().invoke(cli.app, cut)
    assert shown.exit_code == 0, shown.output
    assert "| form | reports |" in shown.stdout
    assert "| damage |" not in shown.stdout
    assert (tmp_path / "f.csv").exists()
    wrong = CliRunner().invoke(cli.app, ["evaluate", "dev", "--by", "lyout"])
    assert wrong.exit_code == 2
    assert "layout, container, form, damage, held_out" in wrong.output


def test_nothing_measured_is_no_number() -> None:
    assert Evaluation().to_dict()["claims"]["f1"] is None
    assert "claims" not in Evaluation().table()


@pytest.mark.parametrize(
    ("a", "b", "share"), [((0, 4), (0, 4), 1), ((0, 4), (2, 4), 0.5), ((0, 4), (4, 8), 0), ((2, 2), (2, 2), 1)]
)
def test_overlap_is_of_the_longer_stretch(a: tuple, b: tuple, share: float) -> None:
    assert overlap(Span(*a), Span(*b)) == share


def test_a_folder_of_annotated_texts(tmp_path: Path) -> None:
    (tmp_path / "one.marked.txt").write_text(
        "[[#overview]]一、总体情况\n全年[[收到申请2件||requests/new/total]]。\n"
        "[[#requests]]三、收到和处理政府信息公开申请情况\n新收 | [[1||@requests/new/total]] |\n",
        "utf-8",
    )
    evaluation, baseline = run(tmp_path, baseline_read, check, baseline_read)
    assert evaluation.n_reports == 1
    assert evaluation.figures.reference == 1
    assert evaluation.counts["contradictions"].reference == 1
    assert baseline is not None
    assert evaluation.to_dict() == baseline.to_dict()


def test_a_split_of_the_generator() -> None:
    done: list[int] = []
    evaluation, _ = run("dev", baseline_read, check, n=4, seed=3, on_report=done.append)
    assert done == [1, 2, 3, 4]
    assert evaluation.counts["sections"].reference > 8


def test_files_are_evaluated_by_container(pipeline) -> None:
    evaluation = run_files(pipeline.read, check, n=4)
    assert set(evaluation.by("container")) == {"html", "html_nested", "html_torn", "docx"}
    assert evaluation.figures.reference > 400
    assert evaluation.figures.invented == 0
    nothing = run_files(lambda document: Failure(document.source, "internal", "it fell"), check, n=2)
    assert nothing.figures.missed == nothing.figures.reference > 0


def test_several_contradictions_of_one_stretch_count_once() -> None:
    said = "[[无许可、处罚||active_disclosure/licensing/decisions =0 ; active_disclosure/penalties/decisions =0]]。"
    made = report(said, disclosure("2021", licensing=(3,), penalties=(4,)), form="2021")
    accused = [f for f in check(made) if f.verdict == "contradicted"]
    assert len(accused) == 2
    out = measured(made, made)["contradictions"]
    assert (out["right"], out["predicted"], out["reference"]) == (1, 1, 1)
    one = measured(made, replace(made, findings=tuple(f for f in check(made) if f is not accused[0])))
    assert one["contradictions"]["recall"] == 1.0


def test_what_was_planted_is_no_false_accusation_where_the_words_leave_the_check_open(truth: Report) -> None:
    open_there = replace(truth, claims=tuple(replace(c, scope="part") for c in truth.claims))
    pair = Pair(open_there, truth, {}, [Planted("claim_vs_table", "contradicted", 0, (), "claim_off")])
    plain = evaluate([Pair(open_there, truth)], check).counts["contradictions"]
    out = evaluate([pair], check).counts["contradictions"]
    assert plain.precision is not None
    assert plain.precision < 1.0 == out.precision == out.recall


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: replace(c, metric="other"), "metric"),
        (lambda c: replace(c, value=5), "value"),
        (lambda c: replace(c, scope="part"), "scope"),
        (lambda c: replace(c, spans=(Span(0, 2),)), "stretch"),
    ],
)
def test_a_contradiction_that_is_not_reported_is_explained(
    truth: Report, change: Callable[[Claim], Claim], reason: str
) -> None:
    read = replace(truth, claims=(change(truth.claims[0]), *truth.claims[1:]))
    told = [o for o in outcomes(Pair(truth, read), check) if o.kind == "claim_vs_table"]
    assert [o.reason for o in told] == [reason]
    assert [o.reason for o in outcomes(Pair(truth, truth), check)] == [None] * 3


def test_the_command_tells_why_contradictions_are_overlooked() -> None:
    result = CliRunner().invoke(cli.app, ["evaluate", "dev", "--n", "3", "--misses"])
    assert result.exit_code == 0, result.output
    assert "held back" in result.output
    assert "| all |" in result.output
