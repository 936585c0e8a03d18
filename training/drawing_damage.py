"""Damage to the labels of drawn tables."""

from __future__ import annotations

import random

from .drawing_pieces import Grid, Piece

_LOOKALIKE = {
    "类": "项",
    "务": "物",
    "型": "性",
    "性": "型",
    "机": "结",
    "构": "企",
    "容": "部",
    "形": "况",
    "件": "",
    "数": "",
    "的": "",
    "公": "",
}


def damaged(grid: Grid, rng: random.Random) -> Grid:
    """Labels cut, split, mistyped, spaced, renumbered."""
    kind = rng.choices(["none", "split", "cut", "typo", "blank"], [45, 25, 8, 12, 10])[0]
    if kind == "none":
        return grid
    rate = rng.choice([0.1, 0.3, 0.7])
    out: Grid = []
    for line in grid:
        new: list[Piece | None] = []
        for piece in line:
            if (
                piece is None
                or piece.role.startswith(("cell:", "extra:"))
                or rng.random() > rate
                or len(piece.text) < 2
            ):
                new.append(piece)
                continue
            text = piece.text
            if kind == "split":
                for _ in range(1 if len(text) < 10 else rng.choice([1, 2])):
                    at = rng.randrange(1, len(text))
                    text = text[:at] + rng.choice(["\n", "\n", " "]) + text[at:]
            elif kind == "blank":
                text = rng.choice([" ", "　"]).join(text) if len(text) < 5 else text[:2] + " " + text[2:]
            elif kind == "cut" and len(text) > 3 and rng.random() < 0.4:
                text = text[: rng.randrange(max(2, len(text) // 2), len(text))]
            elif kind == "typo":
                at = rng.randrange(len(text))
                swap = _LOOKALIKE.get(text[at])
                if swap is not None:
                    text = text[:at] + swap + text[at + 1 :]
                elif text[0] in "(一二三四1234567" and rng.random() < 0.5:
                    text = text[text.find(")") + 1 :] if text[0] == "(" else text[2:]
                else:
                    text = text[:at] + text[at + 1 :]
            new.append(piece._replace(text=text or piece.text))
        out.append(new)
    return out
