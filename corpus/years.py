"""Reports of one agency for two years running, with what the second must take over from the first."""

from __future__ import annotations

import random
from typing import NamedTuple

from .examples import Example
from .facts import APPLICANTS, Facts, sample_facts, sample_requests, weighted
from .generate import Plan, composed, plan_of, ruined
from .plant import Planted, Plot

_ITEMS = ("licensing", "other_services", "penalties", "coercion", "fees")


class Pair(NamedTuple):
    """A report, that of the next year, and what of the next one does not go on from it."""

    then: Example
    now: Example
    planted: tuple[Planted, ...]


def pair(split: str, seed: int, index: int, *, broken: float = 0.4) -> Pair:
    """The pair of a place: always the same for (split, seed, index).

    Parameters
    ----------
    broken : float
        Share of the pairs in which one figure does not go on from the year before. The second
        report stays in agreement with itself.
    """
    key = f"years/{split}/{seed}/{index}"
    first, second = plan_of(split, f"{key}/1"), plan_of(split, f"{key}/2")
    rng = random.Random(key)
    year = rng.choice([2019, 2019, 2020, 2021, 2022, 2023, 2024])
    then = _facts(first, year)
    now = _facts(second, year + 1, then.level)
    now.names = then.names
    planted = _link(then, now, rng, rng.random() < broken)
    name = f"{split}-{seed}-{index:05d}"
    now.before = dict(then.cells)
    one, two = (
        ruined(plan, f"{name}-{facts.year}", composed(plan, facts), facts, Plot(), "composed")
        for plan, facts in ((first, then), (second, now))
    )
    return Pair(one, two, planted)


def _facts(plan: Plan, year: int, level: str | None = None) -> Facts:
    facts = sample_facts(plan.rng, era="2019" if year < 2021 else "2021", level=level)
    facts.year = year
    return facts


def _link(then: Facts, now: Facts, rng: random.Random, breaks: bool) -> tuple[Planted, ...]:
    """Make the second year's facts go on from the first, but for one where ``breaks``."""
    carried = [int(then.cells[f"requests/carried_out/{a}"]) for a in APPLICANTS]
    items = [f"active_disclosure/{row}" for row in _ITEMS if f"active_disclosure/{row}/previous_items" in now.cells]
    items = [at for at in items if f"{at}/previous_items" in then.cells]
    slip = ("items" if items and rng.random() < 0.5 else "carried") if breaks else ""
    if slip == "carried":
        carried[0] += rng.choice([1, 1, 2, 3])
    volume = weighted(rng, _volumes(now.level, sum(carried)))
    now.cells.update(sample_requests(now.rng, now.form, volume, {}, carried))
    for at in items:
        now.cells[f"{at}/previous_items"] = then.cells[f"{at}/previous_items"] + then.cells[f"{at}/change"]
    stock = "active_disclosure/normative_documents"
    if f"{stock}/in_force" in then.cells and f"{stock}/in_force" in now.cells:
        gone = then.cells[f"{stock}/in_force"] + now.cells[f"{stock}/issued"]
        now.cells[f"{stock}/repealed"] = min(now.cells[f"{stock}/repealed"], gone)
        now.cells[f"{stock}/in_force"] = gone - now.cells[f"{stock}/repealed"]
    if slip == "items":
        address = f"{rng.choice(items)}/previous_items"
        now.cells[address] += rng.choice([1, 2, 5])
        return (Planted("year_over_year", "contradicted", None, (address,), "items"),)
    if slip == "carried":
        return (Planted("year_over_year", "contradicted", None, ("requests/carried_in/total",), "carried"),)
    return ()


def _volumes(level: str, carried: int) -> dict[str, int]:
    """How many requests may follow a year that carried so many over: some at least, where there were any."""
    if carried:
        return {"few": 2, "some": 3, "many": 1 if level in ("town", "bureau", "vertical", "university") else 4}
    return {"zero": 3, "few": 2, "some": 1}
