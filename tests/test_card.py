"""Figures in documents come from the commands named beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from gouji.training import card

ROOT = Path(__file__).parent.parent
DOCUMENT = "a\n<!-- figures: gouji x -->\nold\nolder\n<!-- end -->\nb\n<!-- figures: gouji y -->\n<!-- end -->\n"


def test_blocks_are_filled_and_the_rest_is_left() -> None:
    filled = card.fill(DOCUMENT, {"gouji x": "| a |\n| --- |\n", "gouji y": "plain\n"}.__getitem__)
    assert filled == (
        "a\n<!-- figures: gouji x -->\n| a |\n| --- |\n<!-- end -->\nb\n"
        "<!-- figures: gouji y -->\n```text\nplain\n```\n<!-- end -->\n"
    )
    assert card.fill(filled, {"gouji x": "| a |\n| --- |\n", "gouji y": "plain\n"}.__getitem__) == filled


def test_only_our_own_commands_are_run() -> None:
    with pytest.raises(card.CommandError, match="only"):
        card.run_command("rm -rf x")
    with pytest.raises(card.CommandError, match="only"):
        card.run_command("gouji --help | sort")


def test_a_part_of_what_is_printed() -> None:
    whole = card.run_command("gouji check --help").rstrip().splitlines()
    assert card.run_command("gouji check --help | head -3").splitlines() == whole[:3]
    assert card.run_command("gouji check --help | tail -2").splitlines() == whole[-2:]


def test_a_command_that_fails_leaves_the_document_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(DOCUMENT, "utf-8")
    assert card.main([str(path)]) == 1
    assert path.read_text("utf-8") == DOCUMENT
    assert card.main([]) == 2


def test_a_document_is_filled_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("<!-- figures: gouji --version -->\n<!-- end -->\n", "utf-8")
    assert card.main([str(path)]) == 0
    assert "gouji 0." in path.read_text("utf-8")


@pytest.mark.parametrize("name", ["README.md", "docs/models.md", "docs/tables.md"])
def test_every_figure_in_the_documents_was_filled(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    blocks = list(card._BLOCK.finditer(text))
    assert blocks
    assert text.count("<!-- figures:") == text.count("<!-- end -->") == len(blocks)
    for block in blocks:
        assert block[0].count("\n") > 2, f"{name}: {block['command']}: run `make figures`"
