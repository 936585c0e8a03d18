"""What tells scope and period beside a stretch's own words: its siblings, and the moments named before it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from gouji.corpus.text import lines
from gouji.models.claim_features import Stretch
from gouji.models.moments import N_TEMPLATES, moment_features
from gouji.models.siblings import (
    BEYOND,
    CLAUSES,
    FIRST,
    LINE,
    NEXT_LINE,
    SENTENCE,
    TOUCHING,
    gaps,
    sibling_features,
)
from gouji.models.surroundings import Around, around_of
from hypothesis import given
from hypothesis import strategies as st

TEXT = "收到申请9件,其中网上申请3件、当面申请6件;答复8件。去年收到5件\n培训2次\n又及\n会议4次"
NEW, WEB = "requests/new/total", "requests/by_channel.web"


def counted(text: str) -> tuple[Around, list[Stretch]]:
    """Every number of a text with its unit as a stretch."""
    rows = lines(text)
    found = [
        Stretch(m.start(), m.end(), sum(r.start <= m.start() for r in rows) - 1, None, 1.0)
        for m in re.finditer(r"\d+[件次]", text)
    ]
    return around_of(text, found, rows), found


def test_how_far_a_stretch_stands_behind_the_one_before() -> None:
    assert gaps(*counted(TEXT)) == [FIRST, SENTENCE, SENTENCE, CLAUSES, LINE, NEXT_LINE, BEYOND]
    assert gaps(*counted("3件、4件")) == [FIRST, TOUCHING]
    assert gaps(*counted("")) == []


def test_blanks_within_the_text_change_nothing() -> None:
    spoilt = TEXT.replace("申请", "申 请").replace("、", " 、 ").replace("去年", "去 年")
    (plain, found), (torn, same) = counted(TEXT), counted(spoilt)
    assert gaps(plain, found) == gaps(torn, same)
    assert np.array_equal(moment_features(plain, gaps(plain, found)), moment_features(torn, gaps(torn, same)))


def test_a_count_beside_another_of_its_metric_looks_otherwise_than_one_alone() -> None:
    alone = sibling_features([NEW, WEB], [FIRST, SENTENCE])
    beside = sibling_features([NEW, NEW], [FIRST, SENTENCE])
    assert (alone[0] != beside[0]).sum() >= 5
    assert (beside[0] != beside[1]).sum() >= 3  # the first of them is the whole more often than the others


@given(st.lists(st.tuples(st.sampled_from([NEW, WEB, "other"]), st.integers(1, BEYOND)), max_size=8), st.integers(1, 5))
def test_reports_one_after_the_other_look_as_each_alone(told: list[tuple[str, int]], n: int) -> None:
    metrics = [m for m, _ in told]
    gap = [FIRST if i == 0 else g for i, (_, g) in enumerate(told)]
    alone = sibling_features(metrics, gap)
    assert np.array_equal(sibling_features(metrics * n, gap * n), np.concatenate([alone] * n))


@pytest.mark.parametrize(("word", "other"), [("去年", "本年"), ("累计", "全年")])
def test_a_moment_is_seen_from_every_count_behind_it_in_the_line(word: str, other: str) -> None:
    text = "{}收到9件,答复8件。又培训7次"
    mine, theirs = (moment_features(*_with_gaps(text.format(w))) for w in (word, other))
    assert (mine != theirs).any(axis=1).all()


def test_a_moment_of_another_line_or_behind_is_not_seen() -> None:
    plain = moment_features(*_with_gaps("收到9件"))
    assert np.array_equal(moment_features(*_with_gaps("收到9件,去年如此")), plain)
    assert np.array_equal(moment_features(*_with_gaps("去年如此\n收到9件")), plain)
    assert moment_features(*_with_gaps("")).shape == (0, N_TEMPLATES)


def _with_gaps(text: str) -> tuple[Around, list[int]]:
    around, found = counted(text)
    return around, gaps(around, found)
