"""What tells the metric, the scope and the period of a stretch: its own words, and where in its sentence it stands.

Blanks are taken out first, so that 培 训 is 培训. What a stretch hangs on is looked for by the
grammar of lists and clauses: the name in a list whose place is that of a bare number, the rest
of the clause, the sentence before it, its first stretch, and the nearest thing mentioned
(`topics`). A window of so many characters, as was used before, told less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..corpus.text import Line
from .claim_features import Stretch, value_bucket, year_relation
from .features import bags_of, fold, fold_all, matrix, no_digits, word_code
from .lists import Listed, listed
from .sections import LineTag
from .surroundings import Around, around_of, backward, forward
from .topic_features import mentioned, topics_above

FACT_FEATURES = 5
"""Version of `stretch_features` and of what is told by them; models of another one are refused."""

_YEAR = re.compile(r"(20\d\d|19\d\d)年")
_NO_NAME = re.compile(r"(?:分别|依次|各)?(?:为|是|有|约|占|达)?")
_GOES_ON = frozenset("、,和及与")
_STRETCH, _SHORT, _CLAUSE, _SENTENCE, _AFTER, _HEAD = 26, 12, 24, 60, 8, 10
_YEAR_REACH = 60
_NAME, _VERB, _BARE_LEAD = 14, 6, 12


def stretch_features(
    view: str,
    found: Sequence[Stretch],
    rows: Sequence[Line],
    tags: Sequence[LineTag],
    year: int | None,
    around: Around | None = None,
) -> np.ndarray:
    """Feature ids of stretches, for metric, scope, period and kind of value.

    Parameters
    ----------
    around : Around, optional
        The surroundings of the stretches, where they are known.

    Returns
    -------
    ndarray of int32, shape (n_stretches, n_templates)
    """
    if not found:
        return np.zeros((0, 1), dtype=np.int32)
    around = around or around_of(view, found, rows)
    lists = _lists(around, found)
    topics = topics_above(view, found, rows, tags)
    flags = _flags(around, found, tags, year)
    inner = _inner(around, lists)
    at = around.places
    before = backward(around.points, at.number, at.start, 3)
    left, right = (
        backward(around.points, at.start, at.row, 3),
        forward(around.points, at.end, at.row_end, _AFTER),
    )
    clause = backward(around.points, at.start, at.clause, _CLAUSE)
    unit, section, form = flags[1], flags[0], flags[5]
    first, second = inner[:, 0], inner[:, 1]
    looks = [
        (64, first, second, inner[:, 2]),
        (65, first, second),
        (66, left[:, 0], left[:, 1]),
        (67, left[:, 0], left[:, 1], left[:, 2]),
        (68, right[:, 0], right[:, 1]),
        *((70 + k, flag) for k, flag in enumerate(flags)),
        (78, section, unit),
        (79, unit, first, second),
        (80, unit, flags[3]),
        (81, form, first, second),
        (82, flags[4], flags[2]),
        (83, section, flags[7]),
        (90, before[:, 0], before[:, 1]),
        (91, before[:, 0], before[:, 1], unit),
        (92, before[:, 0], before[:, 1], before[:, 2], unit),
        (93, first, second, before[:, 0], before[:, 1], unit),
        (120, section, first, second),
        (121, section, before[:, 0], before[:, 1]),
        *_list_looks(lists, section),
    ]
    single, by_unit, about = mentioned(
        around, lists, topics, flags, np.stack([first, second, before[:, 0], before[:, 1]])
    )
    opening = np.minimum(at.start, at.sentence + _HEAD)
    pairs = [
        (1, inner),
        (7, right),
        (9, forward(around.points, at.row, np.minimum(at.start, at.row + _SHORT), _SHORT)),
        (10, no_digits(matrix([topic for topic, _ in topics], _SHORT))),
        (20, clause),
        (21, backward(around.points, at.clause, at.sentence, _SENTENCE)),
        (22, forward(around.points, at.sentence, opening, _HEAD)),
        *_earlier(around),
    ]
    threes = np.where(inner[:, 2:] != 0, fold(3, inner[:, :-2], inner[:, 1:-1], inner[:, 2:]), 0)
    bags = bags_of([(t, m[:, 1:], m[:, :-1]) for t, m in pairs]), bags_of([(2, inner), *single])
    return np.concatenate([*bags, bags_of(by_unit), threes, fold_all([*looks, *about])], axis=1)


# -- lists -------------------------------------------------------------------


def _lists(around: Around, found: Sequence[Stretch]) -> list[tuple[bool, Listed | None]]:
    """For each stretch whether it prints a number alone, and its place in a list."""
    at = around.places
    out: list[tuple[bool, Listed | None]] = []
    columns = (at.start.tolist(), at.end.tolist(), at.number.tolist(), at.row.tolist(), at.row_end.tolist())
    for stretch, start, end, number, row, row_end in zip(found, *columns, strict=True):
        is_bare = stretch.number is not None and _NO_NAME.fullmatch(around.text, start, number) is not None
        own = None
        if is_bare or (stretch.number is not None and around.text[end : end + 1] in _GOES_ON):
            own = listed(around.text, number, row, row_end)
            own = own if is_bare or (own is not None and own.is_announced) else None
        out.append((is_bare, own))
    return out


def _inner(around: Around, lists: Sequence[tuple[bool, Listed | None]]) -> np.ndarray:
    """The characters of each stretch, the name that belongs to it in a list put before."""
    at = around.places
    out = forward(around.points, at.start, at.end, _STRETCH)
    which = [i for i, (_, own) in enumerate(lists) if own is not None]
    texts = []
    for i in which:
        own = lists[i][1]
        assert own is not None
        name = own.name[-_NAME:] + own.verb[-_VERB:] if own.name else own.verb[-_BARE_LEAD:]
        texts.append(name + around.text[at.start[i] : at.end[i]])
    if which:
        out[which] = no_digits(matrix(texts, _STRETCH))
    return out


_MOST = 7
_BARE, _ALONE = 4, 9


def _list_looks(
    lists: Sequence[tuple[bool, Listed | None]], section: np.ndarray
) -> list[tuple[int, np.ndarray] | tuple[int, np.ndarray, np.ndarray]]:
    told = [(0, 0)] * len(lists)
    for i, (is_bare, own) in enumerate(lists):
        if own is not None:
            aligned = 0 if not own.name else 2 if own.is_announced else 1
            where = min(own.place, _MOST - 1) * (_MOST + 1) + min(own.size, _MOST)
            told[i] = 1 + aligned + _BARE * is_bare, where
        elif is_bare:
            told[i] = _ALONE, 0
    how, where_in = np.array(told, dtype=np.uint32).T.copy()
    return [(100, how), (101, how, where_in), (102, how, section)]


# -- earlier stretches, flags --------------------------------------------------


def _earlier(around: Around) -> list[tuple[int, np.ndarray]]:
    """The stretch before in the line, and the first one of the sentence."""
    at = around.places
    index = np.arange(len(at.start))
    previous, opening = np.maximum(index - 1, 0), np.searchsorted(at.start, at.sentence)
    is_behind = (index > 0) & (at.row[previous] == at.row)
    shown = np.minimum(at.end, at.start + _SHORT)
    one = forward(around.points, at.start[previous], np.where(is_behind, shown[previous], 0), _SHORT)
    other = forward(around.points, at.start[opening], np.where(opening < index, shown[opening], 0), _SHORT)
    return [(11, one), (23, other)]


def _flags(around: Around, found: Sequence[Stretch], tags: Sequence[LineTag], year: int | None) -> list[np.ndarray]:
    """Section, unit, comparator, size of the value, named year, form, distance from the stretch before, kind."""
    at = around.places
    form = 0 if year is None else 1 + (year >= 2019) + (year >= 2021)
    gaps = np.concatenate([[_NO_GAP], np.clip(at.start[1:] - at.end[:-1], 0, _NO_GAP - 1)])
    told = []
    for s, start, end, row, gap in zip(found, *(x.tolist() for x in (at.start, at.end, at.row, gaps)), strict=True):
        number = s.number
        begin = max(row, start - _YEAR_REACH)
        years = _YEAR.findall(around.text, begin, end) if around.text.find("年", begin, end) >= 0 else ()
        told.append(
            (
                word_code(tags[s.line].section),
                word_code(number.unit or "-") if number else 1,
                word_code(number.comparator) if number else 1,
                value_bucket(number),
                year_relation(years[-1] if years else None, year),
                form,
                gap,
                1 if number is None else 2 if number.start <= s.start else 3,
            )
        )
    return list(np.array(told, dtype=np.uint32).T.copy())


_NO_GAP = 13
