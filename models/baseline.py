"""A reader of rules only, which the trained models must beat.

Headings by the labels of the forms, rows by exact labels with their values in order,
claims by keywords and numbers. It is honest work for clean texts and knows nothing of
damage: what a careful person would write in a day.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from .. import configs
from ..corpus.forms import forms
from ..corpus.numbers import cell_value, numbers
from ..corpus.report import Cell, Claim, Report, Section, Source, Table
from ..corpus.text import Line, Text, lines

_BLANK = re.compile(r"\s+")
_ATOM = re.compile(r"[^|\t\n]+")
_YEAR = re.compile(r"(20\d\d)\s*年")
_CLAUSE = re.compile(r"[,。;:!?\n()]")
_TABLES = ("active_disclosure", "requests", "review_litigation")


@cache
def _rules() -> dict:
    rules = dict(configs.load("baseline"))
    for key in ("heading", "title", "preamble", "colophon"):
        rules[key] = re.compile(rules[key])
    for key in ("claims", "zeros", "all"):
        rules[key] = [
            (rule["metric"], re.compile(rule["claim"]), re.compile(rule.get("unit", ".*"))) for rule in rules[key]
        ]
    return rules


@cache
def _headings() -> dict[str, str]:
    """Section ids by their printed names."""
    out = {}
    for name, entry in configs.load("forms")["sections"].items():
        if name in ("title", "colophon", "preamble"):
            continue
        for label in (entry["label"], *entry.get("variants", ())):
            out[label] = name
    return out


@cache
def _row_labels() -> dict[str, dict[str, str]]:
    """For each table, row ids by their printed names without blanks."""
    out: dict[str, dict[str, str]] = {t: {} for t in _TABLES}
    for form in forms().values():
        for table in form.tables.values():
            for block in table.blocks:
                for row in block.rows:
                    for label in (row.text, *row.variants):
                        out[table.id].setdefault(_BLANK.sub("", label), row.id)
    return out


def baseline_read(text: str, path: str) -> Report:
    """Read a decoded report by rules.

    Parameters
    ----------
    text : str
        The decoded source.
    path : str
        Where it came from; becomes ``source.path``.

    Returns
    -------
    Report
        Without findings.
    """
    cleaned = Text.of(text)
    found = lines(cleaned.view)
    ids = _section_ids(cleaned.view, found)
    sections = _sections(cleaned, found, ids)
    year = next((int(m[1]) for m in _YEAR.finditer(cleaned.view)), None)
    tables, in_table = _tables(cleaned, found, ids)
    claims = tuple(_claims(cleaned, found, ids, in_table))
    title = next((s.title for s in sections if s.id == "title"), "")
    agency = re.split(r"20\d\d|关于", title)[0].strip() or None
    form = next((t.form for t in tables if t.form), None)
    source = Source(path, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    return Report(source.sha256[:16], source, agency, year, form, sections, tables, claims, text=text)


# -- sections -------------------------------------------------------------------


def _section_ids(view: str, found: list[Line]) -> list[str]:
    rules = _rules()
    out: list[str] = []
    current = "colophon"
    for n, line in enumerate(found):
        raw = view[line.start : line.end].strip()
        match = rules["heading"].match(raw)
        heading = _headings().get(_BLANK.sub("", match["name"])) if match else None
        if heading is not None:
            current = heading
        elif n < 6 and current in ("colophon", "title") and len(raw) < 50 and rules["title"].search(raw):
            current = "title"
            for back in range(n - 1, max(n - 3, -1), -1):  # a title over several lines
                broken = view[found[back].start : found[back].end].strip()
                if len(broken) > 30 or rules["colophon"].search(broken):
                    break
                out[back] = "title"
        elif current in ("title", "colophon") and not out.count("overview") and rules["preamble"].search(raw):
            current = "preamble"
        elif rules["colophon"].search(raw) and len(raw) < 60:
            current = "colophon"
        out.append(current)
    return out


def _sections(text: Text, found: list[Line], ids: list[str]) -> tuple[Section, ...]:
    out: list[Section] = []
    starts = [n for n in range(len(found)) if n == 0 or ids[n] != ids[n - 1]]
    for k, n in enumerate(starts):
        start = 0 if k == 0 else found[n].start
        end = found[starts[k + 1]].start if k + 1 < len(starts) else len(text.view)
        title = text.view[found[n].start : found[n].end].strip()
        out.append(Section(ids[n], title, (text.span(start, end),)))
    return tuple(out)


# -- tables ---------------------------------------------------------------------


class _Atom(NamedTuple):
    start: int
    end: int
    text: str


def _atoms(view: str, start: int, end: int) -> list[_Atom]:
    out = []
    for match in _ATOM.finditer(view, start, end):
        stripped = _BLANK.sub("", match.group())
        if stripped:
            out.append(_Atom(match.start(), match.end(), stripped))
    return out


def _tables(text: Text, found: list[Line], ids: list[str]) -> tuple[tuple[Table, ...], set[int]]:
    """The tables, and the lines that belong to them."""
    tables: list[Table] = []
    in_table: set[int] = set()
    for table in _TABLES:
        members = [n for n, name in enumerate(ids) if name == table]
        if not members:
            continue
        atoms = _atoms(text.view, found[members[0]].end, found[members[-1]].end)
        form = "2021" if any(a.text in _new_heads() for a in atoms) else "2019"
        cells = _review_cells(text, atoms) if table == "review_litigation" else _cells(text, table, form, atoms)
        if cells:
            span = text.span(found[members[0]].end, found[members[-1]].end)
            tables.append(Table(table, form if table == "active_disclosure" else None, (span,), cells))
        labels = {*_row_labels()[table], *_heads()}
        first = next((a.start for a in atoms if a.text in labels), None)
        if first is not None:
            in_table |= {n for n in members if found[n].end > first}
    return tuple(tables), in_table


@cache
def _heads() -> frozenset[str]:
    blocks = [b for form in forms().values() for table in form.tables.values() for b in table.blocks]
    return frozenset(label for b in blocks for c in b.columns for label in (c.text, *c.variants))


@cache
def _new_heads() -> frozenset[str]:
    """Column heads that only the form of 2021 prints."""
    old, new = (forms()[key].tables["active_disclosure"].blocks for key in ("2019", "2021"))
    known = {label for b in old for c in b.columns for label in (c.text, *c.variants)}
    return frozenset({c.text for b in new for c in b.columns} - known)


def _columns(table: str, form: str, row: str) -> tuple[str, ...]:
    for key in (form, "2021", "2019"):
        for block in forms()[key].tables[table].blocks:
            if any(r.id == row for r in block.rows):
                return tuple(c.id for c in block.columns)
    return ()


def _cells(text: Text, table: str, form: str, atoms: list[_Atom]) -> tuple[Cell, ...]:
    cells: dict[str, Cell] = {}
    labels = _row_labels()[table]
    row: str | None = None
    values: list[_Atom] = []
    for atom in [*atoms, _Atom(0, 0, "")]:
        known = labels.get(atom.text)
        if known is None and atom.text and cell_value(atom.text) is not None:
            values.append(atom)
            continue
        if row is not None:
            for cell in _placed(text, table, row, _columns(table, form, row), values):
                cells.setdefault(cell.address, cell)
        if known == "other_handling" and form == "2021":
            known = None
        row, values = known, []
    return tuple(cells.values())


def _placed(text: Text, table: str, row: str, columns: tuple[str, ...], values: list[_Atom]) -> Iterator[Cell]:
    """Values of a row in the order of its columns; too few go to the first columns, the last of them to the total."""
    if not values or not columns:
        return
    places = list(columns[: len(values)])
    if 2 <= len(values) < len(columns) and columns[-1] == "total":
        places[-1] = "total"
    for column, atom in zip(places, values, strict=False):
        yield _cell(text, table, row, column, atom)


def _cell(text: Text, table: str, row: str, column: str, atom: _Atom) -> Cell:
    value = cell_value(atom.text, money=column == "amount")
    assert value is not None
    span = text.span(atom.start, atom.end)
    unit = "万元" if column == "amount" else value.unit
    return Cell(table, row, column, value.value, unit, text.source[span.start : span.end], (span,))


def _review_cells(text: Text, atoms: list[_Atom]) -> tuple[Cell, ...]:
    """The fifteen figures behind the heads, in order."""
    block = forms()["2019"].tables["review_litigation"].blocks[0]
    places = [(r.id, c.id) for r in block.rows for c in block.columns]
    values = [a for a in atoms if cell_value(a.text) is not None]
    if len(values) != len(places):
        return ()
    return tuple(_cell(text, "review_litigation", r, c, a) for (r, c), a in zip(places, values, strict=True))


# -- claims ---------------------------------------------------------------------


def _claims(text: Text, found: list[Line], ids: list[str], in_table: set[int]) -> Iterator[Claim]:
    for n, line in enumerate(found):
        if ids[n] in ("title", "colophon", "preamble", "annex") or n in in_table:
            continue
        taken: list[tuple[int, int]] = []
        for claim in (*_counted(text, line, ids[n]), *_uncounted(text, line, ids[n])):
            span = (claim.spans[0].start, claim.spans[0].end)
            if all(span[1] <= a or b <= span[0] or span == (a, b) for a, b in taken):
                taken.append(span)
                yield claim


def _claim(text: Text, section: str, metric: str, start: int, end: int, value: float | int, unit: str | None,
           comparator: str = "=") -> Claim:  # fmt: skip
    span = text.span(start, end)
    return Claim(text.source[span.start : span.end], (span,), section, metric, value, unit, comparator)


def _counted(text: Text, line: Line, section: str) -> Iterator[Claim]:
    """A number with a unit, and the keyword in its clause before it."""
    rules = _rules()
    view = text.view
    for number in numbers(view, line.start, line.end):
        if number.unit not in rules["units"]:
            continue
        start = line.start
        for match in _CLAUSE.finditer(view, line.start, number.start):
            start = match.end()
        clause = view[start : number.start]
        for metric, keyword, unit in rules["claims"]:
            if not unit.fullmatch(number.unit or ""):
                continue
            match = keyword.search(view[start : number.end] if "(?=" in keyword.pattern else clause)
            if match is not None and start + match.start() < number.start:
                begin = start + match.start()
                yield _claim(text, section, metric, begin, number.end, number.value, number.unit, number.comparator)
                break


def _uncounted(text: Text, line: Line, section: str) -> Iterator[Claim]:
    """Statements that there was none, and about all of them."""
    rules = _rules()
    for metric, keyword, _ in rules["zeros"]:
        if match := keyword.search(text.view, line.start, line.end):
            yield _claim(text, section, metric, match.start(), match.end(), 0, None)
    for metric, keyword, _ in rules["all"]:
        if match := keyword.search(text.view, line.start, line.end):
            yield _claim(text, section, metric, match.start(), match.end(), 100, "%")
