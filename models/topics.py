"""Which things and acts a text mentions, in the words of ``configs/topics.yaml``.

Words that mean much the same count as one, so that what was learned of 收到 holds for 接到.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np

from .. import configs
from ..corpus.alternatives import any_of


class Mentions(NamedTuple):
    """The mentions of a text, in its order."""

    starts: np.ndarray
    ids: np.ndarray
    """uint32, from 1"""

    def only(self, which: np.ndarray) -> Mentions:
        """Those whose id is set in a look-up table."""
        kept = which[self.ids]
        return Mentions(self.starts[kept], self.ids[kept])


@cache
def _words() -> tuple[re.Pattern[str], dict[str, int], np.ndarray]:
    """The pattern of all words, the id of each, and which ids are things."""
    settings = configs.load("topics")
    ids: dict[str, int] = {}
    groups = [*settings["things"].values(), *settings["acts"].values()]
    for number, words in enumerate(groups, 1):
        ids.update(dict.fromkeys(words, number))
    return re.compile(any_of(ids)), ids, np.arange(len(groups) + 1) <= len(settings["things"])


def mentions(text: str, extents: Iterable[tuple[int, int]]) -> Mentions:
    """What is mentioned in some extents ``[start, end)`` of a text, given in its order."""
    pattern, ids, _ = _words()
    starts: list[int] = []
    found: list[int] = []
    for start, end in extents:
        for match in pattern.finditer(text, start, end):
            starts.append(match.start())
            found.append(ids[match[0]])
    return Mentions(np.array(starts, dtype=np.int64), np.array(found, dtype=np.uint32))


def mentioned_in(words: str) -> list[int]:
    """The ids of what a few words mention."""
    pattern, ids, _ = _words()
    return [ids[m[0]] for m in pattern.finditer(words)]


def are_things() -> np.ndarray:
    """A look-up table by id: a thing (True) or an act."""
    table = _words()[2].copy()
    table[0] = False
    return table
