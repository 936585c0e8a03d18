"""Reports of an archive linked over the years: each with its agency's report of the year before.

Last year's report may come after this year's in the order of the inputs, so all answers are
first put aside in a temporary file, compressed; in memory stays where each lies, by agency and
year. A second pass gives them back in their order, with what last year's report says of them.
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from ..corpus.report import Failure, Finding, Report, Source, Warning_
from .checks import check_years
from .checks.years import agency_key, doubted

_KIND = "year_over_year"
_MAX_EARLIER = 4
"""Of more reports of one agency and year none is looked at: no name is so often printed by one agency."""


class Linked(NamedTuple):
    """An answer of the second pass; ``is_changed`` where its findings are not those that were put in."""

    answer: Report | Failure
    is_changed: bool


class _Place(NamedTuple):
    offset: int
    size: int


class Years:
    """Answers of a run, and the links between them.

    >>> with Years() as years:                                       # doctest: +SKIP
    ...     for answer in gouji.check_path("archive/"):
    ...         years.add(answer)
    ...     reports = [linked.answer for linked in years.linked()]
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="gouji-")  # noqa: SIM115 closed in __exit__
        self._places: list[_Place] = []
        self._index: dict[str, dict[int, list[int]]] = defaultdict(dict)
        self._shared_names: dict[str, bool] = {}
        self._load = lru_cache(maxsize=4)(self._read)

    def __enter__(self) -> Years:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, answer: Report | Failure) -> None:
        """Put one answer aside."""
        if isinstance(answer, Report) and answer.year is not None and (key := agency_key(answer.agency)):
            self._index[key].setdefault(answer.year, []).append(len(self._places))
        data = {**answer.to_dict(), "text": getattr(answer, "text", "")}
        content = zlib.compress(json.dumps(data).encode("ascii"), 1)
        self._file.seek(0, 2)
        self._places.append(_Place(self._file.tell(), len(content)))
        self._file.write(content)

    def linked(self, min_confidence: float = 0.0) -> Iterator[Linked]:
        """All answers in the order in which they came, with the findings that last year's reports allow."""
        for number in range(len(self._places)):
            answer = self._load(number)
            if isinstance(answer, Failure):
                yield Linked(answer, False)
                continue
            own = tuple(f for f in answer.findings if f.kind != _KIND)
            try:
                found = tuple(f for f in self._findings(answer) if f.confidence >= min_confidence)
            except Exception as error:  # a bug costs the links of one report, not the run
                message = f"未能与上一年报告核对 / not checked with last year's: {type(error).__name__}: {error}"
                answer = replace(answer, warnings=(*answer.warnings, Warning_("years_not_checked", message[:300])))
                found = ()
            after = replace(answer, findings=(*own, *found))
            yield Linked(after, after.findings != answer.findings)

    def _findings(self, report: Report) -> tuple[Finding, ...]:
        """What the reports of the year before say of a report; where they disagree, nothing is sure."""
        key = agency_key(report.agency)
        if key is None or report.year is None or key not in self._index:
            return ()
        years = self._index[key]
        earlier = self._distinct(years.get(report.year - 1, []))
        if not earlier or len(earlier) > _MAX_EARLIER:
            return ()
        doubt = "same_name" if self._are_many(key) else None
        first, *others = [check_years(then, report, doubt) for then in earlier]
        for other in others:
            said = {(f.claim, f.cells): f.found for f in other}
            first = tuple(
                doubted(f, "several_reports") if said.get((f.claim, f.cells), f.found) != f.found else f for f in first
            )
        return tuple(replace(f, confidence=round(f.confidence, 4)) for f in first)

    def _distinct(self, numbers: list[int]) -> list[Report]:
        """The reports of these numbers, one of each content, in order."""
        found: dict[str, Report] = {}
        for number in numbers[: _MAX_EARLIER * 2]:
            report = self._load(number)
            if isinstance(report, Report):
                found.setdefault(_figures(report), report)
        return list(found.values())

    def _are_many(self, key: str) -> bool:
        """Whether an agency's name stands for several: reports of one year have different figures."""
        if key not in self._shared_names:
            shared = (n for n in self._index[key].values() if len(n) > 1)
            self._shared_names[key] = any(len(self._distinct(numbers)) > 1 for numbers in shared)
        return self._shared_names[key]

    def _read(self, number: int) -> Report | Failure:
        place = self._places[number]
        self._file.seek(place.offset)
        data = json.loads(zlib.decompress(self._file.read(place.size)))
        text = data.pop("text")
        if "error" in data:
            return Failure(Source(**data["source"]), data["error"]["code"], data["error"]["message"])
        return Report.from_dict(data, text)


def _figures(report: Report) -> str:
    """The figures of a report's tables; two prints of one report have the same."""
    return json.dumps(sorted((a, c.value) for a, c in report.cells.items() if c.value is not None))
