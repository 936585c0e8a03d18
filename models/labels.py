"""The labels of the forms as patterns: what words of a table are known."""

from __future__ import annotations

import re
from functools import cache

from .. import configs
from ..corpus.alternatives import any_of
from ..corpus.annexes import annex_labels


@cache
def known_labels() -> frozenset[str]:
    """Every label of the forms, without blanks."""
    forms = configs.load("forms")
    found: set[str] = set()
    for kind in ("columns", "rows", "groups"):
        for entry in forms[kind].values():
            found.update("".join(label.split()) for label in (entry["label"], *entry.get("variants", ())))
    found.update(annex_labels())
    return frozenset(found)


@cache
def any_label() -> re.Pattern[str]:
    """Any label of the forms, the longest first; enumerators of their own may stand before one."""
    return re.compile(any_of(x for x in known_labels() if len(x) > 1))
