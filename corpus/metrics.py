"""Metrics: what a claim counts, as an expression over cells and facts.

``requests/new/total``, ``requests/denied.*/total``, ``a + b``, ``ratio(a, b)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from .. import configs
from .annexes import ANNEX, annex_columns, annex_rows
from .forms import forms
from .numbers import exact

Lookup = Callable[[str], "float | int | None"]


class MetricError(ValueError):
    """A metric that the contract does not know."""


@dataclass(frozen=True)
class Metric:
    """A sum of addresses, or the ratio (in per cent) of two sums."""

    terms: tuple[str, ...]
    whole: tuple[str, ...] = ()

    @property
    def is_ratio(self) -> bool:
        return bool(self.whole)

    @property
    def addresses(self) -> tuple[str, ...]:
        return self.terms + self.whole

    @property
    def is_over_cells(self) -> bool:
        """Whether tables hold all that the metric needs."""
        return all(a.count("/") == 2 for a in self.addresses)


@cache
def known_addresses() -> frozenset[str]:
    """Every cell address of both forms, and of the older annexes."""
    out = {a for form in forms().values() for table in form.tables.values() for a in table.addresses}
    out |= {f"{ANNEX}/{row}/{column}" for row, r in annex_rows().items() if r.unit for column in annex_columns()}
    return frozenset(out)


@cache
def known_facts() -> frozenset[str]:
    return frozenset(configs.load("metrics")["facts"])


def _check(term: str) -> None:
    if term in known_addresses() or term in known_facts():
        return
    if term.startswith("disclosure/items.") and len(term) > len("disclosure/items."):
        return
    if ".*" in term and any(True for _ in expand(term)):
        return
    raise MetricError(f"unknown metric {term!r}")


@cache
def expand_all(address: str) -> tuple[str, ...]:
    """`expand` over every address of the forms."""
    table, row, column = address.split("/")
    stem = row.removesuffix(".*")
    return tuple(
        sorted(
            a
            for a in known_addresses()
            if a.startswith(f"{table}/")
            and a.endswith(f"/{column}")
            and (a.split("/")[1] == stem or a.split("/")[1].startswith(stem + "."))
        )
    )


def expand(address: str) -> Iterator[str]:
    """The addresses that one with ``.*`` stands for (the row itself, for a form without children)."""
    if ".*" not in address or address.count("/") != 2:
        yield address
    else:
        yield from expand_all(address)


@cache
def parse_metric(metric: str) -> Metric:
    """Read a metric.

    Raises
    ------
    MetricError
        If a term is not of the contract.
    """
    text = metric.strip()
    if text.startswith("ratio(") and text.endswith(")"):
        part, comma, whole = text[6:-1].partition(",")
        if not comma:
            raise MetricError(f"ratio needs two parts: {metric!r}")
        return Metric(_sum(part), _sum(whole))
    return Metric(_sum(text))


def _sum(text: str) -> tuple[str, ...]:
    terms = tuple(t.strip() for t in text.split(" + "))
    for term in terms:
        _check(term)
    return terms


def value_of(metric: str, lookup: Lookup) -> float | int | None:
    """The value of a metric, or None where nothing that it needs has a figure.

    ``lookup`` gives a figure or None. Within a sum, a part without a figure counts as zero
    as long as another part has one. A ratio is in per cent.
    """
    parsed = parse_metric(metric)
    part = _total(parsed.terms, lookup)
    if not parsed.is_ratio:
        return part
    whole = _total(parsed.whole, lookup)
    if part is None or not whole:
        return None
    return part / whole * 100


def _total(terms: tuple[str, ...], lookup: Lookup) -> float | int | None:
    values = [v for term in terms for a in expand(term) if (v := lookup(a)) is not None]
    return exact(sum(values)) if values else None
