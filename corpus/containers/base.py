"""What readers of containers share: their result, their refusals, and the checks before a zip is opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

from lxml import etree

from ... import configs
from ..blocks import Block
from ..report import Warning_


@dataclass(frozen=True, slots=True)
class Extract:
    """What a container holds, in reading order."""

    blocks: list[Block]
    warnings: tuple[Warning_, ...] = ()


class ContainerError(ValueError):
    """A container that cannot be read: bad input, never a bug. ``code`` is one of the contract's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, KeyError,
              ValueError, OverflowError)  # fmt: skip
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_XML = (".xml", ".rels")


@cache
def limit(name: str) -> int:
    """A limit of ``configs/reading.yaml``."""
    return int(configs.load("reading")["limits"][name])


def corrupt(error: BaseException | str) -> ContainerError:
    """The failure of a file that breaks off or contradicts its own format."""
    said = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return ContainerError("corrupt", f"文件损坏，无法打开：{said}"[:300])


def too_large(what: str) -> ContainerError:
    """The failure of a file that unfolds to more than is read."""
    return ContainerError("too_large", what)


def checked_zip(data: bytes) -> zipfile.ZipFile:
    """A zip whose members may be unpacked: not too many, not too large, no password, no entities in its XML.

    A member never unpacks to more than its header says (zipfile ends there and finds the checksum wrong).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
        if len(members) > limit("parts") or sum(m.file_size for m in members) > limit("unpacked_bytes"):
            raise too_large("压缩的内容展开后过大")
        for member in members:
            if member.flag_bits & 1:
                raise ContainerError("unsupported", "文件有密码，请取消密码后再试")
            if member.filename.lower().endswith(_XML):
                if member.file_size > limit("part_bytes"):
                    raise too_large("压缩的内容展开后过大")
                with archive.open(member) as handle:
                    head = handle.read(4096).replace(b"\0", b"")
                if _DOCTYPE.search(head):  # the formats forbid it; what uses it means to harm
                    raise corrupt(f"{member.filename} 中有不允许的实体定义")
    except BROKEN_ZIP as error:
        if isinstance(error, ContainerError):
            raise
        raise corrupt(error) from error
    return archive


def parse_xml(data: bytes) -> etree._Element:
    """The root of a part; raises `ContainerError` where it is no XML."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise corrupt(error) from error


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; nothing for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
