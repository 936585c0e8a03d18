"""Whether a confidence means what it says: bins of confidence beside the share that is right.

The one place where this is computed: the evaluation fills it from whole reports, calibration
from held-out outcomes.

Examples
--------
>>> from gouji.training.reliability import Reliability
>>> found = Reliability.of([(0.9, True), (0.9, True), (0.9, False), (0.3, False)])
>>> round(found.ece, 3)
0.25
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

N_BINS = 20
Outcome = tuple[float, bool]


@dataclass
class Bin:
    """Outcomes whose confidence lies in one interval."""

    n: int = 0
    right: int = 0
    confidence: float = 0.0
    """The sum of the confidences."""

    @property
    def mean(self) -> float:
        """The mean confidence."""
        return self.confidence / self.n if self.n else 0.0

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.n if self.n else 0.0


@dataclass
class Reliability:
    """Outcomes by confidence, in `N_BINS` intervals of one width, with what is computed from them.

    Sums are kept and no single outcome, so that the figures of many reports add up.
    """

    bins: list[Bin] = field(default_factory=lambda: [Bin() for _ in range(N_BINS)])
    squares: float = 0.0
    """The sum of the squared distances of confidence and outcome."""

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Reliability:
        """The reliability of pairs (confidence in [0, 1], right or not)."""
        made = cls()
        for confidence, is_right in outcomes:
            made.add(confidence, is_right)
        return made

    def add(self, confidence: float, is_right: bool) -> None:
        place = self.bins[min(N_BINS - 1, max(0, int(confidence * N_BINS)))]
        place.n += 1
        place.right += is_right
        place.confidence += confidence
        self.squares += (confidence - is_right) ** 2

    def merge(self, other: Reliability) -> None:
        """Add the outcomes of another one."""
        for mine, theirs in zip(self.bins, other.bins, strict=True):
            mine.n += theirs.n
            mine.right += theirs.right
            mine.confidence += theirs.confidence
        self.squares += other.squares

    @property
    def n(self) -> int:
        return sum(b.n for b in self.bins)

    @property
    def ece(self) -> float | None:
        """Expected calibration error: the mean distance of confidence and share right, weighted by outcomes."""
        n = self.n
        return sum(abs(b.confidence - b.right) for b in self.bins) / n if n else None

    @property
    def brier(self) -> float | None:
        """The mean squared distance of confidence and outcome."""
        return self.squares / self.n if self.n else None

    def to_dict(self) -> dict[str, Any]:
        """ECE, Brier score, and each bin that holds an outcome."""
        return {
            "n": self.n,
            "ece": self.ece,
            "brier": self.brier,
            "bins": [
                {"from": i / N_BINS, "n": b.n, "confidence": b.mean, "right": b.share}
                for i, b in enumerate(self.bins)
                if b.n
            ],
        }

    def rows(self) -> list[list[str]]:
        """Interval, outcomes, mean confidence and share right of each bin that holds an outcome."""
        return [
            [f"{i / N_BINS:.2f}–{(i + 1) / N_BINS:.2f}", str(b.n), f"{b.mean:.3f}", f"{b.share:.3f}"]
            for i, b in enumerate(self.bins)
            if b.n
        ]
