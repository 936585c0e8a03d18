"""Excel workbooks (.xlsx, .xlsm): each sheet that is shown, as its cells print their values."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles.borders import Border

from ..blocks import DOWN, UP, written_out
from ..report import Warning_
from .base import Extract, checked_zip, corrupt, too_large
from .printed import printed
from .sheets import Sheet, sheet_blocks

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_TEXTS = re.compile(r"xl/(?:sharedStrings|worksheets/[^/]+)\.xml")
_MAX_MERGED = 1_000_000
_MAX_CELLS = 1_000_000


def read(data: bytes) -> Extract:
    """The blocks of a workbook."""
    with checked_zip(data) as archive:
        has_formulas = _scan(archive)
        is_rich = any(b"superscript" in archive.read(name) for name in archive.namelist() if _TEXTS.fullmatch(name))
    book = _load(data, values=True, rich=is_rich)
    formulas = _load(data, values=False) if has_formulas else None
    blocks = []
    n_unknown = 0
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            shown = _sheet(sheet)
            blocks += sheet_blocks(shown)
            if formulas is not None:
                n_unknown += _n_unknown(sheet, formulas[sheet.title])
    found = (Warning_("formula_without_value", f"{n_unknown} 个公式单元格没有保存计算结果，按空白读取"),)
    return Extract(blocks, found if n_unknown else ())


def _scan(archive: zipfile.ZipFile) -> bool:
    """Whether any sheet holds formulas; refuses merged areas that openpyxl would lay out cell by cell for hours."""
    has_formulas = False
    for name in archive.namelist():
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        try:
            sheet = archive.read(name)
        except Exception as error:
            raise corrupt(error) from error
        has_formulas = has_formulas or b"<f>" in sheet or b"<f " in sheet
        area = sum((_column(m[3]) - _column(m[1]) + 1) * (int(m[4]) - int(m[2]) + 1) for m in _MERGED.finditer(sheet))
        if area > _MAX_MERGED or sheet.count(b"<c ") > _MAX_CELLS:
            raise too_large("工作表的单元格过多")
    return has_formulas


def _column(letters: bytes) -> int:
    n = 0
    for letter in letters:
        n = 26 * n + letter - 64
    return n


def _load(data: bytes, *, values: bool, rich: bool = False) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on parts that it does not keep: pictures, validations
            return openpyxl.load_workbook(io.BytesIO(data), data_only=values, rich_text=rich, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers meet in a broken workbook
        raise corrupt(error) from error


def _sheet(sheet: Any) -> Sheet:
    shown = Sheet(sheet.title)
    for (row, column), cell in sheet._cells.items():  # its public iterators fill every gap up to the farthest cell
        value = _written_out(cell.value) if isinstance(cell.value, CellRichText) else cell.value
        text = printed(value, cell.number_format) if value is not None else ""
        if text:
            shown.texts[row - 1, column - 1] = text.replace("_x000D_", "").replace("\r", "")
        if _is_ruled(cell.border):
            shown.ruled.add((row - 1, column - 1))
    for area in sheet.merged_cells.ranges:
        shown.merged.append((area.min_row - 1, area.max_row - 1, area.min_col - 1, area.max_col - 1))
    shown.hidden_rows = {n - 1 for n, row in sheet.row_dimensions.items() if row.hidden}
    for letters, column in sheet.column_dimensions.items():
        if column.hidden:
            first = column.min or _column(letters.encode())
            shown.hidden_columns.update(range(first - 1, column.max or first))
    return shown


def _written_out(text: CellRichText) -> str:
    """The pieces of a text, those above the line named: 12 with a raised 1 is not 121."""
    pieces = []
    for piece in text:
        font = None if isinstance(piece, str) else piece.font
        is_raised = font is not None and font.vertAlign == "superscript"
        pieces.append(f"{UP}{piece}{DOWN}" if is_raised else str(piece))
    return written_out("".join(pieces))


def _is_ruled(border: Border) -> bool:
    sides = [side for side in (border.left, border.right, border.top, border.bottom) if side is not None]
    return sum(side.style is not None for side in sides) >= 2


def _n_unknown(sheet: Any, with_formulas: Any) -> int:
    return sum(
        cell.data_type == "f" and sheet._cells[at].value is None
        for at, cell in with_formulas._cells.items()
        if at in sheet._cells
    )
