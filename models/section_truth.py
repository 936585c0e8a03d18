"""What an annotated report says of its lines: the tags that the model of sections learns from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..corpus.report import Report
from ..corpus.text import Line, Text, lines
from .breaks import LineBreaks
from .carriers import units_of
from .line_features import INDENT, features

_MAX_HEADING = 40


class LineTag(NamedTuple):
    """What a line is: its section, whether heading, prose or table, and how sure that is."""

    section: str
    kind: str
    confidence: float


def sequences(reports: Iterable[Report], breaks: LineBreaks) -> Iterator[tuple[np.ndarray, list[str]]]:
    """What the model learns from: features of the lines of each report, and their labels."""
    for report in reports:
        text = Text.of(report.text)
        rows = lines(text.view, breaks.find)
        if not rows:
            continue
        tags = truth_tags(report, text, rows)
        _, heads, units, n_after = units_of(text.view, rows)
        labels = [f"{tags[i].kind}:{tags[i].section}" for i in heads.tolist()]
        yield features(text.view, units, n_after), labels


def truth_tags(report: Report, text: Text, rows: Sequence[Line]) -> list[LineTag]:
    """The tags that an annotated report implies."""
    stretches = sorted((span, s.id) for s in report.sections for span in s.spans)
    starts = np.array([span.start for span, _ in stretches] or [0])
    firsts = {s.spans[0].start for s in report.sections if s.spans}
    table = np.zeros(len(text.source) + 1, dtype=bool)
    for one in report.tables:
        for span in one.spans:
            table[span.start : span.end] = True
    out: list[LineTag] = []
    last = -1
    for row in rows:
        raw = text.view[row.start : row.end]
        inset = INDENT.match(raw).end() % max(len(raw), 1)  # type: ignore[union-attr]
        a, b = text.span(row.start + inset, row.start + len(raw.rstrip()))
        which = max(int(np.searchsorted(starts, (a + min(a + 3, b)) // 2, side="right")) - 1, 0)
        section = stretches[which][1] if stretches else "colophon"
        begins = which != last and starts[which] in firsts
        if table[a:b].mean() > 0.5:
            kind = "table"
        elif section == "title":
            kind = "heading"
        elif section in ("preamble", "colophon"):
            kind = "prose"
        elif begins and len("".join(raw.split())) <= _MAX_HEADING and _is_headed(raw) and not _PART.match(raw):
            kind = "heading"
        else:
            kind = "prose"
        last = which
        out.append(LineTag(section, kind, 1.0))
    return out


def _is_headed(raw: str) -> bool:
    """Whether a line is no sentence; a full stop behind a heading's last word makes none of it."""
    return "。" not in raw or _STOPPED.fullmatch(raw) is not None


_STOPPED = re.compile(r"[^。,:;\d]{4,32}(?:情况|事项|措施|问题|打算|安排|概述|概况|附表)。\s*")
_PART = re.compile(r"[\s?#*>•·◆■□-]*[(\[〔]\s*[一二三四五六七八九十\d]")
"""A numbered part of a section; where it stands first, the section's own heading is lost."""
