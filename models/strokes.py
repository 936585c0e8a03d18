"""Rows whose boxes touch, with strokes for the empty ones: 1310--2-25.

A stroke alone may be a sign, a hyphen or the end of a label. A table that has rows of nothing but strokes uses them for
empty boxes, and then they tell exactly where boxes begin and end, but for figures that touch each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from .atoms import EMPTY, VALUE, Atom

_MARKS = ("-", "/", "无", "空", "*", "×")
_MIN_ROWS = 2
"""So many rows of nothing but strokes are no accident."""


class Strokes(NamedTuple):
    """How a table prints its empty boxes."""

    mark: str
    """What one of them holds: a stroke, or two for a long one."""

    def runs(self, line: str) -> Iterator[tuple[int, int]]:
        """Stretches of a line that are boxes which touch."""
        if self.mark not in line:
            return
        for match in _run(self.mark).finditer(line):
            start, end = match.span()
            if _NUMBER_OF_LABEL.match(line, end) and line[end - 1].isdigit():
                end -= 1  # 0--256.属于…: the last digit numbers the label that follows
            yield start, end

    def boxes(self, line: str, at: int, number: int, place: int) -> Iterator[Atom]:
        """The boxes of such a stretch, which begins at ``at``."""
        for match in re.finditer(rf"{re.escape(self.mark)}|\d+(?:\.\d+)?", line):
            kind = EMPTY if match.group() == self.mark else VALUE
            yield Atom(at + match.start(), at + match.end(), match.group(), kind, number, place, True)
            place += 1


def strokes(view: str, stretches: Sequence[tuple[int, int]]) -> Strokes | None:
    """What stands for an empty box where boxes touch; None where nothing does."""
    for mark in _MARKS:
        if not any(mark * 2 in view[a:b] for a, b in stretches):
            continue
        rows = [len(m.group()) for a, b in stretches for m in _bare_row(mark).finditer(view, a, b)]
        if len(rows) >= _MIN_ROWS:
            return Strokes(mark if any(n % 2 for n in rows) else mark * 2)
    return None


@cache
def _bare_row(mark: str) -> re.Pattern[str]:
    """A row of nothing but strokes behind its label."""
    one = re.escape(mark)
    return re.compile(rf"{_BEHIND}(?<!{one}){one}{{2,}}(?=\s*(?:$|{_BEGINS}))")


@cache
def _run(mark: str) -> re.Pattern[str]:
    one = re.escape(mark)
    return re.compile(rf"{_BEHIND}(?<!{one}){_FIGURE}?(?:{one}{_FIGURE}?)+(?=\s*(?:$|{_BEGINS}))")


_FIGURE = r"(?:\d+(?:\.\d+)?)"
_BEHIND = r"(?:(?<=[一-鿿)\":])|(?<=[一-鿿)\":] ))"
_BEGINS = r"(?:[一-鿿(.、]|\d{1,2}[.、)](?!\d))"
_NUMBER_OF_LABEL = re.compile(r"[.、)](?!\d)")
