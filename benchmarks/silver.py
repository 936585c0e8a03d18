"""What learning from an archive without annotation brings, and costs: ``python -m benchmarks.silver``.

The archive is of the test split, whose phrases and half of whose layouts were kept from training.
What is gained is measured on other reports of that split, drift on dev; beside it stands what the
same archive would teach if people had annotated it, which is the most that could be gained.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gouji import configs
from gouji.corpus.examples import Example
from gouji.corpus.generate import generate
from gouji.corpus.reading import Document
from gouji.corpus.report import Report, Source
from gouji.inference.checks import check
from gouji.inference.pipeline import load
from gouji.models.sections import SectionModel
from gouji.training import bootstrap
from gouji.training.adapt import Settings
from gouji.training.evaluate import evaluate
from gouji.training.retrain import Pair, Tutor, lesson
from gouji.training.self_training import gather, lessons
from gouji.training.silver import Silver
from gouji.training.train import RELEASED

SHOWN = ("sections: F1", "section boundaries: F1", "claims, stretch and value: F1",
          "claims, stretch, value and metric: F1", "contradictions: precision", "contradictions: recall")  # fmt: skip


def read(examples: Sequence[Example], folder: Path | None) -> Iterator[Any]:
    """The examples as the models of a folder read them."""
    pipeline = load(str(folder) if folder else None)
    for example in examples:
        yield pipeline.read(Document(Source(example.id), example.text))


def measured(examples: Sequence[Example], folder: Path | None) -> Any:
    pairs = zip(examples, read(examples, folder), strict=True)
    return evaluate((Pair(e.report, r, e.meta, e.planted) for e, r in pairs), check)


def rightness(found: Sequence[Silver], truth: dict[str, Example]) -> tuple[int, int]:
    """How many silver claims there are, and how many have the metric and value of a true one."""
    n = right = 0
    for one in found:
        if one.prose is None:
            continue
        true = Counter((c.metric, c.value) for c in truth[one.prose.source.path].report.claims)
        for claim in one.prose.claims:
            n += 1
            right += true[claim.metric, claim.value] > 0
    return n, right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=300, help="reports of the archive")
    parser.add_argument("--measured", type=int, default=150, help="reports to measure on, of each split")
    parser.add_argument("--replay", type=int, default=None, help="reports of the corpus mixed in")
    parser.add_argument("--small", action="store_true", help="a quick look: 60 and 30 reports")
    options = parser.parse_args()
    n, n_measured = (60, 30) if options.small else (options.n, options.measured)
    settings = configs.load("train")
    adapting, silver = dict(settings["retrain"]), settings["silver"]
    n_replay = int(options.replay or adapting.pop("replay"))
    adapting = {k: v for k, v in adapting.items() if k in Settings._fields}
    archive = list(generate("test", n, 1001))
    reports = (r for r in read(archive, None) if isinstance(r, Report))
    found, harvested = gather(reports, RELEASED, confidence=silver["confidence"], most=int(silver["most"]))
    n_silver, n_right = rightness(found, {e.id: e for e in archive})
    replay = [e.report for e in generate("train", n_replay, settings["seed"] + 1)]
    own, other = list(generate("test", n_measured, 2002)), list(generate("dev", n_measured, 2002))
    before = [measured(split, None) for split in (own, other)]
    shown = []
    breaks = SectionModel.load(RELEASED).breaks
    with tempfile.TemporaryDirectory() as scratch:
        for name, taught, weight in (
            ("silver", lessons(found, breaks, with_sections=bool(silver["sections"])), silver["weight"]),
            ("annotated", [lesson(e.report, breaks) for e in archive], 1),
        ):
            folder = Path(scratch) / name
            Tutor(RELEASED, replay, Settings(**{**adapting, "weight": weight})).teach(taught, folder, {})
            shown.append([bootstrap.paired(b, measured(s, folder)) for s, b in zip((own, other), before, strict=True)])
    print("| split, figure | before | after, silver | difference | 95 % | after, if annotated |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, a, b in zip(("new style", "dev (drift)"), *shown, strict=True):
        for one, ideal in zip(a, b, strict=True):
            if one.name in SHOWN and one.difference is not None:
                print(f"| {name}: {one.name} | {one.a:.3f} | {one.b:.3f} | {one.difference:+.3f} |"
                      f" {one.low:+.3f} … {one.high:+.3f} | {ideal.b:.3f} |")  # fmt: skip
    print(f"\nArchive of {n} reports of the test split: {harvested.n_claims} silver claims in {harvested.n_prose}"
          f" reports, {n_right} of {n_silver} right in metric and value; sections of {harvested.n_whole} believed."
          f"\nMeasured on {n_measured} other reports of each split; replay of {n_replay} reports.")  # fmt: skip


if __name__ == "__main__":
    main()
