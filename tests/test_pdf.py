"""PDF: the same cells and sentences as the page, and a clear word for what cannot be read."""

from __future__ import annotations

import html
import io
import re

import pypdfium2
import pytest
from container_kit import as_html, as_pdf, statutory
from gouji.corpus.blocks import Box, lay_out
from gouji.corpus.containers import base, ocr
from gouji.corpus.containers.flow import blocks
from gouji.corpus.containers.paper import Char, Paper, Rule, rows
from gouji.corpus.containers.ruled import tables
from gouji.corpus.reading import Document, read_bytes
from gouji.corpus.report import Failure, Report
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
LONG = (
    "2021年，本机关认真贯彻落实《中华人民共和国政府信息公开条例》，全年主动公开政府信息1204条，其中通过门户网站公开866条，"
    "通过微信公众号公开338条；收到政府信息公开申请19件，上年结转1件，均已在法定期限内答复，没有结转下年度继续办理的申请。"
)


def document(data: bytes) -> Document:
    found = read_bytes(data, "a.pdf")
    assert isinstance(found, Document), found
    return found


def code(data: bytes) -> str:
    found = read_bytes(data, "a.pdf")
    assert isinstance(found, Failure), found
    return found.code


def drawn(*pages: list[tuple[float, float, str]], size: float = 12, turn: int = 0, **options: object) -> bytes:
    """Pages with texts at (x, y from above)."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800), **options)
    for page in pages:
        canvas.setFont(FONT, size)
        canvas.setPageRotation(turn)
        for x, y, text in page:
            canvas.drawString(x, 800 - y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("seed", [1, 4, 5])
def test_a_ruled_pdf_gives_the_same_cells_as_the_page(seed: int, pipeline) -> None:  # type: ignore[no-untyped-def]
    parts = statutory(seed)
    expected = pipeline.read(read_bytes(as_html(parts), "a.html"))
    found = pipeline.read(document(as_pdf(parts)))
    assert isinstance(found, Report)
    assert {a: c.value for a, c in found.cells.items()} == {a: c.value for a, c in expected.cells.items()}
    assert found.source.media_type == "application/pdf"


def test_a_table_without_rules_gives_the_same_cells_as_the_page(pipeline) -> None:  # type: ignore[no-untyped-def]
    parts = statutory(2)
    expected = pipeline.read(read_bytes(as_html(parts), "a.html"))
    found = pipeline.read(document(as_pdf(parts, ruled=False)))
    assert {a: c.value for a, c in found.cells.items()} == {a: c.value for a, c in expected.cells.items()}


def test_wrapped_lines_are_one_paragraph_also_over_a_page() -> None:
    parts = [f"第{n}段。{LONG}" for n in range(24)]
    found = document(as_pdf(parts))
    lines = found.text.split("\n")
    assert [line for line in lines if not re.fullmatch(r"- \d -", line)] == parts
    numbers = [n for _, n in found.pages]
    assert sorted(set(numbers)) == list(range(1, max(numbers) + 1))
    assert max(numbers) > 2
    (foot,) = (found.text[s:e] for s, e, kind in found.regions if kind == "footer")
    assert foot.split("\n") == [f"- {n} -" for n in range(1, max(numbers) + 1)]
    assert found.text.endswith(foot), "a page number between two lines would pass for a figure"


def test_headings_and_short_lines_stay_apart() -> None:
    parts = ["一、总体情况", LONG, "二、主动公开政府信息情况", "无。", "（一）基本情况", LONG]
    assert [x for x in document(as_pdf(parts)).text.split("\n") if x != "- 1 -"] == parts


def test_two_figures_at_a_line_s_end_are_never_one() -> None:
    full = "一" * 39
    text = document(drawn([(60, 100, full + "1"), (60, 120, "2" + full), (60, 140, full), (60, 160, full)])).text
    assert "12" not in text.replace("\n", " ")


def test_a_page_that_is_turned_is_read_upright() -> None:
    for turn in (90, 180, 270):
        data = as_pdf(statutory(4))
        plain = document(data).text
        pdf = pypdfium2.PdfDocument(data)
        for page in pdf:
            page.set_rotation(turn)
        out = io.BytesIO()
        pdf.save(out)
        # the page is now shown turned, as a scanner's feeder leaves it: its lines run down or upside down
        turned = document(out.getvalue()).text
        assert sorted(set(turned) - set(" \n\t")) == sorted(set(plain) - set(" \n\t"))


def test_bold_by_drawing_twice_is_read_once() -> None:
    assert document(drawn([(60, 100, "公开19件"), (60.4, 100, "公开19件")])).text == "公开19件"
    assert document(drawn([(60, 100, "1100件")])).text == "1100件"


def test_page_heads_that_come_again_are_named() -> None:
    pages = [[(200, 40, "柳溪县水务局"), (60, 100 + n, f"第{n}句，收到申请{n}件。")] for n in range(3)]
    found = document(drawn(*pages))
    assert [found.text[s:e] for s, e, kind in found.regions if kind == "aside"] == ["\n".join(["柳溪县水务局"] * 3)]
    assert found.text.count("柳溪县水务局") == 3


def test_radicals_are_the_characters_that_they_print() -> None:
    from gouji.corpus.containers.pdf import _radicals

    table = _radicals()
    assert "".join(table[ord(c)] for c in "⽇⾏⼀⺠⻓⻚") == "日行一民长页"
    assert all(len(v) == 1 for v in table.values())


# -- what cannot be read ---------------------------------------------------------


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    data = drawn([(60, 100, "收到申请19件")])
    assert code(drawn([(60, 100, "x")], encrypt=StandardEncryption("user", "owner"))) == "unsupported"
    assert document(drawn([(60, 100, "收到申请19件")], encrypt=StandardEncryption("", "owner"))).text == "收到申请19件"
    assert code(data[:200]) == "corrupt"
    assert code(b"%PDF-1.7\n" + b"\0" * 400) == "corrupt"
    assert code(drawn([])) == "empty"
    monkeypatch.setattr(base, "limit", lambda name: 3)
    monkeypatch.setattr("gouji.corpus.containers.pdf.limit", lambda name: 3)
    assert code(drawn(*[[(60, 100, "页")]] * 4)) == "too_large"


def test_a_scan_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    found = read_bytes(scan("收到申请19件"), "a.pdf")
    assert isinstance(found, Failure)
    assert found.code == "unsupported"
    assert "gouji[ocr]" in found.message


def test_a_picture_among_pages_of_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    pdf = pypdfium2.PdfDocument(as_pdf([LONG]))
    pdf.import_pages(pypdfium2.PdfDocument(scan("表")))
    out = io.BytesIO()
    pdf.save(out)
    found = document(out.getvalue())
    assert [w.code for w in found.warnings] == ["page_is_picture"]
    assert "第 2 页" in found.warnings[0].message


def scan(text: str) -> bytes:
    """A page that is a picture of a text."""
    from reportlab.lib.utils import ImageReader

    page = pypdfium2.PdfDocument(drawn([(60, 100, text)], size=16))[0]
    picture = page.render(scale=2).to_pil()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800))
    canvas.drawImage(ImageReader(picture), 0, 0, 600, 800)
    canvas.save()
    return out.getvalue()


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=30))
def test_no_damage_brings_the_reader_down(places: list[tuple[float, int]]) -> None:
    damaged = bytearray(SMALL)
    for place, value in places:
        damaged[min(int(place * len(SMALL)), len(SMALL) - 1)] = value
    found = read_bytes(bytes(damaged), "a.pdf")
    assert isinstance(found, Document) or found.code != "internal", found


SMALL = as_pdf(["一、总体情况", LONG])


# -- the geometry alone ------------------------------------------------------------


def printed(text: str, x: float, y: float, size: float = 10) -> list[Char]:
    return [Char(c, x + i * size, y, x + (i + 1) * size, y + size) for i, c in enumerate(text)]


SPANS = st.lists(st.lists(st.integers(1, 3), min_size=2, max_size=4), min_size=2, max_size=5)


@given(SPANS, st.floats(-0.8, 0.8))
def test_rules_give_back_the_cells_that_they_were_drawn_for(spans: list[list[int]], shift: float) -> None:
    """Rows of merged cells, drawn cell by cell with a little carelessness, come back with spans and texts."""
    width = max(map(sum, spans))
    spans = [row if sum(row) == width else [*row, width - sum(row)] for row in spans]
    rules: list[Rule] = []
    chars: list[Char] = []
    expected: list[list[Box]] = []
    for r, row in enumerate(spans):
        at = 0
        expected.append([])
        for k, span in enumerate(row):
            x0, x1, y0, y1 = at * 50.0, (at + span) * 50.0, r * 30.0, (r + 1) * 30.0
            rules += [Rule(x0, y0 + shift, x1, y0 + shift), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1)]
            rules.append(Rule(x1 + shift, y0, x1 + shift, y1))
            text = f"格{r}{k}"
            chars += printed(text, x0 + 8, y0 + 10)
            expected[-1].append(Box(span, 1, text))
            at += span
    (table,) = tables(rules)
    used = sorted({sum(row[:k]) for row in spans for k in range(len(row) + 1)})
    for row in expected:  # columns that no rule shows are not there
        at = 0
        for box in row:
            end = at + box.colspan
            box.colspan = used.index(end) - used.index(at)
            at = end
    assert lay_out(table.boxes(chars)) == lay_out(expected)


def test_a_frame_around_a_text_is_no_table() -> None:
    frame = [Rule(0, 0, 300, 0), Rule(0, 100, 300, 100), Rule(0, 0, 0, 100), Rule(300, 0, 300, 100)]
    paper = Paper(1, 600, 800, printed("框里的一段文字", 20, 40), frame)
    assert [b.text for b in blocks([paper])] == ["框里的一段文字"]


def test_words_and_gaps_of_a_line() -> None:
    chars = printed("办结", 0, 0) + printed("19件", 21, 0) + printed("合计", 140, 0)
    (row,) = rows(chars)
    assert [chunk.text for chunk in row.chunks] == ["办结19件", "合计"]


def test_the_same_line_of_html_and_pdf() -> None:
    line = html.escape("收到申请19件，答复率98.5%，费用1,204.50元（含上年）。")
    assert document(as_pdf([line])).text.split("\n")[0] == line


def test_a_finding_names_its_printed_page(pipeline) -> None:  # type: ignore[no-untyped-def]
    from gouji.inference.display import Lines

    parts = statutory(1)
    report = pipeline.read(document(as_pdf([*parts[:3], *[LONG] * 12, *parts[3:]])))
    assert isinstance(report, Report)
    lines = Lines(report.text, report.pages)
    last = report.cells["review_litigation/review/total"]
    assert lines.page(0) == 1
    assert lines.page(last.spans[0].start) >= 3
    assert re.fullmatch(r"第 \d 页，第 \d+ 行", lines.place(last.spans[0].start))
    assert Lines("一\n二").place(2) == "第 2 行"
    assert "pages" not in report.to_dict()


def test_labels_broken_over_lines_go_with_their_figures() -> None:
    def row(y: float, *pieces: tuple[float, str]) -> list[Char]:
        return [c for x, text in pieces for c in printed(text, x, y)]

    chars = [
        *row(100, (50, "项目"), (300, "甲"), (400, "乙")),
        *row(124, (50, "这是一个长的"), (300, "1"), (400, "2")), *row(136, (50, "名称")),
        *row(160, (50, "短名"), (400, "3")),
        *row(179, (50, "上半")), *row(185, (300, "4"), (400, "5")), *row(191, (50, "下半")),
    ]  # fmt: skip
    lines = [b.text for b in blocks([Paper(1, 600, 800, chars, [])]) if b.text]
    assert lines == ["项目\t甲\t乙", "这是一个长的名称\t1\t2", "短名\t\t3", "上半下半\t4\t5"]


def table(*lines: tuple[float, list[tuple[float, str]]], page: int = 1) -> Paper:
    """A page with texts at (x, y)."""
    chars = [c for y, pieces in lines for x, text in pieces for c in printed(text, x, y)]
    return Paper(page, 600, 800, chars, [])


def fields(*papers: Paper) -> list[list[str]]:
    return [b.text.split("\t") for b in blocks(papers) if b.kind == "table"]


HEADS = [(200, "甲类"), (300, "乙类"), (400, "丙类")]


@pytest.mark.parametrize("aside", [-30, 0, 35])
def test_figures_at_the_edge_of_their_boxes_stand_below_their_own_heads(aside: int) -> None:
    """Heads in the middle of wide boxes: figures at the left or right stand below none, and some boxes are empty."""
    found = fields(table(
        (100, [(50, "项目"), *HEADS]),
        (120, [(50, "规章"), (300 + aside, "5")]),
        (140, [(50, "许可"), (200 + aside, "7"), (400 + aside, "2")]),
        (160, [(50, "处罚"), (300 + aside, "8"), (400 + aside, "9")]),
    ))  # fmt: skip
    assert found[1:] == [["规章", "", "5", ""], ["许可", "7", "", "2"], ["处罚", "", "8", "9"]]
    assert found[0] == ["项目", "甲类", "乙类", "丙类"]


def test_a_column_and_a_row_without_a_figure_stay() -> None:
    found = fields(table(
        (100, [(50, "项目"), *HEADS]), (120, [(50, "规章")]), (140, [(50, "许可"), (400, "7")]), (160, [(50, "处罚")]),
    ))  # fmt: skip
    assert found[1:] == [["规章", "", "", ""], ["许可", "", "", "7"], ["处罚", "", "", ""]]
    assert found[0] == ["项目", "甲类", "乙类", "丙类"]


def test_a_label_of_many_lines_is_one_row_whatever_the_height_of_its_figures() -> None:
    lines = ["这是一个很长的", "名称分在四行的", "第三行才有的字", "结尾"]
    for y in (140, 146, 152, 158, 176):
        found = fields(table(
            (100, [(50, "项目"), *HEADS]), (120, [(50, "短名"), (200, "1"), (300, "2"), (400, "3")]),
            *((140 + 12 * n, [(50, text)]) for n, text in enumerate(lines)), (y, [(200, "4"), (400, "6")]),
            (200, [(50, "末行"), (300, "8"), (400, "9")]),
        ))  # fmt: skip
        assert found[1:] == [["短名", "1", "2", "3"], ["".join(lines), "4", "", "6"], ["末行", "", "8", "9"]], y


def test_new_heads_begin_new_columns_below_empty_rows() -> None:
    found = fields(table(
        (100, [(50, "项目"), *HEADS]), (120, [(50, "规章")]), (140, [(50, "规范性文件")]),
        (160, [(50, "项目"), (290, "处理数量")]), (180, [(50, "许可"), (305, "7")]), (200, [(50, "处罚"), (305, "8")]),
    ))  # fmt: skip
    assert [[text for text in row if text] for row in found] == [
        ["项目", "甲类", "乙类", "丙类"], ["规章"], ["规范性文件"], ["项目", "处理数量"], ["许可", "7"], ["处罚", "8"],
    ]  # fmt: skip
    assert len({row.index(text) for row in found for text in row if text in ("处理数量", "7", "8")}) == 1


def test_a_table_without_rules_goes_on_overleaf_in_its_columns() -> None:
    first = table((700, [(50, "项目"), *HEADS]), (720, [(50, "规章")]))
    second = table((60, [(50, "许可"), (300, "7")]), (80, [(50, "处罚"), (300, "8"), (400, "9")]), page=2)
    assert fields(first, second) == [
        ["项目", "甲类", "乙类", "丙类"], ["规章", "", "", ""], ["许可", "", "7", ""], ["处罚", "", "8", "9"],
    ]  # fmt: skip


def test_parts_of_a_table_over_pages_are_one_and_their_figures_stand_below_each_other() -> None:
    first = table((700, [(50, "项目"), *HEADS]), (720, [(50, "规章"), (200, "1"), (300, "2"), (400, "3")]))
    second = table((60, [(50, "甲组"), (100, "许可"), (300, "7")]), (80, [(100, "处罚"), (400, "9")]), page=2)
    assert fields(first, second)[1:] == [
        ["", "规章", "1", "2", "3"], ["甲组", "许可", "", "7", ""], ["", "处罚", "", "", "9"],
    ]  # fmt: skip


def test_characters_set_wide_apart_are_one_head() -> None:
    found = fields(table(
        (100, [(50, "项目"), (200, "甲"), (225, "类"), (300, "合"), (330, "计")]),
        (120, [(50, "许可"), (212, "7"), (315, "8")]), (140, [(50, "处罚"), (212, "3"), (315, "5")]),
    ))  # fmt: skip
    assert found == [["项目", "甲类", "合计"], ["许可", "7", "8"], ["处罚", "3", "5"]]


def test_blanks_between_figures_part_them() -> None:
    """A text layer may fill the room between boxes with blanks."""
    paper = table(
        (100, [(50, "项目"), *HEADS[:2]]), (120, [(50, "许可")]), (140, [(50, "处罚"), (200, "3"), (300, "5")]),
    )  # fmt: skip
    row = "12" + 18 * " " + "7"
    paper.chars += [Char(c, 200 + 5 * n, 120, 205 + 5 * n, 130) for n, c in enumerate(row)]
    assert fields(paper) == [["项目", "甲类", "乙类"], ["许可", "12", "7"], ["处罚", "3", "5"]]


def test_a_raised_figure_is_no_digit_of_the_one_before_it() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 800))
    for y, font, size, rise in ((700, FONT, 12, 4), (650, "Helvetica", 12, 5), (600, "Times-Roman", 10.5, 3.5)):
        text = canvas.beginText(60, y)
        pieces = [("收到申请", FONT, 0), ("12", font, 0), ("13", font, 1), ("件，共20m", FONT, 0), ("2", font, 1)]
        for piece, own, raised in pieces:
            text.setFont(own, 0.6 * size if raised else size)
            text.setRise(rise * raised)
            text.textOut(piece)
        canvas.drawText(text)
    canvas.save()
    assert document(out.getvalue()).text.split("\n") == ["收到申请12[13]件，共20m2"] * 3
    small = [Char("1", 210, 118, 214, 123)]
    paper = table((100, [(50, "项目"), *HEADS[:2]]), (120, [(50, "许可"), (200, "7"), (300, "8")]))
    paper.chars[-1:-1] = small
    assert fields(paper)[1] == ["许可", "7[1]", "8"]


def test_prose_with_figures_is_no_table() -> None:
    lines = ["收到申请 19 件，办结 18 件，", "结转 1 件；公开信息 204 条。", "培训 2 次，参加 36 人次。"]
    found = blocks([Paper(1, 600, 800, [c for i, t in enumerate(lines) for c in printed(t, 50, 100 + 20 * i)], [])])
    assert not any(b.kind == "table" for b in found)
