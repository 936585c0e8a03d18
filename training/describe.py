"""The card of weights that no run left one beside, as of those that ship: from their manifests, and measured now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..models import store
from ..models.families import family_of
from .card import weights
from .evaluate import run as measured
from .measuring import look, main_figures
from .model_card import LIMITS, failures, figures
from .run import Say, Tools, corpus_fingerprint, git_commit
from .tally import Evaluation

CARD, RECORD = "card.md", "run.json"
TEST_SEED = 1
_MARK = "described"
"""What tells a record that was written here from that of a run."""


def describe(folder: Path, tools: Tools, *, n: int = 100, n_test: int = 0, say: Say = print) -> None:
    """Measure a folder of weights on dev, and on ``n_test`` reports of test, and write its ``card.md``.

    ``run.json``, with the figures that `gouji models list` shows, is written where no run left its own.

    Raises
    ------
    ValueError
        If the folder is one that a run wrote: its card tells more.
    ModelError
        If a model is missing or damaged.
    """
    record = _record(folder / RECORD)
    if (folder / CARD).exists() and _MARK not in record:
        raise ValueError(f"{folder}: has a card that its run wrote; nothing is replaced 已有训练时写的模型卡")
    say(f"measuring on {n} reports of dev …")
    found, known, _ = look(folder, tools, n)
    opened = None
    if n_test:
        say(f"measuring on {n_test} reports of test …")
        opened = measured("test", tools.reader(folder), tools.check, n=n_test, seed=TEST_SEED)[0]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    parts = [*_head(folder, today), *_test(opened), *figures(found), *_limits(), *failures(known), *_making(folder)]
    store.write_whole(folder / CARD, ("\n".join(parts).rstrip() + "\n").encode("utf-8", "replace"))
    if not record or _MARK in record:
        record = {
            _MARK: today,
            "models": store.fingerprint(folder),
            "git": git_commit(),
            "metrics": main_figures(found),
        }
        store.write_whole(folder / RECORD, (json.dumps(record, indent=1) + "\n").encode())


def _record(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _head(folder: Path, today: str) -> Iterator[str]:
    about = store.manifests(folder)
    size = sum(p.stat().st_size for p in store.files(folder))
    yield "# Model card\n"
    yield f"Weights `{store.fingerprint(folder)}`, described by `gouji models card` on {today}. They read as the family"
    yield f"**{family_of(folder)}** (docs/models.md tells what each model decides) and take {size / 1e6:.2f} MB.\n"
    yield "## Models\n"
    yield weights(folder) + "\n"
    yield "## Data\n"
    yield "Reports of the split `train`, generated from the corpus of invented reports; no real report is in it. The"
    yield "column `corpus` holds the fingerprint of the corpus that each was fitted on; that of the present one is"
    yield f"`{corpus_fingerprint()}`."
    own = max((int(one.get("annotated") or 0) for one in about.values()), default=0)
    if own:
        yield f"{own} annotated reports of the user's own were learned from as well."
    yield from _calibration(about.get("calibration", {}).get("about", {}))
    yield ""


def _calibration(about: Mapping[str, Any]) -> Iterator[str]:
    if not about:
        yield "Confidences are as the models say them: no calibration lies beside."
        return
    split, n, n_candidates = (about.get(key, "–") for key in ("split", "reports", "candidates"))
    yield f"What confidences are worth was fitted on {n} generated reports of `{split}`, and whether a contradiction is"
    yield f"real on {n_candidates} of theirs."


def _test(found: Evaluation | None) -> Iterator[str]:
    if found is None:
        return
    yield "## Figures on the test split\n"
    yield f"`gouji evaluate test --n {found.n_reports} --seed {TEST_SEED}`; its phrases, half of its layouts of tables"
    yield "and some kinds of damage were kept from training.\n"
    yield found.table() + "\n"
    yield "### Kinds of damage that training never saw\n"
    yield found.breakdown("held_out") + "\n"


def _limits() -> Iterator[str]:
    yield "## Limits\n"
    yield LIMITS.format(run="DIR").replace(" --model DIR", "") + "\n"


def _making(folder: Path) -> Iterator[str]:
    yield "## How it was made, and can be again\n"
    yield "`gouji train --out again/` fits the four linear models and the calibration on the present corpus, and"
    yield "`gouji train --out again/ --only encoder` the encoder, which else is copied. The table above says with which"
    yield "settings each was fitted; where its corpus is not the present one, the commit of that corpus is needed, too."
