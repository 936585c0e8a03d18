"""The printed rows of an annex: which row each label is, and the run of figures and kept empties behind it.

What only numbers the rows, explains a label or counts spans is taken out of the runs here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..corpus.annexes import AnnexForm, AnnexRow, head_key
from .annex_rows import Word, align, is_known
from .atoms import BREAK, EMPTY, TAIL, VALUE, WORD, Atom

Item = tuple[str, int, float]
"""Kind, atom and probability of a token."""
_SHORT = 4
"""A word of no row that is shorter is the rest of a torn label, not the label of an added row."""
_MIN_NUMBERED = 5


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


def lines_of(stream: Sequence[Item], atoms: Sequence[Atom]) -> tuple[list[Line], AnnexForm | None]:
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
    numbering = _numbering(stream, atoms)
    lines: list[Line] = []
    head = ""
    is_headed = False  # heads again, as overleaf: boxes among them are no row's
    for k, (kind, atom, sure) in enumerate(stream):
        number, certain = row_of.get(k, (-1, 0.0))
        text = atoms[atom].text
        if kind == "head":
            is_headed = is_headed or head_key(text) in _OPENING
        elif kind not in ("item", "break"):
            is_headed = False
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
        elif kind in ("item", "break") and lines and not is_headed and atom not in numbering:
            lines[-1].items.append(atom)
            if kind == "item" and head:
                lines[-1].named.append((head, atom))
        head = text if kind in ("head", "unit") and lines else ""
    return lines, found.form if any(r >= 0 for r in found.rows) else None


def _numbering(stream: Sequence[Item], atoms: Sequence[Atom]) -> set[int]:
    """The boxes that open the line of the label behind them, where some of them are empty: they number the rows."""
    found = set()
    for (kind, at, _), (follower, label, _) in pairwise(stream):
        if kind == "item" and follower in ("label", "word", "extra") and atoms[label].line == atoms[at].line:
            is_first = not at or atoms[at - 1].line != atoms[at].line
            if is_first and (atoms[at].text.isdigit() or not atoms[at].text):
                found.add(at)
    return found if any(not atoms[at].text for at in found) else set()


_OPENING = ("(label)", "(helper)")
"""What a line of heads begins with, and the line of signs below it."""


def trim(lines: Sequence[Line], atoms: Sequence[Atom], own: set[int], told: set[int]) -> None:
    """Take out figures that words of nobody part from the boxes of their row: those of what stands below the annex.

    Parameters
    ----------
    own : set of int
        The units and heads.
    told : set of int
        All that was taken for a part of the annex.
    """
    for line in lines:
        boxes = [k for k, a in enumerate(line.items) if atoms[a].kind != BREAK]
        if boxes and _is_below(line, line.items[boxes[0]], atoms, told):
            line.items.clear()
            continue
        for before, k in pairwise(boxes):
            between = range(line.items[before] + 1, line.items[k])
            if any(a not in own and atoms[a].kind == WORD and _n_letters(atoms[a].text) > 1 for a in between):
                del line.items[k:]
                break


def _is_below(line: Line, first: int, atoms: Sequence[Atom], told: set[int]) -> bool:
    """Whether the first box of a row stands on a line below its label, behind words of nobody: 联系电话:0000."""
    if line.label < 0 or atoms[first].line == atoms[line.label].line:
        return False
    beside = (a for a in range(line.label + 1, first) if atoms[a].line == atoms[first].line and a not in told)
    return any(atoms[a].kind == WORD and _n_letters(atoms[a].text) > 1 for a in beside)


def _n_letters(text: str) -> int:
    return sum("\u4e00" <= c <= "\u9fff" for c in text)


def _stands_alone(stream: Sequence[Item], k: int, atoms: Sequence[Atom], before: Sequence[Line]) -> bool:
    """Whether a label of no row has figures, and the one before it has, or boxes: one that a locality added."""

    def kinds(start: int, step: int) -> Iterator[int]:
        for kind, atom, _ in stream[start::step]:
            if kind in ("label", "word", "extra", "head"):
                return
            if kind == "item":
                yield atoms[atom].kind

    is_first = any(not line.has_figures for line in before)  # below a heading, which has none
    return VALUE in kinds(k + 1, 1) and (is_first or (k > 0 and any(True for _ in kinds(k - 1, -1))))


def _is_printed_alike(stream: Sequence[Item], k: int, atoms: Sequence[Atom], before: Sequence[Line]) -> bool:
    """Whether a label does not touch its figure where those of the row before it stand apart: 浏览次数:3 below it."""
    items = [a for line in before for a in line.items if atoms[a].kind == VALUE]
    is_apart = bool(items) and not atoms[items[0]].glued
    follower = next((a for kind, a, _ in stream[k + 1 :] if kind != "unit"), None)
    return not (is_apart and follower is not None and atoms[follower].kind == VALUE and atoms[follower].glued)


def set_numbers_aside(lines: Sequence[Line], atoms: Sequence[Atom]) -> None:
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


def set_explanations_aside(lines: Sequence[Line], atoms: Sequence[Atom]) -> None:
    """Take out numbers on the line of a label where figures stand on lines of their own: 培训人数（2014）."""
    labelled = {atoms[line.label].line for line in lines if line.label >= 0}

    def is_own(line: Line, atom: int) -> bool:
        """Whether a figure stands on the line of its label, or on one without any: it does not number another row."""
        return atoms[atom].line == atoms[line.label].line or atoms[atom].line not in labelled

    told = [
        (line, [a for a in line.items if atoms[a].kind == VALUE and is_own(line, a)])
        for line in lines
        if line.label >= 0
    ]
    told = [(line, figures) for line, figures in told if figures]
    n_below = sum(atoms[figures[-1]].line > atoms[line.label].line for line, figures in told)
    if 10 * n_below < 9 * len(told):
        return
    for line, figures in told:
        beside = [a for a in figures if atoms[a].line == atoms[line.label].line]
        if len(beside) < len(figures):
            line.items = [a for a in line.items if a not in beside]


def set_spans_aside(lines: Sequence[Line], atoms: Sequence[Atom]) -> None:
    """Take out empty boxes behind figures where pipes at the end only count the boxes that are not printed."""
    has_tails = any(atoms[a].kind == BREAK and atoms[a].text == TAIL for line in lines for a in line.items)
    kinds = [[atoms[a].kind for a in line.items if atoms[a].kind != BREAK] for line in lines]
    if not has_tails or any(a == EMPTY and b == VALUE for row in kinds for a, b in pairwise(row)):
        return
    for line, row in zip(lines, kinds, strict=True):
        if VALUE in row:
            line.items = [a for a in line.items if atoms[a].kind != EMPTY or atoms[a].text]


def width(line: Line, atoms: Sequence[Atom]) -> int:
    """How many boxes a row shows something in; none where that is only signs for nothing."""
    kinds = [atoms[a].kind for a in line.items if atoms[a].text and atoms[a].kind in (VALUE, EMPTY)]
    return len(kinds) if VALUE in kinds else 0
