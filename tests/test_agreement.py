"""Two annotations of the same reports, measured against each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from gouji.inference import cli
from gouji.training.agreement import Agreement, Characters, agree, shared
from typer.testing import CliRunner, Result

TEXT = """[[#title]]某局2023年年报
[[#overview]]一、总体情况
全年[[收到申请4件||requests/new/total]]，[[均按时答复||requests/on_time_rate =100%]]，[[予以公开3件||requests/granted/total]]。
[[没有复议、诉讼||review_litigation/review/total =0; review_litigation/direct_suit/total + review_litigation/suit_after_review/total =0]]。
[[#colophon]]主办：某局
"""  # noqa: E501


def put(folder: Path, **reports: str) -> Path:
    folder.mkdir()
    for name, marked in reports.items():
        (folder / f"{name}.marked.txt").write_text(marked, "utf-8")
    return folder


def measured(tmp_path: Path, second: str, first: str = TEXT) -> Agreement:
    return agree(shared(put(tmp_path / "a", r=first), put(tmp_path / "b", r=second)).pairs)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["corpus", "agreement", *map(str, arguments)])


def test_an_annotation_agrees_with_itself(tmp_path: Path) -> None:
    out = measured(tmp_path, TEXT)
    assert {k: (c.right, c.predicted, c.reference) for k, c in out.counts.items()} == {
        "sections": (3, 3, 3), "overlapping": (4, 4, 4), "exact": (4, 4, 4),
        "facts": (5, 5, 5), "value": (5, 5, 5), "comparator": (5, 5, 5), "metric": (5, 5, 5), "scope": (5, 5, 5),
        "period": (5, 5, 5), "whole": (5, 5, 5),
    }  # fmt: skip
    assert out.characters.kappa == 1.0
    assert not out.disagreements


def test_a_moved_mark_is_counted(tmp_path: Path) -> None:
    out = measured(tmp_path, TEXT.replace("全年[[收到申请4件", "[[全年收到申请4件"))
    assert (out.counts["exact"].right, out.counts["overlapping"].right, out.counts["whole"].right) == (3, 4, 5)
    assert out.counts["exact"].f1 == 0.75
    assert (out.characters.first, out.characters.second) == (0, 2)
    assert out.characters.kappa is not None
    assert 0.8 < out.characters.kappa < 1
    assert [str(d) for d in out.disagreements] == ["r:3 @19 stretch: 「收到申请4件」 | 「全年收到申请4件」"]


def test_a_mark_that_only_one_made_is_counted(tmp_path: Path) -> None:
    out = measured(tmp_path, TEXT.replace("[[予以公开3件||requests/granted/total]]", "予以公开3件"))
    assert (out.counts["overlapping"].right, out.counts["overlapping"].reference) == (3, 4)
    assert out.counts["overlapping"].f1 == pytest.approx(6 / 7)
    assert (out.counts["facts"].right, out.counts["facts"].predicted, out.counts["facts"].reference) == (4, 4, 5)
    assert out.counts["value"].reference == 4  # of shared stretches alone
    assert [d.second for d in out.disagreements] == [""]


def test_a_stretch_that_shares_less_than_half_is_another(tmp_path: Path) -> None:
    out = measured(tmp_path, TEXT.replace("[[予以公开3件||", "予以公开[[3件||"))
    assert out.counts["overlapping"].right == 3
    assert [(d.first[:6], d.second[:4]) for d in out.disagreements] == [("「予以公开3", ""), ("", "「3件」")]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("requests/new/total =5", {"value"}),
        ("requests/new/total =>=4件", {"comparator"}),
        ("requests/result_total/total", {"metric"}),
        ("requests/new/total part", {"scope"}),
        ("requests/new/total previous", {"period"}),
        ("requests/new/total =7 cumulative part", {"value", "scope", "period"}),
    ],
)
def test_what_a_fact_says_is_compared(tmp_path: Path, said: str, wrong: set[str]) -> None:
    out = measured(tmp_path, TEXT.replace("收到申请4件||requests/new/total", f"收到申请4件||{said}"))
    keys = ("value", "comparator", "metric", "scope", "period")
    assert {k for k in keys if out.counts[k].right == 4} == wrong
    assert out.counts["whole"].right == 4
    assert out.counts["facts"].right == (4 if {"value", "metric"} & wrong else 5)
    assert len(out.disagreements) == 1


def test_the_order_of_facts_and_of_what_is_added_says_nothing(tmp_path: Path) -> None:
    suits = "review_litigation/suit_after_review/total + review_litigation/direct_suit/total =0"
    at = TEXT.index("没有复议、诉讼||") + len("没有复议、诉讼||")
    end = TEXT.index("]]", at)
    out = measured(tmp_path, f"{TEXT[:at]}{suits}; review_litigation/review/total =0{TEXT[end:]}")
    assert out.counts["whole"].right == out.counts["whole"].reference == 5


def test_a_fact_that_only_one_saw_in_a_stretch_is_counted(tmp_path: Path) -> None:
    at = TEXT.index("; review_litigation/direct_suit")
    out = measured(tmp_path, TEXT[:at] + TEXT[TEXT.index("]]", at) :])
    assert (out.counts["metric"].right, out.counts["metric"].reference) == (4, 5)


def test_sections_agree_where_they_begin_after_blanks(tmp_path: Path) -> None:
    first = TEXT.replace("[[#overview]]一", "[[#overview]]　　一")
    assert (
        measured(tmp_path, first.replace("[[#overview]]　　一", "　　[[#overview]]一"), first).counts["sections"].f1
        == 1
    )
    (tmp_path / "more").mkdir()
    renamed = measured(tmp_path / "more", TEXT.replace("#overview", "#preamble"))
    assert renamed.counts["sections"].right == 2
    assert [(d.what, d.first, d.second) for d in renamed.disagreements] == [("section", "overview", "preamble")]


def test_characters_of_tables_are_left_aside(tmp_path: Path) -> None:
    cell = "[[+requests]]总计 [[4||@requests/new/total]][[-requests]]\n[[#colophon]]"
    with_table = measured(
        tmp_path, TEXT.replace("[[#colophon]]", "总计 4\n[[#colophon]]"), TEXT.replace("[[#colophon]]", cell)
    )
    (tmp_path / "more").mkdir()
    without = measured(tmp_path / "more", TEXT)
    assert with_table.characters.n == without.characters.n + 1  # the line end


def test_kappa() -> None:
    assert Characters(20, 5, 10, 15).kappa == pytest.approx(0.4)
    assert Characters(neither=9).kappa is None
    assert Characters().kappa is None


def test_the_command(tmp_path: Path) -> None:
    first = put(tmp_path / "a", r=TEXT, s=TEXT, t=TEXT)
    second = put(tmp_path / "b", r=TEXT, s=TEXT.replace("requests/granted/total", "other"), u=TEXT)
    done = run(first, second)
    assert done.exit_code == 0
    assert "| section boundaries, F1 | 1.000 | 6 of 6 and 6 |" in done.stdout
    assert "| facts of shared stretches: metric | 0.900 | 9 of 10 |" in done.stdout
    assert "2 reports." in done.stdout
    assert "metric of" not in done.stdout
    assert "a, left out" in done.stderr
    assert (
        "s:3 @32 metric of 「予以公开3件」: requests/granted/total =3件 | other =3件"
        in run(first, second, "--list").stdout
    )


def test_a_text_that_differs_is_named_and_left_out(tmp_path: Path) -> None:
    first = put(tmp_path / "a", r=TEXT, s=TEXT)
    second = put(tmp_path / "b", r=TEXT, s=TEXT.replace("全年", "今年"))
    done = run(first, second)
    assert done.exit_code == 1
    assert "s: the texts differ" in done.stderr
    assert "1 reports." in done.stdout


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    first = put(tmp_path / "a", r=TEXT)
    empty = put(tmp_path / "b")
    other = put(tmp_path / "c", q=TEXT)
    broken = put(tmp_path / "d", r=TEXT.replace("]]", "]"))
    for second, reason in (
        (empty, "no *.marked.txt"),
        (other, "no report is in both"),
        (broken, "r.marked.txt"),
        (tmp_path / "none", "not a folder"),
    ):
        done = run(first, second)
        assert done.exit_code == 2, reason
        assert reason in done.stderr
