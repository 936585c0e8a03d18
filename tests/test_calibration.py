"""Confidence is the share that is right; a contradiction is shown where it is likely enough; files are checked."""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from check_reports import contradictions, report, requests
from gouji.corpus.report import Certainty, Report
from gouji.inference.checks import candidates, check
from gouji.models.calibration import Calibration, Curve, FindingModel, Node
from gouji.models.store import ModelError
from hypothesis import given
from hypothesis import strategies as st

HALF = Curve((0.2, 0.8), (0.1, 0.5))
SAID = "[[收到政府信息公开申请19件||requests/new/total]]，[[办结18件||requests/result_total/total]]。"
MODEL = FindingModel({"claim.claim": 4.0, "claim.near": 1.0}, 0.0, 0.9)


def collision(value: float = 0.99, metric: float = 0.99) -> Report:
    """A report whose prose says 19 where the table has 17."""
    made = report(SAID, requests(new=(17, 17), carried_in=(1, 1), granted=(18, 18), result_total=(18, 18)))
    sure = Certainty(value, metric)
    return replace(made, claims=tuple(replace(c, confidence=value * metric, certainty=sure) for c in made.claims))


def test_a_curve_is_followed_between_its_points_and_held_beyond_them() -> None:
    assert [HALF(x) for x in (0.0, 0.2, 0.5, 0.8, 1.0)] == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.5])
    assert Curve()(0.37) == 0.37


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=300))
def test_fitted_curves_rise_and_stay_shares(outcomes: list[tuple[float, bool]]) -> None:
    pytest.importorskip("sklearn")
    from gouji.training.calibrate import curve

    fitted = curve(outcomes)
    values = [fitted(x / 20) for x in range(21)]
    assert values == sorted(values)
    assert 0 <= values[0] <= values[-1] < 1


def test_confidences_that_all_but_touch_give_a_curve_too() -> None:
    pytest.importorskip("sklearn")
    from gouji.training.calibrate import curve

    outcomes = [(1 - k * 1e-17 if k % 2 else 1 - 2.0**-53 * (k % 3), True) for k in range(4000)] + [(0.5, False)] * 100
    fitted = curve([*outcomes, *((1 - 2.0**-52, k % 9 > 0) for k in range(400))])
    assert all(0 <= y <= 1 for y in fitted.y)
    assert list(fitted.y) == sorted(fitted.y)


def test_what_was_too_sure_of_itself_is_no_more() -> None:
    pytest.importorskip("sklearn")
    from gouji.training.calibrate import curve
    from gouji.training.reliability import Reliability

    rng = random.Random(3)

    def drawn(n: int) -> list[tuple[float, bool]]:
        return [(x, rng.random() < x**4) for x in (rng.random() for _ in range(n))]

    fitted, fresh = curve(drawn(4000)), drawn(4000)
    before, after = (Reliability.of((f(x), right) for x, right in fresh).ece for f in (Curve(), fitted))
    assert before is not None
    assert after is not None
    assert before > 0.2
    assert after < 0.03


def test_the_file_brings_back_what_was_fitted(tmp_path: Path) -> None:
    made = Calibration({"figure": HALF}, MODEL, {"reports": 3})
    made.save(tmp_path)
    assert Calibration.load(tmp_path) == made


def test_trees_are_followed_to_their_answers_and_kept(tmp_path: Path) -> None:
    tree = (Node("claim.near", 0.5, 1, 2), Node("", -2.0), Node("", 3.0))
    model = FindingModel({"claim.claim": 1.0}, 0.5, 0.9, trees=(tree, tree))
    near, far = model.probability({"claim.near": 1.0, "claim.claim": 1.0}), model.probability({})
    assert near == pytest.approx(1 / (1 + math.exp(-(0.5 + 1.0 + 6.0))))
    assert far == pytest.approx(1 / (1 + math.exp(-(0.5 - 4.0))))
    Calibration({}, model).save(tmp_path)
    assert Calibration.load(tmp_path).findings == model


@pytest.mark.parametrize(
    "tree",
    [
        (Node("claim", 0.5, 0, 0),),
        (Node("claim", 0.5, 1, 7), Node("", 1.0)),
        (Node("claim", 0.5, 1, -1), Node("", 1.0)),
    ],
)
def test_a_tree_that_comes_to_no_answer_is_refused(tree: tuple[Node, ...], tmp_path: Path) -> None:
    Calibration({}, FindingModel({}, 0.0, 0.9, trees=(tree,))).save(tmp_path)
    with pytest.raises(ModelError, match="nowhere"):
        Calibration.load(tmp_path)


def test_a_tree_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    tree = (Node("claim", 0.5, 1, 2), Node("", 1.0), Node("", 2.0))
    Calibration({}, FindingModel({}, 0.0, 0.9, trees=(tree,))).save(tmp_path)
    path = tmp_path / "calibration.json"
    data = json.loads(path.read_text("utf-8").replace("claim 0.5 1 2", "claim 0.5"))
    numbers = json.dumps({"curves": data["curves"], "findings": data["findings"]}, sort_keys=True)
    data["sha256"] = hashlib.sha256(numbers.encode()).hexdigest()
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(ModelError, match="calibration"):
        Calibration.load(tmp_path)


def test_a_folder_without_it_leaves_confidences_alone(tmp_path: Path) -> None:
    claims = collision(0.7, 0.5).claims
    assert Calibration.load(tmp_path).claims(claims) == claims


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["curves"]["figure"].update(y=[0.5, 0.1]),
        lambda d: d["findings"].update(threshold=0.0),
        lambda d: d.update(curves=[1, 2]),
        lambda d: d.update(name="sections"),
        lambda d: d.pop("findings"),
        lambda d: d["curves"].update(colour={"x": [], "y": []}),
    ],
)
def test_a_changed_or_foreign_file_is_refused(spoil: Callable[[dict], object], tmp_path: Path) -> None:
    Calibration({"figure": HALF}, MODEL).save(tmp_path)
    path = tmp_path / "calibration.json"
    data = json.loads(path.read_text("utf-8"))
    spoil(data)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(ModelError, match="calibration"):
        Calibration.load(tmp_path)


def test_numbers_out_of_range_are_refused_whatever_the_checksum(tmp_path: Path) -> None:
    Calibration({"figure": Curve((0.1, 0.9), (0.9, 0.2))}, MODEL).save(tmp_path)
    with pytest.raises(ModelError, match="rise"):
        Calibration.load(tmp_path)


def test_a_likely_contradiction_is_shown_with_its_probability() -> None:
    (finding,) = contradictions(check(collision(), MODEL))
    assert 0.9 <= finding.confidence < 1


def test_one_on_a_claim_read_with_doubt_accuses_nobody() -> None:
    findings = check(collision(metric=0.4), MODEL)
    assert not contradictions(findings)
    (doubted,) = [f for f in findings if f.reason == "unsure_claim"]
    assert doubted.verdict == "unverifiable"
    assert doubted.confidence < MODEL.threshold
    assert "请对照原文核对" in doubted.explanation


def test_a_broken_sum_must_be_as_likely_as_is_asked_of_sums() -> None:
    made = report("", requests(new=(17, 17), carried_in=(1, 1), granted=(19, 19), result_total=(19, 19)))
    for of_sums, is_shown in ((0.9, True), (0.96, False)):
        model = FindingModel({"sum": 3.0}, 0.0, 0.9, of_sums)
        assert model.least("claim_vs_table") == 0.9
        assert bool(contradictions(check(made, model))) is is_shown


def test_a_table_is_whole_where_every_box_has_its_figure() -> None:
    rows = {"new": (17, 17), "carried_in": (1, 1), "granted": (19, 19), "result_total": (19, 19)}
    whole, gappy = (
        {features["sum.whole"] for _, features in candidates(report("", requests(blank=blank, **rows)))}
        for blank in (0, None)
    )
    assert (whole, gappy) == ({1.0}, {0.0})


def test_without_a_model_the_confidences_are_multiplied() -> None:
    assert contradictions(check(collision()))
    assert not contradictions(check(collision(value=0.7, metric=0.9)))


def with_cells(made: Report, confidence: float) -> Report:
    """The report with every figure of its tables read as surely as told."""
    return replace(
        made,
        tables=tuple(replace(t, cells=tuple(c._replace(confidence=confidence) for c in t.cells)) for t in made.tables),
    )


@pytest.mark.parametrize("confidence", [0.999, 0.95, 0.91])
def test_no_contradiction_is_surer_than_the_cells_under_it(confidence: float) -> None:
    """And whether it is shown stays the model's to say."""
    sums = report("", requests(new=(17, 17), carried_in=(1, 1), granted=(19, 19), result_total=(19, 19)))
    certain = FindingModel({}, 30.0, 0.95)
    for made in (collision(), sums):
        found = contradictions(check(with_cells(made, confidence), certain))
        assert found
        assert all(f.confidence == confidence for f in found)


def test_what_was_read_with_more_doubt_makes_a_contradiction_less_sure() -> None:
    """With the weights that ship: of the claim, and of the cells."""
    from gouji.inference.shelf import RELEASED

    model = Calibration.load(RELEASED).findings
    assert model is not None

    def sure(metric: float, cell: float = 1.0) -> float:
        found = check(with_cells(collision(metric=metric), cell), model)
        return next(f.confidence for f in found if f.claim == 0 and f.kind == "claim_vs_table")

    assert sure(0.999) > sure(0.95) > sure(0.8) > sure(0.6)
    assert sure(0.999, 0.999) > sure(0.999, 0.97) > sure(0.999, 0.9)


def test_what_is_weighed_is_the_same_as_what_is_fitted_on() -> None:
    ((finding, features),) = candidates(collision(metric=0.4))
    assert finding.verdict == "contradicted"
    assert features["claim.near"] == 1.0
    assert features["claim.claim"] < 0
    assert MODEL.probability(features) < MODEL.threshold


def of_company(said: str) -> dict[str, float]:
    """What is weighed of where a claim that its table denies stands."""
    table = requests(new=(17, 17), carried_in=(1, 1), granted=(18, 18), result_total=(18, 18))
    features = next(found for finding, found in candidates(report(said, table)) if finding.claim is not None)
    return {name: features.get(f"claim.{name}", 0.0) for name in ("loose", "loose_before", "opens", "in_afterwords")}


def test_counts_beside_a_claim_that_nothing_was_read_from_are_weighed() -> None:
    claim = "[[收到政府信息公开申请19件||requests/new/total]]"
    alone, among, behind = map(of_company, (f"{claim}。", f"立案482件，结案185件，{claim}。", f"{claim}，立案482件。"))
    assert alone["loose"] == alone["loose_before"] == 0
    assert among["loose"] == among["loose_before"] > behind["loose"] > 0
    assert behind["loose_before"] == 0
    assert alone["opens"] == behind["opens"] == 1
    assert among["opens"] == 0


def test_years_and_other_claims_beside_a_claim_are_no_loose_counts() -> None:
    claims = "[[收到政府信息公开申请19件||requests/new/total]]，[[培训3次||training/sessions]]"
    assert of_company(f"2020年1月，{claims}。")["loose"] == 0


def test_the_threshold_leaves_as_many_real_ones_as_asked() -> None:
    np = pytest.importorskip("numpy")
    pytest.importorskip("sklearn")
    from gouji.training.finding_model import Candidate, fit_findings, threshold_for

    rng = random.Random(1)
    rows = [{"claim": rng.uniform(-1, 1)} for _ in range(600)]
    labels = [rng.random() < 1 / (1 + 2.718 ** (-6 * r["claim"])) for r in rows]
    model, measured = fit_findings(
        [Candidate(r, real, str(i)) for i, (r, real) in enumerate(zip(rows, labels, strict=True))]
    )
    assert model is not None
    shown = [real for row, real in zip(rows, labels, strict=True) if model.probability(row) >= model.threshold]
    assert sum(shown) / len(shown) > 0.94
    assert measured["recall"] > 0.3
    assert threshold_for(np.array([0.9, 0.8]), np.array([False, False])) == 0.99


def test_the_model_of_findings_sees_what_no_weighted_sum_sees() -> None:
    pytest.importorskip("sklearn")
    from gouji.training.finding_model import Candidate, fit_findings

    rng = random.Random(2)
    rows = [{"claim": float(rng.random() < 0.5), "near": float(rng.random() < 0.5)} for _ in range(800)]
    found = [Candidate(r, r["claim"] != r["near"], str(i)) for i, r in enumerate(rows)]
    model, _ = fit_findings(found)
    assert model is not None
    likely = {(r["claim"], r["near"]): model.probability(r) for r in rows}
    assert min(likely[0, 1], likely[1, 0]) > 0.9
    assert max(likely[0, 0], likely[1, 1]) < 0.1


def test_too_few_candidates_give_no_model() -> None:
    pytest.importorskip("sklearn")
    from gouji.training.finding_model import Candidate, fit_findings

    assert fit_findings([Candidate({"near": 1.0}, is_real=True, phrase="a")] * 10) == (None, {})


def test_the_sums_of_one_table_weigh_as_one_and_claims_alike() -> None:
    pytest.importorskip("sklearn")
    from gouji.training.finding_model import Candidate, weights

    tables = [Candidate({}, is_real=False, phrase="table of report 7") for _ in range(4)]
    other = Candidate({}, is_real=True, phrase="table of report 7")
    claims = [Candidate({}, is_real=True, phrase="claim_vs_table 收到申请#件") for _ in range(3)]
    assert weights([*tables, other, *claims]).tolist() == [0.25] * 4 + [1.0] * 4


def test_contradictions_planted_more_often_weigh_as_much_as_those_that_occur() -> None:
    from gouji.training.finding_model import Candidate, weights

    ordinary = [
        Candidate({}, is_real=True, phrase="a", kind="claim_vs_claim told_twice"),
        Candidate({}, is_real=False, phrase="b", kind="claim_vs_claim told_twice"),
        Candidate({}, is_real=True, phrase="c", kind="claim_vs_table differs"),
    ]
    planted = [
        Candidate({}, is_real=True, phrase=str(i), kind="claim_vs_claim told_twice", is_rare=True) for i in range(9)
    ]
    found = weights([*ordinary, *planted])
    assert found[0] + sum(found[3:]) == pytest.approx(1.0)
    assert found[1:3].tolist() == weights(ordinary)[1:].tolist() == [1.0, 1.0]


def test_rivals_share_what_the_likeliest_metric_leaves() -> None:
    (claim, *_) = collision().claims
    doubtful = replace(claim, certainty=Certainty(1.0, 0.6, rivals=("other", "meetings"), odds=(0.3, 0.1)))
    (weighed,) = Calibration({"metric": Curve((0.0, 1.0), (0.0, 0.5))}).claims([doubtful])
    assert weighed.certainty.metric == pytest.approx(0.3)
    assert sum(weighed.certainty.odds) == pytest.approx(0.7)


def test_a_rival_metric_that_the_table_gives_speaks_against_a_contradiction() -> None:
    made = report(SAID, requests(new=(17, 17), granted=(19, 19), partly_granted=(3, 3)))

    def agree(rival: str) -> float:
        sure = Certainty(0.99, 0.6, rivals=(rival,), odds=(0.4,))
        asked = replace(made, claims=(replace(made.claims[0], certainty=sure), *made.claims[1:]))
        return next(features["claim.agree"] for finding, features in candidates(asked) if finding.claim == 0)

    assert agree("requests/granted/total") > agree("requests/partly_granted/total")


def test_whoever_watches_is_told_how_far_it_is(tmp_path: Path) -> None:
    from gouji.training.calibrating import _counted
    from gouji.training.run import Run

    told: list[tuple[str, int, int]] = []
    run = Run(tmp_path, {}, on_iteration=lambda *said: told.append(said))
    assert list(_counted(iter([[], [], []]), 3, run)) == [[], [], []]
    assert told == [("calibration", 33, 100), ("calibration", 67, 100), ("calibration", 100, 100)]


def test_several_processes_read_what_one_reads() -> None:
    from gouji.inference.shelf import RELEASED
    from gouji.inference.workshop import _raw
    from gouji.training import calibrating

    tasks = [*calibrating._tasks(3, 5), *(t for kinds in calibrating.RARE for t in calibrating._tasks(1, 6, kinds))]
    alone, beside = (
        [[pair.predicted for pair in some] for some in calibrating._read_all(_raw, RELEASED, tasks, n)] for n in (1, 2)
    )
    assert alone == beside
    assert [len(some) for some in alone] == [3, 1, 1]


def test_a_claim_is_as_sure_as_those_whose_value_and_metric_are_both_right() -> None:
    """Value and metric go wrong together: the product of two shares that hold says too little of good claims."""
    pytest.importorskip("sklearn")
    from gouji.training.calibrate import fit_curves
    from gouji.training.compare import claim_outcomes
    from gouji.training.reliability import Reliability

    rng = random.Random(5)

    def drawn(n: int) -> list[tuple[Report, Report]]:
        return [_read_well_or_badly(rng) for _ in range(n)]

    def error(curves: dict[str, Curve]) -> float:
        made = Calibration(curves)
        told = (claim_outcomes(true, replace(read, claims=made.claims(read.claims))) for true, read in fresh)
        return Reliability.of(o for outcomes in told for o in outcomes).ece or 0.0

    curves, fresh = fit_curves(drawn(1500)), drawn(1500)
    assert error(curves) < 0.03
    assert error({name: c for name, c in curves.items() if name != "claim"}) > 0.05


def _read_well_or_badly(rng: random.Random) -> tuple[Report, Report]:
    """A report and how it was read: where its text is torn, either part of a claim is unsure and often wrong."""
    is_torn = rng.random() < 0.4
    value, metric = (0.3 if rng.random() < (0.7 if is_torn else 0.1) else 0.9 for _ in range(2))
    read = collision(value, metric)
    right = 0.4 if is_torn else 0.99
    if rng.random() > right:
        return read, replace(read, claims=tuple(replace(c, value=99) for c in read.claims))
    if rng.random() > right:
        return read, replace(read, claims=tuple(replace(c, metric="other") for c in read.claims))
    return read, read
