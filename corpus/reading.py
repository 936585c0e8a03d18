"""Bytes to a document, or to a failure with a code; never an exception.

Offsets of all results are into ``Document.text``: the decoded source, or for a page the
text that `gouji.corpus.html` made of it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from functools import cache

from .. import configs
from .blocks import Region, join, page_starts
from .containers import ContainerError, kind_of, read_container
from .encodings import decode, is_binary, wide_encoding
from .html import read_page
from .recognition import looks_like_report
from .report import Failure, Source, Span, Warning_
from .text import Text

__all__ = ["Document", "Region", "looks_like_report", "read_bytes", "read_path"]

_MAGIC = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"SQLite format 3\0", "database"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
)
_ARCHIVES = {"rar", "7z", "gzip", "bzip2", "xz", "zip"}
_META_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,30})""", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_TAG = re.compile(r"</?(?:p|div|span|table|tr|td|th|br|h[1-6]|ul|li|a|font|strong|b)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u00ad\0\ufffd"


@dataclass(frozen=True, slots=True)
class Document:
    """An input that could be read.

    Attributes
    ----------
    source : Source
    text : str
        What offsets count.
    regions : tuple of Region
        Parts that a page itself names: navigation, footers, tables.
    warnings : tuple of Warning_
        Damage of the container, for the report to pass on.
    pages : tuple of (int, int)
        Where each printed page begins, as (offset, page), where the container has pages.
    """

    source: Source
    text: str
    regions: tuple[Region, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()


def read_path(path: str | os.PathLike[str], *, max_bytes: int | None = None) -> Document | Failure:
    """Read one file; ``source.path`` is the path as given."""
    name = os.fsdecode(path)
    limit = max_bytes or _limits()["bytes"]
    try:
        status = os.stat(name)
        if not stat.S_ISREG(status.st_mode):
            return Failure(Source(name), "unsupported", "not a regular file")
        if status.st_size > limit:
            return _too_large(Source(name), limit)
        with open(name, "rb") as handle:
            data = handle.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Failure(Source(name), "corrupt", f"cannot be opened: {reason}")
    return read_bytes(data, name, max_bytes=limit)


def read_bytes(
    data: bytes, path: str, media_type: str | None = None, *, max_bytes: int | None = None
) -> Document | Failure:
    """Read one input.

    Parameters
    ----------
    data : bytes
    path : str
        Its name; the extension is a hint, the content decides.
    media_type : str, optional
        What a server said, for example ``text/html; charset=gbk``.
    max_bytes : int, optional
        More is answered ``too_large``.
    """
    source = Source(path)
    limit = max_bytes or _limits()["bytes"]
    try:
        if len(data) > limit:
            return _too_large(source, limit)
        source = Source(path, hashlib.sha256(data).hexdigest())
        return _read(data, source, media_type)
    except Exception as error:  # a bug of ours must not take other inputs down
        return Failure(source, "internal", f"{type(error).__name__} while reading: {error}"[:300])


def _read(data: bytes, source: Source, media_type: str | None) -> Document | Failure:
    extension = os.path.splitext(source.path)[1].lower().lstrip(".")
    said, _, parameters = (media_type or "").partition(";")
    said = said.strip().lower() or _media_types().get(extension, "")
    source = Source(source.path, source.sha256, said)
    if not data.strip(b" \t\r\n\v\f\0") and data.count(b"\0") * 2 <= len(data):
        return Failure(source, "empty", "nothing is written in it")
    kind = kind_of(data, extension)
    if kind == "mail":
        return _mailed(data, source)
    if kind not in (None, "zip", "ole"):
        return _contained(data, source, kind)
    if (foreign := _foreign(data, source, extension, kind)) is not None:
        return foreign

    declared = _META_CHARSET.search(parameters.encode("utf-8", "replace")) or _META_CHARSET.search(data[:4096])
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or (
        b"\0" in data and wide_encoding(data) is not None
    )
    if not is_wide and is_binary(data):
        return Failure(source, "binary", "not a text: control characters throughout")
    decoded = decode(data, declared[1].decode("ascii") if declared else None)
    if decoded is None:
        return Failure(source, "undecodable", "in no encoding known here does it read as a text")

    text = decoded.text
    regions: tuple[Region, ...] = ()
    is_page = _is_page(text, said)
    is_named_text = said.startswith("text/") and said != "text/html"
    media_type = "text/html" if is_page else said if is_named_text else "text/plain"
    source = Source(source.path, source.sha256, media_type, decoded.encoding)
    warnings = _damage(decoded.text, decoded.n_bad)
    if is_page:
        text, regions = _page_text(text)
    if len(text) > _limits()["chars"]:
        return Failure(source, "too_large", f"more than {_limits()['chars']:,} characters")
    if not text.strip().strip(_UNSEEN).strip():
        return Failure(source, "empty", "nothing is written in it")
    return Document(source, text, regions, warnings)


def _mailed(data: bytes, source: Source) -> Document | Failure:
    """The main text of a mail or of a page that was saved as one; it is no mail itself."""
    from .containers.mail import main_part  # the mail parser takes longer to load than most reports to read

    try:
        part = main_part(data)
    except ContainerError as error:
        return Failure(source, error.code, str(error))
    if kind_of(part.data) is not None:
        return Failure(source, "unsupported", "邮件的正文不是文字；请把其中的文件另存后再试")
    return _read(part.data, source, part.media_type)


def _contained(data: bytes, source: Source, kind: str) -> Document | Failure:
    """A document of another program."""
    source = Source(source.path, source.sha256, configs.load("reading")["containers"][kind])
    try:
        extract = read_container(data, kind)
    except ContainerError as error:
        return Failure(source, error.code, str(error))
    text, regions = join(extract.blocks)
    if len(text) > _limits()["chars"]:
        return Failure(source, "too_large", f"more than {_limits()['chars']:,} characters")
    if not text.strip().strip(_UNSEEN).strip():
        return Failure(source, "empty", "nothing is written in it")
    return Document(source, text, regions, extract.warnings, page_starts(extract.blocks))


def _foreign(data: bytes, source: Source, extension: str, kind: str | None) -> Failure | None:
    """The failure of a file that is no text and no document, by its first bytes."""
    found = kind or next((name for magic, name in _MAGIC if data.startswith(magic)), None)
    known = {**configs.load("reading")["containers"], **configs.load("reading")["unsupported"]}
    if extension in known and (
        found in ("zip", "ole") or (found is None and is_binary(data) and not wide_encoding(data))
    ):
        damaged = Source(source.path, source.sha256, known[extension])
        return Failure(damaged, "corrupt", "文件损坏：内容与扩展名不符，无法打开")
    if found in _ARCHIVES and extension in known:
        source = Source(source.path, source.sha256, known[extension])
        return Failure(source, "unsupported", "请先解压，或改用 zip、tar 压缩包")
    return Failure(source, "binary", f"not a text: {found}") if found is not None else None


def _is_page(text: str, media_type: str) -> bool:
    head = text[:65536]
    if _PAGE.search(head[:2000]):
        return True
    if media_type == "text/html":
        return _PAGE.search(head) is not None or _TAG.search(head) is not None
    if media_type in ("text/plain", "text/markdown"):
        return False  # a stray tag in a text is residue, and stays
    return _PAGE.search(head) is not None or len(_TAG.findall(head)) >= 3


def _page_text(markup: str) -> tuple[str, tuple[Region, ...]]:
    """The text that a page shows; also what it hides, where only that makes it a report."""
    page = read_page(markup)
    if page.has_hidden and not looks_like_report(Text.of(page.text).view):
        full = read_page(markup, keep_hidden=True)
        if not page.text or looks_like_report(Text.of(full.text).view):
            page = full
    return page.text, page.regions


def _damage(text: str, n_bad: int) -> tuple[Warning_, ...]:
    if not n_bad:
        return ()
    spans = tuple(Span(m.start(), m.end()) for m in re.finditer("\ufffd+", text[:1_000_000]))[:20]
    return (Warning_("bad_bytes", f"{n_bad} 处字节无法解码，以“\ufffd”代替", spans),)


def _too_large(source: Source, limit: int) -> Failure:
    return Failure(source, "too_large", f"more than {limit:,} bytes")


@cache
def _limits() -> dict[str, int]:
    return {k: int(v) for k, v in configs.load("reading")["limits"].items()}


@cache
def _media_types() -> dict[str, str]:
    settings = configs.load("reading")
    return {**settings["media_types"], **settings["containers"], **settings["unsupported"]}
