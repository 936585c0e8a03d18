"""Fit every model from the corpus and the settings, and write a run folder.

The same from Python and from the shell: ``train(settings, out)`` and ``gouji train``.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml

from .. import configs
from ..corpus.generate import generate
from ..corpus.patterns import authored
from ..corpus.report import Report
from ..models.facts import FactModel
from ..models.sections import SectionModel
from ..models.stretches import StretchModel
from . import fit_tables
from .settings import settings_of

MODELS = ("stretches", "facts", "sections", "tables")
"""In the order of their cost, so that the dear ones begin first."""
RELEASED = Path(__file__).resolve().parent.parent / "models" / "released"
Say = Callable[[str], None]


def train(
    out: Path,
    *,
    config: Path | None = None,
    only: Sequence[str] = MODELS,
    annotated: Iterable[Report] = (),
    n_processes: int = 2,
    say: Say = print,
) -> dict[str, Any]:
    """Fit the models named in ``only`` and write them to ``out``.

    Parameters
    ----------
    config : path or None
        A YAML file whose settings replace those of ``configs/train.yaml``.
    annotated : iterable of Report
        A user's own annotated reports (``text`` filled), added to the generated ones.

    Returns
    -------
    dict
        What was fitted, on how much, how long it took; also written to ``out/run.json``.

    Raises
    ------
    ValueError
        If a setting is unknown or of the wrong kind.
    """
    settings = settings_of(config)
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    own = list(annotated)
    fingerprint = corpus_fingerprint()
    record: dict[str, Any] = {
        "git": _git(),
        "corpus": fingerprint,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, CPU",
        "annotated": len(own),
        "models": {},
    }
    with ProcessPoolExecutor(max_workers=min(n_processes, len(only)), mp_context=get_context("spawn")) as pool:
        tasks = {pool.submit(_fit, name, settings, out, own, fingerprint): name for name in only}
        say(f"fitting {', '.join(only)}, {min(n_processes, len(only))} at a time; some minutes …")
        for task in as_completed(tasks):
            name = tasks[task]
            record["models"][name] = task.result()
            say("{name}: {reports} reports, {seconds} s, {bytes:,} bytes".format(name=name, **task.result()))
    for name in MODELS:  # a run of one model works with the others as they ship
        if name not in only and not (out / f"{name}.npz").exists():
            _copy(name, RELEASED, out)
    (out / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return record


def _fit(name: str, settings: dict[str, Any], out: Path, own: list[Report], fingerprint: str) -> dict[str, Any]:
    """Fit one model, in a process of its own, and write it."""
    options = dict(settings[name])
    n = options.pop("reports")
    start = time.monotonic()
    examples = generate("train", n, settings["seed"])
    about = {"corpus": fingerprint, "settings": settings[name], "seed": settings["seed"], "annotated": len(own)}
    if name == "tables":
        fit_tables.fit(examples, **options).save(out, about)
    else:
        model: Any = {"sections": SectionModel, "stretches": StretchModel, "facts": FactModel}[name]
        model.fit([*own, *(e.report for e in examples)], **options).save(out, about)
    seconds = round(time.monotonic() - start, 1)
    return {"reports": n + len(own), "seconds": seconds, "bytes": (out / f"{name}.npz").stat().st_size}


def promote(run: Path, released: Path = RELEASED) -> None:
    """Copy the models of a run to where gouji loads its own from."""
    released.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        _copy(name, run, released)


def _copy(name: str, source: Path, target: Path) -> None:
    for suffix in (".npz", ".json"):
        if (source / f"{name}{suffix}").exists():
            shutil.copy2(source / f"{name}{suffix}", target / f"{name}{suffix}")


def corpus_fingerprint() -> str:
    """A digest of the authored corpus and of the settings that generation draws on."""
    digest = hashlib.sha256()
    for folder in ("phrases", "reports"):
        for name, content in authored(folder):
            digest.update(name.encode() + b"\0" + content.encode())
    for name in ("forms", "mix", "metrics", "text"):
        digest.update(json.dumps(configs.load(name), ensure_ascii=False, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:16]


def _git() -> str | None:
    """The commit that this code is of, where it is a checkout."""
    here = Path(__file__).resolve().parent
    try:
        out = subprocess.run(["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return out.stdout.strip() or None
