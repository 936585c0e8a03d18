"""Tables that do not run the usual way: the evidence chooses the order, and no figure is made to fit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gouji.models.orders import orders_beside
from test_scaffold import HEADS, ROWS, expected
from test_tables import cells, values

LABELLED = [(label, [str(f) for f in figures]) for label, figures in ROWS]


def printed(rows: Sequence[tuple[str, list[str]]] = LABELLED) -> list[list[str]]:
    return [HEADS, *([label, *figures] for label, figures in rows)]


def drawn(lines: list[list[str]], sep: str = "  ") -> str:
    return "\n".join(sep.join(line) for line in lines)


def late(line: list[str]) -> list[str]:
    return line if line is HEADS else [*line[1:], line[0]]


ORDERS = {
    "as usual": lambda lines: lines,
    "right to left": lambda lines: [line[::-1] for line in lines],
    "figures before labels": lambda lines: [late(line) for line in lines],
}


@pytest.mark.parametrize("sep", ["  ", "\t"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_order_is_found(order: str, sep: str) -> None:
    assert values(drawn(ORDERS[order](printed()), sep), "requests/") == expected()


@pytest.mark.parametrize("order", ORDERS)
def test_a_total_that_is_wrong_stays_wrong(order: str) -> None:
    rows = [(label, [*figures[:-1], "77"] if label.endswith("总计") else figures) for label, figures in LABELLED]
    found = values(drawn(ORDERS[order](printed(rows))), "requests/")
    assert found == {**expected(), "result_total/total": 77}


def test_a_plain_table_is_read_as_printed_whatever_its_sums_say() -> None:
    rows = [(label, [str(k + 3 * i) for k in range(7)]) for i, (label, _) in enumerate(ROWS)]
    found = values(drawn(printed(rows)), "requests/")
    keys = list(dict.fromkeys(address.split("/")[0] for address in expected()))
    assert [found[f"{key}/total"] for key in keys] == [6 + 3 * i for i in range(len(keys))]


def test_lines_whose_heads_run_as_the_form_s_are_not_tried_from_their_ends() -> None:
    for is_rightward in (True, False):
        tried = list(orders_beside([], [], is_upright=False, is_rightward=is_rightward))
        assert any(order.is_upside_down for order in tried)
        assert any(order.is_mirrored for order in tried) is not is_rightward


def test_words_that_stand_for_empty_boxes() -> None:
    rows = [(label, ["见附件" if f == "0" else f for f in figures]) for label, figures in LABELLED]
    found = cells("\n".join(box for line in printed(rows) for box in line))
    assert {a: c.value for a, c in found.items()} == {f"requests/{a}": v or None for a, v in expected().items()}


def test_empty_lines_among_figures_after_their_labels_are_empty_boxes() -> None:
    labels = [*HEADS, *(label for label, _ in LABELLED)]
    boxes = ["" if f == "0" and k < 6 else f for _, figures in LABELLED for k, f in enumerate(figures)]
    found = values("\n".join(labels) + "\n" + "\n".join(box or " " for box in boxes), "requests/")
    assert found == {a: v for a, v in expected().items() if v or a.endswith("total")}


def test_an_amount_and_its_unit_apart() -> None:
    source = "第二十条第（九）项\n信息内容\t采购项目数量\t采购总金额\n政府集中采购\t16\t741,905.33 万元"
    assert values(source, "active_disclosure/procurement/") == {"items": 16, "amount": 741905.33}


def test_figures_that_run_together_over_tabs_stand_where_they_are_printed(pipeline) -> None:
    text = (
        "青岚市水务局2024年政府信息公开工作年度报告\n一、总体情况\n略。\n二、主动公开政府信息情况\n"
        "第二十条第(一)项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n行政规范性文件\n"
        "第二十条第(五)项\n信息内容\n本年处理决定数量\n行政许可\n第二十条第(六)项\n信息内容\n本年处理决定数量\n"
        "行政处罚\n行政强制\n第二十条第(八)项\n信息内容\n本年收费金额(单位:万元)\n行政事业性收费\n"
        "\u3000\u3000０\t０\xa0\t\u3000\u3000０||||||||||\n１５\xa0\t\u3000\u3000０\t\u3000\u3000１６\n"
        "\u3000\u3000２１８２\n\u3000||\u3000４２\n\u3000\u3000０\n\u3000\u3000０\n三、收到和处理政府信息公开申请情况\n见附表。\n"
    )
    cells = [c for c in pipeline.read_text(text).cells.values() if c.value is not None]
    assert cells
    for cell in cells:
        assert int(cell.raw) == cell.value, cell
