"""Old workbooks, OpenDocument, RTF, mails, and what needs a program or a package that may be absent."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xlwt
from container_kit import as_docx, as_html, as_xlsx, placed, statutory
from gouji.corpus.containers import ocr, office
from gouji.corpus.pen import cover
from gouji.corpus.reading import Document, read_bytes
from gouji.corpus.report import Failure
from gouji.inference.archive import inputs, read
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from test_containers import code, document, table_rows

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def as_xls(parts: list) -> bytes:  # type: ignore[type-arg]
    """A sheet for each table."""
    book = xlwt.Workbook()
    style = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    for n, part in enumerate(p for p in parts if not isinstance(p, str)):
        sheet = book.add_sheet(f"Sheet{n}")
        for r, c, down, across, text in placed(part):
            value = int(text) if text.isdigit() and str(int(text)) == text else text
            if down > 1 or across > 1:
                sheet.write_merge(r, r + down - 1, c, c + across - 1, value, style)
            else:
                sheet.write(r, c, value, style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_document(kind: str, body: str, styles: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"), ("draw", "drawing"),
                            ("style", "style"), ("fo", "xsl-fo-compatible"))
    )  # fmt: skip
    content = (
        f'<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def open_table(grid: list, name: str = "Sheet1") -> str:  # type: ignore[type-arg]
    starts = {(r, c): (down, across, text) for r, c, down, across, text in placed(grid)}
    out = [f'<table:table table:name="{name}">']
    for r, row in enumerate(cover(grid)):
        out.append("<table:table-row>")
        for c in range(len(row)):
            if (r, c) not in starts:
                out.append("<table:covered-table-cell/>")
                continue
            down, across, text = starts[r, c]
            lines = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n") if line)
            spans = f'table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
            out.append(f'<table:table-cell table:style-name="b" {spans}>{lines}</table:table-cell>')
        out.append("</table:table-row>")
    return "".join([*out, "</table:table>"])


BORDERS = (
    '<style:style style:name="b"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>'
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 5])
def test_tables_are_laid_out_alike(seed: int) -> None:
    parts = statutory(seed)
    grids = [p for p in parts if not isinstance(p, str)]
    expected = table_rows(document(as_html(parts), "a.html"))
    assert table_rows(document(as_xls(parts), "a.xls")) == expected
    assert table_rows(document(open_document("text", "".join(map(open_table, grids))), "a.odt")) == expected
    assert table_rows(document(open_document("spreadsheet", "".join(map(open_table, grids)), BORDERS))) == expected


def test_an_old_workbook_prints_its_formats_and_hides_what_is_hidden() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("附表")
    for r, row in enumerate([["项目", "比例", "密"], ["规章", 0.956, 9], ["文件", 1, 9]]):
        for c, value in enumerate(row):
            sheet.write(r, c, value, xlwt.easyxf(num_format_str="0.0%" if c == 1 else "General"))
    sheet.col(2).hidden = True
    book.add_sheet("底稿").write(0, 0, "x")
    book.get_sheet(1).visibility = 1
    out = io.BytesIO()
    book.save(out)
    found = document(out.getvalue(), "a.et")
    assert found.text.split("\n") == ["附表", "", "项目\t比例", "规章\t95.6%", "文件\t100.0%", ""]
    for size in (600, 2000, len(out.getvalue()) - 700):
        assert code(out.getvalue()[:size], "a.xls") == "corrupt"


def test_an_open_document_shows_what_a_reader_sees() -> None:
    body = (
        "<text:tracked-changes><text:p>删去</text:p></text:tracked-changes>"
        "<text:h>一、总体<text:span>情况</text:span></text:h>"
        "<text:p>收到<text:s text:c='2'/>19件<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>脚注</text:p></text:note-body></text:note>。<text:line-break/>下一行</text:p>"
        "<text:list><text:list-item><text:p>一条</text:p></text:list-item></text:list>"
        "<text:p>前<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>后</text:p>"
    )
    found = document(open_document("text", body), "a.odt")
    assert found.text.split("\n") == ["一、总体情况", "收到  19件。", "下一行", "一条", "前后", "框", "脚注"]
    assert found.source.media_type == "application/vnd.oasis.opendocument.text"


def test_open_documents_that_cannot_be_read() -> None:
    good = open_document("text", "<text:p>x</text:p>")
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def with_(**changes: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in {**members, **{k.replace("_", "."): v for k, v in changes.items()}}.items():
                archive.writestr(name, content)
        return out.getvalue()

    assert code(with_(content_xml=b"<a")) == "corrupt"
    assert code(with_(content_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')) == "corrupt"
    members["META-INF/manifest.xml"] = b"<manifest><encryption-data/></manifest>"
    assert code(with_()) == "unsupported"


def test_rich_text_keeps_the_empties_of_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    rtf = (
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 \'ca\'d5\'b5\'bd19\'bc\'fe\par "
        rb"\trowd\intbl\u35268?\cell\row\trowd\intbl\u35268?\cell \cell 2\cell\row\pard\'cd\'ea\par}"
    )
    found = document(rtf, "a.doc")
    assert found.text.split("\n") == ["收到19件", "规", "规\t\t2", "完"]
    assert found.source.media_type == "application/rtf"


def test_a_saved_page_and_a_mail_are_read() -> None:
    page = as_html(statutory(1))
    head = b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    saved = head + b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page + b"\r\n--b--\r\n"
    for path in ("a.mht", "a.doc", "a.eml"):
        assert document(saved, path).text == document(page, "a.html").text
    plain = "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=gbk\n\n收到申请19件。".encode("gbk")
    assert document(plain, "a.eml").text.strip() == "收到申请19件。"
    assert code(b"MIME-Version: 1.0\nContent-Type: image/png\n\nx", "a.eml") in ("empty", "corrupt")


def test_an_old_word_document_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    found = read_bytes(OLE + "WordDocument\0".encode("utf-16-le"), "a.doc")
    assert isinstance(found, Failure)
    assert (found.code, found.source.media_type) == ("unsupported", "application/msword")
    assert "soffice" in found.message


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for LibreOffice")
def test_an_old_word_document_goes_by_way_of_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = statutory(1)
    (tmp_path / "made.docx").write_bytes(as_docx(parts))
    script = tmp_path / "soffice"
    monkeypatch.setattr(office, "program", lambda: str(script))

    def stand_in(body: str) -> None:
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(script.stat().st_mode | stat.S_IEXEC)

    old = OLE + "WordDocument\0".encode("utf-16-le")
    stand_in(
        f'for x; do :; done; mkdir -p "$(dirname "$x")/out"; cp {tmp_path}/made.docx "$(dirname "$x")/out/in.docx"'
    )
    assert table_rows(document(old, "a.wps")) == table_rows(document(as_html(parts), "a.html"))
    stand_in("exit 1")
    assert code(old, "a.doc") == "corrupt"
    monkeypatch.setattr(office, "limit", lambda name: 0.2)
    stand_in("sleep 5 & wait")
    assert code(old, "a.doc") == "timeout"


def test_a_picture_goes_the_way_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an OCR engine and a finder of rules that say what a scan of a small table would give."""
    words = [("一、总体情况", 100, 50), ("规章", 110, 120), ("12", 320, 120), ("文件", 110, 170), ("3", 320, 170)]
    lines = [(100, y, 500, y) for y in (100, 150, 200)] + [(x, 100, x, 200) for x in (100, 300, 500)]

    def corners(x: int, y: int, text: str) -> list[tuple[int, int]]:
        return [(x, y), (x + 20 * len(text), y), (x + 20 * len(text), y + 20), (x, y + 20)]

    def engine(picture: object) -> tuple[list[object], None]:
        return [(corners(x, y, text), text, 0.9) for text, x, y in words], None

    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "_engine", lambda: engine)
    monkeypatch.setattr(ocr, "_rules", lambda picture: lines)
    monkeypatch.setattr(ocr, "_array", lambda image: np.zeros((800, 595, 3), np.uint8))
    found = document(picture(), "a.png")
    assert found.text.split("\n") == ["一、总体情况", "", "规章\t12", "文件\t3", ""]
    assert [w.code for w in found.warnings] == ["read_by_ocr"]


def picture() -> bytes:
    image = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    image.new("RGB", (595, 800), "white").save(out, "PNG")
    return out.getvalue()


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra ocr is not installed")
def test_a_scan_is_read_by_the_installed_package() -> None:
    from test_pdf import scan

    found = document(scan("收到申请19件"), "a.pdf")
    assert "收到申请19件" in found.text


def test_documents_in_archives(tmp_path: Path) -> None:
    parts = statutory(1)
    path = tmp_path / "年报.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("一.docx", as_docx(parts))
        archive.writestr("二.xlsx", as_xlsx(parts))
        archive.writestr("三.pdf", b"%PDF-1.4\n%cut")
    found = {item.path: read(item) for item in inputs([str(path)]) if not isinstance(item, Failure)}
    kinds = [f.source.media_type.rpartition(".")[2] for f in found.values() if isinstance(f, Document)]
    assert kinds == ["document", "sheet"]
    assert next(iter(found)) == f"{path}!一.docx"
    assert [f.code for f in found.values() if isinstance(f, Failure)] == ["corrupt"]
    (tmp_path / "misnamed.zip").write_bytes(as_docx(parts))
    (only,) = inputs([str(tmp_path / "misnamed.zip")])
    assert not isinstance(only, Failure)
    assert isinstance(read(only), Document)


@pytest.mark.parametrize("position", ["super 58%", "33% 58%"])
def test_a_raised_mark_of_an_open_document_is_no_digit_of_the_figure_before_it(position: str) -> None:
    styles = (
        f'<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="{position}"/>'
        '</style:style><style:style style:name="T2" style:family="text"><style:text-properties '
        'style:text-position="sub 58%"/></style:style>'
    )  # fmt: skip
    span = '<text:p>12<text:span text:style-name="{}">1</text:span></text:p>'
    for kind in ("text", "spreadsheet"):
        cells = "".join(
            f"<table:table-cell>{x}</table:table-cell>"
            for x in (span.format("T1"), span.format("T2"), "<text:p>16</text:p>")
        )
        table = f'<table:table table:name="a"><table:table-row>{cells}</table:table-row></table:table>'
        assert "12[1]\t121\t16" in document(open_document(kind, table, styles), "a.odt").text


def test_a_raised_mark_of_a_workbook_is_no_digit_of_the_figure_before_it() -> None:
    book = openpyxl.Workbook()
    raised = TextBlock(InlineFont(vertAlign="superscript"), "1")
    book.active.append(["规章", CellRichText("12", raised), 16])
    out = io.BytesIO()
    book.save(out)
    assert "规章\t12[1]\t16" in document(out.getvalue(), "a.xlsx").text
