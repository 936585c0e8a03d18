"""From torch to what gouji runs: ONNX, weights in 8 bits, held against the network before it is kept."""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..models.encoder import HEADS, Encoder
from ..models.windows import Vocabulary, Windows
from .network import Network


def exported(
    network: Network,
    vocabulary: Vocabulary,
    labels: dict[str, list[str]],
    settings: dict[str, Any],
    *,
    sample: Windows,
    int8: bool = True,
) -> Encoder:
    """A network as an encoder that onnxruntime runs.

    Parameters
    ----------
    settings : dict
        ``family``, ``below`` and ``weight``; see `gouji.models.families`.
    sample : Windows
        Some windows of claims, to trace the network with and to hold the result against it.

    Raises
    ------
    ValueError
        If the result tells other metrics than the network does.
    """
    network = network.to("cpu").eval()
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        _to_onnx(network, sample, whole)
        if int8:
            _quantised(whole, small)
        graph = (small if int8 else whole).read_bytes()
    encoder = Encoder(graph, vocabulary, labels, settings)
    _held_against(network, encoder, sample)
    return encoder


def _to_onnx(network: Network, sample: Windows, path: Path) -> None:
    inputs = tuple(torch.from_numpy(a[:4]) for a in sample)
    n, width = torch.export.Dim("n", min=1, max=4096), torch.export.Dim("width", min=2, max=512)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision, which nothing here needs
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            inputs,
            str(path),
            input_names=["ids", "marks", "flags"],
            output_names=["tags", *HEADS],
            dynamic_shapes=({0: n, 1: width}, {0: n, 1: width}, {0: n}),
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _quantised(whole: Path, small: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    ready = whole.with_name("ready.onnx")
    try:
        quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
    except Exception:  # the preparation only helps
        ready = whole
    quantize_dynamic(str(ready), str(small), per_channel=True, weight_type=QuantType.QInt8)


def _held_against(network: Network, encoder: Encoder, sample: Windows) -> None:
    """8 bits may shift a probability; they may not change what is told."""
    with torch.no_grad():
        _, metrics, *_ = network(*(torch.from_numpy(a) for a in sample))
    same = float(np.mean(metrics.argmax(dim=1).numpy() == encoder.facts(sample)["metrics"].argmax(axis=1)))
    if same < 0.9:
        raise ValueError(f"in ONNX the encoder tells the same metric for only {same:.0%} of claims")
