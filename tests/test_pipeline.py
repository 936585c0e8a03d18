"""The whole path with the weights that ship: what it finds in the examples, and what must hold for any text."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import gouji
import pytest
from contract_shape import check_shape
from gouji.corpus.generate import generate
from gouji.corpus.reading import Document, read_bytes, read_path
from gouji.corpus.report import Failure, Report
from gouji.corpus.scripts import to_traditional
from gouji.inference.pipeline import Pipeline, build
from gouji.inference.view import show
from gouji.models.sections import SectionModel
from gouji.models.store import ModelError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

# -- the examples --------------------------------------------------------------------

TRUTH: list[dict[str, Any]] = [
    {
        "agency": "柳溪县云蒲镇人民政府",
        "year": 2022,
        "form": "2021",
        "figures": {"requests/new/total": 2, "requests/granted/natural_person": 2, "requests/result_total/total": 2,
                    "active_disclosure/licensing/decisions": 126, "active_disclosure/fees/amount": 0,
                    "active_disclosure/normative_documents/in_force": 3, "review_litigation/review/total": 0},
        "n_cells": 10 + 25 * 7 + 15,
        "claims": {("disclosure/website", 136), ("requests/new/total", 2), ("requests/on_time_rate", 100),
                   ("review_litigation/review/total", 0), ("training/people", 38), ("requests/fees_charged", 0)},
        "contradicted": set(),
    },
    {
        "agency": "青岚市柏洲区人民政府",
        "year": 2023,
        "form": "2021",
        "figures": {"requests/new/total": 46, "requests/new/legal_service": 3, "requests/result_total/total": 44,
                    "requests/denied.process_information/commercial": 1, "requests/carried_out/natural_person": 2,
                    "active_disclosure/fees/amount": 1204.6, "review_litigation/review/pending": 1,
                    "review_litigation/direct_suit/upheld": 1, "active_disclosure/coercion/decisions": 35},
        "n_cells": 10 + 25 * 7 + 15,
        "claims": {("requests/new/total", 47), ("requests/carried_in/total", 2), ("requests/granted/total", 19),
                   ("requests/denied.*/total", 5), ("disclosure/website", 11820), ("disclosure/gazette.issues", 6),
                   ("review_litigation/review/corrected", 1), ("proposals.npc/received", 96)},
        "contradicted": {("claim_vs_table", "requests/new/total", 47, 46),
                         ("claim_vs_table", "requests/result_total/total", 45, 44),
                         ("balance", "natural_person"), ("balance", "total"),
                         ("result_sum", "natural_person"), ("result_sum", "legal_service"), ("result_sum", "total"),
                         ("claim_vs_claim", 47, 45)},
    },
    {
        "agency": "澜川市生态环境局",
        "year": 2020,
        "form": "2019",
        "figures": {"requests/new/total": 8, "requests/new/commercial": 2, "requests/result_total/total": 7,
                    "requests/carried_out/total": 1},
        "n_cells": 22 + 23 * 7 + 15,
        "claims": {("requests/new/total", 8), ("requests/carried_out/total", 1), ("disclosure/items", 1964),
                   ("review_litigation/review/total", 0)},
        "contradicted": set(),
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def documents(examples: list[Path]) -> list[Document]:
    found = [read_path(path) for path in examples]
    assert all(isinstance(d, Document) for d in found)
    return found  # type: ignore[return-value]


@pytest.fixture(scope="module")
def reports(pipeline: Pipeline, documents: list[Document]) -> list[Report]:
    return [_read(pipeline, document) for document in documents]


def _read(pipeline: Pipeline, document: Document | Failure) -> Report:
    assert isinstance(document, Document), document
    answer = pipeline.read(document)
    assert isinstance(answer, Report), answer
    return answer


def _contradictions(report: Report) -> set[tuple]:
    out: set[tuple] = set()
    for finding in report.findings:
        if finding.verdict != "contradicted":
            continue
        if finding.kind == "claim_vs_table":
            out.add((finding.kind, finding.cells[0], finding.stated, finding.found))
        elif finding.kind == "identity":
            out.add((finding.reason, finding.cells[0].rpartition("/")[2]))
        else:
            told = [finding.claim, *finding.other_claims]
            values = [report.claims[i].value for i in told if i is not None]
            out.add((finding.kind, 47, 45) if {47, 45} <= {*values} else (finding.kind, *values))
    return out


@pytest.mark.parametrize("i", range(3))
def test_an_example_is_read_as_it_is(reports: list[Report], i: int) -> None:
    report, truth = reports[i], TRUTH[i]
    assert (report.agency, report.year, report.form) == (truth["agency"], truth["year"], truth["form"])
    cells = report.cells
    assert {a: cells[a].value for a in truth["figures"] if a in cells} == truth["figures"]
    assert len(cells) == truth["n_cells"]
    assert truth["claims"] <= {(c.metric, c.value) for c in report.claims}
    ids = [*dict.fromkeys(s.id for s in report.sections if s.id != "colophon")]  # a page may print its title twice
    preamble = ["preamble"] if i < 2 else []
    assert ids == ["title", *preamble, "overview", "active_disclosure", "requests", "review_litigation",
                   "problems", "other_matters"]  # fmt: skip


@pytest.mark.parametrize("i", range(3))
def test_what_contradicts_itself_in_an_example_is_found_and_nothing_else(reports: list[Report], i: int) -> None:
    assert _contradictions(reports[i]) == TRUTH[i]["contradicted"]


def test_every_contradiction_tells_a_clerk_what_collides(reports: list[Report]) -> None:
    found = [f for f in reports[1].findings if f.verdict == "contradicted"]
    for finding in found:
        assert finding.reason
        assert str(finding.stated) in finding.explanation or str(finding.found) in finding.explanation
        assert finding.explanation.endswith("。")
        assert finding.cells or finding.claim is not None


# -- the shape -----------------------------------------------------------------------


@pytest.mark.parametrize("i", range(3))
def test_an_answer_has_the_shape_of_the_contract(reports: list[Report], i: int) -> None:
    answer = json.loads(json.dumps(reports[i].to_dict()))
    check_shape(answer, reports[i].text)
    assert Report.from_dict(answer, reports[i].text).to_dict() == answer


@pytest.mark.parametrize("split", ["dev", "test", "test-hard"])
def test_generated_reports_too(pipeline: Pipeline, split: str) -> None:
    for example in generate(split, 12, 3):
        answer = pipeline.read_text(example.text, example.id)
        check_shape(answer.to_dict(), example.text)
        assert isinstance(answer, Report), (example.id, answer)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (" \n\t", "empty"), ("今天天气很好。", "not_a_report"), ("0\n" * 300, "not_a_report"),
     ("招标公告：采购电脑12台，预算8万元。\n" * 40, "not_a_report")],
)  # fmt: skip
def test_what_is_no_report_is_answered_with_its_code(pipeline: Pipeline, text: str, code: str) -> None:
    answer = pipeline.read_text(text)
    assert isinstance(answer, Failure)
    assert answer.code == code
    check_shape(answer.to_dict())


# -- any text ------------------------------------------------------------------------

SCRAPS = ["\n", "\t", "|", " ", "　", "0", "12", "１２", "件", "总计", "（七）总计", "四、", "一、总体情况",
          "收到", "均", "無", "。", "\r", "<td>", "[[", "||", "&nbsp;", "9" * 30, "\x00",
          "\ufeff", "\u200b", "\ud83d\ude00", "\ud800", "𠀀"]  # fmt: skip


@st.composite
def ruins(draw: st.DrawFn) -> str:
    """A generated report, cut, doubled and sprinkled with what pages are littered with."""
    text = next(iter(generate("test-hard", 1, draw(st.integers(0, 30))))).text
    rng = random.Random(draw(st.integers(0, 2**20)))
    for _ in range(draw(st.integers(1, 30))):
        at, to = sorted(rng.randrange(len(text) + 1) for _ in range(2)) if rng.random() < 0.1 else (0, 0)
        place = rng.randrange(len(text) + 1)
        text = text[:at] + text[to:] if to - at < len(text) // 2 else text
        text = text[:place] + rng.choice(SCRAPS) * rng.choice([1, 1, 1, 5]) + text[place:]
    return text


@given(text=ruins())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_whatever_is_done_to_a_report_the_answer_is_sound(pipeline: Pipeline, text: str) -> None:
    answer = pipeline.read_text(text)
    check_shape(answer.to_dict(), text)


@given(text=st.lists(st.sampled_from(SCRAPS), max_size=60).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_scraps_alone_are_answered(pipeline: Pipeline, text: str) -> None:
    check_shape(pipeline.read_text(text).to_dict(), text)


def test_one_gigantic_line_is_answered_in_time(pipeline: Pipeline, documents: list[Document]) -> None:
    line = " ".join(documents[1].text.split()) * 40  # 100,000 characters
    check_shape(pipeline.read_text(line).to_dict(), line)


# -- one report in other clothes -----------------------------------------------------


def _gist(report: Report) -> tuple:
    """What must not change with the clothes: figures, facts, findings."""
    cells = {a: c.value for a, c in report.cells.items()}
    claims = Counter((c.metric, c.value, c.unit, c.comparator, c.scope, c.period, c.section) for c in report.claims)
    findings = Counter((f.kind, f.verdict, f.cells, f.stated, f.found, f.reason) for f in report.findings)
    return cells, claims, findings, [s.id for s in report.sections], report.agency, report.year, report.form


def _pair(document: Document, data: bytes) -> tuple[Document, Document]:
    again = read_bytes(data, document.source.path)
    assert isinstance(again, Document)
    return document, again


ENCODINGS = ["utf-8-sig", "gb18030", "utf-16", "utf-16-be", "utf-16-le"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("i", [0, 1])
def test_another_encoding_changes_nothing(
    pipeline: Pipeline, reports: list[Report], documents: list[Document], encoding: str, i: int
) -> None:
    again = read_bytes(documents[i].text.encode(encoding), documents[i].source.path)
    assert isinstance(again, Document)
    assert again.text.lstrip("\ufeff") == documents[i].text
    assert _gist(_read(pipeline, again)) == _gist(reports[i])


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n", " \n", "\n　　"])
@pytest.mark.parametrize("i", [0, 1])
def test_other_line_ends_change_nothing(
    pipeline: Pipeline, reports: list[Report], documents: list[Document], end: str, i: int
) -> None:
    again = _read(pipeline, Document(documents[i].source, documents[i].text.replace("\n", end)))
    assert _gist(again) == _gist(reports[i])


def _figures_and_contradictions(report: Report) -> tuple:
    return {a: c.value for a, c in report.cells.items()}, _contradictions(report)


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in text)


CLOTHES = {
    "full width digits": _full_width,
    "half width punctuation": lambda text: unicodedata.normalize("NFKC", text),
    "traditional script": lambda text: to_traditional(text, "plain"),
    "traditional words": lambda text: to_traditional(text, "vocabulary"),
    "blanks at line ends": lambda text: text.replace("\n", "　 \n"),
    "no-break spaces before figures": lambda text: text.replace("| ", "|\xa0").replace("\n0", "\n\xa00"),
    "zero width characters": lambda text: text.replace("、", "、\u200b"),
}


@pytest.mark.parametrize("clothes", CLOTHES)
@pytest.mark.parametrize("i", range(3))
def test_other_clothes_leave_figures_and_contradictions(
    pipeline: Pipeline, reports: list[Report], documents: list[Document], clothes: str, i: int
) -> None:
    text = CLOTHES[clothes](documents[i].text)
    again = pipeline.read_text(text)
    assert isinstance(again, Report)
    check_shape(again.to_dict(), text)
    assert _figures_and_contradictions(again) == _figures_and_contradictions(reports[i])


def test_big5_is_read(pipeline: Pipeline, reports: list[Report], documents: list[Document]) -> None:
    text = to_traditional(documents[0].text, "plain")
    data = text.encode("big5hkscs", "ignore")
    again = _read(pipeline, read_bytes(data, "report.txt"))
    assert again.source.encoding.lower().startswith("big5")
    assert _figures_and_contradictions(again) == _figures_and_contradictions(reports[0])


def test_a_report_does_not_depend_on_those_before_it(
    pipeline: Pipeline, reports: list[Report], documents: list[Document]
) -> None:
    pipeline.read_text(documents[2].text * 3)
    assert [_read(pipeline, d) for d in documents] == reports
    assert [_read(pipeline, d) for d in reversed(documents)] == reports[::-1]


def test_another_process_says_the_same(model: str | None, examples: list[Path], reports: list[Report]) -> None:
    code = (
        "import json, sys\nfrom gouji.inference.pipeline import check_path\n"
        f"for p in {[str(e) for e in examples]!r}:\n"
        f"    print(json.dumps([r.to_dict() for r in check_path(p, {model!r})]))"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    found = [json.loads(line)[0] for line in done.stdout.decode().splitlines()]
    for one, report in zip(found, reports, strict=True):
        assert {**one, "source": ""} == {**json.loads(json.dumps(report.to_dict())), "source": ""}


# -- the Python face -----------------------------------------------------------------


def test_the_package_offers_what_the_readme_says(model: str | None, examples: list[Path]) -> None:
    text = examples[1].read_text("utf-8")
    report = gouji.check_text(text, model=model)
    assert any(f.verdict == "contradicted" for f in report.findings)
    answers = list(gouji.check_path(examples[0].parent, model=model))
    assert [Path(a.source.path).name for a in answers] == [p.name for p in examples]
    with pytest.raises(AttributeError, match="no attribute"):
        gouji.nothing  # noqa: B018


def test_checks_alone_give_the_same_findings(pipeline: Pipeline, reports: list[Report]) -> None:
    for report in reports:
        assert pipeline.check(report) == report.findings


def test_spans_stand_on_the_doc(pipeline: Pipeline, documents: list[Document], reports: list[Report]) -> None:
    for document, report in zip(documents, reports, strict=True):
        doc = pipeline.nlp(document.text)
        claims = [(s.text, s.label_, (s.start_char, s.end_char)) for s in doc.spans["claims"]]
        assert claims == [(c.text, c.metric, tuple(span)) for c in report.claims for span in c.spans]
        cells = [(s.text, s.label_) for s in doc.spans["cells"]]
        assert cells == [(document.text[a:b], c.address) for t in report.tables for c in t.cells for a, b in c.spans]
        assert "".join(s.text for s in doc.spans["sections"]) == document.text
        assert {s.label_ for s in doc.spans["sections"]} == {s.id for s in report.sections}


def test_many_texts_through_spacy(pipeline: Pipeline, documents: list[Document], reports: list[Report]) -> None:
    for doc, report in zip(pipeline.nlp.pipe(d.text for d in documents), reports, strict=True):
        assert doc._.draft.findings == report.findings
        assert [s.label_ for s in doc.spans["claims"]] == [c.metric for c in report.claims for _ in c.spans]


def test_written_to_disk_and_read_again_it_says_the_same(
    model: str | None, pipeline: Pipeline, documents: list[Document], reports: list[Report], tmp_path: Path
) -> None:
    pipeline.nlp.to_disk(tmp_path / "nlp")
    again = Pipeline(build(model).from_disk(tmp_path / "nlp"))
    assert [_read(again, d) for d in documents] == reports


def test_spacy_loads_it_without_any_other_import(
    pipeline: Pipeline, documents: list[Document], reports: list[Report], tmp_path: Path
) -> None:
    pipeline.nlp.to_disk(tmp_path / "nlp")
    (tmp_path / "text").write_bytes(documents[1].text.encode())
    code = (
        "import spacy, pathlib\n"
        f"doc = spacy.load({str(tmp_path / 'nlp')!r})(pathlib.Path({str(tmp_path / 'text')!r}).read_bytes().decode())\n"
        "print(len(doc.spans['claims']), len(doc.spans['cells']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    spans = [sum(len(c.spans) for c in reports[1].claims)]
    spans.append(sum(len(c.spans) for t in reports[1].tables for c in t.cells))
    assert done.stdout.split() == [str(n) for n in spans]


def test_components_say_what_they_need(pipeline: Pipeline) -> None:
    assert pipeline.nlp.pipe_names == ["gouji_sections", "gouji_tables", "gouji_claims", "gouji_checks"]
    assert not pipeline.nlp.analyze_pipes()["problems"]["gouji_claims"]


def test_models_that_are_not_there_are_said(tmp_path: Path, reports: list[Report]) -> None:
    from gouji.inference.pipeline import load

    with pytest.raises(ModelError, match="train"):
        load(str(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match="train"):
        load(str(tmp_path))
    with pytest.raises(ModelError):
        SectionModel.load(tmp_path)


def test_odd_enumerators_are_numbers_like_others(pipeline) -> None:
    text = (
        "青岚市云蒲镇2023年政府信息公开工作年度报告\n1、总体情况\n我镇全年主动公开政府信息12条。\n"
        "2、主动公开政府信息情况\n见附表。\n3、收到和处理政府信息公开申请情况\n未收到申请。\n"
        "4、政府信息公开行政复议、行政诉讼情况\n无。\n5、存在的主要问题及改进情况\n公开还不够及时，今后改进。\n"
        "6、其他需要报告的事项\n无。\n"
    )
    odd = text
    for n, sign in enumerate("①②③④⑤⑥", 1):
        odd = odd.replace(f"\n{n}、", f"\n{sign}")
    ids = [[s.id for s in pipeline.read_text(t).sections] for t in (text, odd)]
    assert ids[0] == ids[1]
    assert "problems" in ids[0]


# -- claims without a figure -----------------------------------------------------------

UNFILLED = """青岚市柳溪县水务局2021年政府信息公开工作年度报告

一、总体情况
2021年，我局主动公开政府信息{blank}条。全年收到政府信息公开申请{blank}件，办结18件，均在15个工作日内答复。
"""


@pytest.mark.parametrize("blank", ["xx", "**", "　　", "  ", "××"])
def test_a_figure_that_was_not_filled_in_is_no_nought(pipeline: Pipeline, blank: str) -> None:
    report = pipeline.read_text(UNFILLED.format(blank=blank))
    assert isinstance(report, Report)
    told = {c.metric: c.value for c in report.claims}
    assert told["requests/new/total"] is None
    assert told.get("disclosure/items") is None
    assert (told["requests/result_total/total"], told["requests/on_time_rate"]) == (18, 100)
    missing = [f for f in report.findings if f.reason == "figure_absent"]
    assert {report.claims[f.claim].metric for f in missing if f.claim is not None} >= {"requests/new/total"}
    assert all(f.verdict == "missing" and f.stated is None for f in missing)
    assert not any(f.verdict == "contradicted" for f in report.findings)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("全年行政复议一件没有。", 0),
        ("全年行政复议一件也没有。", 0),
        ("全年没有一件行政复议。", 0),
        ("全年不见一件行政复议。", 0),
        ("全年一件行政复议案件也没有发生。", 0),
        ("全年收到行政复议一件。", 1),
        ("全年收到行政复议1件，没有行政诉讼。", 1),
    ],
)
def test_not_one_is_nought(pipeline: Pipeline, said: str, value: int) -> None:
    """The 一 of 一件没有 is no count."""
    report = pipeline.read_text(
        "青岚县水利局2023年政府信息公开工作年度报告\n一、总体情况\n"
        "2023年，我局主动公开政府信息120条，收到政府信息公开申请19件。\n" + said + "\n"
    )
    assert isinstance(report, Report)
    assert {c.value for c in report.claims if c.metric == "review_litigation/review/total"} == {value}


def test_statements_of_one_passage_are_shown_in_it_together(pipeline: Pipeline) -> None:
    said = "全年收到政府信息公开申请19件，上年结转2件，办结18件，结转下年度继续办理4件。"
    report = pipeline.read_text(f"青岚县水利局2023年政府信息公开工作年度报告\n一、总体情况\n{said}\n")
    console = Console(file=io.StringIO(), width=400)
    show(console, report)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "矛盾" in shown
    assert shown.count("行 │") == 1
    assert f"第 3 行 │ {said}" in shown
