"""Training from the shell and from Python, on a handful of reports; and that the weights in use are of this corpus."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import RELEASED
from gouji import configs
from gouji.corpus.generate import generate, write_folder
from gouji.inference import cli
from gouji.inference.checks import check
from gouji.inference.pipeline import load
from gouji.models import facts, sections, store, stretches, tables
from gouji.models.crf import Iteration, LinearChainCRF
from gouji.training.settings import settings_of
from gouji.training.train import ENCODER, MODELS, Tools, corpus_fingerprint, promote, train
from typer.testing import CliRunner, Result

pytest.importorskip("pycrfsuite")

SMALL = {
    "seed": 5,
    **{name: {"reports": 6, "max_iterations": 6} for name in ("stretches", "facts", "sections")},
    "crosswise": {"reports": 3, "max_iterations": 4},
    "tables": {"reports": 4, "n_drawn": 10},
    "calibration": {"reports": 0},
    "early_stopping": {"reports": 2, "patience": 30},
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("settings") / "small.yaml"
    path.write_text(yaml.safe_dump(SMALL), "utf-8")
    return path


@pytest.fixture(scope="module")
def trained(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of all models."""
    out = tmp_path_factory.mktemp("runs") / "run"
    said: list[str] = []
    tools = Tools(lambda folder: lambda text, path: load(str(folder)).read_text(text, path), check)
    train(out, config=small, say=said.append, tools=tools, n_measured=4)
    assert len(said) >= len(MODELS)
    return out


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [*map(str, arguments)])


def test_a_run_keeps_what_made_it(trained: Path) -> None:
    record = json.loads((trained / "run.json").read_text("utf-8"))
    assert set(record["models"]) == set(MODELS)
    assert record["corpus"]
    assert yaml.safe_load((trained / "config.yaml").read_text("utf-8"))["seed"] == 5
    for name in MODELS:
        about = json.loads((trained / f"{name}.json").read_text("utf-8"))
        assert (about["name"], about["format"]) == (name, store.FORMAT)
        assert about["corpus"] == record["corpus"]
        assert about["seed"] == 5


def test_a_run_is_measured_and_drawn_and_described(trained: Path) -> None:
    metrics = json.loads((trained / "metrics.json").read_text("utf-8"))
    assert metrics["gouji"]["reports"] == 4
    assert metrics["models"] == store.fingerprint(trained)
    with (trained / "metrics.csv").open(encoding="utf-8", newline="") as file:
        rows = dict(csv.reader(file))
    assert rows["claims/predicted"] == str(metrics["gouji"]["claims"]["predicted"])
    assert (trained / "fit" / "sections.csv").read_text("utf-8").count("\n") == 1 + SMALL["sections"]["max_iterations"]
    card = (trained / "card.md").read_text("utf-8")
    for name in MODELS:
        assert f"| `{name}` |" in card
    assert store.fingerprint(trained) in card
    assert "## Known failures" in card
    assert "【" in card
    pytest.importorskip("matplotlib")
    assert {p.name for p in (trained / "plots").iterdir()} == {
        "fit.svg", "by_layout.svg", "by_damage.svg", "reliability.svg",
    }  # fmt: skip


def test_a_run_that_was_killed_goes_on_where_it_stopped(small: Path, tmp_path: Path) -> None:
    """What is whole is kept; what is half written or of other settings is fitted."""
    out, said = tmp_path / "run", []
    train(out, config=small, only=["sections", "facts"], say=said.append)
    before = {p.name: p.read_bytes() for p in out.glob("*.npz")}
    stamp = (out / "sections.npz").stat().st_mtime_ns
    (out / "facts.npz").write_bytes(before["facts.npz"][:1000])
    said.clear()
    train(out, config=small, only=["sections", "facts"], say=said.append)
    assert [line for line in said if "kept" in line and line.startswith("sections")]
    assert not [line for line in said if "kept" in line and line.startswith("facts")]
    assert (out / "sections.npz").stat().st_mtime_ns == stamp
    assert {p.name: p.read_bytes() for p in out.glob("*.npz")} == before
    assert not list(out.glob(".*"))
    other = yaml.safe_load(small.read_text("utf-8"))
    other["sections"]["c2"] = 0.5
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(other), "utf-8")
    train(out, config=tmp_path / "other.yaml", only=["sections", "facts"], say=said.append)
    assert (out / "sections.npz").read_bytes() != before["sections.npz"]
    assert (out / "facts.npz").read_bytes() == before["facts.npz"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(ValueError, match=r"photo\.jpg"):
        train(tmp_path, say=lambda _: None)
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_fit_ends_at_its_best_iteration() -> None:
    """Labels of what is held out are drawn at random: more iterations can only get lucky, and the fit stops."""
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 4000, (400, 6)).astype(np.int32)
    labels = rng.choice(["a", "b", "c"], 400).tolist()
    held = [(rng.integers(1, 4000, (1, 6)).astype(np.int32), [str(rng.choice(["a", "b", "c"]))]) for _ in range(60)]
    rows: list[Iteration] = []
    stopped = LinearChainCRF.fit([(ids, labels)], held_out=held, patience=3, on_iteration=rows.append)
    measured = [row.held_out or 0.0 for row in rows]
    best = len(measured) - measured[::-1].index(max(measured))
    assert len(rows) == best + 3 < 120
    same = LinearChainCRF.fit([(ids, labels)], max_iterations=best)
    assert np.array_equal(stopped.weights, same.weights)
    assert stopped.labels == same.labels


def test_a_run_is_a_model_folder(trained: Path) -> None:
    pipeline = load(str(trained))
    assert pipeline.fingerprint
    pipeline.read_text(next(generate("dev", 1, 0)).text)


def test_the_same_settings_give_the_same_weights(trained: Path, small: Path, tmp_path: Path) -> None:
    train(tmp_path, config=small, only=["sections", "tables"], say=lambda _: None)
    for name in ("sections", "tables"):
        with np.load(trained / f"{name}.npz") as a, np.load(tmp_path / f"{name}.npz") as b:
            assert a.files == b.files
            assert all(np.array_equal(a[k], b[k]) for k in a.files)


def test_own_annotated_reports_are_learned_from(small: Path, tmp_path: Path) -> None:
    """A user's folder goes through the command, is counted, and is learned from."""
    write_folder(generate("dev", 2, 0), tmp_path / "mine")
    done = run("train", "--out", tmp_path / "run", "--config", small, "--only", "sections", "--measure", 0,
               "--annotated", tmp_path / "mine")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "run" / "sections.json").read_text("utf-8"))["annotated"] == 2


def test_promoted_models_are_the_run_s(trained: Path, tmp_path: Path) -> None:
    promote(trained, tmp_path / "released")
    assert load(str(tmp_path / "released")).fingerprint
    for name in MODELS:
        assert (tmp_path / "released" / f"{name}.npz").read_bytes() == (trained / f"{name}.npz").read_bytes()


def test_what_is_generated_is_evaluated_alike_from_disk_and_from_the_split(trained: Path, tmp_path: Path) -> None:
    write_folder(generate("test", 3, 4), tmp_path)
    folder = run("evaluate", tmp_path, "--model", trained, "--json")
    split = run("evaluate", "test", "--n", 3, "--seed", 4, "--model", trained, "--json")
    assert folder.exit_code == split.exit_code == 0, folder.output
    assert json.loads(folder.stdout) == json.loads(split.stdout)
    assert set(json.loads(split.stdout)) == {"gouji", "rules_only"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "nowhere/"], "no such folder"),
        (["evaluate", "."], "no annotated report"),
        (["evaluate", "tests"], "unknown split"),
        (["train", "--out", "x", "--only", "clams"], "clams"),
        (["train", "--out", "x", "--annotated", "nowhere"], "no such folder"),
    ],
)
def test_wrong_use_is_said_in_a_line(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("sede: 3", "did you mean 'seed'"),
        ("sections: {iterations: 3}", "sections"),
        ("tables: {n_drwan: 3}", "did you mean 'n_drawn'"),
        ("seed: many", "must be a number"),
        ("seed: true", "must be a number"),
        ("family: transfomer", "family must be one of"),
        ("stretches: {reports: -5}", "reports must be a whole number"),
        ("stretches: {reports: 2.5}", "reports must be a whole number"),
        ("stretches: {c1: -1}", "c1 must be a number that is not negative"),
        ("sections: 3", "expected keys"),
        ("- 1", "expected keys"),
        ("seed: [", "cannot be read as YAML"),
    ],
)
def test_wrong_settings_name_the_key(settings: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(settings, "utf-8")
    with pytest.raises(ValueError, match=said) as error:
        settings_of(path)
    assert str(path) in str(error.value)


def test_own_settings_lie_over_the_shipped_ones(small: Path) -> None:
    assert settings_of() == configs.load("train")
    assert settings_of(small)["sections"] == {**configs.load("train")["sections"], **SMALL["sections"]}


# -- the weights in use --------------------------------------------------------------

VERSIONS = {
    "sections": sections.FEATURES,
    "stretches": stretches.CHAR_FEATURES,
    "facts": facts.FACT_FEATURES,
    "tables": tables.FEATURES,
}


@pytest.mark.skipif(not any(RELEASED.glob("*.npz")), reason="no weights are released")
def test_released_weights_are_of_these_settings_and_this_code() -> None:
    assert {p.stem for p in RELEASED.glob("*.npz")} - {ENCODER} == set(MODELS)
    for name in MODELS:
        about = json.loads((RELEASED / f"{name}.json").read_text("utf-8"))
        assert about["settings"] == configs.load("train")[name], f"{name}: retrain it"
        assert about["seed"] == configs.load("train")["seed"]
        assert about["annotated"] == 0
        assert about["features"] == VERSIONS[name]
        if about["corpus"] != corpus_fingerprint():
            warnings.warn(f"{name} was fitted on an earlier corpus", stacklevel=1)


@pytest.mark.skipif(not any(RELEASED.glob("*.npz")), reason="no weights are released")
def test_released_weights_are_a_few_megabytes() -> None:
    assert sum(p.stat().st_size for p in RELEASED.iterdir()) < 8_000_000
