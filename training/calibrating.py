"""The step that fits what a run's confidences are worth, on reports of dev."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from ..corpus.generate import example
from ..corpus.report import Report
from ..models.calibration import NAME as CALIBRATION
from ..models.calibration import Calibration
from ..models.encoder import NAME as ENCODER
from ..models.encoder import USE
from ..models.store import ModelError, manifests
from .calibrate import fit
from .compare import Pair
from .evaluate import Read
from .run import Raw, Run

SPLIT = "dev"
RARE = (("percentage_off", "parts_exceed", "told_twice"), ("growth_off", "rate_off", "sum_off", "not_all"))
"""What prose says wrong of itself: too rare in ordinary reports to tell what it looks like. Reports are drawn with all
of the first or all of the second: with more of them in one report little would be left that is right."""

__all__ = ["CALIBRATION", "calibrate"]


def calibrate(run: Run) -> None:
    """The step: read reports of dev with the new weights; ``calibration.json``.

    Any model that changed makes its confidences worth something else, so that every run ends with
    this step; one whose models are those of an earlier run keeps what that one fitted.
    """
    settings = run.settings[CALIBRATION]
    tools, n = run.tools, settings["reports"]
    if tools is None or tools.raw is None or tools.candidates is None or not n:
        return
    found = manifests(run.out)
    about = {
        "split": SPLIT,
        **settings,
        "corpus": run.record["corpus"],
        "code": run.record["code"],
        "models": {name: made["sha256"][:12] for name, made in found.items() if name != CALIBRATION},
        "use": {key: value for key, value in found.get(ENCODER, {}).items() if key in USE},
    }
    if _is_fitted(run, about):
        run.tell("calibration: kept from the run before 沿用上次结果")
        return
    run.tell(f"calibrating on {n} reports of {SPLIT}; some minutes …")
    common = _tasks(n, settings["seed"])
    share = settings["rare"] // len(RARE)
    rare = [task for k, kinds in enumerate(RARE, 1) for task in _tasks(share, settings["seed"] + k, kinds)]
    tasks = [*common, *rare]
    pairs = _counted(_read_all(tools.raw, run.out, tasks, run.n_processes), len(tasks), run)
    first = [pair for _ in common for pair in next(pairs)]
    rest = chain.from_iterable(pairs)
    calibration = fit(first, tools.candidates, tools.check, rare=rest, about=about)
    calibration.save(run.out)
    run.record["calibration"] = dict(calibration.about)


def _counted(pairs: Iterator[list[Pair]], n_tasks: int, run: Run) -> Iterator[list[Pair]]:
    """The same, and whoever watches is told how many hundredths are read: it takes minutes."""
    for done, some in enumerate(pairs, 1):
        if run.on_iteration is not None:
            run.on_iteration(CALIBRATION, round(100 * done / n_tasks), 100)
        yield some


class _Task(NamedTuple):
    """Some reports in a row."""

    seed: int
    start: int
    stop: int
    statements: Sequence[str]


def _tasks(n: int, seed: int, statements: Sequence[str] = ()) -> list[_Task]:
    return [_Task(seed, at, min(at + _AT_ONCE, n), statements) for at in range(0, n, _AT_ONCE)]


_AT_ONCE = 50


def _read_all(raw: Raw, folder: Path, tasks: Sequence[_Task], n_processes: int) -> Iterator[list[Pair]]:
    """The reports of each task, in order."""
    if n_processes < 2:
        _Reader.begin(raw, folder)
        yield from map(_Reader.read, tasks)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(n_processes, context, initializer=_Reader.begin, initargs=(raw, folder)) as pool:
        yield from pool.map(_Reader.read, tasks)


class _Reader:
    """The reader of a process, loaded once."""

    of_process: Read

    @classmethod
    def begin(cls, raw: Raw, folder: Path) -> None:
        cls.of_process = staticmethod(raw(folder))

    @classmethod
    def read(cls, task: _Task) -> list[Pair]:
        """Reports as they are and as they were read; those are left out that are not taken for reports."""
        out = []
        for index in range(task.start, task.stop):
            case = example(SPLIT, task.seed, index, statements=task.statements)
            answer = cls.of_process(case.report.text, case.report.source.path)
            if isinstance(answer, Report):
                out.append(Pair(case.report, answer, planted=case.planted))
        return out


def _is_fitted(run: Run, about: dict[str, object]) -> bool:
    try:
        return {**Calibration.load(run.out).about, **about} == dict(Calibration.load(run.out).about)
    except ModelError:
        return False
