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
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from .. import configs
from ..corpus.generate import generate
from ..corpus.report import Report
from ..models.claims import ClaimModel
from ..models.sections import SectionModel
from . import fit_tables
from .settings import settings_of

MODELS = ("sections", "tables", "claims")
RELEASED = Path(__file__).resolve().parent.parent / "models" / "released"
Say = Callable[[str], None]


def train(
    out: Path,
    *,
    config: Path | None = None,
    only: Sequence[str] = MODELS,
    annotated: Iterable[Report] = (),
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
    n_reports = max(settings[name]["reports"] for name in only)
    say(f"generating {n_reports} reports …")
    examples = list(generate("train", n_reports, settings["seed"]))
    reports = own + [e.report for e in examples]
    for name in only:
        n = settings[name]["reports"]
        options = {k: v for k, v in settings[name].items() if k != "reports"}
        say(f"{name}: fitting on {min(n + len(own), len(reports))} reports …")
        start = time.monotonic()
        about = {"corpus": fingerprint, "settings": settings[name], "seed": settings["seed"]}
        if name == "sections":
            SectionModel.fit(reports[: n + len(own)], **options).save(out, about)
        elif name == "claims":
            ClaimModel.fit(reports[: n + len(own)], **options).save(out, about)
        else:
            fit_tables.fit(islice(examples, n), **options).save(out, about)
        seconds = round(time.monotonic() - start, 1)
        record["models"][name] = {"reports": n, "seconds": seconds, "bytes": (out / f"{name}.npz").stat().st_size}
        say(f"{name}: {seconds} s, {record['models'][name]['bytes']:,} bytes")
    for name in MODELS:  # a run of one model works with the others as they ship
        if name not in only and not (out / f"{name}.npz").exists():
            _copy(name, RELEASED, out)
    (out / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return record


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
    root = resources.files(__package__.rpartition(".")[0] + ".corpus").joinpath("authored")
    for folder in ("phrases", "reports"):
        for entry in sorted(root.joinpath(folder).iterdir(), key=lambda e: e.name):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
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
