"""The step that fits what a run's confidences are worth, on reports of dev."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..corpus.generate import Example, generate
from ..corpus.report import Report
from ..models.calibration import NAME as CALIBRATION
from ..models.calibration import Calibration
from ..models.store import ModelError, manifests
from .calibrate import fit
from .compare import Pair
from .run import MODELS, Run

SPLIT = "dev"
RARE = ("percentage_off", "parts_exceed", "told_twice")
"""What prose says wrong of itself: too rare in ordinary reports to tell what it looks like."""

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
        "models": {name: found[name]["sha256"][:12] for name in MODELS},
    }
    if _is_fitted(run, about):
        run.tell("calibration: kept from the run before 沿用上次结果")
        return
    run.tell(f"calibrating on {n} reports of {SPLIT}; some minutes …")
    read = tools.raw(run.out)
    pairs = list(_read(read, generate(SPLIT, n, settings["seed"])))
    rare = _read(read, generate(SPLIT, settings["rare"], settings["seed"] + 1, RARE))
    calibration = fit(pairs, tools.candidates, tools.check, rare=rare, about=about)
    calibration.save(run.out)
    run.record["calibration"] = dict(calibration.about)


def _read(read: Callable[[str, str], Any], examples: Iterable[Example]) -> Iterator[Pair]:
    """The examples that are taken for reports, as they are and as they were read."""
    for example in examples:
        answer = read(example.report.text, example.report.source.path)
        if isinstance(answer, Report):
            yield Pair(example.report, answer, planted=example.planted)


def _is_fitted(run: Run, about: dict[str, object]) -> bool:
    try:
        return {**Calibration.load(run.out).about, **about} == dict(Calibration.load(run.out).about)
    except ModelError:
        return False
