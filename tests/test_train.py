"""Training from the shell and from Python, on a handful of reports; and that the weights in use are of this corpus."""

from __future__ import annotations

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
from gouji.inference.pipeline import load
from gouji.models import facts, sections, store, stretches, tables
from gouji.training.settings import settings_of
from gouji.training.train import MODELS, corpus_fingerprint, promote, train
from typer.testing import CliRunner, Result

pytest.importorskip("pycrfsuite")

SMALL = {
    "seed": 5,
    **{name: {"reports": 6, "max_iterations": 6} for name in ("stretches", "facts", "sections")},
    "tables": {"reports": 4, "n_drawn": 10},
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
    train(out, config=small, say=said.append)
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
    assert {p.stem for p in RELEASED.glob("*.npz")} == set(MODELS)
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
