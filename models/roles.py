"""What each word of a ruined table is: the label of a row, column or group, or something else.

A trained sequence model. Labels reach us cut, split over pieces, mistyped, spaced out and in
the wrong order, so neither equality nor order alone will do: the characters of a piece, its
neighbours, the figures around it and the usual course of the form decide together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from .. import configs
from .atoms import BREAK, VALUE, WORD, Atom
from .crf import LinearChainCRF
from .features import fold, fold_all, matrix, no_digits, window
from .item_windows import word_windows
from .second import SecondOpinion

FEATURES = 1
"""Version of the feature function."""

_WIDTH = 20
_REMEMBERED = 20_000
_EDGES = ":=;,。*#>"


@cache
def role_labels() -> tuple[str, ...]:
    """Every role that a word can play."""
    forms = configs.load("forms")
    rows = [f"row:{key}" for key in forms["rows"]]
    columns = [f"col:{key}" for key in forms["columns"]]
    groups = [f"group:{key}" for key in forms["groups"] if key != "other_handling"]
    return (*rows, *columns, *groups, "annex:label", "annex:unit", "annex:head", "extra", "caption", "void", "noise")


class Words:
    """The words of a region, as arrays that features are computed on."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.index: list[int] = []
        before: list[int] = []
        after: list[int] = []
        opens: list[int] = []
        n = n_values = 0
        last_line = -1
        for i, atom in enumerate(atoms):
            if atom.kind == WORD:
                if self.index:
                    after.append(n)
                self.index.append(i)
                before.append(n)
                opens.append((atom.line != last_line) + 2 * (n_values > 0))
                n = n_values = 0
            elif atom.kind != BREAK:
                n += 1
                n_values += atom.kind == VALUE
            last_line = atom.line
        if self.index:
            after.append(n)
        self.texts = [atoms[i].text.strip(_EDGES) or atoms[i].text for i in self.index]
        self.before = np.minimum(np.array(before, dtype=np.uint32), 9)
        self.after = np.minimum(np.array(after, dtype=np.uint32), 9)
        self.opens = np.array(opens, dtype=np.uint32)

    @property
    def counts(self) -> np.ndarray:
        """How many figures follow each word, how many stand before it, whether it opens a line. Shape (n_words, 3)."""
        return np.stack([self.after, self.before, self.opens], axis=1).astype(np.int64)


def own_features(texts: Sequence[str]) -> np.ndarray:
    """Feature ids of words by themselves. Shape (n_words, n_templates)."""
    chars = no_digits(matrix(list(texts), _WIDTH))
    tails = _tails(texts)
    length = _lengths(texts)
    there = chars != 0
    unigrams = np.where(there, fold(1, chars), 0)
    bigrams = np.where(there[:, 1:], fold(2, chars[:, :-1], chars[:, 1:]), 0)
    trigrams = np.where(there[:, 2:], fold(3, chars[:, :-2], chars[:, 1:-1], chars[:, 2:]), 0)
    digits = matrix([t[:3] for t in texts], 3)
    columns = [
        fold(4, length),
        fold(5, chars[:, 0], chars[:, 1]),
        fold(6, digits[:, 0], digits[:, 1], digits[:, 2]),
        fold(7, tails[:, 0], tails[:, 1]),
        fold(8, tails[:, 0], length),
        _marks(chars, tails, length),
    ]
    return np.concatenate([unigrams, bigrams, trigrams, np.stack(columns, axis=1)], axis=1)


def _tails(texts: Sequence[str]) -> np.ndarray:
    return no_digits(matrix([t[:-4:-1] for t in texts], 3))


def _lengths(texts: Sequence[str]) -> np.ndarray:
    return np.minimum(np.array([len(t) for t in texts], dtype=np.uint32), 24)


def _marks(chars: np.ndarray, tails: np.ndarray, length: np.ndarray) -> np.ndarray:
    """One number for each word as a whole."""
    head = fold(9, *(chars[:, k] for k in range(5)))
    return fold(11, head, fold(10, tails[:, 0], tails[:, 1], tails[:, 2], length))


def context_features(words: Words) -> np.ndarray:
    """Feature ids of words by what stands around them. Shape (n_words, n_templates)."""
    texts = words.texts
    chars = no_digits(matrix([t[:5] for t in texts], 5))
    tails = _tails(texts)
    length = _lengths(texts)
    mark = _marks(chars, tails, length)
    position = np.minimum(np.arange(len(texts), dtype=np.uint32), 3)
    looks: list[tuple[Any, ...]] = [
        (12, words.after),
        (13, words.before),
        (14, words.after, length),
        (15, words.opens),
        (16, position, length),
    ]
    add = looks.append
    for base, step in ((20, -1), (30, 1), (40, -2), (50, 2)):
        near = window(mark, step)
        add((base, near))
        add((base + 1, mark, near))
        if abs(step) == 1:
            head = [window(chars[:, k], step) for k in range(2)]
            tail = [window(tails[:, k], step) for k in range(2)]
            facing, own = (head, tails[:, 0]) if step == 1 else (tail, chars[:, 0])
            add((base + 2, *head))
            add((base + 3, *tail))
            add((base + 4, facing[0], own))
            add((base + 5, facing[0], facing[1], own))
            add((base + 6, window(words.after, step), length))
    return fold_all(looks)


class RoleModel:
    """Roles of the words of a text's tables, each with how sure it is."""

    def __init__(self, crf: LinearChainCRF) -> None:
        self.crf = crf
        self.second: SecondOpinion | None = None
        """Asked about words that the CRF is unsure of, where an encoder reads beside it."""
        self._own: dict[str, np.ndarray] = {}
        """What words say by themselves: tables use the same few hundred."""

    def predict(self, words: Words) -> tuple[list[str], list[float]]:
        """The best roles in sequence, and the probability of each beside its neighbours' roles."""
        texts = words.texts
        if not texts:
            return [], []
        own = self._own
        if len(own) > _REMEMBERED:
            own.clear()
        fresh = list({t for t in texts if t not in own})
        if fresh:
            own.update(zip(fresh, self.crf.emissions(own_features(fresh)), strict=True))
        emissions = self.crf.emissions(context_features(words))
        emissions += np.array([own[t] for t in texts])
        path = self.crf.decode(emissions)
        sure = self.crf.local_confidence(emissions, path)
        if self.second is not None:
            joined = self.second.joined(emissions, sure, lambda v, which: word_windows(v, texts, words.counts, which))
            if joined is not None:
                path = self.crf.decode(joined)
                sure = self.crf.local_confidence(joined, path)
        labels = self.crf.labels
        return [labels[p] for p in path.tolist()], sure.tolist()

    @classmethod
    def fit(
        cls,
        sequences: Iterable[tuple[Words, Sequence[str]]],
        *,
        held_out: Iterable[tuple[Words, Sequence[str]]] = (),
        **settings: Any,
    ) -> RoleModel:
        """Fit on words and their roles; settings are those of `LinearChainCRF.fit`."""
        learned, held = (((_features(w), roles) for w, roles in s if w.texts) for s in (sequences, held_out))
        return cls(LinearChainCRF.fit(learned, held_out=held, **settings))


def _features(words: Words) -> np.ndarray:
    return np.concatenate([own_features(words.texts), context_features(words)], axis=1)
