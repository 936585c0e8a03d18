"""Which weights are in use: those that ship, or those that this user promoted.

Promoted weights lie in the user's own folder for applications (``GOUJI_HOME`` names another), so
that an installed package stays as it was installed, and an upgrade takes nothing away::

    models/20261122-1f0c…/   a copy of the model files of a run, with its card
    models/current           the name of the one in use; without it those that ship are
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

RELEASED = Path(__file__).resolve().parent.parent / "models" / "released"
SHIPPED = "released"
"""The name by which the weights that ship are called."""

_PAPERS = ("card.md", "run.json", "config.yaml")
"""What is kept of a run beside its weights."""


class Shelved(NamedTuple):
    """A folder of weights, and what is known of it."""

    name: str
    path: Path
    date: str
    size: int
    fingerprint: str
    metrics: dict[str, float | None]
    is_in_use: bool


def home() -> Path:
    """Where this user's promoted weights lie."""
    if own := os.environ.get("GOUJI_HOME"):
        return Path(own) / "models"
    from typer import get_app_dir

    return Path(get_app_dir("gouji")) / "models"


def in_use() -> Path:
    """The folder of the weights that are taken where no other is named."""
    name = promoted()
    return home() / name if name else RELEASED


def promoted() -> str | None:
    """The name of the promoted weights, where some are."""
    try:
        name = (home() / "current").read_text("utf-8").strip()
    except OSError:
        return None
    return name if name and (home() / name).is_dir() else None


def find(name: str | None) -> Path:
    """The folder that a name stands for: ``released``, one of those promoted, or a path; the one in use for None."""
    if name is None:
        return in_use()
    if name == SHIPPED:
        return RELEASED
    if not Path(name).exists() and Path(name).name == name and (home() / name).is_dir():
        return home() / name
    return Path(name)


def promote(run: Path) -> Path:
    """Make the weights of a folder those in use for this user; those of before stay beside them.

    Raises
    ------
    ModelError
        If a model is missing, foreign, damaged or of another version; then nothing changes.
    """
    from ..models import store
    from .stages import stages

    stages(run)  # every file is loaded and checked
    if run.parent == home():
        target = run
    else:
        target = home() / f"{datetime.now(UTC):%Y%m%d}-{store.fingerprint(run)}"
        _copy(run, target)
    _write(home() / "current", target.name + "\n")
    return target


def _copy(run: Path, target: Path) -> None:
    """All model files of a run with their papers, whole or not at all."""
    from ..models import store

    if target.exists():
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.mkdir(parents=True)
    try:
        for file in (*store.files(run), *(run / name for name in _PAPERS)):
            if file.is_file():
                shutil.copyfile(file, beside / file.name)
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def restore() -> None:
    """Go back to the weights that ship; the promoted ones stay on the shelf."""
    (home() / "current").unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    from ..models.store import write_whole

    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())


def shelved(folder: Path | None = None) -> list[Shelved]:
    """The weights that ship and those that were promoted; and the runs of a folder, where one is named."""
    from ..models import store

    paths = [(SHIPPED, RELEASED)]
    if home().is_dir():
        paths += [(p.name, p) for p in sorted(home().iterdir()) if p.is_dir() and not p.name.startswith(".")]
    if folder is not None:
        paths += [(str(p), p) for p in (folder, *sorted(folder.iterdir())) if p.is_dir()]
    return [about(name, path) for name, path in paths if store.manifests(path)]


def about(name: str, path: Path) -> Shelved:
    """What is known of a folder of weights."""
    from ..models import store

    files = store.files(path)
    run = _run_of(path)
    date = str(run.get("started") or run.get("described") or "")[:10]
    if not date and files:
        date = f"{datetime.fromtimestamp(max(f.stat().st_mtime for f in files), UTC):%Y-%m-%d}"
    metrics = run.get("metrics") or {}
    if run.get("described") and run.get("models") != store.fingerprint(path):
        metrics = {}  # of other weights
    size = sum(f.stat().st_size for f in files)
    is_ours = path.resolve() == in_use().resolve()
    return Shelved(name, path, date, size, store.fingerprint(path), metrics, is_ours)


def _run_of(path: Path) -> dict[str, Any]:
    import json

    try:
        found = json.loads((path / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
