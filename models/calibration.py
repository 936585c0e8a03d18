"""What a confidence is worth: the share of those read with it that are right, and whether a contradiction is real.

Models say how sure they are by their own lights. `Curves` turn that into the shares that
held-out reports bear out; `FindingModel` weighs all that speaks for and against a contradiction.
Both are plain numbers in ``calibration.json`` beside the weights.

>>> calibration = Calibration.load(folder)                            # doctest: +SKIP
>>> calibration.claims(report.claims)                                 # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus.report import LOST, Cell, Certainty, Claim, Section, Table
from .store import ModelError, write_whole

NAME = "calibration"
FORMAT = 1
CURVES = ("section", "figure", "blank", "value", "metric", "scope", "period", "claim")
"""What is calibrated: sections, cells with and without a figure, the parts of a claim, and value and metric of it
together (what makes the one wrong often makes the other wrong, so that the product of both says too little of good
claims and too much of bad ones)."""
_SUM_MAX = 35.0


@dataclass(frozen=True)
class Curve:
    """A rising line through points: the share that is right, by confidence.

    Attributes
    ----------
    x, y : sequences of float in [0, 1], neither ever falling; a curve without points changes nothing
    """

    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    def __call__(self, confidence: float) -> float:
        if not self.x:
            return confidence
        at = bisect_right(self.x, confidence)
        if at == 0:
            return self.y[0]
        if at == len(self.x):
            return self.y[-1]
        width = self.x[at] - self.x[at - 1]
        share = (confidence - self.x[at - 1]) / width if width else 1.0
        return self.y[at - 1] + share * (self.y[at] - self.y[at - 1])


class Node(NamedTuple):
    """A node of a decision tree: a question, or an answer where ``below`` is no node."""

    feature: str
    value: float
    """Bound of the feature; of an answer, what is added to the log odds."""
    below: int = -1
    """The node to go to where the feature is at most ``value``, always one further down the list."""
    above: int = -1


@dataclass(frozen=True)
class FindingModel:
    """Whether a contradiction is real, by a logistic model and boosted trees (Friedman 2001).

    The two err on different phrases, so that both together are right more often than either: their log odds are added.

    Attributes
    ----------
    weights : dict of str to float
        The weight of each feature in the logistic model; one that is not named weighs nothing.
    bias : float
    threshold : float
        A contradiction that is less likely is shown as one that cannot be verified.
    of_sums : float
        The same for sums of a table that do not hold: never below ``threshold``.
    trees : sequence of sequences of Node
        Each begins at its first node.
    """

    weights: Mapping[str, float]
    bias: float
    threshold: float
    of_sums: float = 0.0
    trees: tuple[tuple[Node, ...], ...] = ()

    def least(self, kind: str) -> float:
        """How likely a contradiction of a kind (``Finding.kind``) must be to be shown."""
        return max(self.threshold, self.of_sums) if kind == "identity" else self.threshold

    def probability(self, features: Mapping[str, float]) -> float:
        total = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        total += sum(_answer(tree, features) for tree in self.trees)
        return 1.0 / (1.0 + math.exp(-max(-_SUM_MAX, min(_SUM_MAX, total))))


def _answer(tree: Sequence[Node], features: Mapping[str, float]) -> float:
    node = tree[0]
    while node.below >= 0:
        node = tree[node.below if features.get(node.feature, 0.0) <= node.value else node.above]
    return node.value


@dataclass(frozen=True)
class Calibration:
    """Curves by name, the model of findings (None where none was fitted), and what both were fitted on."""

    curves: Mapping[str, Curve] = field(default_factory=dict)
    findings: FindingModel | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def _curve(self, name: str) -> Curve:
        return self.curves.get(name, _STRAIGHT)

    def sections(self, sections: Iterable[Section]) -> tuple[Section, ...]:
        """Sections with calibrated confidence."""
        curve = self._curve("section")
        return tuple([replace(s, confidence=curve(s.confidence)) for s in sections])

    def tables(self, tables: Iterable[Table]) -> tuple[Table, ...]:
        """Tables with calibrated confidence of their cells; one that lost its figure in reading stays as doubtful."""
        figure, blank = _Known(self._curve("figure")), _Known(self._curve("blank"))
        blank[LOST] = LOST
        return tuple(
            [
                Table(t.id, t.form, t.spans, tuple([
                    Cell(*c[:7], (blank if c.value is None else figure)[c.confidence]) for c in t.cells
                ]))
                for t in tables
            ]
        )  # fmt: skip

    def claims(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """Claims with calibrated confidence and certainties."""
        value, metric, scope, period = (self._curve(name) for name in ("value", "metric", "scope", "period"))
        both = self._curve("claim")
        out = []
        for claim in claims:
            raw = claim.certainty
            sure = Certainty(
                value(raw.value), metric(raw.metric), scope(raw.scope), period(raw.period), raw.rivals, raw.odds
            )
            if raw.metric < 1.0:  # the rivals share what the likeliest leaves
                left = (1.0 - sure.metric) / (1.0 - raw.metric)
                sure = sure._replace(odds=tuple([p * left for p in raw.odds]))
            out.append(replace(claim, confidence=both(sure.value * sure.metric), certainty=sure))
        return tuple(out)

    # -- storage -----------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write ``calibration.json`` into a folder."""
        model = self.findings
        numbers = {
            "curves": {name: {"x": list(c.x), "y": list(c.y)} for name, c in self.curves.items()},
            "findings": None if model is None else {
                "weights": dict(model.weights), "bias": model.bias, "threshold": model.threshold,
                "of_sums": model.of_sums, "trees": [_line(t) for t in model.trees],
            },
        }  # fmt: skip
        head = {"format": FORMAT, "name": NAME, "sha256": _digest(numbers), "about": dict(self.about)}
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**head, **numbers}, ensure_ascii=False, indent=1) + "\n"
        write_whole(folder / f"{NAME}.json", text.encode())

    @classmethod
    def load(cls, folder: Path) -> Calibration:
        """Read what `save` wrote; a folder without it leaves every confidence as the models say it.

        Raises
        ------
        ModelError
            If the file is damaged or of another format.
        """
        path = folder / f"{NAME}.json"
        if not path.exists():
            return cls()
        try:
            return cls._from(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path}: no sound calibration ({error}); fit it with `gouji train --only {NAME}`"
            ) from None

    @classmethod
    def _from(cls, data: Any) -> Calibration:
        if not isinstance(data, dict) or data.get("name") != NAME or data.get("format") != FORMAT:
            raise ValueError(f"expected name {NAME!r} and format {FORMAT}")
        if _digest({"curves": data["curves"], "findings": data["findings"]}) != data["sha256"]:
            raise ValueError("the checksum differs: the file was changed or cut off")
        strangers = set(data["curves"]) - set(CURVES)
        if strangers:
            raise ValueError(f"unknown curve {min(strangers)!r}")
        curves = {name: _curve_of(name, points) for name, points in data["curves"].items()}
        found = data["findings"]
        if found is None:
            return cls(curves, None, dict(data["about"]))
        weights = {str(name): _number(name, value, -1e3, 1e3) for name, value in found["weights"].items()}
        threshold, of_sums = (_number(name, found.get(name, 0.0), 0.0, 1.0) for name in ("threshold", "of_sums"))
        trees = tuple(_tree(line) for line in found.get("trees", ()))
        model = FindingModel(weights, _number("bias", found["bias"], -1e3, 1e3), threshold, of_sums, trees)
        return cls(curves, model, dict(data["about"]))


def _digest(numbers: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()


_STRAIGHT = Curve()


class _Known(dict[float, float]):
    """Values of a curve; the cells of a report share a few confidences."""

    def __init__(self, curve: Curve) -> None:
        super().__init__()
        self._curve = curve

    def __missing__(self, confidence: float) -> float:
        self[confidence] = found = self._curve(confidence)
        return found


def _curve_of(name: str, points: Mapping[str, Sequence[float]]) -> Curve:
    x, y = (tuple(_number(name, v, 0.0, 1.0) for v in points[axis]) for axis in ("x", "y"))
    if len(x) != len(y) or list(x) != sorted(x) or list(y) != sorted(y):
        raise ValueError(f"curve {name!r} does not rise, or its axes differ in length")
    return Curve(x, y)


def _line(tree: Sequence[Node]) -> str:
    """A tree as one line: the numbers of its answers; of its questions the feature, its bound and where to go."""
    return ";".join(f"{n.value!r}" if n.below < 0 else f"{n.feature} {n.value!r} {n.below} {n.above}" for n in tree)


def _tree(line: str) -> tuple[Node, ...]:
    parts = [node.split() for node in line.split(";")]
    tree = tuple(Node("", float(p[0])) if len(p) == 1 else Node(p[0], float(p[1]), int(p[2]), int(p[3])) for p in parts)
    for at, node in enumerate(tree):
        _number("tree", node.value, -1e6, 1e6)
        # Down the line only, so that every question comes to an answer.
        if (node.below, node.above) != (-1, -1) and not at < min(node[2:]) <= max(node[2:]) < len(tree):
            raise ValueError("a tree that leads nowhere")
    return tree


def _number(name: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{name}: expected a number from {low:g} to {high:g}, found {value!r}")
    return float(value)
