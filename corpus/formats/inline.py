"""Our own form: ``NAME.marked.txt`` with inline marks, beside it ``NAME.json`` where more is known.

It holds everything. `gouji train --annotated` and `gouji evaluate` read such a folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..markup import parse
from ..markup import write as write_marks
from .base import Annotated, Refused, dump, files, safe_name

SUFFIX = ".marked.txt"


def read(path: Path) -> Iterator[Annotated | Refused]:
    for file in files(path, SUFFIX):
        name = file.name.removesuffix(SUFFIX)
        beside = file.with_name(f"{name}.json")
        try:
            marked = parse(file.read_bytes().decode("utf-8", "surrogatepass"))
            about = json.loads(beside.read_bytes()) if beside.is_file() else {}
        except ValueError as error:  # a broken mark, a file that is not UTF-8, a broken JSON
            yield Refused(str(file), "", str(error))
            continue
        if not isinstance(about, dict):
            yield Refused(str(beside), "", "not a JSON object")
            continue
        yield Annotated(name, marked, about, path=str(file))


def write(items: Iterable[Annotated], folder: Path) -> int:
    n = 0
    for item in items:
        n += 1
        name = safe_name(item.name)
        (folder / f"{name}{SUFFIX}").write_bytes(write_marks(item.marked).encode("utf-8", "surrogatepass"))
        beside = folder / f"{name}.json"
        if item.about:
            beside.write_text(dump(item.about) + "\n", "utf-8")
        else:
            beside.unlink(missing_ok=True)
    return n
