"""Linear, transformer and combined models beside each other: ``python -m benchmarks.families RUN``.

RUN is a folder with an encoder beside the linear models, as ``gouji train`` writes with ``family: combined``. Claims
are read by each family on the same reports of dev; sections and tables are the same for all. Times are of one
process, the families in turn on each report; ``x jieba`` is the whole pipeline beside ``jieba.lcut``.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

import jieba
from gouji.corpus.generate import generate
from gouji.corpus.reading import Document
from gouji.corpus.report import Source
from gouji.inference.checks import check
from gouji.inference.components import RELEASED
from gouji.inference.pipeline import Pipeline, build
from gouji.models import families
from gouji.models.claims import ClaimModel
from gouji.training.evaluate import Pair, evaluate

FILES = {
    "linear": ("stretches", "facts"),
    "transformer": ("encoder",),
    "combined": ("stretches", "facts", "encoder"),
}


def pipeline_of(folder: Path, family: str) -> Pipeline:
    """The whole path, its claims read by one family."""
    nlp = build(folder)
    stage: Any = nlp.get_pipe("gouji_claims")
    stage.model = ClaimModel(*families.load(folder, family))
    return Pipeline(nlp)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=str(RELEASED), help="default: the released models")
    parser.add_argument("--split", default="dev")
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    folder = Path(options.folder)
    readers = {family: pipeline_of(folder, family) for family in families.FAMILIES}
    pairs: dict[str, list[Pair]] = {family: [] for family in readers}
    seconds: dict[str, list[float]] = {family: [] for family in (*readers, "jieba")}
    jieba.initialize()
    for example in generate(options.split, options.n, options.seed):
        document = Document(Source(example.id), example.text)
        for family, pipeline in readers.items():
            start = time.perf_counter()
            answer = pipeline.read(document)
            seconds[family].append(time.perf_counter() - start)
            pairs[family].append(Pair(example.report, answer, example.meta, example.planted))
        start = time.perf_counter()
        jieba.lcut(example.text)
        seconds["jieba"].append(time.perf_counter() - start)
    print("| family | claims, stretch and value | and metric | and scope, period | contradictions: precision | recall |"
          " ms a report | x jieba | claim models |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for family in readers:
        found = evaluate(pairs[family], check).counts
        row = [found[key].f1 for key in ("claims", "claims_metric", "claims_whole")]
        row += [found["contradictions"].precision, found["contradictions"].recall]
        spent = statistics.fmean(seconds[family])
        size = sum((folder / f"{name}.npz").stat().st_size for name in FILES[family])
        cells = [*(f"{x:.3f}" if x is not None else "–" for x in row), f"{1000 * spent:.1f}",
                 f"{spent / statistics.fmean(seconds['jieba']):.2f}", f"{size / 1e6:.2f} MB"]  # fmt: skip
        print(f"| {family} | {' | '.join(cells)} |")
    print(f"\n{options.n} reports of {options.split}, seed {options.seed}.")


if __name__ == "__main__":
    main()
