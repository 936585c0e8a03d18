"""Fit the models, each in a process of its own; what an earlier run finished is kept."""

from __future__ import annotations

import csv
import multiprocessing
import os
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ..corpus.generate import generate
from ..corpus.report import Report
from ..models import store
from ..models.crf import Iteration
from ..models.facts import FactModel
from ..models.sections import SectionModel
from ..models.stretches import StretchModel
from . import fit_tables
from .crosswise import found_crosswise
from .run import Run, made_of

_LOOK_SECONDS = 0.5
_HEAD = ("iteration", "loss", "held_out", "seconds")


def fit_models(run: Run) -> None:
    """The step: fit each model that is not there yet."""
    wanted = []
    for name in run.only:
        if is_made(run.out, name, made_of(name, run)):
            run.tell(f"{name}: kept from the run before 沿用上次结果")
            run.record["models"].setdefault(name, {})["kept"] = True
        else:
            wanted.append(name)
    if not wanted:
        return
    n = min(run.n_processes, len(wanted))
    run.tell(f"fitting {', '.join(wanted)}, {n} at a time; some minutes …")
    (run.out / "fit").mkdir(exist_ok=True)
    with ProcessPoolExecutor(max_workers=n, mp_context=get_context("spawn")) as pool:
        tasks: dict[Future[dict[str, Any]], str] = {}
        for name in wanted:
            progress_file(run.out, name).unlink(missing_ok=True)
            about = about_of(name, run)
            tasks[pool.submit(fit_one, name, run.settings, run.out, list(run.own), about)] = name
        try:
            _watch(run, tasks)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _watch(run: Run, tasks: dict[Future[dict[str, Any]], str]) -> None:
    """Report how far the fits are, and what each that ended came to."""
    waiting = set(tasks)
    while waiting:
        done, waiting = wait(waiting, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if run.on_iteration is not None:
            for task in waiting:
                name = tasks[task]
                rows = iterations(run.out, name)
                run.on_iteration(name, len(rows), int(run.settings[name].get("max_iterations", 0)))
        for task in done:
            name = tasks[task]
            found = task.result()
            run.record["models"][name] = found
            run.keep()
            run.tell("{name}: {reports} reports, {iterations} iterations, {seconds} s, {bytes:,} bytes".format(
                name=name, **found))  # fmt: skip
            if run.on_iteration is not None:
                run.on_iteration(name, found["iterations"], found["iterations"])


def about_of(name: str, run: Run) -> dict[str, Any]:
    """What the manifest of a model says of its making."""
    return {
        "corpus": run.record["corpus"], "settings": run.settings[name], "seed": run.settings["seed"],
        "annotated": len(run.own), "made_of": made_of(name, run),
    }  # fmt: skip


def is_made(folder: Path, name: str, digest: str) -> bool:
    """Whether sound weights of the same making lie there."""
    try:
        _, about = store.load(folder, name)
    except store.ModelError:
        return False
    return about.get("made_of") == digest


def fit_one(name: str, settings: dict[str, Any], out: Path, own: list[Report], about: dict[str, Any]) -> dict[str, Any]:
    """Fit one model, in a process of its own, and write it."""
    start = time.monotonic()
    options = dict(settings[name])
    stopping = settings["early_stopping"]
    n = options.pop("reports")
    options["patience"] = stopping["patience"] or None
    listener = _Listener(progress_file(out, name))
    options["on_iteration"] = listener
    harder = min(int(options.pop("harder", 0)), n)
    examples = chain(generate("train", n - harder, settings["seed"]), generate("train-hard", harder, settings["seed"]))
    model: Any
    if name == "tables":
        options["patience"] = None  # drawn tables are held against drawn tables: all iterations do well on them
        model = fit_tables.fit(examples, n_held_out=stopping["reports"], **options)
    else:
        kind: Any = {"sections": SectionModel, "stretches": StretchModel, "facts": FactModel}[name]
        held_out = [e.report for e in generate("dev", stopping["reports"], settings["seed"])]
        if name == "facts":
            options["found"] = found_crosswise(settings)
        model = kind.fit([*own, *(e.report for e in examples)], held_out=held_out, **options)
    model.save(out, about)
    return {
        "reports": n + len(own),
        "iterations": listener.best(options["patience"]),
        "seconds": round(time.monotonic() - start, 1),
        "bytes": (out / f"{name}.npz").stat().st_size,
    }


# -- progress --------------------------------------------------------------------------


def progress_file(out: Path, name: str) -> Path:
    return out / "fit" / f"{name}.csv"


def iterations(out: Path, name: str) -> list[Iteration]:
    """The iterations of a fit so far, as its process noted them."""
    try:
        with progress_file(out, name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        return [Iteration(int(n), float(loss), float(held) if held else None, float(s)) for n, loss, held, s in rows]
    except (OSError, ValueError):  # not begun, or the last line is being written
        return []


class _Listener:
    """Notes each iteration; ends the process where the run that started it is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parent = multiprocessing.parent_process()
        self.rows: list[Iteration] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(",".join(_HEAD) + "\n", "utf-8")

    def __call__(self, one: Iteration) -> None:
        if self.parent is not None and not self.parent.is_alive():
            os._exit(1)
        self.rows.append(one)
        held = "" if one.held_out is None else f"{one.held_out:.6f}"
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{one.number},{one.loss:.3f},{held},{one.seconds:.3f}\n")

    def best(self, patience: int | None) -> int:
        """How many iterations the weights have."""
        measured = [row.held_out or 0.0 for row in self.rows]
        if not measured:
            return 0
        at = len(measured) - measured[::-1].index(max(measured))
        return at if patience and len(measured) == at + patience else len(measured)
