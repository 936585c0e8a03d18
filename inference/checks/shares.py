"""What a share is of: the counts told beside it, or those of the tables."""

from __future__ import annotations

from ...corpus.metrics import Metric, parse_metric
from ...corpus.report import Cell
from .board import Board, pattern, settings
from .compare import printed_step, room
from .figures import figure
from .readings import wholes_of_ratio


def is_share_of_others(board: Board, index: int) -> bool:
    """Whether a share is that of other counts, told before it in its paragraph or printed in the tables.

    It is then those that are meant, whatever the words were taken for. A share without decimals is that of some
    counts too easily: only what its own sentence tells is asked then.
    """
    claim = board.claims[index]
    if claim.unit == "%" and claim.value == 0:
        return _is_behind_nought(board, index)
    if claim.unit != "%" or not claim.value:
        return False
    is_rough = (printed_step(claim) or 1) >= 1 and not is_of_several(board, index)
    place = board.sentence if is_rough else board.paragraph
    told = [
        float(c.value) for i, c in enumerate(board.claims)
        if c.value and c.unit != "%" and place(i) == place(index) and board.start(i) < board.start(index)
    ]  # fmt: skip
    sums = [a + b for k, a in enumerate(told) for b in told[:k]] if len(told) <= _FEW else []
    wholes, parts = set(told), {*told, *sums}
    if not is_rough:
        wholes |= {float(v) for w in wholes_of_ratio() if (v := figure(board, Metric(w)).value)}
        totals = {m for reading in settings()["readings"] for m in (reading["metric"], reading["as"])}
        parts |= {float(v) for m in totals if (v := figure(board, parse_metric(m)).value)}
        parts |= {float(c.value) for term in wholes_of_ratio()[0] for c in _column_of(board, term) if c.value}
    allowed = room(claim, continuous=True)
    return any(allowed.low < part / whole * 100 < allowed.high for whole in wholes for part in parts if part <= whole)


def is_of_several(board: Board, index: int) -> bool:
    """Whether a share is told of several counts together: 予以公开3件、部分公开2件,二者占50%."""
    clause = board.clauses(index)
    return pattern("share_of_several").search(clause) is not None


def _is_behind_nought(board: Board, index: int) -> bool:
    """Whether a share of 0 stands behind a count of 0: it is that count's, whichever it is."""
    before = [i for i in range(len(board.claims)) if board.end(i) <= board.start(index)]
    last = max(before, key=board.end, default=None)
    return last is not None and board.claims[last].value == 0 and board.sentence(last) == board.sentence(index)


def _column_of(board: Board, address: str) -> list[Cell]:
    """The cells that stand in one column with an address."""
    table, _, column = address.split("/", 2)
    return [cells[column] for grid in board.grids.get(table, ()) for cells in grid.rows.values() if column in cells]


_FEW = 12
"""Of more counts than these, sums of two are not tried."""
