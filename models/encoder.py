"""A trained encoder at work: ONNX, run by onnxruntime; no torch.

The graph and the names of what it tells stand in one file of plain arrays, under the same
manifest and checksum as every model.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from . import store
from .linear import softmax
from .windows import WINDOWS, Vocabulary, Windows

NAME = "encoder"
FACTS = ("metrics", "scopes", "periods", "kinds")
"""What is told of a claim."""
LINES, ROLES = "lines", "roles"
"""What is told of a line of a report, and of a word of a table."""
HEADS = (*FACTS, LINES, ROLES)
_BATCH = 4
"""Windows that go together, of like width: so few stay in the processor's cache, and hardly any is padded."""
USE = ("family", "below", "weight", "tag_below", "tag_weight", "line_below", "line_weight",
        "word_below", "word_weight")  # fmt: skip
"""Settings of how an encoder is used: they can be changed without another fit."""


def is_runnable() -> bool:
    """Whether onnxruntime is installed."""
    return find_spec("onnxruntime") is not None


class Encoder:
    """Tells tags of characters and what claims state.

    Attributes
    ----------
    labels : dict of list of str
        What each of `HEADS` tells.
    settings : dict
        How it is used beside the linear models; see `families`.
    """

    def __init__(
        self, graph: bytes, vocabulary: Vocabulary, labels: dict[str, list[str]], settings: dict[str, Any]
    ) -> None:
        self.graph = graph
        self.vocabulary = vocabulary
        self.labels = labels
        self.settings = settings
        self._session, self._how = _session(graph)
        names = [x.name for x in self._session.get_inputs()], [x.name for x in self._session.get_outputs()]
        if names != (["ids", "marks", "flags"], ["tags", *HEADS]):
            raise store.ModelError("the encoder's graph is none of gouji's; retrain it with `gouji train`")

    def facts(self, windows: Windows) -> dict[str, np.ndarray]:
        """Probabilities of the labels of each head for windows of claims."""
        return self.told(windows, FACTS)

    def told(self, windows: Windows, heads: Sequence[str]) -> dict[str, np.ndarray]:
        """Probabilities of the labels of some heads."""
        found = self._told(windows, list(heads))
        for head, scores in found.items():
            if scores.shape[1] != len(self.labels[head]):
                raise store.ModelError(
                    f"the encoder tells {scores.shape[1]} {head}, {len(self.labels[head])} are named"
                )
        return {head: softmax(scores) for head, scores in found.items()}

    def tags(self, windows: Windows) -> np.ndarray:
        """Log probabilities of O, B, I and N at each character. Shape (n, width, 4)."""
        out = np.zeros((*windows.ids.shape, 4))
        for which in _batches(windows):
            (scores,) = self._run(["tags"], windows.take(which))
            odds = scores - scores.max(axis=2, keepdims=True)
            out[which, : odds.shape[1]] = odds - np.log(np.exp(odds).sum(axis=2, keepdims=True))
        return out

    def _told(self, windows: Windows, heads: list[str]) -> dict[str, np.ndarray]:
        """Scores by head."""
        batches = _batches(windows)
        parts = [self._run(heads, windows.take(which)) for which in batches]
        back = np.argsort(np.concatenate(batches))
        return {head: np.concatenate([p[k] for p in parts])[back] for k, head in enumerate(heads)}

    def _run(self, outputs: list[str], windows: Windows) -> list[np.ndarray]:
        try:
            return self._session.run(outputs, windows._asdict(), self._how)
        except Exception as error:  # whatever a foreign graph may fall over
            raise store.ModelError(f"the encoder's graph cannot be run ({error})") from None

    def save(self, folder: Path, about: dict[str, object] | None = None) -> None:
        arrays: dict[str, np.ndarray] = {
            "graph": np.frombuffer(self.graph, dtype=np.uint8),
            "characters": np.array([ord(c) for c in self.vocabulary.characters], dtype=np.int32),
            "ids": self.vocabulary.ids,
            "special": np.array(self.vocabulary.special, dtype=np.int32),
            **{f"{head}.labels": np.array(names) for head, names in self.labels.items()},
        }
        store.save(folder, NAME, arrays, {"features": WINDOWS, **self.settings, **(about or {})})

    @classmethod
    def load(cls, folder: Path) -> Encoder:
        """Raises `store.ModelError` where the folder holds no sound encoder, or nothing is there to run it."""
        if not is_runnable():
            raise store.ModelError(
                f"{folder}: holds an encoder, which needs onnxruntime; "
                "install it: pip install onnxruntime 此模型需要安装 onnxruntime"
            )
        arrays = store.load_version(folder, NAME, WINDOWS)
        _, about = store.load(folder, NAME)
        n = np.size(arrays.get("characters", ()))
        store.expect(
            arrays,
            graph=("u", (np.size(arrays.get("graph", ())),)),
            characters=("i", (n,)),
            ids=("i", (n,)),
            special=("i", (4,)),
            **{f"{head}.labels": ("U", (np.size(arrays.get(f"{head}.labels", ())),)) for head in HEADS},
        )
        points = arrays["characters"]
        if n and (points.min() < 0 or points.max() > 0x10FFFF):
            raise store.ModelError(f"{folder}: the encoder's vocabulary holds what is no character")
        vocabulary = Vocabulary("".join(map(chr, points.tolist())), arrays["ids"], arrays["special"].tolist())
        settings: dict[str, Any] = {key: about[key] for key in USE if key in about}
        for key, value in settings.items():
            if key != "family" and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise store.ModelError(f"{folder / NAME}.json: {key} must be a number, found {value!r}")
        labels = {head: [str(x) for x in arrays[f"{head}.labels"]] for head in HEADS}
        return cls(arrays["graph"].tobytes(), vocabulary, labels, settings)


def _batches(windows: Windows) -> list[np.ndarray]:
    """The places of windows that go together."""
    order = np.argsort((windows.marks != 0).sum(axis=1), kind="stable")
    return [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]


def _session(graph: bytes) -> tuple[Any, Any]:
    """What runs a graph, and how: only those of its parts that lead to what is asked."""
    import onnxruntime

    how = onnxruntime.RunOptions()
    how.only_execute_path_to_fetches = True

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # gouji's workers are processes
    options.log_severity_level = 3
    try:
        # Fused, the norms of an encoder in 8 bits are slower than apart: a third of its time.
        session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
    except Exception as error:
        raise store.ModelError(f"the encoder's graph cannot be read ({error})") from None
    return session, how
