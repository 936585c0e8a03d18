"""The words of a table without rules, and what its boxes say: words that a box broke over lines are put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ..blocks import written_out
from .paper import NEW_ITEM, Char, Row

_FIGURE = re.compile(
    r"(?:[-+−－﹣＋↑↓]|增加?|减少?)?\d(?:[\d,.]*\d)?(?:%|[万亿]?元|[万个件项条次人份])?(?:\[\w+\])?|[/／—–-]+|无"
)
_PARTED = re.compile(r"\d \d")
_OPEN = re.compile(r"[（(][^）)]*$")

# All of these are shares of a letter's width, which is that of an ideograph.
NEAR = 0.35
"""Heights that differ less are the same."""
_WORD = 0.45
"""A gap between words; padding of boxes is rarely less."""
_SPACED = 3.2
"""A gap between characters of one word that are set wide apart."""
_WRAPPED = 1.55
"""From one line of a box to the next, at most."""
_TIGHT = 0.2
"""So much closer than rows the lines of one box stand at least."""
_TOUCHING = 0.15
"""Words whose ends overlap less stand beside each other."""


class Word(NamedTuple):
    """A stretch of a line without a gap; ``line`` is the line's number, ``y`` its height on the page."""

    text: str
    x0: float
    x1: float
    y: float
    line: int

    @property
    def is_figure(self) -> bool:
        return is_figure(self.text)


@dataclass(eq=False)
class Cell:
    """What one box says: the words of its lines, from the top down."""

    words: list[Word]

    @property
    def text(self) -> str:
        return "\n".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return self.words[0].y

    @property
    def bottom(self) -> float:
        return self.words[-1].y

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    @property
    def is_figure(self) -> bool:
        return len(self.words) == 1 and self.words[0].is_figure


def is_figure(text: str) -> bool:
    """Whether a text is all that stands in a box of figures; ``1.`` counts the items of a list, ``1 2`` may be two."""
    return _PARTED.search(text) is None and _FIGURE.fullmatch(text.replace(" ", "")) is not None


def letter(lines: Sequence[Row]) -> float:
    """How wide an ideograph is."""
    wide = [c.x1 - c.x0 for line in lines for c in line.chars if c.text[0] > "\u2e80"]
    return max(median(wide) if wide else median(line.size for line in lines), 1.0)


def words_of(line: Row, number: int, em: float) -> list[Word]:
    """The words of a line; single characters set wide apart are one, and so is what one blank parts, but for figures.

    Parameters
    ----------
    number : int
        The line's.
    em : float
        The width of a letter.
    """
    out: list[Word] = []
    run: list[Char] = []
    text, blank, n_blanks = "", 0.0, 0
    for char in line.chars:
        if char.text.isspace():
            blank, n_blanks = blank + char.x1 - char.x0, n_blanks + 1
            continue
        gap = char.x0 - run[-1].x1 if run else 0.0
        is_one = n_blanks == 1 and not (text[-1:].isdigit() and char.text.isdigit())
        if run and gap - (blank if is_one else 0.0) > _WORD * em:
            out.append(_word(text, run, number))
            run, text = [], ""
        is_apart = bool(run) and max(gap, blank) > 0.1 * em and (text[-1] < "\u2e80" or char.text[0] < "\u2e80")
        text += (" " if is_apart else "") + char.text
        run.append(char)
        blank, n_blanks = 0.0, 0
    out.append(_word(text, run, number))
    return _closed_up(out, em)


def _word(text: str, run: Sequence[Char], number: int) -> Word:
    wide = [c for c in run if c.text[0] > "\u2e80"] or run
    return Word(written_out(text), run[0].x0, run[-1].x1, median(c.middle[1] for c in wide), number)


def _closed_up(words: Sequence[Word], em: float) -> list[Word]:
    """The words with single ideographs at equal distances put together."""
    out: list[Word] = []
    gap = 0.0
    for word in words:
        last = out[-1] if out else None
        if last is not None and _is_single(word) and _is_single(last, len(last.text)):
            wide = word.x0 - last.x1
            if wide <= _SPACED * em and (len(last.text) == 1 or abs(wide - gap) < NEAR * em):
                out[-1] = last._replace(text=last.text + word.text, x1=word.x1)
                gap = wide
                continue
        out.append(word)
    return out


def _is_single(word: Word, n: int = 1) -> bool:
    return len(word.text) == n and all("\u3400" <= c <= "\u9fff" for c in word.text)


def pitch_of(words: Sequence[Sequence[Word]], em: float) -> float:
    """How far apart the lines of one box stand at most; 0 where none is broken, or where rows stand as close."""
    rows = [line[0].y for line in words if len(line) > 1 and line[-1].is_figure]
    apart = min((b - a for a, b in pairwise(rows) if b - a > NEAR * em), default=float("inf"))
    broken = [
        b.y - a.y for n, line in enumerate(words) for b in line
        if not b.is_figure and (a := _over(words, n, b, _WRAPPED * em, em)) is not None
    ]  # fmt: skip
    least = min(broken, default=float("inf"))
    return min(least + _TIGHT * em, apart - _TIGHT * em / 2) if least < apart - _TIGHT * em else 0.0


def _over(words: Sequence[Sequence[Word]], n: int, word: Word, pitch: float, em: float) -> Word | None:
    """The word that goes on in this one, a line further down in the same box."""
    for k in range(n - 1, -1, -1):
        over = [other for other in words[k] if _is_below(word, other, em)]
        if not over:
            if word.y - words[k][0].y > pitch:
                return None
            continue
        (first, *more) = over
        below = [other for other in words[n] if _is_below(other, first, em)]
        is_one = not more and len(below) == 1 and word.y - first.y <= pitch
        return first if is_one and _goes_on(first, word, em) else None
    return None


def _is_below(word: Word, over: Word, em: float) -> bool:
    return min(word.x1, over.x1) - max(word.x0, over.x0) > _TOUCHING * em


def _goes_on(word: Word, below: Word, em: float) -> bool:
    """Whether a word may go on below: it is no figure, was broken for want of room, and stands in line."""
    if word.is_figure or NEW_ITEM.match(below.text) or (below.is_figure and not _OPEN.search(word.text)):
        return False
    left, right = below.x0 - word.x0, below.x1 - word.x1
    is_full = below.x1 - below.x0 < word.x1 - word.x0 + 2 * em
    return is_full and min(abs(left), abs(right), abs(left + right) / 2) <= 0.6 * em


def cells_of(words: Sequence[Sequence[Word]], pitch: float, em: float) -> list[Cell]:
    """What each box says."""
    owner: dict[Word, Cell] = {}
    out: list[Cell] = []
    for n, line in enumerate(words):
        for word in line:
            over = _over(words, n, word, pitch, em) if pitch else None
            if over is not None:
                owner[word] = owner[over]
                owner[over].words.append(word)
            else:
                owner[word] = Cell([word])
                out.append(owner[word])
    return out
