"""doccano: ``reports.jsonl`` for a sequence labelling project, ``labels.json`` for its label types.

A label says what a stretch is: ``section overview``, ``table requests``, ``cell requests/new/total``,
``claim requests/new/total part``. Values stand in a field of ours that doccano keeps with the
document; a stretch that was labelled in doccano has its value read from the text. The project
must allow overlapping spans (sections hold claims).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ... import configs
from ..forms import section_ids
from ..markup import Mark, MarkupError, parse_fact, write_fact
from .base import Annotated, BrokenError, Refused, cell_mark, claim_mark, dump, files, restored, shown, spec

_LONGEST = 100
"""doccano stores no longer label."""
_COLOURS = {"section": "#f4d35e", "table": "#9bc53d", "cell": "#1565c0", "claim": "#2e7d32"}


def write(items: Iterable[Annotated], folder: Path) -> int:
    (folder / "labels.json").write_text(json.dumps(label_types(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    n = 0
    with (folder / "reports.jsonl").open("w", encoding="utf-8") as out:
        for item in items:
            n += 1
            out.write(dump(line_of(item)) + "\n")
    return n


def label_types() -> list[dict[str, Any]]:
    """The labels that an annotator will want, for doccano's import of label types."""
    names = [f"section {s}" for s in section_ids()]
    names += [f"claim {m}" for m in ("requests/new/total", "requests/result_total/total")]
    names += [f"claim {m}" for m in configs.load("metrics")["facts"] if "*" not in m]
    return [
        {"text": n, "background_color": _COLOURS[n.partition(" ")[0]], "text_color": "#ffffff"} for n in names
    ]  # fmt: skip


def line_of(item: Annotated) -> dict[str, Any]:
    """One report as a line of JSON."""
    text, marks, rest = shown(item)
    labels: list[list[Any]] = []
    values: dict[str, list[str]] = {}
    legend: dict[str, str] = {}
    for _, mark in marks:
        if mark.kind == "claim":
            said = [(f"claim {write_fact(f._replace(value=None, unit=None, comparator=None))}", write_fact(f))
                    for f in mark.facts]  # fmt: skip
        else:
            said = [(f"{mark.kind} {mark.address}", spec(mark))]
        for label, words in said:
            short = _short(label)
            if short != label:
                legend[short] = label
            labels.append([mark.start, mark.end, short])
            if mark.kind in ("claim", "cell"):
                values.setdefault(f"{mark.start} {mark.end} {short}", []).append(words)
    own = {**rest, "length": len(text)}
    if values:
        own["values"] = values
    if legend:
        own["legend"] = legend
    if item.is_predicted:
        own["predicted"] = True
    # as a string, which every version of doccano gives back as it was
    return {"text": text, "label": labels, "name": item.name, "gouji": dump(own)}


def _short(label: str) -> str:
    if len(label) <= _LONGEST:
        return label
    digest = hashlib.blake2b(label.encode(), digest_size=5).hexdigest()
    return f"{label[: _LONGEST - 12]}…#{digest}"


def read(path: Path) -> Iterator[Annotated | Refused]:
    for file in files(path, ".jsonl"):
        lines = [line for line in file.read_bytes().decode("utf-8-sig", "replace").split("\n") if line.strip()]
        legend: dict[str, str] = {}
        for line in lines:
            try:
                legend.update(_own(json.loads(line)).get("legend", {}))
            except (ValueError, AttributeError, TypeError):
                continue  # said below
        for number, line in enumerate(lines, 1):
            name = f"line {number}"
            try:
                data = json.loads(line)
                if isinstance(data, dict) and data.get("id") is not None:
                    name += f" (id {data['id']})"
                yield _item(data, str(file), name, legend, number)
            except ValueError as error:
                yield Refused(str(file), name, str(error))
            except (KeyError, TypeError, AttributeError) as error:
                yield Refused(str(file), name, f"not a document of ours ({type(error).__name__}: {error})")


def _own(data: dict[str, Any]) -> dict[str, Any]:
    """Our field, wherever this version of doccano keeps what it does not know."""
    for place in (data, data.get("meta"), data.get("metadata"), data.get("Metadata")):
        if isinstance(place, dict) and "gouji" in place:
            found = place["gouji"]
            return json.loads(found) if isinstance(found, str) else found
    return {}


def _item(data: dict[str, Any], path: str, task: str, legend: dict[str, str], number: int) -> Annotated:
    text, own = data["text"], _own(data)
    given = [tuple(entry) for entry in data.get("label", data.get("labels", ()))]
    given += [(e["start_offset"], e["end_offset"], e["label"]) for e in data.get("entities", ())]
    values = own.get("values", {})
    marks: list[Mark] = []
    claims: dict[tuple[int, int], list[str]] = {}
    for start, end, short in given:
        label = legend.get(short, short)
        kind, _, said = label.partition(" ")
        known = values.get(f"{start} {end} {short}")
        words = known.pop(0) if known else said
        if kind == "claim":
            try:
                parse_fact(words)
            except MarkupError as error:
                raise BrokenError(f"[{start}, {end}): {error}") from None
            claims.setdefault((start, end), []).append(words)
        elif kind == "cell":
            marks.append(cell_mark(start, end, words))
        elif kind in ("section", "table"):
            marks.append(Mark(start, end, kind, said))
        else:
            raise BrokenError(f"unknown label {short!r} at [{start}, {end})")
    marks += [claim_mark(start, end, said) for (start, end), said in claims.items()]
    marked, about = restored(text, marks, own)
    name = str(data.get("name") or (data.get("meta") or {}).get("name") or data.get("id") or f"line-{number}")
    return Annotated(name, marked, about, bool(own.get("predicted")), path=path, task=task)
