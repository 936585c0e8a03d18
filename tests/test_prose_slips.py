"""Slips between statements of the prose: wrong where they are planted, and nowhere else."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest
from gouji.corpus.examples import report_of
from gouji.corpus.facts import Facts, sample_facts
from gouji.corpus.generate import example
from gouji.corpus.patterns import fits, phrases
from gouji.corpus.plant import STATEMENTS
from gouji.corpus.report import Cell, Table
from gouji.corpus.templates import fill
from gouji.inference.checks import check

REASONS = {"growth_off": "growth", "rate_off": "answer_rate", "sum_off": "sum_differs", "not_all": "not_all"}
SPLITS = ("train", "dev", "test")


@pytest.mark.parametrize("kind", REASONS)
def test_what_is_planted_is_found_in_the_report_as_it_is(kind):
    found = planted = 0
    for index in range(16):
        case = example("train", 77, index, statements=(kind,))
        slips = [p for p in case.planted if p.note == kind]
        findings = [f for f in check(case.report) if f.verdict == "contradicted" and f.reason == REASONS[kind]]
        planted += len(slips)
        found += sum(any(p.claim in (f.claim, *f.other_claims) for f in findings) for p in slips)
    assert planted >= 4
    assert found >= 0.8 * planted


def test_each_kind_is_planted_into_ordinary_reports_now_and_then_and_the_others_oftener():
    assert set(REASONS) < set(STATEMENTS)
    assert sum(s in REASONS for s in STATEMENTS) < 0.25 * len(STATEMENTS)


@pytest.mark.parametrize("split", SPLITS)
def test_a_sentence_that_is_added_to_be_made_wrong_is_true_before(split):
    """What is not restated may stay in a report: it must not contradict itself."""
    pools = phrases(split, 0.45, "slips")
    drawn = set()
    for kind in ("growth", "rate", "sum", "all"):
        for number, pattern in enumerate(pools[kind]):
            for seed in range(3):
                facts = sample_facts(random.Random(f"{number}{seed}"), era="2021", level="county")
                marked = fill(pattern, facts, random.Random(seed), lenient=True)
                if marked is None or not fits(pattern, "2021", "county"):
                    continue
                drawn.add(kind)
                report = report_of(marked, "a", {"year": facts.year, "agency": "青岚市柳溪县人民政府", "form": "2021"})
                report = replace(report, tables=(_requests(facts),))
                assert not [f for f in check(report) if f.verdict == "contradicted"], marked.text
    assert drawn == {"growth", "rate", "sum", "all"}


def _requests(facts: Facts) -> Table:
    cells = [(a.split("/"), v) for a, v in facts.cells.items() if a.startswith("requests/")]
    return Table("requests", "2021", (), tuple(Cell(*at, v, None, str(v), (), 1.0) for at, v in cells))


def test_no_split_draws_sentences_of_another():
    ids = {s: {p.id for pool in phrases(s, 0.45, "slips").values() for p in pool} for s in SPLITS}
    assert all(ids.values())
    for one, other in combinations(SPLITS, 2):
        assert not ids[one] & ids[other]
