"""Settings and statutory forms, as data; no logic but their loading."""

from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def load(name: str) -> Any:
    """The content of ``configs/<name>.yaml``, read once.

    Raises
    ------
    FileNotFoundError
        If no such file ships with the package.
    """
    with resources.files(__package__).joinpath(f"{name}.yaml").open(encoding="utf-8") as handle:
        return yaml.load(handle, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
