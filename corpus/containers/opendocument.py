"""OpenDocument texts and spreadsheets (.odt, .ods): their XML says what is printed, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ..blocks import DOWN, UP, Block, Box, unfold_or_lay_out, written_out
from .base import BROKEN_ZIP, ContainerError, Extract, checked_zip, corrupt, local, parse_xml, too_large
from .sheets import Sheet, sheet_blocks

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_UNSEEN = frozenset(["tracked-changes", "annotation", "annotation-end", "ruby-text", "forms", "note-citation", "shapes",
                     "settings", "sequence-decls", "title", "desc"])  # fmt: skip
_RAISED = re.compile(r"super|0*[1-9]\d*(?:\.\d+)?%")
_MAX_CELLS = 1_000_000
_MAX_REPEATED = 5000


def read(data: bytes) -> Extract:
    """The blocks of an OpenDocument file."""
    with checked_zip(data) as archive:
        try:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise ContainerError("unsupported", "文件有密码，请取消密码后再试")
            content = archive.read("content.xml")
            styles = archive.read("styles.xml") if "styles.xml" in archive.namelist() else b""
        except BROKEN_ZIP as error:
            if isinstance(error, ContainerError):
                raise
            raise corrupt(error) from error
    root = parse_xml(content)
    raised = _raised_styles(root) | (_raised_styles(parse_xml(styles)) if styles else set())
    body = root.find(f"{_OFFICE}body")
    if body is None or not len(body):
        raise corrupt("没有正文部分")
    if local(body[0]) == "spreadsheet":
        ruled = _ruled_styles(root)
        return Extract([b for table in body[0].iter(f"{_TABLE}table") for b in _sheet(table, ruled, raised)])
    reader = _Reader(raised)
    return Extract([*reader.blocks(body[0]), *reader.notes])


def _int(element: etree._Element, name: str) -> int:
    value = element.get(f"{_TABLE}{name}", "")
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 8 else 1


class _Reader:
    """Walks a text."""

    def __init__(self, raised: set[str]) -> None:
        self.notes: list[Block] = []
        self._raised = raised
        """The names of the styles that print text above its line."""

    def blocks(self, parent: etree._Element) -> list[Block]:
        out: list[Block] = []
        for child in parent:
            name = local(child)
            if name in _UNSEEN or not name:
                continue
            if name in ("p", "h"):
                boxed: list[Block] = []
                text = written_out("".join(self._pieces(child, boxed))).strip(" \t")
                out += [Block(line) for line in text.split("\n") if line.strip()]
                out += boxed
            elif name == "table":
                out += self._table(child)
            else:
                out += self.blocks(child)
        return out

    def _pieces(self, element: etree._Element, boxed: list[Block]) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            name = local(child)
            if name == "s":
                count = child.get(f"{_TEXT}c", "1")
                yield " " * (min(int(count), 1000) if count.isascii() and count.isdigit() else 1)
            elif name == "tab":
                yield "\t"
            elif name == "line-break":
                yield "\n"
            elif name == "note":
                self.notes += [b for body in child if local(body) == "note-body" for b in self.blocks(body)]
            elif name in ("frame", "custom-shape"):
                boxed += self.blocks(child)
            elif name == "span" and child.get(f"{_TEXT}style-name") in self._raised:
                yield from (UP, *self._pieces(child, boxed), DOWN)
            elif name and name not in _UNSEEN:
                yield from self._pieces(child, boxed)
            yield child.tail or ""

    def _table(self, table: etree._Element) -> list[Block]:
        rows: list[list[Box]] = []
        for row in _rows(table):
            boxes: list[Box] = []
            for cell in row:
                if local(cell) != "table-cell":
                    continue  # covered by a merged one, which knows how far it goes
                for _ in range(min(_int(cell, "number-columns-repeated"), 200)):
                    box = Box(min(_int(cell, "number-columns-spanned"), 100), _int(cell, "number-rows-spanned"))
                    box.blocks = self.blocks(cell)
                    boxes.append(box)
            rows += [boxes] * min(_int(row, "number-rows-repeated"), 200)
        nested = any(x is not table for x in table.iter(f"{_TABLE}table"))
        return unfold_or_lay_out(rows, has_table=nested)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if local(child) == "table-row":
            yield child
        elif local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _ruled_styles(root: etree._Element) -> set[str]:
    """The names of the cell styles that draw borders."""
    out = set()
    for style in root.iter(f"{_STYLE}style"):
        for properties in style.iter(f"{_STYLE}table-cell-properties"):
            if any("}border" in key and value != "none" for key, value in properties.attrib.items()):
                out.add(style.get(f"{_STYLE}name", ""))
    return out


def _raised_styles(root: etree._Element) -> set[str]:
    """The names of the text styles that print above the line: super 58%, 33% 58%."""
    out = set()
    for style in root.iter(f"{_STYLE}style"):
        for properties in style.iter(f"{_STYLE}text-properties"):
            if _RAISED.match(properties.get(f"{_STYLE}text-position", "")):
                out.add(style.get(f"{_STYLE}name", ""))
    return out


def _is_hidden(element: etree._Element) -> bool:
    return element.get(f"{_TABLE}visibility", "visible") != "visible"


def _columns(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if local(child) == "table-column":
            yield child
        elif local(child) in ("table-header-columns", "table-columns", "table-column-group"):
            yield from _columns(child)


def _sheet(table: etree._Element, ruled: set[str], raised: set[str]) -> list[Block]:
    shown = Sheet(table.get(f"{_TABLE}name", ""))
    reader = _Reader(raised)
    at = 0
    for column in _columns(table):
        n = _int(column, "number-columns-repeated")
        if _is_hidden(column):
            shown.hidden_columns.update(range(at, at + min(n, _MAX_REPEATED)))
        at += n
    r = 0
    for row in _rows(table):
        n_rows = _int(row, "number-rows-repeated")
        c = 0
        for cell in row:
            n = _int(cell, "number-columns-repeated")
            if local(cell) == "table-cell":
                text = "\n".join(b.text for b in reader.blocks(cell))
                is_ruled = cell.get(f"{_TABLE}style-name", "") in ruled
                if text or (is_ruled and n <= 200):
                    for i in range(min(n_rows, _MAX_REPEATED)):
                        for j in range(min(n, 200)):
                            if text:
                                shown.texts[r + i, c + j] = text
                            if is_ruled:
                                shown.ruled.add((r + i, c + j))
                down, across = _int(cell, "number-rows-spanned"), _int(cell, "number-columns-spanned")
                if down > 1 or across > 1:
                    shown.merged.append((r, r + down - 1, c, c + across - 1))
            c += n
        if _is_hidden(row):
            shown.hidden_rows.update(range(r, r + min(n_rows, _MAX_REPEATED)))
        r += n_rows
        if len(shown.texts) + len(shown.ruled) > _MAX_CELLS:
            raise too_large("工作表的单元格过多")
    return sheet_blocks(shown)
