"""Papers as PDF: ruled tables, tables without rules, tables over two sheets.

The font is one that every reader of PDF brings along, so that none need be installed.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from .grids import BREAK, Grid
from .papers import Paper
from .placed import placed, torn_grids

_FONT = "STSong-Light"
_MM = 72 / 25.4
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 210 * _MM, 297 * _MM, 20 * _MM
_WIDEST = 48 * _MM
_NARROWEST = 12 * _MM


@dataclass(frozen=True)
class Face:
    """How the tables of a document are printed. Sizes are points, alignments 0 (left), 1 (centred) or 2 (right)."""

    size: float = 8
    leading: float = 10
    labels: int = 1
    figures: int = 1
    upright: str = "MIDDLE"
    beside: float = 3
    above: float = 3
    digits: str = _FONT
    spaced: bool = False
    """Short words have their characters wide apart."""
    torn: bool = False
    """Each table stands on two sheets."""


def draw_face(rng: random.Random) -> Face:
    """Any of the ways in which tables are printed that no rule holds together."""
    size = rng.choice([7, 8, 8, 9])
    return Face(
        size=size,
        leading=size * rng.choice([1.15, 1.25, 1.25, 1.4]),
        labels=rng.choice([0, 1, 1]),
        figures=rng.choice([0, 1, 1, 1, 2]),
        upright=rng.choice(["MIDDLE", "MIDDLE", "MIDDLE", "TOP"]),
        beside=rng.choice([2, 3, 5]),
        above=rng.choice([2, 3, 3, 5]),
        digits=rng.choice([_FONT, _FONT, "Times-Roman", "Helvetica", "Courier"]),
        spaced=rng.random() < 0.2,
        torn=rng.random() < 0.25,
    )


def pdf_ruled(paper: Paper, rng: random.Random) -> bytes:
    """Tables with all their rules, each on one sheet where it fits."""
    return _pdf(paper, rng, _centred(rng), is_ruled=True)


def pdf_unruled(paper: Paper, rng: random.Random) -> bytes:
    """Tables without a rule: only place tells what belongs together."""
    return _pdf(paper, rng, draw_face(rng), is_ruled=False)


def pdf_broken(paper: Paper, rng: random.Random) -> bytes:
    """Ruled tables over two sheets, a page number between, the heads printed again now and then."""
    return _pdf(paper, rng, _centred(rng, torn=True), is_ruled=True)


def _centred(rng: random.Random, *, torn: bool = False) -> Face:
    return Face(upright=rng.choice(["MIDDLE", "MIDDLE", "TOP"]), torn=torn)


def _pdf(paper: Paper, rng: random.Random, face: Face, *, is_ruled: bool) -> bytes:
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    style = _style(10.5, 16)
    story: list[Any] = []
    for block in paper.blocks():
        if isinstance(block, str):
            story.append(Paragraph(_markup(block), style))
            continue
        widths = None if is_ruled else _widths(block.grid)  # ruled parts may each have columns of their own
        story.append(Spacer(1, 6))
        parts = torn_grids(block.grid, rng) if face.torn else [block.grid]
        parts = [sheet for part in parts for sheet in _fitting(part, face, rng, widths)]
        for i, grid in enumerate(parts):
            story += [PageBreak()] if i else []
            story.append(_table(grid, face, widths, is_ruled=is_ruled))
        story.append(Spacer(1, 6))
    numbered = rng.choice(["- {} -", "— {} —", "{}"])

    def footer(canvas: Any, made: Any) -> None:
        canvas.setFont(_FONT, 9)
        canvas.drawCentredString(_PAGE_WIDTH / 2, 10 * _MM, numbered.format(made.page))

    buffer = io.BytesIO()
    made = SimpleDocTemplate(
        buffer, pagesize=(_PAGE_WIDTH, _PAGE_HEIGHT), leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN, title=paper.name, invariant=1,
    )  # fmt: skip
    made.build(story, onFirstPage=footer, onLaterPages=footer)
    return buffer.getvalue()


@cache
def _style(size: float, leading: float, alignment: int = 0, font: str = _FONT) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    return ParagraphStyle("p", fontName=font, fontSize=size, leading=leading, wordWrap="CJK", alignment=alignment)


def _markup(text: str) -> str:
    """A text as it is drawn, a single character with a hard blank behind it.

    PDFium passes over what has no width, as has one character of a font that is neither in the file nor on the machine.
    """
    return escape(text.replace("\xa0", " ")) + ("&nbsp;" if len(text) == 1 and text > "\u2e80" else "")


def _fitting(grid: Grid, face: Face, rng: random.Random, widths: list[float] | None) -> list[Grid]:
    """A table, in two where it is too high for a sheet."""
    height = _table(grid, face, widths, is_ruled=False).wrap(_PAGE_WIDTH, _PAGE_HEIGHT)[1]
    parts = torn_grids(grid, rng) if height > _PAGE_HEIGHT - 2.2 * _MARGIN else []
    return [sheet for part in parts for sheet in _fitting(part, face, rng, widths)] if len(parts) > 1 else [grid]


def _table(grid: Grid, face: Face, widths: list[float] | None, *, is_ruled: bool) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    height, width, boxes = placed(grid)
    cells: list[list[Any]] = [[""] * width for _ in range(height)]
    rules: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), face.upright),
        ("LEFTPADDING", (0, 0), (-1, -1), face.beside), ("RIGHTPADDING", (0, 0), (-1, -1), face.beside),
        ("TOPPADDING", (0, 0), (-1, -1), face.above), ("BOTTOMPADDING", (0, 0), (-1, -1), face.above),
    ]  # fmt: skip
    if is_ruled:
        rules.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    for row, column, down, across, box in boxes:
        if text := box.text.replace(BREAK, "").strip():
            cells[row][column] = _printed(text, box.kind, face)
        if down > 1 or across > 1:
            rules.append(("SPAN", (column, row), (column + across - 1, row + down - 1)))
    return Table(cells, colWidths=widths or _widths(grid), style=rules)


def _printed(text: str, kind: str, face: Face) -> Any:
    """What a box holds; figures may come from a font of their own."""
    from reportlab.platypus import Paragraph

    if kind == "value":
        font = face.digits if text.isascii() else _FONT
        return Paragraph(_markup(text), _style(face.size, face.leading, face.figures, font))
    if face.spaced and len(text) == 2 and kind != "value":
        text = "\u3000".join(text)
    alignment = face.labels if kind in ("row", "group", "caption") else 1
    return Paragraph(_markup(text), _style(face.size, face.leading, alignment))


def _widths(grid: Grid) -> list[float]:
    """The room of each column: what its longest box asks for, brought to the width of the sheet."""
    _, width, boxes = placed(grid)
    asked = [_NARROWEST] * width
    for _, column, _, across, box in boxes:
        room = len(box.text) * 4 * _MM / across
        for j in range(column, column + across):
            asked[j] = max(asked[j], min(room, _WIDEST if box.kind in ("row", "caption") else _WIDEST / 2))
    spare = _PAGE_WIDTH - 2 * _MARGIN - width * _NARROWEST
    wish = sum(a - _NARROWEST for a in asked)
    scale = min(1.0, spare / wish) if wish else 0.0
    return [_NARROWEST + (a - _NARROWEST) * scale for a in asked]
