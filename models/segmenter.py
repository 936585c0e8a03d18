"""jieba's words of many short clauses: its dictionary and its rule, in half of its time.

``jieba.lcut(text, HMM=False)`` lists the words that may begin at each character, and weighs them in a
second pass. Here one pass does both, and no logarithm is taken twice. A test holds the words equal.
"""

from __future__ import annotations

import re
from math import log

import jieba

jieba.setLogLevel(60)

_WORDS = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+)")
_OTHERS = re.compile(r"\r\n|.", re.DOTALL)
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class _Worth(dict[str, float | None]):
    """The log probability of a word by jieba's dictionary; of what only begins one it is -inf, of all else None.

    What reports use of half a million words is remembered in a table so small that it stays in the processor's cache.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.rare = -log(total)

    def __missing__(self, word: str) -> float | None:
        count = jieba.dt.FREQ.get(word)
        worth = self[word] = None if count is None else log(count) - log(self.total) if count else _NEVER
        return worth


_NEVER = float("-inf")
_REMEMBERED = 100_000
_worth = _Worth(1)


def segmented(text: str) -> list[str]:
    """The words of a text, as ``jieba.lcut(text, HMM=False)`` gives them."""
    global _worth
    jieba.dt.check_initialized()
    if _worth.total != jieba.dt.total or len(_worth) > _REMEMBERED:  # the user's own words change the total
        _worth = _Worth(jieba.dt.total)
    out: list[str] = []
    for k, piece in enumerate(_WORDS.split(text)):
        if k % 2:
            _cut(piece, out)
        elif piece:  # blanks and marks, one by one
            out += _OTHERS.findall(piece)
    return out


def _cut(piece: str, out: list[str]) -> None:
    """The likeliest words of a stretch of characters and digits; lone Latin letters and digits stay together."""
    worth, rare = _worth, _worth.rare
    n = len(piece)
    best = [0.0] * (n + 1)
    """What the words from each character on are worth."""
    ends = list(range(1, n + 1))
    for start in range(n - 1, -1, -1):
        own = worth[piece[start]]
        if own is None:  # the dictionary has no word that begins so
            best[start] = rare + best[start + 1]
            continue
        highest = own + best[start + 1]
        for end in range(start + 2, n + 1):
            more = worth[piece[start:end]]
            if more is None:  # nor a longer one
                break
            if more + best[end] >= highest and more > _NEVER:
                highest, ends[start] = more + best[end], end
        best[start] = highest if highest > _NEVER else rare + best[start + 1]
    at = 0
    run = -1  # where the Latin letters and digits began that are no word of the dictionary
    while at < n:
        end = ends[at]
        if end == at + 1 and piece[at] in _LATIN:
            run = at if run < 0 else run
        else:
            if run >= 0:
                out.append(piece[run:at])
                run = -1
            out.append(piece[at:end])
        at = end
    if run >= 0:
        out.append(piece[run:n])
