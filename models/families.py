"""Which family of models reads: linear, an encoder, or both.

The manifest of a folder's encoder says it; a folder without one is linear. Claims: all families
answer the same two calls, ``find`` the stretches and ``predict`` what they state. Lines and
words of tables: the encoder is a second opinion within the sequence model, or, where it reads
alone, all that the moves of that model are decided by.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from ..corpus.report import Certainty
from ..corpus.text import Line, Text
from . import store
from .claim_features import Segment, Stretch, segments
from .claim_windows import claim_windows, clause_windows
from .decoding import ALPHABET, best_tags
from .encoder import LINES, ROLES, Encoder, is_runnable
from .encoder import NAME as ENCODER
from .facts import JOIN, FactModel, Statement, rivals_of
from .second import UNKNOWN, SecondOpinion
from .sections import LineTag, SectionModel
from .stretches import StretchModel, moved, stretches_of
from .tables import TableModel
from .windows import CLAUSE

FAMILIES = ("linear", "transformer", "combined")


class Finder(Protocol):
    """Finds the stretches that state facts."""

    def find(self, view: str, rows: Sequence[Line], tags: Sequence[LineTag]) -> list[Stretch]: ...
    def save(self, folder: Path, about: dict[str, object] | None = None) -> None: ...


class Teller(Protocol):
    """Tells what stretches state."""

    def predict(
        self, text: Text, found: Sequence[Stretch], rows: Sequence[Line], tags: Sequence[LineTag], year: int | None
    ) -> list[Statement]: ...
    def save(self, folder: Path, about: dict[str, object] | None = None) -> None: ...


class EncoderFinder:
    """Stretches by the encoder's tags; or, within `StretchModel`, a second opinion on them."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.below = float(encoder.settings.get("tag_below", 0.0))
        self.weight = float(encoder.settings.get("tag_weight", 0.0))

    def scores(self, view: str, parts: Sequence[Segment], tags: Sequence[LineTag]) -> list[np.ndarray]:
        """Log probabilities of O, B, I and N at each character of each segment, shape (size, 4)."""
        if not parts:
            return []
        windows, spans = clause_windows(self.encoder.vocabulary, view, parts, tags)
        told = self.encoder.tags(windows)
        shown = [told[k][windows.marks[k] == CLAUSE] for k in range(len(spans))]
        out: list[np.ndarray] = []
        at = 0
        for part in parts:  # the windows of a long clause are one again
            behind = at
            while behind < len(spans) and spans[behind][1] <= part.end and spans[behind][0] >= part.start:
                behind += 1
            out.append(np.concatenate(shown[at:behind]))
            at = behind
        return out

    def find(self, view: str, rows: Sequence[Line], tags: Sequence[LineTag]) -> list[Stretch]:
        """The stretches that state facts."""
        parts = segments(view, rows, tags)
        out: list[Stretch] = []
        for part, mine in zip(parts, self.scores(view, parts, tags), strict=True):
            marked = best_tags(mine)
            told = [ALPHABET.index(letter) for letter in marked]
            chances = np.exp(mine)
            found = stretches_of(view, part, marked, chances[np.arange(len(mine)), told].tolist())
            out += moved(found, part, chances[:, ALPHABET.index("B")].tolist())
        return sorted(out)

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        self.encoder.save(folder, about)


class EncoderTeller:
    """Facts by the encoder alone."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def predict(
        self, text: Text, found: Sequence[Stretch], rows: Sequence[Line], tags: Sequence[LineTag], year: int | None
    ) -> list[Statement]:
        """A statement for each stretch."""
        if not found:
            return []
        told = self.encoder.facts(claim_windows(self.encoder.vocabulary, text.view, found, rows, tags, year))
        best = {head: [self.encoder.labels[head][k] for k in p.argmax(axis=1)] for head, p in told.items()}
        sure = {head: p.max(axis=1).tolist() for head, p in told.items()}
        rivals = rivals_of(told["metrics"], self.encoder.labels["metrics"])
        return [
            Statement(
                tuple(best["metrics"][i].split(JOIN)),
                best["scopes"][i],
                best["periods"][i],
                "number" if stretch.number is not None else best["kinds"][i],
                Certainty(
                    1.0 if stretch.number is not None else sure["kinds"][i],
                    sure["metrics"][i],
                    sure["scopes"][i],
                    sure["periods"][i],
                    *rivals[i],
                ),
            )
            for i, stretch in enumerate(found)
        ]

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        self.encoder.save(folder, about)


class CombinedTeller:
    """The linear models tell; where they are not sure of a metric, the encoder is asked too.

    Two probabilities of a metric become one as their weighted geometric mean: models of different
    kinds err in different places. Scope and period are told by the one that is surer of them.
    """

    def __init__(self, facts: FactModel, encoder: Encoder) -> None:
        self.facts = facts
        self.encoder = encoder
        self.below = float(encoder.settings.get("below", 0.9))
        self.weight = float(encoder.settings.get("weight", 0.5))
        mine = {label: k for k, label in enumerate(facts.metrics.labels)}
        strange = [label for label in encoder.labels["metrics"] if label not in mine]
        self.metrics = [*facts.metrics.labels, *strange]
        of = {label: k for k, label in enumerate(self.metrics)}
        self._columns = np.array([of[label] for label in encoder.labels["metrics"]])

    def predict(
        self, text: Text, found: Sequence[Stretch], rows: Sequence[Line], tags: Sequence[LineTag], year: int | None
    ) -> list[Statement]:
        """A statement for each stretch."""
        if not found:
            return []
        told, metrics = self.facts.tell(text, found, rows, tags, year)
        doubtful = np.flatnonzero(metrics.max(axis=1) < self.below)
        if not len(doubtful):
            return told
        windows = claim_windows(self.encoder.vocabulary, text.view, found, rows, tags, year, doubtful.tolist())
        theirs = self.encoder.facts(windows)
        joint = self.joined(metrics[doubtful], theirs["metrics"])
        rivals = rivals_of(joint, self.metrics)
        for k, (i, row, others) in enumerate(zip(doubtful.tolist(), joint, rivals, strict=True)):
            best = int(row.argmax())
            one = self._surer(told[i], theirs["scopes"][k], theirs["periods"][k])
            certainty = one.certainty._replace(metric=float(row[best]), rivals=others[0], odds=others[1])
            told[i] = one._replace(metrics=tuple(self.metrics[best].split(JOIN)), certainty=certainty)
        return told

    def _surer(self, told: Statement, scopes: np.ndarray, periods: np.ndarray) -> Statement:
        """A statement with the encoder's scope and period where it is surer of them."""
        sure = told.certainty
        if (scope := float(scopes.max())) > sure.scope:
            label = self.encoder.labels["scopes"][int(scopes.argmax())]
            told, sure = told._replace(scope=label), sure._replace(scope=scope)
        if (period := float(periods.max())) > sure.period:
            label = self.encoder.labels["periods"][int(periods.argmax())]
            told, sure = told._replace(period=label), sure._replace(period=period)
        return told._replace(certainty=sure)

    def joined(self, mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        """Probabilities of `metrics` by both models, each row of sum 1."""
        both = np.full((2, len(mine), len(self.metrics)), UNKNOWN)
        both[0, :, : mine.shape[1]] = mine
        both[1][:, self._columns] = theirs
        logs = np.log(np.maximum(both, 1e-9))
        mixed = np.exp((1 - self.weight) * logs[0] + self.weight * logs[1])
        return mixed / mixed.sum(axis=1, keepdims=True)

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        self.facts.save(folder, about)
        self.encoder.save(folder, about)


def family_of(folder: Path) -> str:
    """The family of a model folder.

    Raises
    ------
    ModelError
        If its encoder's manifest names none.
    """
    manifest = folder / f"{ENCODER}.json"
    if not manifest.exists():
        return "linear"
    try:
        about = json.loads(manifest.read_text("utf-8"))
        family = about.get("family") if isinstance(about, dict) else None
    except (OSError, ValueError) as error:
        raise store.ModelError(f"{manifest}: cannot be read ({error})") from None
    if family not in FAMILIES:
        raise store.ModelError(f"{manifest}: family {family!r}; gouji knows {', '.join(FAMILIES)}")
    return str(family)


def in_use(folder: Path) -> str:
    """The family that reads with a folder's models on this machine."""
    family = family_of(folder)
    return "linear" if family == "combined" and not is_runnable() else family


def load(folder: Path, family: str | None = None) -> tuple[Finder, Teller]:
    """The models of a folder that find claims and tell what they state.

    A combined folder is read by its linear models alone where onnxruntime is not installed.

    Parameters
    ----------
    family : str, optional
        In place of the folder's own.

    Raises
    ------
    ModelError
        If they are not there, not sound, or cannot be run.
    """
    family = family or in_use(folder)
    if family == "transformer":
        encoder = _encoder(folder)
        return EncoderFinder(encoder), EncoderTeller(encoder)
    finder, facts = StretchModel.load(folder), FactModel.load(folder)
    if family == "linear":
        return finder, facts
    second = EncoderFinder(_encoder(folder))
    finder.second = second if second.below else None
    return finder, CombinedTeller(facts, second.encoder)


def load_sections(folder: Path, family: str | None = None) -> SectionModel:
    """The model of a folder that tells lines; parameters and errors as of `load`."""
    model = SectionModel.load(folder)
    model.second = _second(folder, family, LINES, model.crf.labels, "line")
    return model


def load_tables(folder: Path, family: str | None = None) -> TableModel:
    """The model of a folder that reads tables; parameters and errors as of `load`."""
    model = TableModel.load(folder)
    model.roles.second = _second(folder, family, ROLES, model.roles.crf.labels, "word")
    return model


def _second(folder: Path, family: str | None, head: str, labels: Sequence[str], item: str) -> SecondOpinion | None:
    """What an encoder adds to a sequence model, where the family has it read."""
    family = family or in_use(folder)
    if family == "linear":
        return None
    encoder = _encoder(folder)
    below, weight = (float(encoder.settings.get(f"{item}_{key}", 0.0)) for key in ("below", "weight"))
    is_alone = family == "transformer"
    if not is_alone and not below:
        return None
    return SecondOpinion(encoder, head, labels, below=below, weight=weight, is_alone=is_alone)


def _encoder(folder: Path) -> Encoder:
    """The encoder of a folder, loaded once for all that ask it."""
    try:
        written = tuple((folder / f"{ENCODER}{suffix}").stat().st_mtime_ns for suffix in (".json", ".npz"))
    except OSError:
        return Encoder.load(folder)  # which says what is missing
    return _loaded(folder, written)


@lru_cache(maxsize=1)
def _loaded(folder: Path, written: tuple[int, ...]) -> Encoder:
    return Encoder.load(folder)
