"""Where claims stand: a sequence labeler over the characters of clauses that may hold one.

Labels: O outside, B a stretch begins, I inside, N a digit of the stretch's number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..corpus.numbers import Number, lost, numbers
from ..corpus.report import Claim, Report
from ..corpus.text import Line, Text, lines
from . import store
from .claim_features import CHAR_FEATURES, Segment, Stretch, char_features, gram_features, segments
from .crf import LinearChainCRF
from .decoding import ALPHABET, best_start, best_tags, is_allowed
from .features import codes, look_up, member
from .linear import LinearClassifier
from .sections import LineTag, truth_tags

NAME = "stretches"


class ClauseSieve:
    """Tells clauses that cannot hold a claim, so that the labeler need not look at them.

    A logistic model over the n-grams of a clause; the threshold lets all but a few in a
    thousand of the clauses that hold a claim through.
    """

    def __init__(self, grams: LinearClassifier, threshold: float) -> None:
        self.threshold = threshold
        self.grams = grams
        yes = grams.labels.index("claim") if "claim" in grams.labels else 0
        self._weights = grams.weights[:, yes] - (grams.weights.sum(axis=1) - grams.weights[:, yes])
        self._bias = float(2 * grams.bias[yes] - grams.bias.sum())

    def over(self, view: str) -> Callable[[int, int], bool]:
        """The sieve for one view."""
        grams = self._weights[self.grams.rows(gram_features(view))]
        sums = np.concatenate([[0.0], np.cumsum(grams[:, 0] + grams[:, 1] + grams[:, 2])])
        least = self.threshold - self._bias
        return lambda start, end: bool(sums[end] - sums[start] >= least)

    def passing(self, clauses: Iterable[tuple[np.ndarray, bool]], *, missed: float = 0.003) -> float:
        """The threshold that lets these clauses (gram ids, whether it holds a claim) through, but for a few."""
        scores = [float(self._weights[self.grams.rows(ids)].sum()) + self._bias for ids, yes in clauses if yes]
        return float(np.quantile(scores, missed)) - 0.5 if scores else np.inf

    @classmethod
    def fit(cls, clauses: Iterable[tuple[np.ndarray, bool]], *, missed: float = 0.003) -> ClauseSieve:
        """Fit on (gram ids of a clause, whether it holds a claim), the threshold on what fitting did not see."""
        kept = list(clauses)
        labels = np.array(["claim" if yes else "none" for _, yes in kept])
        width = max(len(ids) for ids, _ in kept)
        table = np.zeros((len(kept), width), dtype=np.int32)
        for row, (ids, _) in zip(table, kept, strict=True):
            row[: len(ids)] = ids
        held = np.arange(len(kept)) % 5 == 0
        if len(set(labels)) < 2 or held.all():
            return cls(LinearClassifier.fit(table, labels.tolist()), -np.inf)
        part = cls(LinearClassifier.fit(table[~held], labels[~held].tolist(), c=0.3), 0.0)
        scores = part._weights[part.grams.rows(table)].sum(axis=1) + part._bias
        threshold = float(np.quantile(scores[held & (labels == "claim")], missed)) - 0.5
        part.threshold = threshold
        return part


class SecondTags(Protocol):
    """A second opinion on the labels of a clause's characters."""

    below: float
    """Clauses with a character that the CRF is less sure of are asked about."""
    weight: float

    def scores(self, view: str, parts: Sequence[Segment], tags: Sequence[LineTag]) -> list[np.ndarray]:
        """Log probabilities of O, B, I and N at each character of each segment, shape (size, 4)."""
        ...

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None: ...


class StretchModel:
    """Finds the stretches that state facts."""

    def __init__(self, crf: LinearChainCRF, sieve: ClauseSieve) -> None:
        self.crf = crf
        self.sieve = sieve
        self.second: SecondTags | None = None
        """Asked about clauses that the CRF is unsure of, where an encoder reads beside it."""
        self._letters = "".join(crf.labels)

    def find(self, view: str, rows: Sequence[Line], tags: Sequence[LineTag]) -> list[Stretch]:
        """The stretches that state facts."""
        parts = segments(view, rows, tags, self.sieve.over(view))
        if not parts:
            return []
        emissions = self.crf.emissions(char_features(view, parts, tags))
        emissions[_inside_number(view, parts), self._letters.index("B")] = _NEVER
        emissions[:, self._letters.index("O")] -= _EAGER
        sizes = np.array([p.end - p.start for p in parts])
        odds = self._marginals(emissions, sizes)
        if self.second is not None:
            surest = np.minimum.reduceat(odds.max(axis=1), np.cumsum(sizes) - sizes)
            asked = np.flatnonzero(surest < self.second.below)
            told = self.second.scores(view, [parts[k] for k in asked.tolist()], tags)
            if told:
                columns = [ALPHABET.index(letter) for letter in self._letters]
                inside = np.repeat(surest < self.second.below, sizes)
                joined = emissions[inside] + self.second.weight * np.concatenate(told)[:, columns]
                odds[inside] = self._marginals(joined, sizes[asked])
        return sorted(self._stretches(view, parts, odds))

    def _stretches(self, view: str, parts: Sequence[Segment], odds: np.ndarray) -> Iterator[Stretch]:
        """The stretches of all segments, by the probabilities of the labels of their characters."""
        letters = "".join([self._letters[k] for k in odds.argmax(axis=1).tolist()])
        sure = odds.max(axis=1).tolist()
        begins = self._letters.index("B")
        starts = odds[:, begins].tolist()
        at = 0
        for part in parts:
            end = at + part.end - part.start
            marked, certain = letters[at:end], sure[at:end]
            if not is_allowed(marked):
                marked, certain = self._decided(odds[at:end])
            yield from moved(stretches_of(view, part, marked, certain), part, starts[at:end])
            at = end

    def _marginals(self, emissions: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Probabilities of the labels of the characters of clauses; clauses of like length go together.

        Parameters
        ----------
        emissions : ndarray, shape (n_characters, n_labels)
            Of one clause after the other.
        sizes : ndarray, shape (n_clauses,)
        """
        out = np.empty(emissions.shape)
        for narrower, width in pairwise(_BATCH_WIDTHS):
            members = (sizes > narrower) & (sizes <= width)
            lengths = sizes[members]
            if not len(lengths):
                continue
            places = np.repeat(members, sizes)
            inside = np.arange(lengths.max()) < lengths[:, None]
            padded = np.zeros((*inside.shape, emissions.shape[1]), dtype=np.float32)
            padded[inside] = emissions[places]
            out[places] = self.crf.marginals_many(padded, lengths)[inside]
        return out

    def _decided(self, odds: np.ndarray) -> tuple[str, list[float]]:
        """The best labels that a segment of claims may have, where the likeliest of each character are none."""
        known = [self._letters.find(letter) for letter in ALPHABET]
        chances = np.where([k >= 0 for k in known], odds[:, known], 0.0)
        marked = best_tags(np.log(np.maximum(chances, _RARE)))
        return marked, chances[np.arange(len(odds)), [ALPHABET.index(letter) for letter in marked]].tolist()

    @classmethod
    def fit(cls, reports: Sequence[Report], *, held_out: Iterable[Report] = (), **settings: Any) -> StretchModel:
        """Fit on annotated reports (``report.text`` filled); settings are those of `LinearChainCRF.fit`."""
        crf = LinearChainCRF.fit(
            (pair for report in reports for pair in sequences(report)),
            held_out=(pair for report in held_out for pair in sequences(report)),
            forbidden=lambda before, after: before == "O" and after in "IN",
            **settings,
        )
        return cls(crf, ClauseSieve.fit(pair for report in reports for pair in clauses(report)))

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        sieve = {**self.sieve.grams.arrays(), "threshold": np.array(self.sieve.threshold)}
        store.save(
            folder, NAME, store.pack(crf=self.crf.arrays(), sieve=sieve), {"features": CHAR_FEATURES, **(about or {})}
        )
        if self.second is not None:
            self.second.save(folder, about)

    @classmethod
    def load(cls, folder: Path) -> StretchModel:
        """Raises `store.ModelError` where the folder holds no sound model."""
        arrays = store.load_version(folder, NAME, CHAR_FEATURES)
        sieve = store.unpack(arrays, "sieve")
        grams = LinearClassifier.from_arrays(sieve)
        crf = LinearChainCRF.from_arrays(store.unpack(arrays, "crf"))
        return cls(crf, ClauseSieve(grams, float(sieve["threshold"])))


def stretches_of(view: str, part: Segment, marked: str, sure: Sequence[float]) -> Iterator[Stretch]:
    """The stretches of a segment with a label a character: each begins at a B, or where a label inside follows none.

    Parameters
    ----------
    sure : sequence of float, shape (len(marked),)
        Probability of each label.
    """
    for match in _LABELED.finditer(marked):
        start, end = match.span()
        at, stop = part.start + start, part.start + end
        digits = [part.start + k for k in range(start, end) if marked[k] == "N"]
        number = _number_in(view, at, stop, digits)
        if number is not None and not digits and _says_all_or_none(view, at, number):
            number = None
        if number is None and _UNNUMBERED.search(view, at, stop) is None and lost(view, at, stop) is None:
            continue  # no figure, no place of one, no negation, no word for all: nothing is stated
        if number is not None and number.end > stop:
            stop = number.end  # the unit belongs to the stretch
        yield Stretch(at, stop, part.line, number, sum(sure[start:end]) / (end - start))


def moved(found: Iterable[Stretch], part: Segment, starts: Sequence[float]) -> Iterator[Stretch]:
    """Stretches with their beginnings where they most likely agree with the true ones.

    Parameters
    ----------
    starts : sequence of float, shape (part.end - part.start,)
        Probability that a stretch begins at each character of the segment.
    """
    behind = part.start
    for stretch in found:
        last = stretch.end - 1 if stretch.number is None else stretch.number.digits[0]
        if behind <= stretch.start <= last < part.end:
            chances = starts[behind - part.start : last + 1 - part.start]
            at = best_start(chances, stretch.end - behind, stretch.start - behind)
            yield stretch._replace(start=behind + at)
        else:
            yield stretch
        behind = stretch.end


DENIES = "[无未没零免不]"
OF_ALL = "均|全|皆|都|悉|一律|逐一|件件|条条"
_UNNUMBERED = re.compile(f"{DENIES}|{OF_ALL}")
_FROM_ALL = re.compile("所有|均|全部|全都|全数|皆|都|悉数|一律|无|未|没|零")


def _says_all_or_none(view: str, start: int, number: Number) -> bool:
    """Whether a number only stands in what is said of all or of none: 均在15个工作日内答复, 未收到12345热线的投诉."""
    is_count = number.unit is not None and not view.startswith(_OF_TIME, number.digits[1])
    return not is_count and _FROM_ALL.match(view, start) is not None


_OF_TIME = ("个工作日", "工作日", "天", "日", "个月", "小时", "分钟")
_RARE = 1e-9
_LABELED = re.compile("[BIN][IN]*")
_BATCH_WIDTHS = (0, 128, 10**9)
"""Clauses between two of these go side by side, padded."""
_NUMERALS = "0123456789一二三四五六七八九十百千两〇零"
_NEVER = -1e4
_EAGER = 0.6
"""Taken from the score of a character outside: what is found is looked at again (`FactModel.claims`), the rest is
lost. Chosen on dev."""


def _inside_number(view: str, parts: Sequence[Segment]) -> np.ndarray:
    """Which characters of the segments go on a number, so that no stretch begins at them. Shape (n_characters,)."""
    is_numeral = look_up(_NUMERAL, codes(view)) > 0
    goes_on = np.zeros(len(is_numeral), dtype=bool)
    goes_on[1:] = is_numeral[1:] & is_numeral[:-1]
    return np.concatenate([goes_on[p.start : p.end] for p in parts])


_NUMERAL = member(_NUMERALS)
_YEARS = range(1980, 2100)
_NOT_ONE = re.compile("没有|未|没|无|不见|不曾|不存在")
_NOR_ONE = re.compile(
    r"(?:政府|信息|公开|申请|依|行政|复议|诉讼|举报|投诉|案件?)*[也都](?:没|未|无|不曾)|没有?(?=[,;。、)\s]|$)"
)
"""Without 也 only at the end of its clause: 一件没有, but not 一件没有办结."""


def _counts(view: str, start: int, number: Number) -> bool:
    """Whether a number in a stretch says how many: not a year, nor the 一 of 没有一件 and of 一件也没有."""
    first, last = number.digits
    if number.value in _YEARS and last - first == _YEAR_DIGITS and view[last : last + 3].lstrip().startswith("年"):
        return False
    if view[first:last] != "一":
        return True
    return _NOT_ONE.search(view, start, first) is None and _NOR_ONE.match(view, number.end) is None


_YEAR_DIGITS = 4


def _number_in(view: str, start: int, end: int, digits: Sequence[int]) -> Number | None:
    """The number that a stretch states.

    Of the numbers at the places in ``digits`` (all, where none is given) the last that carries a
    unit, else the last: 回复12345系统工单21件, 由38个压缩至20个.
    """
    found = [n for n in numbers(view, start, min(end + 4, len(view))) if n.start < end and _counts(view, start, n)]
    marked = [n for n in found if any(n.start <= d < n.end for d in digits)]
    sure = marked or [n for n in found if n.unit is not None or view[n.digits[0]].isdigit()]
    with_unit = [n for n in sure if n.unit is not None]
    return (with_unit or sure or [None])[-1]  # type: ignore[list-item]


# -- truth -------------------------------------------------------------------


def groups(report: Report, text: Text) -> list[tuple[int, int, list[Claim]]]:
    """The annotated stretches in the view, with all claims that each states."""
    by_stretch: dict[tuple[int, int], list[Claim]] = {}
    for claim in report.claims:
        span = claim.spans[0]
        by_stretch.setdefault((text.view_offset(span.start), text.view_offset(span.end)), []).append(claim)
    return [(start, end, claims) for (start, end), claims in sorted(by_stretch.items()) if end > start]


def sequences(report: Report) -> Iterator[tuple[np.ndarray, list[str]]]:
    """What the labeler learns from: features of the characters of each clause, and their labels."""
    text = Text.of(report.text)
    rows = lines(text.view)
    tags = truth_tags(report, text, rows)
    parts = segments(text.view, rows, tags)
    if not parts:
        return
    labels = tagged(report, text)
    ids = char_features(text.view, parts, tags)
    at = 0
    for part in parts:
        size = part.end - part.start
        inside = labels[part.start : part.end]
        if inside[0] in "IN":  # a stretch that began in a clause which is no candidate
            inside[0] = "B"
        yield ids[at : at + size], inside
        at += size


def tagged(report: Report, text: Text) -> list[str]:
    """The label of each character of a view."""
    labels = ["O"] * len(text.view)
    for start, end, claims in groups(report, text):
        labels[start] = "B"
        labels[start + 1 : end] = ["I"] * (end - start - 1)
        number = truth_number(text.view, start, end, claims[0])
        if number is not None:
            for k in range(max(number.digits[0], start + 1), min(number.digits[1], end)):
                labels[k] = "N"
    return labels


def clauses(report: Report) -> Iterator[tuple[np.ndarray, bool]]:
    """Every clause that might hold a claim, and whether it does."""
    text = Text.of(report.text)
    rows = lines(text.view)
    tags = truth_tags(report, text, rows)
    grams = gram_features(text.view)
    holds = np.zeros(len(text.view) + 1, dtype=bool)
    for start, end, _ in groups(report, text):
        holds[start:end] = True
    seen: list[tuple[int, int]] = []

    def remember(start: int, end: int) -> bool:
        seen.append((start, end))
        return True

    segments(text.view, rows, tags, remember)
    for start, end in seen:
        yield grams[start : min(end, start + 80)].ravel(), bool(holds[start:end].any())


def truth_number(view: str, start: int, end: int, claim: Claim) -> Number | None:
    found = [n for n in numbers(view, start, end) if n.value == claim.value]
    return found[-1] if found else None
