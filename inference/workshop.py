"""The commands that train and measure; they alone load ``training``, and hand it the pipeline."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..corpus.report import Failure, Report


def train_models(
    out: str,
    *,
    config: str | None,
    only: Sequence[str],
    annotated: str | None,
    n_measured: int,
    in_use: bool,
    loader: str,
) -> int:
    """Fit the models (all, or those named in ``only``), write them to ``out``, measure them on the dev split."""
    from ..training.evaluate import cases, run
    from ..training.train import MODELS, promote, train
    from .checks import check
    from .workers import load

    strangers = [name for name in only if name not in MODELS]
    if strangers:
        raise ValueError(f"no model is called {strangers[0]!r}; there are {', '.join(MODELS)}")
    own = [case.report for case in cases(_folder(annotated))] if annotated else []
    train(Path(out), config=Path(config) if config else None, only=only or MODELS, annotated=own, say=_say)
    if n_measured:
        with _counter() as tell:
            mine, _ = run("dev", _reader(load(loader, out)), check, n=n_measured, on_report=tell)
        (Path(out) / "dev.json").write_text(json.dumps(mine.to_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        sys.stdout.write(mine.table() + "\n")
    if in_use:
        promote(Path(out))
        _say("these models are now in use 已设为默认模型")
    return 0


def evaluate_models(
    what: str,
    *,
    n: int,
    seed: int,
    model: str | None,
    loader: str,
    baseline: bool,
    detail: bool,
    as_json: bool,
    by: Sequence[str] = (),
    sheet: str | None = None,
) -> int:
    """Print how much of a split, or of a folder of annotated reports, is read right."""
    from ..models.baseline import baseline_read
    from ..training.breakdown import BY, write_csv
    from ..training.evaluate import run
    from .checks import check
    from .workers import load

    strangers = [name for name in by if name not in BY]
    if strangers:
        raise ValueError(f"--by {strangers[0]}: there are {', '.join(BY)} 只能按这几项分列")
    if (not what.isidentifier() and "-" not in what) or Path(what).exists():
        what = str(_folder(what))
    read = _reader(load(loader, model))
    with _counter() as tell:
        mine, rules = run(
            what, read, check, baseline_read if baseline else None, n=n, seed=seed, on_report=tell
        )  # fmt: skip
    if sheet is not None:
        write_csv(mine, Path(sheet))
    if as_json:
        found: dict[str, Any] = {"gouji": mine.to_dict()}
        if rules is not None:
            found["rules_only"] = rules.to_dict()
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return 0
    sys.stdout.write(mine.table(rules) + "\n")
    if (by or detail) and (parts := mine.breakdown(*by)):
        sys.stdout.write(f"\n{parts}\n")
    return 0


def _reader(pipeline: Any) -> Any:
    from ..corpus.reading import Document
    from ..corpus.report import Source

    def read(text: str, path: str) -> Report | Failure:
        return pipeline.read(Document(Source(path), text))

    return read


def _folder(path: str) -> Path:
    folder = Path(path)
    if not folder.is_dir():
        raise ValueError(f"{path}: no such folder of annotated reports 没有这个文件夹")
    if not any(folder.glob("*.marked.txt")):
        raise ValueError(f"{path}: holds no annotated report (NAME.marked.txt) 文件夹里没有标注好的报告 *.marked.txt")
    return folder


@contextmanager
def _counter() -> Iterator[Any]:
    """Count on standard error, where a person watches."""
    if not sys.stderr.isatty():
        yield None
        return
    yield lambda done: print(f"\r{done} reports", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
