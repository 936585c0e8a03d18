"""The tables of generated reports out of the files in which they come, by container.

Prose is left aside: what a file's text will be is up to its reader, and so are the offsets of claims.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..corpus.drawn import CONTAINERS, draw
from ..corpus.papers import Paper, paper
from ..corpus.reading import Document, read_bytes
from ..corpus.report import Cell, Failure, Report, Source, Table
from .compare import Check, Pair
from .evaluate import evaluate
from .tally import Evaluation

NAME = "files"
ReadDocument = Callable[[Document], "Report | Failure"]


def run_files(
    read: ReadDocument, check: Check, *, n: int, seed: int = 0, on_report: Callable[[int], None] | None = None
) -> Evaluation:
    """Evaluate a reader on ``n`` files, each report drawn into all containers in turn.

    Parameters
    ----------
    read : callable
        Gives the report of a document.
    check : callable
        The checks; of findings only those about cells alone are compared.
    """
    pairs = []
    kinds = list(CONTAINERS)
    for i in range(n):
        made, kind = paper(f"files/{seed}/{i // len(kinds)}", slips=True), kinds[i % len(kinds)]
        name, content = draw(made, kind)
        document = read_bytes(content, name)
        found = read(document) if isinstance(document, Document) else document
        if isinstance(found, Report):
            tables = tuple(replace(t, cells=tuple(c for c in t.cells if _is_asked(c.address))) for t in found.tables)
            found = replace(found, tables=tables, sections=(), claims=(), findings=())
        pairs.append(Pair(_truth(made), found, {**made.meta, "file": kind}))
        if on_report is not None:
            on_report(i + 1)
    return evaluate(pairs, check)


def _is_asked(address: str) -> bool:
    """Rows that a locality added keep their own label, which a box may break anywhere."""
    return "/extra:" not in address


def _truth(made: Paper) -> Report:
    """What is printed in the tables of a paper."""
    meta, tables = made.meta, []
    for sheet in made.sheets:
        cells = []
        for address, value in sheet.values.items():
            if _is_asked(address):
                table, row, column = address.split("/", 2)
                cells.append(Cell(table, row, column, value, None, "", ()))
        tables.append(Table(sheet.table, meta["form"], (), tuple(cells)))
    source = Source(made.name)
    return Report(made.name, source, meta["agency"], meta["year"], meta["form"], (), tuple(tables))
