"""Rows that a locality added to the tables of requests and of reviews, which the role model takes for rows of the form.

An added row is printed as the rows of the form are: a number (or none: 其中：…), words, a figure for each column. The
role model has seen none there and gives it the role of whatever row or group its words recall.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from .. import configs
from .atoms import EMPTY, VALUE, Atom
from .frames import frames, homes, row_order

_TABLES = ("requests", "review_litigation")
_AMONG = re.compile(r"其中[:,]?")
_NUMBERED = "requests"
"""The table of which the form numbers the rows."""
_NUMBER = re.compile(r"\(?[一二三四五六七八九十\d]{1,2}[.、)]+")
_UNLIKE = 0.5
"""Labels that share less of their pairs of characters are no two prints of one label."""
_MOSTLY = 0.7
_SUMS = frozenset(["合计", "小计", "共计"])
_SHORTEST = 4
"""Fewer characters are a piece of a label, or scraps of a border."""
_FEW = 3
"""Labels of fewer pairs (其他, 总计) are found in many others, and are like those that are hardly longer alone."""


def with_added_rows(atoms: Sequence[Atom], index: Sequence[int], roles: list[str]) -> list[str]:
    """The roles of words, the labels of added rows named ``extra``.

    A label of the form may be torn, misspelt or put in other words; so one that has the role of a row is an added
    one only where that row is printed elsewhere under its very own label.

    Parameters
    ----------
    index : sequence of int
        The atoms that are words.
    roles : list of str
        Their roles.
    """
    out = list(roles)
    for table in _TABLES:
        for some in _copies(atoms, index, out, table):
            if table == _NUMBERED:
                _name_numbered(atoms, index, out, some)
            _name_others(atoms, index, out, some, table)
    return out


def _name_numbered(atoms: Sequence[Atom], index: Sequence[int], roles: list[str], some: range) -> None:
    """Name ``extra`` what has a number that the form prints for no row of its words, or of a row printed elsewhere."""
    table = _NUMBERED
    owners: dict[str, list[str]] = {}
    for k in some:
        if bare(text := atoms[index[k]].text) in _labels(table).get(roles[k], ()):
            owners.setdefault(roles[k], []).append(text)
    known = list(roles)
    for k in some if owners else ():
        text = atoms[index[k]].text
        if _NUMBER.match(text) is None or _is_numbered_so(text, known[k]):
            continue
        if not _is_among_rows(atoms, index, roles, k):
            continue
        if known[k] not in _labels(table):
            is_added = _has_figures(atoms, index, k) and not _is_of_form(text)
        else:
            others = [x for x in owners.get(known[k], ()) if x != text]
            is_added = bool(others) and not any(_is_print_of(text, x) for x in others)
        if is_added:
            roles[k] = "extra"


def _name_others(atoms: Sequence[Atom], index: Sequence[int], roles: list[str], some: range, table: str) -> None:
    """Name ``extra`` what stands before figures without a number, where all rows that it may be a print of are printed.

    No number tells such a label from a piece of one of the form, so the rows themselves must: each that its words or
    its role recall is printed in the same copy of the table under its very own label, with a box for each column as
    it has itself. Where boxes were lost, its words must be like none of the form, or say that it is a part (其中).
    """
    boxes = {k: _boxes(atoms, index, k) for k in some}
    owners = {k for k in some if bare(atoms[index[k]].text) in _labels(table).get(roles[k], ())}
    least = len(frames()[next(iter(row_order(table)))][0].columns)
    widths = Counter(n for k in owners for n in {*boxes[k]} if n >= least)
    width = widths.most_common(1)[0][0] if widths else -1
    if width < 0 and table != _NUMBERED:  # its rows stand side by side as a rule, and have no labels before figures
        return
    printed = _with_groups({roles[k] for k in owners})
    whole = _with_groups({roles[k] for k in owners if width in boxes[k]})
    figured = [k for k in owners if boxes[k][0]]
    is_lossy = 2 * sum(width in boxes[k] for k in figured) < len(figured)
    last = -1  # the row before
    for k in some:
        if not any(boxes[k]):
            continue
        first = _first_piece(atoms, index, k, some.start)
        pieces = [atoms[index[j]] for j in range(first, k + 1)]
        text = "".join(a.text for a in pieces)
        if (
            k not in owners
            and roles[k] != "extra"
            and boxes[k][0]
            and (_is_label(text, roles[k]) or (text in _SUMS and last == first - 1 and width in boxes[k]))
            and (last in owners or (last >= 0 and roles[last] == "extra"))
            and all(
                roles[j] in _labels(table) or atoms[index[j]].line == pieces[0].line for j in range(last + 1, first)
            )
            and not all(bare(a.text) in _all_labels(table) for a in pieces)
        ):
            recalled = _recalled(text, table)
            own = {role for role in roles[first : k + 1] if role.startswith("row:")}
            is_strange = not (recalled or _is_piece(text, _of_groups(table)))
            is_strange &= is_lossy or own.isdisjoint(roles[j] for j in figured)
            is_strange |= _AMONG.match(text) is not None
            rows = recalled | own
            if (width in boxes[k] and rows <= whole) or (own and is_strange and rows <= printed):
                roles[first : k + 1] = ["extra"] * (k + 1 - first)
        last = k


def _is_label(text: str, role: str) -> bool:
    """Whether a word may be a row's by itself: neither a head, nor so short that it is a piece of a label."""
    return len(bare(text)) >= _SHORTEST and not role.startswith("col:")


def _with_groups(rows: set[str]) -> set[str]:
    """Rows and those that name a group of them: a row of one form is the group of its parts in the other."""
    return rows | {role.partition(".")[0] for role in rows}


def _boxes(atoms: Sequence[Atom], index: Sequence[int], k: int) -> tuple[int, int]:
    """How many figures, and how many boxes of any kind, stand between a word and the next."""
    end = index[k + 1] if k + 1 < len(index) else len(atoms)
    kinds = [a.kind for a in atoms[index[k] + 1 : end] if a.kind in (VALUE, EMPTY)]
    return kinds.count(VALUE), len(kinds)


def _first_piece(atoms: Sequence[Atom], index: Sequence[int], k: int, least: int) -> int:
    """The first of the words that touch each other up to a word: one label that holds the words of others."""
    while k > least and index[k] == index[k - 1] + 1 and atoms[index[k]].start == atoms[index[k - 1]].end:
        k -= 1
    return k


def _recalled(text: str, table: str) -> set[str]:
    """The rows of the form of which a label may be a print, or a piece, by its words."""
    own = _AMONG.sub("", text, count=1)
    rows = {role: labels for role, labels in _labels(table).items() if role.startswith("row:")}
    return {
        role
        for role, labels in rows.items()
        if any(is_like(own, x) for x in labels) or _is_piece(own, _printed(table)[role])
    }


def _is_piece(text: str, labels: Iterable[str]) -> bool:
    """Whether words may be a piece of some labels, of what explains them too."""
    own = _pairs(bare(text))
    return any(len(own & _pairs(x)) >= _MOSTLY * len(own) for x in labels)


def _copies(atoms: Sequence[Atom], index: Sequence[int], roles: Sequence[str], table: str) -> Iterator[range]:
    """The words of each copy of the table that a text holds: its first row begins one, under its own label if any."""
    role = f"row:{next(iter(row_order(table)))}"
    named = [k for k, r in enumerate(roles) if r == role]
    starts = [k for k in named if bare(atoms[index[k]].text) in _labels(table)[role]] or named
    for a, b in pairwise([0, *starts[1:], len(roles)]):
        yield range(a, b)


def _is_numbered_so(text: str, role: str) -> bool:
    """Whether a label has the number, and words, that the form prints for a role."""
    return any(_NUMBER.match(x) and _is_print_of(text, x) for x in _printed(_NUMBERED).get(role, ()))


def _is_print_of(text: str, label: str) -> bool:
    """Whether a label may be another print of one of the form: by its words and, where both have one, its number."""
    own, others = _NUMBER.match(text), _NUMBER.match(label)
    is_numbered_alike = own is None or others is None or _number(own[0]) == _number(others[0])
    return is_numbered_alike and is_like(text, bare(label))


def _number(printed: str) -> str:
    return printed.strip("(.、)")


def _is_of_form(text: str) -> bool:
    """Whether a label has number and words of any row or group of the form."""
    return any(_is_numbered_so(text, role) for role in _printed(_NUMBERED))


def is_like(text: str, label: str) -> bool:
    """Whether a label has its words in common with one of the form, or with a piece of it."""
    own, others = _pairs(bare(text)), _pairs(label)
    least = max if len(others) < _FEW else min
    return len(own & others) >= _UNLIKE * max(least(len(own), len(others)), 1)


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    """The pairs of characters of a label: those of the form are asked for in every report."""
    return frozenset(text[k : k + 2] for k in range(len(text) - 1))


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """A label without its number and what explains it."""
    return _NUMBER.sub("", text, count=1).partition("(")[0]


def _has_figures(atoms: Sequence[Atom], index: Sequence[int], k: int) -> bool:
    """Whether a figure stands between a word and the next."""
    end = index[k + 1] if k + 1 < len(index) else len(atoms)
    return any(a.kind == VALUE for a in atoms[index[k] + 1 : end])


def _is_among_rows(atoms: Sequence[Atom], index: Sequence[int], roles: Sequence[str], k: int) -> bool:
    """Whether the words before and behind are labels of the table, or may be added ones."""
    if not 0 < k < len(roles) - 1 or (roles[k - 1] != "extra" and roles[k - 1] not in _labels(_NUMBERED)):
        return False
    return roles[k + 1] in _labels(_NUMBERED) or _NUMBER.match(atoms[index[k + 1]].text) is not None


@cache
def _printed(table: str) -> dict[str, list[str]]:
    """The labels of each row and group of a table, by role."""
    forms = configs.load("forms")
    found: dict[str, list[str]] = {}
    for kind, name in (("rows", "row"), ("groups", "group")):
        for key, entry in forms[kind].items():
            if table in homes()[1].get(role := f"{name}:{key}", ()):
                labels = ["".join(x.split()).translate(_BRACKETS) for x in (entry["label"], *entry.get("variants", ()))]
                found[role] = labels
    return found


@cache
def _labels(table: str) -> dict[str, frozenset[str]]:
    """The same labels without numbers and explanations."""
    return {role: frozenset(map(bare, labels)) for role, labels in _printed(table).items()}


@cache
def _of_groups(table: str) -> tuple[str, ...]:
    return tuple(x for role, labels in _printed(table).items() if role.startswith("group:") for x in labels)


@cache
def _all_labels(table: str) -> frozenset[str]:
    return frozenset().union(*_labels(table).values())


_BRACKETS = str.maketrans("（）", "()")
