"""Fits whether a contradiction is the report's own, and from which probability on it is shown."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..corpus.report import Claim, Finding, Report
from ..corpus.text import narrow
from ..models.calibration import Calibration, FindingModel, Node
from .compare import Check, Pair, right_findings

Candidates = Callable[[Report], "list[tuple[Finding, dict[str, float]]]"]
PRECISION = 0.96
"""Share of the contradictions that are shown which must be real, on phrases of dev that the model did not see: one
misread phrase recurs there in many generated reports, so that it says less than unseen reports bear out."""
PRECISION_OF_SUMS = 0.993
"""The same of sums of a table: archives hold layouts that dev does not draw, in which they are read less surely;
less let false ones through on reports that were written by hand."""
_TREES = {
    "n_estimators": 120, "max_depth": 4, "learning_rate": 0.06, "min_samples_leaf": 20, "subsample": 0.7,
    "max_features": 0.3, "random_state": 0,
}  # fmt: skip
"""Of `GradientBoostingClassifier`. Chosen on phrases of dev held out: at the same precision both models together show
more of the real contradictions than either alone."""
_FEWEST = 60
"""Candidates below which no model of findings is fitted."""
PRODUCT = "*"
"""In the name of a feature that multiplies two others."""
_FOLDS = 10
_OF_TABLE = "table of report "
_RARE = "claim_vs_claim"
"""The kind of finding that ordinary reports hold too few of."""


class Candidate(NamedTuple):
    """A contradiction that the checks found in a report as it was read."""

    features: Mapping[str, float]
    is_real: bool
    phrase: str
    """Its claim's words without the figures; of sums in a table, the report."""
    kind: str = ""
    is_rare: bool = False
    """Whether it is of a report in which such contradictions were planted more often than they occur."""


def gathered(
    pairs: Iterable[Pair], plain: Calibration, candidates: Candidates, check: Check, *, is_rare: bool = False
) -> tuple[list[Candidate], int]:
    """The candidates of some reports, and how many contradictions there are in truth.

    Of reports with rare contradictions only the real ones of their kind are kept: what is misread there is misread
    in ordinary reports as often, and is counted there.
    """
    out: list[Candidate] = []
    n_real = 0
    for number, pair in enumerate(pairs):
        if not isinstance(pair.predicted, Report):
            continue
        read = replace(
            pair.predicted, tables=plain.tables(pair.predicted.tables), claims=plain.claims(pair.predicted.claims)
        )
        truth = [f for f in check(pair.reference) if f.verdict == "contradicted"]
        n_real += len(truth)
        found = candidates(read)
        right = right_findings(pair, truth, read, [f for f, _ in found])
        for finding, features in found:
            is_real = id(finding) in right
            if is_rare and (finding.kind != _RARE or not is_real):
                continue
            claim = None if finding.claim is None else read.claims[finding.claim]
            phrase = f"{_OF_TABLE}{number}" if claim is None else f"{finding.kind} {_phrase(claim)}"
            out.append(Candidate(features, is_real, phrase, f"{finding.kind} {finding.reason}", is_rare))
    return out, n_real


def _phrase(claim: Claim) -> str:
    """A claim's words without its figures: what generated reports repeat."""
    return _FIGURE.sub("#", narrow(claim.text))


_FIGURE = re.compile(r"[\d.,\s]+")


def fit_findings(found: Sequence[Candidate]) -> tuple[FindingModel | None, dict[str, Any]]:
    """A model of real contradictions, its threshold from folds that did not see the phrase.

    Returns
    -------
    (FindingModel or None, dict)
        None where there is too little to fit one; precision and recall of the folds at the threshold.
    """
    y = np.array([c.is_real for c in found])
    if len(found) < _FEWEST or min(sum(y), len(y) - sum(y)) < _FOLDS:
        return None, {}
    names = sorted({name for c in found for name in c.features})
    x = np.array([[c.features.get(name, 0.0) for name in names] for c in found])
    weight = weights(found)
    fold = np.array([zlib.crc32(c.phrase.encode()) % _FOLDS for c in found])
    held = np.zeros(len(y))
    for k in range(_FOLDS):
        seen = fold != k
        if len(set(y[seen])) == 2 and not seen.all():
            held[~seen] = _Both(names, x[seen], y[seen], weight[seen]).odds(x[~seen])
    scale, shift = _scaled(held, y, weight)
    held = 1.0 / (1.0 + np.exp(-(scale * held + shift)))
    threshold = threshold_for(held, y, weight)
    sums = np.array([c.phrase.startswith(_OF_TABLE) for c in found])
    of_sums = threshold_for(held[sums], y[sums], weight[sums], precision=PRECISION_OF_SUMS) if sums.any() else 0.0
    of_sums = max(of_sums, threshold)
    model = _Both(names, x, y, weight).model(scale, shift, threshold, of_sums)
    shown = held >= np.where(sums, of_sums, threshold)
    measured = {
        "precision": round(float(np.average(y[shown], weights=weight[shown])), 4) if shown.any() else None,
        "recall": round(float((y * weight)[shown].sum() / (y * weight).sum()), 4),
    }
    return model, measured


def weights(found: Sequence[Candidate]) -> np.ndarray:
    """What each candidate weighs.

    Of tables, the report: what breaks several sums of one is one slip or one misreading, so that they weigh as one.
    Claims weigh alike, however often generated reports repeat a phrase: a weight that falls with their number would
    make the common ones, which are read best, count ever less the more reports there are. With rare ones among them,
    the real contradictions of a kind weigh together what those of the ordinary reports weigh alone (importance
    weights).
    """
    together = _by_report(found)
    if not any(c.is_rare for c in found):
        return together
    alone = _by_report([c for c in found if not c.is_rare])
    of, of_all = _sums([c for c in found if not c.is_rare], alone), _sums(found, together)
    return together * np.array([of[c.kind, c.is_real] / of_all[c.kind, c.is_real] for c in found])


def _by_report(found: Sequence[Candidate]) -> np.ndarray:
    """Of tables, one over how many of the report are right, or wrong; else one."""
    n_times = Counter((c.phrase, c.is_real) for c in found if c.phrase.startswith(_OF_TABLE))
    return np.array([1.0 / max(n_times[c.phrase, c.is_real], 1) for c in found])


def _sums(found: Sequence[Candidate], weight: np.ndarray) -> Counter[tuple[str, bool]]:
    """The weight of the candidates of each kind, the real ones apart."""
    out: Counter[tuple[str, bool]] = Counter()
    for candidate, w in zip(found, weight.tolist(), strict=True):
        out[candidate.kind, candidate.is_real] += w
    return out


class _Both:
    """A logistic model of all features, and boosted trees of those that are no product of two."""

    def __init__(self, names: Sequence[str], x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> None:
        from sklearn.ensemble import GradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression

        self.names = names
        self.plain = [k for k, name in enumerate(names) if PRODUCT not in name]
        self.logistic = LogisticRegression(C=1.0, max_iter=5000).fit(x, y, sample_weight=weight)
        self.boosted = GradientBoostingClassifier(**_TREES).fit(x[:, self.plain], y, sample_weight=weight)

    def odds(self, x: np.ndarray) -> np.ndarray:
        """The log odds of both, added, shape (n,)."""
        return np.asarray(self.logistic.decision_function(x) + self.boosted.decision_function(x[:, self.plain]))

    def model(self, scale: float, shift: float, threshold: float, of_sums: float) -> FindingModel:
        """The same in plain numbers, the log odds scaled and shifted."""
        weights = {n: round(scale * float(w), 4) for n, w in zip(self.names, self.logistic.coef_[0], strict=True)}
        share = self.boosted.init_.class_prior_[1]
        bias = scale * float(self.logistic.intercept_[0] + np.log(share / (1 - share))) + shift
        rate = scale * self.boosted.learning_rate
        trees = tuple(self._nodes(one.tree_, rate) for one in self.boosted.estimators_[:, 0])
        return FindingModel(weights, round(bias, 4), threshold, of_sums, trees)

    def _nodes(self, tree: Any, rate: float) -> tuple[Node, ...]:
        names = ["" if k < 0 else self.names[self.plain[k]] for k in tree.feature]
        return tuple(
            Node("", round(rate * float(value), 4)) if left < 0 else Node(name, round(float(bound), 9), left, right)
            for name, bound, value, left, right in zip(
                names, tree.threshold, tree.value[:, 0, 0], tree.children_left.tolist(), tree.children_right.tolist(),
                strict=True,
            )
        )  # fmt: skip


def _scaled(odds: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Scale and shift under which log odds of phrases held out say how often they are right (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e3).fit(odds[:, None], y, sample_weight=weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def threshold_for(
    likely: np.ndarray, real: np.ndarray, weight: np.ndarray | None = None, *, precision: float = PRECISION
) -> float:
    """The least probability from which on as many of the contradictions are real as ``precision`` asks.

    The shares that are counted and those that are foretold are averaged: a few hundred
    contradictions alone leave the last percent to chance.
    """
    order = np.argsort(-likely, kind="stable")
    each = np.ones(len(order)) if weight is None else weight[order]
    share = (np.cumsum(each * real[order]) + np.cumsum(each * likely[order])) / (2 * np.cumsum(each))
    enough = np.flatnonzero(share >= precision)
    return round(float(likely[order[enough[-1]]]), 4) if len(enough) else 0.99
