"""Writing a table down: a pen that remembers where the figures stand, and the full matrix of a grid."""

from __future__ import annotations

from dataclasses import dataclass, field

from .grids import BREAK, Box, Grid
from .markup import Mark, Marked


@dataclass
class Pen:
    """Writes text and remembers where the figures stand."""

    pieces: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    at: int = 0

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.at += len(text)

    def box(self, box: Box, *, breaks: str = "", lost_when_empty: bool = False) -> None:
        """Write a box. A figure's mark covers it without the blanks around it."""
        text = box.text
        if BREAK in text:
            text = text.replace(BREAK, breaks)
        if box.kind == "value" and not (lost_when_empty and not text.strip()):
            bare = text.strip()
            if bare:
                start = self.at + text.find(bare)
                self.marks.append(Mark(start, start + len(bare), "cell", box.address, (), box.value, box.unit))
            else:
                self.marks.append(Mark(self.at, self.at + len(text), "cell", box.address))
        self.write(text)

    def done(self) -> Marked:
        return Marked("".join(self.pieces), tuple(self.marks))


Cover = list[list[tuple[Box, bool]]]


def cover(grid: Grid) -> Cover:
    """The full matrix: for every place the box that covers it, and whether that box begins there."""
    out: Cover = []
    above: dict[int, tuple[Box, int]] = {}
    for row in grid:
        line: list[tuple[Box, bool]] = []
        boxes = iter(row)
        column = 0
        box = next(boxes, None)
        while box is not None or column in above:
            if column in above:
                covering, left = above[column]
                line.append((covering, False))
                if left > 1:
                    above[column] = (covering, left - 1)
                else:
                    del above[column]
                column += 1
                continue
            assert box is not None
            for i in range(box.across):
                line.append((box, i == 0))
                if box.down > 1:
                    above[column] = (box, box.down - 1)
                column += 1
            box = next(boxes, None)
        out.append(line)
    return out
