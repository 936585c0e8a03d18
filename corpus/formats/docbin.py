"""spaCy: ``reports.spacy``, a DocBin whose tokens are characters.

Span groups bear the names that `gouji`'s own components use: ``sections`` and ``tables`` (label:
id), ``cells`` (label: address), ``claims`` (label: metric). A span's id says the rest, in the
words of the inline form. Any tokenisation is read back; a span without id has its value read
from the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..markup import Mark, write_fact
from .base import Annotated, BrokenError, Refused, cell_mark, claim_mark, dump, files, restored, shown, spec

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

_GROUPS = {"section": "sections", "table": "tables", "cell": "cells", "claim": "claims"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def write(items: Iterable[Annotated], folder: Path) -> int:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab = Vocab()
    box = DocBin(attrs=["ORTH", "SPACY"], store_user_data=True)
    n = 0
    for item in items:
        n += 1
        box.add(doc_of(item, vocab))
    box.to_disk(folder / "reports.spacy")
    return n


def doc_of(item: Annotated, vocab: Vocab) -> Doc:
    """One report as a Doc.

    Raises
    ------
    ValueError
        If the text holds halves of surrogate pairs: spaCy's strings are UTF-8.
    """
    from spacy.tokens import Doc, Span, SpanGroup

    text, marks, rest = shown(item)
    if _SURROGATE.search(text):
        raise ValueError(f"{item.name}: spaCy cannot hold a lone surrogate")
    doc = Doc(vocab, words=list(text), spaces=[False] * len(text))
    groups: dict[str, list[Span]] = {name: [] for name in _GROUPS.values()}
    for _, mark in marks:
        said = [(f.metric, write_fact(f)) for f in mark.facts] or [(mark.address, spec(mark))]
        groups[_GROUPS[mark.kind]] += [
            Span(doc, mark.start, mark.end, label=label, span_id=words if words != label else "")
            for label, words in said
        ]
    for name, spans in groups.items():
        doc.spans[name] = SpanGroup(doc, name=name, spans=spans)
    # as a string: msgpack would turn lists into tuples
    doc.user_data["gouji"] = dump({"name": item.name, "rest": rest, "predicted": item.is_predicted})
    return doc


def read(path: Path) -> Iterator[Annotated | Refused]:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    for file in files(path, ".spacy"):
        try:
            box = DocBin().from_disk(file)
        except Exception as error:  # zlib, msgpack and spaCy each have their own
            yield Refused(str(file), "", f"not a DocBin: {error}")
            continue
        for number, doc in enumerate(box.get_docs(Vocab()), 1):
            try:
                yield _item(doc, str(file), number)
            except ValueError as error:
                yield Refused(str(file), f"doc {number}", str(error))


def _item(doc: Doc, path: str, number: int) -> Annotated:
    own = json.loads(doc.user_data.get("gouji") or "{}")
    marks: list[Mark] = []
    claims: dict[tuple[int, int], list[str]] = {}
    for kind, group in _GROUPS.items():
        for span in doc.spans.get(group, ()):
            start, end = span.start_char, span.end_char
            if not span.label_:
                raise BrokenError(f"a span without label at [{start}, {end}) in {group!r}")
            words = span.id_ or span.label_
            if kind == "claim":
                claims.setdefault((start, end), []).append(words)
            elif kind == "cell":
                marks.append(cell_mark(start, end, words))
            else:
                marks.append(Mark(start, end, kind, span.label_))
    marks += [claim_mark(start, end, said) for (start, end), said in claims.items()]
    marked, about = restored(doc.text, marks, own.get("rest") or {})
    name = own.get("name") or f"{Path(path).stem}-{number}"
    return Annotated(name, marked, about, bool(own.get("predicted")), path=path, task=f"doc {number}")
