"""What the checks look things up in: the grids of a report's tables, its claims in their sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from ... import configs
from ...corpus.report import Cell, Claim, Report, Table
from ...corpus.text import narrow

EXTRA = "extra:"


@cache
def settings() -> dict[str, Any]:
    """``configs/checks.yaml``."""
    return configs.load("checks")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of the settings, compiled."""
    return re.compile(settings()[name])


@cache
def words(expression: str) -> re.Pattern[str]:
    """A pattern given in the settings, compiled."""
    return re.compile(expression)


@dataclass
class Grid:
    """The cells of one table by row and column."""

    id: str
    form: str | None
    rows: dict[str, dict[str, Cell]] = field(default_factory=dict)
    n_figures: int = 0
    rows_with_figures: frozenset[str] = frozenset()
    columns_with_figures: frozenset[str] = frozenset()
    is_short: bool = False
    """Whether the reader left figures of it unplaced: what it did not see is then unknown, not empty."""

    def at(self, row: str, column: str) -> Cell | None:
        return self.rows.get(row, _NOTHING).get(column)

    def put(self, table: Table) -> None:
        rows = self.rows
        for cell in table.cells:
            row = rows.get(cell.row)
            if row is None:
                row = rows[cell.row] = {}
            known = row.get(cell.column)
            if known is None or (known.value is None and cell.value is not None):
                row[cell.column] = cell
        with_figures = [(c.row, c.column) for row in rows.values() for c in row.values() if c.value is not None]
        self.n_figures = len(with_figures)
        self.rows_with_figures = frozenset([row for row, _ in with_figures])
        self.columns_with_figures = frozenset([column for _, column in with_figures])

    def fits(self, table: Table) -> bool:
        """Whether a table continues or repeats this one without contradiction."""
        for cell in table.cells:
            known = self.at(cell.row, cell.column)
            if known is not None and known.value is not None and cell.value is not None and known.value != cell.value:
                return False
        return True


def is_unseen(cell: Cell, grid: Grid) -> bool:
    """Whether a cell without a figure may have lost it in reading."""
    return cell.value is None and not cell.spans and grid.is_short


_ROOM = 600
_NOTHING: dict[str, Cell] = {}
# A blank line alone ends nothing: converters put one between the lines of a sentence.
_ENUMERATED = r"\n+(?=\s*[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|\u3000|[ \t]{2})"
# Every branch begins with a character that is consumed: the search then skips to those characters.
_SENTENCE = re.compile(r"[。!?！？](?!\s*[,，]?\s*其中)[”’」』）)]*|\n(?<=[:：;；]\n)|" + _ENUMERATED)
_PARAGRAPH = re.compile(r"\n(?<=[。!?！？]\n)|" + _ENUMERATED)


PAUSE = re.compile(r"[,;:。!?]")


class Board:
    """A report laid out for checking. Nothing in it is changed by a check."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.claims = report.claims
        self._clean: dict[tuple[int, int], str] = {}
        self.looked_up: dict[str, bool] = {}
        """What was looked for in the text itself, and whether it is there (`printed`)."""
        self.grids: dict[str, list[Grid]] = {}
        for table in report.tables:
            copies = self.grids.setdefault(table.id, [])
            for grid in copies:
                if grid.fits(table):
                    grid.put(table)
                    break
            else:
                grid = Grid(table.id, table.form)
                grid.put(table)
                copies.append(grid)
        self._note_losses()
        forms = [t.form for t in report.tables if t.form]
        self.form = report.form or (forms[0] if forms else None)

    def _note_losses(self) -> None:
        losses = [w.spans[0].start for w in self.report.warnings if w.code in settings()["table_losses"] and w.spans]
        for table in self.report.tables if losses else ():
            if any(s.start <= at < s.end for s in table.spans for at in losses):
                for grid in self.grids[table.id]:
                    grid.is_short = True

    @property
    def is_modern(self) -> bool:
        """Whether the report is on a form of 2019 or later."""
        if self.form is not None:
            return self.form != "legacy"
        if self.report.year is not None:
            return self.report.year >= 2019
        ids = {s.id for s in self.report.sections}
        return {"active_disclosure", "requests", "review_litigation"} <= ids and not ids & {
            "fees",
            "annex",
            "consultation",
        }

    def n_copies(self) -> int:
        return max((len(copies) for copies in self.grids.values()), default=0)

    def grid(self, table: str, copy: int = 0) -> Grid | None:
        copies = self.grids.get(table)
        return copies[min(copy, len(copies) - 1)] if copies else None

    # -- prose ---------------------------------------------------------------

    def start(self, claim: int) -> int:
        spans = self.claims[claim].spans
        return spans[0].start if spans else 0

    def end(self, claim: int) -> int:
        spans = self.claims[claim].spans
        return spans[0].end if spans else 0

    @cached_property
    def _reach(self) -> tuple[int, int]:
        """The stretch of the text in which claims stand, with some room on both sides."""
        spans = [c.spans[0] for c in self.claims if c.spans]
        if not spans:
            return 0, 0
        return max(0, min(s.start for s in spans) - _ROOM), max(s.end for s in spans) + _ROOM

    @cached_property
    def _sentences(self) -> list[int]:
        start, end = self._reach
        return [start, *[m.end() for m in _SENTENCE.finditer(self.report.text, start, end)]]

    @cached_property
    def _paragraphs(self) -> list[int]:
        start, end = self._reach
        return [start, *[m.end() for m in _PARAGRAPH.finditer(self.report.text, start, end)]]

    @cached_property
    def sentences(self) -> list[int]:
        """For each claim, the number of the sentence in which it begins; unlike for every claim without a text."""
        return self._numbers(self._sentences if self.claims else [])

    @cached_property
    def paragraphs(self) -> list[int]:
        """For each claim, the number of its paragraph."""
        return self._numbers(self._paragraphs if self.claims else [])

    def _numbers(self, starts: list[int]) -> list[int]:
        if not self.report.text:
            return [-1 - i for i in range(len(self.claims))]
        return [bisect_right(starts, c.spans[0].start) if c.spans else -1 - i for i, c in enumerate(self.claims)]

    def sentence(self, claim: int) -> int:
        return self.sentences[claim]

    def paragraph(self, claim: int) -> int:
        return self.paragraphs[claim]

    def is_in_table(self, claim: int) -> bool:
        """Whether a claim was read among the rows of a table."""
        at = self.start(claim)
        return any(
            start <= at < end and any(s.start < at for s in (c.spans[0] for c in table.cells if c.spans))
            and any(s.start > at for s in (c.spans[0] for c in table.cells if c.spans))
            for table in self.report.tables for start, end in table.spans
        )  # fmt: skip

    def _cleaned(self, start: int, end: int) -> str:
        """A stretch of the text, cleaned once for all checks that look at it."""
        known = self._clean.get((start, end))
        if known is None:
            known = self._clean[start, end] = narrow(self.report.text[start:end])
        return known

    def before(self, claim: int) -> str:
        """The sentence up to a claim, cleaned."""
        if not self.report.text or not self.claims[claim].spans:
            return ""
        at = self.start(claim)
        return self._cleaned(self._sentences[bisect_right(self._sentences, at) - 1], at)

    def clauses(self, claim: int, n: int = 1) -> str:
        """The last clauses of the sentence up to a claim, without what parts them, and the claim's own words."""
        return "".join(PAUSE.split(self.before(claim))[-n:]) + wording(self.claims[claim])

    def context(self, claim: int, reach: int) -> str:
        """So many characters before a claim, cleaned."""
        at = self.start(claim)
        return self._cleaned(max(0, at - reach), at)

    def after(self, claim: int) -> str:
        """The rest of the sentence after a claim, cleaned."""
        if not self.report.text or not self.claims[claim].spans:
            return ""
        at = self.end(claim)
        sentence = bisect_right(self._sentences, max(at - 1, 0))
        stop = self._sentences[sentence] if sentence < len(self._sentences) else len(self.report.text)
        return self._cleaned(at, stop)

    def between(self, first: int, second: int) -> str:
        """What stands between two claims, cleaned."""
        return self._cleaned(self.end(first), self.start(second))


def wording(claim: Claim) -> str:
    """A claim's words, cleaned, without blanks."""
    return _wording(claim.text)


@lru_cache(maxsize=4096)
def _wording(text: str) -> str:
    return "".join(narrow(text).split())


_DIGITS = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两.,]+")


def core(claim: Claim) -> str:
    """A claim's words without number, measure and filler."""
    return pattern("filler").sub("", _DIGITS.sub("", wording(claim)))
