"""Documents that only LibreOffice reads (.doc, .wps): it makes a .docx of them, in a folder that is thrown away.

Each run has a profile of its own, in which macros are off, and is ended with all its children.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from . import word
from .base import ContainerError, Extract, corrupt, limit

MEND = "请安装 LibreOffice（需有 soffice 命令）后再试，或用 Word、WPS 另存为 docx"


def program() -> str | None:
    """Where LibreOffice is."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def is_installed() -> bool:
    """Whether LibreOffice is there."""
    return program() is not None


def read(data: bytes, kind: str = "doc") -> Extract:
    """The blocks of a document by way of a .docx."""
    command = program()
    if command is None:
        raise ContainerError("unsupported", f"旧式 Word 文档（{kind}）。{MEND}")
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        made = Path(folder) / "out" / "in.docx"
        (Path(folder) / f"in.{kind}").write_bytes(data)
        _run([
            command, "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to", "docx", "--outdir", str(made.parent), f"{folder}/in.{kind}",
        ])  # fmt: skip
        if not made.exists():
            raise corrupt("LibreOffice 无法打开")
        return word.read(made.read_bytes())


def _run(command: list[str]) -> None:
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(limit("office_seconds"))
    except subprocess.TimeoutExpired as error:
        raise ContainerError("timeout", f"LibreOffice 超过 {limit('office_seconds')} 秒未完成") from error
    finally:  # also where the whole input took too long: soffice is a script whose child does the work
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
