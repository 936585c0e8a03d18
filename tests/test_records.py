"""Tables given as records, a line for each cell, and rows whose figures stand behind the heads of their columns."""

from __future__ import annotations

import gouji
import pytest
from gouji.corpus.report import Report
from test_added import COLUMNS, ROWS, figures, whole

HEADS = dict(
    zip(COLUMNS, ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"], strict=True)
)
DISCLOSURE = {
    ("行政许可", "本年处理决定数量"): "253",
    ("行政处罚", "本年处理决定数量"): "71",
    ("行政强制", "本年处理决定数量"): "8",
    ("行政事业性收费", "本年收费金额（单位：万元）"): "12.5",
}
REQUESTS = {(own.rpartition(" | ")[2], c): n for own in ROWS for c, n in zip(COLUMNS, whole(figures(own)), strict=True)}
REVIEWS = {
    (row, head): str(n % 4)
    for n, (row, head) in enumerate(
        (row, head)
        for row in ("行政复议", "未经复议直接起诉", "复议后起诉")
        for head in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    )
}


def read(disclosure: str, requests: str, reviews: str) -> Report:
    found = gouji.check_text(
        "柳溪县水务局2022年政府信息公开工作年度报告\n一、总体情况\n本年度认真贯彻落实条例。\n"
        f"二、主动公开政府信息情况\n{disclosure}\n三、收到和处理政府信息公开申请情况\n{requests}\n"
        f"四、政府信息公开行政复议、行政诉讼情况\n{reviews}\n五、存在的主要问题及改进情况\n更新不够及时。\n"
        "六、其他需要报告的事项\n无其他需要报告的事项。"
    )
    assert isinstance(found, Report)
    return found


def numbers(found: Report, table: str) -> list[float | int | None]:
    return [c.value for t in found.tables if t.id == table for c in t.cells]


@pytest.mark.parametrize(
    ("mark", "is_turned", "is_numbered"),
    [
        (",", False, True),
        (",", True, False),
        ('","', False, False),
        ("，", True, True),
        (" | ", True, False),
        ("\t", False, True),
        (" ", False, True),
    ],
)
def test_a_line_for_each_cell(mark: str, is_turned: bool, is_numbered: bool) -> None:
    edge = '"' if mark == '","' else ""

    def records(cells: dict[tuple[str, str], str]) -> str:
        out = []
        for n, ((row, head), value) in enumerate(cells.items(), 1):
            cell = [head, row, value] if is_turned else [row, head, value]
            out.append(edge + mark.join([str(n)] * is_numbered + cell) + edge)
        return "\n".join(out)

    named = {(row, HEADS[column]): str(n) for (row, column), n in REQUESTS.items()}
    found = read(records(DISCLOSURE), records(named), records(REVIEWS))
    assert numbers(found, "active_disclosure") == [253, 71, 8, 12.5]
    assert numbers(found, "requests") == list(REQUESTS.values())
    assert numbers(found, "review_litigation") == [int(n) for n in REVIEWS.values()]


def test_slips_in_a_label_before_heads_with_their_figures() -> None:
    rows = []
    for own in ROWS:
        label = own.rpartition(" | ")[2].replace("法律行政", "法律行行政").replace("无正当理由大量", "无正当当理由大量")
        told = zip(HEADS.values(), whole(figures(own)), strict=True)
        rows.append(f"{label} " + "；".join(f"{head}：{n}" for head, n in told))
    found = read("规章：本年制发件数：0，本年废止件数：0，现行有效件数：0。", "\n".join(rows), "无")
    assert "2.其他法律行行政法规禁止公开 自然人：0" in rows[5]
    assert numbers(found, "requests") == list(REQUESTS.values())
