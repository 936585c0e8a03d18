"""How long the whole pipeline takes, beside ``jieba.lcut`` on the same text: ``python -m benchmarks.speed``.

One process, both in one run, the two in turn; medians over rounds of processor time. Each round reads
other generated reports, so that nothing is remembered from an earlier one; files that are given are
read again in each round. Shares are those of the pipeline's stages over all rounds. Memory is the process's peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import jieba
from gouji.corpus.generate import generate
from gouji.corpus.reading import Document, read_path
from gouji.corpus.report import Failure, Source
from gouji.inference import shelf
from gouji.inference.pipeline import Pipeline
from gouji.inference.stages import Draft, Stage, stages
from gouji.inference.workers import spare_garbage_collection
from gouji.models import tables
from gouji.models.drafts import Draft as Drafted
from gouji.models.tokens import Token


def documents(paths: list[str], n: int, rounds: int) -> list[list[Document]]:
    """What each round reads: the files given, else ``n`` reports of the generator's test split."""
    if paths:
        files = [f for p in paths for f in (sorted(Path(p).rglob("*")) if Path(p).is_dir() else [Path(p)])]
        read = [read_path(f) for f in files if f.is_file()]
        return [[d for d in read if not isinstance(d, Failure)]] * rounds
    made = [Document(Source(e.id), e.text) for e in generate("test", n * rounds, 1)]
    return [made[k * n : (k + 1) * n] for k in range(rounds)]


class Timed(Stage):
    """A stage whose processor time is counted, in seconds."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.model)
        self._stage, self.seconds = stage, 0.0

    def work(self, draft: Draft) -> None:
        start = time.process_time()
        self._stage.work(draft)
        self.seconds += time.process_time() - start


class TimedReader(tables.Reader):
    """The decoder of grids, a part of the stage of tables; its processor time is counted, in seconds."""

    seconds = 0.0

    def read(self, stream: Sequence[Token]) -> list[Drafted]:
        start = time.process_time()
        try:
            return super().read(stream)
        finally:
            TimedReader.seconds += time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="report files or folders (default: 100 generated reports a round)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-n", type=int, default=100, help="generated reports in each round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rounds = documents(options.paths, options.n, options.rounds)
    start = time.perf_counter()
    timed = {name: Timed(stage) for name, stage in stages(shelf.find(None)).items()}
    loading = time.perf_counter() - start
    pipeline = Pipeline(dict(timed))
    jieba.initialize()
    spare_garbage_collection()  # as the command line does
    for example in generate("dev", 20, 1):
        pipeline.read(Document(Source(example.id), example.text))
        jieba.lcut(example.text)
    for stage in timed.values():
        stage.seconds = 0.0
    tables.Reader = TimedReader  # type: ignore[misc]
    ours, theirs, ratios = [], [], []
    for docs in rounds:
        a = b = 0.0
        for doc in docs:  # in turn, so that a drifting machine treats both alike
            t0 = time.process_time()
            pipeline.read(doc)
            t1 = time.process_time()
            jieba.lcut(doc.text)
            t2 = time.process_time()
            a, b = a + t1 - t0, b + t2 - t1
        ours.append(a / len(docs))
        theirs.append(b / len(docs))
        ratios.append(a / b)
    read = {id(doc): len(doc.text) for docs in rounds for doc in docs}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    spent = sum(stage.seconds for stage in timed.values())
    result = {
        "reports": len(read),
        "characters": sum(read.values()),
        "loading_s": round(loading, 2),
        "pipeline_ms_per_report": round(statistics.median(ours) * 1000, 2),
        "jieba_ms_per_report": round(statistics.median(theirs) * 1000, 2),
        "ratio_median": round(statistics.median(ratios), 2),
        "ratio_min": round(min(ratios), 2),
        "ratio_max": round(max(ratios), 2),
        **{f"share_of_{name.removeprefix('gouji_')}": round(t.seconds / spent, 2) for name, t in timed.items()},
        "share_of_decoding_grids": round(TimedReader.seconds / spent, 2),
        "peak_memory_mb": round(peak),
    }
    if options.json:
        print(json.dumps(result))
    else:
        for key, value in result.items():
            print(f"{key:24} {value}")


if __name__ == "__main__":
    main()
