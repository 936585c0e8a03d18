"""PDF: the characters and rules of each page by PDFium, the blocks by `flow`.

What has no text layer is handed to `ocr`, where that is installed. Nothing embedded is run or opened.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ... import configs
from ..report import Warning_
from .base import ContainerError, Extract, corrupt, limit, too_large
from .flow import blocks
from .paper import Char, Paper, Rule

_THIN = 3.0
_MAX_SEGMENTS = 60_000
_MAX_CHARS = 60_000
_FEW_CHARS = 16
_UNREADABLE = 0.3
_FLAT = 0.6


def read(data: bytes) -> Extract:
    """The blocks of a PDF."""
    try:
        document = pypdfium2.PdfDocument(data)
        n_pages = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ContainerError("unsupported", "PDF 有密码，请取消密码后再试") from error
        raise corrupt(error) from error
    try:
        if n_pages > limit("pages"):
            raise too_large(f"PDF 有 {n_pages} 页，超过 {limit('pages')} 页的上限")
        papers = [_paper(document, n) for n in range(n_pages)]
        return _extract(document, papers)
    finally:
        document.close()


def _extract(document: Any, papers: list[Paper]) -> Extract:
    """Blocks of the pages that have text; of the others what OCR reads, else a warning or a failure."""
    blank = [n for n, paper in enumerate(papers) if paper.is_picture]
    if not any(paper.chars for paper in papers) and not blank:
        raise ContainerError("empty", "PDF 里没有文字")
    found: tuple[Warning_, ...] = ()
    if blank:
        from . import ocr

        if ocr.is_installed():
            for n in blank:
                papers[n] = ocr.read_picture(_picture(document, n), n + 1)
            found = (ocr.warning([n + 1 for n in blank]),)
        elif len(blank) == len(papers) or not any(len(p.chars) > 4 * _FEW_CHARS for p in papers):
            raise ContainerError("unsupported", f"扫描件，没有文字层。{ocr.MEND}")
        else:
            pages = "、".join(str(n + 1) for n in blank[:20])
            found = (Warning_("page_is_picture", f"第 {pages} 页是图片，未能读取。{ocr.MEND}"),)
    return Extract(blocks(papers), found)


def _paper(document: Any, n: int) -> Paper:
    """A page as characters and rules, seen upright, with the origin at its upper left."""
    try:
        page = document[n]
        turn = page.get_rotation()
        left, bottom, right, top = page.get_cropbox()
        view = _View(left, bottom, right - left, top - bottom, turn)
        text_page = page.get_textpage()
        chars = _chars(text_page, view)
        rules, share = _rules(page, view)
        text_page.close()
        page.close()
    except pypdfium2.PdfiumError:
        return Paper(n + 1, 0, 0, [], [], is_picture=False)  # a page that is broken off; the others are read
    n_bad = sum(c.text in "\ufffd\0" or unicodedata.category(c.text) in ("Co", "Cn") for c in chars)
    is_picture = (len(chars) < _FEW_CHARS and share > _FLAT) or n_bad > _UNREADABLE * max(len(chars), _FEW_CHARS)
    width, height = (view.height, view.width) if turn in (90, 270) else (view.width, view.height)
    return Paper(n + 1, width, height, [] if is_picture else chars, rules, is_picture=is_picture)


class _View:
    """From the coordinates of a page, which count from below and know no turn, to those of a reader."""

    def __init__(self, left: float, bottom: float, width: float, height: float, turn: int) -> None:
        self.left, self.bottom, self.width, self.height, self.turn = left, bottom, width, height, turn

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.turn == 90:
            return y, x
        if self.turn == 180:
            return self.width - x, y
        if self.turn == 270:
            return self.height - y, self.width - x
        return x, self.height - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


@cache
def _radicals() -> dict[int, str]:
    """Characters that fonts name by their look-alikes among the radicals."""
    pairs = configs.load("reading")["radicals"].split()
    plain = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return {**plain, **{ord(pair[0]): pair[1] for pair in pairs}}


def _chars(text_page: Any, view: _View) -> list[Char]:
    """The printed characters; what PDFium adds between them (blanks, line ends) is left out."""
    out: list[Char] = []
    raw, rect = text_page.raw, pdfium.FS_RECTF()
    radicals = _radicals()
    for i in range(min(pdfium.FPDFText_CountChars(raw), _MAX_CHARS)):
        code = pdfium.FPDFText_GetUnicode(raw, i)
        if pdfium.FPDFText_IsGenerated(raw, i) == 1 or (code < 0x20 and code != 0):
            continue
        if not pdfium.FPDFText_GetLooseCharBox(raw, i, ctypes.byref(rect)):
            continue
        text = radicals.get(code) or (chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd")
        out.append(Char(text, *view.box(rect.left, rect.bottom, rect.right, rect.top)))
    return out


Matrix = tuple[float, float, float, float, float, float]


def _matrix(item: Any) -> Matrix:
    return item.get_matrix().get()


def _applied(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _rules(page: Any, view: _View) -> tuple[list[Rule], float]:
    """Drawn straight lines and thin bars; also the share of the page that its largest picture covers."""
    rules: list[Rule] = []
    share = 0.0
    budget = _MAX_SEGMENTS
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=6):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = item.get_bounds()
            share = max(share, abs(x1 - x0) * abs(y1 - y0) / max(view.width * view.height, 1))
            continue
        budget -= max(1, pdfium.FPDFPath_CountSegments(item))
        if budget < 0:
            return [], share  # a drawing or a map, no table
        rules.extend(_ruled(item, view))
    return rules, share


def _ruled(item: Any, view: _View) -> Iterator[Rule]:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(mode), ctypes.byref(stroke)):
        return
    matrices = [_matrix(item)]
    holder = item.container
    while holder is not None:
        matrices.append(_matrix(holder))
        holder = holder.container
    points: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, i)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        at = (x.value, y.value)
        for matrix in matrices:
            at = _applied(*at, matrix)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not points:
            points.append([])
        elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            points.append([])  # a curve is no rule
        points[-1].append(view.point(*at))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points[-1].append(points[-1][0])
    for run in points:
        yield from _bars(run) if mode.value and not stroke.value else _strokes(run)


def _strokes(run: list[tuple[float, float]]) -> Iterator[Rule]:
    for (ax, ay), (bx, by) in pairwise(run):
        if abs(ax - bx) <= 1 or abs(ay - by) <= 1:
            yield Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _bars(run: list[tuple[float, float]]) -> Iterator[Rule]:
    """A filled bar is a rule where it is thin: so Word draws the borders of its tables."""
    xs, ys = [p[0] for p in run], [p[1] for p in run]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if y1 - y0 <= _THIN:
        yield Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    elif x1 - x0 <= _THIN:
        yield Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


def _picture(document: Any, n: int) -> Any:
    """A page drawn for OCR, as an array."""
    return document[n].render(scale=2.5, rev_byteorder=True).to_numpy()
