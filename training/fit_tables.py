"""Fits the table model: roles of words on drawn tables, filling of columns on both."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import Any

from ..corpus.text import Text
from ..models.cutting import atoms
from ..models.roles import Words
from ..models.tables import TableModel
from . import fit_readings, fit_search
from .drawing import draw
from .drawing_pieces import Drawn

_DRAWN_PER_LAYOUT = 32
"""One report of each layout for so many drawn ones: what the search for figures and the contest are fitted on."""
_TRIAL = 1000
"""With fewer drawn ones the search keeps the weights that it has: too few rows of each kind to learn from."""


def sequence(drawn: Drawn) -> tuple[Words, list[str]]:
    """Words of a drawn text, and the role of each."""
    text = Text.of(drawn.text)
    pieces = atoms(text.view, [(0, len(text.view))])  # torn labels too: damage leaves some that reading cannot join
    words = Words(pieces)
    starts = [s for s, _, _ in drawn.roles]
    roles = []
    for i in words.index:
        start, end = text.span(pieces[i].start, pieces[i].end)
        k = bisect_right(starts, (start + end - 1) // 2) - 1
        role = drawn.roles[k][2] if k >= 0 and (start + end - 1) // 2 < drawn.roles[k][1] else "noise"
        roles.append("extra" if role.startswith("extra:") else role)
    return words, roles


def fill_rates(examples: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Log odds that a column holds a figure other than zero, in rows that hold any."""
    seen: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for cells in examples:
        rows: dict[str, dict[str, float]] = {}
        for address, value in cells.items():
            table, row, column = address.split("/")
            if table != "annex" and not row.startswith("extra:"):
                rows.setdefault(f"{table}/{row}", {})[f"{table}/{column}"] = value or 0
        for figures in rows.values():
            if any(figures.values()):
                for column, value in figures.items():
                    seen[column] += 1
                    filled[column] += bool(value)
    return {c: round(log((filled[c] + 1) / (seen[c] - filled[c] + 1)), 3) for c in seen}


def noise_lines(examples: Iterable[Any], limit: int = 4000) -> list[str]:
    """Lines of reports that stand outside of their tables."""
    out: dict[str, None] = {}
    for example in examples:
        text = example.text
        inside = [span for table in example.report.tables for span in table.spans]
        at = 0
        for line in text.split("\n"):
            if 1 < len(line.strip()) < 90 and not any(s.start < at + len(line) and at < s.end for s in inside):
                out[line] = None
            at += len(line) + 1
        if len(out) > limit:
            break
    return list(out)


def drawn(n: int, seed: int, noise: Sequence[str] = ()) -> Iterator[Drawn]:
    """Drawn tables, the same for the same seed."""
    for i in range(n):
        yield draw(random.Random(f"{seed}/{i}"), noise=noise)


def fit(
    examples: Iterable[Any] = (), *, n_drawn: int = 900, n_held_out: int = 0, seed: int = 0, **settings: Any
) -> TableModel:
    """Fit the table model.

    Parameters
    ----------
    examples : iterable of corpus examples
        Their cells tell how columns are filled, their prose what stands beside tables.
    n_drawn : int
        How many drawn reports to learn roles from.
    n_held_out : int
        How many more to measure each iteration on.
    """
    examples = list(examples)
    pictures = list(drawn(n_drawn, seed, noise_lines(examples)))
    rates = fill_rates(
        [{a: v for a, (v, _, _) in p.cells.items()} for p in pictures]
        + [{c.address: c.value for t in e.report.tables for c in t.cells} for e in examples]
    )
    settings.setdefault("max_iterations", 80)
    held_out = (sequence(p) for p in drawn(n_held_out, seed + 1))
    model = TableModel.fit((sequence(p) for p in pictures), rates, held_out=held_out, **settings)
    if n_drawn >= _TRIAL:
        per_layout = n_drawn // _DRAWN_PER_LAYOUT
        model.search = fit_search.fit(model, per_layout=per_layout, seed=seed + 2)
        model.weights = fit_readings.fit(fit_readings.contests(model, fit_search.drawn(per_layout, seed + 3)))
    return model


__all__ = ["drawn", "fill_rates", "fit", "noise_lines", "sequence"]
