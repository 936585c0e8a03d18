"""Label Studio: ``tasks.json`` and the labelling interface ``labels.xml``.

Sections, tables, claims and cells are regions; what a claim or cell says stands in its text
field, in the words of the inline form (``requests/new/total =12件``). A model's marks go in as
predictions, a person's as annotations.

Offsets count code points. Releases before 1.4 counted UTF-16 units; where only that reading
agrees with the stretch that a region quotes, it is taken (github.com/HumanSignal/label-studio/issues/1008).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from ... import configs
from ..forms import section_ids
from ..markup import Mark
from .base import Annotated, BrokenError, Refused, cell_mark, claim_mark, dump, files, restored, shown, spec

_MODEL = "gouji"
_BLANKS = re.compile(r"\s+")
_CONTROLS = {"section": "section", "table": "table", "claim": "mark", "cell": "mark"}
"""The control that draws each kind of region; a region's text field is ``says``."""


def labelling_config() -> str:
    """The labelling interface, with the sections and tables of the forms filled in."""
    template = resources.files(__package__).joinpath("label_studio.xml").read_text("utf-8")
    sections = configs.load("forms")["sections"]
    colours = ["#f4d35e", "#9bc53d", "#5bc0eb", "#e07a5f", "#b39ddb", "#80cbc4"]

    def labels(ids: Iterable[str]) -> str:
        return "\n".join(
            f"    <Label value={quoteattr(sections[s]['label'])} alias={quoteattr(s)} background={quoteattr(c)}/>"
            for s, c in zip(ids, colours * len(sections), strict=False)
        )

    facts = configs.load("display")["facts"]
    common = ["requests/new/total", "requests/result_total/total", "requests/carried_out/total"]
    shortcuts = "\n".join(
        f"    <Shortcut alias={quoteattr(facts.get(metric, metric))} value={quoteattr(metric)}/>"
        for metric in (*common, *(f for f in facts if not f.startswith("proposals")))
    )
    tables = [t for t in ("active_disclosure", "requests", "review_litigation", "annex") if t in sections]
    filled = {"@sections": labels(section_ids()), "@tables": labels(tables), "@shortcuts": shortcuts}
    for place, content in filled.items():
        template = template.replace(f"    <!-- {place} -->", content)
    return template


def write(items: Iterable[Annotated], folder: Path) -> int:
    (folder / "labels.xml").write_text(labelling_config(), "utf-8")
    n = 0
    part = folder / "tasks.json.part"  # half a list is none
    with part.open("w", encoding="utf-8") as out:
        out.write("[")
        for n, item in enumerate(items, 1):
            out.write(("," if n > 1 else "") + "\n" + dump(task_of(item)))
        out.write("\n]\n")
    part.replace(folder / "tasks.json")
    return n


def task_of(item: Annotated) -> dict[str, Any]:
    """One report as a task."""
    text, marks, rest = shown(item)
    result: list[dict[str, Any]] = []
    for index, mark in marks:
        region = f"{mark.kind[0]}{index}"
        place = {"start": mark.start, "end": mark.end, "text": text[mark.start : mark.end]}
        control = _CONTROLS[mark.kind]
        label = mark.address if mark.kind in ("section", "table") else mark.kind
        common: dict[str, Any] = {"id": region, "to_name": "text"}
        if item.scores:
            common["score"] = item.scores[index]
        result.append({**common, "from_name": control, "type": "labels", "value": {**place, "labels": [label]}})
        if control == "mark":
            said = spec(mark).split("; ") if mark.kind == "claim" else [spec(mark)]
            result.append(
                {**common, "from_name": "says", "type": "textarea", "value": {**place, "text": said}}
            )  # fmt: skip
    task: dict[str, Any] = {"data": {"text": text, "name": item.name}}
    if rest:
        task["data"]["gouji"] = rest
    if item.is_predicted:
        prediction: dict[str, Any] = {"model_version": _MODEL, "result": result}
        if item.scores:
            prediction["score"] = min(item.scores)
        task["predictions"] = [prediction]
    else:
        task["annotations"] = [{"result": result}]
    return task


def read(path: Path, *, annotator: str | None = None) -> Iterator[Annotated | Refused]:
    for file in files(path, ".json"):
        try:
            tasks = json.loads(file.read_bytes())
        except ValueError as error:
            yield Refused(str(file), "", f"not JSON: {error}")
            continue
        for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], 1):
            name = f"task {task['id']}" if isinstance(task, dict) and task.get("id") is not None else f"task #{number}"
            try:
                yield _item(task, str(file), name, annotator)
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
                known = isinstance(error, ValueError)
                reason = str(error) if known else f"not a task of ours ({type(error).__name__}: {error})"
                yield Refused(str(file), name, reason)


def _item(task: dict[str, Any], path: str, name: str, annotator: str | None) -> Annotated:
    data = task["data"]
    text = data["text"]
    given = [a for a in task.get("annotations", task.get("completions", ())) if not a.get("was_cancelled")]
    if annotator is not None:
        given = [a for a in given if annotator in _names(a)]
    elif len(given) > 1 and sum(bool(a.get("ground_truth")) for a in given) == 1:
        given = [a for a in given if a.get("ground_truth")]
    if len(given) > 1:
        who = ", ".join(name for a in given for name in _names(a)[-1:])
        raise BrokenError(f"{len(given)} annotations; say whose is to be taken ({who})")
    is_predicted = not given and annotator is None
    if is_predicted:
        given = task.get("predictions", [])[-1:]
    if not given:
        raise BrokenError("no annotation" + (f" by {annotator}" if annotator else ""))
    result = given[0]["result"]
    marks, scores = _marks(result, text)
    marked, about = restored(text, marks, data.get("gouji") or {})
    aligned = tuple(scores.get(m, 1.0) for m in marked.marks) if is_predicted and scores else ()
    report = str(data.get("name") or f"task-{task.get('id', name.removeprefix('task #'))}")
    return Annotated(report, marked, about, is_predicted, aligned, path, name)


def _names(annotation: dict[str, Any]) -> list[str]:
    """What an annotator goes by: number, address."""
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        return [str(who[k]) for k in ("id", "email") if who.get(k) is not None]
    return [str(who)] if who is not None else []


def _marks(result: list[dict[str, Any]], text: str) -> tuple[list[Mark], dict[Mark, float]]:
    regions: dict[str, tuple[str, int, int]] = {}
    says: dict[str, list[str]] = {}
    sure: dict[str, float] = {}
    order: list[str] = []
    for entry in result:
        value, region = entry.get("value", {}), str(entry.get("id"))
        if entry.get("type") == "labels" and entry.get("from_name") in _CONTROLS.values():
            labels = value["labels"]
            if len(labels) != 1:
                raise BrokenError(f"region {region!r} has {len(labels)} labels: {', '.join(labels)}")
            if region in regions:
                raise BrokenError(f"region {region!r} is labelled twice")
            start, end = _place(value, text, region)
            kind = labels[0] if entry["from_name"] == "mark" else f"{entry['from_name']} {labels[0]}"
            regions[region] = (kind, start, end)
            order.append(region)
            if isinstance(entry.get("score"), (int, float)):
                sure[region] = float(entry["score"])
        elif entry.get("from_name") == "says":
            words = value["text"]
            says[region] = [words] if isinstance(words, str) else [*words]
    marks: list[Mark] = []
    scores: dict[Mark, float] = {}
    for region in order:
        label, start, end = regions[region]
        kind, _, address = label.partition(" ")
        if kind == "claim":
            mark = claim_mark(start, end, says.pop(region, []))
        elif kind == "cell":
            mark = cell_mark(start, end, " ".join(says.pop(region, [])))
        elif kind in ("section", "table"):
            mark = Mark(start, end, kind, address)
        else:
            raise BrokenError(f"region {region!r} has an unknown label {kind!r}")
        marks.append(mark)
        if region in sure:
            scores[mark] = sure[region]
    if says:
        raise BrokenError(f"text without a region: {next(iter(says))!r}")
    return marks, scores


def _place(value: dict[str, Any], text: str, region: str) -> tuple[int, int]:
    start, end = int(value["start"]), int(value["end"])
    quoted = value.get("text")
    if quoted is None or _same(text[start:end], quoted):
        return start, end
    units = text.encode("utf-16-le", "surrogatepass")
    before, inside = units[: 2 * start], units[2 * start : 2 * end]
    if _same(inside.decode("utf-16-le", "replace"), quoted):
        at = len(before.decode("utf-16-le", "replace"))
        return at, at + len(inside.decode("utf-16-le", "replace"))
    raise BrokenError(
        f"region {region!r} quotes {quoted[:20]!r}, but {text[start:end][:20]!r} stands at [{start}, {end})"
    )


def _same(stretch: str, quoted: str) -> bool:
    """Label Studio runs blanks together in what it quotes, and writes line ends as backslash n."""
    return stretch == quoted or _BLANKS.sub("", stretch) == _BLANKS.sub("", quoted.replace("\\n", "\n"))
