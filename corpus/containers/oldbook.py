"""Old Excel workbooks (.xls, and the .et of WPS), as their cells print their values."""

from __future__ import annotations

import io
from typing import Any

import xlrd

from ..blocks import Block
from .base import ContainerError, Extract, corrupt, too_large
from .printed import printed
from .sheets import Sheet, sheet_blocks

_MAX_CELLS = 1_000_000


def read(data: bytes) -> Extract:
    """The blocks of a workbook."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise ContainerError("unsupported", "文件有密码，请取消密码后再试") from error
        raise corrupt(error) from error
    except Exception as error:  # xlrd raises whatever its parsers meet in a broken workbook
        raise corrupt(error) from error
    blocks: list[Block] = []
    for sheet in book.sheets():
        if sheet.visibility == 0:
            if sum(sheet.row_len(r) for r in range(sheet.nrows)) > _MAX_CELLS:
                raise too_large("工作表的单元格过多")
            blocks += sheet_blocks(_sheet(book, sheet))
    return Extract(blocks)


def _sheet(book: Any, sheet: Any) -> Sheet:
    shown = Sheet(sheet.name)
    for r in range(sheet.nrows):
        for c in range(sheet.row_len(r)):
            cell = sheet.cell(r, c)
            form = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
            text = _text(book, cell, form)
            if text:
                shown.texts[r, c] = text.replace("\r", "")
            if form is not None and _is_ruled(form.border):
                shown.ruled.add((r, c))
    shown.merged = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
    shown.hidden_rows = {r for r, info in sheet.rowinfo_map.items() if info.hidden}
    shown.hidden_columns = {c for c, info in sheet.colinfo_map.items() if info.hidden}
    return shown


def _text(book: Any, cell: Any, form: Any) -> str:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    known = book.format_map.get(form.format_key) if form is not None else None
    number_format = known.format_str if known is not None else "General"
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return printed(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode), number_format)
        except (ValueError, OverflowError):
            return printed(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return printed(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return printed(cell.value, number_format)


def _is_ruled(border: Any) -> bool:
    sides = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
    return sum(side != 0 for side in sides) >= 2
