"""The settings of training: YAML, each key known, a wrong one named with the nearest right one."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from .. import configs
from ..models.families import FAMILIES

_COUNTS = frozenset(
    [
        "reports",
        "rare",
        "harder",
        "n_drawn",
        "max_iterations",
        "patience",
        "held",
        "width",
        "batch",
        "steps",
        "replay",
        "folds",
        "most",
        "threads",
        "seed",
        "tables",
    ]
)
"""Settings that count something."""


def settings_of(path: Path | None = None) -> dict[str, Any]:
    """The shipped settings, with those of a user's file over them.

    Raises
    ------
    ValueError
        If the file has an unknown key, or a value of the wrong kind or that makes no sense; the message names both.
    """
    shipped = configs.load("train")
    if path is None:
        return shipped
    try:
        own = yaml.safe_load(path.read_text("utf-8")) or {}
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file 没有这个文件") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{path}: cannot be read as YAML ({error})") from None
    settings = _merged(shipped, own, str(path))
    if settings["family"] not in FAMILIES:
        raise ValueError(f"{path}: family must be one of {', '.join(FAMILIES)}, found {settings['family']!r}")
    return settings


def _merged(known: dict[str, Any], own: Any, place: str) -> dict[str, Any]:
    if not isinstance(own, dict):
        raise ValueError(f"{place}: expected keys and values, found {type(own).__name__}")
    out = dict(known)
    for key, value in own.items():
        if key not in known:
            near = get_close_matches(str(key), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
            raise ValueError(f"{place}: unknown key {key!r}{hint}")
        if isinstance(known[key], dict):
            out[key] = _merged(known[key], value, f"{place}: {key}")
        elif isinstance(known[key], str):
            if not isinstance(value, str):
                raise ValueError(f"{place}: {key} must be a word, found {value!r}")
            out[key] = value
        elif isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{place}: {key} must be a number, found {value!r}")
        elif value < 0 or (key in _COUNTS and value != int(value)):
            kind = "a whole number that is not negative" if key in _COUNTS else "a number that is not negative"
            raise ValueError(f"{place}: {key} must be {kind}, found {value!r}")
        else:
            out[key] = value
    return out
