"""The step that fits an encoder, where the settings ask for one."""

from __future__ import annotations

import json
import time
from itertools import chain, islice
from typing import Any

from ..corpus.generate import generate
from ..models.encoder import NAME, USE
from ..models.families import FAMILIES
from ..models.store import write_whole
from .fit_tables import drawn, sequence
from .fitting import about_of, is_made
from .run import Run, made_of

_N_SAMPLE = 12
_LARGE = 12_000_000
_EXTRA = "training an encoder needs the extra: pip install 'gouji[train,transformer]' 训练编码器需要安装可选依赖"


def fit_encoder(run: Run) -> None:
    """The step: fit the encoder that the settings describe; a killed run goes on from its last state.

    Raises
    ------
    ValueError
        If what it needs is not installed, or a setting makes no sense.
    """
    family = run.settings["family"]
    if family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, found {family!r}")
    if not run.with_encoder:
        set_use(run)
        return
    if is_made(run.out, NAME, made_of(NAME, run)):
        run.tell(f"{NAME}: kept from the run before 沿用上次结果")
        set_use(run)
        return
    try:
        from . import encoder as fitting
        from . import export
    except ModuleNotFoundError as error:
        raise ValueError(f"{error.name} is not installed; {_EXTRA}") from None
    options = _checked(run.settings[NAME])
    checkpoint = str(options["checkpoint"])
    if checkpoint:  # before anything that takes long
        fitting.checkpoint_vocabulary(checkpoint, say=run.tell)
    start = time.monotonic()
    seed = run.settings["seed"]
    n = int(options["reports"])
    harder = min(int(options["harder"]), n)
    run.tell(f"{NAME}: drawing {n} reports …")
    examples = chain(generate("train", n - harder, seed + 1), generate("train-hard", harder, seed + 1))
    reports = [*run.own, *(e.report for e in examples)]
    held = [e.report for e in generate("dev", int(options["held"]), seed)]
    state = run.out / f"{NAME}.state"
    network, vocabulary, labels, steps = fitting.fit(
        reports,
        {**options, "seed": seed},
        checkpoint=checkpoint or None,
        tables=map(sequence, drawn(int(options["tables"]), seed + 1)),
        held=held,
        state=state,
        made_of=made_of(NAME, run),
        say=run.tell,
    )
    sample = fitting.lessons(vocabulary, islice(reports, _N_SAMPLE)).claims.windows
    made = export.exported(network, vocabulary, labels.names, _use(run), sample=sample)
    made.save(run.out, about_of(NAME, run))
    state.unlink(missing_ok=True)
    run.record["processor"] = fitting.processor().upper()
    run.record["models"][NAME] = {
        **fitting.machine(),
        "reports": len(reports),
        "iterations": steps,
        "seconds": round(time.monotonic() - start, 1),
        "bytes": (run.out / f"{NAME}.npz").stat().st_size,
        "weights": sum(p.numel() for p in network.parameters()),
    }
    size = run.record["models"][NAME]["bytes"]
    run.tell(f"{NAME}: {len(reports)} reports, {size:,} bytes")
    if size > _LARGE:
        run.tell(f"{NAME}: larger than {_LARGE / 1e6:.0f} MB: reading will take longer with it 编码器较大，读取会变慢")


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    """The settings of an encoder, where they make sense together."""
    if not options["checkpoint"] and (not options["blocks"] or set(options["blocks"]) - set("ca")):
        raise ValueError(f"{NAME}: blocks must be a word of c and a, found {options['blocks']!r}")
    for key in ("reports", "steps", "minutes", "batch"):
        if not options[key]:
            raise ValueError(f"{NAME}: {key} must be more than 0")
    return dict(options)


def _use(run: Run) -> dict[str, Any]:
    """How the encoder of a run is used: its family, and its say beside the linear models."""
    options = run.settings[NAME]
    return {"family": run.settings["family"], **{key: options[key] for key in USE if key in options}}


def set_use(run: Run) -> None:
    """Have an encoder that lies in the folder already used as the settings say."""
    path = run.out / f"{NAME}.json"
    if path.exists():
        about = {**json.loads(path.read_text("utf-8")), **_use(run)}
        write_whole(path, (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())
