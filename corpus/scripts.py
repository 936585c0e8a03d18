"""Traditional script and readings, for ruining texts: the reverse of what ``configs/text.yaml`` undoes."""

from __future__ import annotations

from functools import cache

from .. import configs

# Characters that a number may hold beside the Arabic digits.
numeral_free = frozenset(
    "0123456789０１２３４５６７８９零〇一二两三四五六七八九十百千万亿几余多近约逾超元萬億餘兩.．,，%％‰"
)


@cache
def pinyin() -> dict[str, str]:
    """Readings of frequent characters."""
    return dict(pair.split(":") for pair in configs.load("invented")["scripts"]["pinyin"].split())


@cache
def _maps() -> tuple[dict[int, str], dict[int, str], dict[str, str]]:
    settings = configs.load("text")
    plain: dict[int, str] = {}
    for pair in settings["traditional"].split():
        if ord(pair[0]) < 0x10000 and ord(pair[1]) < 0x10000:
            plain.setdefault(ord(pair[1]), pair[0])
    invented = configs.load("invented")["scripts"]
    for pair in invented["common"].split():
        plain[ord(pair[0])] = pair[1]
    wrong = plain | {ord(k): v for k, v in invented["homographs"].items()}
    words = {new: old for old, new in settings["vocabulary"].items() if len(old) == len(new)}
    return plain, wrong, words


def to_traditional(text: str, flavour: str) -> str:
    """A text in Traditional script, character by character.

    Parameters
    ----------
    flavour : str
        ``plain``; ``vocabulary`` puts other words of the same length; ``homographs`` errs.
    """
    plain, wrong, words = _maps()
    if flavour == "vocabulary":
        for word, other in words.items():
            text = text.replace(word, other)
    return text.translate(wrong if flavour == "homographs" else plain)
