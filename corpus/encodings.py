"""Find out how bytes are encoded, and decode them; nothing is assumed from a name or a declaration.

UTF-8 proves itself. What is not UTF-8 is decoded in each way that Chinese pages use, and
the decoding whose characters are the frequent ones of Chinese wins.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np

from .. import configs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 60_000
_FEW = 8_000
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_MAX_CONTROLS = 0.03
_MAX_BAD = 0.1
_MIN_FREQUENT = 0.15
_SHORT = 20
# Names under which pages declare the two Chinese families; each is decoded by its largest member.
_FAMILIES = {
    "gb18030": ("gb18030", "gb2312", "gbk", "cp936", "x-gbk", "hz-gb-2312", "euc-cn"),
    "big5": ("big5", "big5hkscs", "big5-hkscs", "cp950", "x-big5", "big5-eten"),
}
_CODECS = {"big5": "big5hkscs"}


class Decoded(NamedTuple):
    """A text, its encoding, and how many stretches of bytes stood for no character."""

    text: str
    encoding: str
    n_bad: int


def is_binary(data: bytes) -> bool:
    """Whether bytes that are not of a wide encoding hold more control characters than any text."""
    sample = data[:_SAMPLE] + data[len(data) // 2 : len(data) // 2 + _SAMPLE]
    n_controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return n_controls > _MAX_CONTROLS * len(sample) + 2


def decode(data: bytes, declared: str | None = None) -> Decoded | None:
    """Decode a text of unknown encoding.

    Parameters
    ----------
    data : bytes
    declared : str, optional
        What the container says; it decides between decodings that are equally likely.

    Returns
    -------
    Decoded or None
        None where no decoding gives a text. Bad bytes stand as U+FFFD.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom) and not (codec == "utf-32-le" and len(data) % 4):
            return _checked(_decode(data[len(bom) :], codec, codec))
    strict = _strict(data, "utf-8")
    if (strict is None or "\0" in strict) and (wide := wide_encoding(data)):
        return _checked(_decode(data, wide, wide))
    if strict is not None:
        return Decoded(strict, "utf-8", 0)
    return _cut_utf8(data) or _by_plausibility(data, declared)


def wide_encoding(data: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` where bytes without a mark are Chinese or Latin text of that encoding."""
    sample = data[: _SAMPLE & ~1]
    sample = sample[: len(sample) & ~1]
    if len(sample) < 8:
        return None
    shares = {}
    for codec, dtype in (("utf-16-le", "<u2"), ("utf-16-be", ">u2")):
        units = np.frombuffer(sample, dtype=dtype)
        ascii_text = ((units >= 0x20) & (units < 0x7F)) | ((units >= 9) & (units <= 13))
        chinese = (units >= 0x4E00) & (units <= 0x9FFF)
        marks = ((units >= 0x3000) & (units < 0x3040)) | (units >= 0xFF00) | ((units >= 0x2010) & (units < 0x2040))
        shares[codec] = float((ascii_text | chinese | marks | (units == 0xA0)).mean())
    best, other = sorted(shares, key=lambda c: -shares[c])
    if shares[best] < 0.9 or shares[best] < shares[other] + 0.2:
        return None
    text = sample.decode(best, "replace")
    n_other = sum(c > "\x7f" for c in text)
    return best if n_other == 0 or plausibility(text) >= 2 * _MIN_FREQUENT else None


@cache
def _frequent() -> frozenset[str]:
    settings = configs.load("reading")
    simplified = set("".join(settings["frequent"].split())) | set(settings["punctuation"])
    traditional = {p[0] for p in configs.load("text")["traditional"].split() if p[1] in simplified}
    return frozenset(simplified | traditional)


def plausibility(text: str) -> float:
    """Share of frequent Chinese characters among those outside ASCII, less what could not be decoded."""
    beyond = [c for c in text if c > "\x7f"]
    if not beyond:
        return 0.0
    frequent = _frequent()
    return sum(c in frequent for c in beyond) / len(beyond) - 2 * beyond.count("\ufffd") / len(beyond)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _decode(data: bytes, codec: str, name: str) -> Decoded:
    text = _strict(data, codec)
    if text is not None:
        return Decoded(text, name, 0)
    text = data.decode(codec, "replace")
    return Decoded(text, name, text.count("\ufffd"))


def _checked(decoded: Decoded) -> Decoded | None:
    """None where much of a text that a byte order mark promised could not be decoded, or is no character."""
    if decoded.n_bad > 1 + _MAX_BAD / 4 * len(decoded.text):
        return None
    sample = decoded.text[:2000]
    n_none = sum(unicodedata.category(c) in ("Cn", "Co", "Cs") for c in sample)
    return decoded if n_none <= _MAX_BAD * len(sample) else None


def _cut_utf8(data: bytes) -> Decoded | None:
    """UTF-8 that was cut in mid-character, or has a few bad bytes."""
    decoded = _decode(data, "utf-8", "utf-8")
    n_good = sum(c > "\x7f" and c != "\ufffd" for c in decoded.text)
    if decoded.n_bad * 8 <= n_good:
        return decoded
    inner = decoded.text.strip("\ufffd")
    if n_good and len(decoded.text) - len(inner) <= 4 and "\ufffd" not in inner:
        return decoded
    return None


def _family(declared: str | None) -> str | None:
    name = (declared or "").strip().lower().replace("_", "-")
    return next((family for family, names in _FAMILIES.items() if name in names), name or None)


def _by_plausibility(data: bytes, declared: str | None) -> Decoded | None:
    first = _HIGH.search(data)
    start = first.start() if first else 0  # a lead byte: every family is in step there
    sample = data[start : start + _FEW]
    declared = _family(declared)
    best: str | None = None
    best_score = -9.0
    for name in _FAMILIES:
        score = plausibility(sample.decode(_CODECS.get(name, name), "replace")) + 0.05 * (name == declared)
        if score > best_score:
            best, best_score = name, score
    if best is not None and best_score >= _MIN_FREQUENT:
        decoded = _decode(data, _CODECS.get(best, best), best)
        return decoded if decoded.n_bad <= 1 + _MAX_BAD * len(decoded.text) else None
    if declared and declared not in _FAMILIES and (text := _strict(data, declared)) is not None:
        return Decoded(text, declared, 0)  # a page in another tongue: read, and found to be no report
    if len(sample) < _SHORT and best is not None:
        decoded = _decode(data, _CODECS.get(best, best), best)
        return decoded if not decoded.n_bad else None
    return None
