"""The models in use taken further on a user's own annotated reports, with a replay of the corpus.

Minutes on two cores, for a score of reports. What it brings is measured on reports that the
weights in question did not see (each report is read by weights that learned from the others),
and what it costs on the test split, which none of them saw.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..corpus.examples import Example
from ..corpus.generate import generate
from ..corpus.report import Report
from ..models import facts, sections, store, stretches
from ..models.breaks import LineBreaks
from . import bootstrap
from .adapt import Settings, adapt_chain, adapt_classifier
from .compare import Pair
from .crosswise import with_missed
from .evaluate import Evaluation, Read, cases, evaluate
from .run import Run, Say, Tools, made_of_retraining
from .settings import settings_of

_CLAUSE_WIDTH = 240


class Lesson(NamedTuple):
    """What one report teaches each model: features and labels."""

    lines: list[tuple[np.ndarray, list[str]]]
    characters: list[tuple[np.ndarray, list[str]]]
    clauses: list[tuple[np.ndarray, bool]]
    stated: facts.Truth
    found: list[tuple[np.ndarray, list[str]]]
    """Of what the labeler finds and what it misses: whether it is a claim."""


def lesson(report: Report, breaks: LineBreaks, labeler: stretches.StretchModel | None = None) -> Lesson:
    """The lesson of an annotated report. Where no claim is marked, it is of sections only.

    ``breaks`` finds the lines of texts that lost them; it stays as it is. ``labeler``, where one is given, finds what
    may be no claim.
    """
    lines = list(sections.sequences([report], breaks))
    if not report.claims:
        return Lesson(lines, [], [], facts.truth(()), [])
    return Lesson(
        lines, list(stretches.sequences(report)), list(stretches.clauses(report)), facts.truth([report]),
        [] if labeler is None else [facts.looked_at(report, with_missed(report, labeler))],
    )  # fmt: skip


class Tutor:
    """Takes the models of a folder further."""

    def __init__(self, start: Path, replay: Iterable[Report], settings: Settings) -> None:
        self.start = start
        self.settings = settings
        self.sections = sections.SectionModel.load(start)
        self.stretches = stretches.StretchModel.load(start)
        self.replay = [self.lesson(r) for r in replay]
        self.facts = facts.FactModel.load(start)

    def lesson(self, report: Report) -> Lesson:
        """The lesson of an annotated report, with what the weights at the start find in it."""
        return lesson(report, self.sections.breaks, self.stretches)

    def teach(self, own: Sequence[Lesson], out: Path, about: dict[str, Any]) -> None:
        """Write models that learned from ``own`` too into a folder; what has nothing to learn is copied."""
        out.mkdir(parents=True, exist_ok=True)
        for file in self.start.iterdir():
            if file.is_file() and file.stem in store.manifests(self.start):
                shutil.copyfile(file, out / file.name)
        lines = adapt_chain(self.sections.crf, _joined(own, "lines"), _joined(self.replay, "lines"), self.settings)
        sections.SectionModel(lines, self.sections.breaks).save(out, self._about(sections.NAME, about))
        self._stretches(own).save(out, self._about(stretches.NAME, about))
        self._facts(own).save(out, self._about(facts.NAME, about))

    def _about(self, name: str, about: dict[str, Any]) -> dict[str, Any]:
        """What the manifest said, and that the weights went further."""
        known = store.manifests(self.start)[name]
        return {k: v for k, v in known.items() if k not in ("format", "name", "sha256", "features")} | about

    def _stretches(self, own: Sequence[Lesson]) -> stretches.StretchModel:
        old = self.stretches
        crf = adapt_chain(old.crf, _joined(own, "characters"), _joined(self.replay, "characters"), self.settings)
        mine, theirs = _clauses(_joined(own, "clauses")), _clauses(_joined(self.replay, "clauses"))
        sieve = stretches.ClauseSieve(adapt_classifier(old.sieve.grams, mine, theirs, self.settings), 0.0)
        sieve.threshold = min(old.sieve.threshold, sieve.passing(_joined(own, "clauses")))
        return stretches.StretchModel(crf, sieve)

    def _facts(self, own: Sequence[Lesson]) -> facts.FactModel:
        old = self.facts
        mine, theirs = _stated(own), _stated(self.replay)

        def further(model: Any, name: str, *, fixed: bool = False) -> Any:
            pairs = []
            for truth in (mine, theirs):
                rows = np.flatnonzero(truth.is_fixed) if fixed else np.arange(len(truth.ids))
                ids, labels = _looked_at(truth, name), getattr(truth, name)
                pairs.append((ids[rows], [labels[i] for i in rows.tolist()]))
            return adapt_classifier(model, pairs[0], pairs[1], self.settings)

        return facts.FactModel(
            further(old.metrics, "metrics"),
            further(old.scopes, "scopes"),
            further(old.periods, "periods"),
            further(old.kinds, "kinds", fixed=True),
            further(old.families, "families"),
            further(old.outcomes, "outcomes"),
            adapt_classifier(old.claims, _looked_over(own), _looked_over(self.replay), self.settings),
        )


def _looked_at(truth: facts.Truth, name: str) -> np.ndarray:
    """The features that a model of facts looks at."""
    if name == "scopes":
        return truth.with_siblings(truth.metrics)
    return truth.with_moments() if name == "periods" else truth.ids


def _joined(lessons: Sequence[Lesson], what: str) -> list[Any]:
    return [item for one in lessons for item in getattr(one, what)]


def _clauses(clauses: Sequence[tuple[np.ndarray, bool]]) -> tuple[np.ndarray, list[str]]:
    """Gram ids of clauses in rows of one width, and their labels."""
    table = np.zeros((len(clauses), _CLAUSE_WIDTH), dtype=np.int32)
    for row, (ids, _) in zip(table, clauses, strict=True):
        row[: len(ids)] = ids[:_CLAUSE_WIDTH]
    return table, ["claim" if yes else "none" for _, yes in clauses]


def _looked_over(lessons: Sequence[Lesson]) -> tuple[np.ndarray, list[str]]:
    """Features of stretches, and whether each is a claim."""
    some = [(ids, labels) for ids, labels in _joined(lessons, "found") if len(labels)]
    labels = [label for _, of_report in some for label in of_report]
    return (np.concatenate([ids for ids, _ in some]) if some else np.zeros((0, 1), dtype=np.int32)), labels


def _stated(lessons: Sequence[Lesson]) -> facts.Truth:
    """The statements of several reports as one."""
    some = [one.stated for one in lessons if len(one.stated.ids)]
    if not some:
        return facts.truth(())
    joined = facts.truth(())
    for one in some:
        joined.extend(one)
    return joined._replace(
        ids=np.concatenate([one.ids for one in some]), moments=np.concatenate([one.moments for one in some])
    )


# -- the whole way ---------------------------------------------------------------------------


class Outcome(NamedTuple):
    """The same reports read before and after: the user's own, and those of the test split."""

    own: list[bootstrap.Difference]
    old: list[bootstrap.Difference]
    n_own: int
    n_old: int


def retrain(
    out: Path,
    own: Sequence[Example],
    *,
    start: Path,
    tools: Tools,
    config: Path | None = None,
    n_measured: int = 100,
    say: Say = print,
) -> Outcome:
    """Take the models of ``start`` further on annotated reports, write them to ``out``, and say what it changed.

    Raises
    ------
    ValueError
        If a setting is wrong, no report is of use, or ``out`` holds something else than a run.
    """
    settings = settings_of(config)
    options = dict(settings["retrain"])
    n_replay, n_folds = options.pop("replay"), int(options.pop("folds"))
    usable = [e for e in own if _is_usable(e, say)]
    if not usable:
        raise ValueError("no report with sections marked: nothing to learn from 没有标注了章节的报告")
    run = Run(out, settings, own=[e.report for e in usable], tools=tools, n_measured=n_measured, say=say)
    run.begin()
    run.record["start"] = store.fingerprint(start)
    about = {"annotated": len(usable), "retrained_from": store.fingerprint(start), "made_of": made_of_retraining(run)}
    run.tell(f"{len(usable)} reports of yours, {n_replay} of the corpus beside them …")
    # Other draws than those that the weights were fitted on.
    tutor = Tutor(start, (e.report for e in generate("train", n_replay, settings["seed"] + 1)), Settings(**options))
    lessons = [tutor.lesson(e.report) for e in usable]
    run.tell("learning; minutes …")

    def final(run: Run) -> None:
        tutor.teach(lessons, run.out, about)

    run.timed(final)
    own_after = _crosswise(run, tutor, usable, lessons, min(n_folds, len(usable)))
    own_before = _measured(tools.reader(start), usable, tools)
    old = list(cases("test", n=n_measured)) if n_measured else []
    if old:
        run.tell(f"measuring on {len(old)} reports of the test split, before and after …")
    old_before, old_after = (_measured(tools.reader(folder), old, tools) for folder in (start, out))
    outcome = Outcome(
        bootstrap.paired(own_before, own_after), bootstrap.paired(old_before, old_after), len(usable), len(old)
    )
    run.record["own_reports"] = [d.to_dict() for d in outcome.own]
    run.record["test_split"] = [d.to_dict() for d in outcome.old]
    run.finish()
    store.write_whole(out / "card.md", _card(run, outcome).encode())
    return outcome


def _is_usable(example: Example, say: Say) -> bool:
    if len({s.id for s in example.report.sections}) < 2:
        say(f"{example.id}: no sections are marked, left out 未标注章节，略过")
        return False
    if not example.report.claims:
        say(f"{example.id}: no claim is marked; only its sections are learned 未标注陈述，只学章节")
    return True


def _crosswise(run: Run, tutor: Tutor, own: Sequence[Example], lessons: Sequence[Lesson], n_folds: int) -> Evaluation:
    """Each report as read by weights that learned from the others."""
    assert run.tools is not None
    if n_folds < 2:
        run.tell("one report: it cannot be measured on what it taught 只有一份，无法在未学过的报告上评测")
        return _measured(run.tools.reader(run.out), own, run.tools)
    pairs: list[Pair | None] = [None] * len(own)
    for fold in range(n_folds):
        run.tell(f"measuring on your reports, part {fold + 1} of {n_folds} …")
        held = range(fold, len(own), n_folds)
        with tempfile.TemporaryDirectory() as scratch:
            tutor.teach([x for i, x in enumerate(lessons) if i not in held], Path(scratch), {})
            read = run.tools.reader(Path(scratch))
            for i in held:
                pairs[i] = _pair(read, own[i])
    return evaluate([p for p in pairs if p is not None], run.tools.check)


def _measured(read: Read, examples: Sequence[Example], tools: Tools) -> Evaluation:
    return evaluate((_pair(read, e) for e in examples), tools.check)


def _pair(read: Read, example: Example) -> Pair:
    report = example.report
    return Pair(report, read(report.text, report.source.path), example.meta, example.planted)


def tables(outcome: Outcome) -> str:
    """What retraining changed, as markdown."""
    text = f"### Your {outcome.n_own} reports, each read by weights that learned from the others 自己的报告\n\n"
    text += bootstrap.table(outcome.own, "before", "after")
    if outcome.n_old:
        text += f"\n\n### The test split, {outcome.n_old} reports: what was forgotten 原测试集，看是否遗忘\n\n"
        text += bootstrap.table(outcome.old, "before", "after")
    return text


def _card(run: Run, outcome: Outcome) -> str:
    record = run.record
    return (
        "# Model card\n\n"
        f"Weights `{run.models_fingerprint()}`: those with fingerprint `{record['start']}` taken further on"
        f" {record['annotated']} annotated reports (fingerprint `{record['own']}`) on {record['started'][:10]},"
        f" settings in `config.yaml`. The model of tables is unchanged: it learns from drawings, not from reports.\n\n"
        "## Figures\n\n" + tables(outcome) + "\n\n"
        "## How it was made\n\n"
        f"`gouji train --data FOLDER --out {run.out.name}/`, commit {record['git'] or 'no checkout'},"
        f" code `{record['code']}`, {record['processor']} ({record['machine']}), {record['cores']} cores.\n"
    )
