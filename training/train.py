"""Fit every model from the corpus and the settings, and write a run folder.

The same from Python and from the shell: ``train(settings, out)`` and ``gouji train``.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from .. import configs
from ..corpus.generate import generate
from ..corpus.report import Report
from ..models.claims import ClaimModel
from ..models.sections import SectionModel
from ..models.tables import TableModel
from . import fit_tables
from .evaluate import cases, run
from .settings import settings_of

MODELS = ("sections", "tables", "claims")
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
        say(f"{name}: {seconds} s, {run['models'][name]['bytes']:,} bytes")
    (out / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return record


def promote(run: Path, released: Path) -> None:
    """Copy the models of a run to where they ship from."""
    released.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        for suffix in (".npz", ".json"):
            if (run / f"{name}{suffix}").exists():
                shutil.copy2(run / f"{name}{suffix}", released / f"{name}{suffix}")


_APP = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def main(arguments: Sequence[str], load: Callable[[str | None], Any]) -> int:
    """``gouji train``. ``load(folder)`` gives a pipeline with the models of a folder, to measure them."""

    @_APP.command(name="train", epilog="Example 例:  gouji train --annotated my-reports/ --out runs/mine")
    def command(
        out: Annotated[Path, typer.Option(help="The run folder. 结果文件夹")] = Path("runs/latest"),
        config: Annotated[Path | None, typer.Option(help="YAML over the shipped settings. 设置文件")] = None,
        only: Annotated[list[str] | None, typer.Option(help="sections, tables or claims; repeatable. 只训练其中几个")] = None,
        annotated: Annotated[Path | None, typer.Option(help="A folder of your own annotated reports. 自己标注的报告")] = None,
        measure: Annotated[int, typer.Option(help="Reports of the dev split to measure on; 0 for none. 评测份数")] = 100,
        install: Annotated[bool, typer.Option("--promote", help="Make these the models in use. 设为默认模型")] = False,
    ) -> None:
        """Rebuild the models from the corpus and the configs. 用语料和设置重新训练模型"""
        names = tuple(only or MODELS)
        if unknown := [n for n in names if n not in MODELS]:
            raise typer.BadParameter(f"unknown model {unknown[0]!r}; known: {', '.join(MODELS)}")
        if annotated is not None and not annotated.is_dir():
            raise typer.BadParameter(f"{annotated}: no such folder")
        own = [report for report, _, _ in cases(annotated)] if annotated is not None else []
        try:
            train(out, config=config, only=names, annotated=own, say=_say)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        released = Path(__file__).resolve().parent.parent / "models" / "released"
        for name in MODELS:  # a run of one model is measured with the others as shipped
            if name not in names and not (out / f"{name}.npz").exists():
                for suffix in (".npz", ".json"):
                    shutil.copy2(released / f"{name}{suffix}", out / f"{name}{suffix}")
        if measure:
            pipeline = load(str(out))
            mine, _ = run("dev", pipeline.read_text, pipeline.check, n=measure)
            print(mine.table())
            (out / "dev.json").write_text(json.dumps(mine.to_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        if install:
            promote(out, released)
            _say(f"promoted to {released}")

    return _APP(list(arguments), standalone_mode=True) or 0


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


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
