"""What metrics have in common: the family that a metric is of, and what it says of it.

``requests/denied.security/total`` is a result of requests, and a total. A rare metric is told
better where others of its family, and others that say the like, have a part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

JOIN = " ; "
"""Between the metrics of a stretch that states several."""
_RATIO = "ratio("


def family(metric: str) -> str:
    """Which table or kind of fact a class of metric is of; of several metrics, the first one's."""
    first = metric.split(JOIN)[0]
    table, _, rest = first.removeprefix(_RATIO).partition("/")
    row, _, category = rest.split("/")[0].partition(".")
    if table == "requests":
        part = row if row in ("new", "by_channel") else "rate" if row.endswith("_rate") else "result"
    elif table == "disclosure":
        part = row + "." * bool(category) if row == "items" else "channel"
    elif table == "review_litigation":
        part = "review" if row == "review" else "suit"
    else:
        table, part = table.split(".")[0], ""
    return f"{table} {part}{' share' * first.startswith(_RATIO)}"


def outcome(metric: str) -> str:
    """The column of a class of metric, or what else stands last in its address; of a sum, the first part's."""
    first = metric.split(JOIN)[0]
    return "share" if first.startswith(_RATIO) else first.split(" + ")[0].split("/")[-1]


def columns(metrics: Sequence[str], facet: Callable[[str], str], labels: Sequence[str]) -> np.ndarray:
    """For each metric the column of its facet; one past the last where the facet was never seen."""
    of = {label: k for k, label in enumerate(labels)}
    return np.array([of.get(facet(metric), len(labels)) for metric in metrics], dtype=np.int64)


def spread(scores: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The log odds of the facet of each metric. Shape (n_items, n_metrics)."""
    unseen = scores.min(axis=1, keepdims=True)
    return np.concatenate([scores, unseen], axis=1)[:, column]
