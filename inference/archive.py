"""What the given paths stand for: files, the files of folders, the members of archives, one after the other.

Nothing is unpacked to disk and no more than one member is in memory. Archives that lie
(bombs, broken or encrypted members) become failures of their own.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import IO, Any, NamedTuple, cast

from .. import configs
from ..corpus.reading import Document, read_bytes, read_path
from ..corpus.report import Failure, Source

_ZIP = (".zip",)
_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, OSError, ValueError,
           NotImplementedError, RuntimeError, KeyError, OverflowError)  # fmt: skip
_RESIDUE = "__MACOSX"


class Input(NamedTuple):
    """One input to answer: a file, or the content of an archive's member."""

    path: str
    data: bytes | None = None


def read(item: Input) -> Document | Failure:
    """The document of an input."""
    return read_path(item.path) if item.data is None else read_bytes(item.data, item.path)


def sha256_of(item: Input) -> str:
    """The digest of an input's content, or nothing where it cannot be opened."""
    if item.data is not None:
        return hashlib.sha256(item.data).hexdigest()
    try:
        with open(item.path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return ""


def inputs(paths: Iterable[str], *, leave_out: Collection[str] = ()) -> Iterator[Input | Failure]:
    """All inputs under the given paths, in order.

    Parameters
    ----------
    paths : iterable of str
        Files, folders, archives; ``-`` is standard input.
    leave_out : collection of str
        Folders not to enter (an output folder that lies inside an input folder).

    Yields
    ------
    Input or Failure
        A failure for a path that cannot be opened, an empty folder, a broken archive.
    """
    closed = {os.path.realpath(p) for p in leave_out}
    for path in paths:
        if path == "-":
            yield Input("-", sys.stdin.buffer.read(_limit("bytes") + 1))
        elif os.path.isdir(path):
            yield from _folder(path, closed)
        else:
            yield from _file(path)


def count(paths: Iterable[str], *, leave_out: Collection[str] = ()) -> int | None:
    """How many inputs there are; None where only reading would tell."""
    closed = {os.path.realpath(p) for p in leave_out}
    n = 0
    for path in paths:
        for name in _walk(path, closed) if os.path.isdir(path) else [path]:
            if name.lower().endswith(_TAR + _ZIP):
                return None
            n += 1
    return n


def _limit(name: str) -> int:
    return int(configs.load("reading")["limits"][name])


def _walk(folder: str, closed: Collection[str]) -> Iterator[str]:
    """The files of a folder, sorted by name, folder by folder; hidden ones are skipped."""
    pending = [folder]
    while pending:
        current = pending.pop()
        if os.path.realpath(current) in closed:
            continue
        try:
            with os.scandir(current) as entries:
                found = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.name)
        except OSError:
            yield current  # answered when it is opened
            continue
        below = []
        for entry in found:
            path = os.path.join(current, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if entry.name != _RESIDUE:
                    below.append(path)
            elif not (entry.is_symlink() and os.path.isdir(path)):  # a link to a folder could lead in circles
                yield path
        pending.extend(reversed(below))


def _folder(folder: str, closed: Collection[str]) -> Iterator[Input | Failure]:
    is_empty = True
    for path in _walk(folder, closed):
        is_empty = False
        yield from _file(path)
    if is_empty:
        yield Failure(Source(folder), "empty", "no file in this folder")


def _file(path: str) -> Iterator[Input | Failure]:
    name = path.lower()
    if not name.endswith(_TAR + _ZIP) or not os.path.isfile(path) or (name.endswith(_ZIP) and _is_document(path)):
        yield Input(path)
        return
    try:
        yield from _zip(path) if name.endswith(_ZIP) else _tar(path)
    except _BROKEN as error:
        yield Failure(Source(path), "corrupt", f"the archive breaks off: {_said(error)}")


def _is_document(path: str) -> bool:
    """Whether a .zip is a Word, Excel or OpenDocument file under another name."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:100])
    except _BROKEN:
        return False
    return "[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


class _Budget:
    """What one archive may still unpack to."""

    def __init__(self) -> None:
        self.n_bytes = _limit("archive_bytes")
        self.n_members = _limit("archive_members")

    def takes(self, n_bytes: int) -> bool:
        self.n_bytes -= n_bytes
        self.n_members -= 1
        return self.n_bytes >= 0 and self.n_members >= 0


def _too_much(path: str) -> Failure:
    return Failure(
        Source(path), "too_large", "the archive unpacks to more than is read; its other members were left out"
    )


def _member(handle: IO[bytes], path: str, size: int) -> Input | Failure:
    limit = _limit("bytes")
    if size > limit:
        return Failure(Source(path), "too_large", f"more than {limit:,} bytes")
    if path.lower().endswith(_ZIP + _TAR):
        return Failure(Source(path), "unsupported", "an archive inside an archive is not opened")
    return Input(path, handle.read(limit + 1))


def _is_skipped(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return _RESIDUE in parts or any(p.startswith(".") and p not in (".", "..") for p in parts)


def _zip(path: str) -> Iterator[Input | Failure]:
    budget = _Budget()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = _zip_name(info)
            if info.is_dir() or _is_skipped(name):
                continue
            member = f"{path}!{name}"
            if not budget.takes(min(info.file_size, _limit("bytes"))):
                yield _too_much(path)
                return
            if info.flag_bits & 1:
                yield Failure(Source(member), "corrupt", "encrypted")
                continue
            try:
                with archive.open(info) as handle:
                    item = _member(handle, member, info.file_size)
            except _BROKEN as error:
                item = Failure(Source(member), "corrupt", _said(error))
            yield item


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a member. Chinese Windows writes GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec).partition("\0")[0]
        except UnicodeDecodeError:
            continue
    return info.filename


class _Counted:
    """A stream that ends where an archive has unpacked to more than is allowed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = _limit("archive_bytes")
        self.is_spent = False

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            self.is_spent = True
            return b""
        return data

    def close(self) -> None:
        self._stream.close()


def _tar(path: str) -> Iterator[Input | Failure]:
    budget = _Budget()
    counted = _Counted(_unpacked(path))
    try:
        # A stream, read once from front to back: nothing is sought, so nothing is unpacked twice.
        with tarfile.open(fileobj=cast(Any, counted), mode="r|", errors="surrogateescape") as archive:
            for info in archive:
                if info.isdir() or _is_skipped(info.name):
                    continue
                member = f"{path}!{info.name}"
                if not budget.takes(0):
                    yield _too_much(path)
                    return
                if not info.isfile():
                    yield Failure(Source(member), "unsupported", "a link or a device, not a file")
                    continue
                handle = archive.extractfile(info)
                if handle is None:
                    yield Failure(Source(member), "corrupt", "no content")
                    continue
                item = _member(handle, member, info.size)
                if counted.is_spent:
                    break
                yield item
    except _BROKEN:
        if not counted.is_spent:
            raise
    finally:
        counted.close()
    if counted.is_spent:
        yield _too_much(path)


def _unpacked(path: str) -> IO[bytes]:
    """The tar inside a compressed file, by what the file is, not by its name."""
    with open(path, "rb") as handle:
        magic = handle.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if magic.startswith(b"BZh"):
        import bz2

        return cast("IO[bytes]", bz2.open(path, "rb"))
    if magic.startswith(b"\xfd7zXZ"):
        import lzma

        return cast("IO[bytes]", lzma.open(path, "rb"))
    return open(path, "rb")
