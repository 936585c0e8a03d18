"""The encoder families: fitted tiny, written as ONNX, and read with by the whole pipeline."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from conftest import RELEASED
from gouji.corpus.generate import generate
from gouji.corpus.report import Report
from gouji.inference import cli
from gouji.inference.pipeline import Pipeline, build
from gouji.models import encoder as encoders
from gouji.models import families, store
from gouji.models.facts import FactModel
from gouji.models.stretches import StretchModel
from gouji.training.fit_tables import drawn, sequence
from gouji.training.train import train
from typer.testing import CliRunner, Result

TINY: dict[str, Any] = {
    "width": 16, "blocks": "ca", "dropout": 0.1, "batch": 32, "rate": 0.01, "steps": 260, "minutes": 5, "pretrain": 0.1,
    "tags": 0.15, "lines": 0.15, "words": 0.25, "half": 0, "blur": 0.02, "threads": 1, "seed": 3,
}  # fmt: skip
USE = {"below": 1.1, "weight": 0.5, "line_below": 1.1, "line_weight": 0.1, "word_below": 1.1, "word_weight": 0.1}


# -- without torch -------------------------------------------------------------------


@pytest.fixture
def linear(tmp_path: Path) -> Path:
    """A folder of the linear models."""
    folder = tmp_path / "models"
    shutil.copytree(RELEASED, folder)
    for file in folder.glob("encoder.*"):
        file.unlink()
    return folder


def _claim_family(folder: Path, family: object) -> None:
    (folder / "encoder.json").write_text(json.dumps({"name": "encoder", "format": store.FORMAT, "family": family}))


def test_a_folder_without_encoder_is_linear(linear: Path) -> None:
    assert families.family_of(linear) == "linear"
    finder, teller = families.load(linear)
    assert (type(finder), type(teller)) == (StretchModel, FactModel)


@pytest.mark.parametrize("family", ["neural", None, 3, ["combined"]])
def test_an_unknown_family_is_refused(linear: Path, family: object) -> None:
    _claim_family(linear, family)
    with pytest.raises(store.ModelError, match="family"):
        families.load(linear)


def test_without_onnxruntime_combined_reads_by_its_linear_models(linear: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (families, encoders):
        monkeypatch.setattr(module, "is_runnable", lambda: False)
    _claim_family(linear, "combined")
    assert type(families.load(linear)[1]) is FactModel
    _claim_family(linear, "transformer")
    with pytest.raises(store.ModelError, match="pip install onnxruntime"):
        families.load(linear)


# -- with it ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return [e.report for e in generate("train", 5, 8)]


@pytest.fixture(scope="module")
def fitted(reports: list[Report]) -> tuple[Any, Any]:
    """A tiny network of our own, as torch has it and as ONNX in 8 bits."""
    for extra in ("torch", "onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(extra)
    from gouji.training import encoder, export

    tables = list(map(sequence, drawn(4, 5)))
    network, vocabulary, labels, _ = encoder.fit(reports, TINY, tables=tables, say=lambda _: None)
    sample = encoder.lessons(vocabulary, reports).claims.windows
    return network, export.exported(network, vocabulary, labels.names, {"family": "transformer", **USE}, sample=sample)


@pytest.fixture
def folder(linear: Path, fitted: tuple[Any, Any]) -> Path:
    fitted[1].save(linear, {"seed": 3})
    return linear


def _with_family(folder: Path, family: str, **changes: object) -> Pipeline:
    path = folder / "encoder.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "family": family, **changes}), "utf-8")
    return Pipeline(build(folder))


def test_it_learns(fitted: tuple[Any, Any], reports: list[Report]) -> None:
    """Far better than the commonest answer, on what it learned from."""
    from gouji.training.encoder import Labels, lessons

    encoder = fitted[1]
    lesson = lessons(encoder.vocabulary, reports, map(sequence, drawn(4, 5)))
    labels = Labels(encoder.labels)
    for kind, head in (("claims", "metrics"), ("lines", "lines"), ("words", "roles")):
        told = lesson.told[kind]
        truth = labels.numbers(told.labels)[head]
        right = np.mean(encoder.told(told.windows, [head])[head].argmax(axis=1) == truth)
        assert right > np.bincount(truth).max() / len(truth) + 0.1, kind


def test_every_family_reads_a_report(folder: Path, reports: list[Report]) -> None:
    """What is found depends on the family; that claims are sound does not."""
    for family in ("transformer", "combined"):
        report = _with_family(folder, family).read_text(reports[0].text)
        assert isinstance(report, Report)
        for claim in report.claims:
            assert report.text[claim.spans[0].start : claim.spans[0].end] == claim.text
            assert 0 <= claim.confidence <= 1


def test_an_encoder_that_only_tells_metrics_moves_no_claim(folder: Path, reports: list[Report]) -> None:
    never = {"tag_below": 0.0, "line_below": 0.0, "word_below": 0.0}
    found = [
        [c.spans for c in _with_family(folder, family, **never).read_text(reports[0].text).claims]  # type: ignore[union-attr]
        for family in ("combined", "linear")
    ]
    assert found[0] == found[1] != []


def test_a_say_of_nothing_changes_nothing(folder: Path, linear: Path, reports: list[Report]) -> None:
    silent = {"line_weight": 0.0, "word_weight": 0.0}
    never = {"below": 0.0, "line_below": 0.0, "word_below": 0.0}
    told = [_with_family(folder, "combined", **use).read_text(reports[1].text) for use in
            (never, {"below": 1.1, "weight": 0.0, **silent})]  # fmt: skip
    for file in folder.glob("encoder.*"):
        file.unlink()
    alone = Pipeline(build(folder)).read_text(reports[1].text)
    for report in told:
        assert [c.metric for c in report.claims] == [c.metric for c in alone.claims]  # type: ignore[union-attr]
        assert report.sections == alone.sections  # type: ignore[union-attr]
        assert [*report.cells] == [*alone.cells]  # type: ignore[union-attr]


def test_loaded_it_tells_the_same(folder: Path, fitted: tuple[Any, Any], reports: list[Report]) -> None:
    from gouji.training.encoder import lessons

    loaded = encoders.Encoder.load(folder)
    windows = lessons(loaded.vocabulary, reports[:2]).claims.windows
    told = loaded.told(windows, encoders.HEADS)
    for head, expected in fitted[1].told(windows, encoders.HEADS).items():
        np.testing.assert_array_equal(told[head], expected)
    alone = loaded.facts(windows.take(np.array([3])))["metrics"]
    np.testing.assert_allclose(alone[0], told["metrics"][3], atol=0.05)


@pytest.mark.parametrize("what", ["cut", "graph", "labels", "checksum"])
def test_a_changed_encoder_is_refused(folder: Path, what: str) -> None:
    path = folder / "encoder.npz"
    with np.load(path) as data:
        arrays = {k: data[k] for k in data.files}
    if what == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif what == "checksum":
        np.savez(path, **arrays)
    else:
        arrays |= (
            {"graph": arrays["graph"][::-1]}
            if what == "graph"
            else {"metrics.labels": arrays["metrics.labels"][:, None]}
        )
        np.savez(path, **arrays)
        about = json.loads((folder / "encoder.json").read_text("utf-8"))
        (folder / "encoder.json").write_text(json.dumps({**about, "sha256": store._sha256(path)}))
    with pytest.raises(store.ModelError):
        families.load(folder)


def test_a_killed_run_goes_on(reports: list[Report], tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from gouji.training import encoder

    said: list[str] = []
    state = tmp_path / "state"
    encoder.fit(reports[:2], {**TINY, "steps": 6}, state=state, say=said.append)
    assert not any("goes on" in line for line in said)
    encoder.fit(reports[:2], {**TINY, "steps": 8}, state=state, say=said.append)
    assert any("goes on at step 6" in line for line in said)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings of a tiny encoder."""
    path = tmp_path / "tiny.yaml"
    tiny = {k: v for k, v in TINY.items() if k != "seed"} | {
        "reports": 4,
        "harder": 1,
        "tables": 2,
        "held": 1,
        "steps": 12,
    }
    path.write_text(yaml.safe_dump({"seed": 3, "encoder": tiny}), "utf-8")
    return path


def test_a_run_of_the_encoder_is_a_combined_folder(config: Path, tmp_path: Path, reports: list[Report]) -> None:
    for extra in ("torch", "onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(extra)
    said: list[str] = []
    for _ in range(2):  # the second time nothing is left to do
        train(tmp_path / "run", config=config, only=["encoder"], say=said.append)
    assert sum("kept from the run before" in line for line in said) == 1
    assert families.in_use(tmp_path / "run") == "combined"
    assert isinstance(Pipeline(build(tmp_path / "run")).read_text(reports[0].text), Report)
    record = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert record["processor"] in ("CPU", "CUDA")
    assert record["models"]["encoder"]["weights"] > 1000


def test_without_torch_it_says_what_to_install(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("gouji.training.encoder", "gouji.training.export"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("gouji.training.encoder", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ValueError, match=r"gouji\[train,transformer\]"):
        train(tmp_path / "run", config=config, only=["encoder"], say=lambda _: None)


def test_an_unknown_family_is_no_setting(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("family: neural\n", "utf-8")
    with pytest.raises(ValueError, match="neural"):
        train(tmp_path / "run", config=tmp_path / "c.yaml", only=["encoder"], say=lambda _: None)


EXTRAS = ("torch", "transformers", "onnx", "onnxscript", "onnxruntime")


@pytest.fixture
def checkpoint(reports: list[Report], tmp_path: Path) -> tuple[Path, list[str]]:
    """A BERT-like checkpoint that knows nothing yet, and the words of its vocabulary."""
    for extra in EXTRAS:
        pytest.importorskip(extra)
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path / "bert"
    folder.mkdir()
    characters = sorted({c for r in reports for c in r.text if "\u4e00" <= c <= "\u9fff"})
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "0", *characters, "##0", "ab"]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(words), **size)).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder, words


def test_a_checkpoint_of_hugging_face_is_fine_tuned(checkpoint: tuple[Path, list[str]], reports: list[Report]) -> None:
    """Any BERT-like one, by path: one made here, with a vocabulary file of its own."""
    from gouji.training import encoder, export

    folder, words = checkpoint
    options = {**TINY, "steps": 10}
    network, vocabulary, labels, _ = encoder.fit(reports[:3], options, checkpoint=str(folder), say=lambda _: None)
    assert vocabulary.encode("7").tolist() == [words.index("0")]
    assert vocabulary.encode(words[10] + "🀄").tolist() == [10, 1]
    sample = encoder.lessons(vocabulary, reports).claims.windows
    made = export.exported(network, vocabulary, labels.names, {"family": "transformer"}, sample=sample, int8=False)
    probabilities = made.facts(sample)["metrics"]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def by_command(config: Path, out: Path, *more: object) -> Result:
    arguments = ["train", "--config", config, "--only", "encoder", "--out", out, "--measure", 0, *more]
    return CliRunner().invoke(cli.app, [*map(str, arguments)])


def with_setting(config: Path, **changes: object) -> Path:
    """The settings with some of the encoder's changed, and no calibration."""
    settings = yaml.safe_load(config.read_text("utf-8"))
    path = config.with_name("changed.yaml")
    encoder = {**settings["encoder"], **changes}
    path.write_text(yaml.safe_dump({**settings, "calibration": {"reports": 0}, "encoder": encoder}), "utf-8")
    return path


def test_the_command_fine_tunes_a_checkpoint(
    checkpoint: tuple[Path, list[str]], config: Path, tmp_path: Path, reports: list[Report]
) -> None:
    """From the settings of a user to a folder that reads."""
    out = tmp_path / "run"
    done = by_command(with_setting(config, checkpoint=str(checkpoint[0])), out)
    assert done.exit_code == 0, done.output
    assert families.in_use(out) == "combined"
    report = Pipeline(build(out)).read_text(reports[0].text)
    assert isinstance(report, Report)
    assert report.claims
    about = json.loads((out / "encoder.json").read_text("utf-8"))
    assert about["settings"]["checkpoint"] == str(checkpoint[0])
    known = encoders.Encoder.load(out).vocabulary
    assert known.encode("7").tolist() == [checkpoint[1].index("0")]
    fitted_on = json.loads((out / "run.json").read_text("utf-8"))["models"]["encoder"]
    assert fitted_on["processor"] in ("CPU", "CUDA")
    assert {"torch", "transformers", "onnxruntime"} <= set(fitted_on["libraries"])
    assert str(checkpoint[0]) in (out / "card.md").read_text("utf-8")
    assert not (out / "encoder.state").exists()


def test_the_command_trains_from_nothing_and_goes_on_after_a_kill(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for extra in ("torch", "onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(extra)
    from gouji.training import encoder

    out, settings = tmp_path / "run", with_setting(config)
    save = encoder.Trainer._save

    def killed(trainer: Any) -> None:
        save(trainer)
        if trainer.step == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(encoder, "_CHECKPOINT_S", -1.0)  # the state is written at every step
    monkeypatch.setattr(encoder.Trainer, "_save", killed)
    stopped = by_command(settings, out)
    assert stopped.exit_code == 130
    assert not (out / "encoder.npz").exists()
    monkeypatch.setattr(encoder.Trainer, "_save", save)

    shutil.copytree(out, tmp_path / "other")
    done = by_command(settings, out)
    assert done.exit_code == 0, done.output
    assert "goes on at step 5" in done.output
    assert json.loads((out / "run.json").read_text("utf-8"))["models"]["encoder"]["iterations"] == 12
    other = by_command(with_setting(config, width=24), tmp_path / "other")  # a state of other settings is none of its
    assert other.exit_code == 0, other.output
    assert "begins anew" in other.output
    assert "goes on" not in other.output


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"checkpoint": "./nowhere"}, "no such folder"),
        ({"blocks": "cxa"}, "a word of c and a"),
        ({"steps": 0}, "steps must be more than 0"),
    ],
)
def test_settings_of_an_encoder_that_make_no_sense_are_said_in_a_line(
    changes: dict[str, object], said: str, config: Path, tmp_path: Path
) -> None:
    for extra in EXTRAS:
        pytest.importorskip(extra)
    done = by_command(with_setting(config, **changes), tmp_path / "run")
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_no_more_reports_are_drawn_than_asked_for(config: Path, tmp_path: Path) -> None:
    """More ruined ones than there are in all."""
    for extra in ("torch", "onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(extra)
    done = by_command(with_setting(config, reports=3, harder=9), tmp_path / "run")
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["models"]["encoder"]["reports"] == 3


def test_a_checkpoint_without_chinese_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from gouji.training import encoder
    from transformers import BertConfig, BertModel, BertTokenizer

    (tmp_path / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"]), "utf-8")
    BertModel(BertConfig(vocab_size=6, hidden_size=8, num_hidden_layers=1, num_attention_heads=2)).save_pretrained(
        tmp_path
    )
    BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="no Chinese"):
        encoder.checkpoint_vocabulary(str(tmp_path))
