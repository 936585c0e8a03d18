"""What a file is, by what stands in it; its name only decides where the content leaves two readings."""

from __future__ import annotations

import io
import re
import zipfile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HEAD = 1024
_MAIL = re.compile(rb"\s*(?:[A-Z][A-Za-z-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?MIME-Version:", re.IGNORECASE)
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_IMAGE_NAMES = frozenset(["png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp"])
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_BY_NAME = {"xls": "xls", "et": "xls", "xlt": "xls", "doc": "doc", "wps": "doc", "dot": "doc", "ppt": "ppt"}
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def kind_of(data: bytes, extension: str = "") -> str | None:
    """The kind of container that bytes are, or None.

    Returns
    -------
    str or None
        ``docx``, ``xlsx``, ``pptx``, ``odt``, ``ods``, ``ofd``, ``doc``, ``xls``, ``ppt``, ``encrypted``
        (an Office file under a password), ``pdf``, ``rtf``, ``image``, ``mail``; ``zip`` or ``ole`` where it is
        such a file of no known program.
    """
    if data[:_HEAD].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_OLE):
        return _ole_kind(data, extension)
    if data.startswith(_ZIP):
        return _zip_kind(data)
    if _MAIL.match(data[:_HEAD]):
        return "mail"
    return "image" if extension in _IMAGE_NAMES and data.startswith(_IMAGES) else None


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and "content.xml" in names:
                with archive.open("mimetype") as handle:
                    found = handle.read(200).strip()
                return next((kind for said, kind in _OPEN_DOCUMENT.items() if found.startswith(said)), "zip")
    except Exception:  # whatever a broken archive raises: its local headers still say what it was
        names = {name for name in ("word/document.xml", "xl/workbook.xml") if name.encode() in data}
    if "OFD.xml" in names:
        return "ofd"
    for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(name.startswith(folder) for name in names):
            return kind
    return "zip"


def _ole_kind(data: bytes, extension: str) -> str:
    """By the names of the streams in its directory; an embedded object adds those of another program."""
    found = [kind for name, kind in _STREAMS if f"{name}\0".encode("utf-16-le") in data]
    named = _BY_NAME.get(extension)
    if named in found and "encrypted" not in found:
        return named
    return found[0] if found else "ole"
