"""What the form itself says of the label of a row that the role model took for something else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .. import configs
from .atoms import BREAK, EMPTY, VALUE, Atom
from .frames import frames, homes

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


@cache
def _rows() -> dict[str, str]:
    """The row of each label that no other row has."""
    rows = configs.load("forms")["rows"]
    found: dict[str, str] = {}
    twice: set[str] = set()
    for key, row in rows.items():
        for label in (row["label"], *row.get("variants", ())):
            text = "".join(label.split())
            twice |= {text} if found.get(text, key) != key else set()
            found[text] = key
    return {text: key for text, key in found.items() if text not in twice}
