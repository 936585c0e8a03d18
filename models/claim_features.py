"""What the claim models look at: candidate clauses, their characters, and the stretches found in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np

from ..corpus.numbers import Number
from ..corpus.text import Line
from .features import codes, fold, fold_all, look_up, member, no_digits, shape_codes, window
from .sections import LineTag
from .segmenter import segmented

CHAR_FEATURES = 1
"""Version of `char_features`; models fitted with another one are refused."""

_CLAUSE = re.compile(r"[,。;!?\n]+")
_SENTENCE_END = frozenset("。;!?\n")
_CLASSIFIERS = "件条份宗起个例项次封篇期人名场通部处册张本家户则轮台课批幅款页套块位堂笔桩班点"
_TRIGGER = re.compile(
    r"\d|[零〇一二两三四五六七八九十百千几](?:[余多]?[万千百])?[余多来]?"
    rf"[{_CLASSIFIERS}]|[无未没零]|不存在|不涉及|均|全部|全都|全数|皆|都|一律|悉数|免费"
    rf"|(?:[*×□○_xX]|(?<=[^\s|]) +)\s[万亿]?[{_CLASSIFIERS}%]|[*×□○_xX][万亿]?[{_CLASSIFIERS}%]"
)
_COUNTED = re.compile(r"\d\s?[万亿]?[余多]?\s?[件条份宗起个例项次封篇期人名场通部处册张本家户元%]")
_MAX_SEGMENT = 96


class Segment(NamedTuple):
    """Clauses of one sentence that may hold a claim, ``[start, end)`` in the view."""

    start: int
    end: int
    line: int


def gram_features(view: str) -> np.ndarray:
    """Feature ids of the characters, bigrams and trigrams that begin at each place of a view.

    Returns
    -------
    ndarray of int32, shape (len(view), 3)
    """
    chars = no_digits(codes(view))
    second, third = window(chars, 1), window(chars, 2)
    return np.stack([fold(50, chars), fold(51, chars, second), fold(52, chars, second, third)], axis=1)


def segments(
    view: str, rows: Sequence[Line], tags: Sequence[LineTag], is_likely: Callable[[int, int], bool] | None = None
) -> list[Segment]:
    """The candidate clauses of the prose, neighbours of one sentence joined.

    Parameters
    ----------
    is_likely : callable (start, end) -> bool
        A second, finer sieve behind the words that may open a claim, for clauses without a
        number that has a classifier behind it.
    """
    out: list[Segment] = []
    for i, (row, tag) in enumerate(zip(rows, tags, strict=True)):
        if tag.kind == "table" or tag.section in ("colophon", "title"):
            continue
        raw = view[row.start : row.end]
        if _TRIGGER.search(raw) is None:
            continue
        at = 0
        run_start = run_end = -1
        for match in [*_CLAUSE.finditer(raw), None]:
            end = match.start() if match else len(raw)
            hit = end > at and _TRIGGER.search(raw, at, end) is not None
            if hit and is_likely is not None and _COUNTED.search(raw, at, end) is None:
                hit = is_likely(row.start + at, row.start + end)
            if run_start >= 0 and (not hit or end - run_start > _MAX_SEGMENT):
                out.append(Segment(row.start + run_start, row.start + run_end, i))
                run_start = -1
            if hit:
                if run_start < 0:
                    run_start = at
                run_end = end
            if match:
                if run_start >= 0 and match.group()[0] in _SENTENCE_END:
                    out.append(Segment(row.start + run_start, row.start + run_end, i))
                    run_start = -1
                at = match.end()
        if run_start >= 0:
            out.append(Segment(row.start + run_start, row.start + run_end, i))
    return [piece for segment in out for piece in _bounded(segment)]


def _bounded(segment: Segment) -> list[Segment]:
    """A segment without a comma can be a whole page on one line; cut it blindly."""
    if segment.end - segment.start <= 4 * _MAX_SEGMENT:
        return [segment]
    cuts = [*range(segment.start, segment.end, 4 * _MAX_SEGMENT), segment.end]
    return [Segment(a, b, segment.line) for a, b in pairwise(cuts)]


class Words(NamedTuple):
    """jieba's words over candidate characters: hash of the word, place in it, hashes of its neighbours."""

    word: np.ndarray
    place: np.ndarray
    before: np.ndarray
    after: np.ndarray


@lru_cache(maxsize=8192)
def _word_hash(word: str) -> int:
    """One number for a word, the same for all figures."""
    return crc32(word.encode("utf-8", "surrogatepass")) if not word[0].isdigit() else 1


def _words(view: str, parts: Sequence[Segment]) -> Words:
    words: list[int] = []
    before: list[int] = []
    after: list[int] = []
    sizes: list[int] = []
    for part in parts:
        cut = segmented(view[part.start : part.end])
        hashes = list(map(_word_hash, cut))
        words += hashes
        before += [2, *hashes[:-1]]
        after += [*hashes[1:], 3]
        sizes += map(len, cut)
    n = np.array(sizes)
    starts = np.cumsum(n) - n
    index = np.repeat(np.arange(len(n)), n)
    within = np.arange(int(n.sum())) - np.repeat(starts, n)
    place = np.where(np.repeat(n, n) == 1, 0, np.where(within == 0, 1, np.where(within == np.repeat(n, n) - 1, 3, 2)))
    as_array = lambda xs: np.array(xs, dtype=np.uint32)[index]  # noqa: E731
    return Words(as_array(words), place.astype(np.uint32), as_array(before), as_array(after))


def char_features(view: str, parts: Sequence[Segment], tags: Sequence[LineTag]) -> np.ndarray:
    """Feature ids of every character of the candidate clauses, one after the other.

    Returns
    -------
    ndarray of int32, shape (n_chars, n_templates)
    """
    pad = 8
    raw = codes(view)
    chars = no_digits(np.concatenate([np.zeros(pad, np.uint32), raw, np.zeros(pad, np.uint32)]))
    shapes = shape_codes(chars)
    lengths = np.array([p.end - p.start for p in parts])
    starts = np.array([p.start for p in parts])
    offsets = np.cumsum(lengths) - lengths
    index = np.arange(int(lengths.sum())) - np.repeat(offsets - starts, lengths) + pad
    at = {k: chars[index + k] for k in range(-5, 6)}
    shape = {k: shapes[index + k] for k in range(-2, 3)}

    # The number that comes next and the one that came last, with what stands around them.
    digit = shapes == 1
    edges = np.diff(np.concatenate([[0], digit.astype(np.int8), [0]]))
    run_start, run_end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if len(run_start):
        nxt = np.minimum(np.searchsorted(run_end, index, side="right"), len(run_start) - 1)
        ahead = run_start[nxt] - index
        inside = ahead <= 0
        ahead = np.where((ahead > 24) | (run_end[nxt] <= index), 25, np.maximum(ahead, 0))
        run_length = np.minimum(run_end[nxt] - run_start[nxt], 6)
        year = _years(raw, run_start - pad, run_end - pad)[nxt]
        unit = chars[np.minimum(run_end[nxt], len(chars) - 1)]
        unit2 = chars[np.minimum(run_end[nxt] + 1, len(chars) - 1)]
        lead = chars[run_start[nxt] - 1]
        lead2 = chars[run_start[nxt] - 2]
        previous = np.maximum(nxt - 1, 0)
        behind = np.where((nxt > 0) & (index - run_end[previous] < 16), index - run_end[previous], 16)
    else:
        ahead = np.full(len(index), 25)
        inside = np.zeros(len(index), dtype=bool)
        run_length = year = unit = unit2 = lead = lead2 = np.zeros(len(index), dtype=np.uint32)
        behind = np.full(len(index), 16)
    ahead_bucket = _distance[ahead]
    behind_bucket = _distance[np.maximum(behind, 0)]

    kinds = look_up(_KINDS, chars)
    comma = kinds == 1
    last_comma = np.maximum.accumulate(np.where(comma, np.arange(len(chars)), 0))[index - 1]
    next_comma = np.minimum.accumulate(np.where(comma, np.arange(len(chars)), len(chars) - 1)[::-1])[::-1][index]
    into = np.minimum(index - last_comma, 12).astype(np.uint32)
    first, second = chars[np.minimum(last_comma + 1, len(chars) - 1)], chars[np.minimum(last_comma + 2, len(chars) - 1)]
    digit_count = np.cumsum(digit)
    has_digit = (digit_count[next_comma] - digit_count[last_comma] > 0).astype(np.uint32)
    negation_count = np.cumsum(kinds == 2)
    negated = np.minimum(negation_count[index] - negation_count[last_comma], 2).astype(np.uint32)
    all_count = np.cumsum(kinds == 3)
    about_all = np.minimum(all_count[index] - all_count[last_comma], 2).astype(np.uint32)
    tail = chars[next_comma - 1]
    tail2 = chars[next_comma - 2]
    section = np.repeat(np.array([crc32(tags[p.line].section.encode()) for p in parts], dtype=np.uint32), lengths)
    words = _words(view, parts)
    u = lambda values: np.asarray(values).astype(np.uint32)  # noqa: E731
    within = u(inside)
    looks = [
        *((1 + k, at[k - 4]) for k in range(9)),
        *((10 + k, at[k - 3], at[k - 2]) for k in range(6)),
        *((16 + k, at[k - 2], at[k - 1], at[k]) for k in range(3)),
        (19, at[-3], at[-2], at[-1], at[0]),
        (20, at[0], at[1], at[2], at[3]),
        (21, shape[-2], shape[-1], shape[0], shape[1], shape[2]),
        (22, words.word, words.place),
        (23, words.before, words.place),
        (24, words.after, words.place),
        (25, words.before, words.word),
        (26, words.word, words.after),
        (27, ahead_bucket, within),
        (28, ahead_bucket, unit, within),
        (29, ahead_bucket, unit, unit2),
        (30, u(ahead == 0), lead, unit, u(year)),
        (31, u(ahead == 0), lead2, lead, u(year)),
        (32, u(ahead == 0), u(run_length), u(year), unit),
        (33, behind_bucket, at[0]),
        (34, into, has_digit, negated, about_all),
        (35, first, second, into),
        (36, has_digit, negated, about_all, at[0]),
        (37, tail2, tail, has_digit, negated + 4 * about_all),
        (38, section, at[0]),
        (39, section, has_digit, negated),
        (40, at[0], unit, has_digit),
        (41, words.word, unit, ahead_bucket),
    ]
    return fold_all(looks)


_distance = np.array(
    [0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 10, 11, 11, 11, 12], dtype=np.uint32
)
_KINDS = member(",。;!?\n\0", "无未没零不", "均全皆都悉")
"""Ends of clauses, negations, words for all."""


def _years(raw: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """1 for a run of four digits 19xx or 20xx, 2 for such a run with 年 behind it, else 0."""
    four = ends - starts == 4
    safe = np.where(four, starts, 0)
    first, second = raw[safe], raw[np.minimum(safe + 1, len(raw) - 1)]
    century = ((first == 0x32) & (second == 0x30)) | ((first == 0x31) & (second == 0x39))
    is_year = raw[np.minimum(safe + 4, len(raw) - 1)] == 0x5E74
    return (four & century).astype(np.uint32) * (1 + is_year.astype(np.uint32))


# -- a found stretch ---------------------------------------------------------


class Stretch(NamedTuple):
    """A stretch that states a fact, in the view, with its number where it prints one."""

    start: int
    end: int
    line: int
    number: Number | None
    confidence: float


def value_bucket(number: Number | None) -> int:
    if number is None:
        return 0
    for i, bound in enumerate((0, 1, 5, 10, 50, 100, 101, 1000, 10_000, 1_000_000)):
        if number.value <= bound:
            return i + 1
    return 12


def topic_above(view: str, rows: Sequence[Line], tags: Sequence[LineTag], line: int) -> str:
    """The nearest short line above, in the same section: a sub-heading, most often."""
    for i in range(line - 1, max(line - 4, -1), -1):
        if tags[i].section != tags[line].section or tags[i].kind == "table":
            return ""
        raw = view[rows[i].start : rows[i].end].strip()
        if len(raw) <= 20:
            return raw
    return ""


def year_relation(printed: str | None, year: int | None) -> int:
    """How a year that is named beside a claim stands to the report's own."""
    if printed is None:
        return 0
    if year is None:
        return 1
    gap = int(printed) - year
    return 2 if gap == 0 else 3 if gap == -1 else 4 if gap < -1 else 5
