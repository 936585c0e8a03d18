"""The rules-only reader on clean texts: what it must at least read."""

from __future__ import annotations

import pytest
from gouji.models.baseline import baseline_read
from hypothesis import given, settings
from hypothesis import strategies as st

CLEAN = """青岚市云蒲镇人民政府2021年政府信息公开工作年度报告
根据《中华人民共和国政府信息公开条例》编制本报告。
一、总体情况
2021年，我镇主动公开政府信息310条。全年收到政府信息公开申请3件，均按时答复。未发生行政复议。
二、主动公开政府信息情况
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 | 0 | 0 | 0 |
行政规范性文件 | 2 | 1 | 9 |
行政许可 | 41 |
三、收到和处理政府信息公开申请情况
一、本年新收政府信息公开申请数量 | 2 | 1 | 0 | 0 | 0 | 0 | 3 |
二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
（一）予以公开 | 2 | 1 | 0 | 0 | 0 | 0 | 3 |
（七）总计 | 2 | 1 | 0 | 0 | 0 | 0 | 3 |
四、结转下年度继续办理 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
四、政府信息公开行政复议、行政诉讼情况
0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
五、存在的主要问题及改进情况
形式还不够多样。
六、其他需要报告的事项
无。
"""


def test_sections_tile_the_text() -> None:
    report = baseline_read(CLEAN, "a.txt")
    assert [s.id for s in report.sections] == [
        "title", "preamble", "overview", "active_disclosure", "requests", "review_litigation",
        "problems", "other_matters",
    ]  # fmt: skip
    assert "".join(CLEAN[s.start : s.end] for section in report.sections for s in section.spans) == CLEAN


def test_cells_and_their_spans() -> None:
    cells = baseline_read(CLEAN, "a.txt").cells
    assert cells["active_disclosure/normative_documents/in_force"].value == 9
    assert cells["requests/new/commercial"].value == 1
    assert cells["requests/result_total/total"].value == 3
    assert len([a for a in cells if a.startswith("review_litigation")]) == 15
    for cell in cells.values():
        assert CLEAN[cell.spans[0].start : cell.spans[0].end].strip() == cell.raw.strip()


@pytest.mark.parametrize(
    ("text", "metric", "value"),
    [
        ("主动公开政府信息310条", "disclosure/items", 310),
        ("收到政府信息公开申请3件", "requests/new/total", 3),
        ("均按时答复", "requests/on_time_rate", 100),
        ("未发生行政复议", "review_litigation/review/total", 0),
    ],
)
def test_claims(text: str, metric: str, value: int) -> None:
    report = baseline_read(CLEAN, "a.txt")
    assert (text, metric, value) in [(c.text, c.metric, c.value) for c in report.claims]
    assert (report.agency, report.year, report.form) == ("青岚市云蒲镇人民政府", 2021, "2021")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="一二、三，。件条0123 |\n\t收到申请公开总体情况（）％年", max_size=300))
def test_any_text_is_read(text: str) -> None:
    report = baseline_read(text, "x")
    for section in report.sections:
        assert section.spans[0].end <= len(text)
