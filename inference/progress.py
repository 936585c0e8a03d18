"""The progress bar of a run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from .display import printable


@contextmanager
def bar(console: Console, total: int | None) -> Iterator[Callable[[Any], None]]:
    """Show a bar on ``console`` and give the function that advances it by one answer."""
    columns = (
        TextColumn("核对"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[path]}", style="dim", markup=False),
    )
    shares_screen = sys.stdout.isatty()  # else nothing but results may reach standard output
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=shares_screen, redirect_stderr=False
    ) as progress:
        task = progress.add_task("check", total=total, path="")

        def advance(answer: Any) -> None:
            progress.update(task, advance=1, path=printable(answer.source.path)[-40:])

        yield advance


@contextmanager
def count_bar(total: int | None, word: str) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where a person watches; gives the function that advances it by a number."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda n: None
        return
    columns = (TextColumn(word), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task(word, total=total)
        yield lambda n: progress.update(task, advance=n)
