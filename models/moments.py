"""What tells the period of a statement beside its own words: which moments its line has named before it.

去年收到3件，答复3件: the year of the first count is that of the second as well, however far back the word stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from ..corpus.text import Line
from .claim_features import Stretch
from .features import fold_all

_MOMENT = re.compile(
    r"上一?年度?|去年|前年|往年|同期|今年|本年|当年|全年|年[内末底初]|历年|累计|以来|截至|20\d\d年?|[由从较比]|[增降减升]至|达到"
)
_PARTS = re.compile("[，,；;：:、。]")
N_TEMPLATES = 5


def moment_features(view: str, found: Sequence[Stretch], rows: Sequence[Line], gaps: Sequence[int]) -> np.ndarray:
    """Feature ids of statements, by the words for moments between the begin of their line and them.

    Parameters
    ----------
    gaps : sequence of int
        How far each stretch stands behind the one before (`siblings.gaps`).

    Returns
    -------
    ndarray of int32, shape (n_stretches, `N_TEMPLATES`)
    """
    if not len(found):
        return np.zeros((0, N_TEMPLATES), dtype=np.int32)
    of_line: dict[int, list[re.Match[str]]] = {}
    told = []
    for stretch, gap in zip(found, gaps, strict=True):
        start = rows[stretch.line].start
        if stretch.line not in of_line:
            of_line[stretch.line] = list(_MOMENT.finditer(view, start, rows[stretch.line].end))
        named = [m for m in of_line[stretch.line] if m.end() <= stretch.start]
        told.append((*_told(view, named, start, stretch.start), gap))
    last, where, first, before, gap_code = np.array(told, dtype=np.uint32).T.copy()
    return fold_all(
        [
            (220, last, where),
            (221, last, first),
            (222, last, before),
            (224, last, where, gap_code),
            (226, last, first, before, where),
        ]
    )


def _told(view: str, named: Sequence[re.Match[str]], start: int, end: int) -> tuple[int, int, int, int]:
    """The last moment, where it stands (1 clause, 2 sentence, 3 line), the first of the sentence, the last but one."""
    if not named:
        return 0, 0, 0, 0
    sentence = max(view.rfind("。", start, end) + 1, start)
    clause = max((m.end() for m in _PARTS.finditer(view, sentence, end)), default=sentence)
    last = named[-1]
    where = 1 if last.start() >= clause else 2 if last.start() >= sentence else 3
    inside = next((m for m in named if m.start() >= sentence), None)
    return _word(last), where, _word(inside), _word(named[-2]) if len(named) > 1 else 0


def _word(found: re.Match[str] | None) -> int:
    return 0 if found is None else _code("20" if found[0].startswith("20") else found[0])


def _code(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))
