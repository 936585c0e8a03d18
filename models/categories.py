"""The printed label of a category: 政策文件 of 政策文件12条, the second of 政策、动态、公告分别为3、4、5条."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..corpus.text import Text
from .claim_features import Stretch
from .lists import members

_LEAD = re.compile(
    r"^(?:其中|另外?|以及|即|公示(?!公告|类|信息|栏|牌)|向社会(?=主动|公|发)|主动(?=发布|公布|更新)|主动公开|公开|发布|公布|更新|上传|维护"
    r"|推出|挂出|刊登|刊发|涉及|属于|包括|关于|各[类种](?=.)|[:,、(\"'\s])*"
)
_TRAIL = re.compile(r"(?:共计|合计|累计|总计|数量|更新|发布|公开|共|约|近|达到|达|各有|有|分别为|为|[:,、(\"')\s])*$")
_AROUND = re.compile(r"^(?:的|各类)*|(?:的?(?:公开|发布|公布)|[,、)\"'\s])*$")
_NAME = re.compile(r"[^,。;:、()\n]{2,18}$")
_FIELD = re.compile(r"(?:类?信息)?(?:领域|方面|板块)?(?:共|共计|累计|全年)?$")
_MIN_LABEL = 2

_IN_TURN = re.compile(r"[,:]?(?:数量|条数|篇数)?(?:分别|依次|各)[^、,。;]{0,6}$")
_NO_NAME = re.compile(r"(?:分别|依次|各)?(?:为|是|有|约|占|达)?\s*")
_BETWEEN = re.compile(r"[条件篇期次份个项,、和及与\s]*")
_NAME_ENDS = re.compile(
    r"(?:的|等|[一二三四五六七八九十两几]+(?:个|大)?(?:类|项|方面|部分|板块|栏目)?(?:信息)?|\d+类)$"
)
_REACH = 120


def category(text: Text, found: Sequence[Stretch], i: int) -> str:
    """The label of the category that a stretch counts, "" where none is printed.

    Parameters
    ----------
    found : sequence of Stretch
        All stretches of the report: names listed first have their numbers in a list behind.
    """
    stretch = found[i]
    if _is_bare(text.view, stretch):
        return _listed(text, found, i) or _behind(text, stretch) or _bracketed(text, stretch)
    return _own(text, stretch) or _behind(text, stretch) or _before(text, stretch) or _whole(text, stretch)


def _own(text: Text, stretch: Stretch) -> str:
    """What stands before the number in the stretch, without verbs and commas."""
    whole = text.view[stretch.start : _end_of_name(stretch)]
    start, stop = _LEAD.match(whole).end(), _TRAIL.search(whole).start()  # type: ignore[union-attr]
    return _printed(text, stretch.start + start, stretch.start + stop) if stop - start >= _MIN_LABEL else ""


def _behind(text: Text, stretch: Stretch) -> str:
    """What stands behind the number in the stretch: 公布3条领导信息."""
    if stretch.number is None:
        return ""
    name = _AROUND.sub("", text.view[stretch.number.end : stretch.end])
    start = text.view.find(name, stretch.number.end)
    return _printed(text, start, start + len(name)) if len(name) >= _MIN_LABEL else ""


def _before(text: Text, stretch: Stretch) -> str:
    """What stands before the verb with which the stretch begins: 公共资源交易领域公开5条."""
    return _ending(text, stretch.start, _FIELD)


def _bracketed(text: Text, stretch: Stretch) -> str:
    """What stands before the bracket that a number fills: 领导信息(8条)."""
    at = stretch.start - 1
    return _ending(text, at, _TRAIL) if at > 0 and text.view[at] == "(" else ""


def _ending(text: Text, end: int, tail: re.Pattern[str]) -> str:
    """The name that ends there, without its lead and its tail."""
    found = _NAME.search(text.view, max(0, end - _REACH), end)
    if found is None:
        return ""
    start, stop = _LEAD.match(found[0]).end(), tail.search(found[0]).start()  # type: ignore[union-attr]
    return _printed(text, found.start() + start, found.start() + stop) if stop - start >= _MIN_LABEL else ""


def _whole(text: Text, stretch: Stretch) -> str:
    return _printed(text, stretch.start, _end_of_name(stretch))


def _end_of_name(stretch: Stretch) -> int:
    return stretch.number.start if stretch.number is not None else stretch.end


def _printed(text: Text, start: int, stop: int) -> str:
    """A name as printed; quotes and brackets that were taken off one of its ends only are its own."""
    name, before, behind = text.view[start:stop], text.view[start - 1 : start], text.view[stop : stop + 1]
    if name.count('"') % 2:
        start, stop = (start - 1, stop) if before == '"' else (start, stop + (behind == '"'))
    if name.count("(") == name.count(")") + 1:
        stop += behind == ")"
    span = text.span(start, stop)
    return "".join(text.source[span.start : span.end].split())


def _is_bare(view: str, stretch: Stretch) -> bool:
    return stretch.number is not None and _NO_NAME.fullmatch(view, stretch.start, stretch.number.start) is not None


def _listed(text: Text, found: Sequence[Stretch], i: int) -> str:
    """The name whose place in a list is that of the number in the list behind it."""
    view = text.view

    def goes_on(a: int, b: int) -> bool:
        one, two = found[a], found[b]
        between = view[one.end : two.start]
        return one.line == two.line and _is_bare(view, two) and _BETWEEN.fullmatch(between) is not None

    first = last = i
    while first and _is_bare(view, found[first - 1]) and goes_on(first - 1, first):
        first -= 1
    while last + 1 < len(found) and goes_on(last, last + 1):
        last += 1
    n = last - first + 1
    begin = max(view.rfind(mark, 0, found[first].start) for mark in "。;\n") + 1
    begin = max(begin, found[first].start - _REACH)
    number = found[first].number
    assert number is not None  # a bare stretch is one that begins with its number
    lead = view[begin : number.start]
    turn = _IN_TURN.search(lead)
    if turn is None or n < _MIN_LABEL:
        return ""
    names = members(lead, turn.start(), n)
    if not names:
        return ""
    start, stop = names[i - first]
    start += _LEAD.match(lead[start:stop]).end()  # type: ignore[union-attr]
    if (close := _NAME_ENDS.search(lead, start, stop)) is not None:
        stop = close.start()
    return _printed(text, begin + start, begin + stop) if stop > start else ""
