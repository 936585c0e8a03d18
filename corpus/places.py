"""Where in a marked text something can be damaged without changing what its marks say."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from .markup import Marked

Edits = list[tuple[int, int, str]]
Damage = Callable[[Marked, random.Random], Marked]

HAN = r"[\u4e00-\u9fff]"
PAIR = re.compile(rf"(?<={HAN})(?<![零〇一二两三四五六七八九十百千万亿几余多近约])(?={HAN})")  # not inside of a numeral


def covered(marked: Marked, *kinds: str) -> bytearray:
    """1 for every character inside of a mark of these kinds."""
    out = bytearray(len(marked.text) + 1)
    for mark in marked.marks:
        if mark.kind in kinds:
            out[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
    return out


def prose_lines(marked: Marked) -> list[tuple[int, int]]:
    """Lines outside of the tables, empty ones left out."""
    tables = covered(marked, "table")
    out = []
    at = 0
    for line in marked.text.split("\n"):
        if line and not tables[at]:
            out.append((at, at + len(line)))
        at += len(line) + 1
    return out
