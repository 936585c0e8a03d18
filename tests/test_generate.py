"""Generated reports: truth stays true through layout and damage, splits stay apart."""

from __future__ import annotations

import random

import pytest
from gouji import configs
from gouji.corpus.damage import DAMAGE
from gouji.corpus.facts import sample_facts
from gouji.corpus.generate import SPLITS, example, generate, read_folder, write_folder
from gouji.corpus.grids import active_grid, draw_style, requests_grid, review_grid
from gouji.corpus.layouts import LAYOUTS, lay_out
from gouji.corpus.markup import Fact, Mark, Marked, in_order, parse, write
from gouji.corpus.numbers import cell_value, numbers
from gouji.corpus.patterns import HALVES, compile_pattern, phrases, split_of
from gouji.corpus.plant import violations
from gouji.corpus.templates import fill
from gouji.corpus.text import Text
from hypothesis import given, settings
from hypothesis import strategies as st

N = 25


@pytest.fixture(scope="module")
def examples():
    return {split: list(generate(split, N, 5)) for split in SPLITS}


def test_same_place_same_report(examples):
    for split in SPLITS:
        assert example(split, 5, 3) == examples[split][3]
    assert example("train", 6, 3).text != examples["train"][3].text


def test_unknown_split_is_an_error():
    with pytest.raises(ValueError, match="unknown split"):
        example("training", 0, 0)


def test_sections_tile_the_text(examples):
    for made in (e for split in SPLITS for e in examples[split]):
        at = 0
        for span in sorted(span for section in made.report.sections for span in section.spans):
            assert span.start == at
            at = span.end
        assert at == len(made.text)


def test_marks_equal_their_text(examples):
    for made in (e for split in SPLITS for e in examples[split]):
        for claim in made.report.claims:
            (span,) = claim.spans
            assert made.text[span.start : span.end] == claim.text
            assert claim.text.strip()
        for table in made.report.tables:
            for cell in table.cells:
                (span,) = cell.spans
                assert made.text[span.start : span.end] == cell.raw
                read = cell_value(Text.of(cell.raw).view, money=cell.column == "amount")
                assert (read.value if read else None) == cell.value


def test_claims_state_the_number_that_is_printed(examples):
    for made in (e for split in SPLITS for e in examples[split]):
        for claim in made.report.claims:
            if claim.value not in (None, 0, 100) and any(c.isdigit() for c in claim.text):
                found = [n.value for n in numbers(Text.of(claim.text).view)]
                assert claim.value in found, (made.id, claim)


def test_claim_belongs_to_the_section_it_stands_in(examples):
    for made in examples["train"]:
        for claim in made.report.claims:
            at = claim.spans[0].start
            inside = [s.id for s in made.report.sections if any(a <= at < b for a, b in s.spans)]
            assert inside == [claim.section]


def test_identities_hold_where_nothing_is_planted(examples):
    for made in (e for split in SPLITS for e in examples[split]):
        planted = [p for p in made.planted if p.verdict == "contradicted"]
        found = violations({a: c.value for a, c in made.report.cells.items()})
        if not planted:
            assert not [v for v in found if v.verdict == "contradicted"], made.id


@pytest.mark.parametrize("volume", ["zero", "few", "some", "many", "huge"])
@pytest.mark.parametrize("era", ["2019", "2021", "legacy"])
def test_facts_satisfy_every_identity(volume, era):
    for seed in range(20):
        facts = sample_facts(random.Random(seed), era=era, volume=volume)
        assert violations(facts.cells) == []
        handled, resolved, open_ = (facts.lookup(f"proposals.npc/{n}") for n in ("handled", "resolved", "unresolved"))
        assert handled == resolved + open_


def test_held_out_layouts_and_damage_are_for_the_test_splits_only():
    held = configs.load("mix")["held_out"]
    seen = {"layouts": set(), "damage": set()}
    for split in ("train", "dev"):
        for made in generate(split, 60, 1):
            assert not set(made.meta["layouts"].values()) & set(held["layouts"])
            assert not set(made.meta["damage"]) & set(held["damage"])
    for made in generate("test-hard", 60, 1):
        seen["layouts"] |= set(made.meta["layouts"].values())
        seen["damage"] |= set(made.meta["damage"])
    assert set(held["layouts"]) <= seen["layouts"]
    assert set(held["damage"]) <= seen["damage"]


def test_phrases_of_the_splits_do_not_meet():
    share = configs.load("mix")["dev_share"]
    ids = {
        split: {p.id for v in phrases(split, share).values() for p in v if p.has_claims}
        for split in ("train", "dev", "test")
    }
    assert ids["train"]
    assert ids["dev"]
    assert ids["test"]
    assert not ids["train"] & ids["dev"]
    assert not ids["train"] & ids["test"]


def test_what_was_written_against_misreadings_of_dev_is_not_measured_by():
    seen = {split_of(name, f"{i:016x}", 0.5) for name in ("mined_a_1.txt", "mined_a_01.txt") for i in range(1000)}
    assert seen == {"train"}
    assert {split_of("a_1.txt", f"{i:016x}", 0.5) for i in range(1000)} == {"train", "dev"}


def test_train_falls_into_two_halves_that_share_no_phrase():
    share = configs.load("mix")["dev_share"]
    whole, *halves = ({p.id for v in phrases(s, share).values() for p in v} for s in ("train", *HALVES))
    assert not halves[0] & halves[1]
    assert halves[0] | halves[1] == whole
    assert 0.8 < len(halves[0]) / len(halves[1]) < 1.25


def test_settings_name_what_there_is():
    mix = configs.load("mix")
    assert set(mix["layouts"]) == set(LAYOUTS)
    assert set(mix["damage"]) - {"none"} == set(DAMAGE)
    assert set(mix["held_out"]["layouts"]) <= set(LAYOUTS)
    assert set(mix["held_out"]["damage"]) <= set(DAMAGE)


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_layout_prints_every_figure(layout):
    rng = random.Random(layout)
    for seed in range(6):
        facts = sample_facts(random.Random(seed), era="2021", level="county", volume="some")
        style = draw_style(rng, facts.year)
        grids = [
            active_grid(rng, facts, style),
            requests_grid(rng, facts, style),
            review_grid(rng, facts, style),
        ]
        for grid in grids:
            figures = [b for row in grid for b in row if b.kind == "value" and b.value is not None]
            drawn = lay_out(rng, layout, grid, "t")
            marked = {m.address: drawn.text[m.start : m.end] for m in drawn.marks if m.kind == "cell"}
            assert {b.address: b.text.strip() for b in figures}.items() <= marked.items()


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damage_keeps_the_values(name, examples):
    for made in examples["train"][:12]:
        for seed in range(3):
            hurt = DAMAGE[name](made.marked, random.Random(seed))
            for mark in hurt.marks:
                raw = hurt.text[mark.start : mark.end]
                if mark.kind == "cell":
                    read = cell_value(Text.of(raw).view, money=mark.address.endswith("/amount"))
                    assert (read.value if read else None) == mark.value
                elif mark.kind == "claim" and name != "residue":
                    values = [n.value for n in numbers(Text.of(raw).view)]
                    assert all(f.value in (None, 0, 100) or f.value in values for f in mark.facts)


def test_a_folder_gives_back_what_was_written(tmp_path, examples):
    made = examples["train"][:15] + examples["test-hard"][:15]
    assert write_folder(made, tmp_path) == len(made)
    back = {e.id: e for e in read_folder(tmp_path)}
    for e in made:
        assert back[e.id].text == e.text
        assert back[e.id].report == e.report
        assert back[e.id].planted == e.planted


def test_a_folder_of_plain_annotations(tmp_path):
    prose = "[[收到申请19件||requests/new/total]]，[[约3万条||disclosure/items]]。"
    text = f"[[#overview]]一、总体情况\n{prose}\n[[19||@requests/new/total]]"
    (tmp_path / "a.marked.txt").write_text(text, "utf-8")
    (made,) = read_folder(tmp_path)
    assert [(c.metric, c.value, c.unit, c.comparator) for c in made.report.claims] == [
        ("requests/new/total", 19, "件", "="),
        ("disclosure/items", 30000, "条", "~"),
    ]
    assert made.report.cells["requests/new/total"].value == 19


def test_a_statement_that_is_untrue_is_refused():
    zero = compile_pattern("全年[[未收到申请||requests/new/total =0]]。")
    some = sample_facts(random.Random(1), era="2021", volume="some")
    none = sample_facts(random.Random(1), era="2021", volume="zero")
    assert fill(zero, some, random.Random(1)) is None
    assert fill(zero, none, random.Random(1)) is not None


def test_parts_of_one_sentence_make_up_their_whole():
    parts = "[[甲类{#}条||disclosure/items.甲类]]和[[乙类{#}条||disclosure/items.乙类]]"
    line = f"共[[公开{{#}}条||disclosure/items]]，包括{parts}。"
    facts = sample_facts(random.Random(1), era="2021", level="county")
    done = fill(compile_pattern(line), facts, random.Random(1))
    assert done is not None
    whole, *counts = [m.facts[0].value for m in done.marks]
    assert sum(counts) == whole


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("上年[[{#}件||requests/new/total previous]]，同比[[增长{#}%||other]]。", "%"),
        ("比上年的[[{#}件||requests/new/total previous]][[减少{#}件||other]]。", "件"),
    ],
)
def test_a_change_is_that_of_the_counts_told(phrase, told):
    n = 0
    for seed in range(60):
        facts = sample_facts(random.Random(seed), era="2021", volume="many")
        line = compile_pattern("[[收到申请{#}件||requests/new/total]]，" + phrase)
        marked = fill(line, facts, random.Random(seed))
        if marked is None:
            continue
        now, then, change = (m.facts[0].value for m in marked.marks if m.kind == "claim")
        gap = now - then if "增长" in phrase else then - now
        n += 1
        assert gap > 0
        assert abs(change - (gap if told == "件" else 100 * gap / then)) <= (0 if told == "件" else 0.5)
    assert n > 5


# ---------------------------------------------------------------- Marked.edit and the inline form


@st.composite
def marked_texts(draw):
    text = draw(st.text(alphabet="收件3[]\\|\n-+#=", max_size=30))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    marks = []
    for a, b in zip(cuts[::2], cuts[1::2], strict=False):
        if draw(st.booleans()):
            marks.append(Mark(a, b, "cell", "requests/new/total", (), draw(st.none() | st.integers(-5, 5))))
        elif b > a:
            marks.append(Mark(a, b, "claim", facts=(Fact("other", 3, "件", None, "part"),)))
    starts = sorted(draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=2))) if text else []
    starts = [s for s in starts if not any(m.start < s < m.end for m in marks)]
    for a, b in zip(starts, [*starts[1:], len(text)], strict=False):
        marks.append(Mark(a, b, "section", "overview"))
    return Marked(text, in_order(marks))


@settings(max_examples=300, deadline=None)
@given(marked_texts())
def test_inline_form_round_trip(marked):
    back = parse(write(marked))
    assert back.text == marked.text
    assert back.marks == marked.marks


@st.composite
def edits_of(draw, length):
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    return [(a, b, draw(st.text(alphabet="xy", max_size=3))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_edit_moves_marks_with_their_text(data):
    n = data.draw(st.integers(0, 25))
    text = "".join(chr(0x4E00 + i) for i in range(n))  # every character once, so that each can be found again
    cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=6)))
    marks = tuple(Mark(a, b, "cell", str(i)) for i, (a, b) in enumerate(zip(cuts[::2], cuts[1::2], strict=False)))
    edits = data.draw(edits_of(n))
    edited = Marked(text, marks).edit(edits)
    expected = text
    for start, end, new in sorted(edits, reverse=True):
        expected = expected[:start] + new + expected[end:]
    assert edited.text == expected
    kept = {m.address: m for m in edited.marks}
    gone = {i for a, b, _ in edits for i in range(a, b)}
    for mark in marks:
        survivors = [text[i] for i in range(mark.start, mark.end) if i not in gone]
        if not survivors:
            continue
        now = kept[mark.address]
        stretch = edited.text[now.start : now.end]
        assert [c for c in stretch if c >= "\u4e00"] == survivors
        if mark.start not in gone:
            assert stretch[0] == text[mark.start]
        if mark.end - 1 not in gone:
            assert stretch[-1] == text[mark.end - 1]


def test_overlapping_edits_are_an_error():
    with pytest.raises(ValueError, match="overlap"):
        Marked("abc").edit([(0, 2, ""), (1, 3, "")])
