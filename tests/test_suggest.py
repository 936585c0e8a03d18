"""What is suggested for annotation: the new and doubtful, not the same thing twice."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import numpy as np
import pytest
from gouji.corpus.generate import example
from gouji.corpus.validate import folder_problems
from gouji.inference import cli, workers
from gouji.inference.choosing import choose
from gouji.inference.sketches import N_DIMENSIONS, Sketch, vector_of
from hypothesis import given
from hypothesis import strategies as st
from stand_in import text_of
from typer.testing import CliRunner, Result

NONE = np.zeros((0, N_DIMENSIONS), np.uint8)
LAYOUTS = ("{a}\t{b}\t{c}\n", "| {a} | {b} | {c} |\n", "{a}\n|\n{b}\n|\n{c}\n|\n", "{a}：{b}；{c}。")


def drawn(layout: int, seed: int) -> np.ndarray:
    cells = (f"第{'一二三四五六七八'[(seed + i) % 8]}项" for i in range(30))
    return vector_of("".join(LAYOUTS[layout].format(a=c, b=seed, c=i) for i, c in enumerate(cells)))


def test_one_of_each_layout_comes_before_the_second_of_any() -> None:
    vectors = np.stack([drawn(i % 4, i) for i in range(40)])
    chosen = choose(vectors, np.zeros(40), 4, NONE)
    assert sorted(c.number % 4 for c in chosen) == [0, 1, 2, 3]
    assert sum(c.n_near for c in chosen) == 40


def test_what_is_known_is_chosen_last() -> None:
    vectors = np.stack([drawn(i % 4, i) for i in range(40)])
    known = np.stack([drawn(layout, 100 + i) for i in range(5) for layout in (0, 1, 3)])
    first = choose(vectors, np.zeros(40), 1, known)[0]
    assert first.number % 4 == 2
    assert first.is_new


def test_doubt_decides_between_equals() -> None:
    vectors = np.stack([drawn(0, 1), drawn(1, 1), drawn(2, 1)])
    for doubtful in range(3):
        doubts = np.zeros(3)
        doubts[doubtful] = 0.9
        assert choose(vectors, doubts, 1, NONE)[0].number == doubtful


def test_copies_are_not_chosen_twice() -> None:
    vectors = np.stack([drawn(0, 1)] * 5 + [drawn(1, 1)] * 5)
    assert len(choose(vectors, np.zeros(10), 8, NONE)) == 2
    assert choose(NONE, np.zeros(0), 3, NONE) == []


@given(st.text())
def test_any_text_has_a_vector_that_survives_the_journal(text: str) -> None:
    one = Sketch("p", "s", None, 2021, 0.1, 0.2, 0.3, vector_of(text))
    back = Sketch.from_row(one.to_row())
    assert (back.vector == one.vector).all()
    assert back._replace(vector=None) == one._replace(vector=None)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the command


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "LOADER", "stand_in:load")
    monkeypatch.setattr("gouji.inference.suggest._N_KNOWN", 3)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(6):
        (folder / f"{i}.txt").write_text(text_of(words="发布信息。" * i), "utf-8")
    with zipfile.ZipFile(folder / "z.zip", "w") as z:
        z.writestr("sub/0.txt", text_of(words="| 甲 | 乙 |\n" * 40))
    (folder / "none.txt").write_text("菜谱一则", "utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, ["corpus", "suggest", *map(str, arguments)])


def table(out: Path) -> list[dict[str, str]]:
    with open(out / "suggested.csv", encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_suggestions_are_annotated_and_told_why(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(archive, "--n", 3, "--out", out)
    assert result.exit_code == 1, result.output  # one input is no report
    assert "1 not read" in result.stderr
    rows = table(out)
    assert [r["rank"] for r in rows] == ["1", "2", "3"]
    assert any(r["path"].endswith("z.zip!sub/0.txt") for r in rows)
    assert all(r["reason"].endswith("。") for r in rows)
    assert sorted(p.name for p in out.glob("*.marked.txt")) == sorted(f"{r['name']}.marked.txt" for r in rows)
    assert not list(folder_problems(str(out)))
    assert run(archive, "--out", out).exit_code == 2  # people may be at work on them


def test_a_run_that_was_cut_off_goes_on(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tmp_path / "whole"
    run(archive, "--n", 3, "--out", whole)
    out = tmp_path / "out"
    out.mkdir()
    journal = (whole / "sketches.jsonl").read_bytes()
    (out / "sketches.jsonl").write_bytes(journal[: len(journal) * 2 // 3])
    n_read = 0
    answer = workers.answer

    def counted(*arguments: object) -> object:
        nonlocal n_read
        n_read += 1
        return answer(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(workers, "answer", counted)
    run(archive, "--n", 3, "--out", out)
    assert n_read < 8 + 3
    assert (out / "suggested.csv").read_bytes() == (whole / "suggested.csv").read_bytes()
    assert sorted((out / "sketches.jsonl").read_bytes().splitlines()) == sorted(journal.splitlines())


def test_what_was_annotated_is_not_suggested_again(archive: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    run(archive, "--n", 1, "--out", first)
    run(archive, "--n", 1, "--out", tmp_path / "next", "--annotated", first)
    assert table(first)[0]["path"] != table(tmp_path / "next")[0]["path"]


@pytest.mark.parametrize("form", ["label-studio", "doccano", "brat"])
def test_every_tool_is_served(archive: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / form
    run(archive, "--n", 2, "--out", out, "--to", form)
    assert len(table(out)) == 2
    assert len(list(out.iterdir())) > 2


def test_a_layout_unlike_the_corpus_comes_first() -> None:
    """On the generator's own layouts: one that training never drew is chosen more often than chance would."""
    known = np.stack([vector_of(example("train", 0, i).text) for i in range(60)])
    hard = (example("test-hard", 3, i) for i in range(40))
    kept_back = [e.text for e in hard if "pipe_alone" in e.meta["layouts"].values()][:6]
    others = [example("dev", 3, i).text for i in range(42)]
    vectors = np.stack([vector_of(t) for t in kept_back + others])
    chosen = choose(vectors, np.zeros(len(vectors)), 6, known)
    assert sum(c.number < 6 for c in chosen) >= 2  # 0.75 by chance
