"""What the things and acts mentioned in and around stretches tell of them.

The nearest thing before the end of a stretch is mostly what it counts. Sets of all that is
mentioned tell what no single word does: 人大 and 政协 together are both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..corpus.text import Line
from .claim_features import Stretch, topic_above
from .lists import Listed
from .sections import LineTag
from .surroundings import Around, Places
from .topics import Mentions, are_things, mentioned_in, mentions

_IN_STRETCH, _IN_CLAUSE, _IN_SENTENCE, _IN_TOPIC = 8, 6, 12, 4
_SOON = 14
_WORDS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint32)
_IN_LIST, _ABOVE = 5, 6
_BITS = np.zeros((32 * len(_WORDS), len(_WORDS)), dtype=np.uint32)
"""For each id the bit that it sets in one of the words of a set; id 0 is none."""
_BITS[np.arange(1, len(_BITS)), np.arange(1, len(_BITS)) // 32] = (
    np.uint32(1) << np.arange(1, len(_BITS), dtype=np.uint32) % 32
)


def _gathered(ids: np.ndarray, index: np.ndarray, inside: np.ndarray) -> np.ndarray:
    return (
        np.where(inside, ids[np.where(inside, index, 0)], np.uint32(0))
        if len(ids)
        else np.zeros(index.shape, np.uint32)
    )


def _set_of(ids: np.ndarray) -> np.ndarray:
    """One number for the set of the ids of each row; their order and how often they occur do not matter."""
    return np.bitwise_or.reduce(_BITS[ids], axis=1) @ _WORDS


def _order_of(ids: np.ndarray) -> np.ndarray:
    out = np.zeros(len(ids), dtype=np.uint32)
    for k in range(ids.shape[1]):
        out = out * np.uint32(131) + ids[:, k]
    return out


class Nearest(NamedTuple):
    """The last mention before the end of each stretch, how far off, the one before it in the sentence, the next."""

    last: np.ndarray
    where: np.ndarray
    """1 in the stretch, 2 in its clause, 3 in its sentence, 4 in its line, 0 nowhere."""
    other: np.ndarray
    soon: np.ndarray
    first: np.ndarray
    """The first of the sentence."""


def _nearest(said: Mentions, at: Places) -> Nearest:
    n = np.searchsorted(said.starts, at.end)
    starts = np.concatenate([said.starts, [-1]])  # place -1 is no mention

    def reached(k: np.ndarray, least: np.ndarray) -> np.ndarray:
        return (k >= 0) & (starts[np.maximum(k, -1)] >= least)

    last = n - 1
    is_there = reached(last, at.row)
    where = np.where(
        is_there, 4 - sum((starts[last] >= edge).astype(int) for edge in (at.sentence, at.clause, at.start)), 0
    )
    soon, opens = np.minimum(n, len(said.starts)), np.searchsorted(said.starts, at.sentence)
    within = (n < len(said.starts)) & (starts[soon] < np.minimum(at.end + _SOON, at.row_end))
    return Nearest(
        _gathered(said.ids, last, is_there),
        where.astype(np.uint32),
        _gathered(said.ids, n - 2, reached(n - 2, at.sentence)),
        _gathered(said.ids, soon, within),
        _gathered(said.ids, opens, opens < n),
    )


def topics_above(
    view: str, found: Sequence[Stretch], rows: Sequence[Line], tags: Sequence[LineTag]
) -> list[tuple[str, list[int]]]:
    """The sub-heading above the line of each stretch, and what it mentions."""
    of_line: dict[int, tuple[str, list[int]]] = {}
    for line in dict.fromkeys(s.line for s in found):
        topic = topic_above(view, rows, tags, line)
        of_line[line] = (topic, mentioned_in(topic))
    return [of_line[s.line] for s in found]


def mentioned(
    around: Around,
    lists: Sequence[tuple[bool, Listed | None]],
    topics: Sequence[tuple[str, list[int]]],
    flags: Sequence[np.ndarray],
    ends: np.ndarray,
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Templates over the things and acts mentioned.

    Parameters
    ----------
    topics : sequence of (str, list)
        As `topics_above` gives them.
    flags : sequence of ndarray
        The first is the section, the second the unit, the last the kind.
    ends : ndarray, shape (4, n)
        The first two characters of each stretch, and the last two before its number.

    Returns
    -------
    (list, list, list)
        Bags of mentions and bags of mentions beside the unit for `bags_of`, single looks for `fold_all`.
    """
    at = around.places
    extents = sorted(set(zip(at.row.tolist(), at.row_end.tolist(), strict=True)))
    said = mentions(around.text, extents)
    is_thing = are_things()
    things, acts = _nearest(said.only(is_thing), at), _nearest(said.only(~is_thing), at)
    opens, closes, clause, sentence = (
        np.searchsorted(said.starts, edge) for edge in (at.start, at.end, at.clause, at.sentence)
    )
    steps = np.arange(max(_IN_STRETCH, _IN_CLAUSE, _IN_SENTENCE))
    ahead = opens[:, None] + steps[:_IN_STRETCH]
    inside = _gathered(said.ids, ahead, ahead < closes[:, None])
    back = opens[:, None] - 1 - steps[:_IN_CLAUSE]
    near = _gathered(said.ids, back, back >= clause[:, None])
    back = clause[:, None] - 1 - steps[:_IN_SENTENCE]
    far = _gathered(said.ids, back, back >= sentence[:, None])
    above = np.zeros((len(lists), _IN_TOPIC), dtype=np.uint32)
    heading = np.zeros(len(lists), dtype=np.uint32)
    thing, where, other = (column.copy() for column in (things.last, things.where, things.other))
    for i, (_, ids) in enumerate(topics):
        if ids:
            above[i, : len(ids[:_IN_TOPIC])] = ids[:_IN_TOPIC]
            heading[i] = ids[-1]
    for i, (_, own) in enumerate(lists):
        if own is not None and own.name and (named := mentioned_in(own.name)):
            inside[i] = [*named, *inside[i].tolist()][:_IN_STRETCH]
            if own_things := [k for k in named if is_thing[k]]:
                thing[i], other[i], where[i] = own_things[-1], thing[i], _IN_LIST
    is_above = (thing == 0) & (heading != 0)
    thing, where = np.where(is_above, heading, thing), np.where(is_above, np.uint32(_ABOVE), where)
    unit, section = flags[1], flags[0]
    in_order, in_stretch, in_clause = _order_of(inside[:, :6]), _set_of(inside), _set_of(near)
    in_both = _set_of(np.hstack([inside, near]))
    in_sentence = _set_of(np.where(is_thing[far], far, np.uint32(0)))
    act = acts.last
    wide = np.broadcast_to(unit[:, None], (len(unit), _IN_STRETCH))
    single = [(40, inside), (41, near), (42, far), (43, above)]
    by_unit = [(44, inside, wide), (45, near, wide[:, :_IN_CLAUSE])]
    looks = [
        (110, thing),
        (111, thing, where),
        (112, thing, unit),
        (113, thing, ends[0], ends[1]),
        (114, thing, other),
        (115, thing, act),
        (116, thing, act, unit),
        (117, thing, ends[2], ends[3]),
        (118, other, unit),
        (119, thing, other, act),
        (130, in_order),
        (131, in_stretch),
        (132, in_order, unit),
        (133, in_stretch, unit, flags[7]),
        (134, in_clause),
        (135, in_both),
        (136, in_both, unit),
        (137, in_both, section),
        (138, in_sentence),
        (139, in_sentence, in_stretch),
        (140, act),
        (141, act, acts.where),
        (142, act, unit),
        (143, act, acts.other),
        (144, thing, things.soon),
        (145, things.first),
        (146, things.first, in_stretch),
        (147, things.first, in_stretch, unit),
        (148, thing, heading),
        (149, heading, in_stretch),
        (150, thing, act, section),
        (151, in_stretch, other),
        (152, in_clause, in_stretch),
    ]
    return single, by_unit, looks
