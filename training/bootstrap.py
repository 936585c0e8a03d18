"""Two readers on the same reports, or one on two sets: differences with intervals, by the bootstrap over reports.

Reports are drawn again with replacement some thousand times, the same ones for both readers; those of two
sets each by themselves. The spread of the difference is its interval. Efron & Tibshirani 1993; Berg-Kirkpatrick
et al. 2012.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .tally import COUNTS, Evaluation, markdown, show

N_DRAWN = 4000
_BLOCK = 250

Parts = tuple[float, float]
"""Numerator and denominator of a share, of one report."""


class Difference(NamedTuple):
    """One figure of two readers. ``low`` and ``high`` hold 95 % of the drawn differences."""

    name: str
    a: float | None
    b: float | None
    low: float | None
    high: float | None
    p: float | None
    """How often a difference of the other sign would be drawn, two-sided."""

    @property
    def difference(self) -> float | None:
        return None if self.a is None or self.b is None else self.b - self.a

    def to_dict(self) -> dict[str, Any]:
        return {**self._asdict(), "difference": self.difference}


def _measures() -> dict[str, Callable[[Evaluation], Parts]]:
    """Every figure as a share, whose parts add up over reports."""

    def f1(key: str) -> Callable[[Evaluation], Parts]:
        return lambda e: (2 * e.counts[key].right, e.counts[key].predicted + e.counts[key].reference)

    out: dict[str, Callable[[Evaluation], Parts]] = {
        f"{label}: F1": f1(key) for key, label in COUNTS.items() if key != "contradictions"
    }
    out["figures of the tables: right"] = lambda e: (e.figures.right, e.figures.reference)
    out["figures invented, of those read"] = lambda e: (e.figures.invented, e.figures.read)
    out["tables exactly right"] = lambda e: (e.figures.tables.n, e.figures.tables.of)
    out["reports exactly right"] = lambda e: (e.exact_reports.n, e.exact_reports.of)
    out["contradictions: precision"] = lambda e: (
        e.counts["contradictions"].right,
        e.counts["contradictions"].predicted,
    )
    out["contradictions: recall"] = lambda e: (e.counts["contradictions"].right, e.counts["contradictions"].reference)
    return out


def paired(a: Evaluation, b: Evaluation, *, n_drawn: int = N_DRAWN, seed: int = 0) -> list[Difference]:
    """The differences of two readers on the same reports in the same order.

    Raises
    ------
    ValueError
        If the reports are not the same.
    """
    if [one.id for one in a.reports] != [one.id for one in b.reports]:
        raise ValueError("the two were not measured on the same reports")
    draws = _draws(len(a.reports), n_drawn, np.random.default_rng(seed))
    return [_difference(name, parts, a, b, draws, draws) for name, parts in _measures().items()]


def apart(
    a: Evaluation, b: Evaluation, names: Sequence[str], *, n_drawn: int = N_DRAWN, seed: int = 0
) -> list[Difference]:
    """The differences of one reader between two sets of other reports, of the figures named."""
    rng = np.random.default_rng(seed)
    of_a, of_b = (_draws(len(some.reports), n_drawn, rng) for some in (a, b))
    measures = _measures()
    return [_difference(name, measures[name], a, b, of_a, of_b) for name in names]


def _draws(n: int, n_drawn: int, rng: np.random.Generator) -> list[np.ndarray]:
    """How often each of ``n`` reports is drawn, in blocks of draws."""
    return [
        rng.multinomial(n, np.full(n, 1 / n), size=min(_BLOCK, n_drawn - at)) for at in range(0, n_drawn, _BLOCK) if n
    ]


def _difference(
    name: str,
    parts: Callable[[Evaluation], Parts],
    a: Evaluation,
    b: Evaluation,
    draws_a: Sequence[np.ndarray],
    draws_b: Sequence[np.ndarray],
) -> Difference:
    counts_a, counts_b = (np.array([parts(one) for one in some.reports], dtype=float).reshape(-1, 2) for some in (a, b))
    shares = [float(right / there) if there else None for right, there in (counts_a.sum(axis=0), counts_b.sum(axis=0))]
    if None in shares:
        return Difference(name, shares[0], shares[1], None, None, None)
    sums = np.concatenate([np.hstack([x @ counts_a, y @ counts_b]) for x, y in zip(draws_a, draws_b, strict=True)])
    sums = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    drawn = sums[:, 2] / sums[:, 3] - sums[:, 0] / sums[:, 1]
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    beyond = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return Difference(name, shares[0], shares[1], low, high, min(1.0, 2 * (beyond + 1) / (len(drawn) + 1)))


def table(found: Sequence[Difference], a: str, b: str) -> str:
    """Differences as a markdown table."""
    rows = []
    for one in found:
        if one.difference is None:
            rows.append([one.name, show(one.a), show(one.b), "–", "–", "–"])
            continue
        interval = f"{one.low:+.3f} … {one.high:+.3f}"
        rows.append([one.name, show(one.a), show(one.b), f"{one.difference:+.3f}", interval, _probability(one.p)])
    return markdown(["what", a, b, "difference", "95 %", "p"], rows)


def _probability(p: float | None) -> str:
    """A p-value; as small as the draws can tell is said so."""
    return "–" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"
