"""Columns that an office program left in a table and that are no boxes of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import gouji
import pytest
from gouji.corpus.grids import BREAK
from gouji.corpus.papers import Paper, Sheet, paper
from gouji.corpus.placed import placed
from gouji.corpus.report import Report

openpyxl = pytest.importorskip("openpyxl")


def columns(sheet: Sheet) -> tuple[int, int]:
    """The last column of figures, and how many columns there are."""
    _, width, boxes = placed(sheet.grid)
    return max(column for _, column, _, _, box in boxes if box.kind == "value"), width


def workbook(drawn: Paper, spot: str) -> bytes:
    """A ruled workbook that has an empty column too many before the last figures, or behind them."""
    rule = openpyxl.styles.Side(style="thin")
    book: Any = openpyxl.Workbook()
    for n, line in enumerate((block for block in drawn.blocks() if isinstance(block, str)), 1):
        book.active.cell(n, 1, line)
    for sheet in drawn.sheets:
        made = book.create_sheet()
        height, width, boxes = placed(sheet.grid)
        phantom = dict(zip(("before total", "behind"), columns(sheet), strict=True))[spot]
        for row, column, down, across, box in boxes:
            first, last = column + (column >= phantom), column + across - 1 + (column + across - 1 >= phantom)
            made.cell(row + 1, first + 1, box.text.replace(BREAK, "\n") or None)
            if down > 1 or last > first:
                made.merge_cells(start_row=row + 1, start_column=first + 1, end_row=row + down, end_column=last + 1)
        for row in range(height):
            for column in range(width + 1):
                made.cell(row + 1, column + 1).border = openpyxl.styles.Border(rule, rule, rule, rule)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def page(drawn: Paper) -> str:
    """A page with a column too many behind each table."""
    parts = []
    for block in drawn.blocks():
        if isinstance(block, str):
            parts.append(f"<p>{block}</p>")
            continue
        height, _, boxes = placed(block.grid)
        rows: list[list[str]] = [[] for _ in range(height)]
        for row, _, down, across, box in boxes:
            rows[row].append(f"<td colspan={across} rowspan={down}>{box.text.replace(BREAK, '')}</td>")
        parts.append("<table>" + "".join(f"<tr>{''.join(row)}<td></td></tr>" for row in rows) + "</table>")
    return "<html><body>" + "".join(parts) + "</body></html>"


@pytest.mark.parametrize("seed", ["tb1", "tb3", "tb5", "tb6"])
@pytest.mark.parametrize("spot", ["before total", "behind", "page"])
def test_a_column_without_a_head_and_a_figure_is_none(spot: str, seed: str, tmp_path: Path) -> None:
    drawn = paper(seed, split="dev", volume="some", style={"blanks": "irregular", "empty": "", "labels": "none"})
    path = tmp_path / ("report.html" if spot == "page" else "report.xlsx")
    path.write_bytes(page(drawn).encode() if spot == "page" else workbook(drawn, spot))
    (report,) = gouji.check_path(path)
    assert isinstance(report, Report)
    read = {address: cell.value for address, cell in report.cells.items()}
    assert {a: read.get(a) for a in drawn.values} == drawn.values
