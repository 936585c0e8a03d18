"""What an archive gives away: agreement of prose and table makes a label, and nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from check_reports import report, requests
from gouji.corpus.generate import example
from gouji.corpus.report import Finding, Report, Section, Span
from gouji.inference import cli
from gouji.inference.pipeline import load
from gouji.models.linear import softmax
from gouji.training.silver import Silver, harvest, sample
from typer.testing import CliRunner

LABELS = ["other", "meetings", "requests/new/total", "requests/result_total/total", "requests/carried_in/total"]
TABLE = requests(new=(137, 137), granted=(120, 120), result_total=(130, 130), carried_out=(7, 7), carried_in=(0, 0))


def model(*priors: dict[str, float]) -> Any:
    """A model of facts that says this of the stretches, one after the other."""
    scores = np.log([[p.get(label, 1e-4) for label in LABELS] for p in priors])
    return SimpleNamespace(metrics=SimpleNamespace(labels=LABELS), probabilities=lambda ids: softmax(scores))


def prose(marked: str, confidence: float = 1.0) -> Report:
    made = report(marked, TABLE, confidence=confidence)
    n = len(made.text)
    return replace(made, sections=(Section("overview", "一、总体情况", (Span(0, n),)),))


def told(found: Silver) -> list[tuple[str, str]]:
    if found.prose is None:
        return []
    for claim in found.prose.claims:
        (span,) = claim.spans
        assert found.prose.text[span.start : span.end] == claim.text
    return [(c.text, c.metric) for c in found.prose.claims]


def test_what_the_cell_bears_out_is_a_label() -> None:
    found = harvest(prose("全年[[收到申请137件||requests/new/total]]。\n"), model({"requests/new/total": 0.9}), 0.95)
    assert told(found) == [("收到申请137件", "requests/new/total")]
    assert found.n_moved == 0


def test_a_wavering_reading_goes_to_the_cell_that_prints_the_figure() -> None:
    wavering = model({"requests/result_total/total": 0.6, "requests/new/total": 0.35})
    found = harvest(prose("共[[登记137件||requests/result_total/total]]。\n", 0.6), wavering, 0.95)
    assert told(found) == [("登记137件", "requests/new/total")]
    assert found.n_moved == 1


@pytest.mark.parametrize(
    ("marked", "prior"),
    [
        # a 0 is everywhere; a figure that the cell denies; one that no cell prints; one of a part
        ("[[上年结转0件||requests/carried_in/total]]。\n", {"requests/carried_in/total": 0.7, "other": 0.3}),
        ("[[收到申请139件||requests/new/total]]。\n", {"requests/new/total": 0.9, "other": 0.1}),
        ("[[走访企业55家||other]]。\n", {"other": 0.8, "meetings": 0.2}),
        ("[[收到申请137件||requests/new/total part]]。\n", {"requests/new/total": 0.6, "other": 0.4}),
    ],
)  # fmt: skip
def test_what_nothing_bears_out_is_none(marked: str, prior: dict[str, float]) -> None:
    assert told(harvest(prose(marked, max(prior.values())), model(prior), 0.95)) == []


def test_a_line_with_a_doubtful_statement_teaches_nothing() -> None:
    marked = "[[收到申请137件||requests/new/total]]，[[走访企业55家||other]]。\n"
    marked += "[[办结130件||requests/result_total/total]]。\n"
    priors = (
        {"requests/new/total": 0.9},
        {"other": 0.6, "meetings": 0.3},
        {"requests/result_total/total": 0.9},
    )
    assert told(harvest(prose(marked), model(*priors), 0.95)) == [("办结130件", "requests/result_total/total")]


def test_sections_are_believed_where_much_agrees() -> None:
    holds = Finding("identity", "supported", None, ("requests/new/total",), 137, 137)
    empty = replace(holds, stated=0, found=0)
    one = model({"requests/new/total": 0.9})
    marked = "全年[[收到申请137件||requests/new/total]]。\n"
    assert harvest(replace(prose(marked), findings=(holds,) * 2), one, 0.95).whole is not None
    assert harvest(replace(prose(marked), findings=(empty,) * 9), one, 0.95).whole is None
    unsure = replace(prose(marked), findings=(holds,) * 2)
    unsure = replace(unsure, sections=(replace(unsure.sections[0], confidence=0.5),))
    assert harvest(unsure, one, 0.95).whole is None


@pytest.mark.parametrize("seed", range(6))
def test_labels_of_generated_reports_stand_where_they_say(seed: int) -> None:
    """Whatever the damage: cut lines keep their marks."""
    true = example("test", 11, seed).report
    labels = sorted({c.metric for c in true.claims} | {"other"})
    unsure: Any = SimpleNamespace(
        metrics=SimpleNamespace(labels=labels),
        probabilities=lambda ids: np.full((len(ids), len(labels)), 1 / len(labels)),
    )
    found = harvest(true, unsure, 0.3)
    for text, metric in told(found):
        assert text
        assert metric in labels
    if found.prose is not None:
        assert found.prose.sections[-1].spans[-1].end == len(found.prose.text)


def test_a_sample_of_many_is_of_all_of_them() -> None:
    some = [Silver(report(f"{i}"), None, 1, 0) for i in range(200)]
    kept = sample([*some, Silver(None, None, 0, 0)], 40)
    numbers = [int(s.prose.text) for s in kept if s.prose]
    assert len(set(numbers)) == 40
    assert sum(n >= 100 for n in numbers) > 10
    assert sample(some[:5], 40) == some[:5]


def test_the_models_go_further_on_an_archive(tmp_path: Path) -> None:
    """The whole command, on a few reports: a model folder that reads, and what it learned is said."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for i in range(10):
        made = example("dev", 5, i)
        (archive / f"{made.id}.txt").write_bytes(made.text.encode("utf-8", "replace"))
    (archive / "none.txt").write_text("菜谱一则", "utf-8")
    settings = {"retrain": {"replay": 4, "max_iterations": 2}, "silver": {"confidence": 0.8}}
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    run = ["train", "--from-archive", archive, "--out", tmp_path / "run", "--config", tmp_path / "small.yaml"]
    done = CliRunner().invoke(cli.app, [*map(str, run), "--measure", "2"])
    assert done.exit_code == 0, done.output
    assert "not_a_report" in done.stderr
    assert "before" in done.stdout
    record = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert record["silver"]["n_reports"] == 10
    assert record["silver"]["n_claims"] > 0
    assert "nobody annotated" in (tmp_path / "run" / "card.md").read_text("utf-8")
    assert isinstance(load(str(tmp_path / "run")).read_text(made.text), Report)


@pytest.mark.parametrize("more", [["--data", "x"], ["--annotated", "x"], ["--only", "facts"]])
def test_one_way_of_learning_at_a_time(more: list[str]) -> None:
    assert CliRunner().invoke(cli.app, ["train", "--from-archive", "x", "--out", "y", *more]).exit_code == 2
