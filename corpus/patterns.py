"""Authored phrases as patterns: their text with slots and marks, and the splits that may draw them.

The format is that of ``corpus/authored/README.md``.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from .markup import Marked, MarkupError, parse

SLOT = re.compile(r"\{(#[-~cw]?|Y(?:[+-]\d)?|agency|我|区|申请|网|号|上级|n{1,4}|date|phone|docno)\}")


class Slot(NamedTuple):
    """A slot of a template: what it asks for, where it stands, and the mark that holds it."""

    kind: str
    start: int
    end: int
    mark: int


@dataclass(frozen=True)
class Pattern:
    """A template: its text with slots, its marks, the slots inside of each."""

    id: str
    section: str
    era: str
    level: str
    source: Marked
    slots: tuple[Slot, ...]

    @property
    def has_claims(self) -> bool:
        return any(m.kind == "claim" for m in self.source.marks)


def compile_pattern(line: str, section: str = "", era: str = "any", level: str = "any") -> Pattern:
    """Read one template."""
    source = parse(line)
    claims = [(i, m) for i, m in enumerate(source.marks) if m.kind == "claim"]
    slots = []
    for match in SLOT.finditer(source.text):
        inside = next((i for i, m in claims if m.start <= match.start() < m.end), -1)
        slots.append(Slot(match[1], match.start(), match.end(), inside))
    bare = SLOT.sub("", source.text)
    return Pattern(blake2b(bare.encode(), digest_size=8).hexdigest(), section, era, level, source, tuple(slots))


def root() -> Path:
    """The authored corpus: the one that ships, or the folder that ``GOUJI_AUTHORED`` names."""
    own = os.environ.get("GOUJI_AUTHORED")
    return Path(own) if own else Path(str(resources.files(__package__).joinpath("authored")))


def authored(folder: str) -> Iterator[tuple[str, str]]:
    """Name and content of every authored file of a folder."""
    if (root() / folder).is_dir():
        for entry in sorted((root() / folder).iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".txt"):
                yield entry.name, entry.read_text("utf-8")


def split_of(name: str, pattern_id: str, dev_share: float) -> str:
    """The split that may draw a template: files ``t_*`` are for test, a fixed share of the others is for dev.

    Files ``mined_*`` were written against what was misread in dev: there they would make it harder than reports are.
    """
    if name.startswith("t_"):
        return "test"
    if name.startswith("mined_"):
        return "train"
    return "dev" if int(pattern_id, 16) % 1000 < dev_share * 1000 else "train"


HALVES = ("train-1", "train-2")
"""The phrases of train in two parts, so that a model which learned from the one can be tried on the other."""


def is_drawn(split: str, name: str, pattern_id: str, dev_share: float) -> bool:
    """Whether a split, or a half of train, may draw a template."""
    of = split_of(name, pattern_id, dev_share)
    return split == (HALVES[int(pattern_id, 16) // 1000 % 2] if of == "train" and split in HALVES else of)


@cache
def phrases(split: str, dev_share: float, folder: str = "phrases") -> dict[str, tuple[Pattern, ...]]:
    """The phrases of a split, by section; those of the folder ``slips`` by what is made wrong of them."""
    out: dict[str, list[Pattern]] = {}
    held: set[str] = set()  # what the test split states in the very words of another file is its own
    for name, content in sorted(authored(folder), key=lambda f: not f[0].startswith("t_")):
        section, era, level = "overview", "any", "any"
        for line in content.split("\n"):
            line = line.strip("\r")
            if not line.strip() or line.startswith("# ") or line == "#":
                continue
            if line.startswith("@ "):
                section, era, level = (*line[2:].split(), "any", "any")[:3]
                continue
            try:
                pattern = compile_pattern(line, section, era, level)
            except MarkupError as error:  # one slip of an annotator must not stop the others' work
                warnings.warn(f"{name}: {error}: {line[:60]}", stacklevel=2)
                continue
            if name.startswith("t_") and pattern.has_claims:
                held.add(pattern.id)
            elif pattern.id in held:
                continue
            if is_drawn(split, name, pattern.id, dev_share):
                out.setdefault(section, []).append(pattern)
    return {k: tuple(v) for k, v in out.items()}


def fits(pattern: Pattern, era: str, level: str) -> bool:
    """Whether a phrase is meant for the era and the level of a report."""
    eras = {"any", era} | ({"modern"} if era != "legacy" else set())
    return pattern.era in eras and pattern.level in ("any", level)
