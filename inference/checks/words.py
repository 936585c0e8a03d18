"""Chinese names for addresses and metrics, from the forms; nothing is named twice."""

from __future__ import annotations

import re
from functools import lru_cache

from ... import configs
from ...corpus.annexes import ANNEX, annex_columns, annex_rows
from ...corpus.forms import forms
from ...corpus.metrics import expand_all, parse_metric
from .board import EXTRA

_FULL = str.maketrans("(),:;", "（），：；")
_EXPLANATION = re.compile(r"(?<=[^\d一二三四五六七八九十])\(.*\)$")


def full(label: str) -> str:
    """A label of the forms as it is printed: full-width punctuation, no explanation behind it."""
    short = _EXPLANATION.sub("", label) or label
    return short.translate(_FULL)


@lru_cache
def section_heading(section: str) -> tuple[str | None, str]:
    """A section's number, where it has one, and its name."""
    entry = configs.load("forms")["sections"].get(section)
    return (None, section) if entry is None else (entry.get("number"), entry["label"])


def section_name(section: str) -> str:
    number, label = section_heading(section)
    return f"{number}、{label}" if number else label


@lru_cache
def _labels(form: str | None) -> dict[tuple[str, str], str]:
    """Row and column names by (table, id); columns by (table/row, id)."""
    out: dict[tuple[str, str], str] = {}
    order = [f for f in forms() if f != form] + ([form] if form in forms() else [])
    for key in order:
        for table in forms()[key].tables.values():
            for block in table.blocks:
                for row in block.rows:
                    out[table.id, row.id] = full(row.text)
                    for column in block.columns:
                        out[f"{table.id}/{row.id}", column.id] = full(column.text)
                        out[f"{table.id}/*", column.id] = full(column.text)
    for key, line in annex_rows().items():
        out[ANNEX, key] = full(line.label.text)
    for key, label in annex_columns().items():
        out[f"{ANNEX}/*", key] = full(label.text)
    return out


@lru_cache(maxsize=512)
def row_name(form: str | None, table: str, row: str) -> str:
    if row.startswith(EXTRA):
        return row.removeprefix(EXTRA)
    if row.endswith(".*"):
        entry = configs.load("forms")["groups"].get(row[:-2])
        return full(entry["label"]) if entry else row
    return _labels(form).get((table, row), row)


@lru_cache(maxsize=512)
def column_name(form: str | None, table: str, row: str, column: str) -> str:
    if column.startswith(EXTRA):
        return column.removeprefix(EXTRA)
    labels = _labels(form)
    return labels.get((f"{table}/{row}", column)) or labels.get((f"{table}/*", column), column)


@lru_cache
def table_name(table: str) -> str:
    entry = configs.load("forms")["sections"].get(table)
    return entry["label"] if entry else table


@lru_cache(maxsize=2048)
def place(form: str | None, address: str) -> str:
    """“一、本年新收政府信息公开申请数量”行“总计”列."""
    table, row, column = address.split("/", 2)
    known = row
    if row.endswith(".*"):
        known = next((a.split("/")[1] for a in expand_all(address)), row)
    return f"“{row_name(form, table, row)}”行“{column_name(form, table, known, column)}”列"


@lru_cache(maxsize=1024)
def metric_name(form: str | None, metric: str) -> str:
    """What the tables call the fact that a metric over cells states."""
    parsed = parse_metric(metric)
    part = _sum_name(form, parsed.terms)
    return f"{part}占{_sum_name(form, parsed.whole)}的比例" if parsed.is_ratio else part


def _sum_name(form: str | None, terms: tuple[str, ...]) -> str:
    """The cells of a sum; those of whole rows and columns once each: “甲”“乙”两行“丙”“丁”两列之和."""
    places = [tuple(t.split("/", 2)) for t in terms]
    rows, columns = (list(dict.fromkeys(p[i] for p in places)) for i in (1, 2))
    tables = {p[0] for p in places}
    if len(terms) == 1 or len(tables) > 1 or {(r, c) for _, r, c in places} != {(r, c) for r in rows for c in columns}:
        return "加".join(place(form, t) for t in terms)
    (table,) = tables
    names = ([row_name(form, table, r) for r in rows], [column_name(form, table, rows[0], c) for c in columns])
    said = ["".join(f"“{n}”" for n in side) for side in names]
    counted = [
        f"{_COUNTED[len(n)] if len(n) < len(_COUNTED) else ''}{what}" for n, what in zip(names, "行列", strict=True)
    ]
    return f"{said[0]}{counted[0]}{said[1]}{counted[1]}之和"


_COUNTED = ("", "", "两", "三", "四", "五", "六", "七")
"""How many rows or columns are named: a table has seven columns at most."""
