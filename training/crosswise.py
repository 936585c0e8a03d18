"""What a labeler finds in sentences that it has not learned from: what the model of facts must see through.

A labeler makes few slips in the phrases that it was fitted on, and other ones than in those of a report that nobody
has seen. So one is fitted on each half of the phrases, and reads reports made of the other half (cross-fitting).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..corpus.generate import generate
from ..corpus.patterns import HALVES
from ..corpus.report import Report
from ..corpus.text import Text, lines
from ..models.claim_features import Stretch
from ..models.facts import annotated
from ..models.sections import truth_tags
from ..models.stretches import StretchModel

_OTHER = 1
"""Added to the seed, so that the reports which are read are not those which the other labeler learned from."""


def found_crosswise(settings: dict[str, Any]) -> Iterator[tuple[Report, list[Stretch]]]:
    """Generated reports, each with the stretches found by a labeler that never saw its phrases.

    Parameters
    ----------
    settings : dict
        As of ``configs/train.yaml``: those of ``crosswise`` and ``stretches``, and the seed.
    """
    n, seed = int(settings["crosswise"]["reports"]), settings["seed"]
    options = {k: v for k, v in settings["stretches"].items() if k not in ("reports", "harder")}
    options["max_iterations"] = min(int(settings["crosswise"]["max_iterations"]), int(options["max_iterations"]))
    for known, strange in (HALVES, HALVES[::-1]) if n else ():
        labeler = StretchModel.fit([e.report for e in generate(known, n, seed)], **options)
        for example in generate(strange, n, seed + _OTHER):
            yield example.report, stretches_of(example.report, labeler)


def stretches_of(report: Report, labeler: StretchModel) -> list[Stretch]:
    """The stretches that a labeler finds in an annotated report, its lines told as they are."""
    text = Text.of(report.text)
    rows = lines(text.view)
    return labeler.find(text.view, rows, truth_tags(report, text, rows))


def with_missed(report: Report, labeler: StretchModel) -> list[Stretch]:
    """The stretches that a labeler finds in an annotated report, and the claims of which it finds nothing."""
    text = Text.of(report.text)
    found = stretches_of(report, labeler)
    there, _ = annotated(report, text, lines(text.view))
    return sorted([*found, *(s for s in there if not any(f.start < s.end and s.start < f.end for f in found))])
