"""What the models of claims look at: names of lists, things mentioned, surroundings without blanks."""

import re

import numpy as np
import pytest
from gouji import configs
from gouji.corpus.numbers import numbers
from gouji.corpus.text import Line, lines
from gouji.models.claim_features import Stretch
from gouji.models.fact_features import stretch_features
from gouji.models.lists import listed
from gouji.models.sections import LineTag
from gouji.models.topics import mentions
from hypothesis import given
from hypothesis import strategies as st

NAMES = ["门户网站", "政务微博", "微信公众号", "信函", "当面", "其他方式", "政策类", "动态类"]


def place(text: str, k: int) -> int:
    """Where the k-th number of a text begins."""
    return [m.start() for m in re.finditer(r"\d+", text)][k]


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True),
    st.data(),
    st.sampled_from(["、", ","]),
    st.sampled_from(["分别为", "依次公开信息", "各"]),
    st.sampled_from(["", "条"]),
)
def test_each_number_of_a_list_has_the_name_of_its_place(
    names: list[str], data: st.DataObject, mark: str, verb: str, unit: str
) -> None:
    values = data.draw(st.lists(st.integers(0, 99), min_size=len(names), max_size=len(names)))
    text = "、".join(names) + verb + mark.join(f"{v}{unit}" for v in values) + "。"
    for k, name in enumerate(names):
        told = listed(text, place(text, k), 0, len(text))
        assert told is not None
        assert (told.name, told.place, told.size, told.is_announced) == (name, k, len(names), True)


@pytest.mark.parametrize(
    ("text", "k", "name"),
    [
        ("网站、微博和微信分别为3、4和5条", 1, "微博"),
        ("网站、微博和微信分别为3、4和5条", 2, "微信"),
        ("网站、微博分别为1,234条、56条", 1, "微博"),
        ("网站、微博公开信息3条、4条", 0, "网站"),
        ("分别为3、4条", 1, ""),
        ("来自甲的5件,,来自乙、丙和其他的分别为3、4、28件", 3, "其他的"),
        ("甲5件,乙、丙分别为3、4件", 1, "乙"),
    ],
)
def test_lists_as_they_are_written(text: str, k: int, name: str) -> None:
    starts = [m.start() for m in re.finditer(r"\d[\d,]*(?<=\d)", text)]
    told = listed(text, starts[k], 0, len(text))
    assert told is not None
    assert told.name == name


def test_a_number_alone_is_in_no_list() -> None:
    text = "网站、微博公开信息34条。"
    assert listed(text, place(text, 0), 0, len(text)) is None


def test_words_that_mean_the_same_count_as_one_and_none_twice() -> None:
    text = "收到申请,接到申请"
    assert len(set(mentions(text, [(0, len(text))]).ids.tolist())) == 2
    words = [w for kind in configs.load("topics").values() for group in kind.values() for w in group]
    assert len(words) == len(set(words))


def test_the_longest_word_is_taken_and_only_the_extents_are_read() -> None:
    text = "主动公开,公开"
    ids = mentions(text, [(0, len(text))]).ids.tolist()
    assert len(ids) == 2
    assert ids[0] != ids[1]
    assert mentions(text, [(5, len(text))]).starts.tolist() == [5]


def features(view: str, stretches: list[str]) -> np.ndarray:
    """Features of the stretches of a view, blanks in it notwithstanding."""
    found = []
    for words in stretches:
        match = re.search(r"\s*".join(map(re.escape, words)), view)
        assert match is not None
        start, end = match.span()
        line = view.count("\n", 0, start)
        found.append(Stretch(start, end, line, (numbers(view, start, end) or [None])[-1], 1.0))
    rows: list[Line] = lines(view)
    return stretch_features(view, found, rows, [LineTag("requests", "prose", 1.0)] * len(rows), 2022)


SENTENCE = "本年度收到申请25件,其中予以公开12件、部分公开3件,均按时答复。"
STRETCHES = ["收到申请25件", "予以公开12件", "部分公开3件", "均按时答复"]


@pytest.mark.parametrize("broken", ["收 到", "按 时", "其 中", "25 件", "部 分 公 开"])
def test_blanks_within_words_change_nothing(broken: str) -> None:
    spoilt = SENTENCE.replace(broken.replace(" ", ""), broken)
    assert spoilt != SENTENCE
    assert np.array_equal(features(SENTENCE, STRETCHES), features(spoilt, STRETCHES))


def test_what_stands_on_other_lines_far_below_changes_nothing() -> None:
    alone = features(SENTENCE, STRETCHES)
    assert np.array_equal(alone, features(SENTENCE + "\n\n全年培训8次,答复9件。", STRETCHES))


def test_the_whole_before_a_part_is_seen_over_another_part() -> None:
    """变更5次 of a review is not 变更5次 of a suit, however far the word stands before."""
    one = features("提起行政复议45次,维持24次,另有一些情况说明在后,变更5次", ["变更5次"])
    other = features("提起行政诉讼45次,维持24次,另有一些情况说明在后,变更5次", ["变更5次"])
    assert (one != other).sum() > 5


def test_no_stretch_no_features() -> None:
    assert len(stretch_features("", [], [], [], 2022)) == 0
