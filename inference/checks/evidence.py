"""What speaks for and against a contradiction: what a model of findings weighs.

A contradiction is the report's own where both sides were read right. The certainty of the claims and
cells under it says something of that, the rest of the report more: what the words would state if
they were of another metric, whether the sums around a figure hold, whether the other counts of a
sentence agree with the tables.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ...corpus.metrics import MetricError, parse_metric
from ...corpus.report import Cell, Claim, Finding
from .board import Board, core, pattern, settings, wording, words
from .compare import has_digits, room
from .doubt import is_close, is_near, n_counts, sureness
from .figures import figure, over_cells
from .joint import products
from .parts import some_part
from .readings import readings_of
from .table import is_nought
from .vicinity import company, is_off_topic, of_place, table_of

_MOST = 5.0
"""Log odds are cut here, so that no certainty outweighs all the rest."""
_LEAST = 0.003
"""What is less likely than this weighs as if it were this."""
_STRUCTURE = 0.95
"""How sure a share is whose counts add up to a whole that is told."""
_SMALL = 3
"""Figures up to this stand in many cells by chance."""
_FEW = 9
"""Figures up to this are near others by chance."""
_TERM = re.compile(r"[a-z_]+/[a-z_.*]+/[a-z_]+")
_JOIN = " ; "
_BALANCES = ("balance", "transferred")
_PARTS = ("parts_exceed_whole", "parts_differ")

Features = dict[str, float]


class Evidence:
    """What the findings of a report say of one another."""

    def __init__(self, board: Board, findings: Sequence[Finding]) -> None:
        self.board = board
        self.confirmed: Counter[str] = Counter()
        self.collides: Counter[str] = Counter()
        self.gaps: Counter[tuple[str, float]] = Counter()
        self.balanced: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.agrees: Counter[int] = Counter()
        self.differs: Counter[int] = Counter()
        self.borne_out: set[int] = set()
        self.refuted: set[int] = set()
        self.fits: set[int] = set()
        self.fails: set[int] = set()
        for finding in findings:
            self._note_claims(finding)
            if not finding.cells:
                continue
            is_identity = finding.kind == "identity"
            if finding.verdict == "contradicted":
                self.collides[_table(finding)] += 1
                self.gaps[_line(finding), _gap(finding)] += 1
                if is_identity:
                    self.broken.update(finding.cells)
            elif finding.verdict == "supported" and finding.found:
                self.confirmed[_table(finding)] += 1
                (self.balanced if is_identity else self.told).update(finding.cells)
            if finding.claim is not None:
                side = self.differs if finding.verdict == "contradicted" else self.agrees
                if finding.verdict in ("contradicted", "supported"):
                    side[board.sentence(finding.claim)] += 1
        self._figures = Counter(
            c.value for grids in board.grids.values() for g in grids for row in g.rows.values() for c in row.values()
        )

    def _note_claims(self, finding: Finding) -> None:
        """Which claims a table bears out or refutes, and which fit the rest of the prose or fail to."""
        if finding.claim is None or finding.verdict not in ("supported", "contradicted"):
            return
        holds = finding.verdict == "supported"
        if finding.kind == "claim_vs_table":
            (self.borne_out if holds else self.refuted).add(finding.claim)
        else:
            (self.fits if holds else self.fails).update((finding.claim, *finding.other_claims))

    def features(self, finding: Finding) -> Features:
        """What a `FindingModel` weighs; the names of one kind of finding begin alike."""
        claims, cells = claims_of(self.board, finding), cells_of(self.board, finding)
        if finding.kind == "identity":
            family, found = "sum", self._of_sum(finding, cells)
        elif finding.kind == "claim_vs_claim":
            family, found = "prose", self._of_prose(finding, claims)
        else:
            family, found = "claim", self._of_claim(finding, claims, cells)
        if cells:
            found |= self._of_table(finding, cells)
        found |= products(family, found)
        return {family: 1.0, **{f"{family}.{name}": value for name, value in found.items()}}

    # -- tables ----------------------------------------------------------------

    def _of_table(self, finding: Finding, cells: Sequence[Cell]) -> Features:
        """What the table of a finding is like, and how the sums around its figures stand."""
        board, table = self.board, _table(finding)
        grids = board.grids.get(table, ())
        own = finding.kind == "identity"
        blanks = [c.confidence for c in cells if c.value is None and not c.spans and not is_nought(board, c)]
        if own and not _may_lack(finding):
            blanks = []
        has_noughts = any(c.value == 0 for c in cells)
        figures = [c.address for c in cells if c.value] or [c.address for c in cells]
        n = max(len(figures), 1)
        sure = [c.confidence for c in cells if c.value is not None]
        out = {
            "figures": log_odds(min(sure, default=1.0)),
            "blanks": log_odds(min(blanks, default=1.0)),
            "n_blanks": math.log1p(len(blanks)) * has_noughts,
            "n_empty": math.log1p(len(blanks)) * (not has_noughts),
            "short": float(any(g.is_short for g in grids)),
            "whole": float(all(c.value is not None for g in grids for row in g.rows.values() for c in row.values())),
            "confirmed": math.log1p(self.confirmed[table]),
            "collides": math.log1p(self.collides[table] - 1),
            "same_gap": float(self.gaps[_line(finding), _gap(finding)] > 1),
            "swapped": float(self.gaps[_line(finding), -_gap(finding)] > 0),
            "balanced": sum(self.balanced[a] > 0 for a in figures) / n,
            "broken": sum(self.broken[a] > own for a in figures) / n,
            "told": sum(self.told[a] > 0 for a in figures) / n,
        }
        out["unbacked"] = float(out["short"] and not out["balanced"] and not out["told"])
        return out

    def _of_sum(self, finding: Finding, cells: Sequence[Cell]) -> Features:
        """Of an identity: its gap, and whether one figure alone may have made it."""
        stated, found = figures_of(finding)
        gap = abs(_gap(finding))
        culprits = [c for c in cells if c.value is not None and abs(c.value) == gap]
        return {
            str(finding.reason): 1.0,
            "near": float(is_near(stated, found)),
            "gap": math.log1p(gap),
            "gap_is_cell": float(bool(culprits)),
            "culprit": log_odds(min((c.confidence for c in culprits), default=1.0)),
            "culprit_breaks": float(any(self.broken[c.address] > 1 for c in culprits)),
            "one_side": float(not stated or not found),
            "repaired": float(self._is_told_otherwise(finding, cells)),
        }

    def _is_told_otherwise(self, finding: Finding, cells: Sequence[Cell]) -> bool:
        """Whether the prose tells one of the figures so that the sum would hold."""
        gap = abs(_gap(finding))
        at = {c.address: c.value for c in cells}
        return any(
            c.metric in at and c.value is not None and abs(c.value - (at[c.metric] or 0)) == gap
            for c in self.board.claims
        )

    # -- prose -----------------------------------------------------------------

    def _of_claims(self, finding: Finding, claims: Sequence[Claim]) -> Features:
        """How surely the claims of a finding were read."""
        stated, found = figures_of(finding)
        return {
            "claim": log_odds(told(finding, claims)),
            "value": log_odds(min((c.certainty.value for c in claims), default=1.0)),
            "scope": log_odds(min((c.certainty.scope for c in claims), default=1.0)),
            "period": log_odds(min((c.certainty.period for c in claims), default=1.0)),
            **_nearness(stated, found),
            "close": float(is_close(stated, found)),
            "crowded": float(any(n_counts(c) > 1 for c in claims)),
            "zero": float(stated == 0),
            "off_topic": float(any(is_off_topic(self.board, i) for i in _indices(finding))),
        }

    def _of_prose(self, finding: Finding, claims: Sequence[Claim]) -> Features:
        out = {_kind(finding): 1.0, **self._of_claims(finding, claims)}
        assert finding.claim is not None
        members = {finding.claim, *finding.other_claims}
        out["n_claims"] = math.log1p(len(claims))
        if finding.reason == "told_twice":
            out |= self._of_two(claims)
        elif finding.reason in _PARTS:
            first = min(finding.other_claims, key=self.board.start)
            out["opened"] = float(bool(pattern("list_opens").search(self.board.between(finding.claim, first))))
            out["alone"] = float(max(c.value or 0 for c in claims[1:]) > (claims[0].value or 0))
        out["loose_before"] = math.log1p(max(company(self.board, i).before for i in members))
        out["apart"] = math.log1p(abs(self.board.start(max(members)) - self.board.start(finding.claim))) / _MOST
        out["borne_out"] = len(members & self.borne_out) / len(members)
        out["refuted"] = float(bool(members & self.refuted))
        return out | self._beside(finding)

    def _of_two(self, claims: Sequence[Claim]) -> Features:
        """Of one fact told twice: whether in the same words, and where reports tell it."""
        sections = [c.section == table_of(c.metric) for c in claims]
        return {
            "same_words": float(len({core(c) for c in claims}) == 1),
            "own_section": sum(sections) / len(sections),
            "same_section": float(len({c.section for c in claims}) == 1),
        }

    def _of_claim(self, finding: Finding, claims: Sequence[Claim], cells: Sequence[Cell]) -> Features:
        assert finding.claim is not None
        claim = claims[0]
        stated, found = figures_of(finding)
        agree, deny = self._rivals(claim)
        left = max(1.0 - claim.certainty.metric - agree - deny, 0.0)
        sentence = self.board.sentence(finding.claim)
        others = [c.value for c in self.board.claims if c.metric != claim.metric and c.scope == "report"]
        out = self._of_claims(finding, claims)
        own, strange = rows_named(self.board.claims, claim)
        out |= {
            "named": float(own),
            "strange": float(strange and not own),
            "torn": float(strange and own),
            "fits": float(finding.claim in self.fits),
            "fails": float(finding.claim in self.fails),
            "agree": math.log(max(agree, _LEAST)) / _MOST,
            "deny": log_odds(min(claim.certainty.metric + deny, 1.0)),
            "free": math.log(max(left, _LEAST)) / _MOST,
            "size": math.log1p(abs(stated or 0)),
            "size_found": math.log1p(abs(found or 0)),
            "found_zero": float(found == 0),
            "in_words": float(not has_digits(claim)),
            "no_unit": float(claim.unit is None and has_digits(claim)),
            "other_unit": float((claim.unit == "%") != ("ratio(" in claim.metric or "rate" in claim.metric)),
            "sentence_agrees": math.log1p(self.agrees[sentence]),
            "sentence_differs": math.log1p(self.differs[sentence] - 1),
            "stated_in_table": float((stated or 0) > _SMALL and self._figures[stated] > 0),
            "found_elsewhere": float(bool(found) and found in others),
            "misplaced": float(self._is_misplaced(finding, found)),
            "in_its_section": float(claim.section == _table(finding)) if finding.cells else 0.0,
            "repairs": float(self._would_balance(finding, cells)),
            "open_reading": float(self._has_open_reading(claim)),
            "in_row": float(self._stands_in_row(finding, stated)),
            "in_column": float(self._stands_in_column(finding, stated)),
            "with_another": float(self._is_with_another(finding, stated, found)),
            "terms": math.log1p(claim.metric.count(" + ")),
            "ratio": float("ratio(" in claim.metric),
            "long": math.log1p(len(wording(claim))),
        }
        return out | self._beside(finding) | of_place(self.board, finding.claim)

    def _beside(self, finding: Finding) -> Features:
        """What else the report tells of the same metric."""
        assert finding.claim is not None
        board, index = self.board, finding.claim
        _, found = figures_of(finding)
        claim, sentence = board.claims[index], board.sentence(index)
        same = [i for i, c in enumerate(board.claims) if c.metric == claim.metric and i != index]
        values = [board.claims[i].value for i in same if i not in finding.other_claims]
        return {
            "siblings": float(
                any(board.sentence(i) == sentence and board.claims[i].value != claim.value for i in same)
            ),
            "told_again": float(claim.value in values),
            "told_right": float(bool(finding.cells) and found in values),
        }

    def _rivals(self, claim: Claim) -> tuple[float, float]:
        """How likely the words are of another metric of which the tables give their value, and of one they deny it."""
        agree = deny = 0.0
        allowed = room(claim)
        for rival, odds in zip(claim.certainty.rivals, claim.certainty.odds, strict=False):
            figures = list(self._figures_of(rival))
            if any(allowed.verdict(value) for value in figures):
                agree += odds
            elif figures:
                deny += odds
        return agree, deny

    def _figures_of(self, rival: str) -> Iterator[float]:
        """What the tables print for the metrics of a rival."""
        for metric in rival.split(_JOIN):
            try:
                parsed = over_cells(metric) and parse_metric(metric)
            except MetricError:
                continue
            if parsed and (value := figure(self.board, parsed).value) is not None:
                yield float(value)

    def _has_open_reading(self, claim: Claim) -> bool:
        """Whether the words allow another reading whose figure is not printed, or was not seen."""
        return any(figure(self.board, parse_metric(other)).value is None for other in readings_of(claim))

    def _near(self, finding: Finding) -> Iterator[tuple[str, str, Cell]]:
        """The figures of a finding's table, other than its own; each with the row and column of its own one."""
        if len(finding.cells) != 1:
            return
        table, row, column = finding.cells[0].split("/", 2)
        for grid in self.board.grids.get(table, ()):
            for cells in grid.rows.values():
                for cell in cells.values():
                    if cell.value and cell.address != finding.cells[0]:
                        yield row, column, cell

    def _stands_in_row(self, finding: Finding, stated: float | None) -> bool:
        """Whether the stated figure is printed in another column of the row: one of the two was misplaced."""
        return bool(stated) and any(c.row == row and c.value == stated for row, _, c in self._near(finding))

    def _stands_in_column(self, finding: Finding, stated: float | None) -> bool:
        """Whether it is printed in another row of the column."""
        return (
            any(c.column == column and c.value == stated for _, column, c in self._near(finding)) if stated else False
        )

    def _is_with_another(self, finding: Finding, stated: float | None, found: float | None) -> bool:
        """Whether the cell and another of its column make what is stated: the words may mean both."""
        if not stated or not found or stated <= found:
            return False
        return any(c.column == column and c.value == stated - found for _, column, c in self._near(finding))

    def _would_balance(self, finding: Finding, cells: Sequence[Cell]) -> bool:
        """Whether a sum of the table that does not hold would, with the figure that the prose tells."""
        if len(cells) != 1 or not self.broken[cells[0].address]:
            return False
        gap = abs(_gap(finding))
        return any(n and abs(g) == gap for (_, g), n in self.gaps.items())

    def _is_misplaced(self, finding: Finding, found: float | None) -> bool:
        """Whether the prose tells a cell's figure of another column of its row, of which some were not seen."""
        if len(finding.cells) != 1 or not found:
            return False
        table, row, _ = finding.cells[0].split("/", 2)
        has_unseen = any(
            c.value is None and not c.spans
            for g in self.board.grids.get(table, ())
            for c in g.rows.get(row, {}).values()
        )
        stem = f"{table}/{row}/"
        return has_unseen and any(
            c.metric.startswith(stem) and c.metric != finding.cells[0] and c.value == found for c in self.board.claims
        )


def _nearness(stated: float | None, found: float | None) -> Features:
    """Whether two figures differ as slips do; small ones are near each other whatever they are of."""
    is_small = max(stated or 0, found or 0) <= _FEW
    near = float(is_near(stated, found))
    return {"near": near * (not is_small), "near_small": near * is_small}


def rows_named(claims: Sequence[Claim], claim: Claim) -> tuple[bool, bool]:
    """Whether a claim's words name the rows that it was read as a count of, and whether they name others."""
    told = [c.metric for c in claims if c.spans == claim.spans]
    rows = {term.rpartition("/")[0] for metric in told for term in _TERM.findall(metric)}
    said = wording(claim)
    named: dict[bool, bool] = {}
    for row, expression in settings()["row_words"].items():
        is_own = any(r == row or (row.endswith("*") and r.startswith(row[:-1])) for r in rows)
        named[is_own] = named.get(is_own, False) or bool(words(expression).search(said))
    return named.get(True, False), named.get(False, False)


def claims_of(board: Board, finding: Finding) -> list[Claim]:
    """The claims of a finding, its own first."""
    return [board.claims[i] for i in _indices(finding)]


def _indices(finding: Finding) -> tuple[int, ...]:
    own = () if finding.claim is None else (finding.claim,)
    return (*own, *finding.other_claims)


def cells_of(board: Board, finding: Finding) -> list[Cell]:
    """The cells of a finding, as the first copy of their table has them."""
    cells = []
    for address in finding.cells:
        table, row, column = address.split("/", 2)
        found = [cell for g in board.grids.get(table, ()) if (cell := g.at(row, column)) is not None]
        cells += found[:1]
    return cells


def told(finding: Finding, claims: Sequence[Claim]) -> float:
    """How sure the claims of a finding were read, or their place in a list whose sum is told says more than they."""
    if finding.reason == "sum_differs":  # of whatever the sum was taken for a count, its words say that it is the sum
        return min(claims[0].certainty.value, *(sureness(c) for c in claims[1:]))
    if finding.reason in _PARTS:
        whole, *parts = claims
        return min(sureness(whole), *(max(sureness(c), some_part(whole, c)) for c in parts))
    least = min((sureness(c) for c in claims), default=1.0)
    return max(least, _STRUCTURE) if finding.reason == "share" else least


def figures_of(finding: Finding) -> tuple[float | None, float | None]:
    """What a finding states and finds, where both are figures."""
    return tuple(x if isinstance(x, int | float) else None for x in (finding.stated, finding.found))  # type: ignore[return-value]


def log_odds(p: float) -> float:
    """Log odds between -1 and 1."""
    p = min(max(p, 1e-9), 1 - 1e-9)
    return max(-_MOST, min(_MOST, math.log(p / (1 - p)))) / _MOST


def _may_lack(finding: Finding) -> bool:
    """Whether a part that was overlooked could make a sum come out short; one that exceeds its total lacks none."""
    return finding.reason in _BALANCES or _gap(finding) > 0


def _kind(finding: Finding) -> str:
    return "balance" if finding.reason in _BALANCES else "parts" if finding.reason in _PARTS else str(finding.reason)


def _table(finding: Finding) -> str:
    return finding.cells[0].partition("/")[0]


def _line(finding: Finding) -> str:
    """What findings share whose gaps are compared: the identity, or that the prose differs from the table."""
    return f"{_table(finding)} {finding.reason}"


def _gap(finding: Finding) -> float:
    stated, found = figures_of(finding)
    return round((stated or 0) - (found or 0), 6)
