"""What confidences are worth, fitted on reports that no model was fitted on.

Curves from a model's own confidence to the share that is right (isotonic regression), and a
logistic model of whether a contradiction is real, with the threshold from which it is shown.
Reading and checking are handed in, as training never imports inference.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..corpus.report import LOST, Claim, Finding, Report
from ..corpus.text import narrow
from ..models.calibration import CURVES, Calibration, Curve, FindingModel
from .compare import Check, Pair, overlap, right_findings, section_starts
from .reliability import Outcome

Candidates = Callable[[Report], "list[tuple[Finding, dict[str, float]]]"]
PRECISION = 0.97
"""Share of the contradictions that are shown which must be real."""
_MIN_OVERLAP = 0.5
_PER_BIN = 40
_MOST_BINS = 50
_CEILING = 0.9995
_FEWEST = 60
"""Candidates below which no model of findings is fitted."""
_FOLDS = 10
_OF_TABLE = "table of report "


def fit(
    pairs: Sequence[Pair], candidates: Candidates, check: Check, *, about: Mapping[str, Any] | None = None
) -> Calibration:
    """Fit curves and the model of findings.

    Parameters
    ----------
    pairs : sequence of Pair
        Reports as they are beside reports as they were read, confidences as the models say them.
    candidates : callable
        Every contradiction of a report, however unsure, with its features.
    check : callable
        The checks; contradictions of the reference are what they find there.
    about : mapping, optional
        What to keep beside the numbers: seed, fingerprints.

    Raises
    ------
    ModuleNotFoundError
        If the extra ``train`` is not installed.
    """
    known = [(pair, pair.predicted) for pair in pairs if isinstance(pair.predicted, Report)]
    plain = Calibration(fit_curves([(pair.reference, read) for pair, read in known]))
    rows: list[dict[str, float]] = []
    labels: list[bool] = []
    phrases: list[str] = []
    n_real = 0
    for number, (pair, read) in enumerate(known):
        read = replace(read, tables=plain.tables(read.tables), claims=plain.claims(read.claims))
        truth = [f for f in check(pair.reference) if f.verdict == "contradicted"]
        n_real += len(truth)
        found = candidates(read)
        right = right_findings(pair, truth, read, [f for f, _ in found])
        for finding, features in found:
            rows.append(features)
            labels.append(id(finding) in right)
            claim = None if finding.claim is None else read.claims[finding.claim]
            phrases.append(f"{_OF_TABLE}{number}" if claim is None else f"{finding.kind} {_phrase(claim)}")
    model, measured = fit_findings(rows, labels, phrases)
    tally = {"reports": len(known), "candidates": len(rows), "real": sum(labels), "of": n_real, **measured}
    return Calibration(plain.curves, model, {**(about or {}), **tally})


def _phrase(claim: Claim) -> str:
    """A claim's words without its figures: what generated reports repeat."""
    return _FIGURE.sub("#", narrow(claim.text))


_FIGURE = re.compile(r"[\d.,\s]+")


# -- curves --------------------------------------------------------------------------


def fit_curves(pairs: Sequence[tuple[Report, Report]]) -> dict[str, Curve]:
    """One curve for each kind of confidence that the reports hold enough of."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in CURVES}
    for reference, read in pairs:
        for name, outcome in _outcomes(reference, read):
            outcomes[name].append(outcome)
    return {name: curve(found) for name, found in outcomes.items() if len(found) >= 2 * _PER_BIN}


def _outcomes(reference: Report, read: Report) -> Iterator[tuple[str, Outcome]]:
    starts = section_starts(reference)
    for section in read.sections:
        alone = replace(read, sections=(section,))
        yield "section", (section.confidence, section_starts(alone) <= starts)
    truth = reference.cells
    for address, cell in read.cells.items():
        there = truth.get(address)
        value = None if there is None else there.value
        if cell.value is None:
            if not cell.spans and cell.confidence > LOST:
                yield "blank", (cell.confidence, value is None)
        else:
            is_right = value is not None and abs(value - cell.value) <= 1e-6 * max(1.0, abs(value))
            yield "figure", (cell.confidence, is_right)
    for claim, told in _beside(reference, read):
        sure = claim.certainty
        same = [
            c for c in told if c.value is not None and claim.value is not None and abs(c.value - claim.value) < 1e-4
        ]
        yield "value", (sure.value, bool(same))
        if same:
            yield "metric", (sure.metric, any(c.metric == claim.metric for c in same))
            yield "scope", (sure.scope, any(c.scope == claim.scope for c in same))
            yield "period", (sure.period, any(c.period == claim.period for c in same))


def _beside(reference: Report, read: Report) -> Iterator[tuple[Claim, list[Claim]]]:
    """Each claim that was read with those that the source states there."""
    for claim in read.claims:
        if claim.spans:
            place = claim.spans[0]
            yield claim, [c for c in reference.claims if c.spans and overlap(c.spans[0], place) >= _MIN_OVERLAP]


def curve(outcomes: Sequence[Outcome]) -> Curve:
    """The rising line through bins of like confidence that lies nearest to the shares that are right."""
    from sklearn.isotonic import IsotonicRegression

    ordered = sorted(outcomes)
    least = max(_PER_BIN, len(ordered) // _MOST_BINS)
    bins: list[tuple[float, float, int]] = []
    start = 0
    for stop in range(1, len(ordered) + 1):
        is_last = stop == len(ordered)
        if is_last or (stop - start >= least and ordered[stop][0] > ordered[stop - 1][0]):
            members = ordered[start:stop]
            mean = sum(c for c, _ in members) / len(members)
            # One right and one wrong are added, so that no bin is certain.
            share = (sum(r for _, r in members) + 1) / (len(members) + 2)
            bins.append((mean, share, len(members)))
            start = stop
    x, y, n = (np.array(column, dtype=float) for column in zip(*bins, strict=True))
    fitted = IsotonicRegression(y_min=0.0, y_max=_CEILING).fit_transform(x, y, sample_weight=n)
    kept = [0, *(i for i in range(1, len(x) - 1) if not fitted[i - 1] == fitted[i] == fitted[i + 1])]
    if len(x) > 1:
        kept.append(len(x) - 1)
    return Curve(tuple(round(float(x[i]), 5) for i in kept), tuple(round(float(fitted[i]), 5) for i in kept))


# -- findings ------------------------------------------------------------------------


def fit_findings(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], phrases: Sequence[str]
) -> tuple[FindingModel | None, dict[str, Any]]:
    """A logistic model of real contradictions, its threshold from folds that did not see the phrase.

    Parameters
    ----------
    phrases : sequence of str
        The phrase of each row. Generated reports repeat theirs, and one that is misread is misread every time: a
        phrase that is n times right, or n times wrong, weighs as the root of n. Of tables, the report: what breaks
        several sums of one is one slip or one misreading, so that they weigh as one.

    Returns
    -------
    (FindingModel or None, dict)
        None where there is too little to fit one; precision and recall of the folds at the threshold.
    """
    if len(rows) < _FEWEST or min(sum(labels), len(labels) - sum(labels)) < _FOLDS:
        return None, {}
    names = sorted({name for row in rows for name in row})
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    y = np.array(labels)
    n_times = Counter(zip(phrases, labels, strict=True))
    weight = np.array([
        n_times[p, real] ** (-1.0 if p.startswith(_OF_TABLE) else -0.5) for p, real in zip(phrases, labels, strict=True)
    ])  # fmt: skip
    fold = np.array([zlib.crc32(p.encode()) % _FOLDS for p in phrases])
    held = np.zeros(len(y))
    for k in range(_FOLDS):
        seen = fold != k
        if len(set(y[seen])) == 2 and not seen.all():
            held[~seen] = _logistic(x[seen], y[seen], weight[seen]).predict_proba(x[~seen])[:, 1]
    threshold = threshold_for(held, y, weight)
    model = _logistic(x, y, weight)
    weights = {n: round(float(w), 4) for n, w in zip(names, model.coef_[0], strict=True)}
    shown = held >= threshold
    measured = {
        "precision": round(float(np.average(y[shown], weights=weight[shown])), 4) if shown.any() else None,
        "recall": round(float((y * weight)[shown].sum() / (y * weight).sum()), 4),
    }
    return FindingModel(weights, round(float(model.intercept_[0]), 4), threshold), measured


def _logistic(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, max_iter=5000).fit(x, y, sample_weight=weight)


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
