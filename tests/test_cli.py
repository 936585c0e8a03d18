"""The command line and the files it writes, with a stand-in for the pipeline."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gouji.corpus.report import Report
from gouji.inference import cli
from gouji.inference.results import Folder, FolderError, guard
from stand_in import text_of
from typer.testing import CliRunner, Result

TESTS = Path(__file__).parent
TABLES = ("findings", "claims", "cells", "reports", "failures")


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "LOADER", "stand_in:load")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four reports, one of them with a contradiction, and two inputs that are none."""
    path = tmp_path / "in"
    path.mkdir()
    (path / "a good.txt").write_text(text_of(), "utf-8")
    (path / "b bad.txt").write_bytes(text_of(17).encode("gb18030"))
    (path / "c.html").write_text(f"<html><body><pre>{text_of()}</pre></body></html>", "utf-8")
    (path / "d.txt").write_text("菜谱一则", "utf-8")
    (path / "e.txt").write_bytes(b"")
    (path / "f.txt").write_text(text_of(words="=1+1"), "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["check", *map(str, arguments)])


def objects(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_is_one_object_a_line_in_the_order_of_the_inputs(folder: Path) -> None:
    result = run(folder, "--json")
    found = objects(result)
    assert [o["source"]["path"] for o in found] == sorted(str(p) for p in folder.iterdir())
    assert [o.get("error", {}).get("code") for o in found] == [None, None, None, "not_a_report", "empty", None]
    assert found[1]["source"]["encoding"] == "gb18030"
    assert found[1]["claims"][0]["value"] == 17
    assert result.exit_code == 1
    assert "共 6 份" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["a good.txt"], 0),
        (["b bad.txt"], 0),
        (["b bad.txt", "--fail-on", "contradicted"], 3),
        (["a good.txt", "--fail-on", "contradicted"], 0),
        (["b bad.txt", "--fail-on", "contradicted", "--min-confidence", "0.95"], 0),
        (["e.txt"], 1),
        (["a good.txt", "missing.txt"], 1),
        ([], 2),
        (["a good.txt", "--fail-on", "anything"], 2),
        (["a good.txt", "--workers", "0"], 2),
        (["a good.txt", "--min-confidence", "2"], 2),
        (["a good.txt", "--wrong"], 2),
    ],
)
def test_exit_status(folder: Path, arguments: list[str], status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output


def test_the_view_shows_contradictions_with_their_line_and_cells(folder: Path) -> None:
    result = run(folder / "b bad.txt")
    assert "第 3 行 │ 全年收到申请17件" in result.stdout
    assert "总计" in result.stdout
    last = result.stdout.strip().splitlines()[-1]
    assert last.startswith("共 1 份：读出 1 份；矛盾 1 处（1 份报告），缺漏 1 处")


def test_quiet_prints_one_line(folder: Path) -> None:
    assert len(run(folder, "-q").stdout.splitlines()) == 1
    assert run(folder / "a good.txt", "-q", "--json").stderr == ""


def test_findings_below_the_confidence_are_left_out(folder: Path) -> None:
    found = objects(run(folder / "b bad.txt", "--json", "--min-confidence", "0.95"))
    assert [f["verdict"] for f in found[0]["findings"]] == ["missing"]


def test_that_findings_are_left_out_is_said(folder: Path) -> None:
    assert "把握小于 0.95 的未列" in run(folder, "--min-confidence", "0.95").stdout
    assert "未列" not in run(folder).stdout


def test_missing_models_are_said_and_not_thrown(folder: Path) -> None:
    result = run(folder, "--model", "broken")
    assert result.exit_code == 1
    assert "no weights" in result.stderr
    assert result.stdout == ""


def test_workers_give_the_same(folder: Path) -> None:
    assert run(folder, "--json", "--workers", 2).stdout == run(folder, "--json").stdout


def test_standard_input_is_an_input() -> None:
    result = CliRunner().invoke(cli.app, ["check", "-", "--json"], input=text_of())
    assert objects(result)[0]["source"]["path"] == "-"


def test_names_that_no_terminal_likes(tmp_path: Path) -> None:
    raw = os.fsencode(str(tmp_path)) + b"/\x1b[31m \n\xff.txt"
    with open(raw, "wb") as handle:
        handle.write(text_of().encode())
    path = os.fsdecode(raw)
    assert objects(run(tmp_path, "--json"))[0]["source"]["path"] == path
    shown = run(tmp_path).stdout
    assert "\x1b[31m " not in shown
    assert "\\x1b[31m ⏎\\xff.txt" in shown
    result = run(tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    (row,) = read_csv(tmp_path / "out" / "reports.csv")
    assert "\\xff" in row["path"]


def read_csv(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_out_writes_tables_pages_and_texts(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, "--out", out)
    for name in TABLES:
        rows = [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]
        assert len(rows) == len(read_csv(out / f"{name}.csv")) > 0
    reports = read_csv(out / "reports.csv")
    assert [r["contradicted"] for r in reports] == ["0", "1", "0", "0"]
    for row in reports:
        assert "收到申请" in (out / row["text"]).read_text("utf-8")
        assert "</html>" in (out / row["page"]).read_text("utf-8")
        assert row["page"] in (out / "index.html").read_text("utf-8") or "%" in (out / "index.html").read_text("utf-8")
    assert [f["code"] for f in read_csv(out / "failures.csv")] == ["not_a_report", "empty"]
    assert read_csv(out / "findings.csv")[2]["line"] == "3"
    results = (out / "results.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in results] == objects(run(folder, "--json"))


def test_formulas_are_not_run() -> None:
    assert guard("=1+1") == "'=1+1"
    assert guard("@x") == "'@x"
    assert guard("-cmd|' /C calc'!A0") == "'-cmd|' /C calc'!A0"
    assert guard("-23") == "-23"
    assert guard("+1,204") == "+1,204"
    assert guard(-5) == -5


def test_a_run_goes_on_where_the_last_one_ended(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder / "a good.txt", "--out", out)
    result = run(folder, "--out", out)
    assert "其中 1 份沿用上次结果" in result.stdout
    again = run(folder, "--out", out, "--json")
    assert objects(again) == objects(run(folder, "--json"))
    assert again.exit_code == 1
    assert "其中 6 份沿用上次结果" in again.stderr
    assert len(read_csv(out / "reports.csv")) == 4
    assert "沿用" not in run(folder, "--out", out, "--fresh").stdout
    assert len(read_csv(out / "reports.csv")) == 4


def test_a_changed_input_replaces_its_old_rows(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, "--out", out)
    (folder / "b bad.txt").write_text(text_of(), "utf-8")
    run(folder, "--out", out)
    assert sum(int(r["contradicted"]) for r in read_csv(out / "reports.csv")) == 0
    for name in TABLES:
        rows = [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]
        assert len(rows) == len(read_csv(out / f"{name}.csv"))
    assert len((out / "results.jsonl").read_text("utf-8").splitlines()) == 6
    (folder / "d.txt").write_text(text_of(), "utf-8")
    run(folder, "--out", out)
    assert [r["code"] for r in read_csv(out / "failures.csv")] == ["empty"]


def test_what_a_crash_left_half_written_is_cut_off(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, "--out", out)
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    for name in ("claims.csv", "results.jsonl", "journal.jsonl"):
        with open(out / name, "ab") as handle:
            handle.write('{"half": "一'.encode()[:-1])
    result = run(folder, "--out", out)
    assert "其中 6 份沿用上次结果" in result.stdout
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()} == before


def test_other_peoples_files_are_not_overwritten(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("mine")
    result = run(folder, "--out", tmp_path)
    assert result.exit_code == 2
    assert (tmp_path / "claims.csv").read_text() == "mine"
    with pytest.raises(FolderError):
        Folder(str(folder / "e.txt"), fingerprint="x")


def test_an_output_folder_inside_the_input_is_not_read(folder: Path) -> None:
    run(folder, "--out", folder / "out")
    assert len(objects(run(folder, "--out", folder / "out", "--json"))) == 6


def test_help_is_quick_and_teaches() -> None:
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "gouji", "--help"], capture_output=True, text=True, check=True)
    assert time.monotonic() - start < 2
    assert "check" in done.stdout
    assert "核对" in done.stdout
    assert "Examples" in run("--help").stdout


def test_a_reader_that_stops_early_is_no_error(folder: Path) -> None:
    script = "from gouji.inference import cli; cli.LOADER='stand_in:load'; cli.app()"
    command = f"{sys.executable} -c \"{script}\" check '{folder}' --json | head -c 10"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(TESTS)}, check=False
    )
    assert done.stdout == '{"id": "' + done.stdout[8:]
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


def test_a_kept_report_is_the_report(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, "--out", out)
    path = str(folder / "a good.txt")
    kept = Folder(str(out), fingerprint=json.loads((out / "journal.jsonl").open().readline())["fingerprint"])
    digest = next(json.loads(line) for line in (out / "journal.jsonl").open() if path in line)["sha256"]
    answer = kept.kept(path, digest)
    assert isinstance(answer, Report)
    assert answer.text == text_of()
    assert kept.kept(path, "0" * 64) is None
    kept.close()
