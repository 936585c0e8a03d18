"""The printed label of a category: 政策文件 of 政策文件12条, the second of 政策、动态、公告分别为3、4、5条."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..corpus.text import Text
from .claim_features import Stretch
from .lists import members

_WHEN = (
    "本年度?|今年|去年|上年|当年|全年|年内|累计|依次|分别|实际|及时|同步|集中|统一|整理|新|共|也|还|仍|已|仅|只"
    "|主动|向社会|对外"
)
_SHOWS = (
    "公开|发布|公布|公示(?!公告|类|信息|栏|牌)|更新|上传|上网|挂网|上线|挂出|登载|刊登|刊发|推出|推送|发出|编发"
    "|转载|曝光|新增|增加|维护|收录|归集|录入|报送"
)
_LEAD = re.compile(
    rf"^(?:其中|另外?|以及|即|其次是|最多的?是|最少的?是|向社会(?=主动|公|发)|主动(?=发布|公布|更新)|主动公开|{_SHOWS}|涉及|属于|包括|关于"
    r"|有关|围绕|各[类种](?=.)|\d{1,2}[.、)](?!\d)|\([一二三四五六七八九十\d]{1,2}\)|[①-⑳]|[:,、(\"'\s])*"
)
_TRAIL = re.compile(
    r"(?:共计|合计|累计|总计|数量|更新量|上网|挂网|更新|发布|公布|公开|(?<=信息)公示|共|约|近|达到|达|各有|只?有|没|分别为|为|的|计|[:,、(\"')\s])*$"
)
_NOTHING = re.compile(rf"(?:{_WHEN}|{_SHOWS}|为|是|达|至|到|有|计|各|信息|条数|数量|[:,、\s])*")
"""What states a count and names nothing."""
_AROUND = re.compile(r"^(?:的|各类|为|是|属于|涉及)*|(?:的?(?:公开|发布|公布)|[,、)\"'\s])*$")
_NAME = re.compile(r"[^,。;:()\n]{2,30}$")
_PAUSE = re.compile(rf"(?:[:,、]\s*)?(?:{_WHEN}|有|达|计|由|从|[,:\s])*$")
_FROM = re.compile(r"(?:由|从|比|较|同比|与)[^,。;]{0,12}?\d[^。;]{0,12}?$")
"""What a figure rose or fell from: 财政信息由51条增长到."""
_FIELD = re.compile(r"(?:(?<!重点)领域|方面|板块|专栏|栏目?)?(?:[在通][^,;。]{0,4}网[站上页]?|等)?(?:共|共计|累计|全年)?$")
_SHOWN_BY = re.compile(r"^.{2,}?(?:领域|方面|事业|[局委办厅院府]|网站?|平台|专?栏目?|单位)(?:公开|发布|公布)(?=.{2})")
"""Who or what shows it, where a name follows: 财政资金领域公开预决算信息."""
_MIN_LABEL = 2

_IN_TURN = re.compile(r"[,:]?(?:数量|条数|篇数)?(?:分别|依次|各)[^、,。;]{0,6}$")
_NO_NAME = re.compile(r"(?:分别|依次|各)?(?:为|是|有|约|占|达)?\s*")
_BETWEEN = re.compile(r"[条件篇期次份个项,、和及与\s]*")
_NAME_ENDS = re.compile(
    rf"(?:的|等|{_WHEN}|[一二三四五六七八九十两几]+(?:个|大)?(?:类|项|方面|部分|板块|栏目?)?(?:信息)?|\d+类)+$"
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
    if _names_nothing(text.view, stretch) and (name := _listed(text, found, i)):
        return name
    if _is_bare(text.view, stretch):
        return _behind(text, stretch) or _bracketed(text, stretch) or _before(text, stretch)
    return _own(text, stretch) or _behind(text, stretch) or _before(text, stretch) or _whole(text, stretch)


def _own(text: Text, stretch: Stretch) -> str:
    """What stands before the number in the stretch, without verbs and commas."""
    whole = text.view[stretch.start : _end_of_name(stretch)]
    start, stop = _LEAD.match(whole).end(), _TRAIL.search(whole).start()  # type: ignore[union-attr]
    if (by := _SHOWN_BY.match(whole[start:stop])) is not None:
        start += by.end()
    if stop - start < _MIN_LABEL or _NOTHING.fullmatch(whole, start, stop):
        return ""
    return _printed(text, stretch.start + start, stretch.start + stop)


def _behind(text: Text, stretch: Stretch) -> str:
    """What stands behind the number in the stretch: 公布3条领导信息."""
    if stretch.number is None:
        return ""
    name = _AROUND.sub("", text.view[stretch.number.end : stretch.end])
    start = text.view.find(name, stretch.number.end)
    return _printed(text, start, start + len(name)) if len(name) >= _MIN_LABEL else ""


def _before(text: Text, stretch: Stretch) -> str:
    """What stands before the verb with which the stretch begins: 公共资源交易领域公开5条, 财政类由3条增至8条."""
    begin = max(text.view.rfind(mark, 0, stretch.start) for mark in "。;\n") + 1
    begin = max(begin, stretch.start - _REACH)
    if _IN_TURN.search(text.view, begin, stretch.start):
        return ""  # a list whose names do not come out even
    end = _PAUSE.search(text.view, begin, stretch.start).start()  # type: ignore[union-attr]
    if (from_ := _FROM.search(text.view, begin, end)) is not None:
        end = from_.start()
    name = _ending(text, end, _FIELD)
    return "" if any(map(str.isdigit, name)) else name


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


def _names_nothing(view: str, stretch: Stretch) -> bool:
    """Whether only a verb or a time stands before the number: 依次公开3条."""
    return stretch.number is not None and _NOTHING.fullmatch(view, stretch.start, stretch.number.start) is not None


def _listed(text: Text, found: Sequence[Stretch], i: int) -> str:
    """The name whose place in a list is that of the number in the list behind it."""
    view = text.view

    def goes_on(a: int, b: int) -> bool:
        one, two = found[a], found[b]
        between = view[one.end : two.start]
        return one.line == two.line and _is_bare(view, two) and _BETWEEN.fullmatch(between) is not None

    first = last = i
    while first and _names_nothing(view, found[first - 1]) and goes_on(first - 1, first):
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
