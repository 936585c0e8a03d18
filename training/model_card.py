"""The step that writes a run's model card: all of it from what the run did and measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..models.store import write_whole
from .card import table, weights
from .failures import KINDS, Known
from .run import MODELS, Run
from .tally import Evaluation

LIMITS = """\
* Fitted on reports that were written and generated for this project, in invented places. How they read the reports of
  one archive is known only when some of those are annotated: `gouji evaluate FOLDER --model {run}`.
* Rows whose blanks were deleted so that nothing tells their columns apart are left out with a warning.
* Facts in words that no phrase of the corpus resembles get the metric `other` and are not checked.
* Findings point to two places in the text for a person to look at. They are not for ranking agencies, and an absent
  finding proves nothing."""


def write_card(run: Run) -> None:
    """The step: ``card.md``."""
    write_whole(run.out / "card.md", ("\n".join(_parts(run)).rstrip() + "\n").encode("utf-8", "replace"))


def _parts(run: Run) -> Iterator[str]:
    record, settings = run.record, run.settings
    yield "# Model card\n"
    yield f"Weights `{run.models_fingerprint()}`, written by `gouji train` on {record['started'][:10]}.\n"
    yield "## Models\n"
    yield weights(run.out) + "\n"
    yield "## Data\n"
    yield (
        f"Generated reports of the split `train` (seed {settings['seed']}), as many as the table above says, from the"
        f" corpus with fingerprint `{record['corpus']}`; no real report is in it."
    )
    if run.own:
        yield f"{record['annotated']} annotated reports of the user's own, fingerprint `{record['own']}`."
    yield ""
    if run.evaluation is None:
        yield "## Figures\n\nNothing was measured in this run (`--measure 0`).\n"
    else:
        yield from figures(run.evaluation)
        yield f"The test splits stay closed to a run; `gouji evaluate test --model {run.out.name}` opens them.\n"
    yield "## Limits\n"
    yield LIMITS.format(run=run.out.name) + "\n"
    yield from failures(run.failures)
    yield "## How it was made, and can be again\n"
    yield table(["what", "is"], list(_making(run))) + "\n"
    yield from _rebuilding(run)


def figures(found: Evaluation) -> Iterator[str]:
    """What was measured on dev."""
    yield f"## Figures on dev\n\nOn {found.n_reports} reports of `dev`, whose phrases were kept from training.\n"
    yield found.table() + "\n"
    for by in ("layout", "damage"):
        yield f"### By {by}\n"
        yield found.breakdown(by) + "\n"


def failures(known: Sequence[Known]) -> Iterator[str]:
    """What was read wrong, by kind; nothing where nothing was."""
    if not known:
        return
    yield "## Known failures\n\nOf the reports of dev measured above; the stretch in question stands in 【】.\n"
    for kind in known:
        yield f"### {KINDS[kind.kind]}: {kind.n}\n"
        rows = [[f"`{case}`", n, _plain(example)] for case, n, example in kind.cases]
        yield table(["commonest cases", "times", "for example"], rows) + "\n"


def _plain(text: str) -> str:
    """A stretch of a report within a cell of a markdown table."""
    for mark in ("\\", "|", "*", "_", "<", "`"):
        text = text.replace(mark, f"\\{mark}")
    return text


def _making(run: Run) -> Iterator[tuple[str, Any]]:
    record = run.record
    size = sum((run.out / f"{name}.npz").stat().st_size for name in MODELS if (run.out / f"{name}.npz").exists())
    yield "size of all weights", f"{size / 1e6:.2f} MB"
    if run.speed:
        speed = run.speed
        yield (
            "speed",
            f"{speed['ms_per_report']} ms of one core a report of {speed['characters_per_report']} characters",
        )
        yield "loading", f"{speed['loading_seconds']} s"
    yield "commit", record["git"] or "no checkout"
    yield "fingerprint of the code", record["code"]
    yield "processor", f"{record['processor']} ({record['machine']})"
    yield "cores", f"{record['cores']}, {record['processes']} processes"
    yield "Python", record["python"]
    yield "libraries", ", ".join(f"{k} {v}" for k, v in record["libraries"].items() if v)
    for name, fit in record["models"].items():
        if "seconds" in fit:
            iterations = f" {fit['iterations']} iterations," if "iterations" in fit else ""
            where = f" on {fit.get('gpu') or fit['processor']}" if "processor" in fit else ""
            yield f"`{name}`", f"{fit['reports']} reports,{iterations} {fit['seconds']} s{where}"


def _rebuilding(run: Run) -> Iterator[str]:
    own = " --annotated FOLDER" if run.own else ""
    yield "With the same commit, libraries and settings (`config.yaml` beside this card):\n"
    yield f"```sh\ngouji train --out again/ --config {Path(run.out.name) / 'config.yaml'}{own}\n```"
