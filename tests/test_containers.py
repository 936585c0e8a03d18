"""Documents of other programs: the same report in any of them gives the same text of tables, and none is trusted."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile

import docx
import openpyxl
import pytest
from container_kit import as_docx, as_html, as_xlsx, rezipped, statutory
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from gouji.corpus.containers import base
from gouji.corpus.containers.numbering import chinese
from gouji.corpus.containers.printed import printed
from gouji.corpus.reading import Document, read_bytes
from gouji.corpus.report import Failure, Report
from hypothesis import given, settings
from hypothesis import strategies as st


def document(data: bytes, path: str = "a") -> Document:
    found = read_bytes(data, path)
    assert isinstance(found, Document), found
    return found


def code(data: bytes, path: str = "a") -> str:
    found = read_bytes(data, path)
    assert isinstance(found, Failure), found
    assert found.code != "internal", found
    return found.code


def table_rows(found: Document) -> list[str]:
    """The lines of all tables; how wide the empty end of a row is says nothing."""
    return [
        line.rstrip("\t")
        for start, end, kind in found.regions if kind == "table"
        for line in found.text[start:end].split("\n")
    ]  # fmt: skip


def from_docx(*paragraphs: str) -> bytes:
    """A document whose body is the given markup."""
    made = docx.Document()
    for paragraph in paragraphs:
        made.element.body.insert(len(made.element.body) - 1, parse_xml(paragraph))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def p(content: str, properties: str = "") -> str:
    return f"<w:p {nsdecls('w')}>{properties}{content}</w:p>"


def r(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


# -- the same report ---------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_table_is_laid_out_alike_from_every_container(seed: int) -> None:
    parts = statutory(seed)
    page = document(as_html(parts), "a.html")
    expected = table_rows(page)
    assert len(expected) > 30
    assert table_rows(document(as_docx(parts), "a.docx")) == expected
    assert table_rows(document(as_xlsx(parts, sheets=True), "a.xlsx")) == expected
    below = [line.rstrip("\t") for line in document(as_xlsx(parts), "a.xlsx").text.split("\n")]
    assert [line for line in below if line and line in set(expected)] == [line for line in expected if line]


@pytest.mark.parametrize("draw", [as_docx, as_xlsx, lambda parts: as_xlsx(parts, sheets=True)])
def test_a_report_gives_the_same_cells_from_every_container(draw, pipeline) -> None:  # type: ignore[no-untyped-def]
    for seed in (11, 12):
        parts = statutory(seed)
        expected = pipeline.read(document(as_html(parts), "a.html"))
        found = pipeline.read(document(draw(parts)))
        assert isinstance(found, Report)
        assert {a: c.value for a, c in found.cells.items()} == {a: c.value for a, c in expected.cells.items()}
        assert len(found.cells) > 100


def test_media_types_and_names() -> None:
    parts = ["正文收到1件", "第二段"]
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    for path in ("a.docx", "a.doc", "a", "a.txt", "a.html", "a.zip"):
        assert document(as_docx(parts), path).source.media_type == word
    assert document(XLSX, "a.xls").source.media_type.endswith("spreadsheetml.sheet")


# -- Word ----------------------------------------------------------------------


def test_word_shows_what_a_reader_sees() -> None:
    data = from_docx(
        p(r("收到") + "<w:del><w:r><w:delText>18</w:delText></w:r></w:del><w:ins>" + r("19") + "</w:ins>" + r("件")),
        p("<w:moveFrom>" + r("搬走") + "</w:moveFrom><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>" + r("留下")),
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE 7</w:instrText></w:r>' + r("第3页")),
        p("<w:r><w:t>一行</w:t><w:br/><w:t>二行</w:t></w:r>"),
        p('<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:smartTag>' + r("甲") + "</w:smartTag>"),
        p(r("段一"), "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"),
        p(r("接段二")),
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{r('控件')}</w:p></w:sdtContent></w:sdt>",
        p(r("12") + '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r>'),
        p("<w:r><w:ruby><w:rt>" + r("pin") + "</w:rt><w:rubyBase>" + r("拼") + "</w:rubyBase></w:ruby></w:r>"),
    )  # fmt: skip
    assert document(data).text.split("\n") == [
        "收到19件", "留下", "第3页", "一行", "二行", "链接甲", "段一接段二", "控件", "12[1]", "拼",
    ]  # fmt: skip


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent><w:p>{r('框中文字')}</w:p></w:txbxContent>"
    mc, vml = "http://schemas.openxmlformats.org/markup-compatibility/2006", "urn:schemas-microsoft-com:vml"
    twice = (
        f"<w:r><mc:AlternateContent xmlns:mc='{mc}' xmlns:v='{vml}'>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    data = from_docx(p(twice + r("正文")))
    assert document(data).text == "正文\n框中文字"


def test_page_heads_and_feet_stand_once_and_are_named() -> None:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.sections[0].footer.paragraphs[0].text = "- 1 -"
    made.add_paragraph("正文")
    made.add_section()
    out = io.BytesIO()
    made.save(out)
    found = document(out.getvalue())
    assert found.text == "页眉\n正文\n- 1 -"
    assert {found.text[s:e]: kind for s, e, kind in found.regions} == {"页眉": "aside", "- 1 -": "footer"}


def test_rows_that_were_deleted_are_gone_and_merged_cells_stay_in_place() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{r(text)}</w:p></w:tc>"

    down, across = "<w:vMerge w:val='restart'/>", "<w:gridSpan w:val='2'/>"
    table = (
        f"<w:tbl {nsdecls('w')}>"
        f"<w:tr>{cell('甲', down)}{cell('乙', across)}</w:tr>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('删')}{cell('8')}{cell('9')}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('1')}{cell('2')}</w:tr>"
        "<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("3") + cell("4") + "</w:tr></w:tbl>"
    )
    assert table_rows(document(from_docx(table))) == ["甲\t乙", "\t1\t2", "\t3\t4"]


def test_automatic_numbers_are_printed() -> None:
    made = docx.Document()
    numbering = made.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    numbering.append(parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="7">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
        "</w:abstractNum>"))  # fmt: skip
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="5"><w:abstractNumId w:val="7"/></w:num>'))
    for level, text in ((0, "总体情况"), (1, "2021年"), (1, "再次"), (0, "主动公开"), (1, "又")):
        paragraph = made.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr>'))  # fmt: skip
    out = io.BytesIO()
    made.save(out)
    assert document(out.getvalue()).text.split("\n") == [
        "一、总体情况", "1. 2021年", "2.再次", "二、主动公开", "1.又",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("n", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (2030, "二千零三十")],
)
def test_chinese_numbers(n: int, text: str) -> None:
    assert chinese(n) == text


# -- Excel ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""), (3, "General", "3"), (3.0, "General", "3"), (0.1 + 0.2, "General", "0.3"),
        (1234567, "#,##0", "1,234,567"), (1234.5, "#,##0.00", "1,234.50"), (0.9567, "0.0%", "95.7%"),
        (-8, "0", "-8"), (-8, "0;(0)", "(8)"), (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (1, "0%", "100%"), (5, '0"件"', "5件"),
        (12.5, "0.##", "12.5"), (12, "0.##", "12"), ("文", "General", "文"), (7, "00", "7"), (2, "[Red]0", "2"),
        (True, "General", "TRUE"), (1e22, "General", "1e+22"), (2.675, "0.00", "2.68"),
    ],
)  # fmt: skip
def test_a_number_is_printed_as_its_cell_prints_it(value: object, number_format: str, text: str) -> None:
    assert printed(value, number_format) == text


def book(**sheets: list[list[object]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_what_a_workbook_hides_is_not_read() -> None:
    made = book(附表=[["项目", "数", "密"], ["规章", 1, 9], ["文件", 2, 9], ["合计", 3, 9]], 底稿=[["x", "y"]])
    made["底稿"].sheet_state = "hidden"
    made["附表"].column_dimensions["C"].hidden = True
    made["附表"].row_dimensions[3].hidden = True
    assert document(saved(made)).text.split("\n") == ["附表", "", "项目\t数", "规章\t1", "合计\t3", ""]


def test_a_formula_without_a_stored_value_is_an_empty_cell_with_a_warning() -> None:
    found = document(saved(book(a=[["项目", "数"], ["规章", "=1+1"], ["文件", 2]])))
    assert table_rows(found) == ["项目\t数", "规章", "文件\t2"]
    assert [w.code for w in found.warnings] == ["formula_without_value"]


def test_titles_and_sentences_of_a_sheet_are_lines() -> None:
    made = book(Sheet1=[["附表一"], ["项目", "甲", "乙"], ["规章", 1, 2], ["填表说明：无。"]])
    made["Sheet1"].merge_cells("A1:C1")
    assert document(saved(made)).text.split("\n") == ["附表一", "", "项目\t甲\t乙", "规章\t1\t2", "", "填表说明：无。"]


def test_a_cell_at_the_far_end_costs_nothing() -> None:
    made = book(Sheet1=[["项目", "甲"], ["规章", 1]])
    made["Sheet1"]["XFD1048576"] = 5
    start = time.monotonic()
    assert table_rows(document(saved(made)))[:2] == ["项目\t甲", "规章\t1"]
    assert time.monotonic() - start < 5


# -- hostile and damaged ---------------------------------------------------------

DOCX, XLSX = as_docx(statutory(1)), as_xlsx(statutory(1))


@pytest.mark.parametrize("data", [DOCX, XLSX], ids=["docx", "xlsx"])
def test_a_truncated_file_is_corrupt(data: bytes) -> None:
    for size in (60, len(data) // 3, len(data) // 2, len(data) - 30):
        assert code(data[:size], "a.docx") == "corrupt"


def test_bombs_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"parts": 100, "part_bytes": 1_000_000, "unpacked_bytes": 3_000_000}
    monkeypatch.setattr(base, "limit", small.__getitem__)
    bomb = b"<a>" + b" " * 1_100_000
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 100 + b'">]><a>&b;</a>'
    merged = b'<sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    head = sheet[: sheet.index(b"<sheetData")]
    start = time.monotonic()
    assert code(rezipped(DOCX, {"word/document.xml": bomb})) == "too_large"
    assert code(rezipped(XLSX, {"xl/media/big.bin": b"\0" * 3_000_000})) == "too_large"
    assert code(rezipped(DOCX, {"word/document.xml": laughs})) == "corrupt"
    assert code(rezipped(DOCX, {"word/document.xml": laughs.decode().encode("utf-16")})) == "corrupt"
    assert code(rezipped(XLSX, {"xl/workbook.xml": laughs})) == "corrupt"
    assert code(rezipped(XLSX, {"xl/worksheets/sheet1.xml": head + merged})) == "too_large"
    assert time.monotonic() - start < 10


def test_what_is_no_office_file_says_so() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert code(out.getvalue(), "a.docx") == "corrupt"
    assert code(out.getvalue(), "a.txt") == "binary"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
    assert code(ole + "EncryptedPackage\0".encode("utf-16-le"), "a.docx") == "unsupported"
    assert code(ole + "PowerPoint Document\0".encode("utf-16-le"), "a.doc") == "unsupported"
    assert code(b"Rar!\x1a\x07\0" + b"\0\1" * 50, "a.rar") == "unsupported"
    assert code(b"\x89PNG\r\n\x1a\n" + b"\0\1" * 200, "a.png") == "unsupported"


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "_rels/.rels", "word/styles.xml"])
def test_a_broken_part_is_a_failure(part: str) -> None:
    for content in (b"", b"<a", b"<a/>", b"\xff\xfe", b"<w:document/>"):
        found = read_bytes(rezipped(DOCX, {part: content}), "a.docx")
        assert isinstance(found, Document) or found.code in ("corrupt", "empty"), found


@pytest.mark.parametrize("data", [DOCX, XLSX], ids=["docx", "xlsx"])
@settings(max_examples=25)
@given(places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_no_damage_brings_the_reader_down(data: bytes, places: list[tuple[float, int]]) -> None:
    damaged = bytearray(data)
    for place, value in places:
        damaged[min(int(place * len(data)), len(data) - 1)] = value
    found = read_bytes(bytes(damaged), "a.docx")
    assert isinstance(found, Document) or found.code != "internal", found


def test_plain_text_loads_none_of_their_libraries() -> None:
    code = (
        "import sys; from gouji.corpus.reading import read_bytes; read_bytes('收到1件'.encode(), 'a.txt');"
        "assert not {'docx', 'openpyxl', 'pypdfium2', 'xlrd', 'striprtf'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
