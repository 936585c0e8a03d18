"""Whether ``gouji corpus suggest`` finds what the models have not seen: ``python -m benchmarks.suggest``.

An archive is generated in which a few reports have tables in layouts that were kept from training.
Printed is how many of the chosen reports have one, and how many of those layouts are among them:
for a random choice (the mean of many), for the least sure reports, and for `suggest`'s choice.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
from gouji import configs
from gouji.corpus.generate import Example, generate
from gouji.corpus.reading import Document
from gouji.corpus.report import Report, Source
from gouji.inference.choosing import choose
from gouji.inference.pipeline import load
from gouji.inference.sketches import sketch, vector_of

_N_DRAWS = 1000


def layouts_kept_back(example: Example) -> frozenset[str]:
    """The layouts of a report's tables that training never drew."""
    return frozenset(example.meta["layouts"].values()) & frozenset(configs.load("mix")["held_out"]["layouts"])


def figures(picked: Sequence[int], kept_back: Sequence[frozenset[str]]) -> tuple[float, int]:
    """Share of the picks with a layout that was kept back, and how many of those layouts are seen."""
    return (
        sum(bool(kept_back[i]) for i in picked) / max(len(picked), 1),
        len(frozenset().union(*(kept_back[i] for i in picked))),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=20, help="reports to choose")
    parser.add_argument("--archive", type=int, default=300, help="reports in an archive")
    parser.add_argument("--rare", type=float, default=0.1, help="share of them from the hard split")
    parser.add_argument("--archives", type=int, default=3)
    parser.add_argument("--known", type=int, default=800, help="training reports that the choice is compared with")
    options = parser.parse_args()
    pipeline = load()
    known = np.stack([vector_of(e.text) for e in generate("train", options.known, 0)])
    rows: dict[str, list[tuple[float, float]]] = {}
    bases = []
    for seed in range(100, 100 + options.archives):
        n_rare = round(options.archive * options.rare)
        examples = chain(generate("dev", options.archive - n_rare, seed), generate("test-hard", n_rare, seed))
        read = [(e, pipeline.read(Document(Source(e.id), e.text))) for e in examples]
        reports = [(layouts_kept_back(e), sketch(r)) for e, r in read if isinstance(r, Report)]
        kept_back = [k for k, _ in reports]
        doubts = np.array([s.doubt for _, s in reports])
        vectors = np.stack([s.vector for _, s in reports])
        rng = random.Random(seed)
        drawn = [figures(rng.sample(range(len(reports)), options.n), kept_back) for _ in range(_N_DRAWS)]
        bases.append(figures(range(len(reports)), kept_back)[0])
        mean: Callable[[int], float] = lambda i, d=drawn: statistics.mean(x[i] for x in d)  # type: ignore[misc]  # noqa: E731
        rows.setdefault("random", []).append((mean(0), mean(1)))
        rows.setdefault("least sure", []).append(figures(np.argsort(-doubts)[: options.n].tolist(), kept_back))
        chosen = [c.number for c in choose(vectors, doubts, options.n, known)]
        rows.setdefault("gouji corpus suggest", []).append(figures(chosen, kept_back))
    print(
        f"{options.archives} archives of {options.archive} reports, {statistics.mean(bases):.1%} of them with a layout"
    )
    print(f"kept from training; {options.n} chosen of each.\n")
    print("| chosen | with a layout kept from training | different ones of them found |")
    print("| --- | --- | --- |")
    for name, found in rows.items():
        share, n_layouts = (statistics.mean(x[i] for x in found) for i in (0, 1))
        print(f"| {name} | {share:.1%} | {n_layouts:.1f} of {len(configs.load('mix')['held_out']['layouts'])} |")


if __name__ == "__main__":
    main()
