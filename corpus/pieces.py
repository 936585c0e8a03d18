"""Annotated reports that lost their line ends, some of their sections or their end; the rest of their truth stays."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from .report import Report, Span


def on_one_line(report: Report, gap: str) -> Report:
    """A report without its line ends; what is marked in it but its sections and tables is left out."""
    text = report.text
    kept = np.cumsum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32) != ord("\n"))
    place = np.concatenate([[0], kept]) if gap == "" else np.arange(len(text) + 1)

    def moved(spans: Iterable[Span]) -> tuple[Span, ...]:
        return tuple(Span(int(place[a]), int(place[b])) for a, b in spans)

    return replace(
        report,
        text=text.replace("\n", gap),
        sections=tuple(replace(s, spans=moved(s.spans)) for s in report.sections),
        tables=tuple(replace(t, spans=moved(t.spans), cells=()) for t in report.tables),
        claims=(),
    )


def in_pieces(report: Report, rng: random.Random) -> Report:
    """A report that lost some of its sections, or all from a line on."""
    text = report.text
    stretches = [span for s in report.sections if s.id != "title" for span in s.spans]
    if rng.random() < 0.4 or len(stretches) < 3:
        at = text.find("\n", rng.randrange(len(text) // 3, len(text) + 1)) if text else -1
        gone = [Span(at, len(text))] if at >= 0 else []
    else:
        gone = sorted(rng.sample(stretches, rng.randint(1, min(3, len(stretches) - 1))))
    keep = np.ones(len(text), dtype=bool)
    for a, b in gone:
        keep[a:b] = False
    place = np.concatenate([[0], np.cumsum(keep)])

    def moved(spans: Iterable[Span]) -> tuple[Span, ...]:
        pairs = ((int(place[a]), int(place[b])) for a, b in spans)
        return tuple(Span(a, b) for a, b in pairs if b > a)

    return replace(
        report,
        text="".join(c for c, stays in zip(text, keep.tolist(), strict=True) if stays),
        sections=tuple(replace(s, spans=spans) for s in report.sections if (spans := moved(s.spans))),
        tables=tuple(replace(t, spans=spans, cells=()) for t in report.tables if (spans := moved(t.spans))),
        claims=(),
    )
