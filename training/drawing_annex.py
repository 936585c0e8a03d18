"""The older statistics annexes, drawn with the role of every piece, for the table model to be fitted on.

Forms, columns and manners of print are those of the corpus; damage of labels and layout of lines are `drawing`'s.
"""

from __future__ import annotations

import random

from .. import configs
from ..corpus.annex_figures import sample_annex
from ..corpus.annex_grids import annex_grid
from ..corpus.facts import sample_facts
from ..corpus.grids import Box, draw_style

Parts = tuple[str, str, float | int | None, int, int]
"""What a piece of `drawing` is made of: text, role, value, columns and rows that it covers."""
_ROLES = {"row": "annex:label", "group": "annex:label", "head": "annex:head"}


def annex_lines(rng: random.Random) -> list[list[Parts]]:
    """The rows of an annex, whole figures, labels without damage."""
    settings = configs.load("mix")["annex"]
    annex = None
    while annex is None:
        facts = sample_facts(random.Random(rng.random()), era="legacy")
        annex = sample_annex(rng, facts, settings)
    style = draw_style(rng, facts.year)
    style.labels = "none"
    grid = annex_grid(rng, facts, annex, style, settings)
    lines = [[_parts(box, line) for box in line] for line in grid]
    return _spelled_out(lines) if rng.random() < _SPELLED_OUT else lines


_SPELLED_OUT = 0.04
"""How many annexes name the column before every figure."""


def _spelled_out(lines: list[list[Parts]]) -> list[list[Parts]]:
    """Every figure behind its head."""
    heads = next((line for line in reversed(lines) if all(p[1] == "annex:head" for p in line)), [])
    out = []
    for line in lines:
        figures = [p for p in line if p[1].startswith("cell:")]
        if not figures or len(heads) < len(figures):
            continue
        named = [p for both in zip(heads[-len(figures) :], figures, strict=True) for p in both]
        out.append([*(p for p in line if p not in figures), *named])
    return out or lines


def _parts(box: Box, line: list[Box]) -> Parts:
    role = _ROLES.get(box.kind, "annex:unit")
    if box.kind == "value":
        role = f"cell:{box.address}"
    elif box.kind == "caption" and len(line) == 1:
        role = "caption"
    elif box.kind == "row" and "/extra:" in line[-1].address:
        role = f"extra:{box.text}"
    return box.text, role, box.value, box.across, box.down
