"""The automatic numbers of Word's paragraphs: 一、 is often not in the text but in the style."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_PLACE = re.compile(r"%(\d)")
_MAX_LEVELS = 9
_MAX_CHAIN = 20


def chinese(n: int, digits: str = "零一二三四五六七八九", units: tuple[str, ...] = ("", "十", "百", "千")) -> str:
    """A numeral up to 9999: 十二, 一百零三."""
    if not 0 < n < 10_000:
        return str(n)
    out = ""
    text = str(n)
    for place, digit in zip(range(len(text) - 1, -1, -1), text, strict=True):
        if digit != "0":
            out += digits[int(digit)] + units[place]
        elif not out.endswith(digits[0]):
            out += digits[0]
    out = out.rstrip(digits[0])
    return out[1:] if out.startswith("一十") else out


def _roman(n: int) -> str:
    out = ""
    pairs = zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"), strict=True)  # fmt: skip
    for value, letters in pairs:
        while n >= value:
            out += letters
            n -= value
    return out


def _letter(n: int) -> str:
    return chr(ord("A") + (n - 1) % 26) * ((n - 1) // 26 + 1)


def _circled(n: int) -> str:
    return chr(0x2460 + n - 1) if 0 < n <= 20 else str(n)


def _formal(n: int) -> str:
    return chinese(n, "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "decimalFullWidth": lambda n: str(n).translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)}),
    "upperLetter": _letter,
    "lowerLetter": lambda n: _letter(n).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "ideographDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal,
    "ideographTraditional": lambda n: "甲乙丙丁戊己庚辛壬癸"[(n - 1) % 10],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand"), chinese),
}  # fmt: skip


class _Level(NamedTuple):
    start: int
    format: str
    text: str


def _value(parent: etree._Element | None, name: str) -> str | None:
    found = parent.find(f"{_W}{name}") if parent is not None else None
    return found.get(f"{_W}val") if found is not None else None


def _int(value: str | None, default: int) -> int:
    return int(value) if value is not None and re.fullmatch(r"\d{1,6}", value) else default


class Numbering:
    """Counts the numbered paragraphs of one document."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._counts: dict[str, list[int]] = {}
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._overrides: dict[tuple[str, int], int] = {}
        self._styles: dict[str, etree._Element] = {}
        self._started: set[tuple[str, int]] = set()
        if styles is not None:
            self._styles = {s.get(f"{_W}styleId", ""): s for s in styles.iter(f"{_W}style")}
        if numbering is not None:
            self._load(numbering)

    def _load(self, numbering: etree._Element) -> None:
        for abstract in numbering.iter(f"{_W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{_W}lvl"):
                at = _int(level.get(f"{_W}ilvl"), 0)
                start = _int(_value(level, "start"), 1)
                levels[at] = _Level(start, _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "")
            self._levels[abstract.get(f"{_W}abstractNumId", "")] = levels
        for num in numbering.iter(f"{_W}num"):
            key = num.get(f"{_W}numId", "")
            self._lists[key] = _value(num, "abstractNumId") or ""
            for override in num.iter(f"{_W}lvlOverride"):
                said = _value(override, "startOverride")
                if said is not None:
                    self._overrides[key, _int(override.get(f"{_W}ilvl"), 0)] = _int(said, 1)

    def next(self, properties: etree._Element | None) -> str:
        """The number of the next paragraph, by its properties; nothing where it bears none."""
        key, at = self._place(properties)
        if key is None or key == "0" or at >= _MAX_LEVELS:
            return ""
        levels = self._levels.get(self._lists.get(key, ""), {})
        level = levels.get(at)
        if level is None:
            return ""
        counts = self._counts.setdefault(self._lists[key], [])
        del counts[at + 1 :]
        while len(counts) < at:
            above = levels.get(len(counts))
            counts.append(above.start if above else 1)
        override = self._overrides.get((key, at))
        if override is not None and (key, at) not in self._started:
            self._started.add((key, at))
            counts[at:] = [override]
        elif len(counts) == at:
            counts.append(level.start)
        else:
            counts[at] += 1
        if level.format in ("none", "bullet"):
            return ""
        return _PLACE.sub(lambda m: self._shown(levels, counts, int(m[1]) - 1), level.text)

    @staticmethod
    def _shown(levels: dict[int, _Level], counts: list[int], at: int) -> str:
        if not 0 <= at < len(counts) or at not in levels:
            return ""
        return _FORMATS.get(levels[at].format, str)(counts[at])

    def _place(self, properties: etree._Element | None) -> tuple[str | None, int]:
        """List and level of a paragraph: its own, else its style's or that of a style which this builds upon."""
        key: str | None = None
        at: str | None = None
        for _ in range(_MAX_CHAIN):
            if properties is None:
                break
            numbered = properties.find(f"{_W}numPr")
            if numbered is not None:
                key = key or _value(numbered, "numId")
                at = at or _value(numbered, "ilvl")
            if key is not None:
                break
            style = self._styles.get(_value(properties, "pStyle") or "")
            if style is None:
                break
            properties = style.find(f"{_W}pPr")
            if properties is None or properties.find(f"{_W}numPr") is None:
                base = self._styles.get(_value(style, "basedOn") or "")
                properties = base.find(f"{_W}pPr") if base is not None else None
        return key, _int(at, 0)
