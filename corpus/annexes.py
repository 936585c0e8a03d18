"""The statistics annexes of reports before 2019, as types: the national one and regional ones before it.

Sources: 国办发〔2014〕32号 for 2014-2018; labels of regional statistics forms for 2008-2013.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from .. import configs
from .alternatives import any_of
from .forms import Identity, Label

ANNEX = "annex"
NATIONAL = "national"
"""The form of 2014-2018; what regions printed before it is their own."""
COUNT = "count"
"""The column that counts the whole body in the report's year."""


@dataclass(frozen=True)
class AnnexRow:
    """One printed row. ``unit`` is None for a heading, which carries no figure."""

    id: str
    label: Label
    unit: str | None
    depth: int
    is_optional: bool = False


@dataclass(frozen=True)
class AnnexForm:
    """One annex: its rows in printed order, its columns and identities.

    ``heads`` are the heads beside the figures by what stands below them (label, unit, code), ``helper`` the row of
    signs below the heads, ``partial`` the identities whose left side may stop short.
    """

    id: str
    basis: str
    years: range
    heads: dict[str, tuple[str, ...]]
    helper: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[AnnexRow, ...]
    identities: tuple[Identity, ...]
    partial: frozenset[str]

    @property
    def figure_rows(self) -> tuple[AnnexRow, ...]:
        """The rows that carry figures."""
        return tuple(row for row in self.rows if row.unit is not None)


@cache
def annexes() -> dict[str, AnnexForm]:
    """The annexes by id."""
    out = {}
    for key, data in configs.load("forms")["annexes"].items():
        rows = tuple(
            AnnexRow(
                row["id"],
                Label(row["id"], row["label"], tuple(row.get("variants", ())), row.get("unit")),
                row.get("unit"),
                row.get("depth", 0),
                row.get("optional", False),
            )
            for row in data["rows"]
        )
        entries = data["identities"]
        out[key] = AnnexForm(
            key,
            data["basis"],
            range(data["years"][0], data["years"][1] + 1),
            {kind: tuple(labels) for kind, labels in data["heads"].items()},
            tuple(data.get("helper", ())),
            tuple(data["columns"]),
            rows,
            tuple(Identity(i["id"], ANNEX, "columns", tuple(i["left"]), tuple(i["right"]), i["says"]) for i in entries),
            frozenset(i["id"] for i in entries if not i.get("complete", True)),
        )
    return out


@cache
def annex_rows() -> dict[str, AnnexRow]:
    """Every row of any annex, in the order of print, the annexes merged; the national label where there is one."""
    order: list[str] = []
    rows: dict[str, AnnexRow] = {}
    for form in annexes().values():
        at = 0
        for row in form.rows:
            if row.id not in rows:
                rows[row.id] = row
                order.insert(at, row.id)
            at = order.index(row.id) + 1
    return {key: rows[key] for key in order}


@cache
def annex_columns() -> dict[str, Label]:
    """The columns of the annexes."""
    entries = configs.load("forms")["annex_columns"]
    return {key: Label(key, e["label"], tuple(e.get("variants", ()))) for key, e in entries.items()}


@cache
def annex_levels() -> Identity:
    """In each row: the columns of the levels sum to the whole, where that is printed beside them."""
    entry = configs.load("forms")["annex_levels"]
    return Identity("levels", ANNEX, "rows", tuple(entry["left"]), tuple(entry["right"]), entry["says"])


@cache
def annex_growing() -> tuple[str, ...]:
    """Columns each of which counts all that the one before it counts."""
    return tuple(configs.load("forms")["annex_growing"])


@cache
def annex_states() -> dict[str, str]:
    """Rows of the annexes that state what a metric of the prose states."""
    return dict(configs.load("forms")["annex_states"])


@cache
def annex_labels() -> frozenset[str]:
    """Every label of a row of the annexes that is more than a common word, without blanks."""
    found = {"".join(x.split()) for f in annexes().values() for r in f.rows for x in (r.label.text, *r.label.variants)}
    return frozenset(label for label in found if len(label) > _COMMON)


_COMMON = 3


def told_in_annex(metric: str) -> tuple[str, ...]:
    """The rows of the annexes that state a metric of the prose."""
    return tuple(row for row, stated in annex_states().items() if stated == metric)


def annex_form(rows: Collection[str]) -> AnnexForm:
    """The annex that has most of some rows, the national one where nothing tells."""
    return max(annexes().values(), key=lambda form: sum(row.id in rows for row in form.figure_rows))


@cache
def _heads() -> dict[str, str]:
    out: dict[str, str] = {}
    for form in annexes().values():
        for kind, labels in form.heads.items():
            out.update((bare(label), f"({kind})") for label in labels)
        out.update((sign, "(helper)") for sign in form.helper)
    for key, label in annex_columns().items():
        out.update((bare(text), key) for text in (label.text, *label.variants))
    return out


def bare(text: str) -> str:
    """A head without blanks, brackets and the words that add nothing."""
    return re.sub(r"[\s()（）、,:：]", "", text)


def known_head(head: str) -> str | None:
    """What a head says that is printed as the forms have it, as `head_key` says it; None for any other."""
    return _heads().get(bare(head))


def head_key(head: str) -> str | None:
    """What a head says: a column, ``(label)``, ``(unit)``, ``(code)`` and the like, or None; a slip is forgiven."""
    text = bare(head)
    known = _heads().get(text)
    if known is None and len(text) > 2:
        known = next((_heads()[t] for t in get_close_matches(text, _heads(), 1, _ALIKE)), None)
    return known


_ALIKE = 0.8


def is_dated(head: str) -> bool:
    """Whether a head names a year."""
    return re.fullmatch(configs.load("forms")["annex_dated"], bare(head)) is not None


def is_uncounted(head: str) -> bool:
    """Whether what stands below a head is no count but a share, a change or a rank: no sum holds for it."""
    return known_head(head) is None and re.search(configs.load("forms")["annex_uncounted"], bare(head)) is not None


def is_counted(column: str) -> bool:
    """Whether a column, by its id, holds counts."""
    return not (column.startswith("extra:") and is_uncounted(column.removeprefix("extra:")))


@cache
def any_head() -> re.Pattern[str]:
    """Any head of an annex, the longest first."""
    dated = configs.load("forms")["annex_dated"]
    return re.compile(f"{dated}|{any_of({bare(h) for h in _heads()})}")


@cache
def figure_behind_head() -> re.Pattern[str]:
    """A head of a count column with the figure behind it, a unit perhaps before: ``条:统计数:12``, ``2012年=3``."""
    dated = configs.load("forms")["annex_dated"]
    head = f"{dated}|{any_of(h for h, key in _heads().items() if not key.startswith('('))}"
    unit = any_of({r.unit for f in annexes().values() for r in f.rows if r.unit})
    return re.compile(
        rf"(?P<before>(?:^|[\s:=,;、(])(?:{unit})?[\s:=]*|^)(?P<head>{head})"
        r"(?P<parted>\s*[:=]?\s*)(?P<figure>-?\d+(?:,\d{3})*(?:\.\d+)?)?(?P<behind>(?=[\s,;。、)]|$))"
    )


def columns_of(heads: Iterable[str]) -> list[str]:
    """The column ids of the heads of an annex in printed order; heads beside the figures left out.

    A head that names a year counts that year: the latest is `COUNT`, earlier ones keep their label, as do heads that no
    annex knows.
    """
    dated = re.compile(configs.load("forms")["annex_dated"])
    texts = [bare(h) for h in heads]
    years = sorted({t[:4] for t in texts if dated.fullmatch(t)})
    out: list[str] = []
    for text in texts:
        key = head_key(text)
        if dated.fullmatch(text):
            key = COUNT if text[:4] == years[-1] else None
        if key is not None and key.startswith("("):
            continue
        if key == COUNT and out[:1] == [COUNT]:
            del out[0]  # a head over all the others
        if key is None or key in out:
            key = f"extra:{text}"
        out.append(key)
    return out
