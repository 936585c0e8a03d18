"""Word documents (.docx, .docm, and what WPS writes by these names), as Word would show them.

Tracked deletions and hidden text are left out, insertions stay; text boxes follow the paragraph
that holds them; automatic numbers are written, as they are printed; page heads and feet stand once,
at the beginning and the end, notes behind the body. Macros are never looked at.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from docx.opc.package import OpcPackage
from docx.opc.part import Part
from lxml import etree

from ..blocks import DOWN, UP, Block, Box, unfold_or_lay_out, written_out
from .base import ContainerError, Extract, checked_zip, corrupt, local, parse_xml
from .numbering import Numbering

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DELETED = frozenset(["del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "pPr", "rPr", "sectPr"])
_BOXES = frozenset(["drawing", "pict", "object", "AlternateContent"])
_OFF = frozenset(["0", "false", "off", "none"])
_ROOM = 10_000


def read(data: bytes) -> Extract:
    """The blocks of a Word document."""
    checked_zip(data).close()
    try:
        package = OpcPackage.open(io.BytesIO(data))
        main = package.main_document_part
        parts = {rel.rId: rel.target_part for rel in main.rels.values() if not rel.is_external}
        kinds = {rel.reltype.rpartition("/")[2]: rel.target_part for rel in main.rels.values() if not rel.is_external}
        if _STRICT in main.blob[:_ROOM]:
            raise ContainerError("unsupported", "“Strict Open XML”格式，请另存为普通 docx 后再试")
    except ContainerError:
        raise
    except Exception as error:  # python-docx raises whatever its parser meets in a broken package
        raise corrupt(error) from error
    reader = _Reader(Numbering(_root(kinds.get("numbering")), _root(kinds.get("styles"))))
    root = _root(main)
    body = root.find(f"{_W}body") if root is not None else None
    if body is None:
        raise corrupt("没有正文部分")
    blocks = reader.blocks(body)
    notes = [b for kind in ("footnotes", "endnotes") for b in reader.notes(_root(kinds.get(kind)))]
    heads = [b for part in _named(root, parts, "headerReference") for b in reader.blocks(part, "aside")]
    feet = [b for part in _named(root, parts, "footerReference") for b in reader.blocks(part, "footer")]
    return Extract([*heads, *blocks, *notes, *feet])


def _root(part: Part | None) -> etree._Element | None:
    return None if part is None else parse_xml(part.blob)


def _named(root: etree._Element, parts: dict[str, Part], tag: str) -> Iterator[etree._Element]:
    """The page heads (or feet) in use, each once."""
    seen = set()
    for reference in root.iter(f"{_W}{tag}"):
        part = parts.get(reference.get(f"{_R}id", ""))
        if part is not None and part.partname not in seen:
            seen.add(part.partname)
            yield parse_xml(part.blob)


def _is_on(properties: etree._Element | None, name: str) -> bool:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return found is not None and found.get(f"{_W}val", "true") not in _OFF


def _is_raised(properties: etree._Element | None) -> bool:
    found = properties.find(f"{_W}vertAlign") if properties is not None else None
    return found is not None and found.get(f"{_W}val") == "superscript"


class _Reader:
    """Walks the parts of one document."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._noted: list[str] = []

    def blocks(self, parent: etree._Element, kind: str | None = None) -> list[Block]:
        """The paragraphs and tables below an element."""
        out: list[Block] = []
        kept = ""  # of a paragraph whose end was deleted: it goes on in the next one
        for child in _content(parent):
            if local(child) == "tbl":
                out += [b if kind is None else b._replace(kind=kind) for b in self._table(child)]
                continue
            boxed: list[Block] = []
            text = kept + self._paragraph(child, boxed)
            kept = ""
            properties = child.find(f"{_W}pPr")
            mark = properties.find(f"{_W}rPr") if properties is not None else None
            if mark is not None and mark.find(f"{_W}del") is not None:
                kept = text
            else:
                out += [Block(line, kind) for line in text.split("\n") if line.strip()]
            out += boxed
        return out + ([Block(kept, kind)] if kept.strip() else [])

    def notes(self, root: etree._Element | None) -> list[Block]:
        """The notes to which the body refers."""
        if root is None:
            return []
        found = {note.get(f"{_W}id"): note for note in root}
        return [b for key in self._noted if (note := found.pop(key, None)) is not None for b in self.blocks(note)]

    def _paragraph(self, paragraph: etree._Element, boxed: list[Block]) -> str:
        pieces = list(self._pieces(paragraph, boxed))
        text = written_out("".join(pieces)).strip(" \t")
        number = self._numbering.next(paragraph.find(f"{_W}pPr")) if text else ""
        if number and text[:1].isascii():
            number += " "  # 1. and 2021 must not run together
        return number + text

    def _pieces(self, parent: etree._Element, boxed: list[Block]) -> Iterator[str]:
        for child in parent:
            name = local(child)
            if name in _DELETED:
                continue
            if name == "t":
                yield child.text or ""
            elif name == "tab":
                yield "\t"
            elif name in ("br", "cr"):
                yield "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "sym":
                yield _symbol(child)
            elif name in ("footnoteReference", "endnoteReference"):
                self._noted.append(child.get(f"{_W}id", ""))
            elif name in _BOXES:
                yield from self._drawn(child, boxed)
            elif name == "r" and _is_on(child.find(f"{_W}rPr"), "vanish"):
                continue
            elif name == "r" and _is_raised(child.find(f"{_W}rPr")):
                yield from (UP, *self._pieces(child, boxed), DOWN)
            else:
                yield from self._pieces(child, boxed)

    def _drawn(self, drawing: etree._Element, boxed: list[Block]) -> Iterator[str]:
        """Text boxes go to ``boxed``. A drawing is stored twice, for new and old programs: the first is read."""
        if local(drawing) == "AlternateContent":
            for choice in drawing:
                if any(local(x) in ("txbxContent", "t") for x in choice.iter()):
                    yield from self._drawn(choice, boxed)
                    return
            return
        if local(drawing) == "txbxContent":
            boxed += self.blocks(drawing)
        elif local(drawing) == "r":
            yield from self._pieces(drawing, boxed)
        else:
            for child in drawing:
                yield from self._drawn(child, boxed)

    def _table(self, table: etree._Element) -> list[Block]:
        rows: list[list[Box]] = []
        above: dict[int, Box] = {}  # column -> the merged cell that may go on there
        has_table = False
        for row in _content(table):
            properties = row.find(f"{_W}trPr")
            if properties is not None and properties.find(f"{_W}del") is not None:
                continue
            before = _number(properties, "gridBefore", 0)
            boxes = [Box(before)] if before else []
            open_here: dict[int, Box] = {}
            column = before
            for cell in _content(row):
                properties = cell.find(f"{_W}tcPr")
                if properties is not None and properties.find(f"{_W}cellDel") is not None:
                    continue
                span = max(1, _number(properties, "gridSpan", 1))
                merge = properties.find(f"{_W}vMerge") if properties is not None else None
                starts = merge is not None and merge.get(f"{_W}val") == "restart"
                if merge is not None and not starts and column in above:
                    above[column].rowspan += 1
                    open_here[column] = above[column]
                else:
                    box = Box(span)
                    box.blocks = self.blocks(cell)
                    has_table = has_table or next(cell.iter(f"{_W}tbl"), None) is not None
                    boxes.append(box)
                    if merge is not None:
                        open_here[column] = box
                column += span
            above = open_here
            rows.append(boxes)
        return unfold_or_lay_out(rows, has_table=has_table)


def _content(parent: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs, tables, rows or cells below an element, through whatever wraps them."""
    for child in parent:
        name = local(child)
        if name in ("p", "tbl", "tr", "tc"):
            yield child
        elif name == "AlternateContent":
            yield from _content(child[0]) if len(child) else ()
        elif name not in _DELETED and not name.endswith("Pr"):
            yield from _content(child)


def _number(properties: etree._Element | None, name: str, default: int) -> int:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    value = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(value), 100) if value.isascii() and value.isdigit() else default


def _symbol(symbol: etree._Element) -> str:
    """A character of a symbol font; those of the private area have no meaning outside of it."""
    try:
        code = int(symbol.get(f"{_W}char", ""), 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 else ""
