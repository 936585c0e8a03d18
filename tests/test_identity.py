"""Whose report it is: the name, and nothing that stands around it; rather none than a wrong one."""

from __future__ import annotations

import pytest
from gouji.corpus.text import Text, lines
from gouji.inference.identity import agency_of
from gouji.models.sections import LineTag


def agency(text: str, *sections: str) -> str | None:
    """The agency of a text whose lines are of the given sections, the last one of all that follow."""
    made = Text.of(text)
    rows = lines(made.view)
    kinds = [sections[min(i, len(sections) - 1)] for i in range(len(rows))]
    return agency_of(made, rows, [LineTag(s, "prose", 1.0) for s in kinds], ())


@pytest.mark.parametrize(
    "title",
    [
        "青岚市水利局2022年政府信息公开工作年度报告",
        "标题：青岚市水利局2022年度政府信息公开工作年度报告",
        "信息名称: 青岚市水利局2022年政府信息公开工作年度报告",
        "首页 > 政府信息公开 > 年报 > 青岚市水利局2022年政府信息公开工作年度报告",
        "正文\n青岚市水利局 2022 年政府信息公开工作年度报告",
        "关於青岚市水利局2022年度政府信息公开工作年度报告",
        "青岚市水利局\n二〇二二年政府信息公开工作年度报告",
        "青岚市水利局办公室2022年政府信息公开工作年度报告",
    ],
)
def test_a_title_gives_the_name_without_what_surrounds_it(title: str) -> None:
    assert agency(title, "title") == "青岚市水利局"


@pytest.mark.parametrize("name", ["和柳县水利局", "柳溪县人民政府办公室", "云蒲高新技术产业开发区管理委员会办公室"])
def test_a_name_keeps_what_is_its_own(name: str) -> None:
    assert agency(f"{name}2022年政府信息公开工作年度报告", "title") == name


@pytest.mark.parametrize(
    "text",
    [
        "发布机构：柳溪县统计局　发文日期：2023年\n一、总体情况",
        "本报告由柳溪县统计局编制。",
        "2022年，柳溪县统计局深入贯彻落实条例。",
        "柳溪县统计局2022年政府信息公开工作年度报告.docx",
        "如有疑问，请与柳溪县统计局办公室联系。2022年，柳溪县统计局认真落实条例。",
    ],
)
def test_without_a_title_page_and_prose_name_it(text: str) -> None:
    assert agency(text, "overview") == "柳溪县统计局"


@pytest.mark.parametrize(
    "text",
    [
        "2022年，我局认真落实条例。",
        "2022年，柳溪县统计局认真落实条例。青岚市水利局积极配合。",
        "本报告由柳溪县人民政府办公室编制。",
        "2022年，统计局认真落实条例。",
    ],
)
def test_where_names_disagree_or_say_too_little_there_is_none(text: str) -> None:
    assert agency(text, "overview") is None
