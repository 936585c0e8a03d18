"""True figures of an older statistics annex: columns drawn, every identity kept in every column."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .annexes import ANNEX, COUNT, NATIONAL, AnnexForm, AnnexRow, annex_levels, annex_states, annexes
from .facts import Facts, Number, magnitude, share_out, weighted
from .forms import Identity
from .numbers import exact

_MONEY = ("元", "万元")


@dataclass
class Annex:
    """An annex before it is drawn: its form, its columns in printed order, its figures by address."""

    form: AnnexForm
    columns: tuple[str, ...]
    cells: dict[str, Number]
    is_spoilt: bool = False
    """Whether a figure was made wrong."""


def sample_annex(rng: random.Random, facts: Facts, settings: Mapping[str, Any]) -> Annex | None:
    """Draw the annex of an older report, or None where it has none.

    Parameters
    ----------
    settings : mapping
        ``annex`` of ``configs/mix.yaml``.
    """
    if rng.random() >= settings["share"]["since_2014" if facts.year >= annexes()[NATIONAL].years[0] else "before"]:
        return None
    fitting = {key: w for key, w in settings["forms"].items() if facts.year in annexes()[key].years}
    form = annexes()[weighted(rng, fitting)]
    columns = form.columns
    if columns == (COUNT,):
        columns = tuple(weighted(rng, settings["columns"]).split())
    elif rng.random() < settings["one_column"]:
        columns = (COUNT,)
    whole = _whole(rng, facts, form)
    return Annex(form, columns, _spread(rng, form, whole, columns))


def _whole(rng: random.Random, facts: Facts, form: AnnexForm) -> dict[str, Number]:
    """The figure of each row for the whole body and year; what the prose may tell is as the prose has it."""
    out: dict[str, Number] = {}
    for row in form.figure_rows:
        metric = annex_states().get(row.id)
        if metric is not None and not row.id.startswith(_CHANNELS):
            out[row.id] = facts.lookup(metric) or 0
    for identity in _from_outside(form):
        whole = identity.right[0]
        if whole not in out:
            out[whole] = magnitude(rng, 60) if rng.random() < 0.4 else 0
        _parts(rng, facts, out, identity, is_partial=identity.id in form.partial)
    for row in form.figure_rows:
        if row.id not in out:
            out[row.id] = _any_figure(rng, row)
    for row in form.figure_rows:
        if row.id.startswith(_CHANNELS) and (metric := annex_states().get(row.id)) is not None:
            facts.tell(metric, out[row.id])
    return out


_CHANNELS = ("requests.in_person", "requests.fax", "requests.web", "requests.letter", "requests.email")


def _any_figure(rng: random.Random, row: AnnexRow) -> Number:
    if row.unit in _MONEY:
        return 0 if rng.random() < 0.7 else exact(round(rng.uniform(0.1, 80), rng.choice([0, 1, 2])))
    return magnitude(rng, 400) if rng.random() < 0.35 else 0


def _from_outside(form: AnnexForm) -> list[Identity]:
    """The identities, each before those that part its parts."""
    return sorted(form.identities, key=lambda i: i.right[0].count("."))


def _parts(rng: random.Random, facts: Facts, out: dict[str, Number], identity: Identity, *, is_partial: bool) -> None:
    """Share a whole out among the parts that nothing told yet."""
    total = int(out[identity.right[0]])
    known = [row for row in identity.left if row in out]
    rest = total - sum(int(out[row]) for row in known)
    if rest < 0:  # what was told of the parts is more than the whole: it was told of something else
        for row in known:
            out[row] = 0
        rest = total
    free = [row for row in identity.left if row not in known]
    if is_partial and rng.random() < 0.6:
        rest = rng.randint(0, rest)
    if not free:
        if known and rest and not is_partial:
            out[known[-1]] += rest
        return
    for row, count in zip(free, share_out(rng, rest, [rng.choice([1.0, 2.0, 6.0]) for _ in free]), strict=True):
        out[row] = count


def _spread(
    rng: random.Random, form: AnnexForm, whole: Mapping[str, Number], columns: Sequence[str]
) -> dict[str, Number]:
    """The figures of each column: the shares of the levels, a quarter, the sum of the years."""
    levels = [c for c in columns if c in annex_levels().left]
    by_column: dict[str, dict[str, Number]] = {COUNT: dict(whole)}
    if levels:
        by_column |= _split(rng, form, whole, levels)
    if "current" in columns:
        by_column |= _split(rng, form, whole, ["current", "rest"])
    if "cumulative" in columns:
        earlier = {row: exact(v * rng.randint(0, 4)) for row, v in whole.items()}
        _sum_up(form, earlier, {i.right[0]: 0 for i in form.identities})
        by_column["cumulative"] = {row: exact(whole[row] + earlier[row]) for row in whole}
    return {f"{ANNEX}/{row.id}/{c}": by_column[c][row.id] for row in form.figure_rows for c in columns}


def _split(
    rng: random.Random, form: AnnexForm, whole: Mapping[str, Number], columns: Sequence[str]
) -> dict[str, dict[str, Number]]:
    """Shares of every row that make the whole together, and hold the identities each by itself."""
    weights = [rng.choice([1.0, 3.0, 8.0]) for _ in columns]
    out: dict[str, dict[str, Number]] = {c: {} for c in columns}
    totals = {i.right[0] for i in form.identities}
    rests: dict[str, dict[str, Number]] = {c: {} for c in columns}
    for identity in form.identities:
        row = identity.right[0]
        rest = int(whole[row]) - sum(int(whole[p]) for p in identity.left)
        for c, n in zip(columns, share_out(rng, max(rest, 0), weights), strict=True):
            rests[c][row] = n
    for row, value in whole.items():
        if row in totals:
            continue
        shares: list[Number] = [0 for _ in columns]
        if value == int(value):
            shares[:] = share_out(rng, int(value), weights)
        else:
            shares[rng.randrange(len(columns))] = value
        for c, share in zip(columns, shares, strict=True):
            out[c][row] = share
    for c in columns:
        _sum_up(form, out[c], rests[c])
    return out


def _sum_up(form: AnnexForm, figures: dict[str, Number], rests: Mapping[str, Number]) -> None:
    """Make every whole the sum of its parts and of what its list leaves out."""
    for identity in reversed(_from_outside(form)):
        figures[identity.right[0]] = exact(sum(figures[p] for p in identity.left) + rests[identity.right[0]])


def spoil(rng: random.Random, annex: Annex) -> None:
    """Make one printed sum wrong."""
    options = [i for i in annex.form.identities if i.id not in annex.form.partial]
    identity = rng.choice(options)
    column = rng.choice(annex.columns)
    address = f"{ANNEX}/{identity.right[0]}/{column}"
    value = annex.cells[address]
    delta = rng.choice([1, 1, 2, 5, 10])
    annex.cells[address] = value - delta if value > delta and rng.random() < 0.5 else value + delta
    annex.is_spoilt = True
