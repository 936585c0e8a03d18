"""The terminal view: what a clerk must look at first, with the source line and the cells it collides with."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text as Styled

from ..corpus.report import Claim, Failure, Finding, Report
from .display import (
    CODES,
    FORMS,
    KINDS,
    VERDICTS,
    Lines,
    Tally,
    cell_name,
    cells_of,
    claims_of,
    in_order,
    number,
    printable,
)

_STYLES = {"contradicted": "bold red", "missing": "yellow", "unverifiable": "cyan", "supported": "green"}
_BRIEF = 4
_MAX_CELLS = 12
_FEW_CELLS = 4


def show(console: Console, answer: Report | Failure) -> None:
    """Print one answer."""
    if isinstance(answer, Failure):
        line = Styled("✗ ", "bold red").append(printable(answer.source.path), "bold")
        line.append(f"  未能读出：{CODES.get(answer.code, answer.code)}（{answer.code}）{printable(answer.message)}")
        console.print(line)
        return
    _head(console, answer)
    lines = Lines(answer.text, answer.pages)
    brief: dict[str, list[Finding]] = {"missing": [], "unverifiable": []}
    cells = answer.cells
    for _, finding in in_order(answer.findings):
        if finding.verdict == "contradicted":
            _contradiction(console, answer, finding, lines, cells)
        elif finding.verdict in brief:
            brief[finding.verdict].append(finding)
    for verdict, findings in brief.items():
        for finding in findings[:_BRIEF]:
            line = Styled(f"  {VERDICTS[verdict]} ", _STYLES[verdict])
            console.print(line.append(printable(finding.explanation or finding.reason or ""), "dim"))
        if len(findings) > _BRIEF:
            console.print(Styled(f"  {VERDICTS[verdict]} 另有 {len(findings) - _BRIEF} 处", "dim"))
    for warning in answer.warnings[:_BRIEF]:
        console.print(Styled("  提示 ", "magenta").append(printable(warning.message), "dim"))
    console.print()


def _head(console: Console, report: Report) -> None:
    counts = dict.fromkeys(VERDICTS, 0)
    for finding in report.findings:
        counts[finding.verdict] = counts.get(finding.verdict, 0) + 1
    is_bad = counts["contradicted"] > 0
    line = Styled("● ", "bold red" if is_bad else "bold green").append(printable(report.source.path), "bold")
    agency = printable(report.agency) if report.agency else "（机关不详）"
    line.append(f"  {agency} {report.year or '（年份不详）'}")
    if report.form:
        line.append(f"  {FORMS.get(report.form, report.form)}", "dim")
    for verdict, word in VERDICTS.items():
        if counts[verdict]:
            line.append(f"  {word} {counts[verdict]}", _STYLES[verdict])
    if not report.findings:
        line.append("  没有可核对的内容", "dim")
    console.print(line)


def _contradiction(console: Console, report: Report, finding: Finding, lines: Lines, cells: dict) -> None:
    kind = KINDS.get(finding.kind, finding.kind)
    line = Styled("  ✗ 矛盾 ", "bold red").append(f"[{kind}] ", "red").append(printable(finding.explanation), "bold")
    console.print(line)
    _passages(console, [claim for _, claim in claims_of(report, finding)], lines)
    named = cells_of(report, finding, cells)
    telling = [(a, c) for a, c in named if c is None or c.value != 0] if len(named) > _FEW_CELLS else named
    for address, cell in telling[:_MAX_CELLS]:
        has_place = cell is not None and cell.spans and report.text
        where = lines.place(cell.spans[0].start) if cell is not None and has_place else "表格"
        shown = Styled(f"      {where} │ ", "dim").append(printable(cell_name(report, address))).append(" ＝ ")
        figure = "（未印出）" if cell is None else number(cell.value) + (cell.unit or "")
        console.print(shown.append(figure, "bold yellow"))
    n_zero = len(named) - len(telling)
    n_more = len(telling) - _MAX_CELLS
    more = [f"另有 {n_more} 格"] * (n_more > 0) + [f"其余 {n_zero} 格为 0"] * (n_zero > 0)
    if more:
        console.print(Styled(f"      {'，'.join(more)}", "dim"))


def _passages(console: Console, claims: Sequence[Claim], lines: Lines) -> None:
    """The claims in their surroundings; those of one passage are shown in it together."""
    for claim in claims:
        if not claim.spans or not lines.text:
            console.print(Styled(f"      正文 │ {printable(claim.text)}"))
    for start, pieces in lines.passages(claim.spans[0] for claim in claims if claim.spans and lines.text):
        said = Styled(f"      {lines.place(start)} │ ", "dim")
        for text, is_claim in pieces:
            said.append(text, "bold reverse red" if is_claim else "")
        console.print(said)


def summary(console: Console, tally: Tally, where: str | None = None) -> None:
    """The last line of a run."""
    style = "bold red" if tally.verdicts["contradicted"] else ("bold yellow" if tally.n_failures else "bold green")
    line = Styled(tally.line(), style)
    if where:
        line.append(f" 结果在 {printable(where)}")
    console.print(line)
