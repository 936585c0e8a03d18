"""The commands that train and measure; they alone load ``training``, and hand it the pipeline."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpus.report import Failure, Report

if TYPE_CHECKING:
    from ..corpus.examples import Example
    from ..training.run import Tools


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
    from ..training.evaluate import cases
    from ..training.train import CALIBRATION, ENCODER, MODELS, promote, train

    known = (*MODELS, ENCODER, CALIBRATION)
    strangers = [name for name in only if name not in known]
    if strangers:
        raise ValueError(f"no model is called {strangers[0]!r}; there are {', '.join(known)}")
    own = [case.report for case in cases(_folder(annotated))] if annotated else []
    with _fit_bars() as tell:
        run = train(
            Path(out), config=Path(config) if config else None, only=only or MODELS, annotated=own,
            tools=_tools(loader), n_measured=n_measured, say=_say, on_iteration=tell,
        )  # fmt: skip
    if run.evaluation is not None:
        sys.stdout.write(run.evaluation.table() + "\n")
    _say(f"the card of these models 模型卡: {Path(out) / 'card.md'}")
    if in_use:
        _put_in_use(Path(out), promote)
    return 0


def describe_models(folder: Path, *, n: int, n_test: int, loader: str) -> int:
    """Measure a folder of weights and write its card."""
    from ..training.describe import CARD, describe

    describe(folder, _tools(loader), n=n, n_test=n_test, say=_say)
    _say(f"written 已写入: {folder / CARD}")
    return 0


def _put_in_use(out: Path, release: Callable[[Path], None]) -> None:
    """In a checkout the weights that ship are replaced; an installed package stays as it is."""
    from . import shelf

    if (shelf.RELEASED.parent.parent / "pyproject.toml").is_file():
        release(out)
        _say(f"these models now ship with this checkout 已替换源码中的模型: {shelf.RELEASED}")
        if name := shelf.promoted():
            _say(
                f"but {name} was promoted and is what gouji uses; `gouji models promote released` 目前使用的仍是 {name}"
            )
    else:
        target = shelf.promote(out)
        _say(f"in use from now on 今后默认使用: {target.name}; back with 换回: gouji models promote released")


def retrain_models(
    out: str, data: str, *, config: str | None, model: str | None, n_measured: int, in_use: bool, loader: str
) -> int:
    """Take the weights in use (or those named) further on a user's own annotated reports."""
    from ..training.retrain import retrain, tables
    from . import shelf

    own = _annotated(data)
    start = shelf.find(model)
    outcome = retrain(
        Path(out), own, start=start, tools=_tools(loader), config=Path(config) if config else None,
        n_measured=n_measured, say=_say,
    )  # fmt: skip
    sys.stdout.write(tables(outcome) + "\n")
    _say(f"try it 试用: gouji check REPORT --model {out}; keep it 设为默认: gouji models promote {out}")
    if in_use:
        target = shelf.promote(Path(out))
        _say(f"in use from now on 今后默认使用: {target.name}; back with 换回: gouji models promote released")
    return 0


def train_from_archive(
    out: str,
    archive: Sequence[str],
    *,
    config: str | None,
    model: str | None,
    n_measured: int,
    in_use: bool,
    loader: str,
) -> int:
    """Take the weights in use (or those named) further on reports that nobody annotated."""
    from ..training.bootstrap import table
    from ..training.self_training import self_train
    from . import shelf
    from .archive import count, inputs
    from .progress import count_bar
    from .workers import Job, answers

    start = shelf.find(model)

    def read() -> Iterator[Report]:
        with count_bar(count(archive, leave_out=[out]), "通读") as advance:
            for answer, _ in answers(inputs(archive, leave_out=[out]), Job(loader, str(start))):
                advance(1)
                if isinstance(answer, Report):
                    yield answer
                else:
                    _say(f"{answer.source.path}: {answer.code}: {answer.message}")

    drift = self_train(
        Path(out), read, start=start, tools=_tools(loader), config=Path(config) if config else None,
        n_measured=n_measured, say=_say,
    )  # fmt: skip
    if drift:
        sys.stdout.write(f"The test split, {n_measured} reports: what was forgotten 原测试集，看是否遗忘\n\n")
        sys.stdout.write(table(drift, "before", "after") + "\n")
    _say(f"try it 试用: gouji check REPORT --model {out}; keep it 设为默认: gouji models promote {out}")
    if in_use:
        target = shelf.promote(Path(out))
        _say(f"in use from now on 今后默认使用: {target.name}; back with 换回: gouji models promote released")
    return 0


def _annotated(path: str) -> list[Example]:
    """The annotated reports of a file or folder, in any format that is known; what is refused is named."""
    from ..corpus.examples import finish
    from ..corpus.formats import Refused, completed, guess, read

    out = []
    for item in read(guess(path), path):
        answer = item if isinstance(item, Refused) else completed(item)
        if isinstance(answer, Refused):
            _say(f"left out 略过: {answer}")
        else:
            out.append(finish(answer.name, "", answer.marked, None, answer.about.get("meta", {})))
    if not out:
        raise ValueError(f"{path}: no report could be taken 没有可用的标注")
    return out


def _tools(loader: str) -> Tools:
    """What training measures with."""
    from ..training.run import Tools
    from .checks import candidates, check
    from .workers import load

    return Tools(lambda folder: _reader(load(loader, str(folder) if folder else None)), check, _raw, candidates)


def _raw(folder: Path) -> Any:
    """The reader with the weights of a folder, confidences as the models say them."""
    from ..models.calibration import Calibration
    from .pipeline import Pipeline
    from .stages import stages

    pipeline = Pipeline(stages(folder))
    pipeline.calibration = Calibration()
    return _reader(pipeline)


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
    plot: str | None = None,
    misses: bool = False,
) -> int:
    """Print how much of a split, of generated files, or of a folder of annotated reports, is read right."""
    from ..models.baseline import baseline_read
    from ..training import files
    from ..training.breakdown import BY, write_csv
    from ..training.evaluate import run
    from ..training.misses import Outcome, outcomes, table
    from .checks import check
    from .workers import load

    strangers = [name for name in by if name not in BY]
    if strangers:
        raise ValueError(f"--by {strangers[0]}: there are {', '.join(BY)} 只能按这几项分列")
    pipeline = load(loader, model)
    became: list[Outcome] = []
    with _counter() as tell:
        if what == files.NAME:
            mine, rules = files.run_files(pipeline.read, check, n=n, seed=seed, on_report=tell), None
            by = by or ("container", "form")
        else:
            rival = baseline_read if baseline else None
            mine, rules = run(
                _split_or_folder(what), _reader(pipeline), check, rival, n=n, seed=seed, on_report=tell,
                on_pair=(lambda pair: became.extend(outcomes(pair, check))) if misses else None,
            )  # fmt: skip
    if sheet is not None:
        write_csv(mine, Path(sheet))
    if plot is not None:
        from ..training.plots import draw_reliability

        draw_reliability(Path(plot), mine)
    if as_json:
        found: dict[str, Any] = {"gouji": mine.to_dict()}
        if rules is not None:
            found["rules_only"] = rules.to_dict()
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return 0
    if misses:
        sys.stdout.write(table(became) + "\n")
        return 0
    sys.stdout.write(mine.table(rules) + "\n")
    if (by or detail) and (parts := mine.breakdown(*by)):
        sys.stdout.write(f"\n{parts}\n")
    return 0


def compare_models(what: str, models: tuple[str, str], *, n: int, seed: int, loader: str, as_json: bool) -> int:
    """Print how two model folders differ on the same reports, with intervals."""
    from ..training import bootstrap
    from ..training.evaluate import run
    from .workers import load

    what = _split_or_folder(what)
    tools = _tools(loader)
    found = []
    for model in models:
        with _counter() as tell:
            found.append(run(what, _reader(load(loader, model)), tools.check, n=n, seed=seed, on_report=tell)[0])
    differences = bootstrap.paired(*found)
    if as_json:
        whole = {"a": models[0], "b": models[1], "reports": found[0].n_reports,
                 "differences": [d.to_dict() for d in differences]}  # fmt: skip
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
        return 0
    sys.stdout.write(bootstrap.table(differences, *models) + "\n")
    sys.stdout.write(
        f"\n{found[0].n_reports} reports; difference: the second less the first, with the interval that holds 95 % of"
        f" {bootstrap.N_DRAWN} paired bootstrap draws over reports.\n"
    )
    return 0


def _split_or_folder(what: str) -> str:
    return str(_folder(what)) if (not what.isidentifier() and "-" not in what) or Path(what).exists() else what


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


@contextmanager
def _fit_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each fit where a person watches, else a line every half minute; gives what tells of an iteration."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        last: dict[str, float] = {}

        def line(name: str, done: int, of: int) -> None:
            if 0 < done < of and time.monotonic() - last.setdefault(name, time.monotonic()) > 30:
                last[name] = time.monotonic()
                _say(f"{name}: {done} % read" if name == "calibration" else f"{name}: iteration {done} of at most {of}")

        yield line
        return
    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        bars: dict[str, Any] = {}

        def advance(name: str, done: int, of: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name)
            progress.update(bars[name], completed=done, total=of or None)

        yield advance


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
