"""Outlines of reports: what befalls them in the corpus, and what of them a line is told."""

from __future__ import annotations

import random

import numpy as np
import pytest
from gouji.corpus.examples import tile
from gouji.corpus.facts import sample_facts
from gouji.corpus.markup import Mark, Marked
from gouji.corpus.outline_slips import SLIPS, upset
from gouji.corpus.text import Text, lines
from gouji.models.outline import outlined
from gouji.models.section_moves import bound
from gouji.models.sections import units_of

PARTS = (
    ("title", "柳溪县水务局2022年政府信息公开工作年度报告\n"),
    ("preamble", "本报告根据条例编制。统计期限为一年。\n"),
    ("overview", "一、总体情况\n（一）主动公开\n主动公开36条。\n（二）依申请公开\n没有申请。\n"),
    ("active_disclosure", "二、主动公开政府信息情况\n见附表。\n"),
    ("requests", "三、收到和处理政府信息公开申请情况\n见附表。\n"),
    ("problems", "五、存在的主要问题及改进情况\n更新不够及时。"),
)


def report() -> Marked:
    marks, at = [], 0
    for name, text in PARTS:
        marks.append(Mark(at, at + len(text), "section", name))
        at += len(text)
    return Marked("".join(text for _, text in PARTS), tuple(marks))


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_moves_no_section_and_is_the_same_again(name: str) -> None:
    facts = sample_facts(random.Random(3), era="2021")
    n_changed = 0
    for seed in range(12):
        done = tile(SLIPS[name](report(), facts, random.Random(seed)))
        again = tile(SLIPS[name](report(), facts, random.Random(seed)))
        assert (done.text, done.marks) == (again.text, again.marks)
        n_changed += done.text != report().text
        sections = [m for m in done.marks if m.kind == "section"]
        assert [m.address for m in sections if m.address != "colophon"] == [name for name, _ in PARTS]
        assert sections[0].start == 0
        assert sections[-1].end == len(done.text)
        homes = [m for m in sections if m.address not in ("colophon", "title", "preamble")]
        for mark, word in zip(homes, "总主收存", strict=True):
            assert word in done.text[mark.start : mark.start + 90]
    assert n_changed > 0


def test_a_report_is_upset_in_the_same_way_each_time() -> None:
    facts = sample_facts(random.Random(5), era="2021")
    always = dict.fromkeys(SLIPS, 1.0)
    assert upset(report(), facts, always) == upset(report(), facts, always)
    assert upset(report(), facts, {}) == report()


def test_a_part_knows_that_its_matter_heads_a_section_later() -> None:
    rows = ["总体情况", "主动公开", "依申请公开", "主动公开政府信息情况", "本年新收政府信息公开申请数量", "申请情况"]
    style = np.array([1, 5, 5, 1, 1, 1], dtype=np.uint32)
    outline = outlined(rows, style)
    assert outline.kind[1] == outline.kind[3] != 0
    assert outline.again.tolist() == [0, 1, 1, 0, 0, 0]
    assert outline.since[1] == outline.kind[0]
    assert outline.since[5] == outline.kind[3], "a row of the form heads nothing"


def test_points_behind_the_first_heading_begin_no_section() -> None:
    text = report().text.replace("（一）", "1.").replace("（二）", "2.") + "\n六、其他需要报告的事项\n2.其他"
    view = Text.of(text).view
    _, _, units, _ = units_of(view, lines(view))
    limits = bound(view, units)
    assert [view[u.start : u.end] for u, b in zip(units, limits, strict=True) if b == 2] == ["2.依申请公开", "2.其他"]
    plain = view.replace("一、", "1、").replace("二、", "2、").replace("三、", "3、").replace("五、", "5、")
    _, _, units, _ = units_of(plain, lines(plain))
    assert not (bound(plain, units) == 2).any()
