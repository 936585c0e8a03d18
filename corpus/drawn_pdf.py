"""Papers as PDF: ruled tables, tables without rules, tables over two sheets.

The font is one that every reader of PDF brings along, so that none need be installed.
"""

from __future__ import annotations

import io
import random
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from .grids import BREAK, Grid
from .papers import Paper
from .placed import Placed, placed, torn_grids

_FONT = "STSong-Light"
_MM = 72 / 25.4
_PAGE_WIDTH, _MARGIN = 210 * _MM, 20 * _MM
_WIDEST = 48 * _MM
_NARROWEST = 12 * _MM


def pdf_ruled(paper: Paper, rng: random.Random) -> bytes:
    """Tables with all their rules, each on one sheet where it fits."""
    return _pdf(paper, rng, is_ruled=True, torn=False)


def pdf_unruled(paper: Paper, rng: random.Random) -> bytes:
    """Tables without a rule: only place tells what belongs together."""
    return _pdf(paper, rng, is_ruled=False, torn=False)


def pdf_broken(paper: Paper, rng: random.Random) -> bytes:
    """Ruled tables over two sheets, a page number between, the heads printed again now and then."""
    return _pdf(paper, rng, is_ruled=True, torn=True)


def _pdf(paper: Paper, rng: random.Random, *, is_ruled: bool, torn: bool) -> bytes:
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    style = _style(10.5, 16)
    story: list[Any] = []
    for block in paper.blocks():
        if isinstance(block, str):
            story.append(Paragraph(_markup(block), style))
            continue
        for i, grid in enumerate(torn_grids(block.grid, rng) if torn else [block.grid]):
            story += [PageBreak()] if i else [Spacer(1, 6)]
            story.append(_table(grid, rng, is_ruled=is_ruled))
        story.append(Spacer(1, 6))
    numbered = rng.choice(["- {} -", "— {} —", "{}"])

    def footer(canvas: Any, made: Any) -> None:
        canvas.setFont(_FONT, 9)
        canvas.drawCentredString(_PAGE_WIDTH / 2, 10 * _MM, numbered.format(made.page))

    buffer = io.BytesIO()
    made = SimpleDocTemplate(
        buffer, pagesize=(_PAGE_WIDTH, 297 * _MM), leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN, title=paper.name, invariant=1,
    )  # fmt: skip
    made.build(story, onFirstPage=footer, onLaterPages=footer)
    return buffer.getvalue()


@cache
def _style(size: float, leading: float, *, centred: bool = False) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    alignment = 1 if centred else 0
    return ParagraphStyle("p", fontName=_FONT, fontSize=size, leading=leading, wordWrap="CJK", alignment=alignment)


def _markup(text: str) -> str:
    """A text as it is drawn, a single character with a hard blank behind it.

    PDFium passes over what has no width, as has one character of a font that is neither in the file nor on the machine.
    """
    return escape(text.replace("\xa0", " ")) + ("&nbsp;" if len(text) == 1 and text > "\u2e80" else "")


def _table(grid: Grid, rng: random.Random, *, is_ruled: bool) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph, Table

    height, width, boxes = placed(grid)
    style = _style(8, 10, centred=True)
    cells: list[list[Any]] = [[""] * width for _ in range(height)]
    rules: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), rng.choice(["MIDDLE", "MIDDLE", "TOP"])),
        ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]  # fmt: skip
    if is_ruled:
        rules.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    for row, column, down, across, box in boxes:
        if text := box.text.replace(BREAK, "").strip():
            cells[row][column] = Paragraph(_markup(text), style)
        if down > 1 or across > 1:
            rules.append(("SPAN", (column, row), (column + across - 1, row + down - 1)))
    return Table(cells, colWidths=_widths(width, boxes), style=rules)


def _widths(width: int, boxes: list[Placed]) -> list[float]:
    """The room of each column: what its longest box asks for, brought to the width of the sheet."""
    asked = [_NARROWEST] * width
    for _, column, _, across, box in boxes:
        room = len(box.text) * 4 * _MM / across
        for j in range(column, column + across):
            asked[j] = max(asked[j], min(room, _WIDEST if box.kind in ("row", "caption") else _WIDEST / 2))
    spare = _PAGE_WIDTH - 2 * _MARGIN - width * _NARROWEST
    wish = sum(a - _NARROWEST for a in asked)
    scale = min(1.0, spare / wish) if wish else 0.0
    return [_NARROWEST + (a - _NARROWEST) * scale for a in asked]
