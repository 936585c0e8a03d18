"""What `gouji corpus` does: build, look, measure, validate, bring annotation in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from ..corpus.examples import Example, read_folder
from ..corpus.formats import Annotated, Refused, completed, of_example, of_report, safe_name
from ..corpus.formats import read as read_format
from ..corpus.formats import write as write_format
from ..corpus.generate import SPLITS, generate
from ..corpus.markup import write as write_marks
from ..corpus.report import Failure
from .display import printable

OK, FAILED = 0, 1


def say(message: str) -> None:
    print(f"gouji: {printable(message)}", file=sys.stderr, flush=True)


def _console() -> Any:
    """Standard output; no line is folded for a file or a pipe."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else Console(width=10_000, highlight=False, markup=False, emoji=False)


# ---------------------------------------------------------------- examples


def examples(what: str, *, seed: int, split: str | None = None) -> Iterator[Example]:
    """The examples that a word stands for: a split, an annotated folder, a built data set.

    Raises
    ------
    ValueError
        If it stands for nothing.
    """
    if what in SPLITS and not Path(what).is_dir():
        return generate(what, sys.maxsize, seed)
    folder = Path(what)
    if (folder / "data").is_dir() and any((folder / "data").glob("*.parquet")):
        from ..training.dataset import examples as rows

        return rows(folder, split or "train")
    if folder.is_dir():
        if not any(folder.glob("*.marked.txt")):
            raise ValueError(f"{what}: no *.marked.txt here 没有标注文件")
        return (e for e in read_folder(folder) if split is None or e.split == split)
    raise ValueError(f"{what}: neither a split ({', '.join(SPLITS)}) nor a folder 既不是划分也不是文件夹")


# ---------------------------------------------------------------- show


def show(what: str, index: int, *, n: int, seed: int, split: str | None, form: str, html: str | None) -> int:
    """Render examples: ``view`` for eyes, ``marked`` or ``plain`` for pipes, a page where ``html`` is given."""
    chosen = list(islice(examples(what, seed=seed, split=split), index, index + n))
    if not chosen:
        raise ValueError(f"{what}: no example {index} 没有第 {index} 份")
    if html is not None:
        _pages(chosen, Path(html))
        return OK
    if form != "view":
        out = (write_marks(e.marked) if form == "marked" else e.text for e in chosen)
        sys.stdout.write("\n\n".join(text.encode("utf-8", "replace").decode() for text in out) + "\n")
        return OK
    from .corpus_view import show_example

    console = _console()
    for example in chosen:
        show_example(console, example)
    return OK


def _pages(chosen: Sequence[Example], place: Path) -> None:
    from .checks import check
    from .pages import render_report

    many = len(chosen) > 1 or place.is_dir() or place.suffix.lower() not in (".html", ".htm")
    if many:
        place.mkdir(parents=True, exist_ok=True)
    for example in chosen:
        path = place / f"{safe_name(example.id)}.html" if many else place
        page = render_report(replace(example.report, findings=check(example.report)))
        path.write_bytes(page.encode("utf-8", "replace"))
        say(f"{path}")


# ---------------------------------------------------------------- build


def build(out: str, *, n: int, seed: int, n_workers: int, form: str, splits: Sequence[str]) -> int:
    """Write the generated corpus: Parquet with its card, or annotated text files."""
    if form == "inline":
        from ..corpus.generate import write_folder

        shares = [s for s in SPLITS if s in splits] or list(SPLITS)
        with _bar(n, "生成") as advance:
            for split, size in _shared(n, shares).items():
                folder = Path(out) / split if len(shares) > 1 else Path(out)
                write_folder(_told(generate(split, size, seed), advance), folder)
        say(f"{n} reports in {out} 共 {n} 份")
        return OK
    from ..training.dataset import build as build_dataset

    with _bar(n, "生成") as advance:
        done = build_dataset(out, n=n, seed=seed, n_workers=n_workers, on_done=advance)
    total = sum(p.stat().st_size for p in (Path(out) / "data").glob("*.parquet"))
    counts = ", ".join(f"{split} {size}" for split, size in done.items())
    say(f"{n} reports in {out} ({counts}; {total / 1e6:.1f} MB) 共 {n} 份")
    return OK


def _shared(n: int, splits: Sequence[str]) -> dict[str, int]:
    from .. import configs

    shares = {s: configs.load("corpus")["shares"][s] for s in splits}
    total = sum(shares.values())
    out = {s: n * share // total for s, share in shares.items()}
    out[splits[0]] += n - sum(out.values())
    return out


def _told(items: Iterable[Any], advance: Any) -> Iterator[Any]:
    for item in items:
        yield item
        advance(1)


def _bar(total: int | None, word: str) -> Any:
    from .progress import count_bar

    return count_bar(total, word)


# ---------------------------------------------------------------- stats


def stats(*, as_json: bool, strict: bool, files: bool) -> int:
    """Print how large and how varied the authored corpus is."""
    from ..corpus.variety import measure, sentences, shortfalls

    variety = measure(sentences())
    wanting = shortfalls(variety)
    if as_json:
        found = {
            "claim_sentences": variety.sentences["claim"], "number_sentences": variety.sentences["number"],
            "plain_sentences": variety.sentences["plain"], "narratives": variety.narratives,
            "reports": variety.reports, "facts": variety.facts, "distinct": round(variety.distinct, 4),
            "original": round(variety.original, 4), "overlap": round(variety.overlap, 4),
            "copied": round(variety.copied, 4), "metrics": dict(variety.metrics.most_common()),
            "by": {k: dict(v.most_common()) for k, v in variety.by.items()},
            "files": {k: dict(v) for k, v in variety.files.items()},
            "shortfalls": [s._asdict() for s in wanting],
        }  # fmt: skip
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    else:
        from .corpus_view import show_variety

        show_variety(_console(), variety, wanting, files=files)
    return FAILED if strict and wanting else OK


# ---------------------------------------------------------------- validate


def validate(folders: Sequence[str]) -> int:
    """Print every slip of the authored corpus, or of annotated folders, as file:line: reason."""
    from ..corpus.validate import authored_problems, folder_problems

    n = 0
    for problem in (p for f in folders for p in folder_problems(f)) if folders else authored_problems():
        n += 1
        sys.stdout.write(printable(str(problem)) + "\n")
    say(f"{n} problems 共 {n} 处问题" if n else "no problem 没有问题")
    return FAILED if n else OK


# ---------------------------------------------------------------- agreement


def agreement(first: str, second: str, *, listed: bool) -> int:
    """Print how far two annotations of the same reports agree, and where they do not."""
    from ..training.agreement import agree, shared

    reports = shared(first, second)
    for folder, names in ((first, reports.only_first), (second, reports.only_second)):
        if names:
            say(f"only in {folder}, left out 只在一处，略过: {', '.join(names)}")
    for name in reports.other_text:
        say(f"{name}: the texts differ, left out 正文不同，略过")
    if not reports.pairs:
        raise ValueError(f"no report is in both {first} and {second} 没有共同的报告")
    found = agree(reports.pairs)
    sys.stdout.write(found.table() + "\n")
    if listed:
        sys.stdout.writelines(printable(str(d)) + "\n" for d in found.disagreements)
    return FAILED if reports.other_text else OK


# ---------------------------------------------------------------- import, export


def import_(paths: Sequence[str], *, form: str, out: str, annotator: str | None) -> int:
    """Bring other tools' annotation into the inline form; what is refused is named, the rest is written."""
    folder = Path(out)
    taken = refused = 0

    def sound() -> Iterator[Annotated]:
        nonlocal taken, refused
        for path in paths:
            for item in read_format(form, path, annotator=annotator):
                answer = completed(item) if isinstance(item, Annotated) else item
                if isinstance(answer, Refused):
                    refused += 1
                    say(str(answer))
                else:
                    taken += 1
                    yield answer

    write_format("inline", sound(), folder)
    say(f"{taken} taken into {out}, {refused} refused 导入 {taken} 份，退回 {refused} 份")
    return FAILED if refused else OK


def export(
    what: Sequence[str],
    *,
    form: str,
    out: str,
    n: int | None,
    seed: int,
    split: str | None,
    predict: bool,
    model: str | None,
    n_workers: int,
    loader: str,
) -> int:
    """Write annotated reports, or reports with what the model says of them, for another tool."""
    counts = [0, 0]
    items: Iterator[Annotated]
    if predict:
        items = islice(_predicted(what, model=model, n_workers=n_workers, loader=loader, counts=counts), n)
    else:
        items = (of_example(e) for w in what for e in islice(examples(w, seed=seed, split=split), _wanted(w, n)))
    with _bar(None if n is None else n * (1 if predict else len(what)), "导出") as advance:
        written = write_format(form, _told(items, advance), out)
    say(f"{written} reports in {out} 导出 {written} 份" + (f", {counts[1]} not read 未读出" if counts[1] else ""))
    return FAILED if counts[1] else OK


def _wanted(what: str, n: int | None) -> int | None:
    """A split has no end."""
    return n if n is not None or what not in SPLITS or Path(what).is_dir() else 10


def _predicted(
    paths: Sequence[str], *, model: str | None, n_workers: int, loader: str, counts: list[int]
) -> Iterator[Annotated]:
    from .archive import inputs
    from .workers import Job, answers

    seen: set[str] = set()
    for answer, _ in answers(inputs(paths), Job(loader, model), n_workers=n_workers):
        if isinstance(answer, Failure):
            counts[1] += 1
            say(f"{answer.source.path}: {answer.code}: {answer.message}")
            continue
        stem = safe_name(Path(answer.source.path.rpartition("!")[2]).stem)
        name = next(c for c in chain([stem], (f"{stem}-{i}" for i in count(2))) if c not in seen)
        seen.add(name)
        counts[0] += 1
        yield of_report(answer, name)


# ---------------------------------------------------------------- suggest


def suggest(
    paths: Sequence[str], *, out: str, n: int, form: str, annotated: Sequence[str], model: str | None, n_workers: int,
    loader: str,
) -> int:  # fmt: skip
    """Choose what to annotate, write it, and say what was chosen and why."""
    from .suggest import reason
    from .suggest import suggest as work

    texts = (e.text for folder in annotated for e in examples(folder, seed=0))
    done = work(
        paths, out, n=n, form=form, annotated=texts, model=model, n_workers=n_workers, loader=loader, bar=_bar
    )  # fmt: skip
    for rank, (one, choice) in enumerate(done.chosen, 1):
        sys.stdout.write(f"{rank:>3}  {printable(one.path)}  {reason(one, choice)}\n")
    say(f"{len(done.chosen)} of {done.n_read} reports in {out} 从 {done.n_read} 份中选出 {len(done.chosen)} 份"
        + (f", {done.n_failed} not read 未读出" if done.n_failed else ""))  # fmt: skip
    return FAILED if done.n_failed else OK
