"""One table with blocks of two forms, 总计 in another place, heads cut to the same words: read exactly."""

from __future__ import annotations

from itertools import product

import gouji
import pytest
from check_reports import contradictions
from gouji.corpus.report import Report
from test_added import COLUMNS, HEADS, ROWS, figures

LAYOUTS = {"pipes": " | ", "tabs": "\t", "lines": "\n", "blank lines": "\n\n", "blanks": " "}
OLD = (
    "第二十条第（一）项\n信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量\n规章 | 1 | 2 | 9\n"
    "规范性文件 | 4 | 3 | 18",
    "第二十条第（五）项\n信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量\n行政许可 | 12 | -3 | 253\n"
    "其他对外管理服务事项 | 7 | +2 | 31",
    "第二十条第（六）项\n信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量\n行政处罚 | 20 | 5 | 71\n"
    "行政强制 | 6 | 0 | 8",
    "第二十条第（八）项\n信息内容 | 上一年项目数量 | 本年增/减\n行政事业性收费 | 3 | -1",
)
NEW = (
    "第二十条第（一）项\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n规章 | 0 | 1 | 7\n"
    "行政规范性文件 | 4 | 0 | 18",
    "第二十条第（五）项\n信息内容 | 本年处理决定数量\n行政许可 | 254",
    "第二十条第（六）项\n信息内容 | 本年处理决定数量\n行政处罚 | 73\n行政强制 | 9",
    "第二十条第（八）项\n信息内容 | 本年收费金额（单位：万元）\n行政事业性收费 | 12.5",
)
VALUES = {
    OLD[0]: ([1, 2, 9, 4, 3, 18], "made"),
    OLD[1]: ([12, -3, 253, 7, 2, 31], "previous_items"),
    OLD[2]: ([20, 5, 71, 6, 0, 8], "previous_items"),
    OLD[3]: ([3, -1], "previous_items"),
    NEW[0]: ([0, 1, 7, 4, 0, 18], "issued"),
    NEW[1]: ([254], "decisions"),
    NEW[2]: ([73, 9], "decisions"),
    NEW[3]: ([12.5], "amount"),
}


def read(disclosure: str, requests: str = "", mark: str = " | ") -> Report:
    parts = [f"二、主动公开政府信息情况\n{disclosure}"]
    parts += [f"三、收到和处理政府信息公开申请情况\n{requests}"] if requests else []
    body = "\n".join(parts).replace(" | ", mark)
    found = gouji.check_text(
        "柳溪县水务局2021年政府信息公开工作年度报告\n一、总体情况\n本年度认真贯彻落实条例。\n"
        + (body.replace("\n", "\n\n").replace("\n\n\n\n", "\n\n") if mark == "\n\n" else body)
        + "\n五、存在的主要问题及改进情况\n更新不够及时。\n六、其他需要报告的事项\n无其他需要报告的事项。"
    )
    assert isinstance(found, Report)
    return found


def numbers(found: Report, table: str) -> list[float | int | None]:
    return [c.value for t in found.tables if t.id == table for c in t.cells]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("eras", list(product((OLD, NEW), repeat=4)), ids=lambda e: "".join("on"[x is NEW] for x in e))
def test_blocks_of_two_forms_in_one_table(eras: tuple[tuple[str, ...], ...], layout: str) -> None:
    blocks = [era[k] for k, era in enumerate(eras)]
    found = read("\n".join(blocks), mark=LAYOUTS[layout])
    assert numbers(found, "active_disclosure") == [n for block in blocks for n in VALUES[block][0]]
    (table,) = (t for t in found.tables if t.id == "active_disclosure")
    for block, first in zip(blocks, ("rules", "licensing", "penalties", "fees"), strict=True):
        assert next(c.column for c in table.cells if c.row == first) == VALUES[block][1]


def requests(heads: str, at: int) -> str:
    rows = []
    for own in ROWS:
        parts = list(map(str, figures(own)))
        parts.insert(at, str(sum(figures(own))))
        rows.append(" | ".join([own, *parts]))
    return "\n".join([heads, *rows])


PARTS = "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他"
TIERED = HEADS.replace(" | 总计", "").replace("自然人", "总计 | 自然人")
CUT = HEADS.replace("科研机构", "机构").replace("法律服务机构", "机构").replace("社会公益组织", "组织")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("heads", "at"),
    [(f"总计 | {PARTS}", 0), (TIERED, 0), (PARTS, 0), (f"{PARTS} | 总计", 6), (CUT, 6)],
    ids=["in front", "in front of two lines", "in front, its head lost", "behind", "heads cut"],
)
def test_the_total_is_found_where_it_is_printed(heads: str, at: int, layout: str) -> None:
    found = read("\n".join(NEW), requests(heads, at), LAYOUTS[layout])
    cells = {c.address: c.value for t in found.tables for c in t.cells}
    for row, own in (("new", ROWS[0]), ("granted", ROWS[2]), ("result_total", ROWS[-2])):
        assert [cells[f"requests/{row}/{c}"] for c in COLUMNS] == [*figures(own), sum(figures(own))]
    assert None not in numbers(found, "requests")
    assert not contradictions(found.findings)
