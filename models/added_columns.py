"""Columns that a locality added to the tables of requests and of reviews.

The role model takes the head of one for noise, or for another head. That it is a column of its own is told by the
rows: each has a box more than the form has columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from .. import configs
from .added_rows import bare, is_like
from .atoms import EMPTY, VALUE, Atom
from .frames import ADDED, Frame, frames, homes, row_order
from .tokens import Token

_TABLES = ("requests", "review_litigation")
_MOST = 0.8
"""So many of a table's runs of figures fill rows with the added columns."""


def with_added_columns(atoms: Sequence[Atom], index: Sequence[int], roles: list[str]) -> list[str]:
    """The roles of words, heads of added columns that the rows have boxes for named ``col:extra:<label>``.

    Parameters
    ----------
    index : sequence of int
        The atoms that are words.
    roles : list of str
        Their roles.
    """
    out = roles
    for table in _TABLES:
        strange = [k for k in range(len(roles)) if _is_strange(atoms, index, roles, k, table)]
        if not strange:
            continue
        labels = {atoms[index[k]].text for k in strange}
        if _has_room(atoms, index, roles, table, len(frames()[next(iter(row_order(table)))][0].columns) + len(labels)):
            out = list(roles) if out is roles else out
            for k in strange:
                out[k - 1] = _head(atoms, index, roles, k - 1, table)
                out[k] = f"col:{ADDED}{atoms[index[k]].text}"
    return out


def widened(frame: Frame, heads: Sequence[str]) -> Frame:
    """The frame of a row with the added columns among the heads of its table, each behind the head it follows."""
    added: dict[str, str] = {}
    before = ""
    for head in heads:
        if head.startswith(ADDED):
            added.setdefault(head, before)
        else:
            before = head
    if not added:
        return frame
    keys, columns = list(frame.heads), list(frame.columns)
    for head, before in reversed(added.items()):
        at = keys.index(before) + 1 if before in keys else len(keys) - 1
        keys.insert(at, head)
        columns.insert(at, head)
    return replace(frame, columns=tuple(columns), heads=tuple(keys))


def printed_heads(stream: Sequence[Token]) -> list[str]:
    """The heads of a table as printed, the last of a group's in place of the group's own head."""
    keys = [t.key if t.kind == "col" else _LAST.get(t.key, "") for t in stream if t.kind in ("col", "group")]
    return [key for key in keys if key]


_LAST = {"legal_persons": "other"}


def _is_strange(atoms: Sequence[Atom], index: Sequence[int], roles: Sequence[str], k: int, table: str) -> bool:
    """Whether a word behind a head is no print of a head: none by its role, or another word has its role by right."""
    if not 0 < k < len(roles) - 1 or not _head(atoms, index, roles, k - 1, table) or _figures(atoms, index, k - 1):
        return False
    role, text = roles[k], atoms[index[k]].text
    if not (_figures(atoms, index, k) or roles[k + 1] in _heads(table) or _is_row(roles[k + 1], table)):
        return False
    heads = (labels for head, labels in _heads(table).items() if head.startswith("col:"))
    if bare(text) in _own_labels(role) or any(is_like(text, label) for labels in heads for label in labels):
        return False
    return role in _NOTHING or any(
        r == role and bare(atoms[i].text) in _own_labels(role) for i, r in zip(index, roles, strict=True)
    )


_NOTHING = frozenset(["noise", "caption"])


def _head(atoms: Sequence[Atom], index: Sequence[int], roles: Sequence[str], k: int, table: str) -> str:
    """The role of a head of a table; also of one that was taken for noise, as what stands beside it is."""
    if roles[k] in _heads(table):
        return roles[k]
    return _head_of(table).get(atoms[index[k]].text, "") if roles[k] in _NOTHING else ""


def _figures(atoms: Sequence[Atom], index: Sequence[int], k: int) -> list[int]:
    """The kinds of the boxes between a word and the next; nothing where none holds a figure."""
    end = index[k + 1] if k + 1 < len(index) else len(atoms)
    kinds = [a.kind for a in atoms[index[k] + 1 : end] if a.kind in (VALUE, EMPTY)]
    return kinds if VALUE in kinds else []


def _is_row(role: str, table: str) -> bool:
    return homes()[0].get(role.removeprefix("row:")) == table


def _has_room(atoms: Sequence[Atom], index: Sequence[int], roles: Sequence[str], table: str, width: int) -> bool:
    """Whether the runs of figures of a table fill rows of so many columns."""
    n_runs = n_whole = 0
    begins = ends = False
    for k, role in enumerate(roles):
        if role not in _heads(table) and not _is_row(role, table):
            continue
        if not (kinds := _figures(atoms, index, k)):
            continue
        n_runs += 1
        figures = [kind for kind in kinds if kind == VALUE]
        whole = next((some for some in (figures, kinds) if len(some) % width == 0), [])
        n_whole += bool(whole)
        begins |= whole[:1] == [VALUE]  # a box that is empty in all rows is of a merged label, or of no column
        ends |= whole[-1:] == [VALUE]
    return begins and ends and n_whole >= _MOST * n_runs


@cache
def _heads(table: str) -> dict[str, frozenset[str]]:
    """The labels of the heads of a table, and of the group over some of them, by role."""
    roles = [f"col:{key}" for key in frames()[next(iter(row_order(table)))][0].heads]
    return {role: _own_labels(role) for role in (*roles, *["group:legal_persons"] * (table == "requests"))}


@cache
def _head_of(table: str) -> dict[str, str]:
    """The role of each label of a head; of one that several have, the first."""
    found: dict[str, str] = {}
    for role, labels in _heads(table).items():
        for label in labels:
            found.setdefault(label, role)
    return found


@cache
def _own_labels(role: str) -> frozenset[str]:
    """What the forms print for a role, without numbers and explanations."""
    kind, _, key = role.partition(":")
    entry = configs.load("forms")[_KINDS[kind]].get(key, {}) if kind in _KINDS else {}
    labels = (entry["label"], *entry.get("variants", ())) if entry else ()
    return frozenset(bare("".join(x.split())) for x in labels)


_KINDS = {"row": "rows", "col": "columns", "group": "groups"}
