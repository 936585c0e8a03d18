"""What the printed figures of an older annex bear out: identities that they break, claims that they deny."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .annexes import ANNEX, COUNT, annex_form, annex_levels, told_in_annex

Number = float | int


class Breach(NamedTuple):
    """An identity that figures break (``missing``: its total is empty beside them)."""

    identity: str
    verdict: str
    cells: tuple[str, ...]


def breaches(cells: Mapping[str, Number | None]) -> Iterator[Breach]:
    """The identities of an annex that its printed figures break, by column, then by row.

    Parameters
    ----------
    cells : mapping
        Printed cells by address, None where one is printed and empty.
    """
    parts = [a.split("/", 2) for a in cells if a.startswith(f"{ANNEX}/")]
    form = annex_form({row for _, row, _ in parts})
    optional = {row.id for row in form.rows if row.is_optional}
    for column in dict.fromkeys(c for _, _, c in parts):
        if any(cells[a] for a in cells if a.startswith(f"{ANNEX}/extra:") and a.endswith(f"/{column}")):
            continue  # what a locality added may be part of any sum
        for identity in form.identities:
            rows = [r for r in identity.left if f"{ANNEX}/{r}/{column}" in cells or r not in optional]
            yield from _breach(
                cells,
                identity.id,
                [f"{ANNEX}/{r}/{column}" for r in rows],
                f"{ANNEX}/{identity.right[0]}/{column}",
                is_partial=identity.id in form.partial,
            )
    columns = {c for _, _, c in parts}
    levels = [c for c in annex_levels().left if c in columns]
    if COUNT not in columns or not levels or any(c not in (COUNT, *levels) for c in columns):
        return
    for row in dict.fromkeys(r for _, r, _ in parts):
        addresses = [f"{ANNEX}/{row}/{c}" for c in levels]
        yield from _breach(cells, annex_levels().id, addresses, f"{ANNEX}/{row}/{COUNT}", is_partial=False)


def _breach(
    cells: Mapping[str, Number | None], identity: str, left: list[str], right: str, *, is_partial: bool
) -> Iterator[Breach]:
    if right not in cells or any(a not in cells for a in left):
        return
    figures = [cells[a] for a in left]
    total = cells[right]
    if all(v is None for v in figures):
        return
    parts = sum(v or 0 for v in figures)
    if total is None:
        if parts:
            yield Breach("empty_total", "missing", (right,))
    elif abs(parts - total) > 1e-9 and (parts > total or not is_partial):
        yield Breach(identity, "contradicted", (*left, right))


def denied_by(metric: str, value: Number, cells: Mapping[str, Number | None]) -> tuple[str, ...]:
    """The cells of an annex that tell the fact of a metric, where all of them give another figure than ``value``."""
    columns = {a.rpartition("/")[2] for a in cells if a.startswith(f"{ANNEX}/")}
    if columns != {COUNT}:
        return ()
    found = [a for row in told_in_annex(metric) if (a := f"{ANNEX}/{row}/{COUNT}") in cells]
    figures = [cells[a] for a in found]
    if not found or None in figures or value in figures:
        return ()
    return tuple(found)
