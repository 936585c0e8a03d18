"""Statutory tables drawn with the role of every piece, to fit the table model on.

The corpus draws whole reports and knows each cell; here labels are known as well: which
stretch is which row, column or group. Layouts and damage overlap with the corpus on purpose
only in kind, not in code, so that each checks the other.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from .drawing_annex import annex_lines
from .drawing_damage import damaged
from .drawing_grids import EMPTY_STYLES, disclosure_grid, figures, requests_grid, review_grid, words
from .drawing_layouts import LAYOUTS
from .drawing_pieces import Drawn, Piece


def _noise(rng: random.Random, out: Drawn, lines: Sequence[str]) -> None:
    """Lines of the report around a table, and now and then what a chart left behind."""
    for text in [
        *rng.sample(words("beside"), rng.choice([0, 1, 1, 2])),
        *(rng.sample(lines, rng.choice([0, 1, 3])) if lines else ()),
    ]:
        out.add(text, Piece(text, "noise"))
        out.add("\n")
    if rng.random() < 0.05:
        names = rng.sample(words("charted"), rng.randint(3, 5))
        for k in range(rng.randint(1, 3)):
            sep = rng.choice(["\t", "\n"])
            text = sep.join([*names, *(f"{rng.randint(0, 99) / 10}" for _ in names), f"系列 {k + 1}"])
            out.add(text, Piece(text, "noise"))
            out.add("\n")
    if rng.random() < 0.05:
        text = rng.choice(["_,.,", "♬ = ニコ", "(*=-", "l ı", "· · · ·", "木列)", "(木歹 利数据"])
        out.add(text, Piece(text, "noise"))
        out.add("\n")


def draw(rng: random.Random, layout: str | None = None, form: str | None = None, noise: Sequence[str] = ()) -> Drawn:
    """The tables of one report, each drawn in some layout, with lines of ``noise`` around them."""
    form = form or rng.choice(["2019", "2021", "2021"])
    shown = figures(rng, form, rng.choice(EMPTY_STYLES))
    names = list(LAYOUTS)
    main = layout or rng.choices(names, [w for _, w in LAYOUTS.values()])[0]
    out = Drawn(layout=main)
    grids = [disclosure_grid(form, shown, rng), requests_grid(form, shown, rng), review_grid(shown, rng)]
    chance = rng.random()
    if chance < 0.2:
        grids = grids[:2]
    elif chance < 0.32:
        grids = [[[Piece(*piece) for piece in line] for line in annex_lines(rng)]]
    for grid in grids:
        _noise(rng, out, noise)
        name = main if layout or rng.random() < 0.9 else rng.choice(names)
        if name == "pairs" and any(p is not None and p.role == "annex:head" for line in grid for p in line):
            name = "lines"  # it leaves heads out that nothing else says
        LAYOUTS[name][0](damaged(grid, rng), rng, out)
        out.add("\n")
    _noise(rng, out, noise)
    return out
