"""Fit every model from the corpus and the settings, measure them, and write a run folder.

The same from Python and from the shell: ``train(out)`` and ``gouji train``. A run is a row of
`STEPS`; each takes the `Run`, writes into its folder and adds to its record. A run that was
killed is taken up where it stopped: call it again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from .. import configs
from ..corpus.report import Report
from ..models import store
from ..models.encoder import NAME as ENCODER
from ..models.encoder import USE
from .calibrating import CALIBRATION, calibrate
from .fit_encoder import fit_encoder, set_use
from .fitting import fit_models
from .measuring import measure
from .model_card import write_card
from .plots import draw_plots
from .run import MODELS, Run, Say, Tools, corpus_fingerprint
from .settings import settings_of

RELEASED = Path(__file__).resolve().parent.parent / "models" / "released"
Step = Callable[[Run], None]

PAPERS = ("card.md", "run.json")
"""What goes with promoted weights: `gouji models` shows it."""


def borrow_rest(run: Run) -> None:
    """The step: a run of one model works with the others as they ship."""
    for name in MODELS:
        if name not in run.only and not (run.out / f"{name}.npz").exists():
            _copy(name, RELEASED, run.out)
    if run.settings["family"] != "linear" and not (run.out / f"{ENCODER}.npz").exists():
        _copy(ENCODER, RELEASED, run.out)
        set_use(run)


STEPS: tuple[Step, ...] = (
    fit_models,
    fit_encoder,
    borrow_rest,
    calibrate,
    measure,
    draw_plots,
    write_card,
)
"""What a run consists of, in order."""


def train(
    out: Path,
    *,
    config: Path | None = None,
    only: Sequence[str] = MODELS,
    annotated: Iterable[Report] = (),
    n_processes: int = 2,
    tools: Tools | None = None,
    n_measured: int = 100,
    say: Say = print,
    on_iteration: Callable[[str, int, int], None] | None = None,
) -> Run:
    """Fit the models named in ``only`` and write them to ``out``; what their confidences are worth comes last.

    Parameters
    ----------
    out : Path
        The run folder; where it holds an earlier run, models of the same settings, data and code
        are kept.
    config : path or None
        A YAML file whose settings replace those of ``configs/train.yaml``.
    annotated : iterable of Report
        A user's own annotated reports (``text`` filled), added to the generated ones.
    tools : Tools or None
        The reader and the checks, to measure with; without them nothing is measured.
    n_measured : int
        Reports of dev to measure on.
    on_iteration : callable (model, iteration, of so many), optional
        Told how far each fit is.

    Returns
    -------
    Run
        Its ``record`` (also ``out/run.json``) says what was fitted, on how much, how long it took.

    Raises
    ------
    ValueError
        If a setting is unknown or of the wrong kind, or ``out`` holds something else.
    """
    fitted = tuple(name for name in only if name not in (CALIBRATION, ENCODER))
    run = Run(
        out, settings_of(config), fitted, list(annotated), n_processes, tools, n_measured, say, on_iteration
    )  # fmt: skip
    run.with_encoder = ENCODER in only or (set(only) >= set(MODELS) and _wants_encoder(run.settings))
    run.begin()
    for step in STEPS:
        run.timed(step)
    run.finish()
    return run


def _wants_encoder(settings: dict[str, Any]) -> bool:
    """Whether a run of all models fits an encoder: it is dear, so the released one serves where none is described."""
    if settings["family"] == "linear":
        return False
    own, shipped = ({k: v for k, v in s[ENCODER].items() if k not in USE} for s in (settings, configs.load("train")))
    return own != shipped or not (RELEASED / f"{ENCODER}.npz").exists()


def promote(run: Path, released: Path = RELEASED) -> None:
    """Copy the models of a run to where gouji loads its own from.

    Raises
    ------
    ModelError
        If one is missing or damaged; then nothing is copied.
    """
    for name in MODELS:
        store.load(run, name)
    released.mkdir(parents=True, exist_ok=True)
    new = [*store.files(run), *(run / name for name in PAPERS if (run / name).is_file())]
    old = [*store.files(released), *(released / name for name in PAPERS)]
    for file in new:
        shutil.copy2(file, released / file.name)
    for file in old:  # what the run has not, as an encoder, is not in use any more
        if file.name not in {f.name for f in new}:
            file.unlink(missing_ok=True)


def _copy(name: str, source: Path, target: Path) -> None:
    for suffix in (".npz", ".json"):
        if (source / f"{name}{suffix}").exists():
            shutil.copy2(source / f"{name}{suffix}", target / f"{name}{suffix}")


__all__ = ["CALIBRATION", "ENCODER", "MODELS", "RELEASED", "STEPS", "Tools", "corpus_fingerprint", "promote", "train"]
