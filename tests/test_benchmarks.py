"""The commands behind the documents still run: on next to nothing, and whatever they measure."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("pycrfsuite")


def test_the_curve_of_annotated_reports_is_measured() -> None:
    from benchmarks.curve import FIGURES, curve

    new, old = curve((0, 2), 1, 2, 2)
    assert set(new) == set(old) == set(FIGURES)
    assert all(set(by_size) == {0, 2} for points in (new, old) for by_size in points.values())


def test_what_silver_labels_bring_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmarks import silver

    monkeypatch.setattr(sys, "argv", ["silver", "-n", "12", "--measured", "2", "--replay", "2"])
    silver.main()
    assert "dev (drift)" in capsys.readouterr().out
