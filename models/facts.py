"""What a stretch states: its metric, scope, period, and its value where no number is printed.

Each stretch is told by itself, with its surroundings and the stretch before in view: deciding
a report's metrics together as a chain of several hundred labels was no better and a dozen
times as dear to fit.

Not every stretch states a fact: `claims` tells those that were found amiss, by what labelers found in sentences that
they had not learned from (a second stage that rejects, as in the reranking of Collins and Koo, Computational
Linguistics 31(1), 2005).

Many metrics are rare. So a stretch is also told by what the metrics have in common, their family
and their outcome (`facets`), each by a model of its own, and the opinions are joined.

The scope is told last, as other statements of the same metric tell whether one is of a part (`siblings`); the
period also by the moments that the line has named before (`moments`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..corpus.numbers import numbers
from ..corpus.report import Certainty, Report
from ..corpus.text import Line, Text, lines
from . import facets, store
from .claim_features import Stretch
from .fact_features import FACT_FEATURES, stretch_features
from .linear import LinearClassifier, Together, softmax
from .moments import N_TEMPLATES, moment_features
from .sections import LineTag, truth_tags
from .siblings import gaps, sibling_features
from .stretches import groups, truth_number
from .surroundings import around_of

NAME = "facts"
CATEGORY = "disclosure/items."
ANY_CATEGORY = "disclosure/items.*"
JOIN = facets.JOIN
CLAIM, NONE = "claim", "none"


class Statement(NamedTuple):
    """What one stretch states; several metrics where one stretch states several facts."""

    metrics: tuple[str, ...]
    scope: str
    period: str
    kind: str
    """``number``, ``zero`` or ``all``: where no number is printed, the value is 0 or 100 %."""
    certainty: Certainty
    """``value`` is here that of the kind, ``rivals`` are classes of metrics."""
    is_claim: float | None = None
    """Probability that the stretch states a fact at all, by its words and surroundings alone; None: not asked."""


class Opinions:
    """What metrics, their families and their outcomes each make of stretches, and all as one."""

    def __init__(self, metrics: LinearClassifier, families: LinearClassifier, outcomes: LinearClassifier) -> None:
        self.models = (metrics, families, outcomes)
        self._of_family = facets.columns(metrics.labels, facets.family, families.labels)
        self._of_outcome = facets.columns(metrics.labels, facets.outcome, outcomes.labels)

    def probabilities(self, ids: np.ndarray) -> np.ndarray:
        """Of each metric, for stretches by their features. Shape (n_stretches, n_metrics)."""
        return self.joined(*(model.scores(ids) for model in self.models))

    def joined(self, metrics: np.ndarray, families: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
        """The three opinions, given as log odds, as one: their weighted product."""
        shared = facets.spread(families, self._of_family) + facets.spread(outcomes, self._of_outcome)
        return softmax(_OWN * metrics + _SHARED * shared)

    def likeliest(self, ids: np.ndarray) -> list[str]:
        """The likeliest metric of each stretch by its features."""
        labels = self.models[0].labels
        best = [self.probabilities(ids[at : at + _BLOCK]).argmax(axis=1) for at in range(0, len(ids), _BLOCK)]
        return [labels[k] for some in best for k in some.tolist()]


class FactModel:
    """Tells what stretches state.

    Attributes
    ----------
    metrics, scopes, periods, kinds : LinearClassifier
    families, outcomes : LinearClassifier
        What metrics have in common, told by themselves.
    claims : LinearClassifier
        Whether a stretch states a fact at all: `CLAIM` or `NONE`.
    """

    def __init__(
        self,
        metrics: LinearClassifier,
        scopes: LinearClassifier,
        periods: LinearClassifier,
        kinds: LinearClassifier,
        families: LinearClassifier,
        outcomes: LinearClassifier,
        claims: LinearClassifier,
    ) -> None:
        self.metrics = metrics
        self.scopes = scopes
        self.periods = periods
        self.kinds = kinds
        self.families = families
        self.outcomes = outcomes
        self.claims = claims
        self._opinions = Opinions(metrics, families, outcomes)
        self._all = Together((metrics, families, outcomes, claims, scopes, periods, kinds))

    def predict(
        self, text: Text, found: Sequence[Stretch], rows: Sequence[Line], tags: Sequence[LineTag], year: int | None
    ) -> list[Statement]:
        """A statement for each stretch."""
        return self.tell(text, found, rows, tags, year)[0] if found else []

    def tell(
        self, text: Text, found: Sequence[Stretch], rows: Sequence[Line], tags: Sequence[LineTag], year: int | None
    ) -> tuple[list[Statement], np.ndarray]:
        """A statement for each stretch, and the probabilities of all metrics."""
        around = around_of(text.view, found, rows)
        ids = stretch_features(text.view, found, rows, tags, year, around)
        metrics, families, outcomes, claims, *others = self._all.scores(ids)
        is_claim = softmax(claims)[:, self.claims.labels.index(CLAIM)].tolist() if NONE in self.claims.labels else None
        probabilities = self._opinions.joined(metrics, families, outcomes)
        path, sure = probabilities.argmax(axis=1).tolist(), probabilities.max(axis=1).tolist()
        rivals = rivals_of(probabilities, self.metrics.labels)
        distance = gaps(around, found)
        beside = sibling_features([self.metrics.labels[k] for k in path], distance)
        others[0] = others[0] + self.scopes.more(beside)
        others[1] = others[1] + self.periods.more(moment_features(around, distance))
        (scopes, in_scope), (periods, in_period), (kinds, of_kind) = (
            _likeliest(model, scores)
            for model, scores in zip((self.scopes, self.periods, self.kinds), others, strict=True)
        )
        told = [
            Statement(
                tuple(self.metrics.labels[path[i]].split(JOIN)),
                scopes[i],
                periods[i],
                "number" if stretch.number is not None else kinds[i],
                Certainty(
                    1.0 if stretch.number is not None else of_kind[i], sure[i], in_scope[i], in_period[i], *rivals[i]
                ),
                None if is_claim is None else is_claim[i],
            )
            for i, stretch in enumerate(found)
        ]
        return told, probabilities

    def probabilities(self, ids: np.ndarray) -> np.ndarray:
        """Of each metric, for stretches by their features. Shape (n_stretches, n_metrics)."""
        return self._opinions.probabilities(ids)

    @classmethod
    def fit(
        cls,
        reports: Iterable[Report],
        *,
        held_out: Iterable[Report] = (),
        found: Iterable[tuple[Report, Sequence[Stretch]]] = (),
        **settings: Any,
    ) -> FactModel:
        """Fit on annotated reports (``report.text`` filled).

        Parameters
        ----------
        found : iterable of (Report, sequence of Stretch)
            Annotated reports with the stretches that a labeler found in them which had not learned from their
            sentences. Without any, every stretch is taken for a claim.
        **settings
            Those of `LinearChainCRF.fit`.
        """
        learned, held = truth(reports), truth(held_out)
        metrics = LinearClassifier.fit_sparse(
            learned.ids, learned.metrics, held_out=(held.ids, held.metrics), **settings
        )
        fixed = learned.is_fixed
        if not fixed.any():
            fixed[0], learned.kinds[0] = True, "zero"
        shared = {k: v for k, v in settings.items() if k not in ("patience", "on_iteration")}
        shared["max_iterations"] = settings.get("max_iterations", _ITERATIONS) // 2  # fewer labels, sooner told
        families = LinearClassifier.fit_sparse(learned.ids, learned.families, **shared)
        outcomes = LinearClassifier.fit_sparse(learned.ids, learned.outcomes, **shared)
        told = Opinions(metrics, families, outcomes).likeliest(learned.ids)  # as it will be told, slips and all
        return cls(
            metrics,
            LinearClassifier.fit(learned.with_siblings(told), learned.scopes),
            LinearClassifier.fit(learned.with_moments(), learned.periods),
            LinearClassifier.fit(learned.ids[fixed], [k for k, yes in zip(learned.kinds, fixed, strict=True) if yes]),
            families,
            outcomes,
            _claims(found),
        )

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        arrays = store.pack(
            metrics=self.metrics.arrays(),
            scopes=self.scopes.arrays(),
            periods=self.periods.arrays(),
            kinds=self.kinds.arrays(),
            families=self.families.arrays(),
            outcomes=self.outcomes.arrays(),
            claims=self.claims.arrays(),
        )
        store.save(folder, NAME, arrays, {"features": FACT_FEATURES, **(about or {})})

    @classmethod
    def load(cls, folder: Path) -> FactModel:
        """Raises `store.ModelError` where the folder holds no sound model."""
        arrays = store.load_version(folder, NAME, FACT_FEATURES)
        return cls(*(LinearClassifier.from_arrays(store.unpack(arrays, name)) for name in _PARTS))


_PARTS = ("metrics", "scopes", "periods", "kinds", "families", "outcomes", "claims")
_OWN, _SHARED = 0.34, 0.5
"""The say of the model of metrics, and of each of the two others: chosen on phrases that none had seen."""
_ITERATIONS = 120
_BLOCK = 10_000
_RIVAL = 0.005
"""What is less likely is no rival …"""
_N_RIVALS = 6
"""… and these are the most."""
Rivals = tuple[tuple[str, ...], tuple[float, ...]]
"""Classes of metrics, the likeliest first, and how likely each is."""


def rivals_of(probabilities: np.ndarray, labels: Sequence[str]) -> list[Rivals]:
    """For each stretch the metrics that it may state beside the likeliest."""
    out: list[Rivals] = [((), ())] * len(probabilities)
    for i in np.flatnonzero((probabilities >= _RIVAL).sum(axis=1) > 1).tolist():
        row = probabilities[i]
        others = [k for k in np.argsort(-row)[1 : 1 + _N_RIVALS].tolist() if row[k] >= _RIVAL]
        out[i] = tuple([labels[k] for k in others]), tuple([float(row[k]) for k in others])
    return out


def _likeliest(model: LinearClassifier, scores: np.ndarray) -> tuple[list[str], list[float]]:
    """The likeliest label of each item, and how likely it is."""
    odds = softmax(scores)
    return [model.labels[k] for k in odds.argmax(axis=1).tolist()], odds.max(axis=1).tolist()


_NAMED_CATEGORY = re.compile(re.escape(CATEGORY) + r".+?(?=, | \+ |\)$|$)")


def _class(metric: str) -> str:
    """The class that a metric is learned as: the label of a category is not learned."""
    return _NAMED_CATEGORY.sub(ANY_CATEGORY, metric)


class Truth(NamedTuple):
    """What is learned from: features of stretches and of the moments named before them, what each states, and how
    far it stands behind the one before."""

    ids: np.ndarray
    moments: np.ndarray
    metrics: list[str]
    scopes: list[str]
    periods: list[str]
    kinds: list[str]
    gaps: list[int]

    def with_siblings(self, metrics: Sequence[str]) -> np.ndarray:
        """The features with those of other statements of the same metric, by the metrics that are told."""
        return np.concatenate([self.ids, sibling_features(metrics, self.gaps)], axis=1)

    def extend(self, other: Truth) -> None:
        """Add what is stated in other reports; features are arrays, and are put together by themselves."""
        for mine, theirs in (
            (self.metrics, other.metrics),
            (self.scopes, other.scopes),
            (self.periods, other.periods),
            (self.kinds, other.kinds),
        ):
            mine.extend(theirs)
        self.gaps.extend(other.gaps)

    def with_moments(self) -> np.ndarray:
        """The features with those of the moments named before."""
        return np.concatenate([self.ids, self.moments], axis=1)

    @property
    def families(self) -> list[str]:
        """The family of each metric."""
        return [facets.family(metric) for metric in self.metrics]

    @property
    def outcomes(self) -> list[str]:
        """The outcome of each metric."""
        return [facets.outcome(metric) for metric in self.metrics]

    @property
    def is_fixed(self) -> np.ndarray:
        """Which stretches print no number, so that their kind gives the value."""
        return np.array([k != "number" for k in self.kinds], dtype=bool)


def truth(reports: Iterable[Report]) -> Truth:
    """The stretches of annotated reports (``report.text`` filled)."""
    ids: list[np.ndarray] = []
    moments: list[np.ndarray] = []
    out = Truth(np.zeros((0, 1), dtype=np.int32), np.zeros((0, N_TEMPLATES), dtype=np.int32), [], [], [], [], [])
    for report in reports:
        text = Text.of(report.text)
        rows = lines(text.view)
        found, stated = annotated(report, text, rows)
        if not found:
            continue
        around = around_of(text.view, found, rows)
        tags, distance = truth_tags(report, text, rows), gaps(around, found)
        ids.append(stretch_features(text.view, found, rows, tags, report.year, around))
        moments.append(moment_features(around, distance))
        for told, kept in zip(zip(*stated, strict=True), out[2:-1], strict=True):
            kept.extend(told)
        out.gaps.extend(distance)
    return out._replace(ids=np.concatenate(ids), moments=np.concatenate(moments)) if ids else out


def annotated(
    report: Report, text: Text, rows: Sequence[Line]
) -> tuple[list[Stretch], list[tuple[str, str, str, str]]]:
    """The annotated stretches, with the class of metric, the scope, the period and the kind of each."""
    starts = np.array([r.start for r in rows])
    found: list[Stretch] = []
    stated: list[tuple[str, str, str, str]] = []
    for start, end, claims in groups(report, text):
        line = max(int(np.searchsorted(starts, start, side="right")) - 1, 0)
        number = truth_number(text.view, start, end, claims[0])
        if number is None and numbers(text.view, start, end) and claims[0].value not in (0, 100):
            continue  # damage made the number unreadable: nothing to learn from
        found.append(Stretch(start, end, line, number, 1.0))
        is_all = claims[0].unit == "%" and claims[0].value == 100
        kind = "number" if number is not None or claims[0].value is None else "all" if is_all else "zero"
        stated.append((JOIN.join(_class(c.metric) for c in claims), claims[0].scope, claims[0].period, kind))
    return found, stated


def _claims(found: Iterable[tuple[Report, Sequence[Stretch]]]) -> LinearClassifier:
    """What tells claims from stretches that were found amiss."""
    some = [looked_at(report, stretches) for report, stretches in found]
    labels = [label for _, labels in some for label in labels]
    if len(set(labels)) < 2:
        return LinearClassifier.fit(np.zeros((1, 1), dtype=np.int32), [CLAIM])
    return LinearClassifier.fit(np.concatenate([ids for ids, _ in some if len(ids)]), labels, c=_CLAIM_C)


_CLAIM_C = 0.1
_SAME = 0.5


def looked_at(report: Report, found: Sequence[Stretch]) -> tuple[np.ndarray, list[str]]:
    """Features of the stretches found in an annotated report, and whether each is a claim.

    What only touches a claim is neither, and left out.

    Returns
    -------
    (ndarray of int32, shape (n, n_templates), list of str)
    """
    text = Text.of(report.text)
    rows = lines(text.view)
    ids = stretch_features(text.view, found, rows, truth_tags(report, text, rows), report.year)
    there = np.array([(start, end) for start, end, _ in groups(report, text)]).reshape(-1, 2)
    kept, labels = [], []
    for i, stretch in enumerate(found):
        both = np.minimum(there[:, 1], stretch.end) - np.maximum(there[:, 0], stretch.start)
        longer = np.maximum(there[:, 1] - there[:, 0], stretch.end - stretch.start)
        if (both >= _SAME * longer).any() or not (both > 0).any():
            kept.append(i)
            labels.append(CLAIM if (both > 0).any() else NONE)
    return ids[kept], labels
