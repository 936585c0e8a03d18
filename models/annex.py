"""The statistics annexes of reports before 2019: their rows, and one or more count columns.

The role model says which words are labels, units and heads of an annex; `annex_rows` decides for
all labels together which row each is; the heads say which columns there are. Numbers that only
count the rows are set aside. Nothing is repaired: where figures are more or fewer than their
places and nothing tells which is which, they are left out and named in a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..corpus.annexes import (
    ANNEX,
    COUNT,
    AnnexForm,
    AnnexRow,
    annex_growing,
    annex_levels,
    annexes,
    any_head,
    bare,
    columns_of,
    head_key,
    is_dated,
    known_head,
)
from .annex_rows import Word, align, is_known
from .atoms import BREAK, EMPTY, TAIL, VALUE, WORD, Atom
from .drafts import Draft, Entry, Row
from .frames import Frame
from .placing import ways
from .rows import ACCEPT, Rows
from .search import Hard, posteriors
from .traces import Marks

Item = tuple[str, int, float]
"""Kind, atom and probability of a token."""
_MONEY = ("元", "万元")
_CODED = re.compile(r"0\d{2,}$")
_SHORT = 4
"""A word of no row that is shorter is the rest of a torn label, not the label of an added row."""
_MIN_NUMBERED = 5
_FILLED = -0.5
"""Log odds that a column of an annex holds a figure where the empties of a row were lost."""


@dataclass
class Line:
    """A row as it was printed: what row it is, how sure that is, and its run of figures and kept empties."""

    key: str
    sure: float
    row: AnnexRow | None = None
    items: list[int] = field(default_factory=list)
    named: list[tuple[str, int]] = field(default_factory=list)
    """Figures behind a head of their own, where every row spells its heads out."""
    label: int = -1
    """The last atom of its label."""

    @property
    def has_figures(self) -> bool:
        """Whether its row carries figures: any but a heading."""
        return self.row is None or self.row.unit is not None


def read_annex(draft: Draft, stream: Sequence[Item], atoms: Sequence[Atom], rows: Rows) -> None:
    """Read the tokens of an annex into its draft.

    Parameters
    ----------
    stream : sequence of (kind, atom, probability)
        ``label``, ``unit``, ``head``, ``extra``, ``word`` (of no known role), ``item`` or ``break``, in order.
    """
    stream = _with_heads(stream, atoms)
    lines, form = _lines(stream, atoms)
    if form is None:
        return
    _trim(lines, atoms, {a for kind, a, _ in stream if kind in ("unit", "head")})
    _set_explanations_aside(lines, atoms)
    _set_numbers_aside(lines, atoms)
    _set_spans_aside(lines, atoms)
    heads = _heads(stream, atoms)
    coded = [a for line in lines for a in line.items if _CODED.match(atoms[a].text)]
    if len(coded) >= _OFTEN:  # the number of a row before its figures, nothing between: how many is anybody's guess
        draft.warnings.append(("figures_run_together", coded[0]))
        return
    if 2 * sum(any(_column(head) for head, _ in line.named) for line in lines) > len(lines):
        _read_named(draft, lines, atoms, rows)
        return
    columns = _columns(heads, lines, atoms, form)
    if not columns:
        first = next((a for line in lines for a in line.items if atoms[a].kind == VALUE), None)
        if first is not None:
            draft.warnings.append(("column_not_placed", first))
        return
    frame = Frame("legacy", tuple(columns), tuple(columns))
    printed: list[tuple[Line, Row]] = []
    for line in lines:
        if line.has_figures and line.key not in draft.rows:
            row = draft.rows[line.key] = Row(line.key, frame, line.sure)
            printed.append((line, row))
    if _is_pool(printed, columns, atoms):
        _deal(draft, printed, columns, form, atoms, rows)
        return
    can_split = bool(heads) and not {head_key(head) for head in heads} & {"(code)", "(order)", "(helper)"}
    for line, row in printed:
        if _is_glued(line, len(columns) if heads else 2, atoms):  # where no head tells how many they are
            if can_split:
                _split(draft, line, row, columns, atoms)
            else:
                draft.warnings.append(("figures_run_together", line.items[0]))
        else:
            _place(draft, line, row, columns, atoms, rows)


def _column(head: str) -> str:
    """The column that a head before a figure names; nothing where it names none."""
    apart = [m.group() for m in any_head().finditer(bare(head))]
    return next(iter(columns_of(apart[-1:])), "")


def _read_named(draft: Draft, lines: Sequence[Line], atoms: Sequence[Atom], rows: Rows) -> None:
    """Rows in which every figure stands behind its head."""
    columns = tuple(dict.fromkeys(c for line in lines for head, _ in line.named if (c := _column(head))))
    frame = Frame("legacy", columns, columns)
    for line in lines:
        if not line.has_figures or line.key in draft.rows:
            continue
        row = draft.rows[line.key] = Row(line.key, frame, line.sure)
        for head, atom in line.named:
            if (column := _column(head)) and column not in row.cells:
                _put(row, line, column, atom, 0.9, atoms, rows)


def _with_heads(stream: Sequence[Item], atoms: Sequence[Atom]) -> list[Item]:
    """The stream with the heads that were taken for labels: beside another head, or before figure after figure."""
    often = Counter(atoms[a].text for kind, a, _ in stream if kind in _WORDY)
    out: list[Item] = []
    has_figures = False
    for k, (kind, atom, sure) in enumerate(stream):
        has_figures |= kind == "item" and atoms[atom].kind == VALUE
        text = atoms[atom].text
        if kind in ("label", "word", "unit") and ((known := known_head(text)) is not None or is_dated(text)):
            is_beside = not has_figures and any(t[0] == "head" for t in (*out[-2:], *stream[k + 1 : k + 3]))
            is_repeated = often[text] >= _OFTEN and stream[k + 1 : k + 2] and stream[k + 1][0] == "item"
            if is_beside or (is_repeated and known != "(unit)"):
                kind = "head"
        out.append((kind, atom, sure))
    return out


_WORDY = ("label", "word", "unit", "head")
_OFTEN = 4
"""A head that stands before so many figures names the column of each."""


# -- rows -----------------------------------------------------------------------


def _lines(stream: Sequence[Item], atoms: Sequence[Atom]) -> tuple[list[Line], AnnexForm | None]:
    """The printed rows with their runs of items, and the form they are of."""
    at = [k for k, (kind, _, _) in enumerate(stream) if kind in ("label", "word")]
    words = []
    for n, k in enumerate(at):
        follow = stream[k + 1 : at[n + 1] if n + 1 < len(at) else len(stream)]
        before = stream[at[n - 1] : k] if n else ()
        words.append(
            Word(
                atoms[stream[k][1]].text,
                not any(kind == "item" and atoms[a].kind == VALUE for kind, a, _ in before),
                any(kind == "item" and atoms[a].kind == VALUE for kind, a, _ in follow),
                next((atoms[a].text for kind, a, _ in follow if kind == "unit"), ""),
            )
        )
    found = align(words)
    row_of = dict(zip(at, zip(found.rows, found.sure, strict=True), strict=True))
    lines: list[Line] = []
    head = ""
    for k, (kind, atom, sure) in enumerate(stream):
        number, certain = row_of.get(k, (-1, 0.0))
        text = atoms[atom].text
        if number >= 0:
            row = found.form.rows[number]
            if not lines or lines[-1].key != row.id:
                lines.append(Line(row.id, min(certain, 0.5 + 0.5 * sure), row))
            lines[-1].label = atom
        elif (
            (
                kind == "extra"
                or (
                    kind == "label"
                    and len(text) >= _SHORT
                    and not is_known(found.form, text)  # else a second copy of the annex
                    and _stands_alone(stream, k, atoms, lines[-1:])
                )
            )
            and _is_printed_alike(stream, k, atoms, lines[-1:])
        ):
            lines.append(Line(f"extra:{text}", sure))
        elif kind in ("item", "break") and lines:
            lines[-1].items.append(atom)
            if kind == "item" and head:
                lines[-1].named.append((head, atom))
        head = text if kind in ("head", "unit") and lines else ""
    return lines, found.form if any(r >= 0 for r in found.rows) else None


def _trim(lines: Sequence[Line], atoms: Sequence[Atom], own: set[int]) -> None:
    """Take out figures that words of nobody part from the boxes of their row: those of what stands below the annex."""
    for line in lines:
        boxes = [k for k, a in enumerate(line.items) if atoms[a].kind != BREAK]
        for before, k in pairwise(boxes):
            between = range(line.items[before] + 1, line.items[k])
            if any(a not in own and atoms[a].kind == WORD and _n_letters(atoms[a].text) > 1 for a in between):
                del line.items[k:]
                break


def _n_letters(text: str) -> int:
    return sum("\u4e00" <= c <= "\u9fff" for c in text)


def _stands_alone(stream: Sequence[Item], k: int, atoms: Sequence[Atom], before: Sequence[Line]) -> bool:
    """Whether a label of no row has figures of its own, and the label before it has too: one that a locality added."""

    def is_followed(start: int, step: int) -> bool:
        for kind, atom, _ in stream[start::step]:
            if kind in ("label", "word", "extra", "head"):
                return False
            if kind == "item":
                return atoms[atom].kind == VALUE
        return False

    is_first = any(not line.has_figures for line in before)  # below a heading, which has none
    return is_followed(k + 1, 1) and (is_first or (k > 0 and is_followed(k - 1, -1)))


def _is_printed_alike(stream: Sequence[Item], k: int, atoms: Sequence[Atom], before: Sequence[Line]) -> bool:
    """Whether a label does not touch its figure where those of the row before it stand apart: 浏览次数:3 below it."""
    items = [a for line in before for a in line.items if atoms[a].kind == VALUE]
    is_apart = bool(items) and not atoms[items[0]].glued
    follower = next((a for kind, a, _ in stream[k + 1 :] if kind != "unit"), None)
    return not (is_apart and follower is not None and atoms[follower].kind == VALUE and atoms[follower].glued)


def _set_numbers_aside(lines: Sequence[Line], atoms: Sequence[Atom]) -> None:
    """Take out what numbers the rows: a code behind each label, or a number before the next one."""
    for place_ in (0, -1):
        shown = []
        for line in lines:
            figures = [a for a in line.items if atoms[a].kind == VALUE]
            if figures and atoms[figures[place_]].text.isdigit():
                shown.append((line, figures[place_]))
        numbers = [int(atoms[a].text) for _, a in shown]
        steps = sum(b == a + 1 for a, b in pairwise(numbers))
        if steps >= _MIN_NUMBERED and 4 * steps >= 3 * (len(numbers) - 1):
            for k, (line, atom) in enumerate(shown):
                if numbers[k] - 1 in numbers[max(0, k - 1) : k] or numbers[k] + 1 in numbers[k + 1 : k + 2]:
                    line.items.remove(atom)  # the last row is followed by no number: its figure stays


def _set_explanations_aside(lines: Sequence[Line], atoms: Sequence[Atom]) -> None:
    """Take out numbers on the line of a label where figures stand on lines of their own: 培训人数（2014）."""
    told = [(line, [a for a in line.items if atoms[a].kind == VALUE]) for line in lines if line.label >= 0]
    told = [(line, figures) for line, figures in told if figures]
    n_below = sum(atoms[figures[-1]].line > atoms[line.label].line for line, figures in told)
    if 10 * n_below < 9 * len(told):
        return
    for line, figures in told:
        beside = [a for a in figures if atoms[a].line == atoms[line.label].line]
        if len(beside) < len(figures):
            line.items = [a for a in line.items if a not in beside]


def _set_spans_aside(lines: Sequence[Line], atoms: Sequence[Atom]) -> None:
    """Take out empty boxes behind figures where pipes at the end only count the boxes that are not printed."""
    has_tails = any(atoms[a].kind == BREAK and atoms[a].text == TAIL for line in lines for a in line.items)
    kinds = [[atoms[a].kind for a in line.items if atoms[a].kind != BREAK] for line in lines]
    if not has_tails or any(a == EMPTY and b == VALUE for row in kinds for a, b in pairwise(row)):
        return
    for line, row in zip(lines, kinds, strict=True):
        if VALUE in row:
            line.items = [a for a in line.items if atoms[a].kind != EMPTY or atoms[a].text]


# -- columns --------------------------------------------------------------------


def _heads(stream: Sequence[Item], atoms: Sequence[Atom]) -> list[str]:
    """The heads before the first row's figures, torn ones joined."""
    heads: list[str] = []
    for kind, atom, _ in stream:
        if kind == "head" and atoms[atom].kind == WORD:
            heads.append(atoms[atom].text)
        elif kind == "item" and heads and atoms[atom].kind == VALUE:
            break
    return [head for head in _from_first(_joined(heads)) if not _is_scrap(head)]


def _from_first(heads: Sequence[str]) -> list[str]:
    """The heads from that of the labels on: a title stands before it."""
    keys = [head_key(head) for head in heads]
    for key in ("(label)", "(unit)"):
        if key in keys:
            return list(heads[keys.index(key) :])
    known = [k for k, head in enumerate(heads) if not _is_unknown(head)]
    return list(heads[known[0] :]) if known else list(heads)


def _is_scrap(head: str) -> bool:
    """Whether a word is no head: the number of a heading, what a scanner made of a line."""
    if known_head(head) is not None or is_dated(head):
        return False
    return sum(map(_is_letter, head)) < _FEWEST_LETTERS or len(set(bare(head))) == 1


def _is_letter(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" and char not in "一二三四五六七八九十"


_FEWEST_LETTERS = 2


def _joined(heads: Sequence[str]) -> list[str]:
    """Heads that were torn put together, heads that run together taken apart."""
    joined: list[str] = []
    for head in _spelled(heads):
        apart = [m.group() for m in any_head().finditer(bare(head))] if _is_unknown(head) else []
        if len(apart) > 1 and 2 * sum(map(len, apart)) > len(bare(head)):
            joined += apart
            continue
        whole = (joined[-1] + head) if joined else ""
        if whole and (_is_unknown(joined[-1]) or _is_unknown(head)) and not _is_unknown(whole):
            joined[-1] = whole
        else:
            joined.append(head)
    return joined


def _spelled(heads: Sequence[str]) -> list[str]:
    """Heads printed with blanks between their characters (统 计 数) as words."""
    out: list[str] = []
    k = 0
    while k < len(heads):
        n = next((n for n in range(_MOST_PIECES, 1, -1) if _is_spelled(heads[k : k + n], n)), 1)
        out.append("".join(heads[k : k + n]))
        k += n
    return out


_MOST_PIECES = 6


def _is_spelled(pieces: Sequence[str], n: int) -> bool:
    return len(pieces) == n and all(len(p) == 1 for p in pieces) and not _is_unknown("".join(pieces))


def _is_unknown(head: str) -> bool:
    return any(c.startswith("extra:") for c in columns_of([head]))


def _columns(heads: Sequence[str], lines: Sequence[Line], atoms: Sequence[Atom], form: AnnexForm) -> list[str]:
    """The columns of an annex; none where the figures say that its heads were misread."""
    columns = list(dict.fromkeys(columns_of(heads)))
    full = Counter(n for line in lines[:-1] if line.has_figures and (n := _width(line, atoms)))
    most = max(full.values(), default=0)
    widest = max((n for n, seen in full.items() if 4 * seen >= most), default=0)
    if not columns:
        if widest <= 1:
            return [COUNT]
        return list(form.columns) if len(form.columns) == widest and _is_surely(form, lines) else []
    known = [c for c in columns if not c.startswith("extra:")]
    if known and len(known) == widest < len(columns):
        return known  # 指标|名称|单位|数值, torn: a strange head under which nothing stands is none
    is_over = len(columns) == widest + 1 > 2 and columns[0] == COUNT and 10 * full[len(columns)] <= full[widest]
    if is_over and 5 * full[widest] >= 3 * full.total():
        return columns[1:]  # one head over all the others
    return columns if len(columns) >= widest else []


def _is_surely(form: AnnexForm, lines: Sequence[Line]) -> bool:
    """Whether rows are printed that tell the form from others with as many columns."""
    others = [f for f in annexes().values() if f is not form and len(f.columns) == len(form.columns)]
    common = {row.id for other in others for row in other.rows}
    return len({line.key for line in lines if line.row is not None} - common) >= _TELLING


_TELLING = 3


def _width(line: Line, atoms: Sequence[Atom]) -> int:
    """How many boxes a row shows something in; none where that is only signs for nothing."""
    kinds = [atoms[a].kind for a in line.items if atoms[a].text and atoms[a].kind in (VALUE, EMPTY)]
    return len(kinds) if VALUE in kinds else 0


# -- figures --------------------------------------------------------------------


def _put(row: Row, line: Line, column: str, atom: int, sure: float, atoms: Sequence[Atom], rows: Rows) -> None:
    """Note an atom as a cell. Only money has decimals."""
    a = atoms[atom]
    start, text = a.start, a.text if a.kind == VALUE else ""
    if text[:1] == "-":  # a bullet or the end of a rule, no sign: nothing is counted below nought
        start, text = a.end - len(text) + 1, text[1:]
    if "." in text and not (line.row is None or line.row.unit in _MONEY):
        return
    row.cells[column] = Entry(start, a.end, text, sure)
    row.is_read = True


def _place(draft: Draft, line: Line, row: Row, columns: Sequence[str], atoms: Sequence[Atom], rows: Rows) -> None:
    """The figures of one printed row to its columns."""
    items = [a for a in line.items if atoms[a].kind != BREAK]
    figures = [a for a in items if atoms[a].kind == VALUE]
    n = len(columns)
    if len(figures) > n:  # what follows the last row is another line's
        own = [a for a in figures if atoms[a].line == atoms[figures[0]].line]
        figures = items = own if len(own) == n else figures
    chosen = next((some for some in (items, figures, _at_end(items, figures, n)) if len(some) == n), None)
    if chosen is not None:
        for column, atom in zip(columns, chosen, strict=True):
            _put(row, line, column, atom, 0.95, atoms, rows)
    elif not figures:
        for column, atom in zip(columns, items, strict=False):
            _put(row, line, column, atom, 0.85, atoms, rows)
    elif len(figures) > n:
        draft.warnings.append(("row_has_more_figures", figures[0]))
    else:
        _search(draft, line, row, columns, items if len(items) < n else figures, atoms, rows)


def _is_glued(line: Line, n: int, atoms: Sequence[Atom]) -> bool:
    """Whether a row's one run of digits, right behind its label, may be the figures of several columns."""
    items = [a for a in line.items if atoms[a].kind != BREAK]
    return len(items) == 1 < n and atoms[items[0]].glued and len(atoms[items[0]].text) > 1


def _split(draft: Draft, line: Line, row: Row, columns: Sequence[str], atoms: Sequence[Atom]) -> None:
    """Figures of a row with nothing between them or before them: cut apart, where one way alone is left."""
    atom = next(a for a in line.items if atoms[a].kind != BREAK)
    order = [list(columns).index(c) for c in annex_growing() if c in columns]
    ways = []
    for way in _ways(atoms[atom].text, len(columns)):
        values = [float(way[k]) for k in order]
        if not any(b < a for a, b in pairwise(values)):
            ways.append(way)
    if len(ways) != 1:
        draft.warnings.append(("figures_run_together", atom))
        return
    at = atoms[atom].start
    for column, text in zip(columns, ways[0], strict=True):
        row.cells[column] = Entry(at, at + len(text), text, 0.85)
        at += len(text)
    row.is_read = True


def _ways(text: str, n: int) -> list[tuple[str, ...]]:
    """Every way to cut digits into ``n`` whole numbers."""
    if not text.isdigit() or len(text) < n or len(text) > _LONGEST_RUN:
        return []
    if n == 1:
        return [(text,)] if text == "0" or text[0] != "0" else []
    heads = ("0",) if text[0] == "0" else tuple(text[:k] for k in range(1, len(text) - n + 2))
    return [(head, *rest) for head in heads for rest in _ways(text[len(head) :], n - 1)]


_LONGEST_RUN = 16


def _at_end(items: Sequence[int], figures: Sequence[int], n: int) -> Sequence[int]:
    """The last boxes of a row, where those before them are empty: the box of a unit that is not printed."""
    return items[-n:] if figures and len(items) == n + 1 and items[0] not in figures else ()


def _search(
    draft: Draft, line: Line, row: Row, columns: Sequence[str], items: Sequence[int], atoms: Sequence[Atom], rows: Rows
) -> None:
    """Fewer figures than columns: the placement that sums tell, or none."""
    total = list(columns).index(COUNT) if COUNT in columns else -1
    figures = [a for a in items if atoms[a].kind == VALUE]
    is_whole = len(_levels(columns)) == len(columns) and total in (0, len(columns) - 1)  # parts and what they sum to
    names = tuple("total" if c == COUNT else c for c in columns)
    numbers = [rows.number(a) or 0.0 for a in figures]
    found = (
        ways([atoms[a].text for a in figures], numbers, (names,), np.full(len(columns), _FILLED)) if is_whole else None
    )
    if found is None:
        draft.warnings.append(("row_not_aligned", items[0]))
        return
    hard = Hard(tuple((row.key, name) for name in names), found, Marks(atoms, [], [items], draft).of(items, names))
    shares = posteriors(draft.table, [hard], [], rows.weights)[0]
    best = int(shares.argmax())
    if not found.is_there[best, total]:  # without the whole no sum tells
        draft.warnings.append(("row_not_aligned", items[0]))
        return
    pieces = found.pieces[int(found.option[best])]
    n_placed = 0
    for c in np.flatnonzero(found.is_there[best]).tolist():
        sure = float(shares[found.is_there[:, c] & (found.values[:, c] == found.values[best, c])].sum())
        piece = pieces[int(found.chosen[best, c])]
        if sure >= ACCEPT and piece.at < 0:  # a figure cut out of a run is no figure of its own here
            _put(row, line, columns[c], figures[piece.item], min(sure, 0.97), atoms, rows)
            n_placed += 1
    if n_placed < len(figures):
        draft.warnings.append(("row_not_aligned", items[0]))


def _levels(columns: Sequence[str]) -> list[int]:
    """The places of the columns that sum to a whole beside them, and of that whole; none where it is not printed."""
    known = annex_levels()
    named = {*known.left, *known.right}
    return [k for k, c in enumerate(columns) if c in named] if COUNT in columns and len(columns) > 1 else []


# -- labels first, then figures ---------------------------------------------------


def _is_pool(printed: Sequence[tuple[Line, Row]], columns: Sequence[str], atoms: Sequence[Atom]) -> bool:
    """Whether all figures stand behind the last label."""
    counts = [sum(atoms[a].kind == VALUE for a in line.items) for line, _ in printed]
    return len(counts) > 1 and counts[-1] > len(columns) and not any(counts[:-1])


def _deal(
    draft: Draft,
    printed: Sequence[tuple[Line, Row]],
    columns: Sequence[str],
    form: AnnexForm,
    atoms: Sequence[Atom],
    rows: Rows,
) -> None:
    """Deal figures that stand behind all labels: row by row, or column by column."""
    m, n = len(printed), len(columns)
    items = [a for a in printed[-1][0].items if atoms[a].kind != BREAK]
    figures = [a for a in items if atoms[a].kind == VALUE]
    pool = next((some for some in (items, figures) if len(some) == m * n), None)
    if pool is None:
        draft.warnings.append(("figures_not_placed", figures[0]))
        return
    grid = np.array(pool).reshape(m, n)
    if n > 1:
        turned = np.array(pool).reshape(n, m).T
        by_row, by_column = (_sums_held(g, printed, columns, form, rows) for g in (grid, turned))
        per_line = {*Counter(atoms[a].line for a in pool).values()}
        if per_line == {n} and m != n:
            by_row += 1
        if by_row == by_column:
            by_row, by_column = (-_n_shrinking(g, columns, rows) for g in (grid, turned))
        if by_row == by_column and not _is_same(grid, turned, rows):
            draft.warnings.append(("direction_unknown", figures[0]))
            return
        grid = grid if by_row >= by_column else turned
    for (line, row), boxes in zip(printed, grid.tolist(), strict=True):
        for column, atom in zip(columns, boxes, strict=True):
            _put(row, line, column, atom, 0.85, atoms, rows)


def _n_shrinking(grid: np.ndarray, columns: Sequence[str], rows: Rows) -> int:
    """In how many rows a column that counts more than another shows less."""
    order = [columns.index(c) for c in annex_growing() if c in columns]
    values = np.array([_numbers(boxes, rows) for boxes in grid.tolist()])[:, order]
    return int((np.diff(values, axis=1) < 0).any(axis=1).sum())


def _is_same(a: np.ndarray, b: np.ndarray, rows: Rows) -> bool:
    return _numbers(a.ravel().tolist(), rows) == _numbers(b.ravel().tolist(), rows)


def _numbers(atoms: Iterable[int], rows: Rows) -> list[float]:
    return [rows.number(a) or 0.0 for a in atoms]


def _sums_held(
    grid: np.ndarray, printed: Sequence[tuple[Line, Row]], columns: Sequence[str], form: AnnexForm, rows: Rows
) -> int:
    """How many identities a way of dealing satisfies, those of nothing but noughts left out."""
    at = {line.key: k for k, (line, _) in enumerate(printed)}
    values = np.array([_numbers(boxes, rows) for boxes in grid.tolist()])
    held = 0
    for identity in form.identities:
        whole = at.get(identity.right[0])
        parts = [at[r] for r in identity.left if r in at]
        if whole is None or not parts or identity.id in form.partial:
            continue
        held += int(((values[parts].sum(axis=0) == values[whole]) & (values[whole] > 0)).sum())
    places = _levels(columns)
    if len(places) == len(columns):
        total = list(columns).index(COUNT)
        held += int((values.sum(axis=1) == 2 * values[:, total])[values[:, total] > 0].sum())
    return held


__all__ = ["ANNEX", "read_annex"]
