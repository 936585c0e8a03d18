"""The stages as spaCy components, for use in any spaCy program.

A Doc's tokens are the characters of the source, so that token and character offsets are
one. Each stage reads what earlier ones wrote on ``doc._.draft`` and adds its own; the
span groups ``sections``, ``cells`` and ``claims`` show the same to any spaCy tool.

The pipeline drives the stages without any of this: making a Doc of characters and its spans takes
a quarter of the time that jieba takes for the text, and importing spaCy longer than loading the models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from ..corpus.text import Text
from .pipeline import create_tokenizer
from .shelf import RELEASED
from .stages import CheckStage, ClaimStage, Draft, SectionStage, TableStage

spacy.registry.tokenizers("gouji_characters", func=create_tokenizer)

if not Doc.has_extension("draft"):
    Doc.set_extension("draft", default=None)


_HALF = re.compile("[\ud800-\udfff]")


class CharacterTokenizer:
    """One token a character, blanks and line ends included."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        spaces = [False] * len(text)
        try:
            doc = Doc(self.vocab, words=list(text), spaces=spaces)
        except UnicodeEncodeError:  # half a character, as cut UTF-16 leaves: spaCy's strings cannot hold it
            doc = Doc(self.vocab, words=list(_HALF.sub("\ufffd", text)), spaces=spaces)
        doc.user_data["source"] = text  # Doc.text joins its tokens anew at each call: dear, where tokens are characters
        return doc

    def to_disk(self, path: Path, **_: Any) -> None:
        """Nothing to keep."""

    def from_disk(self, path: Path, **_: Any) -> Self:
        return self

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **_: Any) -> Self:
        return self


def _shown(doc: Doc, stretches: Iterable[tuple[int, int, str]]) -> list[Span]:
    """Stretches with their labels as spans of the doc; a label holds no half characters either."""
    return [
        Span(doc, a, b, label=label if label.isascii() else _HALF.sub("\ufffd", label)) for a, b, label in stretches
    ]


class SectionComponent(SectionStage):
    """Lines and sections on a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        draft = Draft(Text.of(doc.user_data.get("source") or doc.text))
        self.work(draft)
        doc._.draft = draft
        doc.spans["sections"] = _shown(doc, ((a, b, s.id) for s in draft.sections for a, b in s.spans))
        return doc


class TableComponent(TableStage):
    """Cells on a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        draft = doc._.draft
        self.work(draft)
        doc.spans["cells"] = _shown(
            doc, ((a, b, c.address) for t in draft.tables for c in t.cells for a, b in c.spans if b > a)
        )
        return doc


class ClaimComponent(ClaimStage):
    """Claims on a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        draft = doc._.draft
        self.work(draft)
        doc.spans["claims"] = _shown(doc, ((a, b, c.metric) for c in draft.claims for a, b in c.spans))
        return doc


class CheckComponent(CheckStage):
    """Findings on a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        self.work(doc._.draft)
        return doc


@Language.factory("gouji_sections", assigns=["doc._.draft"], default_config={"path": None})
def make_sections(nlp: Language, name: str, path: str | None) -> SectionComponent:
    return SectionComponent.load(Path(path) if path else RELEASED)


@Language.factory("gouji_tables", requires=["doc._.draft"], default_config={"path": None})
def make_tables(nlp: Language, name: str, path: str | None) -> TableComponent:
    return TableComponent.load(Path(path) if path else RELEASED)


@Language.factory("gouji_claims", requires=["doc._.draft"], default_config={"path": None})
def make_claims(nlp: Language, name: str, path: str | None) -> ClaimComponent:
    return ClaimComponent.load(Path(path) if path else RELEASED)


@Language.factory("gouji_checks", requires=["doc._.draft"], default_config={"path": None})
def make_checks(nlp: Language, name: str, path: str | None) -> CheckComponent:
    return CheckComponent.load(Path(path) if path else RELEASED)
