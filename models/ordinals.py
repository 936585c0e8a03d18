"""Numbers of rows, as spreadsheets and exports print them before each line: no figures of anybody's."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LEADING = re.compile(r"[ \t|\"']*(\d{1,4})(?=[ \t,|:\"'])")
_LEADING_LINES = re.compile("(?m)^" + _LEADING.pattern)
_WORD = re.compile(r"[\u4e00-\u9fff]")
_TORN = re.compile(r"(?<![\d.,])([1-9])(?=[ \t]*\n?[ \t]*(?<=[ \t\n])[.．][ \t]*[\u4e00-\u9fff])")
"""The number of an item torn from its point: 1 / .信访举报投诉类申请."""
_APART = [blank + point for blank in " \t\n" for point in ".．"]
_MIN_RUN = 6
"""So many lines in a row, each numbered one higher than the last, are numbered."""
_SHORT_RUN = 3
"""So many are beside others of a text that are: a smaller table, numbered from 1."""


def without_row_numbers(view: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The view with the numbers of consecutively numbered lines, and of torn items, made blanks; no offset moves."""
    n_leading = sum(len(_LEADING_LINES.findall(view[a:b])) for a, b in stretches)
    numbered = _consecutive(view, stretches) if n_leading >= _MIN_RUN else set()
    torn: set[tuple[int, int]] = set()
    if any(mark in view for mark in _APART):  # a pattern that begins with a digit is slow where there are many
        torn = {m.span(1) for start, end in stretches for m in _TORN.finditer(view, start, end)}
    places = sorted(numbered | torn)
    if not places:
        return view
    pieces = []
    at = 0
    for start, end in places:
        pieces += [view[at:start], " " * (end - start)]
        at = end
    return "".join(pieces) + view[at:]


def _consecutive(view: str, stretches: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The numbers of consecutively numbered lines."""
    runs: list[list[tuple[int, int]]] = [[]]
    short: list[list[tuple[int, int]]] = []
    n_words = last = 0

    def close() -> None:
        nonlocal n_words
        run = runs.pop()
        if len(run) >= _MIN_RUN and 2 * n_words >= len(run):  # else too short, or figures that happen to count
            runs.append(run)
        elif len(run) >= _SHORT_RUN and n_words == len(run) == last:
            short.append(run)
        runs.append([])
        n_words = 0

    for start, end in stretches:
        at = start
        for raw in view[start:end].split("\n"):
            found = _LEADING.match(raw)
            if found is not None:
                number = int(found[1])
                if runs[-1] and number != last + 1:
                    close()
                runs[-1].append((at + found.start(1), at + found.end(1)))
                n_words += _WORD.search(raw) is not None
                last = number
            elif raw and not raw.isspace():
                close()
            at += len(raw) + 1
    close()
    return {place for run in [*runs, *(short if any(runs) else ())] for place in run}
