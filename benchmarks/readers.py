"""Readers of tables beside gouji, on the same generated pages and PDFs: ``python -m benchmarks.readers``.

Each reader gives grids of texts; one mapping (`benchmarks.grids`) turns all of them into cells of
the form, which it is told. The first line of each kind of file puts the true grid through the same
mapping: what a reader of grids could reach. Readers that are not installed, or that cannot run
here, are named with the reason:  pip install pdfplumber camelot-py docling pandas
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gouji.corpus.drawn import draw
from gouji.corpus.papers import Paper, paper
from gouji.corpus.pen import cover
from gouji.corpus.reading import Document, read_bytes
from gouji.corpus.report import Report
from gouji.training.card import table

from .grids import Rows, cells_of

Grids = Callable[[bytes], "Sequence[Rows]"]
KINDS = ("html", "html_nested", "html_torn", "docx", "xlsx", "pdf_ruled", "pdf_broken", "pdf_unruled")


def pdfplumber_lines(content: bytes) -> Sequence[Rows]:
    return _pdfplumber(content, {})


def pdfplumber_text(content: bytes) -> Sequence[Rows]:
    return _pdfplumber(content, {"vertical_strategy": "text", "horizontal_strategy": "text"})


def _pdfplumber(content: bytes, settings: dict[str, str]) -> Sequence[Rows]:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as document:
        return [grid for page in document.pages for grid in page.extract_tables(settings)]


def camelot_lattice(content: bytes) -> Sequence[Rows]:
    return _camelot(content, "lattice", split_text=True)


def camelot_stream(content: bytes) -> Sequence[Rows]:
    return _camelot(content, "stream")


def _camelot(content: bytes, flavor: str, **settings: bool) -> Sequence[Rows]:
    import camelot

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(content)
        found = camelot.read_pdf(str(path), pages="all", flavor=flavor, **settings)
        return [grid.df.values.tolist() for grid in found]


def docling(content: bytes, name: str = "report.pdf") -> Sequence[Rows]:
    from docling.datamodel.base_models import DocumentStream

    found = _docling().convert(DocumentStream(name=name, stream=io.BytesIO(content))).document
    return [[[cell.text for cell in row] for row in grid.data.grid] for grid in found.tables]


_MADE: list[Any] = []


def _docling() -> Any:
    if not _MADE:
        from docling.document_converter import DocumentConverter

        _MADE.append(DocumentConverter())
    return _MADE[0]


def pandas_html(content: bytes) -> Sequence[Rows]:
    import pandas

    try:
        found = pandas.read_html(io.BytesIO(content), header=None, converters=None, keep_default_na=False)
    except ValueError:  # it finds no table
        return []
    return [[[str(v) for v in row] for row in [*_head(frame), *frame.values.tolist()]] for frame in found]


def _head(frame: Any) -> list[list[str]]:
    """The rows that pandas takes for the head of a table."""
    if all(isinstance(c, int) for c in frame.columns):
        return []
    names = [c if isinstance(c, tuple) else (c,) for c in frame.columns]
    return [list(map(str, level)) for level in zip(*names, strict=True)]


def _as(name: str) -> Grids:
    return lambda content: docling(content, name)


READERS: dict[str, dict[str, Grids]] = {
    "html": {"pandas.read_html": pandas_html, "docling": _as("report.html")},
    "docx": {"docling": _as("report.docx")},
    "xlsx": {"docling": _as("report.xlsx")},
    "pdf": {
        "pdfplumber, lines": pdfplumber_lines, "pdfplumber, text": pdfplumber_text,
        "camelot, lattice": camelot_lattice, "camelot, stream": camelot_stream, "docling": _as("report.pdf"),
    },
}  # fmt: skip


class Tally:
    """What became of the figures of some papers, and how long it took."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missed = self.invented = self.n = 0
        self.seconds = 0.0

    def add(self, made: Paper, found: dict[str, float | int]) -> None:
        truth = {a: v for a, v in made.values.items() if "/extra:" not in a}
        for address, value in truth.items():
            if value is None:
                continue
            if address not in found:
                self.missed += 1
            elif abs(found[address] - value) < 1e-6 * max(1, abs(value)):
                self.right += 1
            else:
                self.wrong += 1
        self.invented += sum(truth.get(a) is None for a in found if "/extra:" not in a)
        self.n += 1

    def row(self) -> list[str]:
        n = self.right + self.wrong + self.missed
        per = f"{1000 * self.seconds / self.n:,.0f}" if self.seconds else "–"
        share = f"{self.right / n:.3f}" if n else "–"
        return [share, *(str(x) for x in (self.right, self.wrong, self.missed, self.invented)), per]


def measure(
    name: str, read: Callable[[Paper, bytes], dict[str, float | int]], files: Sequence[tuple[Paper, bytes]]
) -> list[str]:
    """The figures of one reader, or why there are none."""
    tally = Tally()
    try:
        read(*files[0])  # what it loads is not its time
        for made, content in files:
            start = time.perf_counter()
            found = read(made, content)
            tally.seconds += time.perf_counter() - start
            tally.add(made, found)
    except ModuleNotFoundError as error:
        return [name, *["–"] * 5, f"{error.name} is not installed"]
    except Exception as error:  # whatever another's program raises is its answer
        return [name, *["–"] * 5, f"cannot run: {type(error).__name__}"]
    return [name, *tally.row()]


def gouji_reader(kind: str) -> Callable[[Paper, bytes], dict[str, float | int]]:
    from gouji.inference.pipeline import load

    pipeline = load()
    suffix = kind.partition("_")[0]

    def read(made: Paper, content: bytes) -> dict[str, float | int]:
        document = read_bytes(content, f"report.{suffix}")
        if not isinstance(document, Document):
            raise RuntimeError(document.code)
        report = pipeline.read(document)
        assert isinstance(report, Report), report
        return {a: c.value for a, c in report.cells.items() if c.value is not None}

    return read


def mapped(read: Grids) -> Callable[[Paper, bytes], dict[str, float | int]]:
    return lambda made, content: cells_of(read(content), made.meta["form"])


def true_grids(made: Paper, content: bytes) -> dict[str, float | int]:
    """The ceiling of the mapping: the grids themselves, each text at the first place of its box."""
    grids = [[[box.text if begins else "" for box, begins in row] for row in cover(s.grid)] for s in made.sheets]
    return cells_of(grids, made.meta["form"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], help=f"kinds of files, of {', '.join(KINDS)}")
    parser.add_argument("-n", type=int, default=8, help="reports")
    parser.add_argument("--seed", default="readers", help="of the generator")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a reader that would fetch its models says so at once
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    papers = [paper(f"{options.seed}/{i}") for i in range(options.n)]
    rows = []
    for kind in options.kinds or KINDS:
        files = [(made, draw(made, kind)[1]) for made in papers]
        rows.append([kind, *measure("(the true grid)", true_grids, files)])
        rows.append([kind, *measure("**gouji**", gouji_reader(kind), files)])
        for name, read in READERS[kind.partition("_")[0]].items():
            rows.append([kind, *measure(name, mapped(read), files)])
    head = ["file", "reader", "figures", "right", "wrong", "missed", "invented", "ms a report"]
    if options.json:
        sys.stdout.write(json.dumps([dict(zip(head, row, strict=True)) for row in rows], ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(table(head, rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
