"""What an annex prints beyond plain counts: shares, signs, figures with a note; and two halves side by side."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from ..corpus.annexes import head_key
from .annex_runs import Item, Line
from .atoms import VALUE, WORD, Atom
from .drafts import Draft, Row

_SHARE = re.compile(r"(?<![^\s|])[-+]?\d[\d,.]*\s*%(?![^\s|])")
_SHARE_BEHIND = re.compile(rf"[\s|]*({_SHARE.pattern})")
_DASHES = ("-", "—", "–", "_", "=")
_FEWEST_BULLETS = 4
_NOTED = re.compile(
    r"(?:约|近|逾|超过?)?[-+]?\d(?:[\d,.]*\d)?[余多]?[万亿]?(?:[个件项条份起次人元]|人次|万元)?(?:[余多]|左右|以[上下内])?(?:\(.*)?"
)


def as_printed(lines: Sequence[Line], atoms: Sequence[Atom], view: str) -> list[Atom]:
    """The atoms without dashes that are no signs, and with shares, which are no figures of the later forms.

    The atom of a share stands behind all others, and in the items of its row where it is printed.
    """
    out = list(atoms)
    figures = [a for line in lines for a in line.items if atoms[a].kind == VALUE]
    dashed = [a for a in figures if atoms[a].text[0] == "-"]
    are_bullets = len(dashed) >= _FEWEST_BULLETS and 2 * len(dashed) > len(figures)
    for a in dashed:
        atom = atoms[a]
        if are_bullets or not _is_sign(atom, view):
            out[a] = atom._replace(start=atom.end - len(atom.text) + 1, text=atom.text[1:])
    labels = sorted(atoms[line.label].start for line in lines if line.label >= 0)
    for line in lines:
        if line.label >= 0:
            following = bisect_right(labels, atoms[line.label].start)
            _add_shares(out, line, labels[following] if following < len(labels) else None, view)
    return out


def _add_shares(atoms: list[Atom], line: Line, following: int | None, view: str) -> None:
    """The shares in the boxes of a row as its items; what stood for an empty box there is none."""
    start, end = atoms[line.label].end, following
    if end is None:  # the last row
        end = max([start, *(atoms[a].end for a in line.items)])
        while (more := _SHARE_BEHIND.match(view, end)) is not None:
            end = more.end()
    if "%" not in view[start:end]:
        return
    for share in _SHARE.finditer(view, start, end):
        before = [a for a in line.items if atoms[a].start < share.start() and atoms[a].end <= share.start()]
        same = [a for a in line.items if atoms[a].start <= share.start() < atoms[a].end]
        printed = atoms[(same or before or [line.label])[-1]]
        text = "".join(share[0].split())
        atoms.append(Atom(*share.span(), text, VALUE, printed.line, printed.place + (not same), False))
        line.items = [*before, len(atoms) - 1, *(a for a in line.items if a not in before and a not in same)]


def _is_sign(atom: Atom, view: str) -> bool:
    """Whether a dash belongs to its figure: it touches the digits, and neither a label nor another dash touches it."""
    is_parted = atom.end - atom.start > len(atom.text)
    return not (is_parted or atom.glued or view[max(0, atom.start - 1) : atom.start] in _DASHES)


def note_unread(draft: Draft, printed: Iterable[tuple[Line, Row]], atoms: Sequence[Atom]) -> None:
    """A warning for each row with a box of which something was printed that is no plain figure, and was not taken."""
    told = {atom for _, atom in draft.warnings}
    known = [(line, row) for line, row in printed if line.label >= 0]
    for k, (line, row) in enumerate(known):
        if all(column in row.cells for column in row.frame.columns):
            continue
        end = known[k + 1][0].label if k + 1 < len(known) else draft.last + 1
        behind = range(line.label + 1, end)
        taken = {(entry.start, entry.end) for entry in row.cells.values()}
        figures = [a for a in line.items if atoms[a].kind == VALUE]
        notes = [a for a in behind if atoms[a].kind == WORD and _NOTED.fullmatch(atoms[a].text) is not None]
        unread = [a for a in (*figures, *notes) if (atoms[a].start, atoms[a].end) not in taken]
        if unread and not told.intersection((*behind, *figures)):
            draft.warnings.append(("box_without_figure", unread[0]))


def place_warnings(draft: Draft, atoms: Sequence[Atom], n: int) -> None:
    """Warnings of shares, whose atoms stand behind the ``n`` atoms of the text, where the shares are printed."""
    starts = [atom.start for atom in atoms[:n]] if any(atom >= n for _, atom in draft.warnings) else []
    draft.warnings = [
        (code, atom if atom < n else bisect_right(starts, atoms[atom].start) - 1) for code, atom in draft.warnings
    ]


def halves(stream: Sequence[Item], atoms: Sequence[Atom], view: str) -> list[Item] | None:
    """The stream of an annex that stands side by side in two halves or more, one half below the other.

    None where its boxes have no places by which the halves could be told.
    """
    above = takewhile(lambda item: item[0] != "item" or atoms[item[1]].kind != VALUE, stream)
    heads = [atom for kind, atom, _ in above if kind == "head"]
    labels = [a for a in heads if head_key(atoms[a].text) == "(label)"]
    firsts = [a for a in labels if atoms[a].text == atoms[labels[0]].text]
    if len(firsts) < 2:
        return list(stream)
    if not all(_is_parted(atoms[a], atoms[b], view) for a, b in pairwise(heads)):
        return None
    edges = [atoms[a].place for a in firsts]
    parts: list[list[Item]] = [[] for _ in firsts]
    for item in stream:
        atom = atoms[item[1]]
        part = max((k for k, edge in enumerate(edges) if atom.place >= edge), default=0)
        if item[0] != "head" or part == 0:  # the heads of the first half name the columns of all
            parts[part].append(item)
    return [item for part in parts for item in part]


def by_turns(stream: Sequence[Item]) -> list[Item]:
    """The stream of an annex of two halves whose rows take turns, one half below the other."""
    parts: tuple[list[Item], list[Item]] = ([], [])
    opening: list[Item] = []
    n_rows = 0
    has_items = True
    for item in stream:
        if item[0] in ("label", "word") and has_items:  # a label without a box is a piece of the next
            n_rows += 1
            has_items = False
        has_items |= item[0] == "item"
        (parts[(n_rows - 1) % 2] if n_rows else opening).append(item)
    return [*opening, *parts[0], *parts[1]]


def _is_parted(before: Atom, after: Atom, view: str) -> bool:
    between = view[before.end : after.start]
    return before.line == after.line and ("|" in between or "\t" in between)
