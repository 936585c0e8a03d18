"""The statistics annex of 2014-2018: one figure a row, some seventy rows.

The role model says which words are labels of the annex; which row a label is, one search
decides for all of them together: rows come in the order of the form, a label may be torn
over several words, and its characters must be those of the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from .. import configs
from .atoms import BREAK, VALUE, Atom
from .frames import ANNEX, Frame
from .rows import Draft, Row, Rows

_KEEP = 0.55
"""A word needs this share of its character pairs in the row's label to speak for it."""
FRAME = Frame("legacy", ("count",), ("count",))


@cache
def _labels() -> tuple[list[str], np.ndarray, dict[str, int], np.ndarray, list[bool]]:
    """Row ids, which pairs of characters each label has, the index of pairs, lengths, and which rows carry figures."""
    rows = configs.load("forms")["legacy_annex"]["rows"]
    texts = ["".join(row["label"].split()) for row in rows]
    index: dict[str, int] = {}
    for text in texts:
        for pair in _pairs(text):
            index.setdefault(pair, len(index))
    has = np.zeros((len(rows), len(index)), dtype=np.float32)
    for r, text in enumerate(texts):
        has[r, [index[p] for p in _pairs(text)]] = 1
    lengths = np.array([len(t) for t in texts], dtype=np.float32)
    return [r["id"] for r in rows], has, index, lengths, [r["unit"] != "——" for r in rows]


def _pairs(text: str) -> list[str]:
    framed = f"^{text}$"
    return [framed[i : i + 2] for i in range(len(framed) - 1)]


def match(words: Sequence[str], joined: Sequence[bool]) -> list[int]:
    """The row of each word (-1 for none), in the order of the form.

    Parameters
    ----------
    words : sequence of str
    joined : sequence of bool
        Whether a word may go on with the label of the word before it (no figure between).
    """
    ids, has, index, lengths, _ = _labels()
    n, m = len(words), len(ids)
    if not n:
        return []
    scores = np.zeros((n, m + 1), dtype=np.float64)  # column m: no row
    for i, word in enumerate(words):
        pairs = _pairs(word)
        known = [index[p] for p in pairs if p in index]
        share = has[:, known].sum(axis=1) / len(pairs) if known else np.zeros(m)
        if "(" in word and (short := word[: word.rindex("(")]):  # an explanation that a locality added
            pairs = _pairs(short)
            known = [index[p] for p in pairs if p in index]
            share = np.maximum(share, has[:, known].sum(axis=1) / len(pairs) - 0.05)
        whole = np.minimum(len(word), lengths) / np.maximum(len(word), lengths)
        scores[i, :m] = len(word) * (share - _KEEP) + 2.0 * share * whole
    best = np.full((n, m), -1e9)
    back = np.zeros((n, m), dtype=np.int64)
    skipped = 0.0
    for i in range(n):
        fresh = np.zeros(m)
        came = np.full(m, -1)
        if i:
            top = np.maximum.accumulate(best[i - 1])
            arg = np.where(best[i - 1] >= top, np.arange(m), 0)
            arg = np.maximum.accumulate(arg)
            fresh[1:] = top[:-1]
            came[1:] = arg[:-1]
            low = fresh < skipped
            fresh[low], came[low] = skipped, -1
            # the same row again (its label goes on) or this word dropped
            if joined[i]:
                more = best[i - 1] > fresh
                fresh[more], came[more] = best[i - 1][more], np.arange(m)[more]
        take = fresh + scores[i, :m]
        drop = best[i - 1] if i else np.full(m, -1e9)
        best[i] = np.maximum(take, drop)
        back[i] = np.where(take >= drop, came, -2)
    path = [-1] * n
    r = int(best[n - 1].argmax())
    if best[n - 1, r] <= 0:
        return path
    for i in range(n - 1, -1, -1):
        step = int(back[i, r])
        if step == -2:
            continue
        path[i] = r
        if step == -1:
            break
        r = step
    return path


def read_annex(draft: Draft, stream: Sequence[tuple[str, int, float]], atoms: Sequence[Atom], rows: Rows) -> None:
    """Read the tokens of an annex into its draft.

    Parameters
    ----------
    stream : sequence of (kind, atom, probability)
        ``label``, ``unit``, ``head`` or ``item``, in the order of the text.
    """
    ids, _, _, _, counts = _labels()
    at = [k for k, (kind, _, _) in enumerate(stream) if kind == "label"]
    joined = [False] + [
        not any(kind == "item" and atoms[a].kind == VALUE for kind, a, _ in stream[i:j]) for i, j in pairwise(at)
    ]
    found = dict(zip(at, match([atoms[stream[k][1]].text for k in at], joined), strict=True))
    row: Row | None = None
    for k, (kind, atom, sure) in enumerate(stream):
        if kind == "label":
            which = found[k]
            if which >= 0 and counts[which]:
                row = draft.rows.setdefault(ids[which], Row(ids[which], FRAME, sure))
            else:
                row = None
        elif kind == "item" and row is not None:
            row.items.append(atom)
    pool: list[int] = []
    for row in draft.rows.values():
        items = [a for a in row.items if atoms[a].kind != BREAK]
        figures = [a for a in items if atoms[a].kind == VALUE]
        row.items = []
        if len(figures) > 1:  # what follows the last row is another line's
            own = [a for a in figures if atoms[a].line == atoms[figures[0]].line]
            figures = own if len(own) == 1 and len(figures) < 4 else figures
        if len(figures) == 1:
            rows.put(row, "count", figures[0], 0.95)
        elif len(figures) > 1:
            pool = figures
        elif items and atoms[items[0]].text:
            rows.put(row, "count", items[0], 0.9)
    if not pool:
        return
    waiting = [r for r in draft.rows.values() if not r.cells]
    if len(pool) == len(waiting) and len(waiting) > len(draft.rows) / 2:
        for row, atom in zip(waiting, pool, strict=True):  # labels first, then figures
            rows.put(row, "count", atom, 0.85)
    else:
        draft.warnings.append(("row_has_more_figures", pool[0]))


__all__ = ["ANNEX", "match", "read_annex"]
