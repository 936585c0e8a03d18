"""One grammar for every number that a report prints: ``19``, ``1,234``, ``3.2万``, ``20余万``, ``三十余``.

Works on the cleaned view of a text (half-width digits). Nothing is guessed: what the
grammar does not cover is no number.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_SCORES = {"廿": "二十", "卅": "三十"}
_VAGUE = ("几", "数")
"""Before 十, 百, 千 or 万 alone: 几十件 is no number."""
_MYRIADS = {"万": 10_000, "亿": 100_000_000}

_UNITS = (
    "万人次|人次|条次|篇次|件次|场次|万元|亿元|千元|元|件|条|份|宗|起|个|例|项|次|封|篇|期|人|名|场|通|部|处|册|张|本|家|户|"
    "页|款|批|幅|分钟|小时|天|分|位|台|块|套|类|则|字|卷|版|集|辆|间|所|支|批次|例次|班次|班|轮|点|%|‰|个百分点|"
    "笔|桩|堂|课时|学时"
)
_ROUND = frozenset([*_SCALES, *_MYRIADS])
_TENTHS = "成"
"""N成 is ten times N per cent, where nothing behind it makes 成 part of another word: 占三成, 八成以上, not 两成员."""
_BEFORE = {
    "不超过": "<=", "不多于": "<=", "不足": "<=", "少于": "<=", "低于": "<=",
    "不少于": ">=", "不低于": ">=", "至少": ">=", "超过": ">=", "突破": ">=", "逾": ">=", "超": ">=",
    "大约": "~", "约": "~", "将近": "~", "接近": "~", "近": "~",
}  # fmt: skip
_AFTER = {"余": ">=", "多": ">=", "来": "~", "以上": ">=", "以内": "<=", "以下": "<=", "左右": "~"}

_NUMBER = re.compile(
    r"(?P<before>不超过|不多于|不足|少于|低于|不少于|不低于|至少|超过|突破|逾|超|大约|约|将近|接近|近)?"
    r"(?P<blank>[ ]?)"
    r"(?P<num>"
    r"(?P<arabic>[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:[ ]?\.[ ]?\d+)?)"
    r"|(?P<formal>[壹贰叁肆伍陆柒捌玖零〇拾佰仟]{2,}(?:[万亿][壹贰叁肆伍陆柒捌玖零〇拾佰仟]*)*)"
    r"|(?P<chinese>[廿卅]?[零〇○一二两三四五六七八九十百千]*[零〇○一二两三四五六七八九十百千几](?:[余多]?[万亿][零一二三四五六七八九十百千]*)*)"
    r")"
    r"[ ]?(?P<more>[余多来]?)(?P<scale>[ ]?(?:[万亿千百](?!元|人次)|[万亿]+(?!元)))?(?P<more2>[余多来]?)"
    r"[ ]?(?P<unit>" + _UNITS + r"|" + _TENTHS + r"(?=$|[^\w]|[多的]|以[上下内]|左右))?"
    r"(?P<after>以上|以内|以下|左右|余|多)?"
)


_PARTS = ("before", "arabic", "formal", "chinese", "more", "scale", "more2", "unit", "after")


class Number(NamedTuple):
    """A number in a text: where it stands (unit included), what it is worth, how sure it is."""

    start: int
    end: int
    value: float | int
    unit: str | None
    comparator: str
    digits: tuple[int, int]
    """Where the bare numeral stands."""


def chinese_value(numeral: str) -> int | None:
    """The value of a Chinese numeral such as 三十五 or 两千零四; None where it is none."""
    total = section = digit = 0
    seen = False
    if all(c in _DIGITS for c in numeral) and len(numeral) > 1:
        return int("".join(str(_DIGITS[c]) for c in numeral))
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
            seen = True
        elif char in _SCALES:
            section += (digit or 1) * _SCALES[char]
            digit = 0
            seen = True
        elif char in _MYRIADS:
            total = (total + section + digit) * _MYRIADS[char]
            section = digit = 0
        else:
            return None
    return total + section + digit if seen else None


def exact(value: float) -> float | int:
    """The value as int where it is whole."""
    value = round(value, 6)
    return int(value) if value == int(value) else value


def in_myriads(value: float, unit: str) -> float | int:
    """A sum of money in 万元."""
    return exact(value * MONEY[unit] / 10_000)


def _read(match: re.Match[str], offset: int) -> Number | None:
    before, arabic, formal, numeral, more, scale, more2, unit, after = match.group(*_PARTS)
    more = more or more2
    if formal:
        numeral = formal.translate(_FORMAL)
    if arabic:
        value = float(arabic.replace(",", "").replace(" ", ""))
    else:
        numeral = _SCORES.get(numeral[0], numeral[0]) + numeral[1:]
        if numeral in _ROUND and match.string[: match.start("num")].endswith(_VAGUE):
            return None
        if any(c in "余多" for c in numeral):
            more = more or "余"
            numeral = numeral.replace("余", "").replace("多", "")
        worth = chinese_value(numeral)
        if worth is None:
            return None
        value = float(worth)
    for char in (scale or "").strip():
        value *= _MYRIADS.get(char) or _SCALES[char]
    comparator = _BEFORE.get(before or "", "=")
    tail = more or after
    if tail:
        comparator = _AFTER.get(tail, comparator)
    if unit == "万人次":
        value, unit = value * 10_000, "人次"
    if unit == _TENTHS:
        if not 0 < value <= 10:
            return None
        value, unit = value * 10, "%"
    first, last = match.span("num")
    start = match.start("before") if before else first
    return Number(offset + start, offset + match.end(), exact(value), unit, comparator, (offset + first, offset + last))


def numbers(view: str, start: int = 0, end: int | None = None) -> list[Number]:
    """All numbers in ``view[start:end]``, left to right; offsets are into ``view``."""
    stretch = view[start:end]
    found = (_read(m, start) for m in _NUMBER.finditer(stretch))
    return [n for n in found if n is not None]


class Lost(NamedTuple):
    """A count that was never filled in, or was masked: where its sign stands, and its unit."""

    start: int
    end: int
    unit: str


_LOST = re.compile(
    r"(?<![\s*×_a-zA-Z\d|无未没不])(?:[*×□○]{1,6}|_{2,12}|[xX]{1,4}|[ \u3000]{2,12})\s?(?:[万亿千百](?!元|人次))?"
    r"(?P<unit>" + _UNITS + r")(?=$|[^\d一-鿿]|申请|信息)"  # 未收到  个人申请 has lost nothing
)


def lost(view: str, start: int, end: int) -> Lost | None:
    """The first count of a stretch whose figure is missing: 发布信息xx条, 办结  件. It is not even 0."""
    match = _LOST.search(view, start, end)
    return None if match is None else Lost(match.start(), match.end(), match["unit"])


_BLANK = re.compile(r"\s+")
_EMPTY = frozenset(
    [
        "",
        "/",
        "\\",
        "-",
        "--",
        "---",
        "—",
        "——",
        "无",
        "空",
        "·",
        "_",
        "*",
        "不涉及",
        "无。",
        "|",
        "无数据",
        "暂无",
        "无此项",
        "未发生",
        "空白",
        "没有",
        "没有。",
        "不适用",
        "N/A",
        "n/a",
    ]
)
_SIGN = re.compile(r"^(?:↑|增加?|上升|新增|\+)(?=\d)")
_MINUS = re.compile(r"^(?:↓|减少?|下降|-|减)(?=\d)")
_VALUE = re.compile(
    r"^(?P<num>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?P<scale>[万亿]?)(?P<unit>元|[个件项条份宗起次篇人家户笔例批期名封部张处%]|人次|批次|件次)?(?P<tail>[。;,.]?)$"
)

_SUM = re.compile(
    r"^(?:[约近]|人民币|[￥¥])*"
    r"(?P<num>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[一二两三四五六七八九十][零〇一二三四五六七八九十百千]+)"
    r"\(?(?P<unit>[十百千万亿]{0,2}元)\)?整?[。;,.]?$"
)
"""A sum of money in words around it or with a unit of its own: 人民币207万元, 1000千元, 207.354(万元), 二百零七万元."""
MONEY = {
    "元": 1, "百元": 100, "千元": 1000, "万元": 10_000, "十万元": 100_000, "百万元": 1_000_000, "千万元": 10_000_000,
    "亿元": 100_000_000,
}  # fmt: skip
"""The units of money, in 元."""
_COUNTED = re.compile(r"([零〇○一二两三四五六七八九十百千万亿]{1,4})([个件项条宗起])?")


class CellValue(NamedTuple):
    """What a table's cell holds: a number, or None where it is printed and empty."""

    value: float | int | None
    unit: str | None


@lru_cache(maxsize=16384)
def cell_value(raw: str, money: bool = False) -> CellValue | None:
    """Read a cell of a table.

    Parameters
    ----------
    raw : str
        The cell as printed, cleaned (half-width).
    money : bool
        Whether the column holds an amount in 万元; then 元 and 亿元 are brought to 万元.

    Returns
    -------
    CellValue or None
        None where the text is no value at all.
    """
    text = _BLANK.sub("", raw)
    if text in _EMPTY:
        return CellValue(None, None)
    sign = 1
    if (m := _MINUS.match(text)) is not None:
        sign, text = -1, text[m.end() :]
    elif (m := _SIGN.match(text)) is not None:
        text = text[m.end() :]
    match = _VALUE.match(text)
    if match is None and "元" in text and (told := _SUM.match(text)) is not None and told["unit"] in MONEY:
        worth = chinese_value(told["num"])
        value = sign * (float(told["num"].replace(",", "")) if worth is None else worth)
        return CellValue(in_myriads(value, told["unit"]), "万元") if money else CellValue(exact(value), told["unit"])
    if match is None:
        counted = _COUNTED.fullmatch(text)
        worth = chinese_value(counted[1]) if counted is not None else None
        return None if counted is None or worth is None else CellValue(worth, counted[2])
    value = sign * float(match["num"].replace(",", ""))
    unit = match["unit"]
    scale = _MYRIADS.get(match["scale"], 1)
    if money:
        if unit == "元":
            return CellValue(exact(value * scale / 10_000), "万元")
        if scale > 1:
            return CellValue(exact(value * scale / 10_000), "万元")
        return CellValue(exact(value), None)
    if unit == "元":
        return CellValue(exact(value), match["scale"] + "元") if scale > 1 else CellValue(exact(value), "元")
    return CellValue(exact(value * scale), unit)
