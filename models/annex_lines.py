"""Lines of an older annex that spell their figures out: ``收到申请数 件:统计数:12``, ``复议数 件:2012年:3;累计:9``."""

from __future__ import annotations

import re

from ..corpus.annexes import figure_behind_head

UNIT = "\x1f"
"""Stands where one cell ends and the next begins."""

_BETWEEN = re.compile(r"[\s,;、。]*")
_LABEL = re.compile(
    r"\s*(?:\d{1,3}\s)?(?:\([^()]*\)|[^\d]|\d(?=[.、)])|\(?\d{1,2}\)|(?<=[\u4e00-\u9fff])\d(?=[\"”数]))*"
)
_ROW_NUMBER = re.compile(r"\s*\d{1,3}(?=\s)")
_LONGEST = 96


def spelled(raw: str) -> str | None:
    """A line whose every figure stands behind a head of an annex, its boxes parted; None for any other.

    No character moves: what parts the boxes becomes a mark and blanks.
    """
    if len(raw) > _LONGEST or (":" not in raw and "=" not in raw):
        return None
    found = list(figure_behind_head().finditer(raw))
    found = [m for k, m in enumerate(found) if k or m.start("head") > 1]
    if not found or _LABEL.fullmatch(raw, 0, found[0].start()) is None:
        return None
    if not any(set(m["before"] + m["parted"]) & set(":=") for m in found):
        return None
    ends = [*(m.start() for m in found[1:]), len(raw)]
    if any(_BETWEEN.fullmatch(raw, m.end(), end) is None for m, end in zip(found, ends, strict=True)):
        return None
    out = list(raw)
    for m, end in zip(found, ends, strict=True):
        for start, stop in (m.span("before"), m.span("parted"), (m.end(), end)):
            _part(out, raw, start, stop)
    if (number := _ROW_NUMBER.match(raw)) is not None:
        out[: number.end()] = " " * number.end()
    return "".join(out).rstrip(UNIT + " ") if found[-1]["figure"] else "".join(out)


def _part(out: list[str], raw: str, start: int, end: int) -> None:
    """Make what parts boxes one mark, then blanks; a unit between stays."""
    at = start
    while at < end:
        if raw[at] in " \t\u3000:=,;、(。":
            stop = at
            while stop < end and raw[stop] in " \t\u3000:=,;、(。":
                stop += 1
            out[at:stop] = UNIT.ljust(stop - at)
            at = stop
        else:
            at += 1
