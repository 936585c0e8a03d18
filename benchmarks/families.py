"""Linear, transformer and combined models beside each other: ``python -m benchmarks.families RUN``.

RUN is a folder with an encoder beside the linear models, as ``gouji train`` writes with ``family: combined``. Each
family reads the same reports of dev; combined ones ask the encoder of what is named behind them. Times are of
one process, the families in turn on each report; ``x jieba`` is the whole pipeline beside ``jieba.lcut``.
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

_LINEAR = ("stretches", "facts", "sections", "tables")
READERS: dict[str, tuple[str, frozenset[str]]] = {
    "linear": ("linear", frozenset()),
    "transformer": ("transformer", frozenset(("claims", "tags", "lines", "words"))),
    "combined: claims": ("combined", frozenset(("claims",))),
    "combined: stretches": ("combined", frozenset(("tags",))),
    "combined: lines": ("combined", frozenset(("lines",))),
    "combined: words": ("combined", frozenset(("words",))),
    "combined: all": ("combined", frozenset(("claims", "tags", "lines", "words"))),
}
"""By name the family, and what the encoder is asked of."""


def pipeline_of(folder: Path, family: str, asked: frozenset[str]) -> Pipeline:
    """The whole path, read by one family."""
    made = stages(folder)

    def of(item: str) -> str:
        return family if item in asked else "linear"

    made["gouji_sections"].model = families.load_sections(folder, of("lines"))
    made["gouji_tables"].model = families.load_tables(folder, of("words"))
    model = ClaimModel(*families.load(folder, family))
    if family == "combined":
        alone = ClaimModel(*families.load(folder, "linear"))
        model.stretches = model.stretches if "tags" in asked else alone.stretches
        model.facts = model.facts if "claims" in asked else alone.facts
    made["gouji_claims"].model = model
    return Pipeline(made)


def _size(folder: Path, family: str) -> int:
    """Bytes of the weights that a family reads with."""
    names = {"linear": _LINEAR, "transformer": ("encoder", "sections", "tables")}.get(family, (*_LINEAR, "encoder"))
    return sum((folder / f"{name}.npz").stat().st_size for name in names)


KEPT = Path(__file__).with_suffix(".json")
HEAD = ("family", "sections", "figures", "invented", "claims, stretch and value", "and metric", "and scope, period",
        "contradictions: precision", "recall", "ms a report", "x jieba", "weights")  # fmt: skip


def measured(folder: Path, split: str, n: int, seed: int) -> list[list[str]]:
    """A row for each family."""
    readers = {name: pipeline_of(folder, *how) for name, how in READERS.items()}
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
        whole = evaluate(pairs[family], check)
        found, figures = whole.counts, whole.figures
        shares = [found["sections"].f1, figures.accuracy]
        claims = [found[key].f1 for key in ("claims", "claims_metric", "claims_whole")]
        claims += [found["contradictions"].precision, found["contradictions"].recall]
        spent = statistics.fmean(seconds[family])
        rows.append([
            family, *map(_share, shares), str(figures.invented), *map(_share, claims), f"{1000 * spent:.1f}",
            f"{spent / statistics.fmean(seconds['jieba']):.2f}", f"{_size(folder, READERS[family][0]) / 1e6:.2f} MB",
        ])  # fmt: skip
    return rows


def _share(x: float | None) -> str:
    return "–" if x is None else f"{x:.3f}"


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
