"""The grids of the forms as the table reader needs them: each row's columns, each label's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .. import configs
from ..corpus.annexes import ANNEX, annex_rows

TABLES = ("active_disclosure", "requests", "review_litigation")
BALANCE = ("new", "carried_in", "result_total", "carried_out")
"""In each column of the requests the first two of these rows make as much as the last two."""
ADDED = "extra:"
"""What the key of an added row or column begins with."""


@dataclass(frozen=True)
class Frame:
    """The columns that a row has in one form."""

    form: str
    columns: tuple[str, ...]
    """Column ids as in an address."""
    heads: tuple[str, ...]
    """The same columns as roles: ``fee_amount`` where the address says ``amount``."""
    block: str = ""
    """The rows that share one print of the heads."""
    usual: Frame | None = None
    """The same in the form's order, where heads are printed in another (`head_order`)."""
    is_told: bool = True
    """Whether the heads tell that order: without it a figure has a column only where its head stands beside it."""

    @property
    def form_columns(self) -> tuple[str, ...]:
        """The columns in the form's order."""
        return (self.usual or self).columns


@cache
def frames() -> dict[str, tuple[Frame, ...]]:
    """For each row the frames of the forms that have it."""
    forms = configs.load("forms")
    columns = forms["columns"]
    out: dict[str, list[Frame]] = {}
    for form, data in forms["forms"].items():
        for table in TABLES:
            for block in data[table].get("blocks", [data[table]]):
                heads = tuple(block["columns"])
                frame = Frame(form, tuple(columns[c].get("id", c) for c in heads), heads, block.get("group", ""))
                for row in block["rows"]:
                    known = out.setdefault(row, [])
                    if not any(f.heads == frame.heads for f in known):
                        known.append(frame)
    return {row: tuple(found) for row, found in out.items()}


@cache
def homes() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """The table of each row, and the tables of each word's role."""
    forms = configs.load("forms")
    rows: dict[str, str] = {}
    roles: dict[str, set[str]] = {}
    for data in forms["forms"].values():
        for table in TABLES:
            for block in data[table].get("blocks", [data[table]]):
                for row in block["rows"]:
                    rows[row] = table
                    roles.setdefault(f"row:{row}", set()).add(table)
                for column in block["columns"]:
                    roles.setdefault(f"col:{column}", set()).add(table)
                if "group" in block:
                    roles.setdefault(f"group:{block['group']}", set()).add(table)
    roles["group:content"] = {"active_disclosure"}
    roles["group:litigation"] = {"review_litigation"}
    roles["annex:"] = {ANNEX}
    for key in forms["groups"]:
        roles.setdefault(f"group:{key}", {"requests"})
    return rows, {role: frozenset(tables) for role, tables in roles.items()}


@cache
def row_order(table: str) -> dict[str, int]:
    """The place of each row of a table in print, the forms merged."""
    if table == ANNEX:
        return {row: i for i, row in enumerate(annex_rows())}
    order: list[str] = []
    for data in configs.load("forms")["forms"].values():
        at = 0
        for block in data[table].get("blocks", [data[table]]):
            for row in block["rows"]:
                if row not in order:
                    order.insert(at, row)
                at = order.index(row) + 1
    return {row: i for i, row in enumerate(order)}


@cache
def form_rows(table: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table in each form."""
    return tuple(
        tuple(row for block in data[table].get("blocks", [data[table]]) for row in block["rows"])
        for data in configs.load("forms")["forms"].values()
    )


@cache
def own_rows(table: str) -> dict[str, list[str]]:
    """For each form the rows of a table that no other form has."""
    found = {}
    for form, rows in zip(configs.load("forms")["forms"], form_rows(table), strict=True):
        others = set().union(*(r for r in form_rows(table) if r is not rows))
        found[form] = [key for key in rows if key not in others]
    return found


@cache
def sums(columns: tuple[str, ...]) -> tuple[tuple[int, int, int], ...]:
    """Which columns sum to the total: (first, end, total)."""
    if columns[-1] == "total":
        return ((0, len(columns) - 1, len(columns) - 1),)
    return ((1, len(columns), 0),) if columns[0] == "total" else ()


ORDERED = {("issued", "repealed", "in_force"), ("made", "disclosed", "total_disclosed")}
"""Columns of which one bounds another."""


def is_ordered(columns: tuple[str, ...], row: Mapping[str, float]) -> bool:
    """Whether no more is in force or disclosed than can be; so is what is not printed."""
    if set(row) != set(columns):
        return True
    first, second, last = (row[c] for c in columns)
    return last >= first - second if columns[0] == "issued" else last >= second
