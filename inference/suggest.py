"""``gouji corpus suggest``: the reports of an archive whose annotation would teach the models most.

Every report is read once and only its sketch is kept, in a journal that a run which was cut
off goes on with. The chosen ones are read again and exported with what the models say of them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..corpus.formats import Annotated, of_report, safe_name
from ..corpus.formats import write as write_format
from ..corpus.report import Failure, Report
from .archive import Input, inputs, sha256_of
from .archive import count as count_inputs
from .choosing import Choice, choose
from .results import fingerprint, guard
from .sketches import N_DIMENSIONS, Sketch, sketch, vector_of
from .workers import Job, answers

_JOURNAL = "sketches.jsonl"
_TABLE = "suggested.csv"
_COLUMNS = ("rank", "name", "path", "agency", "year", "doubt", "doubt_sections", "doubt_tables", "doubt_claims",
            "novelty", "nearest_to", "reason")  # fmt: skip
_N_KNOWN = 800
"""Generated reports that stand for the training corpus."""
_UNSURE = 0.15


class Suggested(NamedTuple):
    """What a run did: reports read, inputs that gave none, and what was chosen."""

    n_read: int
    n_failed: int
    chosen: list[tuple[Sketch, Choice]]


def suggest(
    paths: Sequence[str],
    out: str,
    *,
    n: int,
    form: str,
    annotated: Iterable[str] = (),
    loader: str,
    model: str | None = None,
    n_workers: int = 1,
    bar: Any,
) -> Suggested:
    """Choose ``n`` reports of an archive and export them to ``out``, ready for annotation.

    Parameters
    ----------
    annotated : iterable of str
        Texts that the models know besides the corpus, or will (annotated earlier): nothing like them is chosen.
    bar : context manager factory
        ``bar(total, word)`` gives a function that is told of progress.

    Raises
    ------
    ValueError
        If ``out`` holds suggestions already: people may be at work on them.
    """
    folder = Path(out)
    if (folder / _TABLE).exists():
        raise ValueError(f"{folder / _TABLE} is there already; choose another folder 已有上次的建议，请另选文件夹")
    folder.mkdir(parents=True, exist_ok=True)
    job = Job(loader, model)
    kept = _Journal(folder / _JOURNAL, fingerprint(model, "sketch", N_DIMENSIONS))
    total = count_inputs(paths, leave_out=[out])
    n_failed = 0
    with kept, bar(total, "通读") as advance:
        for item in _sketched(inputs(paths, leave_out=[out]), kept, job, n_workers):
            n_failed += not isinstance(item, Sketch)
            advance(1)
    sketches = kept.last()
    with bar(None, "比较"):
        known = [*_known(_N_KNOWN), *map(vector_of, annotated)]
        vectors = np.stack([s.vector for s in sketches]) if sketches else np.zeros((0, N_DIMENSIONS), np.uint8)
        choices = choose(vectors, np.array([s.doubt for s in sketches]), n, np.stack(known))
    chosen = [(sketches[c.number], c) for c in choices]
    with bar(len(chosen), "导出") as advance:
        names = _export(paths, chosen, folder, form, job, n_workers, advance)
    _write_table(folder / _TABLE, chosen, names)
    return Suggested(len(sketches), n_failed, chosen)


def _known(n: int) -> list[np.ndarray]:
    """Sketches of what the shipped models have learned from: a sample of the training corpus."""
    from ..corpus.generate import generate

    return [vector_of(e.text) for e in generate("train", n, 0)]


class _Journal:
    """The sketches that were made, one a line behind a line that says under which models."""

    def __init__(self, path: Path, mark: str) -> None:
        self._found: dict[str, Sketch] = {}
        self._seen: dict[str, None] = {}
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        is_ours = bool(lines) and _parsed(lines[0]).get("sketches") == mark
        whole = len(lines[0]) + 1 if is_ours else 0
        for line in lines[1:] if is_ours else []:
            try:
                found = Sketch.from_row(json.loads(line))
            except (ValueError, TypeError, KeyError):
                break
            self._found[found.path] = found
            whole += len(line) + 1
        self._file = open(path, "ab")  # noqa: SIM115 closed in __exit__
        self._file.truncate(whole)
        if not is_ours:
            self._write({"sketches": mark})

    def __enter__(self) -> _Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, path: str, sha256: str) -> Sketch | None:
        found = self._found.get(path)
        return found if found is not None and sha256 and found.sha256 == sha256 else None

    def add(self, one: Sketch) -> None:
        self._found[one.path] = one
        self._write(one.to_row())

    def see(self, path: str) -> None:
        """Note that an input is among this run's."""
        self._seen[path] = None

    def last(self) -> list[Sketch]:
        """The sketches of this run's reports, in their order."""
        return [self._found[path] for path in self._seen]

    def _write(self, row: dict[str, Any]) -> None:
        self._file.write(json.dumps(row).encode("ascii") + b"\n")
        self._file.flush()


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _sketched(items: Iterable[Input | Failure], kept: _Journal, job: Job, n_workers: int) -> Iterator[Sketch | Failure]:
    """Sketches of all inputs, those of an earlier run without reading; a failure where there is no report."""
    earlier: list[Sketch] = []

    def unknown() -> Iterator[Input | Failure]:
        for item in items:
            if isinstance(item, Input) and (found := kept.get(item.path, sha256_of(item))) is not None:
                earlier.append(found)
            else:
                yield item

    for answer, _ in answers(unknown(), job, n_workers=n_workers):
        while earlier:
            one = earlier.pop(0)
            kept.see(one.path)
            yield one
        if isinstance(answer, Report):
            one = sketch(answer)
            kept.add(one)
            kept.see(one.path)
            yield one
        else:
            yield answer
    for one in earlier:
        kept.see(one.path)
        yield one


def _export(
    paths: Sequence[str], chosen: Sequence[tuple[Sketch, Choice]], folder: Path, form: str, job: Job, n_workers: int,
    advance: Any,
) -> dict[str, str]:  # fmt: skip
    """Read the chosen reports again and write them in a format; gives the name of each path."""
    ranks = {s.path: rank for rank, (s, _) in enumerate(chosen, 1)}
    names: dict[str, str] = {}
    wanted = (i for i in inputs(paths, leave_out=[str(folder)]) if isinstance(i, Input) and i.path in ranks)
    found: dict[str, Annotated] = {}
    for answer, _ in answers(wanted, job, n_workers=n_workers):
        if isinstance(answer, Report) and answer.source.path not in found:
            path = answer.source.path
            stem = safe_name(Path(path.rpartition("!")[2]).stem)
            names[path] = next(c for i in count() if (c := stem if i == 0 else f"{stem}-{i + 1}") not in names.values())
            found[path] = of_report(answer, names[path])
            advance(1)
    write_format(form, (found[p] for p in sorted(found, key=ranks.__getitem__)), folder)
    return names


def _write_table(path: Path, chosen: Sequence[tuple[Sketch, Choice]], names: dict[str, str]) -> None:
    """The table of what was chosen and why; it appears whole, as the last thing of a run."""
    fresh = path.with_name(path.name + ".new")
    with open(fresh, "w", encoding="utf-8-sig", newline="", errors="backslashreplace") as handle:
        writer = csv.writer(handle)
        writer.writerow(_COLUMNS)
        for rank, (one, choice) in enumerate(chosen, 1):
            row = (rank, names.get(one.path), one.path, one.agency, one.year, round(one.doubt, 3), one.sections,
                   one.tables, one.claims, choice.novelty, choice.n_near, reason(one, choice))  # fmt: skip
            writer.writerow([guard(v) for v in row])
    fresh.replace(path)


def reason(one: Sketch, choice: Choice) -> str:
    """Why a report was chosen, in one Chinese sentence."""
    parts = []
    doubts = {"章节": one.sections, "表格": one.tables, "正文陈述": one.claims}
    unsure = sorted((k for k, v in doubts.items() if v >= _UNSURE), key=lambda k: -doubts[k])
    if unsure:
        parts.append("、".join(unsure) + "的识别把握不足")
    if choice.is_new:
        parts.append("版式或用语与训练语料不同")
    if choice.n_near > 1:
        parts.append(f"另有{choice.n_near - 1}份报告与它最相近")
    return "；".join(parts or ["与已选的报告不同"]) + "。"
