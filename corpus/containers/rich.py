"""RTF: by LibreOffice where it is installed, for its merged cells; else by striprtf, text and rows alone."""

from __future__ import annotations

from ..blocks import Block
from . import office
from .base import Extract, corrupt


def read(data: bytes) -> Extract:
    """The blocks of an RTF document."""
    if office.is_installed():
        return office.read(data, "rtf")
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(data.decode("latin-1"), encoding="gb18030", errors="replace")
    except Exception as error:  # striprtf raises whatever it meets in a broken file
        raise corrupt(error) from error
    blocks: list[Block] = []
    for line in text.split("\n"):
        fields = [field.strip() for field in line[:-1].split("|")] if line.endswith("|") else [line.strip()]
        if len(fields) > 1:
            blocks.append(Block("\t".join(fields), "table"))
        elif fields[0]:  # also a row of one box
            blocks.append(Block(fields[0]))
    return Extract(blocks)
