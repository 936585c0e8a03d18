"""A table while it is read: its rows, the figures that stand together, and the cells that they may fill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from ..corpus.numbers import cell_value
from .frames import Frame


@dataclass(slots=True)
class Entry:
    """A cell as read: the stretch of the view; no text where it is printed and empty."""

    start: int
    end: int
    text: str
    sure: float

    @property
    def number(self) -> float | None:
        """What the figure is worth; None where there is none."""
        return worth(self.text)


@lru_cache(maxsize=4096)
def worth(text: str) -> float | None:
    """What a printed figure is worth; None for what is no figure."""
    if text.isdecimal():
        return float(text)
    read = cell_value(text) if text else None
    return None if read is None or read.value is None else float(read.value)


AGAIN = "\0"
"""What parts the key of a row that a locality added to several blocks from the number of the block."""


@dataclass(eq=False)
class Row:
    """A printed row: its frame and, column by column, what was read."""

    key: str
    frame: Frame
    sure: float
    cells: dict[str, Entry] = field(default_factory=dict)
    is_read: bool = False
    """Whether figures were found for it, placed or not."""

    @property
    def name(self) -> str:
        """The key of the row for the world: an added row bears the same in each block."""
        return self.key.partition(AGAIN)[0]

    @property
    def is_partial(self) -> bool:
        """Whether some of its columns are read and others are not."""
        return 0 < len(self.cells) < len(self.frame.columns)

    @property
    def filled(self) -> set[str]:
        """The heads of the columns that are read."""
        return {h for h, c in zip(self.frame.heads, self.frame.columns, strict=True) if c in self.cells}


Slot = tuple[Row, str]
"""A cell that is to be filled: its row and its column."""


def whole(rows: Iterable[Row]) -> list[Slot]:
    """All cells of some rows, row by row."""
    return [(row, column) for row in rows for column in row.frame.columns]


@dataclass
class Lot:
    """Figures that stand together, and the whole rows that they fill."""

    rows: list[Row]
    items: list[int]
    """Atoms, kept emptiness and line ends among them."""


@dataclass
class Draft:
    """A table as read."""

    table: str
    rows: dict[str, Row] = field(default_factory=dict)
    first: int = -1
    last: int = -1
    warnings: list[tuple[str, int]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    """Column roles in printed order."""
    head_atoms: list[int] = field(default_factory=list)
    is_grouped: bool = False
    """Whether a head over several columns was printed before the first head of a column."""
    lots: list[Lot] = field(default_factory=list)
    """Figures that are still to be placed in their rows."""
    n_crossed: int = 0
    """How often figures were dealt across the lines in which they are printed."""

    def lot_of(self, row: Row | None) -> Lot | None:
        """The figures that a row alone has."""
        return next((lot for lot in reversed(self.lots) if len(lot.rows) == 1 and lot.rows[0] is row), None)
