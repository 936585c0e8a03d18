"""Annotated reports in and out: Label Studio, doccano, spaCy, brat, and our inline form.

Every format is a module with ``read(path) -> Iterator[Annotated | Refused]`` and
``write(items, folder) -> int``. Whatever a tool's own format cannot hold (empty cells, carriage
returns, what was planted) travels beside it in a field or file of ours, so that a round trip
gives back the marks exactly; where a person changed the marks in between, theirs count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

from .base import Annotated, Refused, checked, completed, files, of_example, of_report, safe_name

__all__ = ["FORMATS", "Annotated", "Refused", "completed", "guess", "of_example", "of_report", "read", "write"]

FORMATS = {
    "inline": "inline",
    "label-studio": "label_studio",
    "doccano": "doccano",
    "spacy": "docbin",
    "brat": "brat",
}
"""Formats and their modules, loaded on first use: spaCy is slow to start."""


SUFFIXES = {"inline": ".marked.txt", "brat": ".ann", "spacy": ".spacy", "doccano": ".jsonl", "label-studio": ".json"}
"""What files of each format end in; `guess` tries them in this order, as some bring JSON files along."""


def guess(path: str | Path) -> str:
    """The format of a file or folder, told by the ends of names.

    Raises
    ------
    ValueError
        If nothing of any format is there.
    """
    for name, suffix in SUFFIXES.items():
        with suppress(FileNotFoundError):
            if files(Path(path), suffix)[0].name.endswith(suffix):
                return name
    known = ", ".join(f"{name} *{suffix}" for name, suffix in SUFFIXES.items())
    raise ValueError(f"{path}: no annotated report here; known are {known} 没有标注好的报告")


def _module(name: str) -> ModuleType:
    if name not in FORMATS:
        raise ValueError(f"unknown format {name!r}; known: {', '.join(FORMATS)}")
    return import_module(f".{FORMATS[name]}", __package__)


def read(name: str, path: str | Path, *, annotator: str | None = None) -> Iterator[Annotated | Refused]:
    """Annotated reports of a file or folder, each whole or refused with a reason.

    Parameters
    ----------
    name : str
        One of `FORMATS`.
    annotator : str, optional
        Whose annotation is taken where a task has several (Label Studio).

    Raises
    ------
    ValueError
        If the format is unknown.
    FileNotFoundError
        If nothing of the format is there.
    """
    module = _module(name)
    seen: set[str] = set()
    found = module.read(Path(path), annotator=annotator) if name == "label-studio" else module.read(Path(path))
    for item in found:
        answer = checked(item) if isinstance(item, Annotated) else item
        if isinstance(answer, Annotated):
            if safe_name(answer.name) in seen:
                answer = Refused(answer.path, answer.task, f"a report named {answer.name!r} came before")
            else:
                seen.add(safe_name(answer.name))
        yield answer


def write(name: str, items: Iterable[Annotated], folder: str | Path) -> int:
    """Write annotated reports into a folder; gives how many.

    Raises
    ------
    ValueError
        If the format is unknown, or cannot hold a text at all.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return _module(name).write(items, folder)
