"""What the form itself says of the label of a row or a column that the role model took for something else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .. import configs
from .atoms import BREAK, EMPTY, VALUE, Atom
from .frames import Frame, frames, homes

_NOTHING = frozenset(["noise", "caption", "extra"])


def with_row_labels(atoms: Sequence[Atom], index: Sequence[int], roles: list[str]) -> list[str]:
    """The roles of words, those named that are the label of one row alone and stand before just its figures.

    Parameters
    ----------
    index : sequence of int
        The atoms that are words.
    roles : list of str
        Their roles.
    """
    out = roles
    for k, (i, role) in enumerate(zip(index, roles, strict=True)):
        if role not in _NOTHING or (key := _rows().get(atoms[i].text.partition("(")[0] or atoms[i].text)) is None:
            continue
        if f"row:{key}" in roles or not any(homes()[0].get(r.removeprefix("row:")) == homes()[0][key] for r in roles):
            continue  # the row is there, or nothing else of its table is
        end = index[k + 1] if k + 1 < len(index) else len(atoms)
        boxes = [a for a in atoms[i + 1 : end] if a.kind in (VALUE, EMPTY) and a.line == atoms[i].line]
        figures = sum(a.kind == VALUE for a in boxes)
        is_over = all(a.kind == BREAK for a in atoms[i + 1 : end] if a.line != atoms[i].line)
        if is_over and any(figures == len(f.columns) > 1 for f in frames()[key]):
            out = list(roles) if out is roles else out
            out[k] = f"row:{key}"
    return out


def with_head_labels(atoms: Sequence[Atom], index: Sequence[int], roles: list[str]) -> list[str]:
    """The roles of words, those named that are the label of one column alone and stand beside another head.

    The model knows heads by those around them, too, and misses them where they stand in an order that it never saw.
    """
    named = [_columns().get(atoms[i].text) for i in index]
    out = roles
    for k, (key, role) in enumerate(zip(named, roles, strict=True)):
        if key is None or role == f"col:{key}" or not (role in _NOTHING or role.startswith("col:")):
            continue
        beside = [
            named[n] or roles[n].removeprefix("col:")
            for n in (k - 1, k + 1)
            if 0 <= n < len(index)
            and all(a.kind == BREAK for a in atoms[min(index[k], index[n]) + 1 : max(index[k], index[n])])
        ]
        if any(key != other and {key, other} <= {*f.heads} for other in beside for f in _frames()):
            out = list(roles) if out is roles else out
            out[k] = f"col:{key}"
    return out


@cache
def _frames() -> frozenset[Frame]:
    return frozenset(f for some in frames().values() for f in some)


@cache
def _rows() -> dict[str, str]:
    """The row of each label that no other row has."""
    return _alone("rows")


@cache
def _columns() -> dict[str, str]:
    """The column of each label that no other column has, and that is no piece of one."""
    return {text: key for text, key in _alone("columns").items() if len(text) >= _WHOLE}


_WHOLE = 4
"""Shorter ones are pieces of labels, or words of many a table."""


def _alone(kind: str) -> dict[str, str]:
    rows = configs.load("forms")[kind]
    found: dict[str, str] = {}
    twice: set[str] = set()
    for key, row in rows.items():
        for label in (row["label"], *row.get("variants", ())):
            text = "".join(label.split())
            twice |= {text} if found.get(text, key) != key else set()
            found[text] = key
    return {text: key for text, key in found.items() if text not in twice}
