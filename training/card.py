"""Figures in documents, by the commands that print them; and the weights' own table.

A document holds ``<!-- figures: COMMAND -->`` … ``<!-- end -->``. ``python -m gouji.training.card
README.md docs/models.md`` runs each command and puts its output between the two, so that no
figure is ever typed. ``python -m gouji.training.card weights`` prints the table of the weights.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ..models import store

RELEASED = Path(__file__).resolve().parent.parent / "models" / "released"
_BLOCK = re.compile(r"(<!-- figures: (?P<command>[^\n]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
_PART = re.compile(r"(?P<end>head|tail) -(?P<n>\d+)")
_PROGRAMS = ("gouji", "python")
Run = Callable[[str], str]


class CommandError(RuntimeError):
    """A command of a document that is not one of ours, or that failed."""


def fill(document: str, run: Run) -> str:
    """A document with the output of each command put behind it.

    Parameters
    ----------
    run : callable
        Gives what a command prints.

    Raises
    ------
    CommandError
        If a command fails; the document is not to be written then.
    """

    def block(match: re.Match[str]) -> str:
        printed = run(match["command"]).strip("\n")
        if not printed.startswith(("|", "#", "- ")):
            printed = f"```text\n{printed}\n```"
        return f"{match[1]}{printed}\n{match[3]}"

    return _BLOCK.sub(block, document)


def run_command(command: str) -> str:
    """What one of our own commands prints, run by this Python; ``| head -N`` and ``| tail -N`` are understood."""
    first, _, part = command.partition("|")
    program, *arguments = shlex.split(first)
    if program not in _PROGRAMS:
        raise CommandError(f"{command}: only {' and '.join(_PROGRAMS)} are run")
    start = [sys.executable, "-m", "gouji"] if program == "gouji" else [sys.executable]
    plain = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run([*start, *arguments], capture_output=True, text=True, encoding="utf-8", env=plain)
    if done.returncode not in (0, 3):
        raise CommandError(f"{command}: status {done.returncode}\n{done.stderr.strip()}")
    if not part:
        return done.stdout
    match = _PART.fullmatch(part.strip())
    if match is None:
        raise CommandError(f"{command}: only | head -N and | tail -N are understood")
    lines = done.stdout.rstrip().splitlines()
    n = int(match["n"])
    return "\n".join(lines[:n] if match["end"] == "head" else lines[-n:])


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A markdown table."""
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def weights(folder: Path = RELEASED) -> str:
    """The models of a folder: their size, their settings, what they were fitted on.

    Raises
    ------
    ModelError
        If a model is damaged.
    """
    rows = []
    for path in sorted(folder.glob("*.json")):
        if not path.with_suffix(".npz").exists():
            continue
        arrays, about = store.load(folder, path.stem)
        n_labels = [str(a.size) for key, a in arrays.items() if key.rpartition(".")[2] == "labels"]
        n_features = sum(a.size for key, a in arrays.items() if key.rpartition(".")[2] == "feature_ids")
        n_bytes = path.with_suffix(".npz").stat().st_size
        settings = ", ".join(f"{k} {v}" for k, v in about.get("settings", {}).items() if v != "")
        rows.append(
            [f"`{path.stem}`", " + ".join(n_labels), f"{n_features:,}", f"{n_bytes / 1e6:.2f} MB", settings,
             about.get("corpus", "–"), about["sha256"][:12]]
        )  # fmt: skip
    return table(["model", "labels", "features", "file", "fitted with", "corpus", "sha256"], rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of the weights, or fill documents in place."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        sys.stderr.write("usage: python -m gouji.training.card weights | DOCUMENT...\n")
        return 2
    if given == ["weights"]:
        sys.stdout.write(weights() + "\n")
        return 0
    known: dict[str, str] = {}

    def once(command: str) -> str:
        if command not in known:
            sys.stderr.write(f"{command}\n")
            known[command] = run_command(command)
        return known[command]

    try:
        filled = {Path(name): fill(Path(name).read_text("utf-8"), once) for name in given}
    except (CommandError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path, text in filled.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
