"""When do two figures agree? What a claim prints leaves room: 余, 约, decimals, 万."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...corpus.numbers import MONEY
from ...corpus.report import Claim
from .board import wording

_PRINTED = re.compile(r"(\d+(?:,\d{3})*)(?:\.(\d+))?[余多几来]?([百千万亿]*)")
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_TO_MYRIAD_YUAN = {unit: worth / 10_000 for unit, worth in MONEY.items()}
_EPSILON = 1e-9


class Room(NamedTuple):
    """The figures that a claim allows: surely within [low, high], surely not outside [least, most]."""

    low: float
    high: float
    least: float
    most: float

    def verdict(self, found: float) -> bool | None:
        """True where a figure agrees, False where it does not, None where the words leave it open."""
        slack = _EPSILON * max(1.0, abs(found))
        if self.low - slack <= found <= self.high + slack:
            return True
        if self.least - slack <= found <= self.most + slack:
            return None
        return False

    def scaled(self, factor: float) -> Room:
        return Room(self.low * factor, self.high * factor, self.least * factor, self.most * factor)


def printed_step(claim: Claim) -> float | None:
    """The worth of the last digit that a claim prints, or None where its value is not printed in digits.

    2.3万条 → 1000; 24.706万元 → 0.001; 19件 → 1.
    """
    value = claim.value
    if value is None:
        return None
    for match in _PRINTED.finditer(wording(claim)):
        worth = float(match[1].replace(",", "") + ("." + match[2] if match[2] else ""))
        digit = 10.0 ** -len(match[2] or "")
        scale = 1.0
        for char in match[3]:
            scale *= _SCALES[char]
        for factor in (scale, 1.0):
            if abs(worth * factor - value) <= 1e-6 * max(1.0, abs(value)):
                return digit * factor
    return None


def has_digits(claim: Claim) -> bool:
    return any(c.isdigit() for c in wording(claim))


def room(claim: Claim, *, continuous: bool = False) -> Room:
    """The figures that a claim allows.

    Parameters
    ----------
    claim : Claim
        Its value must not be None.
    continuous : bool
        Whether what is stated is an amount or a rate, of which a whole number may be the rounded one;
        rounding and truncation both agree, and rounding twice (17.647, 17.65, 17.7) does not contradict.
    """
    value = float(claim.value)  # type: ignore[arg-type]
    if claim.comparator == "=":
        if not continuous and value == int(value) and not any(c in _SCALES for c in wording(claim)):
            return Room(value, value, value, value)
        step = printed_step(claim)
        if step is None or (step <= 1 and not continuous):
            return Room(value, value, value, value)
        sign = -1 if value < 0 else 1
        far = value + sign * step * (1 - 1e-9)
        near, twice = value - sign * step / 2, value - sign * step * _ROUNDED_TWICE
        return Room(min(near, far), max(near, far), min(twice, far), max(twice, far))
    if claim.comparator == ">=":
        return Room(value, 2 * value + 10, value, 10 * value + 10)
    if claim.comparator == "<=":
        return Room(0.0, value, -1e-6, value)
    last = _last_digit(value)
    slack = max(last / 2, 0.1 * abs(value))
    hard = max(last, 0.3 * abs(value))
    return Room(value - slack, value + slack, value - hard, value + hard)


_ROUNDED_TWICE = 0.55
"""Of the last digit, how much a figure may lack that was rounded to one digit more first."""


def _last_digit(value: float) -> float:
    """The worth of the last digit that is not zero: 30000 → 10000, 310 → 10."""
    if value == 0 or value != int(value):
        return 1.0
    worth = 1
    while int(value) % (worth * 10) == 0:
        worth *= 10
    return float(worth)


def is_money(claim: Claim) -> bool:
    return claim.unit in _TO_MYRIAD_YUAN


def money_factor(claim: Claim) -> float | None:
    """What a claim's value is multiplied with to be in 万元; None where no unit tells."""
    if claim.unit is None:
        return 1e-4 if any(c in wording(claim) for c in "万亿") else None
    return _TO_MYRIAD_YUAN.get(claim.unit)


def show(value: float | int | str | None) -> str:
    """A figure as a clerk writes it."""
    if value is None:
        return "空白"
    if isinstance(value, str):
        return value
    if value == int(value):
        return str(int(value))
    return f"{value:.4f}".rstrip("0").rstrip(".")
