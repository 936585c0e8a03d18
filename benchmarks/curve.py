"""Figures against the number of annotated reports of a new style: ``python -m benchmarks.curve``.

Reports of the test split, whose phrases and half of whose layouts were kept from training, are
taken as annotated by a person; the released models are taken further on 5, 10, 20 and 40 of them (as
`gouji train --data` does) and measured on others of that split, and on dev for what was forgotten.
Several draws of reports; the mean and the spread are shown, and drawn to an SVG.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from gouji import configs
from gouji.corpus.generate import generate
from gouji.training.adapt import Settings
from gouji.training.retrain import Tutor, lesson
from gouji.training.train import RELEASED

from .silver import measured

FIGURES = {
    "section boundaries": "sections",
    "claims, stretch and value": "claims",
    "claims, stretch, value and metric": "claims_metric",
}
SIZES = (0, 5, 10, 20, 40)

Points = dict[str, dict[int, list[float]]]
"""Of each figure and number of reports, the values of the draws."""


def curve(sizes: tuple[int, ...], n_draws: int, n_measured: int, n_replay: int) -> tuple[Points, Points]:
    """The figures on the new style, and on dev."""
    settings = configs.load("train")
    adapting = Settings(**{k: v for k, v in settings["retrain"].items() if k in Settings._fields})
    tutor = Tutor(RELEASED, (e.report for e in generate("train", n_replay, settings["seed"] + 1)), adapting)
    splits = [list(generate(split, n_measured, 3003)) for split in ("test", "dev")]
    found: tuple[Points, Points] = ({f: {} for f in FIGURES}, {f: {} for f in FIGURES})

    def note(size: int, folder: Path | None) -> None:
        for points, split in zip(found, splits, strict=True):
            evaluation = measured(split, folder)
            for name, key in FIGURES.items():
                points[name].setdefault(size, []).append(evaluation.counts[key].f1 or 0.0)

    for size in sizes:
        if not size:
            note(0, None)
            continue
        for draw in range(n_draws):
            taught = [lesson(e.report, tutor.sections.breaks) for e in generate("test", size, 4000 + draw)]
            with tempfile.TemporaryDirectory() as scratch:
                tutor.teach(taught, Path(scratch), {})
                note(size, Path(scratch))
    return found


def plot(found: tuple[Points, Points], path: Path) -> None:
    """Draw the curves (needs matplotlib, of the extra ``train``)."""
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = "gouji"
    matplotlib.rcParams["svg.fonttype"] = "none"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, points, title in ((left, found[0], "reports of the new style"), (right, found[1], "dev: what is kept")):
        for name, by_size in points.items():
            sizes = sorted(by_size)
            mean = [statistics.mean(by_size[s]) for s in sizes]
            (line,) = axes.plot(sizes, mean, marker="o", markersize=3, label=name)
            low, high = [min(by_size[s]) for s in sizes], [max(by_size[s]) for s in sizes]
            axes.fill_between(sizes, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("annotated reports")
        axes.grid(alpha=0.3)
    left.set_ylabel("F1")
    left.legend(fontsize=7)
    figure.savefig(path, format="svg", metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3, help="how often reports are drawn")
    parser.add_argument("--measured", type=int, default=150, help="reports to measure on, of each split")
    parser.add_argument("--replay", type=int, default=150, help="reports of the corpus mixed in")
    parser.add_argument("--small", action="store_true", help="a quick look: one draw, 40 reports to measure on")
    parser.add_argument("--svg", metavar="FILE", help="draw the curves")
    parser.add_argument("--json", metavar="FILE", help="keep the points")
    options = parser.parse_args()
    draws, n_measured, n_replay = (1, 40, 60) if options.small else (options.draws, options.measured, options.replay)
    found = curve(SIZES, draws, n_measured, n_replay)
    print(f"| figure | {' | '.join(map(str, SIZES))} |")
    print(f"| --- |{' --- |' * len(SIZES)}")
    for where, points in zip(("new style", "dev"), found, strict=True):
        for name, by_size in points.items():
            cells = [f"{statistics.mean(v):.3f}" + (f" ± {statistics.stdev(v):.3f}" if len(v) > 1 else "")
                     for _, v in sorted(by_size.items())]  # fmt: skip
            print(f"| {where}: {name} | {' | '.join(cells)} |")
    print(f"\nF1 against the number of annotated reports; {draws} draws, measured on {n_measured} reports of each"
          f" split, replay of {n_replay}.")  # fmt: skip
    if options.json:
        Path(options.json).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if options.svg:
        plot(found, Path(options.svg))


if __name__ == "__main__":
    main()
