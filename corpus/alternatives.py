"""Many words as one pattern that is quick to search for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of some words, the longest that is there; beginnings that words share are tried once.

    It matches what ``"|".join(sorted(words, key=len, reverse=True))``, escaped, would match, several times as fast
    where words are some hundreds.

    Examples
    --------
    >>> any_of(["申请", "申请表", "公开"])
    '(?:申请(?:表)?|公开)'
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}

    def written(node: dict[str, Any]) -> str:
        branches = [re.escape(char) + written(below) for char, below in node.items() if char]
        if not branches:
            return ""
        if len(branches) == 1 and "" not in node:
            return branches[0]
        joined = "(?:" + "|".join(branches) + ")"
        return joined + "?" if "" in node else joined

    return written(tree)
