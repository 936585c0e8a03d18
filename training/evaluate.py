"""Predicted beside reference: how many boundaries, figures, claims and contradictions are right.

Training never imports inference; the reader and the checks are handed in.

Examples
--------
>>> from gouji.training.evaluate import evaluate, Pair
>>> evaluate([Pair(report, report)], check).to_dict()["claims"]["f1"]  # doctest: +SKIP
1.0
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..corpus.examples import Example, read_folder
from ..corpus.generate import generate
from ..corpus.report import Failure, Report
from .compare import Check, Pair, compare, overlap, section_starts
from .tally import Count, Evaluation, Figures

__all__ = ["Count", "Evaluation", "Figures", "Pair", "cases", "compare", "evaluate", "overlap", "run", "section_starts"]

Read = Callable[..., "Report | Failure"]


def evaluate(pairs: Iterable[Pair], check: Check) -> Evaluation:
    """Compare reports as they were read with reports as they are.

    Parameters
    ----------
    pairs : iterable of Pair
        A `Failure` as ``predicted`` counts as a report of which nothing was read.
    check : callable
        The checks; reference contradictions are what they find on the reference report.
        A predicted report without findings is checked too.

    Returns
    -------
    Evaluation
        The sums; those of each report are in ``reports``.
    """
    return Evaluation.merged(compare(pair, check) for pair in pairs)


def cases(split_or_folder: str | Path, *, n: int = 200, seed: int = 0) -> Iterator[Example]:
    """Reports with their truth: of a split of the generator, or of a folder of annotated texts."""
    if Path(split_or_folder).is_dir():
        return read_folder(split_or_folder)
    return generate(str(split_or_folder), n, seed)


def run(
    split_or_folder: str | Path,
    read: Read,
    check: Check,
    baseline_read: Read | None = None,
    *,
    n: int = 200,
    seed: int = 0,
    on_report: Callable[[int], None] | None = None,
    on_pair: Callable[[Pair], None] | None = None,
) -> tuple[Evaluation, Evaluation | None]:
    """Evaluate a reader on a split or a folder, beside a baseline where one is given.

    Parameters
    ----------
    split_or_folder : str or Path
        A split of the generator (``n`` reports with ``seed``), or a folder of annotated texts
        (``corpus/examples.py``).
    read, baseline_read : callable
        ``read(text, path)`` gives a `Report` or a `Failure`.
    check : callable
        The checks.
    on_report : callable, optional
        Told the number of reports done.
    on_pair : callable, optional
        Shown each report as it is beside what the reader made of it.
    """
    mine: list[Pair] = []
    theirs: list[Pair] = []
    for done, example in enumerate(cases(split_or_folder, n=n, seed=seed), 1):
        reference = example.report
        path = reference.source.path
        mine.append(Pair(reference, read(reference.text, path), example.meta, example.planted))
        if on_pair is not None:
            on_pair(mine[-1])
        if baseline_read is not None:
            theirs.append(Pair(reference, baseline_read(reference.text, path), example.meta, example.planted))
        if on_report is not None:
            on_report(done)
    return evaluate(mine, check), evaluate(theirs, check) if baseline_read is not None else None
