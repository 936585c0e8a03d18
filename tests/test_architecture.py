"""The shape of the code base: who imports whom, and what stands in one place only."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from gouji import configs

ROOT = Path(__file__).parent.parent

ARROWS = {
    "configs": set(),
    "corpus": {"configs"},
    "models": {"configs", "corpus"},
    "training": {"configs", "corpus", "models"},
    "inference": {"configs", "corpus", "models"},
}
"""Each folder, and the other folders that it may import."""

DOORS = ("inference/workshop.py", "inference/library.py")
"""The doors to training: the commands that train, measure and build, which hand the pipeline over as an argument."""

TRAINING_ONLY = ("sklearn", "scipy", "pycrfsuite", "datasets", "torch", "matplotlib")


def _modules() -> list[Path]:
    return [p for folder in ARROWS for p in sorted((ROOT / folder).rglob("*.py"))]


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute names of what a module imports, with the line."""
    parts = ("gouji", *path.relative_to(ROOT).with_suffix("").parts)
    if parts[-2:] == ("front", "__init__") or "front" in parts:
        parts = ("gouji", parts[-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parts[: len(parts) - node.level]) if node.level else ""
            whole = ".".join(x for x in (base, node.module or "") if x)
            yield from ((f"{whole}.{alias.name}", node.lineno) for alias in node.names)


@pytest.mark.parametrize("folder", ARROWS)
def test_imports_follow_the_arrows(folder: str) -> None:
    wrong = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for module, line in _imports(path):
            parts = module.split(".")
            if parts[0] != "gouji" or len(parts) < 2 or parts[1] == folder or parts[1] not in ARROWS:
                continue
            if parts[1] not in ARROWS[folder] and not (name in DOORS and parts[1] == "training"):
                wrong.append(f"{name}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def test_the_doors_are_opened_by_the_command_line_alone() -> None:
    doors = {Path(door).stem for door in DOORS}
    users = {
        p.relative_to(ROOT).as_posix() for p in _modules() for name, _ in _imports(p) if doors & {*name.split(".")}
    }
    assert users <= {"inference/cli.py", "inference/cli_corpus.py", "inference/cli_models.py"}


def test_every_folder_is_packaged() -> None:
    """An editable install would hide a package that the wheel lacks."""
    packaged = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    folders = {"gouji"} | {
        "gouji." + ".".join(p.parent.relative_to(ROOT).parts)
        for p in _modules()
        if p.name == "__init__.py" and "front" not in p.parts
    }
    assert packaged == folders
    assert all((p.parent / "__init__.py").exists() for p in _modules())


def test_every_data_file_is_packaged() -> None:
    packaging = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    places = {**{name: name.removeprefix("gouji.").replace(".", "/") for name in packaging["packages"]},
              **packaging["package-dir"]}  # fmt: skip
    packed = {
        path for name, patterns in packaging["package-data"].items() for pattern in patterns
        for path in (ROOT / places[name]).glob(pattern)
    }  # fmt: skip
    there = {p for folder in ARROWS for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    data = {
        p for p in there if p.suffix != ".py" and not p.parent.name.startswith("hand")
    }  # to measure with, from a checkout
    assert not sorted(p.relative_to(ROOT).as_posix() for p in data - packed)


def _plain(text: str) -> str:
    """A text as the forms write it: half width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _statutory() -> Iterator[str]:
    forms = configs.load("forms")
    for kind in ("sections", "columns", "rows", "groups"):
        for entry in forms[kind].values():
            for label in (entry["label"], *entry.get("variants", ())):
                if len(_plain(label)) >= 5:
                    yield _plain(label)


def _strings(path: Path) -> Iterator[tuple[str, int]]:
    """String literals of a module that are no docstrings."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value, node.lineno


def test_no_label_of_the_form_is_written_in_code() -> None:
    labels = sorted(set(_statutory()), key=len, reverse=True)
    assert len(labels) > 100
    any_label = re.compile("|".join(map(re.escape, labels)))
    found = [
        f"{path.relative_to(ROOT)}:{line} writes {match.group()}"
        for path in _modules()
        for text, line in _strings(path)
        for match in any_label.finditer(_plain(text))
    ]
    assert not found, "\n".join(sorted(found))


def test_no_path_of_a_machine_is_written() -> None:
    out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    files = [ROOT / name for name in out.stdout.decode().split("\0") if name] or _modules()
    machine = re.compile(r"(?<![\w.:/-])/(?:home|Users|root|work|opt/v|mnt|tmp/\w)[/\w]|[A-Z]:\\\\Users")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        if path.suffix in {".py", ".toml", ".md", ".yaml", ".cfg", ".html", ".js", ".css", ""}
        and path.is_file()
        and path != Path(__file__)
        for match in machine.finditer(path.read_text("utf-8", "replace"))
    ]
    assert not found, "\n".join(found)


BLOCKED = f"""
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {TRAINING_ONLY!r} or name.startswith("gouji.training"):
            raise ModuleNotFoundError(f"blocked: {{name}}", name=name)
sys.meta_path.insert(0, Block())
"""


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BLOCKED + code], capture_output=True, text=True, timeout=120)


def test_reading_needs_nothing_of_training() -> None:
    done = _python("import gouji.inference.pipeline, gouji.inference.cli, gouji.inference.pages, gouji.inference.view")
    assert done.returncode == 0, done.stderr


def test_checking_a_report_needs_nothing_of_training(model: str | None, examples: list[Path]) -> None:
    done = _python(
        "import sys\nfrom gouji.inference.pipeline import check_path\n"
        f"(report,) = check_path({str(examples[0])!r}, {model!r})\n"
        f"assert report.claims\nassert not {set(TRAINING_ONLY)!r} & set(sys.modules)\n"
        "assert 'spacy' not in sys.modules, 'only gouji.load().nlp needs spaCy'"
    )
    assert done.returncode == 0, done.stderr


def test_help_loads_no_model_and_no_pipeline() -> None:
    done = _python(
        "import sys\nfrom typer.testing import CliRunner\nfrom gouji.inference.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "assert not {'spacy', 'numpy', 'jieba', 'lxml'} & set(sys.modules)"
    )
    assert done.returncode == 0, done.stderr
