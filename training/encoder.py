"""Fit an encoder: a small one from nothing, or a BERT-like checkpoint; then write it as ONNX, int8.

One network tells the tag of each character of a clause, what a marked claim states, and what a
marked line or word of a table is; all are learned together, after a while of masked characters
where the encoder begins from nothing. Needs the extra ``transformer``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from ..corpus.report import Report
from ..corpus.text import Text
from ..models.encoder import HEADS, LINES, ROLES
from ..models.roles import Words
from ..models.windows import Vocabulary, Windows
from .network import CheckpointBackbone, Network, OwnBackbone
from .pretrain import blurred, guess_loss
from .run import library_version
from .windowing import UNLABELED, Lessons, lessons

Say = Callable[[str], None]
_CHECKPOINT_S = 120.0
_WARM = 0.06
_SMOOTHING = 0.03
_GREAT = ("metrics", LINES, ROLES)
"""Heads that are learned most of, and with smoothed labels: they have many."""
_GOLDEN = 0.6180339887
"""Steps of this length over the unit interval fall into each share of it evenly."""


class Labels:
    """The names of what heads tell, in their order."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self._numbers = {head: {name: k for k, name in enumerate(known)} for head, known in names.items()}

    @classmethod
    def of(cls, lesson: Lessons) -> Labels:
        """Those of some lessons; a head of which nothing is learned gets the label of nothing."""
        seen = {head: told for kind in lesson.told.values() for head, told in kind.labels.items()}
        return cls({head: sorted(set(seen.get(head, ())) - {""}) or [""] for head in HEADS})

    def numbers(self, labels: dict[str, list[str]]) -> dict[str, np.ndarray]:
        """Labels by head as numbers; `UNLABELED` where there is no such label."""
        return {
            head: np.array([self._numbers[head].get(x, UNLABELED) if x else UNLABELED for x in told], dtype=np.int64)
            for head, told in labels.items()
        }


def processor() -> str:
    """The processor to train on: a GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def own_network(vocabulary: Vocabulary, labels: Labels, *, width: int, blocks: str, dropout: float) -> Network:
    """A small encoder that knows nothing yet."""
    backbone = OwnBackbone(vocabulary.size, width=width, blocks=blocks, dropout=dropout)
    return Network(backbone, {k: len(v) for k, v in labels.names.items()}, dropout=dropout)


def machine() -> dict[str, Any]:
    """What it is fitted on: the processor, a GPU's name, and the libraries that only an encoder needs."""
    names = ("torch", "transformers", "onnx", "onnxruntime")
    versions = {name: library_version(name) for name in names}
    gpu = {"gpu": torch.cuda.get_device_name()} if processor() == "cuda" else {}
    return {"processor": processor().upper(), **gpu, "libraries": {k: v for k, v in versions.items() if v}}


def checkpoint_vocabulary(name: str, *, say: Say = print) -> Vocabulary:
    """The vocabulary of single characters of a BERT-like checkpoint, by path or by its name at Hugging Face.

    Raises
    ------
    ValueError
        If there is no such checkpoint, or it is none that reads Chinese characters.
    """
    from transformers import AutoTokenizer

    is_here = Path(name).is_dir()
    if not is_here and (name.startswith((".", "/", "~")) or name.count("/") > 1):
        raise ValueError(f"checkpoint {name}: no such folder 没有这个文件夹")
    if not is_here:
        say(f"encoder: no folder {name} here; asking Hugging Face for a checkpoint of this name …")
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=is_here)
    except (OSError, ValueError) as error:
        why = "it has no tokenizer that can be read" if is_here else "no such folder, and it could not be fetched"
        raise ValueError(f"checkpoint {name}: {why} ({str(error).strip().splitlines()[0]})") from None
    known = {word: k for word, k in tokenizer.get_vocab().items() if len(word) == 1}
    if not any("\u4e00" <= word <= "\u9fff" for word in known):
        raise ValueError(f"{name}: its vocabulary has no Chinese characters; give a checkpoint that reads characters")
    special = (tokenizer.pad_token_id, tokenizer.unk_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id)
    if None in special:
        raise ValueError(f"{name}: not BERT-like, it lacks one of the tokens PAD, UNK, SEP, MASK")
    return Vocabulary("".join(known), np.array(list(known.values())), special)


def checkpoint_network(name: str, labels: Labels, *, dropout: float = 0.1) -> Network:
    """A BERT-like encoder by name or path, with new heads."""
    from transformers import AutoModel

    backbone = CheckpointBackbone(AutoModel.from_pretrained(name, local_files_only=Path(name).is_dir()))
    return Network(backbone, {k: len(v) for k, v in labels.names.items()}, dropout=dropout)


class Trainer:
    """Steps over lessons, with a state on disk from which a killed run goes on."""

    def __init__(
        self,
        network: Network,
        vocabulary: Vocabulary,
        labels: Labels,
        lesson: Lessons,
        settings: dict[str, Any],
        *,
        state: Path | None = None,
        made_of: str = "",
        say: Say = print,
    ) -> None:
        self.processor = processor()
        self.network = network.to(self.processor)
        self.vocabulary, self.labels, self.settings, self.state, self.say = vocabulary, labels, settings, state, say
        self.made_of = made_of
        self.lesson = lesson
        self.truth = {kind: labels.numbers(told.labels) for kind, told in lesson.told.items()}
        decayed = [p for p in network.parameters() if p.ndim > 1]
        rest = [p for p in network.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.03}, {"params": rest, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=settings["rate"], betas=(0.9, 0.98))
        self.step, self.spent = 0, 0.0

    # -- the course of training ---------------------------------------------

    def run(self, measure: Callable[[Network], str] | None = None) -> None:
        """All steps, or as many as the minutes allow."""
        self._resume()
        total, limit = int(self.settings["steps"]), 60.0 * self.settings["minutes"]
        began, saved, told = time.monotonic() - self.spent, time.monotonic(), 0.0
        batches = self._batches()
        means: dict[str, float] = {}
        self.network.train()
        while True:
            self.spent = time.monotonic() - began
            progress = max(self.step / total, self.spent / limit)
            if progress >= 1:
                break
            rate = self.settings["rate"] * min(progress / _WARM, (1 - progress) / (1 - _WARM))
            for group in self.optimizer.param_groups:
                group["lr"] = max(rate, 1e-5)
            kind = self._kind(progress)
            loss = self._loss(kind, batches)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            self.step += 1
            value = float(loss.detach())
            means[kind] = 0.98 * means.get(kind, value) + 0.02 * value
            if time.monotonic() - saved > _CHECKPOINT_S:
                saved = time.monotonic()
                self._save()
            if progress - told > 0.1:
                told = progress
                figures = ", ".join(f"{k} {v:.3f}" for k, v in means.items())
                extra = f"; {measure(self.network)}" if measure else ""
                self.say(f"encoder: {progress:.0%}, step {self.step}, {self.spent:.0f} s: {figures}{extra}")
                self.network.train()
        self._save()

    def _kind(self, progress: float) -> str:
        """What this step learns: masked characters first, then tags, lines, words by their shares, else claims."""
        if progress < self.settings["pretrain"]:
            return "characters"
        at = self.step * _GOLDEN % 1.0
        for kind in ("tags", "lines", "words"):
            at -= self.settings[kind]
            if at < 0 and (kind == "tags" or kind in self.lesson.told):
                return kind
        return "claims"

    def _loss(self, kind: str, batches: dict[str, Iterator[np.ndarray]]) -> torch.Tensor:
        told = self.lesson.told
        which = next(batches[kind])
        windows = (told[kind].windows if kind in told else self.lesson.clauses).take(which)
        ids, marks, flags = (torch.from_numpy(a).to(self.processor) for a in windows)
        with torch.autocast(self.processor, dtype=torch.bfloat16, enabled=bool(self.settings["half"])):
            if kind == "characters":
                return guess_loss(self.network, ids, marks, self.vocabulary)
            ids = blurred(ids, self.vocabulary, self.settings["blur"])
            tags, *scores_of = self.network(ids, marks, flags)
        if kind == "tags":
            letters = torch.from_numpy(self.lesson.tags[which, : ids.shape[1]]).to(self.processor)
            return functional.cross_entropy(tags.float().flatten(0, 1), letters.flatten(), ignore_index=UNLABELED)
        loss = torch.tensor(0.0).to(self.processor)
        by_head = dict(zip(HEADS, scores_of, strict=True))
        for head, truth in self.truth[kind].items():
            scores, wanted = by_head[head], torch.from_numpy(truth[which]).to(self.processor)
            if bool((wanted != UNLABELED).any()):
                smoothing = _SMOOTHING if head in _GREAT else 0.0
                loss = loss + (1.0 if head in _GREAT else 0.3) * functional.cross_entropy(
                    scores.float(), wanted, ignore_index=UNLABELED, label_smoothing=smoothing
                )
        return loss

    def _batches(self) -> dict[str, Iterator[np.ndarray]]:
        rng = np.random.default_rng([int(self.settings["seed"]), self.step])
        size = int(self.settings["batch"])
        torch.manual_seed(int(self.settings["seed"]) + self.step)
        batches = {kind: _rounds(told.windows, size, rng) for kind, told in self.lesson.told.items()}
        return {**batches, **{kind: _rounds(self.lesson.clauses, size, rng) for kind in ("characters", "tags")}}

    # -- the state ----------------------------------------------------------

    def _save(self) -> None:
        if self.state is None:
            return
        part = self.state.with_suffix(".part")
        state = {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({**state, "step": self.step, "spent": self.spent, "made_of": self.made_of}, part)
        part.replace(self.state)

    def _resume(self) -> None:
        if self.state is None or not self.state.exists():
            return
        state = torch.load(self.state, map_location=self.processor, weights_only=True)
        if state.get("made_of", "") != self.made_of:
            self.say("encoder: settings, data or code differ from those of the run before; begins anew 从头训练")
            return
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.spent = state["step"], state["spent"]
        self.say(f"encoder: goes on at step {self.step}")


def _rounds(windows: Windows, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Batches of windows of like width, round after round."""
    widths = (windows.marks != 0).sum(axis=1)
    while True:
        order = np.argsort(widths + rng.integers(0, 12, len(widths)), kind="stable")
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        for k in rng.permutation(len(batches)):
            yield batches[k]


def told(network: Network, windows: Windows, *, size: int = 256) -> dict[str, np.ndarray]:
    """What a network says of windows: scores by head."""
    network.eval()
    out: list[list[np.ndarray]] = []
    where = "cuda" if next(network.parameters()).is_cuda else "cpu"
    with torch.no_grad():
        for at in range(0, len(windows.ids), size):
            batch = windows.take(np.arange(at, min(at + size, len(windows.ids))))
            _, *facts = network(*(torch.from_numpy(a).to(where) for a in batch))
            out.append([f.float().cpu().numpy() for f in facts])
    return {head: np.concatenate(parts) for head, parts in zip(HEADS, zip(*out, strict=True), strict=True)}


class Fitted(NamedTuple):
    """What a fit gives."""

    network: Network
    vocabulary: Vocabulary
    labels: Labels
    steps: int


def fit(
    reports: Sequence[Report],
    settings: dict[str, Any],
    *,
    checkpoint: str | None = None,
    tables: Iterable[tuple[Words, Sequence[str]]] = (),
    held: Iterable[Report] = (),
    state: Path | None = None,
    made_of: str = "",
    say: Say = print,
) -> Fitted:
    """Fit an encoder on annotated reports (``report.text`` filled).

    Parameters
    ----------
    checkpoint : str, optional
        Name or path of a BERT-like checkpoint to begin from.
    tables : iterable of (words, roles)
        Words of drawn tables and the role of each, learned beside the reports.
    held : iterable of Report
        Reports that are measured on, now and then, and not learned from.
    state : path, optional
        Where the run keeps its state; a run that finds one of the same ``made_of`` goes on from it.
    """
    torch.manual_seed(int(settings["seed"]))
    if settings["threads"]:
        torch.set_num_threads(int(settings["threads"]))
    if checkpoint is None:
        vocabulary = Vocabulary.of(Text.of(r.text).view for r in reports)
        lesson = lessons(vocabulary, reports, tables)
        labels = Labels.of(lesson)
        shape = {k: settings[k] for k in ("width", "blocks", "dropout")}
        network = own_network(vocabulary, labels, **shape)
    else:
        vocabulary = checkpoint_vocabulary(checkpoint, say=lambda _: None)
        lesson = lessons(vocabulary, reports, tables)
        labels = Labels.of(lesson)
        network = checkpoint_network(checkpoint, labels, dropout=settings["dropout"])
        settings = {**settings, "pretrain": 0.0}
    n = sum(p.numel() for p in network.parameters())
    counts = ", ".join(f"{len(told.windows.ids)} {kind}" for kind, told in lesson.told.items())
    say(f"encoder: {n:,} weights, {counts}, on {processor()}")
    seen = list(held)
    measure = _measure(lessons(vocabulary, seen), labels) if seen else None
    trainer = Trainer(network, vocabulary, labels, lesson, settings, state=state, made_of=made_of, say=say)
    trainer.run(measure)
    if measure:
        say(f"encoder: {measure(network)}")
    return Fitted(network, vocabulary, labels, trainer.step)


def _measure(lesson: Lessons, labels: Labels) -> Callable[[Network], str]:

    def measure(network: Network) -> str:
        shares = []
        for some in lesson.told.values():
            scores = told(network, some.windows)
            for head, truth in labels.numbers(some.labels).items():
                known = truth != UNLABELED
                shares.append(f"{head} {np.mean(scores[head].argmax(axis=1)[known] == truth[known]):.3f}")
        return "held out: " + ", ".join(shares)

    return measure
