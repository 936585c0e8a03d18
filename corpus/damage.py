"""Damage of scraped text."""

from __future__ import annotations

import random
from typing import Any

from .facts import Facts
from .markup import Marked


def apply_damage(marked: Marked, facts: Facts, rng: random.Random, split: str, mix: dict[str, Any]) -> tuple[Marked, list[str]]:
    return marked, []
