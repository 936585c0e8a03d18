"""Claims against cells: what the prose says and what the statutory tables print.

A claim is supported if any reading that its words allow holds, and contradicted only if
none does and every figure that it needs is printed and surely read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ...corpus.forms import forms, group
from ...corpus.metrics import Metric, parse_metric
from ...corpus.numbers import cell_value, exact
from ...corpus.report import Cell, Claim, Finding
from ...corpus.text import Text
from .annex import annex_finding
from .board import Board, pattern, settings, wording, words
from .compare import Room, is_money, money_factor, room, show
from .doubt import WHY, doubt, is_close, is_near, is_of_another_matter, sureness, tells_too, unsure
from .figures import Figure, figure, is_zero_by_neighbours, over_cells
from .readings import readings, readings_of, written
from .shares import is_of_several, is_share_of_others
from .words import metric_name, table_name


def claim_findings(board: Board) -> Iterator[Finding]:
    """One finding for each claim that a table could confirm."""
    groups: dict[tuple[str, int], list[int]] = {}
    for index, claim in enumerate(board.claims):
        if claim.scope == "report" and claim.period == "year" and "/" in claim.metric:
            groups.setdefault((claim.metric, board.sentence(index)), []).append(index)
    for index, claim in enumerate(board.claims):
        metric = over_cells(claim.metric)
        if claim.value is None:
            yield _unfilled(index, claim)
            continue
        if is_of_another_matter(board, index):
            why = f"正文“{claim.text}”说的可能是另一类事项，不与该栏核对。"
            yield _open(index, claim, "other_matter", why)
            continue
        in_annex = annex_finding(board, index, claim, tuple(readings_of(claim)))
        if in_annex is not None:
            yield in_annex
            continue
        if metric is None:
            if claim.metric in settings()["rates"]:
                yield from _rate(board, index, claim)
            continue
        siblings = groups.get((claim.metric, board.sentence(index)), [])
        yield _check(board, index, claim, metric, siblings)


def _unfilled(index: int, claim: Claim) -> Finding:
    """A statement whose figure was never filled in: 共发布信息xx条."""
    why = f"正文“{' '.join(claim.text.split())}”没有数字，请填写；原文若有数字，是转成文本时丢失的。"
    return Finding("completeness", "missing", index, (), None, None, claim.confidence, "figure_absent", why)


# -- verdicts -------------------------------------------------------------------


def _check(board: Board, index: int, claim: Claim, metric: Metric, siblings: list[int]) -> Finding:
    if claim.scope != "report" or claim.period != "year":
        is_part = claim.scope != "report"
        why = "只说一部分" if is_part else "说的不是本年度"
        return _open(
            index,
            claim,
            "part_scope" if is_part else "other_period",
            f"正文“{claim.text}”{why}，不与本报告的表格核对。",
        )
    allowed = _room(claim, metric)
    main: Figure | None = None
    asked = metric
    for copy in range(max(board.n_copies(), 1)):
        for reason, reading in ((None, metric), *readings(board, index, claim, metric)):
            found = figure(board, reading, copy)
            if main is None or (
                main.reason == "cell_absent" and found.value is not None and _row_of(reading) == _row_of(metric)
            ):
                main, asked = found, reading  # a column of the other form: what the words may mean instead
            if found.value is not None and allowed is not None and allowed.verdict(float(found.value)):
                return _supported(board, index, claim, found, reason, reading)
    assert main is not None
    if main.value is None:
        return _without_figure(board, index, claim, asked, main)
    return _difference(board, index, claim, asked, main, allowed, siblings)


def _row_of(metric: Metric) -> set[str]:
    """The rows that a metric counts: another row clears a claim whose own is not printed, but accuses nobody."""
    return {address.rpartition("/")[0] for address in metric.terms}


def _room(claim: Claim, metric: Metric) -> Room | None:
    """What the claim allows, in the unit of the cells."""
    if not _over_money(metric):
        return room(claim, continuous=metric.is_ratio)
    factor = money_factor(claim)
    return room(claim, continuous=True).scaled(1.0 if factor is None else factor)


@cache
def _over_money(metric: Metric) -> bool:
    return not metric.is_ratio and all(a.endswith("/amount") for a in metric.terms)


def _supported(board: Board, index: int, claim: Claim, found: Figure, reason: str | None, reading: Metric) -> Finding:
    name = metric_name(board.form, written(reading))
    if found.filled_in and reason is None:
        reason = "sum_of_parts"
    return Finding(
        "claim_vs_table", "supported", index, tuple(c.address for c in found.cells), claim.value, _found(found),
        claim.confidence * found.confidence, reason, f"正文“{claim.text}”与{name}（{show(_found(found))}）相符。",
    )  # fmt: skip


def _found(figure: Figure) -> float | int | None:
    return figure.value if figure.value is None else exact(round(float(figure.value), 4))


def _open(index: int, claim: Claim, reason: str, explanation: str, found: Figure | None = None) -> Finding:
    cells = tuple(c.address for c in found.cells) if found else ()
    confidence = claim.confidence * (found.confidence if found else 1.0)
    return Finding(
        "claim_vs_table", "unverifiable", index, cells, claim.value, _found(found) if found else None,
        confidence, reason, explanation,
    )  # fmt: skip


_NOT_READ = ("cell_not_read", "table_not_read")
_WHY = {
    "table_absent": "报告中没有可核对的文字表格",
    "table_blank": "对应表格全部空白",
    "table_not_read": "对应表格未能读出，请对照原文核对",
    "cell_not_read": "对应单元格的数字未能读出，请对照原文核对",
    "cell_absent": "对应表格没有这一栏",
    "empty_cell": "对应单元格空白",
    "empty_whole": "作为分母的数字为0",
}


def _without_figure(board: Board, index: int, claim: Claim, metric: Metric, main: Figure) -> Finding:
    reason = main.reason or "empty_cell"
    name = metric_name(board.form, written(metric))
    if claim.value == 0 and reason == "empty_cell" and not metric.is_ratio and _are_zero(board, main.cells):
        return Finding(
            "claim_vs_table", "supported", index, tuple(c.address for c in main.cells), 0, 0,
            claim.confidence * main.confidence, "empty_as_zero",
            f"正文“{claim.text}”与{name}（同行或同列有数字，空白按0计）相符。",
        )  # fmt: skip
    return _open(index, claim, reason, f"正文“{claim.text}”无法核对：{name}，{_WHY[reason]}。", main)


def _are_zero(board: Board, cells: tuple[Cell, ...]) -> bool:
    return bool(cells) and all(c.value is not None or is_zero_by_neighbours(board, c) for c in cells)


def _difference(
    board: Board, index: int, claim: Claim, metric: Metric, main: Figure, allowed: Room | None, siblings: list[int]
) -> Finding:
    """A claim that no reading supports: contradicted, unless something leaves it open."""
    name = metric_name(board.form, written(metric))
    found = show(_found(main))
    both = f"正文“{claim.text}”，而{name}为{found}"
    reason, why = _excuse(board, index, claim, metric, main, allowed, siblings)
    if reason is not None:
        return _open(index, claim, reason, f"{both}，{why}，请人工核对。", main)
    table = table_name(main.cells[0].table) if main.cells else ""
    return Finding(
        "claim_vs_table", "contradicted", index, tuple(c.address for c in main.cells), claim.value, _found(main),
        sureness(claim) * main.confidence, "differs", f"{both}，两者不一致，请核对正文与“{table}”表后更正。",
    )  # fmt: skip


def _excuse(
    board: Board, index: int, claim: Claim, metric: Metric, main: Figure, allowed: Room | None, siblings: list[int]
) -> tuple[str | None, str]:
    """Why a difference accuses nobody, or (None, "")."""
    value = float(claim.value)  # type: ignore[arg-type]
    if main.filled_in:
        return "empty_cell", "表中有单元格空白或未列出"
    if any(figure(board, reading).reason in _NOT_READ for _, reading in readings(board, index, claim, metric)):
        return "unsure_cells", "正文也可能连同别的栏目计算，而该栏数字未能读出"
    if tells_too(claim, main.value) or _is_in_turn(board, index, main):
        return "several_counts", "同句另一数字与该栏相符"
    if allowed is not None and allowed.verdict(float(main.value or 0)) is None:
        return "approximate", "正文为概数"
    if metric.is_ratio and value == 100 and _is_carried(board, metric):
        return "not_due", "另有结转下年度的申请，可能尚未到期"
    if metric.is_ratio and len(metric.terms) == 1 and is_of_several(board, index):
        return "other_whole", "正文说的是几项合计的比例"
    if metric.is_ratio and is_share_of_others(board, index):
        return "other_whole", "与附近其他数字的比例相符，分子或分母可能另有所指"
    reason = unsure(board, index) if is_close(claim.value, main.value) else doubt(board, index)
    if reason is not None:
        return reason, WHY[reason]
    if _over_money(metric):
        return _money_excuse(claim, main)
    if not is_near(claim.value, main.value) and _is_told_right(board, index, main):
        return "other_matter", "正文另一处与该栏相符，此处说的可能是另一类事项"
    if len({board.claims[i].value for i in siblings}) > 1:
        return _sibling_excuse(board, index, metric, main, siblings)
    table, row, column = metric.terms[0].split("/", 2)
    said = wording(claim)
    if column in settings()["decisions"]["columns"] and table == "active_disclosure":
        decisions = settings()["decisions"]
        clause = re.split(r"[,;:。、]", board.before(index))[-1] + said
        is_item = claim.unit in decisions["units"] or words(decisions["not_counted"]).search(clause)
        is_sure = words(decisions["surely"]).search(clause) and not words(decisions["published"]).search(said)
        if is_item and not is_sure:
            return "items_not_decisions", "正文说的可能是信息或事项数，并非处理决定"
    if row == "normative_documents" and _is_put_online(column, said) and not is_near(claim.value, main.value):
        return "other_matter", "正文说的可能是公开的文件数，并非制发数"
    is_short = 0 < value < float(main.value or 0)
    if metric.terms == _HANDLED and is_short and words(settings()["answers"]["in_time"]).search(said):
        return "part_of_cell", "正文说的是按时或超期的，只是该栏的一部分"
    is_result = "." in row or row in ("granted", "partly_granted")
    if is_result and is_short and pattern("old_words").search(said) and not _form_words(table, row).search(said):
        return "part_of_cell", "正文用语只是该栏的一部分"
    return None, ""


_HANDLED = ("requests/result_total/total",)


def _is_put_online(column: str, said: str) -> bool:
    rules = settings()["put_online"]
    return (
        column in rules["columns"]
        and bool(words(rules["when"]).search(said))
        and not words(rules["unless"]).search(said)
    )


@cache
def _form_words(table: str, row: str) -> re.Pattern[str]:
    """The form's own names of a row, without their numbers and explanations."""
    labels = [
        v
        for form in forms().values()
        for b in form.tables[table].blocks
        for r in b.rows
        if r.id == row
        for v in (r.text, *r.variants)
    ]
    labels += [group(row[:-2]).text] if row.endswith(".*") else []
    bare = {re.sub(r"^(?:\([^)]*\)|\d\.)|\(.*$", "", label) for label in labels}
    return re.compile("|".join(map(re.escape, sorted(b for b in bare if b))) or r"(?!)")


def _is_told_right(board: Board, index: int, main: Figure) -> bool:
    """Whether another claim of the metric agrees with the table."""
    claim = board.claims[index]
    return any(
        c.metric == claim.metric and c.scope == "report" and c.period == "year" and c.value == main.value
        for c in board.claims
    )


def _is_in_turn(board: Board, index: int, main: Figure) -> bool:
    """Whether names and then their figures are told in turn, and another of these figures is the cell's."""
    sentence = board.sentence(index)
    return words(settings()["in_turn"]).search(board.before(index)) is not None and any(
        c.value == main.value for i, c in enumerate(board.claims) if i != index and board.sentence(i) == sentence
    )


def _money_excuse(claim: Claim, main: Figure) -> tuple[str | None, str]:
    """A factor of ten thousand between 元 and 万元 is a matter of units where a figure does not bear its unit itself.

    A unit that head or caption printed is noted with the cell: the figure may have been filled in in another.
    """
    stated = room(claim, continuous=True)
    factor = money_factor(claim)
    value = float(main.value or 0)
    if factor is None and stated.scaled(1e-4).verdict(value):
        return "unit_unclear", "正文未写明单位"
    cell = main.cells[0]
    if not any(c in cell.raw for c in "元万亿"):
        read = cell_value(Text.of(cell.raw).view)  # as it stands there, in whatever unit
        printed = value if read is None or read.value is None else float(read.value)
        allowed = stated.scaled(factor or 1.0)
        if allowed.verdict(printed / 10_000) or allowed.verdict(printed):
            is_told = cell.unit is not None
            return "unit_unclear", "可能没有按表中写明的单位填写" if is_told else "表中未写明单位，可能以元填写"
    if cell.raw[:1] in _ABOUT:
        return "approximate", "表中为概数"
    if claim.unit is not None and not is_money(claim):
        return "other_unit", "两者单位不同"
    return None, ""


_ABOUT = ("约", "近")
"""What a figure of money begins with that a table gives as a round one."""


def _sibling_excuse(
    board: Board, index: int, metric: Metric, main: Figure, siblings: list[int]
) -> tuple[str | None, str]:
    """Several counts of one sentence with one metric are its parts, or not all of them that metric."""
    total = sum(board.claims[i].value or 0 for i in siblings)
    if total == main.value:
        return "part_of_cell", "同句几个数字之和等于该栏"
    others = [i for i in siblings if i != index]
    if any(board.claims[i].value == main.value for i in others):
        return "several_counts", "同句另一数字与该栏相符"
    if not is_near(board.claims[index].value, main.value) and any(
        is_near(board.claims[i].value, main.value) for i in others
    ):
        return "other_matter", "同句另一数字与该栏更近，此处说的可能是另一类事项"
    if len({board.claims[i].value for i in siblings}) > _MOST_TOLD:
        return "part_scope", "同句有几个这样的数字，可能各是其中一部分"
    return None, ""


_MOST_TOLD = 2
"""A sentence that gives one row more different counts than these tells shares of it."""


def _is_carried(board: Board, metric: Metric) -> bool:
    """Whether the whole holds requests that are carried out, perhaps not yet due."""
    due = {f"requests/{row}" for row in settings()["due_rows"]}
    of_new = any(a.rsplit("/", 1)[0] in due for a in metric.whole)
    parts_too = any(a.rsplit("/", 1)[0] in due for a in metric.terms)
    return of_new and not parts_too and bool(_carried_out(board))


def _carried_out(board: Board) -> float | int | None:
    return figure(board, parse_metric("requests/carried_out/total")).value


def _rate(board: Board, index: int, claim: Claim) -> Iterator[Finding]:
    """Tables never refute a rate of answers; they show whether all can have been due."""
    if claim.value != 100 or claim.scope != "report" or claim.period != "year":
        return
    carried = figure(board, parse_metric("requests/carried_out/total"))
    done = figure(board, parse_metric("requests/result_total/total"))
    if carried.value:
        yield _open(
            index,
            claim,
            "not_due",
            f"正文“{claim.text}”，另有{show(carried.value)}件结转下年度，可能尚未到期，无法核对。",
            carried,
        )
    elif carried.value == 0 and done.value and claim.metric == settings()["rates"][0]:
        yield Finding(
            "claim_vs_table", "supported", index, tuple(c.address for c in (*done.cells, *carried.cells)), 100, 100,
            claim.confidence * min(done.confidence, carried.confidence), None,
            f"正文“{claim.text}”与表中没有结转下年度的申请相符。",
        )  # fmt: skip
