"""What ``gouji check --years`` finds in an archive of two years: ``python -m benchmarks.years``.

Pairs of generated reports, ruined as single ones are; in some of them one figure does not go on from the
year before. They are read and linked as the command does it, from their texts alone.
"""

from __future__ import annotations

import argparse
from collections import Counter

from gouji.corpus.reading import Document
from gouji.corpus.report import Report, Source
from gouji.corpus.years import pair
from gouji.inference.pipeline import load
from gouji.inference.years import Years


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=150, help="pairs")
    parser.add_argument("--split", default="test")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    pipeline = load()
    pairs = [pair(options.split, options.seed, index) for index in range(options.n)]
    with Years() as years:
        for made in pairs:
            for example in (made.then, made.now):
                years.add(pipeline.read(Document(Source(example.id), example.text)))
        after = {linked.answer.source.path: linked.answer for linked in years.linked()}
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for made in pairs:
        answer = after[made.now.id]
        findings = [f for f in answer.findings if f.kind == "year_over_year"] if isinstance(answer, Report) else []
        said = {a for f in findings if f.verdict == "contradicted" for a in f.cells}
        planted = {a for p in made.planted for a in p.cells}
        counts["linked"] += bool(findings)
        counts["planted"] += len(planted)
        counts["found"] += len(planted & said)
        counts["accused"] += len(said)
        counts["wrongly"] += len(said - planted)
        reasons.update(f.reason for f in findings if f.verdict == "unverifiable" and f.reason)
    print("| what | count |")
    print("| --- | --- |")
    print(f"| pairs of reports | {options.n} |")
    print(f"| of them linked | {counts['linked']} |")
    print(f"| figures that do not go on | {counts['planted']} |")
    print(f"| of them contradicted | {counts['found']} |")
    print(f"| contradicted, yet they go on | {counts['wrongly']} |")
    print(f"\nLeft open: {', '.join(f'{reason} {n}' for reason, n in reasons.most_common())}.")


if __name__ == "__main__":
    main()
