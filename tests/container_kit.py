"""Reports as files of other programs, drawn from the same paragraphs and grids."""

from __future__ import annotations

import html
import io
import random
import zipfile
from collections.abc import Sequence

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from gouji.corpus.facts import sample_facts
from gouji.corpus.grids import BREAK, Grid, Style, active_grid, requests_grid, review_grid
from gouji.corpus.pen import cover
from openpyxl.styles import Border, Side

Part = str | Grid


def statutory(seed: int) -> list[Part]:
    """A report of an invented agency: prose and its three tables."""
    rng = random.Random(seed)
    facts = sample_facts(rng)
    while facts.form not in ("2019", "2021"):
        facts = sample_facts(rng)
    style = Style(year=facts.year, blanks=rng.choice(["zero", "blank"]))
    agency, year = facts.names.agency, facts.year
    return [
        f"{agency}{year}年政府信息公开工作年度报告",
        "一、总体情况",
        f"{year}年，{agency}认真贯彻落实《中华人民共和国政府信息公开条例》，持续推进政府信息公开工作，"
        "主动公开政府信息1204条，公开内容更加规范，公众获取信息更加便利，各项工作取得了新的成效。",
        "二、主动公开政府信息情况",
        active_grid(rng, facts, style),
        "三、收到和处理政府信息公开申请情况",
        requests_grid(rng, facts, style),
        "四、政府信息公开行政复议、行政诉讼情况",
        review_grid(rng, facts, style),
        "五、存在的主要问题及改进情况",
        "公开的内容还不够丰富，下一步将加强培训。",
        "六、其他需要报告的事项",
        "无其他需要报告的事项。",
    ]  # fmt: skip


def as_html(parts: Sequence[Part]) -> bytes:
    out = ["<html><body>"]
    for part in parts:
        if isinstance(part, str):
            out.append(f"<p>{html.escape(part)}</p>")
            continue
        out.append("<table>")
        for row in part:
            cells = (
                f'<td colspan="{b.across}" rowspan="{b.down}">{html.escape(b.text).replace(BREAK, "<br>")}</td>'
                for b in row
            )
            out.append(f"<tr>{''.join(cells)}</tr>")
        out.append("</table>")
    return "".join([*out, "</body></html>"]).encode()


def placed(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    """The boxes of a grid as (row, column, rows, columns, text)."""
    out = []
    for r, row in enumerate(cover(grid)):
        for c, (box, begins) in enumerate(row):
            if begins and (r == 0 or not any(r0 <= r < r0 + h and c0 <= c < c0 + w for r0, c0, h, w, _ in out)):
                out.append((r, c, box.down, box.across, box.text.replace(BREAK, "\n")))
    return out


def as_docx(parts: Sequence[Part]) -> bytes:
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        document.element.body.insert(len(document.element.body) - 1, parse_xml(_word_table(part)))
    return _saved(document)


def _word_table(grid: Grid) -> str:
    """The markup of a table; its merged cells go on in every row that they cover, as Word writes them."""
    starts = {(r, c): (down, across, text) for r, c, down, across, text in placed(grid)}
    covered = {(r + i, c): (r, c) for (r, c), (down, _, _) in starts.items() for i in range(1, down)}
    out = [f"<w:tbl {nsdecls('w')}>"]
    for r in range(len(cover(grid))):
        out.append("<w:tr>")
        for c in range(len(cover(grid)[r])):
            if (r, c) in starts:
                down, across, text = starts[r, c]
                merge = '<w:vMerge w:val="restart"/>' if down > 1 else ""
            elif (r, c) in covered:
                _, across, _ = starts[covered[r, c]]
                merge, text = "<w:vMerge/>", ""
            else:
                continue
            lines = "<w:br/>".join(f"<w:t xml:space='preserve'>{html.escape(t)}</w:t>" for t in text.split("\n"))
            span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
            out.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p><w:r>{lines}</w:r></w:p></w:tc>")
        out.append("</w:tr>")
    return "".join([*out, "</w:tbl>"])


def as_xlsx(parts: Sequence[Part], *, sheets: bool = False, ruled: bool = True) -> bytes:
    """One sheet below another's end, or a sheet for each table."""
    book = openpyxl.Workbook()
    sheet = book.active
    side = Side(style="thin")
    at = 1
    for part in parts:
        if isinstance(part, str):
            sheet.cell(at, 1, part)
            at += 1
            continue
        if sheets:
            sheet = book.create_sheet()
            at = 1
        rows = cover(part)
        for r in range(len(rows)):
            for c in range(len(rows[r])):
                if ruled:
                    sheet.cell(at + r, c + 1).border = Border(side, side, side, side)
        for r, c, down, across, text in placed(part):
            sheet.cell(at + r, c + 1).value = _typed(text)
            if down > 1 or across > 1:
                sheet.merge_cells(
                    start_row=at + r, start_column=c + 1, end_row=at + r + down - 1, end_column=c + across
                )
        at += len(rows)
    return _saved(book)


def _typed(text: str) -> object:
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else text or None


def _saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


def as_pdf(parts: Sequence[Part], *, ruled: bool = True, font: str = "STSong-Light", split: bool = True) -> bytes:
    """Pages with a head and a number, as a word processor prints them."""
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    pdfmetrics.registerFont(UnicodeCIDFont(font))
    prose = ParagraphStyle(
        "prose", fontName=font, fontSize=14, leading=24, firstLineIndent=28, wordWrap="CJK", alignment=TA_JUSTIFY
    )
    small = ParagraphStyle("cell", fontName=font, fontSize=7, leading=8, wordWrap="CJK")
    story: list[object] = []
    for part in parts:
        if isinstance(part, str):
            story.append(Paragraph(html.escape(part), prose))
            continue
        rows = cover(part)
        width = max(map(len, rows))
        table: list[list[object]] = [[""] * width for _ in rows]
        style: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("FONT", (0, 0), (-1, -1), font, 8)]
        if ruled:
            style.append(("GRID", (0, 0), (-1, -1), 0.5, "black"))
        for r, c, down, across, text in placed(part):
            table[r][c] = Paragraph(html.escape(text).replace("\n", "<br/>"), small)
            if down > 1 or across > 1:
                style.append(("SPAN", (c, r), (c + across - 1, r + down - 1)))
        labels = [30, 55, 140] if width > 7 else [40] if width > 5 else [140]
        rest = (450 - sum(labels)) / (width - len(labels))
        widths = [*labels, *[rest] * (width - len(labels))]
        style += [("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2)]
        story.append(Table(table, colWidths=widths, style=style, splitByRow=int(split)))
        story.append(Spacer(1, 8))

    def page(canvas: object, template: object) -> None:
        canvas.setFont(font, 10)  # type: ignore[attr-defined]
        canvas.drawCentredString(A4[0] / 2, 30, f"- {template.page} -")  # type: ignore[attr-defined]

    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, leftMargin=70, rightMargin=70).build(story, onFirstPage=page, onLaterPages=page)
    return out.getvalue()
