"""Cells against cells: the identities of the forms, and what the forms demand and the report lacks.

An empty part counts as zero where its line has other figures; an empty total contradicts
nothing. A cell that was lost, or read without confidence, neither accuses nor clears.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ... import configs
from ...corpus.annexes import ANNEX, NATIONAL, annex_form, annex_levels, annex_rows, is_counted
from ...corpus.forms import Identity, forms, identities
from ...corpus.metrics import expand_all
from ...corpus.numbers import exact
from ...corpus.report import Cell, Finding
from .board import EXTRA, Board, Grid, is_unseen, settings
from .compare import show
from .printed import has_figures, is_lost, is_row_printed, is_section_printed, is_table_printed
from .words import column_name, full, place, row_name, section_heading, section_name, table_name

_TABLES = ("active_disclosure", "requests", "review_litigation")


@dataclass(slots=True)
class Line:
    """One row or column as an identity sees it."""

    left: list[Cell]
    right: list[Cell]
    n_absent: int
    """Cells that the form prints on this line and the report does not have."""
    extras: list[Cell]
    name: str
    n_unseen: int = 0
    """Cells of a table with losses of which the reader saw nothing."""


def identity_findings(board: Board) -> Iterator[Finding]:
    """One finding for each identity on each line that has a figure, and one for each total left empty."""
    seen: set[tuple[str, ...]] = set()
    for identity in identities():
        for grid in board.grids.get(identity.table, ()):
            if grid.n_figures:
                yield from _identity(board, grid, identity, seen)
    for grid in board.grids.get(ANNEX, ()):
        if grid.n_figures:
            yield from _annex_identities(board, grid, seen)


def _annex_identities(board: Board, grid: Grid, seen: set[tuple[str, ...]]) -> Iterator[Finding]:
    """Those of the annex that the printed rows are of, in each column; and of the columns, where all are known."""
    form = annex_form(grid.rows)
    for identity in form.identities:
        left = tuple(row for row in identity.left if row in grid.rows or not annex_rows()[row].is_optional)
        complete = identity.id not in form.partial
        yield from _identity(board, grid, replace(identity, left=left), seen, complete=complete)
    levels = annex_levels()
    columns = {c for cells in grid.rows.values() for c in cells}
    left = tuple(c for c in levels.left if c in columns)
    if left and columns == {*left, *levels.right} and not grid.is_short:
        yield from _identity(board, grid, replace(levels, left=left), seen)


def _identity(
    board: Board, grid: Grid, identity: Identity, seen: set[tuple[str, ...]], *, complete: bool = True
) -> Iterator[Finding]:
    for line in _lines(board, grid, identity):
        if grid.is_short:
            line.n_unseen = sum(is_unseen(c, grid) for c in (*line.left, *line.right))
        for finding in _check_line(board, identity, line, complete=complete):
            if finding.verdict == "missing":
                if finding.cells in seen:
                    continue
                seen.add(finding.cells)
            yield finding


@cache
def _rows_of(table: str, row: str) -> tuple[str, ...]:
    """The rows that an entry of an identity stands for, as the forms print them."""
    if not row.endswith(".*"):
        return (row,)
    printed = [a.split("/") for f in reversed(forms().values()) if table in f.tables for a in f.tables[table].addresses]
    rows = {a.split("/")[1] for c in {c for _, _, c in printed} for a in expand_all(f"{table}/{row}/{c}")}
    order = {r: i for i, r in enumerate(dict.fromkeys(r for _, r, _ in printed))}
    return tuple(sorted(rows, key=lambda r: (order.get(r, len(order)), r)))


@cache
def _columns(table: str) -> tuple[str, ...]:
    form = next(iter(forms().values()))
    if table not in form.tables:
        return ()
    return tuple(dict.fromkeys(a.split("/")[2] for a in form.tables[table].addresses))


def rows_present(grid: Grid, table: str, row: str) -> tuple[list[str], int]:
    """The printed rows that ``row`` (perhaps with ``.*``) stands for, and how many of the form's are not there.

    Where a parent row is printed beside its children, the children count, as long as one has a figure.
    """
    if not row.endswith(".*"):
        return ([row], 0) if row in grid.rows else ([], 1)
    parent = row.removesuffix(".*")
    all_rows = _rows_of(table, row)
    children = [r for r in all_rows if r != parent]
    there = [r for r in children if r in grid.rows]
    if parent not in grid.rows:
        return there, len(children) - len(there)
    if any(c.value is not None for r in there for c in grid.rows[r].values()):
        return there, len(children) - len(there)
    return [parent], 0


def _lines(board: Board, grid: Grid, identity: Identity) -> Iterator[Line]:
    if identity.over == "columns":
        yield from _column_lines(board, grid, identity)
        return
    known = {*identity.left, *identity.right}
    for row, cells in grid.rows.items():
        if row not in grid.rows_with_figures:
            continue
        left = [cells[c] for c in identity.left if c in cells]
        right = [cells[c] for c in identity.right if c in cells]
        n_absent = len(identity.left) + len(identity.right) - len(left) - len(right)
        extras = [c for c in cells.values() if c.column not in known] if len(cells) > len(left) + len(right) else []
        yield Line(left, right, n_absent, extras, f"“{row_name(board.form, identity.table, row)}”行")


def _column_lines(board: Board, grid: Grid, identity: Identity) -> Iterator[Line]:
    sides: list[tuple[list[str], int]] = []
    for side in (identity.left, identity.right):
        rows: list[str] = []
        n_absent = 0
        for entry in side:
            there, lacking = rows_present(grid, identity.table, entry)
            rows += there
            n_absent += lacking
        sides.append((rows, n_absent))
    (left_rows, left_absent), (right_rows, right_absent) = sides
    extra_rows = [r for r in grid.rows if r.startswith(EXTRA)]
    columns = _columns(identity.table) or tuple(dict.fromkeys(c for cells in grid.rows.values() for c in cells))
    for column in columns:
        if column not in grid.columns_with_figures or not is_counted(column):
            continue
        left = [c for r in left_rows if (c := grid.rows[r].get(column)) is not None]
        right = [c for r in right_rows if (c := grid.rows[r].get(column)) is not None]
        n_absent = left_absent + right_absent + len(left_rows) - len(left) + len(right_rows) - len(right)
        extras = [c for r in extra_rows if (c := grid.rows[r].get(column)) is not None]
        name = f"“{column_name(board.form, identity.table, '*', column)}”列"
        yield Line(left, right, n_absent, extras, name)


def _sum(cells: list[Cell]) -> float | int:
    total = sum([c.value for c in cells if c.value])
    return total if isinstance(total, int) else exact(total)


def _is_blank(cells: list[Cell]) -> bool:
    return all(c.value is None for c in cells)


def _check_line(board: Board, identity: Identity, line: Line, *, complete: bool) -> Iterator[Finding]:
    cells = line.left + line.right
    values = [c.value for c in cells]
    if values.count(None) == len(values):
        return
    left, right = _sum(line.left), _sum(line.right)
    is_balance = len(identity.right) > 1
    addresses = _addresses(identity.table, tuple([(c.row, c.column) for c in cells]))
    confidence = min([c.confidence for c in cells])
    if left == right and not line.n_absent and None not in values:  # by far the most lines
        why = f"{_title(identity.table)}{line.name}相符（{identity.says}：{show(left)} = {show(right)}）。"
        yield Finding("identity", "supported", None, addresses, left, right, confidence, None, why)
        return
    totals = line.right
    if is_balance:
        totals = [c for c in (*line.left[:1], *line.right[:1]) if c.row in (identity.left[0], identity.right[0])]
    verdict, reason, why = _judge(board, identity, line, totals, left, right, complete=complete)
    table = _title(identity.table)
    stated, found = (left, right) if is_balance else (right, left)
    yield Finding("identity", verdict, None, addresses, stated, found, confidence, reason, f"{table}{line.name}{why}。")
    if reason != "empty_total" or not (left + right):
        return
    for cell in totals:
        if cell.value is None and cell.confidence >= settings()["confidence"]["cell"]:
            why = f"{table}{place(board.form, cell.address)}未填写，而相关各栏已有非零数字，请补填。"
            others = left + right if is_balance else left
            yield Finding("completeness", "missing", None, (cell.address,), None, others, cell.confidence, reason, why)


@lru_cache(maxsize=1024)
def _addresses(table: str, places: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple([f"{table}/{row}/{column}" for row, column in places])


@cache
def _title(table: str) -> str:
    return f"“{table_name(table)}”表" if table in _TABLES else "附表"


def _judge(
    board: Board, identity: Identity, line: Line, totals: list[Cell], left: float | int, right: float | int,
    *, complete: bool,
) -> tuple[str, str | None, str]:  # fmt: skip
    """Verdict, reason and words for one line."""
    is_balance = len(identity.right) > 1
    if not line.left or len(totals) < (2 if is_balance else 1):
        return "unverifiable", "row_not_printed", f"缺少勾稽所需的栏目，无法核对“{identity.says}”"
    empty = [c for c in totals if c.value is None]
    if any(map(is_lost, empty)):
        lacks = "、".join(place(board.form, c.address) for c in empty if is_lost(c))
        return "unverifiable", "unsure_cells", f"：{lacks}的数字未能读出，请对照原文核对“{identity.says}”"
    if empty:
        lacks = "、".join(place(board.form, c.address) for c in empty)
        return "unverifiable", "empty_total", f"：{lacks}未填写，无法核对“{identity.says}”"
    printed = "表中为" if len(line.right) == 1 else ""
    says = f"{identity.says}：{_shown(line.left)}，{printed}{_shown(line.right)}"
    if left == right:
        return "supported", None, f"相符（{says}）"
    if identity.table == ANNEX and any(map(is_below_nought, (*line.left, *line.right))):
        return "unverifiable", "unsure_cells", f"有数字带负号，请对照原文核对：{says}"
    if line.n_unseen and not all(is_nought(board, c) for c in (*line.left, *line.right) if c.value is None):
        return "unverifiable", "unsure_cells", f"有未能可靠识别的数字，请对照原文核对：{says}"
    if any(_is_passed_over(board, c, line) for c in (*line.left, *line.right)):
        return "unverifiable", "unsure_cells", f"有一行的数字全部未能读出，请对照原文核对：{says}"
    if line.n_absent and (complete or left <= right):
        return "unverifiable", "row_not_printed", f"有栏目未列出或未能读出，无法核对：{says}"
    if not is_balance and _is_blank(line.left):
        return "unverifiable", "parts_blank", f"只填了总数{show(right)}，各分项空白，无法核对"
    extra = _sum(line.extras)
    if extra and (left + extra == right or left == right + extra):
        return "supported", None, f"连同增列栏目相符（{says}，增列{show(extra)}）"
    if extra:
        return "unverifiable", "extra_rows", f"含本地增列栏目，无法按规定格式核对：{says}"
    if not complete and left < right:
        return "unverifiable", "incomplete_list", f"各分项之和小于总数，可能另有未列项目：{says}"
    gap = show(exact(abs(left - right)))
    return "contradicted", identity.id, f"不平：{says}，两边相差{gap}，请核对原始台账后更正"


def is_below_nought(cell: Cell) -> bool:
    """Whether a count has a minus: a slip, or a stroke of the print that stands beside it."""
    return cell.value is not None and cell.value < 0


def is_nought(board: Board, cell: Cell) -> bool:
    """Whether a cell without a figure stands in a row of noughts: whatever was lost there was nothing."""
    rows = [grid.rows[cell.row] for grid in board.grids.get(cell.table, ()) if cell.row in grid.rows]
    figures = [c.value for row in rows for c in row.values() if c.value is not None]
    return cell.value is None and bool(figures) and not any(figures)


def _is_passed_over(board: Board, cell: Cell, line: Line) -> bool:
    """Whether nothing of a cell's row was read, in a column in which others print their noughts: it was overlooked."""
    if cell.value is not None or sum(c.value == 0 for c in (*line.left, *line.right)) < _NOUGHTS:
        return False
    rows = [grid.rows[cell.row] for grid in board.grids.get(cell.table, ()) if cell.row in grid.rows]
    return len(rows[0]) > 1 and all(c.value is None for row in rows for c in row.values()) if rows else False


_NOUGHTS = 3
"""So many printed noughts of a column show that the table prints them."""


def _shown(cells: list[Cell]) -> str:
    """The figures of a side with their sum: 14 + 2 = 16."""
    figures = [c.value for c in cells if c.value]
    if not figures:
        return "0"
    total = show(_sum(cells))
    if len(cells) == 1:
        return total
    if len(cells) == 2:
        return " + ".join(show(c.value or 0) for c in cells) + f" = {total}"
    return (" + ".join(map(show, figures)) + f" = {total}") if len(figures) > 1 else total


# -- what the form demands ------------------------------------------------------


def completeness_findings(board: Board) -> Iterator[Finding]:
    """Sections, tables and rows that the form demands and the report lacks or leaves blank."""
    if not board.is_modern:
        for annex in board.grids.get(ANNEX, ()):
            yield from _missing_in_annex(annex)
        return
    present = {s.id for s in board.report.sections}
    for section in configs.load("forms")["demanded_sections"]:
        if section in present:
            continue
        if is_section_printed(board, *section_heading(section)):
            why = f"“{section_name(section)}”部分有标题，但未能划分出来，请对照原文核对。"
            yield _unread("section_not_read", why, section)
        else:
            yield _missing("section_absent", f"未见“{section_name(section)}”部分，请按规定格式补充。", section)
    for table in _TABLES:
        grid = board.grid(table)
        name = table_name(table)
        if grid is None:
            if is_table_printed(board, table):
                yield _unread("table_not_read", f"“{name}”表有文字，但未能读出，请对照原文核对是否按规定填写。", table)
            else:
                yield _missing("table_absent", f"未见“{name}”的规定表格（可能是图片或附件），请以文字表格补充。", table)
        elif not grid.n_figures:
            if has_figures(board, grid):
                yield _unread("table_not_read", f"“{name}”表有数字，但未能读出，请对照原文核对是否填写。", table)
            else:
                yield _missing("table_blank", f"“{name}”表全部空白，请填写；没有的应填0。", table)
        else:
            yield from _missing_rows(board, grid)


_MOST = 0.8
"""An annex of which fewer of the form's rows were read may have lost the others in reading."""


def _missing_in_annex(grid: Grid) -> Iterator[Finding]:
    """Rows of the national annex that are not printed; a region's own form demands what it prints."""
    form = annex_form(grid.rows)
    if form.id != NATIONAL or grid.is_short:
        return
    if not grid.n_figures:
        yield _missing("table_blank", "附表全部空白，请填写；没有的应填0。", ANNEX)
        return
    demanded = [row for row in form.figure_rows if not row.is_optional]
    absent = [row for row in demanded if row.id not in grid.rows]
    if len(absent) > (1 - _MOST) * len(demanded):
        return
    for row in absent:
        why = f"附表未列出“{full(row.label.text)}”行，请按规定格式补充；没有的应填0。"
        yield _missing("row_absent", why, f"{ANNEX}/{row.id}")


def _missing(reason: str, explanation: str, what: str, confidence: float = 1.0) -> Finding:
    return Finding("completeness", "missing", None, (), what, None, confidence, reason, explanation)


def _unread(reason: str, explanation: str, what: str, cells: tuple[str, ...] = ()) -> Finding:
    """What the form demands and the source prints, but the reader could not make out: nobody's omission."""
    return Finding("completeness", "unverifiable", None, cells, what, None, 1.0, reason, explanation)


def _missing_rows(board: Board, grid: Grid) -> Iterator[Finding]:
    form = forms().get(grid.form or board.form or "")
    if form is None:
        return
    for block in form.tables[grid.id].blocks:
        for row in block.rows:
            cells = grid.rows.get(row.id)
            if cells is None:
                if _has_family(grid, row.id):
                    continue
                yield _absent_row(board, grid, row.id, row.text)
            elif grid.id != "requests" and all(c.value is None for c in cells.values()):
                yield _blank_row(grid, row.text, list(cells.values()))


def _absent_row(board: Board, grid: Grid, row: str, label: str) -> Finding:
    said, what = f"“{table_name(grid.id)}”表“{full(label)}”行", f"{grid.id}/{row}"
    if is_row_printed(board, grid.id, label):
        return _unread("row_not_read", f"{said}未能读出，请对照原文核对是否填写。", what)
    if grid.is_short:
        return _unread("row_not_read", f"未见{said}，但该表有数字未能读出，请对照原文核对。", what)
    why = f"“{table_name(grid.id)}”表未列出“{full(label)}”行，请按规定格式补充；没有的应填0。"
    return _missing("row_absent", why, what)


def _blank_row(grid: Grid, label: str, cells: list[Cell]) -> Finding:
    said, places = f"“{table_name(grid.id)}”表“{full(label)}”行", tuple(c.address for c in cells)
    if any(is_lost(c) for c in cells):
        what = f"{grid.id}/{cells[0].row}"
        return _unread("row_not_read", f"{said}的数字未能读出，请对照原文核对是否填写。", what, places)
    return Finding(
        "completeness", "missing", None, places, None, None, min(c.confidence for c in cells), "row_blank",
        f"{said}未填写，请补填；没有的应填0。",
    )  # fmt: skip


def _has_family(grid: Grid, row: str) -> bool:
    """Whether a row's parent or children are printed in its place (other_handling of the two forms)."""
    stem = row.split(".")[0]
    return any(r != row and (r == stem or (row == stem and r.startswith(stem + "."))) for r in grid.rows)
