"""The layouts in which tables are drawn."""

from __future__ import annotations

import random
from collections.abc import Callable

from .. import configs
from .drawing_pieces import Drawn, Grid, Piece


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
    _one_by_one(grid, out, behind=" |\n", for_empty=lambda: "|\n" if rng.random() < 0.3 else "", end=ends)


def _draw_pipe_between(grid: Grid, rng: random.Random, out: Drawn) -> None:
    """A pipe on its own line between cells."""
    _one_by_one(grid, out, behind="\n|\n", for_empty=str, end="\n")


def _one_by_one(grid: Grid, out: Drawn, *, behind: str, for_empty: Callable[[], str], end: str) -> None:
    """The cells of each row one after the other; what stands for one without a text is asked for each."""
    for line in grid:
        for piece in line:
            if piece is None:
                continue
            text = piece.text.replace("\n", "") if piece.text.strip() else ""
            out.add(text, piece)
            out.add(behind if text else for_empty())
        out.add(end)


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


# Weights; nought for what the corpus keeps for its test split, drawn on demand only.
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
