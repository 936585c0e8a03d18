"""Which weights are in use: promoted, checked, taken back; and the commands that say so."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import RELEASED
from gouji.inference import cli, shelf
from gouji.inference.pipeline import load
from gouji.inference.results import fingerprint
from gouji.models import store
from typer.testing import CliRunner, Result

pytestmark = pytest.mark.skipif(not any(RELEASED.glob("*.npz")), reason="no weights are released")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_HOME", str(tmp_path / "home"))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The shipped weights with another manifest: another fingerprint."""
    path = tmp_path / "run"
    path.mkdir()
    for file in store.files(RELEASED):
        shutil.copyfile(file, path / file.name)
    arrays, about = store.load(path, "sections")
    store.save(path, "sections", arrays, {k: v for k, v in about.items() if k not in ("sha256",)} | {"note": "other"})
    (path / "card.md").write_text("# 模型卡\n", "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["models", *map(str, arguments)])


def test_promoted_weights_are_in_use_until_taken_back(other: Path) -> None:
    shipped, results = load().fingerprint, fingerprint(None)
    assert load("released").fingerprint == shipped
    done = run("promote", other)
    assert done.exit_code == 0, done.output
    shutil.rmtree(other)  # what is promoted is a copy
    assert load().fingerprint != shipped
    assert load("released").fingerprint == shipped
    assert fingerprint(None) != results
    assert run("show").stdout == "# 模型卡\n"
    name = shelf.promoted()
    assert name is not None
    assert run("promote", "released").exit_code == 0
    assert load().fingerprint == shipped
    assert fingerprint(None) == results
    assert run("promote", name).exit_code == 0  # it still lies there
    assert shelf.promoted() == name


def test_the_list_marks_what_is_in_use(other: Path) -> None:
    assert [line[:1] for line in run("list").stdout.splitlines()[1:]] == ["*"]
    run("promote", other)
    lines = run("list", other.parent).stdout.splitlines()[1:]
    assert [line[:1] for line in lines] == [" ", "*", " "]
    assert str(other) in lines[2]
    assert store.fingerprint(other) in lines[1]
    assert store.fingerprint(other) in lines[2]


@pytest.mark.parametrize("damage", ["cut", "missing", "foreign"])
def test_damaged_weights_are_not_promoted(other: Path, damage: str) -> None:
    if damage == "cut":
        (other / "facts.npz").write_bytes((other / "facts.npz").read_bytes()[:-9])
    elif damage == "missing":
        (other / "tables.npz").unlink()
    else:
        (other / "sections.json").write_text('{"name": "sections", "sha256": "x", "format": 99}', "utf-8")
    done = run("promote", other)
    assert done.exit_code == 2
    assert "nothing has changed" in done.stderr
    assert shelf.promoted() is None
    assert not shelf.home().exists()


def test_promoted_weights_that_went_bad_say_the_way_back(other: Path) -> None:
    run("promote", other)
    shelf_copy = shelf.in_use()
    (shelf_copy / "facts.npz").write_bytes(b"x")
    with pytest.raises(store.ModelError, match="gouji models promote released"):
        load()


@pytest.mark.parametrize(
    "arguments", [["show", "nowhere"], ["card", "nowhere"], ["promote", "nowhere"], ["list", "nowhere"]]
)
def test_what_is_not_there_is_said_in_a_line(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert len(done.stderr.strip().splitlines()) == 1


# -- the card that ships ---------------------------------------------------------------


def test_the_card_that_ships_is_of_the_weights_that_ship() -> None:
    shown = run("show", "released").stdout
    again = "write it anew: gouji models card released --test 1000"
    assert store.fingerprint(RELEASED) in shown, again
    for name, about in store.manifests(RELEASED).items():
        assert name == "calibration" or f"| `{name}` |" in shown
        assert name == "calibration" or about["sha256"][:12] in shown, again
    for part in ("## Data", "## Figures on the test split", "never saw", "## Limits", "## Known failures", "【"):
        assert part in shown
    record = json.loads((RELEASED / "run.json").read_text("utf-8"))
    assert record["models"] == store.fingerprint(RELEASED), again
    assert f"{record['metrics']['claims_metric']:.3f}" in run("list").stdout


def test_cards_are_shown_without_the_extras_of_training() -> None:
    """A default install lists and shows weights."""
    code = (
        "import sys\n"
        "for name in ('sklearn', 'scipy', 'pycrfsuite', 'datasets', 'torch', 'matplotlib', 'transformers', 'onnx'):\n"
        "    sys.modules[name] = None\n"
        "from gouji.inference.cli import app\n"
        "app(['models', sys.argv[1]])\n"
    )
    for command, expected in (("show", "## Known failures"), ("list", "released")):
        done = subprocess.run([sys.executable, "-c", code, command], capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout


def test_weights_without_a_card_are_measured_and_get_one(other: Path) -> None:
    (other / "card.md").unlink()
    assert "gouji models card" in run("show", other).stdout
    done = run("card", other, "--n", 3, "--test", 4)
    assert done.exit_code == 0, done.output
    card = run("show", other).stdout
    assert store.fingerprint(other) in card
    assert "On 3 reports of `dev`" in card
    assert "4 reports, 0 not read" in card
    assert json.loads((other / "run.json").read_text("utf-8"))["models"] == store.fingerprint(other)
    assert run("card", other, "--n", 2).exit_code == 0  # its own it writes anew
    assert "On 2 reports of `dev`" in run("show", other).stdout


def test_the_card_of_a_run_is_left_as_it_is(other: Path) -> None:
    done = run("card", other, "--n", 2)
    assert done.exit_code == 2
    assert "nothing is replaced" in done.stderr
    assert (other / "card.md").read_text("utf-8") == "# 模型卡\n"


def test_a_card_of_other_weights_gives_no_figures(other: Path) -> None:
    """Weights that were exchanged beside a card that was measured on others."""
    for name in ("card.md", "run.json"):
        shutil.copyfile(RELEASED / name, other / name)
    assert shelf.about("run", other).metrics == {}
    assert shelf.about("released", RELEASED).metrics


def test_models_to_begin_from_that_are_none_are_said_in_a_line(tmp_path: Path) -> None:
    from gouji.corpus.generate import generate, write_folder

    write_folder(generate("dev", 1, 0), tmp_path / "mine")
    arguments = ["train", "--data", tmp_path / "mine", "--out", tmp_path / "out", "--model", tmp_path / "nowhere"]
    done = CliRunner().invoke(cli.app, [*map(str, arguments)])
    assert done.exit_code == 2, done.output
    assert "not found" in done.stderr
    assert "Traceback" not in done.output
