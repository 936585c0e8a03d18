"""The labels of the forms as patterns: what words of a table are known."""

from __future__ import annotations

import re
from functools import cache

from .. import configs
from ..corpus.alternatives import any_of
from ..corpus.annexes import annex_labels


@cache
def labels_of(kind: str) -> frozenset[str]:
    """The labels of the forms of one kind, ``rows``, ``columns`` or ``groups``, as they are printed, without blanks."""
    entries = configs.load("forms")[kind].values()
    return frozenset("".join(x.split()) for e in entries for x in (e["label"], *e.get("variants", ())))


@cache
def known_labels() -> frozenset[str]:
    """Every label of the forms, without blanks."""
    return frozenset().union(*map(labels_of, ("columns", "rows", "groups")), annex_labels())


@cache
def any_label() -> re.Pattern[str]:
    """Any label of the forms, the longest first; enumerators of their own may stand before one."""
    return re.compile(any_of(x for x in known_labels() if len(x) > 1))
