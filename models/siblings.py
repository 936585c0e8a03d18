"""What tells the scope of a statement beside its own words: the statements of the same metric around it.

Where several counts of one metric stand side by side, each is of a part; where a whole and its parts are told, the
parts come behind it. So the metrics are told first, and what stands beside what is looked at then. Values are not
looked at: a part that is larger than its whole is for the checks to find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from .claim_features import Stretch
from .features import fold_all, word_code
from .surroundings import Around

FIRST, TOUCHING, SENTENCE, CLAUSES, LINE, NEXT_LINE, BEYOND = range(7)
"""How far a stretch stands behind the one before: none before, at most one character between them, in the same
sentence, behind a semicolon, in the same line, in the next one, further away."""
_MOST = 3


def gaps(around: Around, found: Sequence[Stretch]) -> list[int]:
    """How far each stretch of a report stands behind the one before."""
    starts, ends = around.places.start.tolist(), around.places.end.tolist()
    out = [FIRST] if len(found) else []
    for before, stretch, end, start in zip(found, found[1:], ends, starts[1:], strict=False):
        out.append(_gap(stretch.line - before.line, around.text[end:start]))
    return out


def _gap(n_lines: int, between: str) -> int:
    if n_lines:
        return NEXT_LINE if n_lines == 1 else BEYOND
    if any(mark in between for mark in "。！!"):
        return LINE
    if any(mark in between for mark in "；;"):
        return CLAUSES
    return TOUCHING if len(between) <= 1 else SENTENCE


def sibling_features(metrics: Sequence[str], gaps: Sequence[int]) -> np.ndarray:
    """Feature ids of statements, by how many others of their metric stand in their sentence, line and report.

    Parameters
    ----------
    metrics : sequence of str
        What each stretch of one report, or of several one after the other, is told to state.
    gaps : sequence of int
        As `gaps` gives them; `FIRST` begins a report.

    Returns
    -------
    ndarray of int32, shape (n_stretches, 8)
    """
    if not len(metrics):
        return np.zeros((0, 8), dtype=np.int32)
    gap = np.array(gaps, dtype=np.uint32)
    metric = np.array([word_code(m) for m in metrics], dtype=np.uint32)
    starts_line = (gap == FIRST) | (gap >= NEXT_LINE)
    in_sentence = _alike(metrics, starts_line | (gap == LINE))
    in_line = _alike(metrics, starts_line)
    in_report = _alike(metrics, gap == FIRST)
    is_like_last = np.zeros(len(gap), dtype=bool)
    is_like_last[1:] = (metric[1:] == metric[:-1]) & ~starts_line[1:]
    is_like_next = np.append(is_like_last[1:], False)
    beside = is_like_last * np.uint32(2) + is_like_next
    return fold_all(
        [
            (210, in_sentence),
            (211, in_line),
            (212, in_report),
            (213, beside, gap),
            (214, in_sentence, beside, gap),
            (215, metric),
            (216, metric, in_sentence),
            (217, metric, beside),
        ]
    )


def _alike(metrics: Sequence[str], starts: np.ndarray) -> np.ndarray:
    """How many others of its metric stand in the same group, at most so many, and whether one stands before."""
    groups = list(zip(np.cumsum(starts).tolist(), metrics, strict=True))
    n = Counter(groups)
    seen: set[tuple[int, str]] = set()
    out: list[int] = []
    for one in groups:
        out.append(2 * min(n[one] - 1, _MOST) + (one in seen))
        seen.add(one)
    return np.array(out, dtype=np.uint32)
