"""What confidences are worth, fitted on reports that no model was fitted on.

Curves from a model's own confidence to the share that is right (isotonic regression), and a
model of whether a contradiction is real, with the threshold from which it is shown.
Reading and checking are handed in, as training never imports inference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..corpus.report import LOST, Claim, Report
from ..models.calibration import CURVES, Calibration, Curve
from .compare import Check, Pair, claim_outcomes, overlap, section_starts
from .finding_model import Candidates, fit_findings, gathered
from .reliability import Outcome

_MIN_OVERLAP = 0.5
_PER_BIN = 40
_MOST_BINS = 50
_CEILING = 0.9995


def fit(
    pairs: Sequence[Pair],
    candidates: Candidates,
    check: Check,
    *,
    rare: Iterable[Pair] = (),
    about: Mapping[str, Any] | None = None,
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
    rare : iterable of Pair, optional
        Reports whose prose contradicts itself far more often than that of ``pairs``. Only real contradictions
        are taken from them, weighed down to their share in ``pairs``.
    about : mapping, optional
        What to keep beside the numbers: seed, fingerprints.

    Raises
    ------
    ModuleNotFoundError
        If the extra ``train`` is not installed.
    """
    known = [(pair.reference, pair.predicted) for pair in pairs if isinstance(pair.predicted, Report)]
    plain = Calibration(fit_curves(known))
    found, n_real = gathered(pairs, plain, candidates, check)
    more, _ = gathered(rare, plain, candidates, check, is_rare=True)
    model, measured = fit_findings([*found, *more])
    tally = {"candidates": len(found), "real": sum(c.is_real for c in found), "of": n_real, "rare": len(more)}
    return Calibration(plain.curves, model, {**(about or {}), "reports": len(known), **tally, **measured})


# -- curves --------------------------------------------------------------------------


def fit_curves(pairs: Sequence[tuple[Report, Report]]) -> dict[str, Curve]:
    """One curve for each kind of confidence that the reports hold enough of."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in CURVES}
    for reference, read in pairs:
        for name, outcome in _outcomes(reference, read):
            outcomes[name].append(outcome)
    curves = {name: curve(found) for name, found in outcomes.items() if len(found) >= 2 * _PER_BIN}
    parts = Calibration(curves)
    whole = [o for reference, read in pairs for o in claim_outcomes(reference, _with_claims(read, parts))]
    return {**curves, "claim": curve(whole)} if len(whole) >= 2 * _PER_BIN else curves


def _with_claims(read: Report, parts: Calibration) -> Report:
    return replace(read, claims=parts.claims(read.claims))


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
    from sklearn.isotonic import isotonic_regression

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
    fitted = isotonic_regression(
        y, sample_weight=n, y_min=0.0, y_max=_CEILING
    )  # by order: some lie too close to divide by
    kept = [0, *(i for i in range(1, len(x) - 1) if not fitted[i - 1] == fitted[i] == fitted[i + 1])]
    if len(x) > 1:
        kept.append(len(x) - 1)
    return Curve(tuple(round(float(x[i]), 5) for i in kept), tuple(round(float(fitted[i]), 5) for i in kept))
