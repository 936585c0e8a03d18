"""brat standoff: ``NAME.txt`` and ``NAME.ann``, with ``annotation.conf`` and ``visual.conf``.

Sections and tables are shown by the first line of theirs, as brat draws no stretch over lines;
claims and cells are whole, in fragments where they run over lines. What a claim or cell says is
its note, in the words of the inline form. A section reaches to the next one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from ... import configs
from ..forms import section_ids
from ..markup import Mark, in_order
from .base import Annotated, BrokenError, Refused, cell_mark, claim_mark, dump, files, restored, safe_name, shown, spec

_BOUND = re.compile(r"(?P<id>T\d+)\t(?P<type>\S+) (?P<spans>\d+ \d+(?:;\d+ \d+)*)\t(?P<text>.*)")
_NOTE = re.compile(r"#\d*\tAnnotatorNotes (?P<id>T\d+)\t(?P<text>.*)")
_TABLES = ("active_disclosure", "requests", "review_litigation", "annex", "unknown")
_BLANKS = re.compile(r"\s+")


def write(items: Iterable[Annotated], folder: Path) -> int:
    for name, content in configuration().items():
        (folder / name).write_text(content, "utf-8")
    n = 0
    for item in items:
        n += 1
        name = safe_name(item.name)
        text, lines, rest = standoff(item)
        (folder / f"{name}.txt").write_bytes(text.encode("utf-8", "surrogatepass"))
        (folder / f"{name}.ann").write_bytes("".join(f"{x}\n" for x in lines).encode("utf-8", "surrogatepass"))
        (folder / f"{name}.json").write_text(dump(rest) + "\n", "utf-8")
    return n


def configuration() -> dict[str, str]:
    """brat's settings, by file name, with the sections and tables of the forms filled in."""
    sections = configs.load("forms")["sections"]
    named = [(f"section-{s}", sections[s]["label"], "#f4d35e") for s in section_ids()]
    named += [(f"table-{t}", sections.get(t, {}).get("label", t), "#9bc53d") for t in _TABLES]
    out = {}
    for name in ("annotation.conf", "visual.conf"):
        template = resources.files(__package__).joinpath(f"brat_{name}").read_text("utf-8")
        for place, line in (
            ("# @types", lambda n: n[0]),
            ("# @labels", lambda n: f"{n[0]} | {n[1]}"),
            ("# @colours", lambda n: f"{n[0]}\tbgColor:{n[2]}"),
        ):
            template = template.replace(place, "\n".join(map(line, named)))
        out[name] = template
    return out


def standoff(item: Annotated) -> tuple[str, list[str], dict[str, Any]]:
    """Text, annotation lines, and what travels beside."""
    text, marks, rest = shown(item)
    lines: list[str] = []
    exact: list[list[Any]] = []
    hidden: list[list[Any]] = []
    for _, mark in marks:
        kind = mark.kind if mark.kind in ("claim", "cell") else f"{mark.kind}-{mark.address}"
        pieces = _pieces(text, mark)
        if not pieces:  # nothing but blanks: brat has no stretch to show
            hidden.append([kind, mark.start, mark.end, spec(mark)])
            continue
        if (pieces[0][0], pieces[-1][1]) != (mark.start, mark.end):
            exact.append([kind, pieces[0][0], pieces[-1][1], mark.start, mark.end])
        number = len(lines) + 1
        places = ";".join(f"{s} {e}" for s, e in pieces)
        lines.append(f"T{number}\t{kind} {places}\t{' '.join(text[s:e] for s, e in pieces)}")
        if mark.kind in ("claim", "cell"):
            lines.append(f"#{number}\tAnnotatorNotes T{number}\t{spec(mark)}")
    rest["length"] = len(text)
    if exact:
        rest["exact"] = exact
    if hidden:
        rest["hidden"] = hidden
    if item.is_predicted:
        rest["predicted"] = True
    rest["name"] = item.name
    return text, lines, rest


def _pieces(text: str, mark: Mark) -> list[tuple[int, int]]:
    """The stretch line by line, without blanks at the ends; of sections and tables the first line."""
    out = []
    for match in re.finditer(r"[^\n]+", text[mark.start : mark.end]):
        words = match.group()
        if not words.strip():
            continue
        start = mark.start + match.start() + len(words) - len(words.lstrip())
        out.append((start, start + len(words.strip())))
        if mark.kind in ("section", "table"):
            break
    return out


def read(path: Path) -> Iterator[Annotated | Refused]:
    for file in files(path, ".ann"):
        source = file.with_suffix(".txt")
        try:
            text = source.read_bytes().decode("utf-8", "surrogatepass")
            beside = file.with_suffix(".json")
            rest = json.loads(beside.read_bytes()) if beside.is_file() else {}
            content = file.read_bytes().decode("utf-8", "surrogatepass")
            yield _item(text, content, rest, file)
        except OSError as error:
            yield Refused(str(file), "", f"{source.name}: {error.strerror or error}")
        except ValueError as error:
            yield Refused(str(file), "", str(error))


def _item(text: str, content: str, rest: dict[str, Any], file: Path) -> Annotated:
    bound: dict[str, tuple[str, int, int]] = {}
    notes: dict[str, str] = {}
    for number, line in enumerate(content.split("\n"), 1):
        if (match := _BOUND.fullmatch(line)) is not None:
            places = [tuple(map(int, p.split(" "))) for p in match["spans"].split(";")]
            bound[match["id"]] = (match["type"], *_joined(text, places, match["text"], f"line {number}"))
        elif (match := _NOTE.fullmatch(line)) is not None:
            known = notes.get(match["id"])
            notes[match["id"]] = match["text"] if known is None else f"{known}; {match['text']}"
        elif line.startswith("T"):
            raise BrokenError(f"line {number}: not understood: {line[:60]!r}")
    exact = {(kind, s, e): (start, end) for kind, s, e, start, end in rest.get("exact", ())}
    leaves: list[Mark] = []
    opened: list[tuple[int, int, str]] = []
    for key, (kind, s, e) in bound.items():
        start, end = exact.get((kind, s, e), (s, e))
        if kind == "claim":
            leaves.append(claim_mark(start, end, [notes.get(key, "")]))
        elif kind == "cell":
            leaves.append(cell_mark(start, end, notes.get(key, "")))
        elif kind.startswith("section-"):
            opened.append((start, end, kind.removeprefix("section-")))
        elif kind.startswith("table-"):
            leaves.append(Mark(start, end, "table", kind.removeprefix("table-")))
        else:
            raise BrokenError(f"{key}: unknown type {kind!r}")
    for kind, start, end, said in rest.get("hidden", ()):
        if kind.startswith("section-"):
            opened.append((start, end, kind.removeprefix("section-")))
        elif kind.startswith("table-"):
            leaves.append(Mark(start, end, "table", kind.removeprefix("table-")))
        else:
            leaves.append(claim_mark(start, end, [said]) if kind == "claim" else cell_mark(start, end, said))
    opened.sort()
    ends = [start for start, _, _ in opened[1:]] + [len(text)]
    sections = [Mark(s, e, "section", name) for (s, _, name), e in zip(opened, ends, strict=False)]
    marked, about = restored(text, in_order([*sections, *leaves]), rest)
    name = rest.get("name") or file.stem
    return Annotated(name, marked, about, bool(rest.get("predicted")), path=str(file))


def _joined(text: str, places: list[tuple[int, ...]], quoted: str, where: str) -> tuple[int, int]:
    """One stretch from its fragments, which only blanks may part."""
    start, end = places[0][0], places[-1][1]
    if end > len(text):
        raise BrokenError(f"{where}: [{start}, {end}) lies outside of the text")
    for (_, left), (right, _) in pairwise(places):
        if left > right or text[left:right].strip():
            raise BrokenError(f"{where}: fragments with other words between: {quoted[:30]!r}")
    found = " ".join(text[s:e] for s, e in places)
    if _BLANKS.sub("", found) != _BLANKS.sub("", quoted):
        raise BrokenError(f"{where}: quotes {quoted[:20]!r}, but {found[:20]!r} stands at [{start}, {end})")
    return start, end
