"""What metrics share: the model of facts joins three opinions, and none can be left out."""

from pathlib import Path

import numpy as np
import pytest
from gouji.models import facets, store
from gouji.models.facts import FactModel
from gouji.models.linear import LinearClassifier

METRICS = ["disclosure/website", "other", "requests/denied.*/total", "requests/new/total"]


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("requests/denied.*/total", "requests/granted/total", True),
        ("requests/new/total", "requests/granted/total", False),
        ("disclosure/website", "disclosure/weibo", True),
        ("disclosure/items", "disclosure/items.*", False),
        ("review_litigation/direct_suit/total + review_litigation/suit_after_review/total",
         "review_litigation/direct_suit/upheld", True),
        ("review_litigation/review/total", "review_litigation/direct_suit/total", False),
        ("ratio(requests/granted/total, requests/result_total/total)", "requests/granted/total", False),
        ("proposals.npc/handled", "proposals.cppcc/received", True),
    ],
)  # fmt: skip
def test_families(one: str, other: str, are_alike: bool) -> None:
    assert (facets.family(one) == facets.family(other)) is are_alike


@pytest.mark.parametrize(
    ("metric", "what"),
    [
        ("requests/denied.*/total", "total"),
        ("review_litigation/direct_suit/upheld + review_litigation/suit_after_review/upheld", "upheld"),
        ("ratio(requests/granted/total, requests/result_total/total)", "share"),
        ("proposals.npc/handled ; proposals.npc/resolved", "handled"),
        ("other", "other"),
    ],
)
def test_outcomes(metric: str, what: str) -> None:
    assert facets.outcome(metric) == what


def opinion(labels: list[str], scores: list[float]) -> LinearClassifier:
    """A classifier that says the same of everything."""
    return LinearClassifier(labels, np.zeros(0, np.int32), np.zeros((1, len(labels)), np.float32), np.array(scores))


def model(families: list[str], scores: list[float]) -> FactModel:
    """A model that wavers between metrics, and of which the families have an opinion."""
    one = opinion(["report"], [0.0])
    shared = opinion(families, scores), opinion(["total"], [0.0])
    return FactModel(opinion(METRICS, [0.0] * 4), one, one, one, *shared, opinion(["claim"], [0.0]))


def test_the_family_decides_where_the_metric_is_open() -> None:
    names = sorted({facets.family(m) for m in METRICS})
    for k, name in enumerate(names):
        told = model(names, [4.0 if i == k else 0.0 for i in range(len(names))])
        odds = told.probabilities(np.ones((1, 3), np.int32))
        assert odds.sum() == pytest.approx(1)
        assert facets.family(METRICS[int(odds.argmax())]) == name


def test_a_metric_of_a_family_that_was_never_seen_counts_as_of_the_least_likely() -> None:
    odds = model([facets.family("other"), facets.family("disclosure/website")], [0.0, 1.0]).probabilities(
        np.ones((1, 3), np.int32)
    )[0]
    assert odds[0] > odds[1] == odds[2] == odds[3]


def test_a_model_without_its_facets_is_refused(tmp_path: Path) -> None:
    told = model(["other "], [0.0])
    told.save(tmp_path)
    arrays = {k: v for k, v in np.load(tmp_path / "facts.npz").items() if not k.startswith("families")}
    store.save(tmp_path, "facts", arrays, {"features": store.manifests(tmp_path)["facts"]["features"]})
    with pytest.raises(store.ModelError):
        FactModel.load(tmp_path)
