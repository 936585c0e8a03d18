"""Generated reports with their truth: ``generate(split, n, seed)``.

Clean model first, then layout, then damage; marks are carried through every step. Each
example depends on (split, seed, index) alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import configs
from .annex_figures import Annex, sample_annex, spoil
from .annex_grids import annex_grid
from .compose import Draw, compose, drafts, facts_for, fill_draft, with_annex
from .damage import apply_damage
from .examples import Example, finish, read_folder, write_folder
from .facts import Facts, sample_facts, weighted
from .grids import Grid, active_grid, draw_style, requests_grid, review_grid
from .layouts import LOSSY, lay_out
from .markup import Marked
from .noise import surround
from .outline_slips import upset
from .patterns import HALVES
from .plant import Plot, draw_plot, plant_figures
from .slips import plant_statements

__all__ = ["SPLITS", "Example", "example", "finish", "generate", "read_folder", "write_folder"]

SPLITS = ("train", "dev", "test", "test-hard")
TABLES = ("active_disclosure", "requests", "review_litigation", "annex")


@dataclass
class Plan:
    """What is decided about a report before its text is drawn."""

    split: str
    rng: random.Random
    mix: dict[str, Any]
    layouts: dict[str, str] = field(default_factory=dict)
    absent: bool = False
    annex: Annex | None = None
    statements: tuple[str, ...] = ()
    """What its prose says wrong, in place of what the mix would have planted."""

    @property
    def is_test(self) -> bool:
        return self.split.startswith("test")

    def layout(self, table: str) -> str:
        """The layout of one table."""
        return self.layouts[table]


def base_of(split: str) -> str:
    """The split whose phrases a split draws."""
    return split.removesuffix("-hard")


def _layouts(rng: random.Random, split: str, mix: dict[str, Any]) -> dict[str, str]:
    """A layout for each table: one for all, unless the report mixes."""
    held = mix["held_out"]["layouts"]
    common = {k: w for k, w in mix["layouts"].items() if k not in held}

    def draw() -> str:
        share = {"test": mix["held_out"]["layout_share"], "test-hard": 1.0}.get(split, 0.0)
        return rng.choice(held) if rng.random() < share else weighted(rng, common)

    one = draw()
    mixed = rng.random() < mix["mixed_layouts"]
    return {t: draw() if mixed else one for t in TABLES}


def _grid(rng: random.Random, facts: Facts, annex: Annex | None, table: str, layout: str) -> Grid:
    style = draw_style(rng, facts.year)
    is_spoilt = facts.spoilt or (annex is not None and annex.is_spoilt)
    if layout in LOSSY and (is_spoilt or style.blanks == "irregular" or rng.random() < 0.6):
        # where a reader cannot tell whose figure it is, empties are rarer, and hide nothing planted
        style.blanks = style.blanks if style.blanks == "mark" else "zero"
    if table == "requests":
        return requests_grid(rng, facts, style)
    if table == "review_litigation":
        return review_grid(rng, facts, style)
    if annex is not None and table == "annex":
        return annex_grid(rng, facts, annex, style, configs.load("mix")["annex"])
    return active_grid(rng, facts, style)


def _drawer(plan: Plan, facts: Facts) -> Draw:
    """Draws the tables of a report by its plan."""
    rng, annex = plan.rng, plan.annex

    def draw(table: str) -> Marked | None:
        if (plan.absent and table != "annex") or (table == "annex" and annex is None):
            return None
        layout = plan.layouts[table]
        return lay_out(rng, layout, _grid(rng, facts, annex, table, layout), table)

    return draw


def _clean(plan: Plan) -> tuple[Marked, Facts, Plot, str]:
    """The clean report: prose and tables, with what is planted into its figures."""
    rng, mix = plan.rng, plan.mix
    base = base_of(plan.split)
    pool = drafts(base, mix["dev_share"])
    keeps_empties = plan.layouts["requests"] not in LOSSY

    def plotted(facts: Facts, *, has_tables: bool = True) -> Plot:
        plot = draw_plot(rng, mix, has_tables=has_tables and not plan.absent and facts.form != "legacy")
        plot = Plot(statements=[*plan.statements]) if plan.statements else plot
        plant_figures(facts, plot, rng, keeps_empties=keeps_empties)
        return plot

    if pool and rng.random() < mix["authored_share"]:
        draft = rng.choice(pool)
        best: tuple[int, Marked, Facts, Plot, Annex | None] | None = None
        for _ in range(3):
            facts = facts_for(draft, rng)
            plot = plotted(facts, has_tables=draft.has_tables)
            plan.annex = _annexed(plan, facts, plot)
            draw = _drawer(plan, facts)
            marked, refused = fill_draft(draft, facts, draw, rng)
            if not draft.has_annex:
                marked = with_annex(marked, draw("annex"), rng)
            if best is None or refused < best[0]:
                best = (refused, marked, facts, plot, plan.annex)
            if refused == 0:
                break
        assert best is not None
        plan.annex = best[4]
        return best[1], best[2], best[3], draft.name
    facts = sample_facts(rng)
    plot = plotted(facts)
    plan.annex = _annexed(plan, facts, plot)
    return composed(plan, facts), facts, plot, "composed"


def _annexed(plan: Plan, facts: Facts, plot: Plot) -> Annex | None:
    """The annex of an older report; some of what its plot would say wrong, the annex sums up wrong."""
    annex = sample_annex(plan.rng, facts, plan.mix["annex"]) if facts.form == "legacy" else None
    if annex is not None and plot.statements and plan.rng.random() < _IN_ANNEX:
        plot.statements.pop()
        spoil(plan.rng, annex)
    return annex


_IN_ANNEX = 0.5
"""Of the inconsistencies of a report with an older annex, how many are planted into its figures."""


def example(split: str, seed: int, index: int, layout: str | None = None, statements: Sequence[str] = ()) -> Example:
    """The example of a place: always the same for (split, seed, index). All its tables are drawn in a given layout."""
    plan = plan_of(split, f"{split}/{seed}/{index}")
    plan.statements = tuple(statements)
    if layout is not None:
        plan.layouts = dict.fromkeys(TABLES, layout)
    marked, facts, plot, source = _clean(plan)
    return ruined(plan, f"{split}-{seed}-{index:05d}", marked, facts, plot, source)


def plan_of(split: str, key: str) -> Plan:
    """What is decided before anything is drawn; the key determines every later draw too."""
    if base_of(split) not in (*SPLITS, *HALVES):
        raise ValueError(f"unknown split {split!r}; known: {', '.join(SPLITS)}")
    mix = configs.load("mix")
    rng = random.Random(key)
    return Plan(split, rng, mix, _layouts(rng, split, mix), rng.random() < mix["tables_absent"])


def composed(plan: Plan, facts: Facts) -> Marked:
    """The clean report of given facts."""
    return compose(facts, _drawer(plan, facts), plan.rng, base_of(plan.split), plan.mix["dev_share"])


def ruined(plan: Plan, name: str, marked: Marked, facts: Facts, plot: Plot, source: str) -> Example:
    """A clean report with its slips, its page and its damage."""
    rng, mix = plan.rng, plan.mix
    marked = plant_statements(marked, facts, plot, rng, base_of(plan.split), mix["dev_share"])
    marked, container = surround(upset(marked, facts, mix["outline"]), facts, rng, mix)
    marked, damage = apply_damage(marked, facts, rng, plan.split, mix)
    meta: dict[str, Any] = {
        "era": facts.era, "form": facts.form, "level": facts.level, "year": facts.year, "agency": facts.names.agency,
        "layouts": {m.address: plan.layouts[m.address] for m in marked.marks if m.kind == "table"},
        "damage": damage, "container": container, "source": source,
    }  # fmt: skip
    if plan.annex is not None and "annex" in meta["layouts"]:
        meta["annex"] = {"form": plan.annex.form.id, "columns": list(plan.annex.columns)}
    return finish(name, plan.split, marked, plot, meta)


def generate(split: str, n: int, seed: int, statements: Sequence[str] = ()) -> Iterator[Example]:
    """The first ``n`` reports of a split.

    Parameters
    ----------
    split : str
        ``train``, ``dev`` or ``test``; with ``-hard`` behind it everything but the lightest damage
        is more frequent. Layouts, damage and phrases that ``configs/mix.yaml`` holds out are
        drawn in the test splits only.
    statements : sequence of str, optional
        Of `plant.STATEMENTS`: what the prose of each report says wrong, in place of the shares of the mix.
    """
    for index in range(n):
        yield example(split, seed, index, statements=statements)
