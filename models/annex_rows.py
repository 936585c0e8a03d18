"""Which row of an older annex each printed label is: one alignment of all labels to the order of a form.

A chain model over the words of the labels: its states are the rows of a form in printed order, a
word may begin a row, go on with the row of the word before it, or belong to none. Characters in
common, the place in the label, the unit and whether figures follow speak for a row; a row passed
over costs a little. 其中 and 其他, which stand under several heads, are so decided by what stands
around them, and the probability of each decision says how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from ..corpus.annexes import AnnexForm, annexes

_KEEP = 0.55
"""A word needs this share of its pairs of characters in a label to speak for it."""
_PASSED = 0.15
"""What each row costs that is passed over."""
_BEHIND_FIGURES = 1.5
"""What it costs that a label goes on behind its figures, as where its lines are wrapped around them."""
_NOT_AT_START = 1.0
_UNIT = 0.6
_HEADING = 1.5
"""What it costs a heading to be followed by figures."""
_NUMBERING = re.compile(
    r"^(?:其中:?)?(?:[一二三四五六七八九十]{1,2}[、,.]|\(?[一二三四五六七八九十\d]{1,2}\)|\d{1,2}[.、])?"
)
_NONE = -1e9
_GOES_ON = -2


class Word(NamedTuple):
    """A word of a label as printed."""

    text: str
    is_joined: bool
    """Whether no figure stands between it and the word before."""
    has_figures: bool
    """Whether figures follow before the next word."""
    unit: str = ""


class Aligned(NamedTuple):
    """For each word its row (-1 for none), how sure that is, and the form."""

    form: AnnexForm
    rows: list[int]
    sure: list[float]


class _Labels:
    """The labels of a form as pairs of characters."""

    def __init__(self, form: AnnexForm) -> None:
        self.form = form
        texts: list[str] = []
        self.row_of: list[int] = []
        for number, row in enumerate(form.rows):
            own = {_bare(t) for t in (row.label.text, *row.label.variants)}
            for text in sorted(own | {_NUMBERING.sub("", t) or t for t in own}):
                texts.append(text)
                self.row_of.append(number)
        self.texts = texts
        self.whole = [_bare(row.label.text) for row in form.rows]
        self.index: dict[str, int] = {}
        for text in texts:
            for pair in _pairs(text):
                self.index.setdefault(pair, len(self.index))
        self.has = np.zeros((len(texts), len(self.index)), dtype=np.float32)
        for k, text in enumerate(texts):
            self.has[k, [self.index[p] for p in _pairs(text)]] = 1
        self.lengths = np.array([len(t) for t in texts], dtype=np.float64)
        self.starts = np.flatnonzero(np.diff(self.row_of, prepend=-1))
        self.numbering = np.array([m.end() if (m := _NUMBERING.match(t)) else 0 for t in self.whole])
        self.is_heading = np.array([row.unit is None for row in form.rows])
        self.units = [row.unit or "" for row in form.rows]


@cache
def _labels(form: str) -> _Labels:
    return _Labels(annexes()[form])


def _bare(text: str) -> str:
    return "".join(text.split()).replace('"', "").replace("“", "").replace("”", "")


def _pairs(text: str) -> list[str]:
    framed = f"^{text}$"
    return [framed[i : i + 2] for i in range(len(framed) - 1)]


@lru_cache(maxsize=8192)
def _speaks(form: str, word: str) -> np.ndarray:
    """How far a word speaks for each row."""
    labels = _labels(form)
    word = _bare(word)
    stripped = _NUMBERING.sub("", word)
    best = np.full(len(labels.texts), _NONE)
    for text in {word, stripped, *_without_explanation(word)} - {""}:
        pairs = _pairs(text)
        known = [labels.index[p] for p in pairs if p in labels.index]
        share = labels.has[:, known].sum(axis=1) / len(pairs) if known else np.zeros(len(labels.texts))
        whole = np.minimum(len(text), labels.lengths) / np.maximum(len(text), labels.lengths)
        score = len(text) * (share - _KEEP) + 2.0 * share * whole - 0.2 * (text != word)
        best = np.maximum(best, score)
    return np.maximum.reduceat(best, labels.starts)


@lru_cache(maxsize=8192)
def _stands(form: str, word: str) -> tuple[np.ndarray, np.ndarray]:
    """Where in the label of each row a word begins and ends."""
    word = _bare(word)
    word = _NUMBERING.sub("", word) or word
    begin = np.array([_place(text, word) for text in _labels(form).whole], dtype=np.float64)
    return begin, begin + len(word)


def _place(text: str, word: str) -> int:
    found = text.find(word)
    if found >= 0:
        return found
    return next((p for k in range(len(word) - 1) if (p := text.find(word[k : k + 2])) >= 0), 0)


def _without_explanation(word: str) -> tuple[str, ...]:
    """The word without an explanation that a locality added, or the unit behind it."""
    return (word[: word.rindex("(")],) if "(" in word[1:] else ()


def is_known(form: AnnexForm, text: str) -> bool:
    """Whether a label is one of the form's, wherever it is printed."""
    return bool(_speaks(form.id, text).max() > _SURELY * len(text) + 1.0)


_SURELY = 0.25
"""Above its share of pairs that speaks for a row (`_KEEP`): four in five."""


def align(words: Sequence[Word]) -> Aligned:
    """The row of each word, in the order of the form that fits the words best."""
    texts = [w.text for w in words]
    fits = {key: sum(max(float(_speaks(key, t).max()), 0.0) for t in texts) for key in annexes()}
    key = max(fits, key=lambda k: fits[k])
    labels = _labels(key)
    if not words:
        return Aligned(labels.form, [], [])
    scores = np.empty((len(words), len(labels.form.rows)))
    start = np.empty_like(scores)
    goes_on = np.empty_like(scores)
    before: np.ndarray | None = None
    for i, word in enumerate(words):
        begin, end = _stands(key, word.text)
        scores[i] = _speaks(key, word.text)
        if word.unit:
            scores[i] += [0.0 if not u else _UNIT if u == word.unit else -_UNIT / 2 for u in labels.units]
        if word.has_figures:
            scores[i] -= _HEADING * labels.is_heading
        start[i] = np.where(begin > labels.numbering, -_NOT_AT_START, 0.0)
        if before is None:
            goes_on[i] = _NONE
        else:
            goes_on[i] = np.where(begin + 1 >= before, 0.0 if word.is_joined else -_BEHIND_FIGURES, _NONE)
        before = end
    path = _best(scores, start, goes_on)
    sure = _probability(scores, start, goes_on, path)
    return Aligned(labels.form, path, sure)


def _best(scores: np.ndarray, start: np.ndarray, goes_on: np.ndarray) -> list[int]:
    """The best path: for each word its row, -1 for none."""
    n, m = scores.shape
    steps = np.arange(m) * _PASSED
    taken = np.full((n, m), _NONE)  # the word is of the row
    left = np.full((n, m), _NONE)  # the word is of none, the last row was this one
    empty = np.zeros(n)  # no word was of any row yet
    came = np.full((n, m), -1)  # row before, -1 none
    for i in range(n):
        fresh = empty[i - 1] * np.ones(m) if i else np.zeros(m)
        source = np.full(m, -1)
        if i:
            last = np.maximum(taken[i - 1], left[i - 1]) + steps
            top = np.maximum.accumulate(last)
            arg = np.maximum.accumulate(np.where(last >= top, np.arange(m), 0))
            behind = np.concatenate([[_NONE], top[:-1] - steps[1:] + _PASSED])
            better = behind > fresh
            fresh = np.where(better, behind, fresh)
            source[better] = np.concatenate([[0], arg[:-1]])[better]
        fresh = fresh + start[i]
        more = taken[i - 1] + goes_on[i] if i else np.full(m, _NONE)
        came[i] = np.where(more > fresh, _GOES_ON, source)
        taken[i] = np.maximum(more, fresh) + scores[i]
        if i:
            left[i] = np.maximum(taken[i - 1], left[i - 1])
    path = [-1] * n
    final = np.maximum(taken[n - 1], left[n - 1])
    row = int(final.argmax())
    if final[row] <= 0:
        return path
    is_taken = taken[n - 1, row] >= left[n - 1, row]
    i = n - 1
    while i >= 0:
        if not is_taken:
            i -= 1
            is_taken = taken[i, row] >= left[i, row]
            continue
        path[i] = row
        step = int(came[i, row])
        if step == -1:
            break
        i -= 1
        if step != _GOES_ON:
            row = step
            is_taken = taken[i, row] >= left[i, row]
    return path


def _probability(scores: np.ndarray, start: np.ndarray, goes_on: np.ndarray, path: Sequence[int]) -> list[float]:
    """How probable the row of each word is, given all others."""
    n, m = scores.shape
    steps = np.arange(m) * _PASSED
    taken = np.full((n, m), _NONE)
    left = np.full((n, m), _NONE)
    for i in range(n):
        fresh = np.zeros(m)
        if i:
            last = np.logaddexp(taken[i - 1], left[i - 1])
            fresh[1:] = np.logaddexp(0.0, np.logaddexp.accumulate(last + steps)[:-1] - steps[1:] + _PASSED)
            left[i] = last
        more = taken[i - 1] + goes_on[i] if i else np.full(m, _NONE)
        taken[i] = np.logaddexp(fresh + start[i], more) + scores[i]
    after_taken = np.zeros((n, m))
    after_left = np.zeros((n, m))
    after_empty = np.zeros(n)
    for i in range(n - 2, -1, -1):
        begin = start[i + 1] + scores[i + 1] + after_taken[i + 1]
        down = np.logaddexp.accumulate((begin - steps)[::-1])[::-1]
        later = np.concatenate([down[1:] + steps[1:], [_NONE]])
        after_left[i] = np.logaddexp(later, after_left[i + 1])
        after_taken[i] = np.logaddexp(after_left[i], goes_on[i + 1] + scores[i + 1] + after_taken[i + 1])
        after_empty[i] = np.logaddexp(after_empty[i + 1], np.logaddexp.reduce(begin))
    out = []
    for i, row in enumerate(path):
        if row < 0:
            out.append(0.0)
            continue
        here = taken[i] + after_taken[i]
        dropped = np.logaddexp.reduce(left[i] + after_left[i]) if i else _NONE
        total = np.logaddexp(np.logaddexp.reduce(here), np.logaddexp(dropped, after_empty[i]))
        out.append(float(np.exp(here[row] - total)))
    return out
