"""Features of a finding taken two at a time.

That two figures are near each other says much where the claim was read surely, and little where it
was not; a sum of weights cannot say so, one that also weighs products can (a logistic model with
interactions; Cox, *Interaction*, International Statistical Review 52, 1984).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

SIGN = "*"
PAIRED = {
    "claim": (
        "claim", "value", "near", "near_small", "close", "deny", "free", "agree", "named", "strange", "off_topic",
        "in_its_section", "size", "size_found", "found_zero", "zero", "sentence_agrees", "scope", "figures", "in_words",
        "terms", "ratio",
    ),
    "prose": (
        "claim", "value", "near", "near_small", "close", "zero", "parts", "told_twice", "percentage", "n_claims",
        "off_topic", "same_words", "own_section", "same_section", "alone", "opened", "borne_out", "refuted", "scope",
    ),
}  # fmt: skip
"""Of each family, what is weighed together with one another."""


def products(family: str, features: Mapping[str, float]) -> dict[str, float]:
    """The products of the paired features of a family; those that are nought are left out."""
    there = [name for name in PAIRED.get(family, ()) if features.get(name)]
    return {f"{a}{SIGN}{b}": features[a] * features[b] for a, b in combinations(there, 2)}
