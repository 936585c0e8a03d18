"""The step that measures a run's models on dev: figures, speed, and what went wrong."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

from ..models.store import write_whole
from .compare import Pair
from .evaluate import cases, evaluate
from .failures import Known, slips, summary
from .run import Run, Tools
from .tally import Evaluation

SPLIT, SEED = "dev", 0


def measure(run: Run) -> None:
    """The step: read reports of dev with the new weights; ``metrics.json``, ``metrics.csv``, ``failures.json``."""
    if run.tools is None or not run.n_measured:
        return
    run.tell(f"measuring on {run.n_measured} reports of {SPLIT} …")
    found, known, speed = look(run.out, run.tools, run.n_measured)
    head = {"split": SPLIT, "n": run.n_measured, "seed": SEED, "models": run.models_fingerprint()}
    _write(run.out / "metrics.json", {**head, "speed": speed, "gouji": found.to_dict()})
    _write(run.out / "failures.json", {**head, "failures": [k._asdict() for k in known]})
    write_whole(run.out / "metrics.csv", table_of(found.to_dict()).encode())
    run.evaluation, run.failures, run.speed = found, known, speed
    run.record["metrics"] = main_figures(found)


def look(folder: Path, tools: Tools, n: int) -> tuple[Evaluation, list[Known], dict[str, float]]:
    """The figures of a folder of weights on ``n`` reports of dev, what went wrong, and how fast it was."""
    start = time.process_time()
    read = tools.reader(folder)
    loading = time.process_time() - start
    pairs, seconds, n_characters = [], 0.0, 0
    for example in cases(SPLIT, n=n, seed=SEED):
        reference = example.report
        start = time.process_time()  # what else the machine does is not gouji's
        answer = read(reference.text, reference.source.path)
        seconds += time.process_time() - start
        n_characters += len(reference.text)
        pairs.append(Pair(reference, answer, example.meta, example.planted))
    speed = {
        "ms_per_report": round(1000 * seconds / len(pairs), 2),
        "characters_per_report": round(n_characters / len(pairs)),
        "loading_seconds": round(loading, 2),
    }
    known = summary(slip for pair in pairs for slip in slips(pair, tools.check))
    return evaluate(pairs, tools.check), known, speed


def main_figures(found: Evaluation) -> dict[str, float | None]:
    """The few figures that runs are told apart by."""
    return {
        "sections": found.counts["sections"].f1,
        "figures": found.figures.accuracy,
        "claims": found.counts["claims"].f1,
        "claims_metric": found.counts["claims_metric"].f1,
        "contradictions_precision": found.counts["contradictions"].precision,
        "contradictions_recall": found.counts["contradictions"].recall,
    }


def table_of(figures: dict[str, Any]) -> str:
    """Nested figures as a CSV of two columns, the key with its path."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["figure", "value"])

    def put(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                put(f"{path}/{key}" if path else str(key), inner)
        elif isinstance(value, list):
            for k, inner in enumerate(value):
                put(f"{path}/{k}", inner)
        else:
            writer.writerow([path, "" if value is None else value])

    put("", figures)
    return buffer.getvalue()


def _write(path: Path, data: Any) -> None:
    write_whole(path, (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
