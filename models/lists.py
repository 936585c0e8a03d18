"""Which name of a list a number belongs to: 政务微博 of 网站、微博、微信分别为23、2、12条, for the second."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

_NUMBER = r"(?:[1-9]\d{0,2}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?[万亿]?[余多]?(?:[条件篇期次份个项场人家户元%][次个]?)?"
_NUMBERS = re.compile(rf"{_NUMBER}(?:[、,和及与]{{1,3}}{_NUMBER})+")
_ONE = re.compile(_NUMBER)
_IN_TURN = re.compile(r"[,:]?(?:数量|条数|篇数|数)?(?:分别|依次|各)[^、,。;]{0,8}$")
_SPLITS = (re.compile("[、,]"), re.compile("[、,和及与]"))
_MARKS = frozenset("、,和及与")
"""What stands between the members of a list."""
_REACH = 90
_LEAD = 120


class Listed(NamedTuple):
    """The place of a number in a list of numbers, and the name whose place is the same."""

    name: str
    """"" where the names do not come out even."""
    verb: str
    """What stands between the names and the numbers."""
    place: int
    size: int
    is_announced: bool
    """Whether a word such as 分别 says that the lists run alike."""


def listed(text: str, at: int, start: int, end: int) -> Listed | None:
    """Where a number stands in a list of numbers, None where it stands alone.

    Parameters
    ----------
    at : int
        The first digit of the number.
    start, end : int
        The extent of its line. The text has no blanks.
    """
    begin, stop = max(start, at - _REACH), min(end, at + _REACH)
    if at > begin and text[at - 1] in _MARKS:
        found = next((m for m in _NUMBERS.finditer(text, begin, stop) if m.end() > at), None)
    else:
        found = _NUMBERS.match(text, at, stop)
    if found is None or found.start() > at:
        return None
    places = [m.start() for m in _ONE.finditer(text, found.start(), found.end())]
    size, place = len(places), bisect_right(places, at) - 1
    begin = max(*(text.rfind(mark, start, found.start()) + 1 for mark in "。;"), start, found.start() - _LEAD)
    lead = text[begin : found.start()]
    turn = _IN_TURN.search(lead)
    stop = turn.start() if turn else len(lead)
    names = members(lead, stop, size)
    if names:
        first, last = names[place]
        return Listed(lead[first:last], lead[stop:], place, size, turn is not None)
    return Listed("", lead[stop:] if turn else lead, place, size, turn is not None)


def members(lead: str, stop: int, size: int) -> list[tuple[int, int]]:
    """The extents of the last names of a list, as many as its numbers; empty where they do not come out even.

    What has a figure of its own belongs to the clause before, and is no name.
    """
    for split in _SPLITS:
        ends = [-1, *(m.start() for m in split.finditer(lead, 0, stop)), stop]
        names = [(a + 1, b) for a, b in pairwise(ends)][-size:]
        if len(names) == size and all(a < b and not any(map(str.isdigit, lead[a:b])) for a, b in names):
            return names
    return []
