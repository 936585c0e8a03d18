"""Documents of other programs, read into blocks of text: Word, Excel, PDF and their like.

One module for each kind. A module is imported when a file of its kind comes, never before, so
that reading plain text costs none of their libraries.
"""

from __future__ import annotations

from importlib import import_module

from .base import ContainerError, Extract
from .kinds import kind_of

__all__ = ["ContainerError", "Extract", "kind_of", "read_container"]

_READERS = {
    "docx": "word",
    "xlsx": "workbook",
    "xls": "oldbook",
    "pdf": "pdf",
    "odt": "opendocument",
    "ods": "opendocument",
    "rtf": "rich",
    "doc": "office",
    "image": "ocr",
}


def read_container(data: bytes, kind: str) -> Extract:
    """Read a document of a kind that `kind_of` named.

    Raises
    ------
    ContainerError
        With the code and the message of the failure.
    """
    if kind == "encrypted":
        raise ContainerError("unsupported", "文件有密码，请取消密码后再试")
    if kind not in _READERS:
        raise ContainerError("unsupported", f"暂不读取这种文件（{kind}），请另存为 docx、xlsx 或 pdf 后再试")
    return import_module(f".{_READERS[kind]}", __package__).read(data)
