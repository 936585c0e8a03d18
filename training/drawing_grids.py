"""The grids of the statutory tables as forms print them, with figures, and damage to their labels."""

from __future__ import annotations

import random

from .. import configs
from ..corpus.forms import forms
from .drawing_pieces import Grid, Piece


def _label(kind: str, key: str, rng: random.Random, printed: str | None = None) -> str:
    entry = configs.load("forms")[kind][key]
    if rng.random() < 0.12 and entry.get("variants"):
        return rng.choice(entry["variants"])
    return printed or entry["label"]


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


EMPTY_STYLES = ["0"] * 70 + [""] * 18 + ["total"] * 4 + ["first"] * 4 + ["/", "-", "—", "无", "－"]


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


def words(kind: str) -> list[str]:
    """Words that stand in and beside tables."""
    return configs.load("invented")["drawing"][kind]


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
            name = rng.choice(words("added"))
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
