"""Annotation in and out: nothing is lost on the way, nothing broken is taken."""

from __future__ import annotations

import json
import xml.etree.ElementTree as Xml
from pathlib import Path
from typing import Any

import pytest
import spacy
from gouji.corpus.examples import read_folder
from gouji.corpus.formats import FORMATS, Annotated, Refused, of_example, of_report, read, write
from gouji.corpus.formats.base import faults
from gouji.corpus.formats.label_studio import labelling_config, task_of
from gouji.corpus.forms import section_ids
from gouji.corpus.generate import generate
from gouji.corpus.markup import Fact, Mark, Marked, in_order, parse
from gouji.inference import cli
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin, Span
from stand_in import text_of
from typer.testing import CliRunner, Result

SMALL = (
    "[[#title]]青岚市水务局2021年年报\r\n[[#overview]]一、总体情况\r\n全年[[收到申请12件||requests/new/total =12件]]，"
    "[[均按时答复||requests/on_time_rate =100%]]；"
    "[[分别为3、4件||requests/by_channel.web =3件; requests/by_channel.letter =4件]]。\r\n"
    "[[#requests]]三、收到和处理情况\r\n[[+requests]]本年新收\t"
    "[[12||@requests/new/total =12]]\t[[||@requests/new/other]]"
    "\t[[3||@requests/extra:其他 说明/total =3件]]\r\n[[-requests]]𠮷 \\[[见附件\\]]"
)


@pytest.fixture(scope="module")
def items() -> list[Annotated]:
    made = [of_example(e) for split in ("train", "test-hard") for e in generate(split, 8, 11)]
    hand = Annotated("small", parse(SMALL))
    long = "requests/new/commercial + requests/new/research + requests/new/ngo + requests/new/legal_service"
    marks = (
        Mark(0, 3, "claim", "", (Fact(f"ratio({long}, requests/new/total)", 5.5, "%", "~", "part", "previous"),)),
        Mark(4, 6, "claim", "", (Fact("other", 1), Fact("other", 2))),
    )
    return [*made, hand, Annotated("long", Marked("一二三，五六\n", marks))]


def back(form: str, folder: Path, **options: Any) -> tuple[dict[str, Annotated], list[Refused]]:
    found = list(read(form, folder, **options))
    taken = {a.name: a for a in found if isinstance(a, Annotated)}
    return taken, [r for r in found if isinstance(r, Refused)]


@pytest.mark.parametrize("form", FORMATS)
def test_a_round_trip_loses_nothing(form: str, items: list[Annotated], tmp_path: Path) -> None:
    assert write(form, items, tmp_path) == len(items)
    taken, refused = back(form, tmp_path)
    assert not refused
    for item in items:
        found = taken[item.name]
        assert found.marked.text == item.marked.text
        assert found.marked.marks == in_order(item.marked.marks)
        assert found.about == item.about
        assert not found.is_predicted


_TEXTS = st.text(st.sampled_from("收到申请12件。 \t\n\r𠮷é[]\\|﻿"), min_size=1, max_size=60)


@st.composite
def _annotated(draw: st.DrawFn) -> Annotated:
    text = draw(_TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    starts = [0, *sorted(draw(st.sets(st.sampled_from(cuts or [0]), max_size=2)))]
    leaves = [
        Mark(a, b, "claim", "", (Fact("requests/new/total", 12, "件"),))
        if draw(st.booleans()) and text[a:b].strip()
        else Mark(a, b, "cell", "requests/new/total", (), draw(st.sampled_from([None, 3, 2.5])))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    sections = [
        Mark(a, b, "section", s)
        for a, b, s in zip(starts, [*starts[1:], len(text)], section_ids(), strict=False)
        if b > a and not any(m.start < a < m.end for m in leaves)
    ]
    kept = [m for i, m in enumerate(sections) if i == 0 or m.start == sections[i - 1].end]
    if kept and kept[-1].end < len(text):
        kept[-1] = Mark(kept[-1].start, len(text), "section", kept[-1].address)
    return Annotated("x", Marked(text, in_order([*kept, *leaves])))


@settings(max_examples=60, deadline=None)
@given(item=_annotated())
@pytest.mark.parametrize("form", [f for f in FORMATS if f != "spacy"])
def test_any_text_survives(form: str, item: Annotated, tmp_path_factory: pytest.TempPathFactory) -> None:
    if list(faults(item.marked)):
        return
    folder = tmp_path_factory.mktemp("any")
    write(form, [item], folder)
    (found,) = read(form, folder)
    assert isinstance(found, Annotated), str(found)
    assert (found.marked.text, found.marked.marks) == (item.marked.text, item.marked.marks)


# ---------------------------------------------------------------- what is refused

WRONG = {
    "overlaps": ([(0, 4, "claim"), (2, 6, "claim")], "overlaps"),
    "outside": ([(0, 99, "claim")], "outside of the text"),
    "empty": ([(3, 3, "claim")], "is empty"),
    "torn": ([(0, 4, "claim"), (2, 8, "table")], "inside of claim"),
}


@pytest.mark.parametrize(("given_", "reason"), WRONG.values(), ids=WRONG)
def test_marks_that_cannot_stand_together_are_faults(given_: list[tuple[int, int, str]], reason: str) -> None:
    facts = (Fact("requests/new/total", 1),)
    marks = [Mark(s, e, k, "requests" if k == "table" else "", facts if k == "claim" else ()) for s, e, k in given_]
    assert any(reason in why for _, why in faults(Marked("收到申请十二件", tuple(marks))))


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (Mark(0, 2, "claim", "", (Fact("requests/nwe/total", 1),)), "unknown metric"),
        (Mark(0, 2, "claim"), "states no metric"),
        (Mark(0, 2, "cell", "requests/new"), "no cell's address"),
        (Mark(0, 2, "cell", "requests/new/totla"), "no column 'totla'"),
        (Mark(0, 2, "section", "summary"), "unknown section"),
        (Mark(0, 2, "table", "fees"), "unknown table"),
        (Mark(0, 2, "cell", "requests/extra:a]]b/total"), "holds one of"),
    ],
)
def test_unknown_names_are_faults(mark: Mark, reason: str) -> None:
    (fault,) = faults(Marked("收到", (mark,)))
    assert reason in fault[1]


# ---------------------------------------------------------------- Label Studio


def region(start: int, end: int, label: str, says: str | None = None, key: str = "a", **value: Any) -> list[dict]:
    common = {"id": key, "to_name": "text"}
    place = {"start": start, "end": end, **value}
    control = "section" if label in section_ids() else "mark"
    out = [{**common, "from_name": control, "type": "labels", "value": {**place, "labels": [label]}}]
    if says is not None:
        out.append({**common, "from_name": "says", "type": "textarea", "value": {**place, "text": [says]}})
    return out


def studio(folder: Path, *tasks: dict[str, Any], **options: Any) -> list[Annotated | Refused]:
    (folder / "project.json").write_text(json.dumps(tasks), "utf-8")
    return list(read("label-studio", folder / "project.json", **options))


def task(text: str, result: list[dict], number: int = 7, **more: Any) -> dict[str, Any]:
    return {"id": number, "data": {"text": text}, "annotations": [{"id": 1, "result": result, **more}]}


def test_the_labelling_interface_knows_every_section() -> None:
    tree = Xml.fromstring(labelling_config())
    section = next(e for e in tree.iter("Labels") if e.get("name") == "section")
    assert [label.get("alias") for label in section] == list(section_ids())
    names = {e.get("name") for e in tree.iter() if e.get("name")}
    used = {r["from_name"] for r in task_of(Annotated("x", parse(SMALL)))["annotations"][0]["result"]}
    assert used <= names


def test_what_a_person_marked_is_taken(tmp_path: Path) -> None:
    (found,) = studio(
        tmp_path, task("全年收到申请12件。", region(2, 9, "claim", "requests/new/total", text="收到申请12件"))
    )
    assert isinstance(found, Annotated)
    assert found.name == "task-7"
    assert found.marked.marks == (Mark(2, 9, "claim", "", (Fact("requests/new/total"),)),)


def test_blanks_that_label_studio_runs_together_are_no_difference(tmp_path: Path) -> None:
    (found,) = studio(tmp_path, task("收到  12件", region(0, 7, "claim", "requests/new/total", text="收到 12件")))
    assert isinstance(found, Annotated)


def test_offsets_in_utf16_are_told_by_what_they_quote(tmp_path: Path) -> None:
    text = "𠮷𠮷收到12件。"
    (found,) = studio(tmp_path, task(text, region(4, 9, "claim", "requests/new/total", text="收到12件")))
    assert isinstance(found, Annotated)
    (mark,) = found.marked.marks
    assert text[mark.start : mark.end] == "收到12件"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (region(2, 9, "claim"), "states no metric"),
        (region(2, 9, "cell"), "has no address"),
        (region(2, 9, "claim", "requests/new/total", text="另一句"), "quotes '另一句'"),
        (region(2, 9, "Person", "x"), "unknown label 'Person'"),
        (region(2, 9, "claim", "requests/new/total") + region(5, 10, "claim", "other", "b"), "overlaps"),
        (region(2, 9, "claim", "requests/new/total =many"), "value not understood"),
        (region(2, 9, "claim", "x")[1:], "text without a region"),
        (region(0, 6, "overview") + region(4, 10, "requests", key="b"), "section requests"),
        ([{"from_name": "mark", "type": "labels", "value": {}}], "not a task of ours"),
    ],
)
def test_broken_tasks_are_refused_with_file_task_and_reason(result: list[dict], reason: str, tmp_path: Path) -> None:
    good = task("收到12件", region(0, 5, "claim", "requests/new/total"), 8)
    bad, fine = studio(tmp_path, task("全年收到申请12件。", result), good)
    assert isinstance(fine, Annotated)
    assert isinstance(bad, Refused)
    assert reason in bad.reason
    assert str(bad).startswith(f"{tmp_path / 'project.json'}: task 7: ")


def test_whose_annotation_is_taken(tmp_path: Path) -> None:
    text = "收到12件"
    mine, hers = region(0, 5, "claim", "requests/new/total"), region(2, 5, "claim", "other")
    both = {
        "id": 3,
        "data": {"text": text, "name": "r"},
        "annotations": [
            {"result": mine, "completed_by": {"id": 1, "email": "a@b.cn"}},
            {"result": hers, "completed_by": 2},
            {"result": [], "completed_by": 9, "was_cancelled": True},
        ],
    }
    (refused,) = studio(tmp_path, both)
    assert isinstance(refused, Refused)
    assert "2 annotations" in refused.reason
    assert "a@b.cn, 2" in refused.reason
    for who, start in (("a@b.cn", 0), ("1", 0), ("2", 2)):
        (found,) = studio(tmp_path, both, annotator=who)
        assert isinstance(found, Annotated)
        assert found.marked.marks[0].start == start
    (nobody,) = studio(tmp_path, both, annotator="5")
    assert isinstance(nobody, Refused)
    both["annotations"][1]["ground_truth"] = True
    (truth,) = studio(tmp_path, both)
    assert isinstance(truth, Annotated)
    assert truth.marked.marks[0].start == 2


def test_a_models_marks_are_predictions(tmp_path: Path) -> None:
    item = Annotated("r", Marked("收到12件", (Mark(0, 5, "claim", "", (Fact("other", 12, "件"),)),)), {}, True, (0.75,))
    made = task_of(item)
    assert "annotations" not in made
    (prediction,) = made["predictions"]
    assert prediction["score"] == 0.75
    assert {r["score"] for r in prediction["result"]} == {0.75}
    (found,) = studio(tmp_path, made)
    assert isinstance(found, Annotated)
    assert found.is_predicted
    assert found.scores == (0.75,)
    assert found.marked.marks == item.marked.marks


def test_files_that_are_none(tmp_path: Path) -> None:
    for form, name in (("label-studio", "a.json"), ("doccano", "a.jsonl"), ("spacy", "a.spacy"), ("brat", "a.ann")):
        with pytest.raises(FileNotFoundError):
            list(read(form, tmp_path / form))
        (tmp_path / name).write_text("{", "utf-8")
        (refused,) = read(form, tmp_path / name)
        assert isinstance(refused, Refused)
        assert name in str(refused)
    with pytest.raises(ValueError, match="unknown format"):
        list(read("prodigy", tmp_path))


# ---------------------------------------------------------------- the others


def test_doccano_as_it_exports(tmp_path: Path) -> None:
    lines = [
        {"id": 4, "text": "收到12件，退2件", "label": [[0, 5, "claim requests/new/total part"]], "Comments": []},
        {
            "id": 5,
            "text": "收到12件",
            "entities": [{"id": 1, "label": "section overview", "start_offset": 0, "end_offset": 5}],
        },
        {"id": 6, "text": "收到12件", "label": [[0, 5, "PER"]]},
        {"id": 7, "text": "收到12件", "label": [[0, 5, "claim other"], [2, 5, "claim other"]]},
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(json.dumps(x) for x in lines), "utf-8")
    first, second, third, fourth = read("doccano", tmp_path)
    assert isinstance(first, Annotated)
    assert first.marked.marks[0].facts == (Fact("requests/new/total", scope="part"),)
    assert isinstance(second, Annotated)
    assert second.marked.marks == (Mark(0, 5, "section", "overview"),)
    assert isinstance(third, Refused)
    assert "line 3 (id 6): unknown label 'PER'" in str(third)
    assert isinstance(fourth, Refused)
    assert "overlaps" in fourth.reason


def test_a_long_label_that_an_annotator_uses_again_is_known(items: list[Annotated], tmp_path: Path) -> None:
    write("doccano", [i for i in items if i.name == "long"], tmp_path)
    line = json.loads((tmp_path / "reports.jsonl").read_text("utf-8"))
    long = next(label for _, _, label in line["label"] if "#" in label)
    assert len(long) <= 100
    other = {"text": "占5%", "label": [[0, 3, long]]}
    (tmp_path / "reports.jsonl").write_text(json.dumps(line) + "\n" + json.dumps(other), "utf-8")
    taken, refused = back("doccano", tmp_path)
    assert not refused
    assert taken["line-2"].marked.marks[0].facts[0].metric.startswith("ratio(requests/new/commercial + ")


def test_a_docbin_of_other_tokens(tmp_path: Path) -> None:
    doc = spacy.blank("xx")("Received 收到12件 in all")
    start, end = 9, 14
    span = doc.char_span(start, end, label="requests/new/total", alignment_mode="expand")
    assert isinstance(span, Span)
    doc.spans["claims"] = [span]
    DocBin(docs=[doc]).to_disk(tmp_path / "mine.spacy")
    (found,) = read("spacy", tmp_path)
    assert isinstance(found, Annotated)
    assert found.name == "mine-1"
    assert found.marked.marks == (Mark(start, end, "claim", "", (Fact("requests/new/total"),)),)


def test_docbin_groups_are_those_of_the_components(items: list[Annotated], tmp_path: Path) -> None:
    write("spacy", items[:1], tmp_path)
    (doc,) = DocBin().from_disk(tmp_path / "reports.spacy").get_docs(spacy.blank("zh").vocab)
    claims = [m for m in items[0].marked.marks if m.kind == "claim"]
    assert [s.label_ for s in doc.spans["claims"]] == [f.metric for m in claims for f in m.facts]
    assert len(doc) == len(items[0].marked.text)


def test_brat_fragments(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("收到\n申请12件，其中3件", "utf-8")
    note = "#1\tAnnotatorNotes T1\trequests/new/total =12件\n"
    (tmp_path / "a.ann").write_text("T1\tclaim 0 2;3 8\t收到 申请12件\n" + note, "utf-8")
    (found,) = read("brat", tmp_path)
    assert isinstance(found, Annotated)
    assert found.marked.marks == (Mark(0, 8, "claim", "", (Fact("requests/new/total", 12, "件"),)),)
    for line, reason in (
        ("T1\tclaim 0 2;9 11\t收到 其中\n", "fragments with other words between"),
        ("T1\tclaim 0 99\t收到\n", "outside of the text"),
        ("T1\tclaim 0 2\t受理\n", "quotes '受理'"),
        ("T1\tclaim 0 2 收到\n", "line 1: not understood"),
        ("T1\tperson 0 2\t收到\n", "unknown type 'person'"),
    ):
        (tmp_path / "a.ann").write_text(line + note, "utf-8")
        (refused,) = read("brat", tmp_path)
        assert isinstance(refused, Refused)
        assert reason in refused.reason
        assert "a.ann" in refused.path


# ---------------------------------------------------------------- the command line


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["corpus", *map(str, arguments)])


def test_import_writes_what_training_reads_and_names_what_it_refuses(tmp_path: Path) -> None:
    good = task("全年收到申请12件。", region(2, 9, "claim", "requests/new/total"), 1)
    zero = task("未收到申请。", region(0, 5, "claim", "requests/new/total"), 2)
    (tmp_path / "x.json").write_text(json.dumps([good, zero]), "utf-8")
    result = run("import", tmp_path / "x.json", "--from", "label-studio", "--out", tmp_path / "mine")
    assert result.exit_code == 1
    assert "x.json: task 2: neither number nor =value in '未收到申请'" in result.stderr
    assert "1 taken" in result.stderr
    (example,) = read_folder(tmp_path / "mine")
    assert example.report.claims[0].value == 12
    assert run("validate", tmp_path / "mine").exit_code == 0


def test_import_of_nothing_is_wrong_usage(tmp_path: Path) -> None:
    result = run("import", tmp_path / "none", "--from", "brat", "--out", tmp_path / "mine")
    assert result.exit_code == 2
    assert "no such file or folder" in result.stderr
    assert "Traceback" not in result.output


def test_reports_are_exported_with_what_the_model_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "LOADER", "stand_in:load")
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text(text_of(), "utf-8")
    (source / "b.html").write_text(f"<pre>{text_of()}</pre>", "utf-8")
    (source / "c.txt").write_text("菜谱", "utf-8")
    result = run("export", source, "--predict", "--to", "label-studio", "--out", tmp_path / "ls")
    assert result.exit_code == 1
    assert "c.txt: not_a_report" in result.stderr
    taken, refused = back("label-studio", tmp_path / "ls")
    assert not refused
    assert set(taken) == {"a", "b"}
    assert taken["a"].is_predicted
    assert {m.kind for m in taken["a"].marked.marks} == {"section", "table", "cell", "claim"}
    assert (tmp_path / "ls" / "labels.xml").is_file()


def test_names_lead_out_of_no_folder(tmp_path: Path) -> None:
    write("inline", [Annotated("../../a/b", parse(SMALL))], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["a_b.marked.txt"]


def test_overlapping_predictions_keep_the_surer(items: list[Annotated]) -> None:
    from gouji.corpus.report import Claim, Report, Source
    from gouji.corpus.report import Span as Place

    claims = (
        Claim("收到12件", (Place(0, 5),), "overview", "other", 12, confidence=0.4),
        Claim("12件", (Place(2, 5),), "overview", "requests/new/total", 12, confidence=0.9),
    )
    item = of_report(Report("r", Source("r"), claims=claims, text="收到12件"), "r")
    assert [(m.start, m.facts[0].metric) for m in item.marked.marks] == [(2, "requests/new/total")]
    assert item.scores == (0.9,)
