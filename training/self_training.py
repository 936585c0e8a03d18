"""The models in use taken further on an archive that nobody annotated: ``gouji train --from-archive``.

The archive is read, what its reports give away by agreeing with themselves (`training/silver.py`)
is learned beside a replay of the corpus, and the test split is read before and after, so that a
drift would be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..corpus.generate import generate
from ..corpus.report import Report
from ..models import store
from ..models.breaks import LineBreaks
from ..models.facts import FactModel
from ..models.sections import SectionModel
from . import bootstrap
from .adapt import Settings
from .compare import Pair
from .evaluate import cases, evaluate
from .retrain import Lesson, Tutor, lesson
from .run import Run, Say, Tools, made_of_retraining
from .settings import settings_of
from .silver import Silver, harvest, sample


class Harvested(NamedTuple):
    """What an archive gave."""

    n_reports: int
    n_prose: int
    n_whole: int
    n_claims: int
    n_moved: int

    def line(self) -> str:
        return (
            f"{self.n_reports} reports read; {self.n_claims} claims of {self.n_prose} of them are borne out by cells"
            f" ({self.n_moved} read otherwise before), the sections of {self.n_whole} are believed"
            f" 读出{self.n_reports}份，正文与表格互证的陈述{self.n_claims}处，可信的章节划分{self.n_whole}份"
        )


def gather(reports: Iterable[Report], start: Path, *, confidence: float, most: int) -> tuple[list[Silver], Harvested]:
    """Silver labels of at most so many reports, and how many there were of what."""
    model = FactModel.load(start)
    n_read = 0

    def each() -> Iterator[Silver]:
        nonlocal n_read
        for report in reports:
            n_read += 1
            yield harvest(report, model, confidence)

    kept = sample(each(), most)
    return kept, Harvested(
        n_read, sum(s.prose is not None for s in kept), sum(s.whole is not None for s in kept),
        sum(s.n_claims for s in kept), sum(s.n_moved for s in kept),
    )  # fmt: skip


def lessons(found: Iterable[Silver], breaks: LineBreaks, *, with_sections: bool) -> list[Lesson]:
    """What silver labels teach: statements from certain lines, and sections from credible reports where asked for."""
    out = []
    for one in found:
        if one.prose is not None:  # lines cut out of their report say nothing of how sections follow one another
            out.append(lesson(one.prose, breaks)._replace(lines=[]))
        if with_sections and one.whole is not None:
            out.append(lesson(one.whole, breaks))
    return out


def self_train(
    out: Path,
    read: Callable[[], Iterable[Report]],
    *,
    start: Path,
    tools: Tools,
    config: Path | None = None,
    n_measured: int = 100,
    say: Say = print,
) -> list[bootstrap.Difference]:
    """Take the models of ``start`` further on what an archive gives away; gives the drift on the test split.

    Parameters
    ----------
    read : callable
        Gives the reports of the archive as the models of ``start`` read them, with findings.

    Raises
    ------
    ValueError
        If a setting is wrong, nothing could be harvested, or ``out`` holds something else than a run.
    """
    settings = settings_of(config)
    options, silver = dict(settings["retrain"]), settings["silver"]
    n_replay = int(options.pop("replay"))
    options.pop("folds")
    found, harvested = gather(read(), start, confidence=silver["confidence"], most=int(silver["most"]))
    with_sections = bool(silver["sections"])
    taught = lessons(found, SectionModel.load(start).breaks, with_sections=with_sections)
    if not taught:
        raise ValueError(
            f"nothing of the {harvested.n_reports} reports agrees surely enough to learn from 没有足够可信的互证可学"
        )
    own = [r for s in found for r in (s.prose, s.whole if with_sections else None) if r is not None]
    run = Run(out, settings, own=own, tools=tools, n_measured=n_measured, say=say)
    run.begin()
    run.tell(harvested.line())
    run.record |= {"start": store.fingerprint(start), "annotated": 0, "silver": harvested._asdict()}
    about = {"annotated": 0, "silver": harvested._asdict(), "retrained_from": store.fingerprint(start),
             "made_of": made_of_retraining(run)}  # fmt: skip
    replay = (e.report for e in generate("train", n_replay, settings["seed"] + 1))
    tutor = Tutor(start, replay, Settings(**{**options, "weight": silver["weight"]}))

    def learn(run: Run) -> None:
        tutor.teach(taught, run.out, about)

    run.tell("learning; minutes …")
    run.timed(learn)
    old = list(cases("test", n=n_measured)) if n_measured else []
    if old:
        run.tell(f"measuring on {len(old)} reports of the test split, before and after …")

    def measured(folder: Path) -> list[Pair]:
        reader = tools.reader(folder)
        return [Pair(e.report, reader(e.text, e.report.source.path), e.meta, e.planted) for e in old]

    before, after = (evaluate(measured(folder), tools.check) for folder in (start, out))
    drift = bootstrap.paired(before, after) if old else []
    run.record["test_split"] = [d.to_dict() for d in drift]
    run.finish()
    store.write_whole(out / "card.md", _card(run, harvested, drift).encode())
    return drift


def _card(run: Run, harvested: Harvested, drift: list[bootstrap.Difference]) -> str:
    record = run.record
    return (
        "# Model card\n\n"
        f"Weights `{run.models_fingerprint()}`: those with fingerprint `{record['start']}` taken further, on"
        f" {record['started'][:10]}, on an archive that nobody annotated. {harvested.line()}."
        " The model of tables is unchanged.\n\n"
        "## The test split, before and after\n\n"
        + (bootstrap.table(drift, "before", "after") if drift else "–")
        + "\n\n"
        "## How it was made\n\n"
        f"`gouji train --from-archive ARCHIVE --out {run.out.name}/`, commit {record['git'] or 'no checkout'},"
        f" code `{record['code']}`, {record['processor']} ({record['machine']}), {record['cores']} cores.\n"
    )
