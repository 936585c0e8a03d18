"""The manual cannot rot: its links lead somewhere, its commands and options exist, its snippets run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from gouji.corpus.forms import section_ids
from gouji.corpus.markup import parse
from gouji.inference import cli

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"^(gouji [a-z][^\n#|]*)", re.MULTILINE)
INLINE = re.compile(r"`(gouji [a-z][^`\n|]*)`")


@pytest.fixture(params=PAGES, ids=lambda p: p.name)
def page(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_links_lead_to_files(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    missing = [x for x in links if "://" not in x and not (page.parent / x.partition("#")[0]).exists()]
    assert not missing


def test_files_named_in_the_architecture_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = re.findall(r"`((?:configs|corpus|models|training|inference|tests)/[\w/.*]+)`", text)
    assert len(named) > 15
    assert not [name for name in named if not any(ROOT.glob(name))]


def _commands(page: Path) -> list[str]:
    text = page.read_text("utf-8")
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL))
    return [c.strip() for c in (*COMMAND.findall(shell), *INLINE.findall(text))]


def test_commands_and_their_options_exist(page: Path) -> None:
    for line in _commands(page):
        command = typer.main.get_command(cli.app)
        words = shlex.split(line.partition(">")[0])[1:]
        while words and hasattr(command, "commands"):
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        options = {w.partition("=")[0] for w in words if w.startswith("-") and w != "-"}
        assert options <= known | {"--help"}, line


def test_the_readme_has_commands() -> None:
    assert len(_commands(PAGES[0])) >= 10


def test_what_the_annotation_page_shows_is_read(page: Path) -> None:
    if page.name != "annotation.md":
        pytest.skip("no annotation in it")
    blocks = [b for b in re.findall(r"```\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL) if "[[" in b]
    assert len(blocks) == 2
    marks = parse(blocks[0]).marks
    assert [m.address for m in marks if m.kind == "section"] == ["title", "overview", "requests", "colophon"]
    assert all(m.address in section_ids() for m in marks if m.kind == "section")
    assert [f.metric for m in marks for f in m.facts][:2] == ["requests/new/total", "requests/on_time_rate"]
    assert len(parse(blocks[1]).marks[0].facts) == 2


def test_the_python_of_the_readme_runs(
    model: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    examples: list[Path],
    capsys: pytest.CaptureFixture,
) -> None:
    if model is not None:
        pytest.skip("the README speaks of the weights that ship")
    (code,) = re.findall(r"```python\n(.*?)```", PAGES[0].read_text("utf-8"), flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "报告.txt").write_bytes(examples[1].read_bytes())
    (tmp_path / "年报").mkdir()
    exec(compile(code, "README.md", "exec"), {})
    assert "46" in capsys.readouterr().out


def test_the_picture_is_small() -> None:
    assert (ROOT / "docs" / "page.png").stat().st_size < 300_000


def test_make_has_the_two_commands() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    for target in ("demo", "test", "bench", "figures", "picture"):
        assert re.search(rf"^{target}:", text, re.MULTILINE), target
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("make test")
