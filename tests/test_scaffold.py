"""Markup that nobody listed: whatever an export prints around the cells, the cells come out the same."""

from __future__ import annotations

import pytest
from gouji.models.annex_lines import UNIT
from gouji.models.atoms import EMPTY, VALUE, WORD
from gouji.models.cutting import atoms
from gouji.models.scaffold import without_scaffold
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tables import DISCLOSURE_2021, DISCLOSURE_VALUES, cells, values

HEADS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
ROWS = [
    ("一、本年新收政府信息公开申请数量", [9, 2, 0, 0, 1, 0, 12]),
    ("二、上年结转政府信息公开申请数量", [1, 0, 0, 0, 0, 0, 1]),
    ("（一）予以公开", [4, 0, 0, 0, 1, 0, 5]),
    ("1.属于国家秘密", [0, 1, 0, 0, 0, 0, 1]),
    ("2.其他法律行政法规禁止公开", [0, 0, 0, 0, 0, 0, 0]),
    ("3.危及“三安全一稳定”", [2, 0, 0, 0, 0, 0, 2]),
    ("（七）总计", [6, 1, 0, 0, 1, 0, 8]),
    ("四、结转下年度继续办理", [4, 1, 0, 0, 0, 0, 5]),
]

WRAPPED = {
    "data of a page": ('{"项":"', '","值":[', ",", "]},"),
    "words of a typesetter": ("\\hline ", " & ", " & ", " \\\\"),
    "elements": ("<行 名='", "' 值='", "' 值='", "'/>"),
    "words of a reader": ("这一行是“", "”，数为", "，再为", "。"),
    "boxes": ("", "【", "】【", "】"),
    "calls": ('add("', '", ', ", ", ");"),
}


def spelled(rows: list[tuple[str, list[str]]], before: str, first: str, between: str, behind: str) -> str:
    return "\n".join(before + label + first + between.join(map(str, figures)) + behind for label, figures in rows)


def expected() -> dict[str, int]:
    keys = ["new", "carried_in", "granted", "denied.state_secret", "denied.forbidden_by_law",
            "denied.security_stability", "result_total", "carried_out"]  # fmt: skip
    ids = ["natural_person", "commercial", "research", "ngo", "legal_service", "other", "total"]
    return {
        f"{key}/{column}": value
        for key, (_, figures) in zip(keys, ROWS, strict=True)
        for column, value in zip(ids, figures, strict=True)
    }


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_what_comes_again_around_cells_parts_them(wrapped: str) -> None:
    rows = [("单位", HEADS), *((label, [str(f) for f in figures]) for label, figures in ROWS)]
    assert values(spelled(rows, *WRAPPED[wrapped]), "requests/") == expected()


MARKS = st.text(alphabet="<>{}[]~^@#$&*!;:=→※◇'\\", min_size=1, max_size=3).filter(lambda s: s.strip(":;=*#'") != "")


@settings(max_examples=25, deadline=None)
@given(first=MARKS, between=MARKS, behind=MARKS)
def test_any_marks_will_do(first: str, between: str, behind: str) -> None:
    rows = [(label, [str(f) for f in figures]) for label, figures in ROWS]
    found = values(spelled(rows, "", first, between, behind), "requests/")
    assert {a: v for a, v in expected().items() if found.get(a) != v} == {}


def test_an_empty_box_stays_empty() -> None:
    source = "\n".join(
        f"{label} " + "，".join(f"{head}__{figure or ''}__件" for head, figure in zip(HEADS, figures, strict=True))
        for label, figures in ROWS
    )
    found = values(source, "requests/")
    assert found == {a: v for a, v in expected().items() if v}


def test_addresses_of_a_spreadsheet_are_no_figures() -> None:
    letters = "BCDEFGH"
    source = "\n".join(
        f"A{i}:{label} " + " ".join(f"{letter}{i}:{figure}" for letter, figure in zip(letters, figures, strict=True))
        for i, (label, figures) in enumerate(ROWS, 3)
    )
    assert values(source, "requests/") == expected()


def test_a_paragraph_of_brackets() -> None:
    source = "".join(row[0] + ("（" + "→".join(row[1:]) + "）" if len(row) > 1 else " ") for row in DISCLOSURE_2021)
    found = values(source + "".join(f"{label}（{'→'.join(map(str, f))}）" for label, f in ROWS))
    assert {a: v for a, v in DISCLOSURE_VALUES.items() if found.get(f"active_disclosure/{a}") != v} == {}


@given(st.lists(st.sampled_from(["规章", "自然人", "12", "<td>", "→", "，", " ", "\n", "3件", "本年新收", "第1行"])))
def test_no_offset_moves(pieces: list[str]) -> None:
    view = "".join(pieces)
    made = without_scaffold(view, [(0, len(view))])
    assert len(made) == len(view)
    assert all(new in (old, " ", UNIT) for old, new in zip(view, made, strict=True))


def test_prose_has_no_scaffold() -> None:
    view = "本年新收政府信息公开申请12件，予以公开5件，部分公开3件。\n规章0件，行政许可24件，行政处罚17件。\n"
    assert without_scaffold(view, [(0, len(view))]) == view


def test_the_figures_stay_where_they_are_printed() -> None:
    rows = [(label, [str(f) for f in figures]) for label, figures in ROWS]
    source = spelled(rows, *WRAPPED["data of a page"])
    for cell in cells(source).values():
        assert [source[s.start : s.end] for s in cell.spans] == ([cell.raw] if cell.raw else [])


def test_what_is_printed_twice_parts_boxes_once_and_nothing_moves() -> None:
    rows = [
        "信息内容||本年制发件数||本年废止件数||现行有效件数",
        "规章||3||||5",
        "行政规范性文件||0||1||2",
        "行政许可||4",
    ]
    view = "\n".join([*rows, "行政处罚||1||2||3", "行政强制||||||7"])
    found = atoms(view, [(0, len(view))])
    by_line = [[a.text for a in found if a.line == n and a.kind in (VALUE, EMPTY)] for n in range(6)]
    assert by_line[1] == ["3", "", "5"]
    assert by_line[5][-1] == "7"
    assert all(view[a.start : a.end].strip() == a.text for a in found if a.kind == VALUE)
    single = "规章|3||5\n" + view  # one that stands alone, and none is a pair
    assert [a.text for a in atoms(single, [(0, len(single))]) if a.line == 2 and a.kind in (VALUE, EMPTY)] != by_line[1]


def test_commas_that_part_heads_part_figures_too() -> None:
    heads = "信息内容,上一年项目数量,本年增/减,处理决定数量"
    view = "\n".join([heads, "行政许可,5 ,2 ,1", heads, "行政处罚, 226, 1,126 "])
    figures = [a.text for a in atoms(view, [(0, len(view))]) if a.kind == VALUE and a.line == 3]
    assert figures == ["226", "1", "126"]


def test_a_group_and_a_row_in_one_box_are_two_labels() -> None:
    view = "(三)不予公开 1.属于国家秘密\t0\t0\t0"
    words = [a for a in atoms(view, [(0, len(view))]) if a.kind == WORD]
    assert [view[a.start : a.end] for a in words] == ["(三)不予公开", "1.属于国家秘密"]
