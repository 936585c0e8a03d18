"""Which weights are in use: promoted, checked, taken back; and the commands that say so."""

from __future__ import annotations

import shutil
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


@pytest.mark.parametrize("arguments", [["show", "nowhere"], ["promote", "nowhere"], ["list", "nowhere"]])
def test_what_is_not_there_is_said_in_a_line(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_shipped_ones_have_something_to_show() -> None:
    shown = run("show", "released").stdout
    assert all(name in shown for name in store.manifests(RELEASED))
