"""What each word of a ruined table is: the label of a row, column or group, or something else.

A trained sequence model. Labels reach us cut, split over pieces, mistyped, spaced out and in
the wrong order, so neither equality nor order alone will do: the characters of a piece, its
neighbours, the figures around it and the usual course of the form decide together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from .. import configs
from .atoms import BREAK, VALUE, WORD, Atom
from .crf import LinearChainCRF
from .features import fold, matrix, no_digits, window

FEATURES = 1
"""Version of the feature function."""

_WIDTH = 20
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


def features(words: Words) -> np.ndarray:
    """Feature ids of words. Shape (n_words, n_templates)."""
    texts = words.texts
    chars = no_digits(matrix(texts, _WIDTH))
    tails = no_digits(matrix([t[:-4:-1] for t in texts], 3))
    n = len(texts)
    length = np.minimum(np.array([len(t) for t in texts], dtype=np.uint32), 24)
    there = chars != 0
    unigrams = np.where(there, fold(1, chars), 0)
    bigrams = np.where(there[:, 1:], fold(2, chars[:, :-1], chars[:, 1:]), 0)
    trigrams = np.where(there[:, 2:], fold(3, chars[:, :-2], chars[:, 1:-1], chars[:, 2:]), 0)
    digits = matrix([t[:3] for t in texts], 3)
    columns: list[np.ndarray] = []
    add = columns.append
    add(fold(4, length))
    add(fold(5, chars[:, 0], chars[:, 1]))
    add(fold(6, digits[:, 0], digits[:, 1], digits[:, 2]))
    add(fold(7, tails[:, 0], tails[:, 1]))
    add(fold(8, tails[:, 0], length))
    whole = fold(9, *(chars[:, k] for k in range(5)))
    ends = fold(10, tails[:, 0], tails[:, 1], tails[:, 2], length)
    mark = fold(11, whole, ends)
    add(mark)
    add(fold(12, words.after))
    add(fold(13, words.before))
    add(fold(14, words.after, length))
    add(fold(15, words.opens))
    for base, step in ((20, -1), (30, 1), (40, -2), (50, 2)):
        add(fold(base, window(mark, step)))
        add(fold(base + 1, mark, window(mark, step)))
        if abs(step) == 1:
            near_head = [window(chars[:, k], step) for k in range(2)]
            near_tail = [window(tails[:, k], step) for k in range(2)]
            add(fold(base + 2, *near_head))
            add(fold(base + 3, *near_tail))
            add(fold(base + 4, near_head[0], tails[:, 0]) if step == 1 else fold(base + 4, near_tail[0], chars[:, 0]))
            add(
                fold(base + 5, near_head[0], near_head[1], tails[:, 0])
                if step == 1
                else fold(base + 5, near_tail[0], near_tail[1], chars[:, 0])
            )
            add(fold(base + 6, window(words.after, step), length))
    position = np.minimum(np.arange(n, dtype=np.uint32), 3)
    add(fold(16, position, length))
    return np.concatenate([unigrams, bigrams, trigrams, np.stack(columns, axis=1)], axis=1)


class RoleModel:
    """Roles of the words of a region, each with its probability."""

    def __init__(self, crf: LinearChainCRF) -> None:
        self.crf = crf

    def predict(self, words: Words) -> tuple[list[str], list[float]]:
        """The best roles in sequence, and how sure each is."""
        if not words.texts:
            return [], []
        emissions = self.crf.emissions(features(words))
        path = self.crf.decode(emissions)
        sure = self.crf.marginals(emissions)[np.arange(len(path)), path]
        return [self.crf.labels[p] for p in path.tolist()], sure.tolist()

    @classmethod
    def fit(cls, sequences: Iterable[tuple[Words, Sequence[str]]], **settings: float) -> RoleModel:
        """Fit on words and their roles."""
        return cls(LinearChainCRF.fit(((features(w), roles) for w, roles in sequences if w.texts), **settings))  # type: ignore[arg-type]
