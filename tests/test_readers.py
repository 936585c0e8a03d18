"""The comparison with other readers is fair: one mapping, which reads a true grid and guesses at nothing."""

from __future__ import annotations

import json

import pytest
from gouji.corpus.papers import paper

from benchmarks import readers
from benchmarks.grids import cells_of

HEADS = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
NEW = ["一、本年新收政府信息公开申请数量", "3", "1", "0", "0", "0", "0", "4"]


@pytest.mark.parametrize("seed", range(4))
def test_a_true_grid_is_mapped_almost_whole_and_nothing_is_invented(seed: int) -> None:
    made = paper(seed, style={"labels": "none"})
    found = readers.true_grids(made, b"")
    truth = {a: v for a, v in made.values.items() if v is not None and "/extra:" not in a}
    assert found.items() <= truth.items()
    assert len(found) >= 0.97 * len(truth)


def test_figures_go_by_labels_and_heads_alone() -> None:
    there = cells_of([[HEADS, NEW]], "2021")
    assert there == {
        "requests/new/natural_person": 3, "requests/new/commercial": 1, "requests/new/research": 0,
        "requests/new/ngo": 0, "requests/new/legal_service": 0, "requests/new/other": 0, "requests/new/total": 4,
    }  # fmt: skip
    assert cells_of([[HEADS, ["某项统计", *NEW[1:]]]], "2021") == {}
    assert cells_of([[NEW]], "2021") == {}
    assert cells_of([], "2021") == {}


def test_a_table_keeps_its_heads_over_the_page_whatever_columns_it_grows() -> None:
    there = cells_of([[HEADS, NEW], [["", *NEW], ["三、本年度办理结果", "（一）予以公开", *"3000003"]]], "2021")
    assert there["requests/granted/natural_person"] == 3
    assert there["requests/granted/total"] == 3
    assert there["requests/new/total"] == 4


def test_a_reader_that_cannot_run_is_named_with_the_reason() -> None:
    made = paper(1)

    def absent(made: object, content: bytes) -> dict[str, float | int]:
        raise ModuleNotFoundError(name="nobody")

    def broken(made: object, content: bytes) -> dict[str, float | int]:
        raise RuntimeError("no model")

    assert readers.measure("x", absent, [(made, b"")])[-1] == "nobody is not installed"
    assert readers.measure("x", broken, [(made, b"")])[-1] == "cannot run: RuntimeError"


def test_the_command_counts_right_wrong_missed_and_invented(capsys) -> None:
    assert readers.main(["html", "-n", "1", "--json"]) == 0
    rows = {row["reader"]: row for row in json.loads(capsys.readouterr().out)}
    ours = rows["**gouji**"]
    there = sum(v is not None for a, v in paper("readers/0").values.items() if "/extra:" not in a)
    assert sum(int(ours[k]) for k in ("right", "wrong", "missed")) == there
    assert int(ours["right"]) >= 0.9 * there
