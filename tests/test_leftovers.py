"""Figures of a table that found no row are told, and nothing of their row is thought missing."""

from __future__ import annotations

from gouji.corpus.report import Report

HEAD = (
    "青岚县水利局2023年政府信息公开工作年度报告\n一、总体情况\n无。\n二、主动公开政府信息情况\n无。\n"
    "三、收到和处理政府信息公开申请情况\n"
    "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计\n"
)
ROWS = [
    "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开",
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "1.属于国家秘密", "（七）总计",
    "四、结转下年度继续办理",
]  # fmt: skip


def test_a_row_whose_label_is_cut_to_its_number_is_told(pipeline) -> None:  # type: ignore[no-untyped-def]
    whole = [f"{label} {i} 0 0 0 0 0 {i}" for i, label in enumerate(ROWS)]
    plain = pipeline.read_text(HEAD + "\n".join(whole) + "\n四、行政复议、行政诉讼情况\n无。\n")
    cut = pipeline.read_text(HEAD + "\n".join([*whole[:5], "3. 9 0 0 0 0 0 9", *whole[5:]]) + "\n四、复议情况\n无。\n")
    assert isinstance(plain, Report)
    assert isinstance(cut, Report)
    assert not [w for w in plain.warnings if w.code == "figures_without_row"]
    lost = [w for w in cut.warnings if w.code in ("figures_without_row", "row_has_more_figures")]
    assert lost
    assert not any(c.value == 9 for c in cut.cells.values())
