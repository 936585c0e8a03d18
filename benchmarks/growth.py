"""What more annotated text is worth: models fitted on a smaller corpus beside models fitted on all of it.

    python -m benchmarks.growth --before ab3a029                # the corpus of an earlier commit
    python -m benchmarks.growth --before FOLDER --on DIR        # another authored corpus; other reports to measure on

Everything but the authored text is the same: generator, settings, seed, the number of generated
reports and what is measured on. Only public commands are run, each in a process of its own.
Some minutes on two cores; ``--reports`` sets how many generated reports each model sees.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
MODELS = ("stretches", "facts", "sections")
"""Those that learn from authored text; the table reader learns from drawn tables."""
ROWS = {
    "sections": "section boundaries",
    "figures": "figures of the tables",
    "claims": "claims, stretch and value",
    "claims_metric": "claims, also metric",
    "claims_whole": "claims, also comparator, scope and period",
    "contradictions": "contradictions",
}


def authored_at(revision: str, into: Path) -> Path:
    """The authored corpus of a commit, unpacked."""
    packed = subprocess.run(
        ["git", "archive", revision, "corpus/authored"], cwd=CHECKOUT, check=True, capture_output=True
    ).stdout
    into.mkdir(parents=True)
    subprocess.run(["tar", "x", "-C", into], input=packed, check=True)
    return into / "corpus" / "authored"


def fit(authored: Path | None, reports: int, out: Path) -> None:
    """Fit the models on an authored corpus."""
    out.mkdir(parents=True, exist_ok=True)
    config = out / "growth.yaml"
    settings = [f"{name}: {{reports: {reports}}}" for name in MODELS]
    config.write_text("\n".join([*settings, "calibration: {reports: 0}", ""]), "utf-8")
    env = os.environ | ({"GOUJI_AUTHORED": str(authored)} if authored else {})
    for name in MODELS:
        gouji("train", "--out", out, "--only", name, "--config", config, "--measure", "0", env=env)
    (out / "all-fitted").touch()


def gouji(*arguments: object, env: dict[str, str] | None = None) -> str:
    """What a command of gouji prints; its progress goes to standard error."""
    command = [sys.executable, "-m", "gouji", *map(str, arguments)]
    return subprocess.run(command, check=True, env=env, stdout=subprocess.PIPE, encoding="utf-8").stdout


def measure(model: Path, on: str, n: int) -> dict[str, Any]:
    """The figures of models on a split or a folder of annotated reports."""
    printed = gouji("evaluate", on, "--n", n, "--seed", 1, "--model", model, "--no-baseline", "--json")
    return json.loads(printed)["gouji"]


def cell(figures: dict[str, Any], row: str) -> str:
    """One figure with its counts."""
    one = figures[row]
    if not one["reference"]:
        return "–"
    if row == "figures":
        return f"{one['accuracy']:.3f} ({one['right']}/{one['reference']}, {one['invented']} invented)"
    if row == "contradictions":
        precision, recall = one["precision"], one["recall"]
        return f"{precision or 0:.3f} / {recall or 0:.3f} ({one['right']}/{one['predicted']}/{one['reference']})"
    return f"{one['f1']:.3f} ({one['right']}/{one['predicted']}/{one['reference']})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="a folder like corpus/authored, or a commit")
    parser.add_argument("--reports", type=int, default=400, help="generated reports that each model is fitted on")
    parser.add_argument("--on", action="append", default=[], help="folders of annotated reports beside the test split")
    parser.add_argument("-n", type=int, default=200, help="generated reports of the test split")
    parser.add_argument("--work", type=Path, help="keep the models here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        folder = Path(options.before)
        before = folder if folder.is_dir() else authored_at(options.before, Path(scratch) / "authored")
        for name, authored in (("before", before), ("after", None)):
            if not (work / name / "all-fitted").exists():  # a run that was cut off goes on
                fit(authored, options.reports, work / name)
        print(f"{options.reports} generated reports for each model; F1 (right/read/there),")
        print("contradictions: precision / recall.")
        for on in ("test", "test-hard", *options.on):
            old, new = (measure(work / name, on, options.n) for name in ("before", "after"))
            print(f"\n| {Path(on).name}: {new['reports']} reports | before | after |\n| --- | --- | --- |")
            for row, label in ROWS.items():
                print(f"| {label} | {cell(old, row)} | {cell(new, row)} |")


if __name__ == "__main__":
    main()
