"""The output folder: tables that Excel opens, JSON lines, texts and pages; safe against a crash, and resumable.

Every answer is appended to all files and then to the journal, with the files' sizes. What
a crash left beyond the last journal entry is cut off at the next start; an answer that a
later run replaced is cut out when that run ends.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ..corpus.report import Failure, Report, Source
from .checks.words import column_name, row_name
from .display import KINDS, VERDICTS, Lines, cell_name, claim_name, claims_of, dumps, printable

_COLUMNS = {
    "findings": "path agency year verdict verdict_name kind kind_name explanation line quote stated found "
    "metric cells cell_names reason confidence finding claim",
    "claims": "path claim section line text metric metric_name value unit comparator scope period confidence spans",
    "cells": "path table form row column row_name column_name value unit raw confidence spans",
    "reports": "path agency year form contradicted missing unverifiable supported sections tables cells claims "
    "warnings encoding media_type sha256 id text page",
    "failures": "path code message media_type encoding sha256",
}
_TABLES = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}
_FILES = (*(f"{name}.{kind}" for name in _TABLES for kind in ("csv", "jsonl")), "results.jsonl")
_JOURNAL = "journal.jsonl"
_BOM = b"\xef\xbb\xbf"
_FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_FIGURE = re.compile(r"^[+-]?\d[\d,]*(?:\.\d+)?%?$")
_RETRIED = {"timeout", "internal"}

Row = dict[str, Any]


class Prepared(NamedTuple):
    """What one answer adds to the files of a folder; made where the answer is, so that workers share the labour."""

    parts: dict[str, bytes]
    text: bytes | None
    page: bytes | None


class FolderError(ValueError):
    """The folder given for results cannot be used; the message says why."""


def guard(value: Any) -> Any:
    """A value for a table: text that a spreadsheet would run as a formula is quoted."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = _UNSHOWN.sub(lambda m: printable(m[0]), value)
    return "'" + text if _FORMULA.match(text) and not _FIGURE.match(text) else text


def rows_of(answer: Report | Failure) -> Iterator[tuple[str, Row]]:
    """All table rows of one answer, as (table, row)."""
    path = answer.source.path
    source = answer.source
    if isinstance(answer, Failure):
        yield "failures", {
            "path": path, "code": answer.code, "message": answer.message, "media_type": source.media_type,
            "encoding": source.encoding, "sha256": source.sha256,
        }  # fmt: skip
        return
    lines = Lines(answer.text)
    about = {"path": path, "agency": answer.agency, "year": answer.year}
    counts = dict.fromkeys(("contradicted", "missing", "unverifiable", "supported"), 0)
    for n, finding in enumerate(answer.findings):
        counts[finding.verdict] = counts.get(finding.verdict, 0) + 1
        claims = claims_of(answer, finding)
        quote = lines.quote(claims[0][1].spans, 80) if claims else None
        yield "findings", {
            **about, "verdict": finding.verdict, "verdict_name": VERDICTS.get(finding.verdict),
            "kind": finding.kind, "kind_name": KINDS.get(finding.kind), "explanation": finding.explanation,
            "line": quote.line if quote else None, "quote": quote.before + quote.text + quote.after if quote else None,
            "stated": finding.stated, "found": finding.found, "metric": claims[0][1].metric if claims else None,
            "cells": list(finding.cells), "cell_names": [cell_name(answer, a) for a in finding.cells],
            "reason": finding.reason, "confidence": finding.confidence, "finding": n, "claim": finding.claim,
        }  # fmt: skip
    for n, claim in enumerate(answer.claims):
        row = {c: getattr(claim, c, None) for c in _TABLES["claims"]}
        line = lines.number(claim.spans[0].start) if claim.spans and answer.text else None
        row |= {"path": path, "claim": n, "line": line, "spans": _spans(claim.spans)}
        yield "claims", {**row, "metric_name": claim_name(answer, claim.metric)}
    n_cells = 0
    for table in answer.tables:
        for cell in table.cells:
            n_cells += 1
            yield "cells", {
                "path": path, "table": cell.table, "form": table.form, "row": cell.row, "column": cell.column,
                "row_name": row_name(answer.form, cell.table, cell.row),
                "column_name": column_name(answer.form, cell.table, cell.row, cell.column),
                "value": cell.value, "unit": cell.unit, "raw": cell.raw, "confidence": cell.confidence,
                "spans": _spans(cell.spans),
            }  # fmt: skip
    name = name_of(path)
    yield "reports", {
        **about, "form": answer.form, **counts, "sections": len(answer.sections), "tables": len(answer.tables),
        "cells": n_cells, "claims": len(answer.claims), "warnings": [w.message for w in answer.warnings],
        "encoding": source.encoding, "media_type": source.media_type, "sha256": source.sha256, "id": answer.id,
        "text": f"texts/{name}.txt", "page": f"pages/{name}.html",
    }  # fmt: skip


def prepare(answer: Report | Failure, *, pages: bool = True) -> Prepared:
    """The bytes that an answer adds to each file, its text and its page."""
    rows: dict[str, list[Row]] = {}
    for table, row in rows_of(answer):
        rows.setdefault(table, []).append(row)
    parts: dict[str, bytes] = {}
    for table, found in rows.items():
        parts[f"{table}.csv"] = _csv([row.get(c) for c in _TABLES[table]] for row in found)
        parts[f"{table}.jsonl"] = b"".join(map(_line, found))
    parts["results.jsonl"] = _line(answer.to_dict())
    if isinstance(answer, Failure):
        return Prepared(parts, None, None)
    page = None
    if pages:
        from .pages import render_report

        page = render_report(answer).encode("utf-8", "replace")
    return Prepared(parts, answer.text.encode("utf-8", "replace"), page)


def _spans(spans: Any) -> list[list[int]]:
    return [[int(s), int(e)] for s, e in spans]


def name_of(path: str) -> str:
    """A file name of its own for the page and the text of an input."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", re.split(r"[/\\!]", path.rstrip("/"))[-1])
    stem = re.sub(r"[^\w\u4e00-\u9fff-]+", "_", stem.encode("utf-8", "replace").decode("utf-8"))[:40].strip("_.")
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return f"{stem or 'report'}-{digest}"


class Folder:
    """An output folder.

    Parameters
    ----------
    path : str
    fingerprint : str
        Of models and settings; answers of another fingerprint are not kept.
    fresh : bool
        Begin anew.
    pages : bool
        Whether reports get a page.

    Raises
    ------
    FolderError
        If the folder holds files of that name which no earlier run wrote, or cannot be written.
    """

    def __init__(self, path: str, *, fingerprint: str, fresh: bool = False, pages: bool = True) -> None:
        self.path = Path(path)
        self._pages = pages
        self._fingerprint = fingerprint
        self._entries: list[Row] = []
        self._last: dict[str, int] = {}
        try:
            for folder in (self.path, self.path / "texts", *([self.path / "pages"] if pages else [])):
                folder.mkdir(parents=True, exist_ok=True)
            self._resume(fresh)
            self._files = {name: self._open(name) for name in (*_FILES, _JOURNAL)}
            if self._files[_JOURNAL].tell() == 0:
                self._append(_JOURNAL, _line({"journal": "gouji", "fingerprint": fingerprint}))
        except OSError as error:
            raise FolderError(f"{path}: {error.strerror or error}") from error

    def knows(self, path: str) -> bool:
        """Whether an earlier run answered an input of this name."""
        return path in self._last

    def kept(self, path: str, sha256: str) -> Report | Failure | None:
        """The earlier answer to the same content, or None where there is none worth keeping."""
        entry = self._entries[self._last[path]] if path in self._last else None
        if entry is None or entry["sha256"] != sha256 or not sha256 or entry["code"] in _RETRIED:
            return None
        start, end = entry["results.jsonl"]
        with open(self.path / "results.jsonl", "rb") as handle:
            handle.seek(start)
            data = json.loads(handle.read(end - start))
        if "error" in data:
            return Failure(Source(**data["source"]), data["error"]["code"], data["error"]["message"])
        try:
            text = (self.path / "texts" / f"{name_of(path)}.txt").read_bytes().decode("utf-8", "replace")
        except OSError:
            return None
        return Report.from_dict(data, text)

    def add(self, answer: Report | Failure, prepared: Prepared | None = None) -> None:
        """Append one answer to all files."""
        prepared = prepared or prepare(answer, pages=self._pages)
        before = {name: self._files[name].tell() for name in _FILES}
        name = name_of(answer.source.path)
        if prepared.text is not None:
            (self.path / "texts" / f"{name}.txt").write_bytes(prepared.text)
        if prepared.page is not None:
            (self.path / "pages" / f"{name}.html").write_bytes(prepared.page)
        for file, content in prepared.parts.items():
            self._append(file, content)
        entry: Row = {"path": answer.source.path, "sha256": answer.source.sha256, "code": getattr(answer, "code", None)}
        entry.update({name: [before[name], self._files[name].tell()] for name in _FILES})
        self._append(_JOURNAL, _line(entry))
        self._last[answer.source.path] = len(self._entries)
        self._entries.append(entry)

    def close(self) -> None:
        """Cut out answers that were replaced, and write the index of the folder's pages."""
        for handle in self._files.values():
            handle.close()
        if len(self._last) < len(self._entries):
            self._compact()

    def reports(self) -> Iterator[Row]:
        """The rows of ``reports``."""
        yield from self._rows("reports.jsonl")

    def failures(self) -> Iterator[Row]:
        """The rows of ``failures``."""
        yield from self._rows("failures.jsonl")

    def _rows(self, name: str) -> Iterator[Row]:
        with open(self.path / name, encoding="utf-8") as handle:
            yield from map(json.loads, handle)

    def _open(self, name: str) -> BinaryIO:
        handle = open(self.path / name, "ab")  # noqa: SIM115 closed in close()
        if handle.tell() == 0 and name.endswith(".csv"):
            handle.write(_BOM + _csv([_TABLES[name.removesuffix(".csv")]]))
            handle.flush()
        return handle

    def _append(self, name: str, content: bytes) -> None:
        self._files[name].write(content)
        self._files[name].flush()

    def _resume(self, fresh: bool) -> None:
        journal = self.path / _JOURNAL
        if not journal.exists():
            strangers = [name for name in _FILES if (self.path / name).exists()]
            if strangers:
                raise FolderError(f"{self.path} holds {strangers[0]}, which gouji did not write; choose another folder")
            return
        head, *entries = _whole_lines(journal)
        sizes = {name: entries[-1][name][1] if entries else 0 for name in _FILES}
        is_whole = all((self.path / n).exists() and (self.path / n).stat().st_size >= s for n, s in sizes.items())
        if fresh or head.get("fingerprint") != self._fingerprint or not is_whole:
            for entry in entries:
                name = name_of(entry["path"])
                (self.path / "texts" / f"{name}.txt").unlink(missing_ok=True)
                (self.path / "pages" / f"{name}.html").unlink(missing_ok=True)
            for name in (_JOURNAL, *_FILES):
                (self.path / name).unlink(missing_ok=True)
            return
        for name, size in sizes.items():
            if entries:
                os.truncate(self.path / name, size)
            elif not name.endswith(".csv"):
                os.truncate(self.path / name, 0)
        os.truncate(journal, sum(len(_line(entry)) for entry in (head, *entries)))
        self._entries = entries
        self._last = {entry["path"]: n for n, entry in enumerate(entries)}

    def _compact(self) -> None:
        """Leave the last answer to each input, where its first one stood; no file is held in memory."""
        firsts: dict[str, int] = {}
        for n, entry in enumerate(self._entries):
            firsts.setdefault(entry["path"], n)
        keep = [self._last[path] for path in sorted(firsts, key=firsts.__getitem__)]
        moved = [dict(self._entries[n]) for n in keep]
        for name in _FILES:
            start = self._entries[0][name][0]
            fresh = self.path / (name + ".new")
            with open(self.path / name, "rb") as old, open(fresh, "wb") as new:
                new.write(old.read(start))
                for n, entry in zip(keep, moved, strict=True):
                    a, b = self._entries[n][name]
                    old.seek(a)
                    new.write(old.read(b - a))
                    entry[name] = [start, start + b - a]
                    start += b - a
            os.replace(fresh, self.path / name)
        head = {"journal": "gouji", "fingerprint": self._fingerprint}
        _replace(self.path / _JOURNAL, b"".join(map(_line, (head, *moved))))
        self._entries = moved
        self._last = {entry["path"]: n for n, entry in enumerate(moved)}


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    os.replace(fresh, path)


def _whole_lines(journal: Path) -> list[Row]:
    """The journal's entries; a last line that a crash cut off is left out."""
    out = []
    for line in journal.read_bytes().split(b"\n")[:-1]:
        try:
            out.append(json.loads(line))
        except ValueError:
            break
    return out or [{}]


def _line(value: Row) -> bytes:
    return (dumps(value) + "\n").encode("utf-8")


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        flat = ("；".join(map(str, v)) if isinstance(v, list | tuple) else v for v in row)
        writer.writerow([guard(v) for v in flat])
    return buffer.getvalue().encode("utf-8")


def fingerprint(model: str | None, *settings: object) -> str:
    """Of weights, configs, program and settings: answers given under another one are not kept."""
    from gouji import __version__

    from .. import configs
    from ..models import store
    from .shelf import find

    digest = hashlib.sha256(f"{__version__}{settings}".encode())
    for file in (*sorted(Path(configs.__path__[0]).glob("*.yaml")), *store.files(find(model))):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
