"""gouji 勾稽: reads and cross-checks Chinese annual reports on open government information.

>>> import gouji
>>> report = gouji.check_text("……")            # doctest: +SKIP
>>> [f.explanation for f in report.findings if f.verdict == "contradicted"]   # doctest: +SKIP
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "check_path", "check_text", "load"]


def __getattr__(name: str) -> Any:
    """Load the pipeline on first use, so that ``gouji --help`` stays quick."""
    if name in {"check_text", "check_path", "load"}:
        from gouji.inference import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'gouji' has no attribute {name!r}")
