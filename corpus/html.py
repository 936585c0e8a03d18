"""The text of a page, as its reader sees it: blocks on lines, tables as tab-separated rows.

The parser's events are consumed as they come; no tree is built, so that nesting costs neither
stack nor time. Scripts and styles go; navigation and footers stay, named by a region.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from .. import configs
from .blocks import BROKEN, DOWN, UP, Block, Box, Region, join, unfold_or_lay_out, written_out


class Page(NamedTuple):
    """The text of a page and what the page says about its parts."""

    text: str
    regions: tuple[Region, ...]
    has_hidden: bool


_SPACES = re.compile(r"[ \t\n\r\f]+")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32)], " ") | dict.fromkeys(range(55296, 57344), "�")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_MAX_NESTED = 40
_MAX_COLSPAN = 100
_MAX_ROWSPAN = 5000


@cache
def _settings() -> tuple[frozenset[str], frozenset[str], dict[str, str], dict[str, str], dict[str, str]]:
    tags = configs.load("reading")["html"]
    return frozenset(tags["dropped"]), frozenset(tags["block"]), tags["regions"], tags["roles"], tags["classes"]


def read_page(markup: str, *, keep_hidden: bool = False) -> Page:
    """Read a page.

    Parameters
    ----------
    markup : str
    keep_hidden : bool
        Keep parts that the page hides (a script would show them).
    """
    builder = _Builder(keep_hidden=keep_hidden)
    parser = etree.HTMLParser(target=builder, encoding="utf-8", huge_tree=True)
    parser.feed(markup.translate(_CONTROLS).encode("utf-8"))
    try:
        parser.close()
    except etree.XMLSyntaxError:  # nothing that the parser takes for a document
        builder.close()
    return Page(*join(builder.blocks), builder.has_hidden)


class _Table:
    """A table under construction. ``outside`` holds what stands in it but in no cell."""

    __slots__ = ("has_table", "outer", "outside", "rows")

    def __init__(self, outer: list[Block]) -> None:
        self.rows: list[list[Box]] = []
        self.outside: list[Block] = []
        self.outer = outer
        self.has_table = False

    def blocks(self) -> list[Block]:
        """The rows as lines; of a table that only lays out the page, the content of its cells."""
        return self.outside + unfold_or_lay_out(self.rows, has_table=self.has_table)


class _Builder:
    """Target of the parser: collects blocks of text."""

    def __init__(self, *, keep_hidden: bool) -> None:
        self.blocks: list[Block] = []
        self.has_hidden = False
        self._keep_hidden = keep_hidden
        self._dropped, self._block, self._regions, self._roles, self._classes = _settings()
        self._pieces: list[str] = []
        self._kinds: list[str | None] = [None]
        self._elements: list[tuple[str, bool, bool, bool]] = []
        """Of each open element its tag, and whether it is skipped, has a region and is raised."""
        self._skipping = 0
        self._in_pre = 0
        self._tables: list[_Table] = []
        self._depth = 0

    def start(self, tag: str, attributes: Any) -> None:
        is_hidden = self._is_hidden(attributes)
        self.has_hidden |= is_hidden
        is_skipped = tag in self._dropped or is_hidden
        if is_skipped:
            self._skipping += 1
        kind = None
        is_raised = False
        if not self._skipping:
            is_raised = tag == "sup" or _has_style(attributes, _RAISED)
            kind = self._region(tag, attributes)
            if tag in self._block:
                self._flush()
                self._open(tag, attributes)
            if kind is not None:
                self._kinds.append(kind)
            if is_raised:
                self._pieces.append(UP)
        self._elements.append((tag, is_skipped, kind is not None, is_raised))

    def end(self, tag: str) -> None:
        if not self._elements:
            return
        tag, is_skipped, has_region, is_raised = self._elements.pop()
        if is_raised:
            self._pieces.append(DOWN)
        if is_skipped:
            self._skipping -= 1
        elif not self._skipping and tag in self._block:
            self._flush()
            self._close(tag)
        if has_region:
            self._flush()
            self._kinds.pop()

    def data(self, text: str) -> None:
        if not self._skipping:
            if "\n" in text and not self._in_pre:
                text = BROKEN.sub("", text)  # a line of the markup that was broken inside a Chinese sentence
            self._pieces.append(text)

    def close(self) -> _Builder:
        self._flush()
        while self._tables:
            self._close("table")
        return self

    def _is_hidden(self, attributes: Any) -> bool:
        if self._keep_hidden or not attributes:
            return False
        if "hidden" in attributes:
            return True
        return _has_style(attributes, _HIDDEN)

    def _region(self, tag: str, attributes: Any) -> str | None:
        kind = self._regions.get(tag)
        if kind is None and attributes:
            kind = self._roles.get(attributes.get("role", ""))
            if kind is None:
                for name in (attributes.get("class", "") + " " + attributes.get("id", "")).lower().split():
                    if name in self._classes:
                        return self._classes[name]
        return kind

    def _open(self, tag: str, attributes: Any) -> None:
        if tag == "pre":
            self._in_pre += 1
        elif tag == "table":
            self._depth += 1
            if len(self._tables) < _MAX_NESTED:
                if self._tables:
                    self._tables[-1].has_table = True
                table = _Table(self.blocks)
                self._tables.append(table)
                self.blocks = table.outside
        elif self._tables and self._depth == len(self._tables):
            table = self._tables[-1]
            if tag == "tr":
                table.rows.append([])
                self.blocks = table.outside
            elif tag in ("td", "th"):
                if not table.rows:
                    table.rows.append([])
                cell = Box(
                    _number(attributes.get("colspan"), 1, _MAX_COLSPAN),
                    _number(attributes.get("rowspan"), 0, _MAX_ROWSPAN),
                )
                table.rows[-1].append(cell)
                self.blocks = cell.blocks

    def _close(self, tag: str) -> None:
        if tag == "pre":
            self._in_pre -= 1
        elif tag == "table":
            if self._tables and self._depth <= len(self._tables):
                table = self._tables.pop()
                self.blocks = table.outer
                self.blocks.extend(table.blocks())
            self._depth -= 1
        elif tag in ("td", "th", "tr") and self._tables and self._depth == len(self._tables):
            self.blocks = self._tables[-1].outside

    def _flush(self) -> None:
        if not self._pieces:
            return
        text = written_out("".join(self._pieces))
        self._pieces.clear()
        kind = self._kinds[-1]
        if self._in_pre:
            self.blocks.extend(Block(line.rstrip("\r"), kind) for line in text.split("\n") if line.strip())
            return
        text = _SPACES.sub(" ", text).strip(" ")
        if text and not text.isspace():
            self.blocks.append(Block(text, kind))


def _has_style(attributes: Any, pattern: re.Pattern[str]) -> bool:
    style = attributes.get("style") if attributes else None
    return style is not None and pattern.search(style) is not None


def _number(value: str | None, least: int, most: int) -> int:
    """A span attribute; 1 where it is not a number."""
    match = re.match(r"\s*(\d{1,6})", value or "")
    return min(max(int(match[1]), least), most) if match else 1
