"""Which cells a run of figures may fill, scheme by scheme, and how the prints of a text are weighed together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gouji.models.atoms import VALUE, WORD, Atom
from gouji.models.contest import posteriors
from gouji.models.drafts import Row
from gouji.models.frames import frames
from gouji.models.orders import PRINTED, Order, Print, arranged, misarranged
from gouji.models.readings import WEIGHTS
from gouji.models.schemes import Place, by_column, by_pair, by_part, by_row, others
from gouji.models.tokens import Token

KEYS = ("review", "direct_suit")
COLUMNS = frames()["review"][0].columns


def rows(*keys: str) -> list[Row]:
    return [Row(key, frames()[key][0], 1.0) for key in keys]


def place(
    waiting: Sequence[Row],
    *,
    own: Row | None = None,
    head: str = "",
    beside: str = "",
    part: Sequence[str] = (),
    n: int,
) -> Place:
    last = waiting[-1] if waiting else own
    return Place(waiting, waiting, last, own, head, beside, part, 0, n, n)


def cells(choice: Sequence[tuple[Row, str]]) -> list[str]:
    return [f"{row.key}/{column}" for row, column in choice]


def test_a_run_is_of_the_row_before_it() -> None:
    some = rows(*KEYS)
    assert [cells(c) for c in by_row(place(some, own=some[1], n=5))] == [[f"direct_suit/{c}" for c in COLUMNS]]


def test_more_than_a_row_holds_is_of_all_rows_that_wait() -> None:
    some = rows(*KEYS)
    at = place(some, own=some[1], n=10)
    assert cells(next(by_row(at))) == [f"{key}/{c}" for key in KEYS for c in COLUMNS]
    assert cells(next(by_column(at))) == [f"{key}/{c}" for c in COLUMNS for key in KEYS]
    assert others(at) == {"by_column"}


def test_behind_a_head_stands_its_column() -> None:
    some = rows(*KEYS)
    at = place(some, head="corrected", n=2)
    assert cells(next(by_column(at))) == [f"{key}/corrected" for key in KEYS]
    assert others(at) == {"by_column"}


def test_behind_a_head_stands_its_figure() -> None:
    some = rows(*KEYS)
    at = place(some, head="corrected", n=1)
    assert cells(next(by_pair(at))) == ["direct_suit/corrected"]
    assert cells(next(by_pair(place(some, own=some[1], beside="pending", n=1)))) == ["direct_suit/pending"]


def test_a_part_of_a_table_has_some_of_its_columns() -> None:
    some = rows("review")
    at = place(some, own=some[0], part=["upheld", "corrected"], n=2)
    assert cells(next(by_part(at))) == ["review/upheld", "review/corrected"]


@pytest.mark.parametrize("scheme", [by_row, by_pair])
def test_without_a_row_there_are_no_cells(scheme) -> None:
    assert not list(scheme(place([], head="corrected", n=3)))


MIRRORED = Order(is_mirrored=True)


def test_tables_of_a_text_are_printed_alike() -> None:
    """A table that nothing tells of follows one that is sure."""
    sure = {Print(): -9.0, Print(scheme="by_column"): 3.0}
    open_ = {Print(): 0.0, Print(scheme="by_column"): 0.0}
    _, found = posteriors([sure, open_], WEIGHTS)
    assert found[Print(scheme="by_column")] > 0.9
    (alone,) = posteriors([open_], WEIGHTS)
    assert alone[Print(scheme="by_column")] < 0.75


def test_a_table_of_one_reading_says_nothing_of_others() -> None:
    open_ = {Print(): 0.0, Print(scheme="by_column"): 0.0}
    alone, (_, found) = posteriors([open_], WEIGHTS)[0], posteriors([{Print(): 5.0}, open_], WEIGHTS)
    assert found == pytest.approx(alone)


def test_another_order_has_to_say_more_than_the_usual() -> None:
    (found,) = posteriors([{Print(): 0.0, Print(MIRRORED): 1.0}], WEIGHTS)
    assert found[Print()] > 0.85


@pytest.mark.parametrize("order", [PRINTED, MIRRORED, Order(is_late=True), Order(True, True, True)])
def test_what_was_put_in_another_order_is_read_back(order: Order) -> None:
    kinds = ["row", "item", "item"] * 2
    tokens = [Token(kind, "", at, at) for at, kind in enumerate(kinds)]
    atoms = [Atom(0, 0, "", WORD if kind == "row" else VALUE, at // 3, 0, False) for at, kind in enumerate(kinds)]
    assert arranged(misarranged(tokens, atoms, order), atoms, order) == tokens
