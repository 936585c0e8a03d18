"""A value of a spreadsheet as its cell prints it: number formats, so that 0.95 is 95% where the sheet says so."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[(?:[A-Za-z]+\d*|\$[^\]]*|[<>=][^\]]*|DBNum\d)\]')
_FIGURES = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?")
_DATE = re.compile(r"[ymdhse年月日]", re.IGNORECASE)
_LITERAL = "\ue000"


class _Pattern(NamedTuple):
    before: str
    after: str
    decimals: int
    n_optional: int
    grouped: bool
    scale: int
    has_figures: bool


def printed(value: object, number_format: str = "General") -> str:
    """The text of a cell.

    Parameters
    ----------
    value : object
        As a spreadsheet library gives it: text, number, truth, date or None.
    number_format : str
        The cell's format code.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, number_format or "General")
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    sections = number_format.split(";")
    if number_format.strip().lower() in ("general", "@", "") or "general" in sections[0].lower():
        return _plain(value)
    is_signed = len(sections) < 2 or value >= 0
    if value < 0 and len(sections) > 1:
        section = sections[1]
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    else:
        section = sections[0]
    pattern = _pattern(section)
    if not pattern.has_figures:
        return (pattern.before or pattern.after).strip() if len(sections) > 1 else _plain(value)
    try:
        exact = abs(Decimal(repr(value))) * pattern.scale
        rounded = exact.quantize(Decimal(1).scaleb(-pattern.decimals), ROUND_HALF_UP)
    except InvalidOperation:
        return _plain(value)
    text = f"{rounded:,f}" if pattern.grouped else f"{rounded:f}"
    for _ in range(pattern.n_optional):
        text = text[:-1] if text.endswith("0") and "." in text else text
    text = text.rstrip(".") if "." in text else text
    sign = "-" if value < 0 and is_signed and rounded != 0 else ""
    return f"{sign}{pattern.before}{text}{pattern.after}".strip()


@lru_cache(maxsize=256)
def _pattern(section: str) -> _Pattern:
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        found = match[1] if match[1] is not None else match[2]
        if found is None:
            return ""
        literals.append(found)
        return _LITERAL

    bare = _QUOTED.sub(keep, section)
    figures = _FIGURES.search(bare)
    texts = iter(literals)

    def filled(part: str) -> str:
        return "".join(next(texts) if c == _LITERAL else c for c in part)

    if figures is None:
        return _Pattern(filled(bare), "", 0, 0, False, 1, False)
    before, after = filled(bare[: figures.start()]), filled(bare[figures.end() :])
    whole, _, fraction = figures[0].partition(".")
    places = fraction.replace(",", "")
    return _Pattern(
        before, after, len(places), len(places) - len(places.rstrip("#")), "," in whole.rstrip(","),
        100 if "%" in before + after else 1, True,
    )  # fmt: skip


def _plain(value: float) -> str:
    """Without a format: whole numbers whole, and no digit that is only the machine's."""
    if isinstance(value, int) or (value == int(value) if abs(value) < 1e15 else False):
        return str(int(value))
    return f"{value:.11g}"


def _moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    if isinstance(value, time | timedelta):
        return str(value)
    day = value.date() if isinstance(value, datetime) else value
    if not _DATE.search(number_format) or "年" in number_format:
        if "日" in number_format or "年" not in number_format:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.year}年{day.month}月"
    mark = "/" if "/" in number_format else "-"
    return f"{day.year}{mark}{day.month}{mark}{day.day}"
