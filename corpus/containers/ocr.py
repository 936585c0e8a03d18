"""Pictures of pages, read by an OCR package where one is installed."""

from __future__ import annotations

from typing import Any

from ..report import Warning_
from .paper import Paper

MEND = "请安装文字识别组件后再试：pip install 'gouji[ocr]'"


def is_installed() -> bool:
    """Whether pictures can be read here."""
    return False


def read_picture(picture: Any, number: int) -> Paper:
    """The page that a picture shows."""
    raise NotImplementedError


def warning(pages: list[int]) -> Warning_:
    """What a reader must know of text that OCR read."""
    return Warning_("read_by_ocr", f"第 {'、'.join(map(str, pages))} 页由图片识别而来，数字可能有误，请对照原件")
