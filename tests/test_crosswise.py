"""Stretches that state nothing: found by labelers that had not learned from the phrases, told by the model of facts."""

from __future__ import annotations

import numpy as np
import pytest
from gouji.corpus.generate import generate
from gouji.corpus.report import Certainty, Report
from gouji.corpus.text import Text, lines
from gouji.models.claim_features import Stretch
from gouji.models.claims import ClaimModel, agreed
from gouji.models.facts import CLAIM, NONE, FactModel, Statement, annotated, looked_at
from gouji.models.sections import LineTag
from hypothesis import given
from hypothesis import strategies as st

chances = st.floats(0.001, 0.999)


@pytest.fixture(scope="module")
def report() -> Report:
    return next(r for e in generate("train", 40, 5) for r in [e.report] if len(r.claims) > 12)


def there(report: Report) -> list[Stretch]:
    text = Text.of(report.text)
    return annotated(report, text, lines(text.view))[0]


def test_what_was_found_is_a_claim_where_one_is_marked(report: Report) -> None:
    found = there(report)
    ids, labels = looked_at(report, found)
    assert len(ids) == len(labels) == len(found)
    assert set(labels) == {CLAIM}


def test_what_stands_elsewhere_is_none_and_what_only_touches_a_claim_is_neither(report: Report) -> None:
    one = max(there(report), key=lambda s: s.end - s.start)
    elsewhere = Stretch(0, 3, 0, None, 1.0)
    touching = one._replace(start=one.end - 1, end=one.end + 1)
    assert looked_at(report, [elsewhere])[1] == [NONE]
    assert looked_at(report, [elsewhere, touching])[1] == [NONE]
    assert len(looked_at(report, [])[1]) == 0


def test_labelers_read_what_they_have_not_learned_from() -> None:
    pytest.importorskip("pycrfsuite")
    from gouji.training.crosswise import found_crosswise
    from gouji.training.settings import settings_of

    settings = settings_of(None)
    settings["crosswise"] = {"reports": 8, "max_iterations": 6}
    read = list(found_crosswise(settings))
    assert len(read) == 16
    labels = [label for report, found in read for label in looked_at(report, found)[1]]
    assert {CLAIM, NONE} == set(labels)
    assert not list(found_crosswise({**settings, "crosswise": {"reports": 0, "max_iterations": 6}}))


def test_a_model_learns_to_see_through_what_labelers_find_amiss() -> None:
    pytest.importorskip("pycrfsuite")
    reports = [e.report for e in generate("train", 12, 3)]

    def with_lines_begun(report: Report) -> list[Stretch]:
        """Its claims, and the first characters of each line without one."""
        text = Text.of(report.text)
        own = there(report)
        taken = {s.line for s in own}
        begun = [
            Stretch(r.start, r.start + 2, i, None, 1.0)
            for i, r in enumerate(lines(text.view))
            if i not in taken and r.end - r.start > 4
        ]
        return sorted([*own, *begun])

    read = [(r, with_lines_begun(r)) for r in reports]
    trusting, wary = (FactModel.fit(reports, max_iterations=5, found=found) for found in ((), read))
    report, found = read[-1]
    text, of = Text.of(report.text), lines(Text.of(report.text).view)
    tags = [LineTag("overview", "prose", 1.0)] * len(of)
    claims = set(there(report))
    assert {s.is_claim for s in trusting.predict(text, found, of, tags, 2023)} == {None}
    told = wary.predict(text, found, of, tags, 2023)
    right = [(s in claims) == ((t.is_claim or 0.0) >= 0.5) for s, t in zip(found, told, strict=True)]
    assert np.mean(right) > 0.9


def test_what_is_hardly_a_claim_is_not_among_them() -> None:
    source = "收到申请5件,培训3次。"
    found = [Stretch(0, 6, 0, None, 0.9), Stretch(7, 11, 0, None, 0.9)]
    chances: list[float | None] = [0.9, 0.01]

    class Finder:
        def find(self, *_):  # type: ignore[no-untyped-def]
            return found

    class Teller:
        def predict(self, *_):  # type: ignore[no-untyped-def]
            sure = Certainty(1.0, 1.0, 1.0, 1.0)
            return [Statement(("other",), "report", "year", "zero", sure, p) for p in chances]

    text = Text.of(source)
    model = ClaimModel(Finder(), Teller())  # type: ignore[arg-type]
    read = model.read(text, lines(text.view), [LineTag("overview", "prose", 1.0)], 2023)
    assert [c.text for c in read] == ["收到申请5件"]
    assert read[0].certainty.value > 0.9
    chances[:] = None, None  # nobody was asked
    read = model.read(text, lines(text.view), [LineTag("overview", "prose", 1.0)], 2023)
    assert [c.certainty.value for c in read] == [0.9, 0.9]


@given(chances, chances)
def test_two_opinions_are_surer_together_than_the_surer_where_they_agree(a: float, b: float) -> None:
    both = agreed(a, b)
    assert both == pytest.approx(agreed(b, a))
    assert agreed(a, 0.5) == pytest.approx(a)
    assert 0 <= both <= 1
    if a > 0.5 and b > 0.5:
        assert both >= max(a, b) - 1e-9
    if a < 0.5 and b < 0.5:
        assert both <= min(a, b) + 1e-9
