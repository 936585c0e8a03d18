"""The corpus as a data set: the same bytes for a seed, the same examples back."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gouji.corpus.generate import SPLITS, example
from gouji.inference import cli
from typer.testing import CliRunner, Result

datasets = pytest.importorskip("datasets")
from gouji.training import dataset  # noqa: E402

N, SEED = 50, 9


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    datasets.disable_progress_bars()
    datasets.config.HF_DATASETS_CACHE = folder / "cache"
    dataset.build(folder, n=N, seed=SEED)
    return folder


def digests(folder: Path) -> dict[str, str]:
    files = [*sorted((folder / "data").iterdir()), folder / "README.md"]
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["corpus", *map(str, arguments)])


def test_a_seed_gives_the_same_bytes_in_any_process(built: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gouji", "corpus", "build", str(tmp_path), "--n", str(N), "--seed", str(SEED)]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([*command, "--workers", "2"], check=True, env=environment, capture_output=True)
    assert digests(tmp_path) == digests(built)


def test_another_seed_gives_other_reports(tmp_path: Path, built: Path) -> None:
    dataset.build(tmp_path, n=5, seed=SEED + 1)
    first = next(dataset.examples(tmp_path, "train"))
    assert first.text != next(dataset.examples(built, "train")).text


@pytest.mark.parametrize("split", SPLITS)
def test_the_examples_come_back(built: Path, split: str) -> None:
    n = 0
    for n, found in enumerate(dataset.examples(built, split), 1):
        made = example(split, SEED, n - 1)
        assert (found.text, found.marked.marks) == (made.text, made.marked.marks)
        assert found.report == made.report
        assert found.planted == made.planted
        assert found.meta == made.meta
    assert n == dataset.sizes(N)[split]


def test_datasets_loads_the_folder_by_its_card(built: Path) -> None:
    loaded = datasets.load_dataset(str(built), cache_dir=str(built / "cache"))
    assert {k: len(v) for k, v in loaded.items()} == {
        k.replace("-", "_"): v for k, v in dataset.sizes(N).items()
    }  # fmt: skip
    for row in loaded["test_hard"]:
        for claim in row["claims"]:
            assert row["text"][claim["start"] : claim["end"]] == claim["text"]
        for cell in row["cells"]:
            assert row["text"][cell["start"] : cell["end"]] == cell["raw"]


def test_features_are_declared(built: Path) -> None:
    stream = dataset.load(built, "dev", streaming=True)
    assert stream.features == dataset.features()


def test_the_card_tells_seed_and_counts(built: Path) -> None:
    card = (built / "README.md").read_text("utf-8")
    assert f"--n {N} --seed {SEED}" in card
    assert "$" not in card
    assert f"| train | {dataset.sizes(N)['train']} |" in card


def test_sizes_share_out_all() -> None:
    for n in (1, 7, 1000, 12345):
        assert sum(dataset.sizes(n).values()) == n


def test_a_split_that_is_not_there(built: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such split"):
        dataset.load(tmp_path, "train")


def test_show_renders_examples(built: Path, tmp_path: Path) -> None:
    shown = run("show", "train", 3, "--seed", SEED)
    assert shown.exit_code == 0
    made = example("train", SEED, 3)
    assert f"● {made.id}" in shown.stdout
    assert "── overview 一、总体情况 ──" in shown.stdout
    assert f"[{len(made.report.claims) - 1}] " in shown.stdout
    assert run("show", built, 3, "--as", "plain").stdout == made.text + "\n"
    page = tmp_path / "a.html"
    assert run("show", built, 0, "--split", "test-hard", "--html", page).exit_code == 0
    assert "</html>" in page.read_text("utf-8")
    assert run("show", "train", "--n", 2, "--html", tmp_path / "pages").exit_code == 0
    assert len(list((tmp_path / "pages").iterdir())) == 2


def test_wrong_wishes_are_said(built: Path, tmp_path: Path) -> None:
    for arguments, words in (
        (("show", "trian"), "neither a split"),
        (("show", built, 10_000), "no example 10000"),
        (("show", tmp_path), "no *.marked.txt"),
        (("build", tmp_path, "--split", "dev"), "--as inline"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert words in result.output
        assert "Traceback" not in result.output


def test_inline_files_are_what_evaluate_reads(tmp_path: Path) -> None:
    assert run("build", tmp_path, "--as", "inline", "--split", "dev", "--n", 2).exit_code == 0
    assert len(list(tmp_path.glob("*.marked.txt"))) == 2
    about = json.loads(next(tmp_path.glob("*.json")).read_text("utf-8"))
    assert about["split"] == "dev"


def test_the_corpus_needs_no_extra() -> None:
    code = (
        "import sys; sys.modules['datasets'] = sys.modules['pyarrow'] = None\n"
        "import gouji.corpus.formats, gouji.corpus.variety, gouji.inference.cli, gouji.inference.library"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    blocked = (
        "import sys; sys.modules['pyarrow'] = None; sys.argv = ['gouji', 'corpus', 'build', 'x', '--n', '1']\n"
        "from gouji.inference.cli import app; app()"
    )
    done = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'gouji[train]'" in done.stderr
