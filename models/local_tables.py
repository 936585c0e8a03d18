"""Tables of an agency's own that have rows of the forms: licences of this year and the last, in the overview."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

from ..corpus.text import Line
from .atoms import Atom
from .frames import TABLES, form_rows
from .regions import Tagged
from .tokens import Token

_MOST = 0.75
"""A copy of a form's table has so many of its rows."""
_LONG = 4
"""A head of the form that is no common word (上年, 总计) has so many letters."""
_NO_PROSE = frozenset([*TABLES, "annex", "colophon"])


def without_locals(
    stream: Sequence[Token], atoms: Sequence[Atom], lines: Sequence[Line], tags: Sequence[Tagged]
) -> tuple[list[Token], list[tuple[int, int]]]:
    """The tokens without those of local tables, and the first and last atom of each of these.

    A table is local where it stands below the heading of a section of prose while that of its own section is there,
    and has neither heads of the form nor most of its rows. Headings tell, not lines: those of a local table look like
    lines of the form's.
    """
    headings = [(line.start, tag.section) for line, tag in zip(lines, tags, strict=True) if tag.kind == "heading"]
    starts = [start for start, _ in headings]
    sections = {section for _, section in headings}
    out: list[Token] = []
    found: list[tuple[int, int]] = []

    def place(token: Token) -> tuple[str, str]:
        last = bisect_right(starts, atoms[token.atom].start) - 1
        section = headings[last][1] if last >= 0 else ""
        return (section, token.table) if section and section not in _NO_PROSE and token.table in sections else ("", "")

    for (section, table), run in groupby(stream, place):
        tokens = list(run)
        if section and table in TABLES and _is_local(tokens, table, atoms):
            for is_printed, part in groupby(
                tokens, lambda t: t.kind in ("row", "col", "group", "extra", "item", "break")
            ):
                printed = [t for t in part if t.kind != "break"]
                if is_printed and any(t.kind == "item" for t in printed):
                    found.append((printed[0].atom, printed[-1].last))
            out.append(Token("prose", "", tokens[0].atom, tokens[-1].last))
        else:
            out += tokens
    return out, found


def _is_local(tokens: Sequence[Token], table: str, atoms: Sequence[Atom]) -> bool:
    rows = {t.key for t in tokens if t.kind == "row"}
    if not rows or any(t.kind == "col" and len(atoms[t.atom].text) >= _LONG for t in tokens):
        return False
    return len(rows) < _MOST * min(map(len, form_rows(table)))
