"""Pieces of ruined tables: what is a figure, what is a box, and which pieces make one label."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from gouji.corpus.text import lines
from gouji.models.atoms import BREAK, EMPTY, VALUE, WORD
from gouji.models.boxes import boxes_of_row, keeps_lone_pipes
from gouji.models.cutting import atoms
from gouji.models.regions import regions
from gouji.models.torn import with_whole_labels


class Tag(NamedTuple):
    kind: str
    section: str = "overview"


def figures(view: str) -> list[str]:
    return [a.text for a in atoms(view, [(0, len(view))]) if a.kind == VALUE]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("2其他法律行政法规禁止公开|0|0", ["0", "0"]),  # the number of a label whose point was lost
        ("总计(20  未经复议直\n24)  接起诉", []),  # an explanation torn by the end of its line
        ("结果维持  指2023\n年事项数)", []),
        ("var h1=x", []),
        ("行政强制 9516\n· 4 ·\n行政事业性收费 96", ["9516", "96"]),  # the number of a page
        ("行政事业性收费\t7.13万   三、收到和处理政府信息公开申请情况", ["7.13万"]),
    ],
)
def test_what_is_no_figure(view: str, expected: list[str]) -> None:
    assert figures(view) == expected


def test_an_empty_first_box_is_kept_where_rows_have_no_border() -> None:
    view = "结果维持|结果纠正|其他结果|尚未审结|总计\n||||3"
    found = [a.kind for a in atoms(view, [(0, len(view))]) if a.line == 1]
    assert found == [EMPTY] * 4 + [VALUE]


def test_a_lone_pipe_is_an_empty_box_where_figures_have_pipes_of_their_own() -> None:
    view = "规章 |\n7 |\n|\n12 |\n行政规范性文件 |\n"
    found = atoms(view, [(0, len(view))])
    run = [i for i, a in enumerate(found) if a.kind in (VALUE, BREAK) and 0 < a.line < 4]
    assert keeps_lone_pipes(found, view, [run])
    boxes = boxes_of_row(found, run, 3, has_lone_pipes=True)
    assert boxes is not None
    assert [found[a].text if found[a].kind == VALUE else "" for a in boxes] == ["7", "", "12"]


def test_a_pipe_that_may_end_the_row_is_no_box() -> None:
    view = "行政许可 |\n6 |\n989 |\n|\n"
    found = atoms(view, [(0, len(view))])
    run = [i for i, a in enumerate(found) if a.kind in (VALUE, BREAK)]
    assert not keeps_lone_pipes(found, view, [run])


def test_a_torn_label_is_put_together_between_pieces_of_its_group() -> None:
    view = "办理结果\t（三）不予\t2.其他法\n\t公开\t律行政法规\t0\t1\n禁止公开\n".replace("（", "(").replace("）", ")")
    found = with_whole_labels(atoms(view, [(0, len(view))]))
    words = [a.text for a in found if a.kind == WORD]
    assert "2.其他法律行政法规禁止公开" in words
    assert "(三)不予公开" in words
    assert [a.text for a in found if a.kind == VALUE] == ["0", "1"]


def test_a_sentence_that_lists_outcomes_is_no_table() -> None:
    sentence = "2024年,全县信息公开类行政复议3件,结果为维持1件、纠正1件、其他结果0件、尚未审结1件,均已登记。"
    view = "\n".join([sentence] * 3)
    rows = lines(view)
    assert regions(view, rows, [Tag("prose")] * len(rows)) == []
