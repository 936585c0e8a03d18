"""Bytes to documents and named failures: encodings, containers, pages, damage."""

from __future__ import annotations

import os
import random
import time

import pytest
from gouji.corpus.html import read_page
from gouji.corpus.reading import Document, looks_like_report, read_bytes, read_path
from gouji.corpus.report import Failure
from gouji.corpus.text import Text
from hypothesis import given, settings
from hypothesis import strategies as st

PROSE = (
    "青岚市柳溪县水务局2021年政府信息公开工作年度报告\n一、总体情况\n"
    "2021年，我局共收到政府信息公开申请19件，均按时答复；主动公开政府信息1,204条。\n"
    "二、主动公开政府信息情况\n未收取任何费用，未发生行政复议、行政诉讼。\n"
)
TRADITIONAL = (
    "青嵐市柳溪縣水務局2021年政府信息公開工作年度報告\n一、總體情況\n"
    "2021年，我局共收到政府信息公開申請19件，均按時答復；主動公開政府信息1,204條。\n"
)


def document(data: bytes, path: str = "a.txt", **options: object) -> Document:
    found = read_bytes(data, path, **options)  # type: ignore[arg-type]
    assert isinstance(found, Document), found
    return found


def code(data: bytes, path: str = "a.txt") -> str:
    found = read_bytes(data, path)
    assert isinstance(found, Failure), found
    return found.code


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gb2312", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
    ],
)
def test_encodings_are_found(codec: str, name: str) -> None:
    found = document(PROSE.encode(codec))
    assert found.text == PROSE
    assert found.source.encoding == name
    assert not found.warnings


@pytest.mark.parametrize("codec", ["big5", "big5hkscs", "gb18030", "utf-16-be"])
def test_traditional_script_is_decoded_in_its_own_encoding(codec: str) -> None:
    assert document(TRADITIONAL.encode(codec)).text == TRADITIONAL


def test_every_character_of_big5_is_read() -> None:
    pairs = (bytes([a, b]) for a in range(0xA4, 0xC7) for b in (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    known = "".join(p.decode("big5") for p in pairs if _decodes(p, "big5"))
    text = TRADITIONAL * 20 + known[:500]
    assert document(text.encode("big5")).text == text


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("declared", ["gb2312", "big5", "utf-8", "iso-8859-1", "nonsense"])
def test_a_false_declaration_does_not_mislead(declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{PROSE}</p></body></html>'
    for codec in ("gb18030", "utf-8"):
        assert "收到政府信息公开申请19件" in document(page.encode(codec), "a.html").text


def test_a_cut_or_damaged_utf8_text_is_read_with_a_warning() -> None:
    data = PROSE.encode()
    for damaged in (data[:-2], data[:-3], data[1:], data[2:], data[:50] + b"\xff\x80" + data[51:]):
        found = document(damaged)
        assert found.source.encoding == "utf-8"
        assert [w.code for w in found.warnings] == ["bad_bytes"]
        assert all(found.text[s:e].strip("\ufffd") == "" for s, e in found.warnings[0].spans)


@pytest.mark.parametrize(
    ("data", "path", "expected"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n\t", "a.txt", "empty"),
        ("\u3000\ufeff\n".encode(), "a.txt", "empty"),
        (b"<html><body><script>1</script> </body></html>", "a.html", "empty"),
        (b"\0" * 500, "a.txt", "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\1" * 200, "a.txt", "binary"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "a.txt", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.txt", "binary"),
        (random.Random(1).randbytes(4000), "a.txt", "binary"),
        (bytes(random.Random(1).choices(range(0x80, 0x100), k=4000)), "a.txt", "undecodable"),
        (b"\xff\xfe" + random.Random(1).randbytes(4001), "a.txt", "undecodable"),
        (b"%PDF-1.7\n" + b"\0" * 40, "a.pdf", "corrupt"),
        (b"%PDF-1.7\n" + b"\0" * 40, "a.txt", "corrupt"),
        (b"PK\x03\x04" + b"\0" * 40, "a.docx", "corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "corrupt"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, path: str, expected: str) -> None:
    assert code(data, path) == expected


def test_a_huge_input_is_answered_at_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "big.txt"
    path.write_bytes(b"a" * 40_000_000)
    start = time.monotonic()
    found = read_path(path)
    assert isinstance(found, Failure)
    assert found.code == "too_large"
    assert time.monotonic() - start < 1


def test_content_decides_and_not_the_name() -> None:
    page = "<!DOCTYPE html><html><body><p>收到申请<b>19</b>件</p></body></html>".encode()
    for path in ("a.html", "a", "a.doc", "a.txt", "a.php"):
        assert document(page, path).text == "收到申请19件"
    assert document("收到<1>件".encode(), "a.html").text == "收到<1>件"
    assert document(b"<p>a</p>\nb", "a.txt").text == "<p>a</p>\nb"


def test_a_line_end_is_kept_as_it_is() -> None:
    assert document("一\r\n二\r三".encode()).text == "一\r\n二\r三"


def test_names_may_hold_anything(tmp_path) -> None:  # type: ignore[no-untyped-def]
    name = os.fsencode(str(tmp_path)) + b"/a \n\x01\xff.txt"
    with open(name, "wb") as handle:
        handle.write(PROSE.encode())
    found = read_path(os.fsdecode(name))
    assert isinstance(found, Document)
    assert found.source.path == os.fsdecode(name)


@pytest.mark.parametrize("path", ["/no/such/file", "nul\0byte", "/"])
def test_what_cannot_be_opened_is_a_failure(path: str) -> None:
    assert isinstance(read_path(path), Failure)


def test_tables_of_a_page_are_tab_separated_rows() -> None:
    page = read_page(
        "<table><caption>表一</caption>"
        "<tr><td rowspan=2>信息内容</td><td colspan=2>本年<br>制发</td><td></td></tr>"
        "<tr><td><p>1</p><p>2</p></td><td>&nbsp;</td><td>4</td></tr>"
        "<tr><th>规章<td>0<td>0<td>\t7\n8 </table>后文"
    )
    lines = page.text.split("\n")
    assert "表一" in lines
    assert "信息内容\t本年制发\t\t" in lines
    assert "\t1 2\t\t4" in lines
    assert "规章\t0\t0\t7 8" in lines
    assert lines[-1] == "后文"
    start, end, _ = next(r for r in page.regions if r.kind == "table")
    assert page.text[start:end].startswith("信息内容")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("12<sup>1</sup>", "12[1]"),
        ("12<span style='vertical-align: super'><a>2</a></span>", "12[2]"),
        ("12<sup>[1]</sup>", "12[1]"),
        ("12<sup></sup>", "12"),
        ("100m<sup>2</sup>", "100m2"),
    ],
)
def test_a_raised_mark_is_no_digit_of_the_figure_before_it(markup: str, text: str) -> None:
    page = f"<table><tr><td>自然人</td><td>总计</td></tr><tr><td>{markup}</td><td>16</td></tr></table>"
    assert f"{text}\t16" in document(page.encode(), "a.html").text


def test_a_table_that_lays_out_the_page_gives_lines() -> None:
    inner = "<table><tr><td>规章</td><td>3</td></tr></table>"
    page = read_page(f"<table><tr><td>栏目</td><td><p>第一段</p><p>第二段</p>{inner}</td></tr></table>")
    assert [line for line in page.text.split("\n") if line] == ["栏目", "第一段", "第二段", "规章\t3"]


def test_parts_of_a_page() -> None:
    page = read_page(
        "<html><head><title>题</title><style>p{}</style><script>var a='<p>'</script></head><body>"
        "<nav><a>首页</a>\n<a>公开</a></nav><p>正文<!-- 注 -->一\n二 <span>3</span><span>4</span></p>"
        "<p style='display:none'>藏</p><footer>地址<br>电话</footer></body></html>"
    )
    assert page.text == "题\n首页 公开\n正文一二 34\n地址\n电话"
    kinds = {page.text[s:e]: kind for s, e, kind in page.regions}
    assert kinds == {"题": "page_title", "首页 公开": "nav", "地址\n电话": "footer"}


def test_a_bracketed_title_is_no_tag() -> None:
    assert read_page("<p>根据<政府信息公开条例>，1<2</p>").text == "根据<政府信息公开条例>，1<2"


def test_a_page_that_only_a_script_would_show_is_still_read() -> None:
    menu = "<nav>" + "首页 要闻 公开 " * 50 + "</nav>"
    page = document(f"<html>{menu}<div style='display:none'><pre>{PROSE}</pre></div></html>".encode(), "a.html")
    assert "申请19件" in page.text
    both = document(f"<html>{menu}<pre>{PROSE}</pre><div hidden>手机版</div></html>".encode(), "a.html")
    assert "手机版" not in both.text


@pytest.mark.parametrize(
    "tag", ["<div>", "<table><tr><td>x<td>", "<b>", "<p>", "<ul><li>", "<table><td colspan=9 rowspan=9>"]
)
def test_deep_nesting_costs_neither_stack_nor_time(tag: str) -> None:
    start = time.monotonic()
    found = document((tag * 60_000 + "收到1件").encode(), "a.html")
    assert found.text.endswith("收到1件")
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("spans", ["colspan=100000 rowspan=100000", "colspan=-1 rowspan=0", "colspan=x rowspan=1e9"])
def test_absurd_spans_are_survived(spans: str) -> None:
    rows = f"<tr><td {spans}>1</td><td>2</td></tr>" * 2000
    assert isinstance(read_bytes(f"<table>{rows}</table>".encode(), "a.html"), Document)


def test_a_report_is_told_from_what_is_none() -> None:
    assert looks_like_report(Text.of(PROSE).view)
    assert looks_like_report(Text.of(TRADITIONAL).view)
    short = "三、依申请公开情况：无。\n四、行政复议、行政诉讼情况：无。\n2015年本局公开政府信息12条。"
    assert looks_like_report(Text.of(short).view)
    cut = "澜川市审计局2023年政府信息公开工作年度报告\n一、总体情况\n（一）主动公开。全年发布审计结果12条。"
    assert looks_like_report(Text.of(cut).view)
    for other in (
        "政府信息公开年报\n澜川市审计局2023年政府信息公开工作年度报告\n澜川市水务局2023年政府信息公开工作年度报告\n共12条",
        "首页\n政府信息公开年报\n澜川市审计局2023年工作总结\n一、总体情况\n全年完成审计项目12个，提出建议30条。",
        "红烧肉的做法：五花肉500克，2021年更新。",
        "404 Not Found",
        "第一条 为了依法获取政府信息，制定本条例。\n第二条 信息公开\n第三条 各级\n第四条 各级\n第五十条 年度报告",
        "关于做好2021年政府信息公开工作年度报告编制工作的通知\n各单位：请于1月31日前公布，现将有关事项通知如下",
    ):
        assert not looks_like_report(Text.of(other).view)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.html", "a", "a.doc"]))
def test_any_bytes_give_a_document_or_a_failure(data: bytes, path: str) -> None:
    found = read_bytes(data, path)
    assert not (isinstance(found, Failure) and found.code == "internal"), found
    if isinstance(found, Document):
        assert all(0 <= s <= e <= len(found.text) for s, e, _ in found.regions)
        found.text.encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(
    ["<table>", "</table>", "<tr>", "</tr>", "<td>", "<td rowspan=3>", "<td colspan=2>", "</td>", "<p>", "</p>",
     "<nav>", "</nav>", "<pre>", "</pre>", "<div hidden>", "</div>", "<br>", "<script>", "</script>", "文", "1\n",
     "<select><option>", "\0", "&nbsp;", "<!--", "-->"]
), max_size=40))  # fmt: skip
def test_any_markup_gives_a_page(pieces: list[str]) -> None:
    page = read_page("".join(pieces))
    assert all(0 <= s < e <= len(page.text) for s, e, _ in page.regions)
