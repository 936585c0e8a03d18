"""Names of categories: in the words of the claim itself, or in turn before a list of numbers."""

from __future__ import annotations

import re

import pytest
from gouji.corpus.numbers import numbers
from gouji.corpus.text import Text
from gouji.models.categories import category
from gouji.models.claim_features import Stretch


def names(marked: str) -> list[str]:
    """The category of each stretch that stands in brackets."""
    source, stretches = "", []
    for piece in re.split(r"(\[[^\]]*\])", marked):
        inner = piece.strip("[]")
        if piece.startswith("["):
            number = numbers(inner)[-1]
            at = len(source)
            moved = number._replace(start=number.start + at, end=number.end + at)
            stretches.append(Stretch(at, at + len(inner), 0, moved, 1.0))
        source += inner if piece.startswith("[") else piece
    text = Text.of(source)
    assert text.view == source
    return [category(text, stretches, i) for i in range(len(stretches))]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("其中[政务动态12条]、[政策文件共33条]", ["政务动态", "政策文件"]),
        ("概况、动态、目录三类依次为[78]、[34]、[61条]", ["概况", "动态", "目录"]),
        ("按内容分,机构概况、财政资金,[分别62]、[195条]", ["机构概况", "财政资金"]),
        ("公开政策和解读、公告、动态分别为[12]、[3]、[5条]", ["政策和解读", "公告", "动态"]),
        ("公开政策和公告分别为[12条]和[3条]", ["政策", "公告"]),
        ("公开政策、公告和解读,数量分别为[12]条、[3]条和[5]条", ["政策", "公告", "解读"]),
        ("[公布7条领导信息]、[4条机构信息]、[9项审批结果的公开]", ["领导信息", "机构信息", "审批结果"]),
        ("公开政策2条,,动态、公告和解读的分别为[3]、[4]、[28条]", ["动态", "公告", "解读"]),
        ("河道整治领域[公开12条],水价方面[公开3条]", ["河道整治", "水价"]),
        ("[向社会公开供水公告5条],[主动发布局文件8件],[公开各类通报2条]", ["供水公告", "局文件", "通报"]),
        ('[公开"双随机、一公开"监管3条]、[校外培训机构"白名单"2条]', ['"双随机、一公开"监管', '校外培训机构"白名单"']),
        ("[预决算(含三公经费)9条],其中领导信息([8条])、公告([2条])", ["预决算(含三公经费)", "领导信息", "公告"]),
    ],
)
def test_names(marked: str, expected: list[str]) -> None:
    assert names(marked) == expected


@pytest.mark.parametrize("marked", ["全年共[12条]", "政策分别为[12]、[3条]", "[12]、[3条]", "分别为[12]、[3条]"])
def test_a_number_without_a_name_has_no_category(marked: str) -> None:
    assert not any(names(marked))
