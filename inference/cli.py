"""The command line: ``gouji check``, and the doors to training, evaluation and the corpus."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..corpus.report import Failure, Report
    from .archive import Input
    from .results import Folder

    Answer = Report | Failure

LOADER = "gouji.inference.pipeline:load"
"""Where worker processes find the pipeline."""

OK, FAILED, USAGE, CONTRADICTED = 0, 1, 2, 3

app = typer.Typer(
    name="gouji",
    help="勾稽: reads Chinese annual reports on open government information and cross-checks them.\n\n"
    "读政府信息公开工作年度报告，核对正文与表格、表内勾稽、前后说法。",
    epilog="Start here 从这里开始:  gouji check report.txt    gouji check reports/ --out results/",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class FailOn(StrEnum):
    """What makes ``check`` exit with status 3."""

    contradicted = "contradicted"


def _version(value: bool) -> None:
    if value:
        from gouji import __version__

        print(f"gouji {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version. 版本")
    ] = False,
) -> None:
    """勾稽: reads Chinese annual reports on open government information and cross-checks them."""


@app.command(
    epilog="Examples 例:\n\n"
    "gouji check report.html                 one report in the terminal 在终端看一份\n\n"
    "gouji check reports/ more.zip --out r/  tables and pages in r/ 表格和网页存入 r/\n\n"
    "gouji check reports/ --json | jq .year  one JSON object a line 每行一个 JSON\n\n"
    "gouji check r.txt --fail-on contradicted  exit status 3 if anything collides 有矛盾则退出码为 3\n\n"
    "gouji check archive/ --years --out r/   several years: carried over or not; shown when all are read "
    "几年的报告：上年结转等是否相接，全部读完后显示"
)
def check(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Files, folders, archives (.zip .tar .tgz), or - . 文件、文件夹、压缩包；- 为标准输入",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line on standard output. 每份一行 JSON")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR", help="Write CSV, JSON lines and pages there; resumes. 结果文件夹，可续跑"),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=256, help="Processes. 进程数")] = 1,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit with 3 where one is found. 发现矛盾时退出码为 3")
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option(
            "--min-confidence", metavar="X", min=0.0, max=1.0, help="Leave out findings below X. 略去把握小于 X 的"
        ),
    ] = 0.0,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="S", min=0.01, help="Seconds for one report. 每份最长秒数")
    ] = 60.0,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only the last line; no progress. 只显示最后一行")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ignore earlier results in --out. 不沿用上次结果")] = False,
    pages: Annotated[bool, typer.Option("--pages/--no-pages", help="HTML pages in --out. 是否生成网页")] = True,
    model: Annotated[
        str | None, typer.Option("--model", metavar="DIR", help="Other weights than those shipped. 另用一套模型")
    ] = None,
    years: Annotated[
        bool,
        typer.Option(
            "--years", help="Also check each report against its agency's of the year before. 与同一机关上一年报告核对"
        ),
    ] = False,
) -> None:
    """Read reports and show where they contradict themselves. 核对报告，找出自相矛盾之处

    Exit status 退出码: 0 all inputs read 全部读出; 1 some input failed 有的未读出;
    2 wrong usage 用法有误; 3 a contradiction, with --fail-on 发现矛盾.
    """
    run = _Run(as_json=as_json, quiet=quiet, min_confidence=min_confidence)
    try:
        status = run.check(
            paths, out=out, workers=workers, timeout=timeout, fresh=fresh, pages=pages, model=model, years=years,
        )  # fmt: skip
    except KeyboardInterrupt:
        _say("stopped 已中断" + (f"; run again to resume 再次运行可续跑: --out {out}" if out else ""))
        raise typer.Exit(130) from None
    except BrokenPipeError:  # the reader (| head) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except OSError as error:  # a full disk, a folder that went away
        _say(f"{error.filename or out or 'output'}: {error.strerror or error}")
        raise typer.Exit(FAILED) from None
    if fail_on is FailOn.contradicted and run.has_contradiction:
        status = CONTRADICTED
    raise typer.Exit(status)


class _Run:
    """One run of ``check``."""

    def __init__(self, *, as_json: bool, quiet: bool, min_confidence: float) -> None:
        from rich.console import Console

        from .display import Tally

        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        self.as_json = as_json
        self.quiet = quiet
        self.min_confidence = min_confidence
        self.tally = Tally(min_confidence)
        plain: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False, "soft_wrap": False}
        self.errors = Console(stderr=True, **plain)
        self.console = Console(**plain)
        if not self.console.is_terminal:
            self.console = Console(width=10_000, **plain)  # no line is folded for a file or a pipe

    @property
    def has_contradiction(self) -> bool:
        return self.tally.verdicts["contradicted"] > 0

    def check(
        self,
        paths: list[str],
        *,
        out: str | None,
        workers: int,
        timeout: float,
        fresh: bool,
        pages: bool,
        model: str | None,
        years: bool,
    ) -> int:
        from .workers import PipelineError

        if model is None and not self.quiet:
            _say_promoted()
        folder = None
        if out is not None:
            folder = self._folder(out, fresh=fresh, pages=pages, model=model, years=years)
        try:
            stream = self._answers(paths, folder, workers=workers, timeout=timeout, model=model, pages=pages)
            for answer in self._linked(stream, folder) if years else stream:
                self._show(answer)
        except PipelineError as error:
            _say(f"the models could not be loaded 模型无法载入: {error}")
            return FAILED
        finally:
            if folder is not None:
                folder.close()
                if pages:
                    _write_index(folder)
        self._sum_up(out)
        return FAILED if self.tally.n_failures else OK

    def _folder(self, out: str, *, fresh: bool, pages: bool, model: str | None, years: bool) -> Folder:
        from .results import Folder, FolderError, fingerprint

        settings = (self.min_confidence, pages, *(["years"] if years else []))
        try:
            return Folder(out, fingerprint=fingerprint(model, *settings), fresh=fresh, pages=pages)
        except FolderError as error:
            _say(str(error))
            raise typer.Exit(USAGE) from None

    def _answers(
        self, paths: list[str], folder: Folder | None, *, workers: int, timeout: float, model: str | None, pages: bool
    ) -> Iterator[Answer]:
        from .archive import count, inputs
        from .workers import Job, answers

        closed = [str(folder.path)] if folder is not None else []
        kept: set[int] = set()
        items: Iterable[Input | Answer] = inputs(paths, leave_out=closed)
        if folder is not None:
            items = self._resumed(items, folder, kept)
        job = Job(LOADER, model, self.min_confidence, folder is not None, pages)
        stream = answers(items, job, n_workers=workers, timeout=timeout)
        with self._progress(count(paths, leave_out=closed)) as advance:
            for answer, prepared in stream:
                if id(answer) in kept:
                    kept.discard(id(answer))
                    self.tally.n_kept += 1
                elif folder is not None:
                    folder.add(answer, prepared)
                advance(answer)
                yield answer

    def _linked(self, stream: Iterator[Answer], folder: Folder | None) -> Iterator[Answer]:
        """The answers once all are there, with what reports of the year before say; the folder's are replaced."""
        from .years import Years

        with Years() as links:
            for answer in stream:
                links.add(answer)
            for linked in links.linked(self.min_confidence):
                if linked.is_changed and folder is not None:
                    folder.add(linked.answer)
                yield linked.answer

    @staticmethod
    def _resumed(items: Iterable[Input | Answer], folder: Folder, kept: set[int]) -> Iterator[Input | Answer]:
        """Items of which an earlier run knows the answer are replaced by it."""
        from .archive import Input, sha256_of

        for item in items:
            if isinstance(item, Input) and folder.knows(item.path):
                answer = folder.kept(item.path, sha256_of(item))
                if answer is not None:
                    kept.add(id(answer))
                    yield answer
                    continue
            yield item

    def _show(self, answer: Answer) -> None:
        self.tally.add(answer)
        if self.as_json:
            from .display import dumps

            sys.stdout.write(dumps(answer.to_dict()) + "\n")
            sys.stdout.flush()
        elif not self.quiet:
            from .view import show

            show(self.console, answer)

    def _sum_up(self, out: str | None) -> None:
        from .view import summary

        if not (self.as_json and self.quiet):
            summary(self.errors if self.as_json else self.console, self.tally, out)

    def _progress(self, total: int | None) -> Any:
        """A bar on standard error, only where a person watches; gives ``advance(answer)``."""
        if self.quiet or not self.errors.is_terminal or total == 1:
            return nullcontext(lambda answer: None)
        from .progress import bar

        return bar(self.errors, total)


def _say_promoted() -> None:
    """Results by other weights than those that ship must not surprise."""
    from .shelf import promoted

    if name := promoted():
        _say(f"with the promoted weights {name} 使用自选的模型")


def _write_index(folder: Folder) -> None:
    from .pages import render_index

    page = render_index(list(folder.reports()), list(folder.failures()))
    (folder.path / "index.html").write_bytes(page.encode("utf-8", "replace"))


def _say(message: str) -> None:
    from .display import printable

    print(f"gouji: {printable(message)}", file=sys.stderr)


@app.command(
    epilog="Examples 例:\n\n"
    "gouji train --data mine/ --out run/     the models in use, further on your reports 在现有模型上续训\n\n"
    "gouji train --from-archive archive/ --out run/   further without annotation 不标注，从互证中学\n\n"
    "gouji train --out run/                  all models anew; the same again resumes 全部重训，再次运行可续\n\n"
    "gouji train --out run/ --only facts --annotated mine/   anew, yours among the others 加入自己的报告\n\n"
    "gouji check r.txt --model run/          try them 试用     gouji models promote run/   keep them 设为默认"
)
def train(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="The run folder. 输出文件夹")],
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="FILE|DIR", help="Your annotated reports: take the models further. 在自己的标注上续训"
        ),
    ] = None,
    from_archive: Annotated[
        list[str] | None,
        typer.Option(
            "--from-archive",
            metavar="PATH",
            help="Reports nobody annotated: learn where they agree. 从未标注的报告学习",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME|DIR", help="With --data or --from-archive: begin from these. 从哪套续训"),
    ] = None,
    config: Annotated[
        str | None, typer.Option("--config", metavar="FILE", help="Settings that replace the shipped ones. 训练设置")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="NAME", help="stretches, facts, sections, tables, encoder or calibration. 只训练其中一个"
        ),
    ] = None,
    annotated: Annotated[
        str | None, typer.Option("--annotated", metavar="DIR", help="Your reports, in training anew. 重训时加入")
    ] = None,
    measure: Annotated[
        int, typer.Option("--measure", min=0, metavar="N", help="Measure on N reports; 0 for none. 训练后评测份数")
    ] = 100,
    promote: Annotated[bool, typer.Option("--promote", help="Make these the models in use. 设为默认模型")] = False,
) -> None:
    """Train the models: anew from the corpus, or further on your own reports. 重新训练，或在自己的标注上续训

    DIR holds the weights, settings, figures, plots and a model card (card.md).
    输出文件夹里有权重、设置、成绩、图和模型卡。
    """
    from .workshop import retrain_models, train_from_archive, train_models

    if (data is not None or from_archive) and (only or annotated):
        raise typer.BadParameter("--data and --from-archive go without --only and --annotated 不能与它们同用")
    if data is not None and from_archive:
        raise typer.BadParameter("--data or --from-archive, one after the other 一次只用其中一个")
    if model is not None and data is None and not from_archive:
        raise typer.BadParameter("--model goes with --data or --from-archive 须与 --data 或 --from-archive 同用")

    def work() -> int:
        if data is not None:
            return retrain_models(
                out, data, config=config, model=model, n_measured=measure, in_use=promote, loader=LOADER
            )
        if from_archive:
            return train_from_archive(
                out, from_archive, config=config, model=model, n_measured=measure, in_use=promote, loader=LOADER
            )
        return train_models(
            out, config=config, only=only or (), annotated=annotated, n_measured=measure, in_use=promote, loader=LOADER
        )

    raise typer.Exit(_guarded(work))


@app.command(
    epilog="Examples 例:\n\n"
    "gouji evaluate test --n 300             a split of the corpus 语料的一个划分\n\n"
    "gouji evaluate test-hard --by layout    whole tables right, by layout 按版式看整表正确率\n\n"
    "gouji evaluate my/annotated/            a folder of annotated reports 自己标注的报告\n\n"
    "gouji evaluate test --by held_out       damage that training never saw 训练中没有的损坏\n\n"
    "gouji evaluate test --misses            contradictions overlooked, and why 漏报的矛盾及原因\n\n"
    "gouji evaluate my/ --compare released run/   two models, paired bootstrap 两套模型对比，附置信区间"
)
def evaluate(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SPLIT|files|DIR",
            help="dev, test, test-hard; files: tables in html, docx, xlsx, pdf; or a folder. 划分、各类文件或文件夹",
        ),
    ] = "test",
    n: Annotated[int, typer.Option("--n", min=1, help="Reports to generate of a split. 生成多少份")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of the generator. 随机种子")] = 0,
    model: Annotated[
        str | None, typer.Option("--model", metavar="DIR", help="Other weights than those shipped. 另用一套模型")
    ] = None,
    baseline: Annotated[
        bool, typer.Option("--baseline/--no-baseline", help="Rules only, beside it. 与纯规则对比")
    ] = True,
    detail: Annotated[
        bool, typer.Option("--detail/--no-detail", help="By layout and by damage. 按版式和损坏分列")
    ] = True,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="layout|container|form|damage|held_out", help="Only by this; may be repeated. 只按此项分列"
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="All figures, for Excel. 全部成绩存为表格")
    ] = None,
    plot: Annotated[
        str | None,
        typer.Option(
            "--plot", metavar="FILE", help="What confidences are worth, as a picture (.svg). 把握与实际对照图"
        ),
    ] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="Why contradictions are not reported. 只看矛盾为何漏报")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON. 以 JSON 输出")] = False,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option("--compare", metavar="A B", help="Two models side by side, with intervals. 两套模型对比"),
    ] = None,
) -> None:
    """Measure the whole path: sections, figures, claims, contradictions. 评测全流程，并与纯规则对比"""
    from .workshop import compare_models, evaluate_models

    if compare is not None:
        pair = compare
        raise typer.Exit(
            _guarded(lambda: compare_models(what, pair, n=n, seed=seed, loader=LOADER, as_json=as_json))
        )  # fmt: skip

    raise typer.Exit(
        _guarded(
            lambda: evaluate_models(
                what,
                n=n,
                seed=seed,
                model=model,
                loader=LOADER,
                baseline=baseline and not misses,
                detail=detail,
                as_json=as_json,
                by=by or (),
                sheet=sheet,
                plot=plot,
                misses=misses,
            )
        )
    )


def _guarded(work: Callable[[], int]) -> int:
    """Bad input and missing extras are said in a line; a bug is shown as it is."""
    from ..models.store import ModelError
    from .workers import PipelineError

    try:
        return work()
    except ModuleNotFoundError as error:
        _say(f"this needs {error.name}; install the extra 需要安装训练用的附加包: pip install 'gouji[train]'")
    except (OSError, ValueError, ModelError, PipelineError) as error:
        _say(f"{error}")
    except KeyboardInterrupt:
        _say("stopped 已中断")
        return 130
    return USAGE


from .cli_corpus import app as _corpus  # noqa: E402  (last in the help, after what people need first)
from .cli_models import app as _models  # noqa: E402

app.add_typer(_models, name="models")
app.add_typer(_corpus, name="corpus")
