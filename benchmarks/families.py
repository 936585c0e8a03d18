"""Linear, transformer and combined models beside each other: ``python -m benchmarks.families RUN``.

RUN is a folder with an encoder beside the linear models, as ``gouji train`` writes with ``family: combined``. Claims
are read by each family on the same reports of dev; sections and tables are the same for all. Times are of one
process, the families in turn on each report; ``x jieba`` is the whole pipeline beside ``jieba.lcut``.
``--kept`` prints the table that was measured last with ``--keep``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import jieba
from gouji.corpus.generate import generate
from gouji.corpus.reading import Document
from gouji.corpus.report import Source
from gouji.inference.checks import check
from gouji.inference.pipeline import Pipeline
from gouji.inference.shelf import RELEASED
from gouji.inference.stages import stages
from gouji.models import families, store
from gouji.models.claims import ClaimModel
from gouji.training.card import table
from gouji.training.evaluate import Pair, evaluate

FILES = {
    "linear": ("stretches", "facts"),
    "transformer": ("encoder",),
    "combined": ("stretches", "facts", "encoder"),
}


def pipeline_of(folder: Path, family: str) -> Pipeline:
    """The whole path, its claims read by one family."""
    made = stages(folder)
    made["gouji_claims"].model = ClaimModel(*families.load(folder, family))
    return Pipeline(made)


KEPT = Path(__file__).with_suffix(".json")
HEAD = ("family", "claims, stretch and value", "and metric", "and scope, period", "contradictions: precision", "recall",
        "ms a report", "x jieba", "claim models")  # fmt: skip


def measured(folder: Path, split: str, n: int, seed: int) -> list[list[str]]:
    """A row for each family."""
    readers = {family: pipeline_of(folder, family) for family in families.FAMILIES}
    pairs: dict[str, list[Pair]] = {family: [] for family in readers}
    seconds: dict[str, list[float]] = {family: [] for family in (*readers, "jieba")}
    jieba.initialize()
    for example in generate(split, n, seed):
        document = Document(Source(example.id), example.text)
        for family, pipeline in readers.items():
            start = time.perf_counter()
            answer = pipeline.read(document)
            seconds[family].append(time.perf_counter() - start)
            pairs[family].append(Pair(example.report, answer, example.meta, example.planted))
        start = time.perf_counter()
        jieba.lcut(example.text)
        seconds["jieba"].append(time.perf_counter() - start)
    rows = []
    for family in readers:
        found = evaluate(pairs[family], check).counts
        shares = [found[key].f1 for key in ("claims", "claims_metric", "claims_whole")]
        shares += [found["contradictions"].precision, found["contradictions"].recall]
        spent = statistics.fmean(seconds[family])
        size = sum((folder / f"{name}.npz").stat().st_size for name in FILES[family])
        rows.append([
            family, *("–" if x is None else f"{x:.3f}" for x in shares), f"{1000 * spent:.1f}",
            f"{spent / statistics.fmean(seconds['jieba']):.2f}", f"{size / 1e6:.2f} MB",
        ])  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=str(RELEASED), help="default: the released models")
    parser.add_argument("--split", default="dev")
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", action="store_true", help=f"write the table to {KEPT.name}")
    parser.add_argument("--kept", action="store_true", help="print the table kept last, measure nothing")
    options = parser.parse_args()
    if options.kept:
        kept = json.loads(KEPT.read_text("utf-8"))
    else:
        folder = Path(options.folder)
        kept = {
            "rows": measured(folder, options.split, options.n, options.seed),
            "note": f"{options.n} reports of {options.split}, seed {options.seed}; models {store.fingerprint(folder)}.",
        }
    if options.keep:
        KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(table(HEAD, kept["rows"]))
    print(f"\n{kept['note']}")


if __name__ == "__main__":
    main()
