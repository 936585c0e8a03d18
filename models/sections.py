"""Lines to sections: a trained sequence model over the lines of a report.

Each line gets a section and a kind (heading, prose, table). Deciding all lines together
keeps two headings in a row, a heading without its number and the rows of the form that
look like headings (四、结转下年度继续办理) apart.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..corpus.pieces import in_pieces, on_one_line
from ..corpus.report import Report, Section, Span
from ..corpus.text import Line, Text, lines
from . import store
from .breaks import LineBreaks
from .carriers import carriers, units_of
from .crf import LinearChainCRF
from .item_windows import line_windows
from .line_features import features
from .linear import LinearClassifier
from .second import SecondOpinion
from .section_moves import bound, goes_on, is_backwards, is_return
from .section_truth import LineTag, sequences, truth_tags

__all__ = ["FEATURES", "NAME", "LineTag", "SectionModel", "carriers", "sections_of", "truth_tags", "units_of"]

NAME = "sections"
FEATURES = 6
"""Version of the feature function; a model fitted with another one is refused."""

_NAMED_BY_PAGE = 6.0


class SectionModel:
    """Tags the lines of a report with section and kind.

    >>> model = SectionModel.load(folder)                            # doctest: +SKIP
    >>> rows = model.rows(text)                                      # doctest: +SKIP
    >>> tags = model.predict(text, rows)                             # doctest: +SKIP
    """

    def __init__(self, crf: LinearChainCRF, breaks: LineBreaks) -> None:
        self.crf = crf.without(is_backwards)
        self.breaks = breaks
        self.second: SecondOpinion | None = None
        """Asked about lines that the CRF is unsure of, where an encoder reads beside it."""
        self._parts = [label.split(":") for label in crf.labels]
        kinds = np.array([kind for kind, _ in self._parts])
        names = np.array([section for _, section in self._parts])
        stays = names[:, None] == names[None, :]
        inside = stays | (kinds == "heading")[None, :]
        part = (stays & (kinds != "heading")[None, :]) | (names == "colophon")[:, None] | (names == "colophon")[None, :]
        onward = np.array([[not is_return(before, after) for after in crf.labels] for before in crf.labels])
        begins = np.array([[not goes_on(before, after) for after in crf.labels] for before in crf.labels])
        self._moves = self.crf.moves(inside, part, onward, begins)
        self._is_colophon = np.array([section == "colophon" for _, section in self._parts])

    def rows(self, text: Text) -> list[Line]:
        """The lines of a text; where it lost them, as they probably were."""
        return lines(text.view, self.breaks.find)

    def predict(self, text: Text, rows: Sequence[Line], furniture: Sequence[tuple[int, int]] = ()) -> list[LineTag]:
        """One tag for each line.

        Parameters
        ----------
        furniture : sequence of (start, end)
            Stretches of the source that a web page itself names navigation or footer: strong
            evidence for colophon, but no more, as pages name wrongly.
        """
        if not rows:
            return []
        carrier, heads, units, n_after = units_of(text.view, rows)
        emissions = self.crf.emissions(features(text.view, units, n_after))
        if furniture:
            within = np.array([any(a <= text.span(u.start, u.end).start < b for a, b in furniture) for u in units])
            emissions[np.ix_(within, self._is_colophon)] += _NAMED_BY_PAGE
        limits = bound(text.view, units)
        path = self.crf.decode(emissions, limits, self._moves)
        sure = self.crf.local_confidence(emissions, path)
        if self.second is not None:
            joined = self.second.joined(
                emissions, sure, lambda v, which: line_windows(v, text.view, units, n_after, which)
            )
            if joined is not None:
                path = self.crf.decode(joined, limits, self._moves)
                sure = self.crf.local_confidence(joined, path)
        tags = [LineTag(self._parts[p][1], self._parts[p][0], float(c)) for p, c in zip(path, sure, strict=True)]
        place = np.searchsorted(heads, carrier)
        return [
            tags[p] if head == i or tags[p].kind != "heading" else tags[p]._replace(kind="prose")
            for i, (p, head) in enumerate(zip(place.tolist(), carrier.tolist(), strict=True))
        ]

    @classmethod
    def fit(cls, reports: Iterable[Report], *, held_out: Iterable[Report] = (), **settings: Any) -> SectionModel:
        """Fit on annotated reports (``report.text`` filled); settings are those of `LinearChainCRF.fit`."""
        reports = list(reports)
        breaks = LineBreaks.fit(text.view for r in reports if "\n" in (text := Text.of(r.text)).view)
        run_together = (on_one_line(r, "" if n % 2 else " ") for n, r in enumerate(reports[::_FLAT_EVERY]))
        in_part = (in_pieces(r, random.Random(n)) for n, r in enumerate(reports[1::_PIECES_EVERY]))
        learned = sequences(chain(reports, run_together, in_part), breaks)
        crf = LinearChainCRF.fit(learned, held_out=sequences(held_out, breaks), forbidden=is_backwards, **settings)
        return cls(crf, breaks)

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        arrays = store.pack(lines=self.crf.arrays(), breaks=self.breaks.model.arrays())
        store.save(folder, NAME, arrays, {"features": FEATURES, **(about or {})})
        if self.second is not None:
            self.second.encoder.save(folder, about)

    @classmethod
    def load(cls, folder: Path) -> SectionModel:
        """Raises `store.ModelError` where the folder holds no sound model."""
        arrays = store.load_version(folder, NAME, FEATURES)
        breaks = LineBreaks(LinearClassifier.from_arrays(store.unpack(arrays, "breaks")))
        return cls(LinearChainCRF.from_arrays(store.unpack(arrays, "lines")), breaks)


_FLAT_EVERY = 8
"""Every so-many-th report is learned from on one line too."""
_PIECES_EVERY = 6
"""Every so-many-th report is learned from with sections or its end missing, too."""


_RESIDUE = 40
"""A colophon stretch in the middle of a section of at most so many lines interrupts it, and ends nothing."""


def sections_of(text: Text, rows: Sequence[Line], tags: Sequence[LineTag]) -> tuple[Section, ...]:
    """Sections that tile the source, in the order of the text."""
    if not rows:
        return (Section("colophon", "", (Span(0, len(text.source)),)),) if text.source else ()
    begins = [0]
    for i in range(1, len(rows)):
        before, tag = tags[i - 1], tags[i]
        if tag.section != before.section or (
            tag.kind == "heading" and before.kind != "heading" and tag.section not in ("title", "colophon")
        ):
            begins.append(i)
    sections: list[Section] = []
    for a, b in pairwise([*begins, len(rows)]):
        start = 0 if a == 0 else text.span(rows[a].start, rows[a].end).start
        end = len(text.source) if b == len(rows) else text.span(rows[b].start, rows[b].end).start
        heads = [
            text.view[r.start : r.end].strip() for r, t in zip(rows[a:b], tags[a:b], strict=True) if t.kind == "heading"
        ]
        sure = sum(t.confidence for t in tags[a:b]) / (b - a)
        span = Span(start, end)
        resumed = (
            len(sections) >= 2
            and sections[-1].id == "colophon"
            and sections[-2].id == tags[a].section
            and tags[a].kind != "heading"
        )
        if resumed:
            whole = sections[-2]
            sections[-2] = Section(whole.id, whole.title, (*whole.spans, span), min(whole.confidence, sure))
        else:
            sections.append(Section(tags[a].section, " ".join(heads), (span,), sure))
    return tuple(sections)
