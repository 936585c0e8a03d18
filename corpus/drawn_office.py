"""Papers drawn into the files of other office programs: old Excel, OpenDocument, RTF.

No old Word document (.doc) is drawn: only an office program writes one, and only that program reads it.
"""

from __future__ import annotations

import io
import random
import zipfile
from html import escape
from typing import Any

from .grids import BREAK, Grid
from .papers import Paper
from .placed import Placed, placed

# -- old Excel ------------------------------------------------------------------------------


def xls(paper: Paper, rng: random.Random) -> bytes:
    """A workbook: the prose on the first sheet, each table on one of its own, its boxes ruled."""
    import xlwt

    book: Any = xlwt.Workbook(encoding="utf-8")
    prose = book.add_sheet("正文")
    for i, line in enumerate(block for block in paper.blocks() if isinstance(block, str)):
        prose.write(i, 0, line)
    ruled = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    as_numbers = rng.random() < 0.7
    for n, drawn in enumerate(paper.sheets, 1):
        sheet = book.add_sheet(f"表{n}")
        for row, column, down, across, box in placed(drawn.grid)[2]:
            value: object = box.text.replace(BREAK, "\n")
            if as_numbers and box.kind == "value" and value == str(box.value):
                value = box.value
            if down > 1 or across > 1:
                sheet.write_merge(row, row + down - 1, column, column + across - 1, value, ruled)
            else:
                sheet.write(row, column, value, ruled)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# -- OpenDocument ---------------------------------------------------------------------------

_NAMES = {"office": "office", "table": "table", "text": "text", "style": "style", "fo": "xsl-fo-compatible"}
_RULED = '<style:style style:name="b" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>'  # noqa: E501


def odt(paper: Paper, rng: random.Random) -> bytes:
    """A text with real tables."""
    parts = [
        f"<text:p>{escape(block)}</text:p>" if isinstance(block, str) else _open_table(block.grid, rng, "表")
        for block in paper.blocks()
    ]
    return _open_document("text", "".join(parts))


def ods(paper: Paper, rng: random.Random) -> bytes:
    """A spreadsheet: the prose on the first sheet, each table on one of its own."""
    lines = (block for block in paper.blocks() if isinstance(block, str))
    rows = "".join(
        f"<table:table-row><table:table-cell><text:p>{escape(line)}</text:p></table:table-cell></table:table-row>"
        for line in lines
    )
    sheets = [_open_table(drawn.grid, rng, f"表{n}") for n, drawn in enumerate(paper.sheets, 1)]
    return _open_document("spreadsheet", f'<table:table table:name="正文">{rows}</table:table>{"".join(sheets)}')


def _open_table(grid: Grid, rng: random.Random, name: str) -> str:
    height, width, boxes = placed(grid)
    broken = rng.choice(["", "<text:line-break/>", "</text:p><text:p>"])
    rows = [["<table:covered-table-cell/>"] * width for _ in range(height)]
    for row, column, down, across, box in boxes:
        text = escape(box.text).replace(BREAK, broken)
        rows[row][column] = (
            f'<table:table-cell table:style-name="b" table:number-rows-spanned="{down}" '
            f'table:number-columns-spanned="{across}">{f"<text:p>{text}</text:p>" if text else ""}</table:table-cell>'
        )
    lines = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}">{lines}</table:table>'


def _open_document(kind: str, body: str) -> bytes:
    names = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in _NAMES.items())
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {names}><office:automatic-styles>{_RULED}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        "META-INF/manifest.xml": "<manifest/>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # its date is always the same
    return out.getvalue()


# -- RTF ------------------------------------------------------------------------------------

_COLUMN = 900
"""Twips: the width of each column, by which alone a row of an RTF tells how far its boxes go."""


def rtf(paper: Paper, rng: random.Random) -> bytes:
    """A text with the rows of its tables; boxes merged downwards go on as empty ones, as Word writes them."""
    parts = [
        f"\\pard {_rtf_text(block)}\\par\n" if isinstance(block, str) else _rtf_table(block.grid)
        for block in paper.blocks()
    ]
    head = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 SimSun;}}\uc1" + "\n"
    return (head + "".join(parts) + "}").encode("ascii")


def _rtf_table(grid: Grid) -> str:
    height, _, boxes = placed(grid)
    rows: list[list[tuple[Placed, bool]]] = [[] for _ in range(height)]
    for place in boxes:
        for i in range(place.down):
            rows[place.row + i].append((place, i == 0))
    out = []
    for row in rows:
        row.sort(key=lambda entry: entry[0].column)
        out.append(r"\trowd\trgaph108")
        for place, begins in row:
            merged = "" if place.down == 1 else r"\clvmgf" if begins else r"\clvmrg"
            out.append(f"{merged}\\cellx{(place.column + place.across) * _COLUMN}")
        out.append("\n\\pard\\intbl ")
        out += [f"{_rtf_text(p.box.text.replace(BREAK, '')) if begins else ''}\\cell " for p, begins in row]
        out.append("\\row\n")
    return "".join(out) + "\\pard\n"


def _rtf_text(text: str) -> str:
    out = []
    for char in text:
        if char in "\\{}":
            out.append("\\" + char)
        elif char.isascii():
            out.append(char)
        else:
            units = char.encode("utf-16-le")
            out += [f"\\u{int.from_bytes(units[i : i + 2], 'little', signed=True)}?" for i in range(0, len(units), 2)]
    return "".join(out)
