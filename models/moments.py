"""What tells the period of a statement beside its own words: which moments its line has named before it.

去年收到3件，答复3件: the year of the first count is that of the second as well, however far back the word stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from .features import fold_all, word_code
from .surroundings import Around

_MOMENT = re.compile(
    r"上一?年度?|去年|前年|往年|同期|今年|本年|当年|全年|年[内末底初]|历年|累计|以来|截至|20\d\d年?|[由从较比]|[增降减升]至|达到"
)
N_TEMPLATES = 5


def moment_features(around: Around, gaps: Sequence[int]) -> np.ndarray:
    """Feature ids of stretches, by the words for moments between the begin of their line and them.

    Parameters
    ----------
    gaps : sequence of int
        How far each stretch stands behind the one before (`siblings.gaps`).

    Returns
    -------
    ndarray of int32, shape (n_stretches, `N_TEMPLATES`)
    """
    if not len(gaps):
        return np.zeros((0, N_TEMPLATES), dtype=np.int32)
    at = around.places
    of_row: dict[int, list[re.Match[str]]] = {}
    told = []
    for row, row_end, *edges in zip(
        *(x.tolist() for x in (at.row, at.row_end, at.sentence, at.clause, at.start)), strict=True
    ):
        if row not in of_row:
            of_row[row] = list(_MOMENT.finditer(around.text, row, row_end))
        told.append(_told(of_row[row], *edges))
    last, where, first, before = np.array(told, dtype=np.uint32).T.copy()
    return fold_all(
        [
            (220, last, where),
            (221, last, first),
            (222, last, before),
            (223, last, where, np.array(gaps, dtype=np.uint32)),
            (224, last, first, before, where),
        ]
    )


def _told(named: Sequence[re.Match[str]], sentence: int, clause: int, start: int) -> tuple[int, int, int, int]:
    """The last moment, where it stands (1 clause, 2 sentence, 3 line), the first of the sentence, the last but one."""
    named = [m for m in named if m.end() <= start]
    if not named:
        return 0, 0, 0, 0
    last = named[-1]
    where = 1 if last.start() >= clause else 2 if last.start() >= sentence else 3
    inside = next((m for m in named if m.start() >= sentence), None)
    return _word(last), where, _word(inside), _word(named[-2]) if len(named) > 1 else 0


def _word(found: re.Match[str] | None) -> int:
    return 0 if found is None else word_code("20" if found[0].startswith("20") else found[0])
