"""Where sections begin, in texts whose lines and headings suffered."""

from __future__ import annotations

import random

import pytest
from gouji.corpus.generate import SPLITS, example, generate
from gouji.corpus.markup import Mark, Marked
from gouji.corpus.pieces import in_pieces, on_one_line
from gouji.corpus.residue import chart_inside
from gouji.corpus.text import Text, lines
from gouji.inference.pipeline import check_text
from gouji.models.breaks import LineBreaks
from gouji.models.section_moves import bound, goes_on, is_return
from gouji.models.sections import FEATURES, SectionModel, carriers
from gouji.training.compare import section_starts

REPORT = """柳溪县水务局2022年政府信息公开工作年度报告
本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为2022年1月1日至12月31日。
一、总体情况
2022年，我局主动公开政府信息36条，未收到政府信息公开申请。
二、主动公开政府信息情况
见附表。
三、收到和处理政府信息公开申请情况
见附表。
四、政府信息公开行政复议、行政诉讼情况
本年度未发生行政复议和行政诉讼。
五、存在的主要问题及改进情况
公开的内容不够细，更新不够及时。下一步，我局将明确专人，按月自查。
六、其他需要报告的事项
本年度没有收取信息处理费。"""
SECTIONS = ["title", "preamble", "overview", "active_disclosure", "requests", "review_litigation", "problems",
            "other_matters"]  # fmt: skip


def read(text: str) -> list[tuple[str, str]]:
    """The sections of a text, with the first characters of each."""
    report = check_text(text)
    return [(s.id, text[s.spans[0].start : s.spans[0].start + 4]) for s in report.sections]


@pytest.mark.parametrize("gap", ["", " ", "\u3000\u3000"])
def test_a_report_on_one_line_has_its_sections(gap: str) -> None:
    found = read(REPORT.replace("\n", gap))
    assert [name for name, _ in found] == SECTIONS
    assert [text[0] for _, text in found[2:]] == list("一二三四五六")


@pytest.mark.parametrize("between", ["", " ", "\u3000\u3000"])
def test_a_heading_behind_the_last_words_of_the_section_before(between: str) -> None:
    joined = REPORT.replace("见附表。\n", f"见附表。{between}").replace("诉讼。\n", f"诉讼。{between}")
    assert [name for name, _ in read(joined)] == SECTIONS


def test_a_list_of_three_industries_is_no_heading() -> None:
    view = "我县推动一、二、三产业融合。\n三、收到和处理申请情况"
    assert [view[row.start : row.end] for row in lines(view)] == view.split("\n")


def test_an_odd_order_of_numbers_and_headings_of_older_years() -> None:
    text = REPORT.replace(
        "二、主动公开政府信息情况\n见附表。",
        "二、主动公开政府信息情况\n全年公开信息36条。\n三、收费及减免情况\n未收费。",
    )
    text = text.replace("三、收到和处理", "四、收到和处理").replace("四、政府信息公开行政", "五、政府信息公开行政")
    assert "fees" in [name for name, _ in read(text)]


def test_breaks_are_found_where_lines_were() -> None:
    views = [Text.of(e.text).view for e in generate("train", 40, 5) if "\n" in e.text]
    breaks = LineBreaks.fit(views)
    rows = REPORT.split("\n")
    flat = "".join(rows)
    starts = {len("".join(rows[:i])) for i in range(1, len(rows))}
    found = set(breaks.find(flat))
    assert len(found & starts) >= len(starts) - 3
    assert len(found - starts) <= 10
    assert breaks.find("") == breaks.find(" \n ") == []


def test_breaks_that_saw_no_lines_find_none() -> None:
    assert LineBreaks.fit([]).find("一、总体情况二、主动公开") == []


@pytest.mark.parametrize("gap", ["", " "])
def test_a_report_put_on_one_line_keeps_what_its_sections_say(gap: str) -> None:
    for made in generate("train", 12, 9):
        flat = on_one_line(made.report, gap)
        assert "\n" not in flat.text
        for old, new in zip(made.report.sections, flat.sections, strict=True):
            for a, b in zip(old.spans, new.spans, strict=True):
                assert flat.text[b.start : b.end] == made.text[a.start : a.end].replace("\n", gap)


def test_a_section_that_a_chart_interrupts_is_one_section() -> None:
    for n in range(40):
        made = example("train", 3, n)
        inside = chart_inside(made.marked, random.Random(n))
        if len(inside.marks) > len(made.marked.marks):
            break
    from gouji.corpus.examples import finish

    before, after = made.report, finish("x", "train", inside, None, made.meta).report
    assert [s.id for s in after.sections if s.id != "colophon"] == [s.id for s in before.sections if s.id != "colophon"]
    assert any(len(s.spans) == 2 for s in after.sections)


def test_two_headed_sections_of_one_purpose_stay_two() -> None:
    from gouji.corpus.examples import finish

    text = "一、问题\n一。\n打印\n二、措施\n二。\n"
    cuts = [(0, 8, "problems"), (8, 11, "colophon"), (11, 19, "problems")]
    marked = Marked(text, tuple(Mark(a, b, "section", name) for a, b, name in cuts))
    assert [s.id for s in finish("x", "train", marked, None, {}).report.sections] == [
        "problems",
        "colophon",
        "problems",
    ]


def test_harder_reports_are_no_split_of_their_own() -> None:
    assert "train-hard" not in SPLITS
    plain, hard = (list(generate(split, 60, 2)) for split in ("train", "train-hard"))
    assert sum(len(e.meta["damage"]) for e in hard) > 1.3 * sum(len(e.meta["damage"]) for e in plain)
    with pytest.raises(ValueError, match="unknown split"):
        example("hard", 0, 0)


def test_flattened_reports_of_dev_keep_most_of_their_sections() -> None:
    right = n_found = n_true = 0
    for n, made in enumerate(generate("dev", 30, 4)):
        if {"one_line", "headings_lost"} & set(made.meta["damage"]):
            continue
        flat = on_one_line(made.report, " " if n % 2 else "")
        read_back = check_text(flat.text)
        if hasattr(read_back, "sections"):
            truth, found = section_starts(flat), section_starts(read_back)
            right, n_found, n_true = right + len(truth & found), n_found + len(found), n_true + len(truth)
    assert 2 * right > 0.85 * (n_found + n_true)


def test_model_is_refused_without_its_breaks(tmp_path) -> None:
    from gouji.models import store

    reports = [e.report for e in generate("train", 6, 1)]
    model = SectionModel.fit(reports, max_iterations=3)
    store.save(tmp_path, "sections", store.pack(lines=model.crf.arrays()), {"features": FEATURES})
    with pytest.raises(store.ModelError):
        SectionModel.load(tmp_path)


def test_a_report_in_pieces_says_of_its_sections_what_it_said() -> None:
    n_lost = 0
    for n, made in enumerate(generate("train", 20, 9)):
        part = in_pieces(made.report, random.Random(n))
        whole = [made.text[a:b] for s in made.report.sections for a, b in s.spans]
        n_lost += len(part.text) < len(made.text)
        for section in part.sections:
            for a, b in section.spans:
                assert any(piece.startswith(part.text[a:b]) for piece in whole)
    assert n_lost > 10


@pytest.mark.parametrize("part", ["（二）制度建设情况", "（三）其他需要报告的事项", "（四）存在的主要问题"])
def test_a_later_part_of_a_section_begins_none(part: str) -> None:
    longer = REPORT.replace("信息公开申请。\n二、", f"信息公开申请。\n{part}\n修订了内部制度，明确了科室职责。\n二、")
    assert [name for name, _ in read(longer)] == SECTIONS


def test_a_basis_within_the_account_of_the_year_is_no_preamble() -> None:
    inside = REPORT.replace("一、总体情况\n", "").replace("本报告根据", "一、总体情况\n本报告根据")
    assert "preamble" not in [name for name, _ in read(inside)]


@pytest.mark.parametrize("at", ["四、政府信息公开行政", "见附表。\n四", "下一步"])
def test_a_report_cut_short_ends_in_the_section_that_it_is_in(at: str) -> None:
    short = REPORT[: REPORT.index(at)]
    names = [name for name, _ in read(short)]
    assert names == SECTIONS[: len(names)]


@pytest.mark.parametrize("agency", ["结合柳溪县财政局", "梳理柳溪县财政局"])
def test_a_verb_before_an_agency_is_not_of_its_name(agency: str) -> None:
    body = REPORT.split("\n", 2)[2]
    said = f"根据《条例》要求，{agency}2022年政府信息公开工作实际，编制本报告。"
    report = check_text(f"{said}\n{body}")
    assert report.agency in (None, "柳溪县财政局")


def test_a_table_goes_on_with_none_but_the_next() -> None:
    from gouji.models.section_moves import is_backwards

    assert is_backwards("table:review_litigation", "table:active_disclosure")
    assert is_backwards("table:active_disclosure", "table:review_litigation")
    assert not is_backwards("table:active_disclosure", "table:requests")
    assert not is_backwards("table:review_litigation", "heading:active_disclosure")
    assert not is_backwards("table:requests", "table:requests")


def test_behind_an_annex_the_report_does_not_go_on() -> None:
    from gouji.models.section_moves import is_backwards

    assert is_backwards("prose:annex", "heading:problems")
    assert is_backwards("table:annex", "table:requests")
    assert not any(is_backwards("table:annex", after) for after in ("prose:colophon", "heading:title", "heading:annex"))


RULES = ["+" + "------+" * 8, "+" + "======+" * 8, "┼" + "──────┼" * 8, "╋" + "━━━━━━╋" * 8, "|" + "---|" * 8]
DRAWN = """三、收到和处理政府信息公开申请情况
{rule}
| （本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 | | | | | | |
{rule}
| 一、本年新收政府信息公开申请数量 | 3 | 1 | 0 | 0 | 0 | 0 | 4 |
{rule}
| 二、上年结转政府信息公开申请数量 | - | - | - | - | - | - | - |
{rule}
| 三、本年度办理结果 | （七）总计 | 3 | 1 | 0 | 0 | 0 | 4 |
{rule}
"""


@pytest.mark.parametrize("rule", RULES)
def test_the_rules_of_a_drawn_table_begin_no_section(rule: str) -> None:
    head = REPORT[REPORT.index("三、") : REPORT.index("四、")]
    assert [name for name, _ in read(REPORT.replace(head, DRAWN.format(rule=rule)))] == SECTIONS


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_goes_with_the_row_below_it_or_with_what_is_above(rule: str) -> None:
    drawn = f"二、主动公开\n{rule}\n| 规章 | 1 |\n{rule}\n{rule}\n| 行政复议 | 2 |\n{rule}\n五、问题\n{rule}\n不足"
    view = Text.of(drawn).view
    assert carriers(view, lines(view)).tolist() == [0, 2, 2, 2, 5, 5, 5, 7, 7, 9]


def test_the_ends_of_markup_begin_no_section() -> None:
    view = Text.of("一、总体情况\n公开信息9条。\n</div>\n二、主动公开\n</td></tr>\n<b>\n规章").view
    assert carriers(view, lines(view)).tolist() == [0, 1, 1, 3, 3, 5, 6]


@pytest.mark.parametrize("after", ["prose:overview", "table:overview"])
def test_nothing_but_a_heading_takes_the_reader_back_to_the_account_of_the_year(after: str) -> None:
    assert is_return("table:requests", after)
    assert is_return("prose:other_matters", after)
    assert not any(is_return(f"prose:{before}", after) for before in ("title", "preamble", "colophon", "overview"))
    assert not is_return("table:requests", "heading:overview")
    assert not is_return("prose:overview", "prose:requests")


@pytest.mark.parametrize(
    ("line", "may_return"),
    [
        ("四、师生员工对信息公开的评议情况较好", True),
        ("第四部分 师生员工的评议", True),
        ("4.师生员工的评议", True),
        ("全年收到师生员工评议9件", False),
        ("（四）师生员工的评议", False),
        ("4.5万人次参加评议", False),
    ],
)
def test_a_line_with_a_number_may_go_back(line: str, may_return: bool) -> None:
    view = Text.of(f"三、收到申请情况\n{line}\n").view
    assert bound(view, lines(view)).tolist()[1] == (0 if may_return else 3)


@pytest.mark.parametrize("number", ["第三部分 ", "三、", "三 "])
def test_no_line_ends_with_the_number_of_the_next(number: str) -> None:
    """However a place between a number and its words was found, the line begins at the number."""
    head = "收到和处理政府信息公开申请情况"
    breaks = LineBreaks.fit([f"二、主动公开\n全年公开9条。\n三、\n{head}\n未收到。\n四、\n复议诉讼\n无。\n"] * 30)
    flat = f"全年公开9条。 {number}{head} 未收到。"
    assert flat.index(head) not in breaks.find(flat)


@pytest.mark.parametrize(
    "chrome", ["打印 关闭 ", "发布日期：2023-01-16 字体：大 中 小 ", "发布时间：2023-01-16  来源：本站  "]
)
def test_a_title_that_follows_what_a_page_prints_on_one_line(chrome: str) -> None:
    flat = chrome + REPORT.replace("\n", "")
    assert ("title", "柳溪县水") in read(flat)


@pytest.mark.parametrize("before", [[], ["重点领域信息公开情况\n公开预算2条。"]])
def test_two_numbered_headings_on_requests_are_two_sections(before: list[str]) -> None:
    parts = [
        "概述\n全年公开信息36条。",
        "主动公开政府信息情况\n网站公开30条，公告栏公开6条。",
        *before,
        "依申请公开政府信息办理情况\n受理申请9件，均已答复。",
        "不予公开政府信息情况\n不予公开2件，涉及国家秘密。",
        "复议、诉讼和申诉情况\n没有发生。",
    ]
    body = "\n".join(f"{number} {part}" for number, part in zip("一二三四五六", parts, strict=False))
    text = f"柳溪县水务局2012年政府信息公开工作年度报告\n{body}"
    found = read(text)
    assert [name for name, _ in found].count("requests") == 2


def test_a_line_in_an_unbroken_run_of_numbers_begins_a_section() -> None:
    numbered = [f"{n} {words}" for n, words in zip("一二三四五六", SPOKEN, strict=True)]
    view = Text.of("\n".join(numbered)).view
    assert bound(view, lines(view)).tolist()[1:-1] == [4, 4, 4, 4]


@pytest.mark.parametrize("broken", [[0, 1, 2, 3], [0, 1, 3, 4, 5], [5, 4, 3, 2, 1, 0]])
def test_a_short_or_broken_run_says_nothing(broken: list[int]) -> None:
    view = Text.of("\n".join(f"{'一二三四五六'[k]}、{SPOKEN[k]}" for k in broken)).view
    assert 4 not in bound(view, lines(view)).tolist()


def test_the_rows_of_the_form_are_in_no_run() -> None:
    rows = [
        f"{n}、{what}政府信息公开申请数量" for n, what in zip("一二三四五六", ("本年新收", "上年结转") * 3, strict=True)
    ]
    view = Text.of("\n".join(rows)).view
    assert 4 not in bound(view, lines(view)).tolist()


def test_what_goes_on_without_a_heading() -> None:
    assert goes_on("prose:requests", "prose:requests")
    assert goes_on("heading:requests", "table:requests")
    assert not goes_on("prose:requests", "heading:requests")
    assert not goes_on("prose:requests", "prose:review_litigation")
    assert not goes_on("table:annex", "table:annex")
    assert not goes_on("prose:overview", "prose:overview")


SPOKEN = ["概述", "主动公开情况", "受理申请情况", "不予公开情况", "复议和诉讼情况", "存在的不足"]
