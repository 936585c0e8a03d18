"""What every model must do, fitted small; and that the arithmetic below them is right."""

from __future__ import annotations

import itertools
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jieba
import numpy as np
import pytest
from gouji.corpus.examples import Example
from gouji.corpus.generate import generate
from gouji.corpus.report import Certainty
from gouji.corpus.text import Text, lines
from gouji.models import store
from gouji.models.claims import ClaimModel
from gouji.models.crf import LinearChainCRF
from gouji.models.facts import FactModel
from gouji.models.features import N_BITS, SparseRows, codes, fold, fold_all, matrix, sum_rows, with_zero_row
from gouji.models.linear import LinearClassifier, Together
from gouji.models.sections import SectionModel, sections_of, truth_tags
from gouji.models.segmenter import segmented
from gouji.models.stretches import StretchModel
from gouji.models.tables import TableModel
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

pytest.importorskip("pycrfsuite")
pytest.importorskip("sklearn")

# -- one base test for every model ---------------------------------------------------


class Kind(NamedTuple):
    """How one model is fitted small and what it says of a text."""

    fit: Callable[[list[Example]], Any]
    cls: Any
    use: Callable[[Any, str], Any]
    files: tuple[str, ...]


def _fit_tables(examples: list[Example]) -> TableModel:
    from gouji.training import fit_tables

    return fit_tables.fit(examples, n_drawn=12, max_iterations=8)


def _tagged(source: str, example: Example | None = None) -> tuple[Text, list, list]:
    """A text with tags that need no model: all of it overview, table lines told by their figures."""
    text = Text.of(source)
    rows = lines(text.view)
    if example is not None:
        return text, rows, truth_tags(example.report, text, rows)
    from gouji.models.sections import LineTag

    return text, rows, [LineTag("overview", "prose" if i % 2 else "table", 1.0) for i in range(len(rows))]


def _use_sections(model: SectionModel, source: str, example: Example | None = None) -> Any:
    text = Text.of(source)
    rows = lines(text.view)
    tags = model.predict(text, rows)
    assert len(tags) == len(rows)
    return tags, sections_of(text, rows, tags)


def _use_tables(model: TableModel, source: str, example: Example | None = None) -> Any:
    return model.read_all(*_tagged(source, example))


def _use_stretches(model: StretchModel, source: str, example: Example | None = None) -> Any:
    text, rows, tags = _tagged(source, example)
    return model.find(text.view, rows, tags)


def _use_facts(model: FactModel, source: str, example: Example | None = None) -> Any:
    from gouji.models.claim_features import Stretch

    text, rows, tags = _tagged(source, example)
    found = [Stretch(r.start, r.end, i, None, 1.0) for i, r in enumerate(rows) if r.end > r.start]
    stated = model.predict(text, found, rows, tags, 2023)
    assert len(stated) == len(found)
    return stated


def _use_claims(model: ClaimModel, source: str, example: Example | None = None) -> Any:
    return model.read(*_tagged(source, example), 2023)


def _on_reports(cls: Any) -> Callable[[list[Example]], Any]:
    return lambda examples: cls.fit([e.report for e in examples], max_iterations=8)


KINDS = {
    "sections": Kind(_on_reports(SectionModel), SectionModel, _use_sections, ("sections",)),
    "tables": Kind(_fit_tables, TableModel, _use_tables, ("tables",)),
    "stretches": Kind(_on_reports(StretchModel), StretchModel, _use_stretches, ("stretches",)),
    "facts": Kind(_on_reports(FactModel), FactModel, _use_facts, ("facts",)),
    "claims": Kind(_on_reports(ClaimModel), ClaimModel, _use_claims, ("stretches", "facts")),
}

DEGENERATE = {
    "empty": "",
    "one blank": " ",
    "blanks": " \t　 \r\n\n \xa0\n",
    "no line break": "一、总体情况2023年共收到申请3件，均已答复。二、主动公开政府信息情况规章0 0 0" * 3,
    "one character": "件",
    "figures alone": "0\n" * 500,
    "separators alone": "|||\t||\n" * 20,
    "other planes": "𠀀𠮷 \ud83d\ude00 ï¼ \x00\x0b 12件\n" * 3,
    "no Chinese": "Annual report 2023: 3 requests received.\n",
}


@pytest.fixture(scope="module")
def seen() -> list[Example]:
    return list(generate("train", 6, 11))


@pytest.fixture(scope="module")
def unseen() -> list[Example]:
    return list(generate("dev", 2, 11))


@pytest.fixture(scope="module")
def fitted(seen: list[Example]) -> Callable[[str], Any]:
    """The models fitted small, each once."""
    made: dict[str, Any] = {}

    def give(name: str) -> Any:
        if name not in made:
            made[name] = KINDS[name].fit(seen)
        return made[name]

    return give


@pytest.fixture(params=KINDS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def folder(name: str, fitted: Callable[[str], Any], tmp_path: Path) -> Path:
    fitted(name).save(tmp_path / "model", {"seed": 11})
    return tmp_path / "model"


def test_loaded_it_says_the_same(name: str, fitted: Callable, folder: Path, unseen: list[Example]) -> None:
    """To the last label; probabilities to the precision that weights are stored with."""
    kind = KINDS[name]
    loaded = kind.cls.load(folder)
    again = kind.cls.load(folder)
    for example in unseen:
        assert _labels(kind.use(loaded, example.text, example)) == _labels(
            kind.use(fitted(name), example.text, example)
        )
        assert kind.use(loaded, example.text, example) == kind.use(again, example.text, example)


def _labels(said: Any) -> Any:
    """What was said, without how sure it is."""
    if isinstance(said, float | Certainty):
        return None
    if isinstance(said, tuple | list):
        return [_labels(x) for x in said]
    if hasattr(said, "__dataclass_fields__"):
        return [_labels(getattr(said, f)) for f in said.__dataclass_fields__]
    return said


@pytest.mark.parametrize("text", DEGENERATE)
def test_it_survives(name: str, fitted: Callable, text: str) -> None:
    KINDS[name].use(fitted(name), DEGENERATE[text])


def test_saving_again_gives_the_same_bytes(name: str, fitted: Callable, folder: Path, tmp_path: Path) -> None:
    KINDS[name].cls.load(folder).save(tmp_path / "again", {"seed": 11})
    for file in KINDS[name].files:
        one, two = (json.loads((f / f"{file}.json").read_text("utf-8")) for f in (folder, tmp_path / "again"))
        assert {**one, "sha256": ""} == {**two, "sha256": ""}
        with np.load(folder / f"{file}.npz") as a, np.load(tmp_path / "again" / f"{file}.npz") as b:
            assert a.files == b.files
            assert all(np.array_equal(a[k], b[k]) for k in a.files)


def _edit(folder: Path, file: str, **changes: object) -> None:
    path = folder / f"{file}.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


class Bomb:
    """Shows itself when it is unpickled."""

    went_off = False

    def __reduce__(self) -> tuple:
        return setattr, (Bomb, "went_off", True)


def _with_pickle(path: Path) -> None:
    """Replace the first array of a file by a pickle, in place of plain numbers."""
    with np.load(path) as data:
        arrays = {k: data[k] for k in data.files}
    first = next(iter(arrays))
    np.savez(path, **{**arrays, first: np.array([Bomb()], dtype=object)}, allow_pickle=True)  # type: ignore[call-overload]


def _pickle_alone(path: Path) -> None:
    path.write_bytes(pickle.dumps(Bomb()))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../outside.npy", b"nothing")


@pytest.mark.parametrize("tamper", [_with_pickle, _pickle_alone, _cut, _flipped, _other_zip, Path.unlink])
def test_changed_weights_are_refused(name: str, folder: Path, tamper: Callable[[Path], None]) -> None:
    for file in KINDS[name].files:
        tamper(folder / f"{file}.npz")
    with pytest.raises(store.ModelError):
        KINDS[name].cls.load(folder)
    assert not Bomb.went_off


@pytest.mark.parametrize("tamper", [_with_pickle, _pickle_alone, _other_zip])
def test_nothing_runs_even_where_the_checksum_was_made_to_fit(
    name: str, folder: Path, tamper: Callable[[Path], None]
) -> None:
    for file in KINDS[name].files:
        tamper(folder / f"{file}.npz")
        _edit(folder, file, sha256=store._sha256(folder / f"{file}.npz"))
    with pytest.raises(store.ModelError):
        KINDS[name].cls.load(folder)
    assert not Bomb.went_off
    assert not (folder.parent / "outside.npy").exists()


@pytest.mark.parametrize(
    "changes",
    [{"format": 99}, {"format": None}, {"features": 99}, {"features": None}, {"name": "other"}, {"sha256": ""}],
)
def test_another_version_is_refused(name: str, folder: Path, changes: dict[str, object]) -> None:
    for file in KINDS[name].files:
        _edit(folder, file, **changes)
    with pytest.raises(store.ModelError, match=r"."):
        KINDS[name].cls.load(folder)


@pytest.mark.parametrize("manifest", ["", "[]", "null", "{", '{"name": 1}', "\udcff"])
def test_a_foreign_manifest_is_refused(name: str, folder: Path, manifest: str) -> None:
    for file in KINDS[name].files:
        (folder / f"{file}.json").write_bytes(manifest.encode("utf-8", "surrogateescape"))
    with pytest.raises(store.ModelError):
        KINDS[name].cls.load(folder)


def test_a_foreign_folder_is_refused(name: str, tmp_path: Path) -> None:
    for foreign in (tmp_path, tmp_path / "nothing", Path(__file__)):
        with pytest.raises(store.ModelError):
            KINDS[name].cls.load(foreign)


def test_nothing_to_fit_on_is_said(name: str) -> None:
    if name == "tables":
        from gouji.training import fit_tables

        with pytest.raises(ValueError, match=r"nothing|empty|No|no "):
            fit_tables.fit([], n_drawn=0)
    else:
        with pytest.raises(ValueError, match=r"nothing|empty|need|no "):
            KINDS[name].cls.fit([])


# -- the chain -----------------------------------------------------------------------

SCORES = st.floats(-8, 8, width=32)


@st.composite
def chains(draw: st.DrawFn) -> tuple[LinearChainCRF, np.ndarray]:
    """A small chain and the scores of a short sequence."""
    n_labels, n_items = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    transitions = draw(hnp.arrays(np.float32, (n_labels, n_labels), elements=SCORES))
    emissions = draw(hnp.arrays(np.float32, (n_items, n_labels), elements=SCORES))
    labels = [chr(65 + k) for k in range(n_labels)]
    nothing = np.zeros(0, np.int32)
    return LinearChainCRF(labels, nothing, np.zeros((1, n_labels), np.float32), transitions), emissions


def _score(crf: LinearChainCRF, emissions: np.ndarray, path: tuple[int, ...]) -> float:
    local = sum(float(emissions[t, k]) for t, k in enumerate(path))
    return local + sum(float(crf.transitions[a, b]) for a, b in itertools.pairwise(path))


def _paths(emissions: np.ndarray) -> list[tuple[int, ...]]:
    return list(itertools.product(range(emissions.shape[1]), repeat=len(emissions)))


@given(chains())
def test_marginals_are_those_of_all_sequences(chain: tuple[LinearChainCRF, np.ndarray]) -> None:
    crf, emissions = chain
    paths = _paths(emissions)
    scores = np.array([_score(crf, emissions, path) for path in paths])
    weights = np.exp(scores - scores.max())
    expected = np.zeros(emissions.shape)
    for path, weight in zip(paths, weights / weights.sum(), strict=True):
        expected[np.arange(len(path)), list(path)] += weight
    found = crf.marginals(emissions)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@given(chains())
def test_the_best_sequence_is_the_best_of_all(chain: tuple[LinearChainCRF, np.ndarray]) -> None:
    crf, emissions = chain
    best = max(_score(crf, emissions, path) for path in _paths(emissions))
    found = crf.decode(emissions)
    assert found.shape == (len(emissions),)
    assert _score(crf, emissions, tuple(found.tolist())) == pytest.approx(best, abs=1e-3)


@given(chains(), st.integers(0, 2**16))
def test_bound_items_are_reached_by_permitted_moves(chain: tuple[LinearChainCRF, np.ndarray], seed: int) -> None:
    crf, emissions = chain
    rng = np.random.default_rng(seed)
    allowed = [rng.random(crf.transitions.shape) < 0.6 for _ in range(2)]
    bound = rng.integers(0, 3, len(emissions))

    def score(path: tuple[int, ...]) -> float:
        moves = zip(bound[1:].tolist(), itertools.pairwise(path), strict=True)
        n_forbidden = sum(k > 0 and not allowed[k - 1][move] for k, move in moves)
        return _score(crf, emissions, path) - 1e4 * n_forbidden

    found = tuple(crf.decode(emissions, bound, crf.moves(*allowed)).tolist())
    assert score(found) > max(map(score, _paths(emissions))) - 50  # a forbidden move costs ten thousand


@given(chains(), st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(0, 2**16))
def test_side_by_side_is_one_by_one(chain: tuple[LinearChainCRF, np.ndarray], sizes: list[int], seed: int) -> None:
    crf, _ = chain
    rng = np.random.default_rng(seed)
    many = rng.normal(0, 4, (len(sizes), max(sizes), len(crf.labels))).astype(np.float32)
    together = crf.marginals_many(many, np.array(sizes))
    for row, size in enumerate(sizes):
        np.testing.assert_allclose(together[row, :size], crf.marginals(many[row, :size]), atol=1e-6)


def test_a_long_sequence_neither_vanishes_nor_overflows() -> None:
    rng = np.random.default_rng(0)
    crf = LinearChainCRF(
        ["a", "b", "c"],
        np.zeros(0, np.int32),
        np.zeros((1, 3), np.float32),
        rng.normal(0, 9, (3, 3)).astype(np.float32),
    )
    found = crf.marginals(rng.normal(0, 60, (30_000, 3)).astype(np.float32))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


def test_clauses_of_any_length_are_weighed_as_one_by_one(fitted: Callable) -> None:
    model = fitted("stretches")
    rng = np.random.default_rng(5)
    sizes = np.array([3, 200, 1, 128, 129, 40])
    emissions = rng.normal(0, 3, (sizes.sum(), len(model.crf.labels))).astype(np.float32)
    parts = np.split(emissions, np.cumsum(sizes)[:-1])
    alone = np.concatenate([model.crf.marginals(part) for part in parts])
    np.testing.assert_allclose(model._marginals(emissions, sizes), alone, atol=1e-6)


def test_forbidden_moves_are_never_made(seen: list[Example], unseen: list[Example], fitted: Callable) -> None:
    model = fitted("stretches")
    outside, inside = model.crf.labels.index("O"), [model.crf.labels.index(x) for x in "IN"]
    rng = np.random.default_rng(3)
    for _ in range(20):
        path = model.crf.decode(rng.normal(0, 6, (60, len(model.crf.labels))).astype(np.float32)).tolist()
        assert all(not (a == outside and b in inside) for a, b in itertools.pairwise(path))


def test_a_fitted_chain_learns_what_is_plain() -> None:
    ids = np.array([[1, 0], [2, 0], [3, 0], [2, 9]], dtype=np.int32)
    labels = ["x", "y", "z", "y"]
    crf = LinearChainCRF.fit([(ids, labels)] * 5, max_iterations=40)
    assert [crf.labels[k] for k in crf.decode(crf.emissions(ids))] == labels
    with pytest.raises(ValueError, match="labels"):
        LinearChainCRF.fit([(ids, labels[:2])])


# -- the classifier ------------------------------------------------------------------


@pytest.mark.parametrize("labels", [["a"] * 6, ["a", "b"] * 3, ["a", "b", "c"] * 2])
def test_a_classifier_learns_what_is_plain_and_stays_itself(labels: list[str], tmp_path: Path) -> None:
    ids = np.array([[10 + ord(label), 7, 0] for label in labels], dtype=np.int32)
    model = LinearClassifier.fit(ids, labels)
    store.save(tmp_path, "bag", model.arrays(), {})
    loaded = LinearClassifier.from_arrays(store.load(tmp_path, "bag")[0])
    assert [model.labels[k] for k in model.probabilities(ids).argmax(axis=1)] == labels
    np.testing.assert_allclose(loaded.probabilities(ids), model.probabilities(ids), atol=1e-3)
    np.testing.assert_allclose(model.probabilities(ids).sum(axis=1), 1)
    assert loaded.rows(np.array([[5]])).tolist() == [[0]]  # never seen


# -- features ------------------------------------------------------------------------


@given(st.lists(st.text(max_size=12), max_size=5), st.integers(1, 8))
def test_a_matrix_holds_the_heads_of_its_pieces(pieces: list[str], width: int) -> None:
    found = matrix(pieces, width)
    assert found.shape == (len(pieces), width)
    for row, piece in zip(found.tolist(), pieces, strict=True):
        assert row == [ord(c) for c in piece[:width].ljust(width, "\0")]


@given(st.text(min_size=1, max_size=40), st.integers(0, 60))
def test_a_feature_is_a_slot_and_never_none(text: str, template: int) -> None:
    chars = codes(text)
    found = fold(template, chars, chars)
    assert found.dtype == np.int32
    assert ((found >= 1) & (found < 2**N_BITS)).all()
    assert (found == fold(template, chars, chars)).all()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), min_size=1, max_size=6), st.integers(0, 2**16))
def test_many_templates_at_once_are_one_by_one(templates: list[tuple[int, int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    looks = [(number, *rng.integers(0, 2**20, (arity, 7), dtype=np.uint32)) for number, arity in templates]
    assert (fold_all(looks) == np.stack([fold(*look) for look in looks], axis=1)).all()


def test_templates_do_not_share_their_features() -> None:
    chars = codes("政府信息公开工作年度报告" * 20)
    assert not set(fold(1, chars).tolist()) & set(fold(2, chars).tolist())


@given(st.text(alphabet="本年度共收到依申请公开办结政务信息条件份的了AaT恤2019.%-,。 \t\r\n😀", max_size=60))
def test_words_are_those_of_jieba(text: str) -> None:
    assert segmented(text) == jieba.lcut(text, HMM=False)


def test_words_that_a_user_adds_are_known_at_once() -> None:
    text = "收到云蒲镇依申请公开件"
    assert segmented(text) == jieba.lcut(text, HMM=False)
    jieba.add_word("云蒲镇依申请", 10_000_000)
    try:
        assert "云蒲镇依申请" in segmented(text)
        assert segmented(text) == jieba.lcut(text, HMM=False)
    finally:
        jieba.dt.initialized = False  # the dictionary as it was
        jieba.dt.FREQ, jieba.dt.total = {}, 0
    assert segmented(text) == jieba.lcut(text, HMM=False)


@pytest.mark.parametrize(("seed", "n_labels"), [(1, 60), (40, 60), (2, 150)])
def test_sparse_rows_sum_as_plain_ones(seed: int, n_labels: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.integers(-9, 10, (300, n_labels)) * (random.random((300, n_labels)) < random.random((300, 1)))
    weights[0] = 0
    rows = random.integers(0, 300, (17, 25))
    plain = weights[rows].sum(axis=1)
    np.testing.assert_allclose(SparseRows.of(weights.astype(np.float32)).sum(rows), plain)
    np.testing.assert_allclose(sum_rows(weights.astype(np.float32), rows), plain)


@pytest.mark.parametrize("n_items", [0, 1, 7])
def test_classifiers_asked_together_say_what_each_says(n_items: int) -> None:
    rng = np.random.default_rng(3)
    models = []
    for n_labels in (3, 60):  # few labels are a dense matrix, many a sparse one with a few dense rows
        weights = np.where(rng.random((90, n_labels)) < 0.2, rng.normal(size=(90, n_labels)), 0).astype(np.float32)
        weights[5] = 1.0
        known = np.sort(rng.choice(np.arange(1, 400), 90, replace=False))
        labels = [str(k) for k in range(n_labels)]
        models.append(LinearClassifier(labels, known, with_zero_row(weights), rng.normal(size=n_labels)))
        assert np.array_equal(models[-1].weights, with_zero_row(weights))
    ids = rng.integers(0, 400, (n_items, 50))
    for model, scores in zip(models, Together(models).scores(ids), strict=True):
        plain = model.weights[model.rows(ids)].sum(axis=1) + model.bias
        assert np.allclose(scores, plain, atol=1e-4)
        assert np.allclose(model.scores(ids), plain, atol=1e-4)
