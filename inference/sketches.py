"""A report in two thousand bytes: how it is laid out, what words it uses, how unsure its reading is.

Enough to tell which reports of a large archive are alike, without keeping any of them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from ..corpus.report import Report
from .checks.board import settings

LAYOUT, _N_WORDS = 1536, 512
"""So many dimensions of a vector tell of layout, the others of vocabulary."""
N_DIMENSIONS = LAYOUT + _N_WORDS
_RUN = re.compile(
    r"(?P<han>[\u4e00-\u9fff]+)|(?P<digits>[\d,.]*\d)|(?P<latin>[A-Za-z]+)|(?P<blank>[ \xa0]{2,})|.", re.S
)
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_MAX_LINES = 4000


class Sketch(NamedTuple):
    """What is kept of a report.

    ``vector`` has `N_DIMENSIONS` bytes. The doubts are between 0 and 1, for the three things
    that models read.
    """

    path: str
    sha256: str
    agency: str | None
    year: int | None
    sections: float
    tables: float
    claims: float
    vector: np.ndarray

    @property
    def doubt(self) -> float:
        """How likely something of it was misread, as the models feel it."""
        return 1 - (1 - self.sections) * (1 - self.tables) * (1 - self.claims)

    def to_row(self) -> dict[str, Any]:
        row = self._asdict()
        return {**row, "vector": base64.b85encode(self.vector.tobytes()).decode("ascii")}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Sketch:
        """Raises ValueError or TypeError where the row is none of `to_row`."""
        vector = np.frombuffer(base64.b85decode(row["vector"]), np.uint8)
        if vector.shape != (N_DIMENSIONS,):
            raise ValueError("not a sketch of this version")
        return cls(**{**row, "vector": vector})


def sketch(report: Report) -> Sketch:
    """The sketch of a report that was read."""
    cells = [c.confidence for t in report.tables for c in t.cells]
    n_losses = sum(w.code in settings()["table_losses"] for w in report.warnings)
    return Sketch(
        report.source.path,
        report.source.sha256,
        report.agency,
        report.year,
        round(1 - min((s.confidence for s in report.sections), default=1.0), 4),
        round(1 - _mean(cells) * 0.5**n_losses, 4),
        round(1 - _mean([c.confidence for c in report.claims]), 4),
        vector_of(report.text),
    )


def vector_of(text: str) -> np.ndarray:
    """Layout and vocabulary of a text as bytes, each half of unit length times 255."""
    return np.concatenate([_hashed(_shapes(text), LAYOUT), _hashed(_bigrams(text), _N_WORDS)])


def _mean(confidences: list[float]) -> float:
    return sum(confidences) / len(confidences) if confidences else 1.0


def _shapes(text: str) -> Iterable[str]:
    """Pairs of neighbours in each line with its text folded away, and beginnings of lines with those of the next."""
    before = ""
    for line in text.split("\n")[:_MAX_LINES]:
        folded = [_fold(m) for m in _RUN.finditer(line[:400])]
        head = "".join(folded[:4])
        yield f"{before}\n{head}"
        before = head
        if len(folded) < 40:  # a line of a table, or a short one; of prose it would be punctuation
            padded = ["^", *folded, "$"]
            yield from map("".join, zip(padded, padded[1:], padded[2:], strict=False))


def _fold(match: re.Match[str]) -> str:
    if match.lastgroup == "han":
        n = match.end() - match.start()
        return "h" if n <= 4 else "H" if n <= 14 else "S"
    return {"digits": "0", "latin": "a", "blank": "_"}.get(match.lastgroup or "", match.group())


def _bigrams(text: str) -> Iterable[str]:
    for match in _HAN.finditer(text):
        run = match.group()
        yield from map("".join, pairwise(run))


def _hashed(features: Iterable[str], n: int) -> np.ndarray:
    counts = np.bincount([crc32(f.encode("utf-8", "replace")) % n for f in features] or [0], minlength=n)
    roots = np.sqrt(counts)
    return np.round(roots / max(float(np.linalg.norm(roots)), 1e-9) * 255).astype(np.uint8)
