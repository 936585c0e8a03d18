"""What stands within or beside the tables and is not of them: heads and feet of pages, an agency's own tables."""

from __future__ import annotations

from collections.abc import Iterable

import gouji
import pytest
from gouji.corpus.forms import forms
from gouji.corpus.report import Report

TITLE = "柳溪县水务局2022年政府信息公开工作年度报告"
OPENING = "本年度认真贯彻落实条例，通过政府网站公开信息136条。"
ACTIVE = """第二十条第（一）项
信息内容
本年制发件数
本年废止件数
现行有效件数
规章
0
0
0
行政规范性文件
2
1
7
第二十条第（五）项
信息内容
本年处理决定数量
行政许可
126
第二十条第（六）项
信息内容
本年处理决定数量
行政处罚
14
行政强制
0
第二十条第（八）项
信息内容
本年收费金额（单位：万元）
行政事业性收费
38.5"""
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
FIGURES = {"new": 3, "granted": 2, "unavailable.not_held": 1, "result_total": 3}


def requests() -> list[str]:
    """The lines of the table: in the filled rows the first and the last column have a figure."""
    (block,) = forms()["2021"].tables["requests"].blocks
    out = ["申请人情况", *HEADS]
    for row in block.rows:
        figure = str(FIGURES.get(row.id, 0))
        out += [row.text, figure, *["0"] * 5, figure]
    return out


def report(active: str = ACTIVE, table: Iterable[str] = (), opening: str = OPENING) -> Report:
    lines = "\n".join(table or requests())
    read = gouji.check_text(
        f"{TITLE}\n一、总体情况\n{opening}\n二、主动公开政府信息情况\n{active}\n"
        f"三、收到和处理政府信息公开申请情况\n{lines}\n四、政府信息公开行政复议、行政诉讼情况\n本年度没有。\n"
        "五、存在的主要问题及改进情况\n更新不够及时。\n六、其他需要报告的事项\n本年度未收取信息处理费。\n"
    )
    assert isinstance(read, Report)
    return read


def values(read: Report) -> dict[str, float | int | None]:
    return {address: cell.value for address, cell in read.cells.items()}


FEET = [["— 5 —"], ["-5-"], ["第5页"], ["第五页"], ["第5页 共9页"], ["共9页 第5页"], ["Page 5 of 9"], ["[5]"], ["~5~"]]


@pytest.mark.parametrize("printed", [*FEET, [TITLE], ["— 5 —", TITLE], [TITLE, "第5页"], [f"{TITLE} 5"]])
@pytest.mark.parametrize("behind", [1, 3, 7, 8])
def test_the_head_and_foot_of_a_page_are_of_no_row(printed: list[str], behind: int) -> None:
    lines = requests()
    at = lines.index("1.本机关不掌握相关政府信息") + behind
    broken = report(table=[*lines[:at], *printed, *lines[at:]])
    assert values(broken) == values(report())
    assert not broken.warnings
    assert all(line in broken.text for line in printed)


def test_the_title_is_passed_over_in_every_table() -> None:
    whole = values(report())
    assert whole["active_disclosure/licensing/decisions"] == 126
    assert values(report(ACTIVE.replace("行政许可\n", f"行政许可\n— 3 —\n{TITLE}\n"))) == whole


def test_a_title_on_two_lines_is_passed_over_on_both() -> None:
    agency, rest = TITLE[:6], TITLE[6:]
    lines = requests()
    at = lines.index("1.本机关不掌握相关政府信息") + 1
    whole, broken = (
        gouji.check_text(report(table=table).text.replace(TITLE, f"{agency}\n{rest}"))
        for table in (lines, [*lines[:at], TITLE, *lines[at:]])
    )
    assert isinstance(whole, Report)
    assert isinstance(broken, Report)
    assert values(whole) == values(broken)


LOCAL = {
    "decisions": (
        ("事项", "上年", "本年"),
        ("行政许可", "100", "126"),
        ("行政处罚", "10", "14"),
        ("行政强制", "0", "0"),
    ),
    "documents": (
        ("事项", "2021年", "2022年"),
        ("规章", "1", "2"),
        ("行政规范性文件", "10", "14"),
        ("行政许可", "90", "91"),
    ),
}


@pytest.mark.parametrize("separator", [" | ", "\t", "\n"])
@pytest.mark.parametrize("local", LOCAL)
def test_a_local_table_of_the_overview_is_no_copy_of_the_form_s(local: str, separator: str) -> None:
    printed = "\n".join(separator.join(row) for row in LOCAL[local])
    read = report(opening=f"{OPENING}\n{printed}")
    assert [(t.id, t.form) for t in read.tables] == [(t.id, t.form) for t in report().tables]
    assert values(read) == values(report())
    (warning,) = read.warnings
    (span,) = warning.spans
    assert warning.code == "table_not_known"
    assert all(row[0] in read.text[span.start : span.end] for row in LOCAL[local][2:])
    assert len(read.findings) == len(report().findings)


def test_the_form_s_table_in_a_wrong_section_is_read() -> None:
    read = report(active="内容见上。", opening=f"{OPENING}\n{ACTIVE}")
    assert values(read)["active_disclosure/licensing/decisions"] == 126
