"""How kinds of damage that training never saw are read, beside those that it saw.

A report of a test split gets one of the kinds held out (``held_out`` in ``configs/mix.yaml``) by a coin of its
own, on top of what else is drawn: its figures differ from those of the other reports by that kind, and by chance.
"""

from __future__ import annotations

from .. import configs
from .bootstrap import apart, table
from .tally import Evaluation

FIGURES = (
    "section boundaries: F1",
    "figures of the tables: right",
    "claims, stretch and value: F1",
    "claims, stretch, value and metric: F1",
    "contradictions: precision",
    "contradictions: recall",
)


def comparison(evaluation: Evaluation) -> str:
    """A markdown table and a line; the line alone where no report bears a kind held out, or every one does."""
    held = set(configs.load("mix")["held_out"]["damage"])
    known, unseen = (
        Evaluation.merged(
            one for one in evaluation.reports if held.isdisjoint(one.groups.get("damage", ())) is is_known
        )
        for is_known in (True, False)
    )
    if not known.n_reports or not unseen.n_reports:
        return "Damage known and held out cannot be compared: all reports are of one side; `test` has both."
    shown = table(apart(known, unseen, FIGURES), "known kinds of damage", "a kind held out")
    return (
        f"{shown}\n\n{known.n_reports} reports whose damage, if any, is of kinds that training draws, beside"
        f" {unseen.n_reports} that bear one held out of it as well ({', '.join(sorted(held))})."
    )
