"""In which order the heads of a table's columns are printed, where it is not the form's.

Figures follow the heads above them. Heads whose boxes are not all of one height come to us in an order of their own
(the form's heads of the requests do: those of 自然人 and 总计 reach over two lines, the others over one), so heads tell
an order only where all of a row stand on one line, or each on a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from .atoms import VALUE, Atom
from .frames import ADDED, Frame
from .tokens import Token

_OVER = ("", -1)
"""Stands for a figure or the label of a row: heads before and behind it are not printed together."""


class HeadOrder:
    """The order of the heads of one table."""

    def __init__(self, table: str, stream: Sequence[Token], atoms: Sequence[Atom]) -> None:
        self.is_tiered = table == "requests"
        """Whether the form's heads stand in two lines."""
        self._known: dict[Frame, Frame] = {}
        """What was found: rows share frames, and each look goes through all heads of the table."""
        self._told: dict[tuple[tuple[str, ...], bool], tuple[str, ...]] = {}
        """What `_printed` found: frames of other columns have the same heads."""
        self.heads: list[tuple[str, int]] = []
        for token in stream:
            if token.kind == "col":
                self.heads.append((token.key, atoms[token.atom].line))
            elif self.heads[-1:] != [_OVER] and (
                token.kind in ("row", "extra") or (token.kind == "item" and atoms[token.atom].kind == VALUE)
            ):
                self.heads.append(_OVER)

    def of(self, frame: Frame) -> Frame:
        """A frame with its columns as they are printed; told of nothing where that is not known."""
        known = self._known.get(frame)
        if known is None:
            known = self._known[frame] = self._found(frame)
        return known

    def _found(self, frame: Frame) -> Frame:
        if len(frame.heads) == 1 or frame.usual is not None:
            return frame
        heads = frame.heads
        if any(head.startswith(ADDED) for head in heads):  # of added columns it is known behind which head they stand
            own = self.of(_without_added(frame))
            return frame if own.is_told and own.usual is None else _ordered(frame, heads, is_told=False)
        if self.is_tiered:  # where 总计 stands, `Rows` finds out by the sums
            first, *below = heads[:-1]
            found = self._printed((first, *below))
            if not found or found[-1] == first:  # read line by line, what reaches over both may come last
                found = self._printed((first, *below), is_in_line=True) or (first, *self._printed(tuple(below)))
            found = (*found, heads[-1]) if len(found) > 1 else ()
        else:
            found = self._printed(heads)
            if not found and any(_is_mixed(some, heads) for some in self._rounds(heads)):
                return _ordered(frame, heads, is_told=False)
        return _ordered(frame, found) if found and found != frame.heads else frame

    def _printed(self, heads: tuple[str, ...], *, is_in_line: bool = False) -> tuple[str, ...]:
        """The one order in which heads are printed together, as often as they are; nothing where there is none.

        The form's, where it is among them: a head that was lost makes of the end of one round and the next another.
        """
        told = self._told.get((heads, is_in_line))
        if told is None:
            whole = {some for some in self._rounds(heads, is_in_line=is_in_line) if len(some) == len(heads)}
            told = heads if heads in whole else whole.pop() if len(whole) == 1 else ()
            self._told[heads, is_in_line] = told
        return told

    def _rounds(self, heads: tuple[str, ...], *, is_in_line: bool = False) -> Iterator[tuple[str, ...]]:
        """Those of some heads that are printed together: one that comes again begins the next round."""
        some: dict[str, int] = {}
        for head, line in (*self.heads, _OVER):
            if head in some or not head:
                n_lines = len({*some.values()})
                if n_lines == 1 or (n_lines == len(some) and not is_in_line):
                    yield tuple(some)
                some = {}
            if head in heads:
                some[head] = line


@cache
def _without_added(frame: Frame) -> Frame:
    """A frame with the form's columns only."""
    kept = [k for k, head in enumerate(frame.heads) if not head.startswith(ADDED)]
    columns, heads = (tuple(names[k] for k in kept) for names in (frame.columns, frame.heads))
    return replace(frame, columns=columns, heads=heads)


def _is_mixed(some: Sequence[str], heads: Sequence[str]) -> bool:
    """Whether heads stand in another order than the form's."""
    return any(heads.index(a) > heads.index(b) for a, b in pairwise(some))


@cache
def _ordered(frame: Frame, heads: tuple[str, ...], *, is_told: bool = True) -> Frame:
    """A frame with its columns in another order: one for all rows, as those of one frame are compared."""
    columns = tuple(frame.columns[frame.heads.index(head)] for head in heads)
    return replace(frame, columns=columns, heads=heads, usual=frame, is_told=is_told)
