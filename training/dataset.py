"""The corpus as a data set: Parquet splits that ``datasets`` loads or streams.

Each report depends on (split, seed, index) alone and row groups have a fixed size, so that a
seed gives the same bytes with any number of processes. Memory holds a few row groups.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from hashlib import blake2b
from importlib import metadata, resources
from operator import itemgetter
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import configs, corpus
from ..corpus.examples import Example, report_of
from ..corpus.generate import SPLITS, example
from ..corpus.markup import Fact, Mark, Marked, in_order
from ..corpus.numbers import exact
from ..corpus.plant import Planted

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset, DatasetDict, Features, IterableDataset, IterableDatasetDict

_META = ("era", "form", "level", "year", "agency", "layouts", "damage", "container", "source")
_TALLIED = ("era", "level", "container")


def features() -> Features:
    """The declared features of a row; ``docs/corpus.md`` says what they mean."""
    from datasets import Features, Value

    text, whole, real = Value("string"), Value("int32"), Value("float64")
    place = {"start": whole, "end": whole}
    return Features({
        "id": text, "split": text, "text": text,
        "agency": text, "year": whole, "form": text, "era": text, "level": text,
        "sections": [{"id": text, "title": text, **place}],
        "tables": [{"id": text, **place}],
        "cells": [{"table": text, "row": text, "column": text, "value": real, "unit": text, "raw": text, **place}],
        "claims": [{
            "text": text, **place, "section": text, "metric": text, "value": real, "unit": text,
            "comparator": text, "scope": text, "period": text,
        }],
        "planted": [{"kind": text, "verdict": text, "claim": whole, "cells": [text], "note": text}],
        "layouts": [{"table": text, "layout": text}],
        "damage": [text],
        "container": text, "source": text, "more": text,
    })  # fmt: skip


def row_of(example: Example) -> dict[str, Any]:
    """An example as a row."""
    report, meta = example.report, example.meta
    stretches = sorted(((span, s) for s in report.sections for span in s.spans), key=itemgetter(0))
    return {
        "id": example.id, "split": example.split, "text": example.text,
        "agency": report.agency, "year": report.year, "form": report.form,
        "era": meta.get("era"), "level": meta.get("level"),
        "sections": [{"id": s.id, "title": s.title, "start": span.start, "end": span.end} for span, s in stretches],
        "tables": [{"id": t.id, "start": t.spans[0].start, "end": t.spans[-1].end} for t in report.tables],
        "cells": [
            {**dict(zip(("table", "row", "column"), m.address.split("/", 2), strict=True)), "value": m.value,
             "unit": m.unit, "raw": example.text[m.start:m.end], "start": m.start, "end": m.end}
            for m in example.marked.marks if m.kind == "cell"
        ],
        "claims": [
            {"text": c.text, "start": c.spans[0].start, "end": c.spans[-1].end, "section": c.section,
             "metric": c.metric, "value": c.value, "unit": c.unit, "comparator": c.comparator, "scope": c.scope,
             "period": c.period}
            for c in report.claims
        ],
        "planted": [{**p._asdict(), "cells": list(p.cells)} for p in example.planted],
        "layouts": [{"table": t, "layout": v} for t, v in sorted(meta.get("layouts", {}).items())],
        "damage": list(meta.get("damage", ())),
        "container": meta.get("container"), "source": meta.get("source"),
        "more": json.dumps({k: v for k, v in meta.items() if k not in _META}, ensure_ascii=False, sort_keys=True),
    }  # fmt: skip


def example_of(row: dict[str, Any]) -> Example:
    """The inverse of `row_of`: the example with its marks."""
    marks = [Mark(s["start"], s["end"], "section", s["id"]) for s in row["sections"]]
    marks += [Mark(t["start"], t["end"], "table", t["id"]) for t in row["tables"]]
    marks += [
        Mark(c["start"], c["end"], "cell", f"{c['table']}/{c['row']}/{c['column']}", (), _number(c["value"]), c["unit"])
        for c in row["cells"]
    ]
    claims: dict[tuple[int, int], list[Fact]] = {}
    for c in row["claims"]:
        comparator = None if c["comparator"] == "=" else c["comparator"]
        fact = Fact(c["metric"], _number(c["value"]), c["unit"], comparator, c["scope"], c["period"])
        claims.setdefault((c["start"], c["end"]), []).append(fact)
    marks += [Mark(start, end, "claim", "", tuple(facts)) for (start, end), facts in claims.items()]
    meta = {k: row[k] for k in ("era", "form", "level", "year", "agency", "damage", "container", "source")}
    meta |= {"layouts": {x["table"]: x["layout"] for x in row["layouts"]}, **json.loads(row["more"])}
    planted = tuple(Planted(**{**p, "cells": tuple(p["cells"])}) for p in row["planted"])
    marked = Marked(row["text"], in_order(marks))
    return Example(row["id"], row["split"], row["text"], report_of(marked, row["id"], meta), marked, planted, meta)


def _number(value: float | None) -> float | int | None:
    return None if value is None else exact(value)


# ---------------------------------------------------------------- building


class _Task(NamedTuple):
    split: str
    seed: int
    start: int
    stop: int


def sizes(n: int) -> dict[str, int]:
    """How many of ``n`` reports each split gets."""
    shares = configs.load("corpus")["shares"]
    total = sum(shares.values())
    out = {split: n * shares[split] // total for split in SPLITS}
    out["train"] += n - sum(out.values())
    return out


def build(
    folder: str | Path,
    *,
    n: int = 10_000,
    seed: int = 0,
    n_workers: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Write the data set: ``data/SPLIT.parquet`` and the card ``README.md``.

    Parameters
    ----------
    n : int
        Reports in all; ``configs/corpus.yaml`` shares them out among the splits.
    on_done : callable, optional
        Told how many more reports are written.

    Returns
    -------
    dict
        Reports by split.
    """
    import pyarrow.parquet as parquet

    folder = Path(folder)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    schema = features().arrow_schema
    wanted = sizes(n)
    group = configs.load("corpus")["row_group"]
    tallies: dict[str, Counter[tuple[str, str]]] = {}
    pool = ProcessPoolExecutor(n_workers) if n_workers > 1 else None
    try:
        for split, size in wanted.items():
            tally = tallies[split] = Counter()
            tasks = (_Task(split, seed, at, min(at + group, size)) for at in range(0, size, group))
            path = folder / "data" / f"{_file(split)}.parquet"
            part = path.with_suffix(".part")
            with parquet.ParquetWriter(part, schema, compression="zstd") as out:
                for batch, counts in _made(tasks, pool, 2 * n_workers):
                    out.write_batch(batch, row_group_size=group)
                    tally.update(counts)
                    if on_done is not None:
                        on_done(batch.num_rows)
            part.replace(path)
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
    (folder / "README.md").write_text(_card(wanted, tallies, n, seed), "utf-8")
    return wanted


def _made(
    tasks: Iterator[_Task], pool: ProcessPoolExecutor | None, window: int
) -> Iterator[tuple[pa.RecordBatch, Counter[tuple[str, str]]]]:
    """Row groups in order, with no more than ``window`` of them under way."""
    if pool is None:
        yield from map(_make, tasks)
        return
    waiting: deque[Future[tuple[pa.RecordBatch, Counter[tuple[str, str]]]]] = deque()
    for task in tasks:
        waiting.append(pool.submit(_make, task))
        if len(waiting) >= window:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _make(task: _Task) -> tuple[pa.RecordBatch, Counter[tuple[str, str]]]:
    import pyarrow as pa

    rows = [row_of(example(task.split, task.seed, index)) for index in range(task.start, task.stop)]
    tally: Counter[tuple[str, str]] = Counter()
    for row in rows:
        tally["n", "characters"] += len(row["text"])
        for name in ("claims", "cells", "planted"):
            tally["n", name] += len(row[name])
        for name in _TALLIED:
            tally[name, str(row[name])] += 1
        tally.update(("layout", x["layout"]) for x in row["layouts"])
        tally.update(("damage", x) for x in row["damage"] or ["none"])
        tally.update(("planted", x["note"] or x["kind"]) for x in row["planted"])
    return pa.RecordBatch.from_pylist(rows, schema=features().arrow_schema), tally


def _file(split: str) -> str:
    """``datasets`` allows no hyphen in the name of a split."""
    return split.replace("-", "_")


def fingerprint() -> str:
    """What the generator reads: the authored corpus, its settings and its code, as a digest."""
    digest = blake2b(digest_size=8)
    for package, suffixes in ((corpus, (".txt", ".py")), (configs, (".yaml",))):
        with resources.as_file(resources.files(package)) as path:
            for file in sorted(p for p in path.rglob("*") if p.suffix in suffixes):
                digest.update(file.relative_to(path).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _card(wanted: dict[str, int], tallies: dict[str, Counter[tuple[str, str]]], n: int, seed: int) -> str:
    files = "\n".join(f"  - split: {_file(s)}\n    path: data/{_file(s)}.parquet" for s in wanted)
    splits = "\n".join(
        f"| {_file(s)} | {size:,} | "
        + " | ".join(f"{tallies[s]['n', k]:,}" for k in ("characters", "claims", "cells", "planted"))
        + " |"
        for s, size in wanted.items()
    )
    parts = []
    for name in ("era", "level", "container", "layout", "damage", "planted"):
        keys = sorted({k for t in tallies.values() for kind, k in t if kind == name})
        if not keys:
            continue
        head = f"| {name} | " + " | ".join(map(_file, wanted)) + " |\n| --- |" + " --- |" * len(wanted)
        rows = [f"| {k} | " + " | ".join(str(tallies[s][name, k]) for s in wanted) + " |" for k in keys]
        parts.append("\n".join([head, *rows]))
    limits = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))
    template = resources.files(corpus).joinpath("card.md").read_text("utf-8")
    return Template(template).substitute(
        size=next((name for limit, name in limits if n < limit), "100K<n<1M"),
        files=files, n=n, seed=seed, version=metadata.version("gouji"), fingerprint=fingerprint(),
        splits=splits, tables="\n\n".join(parts),
    )  # fmt: skip


# ---------------------------------------------------------------- loading


def load(
    folder: str | Path, split: str | None = None, *, streaming: bool = False
) -> Dataset | DatasetDict | IterableDataset | IterableDatasetDict:
    """The data set that `build` wrote, through ``datasets``.

    Parameters
    ----------
    split : str, optional
        ``train``, ``dev``, ``test`` or ``test-hard``; all of them as a dict where None.
    streaming : bool
        Read row by row from the Parquet files, copying nothing.

    Raises
    ------
    FileNotFoundError
        If the folder holds no split of that name.
    """
    from datasets import load_dataset

    names = [split] if split is not None else [s for s in SPLITS if _path(folder, s).is_file()]
    for name in names or SPLITS[:1]:
        if not _path(folder, name).is_file():
            raise FileNotFoundError(f"{_path(folder, name)}: no such split here")
    files = {_file(s): str(_path(folder, s)) for s in names}
    return load_dataset(
        "parquet", data_files=files, split=_file(split) if split else None, streaming=streaming, features=features()
    )


def _path(folder: str | Path, split: str) -> Path:
    return Path(folder) / "data" / f"{_file(split)}.parquet"


def examples(folder: str | Path, split: str) -> Iterator[Example]:
    """The examples of a split, streamed."""
    return map(example_of, load(folder, split, streaming=True))
