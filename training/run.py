"""A run of training: its folder, what it was told, and what it records.

===============  =====================================================================
``config.yaml``  the settings as used
``run.json``     commit, fingerprints of data and code, machine, times, what was fitted
``train.log``    what was said, with the time
``fit/``         for each model: loss and held-out figure of each iteration (CSV)
``NAME.npz``     the weights, with ``NAME.json`` beside: the folder is a model folder
``metrics.*``    figures on dev, as JSON and as CSV
``plots/``       the same as pictures
``card.md``      the model card
===============  =====================================================================
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .. import configs
from ..corpus.patterns import authored
from ..corpus.report import Report
from ..models.encoder import USE
from ..models.store import fingerprint, write_whole
from .compare import Check
from .evaluate import Evaluation, Read
from .failures import Known
from .finding_model import Candidates

MODELS = ("stretches", "facts", "sections", "tables")
"""In the order of their cost, so that the dear ones begin first."""

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "python-crfsuite")
_UNFITTED = ("train", "checks", "display", "corpus", "baseline")
"""Configs that weights do not depend on; the settings of training are compared by themselves."""

Say = Callable[[str], None]
Raw = Callable[[Path], Read]


class Tools(NamedTuple):
    """What training is handed to measure the whole path, as it never imports it."""

    reader: Callable[[Path | None], Read]
    """Gives the reader with the weights of a folder; with those in use for None."""
    check: Check
    raw: Raw | None = None
    """Gives the reader that leaves confidences as the models say them; a function of a module, as processes load it."""
    candidates: Candidates | None = None
    """Every contradiction of a report, however unsure, with what a model of findings weighs."""


@dataclass
class Run:
    """What the steps of a run share. A step reads it, writes into ``out`` and adds to ``record``."""

    out: Path
    settings: dict[str, Any]
    only: Sequence[str] = MODELS
    """The linear models to fit."""
    own: Sequence[Report] = ()
    n_processes: int = 2
    tools: Tools | None = None
    n_measured: int = 100
    say: Say = print
    on_iteration: Callable[[str, int, int], None] | None = None
    with_encoder: bool = False
    record: dict[str, Any] = field(default_factory=dict)
    evaluation: Evaluation | None = None
    failures: Sequence[Known] = ()
    speed: dict[str, float] = field(default_factory=dict)

    def models_fingerprint(self) -> str:
        """Of the weights in the folder as they are now."""
        return fingerprint(self.out)

    def begin(self) -> None:
        """Make the folder, or take up what lies in it.

        Raises
        ------
        ValueError
            If the folder holds something else than a run.
        """
        self.out.mkdir(parents=True, exist_ok=True)
        about = self.out / "run.json"
        if not about.exists() and (strangers := [p for p in self.out.iterdir() if p.suffix != ".yaml"]):
            raise ValueError(f"{self.out} holds {strangers[0].name}, which no training wrote; choose another folder")
        earlier = _read(about)
        self.record |= {
            "started": _now(),
            "finished": None,
            "resumed": bool(earlier.get("started")),
            "git": git_commit(),
            "corpus": corpus_fingerprint(),
            "code": code_fingerprint(),
            "own": own_fingerprint(self.own),
            "annotated": len(self.own),
            "python": platform.python_version(),
            "libraries": {name: library_version(name) for name in _LIBRARIES},
            "processor": "CPU",
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "processes": min(self.n_processes, len(self.only)),
            "seconds": {},
            "models": dict(earlier.get("models", {})),
        }
        text = yaml.safe_dump(self.settings, allow_unicode=True, sort_keys=False)
        write_whole(self.out / "config.yaml", text.encode())
        self.keep()

    def keep(self) -> None:
        """Write the record as it stands."""
        text = json.dumps(self.record, ensure_ascii=False, indent=1, default=str) + "\n"
        write_whole(self.out / "run.json", text.encode())

    def finish(self) -> None:
        self.record["finished"] = _now()
        self.keep()

    def tell(self, message: str) -> None:
        """Say something, and keep it in the log."""
        self.say(message)
        with (self.out / "train.log").open("a", encoding="utf-8") as log:
            log.write(f"{_now()} {message}\n")

    def timed(self, step: Callable[[Run], None]) -> None:
        """Make a step, and note how long it took."""
        start = time.monotonic()
        step(self)
        self.record["seconds"][step.__name__] = round(time.monotonic() - start, 1)
        self.keep()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def library_version(name: str) -> str | None:
    """The version of a library that is installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


# -- fingerprints ----------------------------------------------------------------------


def made_of(name: str, run: Run) -> str:
    """A digest of all that the weights of a model follow from; equal ones need no second fit."""
    own = (run.settings["crosswise"], run.settings["stretches"]) if name == "facts" else ()
    settings = {key: value for key, value in run.settings[name].items() if key not in USE}
    parts = (name, settings, *own, run.settings["seed"], run.settings["early_stopping"],
             run.record["corpus"], run.record["code"], run.record["own"])  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def made_of_retraining(run: Run) -> str:
    """`made_of` for weights that were taken further."""
    parts = (run.settings["retrain"], run.settings["seed"], run.record["corpus"], run.record["code"], run.record["own"])
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def corpus_fingerprint() -> str:
    """A digest of the authored corpus and of the settings that generation draws on."""
    digest = hashlib.sha256()
    for folder in ("phrases", "reports", "slips"):
        for name, content in authored(folder):
            digest.update(name.encode() + b"\0" + content.encode())
    for name in ("forms", "mix", "metrics", "text"):
        digest.update(json.dumps(configs.load(name), ensure_ascii=False, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:16]


def code_fingerprint() -> str:
    """A digest of the code that makes, reads and learns from the corpus, and of the configs it reads."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    files = [p for folder in ("corpus", "models") for p in (root / folder).glob("*.py")]
    files += [root / "training" / name for name in _FITTING]
    files += [p for p in Path(configs.__path__[0]).glob("*.yaml") if p.stem not in _UNFITTED]
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


_FITTING = (
    "fitting.py", "fit_tables.py", "drawing.py", "crosswise.py", "fit_encoder.py", "encoder.py", "network.py",
    "pretrain.py", "windowing.py", "export.py",
)  # fmt: skip


def own_fingerprint(reports: Sequence[Report]) -> str | None:
    """A digest of a user's own reports with their annotation."""
    digest = hashlib.sha256()
    for report in reports:
        whole = json.dumps([report.to_dict(), report.text], ensure_ascii=False, sort_keys=True)
        digest.update(whole.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16] if reports else None


def git_commit() -> str | None:
    """The commit that this code is of, where it is a checkout; with a + where files differ from it."""
    here = Path(__file__).resolve().parent

    def ask(*arguments: str) -> str:
        out = subprocess.run(["git", *arguments], cwd=here, capture_output=True, text=True, timeout=10)
        return out.stdout.strip()

    try:
        commit = ask("rev-parse", "HEAD")
        return (commit + ("+" if ask("status", "--porcelain", "-uno") else "")) if commit else None
    except (OSError, subprocess.SubprocessError):
        return None
