"""How varied the authored corpus is, and whether it grows by more than copies of itself.

Sentences are compared by what is left of them when slots, figures and punctuation are taken
away. Two are copies where that is equal, near copies where they share most of their character
n-grams. `shortfalls` holds the figures against ``configs/corpus.yaml``; CI fails where it finds any.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .. import configs
from .compose import cut_sentences, read_draft
from .markup import MarkupError
from .metrics import known_addresses, known_facts, parse_metric
from .patterns import SLOT, Pattern, authored, compile_pattern, split_of

_FIGURE = re.compile(r"\d|\{(?:n{1,4}|Y[+-]?\d?|date|phone|docno)\}")
_WRITTEN = re.compile(
    r"[一二三四五六七八九十两百千]+(?:个|项|条|次|件|份|期|名|人|家|场|部|类|种|大|级|天|日|月|年|章|处|篇|户|方面)"
)
_DROPPED = re.compile(
    r"[^\u3400-\u9fffA-Za-z]+|[零〇一二三四五六七八九十两百千万]+(?=[个项条次件份期名人家场部类种天日月年章处篇户])"
)
_PAUSE = re.compile(r"[，。；：,;:！？]")
_LONGEST_HEADING = 40


class Sentence(NamedTuple):
    """One authored sentence and where it stands."""

    file: str
    section: str
    era: str
    level: str
    split: str
    pattern: Pattern
    key: str

    @property
    def kind(self) -> str:
        """``claim``, ``number`` (numbers and no claim) or ``plain``."""
        if self.pattern.has_claims:
            return "claim"
        text = self.pattern.source.text
        return "number" if _FIGURE.search(text) or _WRITTEN.search(text) else "plain"

    @property
    def metrics(self) -> list[str]:
        return [f.metric for m in self.pattern.source.marks for f in m.facts]


def key_of(pattern: Pattern) -> str:
    """A sentence without slots, figures and punctuation."""
    return _DROPPED.sub("", SLOT.sub("", pattern.source.text))


def sentences(files: Iterable[tuple[str, str, bool]] | None = None) -> list[Sentence]:
    """Every sentence of the authored corpus, or of the given files (name, content, is a report)."""
    if files is None:
        files = [(n, c, f == "reports") for f in ("phrases", "reports") for n, c in authored(f)]
    dev_share = configs.load("mix")["dev_share"]
    found: list[Sentence] = []
    for name, content, is_report in files:
        try:
            found += _of_report(name, content, dev_share) if is_report else _of_phrases(name, content, dev_share)
        except MarkupError:
            continue  # `gouji corpus validate` says what is wrong
    return found


def _of_phrases(name: str, content: str, dev_share: float) -> Iterator[Sentence]:
    section, era, level = "overview", "any", "any"
    for line in content.split("\n"):
        if not line.strip() or line.startswith("# ") or line == "#":
            continue
        if line.startswith("@ "):
            section, era, level = (*line[2:].split(), "any", "any")[:3]
            continue
        split = split_of(name, compile_pattern(line).id, dev_share)
        for piece in cut_sentences(line):
            yield _sentence(f"phrases/{name}", section, era, level, split, compile_pattern(piece))


def _of_report(name: str, content: str, dev_share: float) -> Iterator[Sentence]:
    draft = read_draft(name, content)
    ids = "".join(p.id for _, _, patterns in draft.lines for p in patterns)[:16] or "0"
    split = split_of(name, ids, dev_share)
    section = "title"
    for opens, _, patterns in draft.lines:
        section = opens or section
        for pattern in patterns:
            yield _sentence(f"reports/{name}", section, draft.era, draft.level, split, pattern)


def _sentence(file: str, section: str, era: str, level: str, split: str, pattern: Pattern) -> Sentence:
    return Sentence(file, section, era, level, split, pattern, key_of(pattern))


# ---------------------------------------------------------------- copies


def _is_heading(sentence: Sentence) -> bool:
    text = sentence.pattern.source.text.strip()
    return sentence.kind != "claim" and len(text) <= _LONGEST_HEADING and not _PAUSE.search(text)


def ngrams(key: str, n: int) -> frozenset[str]:
    """The character n-grams of a key (all of it, where it is shorter)."""
    return frozenset(key[i : i + n] for i in range(max(1, len(key) - n + 1)))


class Copies:
    """Finds sentences that share most of their n-grams with one that was added before.

    Only the rarest n-grams of each are indexed: two sets with a Jaccard similarity of at least
    ``threshold`` must share one of the first ``(1 - threshold) * size + 1`` in a common order.
    """

    def __init__(self, frequency: Mapping[str, int], threshold: float) -> None:
        self._frequency = frequency
        self._threshold = threshold
        self._grams: list[frozenset[str]] = []
        self._index: dict[str, list[int]] = {}

    def _prefix(self, grams: frozenset[str]) -> list[str]:
        order = sorted(grams, key=lambda g: (self._frequency.get(g, 0), g))
        return order[: len(grams) - int(-(-self._threshold * len(grams) // 1)) + 1]

    def has(self, grams: frozenset[str]) -> bool:
        """Whether a near copy was added."""
        seen: set[int] = set()
        for gram in self._prefix(grams):
            for at in self._index.get(gram, ()):
                if at not in seen:
                    seen.add(at)
                    other = self._grams[at]
                    shared = len(grams & other)
                    if shared >= self._threshold * (len(grams) + len(other) - shared):
                        return True
        return False

    def add(self, grams: frozenset[str]) -> None:
        for gram in self._prefix(grams):
            self._index.setdefault(gram, []).append(len(self._grams))
        self._grams.append(grams)


# ---------------------------------------------------------------- figures


@dataclass
class Variety:
    """The figures of a corpus; `shortfalls` holds them against the settings."""

    sentences: Counter[str] = field(default_factory=Counter)
    """Distinct sentences by kind."""
    n: int = 0
    distinct: float = 1.0
    original: float = 1.0
    narratives: int = 0
    reports: int = 0
    facts: int = 0
    metrics: Counter[str] = field(default_factory=Counter)
    """Facts by metric, as written."""
    addresses: Counter[str] = field(default_factory=Counter)
    """Facts by address, a metric's sum or ratio counted for each."""
    by: dict[str, Counter[str]] = field(default_factory=dict)
    """Claim-bearing sentences by section, era and level."""
    files: dict[str, Counter[str]] = field(default_factory=dict)
    """Figures by author file."""
    overlap: float = 0.0
    copied: float = 0.0
    n_test: int = 0


def measure(found: Sequence[Sentence]) -> Variety:
    """All figures of a corpus."""
    settings = configs.load("corpus")
    size, threshold = settings["ngram"], settings["near_copy"]
    out = Variety(by={"section": Counter(), "era": Counter(), "level": Counter()})
    grams = [ngrams(s.key, size) for s in found]
    frequency = Counter(g for gs in grams for g in gs)
    copies = Copies(frequency, threshold)
    keys: set[str] = set()
    claims_in: Counter[tuple[str, str]] = Counter()
    n_original = n_compared = 0
    for sentence, own in zip(found, grams, strict=True):
        tally = out.files.setdefault(sentence.file, Counter())
        tally["sentences"] += 1
        tally["facts"] += len(sentence.metrics)
        kind = sentence.kind
        if kind == "claim":
            for name in out.by:
                out.by[name][getattr(sentence, name)] += 1
            claims_in[sentence.file, sentence.section] += len(sentence.metrics)
            out.facts += len(sentence.metrics)
            out.metrics.update(sentence.metrics)
            for metric in sentence.metrics:
                out.addresses.update(_addresses(metric))
        if len(sentence.key) <= size or _is_heading(sentence):  # repeated by law, not by lack of words
            continue
        n_compared += 1
        if sentence.key not in keys:
            keys.add(sentence.key)
            out.sentences[kind] += 1
            tally[kind] += 1
            if not copies.has(own):
                n_original += 1
                tally["original"] += 1
                copies.add(own)
    out.n = n_compared
    if n_compared:
        out.distinct, out.original = len(keys) / n_compared, n_original / n_compared
    enough = settings["at_least"]["claims_in_narrative"]
    out.narratives = sum(n >= enough for (file, _), n in claims_in.items() if file.startswith("reports/"))
    out.reports = sum(file.startswith("reports/") for file in out.files)
    _measure_splits(out, found, grams, frequency, threshold)
    return out


def _measure_splits(
    out: Variety,
    found: Sequence[Sentence],
    grams: Sequence[frozenset[str]],
    frequency: Mapping[str, int],
    threshold: float,
) -> None:
    """How much of the test split's claim-bearing sentences stands in the train split."""
    trained: set[str] = set()
    copies = Copies(frequency, threshold)
    for sentence, own in zip(found, grams, strict=True):
        if sentence.split == "train":
            trained |= own
            copies.add(own)
    tested = [own for s, own in zip(found, grams, strict=True) if s.split == "test" and s.kind == "claim"]
    out.n_test = len(tested)
    if tested:
        out.overlap = sum(len(own & trained) / len(own) for own in tested) / len(tested)
        out.copied = sum(map(copies.has, tested)) / len(tested)


def _addresses(metric: str) -> set[str]:
    """What a metric counts, address by address; a category of items counts as one."""
    out: set[str] = set()
    for address in parse_metric(metric).addresses:
        if address.startswith("disclosure/items."):
            out.add("disclosure/items.*")
        else:
            out.add(address)
            stem = address.replace(".*/", "/")  # 其他处理 is one row of the form of 2019, three of that of 2021
            if stem in known_addresses():
                out.add(stem)
    return out


def demanded() -> tuple[str, ...]:
    """The metrics of the contract that narrative states: every fact of no table, and the totals of rows."""
    totals = {a for a in known_addresses() if a.endswith("/total") and a.startswith(("requests/", "review_"))}
    applicants = {a for a in known_addresses() if a.startswith("requests/new/")}
    groups = {f"requests/{g}.*/total" for g in ("denied", "unavailable", "not_processed")}
    return tuple(sorted(totals | applicants | groups | known_facts()))


class Shortfall(NamedTuple):
    """A figure that is not what it should be."""

    name: str
    value: float
    limit: float
    is_least: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.value:g} {'<' if self.is_least else '>'} {self.limit:g}"


def shortfalls(variety: Variety, settings: Mapping[str, Any] | None = None) -> list[Shortfall]:
    """Every figure that ``configs/corpus.yaml`` finds wanting."""
    settings = configs.load("corpus") if settings is None else settings
    least, most = settings["at_least"], settings["at_most"]
    figures: list[tuple[str, float, float]] = [
        ("claim_sentences", variety.sentences["claim"], least["claim_sentences"]),
        ("number_sentences", variety.sentences["number"], least["number_sentences"]),
        ("narratives", variety.narratives, least["narratives"]),
        ("distinct", variety.distinct, least["distinct"]),
        ("original", variety.original, least["original"]),
    ]
    figures += [(f"facts of {m}", variety.addresses[m], least["facts_of_metric"]) for m in demanded()]
    for name, wanted in configs.load("corpus")["covered"].items():
        figures += [(f"{name} {key}", variety.by[name][key], least[f"claims_of_{name}"]) for key in wanted]
    out = [Shortfall(name, value, limit, True) for name, value, limit in figures if value < limit]
    for name in ("overlap", "copied"):
        if getattr(variety, name) > most[name]:
            out.append(Shortfall(name, getattr(variety, name), most[name], False))
    return out
