"""Claims of the prose: a sequence labeler for the stretch and its number, classifiers for the rest.

The labeler runs over the characters of clauses that hold a number, a negation or a word for
all; the metrics of one report's claims are decided together as a sequence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ..corpus.numbers import Number, numbers
from ..corpus.report import Claim, Report
from ..corpus.text import Line, Text, lines
from . import store
from .claim_features import FEATURES, Segment, Stretch, char_features, gram_features, segments, stretch_features
from .crf import LinearChainCRF
from .linear import LinearClassifier
from .sections import LineTag, truth_tags

NAME = "claims"
_CATEGORY = "disclosure/items."
_ANY_CATEGORY = "disclosure/items.*"
_JOIN = " ; "
_VALUE_KINDS = ("number", "zero", "all")


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
        sums = np.concatenate([[0.0], np.cumsum(self._weights[self.grams.rows(gram_features(view))].sum(axis=1))])
        values = sums.tolist()
        least = self.threshold - self._bias
        return lambda start, end: values[end] - values[start] >= least

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


class ClaimModel:
    """Finds the claims of a report.

    Attributes
    ----------
    stretches : LinearChainCRF
        Labels O, B (a stretch begins), I, N (a digit of its number) for each character.
    metrics : LinearChainCRF
        The metric of each stretch, one report's stretches as a sequence.
    scopes, periods, kinds : LinearClassifier
        Scope, period, and whether the value is printed, zero or all (100 %).
    """

    def __init__(
        self,
        stretches: LinearChainCRF,
        metrics: LinearChainCRF,
        scopes: LinearClassifier,
        periods: LinearClassifier,
        kinds: LinearClassifier,
        sieve: ClauseSieve,
    ) -> None:
        self.sieve = sieve
        self.stretches = stretches
        self.metrics = metrics
        self.scopes = scopes
        self.periods = periods
        self.kinds = kinds
        self._letters = "".join(stretches.labels)

    # -- use ---------------------------------------------------------------

    def read(self, text: Text, rows: Sequence[Line], tags: Sequence[LineTag], year: int | None) -> tuple[Claim, ...]:
        """The claims, in the order of the text."""
        found = self.find(text.view, rows, tags)
        if not found:
            return ()
        ids = stretch_features(text.view, found, rows, tags, year)
        emissions = self.metrics.emissions(ids)
        probabilities = self.metrics.marginals(emissions)
        path, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
        scopes, periods, kinds = (_best(model, ids) for model in (self.scopes, self.periods, self.kinds))
        out: list[Claim] = []
        for i, stretch in enumerate(found):
            value: float | int
            if stretch.number is not None:
                value, unit, comparator = stretch.number.value, stretch.number.unit, stretch.number.comparator
            else:
                value, unit, comparator = (100, "%", "=") if kinds[i] == "all" else (0, None, "=")
            span = text.span(stretch.start, stretch.end)
            for metric in self.metrics.labels[path[i]].split(_JOIN):
                out.append(
                    Claim(
                        text=text.source[span.start : span.end],
                        spans=(span,),
                        section=tags[stretch.line].section,
                        metric=_named(metric, text, stretch),
                        value=value,
                        unit=unit,
                        comparator=comparator,
                        scope=scopes[i],
                        period=periods[i],
                        confidence=float(stretch.confidence * sure[i]),
                    )
                )
        return tuple(out)

    def find(self, view: str, rows: Sequence[Line], tags: Sequence[LineTag]) -> list[Stretch]:
        """The stretches that state facts."""
        parts = segments(view, rows, tags, self.sieve.over(view))
        if not parts:
            return []
        emissions = self.stretches.emissions(char_features(view, parts, tags))
        out: list[Stretch] = []
        for block, sequences, lengths in _batches(parts, emissions):
            sure = self.stretches.marginals_many(sequences, lengths)
            paths = sure.argmax(axis=2)
            peaks = sure.max(axis=2)
            for part, path, peak in zip(block, paths, peaks, strict=True):
                size = part.end - part.start
                out += self._stretches(view, part, path[:size], peak[:size])
        out.sort()
        return out

    def _stretches(self, view: str, part: Segment, path: np.ndarray, sure: np.ndarray) -> Iterator[Stretch]:
        """The stretches of a labeled segment: each begins at a B, or where a label inside follows none."""
        marked = "".join([self._letters[k] for k in path.tolist()])
        for match in _LABELED.finditer(marked):
            start, end = match.span()
            digit = marked.find("N", start, end)
            at, stop = part.start + start, part.start + end
            number = _number_in(view, at, stop, part.start + digit if digit >= 0 else None)
            if number is not None and number.end > stop:
                stop = number.end  # the unit belongs to the stretch
            yield Stretch(at, stop, part.line, number, float(sure[start:end].mean()))

    # -- fitting -----------------------------------------------------------

    @classmethod
    def fit(cls, reports: Sequence[Report], **settings: float) -> ClaimModel:
        """Fit on annotated reports (``report.text`` filled)."""
        stretches = LinearChainCRF.fit(
            (pair for report in reports for pair in _stretch_sequences(report)),
            forbidden=lambda before, after: before == "O" and after in "IN",
            **settings,  # type: ignore[arg-type]
        )
        ids: list[np.ndarray] = []
        labels: list[list[str]] = []
        scopes: list[str] = []
        periods: list[str] = []
        kinds: list[str] = []
        for report in reports:
            found, groups, features = _truth(report)
            if not found:
                continue
            ids.append(features)
            labels.append([_JOIN.join(_class(c.metric) for c in group) for group in groups])
            scopes += [group[0].scope for group in groups]
            periods += [group[0].period for group in groups]
            kinds += [
                "number"
                if s.number is not None
                else "all"
                if group[0].unit == "%" and group[0].value == 100
                else "zero"
                for s, group in zip(found, groups, strict=True)
            ]
        metrics = LinearChainCRF.fit(zip(ids, labels, strict=True), c1=0.05, c2=0.02, max_iterations=100)
        table = np.concatenate(ids)
        without = np.array([k != "number" for k in kinds])
        fixed = [k for k in kinds if k != "number"] or ["zero"]
        return cls(
            stretches,
            metrics,
            LinearClassifier.fit(table, scopes),
            LinearClassifier.fit(table, periods),
            LinearClassifier.fit(table[without] if without.any() else table[:1], fixed),
            ClauseSieve.fit(pair for report in reports for pair in _clauses(report)),
        )

    # -- storage -----------------------------------------------------------

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        arrays = store.pack(
            stretches=self.stretches.arrays(),
            metrics=self.metrics.arrays(),
            scopes=self.scopes.arrays(),
            periods=self.periods.arrays(),
            kinds=self.kinds.arrays(),
            sieve={**self.sieve.grams.arrays(), "threshold": np.array(self.sieve.threshold)},
        )
        store.save(folder, NAME, arrays, {"features": FEATURES, **(about or {})})

    @classmethod
    def load(cls, folder: Path) -> ClaimModel:
        """Raises `store.ModelError` where the folder holds no sound model."""
        arrays, about = store.load(folder, NAME)
        if about.get("features") != FEATURES:
            raise store.ModelError(f"{folder}: {NAME} was fitted with other features; retrain it with `gouji train`")
        chains = [LinearChainCRF.from_arrays(store.unpack(arrays, n)) for n in ("stretches", "metrics")]
        bags = [LinearClassifier.from_arrays(store.unpack(arrays, n)) for n in ("scopes", "periods", "kinds")]
        sieve = store.unpack(arrays, "sieve")
        grams = LinearClassifier.from_arrays(sieve)
        return cls(chains[0], chains[1], bags[0], bags[1], bags[2], ClauseSieve(grams, float(sieve["threshold"])))


_LABELED = re.compile("[BIN][IN]*")
_BATCH_WIDTHS = (128, 10**9)


def _batches(parts: Sequence[Segment], emissions: np.ndarray) -> Iterator[tuple[list[Segment], np.ndarray, np.ndarray]]:
    """Segments of like length side by side, padded."""
    offset = 0
    groups: dict[int, list[tuple[Segment, int]]] = {}
    for part in parts:
        size = part.end - part.start
        width = next(w for w in _BATCH_WIDTHS if size <= w)
        groups.setdefault(width, []).append((part, offset))
        offset += size
    for members in groups.values():
        lengths = np.array([p.end - p.start for p, _ in members])
        padded = np.zeros((len(members), int(lengths.max()), emissions.shape[1]), dtype=np.float32)
        for row, (part, at) in enumerate(members):
            padded[row, : part.end - part.start] = emissions[at : at + part.end - part.start]
        yield [p for p, _ in members], padded, lengths


def _best(model: LinearClassifier, ids: np.ndarray) -> list[str]:
    return [model.labels[k] for k in model.scores(ids).argmax(axis=1).tolist()]


def _number_in(view: str, start: int, end: int, digit: int | None) -> Number | None:
    """The number that a stretch states: the one at ``digit``, else the last that carries a unit."""
    found = [n for n in numbers(view, start, min(end + 4, len(view))) if n.start < end]
    if not found:
        return None
    if digit is not None:
        for number in found:
            if number.start <= digit < number.end:
                return number
    sure = [n for n in found if n.unit is not None or view[n.digits[0]].isdigit()]
    return sure[-1] if sure else None


_LEAD = re.compile(
    r"^(?:其中|另|及|和|与|以及|主动|公开|发布|公布|更新|上传|涉及|属于|包括|关于|有|为|是|[:,、(\"'\s])*"
)
_TRAIL = re.compile(r"(?:共计|合计|累计|总计|数量|共|计|约|近|达到|达|有|为|等|的|[:,、(\"')\s])*$")


def _named(metric: str, text: Text, stretch: Stretch) -> str:
    """Put the printed label into the metric of a category."""
    if metric != _ANY_CATEGORY:
        return metric
    end = stretch.number.start if stretch.number is not None else stretch.end
    label = text.view[stretch.start : end]
    start = stretch.start + _LEAD.match(label).end()  # type: ignore[union-attr]
    end = stretch.start + _TRAIL.search(label).start()  # type: ignore[union-attr]
    span = text.span(start, max(end, start))
    label = "".join(text.source[span.start : span.end].split())
    return _CATEGORY + label if label else "disclosure/items"


def _class(metric: str) -> str:
    """The class that a metric is learned as: the label of a category is not learned."""
    return _ANY_CATEGORY if metric.startswith(_CATEGORY) else metric


# -- truth -------------------------------------------------------------------


def _groups(report: Report, text: Text) -> list[tuple[int, int, list[Claim]]]:
    """The annotated stretches in the view, with all claims that each states."""
    by_stretch: dict[tuple[int, int], list[Claim]] = {}
    for claim in report.claims:
        span = claim.spans[0]
        by_stretch.setdefault((text.view_offset(span.start), text.view_offset(span.end)), []).append(claim)
    return [(start, end, claims) for (start, end), claims in sorted(by_stretch.items()) if end > start]


def _stretch_sequences(report: Report) -> Iterator[tuple[np.ndarray, list[str]]]:
    text = Text.of(report.text)
    rows = lines(text.view)
    tags = truth_tags(report, text, rows)
    parts = segments(text.view, rows, tags)
    if not parts:
        return
    labels = ["O"] * len(text.view)
    for start, end, claims in _groups(report, text):
        labels[start] = "B"
        labels[start + 1 : end] = ["I"] * (end - start - 1)
        number = _truth_number(text.view, start, end, claims[0])
        if number is not None:
            for k in range(max(number.digits[0], start + 1), min(number.digits[1], end)):
                labels[k] = "N"
    ids = char_features(text.view, parts, tags)
    at = 0
    for part in parts:
        size = part.end - part.start
        inside = labels[part.start : part.end]
        if inside[0] in "IN":  # a stretch that began in a clause which is no candidate
            inside[0] = "B"
        yield ids[at : at + size], inside
        at += size


def _clauses(report: Report) -> Iterator[tuple[np.ndarray, bool]]:
    """Every clause that might hold a claim, and whether it does."""
    text = Text.of(report.text)
    rows = lines(text.view)
    tags = truth_tags(report, text, rows)
    grams = gram_features(text.view)
    holds = np.zeros(len(text.view) + 1, dtype=bool)
    for start, end, _ in _groups(report, text):
        holds[start:end] = True
    seen: list[tuple[int, int]] = []

    def remember(start: int, end: int) -> bool:
        seen.append((start, end))
        return True

    segments(text.view, rows, tags, remember)
    for start, end in seen:
        yield grams[start : min(end, start + 80)].ravel(), bool(holds[start:end].any())


def _truth_number(view: str, start: int, end: int, claim: Claim) -> Number | None:
    found = [n for n in numbers(view, start, end) if n.value == claim.value]
    return found[-1] if found else None


def _truth(report: Report) -> tuple[list[Stretch], list[list[Claim]], np.ndarray]:
    """The annotated stretches with their claims and features."""
    text = Text.of(report.text)
    rows = lines(text.view)
    tags = truth_tags(report, text, rows)
    starts = np.array([r.start for r in rows])
    found: list[Stretch] = []
    groups: list[list[Claim]] = []
    for start, end, claims in _groups(report, text):
        line = max(int(np.searchsorted(starts, start, side="right")) - 1, 0)
        number = _truth_number(text.view, start, end, claims[0])
        if number is None and numbers(text.view, start, end) and claims[0].value not in (0, 100):
            continue  # damage made the number unreadable: nothing to learn from
        found.append(Stretch(start, end, line, number, 1.0))
        groups.append(claims)
    if not found:
        return [], [], np.zeros((0, 0), dtype=np.int32)
    return found, groups, stretch_features(text.view, found, rows, tags, report.year)
