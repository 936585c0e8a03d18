"""The step that draws a run: how the fits went, and figures by layout and by damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .fitting import iterations
from .run import MODELS, Run
from .tally import Evaluation

_WIDTH = 7.5


def draw_plots(run: Run) -> None:
    """The step: pictures in ``plots/``, where the extra ``train`` brought matplotlib."""
    try:
        import matplotlib
    except ModuleNotFoundError:
        run.tell("no plots: matplotlib is missing; pip install 'gouji[train]' 未安装 matplotlib，不画图")
        return
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "gouji"
    folder = run.out / "plots"
    folder.mkdir(exist_ok=True)
    fits = [(name, iterations(run.out, name)) for name in MODELS]
    if any(rows for _, rows in fits):
        _fits(folder / "fit.svg", [(name, rows) for name, rows in fits if rows])
    if run.evaluation is not None:
        _bars(folder / "by_layout.svg", "figures right", {k: v.accuracy for k, v in run.evaluation.by_layout.items()})
        _damage(folder / "by_damage.svg", run.evaluation)
        draw_reliability(folder / "reliability.svg", run.evaluation)


def _fits(path: Path, fits: list[tuple[str, Any]]) -> None:
    """Loss and held-out figure of each model over its iterations."""
    figure, axes = _figure(len(fits), height=2.1 * len(fits))
    for ax, (name, rows) in zip(axes, fits, strict=True):
        numbers = [row.number for row in rows]
        ax.semilogy(numbers, [row.loss for row in rows], color="tab:gray")
        ax.set_ylabel(f"{name}\nloss")
        if rows[0].held_out is not None:
            beside = ax.twinx()
            beside.plot(numbers, [row.held_out for row in rows], color="tab:blue")
            beside.set_ylabel("held out, right", color="tab:blue")
            beside.set_ylim(top=1)
    axes[-1].set_xlabel("iteration")
    _save(figure, path)


def _damage(path: Path, found: Evaluation) -> None:
    sets = found.by_damage
    _bars(path, "claims, stretch and value: F1", {k: v.counts["claims"].f1 for k, v in sets.items()})


def _bars(path: Path, label: str, shares: dict[str, float | None]) -> None:
    known = sorted(((v, k) for k, v in shares.items() if v is not None), reverse=True)
    if not known:
        return
    figure, (ax,) = _figure(1, height=0.6 + 0.22 * len(known))
    ax.barh([k for _, k in known], [v for v, _ in known], color="tab:blue", height=0.7)
    ax.set_xlim(min(0.5, min(v for v, _ in known)), 1)
    ax.set_xlabel(label)
    ax.tick_params(axis="y", labelsize=8)
    _save(figure, path)


def draw_reliability(path: Path, found: Evaluation) -> None:
    """What a confidence is worth: the share that is right against the confidence, for cells, claims and contradictions.

    Raises
    ------
    ModuleNotFoundError
        If the extra ``train`` is not installed.
    """
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams["svg.hashsalt"] = "gouji"
    kinds = [(name, r) for name, r in found.calibration.items() if r.n]
    figure = Figure(figsize=(_WIDTH, 0.42 * _WIDTH), layout="constrained")
    axes = figure.subplots(1, max(len(kinds), 1), squeeze=False, sharey=True)[0]
    for ax, (name, reliability) in zip(axes, kinds, strict=False):
        bins = [b for b in reliability.bins if b.n]
        ax.plot([0, 1], [0, 1], color="tab:gray", linewidth=0.8)
        ax.scatter([b.mean for b in bins], [b.share for b in bins], s=[4 + 120 * b.n / reliability.n for b in bins])
        ax.set_title(f"{name}: {reliability.n}, error {reliability.ece:.3f}", fontsize=9)
        ax.set_xlabel("confidence")
        ax.set_aspect("equal")
    axes[0].set_ylabel("share right")
    _save(figure, path)


def _figure(n: int, *, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    axes = figure.subplots(n, 1, squeeze=False)[:, 0]
    for ax in axes:
        ax.spines[["top"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
