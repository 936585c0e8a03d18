"""The cells of the statutory tables, out of ruined text."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import gouji
import pytest
from gouji.corpus.papers import paper
from gouji.corpus.report import LOST, Cell, Report, Table
from gouji.corpus.text import Text, lines
from gouji.models.atoms import EMPTY, VALUE
from gouji.models.boxes import counts_lone_pipes
from gouji.models.cutting import atoms
from gouji.models.drafts import Draft, Lot, Row
from gouji.models.frames import frames
from gouji.models.rows import Rows
from gouji.models.tables import TableModel
from gouji.models.traces import Marks
from gouji.training.drawing import draw
from gouji.training.drawing_layouts import LAYOUTS
from gouji.training.fit_tables import fit
from hypothesis import example, given, settings
from hypothesis import strategies as st

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


class Tag(NamedTuple):
    kind: str
    section: str = "requests"
    confidence: float = 1.0


@cache
def model() -> TableModel:
    return fit(n_drawn=250, seed=1, max_iterations=50)


def tables(source: str, kind: str = "table") -> tuple[Table, ...]:
    text = Text.of(source)
    rows = lines(text.view)
    return model().read(text, rows, [Tag(kind)] * len(rows))


def cells(source: str, kind: str = "table") -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for table in tables(source, kind):
        for cell in table.cells:
            if cell.address not in found or found[cell.address].value is None:
                found[cell.address] = cell
    return found


def values(source: str, prefix: str = "") -> dict[str, float | int]:
    return {
        a.removeprefix(prefix): c.value
        for a, c in cells(source).items()
        if c.value is not None and a.startswith(prefix)
    }


DISCLOSURE_2021 = [
    ["第二十条第（一）项"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "0", "0"],
    ["行政规范性文件", "4", "0", "18"],
    ["第二十条第（五）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政许可", "253"],
    ["第二十条第（六）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政处罚", "71"],
    ["行政强制", "8"],
    ["第二十条第（八）项"],
    ["信息内容", "本年收费金额（单位：万元）"],
    ["行政事业性收费", "12.5"],
]
DISCLOSURE_VALUES = {
    "rules/issued": 0, "rules/repealed": 0, "rules/in_force": 0,
    "normative_documents/issued": 4, "normative_documents/repealed": 0, "normative_documents/in_force": 18,
    "licensing/decisions": 253, "penalties/decisions": 71, "coercion/decisions": 8, "fees/amount": 12.5,
}  # fmt: skip


def boxed(grid: list[list[str]]) -> str:
    rule = "├────┼────┤\n"
    return rule + rule.join("│ " + " │ ".join(row) + " │\n" for row in grid) + rule


def spelled_out(grid: list[list[str]]) -> str:
    heads: list[str] = []
    out = []
    for row in grid:
        if row[0] == "信息内容":
            heads = row[1:]
        elif len(row) > 1:
            out += [row[0], *(f"　{head}：{value}" for head, value in zip(heads, row[1:], strict=True))]
        else:
            out.append(row[0])
    return "\n".join(out)


def a_line_each(grid: list[list[str]]) -> str:
    heads: list[str] = []
    out = []
    for row in grid:
        if row[0] == "信息内容":
            heads = row[1:]
        elif len(row) > 1:
            out += [f"{row[0]}　{head}　{value}" for head, value in zip(heads, row[1:], strict=True)]
    return "\n".join(out)


INVENTED = {
    "a cell a line": lambda g: "\n".join(c for row in g for c in row),
    "blank lines": lambda g: "\n\n".join(c for row in g for c in row),
    "pipes": lambda g: "\n".join(" | ".join(row) + " |" for row in g),
    "tight pipes": lambda g: "\n".join("|".join(row) for row in g),
    "markdown": lambda g: "\n".join("| " + " | ".join(row) + " |" for row in g),
    "a pipe between": lambda g: "\n|\n".join(c for row in g for c in row),
    "a pipe after": lambda g: "|||\n".join("".join(f"{c} |\n" for c in row) for row in g),
    "tabs": lambda g: "\n".join("\t".join(row) for row in g),
    "tabs and blank lines": lambda g: "\n\n".join("".join(f"\t{c}\n" for c in row) for row in g),
    "two tabs": lambda g: "\n\n".join("".join(f"\t\t{c}\n" for c in row) for row in g),
    "blanks": lambda g: "\n".join(" ".join(row) for row in g),
    "wide blanks": lambda g: "\n".join("　　".join(row) for row in g),
    "commas": lambda g: "\n".join(",".join(row) for row in g),
    "quoted": lambda g: "\n".join(",".join(f'"{c}"' for c in row) for row in g),
    "semicolons": lambda g: "\n".join(";".join(row) for row in g),
    "carets": lambda g: "\n".join("^".join(row) for row in g),
    "slashes between figures": lambda g: "\n".join(f"{row[0]} {'/'.join(row[1:])}" for row in g),
    "figures on the next line": lambda g: "\n".join(f"{row[0]}\n{' '.join(row[1:])}".strip() for row in g),
    "leaders": lambda g: "\n".join("……".join(row) for row in g),
    "colons": lambda g: "\n".join(f"{row[0]}：{'、'.join(row[1:])}" if len(row) > 1 else row[0] for row in g),
    "one line": lambda g: "  ".join(c for row in g for c in row),
    "boxes": boxed,
    "tags": lambda g: "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>\n" for row in g),
    "spelled out": spelled_out,
    "a line for each cell": a_line_each,
    "repeated by spans": lambda g: "\n".join("\t".join(row + row[-1:] * (4 - len(row))) for row in g),
}


@pytest.mark.parametrize("layout", INVENTED)
def test_the_same_cells_in_any_layout_that_keeps_them(layout: str) -> None:
    assert values(INVENTED[layout](DISCLOSURE_2021), "active_disclosure/") == DISCLOSURE_VALUES


UNSURE = ("labels_first", "columns", "pairs", "padded", "spaces", "pipe_cells", "lines", "pipes")
"""Layouts that lose empty boxes: whose figure is whose cannot always be told."""


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "flat"])
def test_drawn_tables_are_read(layout: str) -> None:
    n = right = invented = 0
    for i in range(4):
        drawn = draw(random.Random(f"{layout}-{i}"), layout=layout)
        found = cells(drawn.text)
        truth = {a: v for a, (v, _, _) in drawn.cells.items() if v is not None}
        n += len(truth)
        right += sum(a in found and found[a].value == v for a, v in truth.items())
        invented += sum(c.value is not None and truth.get(a) != c.value for a, c in found.items())
    assert invented <= 0.03 * n
    assert right >= (0.7 if layout in UNSURE else 0.95) * n


def test_requests_table_row_by_row() -> None:
    source = (
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 |||||||||\n"
        "自然人 | 法人或其他组织 | 总计 |||||\n商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |\n"
        "一、本年新收政府信息公开申请数量 | 19 | 0 | 0 | 0 | 0 | 0 | 19 |\n"
        "二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |\n"
        "三、本年度办理结果 | （一）予以公开 | 7 | 1 | 0 | 0 | 0 | 0 | 8 |\n"
        "（三）不予公开 | 1.属于国家秘密 | 0 | 0 | 0 | 0 | 2 | 0 | 2 |\n"
        "（七）总计 | 16 | 1 | 0 | 0 | 2 | 0 | 19 |\n四、结转下年度继续办理 | 3 | 0 | 0 | 0 | 0 | 0 | 3 |\n"
    )
    found = values(source, "requests/")
    assert found["new/total"] == 19
    assert found["granted/commercial"] == 1
    assert found["denied.state_secret/legal_service"] == 2
    assert found["result_total/natural_person"] == 16
    assert found["carried_out/total"] == 3
    assert len(found) == 42


def test_lost_empties_are_placed_by_the_total_and_single_figures_are_left_out() -> None:
    source = (
        "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |\n"
        "一、本年新收政府信息公开申请数量 | 3 | 3 |\n二、上年结转政府信息公开申请数量 | 1 |\n"
    )
    found = cells(source)
    assert found["requests/new/natural_person"].value == 3
    assert found["requests/new/total"].value == 3
    assert found["requests/new/commercial"].value is None
    assert all(c.value is None for a, c in found.items() if "/carried_in/" in a)


def test_total_printed_first() -> None:
    source = (
        "总计\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\n"
        "一、本年新收政府信息公开申请数量\t9\t5\t4\t0\t0\t0\t0\n二、上年结转政府信息公开申请数量\t1\t0\t1\t0\t0\t0\t0\n"
    )
    found = values(source, "requests/new/")
    assert found["total"] == 9
    assert found["natural_person"] == 5
    assert found["commercial"] == 4


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("规章000\n行政规范性文件4018", (4, 0, 18)),
        ("规章000\n行政规范性文件1111", None),
        ("规章000\n行政规范性文件000", (0, 0, 0)),
    ],
)
def test_figures_run_together_are_cut_where_one_reading_is_left(printed: str, expected: tuple[int, ...] | None) -> None:
    source = f"第二十条第（一）项\n信息内容本年制发件数本年废止件数现行有效件数\n{printed}\n"
    found = [
        cells(source)[f"active_disclosure/normative_documents/{c}"].value for c in ("issued", "repealed", "in_force")
    ]
    assert found == (list(expected) if expected else [None] * 3)


def test_explanations_are_no_figures() -> None:
    source = (
        "第二十条第（五）项\n信息内容\n上一年项目数量（指2019年事项数）\n本年增/减（减用负值，如-8）\n处理决定数量\n"
        "行政许可\n20\n-3\n415\n其他对外管理服务事项（共3类）\n6\n0\n7\n"
    )
    assert values(source, "active_disclosure/") == {
        "licensing/previous_items": 20, "licensing/change": -3, "licensing/decisions": 415,
        "other_services/previous_items": 6, "other_services/change": 0, "other_services/decisions": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("410.816万元", 410.816),
        ("53万", 53),
        ("95240元", 9.524),
        ("1.2亿元", 12000),
        ("45210 万元", 45210),
        ("约207万元", 207),
        ("人民币207.354万元", 207.354),
        ("207.354（万元）", 207.354),
        ("二百零七万元", 207),
        ("1000千元", 100),
        ("0", 0),
        ("/", None),
    ],
)
def test_amounts_are_in_ten_thousand_yuan(printed: str, value: float | None) -> None:
    source = f"第二十条第（九）项\n信息内容\t采购项目数量\t采购总金额\n政府集中采购\t9个\t{printed}\n"
    cell = cells(source)["active_disclosure/procurement/amount"]
    assert cell.value == value
    assert cell.raw == printed


_PROCURED = "第二十条第（九）项\n信息内容\n采购项目数量\n采购总金额\n政府集中采购\n"


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("6\n约207万元", 207),
        ("6\n二百零七万元", 207),
        ("6个\n1000千元", 100),
        ("6\n1,234,567元", 123.4567),
        ("6个\n2,073,540.00元", 207.354),
    ],
)
def test_money_on_a_line_of_its_own_is_one_figure(printed: str, value: float) -> None:
    found = cells(f"{_PROCURED}{printed}\n")
    items, amount = (found[f"active_disclosure/procurement/{c}"] for c in ("items", "amount"))
    assert (items.value, amount.value, amount.unit) == (6, value, "万元")
    assert amount.raw == printed.partition("\n")[2]


@pytest.mark.parametrize("printed", ["6", "6\n两百余万元"])
def test_a_count_beside_money_that_cannot_be_read_is_no_money(printed: str) -> None:
    found = cells(f"{_PROCURED}{printed}\n")
    assert found["active_disclosure/procurement/amount"].value is None


_FEES = "第二十条第（八）项\n信息内容\t本年收费金额\n行政事业性收费\t385000\n"


@pytest.mark.parametrize(
    ("source", "value", "unit"),
    [
        (_FEES, 385000, None),
        (_FEES.replace("金额", "金额（单位：元）"), 38.5, "万元"),
        (_FEES.replace("金额", "金额/元"), 38.5, "万元"),
        (_FEES.replace("金额", "金额\n（元）"), 38.5, "万元"),
        (_FEES.replace("金额", "金额（单位：千元）"), 38500, "万元"),
        (_FEES.replace("金额", "金额（亿元）").replace("385000", "0.5"), 5000, "万元"),
        (_FEES.replace("金额", "金额（万元）"), 385000, "万元"),  # what is filled in wrong is not repaired
        (_FEES.replace("金额", "金额（元）").replace("385000", "38.5万元"), 38.5, "万元"),
        ("单位：元\n" + _FEES, 38.5, "万元"),
        ("主动公开情况表（金额单位：元）\n" + _FEES, 38.5, "万元"),
        ("单位：件、元\n" + _FEES, 38.5, "万元"),
        ("单位：元\n" + _FEES.replace("金额", "金额（单位：万元）"), 385000, "万元"),
        ("单位：件\n" + _FEES, 385000, None),
        ("单位：元、万元\n" + _FEES, 385000, None),
        ("其他表的单位：元。\n" + _FEES, 385000, None),
    ],
)
def test_the_unit_of_money_that_is_printed_nearest_holds(source: str, value: float, unit: str | None) -> None:
    cell = cells(source)["active_disclosure/fees/amount"]
    assert (cell.value, cell.unit) == (value, unit)
    assert source[cell.spans[0].start : cell.spans[0].end] == cell.raw


_ANNEX = [
    ("（一）收到申请数", "件", "5"), ("1.当面申请数", "件", "1"), ("2.传真申请数", "件", "0"),
    ("3.网络申请数", "件", "3"), ("4.信函申请数", "件", "1"), ("（二）申请办结数", "件", "5"),
    ("四、行政复议数量", "件", "1"), ("六、举报投诉数量", "件", "0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "value", "unit"),
    [
        (("七、依申请公开信息收取的费用", "万元", "0.35"), 0.35, "万元"),
        (("七、依申请公开信息收取的费用", "元", "3500"), 3500, "元"),
        (("七、依申请公开信息收取的费用", "万元", "3500元"), 3500, "元"),
    ],
)
def test_the_unit_of_money_in_an_annex_is_that_of_its_row(row: tuple[str, ...], value: float, unit: str) -> None:
    printed = [("统计指标", "单位", "统计数"), *_ANNEX, row]
    found = cells("\n".join("\n".join(line) for line in printed) + "\n")
    assert (found["annex/fees_charged/count"].value, found["annex/fees_charged/count"].unit) == (value, unit)
    assert found["annex/requests.web/count"].unit is None


@pytest.mark.parametrize(
    ("printed", "value"), [("+14", 14), ("－7", -7), ("增5", 5), ("减少6", -6), ("↑2", 2), ("﹣3", -3)]
)
def test_changes_keep_their_sign(printed: str, value: int) -> None:
    source = f"第二十条第（八）项\n信息内容 | 上一年项目数量 | 本年增/减 |\n行政事业性收费 | 3 | {printed} |\n"
    assert cells(source)["active_disclosure/fees/change"].value == value


def test_a_printed_row_without_figures_is_there_and_empty() -> None:
    source = "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n规章 | |||\n行政规范性文件 | 2 | 0 | 5 |\n"
    found = cells(source)
    assert [found[f"active_disclosure/rules/{c}"].value for c in ("issued", "repealed", "in_force")] == [None] * 3
    assert "active_disclosure/licensing/decisions" not in found


def test_a_surviving_nought_is_not_spread() -> None:
    """A text whose repeated lines were removed."""
    labels = [
        "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "三、本年度办理结果",
        "（一）予以公开", "（三）不予公开", "1.属于国家秘密", "2.其他法律行政法规禁止公开", "（七）总计",
        "四、结转下年度继续办理",
    ]  # fmt: skip
    source = (
        "自然人\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n总计\n"
        + labels[0]
        + "\n0\n"
        + "\n".join(labels[1:])
        + "\n"
    )
    found = values(source, "requests/")
    assert len(found) <= 1


def test_an_added_row_keeps_its_label() -> None:
    source = (
        "第二十条第（六）项\n信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n行政处罚 | 10 | 0 | 3 |\n"
        "行政检查 | 5 | 1 | 44 |\n行政强制 | 2 | 0 | 1 |\n"
    )
    found = values(source, "active_disclosure/")
    assert found["extra:行政检查/decisions"] == 44
    assert found["coercion/decisions"] == 1


def test_the_form_is_decided_by_columns() -> None:
    old = (
        "信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量 |\n规章 | 0 | 0 | 0 |\n规范性文件 | 1 | 1 | 9 |\n"
    )
    new = "第二十条第（五）项\n信息内容 | 本年处理决定数量 |\n行政许可 | 7 |\n"
    found = values(old + new, "active_disclosure/")
    assert found["normative_documents/total_disclosed"] == 9
    assert found["licensing/decisions"] == 7


def test_a_page_break_repeats_the_heads() -> None:
    head = "自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n"
    first = "一、本年新收政府信息公开申请数量\t2\t0\t0\t0\t0\t0\t2\n"
    second = "二、上年结转政府信息公开申请数量\t1\t0\t0\t0\t0\t0\t1\n"
    found = values(f"{head}{first}- 3 -\n{head}{second}", "requests/")
    assert found["new/total"] == 2
    assert found["carried_in/total"] == 1
    assert len(tables(f"{head}{first}- 3 -\n{head}{second}")) == 1


def test_review_row_of_fifteen() -> None:
    heads = "结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n"
    source = f"行政复议\n行政诉讼\n{heads}未经复议直接起诉\n复议后起诉\n{heads}{heads}" + "\n".join(
        ["0", "0", "1", "1", "2", "6", "1", "1", "0", "8", "0", "0", "0", "0", "0"]
    )
    found = values(source, "review_litigation/")
    assert found["review/total"] == 2
    assert found["direct_suit/upheld"] == 6
    assert found["suit_after_review/total"] == 0


def test_chart_residue_is_no_table() -> None:
    source = (
        "申请渠道\t网站27%\t来信33%\t0.27\t0.33\n系列 1\t自然人\n70.5%\n"
        "自然人\t商业企业\t科研机构\t70.5\t21.2\t8.3\t系列 2\t3.1\t5.2\t2.7\n"
    )
    assert values(source) == {}


def test_wrong_line_tags_lose_nothing() -> None:
    source = INVENTED["a cell a line"](DISCLOSURE_2021)
    assert {a: c.value for a, c in cells(source, "prose").items() if c.value is not None} == {
        f"active_disclosure/{a}": v for a, v in DISCLOSURE_VALUES.items()
    }


def test_a_report_without_tables() -> None:
    assert tables("") == ()
    assert tables("本机关2021年收到政府信息公开申请3件，均已答复。", "prose") == ()


def test_saved_and_loaded_it_reads_the_same(tmp_path: Path) -> None:
    source = INVENTED["pipes"](DISCLOSURE_2021)
    model().save(tmp_path)
    text = Text.of(source)
    rows = lines(text.view)
    assert TableModel.load(tmp_path).read(text, rows, [Tag("table")] * len(rows)) == tables(source)


PIECES = [
    "规章", "行政规范性文件", "行政许可", "信息内容", "本年制发件数", "现行有效件数", "自然人", "总计",
    "一、本年新收政府信息公开申请数量", "（一）予以公开", "1.属于国家秘密", "行政复议", "结果维持", "尚未审结",
    "未经复议直接起诉", "复议后起诉", "0", "12", "000", "4018", "-8", "3件",
    "|", "\t", "\n", " ", ",", "：", "。", "共3类", "2020年", "51.2%", "/", "—", "0.19",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_whatever_is_printed_every_cell_is_in_the_source(pieces: list[str]) -> None:
    source = "".join(pieces)
    for table in tables(source):
        for cell in table.cells:
            assert cell.raw == "".join(source[s.start : s.end] for s in cell.spans)
            assert 0 <= cell.confidence <= 1
            if cell.value is not None:
                digits = "".join(c for c in str(cell.value) if c in "123456789")
                assert set(digits) <= set(cell.raw) or cell.column == "amount"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789 \n\t|,.-+/规章行政许可总计自然人一、（）()年月%\u3000\u200b", max_size=200))
def test_noise_never_raises(source: str) -> None:
    for table in tables(source):
        for cell in table.cells:
            assert cell.raw == "".join(source[s.start : s.end] for s in cell.spans)


@pytest.mark.skipif(not SEEDS.exists(), reason="the seeds lie outside of the repository")
@pytest.mark.parametrize(
    ("seed", "expected", "n_figures"),
    [
        ("000", {"requests/new/total": 19, "requests/result_total/total": 16, "review_litigation/review/total": 2,
                 "active_disclosure/procurement/amount": 410.816,
                 "active_disclosure/normative_documents/total_disclosed": 16}, 198),
        ("001", {"requests/new/natural_person": 1, "requests/new/total": 1, "requests/denied.enforcement_file/total": 1,
                 "active_disclosure/procurement/amount": 45670}, 12),
        ("002", {"requests/new/total": 44, "requests/unavailable.needs_making/total": 16,
                 "review_litigation/direct_suit/total": 8, "review_litigation/review/pending": 9,
                 "active_disclosure/coercion/change": -11}, 65),
        ("003", {}, 0),
        ("004", {"requests/new/research": 8, "requests/other_handling/natural_person": 43,
                 "review_litigation/review/total": 9, "active_disclosure/licensing/decisions": 253227,
                 "active_disclosure/procurement/items": 182}, 198),
    ],
)  # fmt: skip
def test_seeds(seed: str, expected: dict[str, float], n_figures: int) -> None:
    source = next(SEEDS.glob(f"{seed}_*.txt")).read_text("utf-8")
    found = {a: c.value for a, c in cells(source, "prose").items() if c.value is not None}
    assert {a: found.get(a) for a in expected} == expected
    assert len(found) == n_figures


# -- figures beside their heads, boxes run together, prose and charts ----------

_HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
_COLUMNS = ("natural_person", "commercial", "research", "ngo", "legal_service", "other", "total")
_ROWS = {
    "new": ("一、本年新收政府信息公开申请数量", (3, 1, 0, 0, 0, 0, 4)),
    "carried_in": ("二、上年结转政府信息公开申请数量", (1, 0, 0, 0, 0, 0, 1)),
    "granted": ("（一）予以公开", (2, 1, 0, 0, 0, 0, 3)),
    "partly_granted": ("（二）部分公开", (1, 0, 0, 0, 0, 0, 1)),
    "other_handling": ("（六）其他处理", (1, 0, 0, 0, 0, 0, 1)),
    "carried_out": ("四、结转下年度继续办理", (0, 0, 0, 0, 0, 0, 0)),
}


def _requests(found: dict[str, Cell]) -> dict[str, float | int]:
    return {a: c.value for a, c in found.items() if a.startswith("requests/") and c.value is not None}


_WHOLE = {
    f"requests/{key}/{column}": value
    for key, (_, values) in _ROWS.items()
    for column, value in zip(_COLUMNS, values, strict=True)
}


@pytest.mark.parametrize("kind", ["table", "prose"])
@pytest.mark.parametrize(
    ("opens", "beside", "parts", "ends"),
    [("：", "", "、", "；"), ("：", "=", "；", "。"), (" ", "：", ",", "。"), (" ", "(", ")  ", "")],
)
def test_every_figure_behind_its_head(opens: str, beside: str, parts: str, ends: str, kind: str) -> None:
    rows = (
        label
        + opens
        + parts.join(f"{h}{beside}{v}" for h, v in zip(_HEADS, values, strict=True))
        + parts.rstrip("、；,")
        for label, values in _ROWS.values()
    )
    found = _requests(cells("\n".join(row + ends for row in rows), kind))
    assert found.items() <= _WHOLE.items()
    assert len(found) >= len(_WHOLE) - 2  # the few drawings that the model here has seen leave a head in doubt


def test_a_table_without_anything_between_boxes() -> None:
    source = "".join(
        ["三、收到和处理政府信息公开申请情况申请人情况", *_HEADS]
        + [label + "".join(map(str, values)) for label, values in _ROWS.values()]
    )
    assert _requests(cells(source, "prose")) == _WHOLE


def test_a_table_in_parts_that_have_some_of_the_columns() -> None:
    source = ""
    for part in (slice(0, 3), slice(3, 7)):
        source += "　".join(_HEADS[part]) + "\n"
        source += "".join(f"{label}　{'　'.join(map(str, v[part]))}\n" for label, v in _ROWS.values())
    assert _requests(cells(source)) == _WHOLE


def test_prose_beside_a_table_is_no_cell() -> None:
    table = "第二十条第（八）项\n信息内容,本年收费金额（单位：万元）\n行政事业性收费,356\n"
    prose = "本年行政事业性收费35.6万元，办理行政许可24件，作出行政处罚17件。\n"
    text = Text.of(prose + table)
    rows = lines(text.view)
    found = model().read(text, rows, [Tag("prose"), *[Tag("table")] * (len(rows) - 1)])
    values = {c.address: c.value for t in found for c in t.cells if c.value is not None}
    assert values == {"active_disclosure/fees/amount": 356}


def test_shares_of_a_chart_are_no_cells() -> None:
    table = "\n".join("\t".join([label, *map(str, values)]) for label, values in _ROWS.values())
    chart = "予以公开\t不予公开\t无法提供\t43.5\t17.6\t38.9\n予以公开\n43.5%\n不予公开17.6 %\n"
    chart += "自然人\n82.4%\n自然人\t总计\t82.4\t17.6"
    heads = "\t".join(["", *_HEADS])
    assert _requests(cells(f"{heads}\n{table}\n{chart}\n")) == _WHOLE


@pytest.mark.parametrize(
    "garbage", ["(+==\t\t· · ·\t_,,,\t1 113\t申请人\t", "3 / 5\t总 计\t申请人情 况\t1l\t", "\t1\tI l\to0"]
)
def test_garbage_between_the_halves_of_a_page_is_no_cell(garbage: str) -> None:
    rows = ["\t".join([label, *("" for _ in _HEADS)]) for label, _ in _ROWS.values()]
    source = "\n".join(["\t".join(["", *_HEADS]), *rows[:3], garbage, *rows[3:]])
    assert _requests(cells(source)) == {}


def test_labels_that_wrap_in_a_ruled_box() -> None:
    rule = "├──────┼──┼──┼──┼──┼──┤"
    source = f"""┌──────┬──┬──┬──┬──┬──┐
│      │结果维持│结果纠正│其他结果│尚未审结│总计│
{rule}
│行政复议  │1  │0  │0  │1  │2  │
{rule}
│行政诉讼：未经复议│0  │2  │0  │0  │2  │
│直接起诉  │   │   │   │   │   │
{rule}
│行政诉讼：复议后起│3  │0  │0  │0  │3  │
│诉        │   │   │   │   │   │
{rule}
"""
    found = cells(source)
    assert found["review_litigation/direct_suit/corrected"].value == 2
    assert found["review_litigation/suit_after_review/upheld"].value == 3


def test_commas_within_figures_part_no_cells() -> None:
    source = """第二十条第（五）项
信息内容    本年处理决定数量
行政许可    1,186,402

          — 2 —

第二十条第（六）项
信息内容    本年处理决定数量
"行政处罚","1,024",,
"""
    found = cells(source)
    assert found["active_disclosure/licensing/decisions"].value == 1_186_402
    assert found["active_disclosure/penalties/decisions"].value == 1024


# -- rows whose label or whose boxes are torn -----------------------------------


@pytest.mark.parametrize(
    ("view", "expected"),
    [("规章 |\n0 |\n|\n3 |\n|\n5 |\n|\n7 |\n|\n", True), ("规章 |\n0 |\n3 |\n5 |\n7 |\n|\n", False)],
)
def test_pipes_alone_between_piped_figures_are_boxes(view: str, expected: bool) -> None:
    pieces = atoms(view, [(0, len(view))])
    assert counts_lone_pipes(pieces, view, [range(1, len(pieces))]) is expected


def test_a_row_that_lost_its_label_gives_nothing_to_the_group_before_it() -> None:
    draft = Draft("requests")
    frame = frames()["other_handling"][0]
    keys = ["other_handling.overdue_correction", "other_handling.overdue_fee", "other_handling"]
    draft.rows = {key: Row(key, frame, 1.0) for key in keys}
    view = "0\t0\t0\t0\t0\t0\t0"
    pieces = atoms(view, [(0, len(view))])
    draft.lots = [Lot([draft.rows["other_handling"]], list(range(len(pieces))))]
    Rows(pieces, {}, view).align(draft)
    assert keys[2] not in draft.rows
    assert draft.warnings == [("figures_without_row", 0)]


def test_no_column_stands_left_of_the_label_of_its_row() -> None:
    view = "\t规章\t1\t2\t3\n\t规\t章\t4\t\t5"
    pieces = atoms(view, [(0, len(view))])
    first, second = ([i for i, a in enumerate(pieces) if a.line == n and a.kind in (VALUE, EMPTY)] for n in (0, 1))
    full = [i for i in first if pieces[i].kind == VALUE]
    torn = second[next(k for k, i in enumerate(second) if pieces[i].kind == VALUE) :]
    marks = Marks(pieces, [full], [torn], Draft("active_disclosure"))
    found = {traces.columns for traces in marks.of(torn, ("made", "disclosed", "total_disclosed")).values()}
    assert (0, 2) in found
    assert (1, -1) not in found


RECORDS = (
    "行政复议 未经复议直接起诉 复议后起诉\n结果维持=无;结果纠正=无;其他结果=无;尚未审结=无;总计=无;"
    "结果维持=无;结果纠正=无;其他结果=1;尚未审结=无;总计=1;结果维持=无;结果纠正=无;其他结果=无;尚未审结=无;总计=无。\n"
)


def test_rows_that_are_spelled_out_keep_their_turn_where_all_is_denied() -> None:
    found = values(RECORDS, "review_litigation/")
    assert found == {"direct_suit/other": 1, "direct_suit/total": 1}


EMPTY_ROWS = (
    "二、上年结转政府信息公开申请数量", "三、本年度办理结果（一）予以公开", "（三）不予公开1.属于国家秘密",
    "2.其他法律行政法规禁止公开", "4.保护第三方合法权益", "5.属于三类内部事务信息", "6.属于四类过程性信息",
    "7.属于行政执法案卷", "8.属于行政查询事项", "四、结转下年度继续办理",
)  # fmt: skip


def with_strokes(row: str, stroke: str, end: str) -> dict[str, float | int]:
    """The cells of the first row of a table whose boxes touch, all its other rows without a figure."""
    heads = "自然人法人或其他组织总计\n商业企业科研机构社会公益组织法律服务机构其他\n"
    rows = [("一、本年新收政府信息公开申请数量", row), *((label, 7 * "-") for label in EMPTY_ROWS)]
    found = values(heads + end.join(label + boxes.replace("-", stroke) for label, boxes in rows) + "\n")
    assert all(address.startswith("requests/new/") for address in found)
    return {address.removeprefix("requests/new/"): value for address, value in found.items()}


@pytest.mark.parametrize("end", ["\n", " ", ""])
@pytest.mark.parametrize("stroke", ["-", "－", "—", "——", "/", "无"])
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1310--2-25", {"natural_person": 13, "commercial": 10, "legal_service": 2, "total": 25}),  # not 1310, -2, 25
        ("-7----7", {"commercial": 7, "total": 7}),
        ("12----3-", {"natural_person": 12, "other": 3}),  # its total is not printed, and not 3
        ("123-----", {}),  # 1 and 23 or 12 and 3
        ("-12-12----", {}),  # a box more than the form has
    ],
)
def test_strokes_for_empty_boxes_say_how_a_row_is_cut(
    row: str, stroke: str, end: str, expected: dict[str, int]
) -> None:
    assert with_strokes(row, stroke, end) == expected


@pytest.mark.parametrize(
    ("printed", "items", "amount"),
    [
        ("1093.65", None, None),  # 10 and 93.65, or 109 and 3.65
        ("1411479900元", None, None),
        ("035.2万元", 0, 35.2),
        ("00.5", 0, 0.5),
        ("00", 0, 0),
        ("3 93.65", 3, 93.65),
    ],
)
def test_an_amount_that_touches_the_count_before_it_is_not_taken_whole(
    printed: str, items: int | None, amount: float | None
) -> None:
    blocks = (
        "第二十条第（一）项\n信息内容本年新制作数量本年新公开数量对外公开总数量\n规章000\n规范性文件000\n"
        "第二十条第（五）项\n信息内容上一年项目数量本年增/减处理决定数量\n行政许可000\n其他对外管理服务事项000\n"
        "第二十条第（六）项\n信息内容上一年项目数量本年增/减处理决定数量\n行政处罚000\n行政强制000\n"
        "第二十条第（八）项\n信息内容上一年项目数量本年增/减\n行政事业性收费00\n"
        "第二十条第（九）项\n信息内容采购项目数量采购总金额\n政府集中采购"
    )
    found = cells(f"{blocks}{printed}\n")
    assert found["active_disclosure/procurement/items"].value == items
    assert found["active_disclosure/procurement/amount"].value == amount


@pytest.mark.parametrize("seed", ["b", "f", "h"])
def test_blanks_that_were_tabs_are_no_columns(seed: str) -> None:
    drawn = paper(seed, split="dev", volume="some", style={"blanks": "irregular", "empty": ""})
    single = drawn.text("ocr").text.replace("\t", " ")
    collapsed = re.sub(" +", " ", single)

    def read(text: str) -> dict[str, float | None]:
        report = gouji.check_text(text)
        assert isinstance(report, Report)
        return {a: c.value for a, c in report.cells.items() if a.startswith("requests/")}

    assert read(single) == read(collapsed)


@pytest.mark.parametrize(("inside", "between"), [(" 1 113 (+==\n", ""), ("", "\n 1 113\n")])
def test_what_a_recogniser_made_of_the_foot_of_a_page_is_of_no_row(inside: str, between: str) -> None:
    found = values(
        "第二十条第（一）项\n信息内容 本年制发件数 本年废止件数 现行有效件数\n规章 0\n行政规范性文件 0\n"
        f"第二十条第（五）项\n{inside}信息内容 本年处理决定数量\n行政许可 46\n{between}"
        "第二十条第（六）项\n信息内容 本年处理决定数量\n行政处罚 3\n行政强制 0\n",
        "active_disclosure/",
    )
    told = {"licensing/decisions": 46, "penalties/decisions": 3, "coercion/decisions": 0}
    assert found == {"rules/issued": 0, "normative_documents/issued": 0, **told}


@pytest.mark.parametrize(("row", "expected"), [("12-53", None), ("12-5", (12, None, 5)), ("12--", (12, None, None))])
def test_a_stroke_that_may_be_the_sign_of_a_change_decides_nothing(row: str, expected: tuple[int, ...] | None) -> None:
    heads = "第二十条第（五）项\n信息内容上一年项目数量本年增/减处理决定数量\n"
    found = cells(f"{heads}行政许可{row}\n其他对外管理服务事项---\n行政处罚---\n行政强制---\n")
    columns = ("previous_items", "change", "decisions")
    printed = [found[f"active_disclosure/licensing/{column}"].value for column in columns]
    assert printed == (list(expected) if expected else [None] * 3)


def test_a_long_rule_behind_a_label_is_looked_through_once() -> None:
    heads = "第二十条第（五）项\n信息内容上一年项目数量本年增/减处理决定数量\n"
    found = cells(f"{heads}行政许可{'-' * 60}x\n其他对外管理服务事项---\n行政处罚3-12\n行政强制---\n")
    assert found["active_disclosure/penalties/decisions"].value is None
    assert all(cell.value is None for address, cell in found.items() if "/licensing/" in address)


def test_a_table_without_heads_is_of_the_form_of_the_others() -> None:
    rows = "\n".join(
        f"{label} | " + " | ".join("0" * 7) for label in ("3.其他", "2.申请人逾期未按收费通知要求缴纳费用")
    )
    more = "（六）其他处理 1.申请人无正当理由逾期不补正 | 0 | 0 | 0 | 0 | 0 | 0 | 0\n"
    disclosed = "规章 | 0 | 0 | 2\n行政规范性文件 | 1 | 0 | 4\n行政许可 | 812\n行政处罚 | 39\n行政强制 | 0\n"
    found = values(f"{disclosed}\n{more}{rows}\n", "active_disclosure/rules/")
    assert set(found) == {"issued", "repealed", "in_force"}


HEADS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
COLUMNS = ("upheld", "corrected", "other", "pending", "total")
ROUNDS = ("review", "direct_suit", "suit_after_review")


@settings(max_examples=40, deadline=None)
@example([[None, None, 0, None, None]] * 3, "=", "；")  # as long a run of empty boxes as can be
@given(
    st.lists(st.lists(st.one_of(st.none(), st.integers(0, 99)), min_size=5, max_size=5), min_size=3, max_size=3),
    st.sampled_from(["=", "：", ""]),
    st.sampled_from(["，", "；"]),
)
def test_each_round_of_heads_is_a_row_those_of_empty_boxes_too(
    rows: list[list[int | None]], beside: str, parts: str
) -> None:
    """结果维持=，结果纠正=1，…，总计=1，结果维持=，…: what is empty moves no figure to another row."""
    source = parts.join(
        f"{head}{beside}{'' if value is None else value}"
        for row in rows
        for head, value in zip(HEADS, row, strict=True)
    )
    expected = {
        f"{name}/{column}": value
        for name, row in zip(ROUNDS, rows, strict=True)
        for column, value in zip(COLUMNS, row, strict=True)
        if value is not None
    }
    found = values(source, "review_litigation/")
    assert found.items() <= expected.items()
    if len(expected) > 7:  # among more empty boxes than figures some may be left out; none is moved
        assert found == expected


@pytest.mark.parametrize(
    ("printed", "raw", "value"),
    [("减少10", "减少10", -10), ("增3", "增3", 3), ("-4", "-4", -4), ("10", "10", 10)],
)
@pytest.mark.parametrize("between", ["", " ", "  "])
def test_the_word_before_a_change_is_its_sign_and_the_end_of_the_head_is_not(
    printed: str, raw: str, value: int, between: str
) -> None:
    if not between and not printed[0].isdigit():
        between = " "  # 本年增/减减少10 is nobody's print
    source = f"行政许可：上一年项目数量 28，本年增/减{between}{printed}，处理决定数量 7"
    cell = cells(source)["active_disclosure/licensing/change"]
    assert (cell.raw, cell.value) == (raw, value)


def test_an_added_row_of_records_takes_its_own_figures() -> None:
    """Neither an empty row of the form before it gets them, nor are they lost."""
    source = """行政许可：上一年项目数量 4；本年增/减 0；处理决定数量 308
其他对外管理服务事项：上一年项目数量 ；本年增/减 ；处理决定数量
行政检查：上一年项目数量 187；本年增/减 13；处理决定数量 192
行政处罚：上一年项目数量 1；本年增/减 -1；处理决定数量 2"""
    found = values(source, "active_disclosure/")
    assert {k: v for k, v in found.items() if k.endswith("/decisions")} == {
        "licensing/decisions": 308,
        "extra:行政检查/decisions": 192,
        "penalties/decisions": 2,
    }


def test_a_slip_in_the_first_head_loses_no_record() -> None:
    found = values("规章：本年制制发件数 17；本年废止件数 11；现行有效件数 19", "active_disclosure/")
    assert found == {"rules/issued": 17, "rules/repealed": 11, "rules/in_force": 19}


def test_a_head_and_a_label_on_a_later_line_are_not_one_label() -> None:
    """其他 of the columns is no beginning of 其他法律行政法规禁止公开."""
    columns = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    labels = ("（一）予以公开", "（二）部分公开", "（三）不予公开 1.属于国家秘密", "法律行政法规禁止公开")
    source = "\n".join(
        label + "：" + "，".join(f"{c} {10 * k + n}" for n, c in enumerate(columns)) for k, label in enumerate(labels)
    )
    found = values(source, "requests/")
    rows = ("granted", "partly_granted", "denied.state_secret", "denied.forbidden_by_law")
    assert [found.get(f"{row}/total") for row in rows] == [6, 16, 26, 36]
    assert [found.get(f"{row}/other") for row in rows] == [5, 15, 25, 35]


@pytest.mark.parametrize("word", ["无", "/", "无数据", "不涉及"])
def test_a_word_for_none_at_the_end_of_a_row_is_a_box(word: str) -> None:
    """Pipes behind the last figure count spans; a word there fills a box of its own."""
    found = cells(
        "二、主动公开政府信息情况\n第二十条第（一）项 ||||\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n"
        f"规章 | 0 | 2 | {word} |\n行政规范性文件 | 0 | 0 | 3 |\n第二十条第（五）项 ||||\n"
        "信息内容 | 本年处理决定数量 |||\n行政许可 | 7 |||\n"
    )
    row = [found[f"active_disclosure/rules/{column}"] for column in ("issued", "repealed", "in_force")]
    assert [(c.value, c.raw) for c in row] == [(0, "0"), (2, "2"), (None, word)]


_APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
_TOLD_ROWS = (
    ("一、本年新收政府信息公开申请数量", "12", "3", "0", "0", "1", "0", "16"),
    ("二、上年结转政府信息公开申请数量", "1", "0", "0", "0", "0", "0", "1"),
    ("（一）予以公开", "5", "1", "0", "0", "0", "0", "6"),
    ("（七）总计", "13", "3", "0", "0", "1", "0", "17"),
    ("四、结转下年度继续办理", "0", "0", "0", "0", "0", "0", "0"),
)
_LAYOUTS = {
    "pipes": (" | ", " |\n"), "tabs": ("\t", "\n"), "lines": ("\n", "\n"), "markdown": (" | ", " |\n| "),
}  # fmt: skip


def requests_with(told: str, layout: str) -> str:
    """A table of which the box of the first figure says something else."""
    between, end = _LAYOUTS[layout]
    rows = [("申请人情况", *_APPLICANTS), *((label, told if f == "12" else f, *more) for label, f, *more in _TOLD_ROWS)]
    return end.join(between.join(row) for row in rows) + end


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize(
    "told",
    ["未统计", "暂不统计", "见附件1", "见表2", "注1", "保密", "1+11", "<5", "约12", "12余件", "12～15", "/0",
     "0（见注）", "12*", "12①", "12¹", "12[1]", "12（注1）", "12件（含部门转办）", "12（含上年结转1件）"],
)  # fmt: skip
def test_a_box_that_tells_something_else_than_a_figure_is_kept_whole(told: str, layout: str) -> None:
    """It has no value, its digits are none of another box, and nobody may call it unfilled."""
    source = requests_with(told, layout)
    found = cells(source)
    box = found.pop("requests/new/natural_person")
    plain = cells(requests_with("12", layout))
    assert (box.value, box.raw, box.confidence) == (None, told, LOST)
    assert [source[s.start : s.end] for s in box.spans] == [told]
    assert {a: c.value for a, c in found.items()} == {
        a: c.value for a, c in plain.items() if a != "requests/new/natural_person"
    }
    text = Text.of(source)
    rows = lines(text.view)
    warnings = model().read_all(text, rows, [Tag("table")] * len(rows))[1]
    assert [(w.code, w.spans) for w in warnings] == [("box_without_figure", box.spans)]


@pytest.mark.parametrize("piece", ["7（区分处理的，只计这一情形，不计其他情形）", "0（三）", "不再处理", "不明确"])
def test_a_piece_of_a_label_is_no_box(piece: str) -> None:
    view = Text.of(f"（一）予以公开 1 2\n{piece}\n3\n").view
    assert [a.kind for a in atoms(view, [(0, len(view))])].count(EMPTY) == 0


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("word", ["没有", "不适用", "N/A"])
def test_a_word_for_none_is_a_printed_empty(word: str, layout: str) -> None:
    found, usual = cells(requests_with(word, layout)), cells(requests_with("无", layout))
    assert found["requests/new/natural_person"].raw == word
    assert {a: (c.value, c.confidence) for a, c in found.items()} == {
        a: (c.value, c.confidence) for a, c in usual.items()
    }


@pytest.mark.parametrize("layout", ["pipes", "tabs", "lines"])
@pytest.mark.parametrize("told", ["不变", "无变化", "持平", "与上年持平", "取消3项"])
def test_a_word_in_the_column_of_changes_is_no_row(told: str, layout: str) -> None:
    between, end = _LAYOUTS[layout]
    rows = (
        ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"), ("行政许可", "45", told, "1206"),
        ("其他对外管理服务事项", "12", "0", "33"), ("行政处罚", "201", "+14", "56"), ("行政强制", "7", "0", "0"),
    )  # fmt: skip
    found = cells(end.join(between.join(row) for row in rows) + end)
    columns = ("previous_items", "change", "decisions")
    row = [found[f"active_disclosure/licensing/{column}"] for column in columns]
    assert [(c.value, c.raw) for c in row] == [(45, "45"), (None, told), (1206, "1206")]
    assert not any("extra:" in address for address in found)


@pytest.mark.parametrize("told", ["未统计", "12（含上年结转1件）"])
def test_what_a_box_tells_is_neither_missing_nor_contradicted(told: str) -> None:
    source = "\n".join(["柳溪县水务局2022年政府信息公开工作年度报告", "一、总体情况", "本年度认真贯彻落实条例。",
                        "三、收到和处理政府信息公开申请情况", requests_with(told, "lines")])  # fmt: skip
    report = gouji.check_text(source)
    assert isinstance(report, Report)
    own = [f for f in report.findings if "requests/new/natural_person" in f.cells]
    assert own
    assert {f.verdict for f in own} == {"unverifiable"}


# -- a figure too many, and heads in an order of their own ----------------------

OUTCOMES = [1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1]
"""The figures of the three rows of the reviews, one behind the other."""


def reviewed(figures: list[int]) -> dict[str, int]:
    addresses = [f"review_litigation/{row}/{column}" for row in ROUNDS for column in COLUMNS]
    return dict(zip(addresses, figures, strict=True))


def above_reviews(heads: tuple[str, ...], joint: str = "\n", end: str = "\n") -> str:
    lines = [["行政复议", "行政诉讼"], [*heads, "未经复议直接起诉", "复议后起诉"], [*heads, *heads]]
    return end.join(joint.join(line) for line in lines) + end


@pytest.mark.parametrize("figures", [OUTCOMES, [0] * 15])
@pytest.mark.parametrize("stray", [7, 1, 0])
def test_a_figure_too_many_moves_no_other_and_is_found_by_the_sums(figures: list[int], stray: int) -> None:
    for place in range(16):
        printed = [*figures[:place], stray, *figures[place:]]
        found = values(above_reviews(HEADS) + "\n".join(map(str, printed)))
        assert found.items() <= reviewed(figures).items()
        assert len(found) >= (15 if stray == 7 and place else 11)


def test_a_figure_below_a_whole_line_of_them_is_none_of_it_though_its_sums_are_broken() -> None:
    broken = [*OUTCOMES[:4], 3, *OUTCOMES[5:]]
    found = values(above_reviews(HEADS, " | ", " |\n") + " | ".join(map(str, broken)) + " |\n5\n")
    assert found == reviewed(broken)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("行政许可\n5\n126\n", {}),
        ("行政许可\n126\n5\n", {}),
        ("行政许可 126\n5\n", {"licensing/decisions": 126}),
        ("规章\n0\n0\n0\n5\n", {"rules/issued": 0, "rules/repealed": 0}),
        ("规章\n2\n1\n5\n7\n", {}),
        ("规章\n2 1 7\n5\n", {"rules/issued": 2, "rules/repealed": 1, "rules/in_force": 7}),
    ],
)
def test_where_no_sum_tells_which_figure_is_one_too_many_none_is_taken(printed: str, expected: dict[str, int]) -> None:
    """None that would be another without the one or the other."""
    heads = DISCLOSURE_2021[1] if "规章" in printed else DISCLOSURE_2021[5]
    more = "第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n14\n行政强制\n0\n"
    text = Text.of("\n".join([*heads, printed]) + more)
    rows = lines(text.view)
    found, warnings = model().read_all(text, rows, [Tag("table")] * len(rows))
    read = {c.address: c.value for t in found for c in t.cells if c.value is not None}
    told = expected | {"penalties/decisions": 14, "coercion/decisions": 0}
    assert read == {f"active_disclosure/{address}": value for address, value in told.items()}
    is_whole = len(expected) == (3 if "规章" in printed else 1)
    assert [w.code for w in warnings] == ([] if is_whole else ["row_has_more_figures"])


ORDERS = [(4, 0, 1, 2, 3), (1, 0, 2, 3, 4), (0, 1, 4, 2, 3), (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("joint", "end"), [("\n", "\n"), (" | ", " |\n"), ("\t", "\n")])
@pytest.mark.parametrize("has_rows", [False, True])
def test_figures_follow_the_heads_as_they_are_printed(
    order: tuple[int, ...], joint: str, end: str, has_rows: bool
) -> None:
    heads = tuple(HEADS[i] for i in order)
    rows = [[str(OUTCOMES[5 * k + i]) for i in order] for k in range(3)]
    labels = ("行政复议", "未经复议直接起诉", "复议后起诉")
    if has_rows:
        printed = [["", *heads], *([label, *row] for label, row in zip(labels, rows, strict=True))]
        source = end.join(joint.join(line) for line in printed) + end
    else:
        source = above_reviews(heads, joint, end) + joint.join(c for row in rows for c in row) + end
    before = "\t".join(("", *_HEADS)) + "\n" + "".join(
        "\t".join((label, *map(str, row))) + "\n" for label, row in _ROWS.values()
    )  # fmt: skip
    assert values(before + source) == _WHOLE | reviewed(OUTCOMES)


@pytest.mark.parametrize("order", [(1, 0, 2, 3, 4, 5, 6), (0, 3, 1, 2, 4, 5, 6), (0, 6, 1, 2, 3, 4, 5)])
@pytest.mark.parametrize("joint", ["\n", " | ", "\t"])
def test_applicants_in_another_order(order: tuple[int, ...], joint: str) -> None:
    rows = [(label, *(row[i] for i in order)) for label, row in _ROWS.values()]
    printed = [("申请人情况", *(_HEADS[i] for i in order)), *rows]
    assert values("\n".join(joint.join(map(str, row)) for row in printed)) == _WHOLE


def test_heads_of_two_tiers_are_in_no_other_order() -> None:
    source = "自然人\n总计\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n"
    source += "".join("\n".join((label, *map(str, row))) + "\n" for label, row in _ROWS.values())
    assert values(source) == _WHOLE


@pytest.mark.parametrize("joint", ["\n", " | ", "\t"])
@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (("现行有效件数", "本年制发件数", "本年废止件数"), {"issued": 2, "repealed": 1, "in_force": 7}),
        (("现行有效件数", "本年制发件数"), {}),
    ],
)
def test_what_is_in_force_may_be_printed_first(heads: tuple[str, ...], joint: str, expected: dict[str, int]) -> None:
    """Where a head is missing, too, nobody knows which it is."""
    printed = [("信息内容", *heads), ("规章", "9", "4", "3"), ("行政规范性文件", "7", "2", "1")]
    text = Text.of("\n".join(joint.join(row) for row in printed))
    rows = lines(text.view)
    found, warnings = model().read_all(text, rows, [Tag("table")] * len(rows))
    read = {c.address: c.value for t in found for c in t.cells if c.value is not None and "/normative" in c.address}
    assert read == {f"active_disclosure/normative_documents/{column}": value for column, value in expected.items()}
    assert {w.code for w in warnings} == (set() if expected else {"heads_out_of_order"})


def test_a_head_that_was_lost_makes_no_other_order() -> None:
    """The end of one round of heads and the beginning of the next are none of their own."""
    heads = "\n".join(HEADS)
    figures = "\n".join(map(str, OUTCOMES))
    source = f"行政复议\n行政诉讼\n{heads}\n未经复议直接起诉\n复议后起诉\n{heads.removeprefix(HEADS[0])}\n{heads}\n"
    assert values(source + figures) == reviewed(OUTCOMES)
    block = "信息内容\n上一年项目数量\n本年增/减\n处理决定数量\n"
    torn = f"{block.replace('上一年项目数量', '')}行政许可\n4\n3\n9\n{block}行政处罚\n5\n2\n8\n"
    assert values(torn, "active_disclosure/licensing/") == {"previous_items": 4, "change": 3, "decisions": 9}


@pytest.mark.parametrize("row", ["收费金额 | 1.25", "收费金额\n1.25", "收费金额 | 3"])
def test_a_head_of_one_row_alone_names_its_figure(row: str) -> None:
    source = "\n".join(" | ".join(row) for row in DISCLOSURE_2021[:-1])
    found = values(f"{source}\n{row}", "active_disclosure/")
    assert found == DISCLOSURE_VALUES | {"fees/amount": float(row.split()[-1])}


def test_a_page_number_behind_the_head_of_one_row_is_no_figure() -> None:
    source = "\n".join(" | ".join(row) for row in DISCLOSURE_2021[:-1])
    assert "fees/amount" not in values(f"{source}\n3\n", "active_disclosure/")


def test_heads_above_a_break_tell_of_the_row_below_it() -> None:
    """The form of 2021 prints one head where that of 2019 prints three, whatever heads are repeated overleaf."""
    above = "第二十条第（一）项\n信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量\n"
    source = (
        f"二、主动公开政府信息情况\n{above}规章\t0\t0\t0\n规范性文件\t22\t22\t26\n"
        f"第二十条第（五）项\n信息内容\t本年处理决定数量\t\t\n{above}行政许可\t238\t\t\n"
        "第二十条第（六）项\n信息内容\t本年处理决定数量\t\t\n行政处罚\t4\t\t\n行政强制\t5\t\t\n"
    )
    found = values(source)
    assert found["active_disclosure/licensing/decisions"] == 238
    assert "active_disclosure/licensing/previous_items" not in found
