"""Whether a text is a report at all, by the words of the form and the facts it tells.

A law, a notice on how to write reports and a blank form use the same words; what they lack
are the headings of a report together with a year and counts (or statements of none).
"""

from __future__ import annotations

import re
from functools import cache

from .. import configs
from .annexes import NATIONAL, annexes
from .forms import forms

_MAX_CHARS = 60_000
_HEAD = 600
_BLANKS = dict.fromkeys(map(ord, " \t\r\u3000\xa0"))
_MIN_LABEL = 4
_FEW = 4
_OWN = frozenset({"active_disclosure", "requests", "review_litigation", "consultation", "fees"})
_GLUED = re.compile(r"(?:000|\D0){6}")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {k: re.compile(v, re.MULTILINE) for k, v in configs.load("reading")["report"].items()}


@cache
def _headings() -> re.Pattern[str]:
    """A line that is, but for its number, the heading of a section; the group's name is the section."""
    number = configs.load("reading")["report"]["heading"]
    names = []
    for section, entry in configs.load("forms")["sections"].items():
        if entry["order"] < 2 or section == "colophon":
            continue
        words = sorted({entry["label"], *entry.get("variants", ())}, key=len, reverse=True)
        names.append(f"(?P<{section}>{'|'.join(map(re.escape, words))})")
    return re.compile(f"{number}[^\\n。,;]{{0,12}}?(?:{'|'.join(names)})", re.MULTILINE)


@cache
def _row_labels() -> frozenset[str]:
    """Row labels of all forms that no sentence uses by chance, without numbers and explanations."""
    rows = {row.text for form in forms().values() for t in form.tables.values() for b in t.blocks for row in b.rows}
    rows |= {row.label.text for row in annexes()[NATIONAL].rows}
    bare = {re.sub(r"^(?:\(?[一二三四五六七八九十\d]+[).、]+)|\(.*$", "", label) for label in rows}
    return frozenset(label for label in bare if len(label) >= _MIN_LABEL)


def looks_like_report(view: str) -> bool:
    """Whether a text tells of a year's open government information.

    Parameters
    ----------
    view : str
        The cleaned view of a text (`gouji.corpus.text.Text.view`).
    """
    text = view[:_MAX_CHARS].translate(_BLANKS)
    find = _patterns()
    if not find["subject"].search(text):
        return False
    n_figures = len(find["figure"].findall(view[:_MAX_CHARS].replace(" ", "")))
    n_labels = sum(label in text for label in _row_labels())
    has_rows = n_labels >= _FEW and n_figures >= _FEW  # some of the form, filled, says as much as a sentence
    # A filled form is a report; a blank one is not.
    has_form = n_labels >= 8 and (n_figures >= 8 or _GLUED.search(text) is not None)
    if has_form and not find["other"].search(text[:_HEAD]):
        return True
    sections = {m.lastgroup for m in _headings().finditer(text)}
    n_facts = len(find["count"].findall(text)) + 2 * len(find["none"].findall(text))
    head = text[:_HEAD]
    is_law = len(find["law"].findall(text)) >= 4
    is_notice = bool(find["notice"].search(head)) or bool(find["other"].search(head[:120]))
    has_title = bool(find["title"].search(head))
    has_basis = bool(find["basis"].search(head))  # how a report introduces itself, where no title is printed
    has_year = bool(find["year"].search(text))
    own = sections & _OWN
    n_subject = len(find["subject"].findall(text))
    is_named = bool(sections) and bool(find["named"].search(head))
    enough = 2 if has_basis and sections else 3  # a report cut off early says little
    if len(own) < 2 and not is_named and n_subject < max(enough, len(text) / 1500):
        return False  # a report on something else, with a word on open government
    evidence = len(own) + len(sections - own) / 2 + 2 * has_title + has_basis + has_year + min(n_facts, 4) / 2
    evidence -= 4 * is_law + 3 * is_notice
    return evidence >= 4 and (n_facts >= 1 or has_rows) and (bool(own) or has_title or (has_basis and bool(sections)))
