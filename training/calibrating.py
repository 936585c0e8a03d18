"""The step that fits what a run's confidences are worth, on reports of dev."""

from __future__ import annotations

from ..corpus.generate import generate
from ..corpus.report import Report
from ..models.calibration import NAME as CALIBRATION
from ..models.calibration import Calibration
from ..models.store import ModelError, manifests
from .calibrate import fit
from .compare import Pair
from .run import MODELS, Run

SPLIT = "dev"

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
    run.tell(f"calibrating on {n} reports of {SPLIT}; a minute or two …")
    read = tools.raw(run.out)
    pairs = []
    for example in generate(SPLIT, n, settings["seed"]):
        answer = read(example.report.text, example.report.source.path)
        if isinstance(answer, Report):
            pairs.append(Pair(example.report, answer, planted=example.planted))
    calibration = fit(pairs, tools.candidates, tools.check, about=about)
    calibration.save(run.out)
    run.record["calibration"] = dict(calibration.about)


def _is_fitted(run: Run, about: dict[str, object]) -> bool:
    try:
        return {**Calibration.load(run.out).about, **about} == dict(Calibration.load(run.out).about)
    except ModelError:
        return False
