"""Boxes of a row that its print tells exactly, empty ones among them.

Where each cell has a line that ends in a pipe, a line of a pipe alone is a cell with nothing in
it; where rows are parted by blank lines, what stands between two of them is one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from .atoms import BREAK, SOFT, VALUE, Atom


def keeps_lone_pipes(atoms: Sequence[Atom], view: str, runs: Iterable[Sequence[int]]) -> bool:
    """Whether a pipe alone on its line is an empty box: the figures beside it have pipes of their own.

    One such line may also end a row; it does not where figures stand on both sides of it, or where several follow
    each other.
    """
    for run in runs:
        for k, a in enumerate(run[:-1]):
            if atoms[run[k + 1]].text != SOFT or atoms[a].kind != VALUE or not _has_pipe(view, atoms[a]):
                continue
            behind = list(takewhile(lambda b: atoms[b].text == SOFT and atoms[b].kind == BREAK, run[k + 1 :]))
            follower = run[k + 1 + len(behind)] if k + 1 + len(behind) < len(run) else -1
            is_between = follower >= 0 and atoms[follower].kind == VALUE and _has_pipe(view, atoms[follower])
            if len(behind) > 1 or (behind and is_between):
                return True
    return False


def counts_lone_pipes(atoms: Sequence[Atom], view: str, runs: Iterable[Sequence[int]]) -> bool:
    """Whether pipes alone on their lines between figures that have pipes of their own show that none is a border."""
    found = sum(
        atoms[a].kind == VALUE == atoms[c].kind
        and (atoms[b].kind, atoms[b].text) == (BREAK, SOFT)
        and _has_pipe(view, atoms[a])
        and _has_pipe(view, atoms[c])
        for run in runs
        for a, b, c in zip(run, run[1:], run[2:], strict=False)
    )
    return found >= _SHOWN


_SHOWN = 3
"""So many of them are no accident."""


def _has_pipe(view: str, atom: Atom) -> bool:
    end = view.find("\n", atom.end)
    return view.find("|", atom.end, end if end >= 0 else None) >= 0


def boxes_of_row(atoms: Sequence[Atom], run: Sequence[int], n: int, *, has_lone_pipes: bool) -> list[int] | None:
    """The ``n`` boxes of a row where its end is printed; None where the print does not tell them."""
    row = list(takewhile(lambda a: atoms[a].kind != BREAK or atoms[a].text == SOFT, run))
    if any(atoms[a].kind == VALUE for a in run[len(row) :]):
        return None
    if has_lone_pipes:
        if len(row) == n + 1 and atoms[row[-1]].kind == BREAK:
            row.pop()  # the end of the row
        return row if len(row) == n else None
    boxes = [a for a in row if atoms[a].kind != BREAK]
    return boxes if len(row) < len(run) and len(boxes) == n > 1 else None


def boxes_of_rows(atoms: Sequence[Atom], view: str, run: Sequence[int], n: int) -> list[int] | None:
    """The ``n`` boxes of several rows in one line of boxes: a pipe before the first ends the heads, one behind the last
    ends the row."""
    if not keeps_lone_pipes(atoms, view, [run]):
        return None
    row = list(takewhile(lambda a: atoms[a].kind != BREAK or atoms[a].text == SOFT, run))
    if len(row) < len(run) or len(row) != n + 2:
        return None
    return row[1:-1] if atoms[row[0]].kind == BREAK == atoms[row[-1]].kind else None
