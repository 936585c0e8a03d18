"""Pictures of pages, read by RapidOCR where it is installed (``pip install 'gouji[ocr]'``).

Its models come with the package; nothing is fetched. The rules of tables are found in the picture,
so that a scan goes the way of a PDF. What OCR read bears a warning: it may take one figure for another.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from ..report import Warning_
from .base import ContainerError, Extract, corrupt, too_large
from .flow import blocks
from .paper import Char, Paper, Rule

MEND = "请安装文字识别组件后再试：pip install 'gouji[ocr]'；或另存为带文字的文件"
_WIDTH = 595.0
_MAX_PIXELS = 60_000_000
_DARK = 160


def is_installed() -> bool:
    """Whether pictures can be read here."""
    return find_spec("rapidocr_onnxruntime") is not None


def warning(pages: list[int]) -> Warning_:
    """What a reader must know of text that OCR read."""
    numbers = "、".join(map(str, pages[:20])) + ("等" if len(pages) > 20 else "")
    return Warning_("read_by_ocr", f"第 {numbers} 页由图片识别而来，数字可能认错，请对照原件")


def read(data: bytes) -> Extract:
    """The blocks of a picture file."""
    if not is_installed():
        raise ContainerError("unsupported", f"图片。{MEND}")
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > _MAX_PIXELS:
                raise too_large("图片过大")
            picture = _array(opened)
    except ContainerError:
        raise
    except Exception as error:  # Pillow raises whatever its decoders meet
        raise corrupt(error) from error
    return Extract(blocks([read_picture(picture, 1)]), (warning([1]),))


def _array(image: Any) -> Any:
    import numpy as np

    return np.asarray(image.convert("RGB"))


@cache
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR()


def read_picture(picture: Any, number: int) -> Paper:
    """The page that a picture shows, in points as if it were a sheet of A4."""
    height, width = picture.shape[:2]
    scale = _WIDTH / max(width, 1)
    found, _ = _engine()(picture)
    chars = [
        char for corners, text, _ in found or ()
        for char in _chars(str(text), [(x * scale, y * scale) for x, y in corners])
    ]  # fmt: skip
    rules = [Rule(*(v * scale for v in rule)) for rule in _rules(picture)]
    return Paper(number, _WIDTH, height * scale, chars, rules)


def _chars(text: str, corners: list[tuple[float, float]]) -> Iterator[Char]:
    """The characters of a line that was read, each in its share of the line's box (wide ones count two)."""
    x0, x1 = min(x for x, _ in corners), max(x for x, _ in corners)
    y0, y1 = min(y for _, y in corners), max(y for _, y in corners)
    widths = [2 if c > "\u2e80" else 1 for c in text]
    step = (x1 - x0) / max(sum(widths), 1)
    at = x0
    for char, wide in zip(text, widths, strict=True):
        yield Char(char, at, y0, at + wide * step, y1)
        at += wide * step


def _rules(picture: Any) -> list[tuple[float, float, float, float]]:
    """Level and upright lines of a picture: what stays of its dark parts when all that is short is wiped away."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    _, dark = cv2.threshold(grey, _DARK, 255, cv2.THRESH_BINARY_INV)
    out: list[tuple[float, float, float, float]] = []
    height, width = dark.shape
    for is_level in (True, False):
        size = (max(width // 30, 20), 1) if is_level else (1, max(height // 60, 20))
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size))
        _, _, boxes, _ = cv2.connectedComponentsWithStats(lines)
        for x, y, w, h, _ in boxes[1:5000].tolist():
            if (h if is_level else w) > 12:
                continue  # a dark field
            if is_level:
                out.append((x, y + h / 2, x + w, y + h / 2))
            else:
                out.append((x + w / 2, y, x + w / 2, y + h))
    return out
