"""Model folders: a manifest with checksums beside plain arrays. Loading executes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

FORMAT = 1


class ModelError(RuntimeError):
    """A model folder that is missing, foreign, damaged or of another version."""


def save(folder: Path, name: str, arrays: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    """Write ``<name>.npz`` and ``<name>.json`` (checksum, format, and what ``about`` says).

    Each file is there whole or not at all, the manifest last: a run that was killed leaves nothing that loads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    data = buffer.getvalue()
    manifest = {"format": FORMAT, "name": name, "sha256": hashlib.sha256(data).hexdigest(), **about}
    write_whole(folder / f"{name}.npz", data)
    write_whole(folder / f"{name}.json", (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that others see whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def manifests(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifests of a model folder by name; what else lies there (settings, figures, a card) is left aside."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            about = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(about, dict) and about.get("name") == path.stem and "sha256" in about:
            found[path.stem] = about
    return found


def files(folder: Path) -> list[Path]:
    """The manifests of a model folder and what they speak of."""
    names = manifests(folder)
    found = (p for p in folder.iterdir() if p.stem in names and p.is_file()) if names else ()
    return sorted(found)


def fingerprint(folder: Path) -> str:
    """Of the weights of a folder: equal ones read alike. Empty where there are none."""
    digest = hashlib.sha256()
    found = manifests(folder)
    for name, about in found.items():
        digest.update(f"{name} {json.dumps(about, sort_keys=True)}\n".encode())
    return digest.hexdigest()[:16] if found else ""


def load(folder: Path, name: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read what `save` wrote, checked before use.

    Raises
    ------
    ModelError
        If a file is missing, was changed, or is of another format.
    """
    path, about = folder / f"{name}.npz", folder / f"{name}.json"
    try:
        manifest = json.loads(about.read_text("utf-8"))
        if not isinstance(manifest, dict) or manifest.get("name") != name:
            raise ModelError(f"{about}: not the manifest of a gouji model {name!r}; retrain it with `gouji train`")
        if manifest.get("format") != FORMAT:
            raise ModelError(f"{about}: format {manifest.get('format')!r}, this gouji reads {FORMAT}; retrain it")
        if _sha256(path) != manifest.get("sha256"):
            raise ModelError(f"{path}: checksum differs from its manifest; the file was changed or cut off")
        with np.load(path, allow_pickle=False) as data:
            return {key: data[key] for key in data.files}, manifest
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename}: not found; give a folder that `gouji train` wrote") from None
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path}: cannot be read ({error})") from None


def load_version(folder: Path, name: str, features: int) -> dict[str, np.ndarray]:
    """The arrays of a model that was fitted with this version of its features.

    Raises
    ------
    ModelError
        As `load`, and if the model was fitted with other features.
    """
    arrays, about = load(folder, name)
    if about.get("features") != features:
        raise ModelError(
            f"{folder}: {name} was fitted with other features; retrain it with `gouji train --only {name}`"
        )
    return arrays


def expect(arrays: dict[str, np.ndarray], **shapes: tuple[str, tuple[int, ...]]) -> None:
    """See that arrays are there, of the kind and the shape that a model needs.

    Parameters
    ----------
    shapes : (dtype kinds, shape) by name

    Raises
    ------
    ModelError
        If one is missing or another; a checksum made to fit does not make weights sound.
    """
    for name, (kinds, shape) in shapes.items():
        array = arrays.get(name)
        if array is None:
            raise ModelError(f"the weights lack {name!r}; retrain them with `gouji train`")
        if array.dtype.kind not in kinds or array.shape != shape:
            raise ModelError(f"{name!r} of the weights is {array.dtype}{array.shape}, expected {kinds}{shape}")


def pack(**models: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Several models' arrays in one dictionary."""
    return {f"{name}.{key}": array for name, arrays in models.items() for key, array in arrays.items()}


def unpack(arrays: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """The arrays of one model out of `pack`."""
    prefix = f"{name}."
    return {key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
