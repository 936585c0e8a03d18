"""``gouji models``: which weights there are, what is known of them, and which are in use."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="models",
    help="See which weights there are, and choose those in use. 查看、选用模型",
    epilog="Start here 从这里开始:\n\n"
    "gouji models list                   those that ship and those promoted 自带的和选用过的\n\n"
    "gouji models list runs/             also the runs of a folder 连同文件夹里训练出的\n\n"
    "gouji models show run/              its card 模型卡\n\n"
    "gouji models promote run/           gouji check uses it from now on 今后默认使用它\n\n"
    "gouji models promote released       back to those that ship 换回自带的模型",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_COLUMNS = ("sections", "figures", "claims", "claims_metric", "contradictions_precision", "contradictions_recall")


def _run(work: Any) -> None:
    from .cli import _guarded

    raise typer.Exit(_guarded(work))


@app.command("list")
def list_(
    folder: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="A folder of runs to list too. 另列出其中的训练结果")
    ] = None,
) -> None:
    """List weights: date, size, fingerprint, and the main figures on dev of their run. 列出模型

    * marks those in use. 标 * 的是正在使用的。
    """

    def work() -> int:
        from rich.cells import cell_len

        from . import shelf

        if folder is not None and not Path(folder).is_dir():
            raise ValueError(f"{folder}: no such folder 没有这个文件夹")
        rows = [["", "name", "date", "MB", "fingerprint", *(c.replace("_", " ") for c in _COLUMNS)]]
        for one in shelf.shelved(Path(folder) if folder is not None else None):
            figures = [one.metrics.get(c) for c in _COLUMNS]
            rows.append(
                [
                    "*" if one.is_in_use else "", one.name, one.date, f"{one.size / 1e6:.2f}", one.fingerprint,
                    *("–" if f is None else f"{f:.3f}" for f in figures),
                ]
            )  # fmt: skip
        widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            sys.stdout.write(
                "  ".join(c + " " * (w - cell_len(c)) for c, w in zip(row, widths, strict=True)).rstrip() + "\n"
            )
        return 0

    _run(work)


@app.command()
def show(
    model: Annotated[
        str | None, typer.Argument(metavar="[NAME|DIR]", help="As `list` names it; else those in use. 名称或文件夹")
    ] = None,
) -> None:
    """Print the card of weights: data, figures, limits, known failures. 显示模型卡"""

    def work() -> int:
        from ..models import store
        from . import shelf

        folder = _weights(shelf.find(model), model)
        card = folder / "card.md"
        if card.is_file():
            sys.stdout.write(card.read_text("utf-8"))
            return 0
        sys.stdout.write(
            f"# {model or folder.name}\n\nNo card lies beside these weights 没有模型卡;"
            f" `gouji models card {folder}` writes one. Their manifests:\n\n"
        )
        for name, about in store.manifests(folder).items():
            settings = ", ".join(f"{k} {v}" for k, v in about.get("settings", {}).items() if v != "")
            sys.stdout.write(
                f"- {name}: {about['sha256'][:12]}, corpus {about.get('corpus', '–')}, {settings or '–'}\n"
            )
        return 0

    _run(work)


@app.command()
def card(
    model: Annotated[
        str | None, typer.Argument(metavar="[NAME|DIR]", help="As `list` names it; else those in use. 名称或文件夹")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Reports of dev to measure on. 在 dev 上评测份数")] = 100,
    test: Annotated[
        int, typer.Option("--test", min=0, metavar="N", help="Open the test split too: N reports. 另在 test 上评测份数")
    ] = 0,
) -> None:
    """Measure weights that have no card, and write one beside them. 评测并写出模型卡

    A run of `gouji train` writes its own. 训练时已写的不替换。
    """

    def work() -> int:
        from . import shelf
        from .cli import LOADER
        from .workshop import describe_models

        return describe_models(_weights(shelf.find(model), model), n=n, n_test=test, loader=LOADER)

    _run(work)


@app.command()
def promote(
    model: Annotated[str, typer.Argument(metavar="NAME|DIR", help="A run folder, or as `list` names it. 模型")],
) -> None:
    """Make these the weights that gouji uses by default, for this user. 设为默认模型

    They are checked and copied; `gouji models promote released` goes back.
    先校验再复制；`gouji models promote released` 换回自带的模型。
    """

    def work() -> int:
        from ..models.store import ModelError
        from . import shelf

        if model == shelf.SHIPPED:
            shelf.restore()
            _say("the weights that ship are in use 已换回自带的模型")
            return 0
        try:
            target = shelf.promote(shelf.find(model))
        except ModelError as error:
            raise ValueError(f"not promoted, nothing has changed 未启用，一切照旧: {error}") from None
        _say(f"in use from now on 今后默认使用: {target.name}; back with 换回: gouji models promote released")
        return 0

    _run(work)


def _weights(folder: Path, name: str | None) -> Path:
    """The folder, where weights lie in it."""
    from ..models import store

    if not store.manifests(folder):
        raise ValueError(f"{name or folder}: no weights there; see `gouji models list` 没有这个模型")
    return folder


def _say(message: str) -> None:
    print(f"gouji: {message}", file=sys.stderr)
