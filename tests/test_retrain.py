"""Weights taken further on a few reports: the small optimisation, what it learns and keeps, and the command."""

from __future__ import annotations

import json
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import RELEASED
from gouji.corpus.examples import write_folder
from gouji.corpus.formats import guess, of_example, write
from gouji.corpus.generate import generate
from gouji.inference import cli
from gouji.inference.checks import check
from gouji.inference.pipeline import load
from gouji.models import store
from gouji.models.crf import LinearChainCRF
from gouji.models.linear import LinearClassifier
from gouji.training import adapt, bootstrap
from gouji.training.adapt import Settings, adapt_chain, adapt_classifier
from gouji.training.compare import Pair
from gouji.training.evaluate import evaluate
from typer.testing import CliRunner, Result

pytest.importorskip("scipy")

RNG = np.random.default_rng(0)
STRONG = Settings(weight=4, strength=0.05, max_iterations=60, prune=0.0)


def chain_model() -> LinearChainCRF:
    weights = np.concatenate([np.zeros((1, 2)), RNG.normal(size=(19, 2))])
    return LinearChainCRF(["a", "b"], np.arange(1, 20), weights, RNG.normal(size=(2, 2)))


def some(n: int, labels: str = "ab", *, first: int = 1, last: int = 19) -> list[tuple[np.ndarray, list[str]]]:
    """Sequences of one to six items of three features."""
    out = []
    for _ in range(n):
        size = int(RNG.integers(1, 7))
        ids = RNG.integers(first, last, (size, 3)).astype(np.int32)
        out.append((ids, RNG.choice([*labels], size).tolist()))
    return out


def read(model: LinearChainCRF, ids: np.ndarray) -> list[str]:
    return [model.labels[k] for k in model.decode(model.emissions(ids))]


def test_the_loss_of_chains_and_its_derivatives_are_those_of_all_sequences() -> None:
    """Against sums over every labeling, and finite differences."""
    data = adapt._Data(some(5), some(4), ["a", "b"], 3.0)
    scores, moves = RNG.normal(size=(len(data.y), 2)), RNG.normal(size=(2, 2))
    value, by_scores, by_moves = adapt._chained(scores, moves, data, data.blocks())

    def slow(scores: np.ndarray, moves: np.ndarray) -> float:
        total = 0.0
        for start, size, weight in zip(data.starts, data.lengths, data.weights, strict=False):
            rows = scores[start : start + size]

            def score(path: tuple[int, ...], rows: np.ndarray = rows) -> float:
                return sum(r[k] for r, k in zip(rows, path, strict=True)) + sum(moves[a, b] for a, b in pairwise(path))

            whole = np.log(sum(np.exp(score(path)) for path in product(range(2), repeat=size)))
            total += weight * (whole - score(tuple(data.y[start : start + size])))
        return total

    assert value == pytest.approx(slow(scores, moves))
    step = 1e-6
    for array, derivative in ((scores, by_scores), (moves, by_moves)):
        for at in [(0, 0), (1, 1), (len(array) - 1, 0)]:
            before = array[at]
            array[at] = before + step
            more = slow(scores, moves)
            array[at] = before
            assert derivative[at] == pytest.approx((more - slow(scores, moves)) / step, abs=1e-3)


def test_texts_with_a_move_that_the_model_never_makes_teach_it_nothing() -> None:
    model = LinearChainCRF.fit(some(30), forbidden=lambda before, after: (before, after) == ("b", "a"))
    possible = [(ids, labels) for ids, labels in some(12) if not {("b", "a")} & {*pairwise(labels)}]
    ids = np.ones((3, possible[0][0].shape[1]), dtype=np.int32)
    impossible = (ids, ["b", "a", "b"])
    with_it, without = (adapt_chain(model, own, possible, STRONG) for own in ([*possible, impossible], possible))
    assert np.array_equal(with_it.weights, without.weights)
    assert np.array_equal(with_it.transitions, without.transitions)


def test_a_chain_learns_new_features_and_labels_and_keeps_the_old() -> None:
    model, replay = chain_model(), []
    for ids, _ in some(30):
        replay.append((ids, read(model, ids)))
    own = [(ids, ["c"] * len(ids)) for ids, _ in some(8, first=100, last=110)]
    further = adapt_chain(model, own, replay, STRONG)
    assert further.labels == ["a", "b", "c"]
    assert all(read(further, ids) == labels for ids, labels in own)
    same = [a == b for ids, labels in replay for a, b in zip(read(further, ids), labels, strict=True)]
    assert np.mean(same) > 0.9


def test_nothing_new_or_an_iron_penalty_changes_nothing() -> None:
    model = chain_model()
    assert adapt_chain(model, [], some(3), STRONG) is model
    held = adapt_chain(model, some(5), some(3), Settings(strength=1e9))
    ids = RNG.integers(1, 19, (40, 3)).astype(np.int32)
    assert np.allclose(held.emissions(ids), model.emissions(ids), atol=1e-4)
    assert np.allclose(held.transitions, model.transitions, atol=1e-4)


def test_a_classifier_learns_what_it_is_shown() -> None:
    weights = np.concatenate([np.zeros((1, 2)), RNG.normal(size=(19, 2))])
    model = LinearClassifier(["no", "yes"], np.arange(1, 20), weights, np.zeros(2))
    ids = RNG.integers(50, 60, (12, 4)).astype(np.int32)
    old = RNG.integers(1, 20, (60, 4)).astype(np.int32)
    said = [model.labels[k] for k in model.scores(old).argmax(axis=1)]
    further = adapt_classifier(model, (ids, ["perhaps"] * 12), (old, said), STRONG)
    assert {further.labels[k] for k in further.scores(ids).argmax(axis=1)} == {"perhaps"}
    assert (
        np.mean([further.labels[k] == s for k, s in zip(further.scores(old).argmax(axis=1), said, strict=True)]) > 0.9
    )
    again = LinearClassifier.from_arrays(further.arrays())
    assert np.allclose(again.scores(ids), further.scores(ids), atol=0.02)


# -- two readers beside each other -----------------------------------------------------


def test_a_difference_that_is_there_is_told_from_one_that_is_not() -> None:
    examples = list(generate("dev", 24, 3))
    whole = evaluate((Pair(e.report, e.report) for e in examples), check)
    blind = evaluate((Pair(e.report, e.report.__class__(e.id, e.report.source, text=e.text)) for e in examples), check)
    same = {d.name: d for d in bootstrap.paired(whole, whole, n_drawn=500)}
    assert all((d.difference, d.low, d.high, d.p) == (0, 0, 0, 1) for d in same.values() if d.difference is not None)
    worse = {d.name: d for d in bootstrap.paired(whole, blind, n_drawn=500)}["claims, stretch and value: F1"]
    assert worse.difference == worse.low == worse.high == -1
    assert worse.p is not None
    assert worse.p < 0.01
    assert "-1.000 … -1.000" in bootstrap.table([worse], "a", "b")


def test_the_interval_covers_what_one_report_in_two_would_give() -> None:
    """Half of the reports are read, half not: the spread is that of a fair coin."""
    examples = [e for e in generate("dev", 40, 3) if e.report.claims]
    empty = [e.report.__class__(e.id, e.report.source, text=e.text) for e in examples]
    blind = evaluate((Pair(e.report, r) for e, r in zip(examples, empty, strict=True)), check)
    half = evaluate(
        (Pair(e.report, e.report if i % 2 else empty[i]) for i, e in enumerate(examples)), check
    )  # fmt: skip
    found = {d.name: d for d in bootstrap.paired(blind, half, n_drawn=1000)}["section boundaries: F1"]
    assert found.low < found.difference < found.high
    assert 0.15 < found.high - found.low < 0.6
    with pytest.raises(ValueError, match="same reports"):
        bootstrap.paired(blind, evaluate([Pair(examples[0].report, empty[0])], check))


# -- the command -------------------------------------------------------------------------

TINY = {"retrain": {"replay": 4, "folds": 2, "max_iterations": 3}}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [*map(str, arguments)])


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(TINY), "utf-8")
    return path


@pytest.mark.skipif(not any(RELEASED.glob("*.npz")), reason="no weights are released")
@pytest.mark.parametrize("form", ["inline", "doccano"])
def test_retraining_is_one_command_whatever_the_annotation_came_in(form: str, tiny: Path, tmp_path: Path) -> None:
    write(form, map(of_example, generate("dev", 4, 9)), tmp_path / "mine")
    out = tmp_path / "run"
    done = run("train", "--data", tmp_path / "mine", "--out", out, "--config", tiny, "--measure", 2)
    assert done.exit_code == 0, done.output
    assert "what was forgotten" in done.stdout
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["annotated"] == 4
    assert record["start"] == store.fingerprint(RELEASED)
    assert len(record["own_reports"]) == len(record["test_split"]) > 5
    assert load(str(out)).fingerprint != record["start"]
    assert (out / "tables.npz").read_bytes() == (RELEASED / "tables.npz").read_bytes()
    assert (out / "sections.npz").read_bytes() != (RELEASED / "sections.npz").read_bytes()
    assert store.fingerprint(out) in (out / "card.md").read_text("utf-8")


def test_reports_that_teach_nothing_are_said_and_left_out(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "bare.marked.txt").write_text("青岚市水务局\n没有标注的报告。\n", "utf-8")
    done = run("train", "--data", tmp_path / "mine", "--out", tmp_path / "run", "--config", tiny)
    assert done.exit_code == 2
    assert "bare" in done.stderr
    assert "nothing to learn from" in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "arguments",
    [["--only", "facts"], ["--annotated", "mine"], ["--model", "nowhere"]],
)
def test_options_that_do_not_go_together(arguments: list[str], tmp_path: Path) -> None:
    given = ["--data", tmp_path] if arguments[0] != "--model" else []
    done = run("train", "--out", tmp_path / "run", *given, *arguments)
    assert done.exit_code == 2
    assert not (tmp_path / "run").exists()


def test_the_format_is_told_by_the_names(tmp_path: Path) -> None:
    for form in ("inline", "doccano", "label-studio", "brat", "spacy"):
        write(form, map(of_example, generate("dev", 1, 1)), tmp_path / form)
        assert guess(tmp_path / form) == form
    write_folder(generate("dev", 1, 1), tmp_path / "both")  # with JSON files beside
    assert guess(tmp_path / "both") == "inline"
    with pytest.raises(ValueError, match="no annotated report"):
        guess(tmp_path)


def test_two_models_are_compared_by_name_and_folder(model: str | None) -> None:
    done = run("evaluate", "dev", "--n", 3, "--compare", "released", RELEASED, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["reports"] == 3
    assert all(d["difference"] in (0, None) for d in found["differences"])
