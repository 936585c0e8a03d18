"""What an encoder looks at: characters as numbers, each with a mark that says what it belongs to.

No figure is seen: all digits are one character, so that nothing can be learned by heart.
`claim_windows` shows claims and clauses, `item_windows` lines and words of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .features import codes

WINDOWS = 2
"""Version of what a window holds; encoders trained with another one are refused."""

PAD, UNKNOWN, BREAK, MASK = range(4)
N_SPECIAL = 4
TOPIC, BEFORE, INSIDE, NUMBER, AFTER, OTHER, CLAUSE = range(1, 8)
N_MARKS = 8
WIDTH = 96
"""Characters in a window of one item."""
FLAG_SIZES = (24, 16, 8, 4, 4)
"""How many values each flag of a window has; `claim_windows` and `item_windows` say what they mean."""
_DIGITS = re.compile(r"\d")


class Vocabulary:
    """The number of each character.

    Attributes
    ----------
    characters : str
    ids : ndarray of int32, shape (len(characters),)
        Their numbers, which are those of a checkpoint where an encoder began as one.
    special : tuple of int
        The numbers of padding, of an unknown character, of a break between parts, of a mask.
    """

    def __init__(self, characters: str, ids: np.ndarray, special: Sequence[int] = range(N_SPECIAL)) -> None:
        self.characters = characters
        self.ids = ids.astype(np.int32)
        self.special = tuple(int(k) for k in special)
        self._of = np.full(0x110000, self.special[UNKNOWN], dtype=np.int32)
        self._of[codes(characters)] = self.ids

    @classmethod
    def of(cls, texts: Iterable[str], *, at_least: int = 3) -> Vocabulary:
        """The characters that occur so often in the views given."""
        counts = np.zeros(0x110000, dtype=np.int64)
        for text in texts:
            seen, n = np.unique(codes(text), return_counts=True)
            counts[seen] += n
        kept = [chr(c) for c in np.flatnonzero(counts >= at_least) if not 0xD800 <= c < 0xE000 and not chr(c).isdigit()]
        return cls("0" + "".join(kept), np.arange(N_SPECIAL, N_SPECIAL + 1 + len(kept)))

    @property
    def size(self) -> int:
        return int(max(self.ids.max(initial=0), *self.special)) + 1

    def encode(self, text: str) -> np.ndarray:
        """The numbers of the characters of a text; every digit is 0, a line's end is a break."""
        points = codes(_DIGITS.sub("0", text))
        numbers = self._of[np.minimum(points, 0x10FFFF)]
        return np.where(points == 10, self.special[BREAK], numbers)


class Windows(NamedTuple):
    """Windows side by side."""

    ids: np.ndarray
    """int64, shape (n, width)"""
    marks: np.ndarray
    """int64, shape (n, width); 0 is padding"""
    flags: np.ndarray
    """int64, shape (n, len(FLAG_SIZES))"""

    def take(self, which: np.ndarray) -> Windows:
        """Some of them, no wider than they need."""
        marks = self.marks[which]
        width = max(int((marks != 0).any(axis=0).sum()), 1) if len(marks) else 1
        return Windows(self.ids[which, :width], marks[:, :width], self.flags[which])
