"""The pipeline: documents in, reports (or named failures) out.

>>> from gouji.inference.pipeline import check_text
>>> report = check_text("……")                                        # doctest: +SKIP
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpus.reading import Document
from ..corpus.recognition import looks_like_report
from ..corpus.report import Failure, Finding, Report, Source
from ..corpus.text import Text
from ..models import store
from ..models.calibration import Calibration
from ..models.store import ModelError
from . import shelf
from .checks import check
from .stages import STAGES, CheckStage, Draft, Stage, stages

if TYPE_CHECKING:  # spaCy is loaded where somebody asks for its pipeline: reading needs none of it
    from spacy.language import Language


def create_tokenizer() -> Any:
    """Named in `pyproject.toml`, so that ``spacy.load`` finds it without any import."""
    from .components import CharacterTokenizer

    return lambda nlp: CharacterTokenizer(nlp.vocab)


_FURNITURE = frozenset(["nav", "footer", "aside"])


def build(folder: str | PathLike[str] | None = None) -> Language:
    """A spaCy pipeline with the models of a folder (those that ship where None).

    Raises
    ------
    ModelError
        If a model is missing, foreign or damaged.
    """
    import spacy

    from . import components  # noqa: F401, registers the components

    path = str(folder) if folder is not None else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # spaCy on components that set no token attribute
        nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "gouji_characters"}}})
        for stage in STAGES:
            nlp.add_pipe(stage, config={"path": path})
    nlp.max_length = 30_000_000
    return nlp


class Pipeline:
    """Reads documents.

    Parameters
    ----------
    stages : dict of str to Stage, or spacy.Language
        What `stages.stages` or `build` gives.

    Attributes
    ----------
    fingerprint : str
        Of the models in use; equal fingerprints give equal results.
    """

    def __init__(self, stages: dict[str, Stage] | Language, fingerprint: str = "") -> None:
        self._stages = stages
        self.fingerprint = fingerprint

    @property
    def nlp(self) -> Language:
        """The same stages as spaCy components, for use in any spaCy program; what is added to them reads along."""
        if isinstance(self._stages, dict):
            nlp = build()
            for name, stage in self._stages.items():
                nlp.get_pipe(name).model = stage.model  # type: ignore[attr-defined]
            self._stages = nlp
        return self._stages

    def read(self, document: Document) -> Report | Failure:
        """One document: a report, or a failure that says why there is none."""
        if not document.text.strip():
            return Failure(document.source, "empty", "文件中没有文字 / the file holds no text")
        furniture = [(r.start, r.end) for r in document.regions if r.kind in _FURNITURE]
        draft = Draft(Text.of(document.text), furniture)
        for _, stage in self._stages.items() if isinstance(self._stages, dict) else self._stages.pipeline:
            if hasattr(stage, "work"):  # what others added to the pipeline works on Docs alone
                stage.work(draft)
        return self._finish(document, draft)

    def read_many(self, documents: Iterable[Document]) -> Iterator[Report | Failure]:
        """Many documents, in order."""
        return map(self.read, documents)

    def read_text(self, text: str, path: str = "<text>") -> Report | Failure:
        """One report that is a string already."""
        data = text.encode("utf-8", "surrogatepass")
        return self.read(Document(Source(path, sha256(data).hexdigest(), "text/plain", "str"), text))

    def check(self, report: Report) -> tuple[Finding, ...]:
        """The cross-checks alone, on a report as it is given."""
        return check(report, self.calibration.findings)

    @property
    def calibration(self) -> Calibration:
        """What confidences are worth; to be replaced by one that changes nothing, to see what models say."""
        return self._check_stage.model

    @calibration.setter
    def calibration(self, calibration: Calibration) -> None:
        self._check_stage.model = calibration

    @property
    def _check_stage(self) -> CheckStage:
        held, name = self._stages, "gouji_checks"
        return held[name] if isinstance(held, dict) else held.get_pipe(name)  # type: ignore[return-value]

    @staticmethod
    def _finish(document: Document, draft: Draft) -> Report | Failure:
        if not _is_report(draft):
            message = "不像政府信息公开工作年度报告 / no annual report on open government information"
            return Failure(document.source, "not_a_report", message)
        report = replace(draft.report(document.source), findings=draft.findings)
        return replace(report, warnings=(*document.warnings, *report.warnings), pages=document.pages)


def _is_report(draft: Draft) -> bool:
    """The models' own evidence first, the words of the form where that is thin."""
    figures = sum(cell.value is not None for table in draft.tables for cell in table.cells)
    sections = {s.id for s in draft.sections} - {"colophon", "title", "preamble"}
    if figures >= 10 and len(sections) >= 2:
        return True
    return looks_like_report(draft.text.view)


def load(path: str | None = None) -> Pipeline:
    """The pipeline with the models of a folder, or with those in use.

    Parameters
    ----------
    path : str or None
        A folder, ``released``, or the name of promoted weights.

    Raises
    ------
    ModelError
        If a model is missing, foreign or damaged.
    """
    folder = shelf.find(path)
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such folder; give one that `gouji train` wrote")
    try:
        return _loaded(str(folder), store.fingerprint(folder))
    except ModelError as error:
        if path is None and folder != shelf.RELEASED:
            raise ModelError(f"the promoted weights: {error}; back with `gouji models promote released`") from None
        raise


@cache
def _loaded(folder: str, fingerprint: str) -> Pipeline:
    """Once for each state of a folder: weights that were fitted anew are not those that were loaded."""
    return Pipeline(stages(Path(folder)), fingerprint)


def check_text(text: str, path: str = "<text>", model: str | None = None) -> Report | Failure:
    """Read one report that is a string already."""
    return load(model).read_text(text, path)


def check_path(path: str | PathLike[str], model: str | None = None) -> Iterator[Report | Failure]:
    """Read a file, a folder or an archive; yields one answer for each document, in order."""
    from .archive import inputs
    from .workers import answer

    pipeline = load(model)
    for item in inputs([str(path)]):
        yield item if isinstance(item, Failure) else answer(pipeline, item)
