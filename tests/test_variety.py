"""The authored corpus is as large and as varied as promised, and no copy of itself passes for growth."""

from __future__ import annotations

import json

import pytest
from gouji.corpus.validate import authored_problems, folder_problems, template_problems
from gouji.corpus.variety import Copies, Sentence, Variety, demanded, measure, ngrams, sentences, shortfalls
from gouji.inference import cli
from typer.testing import CliRunner


@pytest.fixture(scope="module")
def found() -> list[Sentence]:
    return sentences()


@pytest.fixture(scope="module")
def variety(found: list[Sentence]) -> Variety:
    return measure(found)


def phrases(*lines: str, name: str = "x.txt") -> list[Sentence]:
    return sentences([(name, "\n".join(lines), False)])


def test_the_authored_corpus_is_what_was_promised(variety: Variety) -> None:
    assert [str(s) for s in shortfalls(variety)] == []


def test_the_authored_corpus_has_no_slips() -> None:
    assert [str(p) for p in authored_problems()] == []


def test_growing_by_copies_is_found(found: list[Sentence]) -> None:
    claims = [s for s in found if s.kind == "claim"]
    wanting = {s.name for s in shortfalls(measure([*found, *claims[: len(claims) // 12]]))}
    assert "original" in wanting
    half = found[: len(found) // 2]
    assert {"original", "distinct"} <= {s.name for s in shortfalls(measure(half + half))}


def test_growing_by_copies_with_other_figures_and_marks_is_found() -> None:
    line = "{Y}年，{我}共[[收到政府信息公开申请%s件||requests/new/total]]，其中网络申请占多数，较上年有所增长。"
    other = "全年[[未发生行政复议||review_litigation/review/total =0]]，依法行政水平稳步提高。"
    grown = measure(phrases(*(line % n for n in (3, 14, 159, "{#}", "二十")), other))
    assert grown.original == pytest.approx(2 / 6)
    assert grown.sentences["claim"] == 2


def test_near_copies_are_found_and_others_not() -> None:
    first, near, far = (
        "本机关收到公民提交的政府信息公开申请",
        "本机关收到公民提出的政府信息公开申请",
        "会议每季度召开一次",
    )
    frequency = dict.fromkeys(ngrams(first, 4) | ngrams(near, 4) | ngrams(far, 4), 1)
    copies = Copies(frequency, 0.5)
    copies.add(ngrams(first, 4))
    assert copies.has(ngrams(near, 4))
    assert not copies.has(ngrams(far, 4))
    assert not Copies(frequency, 0.5).has(ngrams(first, 4))


def test_copies_of_train_in_test_are_found() -> None:
    line = "[[收到政府信息公开申请{#}件||requests/new/total]]，均由办公室统一登记办理。"
    both = [*phrases(line), *phrases(line.replace("均由", "皆由"), name="t_x.txt")]
    assert {s.split for s in both} == {"train", "test"} or {s.split for s in both} == {"dev", "test"}
    trained = [s._replace(split="train") if s.split == "dev" else s for s in both]
    assert measure(trained).copied == 1.0


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("[[收到申请{#}件||requests/new/total]]。", "claim"),
        ("报告期为{Y}年1月1日至12月31日。", "number"),
        ("附件三份，联系电话{phone}。", "number"),
        ("领导小组下设五个专项组。", "number"),
        ("一如既往做好公开工作。", "plain"),
    ],
)
def test_kinds_of_sentences(line: str, kind: str) -> None:
    assert [s.kind for s in phrases(line)] == [kind]


def test_every_fact_of_the_contract_is_demanded() -> None:
    wanted = demanded()
    assert {"hotline/received", "requests/denied.*/total", "requests/carried_out/total", "other"} <= set(wanted)
    assert "requests/other_handling/total" in wanted


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("@ overview modern any\n[[收到{#}件||requests/nwe/total]]。", 2, "unknown metric"),
        ("好\n\n[[收到{#}件||requests/new/total", 3, "not closed"),
        ("收到{#}件。", 1, "outside of a claim"),
        ("收到{x}件。", 1, "unknown slot {x}"),
        ("[[培训{#}次、{#}人次||training/sessions; training/people]]。", 1, "more than one number"),
        ("[[收到申请||requests/new/total]]。", 1, "neither number, slot nor =value"),
        ("@ summary any any", 1, "unknown section"),
        ("@ overview 2018 any", 1, "unknown era"),
        ("@ overview any village", 1, "unknown level"),
    ],
)
def test_slips_of_phrases_are_named(content: str, line: int, reason: str) -> None:
    (problem,) = template_problems("p.txt", content, is_report=False)
    assert (problem.path, problem.line) == ("p.txt", line)
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("level: town\nera: 2021\n", 1, "no line ---"),
        ("level: village\n---\n好", 1, "unknown level"),
        ("level: town\n---\n[[#overview]]一、总体\n<<claims>>", 4, "unknown table"),
        ("level: town\nfacts: requests=nought\n---\n[[#summary]]一、总体", 2, "unknown wish"),
    ],
)
def test_slips_of_reports_are_named(content: str, line: int, reason: str) -> None:
    first = next(iter(template_problems("r.txt", content, is_report=True)))
    assert first.line == line
    assert reason in first.reason


def test_slips_of_a_folder_are_named(tmp_path) -> None:
    (tmp_path / "a.marked.txt").write_text("好\n\n[[ 收到2件||requests/nwe/total]]", "utf-8")
    (tmp_path / "b.marked.txt").write_text("好\n[[收到2件||", "utf-8")
    (tmp_path / "c.marked.txt").write_text("[[#overview]]一、总体[[12||@requests/new/total]]", "utf-8")
    problems = [(p.path.rpartition("/")[2], p.line, p.reason) for p in folder_problems(tmp_path)]
    assert [p[:2] for p in problems] == [("a.marked.txt", 3), ("a.marked.txt", 3), ("b.marked.txt", 2)]
    assert "unknown metric" in problems[0][2]
    assert "blanks at the ends" in problems[1][2]


def run(*arguments: object):
    return CliRunner().invoke(cli.app, ["corpus", *map(str, arguments)])


def test_stats_prints_the_figures(variety: Variety) -> None:
    shown = run("stats", "--check", "--files")
    assert shown.exit_code == 0, shown.output
    assert f"{variety.sentences['claim']:,}" in shown.stdout
    assert "phrases/" in shown.stdout
    figures = json.loads(run("stats", "--json").stdout)
    assert figures["claim_sentences"] == variety.sentences["claim"]
    assert figures["by"]["section"]["overview"] > 0
    assert figures["shortfalls"] == []


def test_validate_exits_with_one_where_something_is_wrong(tmp_path) -> None:
    assert run("validate").exit_code == 0
    (tmp_path / "a.marked.txt").write_text("[[收到||", "utf-8")
    result = run("validate", tmp_path)
    assert result.exit_code == 1
    assert "a.marked.txt:1: " in result.stdout
    assert run("validate", tmp_path / "none").exit_code == 2
