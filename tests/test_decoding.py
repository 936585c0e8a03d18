"""Tags decoded under the rule of what a claim looks like, and windows that see no figure."""

from __future__ import annotations

import itertools
import re

import numpy as np
from gouji.corpus.generate import example
from gouji.corpus.report import Report
from gouji.corpus.text import Text, lines
from gouji.models.claim_features import Stretch, segments
from gouji.models.claim_windows import claim_windows, clause_windows
from gouji.models.decoding import best_start, best_tags, is_allowed
from gouji.models.facts import annotated
from gouji.models.sections import LineTag, truth_tags
from gouji.models.windows import CLAUSE, INSIDE, NUMBER, WIDTH, Vocabulary
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

_ALLOWED = re.compile(r"(?:O|BI*(?:N+I*)?)*")
"""What the automaton stands for: claims begin with B and have their number in one piece."""

SCORES = st.floats(-6, 6, width=32)


@given(st.integers(0, 6).flatmap(lambda n: hnp.arrays(np.float32, (n, 4), elements=SCORES)))
def test_the_best_of_all_allowed_tags_is_found(scores: np.ndarray) -> None:
    def worth(path: str) -> float:
        return sum(float(scores[t, "OBIN".index(tag)]) for t, tag in enumerate(path))

    paths = ("".join(p) for p in itertools.product("OBIN", repeat=len(scores)))
    allowed = [p for p in paths if _ALLOWED.fullmatch(p)]
    found = best_tags(scores)
    assert found in allowed
    alone = "".join("OBIN"[k] for k in scores.argmax(axis=1))
    assert is_allowed(alone) == (alone in allowed)
    assert abs(worth(found) - max(map(worth, allowed))) < 1e-4


def test_what_is_nearly_sure_but_forbidden_is_not_told() -> None:
    """Two numbers in one claim: the weaker gives way, or another claim begins."""
    sure = np.full((7, 4), -9.0)
    for t, tag in enumerate("BINNINI"):
        sure[t, "OBIN".index(tag)] = 0.0
    assert "NIN" not in best_tags(sure)
    assert best_tags(sure)[:5] == "BINNI"


@given(
    hnp.arrays(np.float64, st.integers(1, 9), elements=st.floats(0, 1)), st.integers(1, 4), st.integers(0, 8)
)  # fmt: skip
def test_a_stretch_begins_where_it_agrees_with_most_of_what_is_likely(
    chances: np.ndarray, tail: int, chosen: int
) -> None:
    chosen = min(chosen, len(chances) - 1)
    end = len(chances) - 1 + tail

    def agrees(at: int) -> float:
        half = sum(p for k, p in enumerate(chances) if 2 * min(end - at, end - k) >= max(end - at, end - k))
        return half + 0.25 * chances[at]

    found = best_start(chances, end, chosen)
    likely = [k for k, p in enumerate(chances) if p >= 0.02 or k == chosen]
    assert found in likely
    assert agrees(found) >= max(map(agrees, likely)) - 1e-9


def test_of_starts_that_agree_with_each_other_the_likeliest_is_taken() -> None:
    assert best_start(np.array([0.0, 0.0, 0.7, 0.3, 0.0]), 12, 3) == 2
    # 收到申请总计19件: the middle one agrees with a long and with a short reading
    assert best_start(np.array([0.4, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.35]), 10, 0) == 4
    assert best_start(np.array([0.7, 0.0, 0.0, 0.0, 0.02, 0.0, 0.0, 0.28]), 10, 0) == 4


def test_where_one_place_alone_is_likely_it_is_taken() -> None:
    assert best_start([0.001, 0.6, 0.01], 9, 1) == 1
    assert best_start([0.001, 0.0, 0.01], 9, 2) == 2  # chosen, though hardly likely


def _shown(report: Report) -> tuple[Text, list, list, list[Stretch]]:
    text = Text.of(report.text)
    rows = lines(text.view)
    return text, rows, truth_tags(report, text, rows), annotated(report, text, rows)[0]


def test_windows_show_the_claim_and_no_figure() -> None:
    report = example("train", 3, 1).report
    text, rows, tags, found = _shown(report)
    vocabulary = Vocabulary.of([text.view], at_least=1)
    windows = claim_windows(vocabulary, text.view, found, rows, tags, report.year)
    assert windows.ids.shape == (len(found), WIDTH)
    letters = {int(k): c for c, k in zip(vocabulary.characters, vocabulary.ids, strict=True)}
    for k, stretch in enumerate(found):
        inside = np.isin(windows.marks[k], (INSIDE, NUMBER))
        told = "".join(letters.get(int(x), "\n") for x in windows.ids[k][inside])
        assert told == re.sub(r"\d", "0", text.view[stretch.start : max(stretch.end, _end(stretch))]) or len(told) >= 28
    other = "".join(str(9 - int(c)) if c in "0123456789" else c for c in text.view)
    again = claim_windows(vocabulary, other, found, rows, tags, report.year)
    assert np.array_equal(windows.ids, again.ids)
    assert np.array_equal(windows.marks, again.marks)


def _end(stretch: Stretch) -> int:
    return stretch.number.end if stretch.number is not None else 0


@given(st.text(alphabet="收到申请3件，。0万 \n|年", min_size=1, max_size=400), st.data())
def test_any_text_has_windows(view: str, data: st.DataObject) -> None:
    """However long or short: the marked characters of the windows are those of the candidate clauses, each once."""
    rows = lines(view)
    tags = [LineTag("overview", "prose", 1.0) for _ in rows]
    vocabulary = Vocabulary.of([view], at_least=1)
    parts = segments(view, rows, tags)
    windows, spans = clause_windows(vocabulary, view, parts, tags)
    assert [b - a for a, b in spans] == (windows.marks == CLAUSE).sum(axis=1).tolist()
    assert sum(b - a for a, b in spans) == sum(p.end - p.start for p in parts)
    if rows:
        start = data.draw(st.integers(0, len(view) - 1))
        end = data.draw(st.integers(start + 1, len(view)))
        claims = claim_windows(vocabulary, view, [Stretch(start, end, 0, None, 1.0)], rows, tags, None)
        assert (claims.marks == INSIDE).any()
