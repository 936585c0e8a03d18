"""A pipeline of a few lines for tests of what stands around the pipeline; it obeys words in the text."""

from __future__ import annotations

import os
import time

from gouji.corpus.reading import Document
from gouji.corpus.report import Cell, Claim, Failure, Finding, Report, Section, Span, Table


def report_of(document: Document, claimed: int = 19, printed: int = 19) -> Report:
    """A report with one claim and one table, found by searching the text."""
    text = document.text
    stretch = f"收到申请{claimed}件"
    at = text.index(stretch)
    cell_at = text.index(f"\t{printed}") + 1
    heading = text.index("一、")
    address = "requests/new/total"
    verdict = "supported" if claimed == printed else "contradicted"
    return Report(
        id=document.source.sha256[:12],
        source=document.source,
        agency="青岚市水务局",
        year=2021,
        form="2021",
        sections=(
            Section("title", text[:heading].strip(), (Span(0, heading),)),
            Section("overview", "一、总体情况", (Span(heading, len(text)),)),
        ),
        tables=(
            Table(
                "requests",
                None,
                (Span(cell_at, cell_at + len(str(printed))),),
                (
                    Cell(
                        "requests",
                        "new",
                        "total",
                        printed,
                        None,
                        str(printed),
                        (Span(cell_at, cell_at + len(str(printed))),),
                    ),
                    Cell("requests", "new", "other", None, None, "", ()),
                    Cell("requests", "extra:=其他 <b>行", "total", 3, "件", "3", ()),
                ),
            ),
        ),
        claims=(Claim(stretch, (Span(at, at + len(stretch)),), "overview", address, claimed, "件"),),
        findings=(
            Finding(
                "claim_vs_table", verdict, 0, (address,), claimed, printed, 0.9, None, f"正文{claimed}，表格{printed}。"
            ),
            Finding(
                "completeness", "missing", None, ("requests/carried_in/total",), None, None, 1.0, "row", "缺一行。"
            ),
        ),
        warnings=document.warnings,
        text=text,
    )


def text_of(claimed: int = 19, printed: int = 19, words: str = "") -> str:
    """A text for which `Pipeline.read` gives a report."""
    prose = f"一、总体情况\n全年收到申请{claimed}件，均按时答复。{words}"
    return f"青岚市水务局2021年度报告\n{prose}\n一、本年新收\t{printed}\n"


class Pipeline:
    """Says what `report_of` says, unless the text orders otherwise."""

    def read(self, document: Document) -> Report | Failure:
        text = document.text
        if "DIE" in text:
            os._exit(7)
        if "SLEEP" in text:
            time.sleep(30)
        if "RAISE" in text:
            raise RuntimeError("a bug")
        if "收到申请" not in text:
            return Failure(document.source, "not_a_report", "no report")
        return report_of(document, 17 if "收到申请17件" in text else 19)


def load(model: str | None = None) -> Pipeline:
    if model == "broken":
        raise FileNotFoundError("no weights")
    return Pipeline()
