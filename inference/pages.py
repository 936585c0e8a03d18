"""One page a report, and the index of a folder: self-contained, inert, each finding a click from both its ends."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from ..corpus.report import Report
from .checks.words import section_name
from .display import (
    CODES,
    FORMS,
    KINDS,
    PERIODS,
    SCOPES,
    VERDICTS,
    Lines,
    cell_name,
    claim_figure,
    claim_name,
    claims_of,
    in_order,
    number,
    printable,
)
from .grids import Keys, lay_out

_FORBIDDEN = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F),
                            *range(0x2066, 0x206A), *range(0xD800, 0xE000)], "\ufffd")  # fmt: skip
_MAX_MARKS = 20_000
_FEW_CELLS = 4


class Piece(NamedTuple):
    """A stretch of a line under the same marks. ``ids`` are the marks that begin here."""

    text: str
    marks: str
    classes: str
    ids: tuple[str, ...]


class SourceLine(NamedTuple):
    """A printed line, or the part of it that lies in one section; ``number`` is 0 where it goes on."""

    number: int
    pieces: list[Piece]
    is_blank: bool


class Stretch(NamedTuple):
    """A stretch of one section."""

    id: str
    name: str
    is_continued: bool
    lines: list[SourceLine]


def render_report(report: Report) -> str:
    """The page of one report."""
    keys = Keys(report)
    lines = Lines(report.text)
    findings = [_finding(report, n, f, keys, lines) for n, f in in_order(report.findings)]
    status: dict[str, str] = {}
    rank = {verdict: n for n, verdict in enumerate(VERDICTS)}
    for item in findings:
        for key in item["about"].split():
            if rank.get(item["verdict"], 9) < rank.get(status.get(key, ""), 9):
                status[key] = item["verdict"]
    counts = dict.fromkeys(VERDICTS, 0)
    for finding in report.findings:
        counts[finding.verdict] = counts.get(finding.verdict, 0) + 1
    claims = [
        {
            "key": f"c{n}",
            "text": printable(claim.text),
            "line": lines.number(claim.spans[0].start) if claim.spans and report.text else None,
            "name": claim_name(report, claim.metric),
            "value": claim_figure(claim),
            "remarks": [w for w in (SCOPES.get(claim.scope), PERIODS.get(claim.period)) if w],
            "status": status.get(f"c{n}", ""),
        }
        for n, claim in enumerate(report.claims)
    ]
    return _environment().get_template("report.html").render(
        report=report,
        path=printable(report.source.path),
        form=FORMS.get(report.form or "", report.form),
        findings=findings,
        counts=counts,
        verdicts=VERDICTS,
        stretches=list(_stretches(report, keys, status)),
        tables=lay_out(report, keys),
        claims=claims,
        status=status,
        **_statics("report"),
    )  # fmt: skip


def render_index(reports: list[dict[str, Any]], failures: list[dict[str, Any]]) -> str:
    """The page that lists a folder's reports, from the rows of its tables."""
    total = {v: sum(r.get(v) or 0 for r in reports) for v in VERDICTS}
    rows = [
        {**r, "path": printable(r["path"]), "href": quote(r["page"]), "form": FORMS.get(r["form"] or "", r["form"])}
        for r in reports
    ]
    failed = [{**f, "path": printable(f["path"]), "word": CODES.get(f["code"], f["code"])} for f in failures]
    return _environment().get_template("index.html").render(
        rows=rows, failures=failed, total=total, verdicts=VERDICTS, n_bad=sum(bool(r["contradicted"]) for r in reports),
        **_statics("index"),
    )  # fmt: skip


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value.translate(_FORBIDDEN) if type(value) is str else value,
    )
    environment.filters["number"] = number
    return environment


def _template(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text("utf-8")


@cache
def _statics(page: str) -> dict[str, Any]:
    """Style, script, and the policy under which nothing else runs and nothing is fetched."""
    style, script = _template("page.css"), _template(f"{page}.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    return {"style": Markup(style), "script": Markup(script), "policy": policy}


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode('utf-8')).digest()).decode()}'"


def _finding(report: Report, n: int, finding: Any, keys: Keys, lines: Lines) -> dict[str, Any]:
    ends: list[dict[str, Any]] = []
    folded: list[str] = []
    for index, claim in claims_of(report, finding):
        said = lines.quote(claim.spans, 24)
        ends.append({
            "key": f"c{index}", "kind": "claim", "quote": said, "text": printable(claim.text),
            "line": said.line if said else None,
        })  # fmt: skip
    for address in finding.cells:
        cell = keys.printed.get(address)
        if cell is not None and cell.value == 0 and len(finding.cells) > _FEW_CELLS:
            folded.append(keys.at(address))
            continue
        line = lines.number(cell.spans[0].start) if cell is not None and cell.spans and report.text else None
        figure = "未印出" if cell is None else (number(cell.value) + (cell.unit or ""))
        ends.append({
            "key": keys.at(address), "kind": "cell", "name": cell_name(report, address), "figure": figure, "line": line,
            "is_printed": cell is not None,
        })  # fmt: skip
    return {
        "n": n,
        "verdict": finding.verdict,
        "word": VERDICTS.get(finding.verdict, finding.verdict),
        "kind": KINDS.get(finding.kind, finding.kind),
        "explanation": finding.explanation or finding.reason or "",
        "reason": finding.reason,
        "confidence": finding.confidence,
        "ends": ends,
        "n_folded": len(folded),
        "about": " ".join(dict.fromkeys([*(end["key"] for end in ends), *folded])),
    }


def _stretches(report: Report, keys: Keys, status: dict[str, str]) -> Iterator[Stretch]:
    """The text in order, section by section, line by line, cut wherever a mark begins or ends."""
    text = report.text
    marks = [(s, e, f"c{n}", "claim") for n, claim in enumerate(report.claims) for s, e in claim.spans]
    marks += [(s, e, keys.of(cell), "cell") for cell in keys.cells for s, e in cell.spans]
    marks = sorted((s, min(e, len(text)), key, kind) for s, e, key, kind in marks[:_MAX_MARKS] if 0 <= s < e)
    bounds = sorted((s, e, n) for n, section in enumerate(report.sections) for s, e in section.spans if 0 <= s < e)
    painter = _Painter(text, marks, status)
    at = 0
    seen: set[int] = set()
    for start, end, n in bounds:
        if start > at:
            yield Stretch("", "", False, painter.lines(at, start))
        start = max(start, at)
        if end > start:
            section = report.sections[n]
            yield Stretch(section.id, section_name(section.id), n in seen, painter.lines(start, min(end, len(text))))
            seen.add(n)
            at = end
    if at < len(text):
        yield Stretch("", "", False, painter.lines(at, len(text)))


class _Painter:
    """Cuts a text into pieces under its marks; stretches must be asked for from left to right."""

    def __init__(self, text: str, marks: list[tuple[int, int, str, str]], status: dict[str, str]) -> None:
        self._text = text
        self._starts: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self._ends: dict[int, list[str]] = defaultdict(list)
        for start, end, key, kind in marks:
            self._starts[start].append((key, kind))
            self._ends[end].append(key)
        self._edges = sorted({*self._starts, *self._ends})
        self._edge = 0
        self._open: dict[str, tuple[str, int]] = {}  # key -> kind, how many of its spans are open
        self._named: set[str] = set()
        self._status = status
        self._line = 1
        self._is_new = True

    def lines(self, start: int, end: int) -> list[SourceLine]:
        out: list[SourceLine] = []
        at = start
        while at < end:
            stop = self._text.find("\n", at, end)
            is_whole = stop >= 0
            stop = stop if is_whole else end
            pieces = list(self._pieces(at, stop))
            is_blank = not self._text[at:stop].strip()
            out.append(SourceLine(self._line if self._is_new else 0, pieces, is_blank))
            self._is_new = is_whole
            self._line += is_whole
            at = stop + is_whole
        return out

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        at = start
        while at < end:
            while self._edge < len(self._edges) and self._edges[self._edge] <= at:
                self._turn(self._edges[self._edge])
                self._edge += 1
            stop = self._edges[self._edge] if self._edge < len(self._edges) else end
            stop = min(stop, end)
            yield self._piece(self._text[at:stop])
            at = stop

    def _turn(self, edge: int) -> None:
        for key in self._ends.get(edge, ()):
            if key in self._open:
                kind, n = self._open.pop(key)
                if n > 1:
                    self._open[key] = (kind, n - 1)
        for key, kind in self._starts.get(edge, ()):
            self._open[key] = (kind, self._open.get(key, (kind, 0))[1] + 1)

    def _piece(self, text: str) -> Piece:
        if not self._open:
            return Piece(text, "", "", ())
        kinds = {kind for kind, _ in self._open.values()}
        verdicts = {self._status.get(key, "") for key in self._open}
        worst = next((v for v in VERDICTS if v in verdicts), "")
        new = tuple(key for key in self._open if key not in self._named)
        self._named.update(new)
        return Piece(text, " ".join(self._open), " ".join([*sorted(kinds), worst]).strip(), new)
