"""A generated report before it is drawn: clean prose, and its tables as grids, for any layout or container.

One paper drawn in several ways says the same in each of them; whatever reads it must find the
same figures and come to the same findings.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import configs
from .annex_figures import Annex, sample_annex, spoil
from .annex_grids import annex_grid
from .annexes import ANNEX
from .compose import Draft, Draw, compose, drafts, facts_for, fill_draft
from .examples import Example, finish
from .facts import Facts, sample_facts
from .grids import Grid, Style, active_grid, draw_style, requests_grid, review_grid
from .layouts import LAYOUTS
from .markup import Mark, Marked
from .plant import Plot, draw_plot, plant_figures
from .slips import plant_statements

_SPOT = "\ue0f0"
"""Stands in the prose where a table belongs, on a line of its own."""

_GRIDS: dict[str, Callable[[random.Random, Facts, Style], Grid]] = {
    "active_disclosure": active_grid,
    "requests": requests_grid,
    "review_litigation": review_grid,
}


@dataclass(frozen=True)
class Sheet:
    """One table that is not drawn yet."""

    table: str
    grid: Grid

    @property
    def values(self) -> dict[str, float | int | None]:
        """What is printed at each address; None where the box is empty."""
        return {box.address: box.value for row in self.grid for box in row if box.kind == "value"}


@dataclass(frozen=True)
class Paper:
    """A report that is not drawn yet. ``prose`` holds a mark where each table belongs."""

    name: str
    prose: Marked
    sheets: tuple[Sheet, ...]
    plot: Plot
    meta: dict[str, Any]

    @property
    def values(self) -> dict[str, float | int | None]:
        """What is printed at each address of all tables."""
        return {address: value for sheet in self.sheets for address, value in sheet.values.items()}

    def blocks(self) -> Iterator[str | Sheet]:
        """Paragraphs and tables in order."""
        sheets = iter(self.sheets)
        for line in self.prose.text.split("\n"):
            if line == _SPOT:
                yield next(sheets)
            elif line.strip():
                yield line

    def with_figure(self, address: str, value: int) -> Paper:
        """The paper with another figure printed at an address, the prose and all other boxes as they are.

        Raises
        ------
        KeyError
            If no box of the address is printed.
        """
        if address not in self.values:
            raise KeyError(address)
        sheets = tuple(
            Sheet(
                s.table,
                [
                    [b._replace(text=str(value), value=value) if b.address == address else b for b in row]
                    for row in s.grid
                ],
            )
            for s in self.sheets
        )
        return replace(self, sheets=sheets)

    def text(self, layout: str, *, seed: int = 0) -> Example:
        """The paper as text, its tables in a layout of `LAYOUTS`, with its truth."""
        marked = self.prose
        for sheet in reversed(self.sheets):
            drawn = LAYOUTS[layout](random.Random(f"{self.name}/{layout}/{seed}/{sheet.table}"), sheet.grid)
            marked = _put(marked, marked.text.rindex(_SPOT), drawn)
        meta = {**self.meta, "layouts": {s.table: layout for s in self.sheets}}
        return finish(f"{self.name}-{layout}", "test", marked, self.plot, meta)


def _put(marked: Marked, at: int, drawn: Marked) -> Marked:
    """A drawn table in its place."""
    text = drawn.text.rstrip("\n")
    edited = marked.edit([(at, at + 1, text)])
    cells = tuple(
        replace(m, start=min(m.start, len(text)) + at, end=min(m.end, len(text)) + at)
        for m in drawn.marks
        if m.kind == "cell"
    )
    return Marked(edited.text, edited.marks + cells, edited.tags)


def paper(
    seed: int | str,
    *,
    era: str | None = None,
    level: str | None = None,
    volume: str | None = None,
    split: str = "test",
    style: Mapping[str, Any] | None = None,
    slips: bool = False,
) -> Paper:
    """A paper, always the same for the same arguments.

    Parameters
    ----------
    era, level, volume : str, optional
        As of `gouji.corpus.facts.sample_facts`; drawn where not given, the era of those with statutory tables. A paper
        of the era ``legacy`` has an annex.
    style : mapping, optional
        Fields of `gouji.corpus.grids.Style` that are not to be drawn.
    slips : bool
        Plant contradictions as the generator does.
    """
    rng = random.Random(f"paper/{seed}")
    mix = configs.load("mix")
    era = era or rng.choice(["2019", "2021", "2021"])
    base = "test" if split.startswith("test") else split
    pool = [d for d in drafts(base, mix["dev_share"]) if _has_place(d, era)]
    draft = rng.choice(pool) if pool and level is None and volume is None and rng.random() < 0.5 else None
    facts = facts_for(replace(draft, era=era), rng) if draft else sample_facts(rng, era=era, level=level, volume=volume)
    plot = draw_plot(rng, mix, has_tables=era != _OLDER) if slips else Plot()
    plant_figures(facts, plot, rng, keeps_empties=True)
    annex = _annexed(rng, facts, plot, mix["annex"]) if era == _OLDER else None
    sheets: list[Sheet] = []
    drawn = _drawing(facts, annex, random.Random(f"style/{seed}"), style or {}, sheets)
    if draft:
        prose, _ = fill_draft(draft, facts, drawn, rng)
    else:
        prose = compose(facts, drawn, rng, base, mix["dev_share"])
    prose = plant_statements(prose, facts, plot, rng, base, mix["dev_share"])
    meta = {
        "era": facts.era, "form": facts.form, "level": facts.level, "year": facts.year, "agency": facts.names.agency,
    }  # fmt: skip
    return Paper(f"paper-{seed}", prose, tuple(sheets), plot, meta)


_OLDER = "legacy"


def _has_place(draft: Draft, era: str) -> bool:
    """Whether an authored report says where the tables of an era stand."""
    if era == _OLDER:
        return draft.has_annex and draft.era in (era, "any")
    return draft.has_tables and draft.era in (era, "modern", "any")


def _annexed(rng: random.Random, facts: Facts, plot: Plot, settings: Mapping[str, Any]) -> Annex:
    """The annex; some of what the plot would say wrong, it sums up wrong."""
    annex = sample_annex(rng, facts, {**settings, "share": dict.fromkeys(settings["share"], 1.0)})
    assert annex is not None
    if plot.statements and rng.random() < 0.5:
        plot.statements.pop()
        spoil(rng, annex)
    return annex


def _drawing(
    facts: Facts, annex: Annex | None, rng: random.Random, style: Mapping[str, Any], sheets: list[Sheet]
) -> Draw:
    """Leaves a mark for each table and keeps its grid."""

    tables = set(_GRIDS) if annex is None else {ANNEX}

    def draw(table: str) -> Marked | None:
        if table not in tables:
            return None
        own = replace(draw_style(rng, facts.year), **style)
        if annex is None:
            grid = _GRIDS[table](rng, facts, own)
        else:
            grid = annex_grid(rng, facts, annex, own, configs.load("mix")["annex"])
        sheets.append(Sheet(table, grid))
        return Marked(_SPOT, (Mark(0, 1, "table", table),))

    return draw
