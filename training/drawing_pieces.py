"""What tables are drawn of: pieces with their roles, and texts that remember where each stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Piece(NamedTuple):
    """A printed cell: its text and what it is (``row:new``, ``cell:requests/new/total`` …)."""

    text: str
    role: str
    value: float | int | None = None
    across: int = 1
    down: int = 1


Grid = list[list[Piece | None]]
"""Rows of cells; None where a merged cell goes on."""


@dataclass
class Drawn:
    """A text, with the role of each drawn stretch and the truth of each cell."""

    text: str = ""
    roles: list[tuple[int, int, str]] = field(default_factory=list)
    cells: dict[str, tuple[float | int | None, int, int]] = field(default_factory=dict)
    layout: str = ""

    def add(self, text: str, piece: Piece | None = None) -> None:
        start = len(self.text)
        self.text += text
        if piece is None:
            return
        if piece.role.startswith("cell:"):
            if piece.role.endswith("~"):
                self.roles.append((start, len(self.text), "void"))
            self.cells[piece.role[5:].rstrip("~")] = (piece.value, start, len(self.text))
        elif text:
            self.roles.append((start, len(self.text), piece.role))
