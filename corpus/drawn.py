"""Papers drawn into the files in which reports come: web pages, Word, Excel, PDF, and those of `drawn_office`.

Every box of every table is in the file, empty ones too, so that nothing excuses a misread figure.
Word needs ``python-docx``, Excel ``openpyxl`` and ``xlwt``, PDF ``reportlab``: all of them in the extra ``dev``.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape
from typing import Any

from .drawn_office import ods, odt, rtf, xls
from .drawn_pdf import pdf_broken, pdf_ruled, pdf_unruled
from .grids import BREAK, Grid
from .papers import Paper, Sheet
from .placed import placed, torn_grids

# -- web pages ------------------------------------------------------------------------------


def html(paper: Paper, rng: random.Random) -> bytes:
    """A plain page: paragraphs, and tables with colspan and rowspan."""
    return _page(paper, rng, _page_body(paper, rng, inner=""))


def html_nested(paper: Paper, rng: random.Random) -> bytes:
    """A page that is laid out with tables, Word's markup in the cells."""
    body = _page_body(paper, rng, inner=rng.choice(["p", "span", "div"]))
    menu = "".join(f"<td><a href='#'>{name}</a></td>" for name in ("首页", "政务公开", "互动交流"))
    return _page(
        paper,
        rng,
        f"<table width=1000><tr><td><table><tr>{menu}</tr></table></td></tr>\n"
        f"<tr><td colspan=2><table><tbody><tr><td class=content>{body}</td></tr></tbody></table></td></tr>\n"
        "<tr><td align=center>版权所有</td></tr></table>",
    )


def html_torn(paper: Paper, rng: random.Random) -> bytes:
    """A page whose tables are each in two, as from a document of several sheets."""
    return _page(paper, rng, _page_body(paper, rng, inner="", torn=True))


def mht(paper: Paper, rng: random.Random) -> bytes:
    """A plain page as a browser saves it, with all that belongs to it in one file."""
    made = MIMEMultipart("related", boundary="----gouji")
    made["From"] = "<Saved by Blink>"
    made.attach(MIMEText(html(paper, rng).decode(), "html", "utf-8"))
    return made.as_bytes()


def _page(paper: Paper, rng: random.Random, body: str) -> bytes:
    title = escape(f"{paper.meta['agency']}{paper.meta['year']}年政府信息公开工作年度报告")
    return f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{title}</title></head>\n<body>{body}</body></html>".encode()  # noqa: E501


def _page_body(paper: Paper, rng: random.Random, *, inner: str, torn: bool = False) -> str:
    parts = []
    for block in paper.blocks():
        if isinstance(block, str):
            parts.append(f"<p>{escape(block)}</p>")
        else:
            grids = torn_grids(block.grid, rng) if torn else [block.grid]
            parts += [_html_table(grid, rng, inner) for grid in grids]
    return "\n".join(parts)


def _html_table(grid: Grid, rng: random.Random, inner: str) -> str:
    height, _, boxes = placed(grid)
    heads = rng.random() < 0.4
    broken = rng.choice(["", "<br>", "\n    "])
    rows: list[list[str]] = [[] for _ in range(height)]
    for row, _, down, across, box in boxes:
        tag = "th" if heads and box.kind == "head" else "td"
        spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
        text = escape(box.text).replace(BREAK, broken).replace("\xa0", "&nbsp;") or rng.choice(["", "&nbsp;"])
        content = f"<{inner} style='margin:0'>{text}</{inner}>" if inner else text
        rows[row].append(f"<{tag}{spans}>{content}</{tag}>")
    return "<table border=1>\n" + "".join(f"<tr>{''.join(row)}</tr>\n" for row in rows) + "</table>"


# -- Word and Excel -------------------------------------------------------------------------


def docx(paper: Paper, rng: random.Random) -> bytes:
    """A Word document with real tables."""
    return _docx(paper, rng, torn=False)


def docx_torn(paper: Paper, rng: random.Random) -> bytes:
    """A Word document whose tables are each in two."""
    return _docx(paper, rng, torn=True)


def _docx(paper: Paper, rng: random.Random, *, torn: bool) -> bytes:
    from docx import Document

    made: Any = Document()
    for block in paper.blocks():
        if isinstance(block, str):
            made.add_paragraph(block)
            continue
        grids = torn_grids(block.grid, rng) if torn else [block.grid]
        for i, grid in enumerate(grids):
            if i:
                made.add_page_break()
            _docx_table(made, grid, rng)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _docx_table(made: Any, grid: Grid, rng: random.Random) -> None:
    """Written as markup: merging cell by cell takes the library half a second a report."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    height, width, boxes = placed(grid)
    breaks = rng.choice(["", "<w:br/>"])
    rows: list[list[tuple[int, str]]] = [[] for _ in range(height)]
    for row, column, down, across, box in boxes:
        span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
        texts = [f'<w:t xml:space="preserve">{escape(t)}</w:t>' for t in box.text.split(BREAK)]
        run = f"<w:r>{breaks.join(texts)}</w:r>" if box.text else ""
        for i in range(down):
            merge = "" if down == 1 else f'<w:vMerge w:val="{"continue" if i else "restart"}"/>'
            cell = f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p>{'' if i else run}</w:p></w:tc>"
            rows[row + i].append((column, cell))
    lines = "".join("<w:tr>" + "".join(cell for _, cell in sorted(row)) + "</w:tr>" for row in rows)
    columns = '<w:gridCol w:w="900"/>' * width
    table = f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{lines}</w:tbl>"
    made.element.body.insert(len(made.element.body) - 1, parse_xml(table))


def xlsx(paper: Paper, rng: random.Random) -> bytes:
    """A workbook: the prose on the first sheet, each table on one of its own, merged cells as they are."""
    from openpyxl import Workbook

    book: Any = Workbook()
    sheet = book.active
    sheet.title = "正文"
    lines = [block for block in paper.blocks() if isinstance(block, str)]
    for i, line in enumerate(lines, 1):
        sheet.cell(i, 1, line)
    as_numbers = rng.random() < 0.7
    for n, drawn in enumerate(paper.sheets, 1):
        _xlsx_table(book.create_sheet(f"表{n}"), drawn, as_numbers=as_numbers)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _xlsx_table(sheet: Any, drawn: Sheet, *, as_numbers: bool) -> None:
    _, _, boxes = placed(drawn.grid)
    for row, column, down, across, box in boxes:
        text = box.text.replace(BREAK, "\n")
        value: object = text or None
        if as_numbers and box.kind == "value" and box.value is not None and text == str(box.value):
            value = box.value
        cell = sheet.cell(row + 1, column + 1, value)
        if isinstance(value, str):
            cell.data_type = "s"  # a text that begins with = is none of a formula's
        if down > 1 or across > 1:
            sheet.merge_cells(
                start_row=row + 1, start_column=column + 1, end_row=row + down, end_column=column + across
            )


CONTAINERS: dict[str, Callable[[Paper, random.Random], bytes]] = {
    "html": html,
    "html_nested": html_nested,
    "html_torn": html_torn,
    "docx": docx,
    "docx_torn": docx_torn,
    "xlsx": xlsx,
    "pdf_ruled": pdf_ruled,
    "pdf_unruled": pdf_unruled,
    "pdf_broken": pdf_broken,
    "mht": mht,
    "xls": xls,
    "odt": odt,
    "ods": ods,
    "rtf": rtf,
}


def draw(paper: Paper, container: str, *, seed: int = 0) -> tuple[str, bytes]:
    """A file's name and content: the paper in one of `CONTAINERS`, always the same for the same arguments."""
    content = CONTAINERS[container](paper, random.Random(f"{paper.name}/{container}/{seed}"))
    return f"{paper.name}.{container.partition('_')[0]}", content
