"""Rows that a locality added to the table of requests, which the role model takes for rows of the form.

An added row is printed as the rows of the form are: a number, words, a figure for each column. The role model has
seen none there and gives it the role of whatever row or group its words recall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from .. import configs
from .atoms import VALUE, Atom
from .frames import BALANCE, homes

_TABLE = "requests"
_NUMBER = re.compile(r"\(?[一二三四五六七八九十\d]{1,2}[.、)]+")
_UNLIKE = 0.5
"""Labels that share less of their pairs of characters are no two prints of one label."""
_FEW = 3
"""Labels of fewer pairs (其他, 总计) are found in many others, and are like those that are hardly longer alone."""


def with_added_rows(atoms: Sequence[Atom], index: Sequence[int], roles: list[str]) -> list[str]:
    """The roles of words, the numbered labels of added rows named ``extra``.

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
    for some in _copies(roles):
        owners: dict[str, list[str]] = {}
        for k in some:
            if bare(text := atoms[index[k]].text) in _labels().get(roles[k], ()):
                owners.setdefault(roles[k], []).append(text)
        for k in some if owners else ():
            text = atoms[index[k]].text
            if _NUMBER.match(text) is None or _is_numbered_so(text, roles[k]):
                continue
            if not _is_among_rows(atoms, index, out, k):
                continue
            if roles[k] not in _labels():
                is_added = _has_figures(atoms, index, k) and not _is_of_form(text)
            else:
                others = [x for x in owners.get(roles[k], ()) if x != text]
                is_added = bool(others) and not any(_is_print_of(text, x) for x in others)
            if is_added:
                out[k] = "extra"
    return out


def _copies(roles: Sequence[str]) -> Iterator[range]:
    """The words of each copy of the table that a text holds: its first row begins one."""
    starts = [k for k, role in enumerate(roles) if role == f"row:{BALANCE[0]}"]
    for a, b in pairwise([0, *starts[1:], len(roles)]):
        yield range(a, b)


def _is_numbered_so(text: str, role: str) -> bool:
    """Whether a label has the number, and words, that the form prints for a role."""
    return any(_NUMBER.match(x) and _is_print_of(text, x) for x in _printed().get(role, ()))


def _is_print_of(text: str, label: str) -> bool:
    """Whether a label may be another print of one of the form: by its words and, where both have one, its number."""
    own, others = _NUMBER.match(text), _NUMBER.match(label)
    is_numbered_alike = own is None or others is None or _number(own[0]) == _number(others[0])
    return is_numbered_alike and is_like(text, bare(label))


def _number(printed: str) -> str:
    return printed.strip("(.、)")


def _is_of_form(text: str) -> bool:
    """Whether a label has number and words of any row or group of the form."""
    return any(_is_numbered_so(text, role) for role in _printed())


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
    if not 0 < k < len(roles) - 1 or (roles[k - 1] != "extra" and roles[k - 1] not in _labels()):
        return False
    return roles[k + 1] in _labels() or _NUMBER.match(atoms[index[k + 1]].text) is not None


@cache
def _printed() -> dict[str, list[str]]:
    """The labels of each row and group of the table, by role."""
    forms = configs.load("forms")
    found: dict[str, list[str]] = {}
    for kind, name in (("rows", "row"), ("groups", "group")):
        for key, entry in forms[kind].items():
            if _TABLE in homes()[1].get(role := f"{name}:{key}", ()):
                labels = ["".join(x.split()).translate(_BRACKETS) for x in (entry["label"], *entry.get("variants", ()))]
                found[role] = labels
    return found


@cache
def _labels() -> dict[str, frozenset[str]]:
    """The same labels without numbers and explanations."""
    return {role: frozenset(map(bare, labels)) for role, labels in _printed().items()}


_BRACKETS = str.maketrans("（）", "()")
