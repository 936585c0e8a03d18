"""Statutory tables drawn with the role of every piece, to fit the table model on.

The corpus draws whole reports and knows each cell; here labels are known as well: which
stretch is which row, column or group. Layouts and damage overlap with the corpus on purpose
only in kind, not in code, so that each checks the other.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .. import configs
from ..corpus.forms import forms
from ..models.roles import role_labels
from .drawing_annex import annex_lines


class Piece(NamedTuple):
    """A printed cell: its text and what it is (``row:new``, ``cell:requests/new/total`` …)."""

    text: str
    role: str
    value: float | int | None = None
    across: int = 1
    down: int = 1


Grid = list[list[Piece | None]]
"""Rows of cells; None where a merged cell goes on."""


@dataclass
class Drawn:
    """A text, with the role of each drawn stretch and the truth of each cell."""

    text: str = ""
    roles: list[tuple[int, int, str]] = field(default_factory=list)
    cells: dict[str, tuple[float | int | None, int, int]] = field(default_factory=dict)
    layout: str = ""

    def add(self, text: str, piece: Piece | None = None) -> None:
        start = len(self.text)
        self.text += text
        if piece is None:
            return
        if piece.role.startswith("cell:"):
            if piece.role.endswith("~"):
                self.roles.append((start, len(self.text), "void"))
            self.cells[piece.role[5:].rstrip("~")] = (piece.value, start, len(self.text))
        elif text:
            self.roles.append((start, len(self.text), piece.role))


def _label(kind: str, key: str, rng: random.Random, printed: str | None = None) -> str:
    entry = configs.load("forms")[kind][key]
    if rng.random() < 0.12 and entry.get("variants"):
        return rng.choice(entry["variants"])
    return printed or entry["label"]


# -- values ------------------------------------------------------------------


def _figures(rng: random.Random, form: str) -> dict[str, float | int | None]:
    """Figures of one report that hold the identities, mostly small."""
    out: dict[str, float | int | None] = {}
    big = rng.choice([0, 0, 1, 1, 2])
    for block in forms()[form].tables["active_disclosure"].blocks:
        for row in block.rows:
            scale = rng.choice([0, 0, 3, 20, 400, 90_000])
            draws = [rng.randint(0, scale) for _ in block.columns]
            ids = [c.id for c in block.columns]
            if ids == ["issued", "repealed", "in_force"]:
                draws[2] = draws[0] + rng.randint(0, scale)
            if ids == ["made", "disclosed", "total_disclosed"]:
                draws[0] = min(draws[0], draws[1])
                draws[2] = draws[1] + rng.randint(0, scale)
            for c, v in zip(ids, draws, strict=True):
                if c == "change" and rng.random() < 0.5:
                    v = -v
                if c == "amount" and rng.random() < 0.6:
                    v = round(v + rng.random(), rng.choice([1, 2, 4]))  # type: ignore[assignment]
                out[f"active_disclosure/{row.id}/{c}"] = v
    whole = forms()[form].tables["requests"].blocks[0]
    rows = [r.id for r in whole.rows]
    cols = [c.id for c in whole.columns]
    limit = [0, 6, 300][big]
    weights = [8, 1, 0.4, 0.3, 0.5, 0.6]
    results = [r for r in rows if r not in ("new", "carried_in", "result_total", "carried_out")]
    handled = {r: dict.fromkeys(cols, 0) for r in rows}
    for _ in range(rng.randint(0, limit)):
        column = rng.choices(cols[:-1], weights)[0]
        handled[rng.choice(["new"] * 9 + ["carried_in"])][column] += 1
        if rng.random() < 0.9:
            handled[rng.choice(results)][column] += 1
            handled["result_total"][column] += 1
        else:
            handled["carried_out"][column] += 1
    for r in rows:
        for c in cols[:-1]:
            handled[r]["total"] += handled[r][c]
    if rng.random() < 0.15:  # an honest contradiction
        handled[rng.choice(rows)]["total"] += rng.choice([1, 2, -1]) if limit else 1
    for r in rows:
        for c in cols:
            out[f"requests/{r}/{c}"] = max(handled[r][c], 0)
    for key in ("review", "direct_suit", "suit_after_review"):
        draws = [rng.choice([0, 0, 0, rng.randint(0, 12)]) if big else 0 for _ in range(4)]
        for c, v in zip(("upheld", "corrected", "other", "pending", "total"), [*draws, sum(draws)], strict=True):
            out[f"review_litigation/{key}/{c}"] = v
    return out


_EMPTY_STYLES = ["0"] * 70 + [""] * 18 + ["total"] * 4 + ["first"] * 4 + ["/", "-", "—", "无", "－"]


def _printed(value: float | int | None, column: str, style: str, rng: random.Random) -> tuple[str, float | int | None]:
    """How a figure is printed, and what the printed cell is worth."""
    if value is None:
        return "", None
    if column == "amount":
        if value == 0:
            return rng.choice(["0", "0", "0万元"]), 0
        kind = rng.random()
        if kind < 0.35:
            return f"{value}万元", value
        if kind < 0.45 and isinstance(value, int):
            return f"{value}万", value
        if kind < 0.5:
            return f"{round(float(value) * 10000)}元", round(round(float(value) * 10000) / 10000, 6)
        return f"{value}", value
    if column == "change" and value:
        if value > 0:
            return rng.choice([f"{value}", f"+{value}", f"＋{value}", f"增{value}"]), value
        return rng.choice([f"{value}", f"-{-value}", f"－{-value}", f"减少{-value}"]), value
    if style == "unit":
        return f"{value}{rng.choice('个件项')}", value
    if style == "wide":
        return "".join(chr(ord(c) + 0xFEE0) for c in str(value)), value
    return f"{value}", value


def figures(rng: random.Random, form: str, style: str) -> dict[str, tuple[str, float | int | None]]:
    """Printed string and truth of every cell."""
    out = {}
    values = _figures(rng, form)
    how = rng.choice([""] * 8 + ["unit", "wide"])
    for address, value in values.items():
        column = address.rsplit("/", 1)[1]
        text, worth = _printed(value, column, how, rng)
        if value == 0 and style != "0":
            keep = (style == "total" and column == "total") or (
                style == "first" and column in ("natural_person", "upheld")
            )
            if not keep:
                text, worth = ("" if style in ("total", "first") else style), None
        if text and rng.random() < 0.1:
            text = rng.choice(["　", " ", "\xa0"]) + text
        out[address] = (text, worth)
    if rng.random() < 0.04:
        address = rng.choice(list(out))
        out[address] = (rng.choice(["不涉及", "见附件", "详见附表", "无此项", "暂无"]), None)
    return out


def _words(kind: str) -> list[str]:
    """Words that stand in and beside tables."""
    return configs.load("invented")["drawing"][kind]


# -- grids -------------------------------------------------------------------


def _cell(address: str, shown: dict[str, tuple[str, float | int | None]], across: int = 1) -> Piece:
    text, value = shown[address]
    void = "~" if value is None and any("一" <= c <= "鿿" for c in text) and text != "无" else ""
    return Piece(text, f"cell:{address}{void}", value, across)


def disclosure_grid(form: str, shown: dict[str, tuple[str, float | int | None]], rng: random.Random) -> Grid:
    """The table of section two."""
    data = configs.load("forms")["forms"][form]
    override = data.get("labels", {})
    grid: Grid = []
    width = max(len(b["columns"]) for b in data["active_disclosure"]["blocks"]) + 1
    for block in data["active_disclosure"]["blocks"]:
        keys = block["columns"]
        grid.append([Piece(_label("groups", block["group"], rng), f"group:{block['group']}", across=width)])
        grid[-1] += [None] * (width - 1)
        n = len(keys)
        wide = width - 1 - n + 1
        head: list[Piece | None] = [Piece(_label("groups", "content", rng), "group:content")]
        for i, key in enumerate(keys):
            across = wide if i == n - 1 else 1
            text = _label("columns", key, rng, override.get(key))
            if rng.random() < 0.04:
                text = rng.choice(
                    [f"{text}（历史累计）", f"{text}（指2019年数）", f"{text}（减用负值，如-8）", f"{text}（个）"]
                )
            head += [Piece(text, f"col:{key}", across=across), *[None] * (across - 1)]
        grid.append(head)
        rows = list(block["rows"])
        for key in rows:
            text = _label("rows", key, rng, override.get(key))
            if key == "rules" and rng.random() < 0.1:
                text += rng.choice(["（设区的市填报）", "（设区市以上填报）"])
            line: list[Piece | None] = [Piece(text, f"row:{key}")]
            for i, column in enumerate(keys):
                across = wide if i == n - 1 else 1
                cid = configs.load("forms")["columns"][column].get("id", column)
                line += [_cell(f"active_disclosure/{key}/{cid}", shown, across), *[None] * (across - 1)]
            grid.append(line)
        if rng.random() < 0.12:
            name = rng.choice(_words("added"))
            line = [Piece(name, f"extra:{name}")]
            for i, column in enumerate(keys):
                across = wide if i == n - 1 else 1
                cid = configs.load("forms")["columns"][column].get("id", column)
                value = rng.randint(0, 99)
                line += [
                    Piece(str(value), f"cell:active_disclosure/extra:{name}/{cid}", value, across),
                    *[None] * (across - 1),
                ]
            grid.append(line)
    return grid


def requests_grid(form: str, shown: dict[str, tuple[str, float | int | None]], rng: random.Random) -> Grid:
    """The table of section three."""
    table = configs.load("forms")["forms"][form]["requests"]
    columns = table["columns"]
    grid: Grid = []
    first = rng.random() < 0.07  # 总计 before 自然人
    order = ["total", *columns[:-1]] if first else list(columns)
    caption = _label("groups", "reconciliation", rng)
    head = rng.random()
    heads = {c: Piece(_label("columns", c, rng), f"col:{c}") for c in columns}
    if head < 0.75:
        grid.append([Piece(caption, "group:reconciliation", across=3, down=3), None, None,
                     Piece(_label("groups", "applicants", rng), "group:applicants", across=7),
                     *[None] * 6])  # fmt: skip
        middle: list[Piece | None] = [None, None, None, heads["natural_person"],
                  Piece(_label("groups", "legal_persons", rng), "group:legal_persons", across=5),
                  *[None] * 4]  # fmt: skip
        if first:
            middle.insert(3, heads["total"])
        else:
            middle.append(heads["total"])
        grid.append(middle)
        last: list[Piece | None] = [None, None, None, None]
        if first:
            last.append(None)
        last += [heads[c] for c in columns[1:6]]
        if not first:
            last.append(None)
        grid.append(last)
    else:
        grid.append(
            [
                Piece(caption if head < 0.85 else "", "group:reconciliation", across=3),
                None,
                None,
                *[heads[c] for c in order],
            ]
        )
    data = configs.load("forms")["groups"]
    results = Piece(_label("groups", "results", rng), "group:results", down=99)
    every = rng.random() < 0.1  # merged labels printed on every row
    open_group = ""
    for key in table["rows"]:
        label = _label("rows", key, rng)
        parent = key.split(".")[0] if "." in key else ""
        line: list[Piece | None]
        if key in ("new", "carried_in", "carried_out"):
            line = [Piece(label, f"row:{key}", across=3), None, None]
            results_now = None
        else:
            results_now = results if (key == "granted" or every) else None
            if parent:
                opens = parent != open_group
                name = "row:other_handling" if parent == "other_handling" else f"group:{parent}"
                mark = Piece(_label("groups", parent if parent in data else "other_handling", rng), name)
                line = [results_now, mark if (opens or every) else None, Piece(label, f"row:{key}")]
            else:
                line = [results_now, Piece(label, f"row:{key}", across=2), None]
        open_group = parent
        line += [_cell(f"requests/{key}/{c}", shown) for c in order]
        grid.append(line)
    if rng.random() < 0.03:
        del grid[rng.randrange(5, len(grid) - 1)]
    return grid


def review_grid(shown: dict[str, tuple[str, float | int | None]], rng: random.Random) -> Grid:
    """The table of section four."""
    columns = ("upheld", "corrected", "other_result", "pending", "total")
    rows = ("review", "direct_suit", "suit_after_review")
    ids = {"other_result": "other"}
    if rng.random() < 0.12:
        grid: Grid = [
            [
                Piece(rng.choice(["", "类型", "类别"]), "caption"),
                *[Piece(_label("columns", c, rng), f"col:{c}") for c in columns],
            ]
        ]
        for r in rows:
            grid.append(
                [
                    Piece(_label("rows", r, rng), f"row:{r}"),
                    *[_cell(f"review_litigation/{r}/{ids.get(c, c)}", shown) for c in columns],
                ]
            )
        return grid
    return [
        [Piece(_label("rows", "review", rng), "row:review", across=5), *[None] * 4,
         Piece(_label("groups", "litigation", rng), "group:litigation", across=10), *[None] * 9],
        [*[Piece(_label("columns", c, rng), f"col:{c}", down=2) for c in columns],
         Piece(_label("rows", "direct_suit", rng), "row:direct_suit", across=5), *[None] * 4,
         Piece(_label("rows", "suit_after_review", rng), "row:suit_after_review", across=5), *[None] * 4],
        [*[None] * 5, *[Piece(_label("columns", c, rng), f"col:{c}") for c in columns],
         *[Piece(_label("columns", c, rng), f"col:{c}") for c in columns]],
        [_cell(f"review_litigation/{r}/{ids.get(c, c)}", shown) for r in rows for c in columns],
    ]  # fmt: skip


# -- damage to labels ----------------------------------------------------------

_LOOKALIKE = {
    "类": "项",
    "务": "物",
    "型": "性",
    "性": "型",
    "机": "结",
    "构": "企",
    "容": "部",
    "形": "况",
    "件": "",
    "数": "",
    "的": "",
    "公": "",
}


def damaged(grid: Grid, rng: random.Random) -> Grid:
    """Labels cut, split, mistyped, spaced, renumbered."""
    kind = rng.choices(["none", "split", "cut", "typo", "blank"], [45, 25, 8, 12, 10])[0]
    if kind == "none":
        return grid
    rate = rng.choice([0.1, 0.3, 0.7])
    out: Grid = []
    for line in grid:
        new: list[Piece | None] = []
        for piece in line:
            if (
                piece is None
                or piece.role.startswith(("cell:", "extra:"))
                or rng.random() > rate
                or len(piece.text) < 2
            ):
                new.append(piece)
                continue
            text = piece.text
            if kind == "split":
                for _ in range(1 if len(text) < 10 else rng.choice([1, 2])):
                    at = rng.randrange(1, len(text))
                    text = text[:at] + rng.choice(["\n", "\n", " "]) + text[at:]
            elif kind == "blank":
                text = rng.choice([" ", "　"]).join(text) if len(text) < 5 else text[:2] + " " + text[2:]
            elif kind == "cut" and len(text) > 3 and rng.random() < 0.4:
                text = text[: rng.randrange(max(2, len(text) // 2), len(text))]
            elif kind == "typo":
                at = rng.randrange(len(text))
                swap = _LOOKALIKE.get(text[at])
                if swap is not None:
                    text = text[:at] + swap + text[at + 1 :]
                elif text[0] in "(一二三四1234567" and rng.random() < 0.5:
                    text = text[text.find(")") + 1 :] if text[0] == "(" else text[2:]
                else:
                    text = text[:at] + text[at + 1 :]
            new.append(piece._replace(text=text or piece.text))
        out.append(new)
    return out


# -- layouts -------------------------------------------------------------------


def _draw_lines(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """One cell a line."""
    gap = rng.choice(["\n", "\n\n"])
    row_gap = rng.choice(["", "", "\n"])
    keep = rng.random() < 0.35
    indent = rng.choice(["", "", "　", " "])
    for line in grid:
        for piece in line:
            if piece is None or (not piece.text.strip() and not keep and not piece.role.startswith("cell:")):
                continue
            if not piece.text.strip() and not keep:
                if piece.role.startswith("cell:"):
                    out.add("", piece)
                continue
            out.add(indent)
            out.add(piece.text, piece)
            out.add(gap)
        out.add(row_gap)


def _draw_tab_cells(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """One cell a line behind a tab, a blank line between rows, emptiness kept."""
    end = rng.choice(["\n", "\n", " \n"])
    for line in grid:
        skip = 0
        for piece in line:
            if piece is None:
                if skip:
                    skip -= 1
                else:
                    out.add("\t\n")
                continue
            skip = piece.across - 1
            out.add("\t")
            out.add(piece.text, piece)
            out.add(end)
        out.add("\n")


def _rows(
    grid: Grid, rng: random.Random, out: Drawn, *, sep: str, edge: str, keep: float, merged: bool, end: str = "\n"
) -> None:
    """One row a line."""
    for line in grid:
        shown: list[Piece | None] = []
        for piece in line:
            empty = piece is None or not piece.text.strip()
            if piece is None and not merged:
                continue
            if empty and rng.random() >= keep:
                if piece is not None:
                    shown.append(piece._replace(across=0))
                continue
            shown.append(piece)
        out.add(edge)
        first = True
        for piece in shown:
            if piece is not None and piece.across == 0:
                out.add("", piece)
                continue
            if not first:
                out.add(sep)
            first = False
            if piece is not None:
                is_torn = sep == "\t" and "\n" in piece.text and rng.random() < 0.3  # a recogniser's cell edges
                out.add(piece.text.replace("\n", sep if is_torn else rng.choice([" ", ""])), piece)
        out.add(f" {edge.strip()}" if edge else rng.choice([" |", " |||"]) if "|" in sep else "")
        out.add(end)


def _draw_pipes(grid: Grid, rng: random.Random, out: Drawn) -> None:
    _rows(grid, rng, out, sep=" | ", edge="", keep=rng.choice([0.0, 0.0, 0.5, 1.0]), merged=rng.random() < 0.3)


def _draw_markdown(grid: Grid, rng: random.Random, out: Drawn) -> None:
    _rows(grid[:1], rng, out, sep=" | ", edge="| ", keep=1.0, merged=True)
    out.add("|" + " --- |" * max(len(line) for line in grid) + "\n")
    _rows(grid[1:], rng, out, sep=" | ", edge="| ", keep=1.0, merged=True)


def _draw_tab_rows(grid: Grid, rng: random.Random, out: Drawn) -> None:
    _rows(grid, rng, out, sep="\t", edge="", keep=rng.choice([1.0, 1.0, 0.0]), merged=rng.random() < 0.7)


def _draw_commas(grid: Grid, rng: random.Random, out: Drawn) -> None:
    sep = rng.choice([",", "，"])
    _rows([[p and p._replace(text=p.text.replace("，", "、").replace(",", "、")) for p in line] for line in grid],
          rng, out, sep=sep, edge="", keep=1.0, merged=rng.random() < 0.5)  # fmt: skip


def _draw_spaces(grid: Grid, rng: random.Random, out: Drawn) -> None:
    _rows(grid, rng, out, sep=rng.choice([" ", "  ", "    "]), edge="", keep=0.0, merged=False)


def _draw_pipe_cells(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """One cell a line that ends in a pipe, rows ended by pipes."""
    ends = rng.choice(["|\n", "|||\n", "||\n", "\n"])
    for line in grid:
        for piece in line:
            if piece is None:
                continue
            if not piece.text.strip():
                out.add("", piece)
                if rng.random() < 0.3:
                    out.add("|\n")
                continue
            out.add(piece.text.replace("\n", ""), piece)
            out.add(" |\n")
        out.add(ends)


def _draw_pipe_between(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """A pipe on its own line between cells."""
    for line in grid:
        for piece in line:
            if piece is None:
                continue
            if not piece.text.strip():
                out.add("", piece)
                continue
            out.add(piece.text.replace("\n", ""), piece)
            out.add("\n|\n")
        out.add("\n")


def _draw_flat(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """Rows with nothing between cells."""
    end = rng.choice(["\n", "\n", ""])
    for line in grid:
        for piece in line:
            if piece is None:
                continue
            out.add(piece.text.replace("\n", "").strip(), piece)
        out.add(end)


def _draw_columns(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """Column after column, one cell a line."""
    width = max(len(line) for line in grid)
    for k in range(width):
        for line in grid:
            piece = line[k] if k < len(line) else None
            if piece is not None and piece.text.strip():
                out.add(piece.text, piece)
                out.add("\n")
            elif piece is not None:
                out.add(
                    "0" if piece.role.startswith("cell:") else "",
                    piece._replace(value=0) if piece.role.startswith("cell:") else piece,
                )
                out.add("\n" if piece.role.startswith("cell:") else "")


def _draw_labels_first(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """All labels, then all values row by row."""
    for line in grid:
        for piece in line:
            if piece is not None and piece.text.strip() and not piece.role.startswith("cell:"):
                out.add(piece.text, piece)
                out.add("\n")
    sep = rng.choice(["\n", " ", "\t"])
    for line in grid:
        cells = [p for p in line if p is not None and p.role.startswith("cell:")]
        for i, piece in enumerate(cells):
            if i:
                out.add(sep)
            text = piece.text.strip() or "0"
            out.add(text, piece._replace(value=piece.value if piece.text.strip() else 0))
        if cells:
            out.add("\n")


def _draw_padded(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """Columns held by blanks; long labels wrap."""
    widths = [14] * (len(grid[-1]) - 7) + [rng.choice([6, 8, 10])] * 7
    for line in grid:
        heights = 1
        cut: list[list[str]] = []
        for k, piece in enumerate(line):
            text = piece.text.replace("\n", "").strip() if piece is not None else ""
            width = sum(widths[k : k + (piece.across if piece else 1)]) if k < len(widths) else 8
            size = max((width - 2) // 2, 1) if not text.isascii() else 99
            cut.append([text[i : i + size] for i in range(0, len(text), size)] or [""])
            heights = max(heights, len(cut[-1]))
        for h in range(heights):
            row = Drawn()
            column = at = 0
            for k, piece in enumerate(line):
                part = cut[k][h] if h < len(cut[k]) else ""
                if part:
                    out.add(" " * max(column - at, 1 if at else 0))
                    at = max(column, at + 1 if at else 0)
                    out.add(part, piece)
                    at += sum(2 if ord(c) > 255 else 1 for c in part)
                elif piece is not None and h == 0 and piece.role.startswith("cell:"):
                    out.add("", piece)
                column += widths[k] if k < len(widths) else 8
            out.add("\n")
            del row


# Weights; nought for what the corpus keeps for its test split, drawn on demand only.
def _draw_pairs(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """Each row's label, then its figures behind their heads, one below the other; or all three on each line."""
    mark = rng.choice(["：", ":", " ", "　", " = ", "\t"])
    each = rng.random() < 0.3
    indent = rng.choice(["", "　　", "- ", "  "])
    heads: list[Piece] = []
    for line in grid:
        pieces = [p for p in line if p is not None and p.text.strip()]
        cells = [p for p in line if p is not None and p.role.startswith("cell:")]
        columns = [p for p in pieces if p.role.startswith("col:")]
        if not cells:
            if columns:
                heads = (
                    columns if len(columns) >= 5 or not heads or columns[0].role in _FIRST_HEADS else [*heads, *columns]
                )
            for piece in pieces:
                if piece.role.startswith("group:article"):
                    out.add(piece.text, piece)
                    out.add("\n")
            continue
        labels = [p for p in pieces if not p.role.startswith("cell:")]
        names = _in_form_order(heads) if len(cells) == 7 else heads
        if len(names) < len(cells):
            names = []
        for label in labels if not each else labels[:-1]:
            out.add(label.text.replace("\n", ""), label)
            out.add("\n")
        for i, cell in enumerate(cells):
            if each and labels:
                out.add(labels[-1].text.replace("\n", ""), labels[-1])
                out.add(mark)
            out.add(indent if not each else "")
            if names:
                name = names[i % len(names)] if len(cells) <= len(names) else names[i]
                out.add(name.text.replace("\n", ""), name)
                out.add(mark)
            out.add(cell.text, cell)
            out.add("\n")


_FIRST_HEADS = (
    "col:made",
    "col:issued",
    "col:previous_items",
    "col:decisions",
    "col:items",
    "col:fee_amount",
    "col:upheld",
)


def _in_form_order(heads: list[Piece]) -> list[Piece]:
    order = configs.load("forms")["forms"]["2021"]["requests"]["columns"]
    return sorted(heads, key=lambda p: order.index(p.role[4:]) if p.role[4:] in order else 0)


LAYOUTS = {
    "lines": (_draw_lines, 27),
    "tab_cells": (_draw_tab_cells, 8),
    "pipes": (_draw_pipes, 25),
    "pipe_cells": (_draw_pipe_cells, 14),
    "pipe_between": (_draw_pipe_between, 0),
    "markdown": (_draw_markdown, 5),
    "tab_rows": (_draw_tab_rows, 8),
    "commas": (_draw_commas, 2),
    "spaces": (_draw_spaces, 4),
    "padded": (_draw_padded, 3),
    "flat": (_draw_flat, 3),
    "columns": (_draw_columns, 3),
    "labels_first": (_draw_labels_first, 0),
    "pairs": (_draw_pairs, 3),
}


def _noise(rng: random.Random, out: Drawn, lines: Sequence[str]) -> None:
    """Lines of the report around a table, and now and then what a chart left behind."""
    for text in [
        *rng.sample(_words("beside"), rng.choice([0, 1, 1, 2])),
        *(rng.sample(lines, rng.choice([0, 1, 3])) if lines else ()),
    ]:
        out.add(text, Piece(text, "noise"))
        out.add("\n")
    if rng.random() < 0.05:
        names = rng.sample(_words("charted"), rng.randint(3, 5))
        for k in range(rng.randint(1, 3)):
            sep = rng.choice(["\t", "\n"])
            text = sep.join([*names, *(f"{rng.randint(0, 99) / 10}" for _ in names), f"系列 {k + 1}"])
            out.add(text, Piece(text, "noise"))
            out.add("\n")
    if rng.random() < 0.05:
        text = rng.choice(["_,.,", "♬ = ニコ", "(*=-", "l ı", "· · · ·", "木列)", "(木歹 利数据"])
        out.add(text, Piece(text, "noise"))
        out.add("\n")


def draw(rng: random.Random, layout: str | None = None, form: str | None = None, noise: Sequence[str] = ()) -> Drawn:
    """The tables of one report, each drawn in some layout, with lines of ``noise`` around them."""
    form = form or rng.choice(["2019", "2021", "2021"])
    shown = figures(rng, form, rng.choice(_EMPTY_STYLES))
    names = list(LAYOUTS)
    main = layout or rng.choices(names, [w for _, w in LAYOUTS.values()])[0]
    out = Drawn(layout=main)
    grids = [disclosure_grid(form, shown, rng), requests_grid(form, shown, rng), review_grid(shown, rng)]
    chance = rng.random()
    if chance < 0.2:
        grids = grids[:2]
    elif chance < 0.32:
        grids = [[[Piece(*piece) for piece in line] for line in annex_lines(rng)]]
    for grid in grids:
        _noise(rng, out, noise)
        name = main if layout or rng.random() < 0.9 else rng.choice(names)
        if name == "pairs" and any(p is not None and p.role == "annex:head" for line in grid for p in line):
            name = "lines"  # it leaves heads out that nothing else says
        LAYOUTS[name][0](damaged(grid, rng), rng, out)
        out.add("\n")
    _noise(rng, out, noise)
    return out


__all__ = ["LAYOUTS", "Drawn", "draw", "role_labels"]
