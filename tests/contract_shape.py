"""The JSON of `docs/contract.md`, field by field: what is missing, unknown or of the wrong kind is an error."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from gouji.corpus.forms import section_ids
from gouji.corpus.metrics import parse_metric

NUMBER = (int, float)
CODES = ("empty", "binary", "undecodable", "too_large", "not_a_report", "unsupported", "corrupt", "timeout", "internal")
TABLES = ("active_disclosure", "requests", "review_litigation", "annex", "unknown")
KINDS = ("claim_vs_table", "identity", "claim_vs_claim", "year_over_year", "completeness")
VERDICTS = ("supported", "contradicted", "unverifiable", "missing")

SOURCE = {"path": str, "sha256": str, "media_type": str, "encoding": str}
REPORT = {
    "id": str, "source": dict, "agency": (str, None), "year": (int, None), "form": ("2019", "2021", "legacy", None),
    "sections": list, "tables": list, "claims": list, "findings": list, "warnings": list,
}  # fmt: skip
SECTION = {"id": section_ids(), "title": str, "spans": "spans", "confidence": "probability"}
TABLE = {"id": TABLES, "form": ("2019", "2021", "legacy", None), "spans": "spans", "cells": list}
CELL = {
    "table": TABLES, "row": str, "column": str, "value": (*NUMBER, None), "unit": (str, None), "raw": str,
    "spans": "spans", "confidence": "probability",
}  # fmt: skip
CLAIM = {
    "text": str, "spans": "spans", "section": section_ids(), "metric": str, "value": (*NUMBER, None),
    "unit": (str, None), "comparator": ("=", ">=", "<=", "~"), "scope": ("report", "part"),
    "period": ("year", "previous", "cumulative"), "confidence": "probability", "certainty": dict,
}  # fmt: skip
FINDING = {
    "kind": KINDS, "verdict": VERDICTS, "claim": (int, None), "cells": list, "stated": (*NUMBER, str, None),
    "found": (*NUMBER, str, None), "confidence": "probability", "reason": (str, None), "explanation": str,
    "other_claims": list,
}  # fmt: skip
WARNING = {"code": str, "message": str, "spans": "spans"}


def check_shape(answer: dict[str, Any], text: str | None = None) -> None:
    """Raise AssertionError where an answer is not what the contract says.

    Parameters
    ----------
    text : str, optional
        What the offsets count; with it every stretch is compared with its text.
    """
    _object(answer["source"], SOURCE, "source")
    if "error" in answer:
        assert set(answer) == {"source", "error"}
        _object(answer["error"], {"code": CODES, "message": str}, "error")
        return
    _object(answer, REPORT, "report")
    length = len(text) if text is not None else None
    for name, shape in (("sections", SECTION), ("claims", CLAIM), ("findings", FINDING), ("warnings", WARNING)):
        for item in answer[name]:
            _object(item, shape, name, length)
    for table in answer["tables"]:
        _object(table, TABLE, "table", length)
        for cell in table["cells"]:
            _object(cell, CELL, "cell", length)
            assert cell["table"] == table["id"]
    for finding in answer["findings"]:
        assert finding["verdict"] == "supported" or finding["reason"], finding
        assert finding["explanation"].strip(), finding
        assert finding["verdict"] != "missing" or finding["kind"] == "completeness", finding
        for i in [finding["claim"], *finding["other_claims"]]:
            assert i is None or 0 <= i < len(answer["claims"])
        assert all(isinstance(a, str) and a.count("/") == 2 for a in finding["cells"]), finding
    for claim in answer["claims"]:
        assert claim["text"].strip()
        assert claim["section"] != "colophon", claim
        _metric(claim["metric"])
    if text is not None:
        _stretches(answer, text)


def _metric(metric: str) -> None:
    if "/" in metric and not metric.startswith(("disclosure/", "proposals.", "training/", "hotline/")):
        parse_metric(metric)


def _stretches(answer: dict[str, Any], text: str) -> None:
    assert "".join(text[a:b] for c in answer["sections"] for a, b in c["spans"]) is not None
    spans = sorted((a, b) for s in answer["sections"] for a, b in s["spans"])
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(spans)), "sections leave a gap or overlap"
    firsts = [s["spans"][0][0] for s in answer["sections"]]
    assert firsts == sorted(firsts)
    for claim in answer["claims"]:
        assert "".join(text[a:b] for a, b in claim["spans"]) == claim["text"]
    for table in answer["tables"]:
        for cell in table["cells"]:
            assert "".join(text[a:b] for a, b in cell["spans"]) == cell["raw"]
            assert cell["value"] is None or cell["raw"].strip(), "a figure that the source does not hold"


def _object(value: Any, shape: dict[str, Any], name: str, length: int | None = None) -> None:
    assert isinstance(value, dict), name
    assert set(value) == set(shape), f"{name}: {set(value) ^ set(shape)}"
    for key, kind in shape.items():
        _value(value[key], kind, f"{name}.{key}", length)


def _value(value: Any, kind: Any, name: str, length: int | None) -> None:
    if kind == "spans":
        for span in value:
            assert len(span) == 2, name
            assert 0 <= span[0] <= span[1], name
            assert length is None or span[1] <= length, name
    elif kind == "probability":
        assert isinstance(value, NUMBER), name
        assert 0 <= value <= 1, name
    elif isinstance(kind, tuple):
        allowed = tuple(k for k in kind if isinstance(k, type))
        is_one = value in [k for k in kind if not isinstance(k, type)]
        assert is_one or (isinstance(value, allowed) and not isinstance(value, bool)), f"{name}: {value!r}"
    else:
        assert isinstance(value, kind), f"{name}: {value!r}"
