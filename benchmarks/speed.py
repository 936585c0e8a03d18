"""How long the whole pipeline takes, beside ``jieba.lcut`` on the same text: ``python -m benchmarks.speed``.

One process, both in one run, the two in turn; medians over rounds. Memory is the process's peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

import jieba
from gouji.corpus.generate import generate
from gouji.corpus.reading import Document, read_path
from gouji.corpus.report import Failure, Source
from gouji.inference.pipeline import load


def documents(paths: list[str], n: int) -> list[Document]:
    """The files given, else the generator's test split."""
    if paths:
        files = [f for p in paths for f in (sorted(Path(p).rglob("*")) if Path(p).is_dir() else [Path(p)])]
        read = [read_path(f) for f in files if f.is_file()]
        return [d for d in read if not isinstance(d, Failure)]
    return [Document(Source(e.id), e.text) for e in generate("test", n, 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="report files or folders (default: 100 generated reports)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("-n", type=int, default=100, help="generated reports")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    docs = documents(options.paths, options.n)
    start = time.perf_counter()
    pipeline = load()
    loading = time.perf_counter() - start
    jieba.initialize()
    for doc in docs[:10]:
        pipeline.read(doc)
        jieba.lcut(doc.text)
    ours, theirs, ratios = [], [], []
    for _ in range(options.rounds):
        a = b = 0.0
        for doc in docs:  # in turn, so that a drifting machine treats both alike
            t0 = time.perf_counter()
            pipeline.read(doc)
            t1 = time.perf_counter()
            jieba.lcut(doc.text)
            t2 = time.perf_counter()
            a, b = a + t1 - t0, b + t2 - t1
        ours.append(a)
        theirs.append(b)
        ratios.append(a / b)
    n_chars = sum(len(d.text) for d in docs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    result = {
        "reports": len(docs),
        "characters": n_chars,
        "loading_s": round(loading, 2),
        "pipeline_ms_per_report": round(statistics.median(ours) / len(docs) * 1000, 2),
        "jieba_ms_per_report": round(statistics.median(theirs) / len(docs) * 1000, 2),
        "ratio_median": round(statistics.median(ratios), 2),
        "ratio_min": round(min(ratios), 2),
        "ratio_max": round(max(ratios), 2),
        "peak_memory_mb": round(peak),
    }
    if options.json:
        print(json.dumps(result))
    else:
        for key, value in result.items():
            print(f"{key:24} {value}")


if __name__ == "__main__":
    main()
