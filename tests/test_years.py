"""An archive linked over the years: which report is checked against which, and what becomes of doubt."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from check_reports import disclosure, report, requests
from gouji.corpus.reading import Document
from gouji.corpus.report import Failure, Report, Source, Table
from gouji.inference import cli
from gouji.inference.checks.years import agency_key, is_named_in_full
from gouji.inference.years import Years
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

NAMED = "青岚市柳溪县水务局"


def made(year: int, carried_in: int, carried_out: int, agency: str | None = NAMED, path: str = "") -> Report:
    done = carried_in + 9 - carried_out
    table = requests(
        new=(9, 9), carried_in=(carried_in,) * 2, granted=(done, done), result_total=(done, done),
        carried_out=(carried_out,) * 2,
    )  # fmt: skip
    made = report("", table, disclosure(), year=year, agency=agency)
    return replace(made, source=Source(path or f"{year}.txt", f"{year}{carried_in}{carried_out}{agency}"))


def linked(*answers: Report | Failure) -> list[Report | Failure]:
    with Years() as years:
        for answer in answers:
            years.add(answer)
        return [link.answer for link in years.linked()]


def carried(answer: Report | Failure) -> set[tuple[str, str | None]]:
    assert isinstance(answer, Report)
    address = ("requests/carried_in/total",)
    return {(f.verdict, f.reason) for f in answer.findings if f.kind == "year_over_year" and f.cells == address}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_each_report_is_checked_against_the_one_before_it_in_any_order(order: tuple[int, ...]) -> None:
    years = [made(2020, 0, 2), made(2021, 2, 3), made(2022, 1, 0)]
    after = {a.source.path: a for a in linked(*(years[i] for i in order))}
    assert carried(after["2020.txt"]) == set()
    assert carried(after["2021.txt"]) == {("supported", None)}
    assert carried(after["2022.txt"]) == {("contradicted", "carried")}
    (finding,) = [f for f in after["2022.txt"].findings if f.verdict == "contradicted"]
    assert (finding.stated, finding.found) == (1, 3)
    assert "2021.txt" in finding.explanation
    assert [a.source.path for a in linked(*years)] == ["2020.txt", "2021.txt", "2022.txt"]


def test_all_else_comes_back_as_it_was() -> None:
    failure = Failure(Source("x\udcff.txt"), "empty", "nothing")
    alone = replace(made(2020, 0, 2), text="一\ud800\r\n二")
    assert linked(failure, alone) == [failure, alone]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ([made(2020, 0, 1)], "several_reports"),  # printed twice, with other figures
        ([made(2018, 0, 0), made(2018, 1, 0, path="b")], "same_name"),  # so is the name: two agencies', or two prints
    ],
)
def test_doubt_accuses_nobody(other: list[Report], reason: str) -> None:
    after = linked(made(2020, 0, 2), *other, made(2021, 1, 0))
    found = carried(after[-1])
    assert {verdict for verdict, _ in found} <= {"unverifiable", "supported"}
    assert reason in {r for _, r in found}


def test_the_same_report_twice_is_one() -> None:
    copy = replace(made(2020, 0, 2), source=Source("copy.html", "other"))
    assert carried(linked(made(2020, 0, 2), copy, made(2021, 1, 0))[-1]) == {("contradicted", "carried")}


@pytest.mark.parametrize(
    "agency", ["水务局", "市水务局", "城关镇人民政府", "人民政府", "开发区管委会", "市场监督管理局", "城市管理局"]
)
def test_a_name_that_many_bear_links_without_accusing(agency: str) -> None:
    assert carried(linked(made(2020, 0, 2, agency), made(2021, 1, 0, agency))[-1]) == {
        ("unverifiable", "agency_unclear")
    }


@pytest.mark.parametrize(
    "agency",
    [
        "青岚市水务局",
        "柳溪县云蒲镇人民政府",
        "青岚市人民政府办公室",
        "澜州海关大学",
        "云河省财政厅",
        "北川区城市管理局",
    ],
)
def test_names_with_a_place_are_full(agency: str) -> None:
    assert is_named_in_full(agency)


def test_no_name_or_another_is_no_link() -> None:
    for agency in (None, "", "青岚市柳溪县财政局"):
        assert carried(linked(made(2020, 0, 2, agency), made(2021, 1, 0))[-1]) == set()


def test_figures_of_which_none_goes_on_are_another_agencys() -> None:
    def paired(year: int, table: Table, licensing: int, penalties: int, change: int) -> Report:
        items = disclosure(licensing=(licensing, change, 1), penalties=(penalties, 0, 0))
        return replace(made(year, 0, 0), tables=(table, items))

    then = paired(2019, requests(carried_out=(2, 2), new=(2, 2)), 9, 5, 1)
    now = requests(carried_in=(3, 3), result_total=(3, 3))
    findings = linked(then, paired(2020, now, 40, 7, 0))[-1].findings
    assert {f.reason for f in findings if f.stated} == {"nothing_continues"}
    assert carried(linked(then, paired(2020, now, 10, 7, 0))[-1]) == {("contradicted", "carried")}


@given(st.text("青岚市柳溪县水务局", min_size=1), st.text(" \u3000\n\u200b·", max_size=3))
def test_blanks_and_marks_are_no_part_of_a_name(name: str, blanks: str) -> None:
    assert agency_key(blanks.join(name)) == agency_key(name) == name


# ---------------------------------------------------------------- the command


class Pipeline:
    """Reads ``year carried_in carried_out agency``."""

    def read(self, document: Document) -> Report | Failure:
        words = document.text.split()
        if len(words) != 4:
            return Failure(document.source, "not_a_report", "no report")
        found = made(int(words[0]), int(words[1]), int(words[2]), words[3])
        return replace(found, source=document.source, text=document.text)


def load(model: str | None = None) -> Pipeline:
    return Pipeline()


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cli, "LOADER", "test_years:load")
    path = tmp_path / "in"
    path.mkdir()
    for name, text in {
        "a.txt": f"2021 1 4 {NAMED}", "b.txt": f"2020 0 2 {NAMED}", "c.txt": "none", "d.txt": f"2022 4 0 {NAMED}",
    }.items():  # fmt: skip
        (path / name).write_text(text, "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["check", *map(str, arguments)])


def links(result: Result) -> list[list[str]]:
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    cells = ["requests/carried_in/total"]
    return [[f["verdict"] for f in r.get("findings", []) if f["kind"] == "year_over_year" and f["cells"] == cells]
            for r in rows]  # fmt: skip


def test_years_are_linked_where_asked_for(archive: Path) -> None:
    assert links(run(archive, "--json")) == [[], [], [], []]
    result = run(archive, "--json", "--years")
    assert links(result) == [["contradicted"], [], [], ["supported"]]
    assert run(archive, "--json", "--years", "--workers", 2).stdout == result.stdout
    assert run(archive, "--years", "--fail-on", "contradicted").exit_code == 3
    assert "与上年相比" in run(archive, "--years").stdout


def test_the_folder_holds_what_the_years_say_and_goes_on(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, "--out", out, "--years")
    first = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    assert rows == [json.loads(line) for line in run(archive, "--json", "--years").stdout.splitlines()]
    assert any("与上年相比" in line for line in (out / "findings.csv").read_text("utf-8-sig").splitlines())
    assert any("2020年报告" in p.read_text("utf-8") for p in (out / "pages").iterdir())
    again = run(archive, "--out", out, "--years", "--json")
    assert "其中 4 份沿用上次结果" in again.stderr
    assert links(again) == [["contradicted"], [], [], ["supported"]]
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()} == first
    (archive / "b.txt").write_text(f"2020 0 1 {NAMED}", "utf-8")
    assert links(run(archive, "--out", out, "--years", "--json"))[0] == ["supported"]
    assert len((out / "results.jsonl").read_text("utf-8").splitlines()) == 4
    assert links(run(archive, "--out", out, "--json")) == [[], [], [], []]
