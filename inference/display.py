"""What the terminal, the tables and the pages share in showing a report: words, lines, quotes, order."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from .. import configs
from ..corpus.metrics import MetricError, parse_metric
from ..corpus.report import Cell, Claim, Failure, Finding, Report, Span
from .checks.words import metric_name, place

_WORDS: dict[str, dict[str, str]] = configs.load("display")
VERDICTS, KINDS, CODES = _WORDS["verdicts"], _WORDS["kinds"], _WORDS["codes"]
FORMS, SCOPES, PERIODS = _WORDS["forms"], _WORDS["scopes"], _WORDS["periods"]
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ORDER = {verdict: n for n, verdict in enumerate(VERDICTS)}


def printable(text: str) -> str:
    """On one line and inert: control characters and undecodable bytes of a name become escapes."""
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that the file system's encoding could not decode
        return f"\\x{code - 0xDC00:02x}"
    return {"\n": "⏎", "\r": ""}.get(match[0], f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def dumps(value: Any) -> str:
    """One line of JSON that is UTF-8 whatever bytes a name holds."""
    return _SURROGATE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(value, ensure_ascii=False))


def number(value: float | int | str | None) -> str:
    """A figure as a person writes it."""
    if value is None:
        return "空"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


class Quote(NamedTuple):
    """A stretch with its surroundings on one line: before, the stretch, after."""

    line: int
    before: str
    text: str
    after: str


class Lines:
    """The line numbers of a text, and its pages where it was printed on some."""

    def __init__(self, text: str, pages: Sequence[tuple[int, int]] = ()) -> None:
        self.text = text
        self._pages = pages
        self._starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))

    def number(self, offset: int) -> int:
        """The line, counted from one, that an offset is on."""
        return bisect_right(self._starts, offset)

    def page(self, offset: int) -> int | None:
        """The printed page that an offset is on."""
        at = bisect_right(self._pages, offset, key=lambda page: page[0])
        return self._pages[at - 1][1] if at else None

    def place(self, offset: int) -> str:
        """Where a person finds an offset: 第 3 页，第 40 行."""
        page = self.page(offset)
        return (f"第 {page} 页，" if page else "") + f"第 {self.number(offset)} 行"

    def quote(self, spans: Sequence[Span], room: int = 40) -> Quote | None:
        """The first of the spans with up to ``room`` characters of its line on either side."""
        if not spans or not self.text:
            return None
        start, end = spans[0]
        left = max(self.text.rfind("\n", 0, start) + 1, start - room)
        right = self.text.find("\n", end)
        right = min(len(self.text) if right < 0 else right, end + room)
        before = printable(self.text[left:start].lstrip())
        after = printable(self.text[end:right].rstrip())
        if left > 0 and self.text[left - 1] != "\n":
            before = "…" + before
        if right < len(self.text) and self.text[right] != "\n":
            after += "…"
        return Quote(self.number(start), before, printable(self.text[start:end]), after)

    def passages(self, spans: Iterable[Span], room: int = 40) -> Iterator[tuple[int, list[tuple[str, bool]]]]:
        """The spans with their surroundings, those near each other on one line together.

        Yields
        ------
        (int, list of (str, bool))
            Where the first span of a passage starts, and its pieces: which of them are in a span.
        """
        for group in self._near(spans, room):
            before, after = self.quote(group[:1], room), self.quote(group[-1:], room)
            if before is None or after is None:
                continue
            pieces = [(before.before, False)]
            for span, follower in zip(group, [*group[1:], None], strict=True):
                pieces.append((printable(self.text[span.start : span.end]), True))
                if follower is not None:
                    pieces.append((printable(self.text[span.end : follower.start]), False))
            yield group[0].start, [*pieces, (after.after, False)]

    def _near(self, spans: Iterable[Span], room: int) -> list[list[Span]]:
        """Spans in the order of the text, in groups of those whose surroundings would overlap; none twice."""
        groups: list[list[Span]] = []
        for span in sorted(spans, key=lambda s: (s.start, -s.end)):
            last = groups[-1][-1] if groups else None
            if last is None or span.start - last.end > 2 * room or "\n" in self.text[last.end : span.start]:
                groups.append([span])
            elif span.start >= last.end:
                groups[-1].append(span)
        return groups


def claims_of(report: Report, finding: Finding) -> list[tuple[int, Claim]]:
    """The claims that a finding is about, with their indices."""
    indices = [finding.claim] if finding.claim is not None else []
    indices += [i for i in finding.other_claims if i not in indices]
    return [(i, report.claims[i]) for i in indices if 0 <= i < len(report.claims)]


def cells_of(report: Report, finding: Finding, cells: dict[str, Cell] | None = None) -> list[tuple[str, Cell | None]]:
    """The cells that a finding names, by address; None where the report does not print it."""
    known = report.cells if cells is None else cells
    return [(address, known.get(address)) for address in finding.cells]


def cell_name(report: Report, address: str) -> str:
    """Row and column as the form prints them."""
    return place(report.form, address) if address.count("/") >= 2 else address


def claim_name(report: Report, metric: str) -> str:
    """What a claim counts, in the words of the form or in plain ones."""
    facts = _WORDS["facts"]
    if metric in facts:
        return facts[metric]
    stem, dot, label = metric.partition(".")
    if dot and stem in facts:
        return f"{facts[stem]}：{label}"
    try:
        return metric_name(report.form, metric) if parse_metric(metric).is_over_cells else metric
    except MetricError:
        return metric


def claim_figure(claim: Claim) -> str:
    """The figure of a claim as a person writes it: ≥200条."""
    if claim.value is None:
        return "未填"
    return _WORDS["comparators"].get(claim.comparator, claim.comparator) + number(claim.value) + (claim.unit or "")


def in_order(findings: Iterable[Finding]) -> list[tuple[int, Finding]]:
    """Findings with their indices, contradictions first, then what may be one; surer ones first."""

    def key(pair: tuple[int, Finding]) -> tuple[int, bool, float, int]:
        number, finding = pair
        return _ORDER.get(finding.verdict, 9), finding.reason not in _HELD_BACK, -finding.confidence, number

    return sorted(enumerate(findings), key=key)


_HELD_BACK = frozenset(["unsure_claim", "unsure_cells", "table_misread"])
"""Reasons of differences that accuse nobody only because they may have been misread: to be looked at first."""


class Tally:
    """Counts over a run, of which findings less sure than ``least`` are left out."""

    def __init__(self, least: float = 0.0) -> None:
        self.least = least
        self.n_reports = self.n_failures = self.n_contradicted_reports = self.n_kept = 0
        self.verdicts = dict.fromkeys(VERDICTS, 0)

    def add(self, answer: Report | Failure) -> None:
        if isinstance(answer, Failure):
            self.n_failures += 1
            return
        self.n_reports += 1
        for finding in answer.findings:
            self.verdicts[finding.verdict] = self.verdicts.get(finding.verdict, 0) + 1
        self.n_contradicted_reports += any(f.verdict == "contradicted" for f in answer.findings)

    def line(self) -> str:
        """The run in one Chinese sentence."""
        n = self.n_reports + self.n_failures
        read = f"共 {n} 份：读出 {self.n_reports} 份" + (f"，未能读出 {self.n_failures} 份" if self.n_failures else "")
        if self.n_kept:
            read += f"（其中 {self.n_kept} 份沿用上次结果）"
        contradicted = f"矛盾 {self.verdicts['contradicted']} 处"
        if self.n_contradicted_reports:
            contradicted += f"（{self.n_contradicted_reports} 份报告）"
        rest = "，".join(f"{word} {self.verdicts[v]} 处" for v, word in VERDICTS.items() if v != "contradicted")
        left_out = f"（把握小于 {self.least:g} 的未列）" if self.least else ""
        return f"{read}；{contradicted}，{rest}{left_out}。"
