"""Inconsistencies planted into generated reports, and traps that are none."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from .facts import Facts
from .markup import Marked


class Planted(NamedTuple):
    """One planted inconsistency: what a careful reader would find.

    ``kind`` and ``verdict`` are those of a finding; ``verdict`` is ``none`` for a trap, where
    nothing must be found. ``claim`` is the index of the claim among the report's claims.
    """

    kind: str
    verdict: str
    claim: int | None
    cells: tuple[str, ...]
    note: str


def plant_cells(facts: Facts, rng: random.Random, mix: dict[str, Any]) -> tuple[Planted, ...]:
    return ()


def plant_claims(
    marked: Marked, facts: Facts, rng: random.Random, planted: tuple[Planted, ...], mix: dict[str, Any]
) -> tuple[Marked, tuple[Planted, ...]]:
    return marked, planted
