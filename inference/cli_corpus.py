"""``gouji corpus``: build, look at, measure and validate the corpus; annotation in and out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(
    name="corpus",
    help="Build and look at the training corpus; bring annotation in and out. 生成、查看语料，导入导出标注",
    epilog="Start here 从这里开始:\n\n"
    "gouji corpus show                       one generated report in colour 看一份带标注的报告\n\n"
    "gouji corpus stats                      how much and how varied 规模与多样性\n\n"
    "gouji corpus build made/                a data set in Parquet 生成数据集\n\n"
    "gouji corpus export my/ --predict --to label-studio --out ls/   pre-annotate your own 预标注自己的报告\n\n"
    "gouji corpus suggest archive/ --n 20 --out ls/   which of them to annotate first 先标哪些最有用",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Form(StrEnum):
    """How annotation is written."""

    label_studio = "label-studio"
    doccano = "doccano"
    spacy = "spacy"
    brat = "brat"
    inline = "inline"


class Built(StrEnum):
    """What ``build`` writes."""

    parquet = "parquet"
    inline = "inline"


class Shown(StrEnum):
    """What ``show`` prints."""

    view = "view"
    marked = "marked"
    plain = "plain"


_Seed = Annotated[int, typer.Option("--seed", help="Of the generator; the same seed, the same reports. 随机种子")]
_Workers = Annotated[int, typer.Option("--workers", min=1, max=256, help="Processes. 进程数")]
_Split = Annotated[
    str | None, typer.Option("--split", metavar="SPLIT", help="Of a data set or folder. 数据集中的哪个划分")
]


def _run(work: Callable[[], int]) -> None:
    from .cli import _guarded

    def quietly() -> int:
        try:
            return work()
        except BrokenPipeError:  # the reader (| head) has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1

    raise typer.Exit(_guarded(quietly))


@app.command(
    epilog="Examples 例:\n\n"
    "gouji corpus build made/                         10,000 reports as Parquet 一万份\n\n"
    "gouji corpus build made/ --n 500 --workers 2     fewer, on two cores 五百份，双进程\n\n"
    "gouji corpus build made/ --n 50 --split test --as inline   as text files to read 存成文本文件\n\n"
    'Load 读取: datasets.load_dataset("made/", split="train", streaming=True)'
)
def build(
    out: Annotated[str, typer.Argument(metavar="DIR", help="Where it goes. 输出文件夹")],
    n: Annotated[int, typer.Option("--n", min=1, help="Reports in all; the splits share them. 总份数")] = 10_000,
    seed: _Seed = 0,
    workers: _Workers = 1,
    form: Annotated[
        Built, typer.Option("--as", help="Parquet with a data card, or annotated text files. 输出形式")
    ] = Built.parquet,
    split: Annotated[
        list[str] | None, typer.Option("--split", metavar="SPLIT", help="With --as inline: only these. 只生成这些划分")
    ] = None,
) -> None:
    """Generate the data set: train, dev, test, test-hard. 生成数据集，同一种子得到同样的字节"""
    from .library import build as work

    if split and form is not Built.inline:
        raise typer.BadParameter("--split goes with --as inline; a data set has all splits 数据集总含全部划分")
    _run(lambda: work(out, n=n, seed=seed, n_workers=workers, form=form.value, splits=split or ()))


@app.command(
    epilog="Examples 例:\n\n"
    "gouji corpus show                       the first report of train 训练集第一份\n\n"
    "gouji corpus show test-hard 3           the fourth of the hardest split 最难划分的第四份\n\n"
    "gouji corpus show my/ 0 --html a.html   an annotated folder of yours, as a page 把自己标注的存成网页\n\n"
    "gouji corpus show train --n 20 --as plain   texts alone 只要文本"
)
def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[SPLIT|DIR]", help="train, dev, test, test-hard, an annotated folder, a data set. 划分或文件夹"
        ),
    ] = "train",
    index: Annotated[int, typer.Argument(metavar="[INDEX]", min=0, help="Counted from 0. 第几份，从 0 数起")] = 0,
    n: Annotated[int, typer.Option("--n", min=1, help="How many. 份数")] = 1,
    seed: _Seed = 0,
    split: _Split = None,
    form: Annotated[
        Shown, typer.Option("--as", help="In colour, with inline marks, or the text alone. 显示方式")
    ] = Shown.view,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE|DIR", help="Write pages instead. 改为写网页")
    ] = None,
) -> None:
    """Look at a report with its sections, claims, cells and planted contradictions. 查看一份带标注的报告"""
    from .library import show as work

    _run(lambda: work(what, index, n=n, seed=seed, split=split, form=form.value, html=html))


@app.command(
    epilog="Examples 例:\n\n"
    "gouji corpus stats --files              also by author file 按文件分列\n\n"
    "gouji corpus stats --check              exit status 1 below configs/corpus.yaml 不达标则退出码为 1"
)
def stats(
    files: Annotated[bool, typer.Option("--files/--no-files", help="By author file. 按文件分列")] = False,
    strict: Annotated[bool, typer.Option("--check", help="Fail where a figure falls short. 不达标即失败")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON. 以 JSON 输出")] = False,
) -> None:
    """Count what was written by hand, and how varied it is. 统计手写语料的规模与多样性"""
    from .library import stats as work

    _run(lambda: work(as_json=as_json, strict=strict, files=files))


@app.command(
    epilog="Examples 例:\n\n"
    "gouji corpus validate                   the authored corpus 检查手写语料\n\n"
    "gouji corpus validate my/               an annotated folder of yours 检查自己标注的文件夹"
)
def validate(
    folders: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DIR...]", help="Folders of *.marked.txt; else the authored corpus. 标注文件夹"),
    ] = None,
) -> None:
    """Find broken, unknown or overlapping marks; prints file:line: reason. 找出有误的标注

    Exit status 退出码: 0 no problem 没有问题; 1 problems 有问题.
    """
    from .library import validate as work

    _run(lambda: work(folders or ()))


@app.command(
    epilog="Examples 例:\n\n"
    "gouji corpus agreement first/ second/           two annotations of the same reports 同一批报告的两份标注\n\n"
    "gouji corpus agreement first/ second/ --list    also each place where they differ 逐处列出分歧"
)
def agreement(
    first: Annotated[str, typer.Argument(metavar="DIR", help="Folder of *.marked.txt. 标注文件夹")],
    second: Annotated[str, typer.Argument(metavar="DIR", help="The same texts, annotated again. 另一份标注")],
    listed: Annotated[
        bool, typer.Option("--list/--no-list", help="Each disagreement: file:line @offset, both readings. 列出分歧")
    ] = False,
) -> None:
    """Measure how far two annotators agree on sections and claims. 两份标注的一致程度

    Reports are paired by name; tables are left aside. 按文件名配对，不比较表格。

    Exit status 退出码: 0 measured 已统计; 1 a text differs between the folders 有正文不同的报告.
    """
    from .library import agreement as work

    _run(lambda: work(first, second, listed=listed))


@app.command(
    "import",
    epilog="Examples 例:\n\n"
    "gouji corpus import export.json --from label-studio --out my/\n\n"
    "gouji corpus import brat/ --from brat --out my/\n\n"
    "then 然后: gouji train --out run/ --annotated my/     gouji evaluate my/",
)
def import_(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders of the tool. 标注工具的导出")],
    form: Annotated[Form, typer.Option("--from", help="The tool. 来自哪个工具")],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Where inline files go. 输出文件夹")],
    annotator: Annotated[
        str | None,
        typer.Option("--annotator", metavar="WHO", help="Number or address, where several annotated. 采用谁的标注"),
    ] = None,
) -> None:
    """Bring annotation of other tools into the inline form that training reads. 导入标注

    Broken or overlapping annotation is refused with file, task and reason; the rest is written.
    有误或重叠的标注连同文件、任务和原因一并指出，其余照常导入。

    Exit status 退出码: 0 all taken 全部导入; 1 some refused 有的退回.
    """
    from .library import import_ as work

    _run(lambda: work(paths, form=form.value, out=out, annotator=annotator))


@app.command(
    epilog="Examples 例:\n\n"
    "gouji corpus export reports/ --predict --to label-studio --out ls/   pre-annotated by the model 模型预标注\n\n"
    "gouji corpus export my/ --to spacy --out sp/          a folder of yours 自己标注的文件夹\n\n"
    "gouji corpus export train --n 200 --to doccano --out d/   generated reports 生成的报告"
)
def export(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...",
            help="Annotated folders, data sets, splits; with --predict, reports. 标注文件夹、划分或报告",
        ),
    ],
    form: Annotated[Form, typer.Option("--to", help="The tool. 导出到哪个工具")],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Where it goes. 输出文件夹")],
    n: Annotated[int | None, typer.Option("--n", min=1, help="At most of each; of a split, 10. 每项最多几份")] = None,
    seed: _Seed = 0,
    split: _Split = None,
    predict: Annotated[
        bool, typer.Option("--predict", help="Annotate plain reports with the model. 用模型预标注")
    ] = False,
    model: Annotated[
        str | None, typer.Option("--model", metavar="DIR", help="Other weights than those shipped. 另用一套模型")
    ] = None,
    workers: _Workers = 1,
) -> None:
    """Write annotation for other tools, with the labelling interface they need. 导出标注和标注界面配置"""
    from . import cli
    from .library import export as work

    _run(
        lambda: work(
            what, form=form.value, out=out, n=n, seed=seed, split=split, predict=predict, model=model,
            n_workers=workers, loader=cli.LOADER,
        )
    )  # fmt: skip


@app.command(
    epilog="Examples 例:\n\n"
    "gouji corpus suggest archive/ --n 20 --out mine/          twenty to annotate, as text 选二十份，存成文本\n\n"
    "gouji corpus suggest archive.zip --n 50 --to label-studio --out ls/\n\n"
    "gouji corpus suggest archive/ --n 20 --out more/ --annotated mine/   the next twenty 再选二十份\n\n"
    "then 然后: correct them 改正; gouji corpus validate mine/; gouji train --out run/ --annotated mine/"
)
def suggest(
    archive: Annotated[
        list[str], typer.Argument(metavar="ARCHIVE...", help="Files, folders, archives. 文件、文件夹、压缩包")
    ],
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Where they go; a run that was cut off goes on. 可续跑")
    ],
    n: Annotated[int, typer.Option("--n", min=1, help="How many to choose. 选几份")] = 20,
    form: Annotated[Form, typer.Option("--to", help="The tool to annotate with. 用哪个工具标注")] = Form.inline,
    annotated: Annotated[
        list[str] | None,
        typer.Option("--annotated", metavar="DIR", help="Annotated before: nothing like it is chosen. 已标过的"),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="DIR", help="Other weights than those shipped. 另用一套模型")
    ] = None,
    workers: _Workers = 1,
) -> None:
    """Choose the reports whose annotation would teach the models most. 选出最值得标注的报告

    Chosen are reports that are read with doubt, that are unlike the training corpus and one another, and that many
    others resemble. They are written pre-annotated by the model; suggested.csv says why each was chosen.
    选的是识别把握小、与训练语料不同、彼此也不同、又能代表许多份的报告，连同模型的预标注一起导出；
    suggested.csv 说明每份的理由。

    Exit status 退出码: 0 all inputs read 全部读出; 1 some were not 有的未读出.
    """
    from . import cli
    from .library import suggest as work

    _run(
        lambda: work(
            archive, out=out, n=n, form=form.value, annotated=annotated or (), model=model, n_workers=workers,
            loader=cli.LOADER,
        )
    )  # fmt: skip
