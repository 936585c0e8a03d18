"""What a line's place in the outline of a report says: whether a heading is a section's, or that of a part of one.

The parts of the account of the year are named like the sections that follow it. What tells them apart is in the
rest of the report: whether a heading of the same matter comes again, numbered as sections are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

_KINDS = (
    r"(?P<review>复议|诉讼|申诉)",
    r"(?P<problems>问题|不足|改进|打算|整改)",
    r"(?P<fees>收费|减免|支出|经费)",
    r"(?P<annex>附表|统计表)",
    r"(?P<requests>申请)",
    r"(?P<active>主动公开|公开政府信息)",
    r"(?P<consultation>咨询)",
    r"(?P<others>其[他它]|需要[报说]|事项)",
    r"(?P<overview>总体|概[述况]|基本情况|工作情况)",
    r"(?P<part>平台|信息管理|监督保障|组织领导|培训|制度|解读|渠道|形式|数量)",
)
_KIND = re.compile("|".join(_KINDS))
_PART = len(_KINDS)
_OF_FORM = re.compile(r"数量|结转|办理结果|予以公开|部分公开|不予处理|无法提供|其[他它]处理|总计|第.{1,3}条|勾稽")
"""Words of rows, and of heads, of the form, which are numbered too."""
_LONGEST = 30
_STOP = re.compile("[。,:;!?(]")
_TOP = (1, 3, 6)
"""Ways of numbering that sections have and parts have not: 一、 一 第一部分."""


class Outline(NamedTuple):
    """For each line: all 0 where it opens with no words of a heading."""

    kind: np.ndarray
    """What matter its first words name, 0 none."""
    again: np.ndarray
    """Where that matter heads a line that is numbered as sections are: 1 later, 2 before, 3 both, 0 nowhere else."""
    since: np.ndarray
    """The matter of the last such line before it."""
    rank: np.ndarray
    """How many such lines there are: 0, 1 or 2, 3 or more."""


def _opening(line: str) -> str:
    """A line's first words, if they are few enough for a heading."""
    stop = _STOP.search(line)
    return line[: stop.start()] if stop is not None else line if len(line) <= _LONGEST else ""


@lru_cache(maxsize=4096)
def _matter(line: str) -> int:
    """What a line is about, by its first characters; the labels of tables come again and again."""
    words = _opening(line)
    if len(words) < 2 or _OF_FORM.search(words) is not None:
        return 0
    return min((m.lastindex or 0 for m in _KIND.finditer(words)), default=0)


def outlined(lines: Sequence[str], style: np.ndarray) -> Outline:
    """The outline of lines without their numbers, ``style`` the way in which each is numbered."""
    n = len(lines)
    kind = np.array([_matter(line[: _LONGEST + 1]) if line else 0 for line in lines], dtype=np.uint32)
    is_top = np.isin(style, _TOP) & (kind > 0) & (kind < _PART)
    places: dict[int, list[int]] = {}
    for i in np.flatnonzero(is_top).tolist():
        places.setdefault(int(kind[i]), []).append(i)
    again = np.zeros(n, dtype=np.uint32)
    for i in np.flatnonzero(kind).tolist():
        own = places.get(int(kind[i]), [])
        again[i] = (1 if own and own[-1] > i else 0) + (2 if own and own[0] < i else 0)
    tops = np.flatnonzero(is_top)
    since = np.concatenate([[0], kind[tops]])[np.searchsorted(tops, np.arange(n))].astype(np.uint32)
    count = int(is_top.sum())
    rank = np.full(n, 0 if count == 0 else 1 if count < 3 else 2, dtype=np.uint32)
    return Outline(kind, again, since, rank)
