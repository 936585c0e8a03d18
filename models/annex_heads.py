"""The heads of an annex: which words are heads, and the columns that they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..corpus.annexes import (
    COUNT,
    AnnexForm,
    annex_labels,
    annexes,
    any_head,
    bare,
    columns_of,
    head_key,
    is_dated,
    is_uncounted,
    known_head,
)
from .annex_runs import Item, Line, width
from .atoms import BREAK, VALUE, WORD, Atom

_WORDY = ("label", "word", "unit", "head")
OFTEN = 4
"""A head that stands before so many figures names the column of each."""


def with_heads(stream: Sequence[Item], atoms: Sequence[Atom]) -> list[Item]:
    """The stream with the heads that were taken for labels: beside another head, or before figure after figure.

    Words that were taken for none of the annex's (``other``) are heads where they stand in the line of the heads, or
    behind the first head and name a year or a share; labels where they are a label of an annex to the letter, with a
    box behind; all others are left out.
    """
    often = Counter(atoms[a].text for kind, a, _ in stream if kind in _WORDY)
    filled = {atoms[a].line for kind, a, _ in stream if kind == "item" and atoms[a].kind == VALUE}
    lines = {atoms[a].line for kind, a, _ in stream if kind == "head"} - filled
    out: list[Item] = []
    has_figures = has_heads = False
    for k, (kind, atom, sure) in enumerate(stream):
        has_figures |= kind == "item" and atoms[atom].kind == VALUE
        text = atoms[atom].text
        known: str | None
        if kind == "other" and text in annex_labels() and stream[k + 1 : k + 2] and stream[k + 1][0] == "item":
            kind = "label"  # below a row that a locality added, say
        elif kind == "other":
            is_named = is_dated(text) or is_uncounted(text)
            if has_figures or not has_heads or not (is_named or atoms[atom].line in lines):
                continue
            kind = "head"
        elif kind in ("label", "word", "unit") and (
            (known := known_head(text)) is not None or is_dated(text) or is_uncounted(text)
        ):
            is_beside = not has_figures and any(t[0] == "head" for t in (*out[-2:], *stream[k + 1 : k + 3]))
            is_repeated = often[text] >= OFTEN and stream[k + 1 : k + 2] and stream[k + 1][0] == "item"
            if is_beside or (is_repeated and known != "(unit)"):
                kind = "head"
        has_heads |= kind == "head"
        out.append((kind, atom, sure))
    return out


def column_of(head: str) -> str:
    """The column that a head before a figure names; nothing where it names none."""
    apart = [m.group() for m in any_head().finditer(bare(head))]
    return next(iter(columns_of(apart[-1:])), "")


def heads_of(stream: Sequence[Item], atoms: Sequence[Atom]) -> list[str]:
    """The heads before the first row's figures, torn ones joined."""
    heads: list[str] = []
    for kind, atom, _ in stream:
        if kind == "head" and atoms[atom].kind == WORD:
            heads.append(atoms[atom].text)
        elif kind == "item" and heads and atoms[atom].kind == VALUE:
            break
    return [head for head in _from_first(_joined(heads)) if not _is_scrap(head)]


def _from_first(heads: Sequence[str]) -> list[str]:
    """The heads from that of the labels on: a title stands before it."""
    keys = [head_key(head) for head in heads]
    for key in ("(label)", "(unit)"):
        if key in keys:
            return list(heads[keys.index(key) :])
    known = [k for k, head in enumerate(heads) if not _is_unknown(head)]
    return list(heads[known[0] :]) if known else list(heads)


def _is_scrap(head: str) -> bool:
    """Whether a word is no head: the number of a heading, what a scanner made of a line."""
    if known_head(head) is not None or is_dated(head):
        return False
    return sum(map(_is_letter, head)) < _FEWEST_LETTERS or len(set(bare(head))) == 1


def _is_letter(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" and char not in "一二三四五六七八九十"


_FEWEST_LETTERS = 2


def _joined(heads: Sequence[str]) -> list[str]:
    """Heads that were torn put together, heads that run together taken apart."""
    joined: list[str] = []
    for head in _spelled(heads):
        apart = [m.group() for m in any_head().finditer(bare(head))] if _is_unknown(head) else []
        if len(apart) > 1 and 2 * sum(map(len, apart)) > len(bare(head)):
            joined += apart
            continue
        whole = (joined[-1] + head) if joined else ""
        if whole and (_is_unknown(joined[-1]) or _is_unknown(head)) and not _is_unknown(whole):
            joined[-1] = whole
        else:
            joined.append(head)
    return joined


def _spelled(heads: Sequence[str]) -> list[str]:
    """Heads printed with blanks between their characters (统 计 数) as words."""
    out: list[str] = []
    k = 0
    while k < len(heads):
        n = next((n for n in range(_MOST_PIECES, 1, -1) if _is_spelled(heads[k : k + n], n)), 1)
        out.append("".join(heads[k : k + n]))
        k += n
    return out


_MOST_PIECES = 6


def _is_spelled(pieces: Sequence[str], n: int) -> bool:
    return len(pieces) == n and all(len(p) == 1 for p in pieces) and not _is_unknown("".join(pieces))


def _is_unknown(head: str) -> bool:
    return any(c.startswith("extra:") for c in columns_of([head]))


def columns_told(heads: Sequence[str], lines: Sequence[Line], atoms: Sequence[Atom], form: AnnexForm) -> list[str]:
    """The columns of an annex; none where the figures say that its heads were misread."""
    columns = list(dict.fromkeys(columns_of(heads)))
    full = Counter(n for line in lines[:-1] if line.has_figures and (n := width(line, atoms)))
    most = max(full.values(), default=0)
    widest = max((n for n, seen in full.items() if 4 * seen >= most), default=0)
    if not columns:
        if widest <= 1:
            return [COUNT]
        return list(form.columns) if len(form.columns) == widest and _is_surely(form, lines) else []
    known = [c for c in columns if not c.startswith("extra:")]
    if known and len(known) == widest < len(columns):
        return known  # 指标|名称|单位|数值, torn: a strange head under which nothing stands is none
    is_over = any(_is_one_less(n, len(columns)) for n in (full, boxes(lines, atoms)))
    if is_over and len(columns) > 2 and columns[0] == COUNT:
        return columns[1:]  # one head over all the others
    return columns if len(columns) >= widest else []


def _is_one_less(n_rows: Counter[int], n: int) -> bool:
    """Whether most rows, by how many boxes they have, have one less than ``n``, and hardly any has so many."""
    return 5 * n_rows[n - 1] >= 3 * n_rows.total() and 10 * n_rows[n] <= n_rows[n - 1] > 0


def boxes(lines: Sequence[Line], atoms: Sequence[Atom]) -> Counter[int]:
    """How many rows with figures have so many boxes, where the print keeps the empty ones."""
    rows = [[atoms[a] for a in line.items if atoms[a].kind != BREAK] for line in lines[:-1] if line.has_figures]
    rows = [row for row in rows if any(a.kind == VALUE for a in row)]
    keeps = any(not a.text for row in rows for a in row)
    return Counter(map(len, rows)) if keeps else Counter()


def _is_surely(form: AnnexForm, lines: Sequence[Line]) -> bool:
    """Whether rows are printed that tell the form from others with as many columns."""
    others = [f for f in annexes().values() if f is not form and len(f.columns) == len(form.columns)]
    common = {row.id for other in others for row in other.rows}
    return len({line.key for line in lines if line.row is not None} - common) >= _TELLING


_TELLING = 3
