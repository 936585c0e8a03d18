"""Property tests on papers: how many examples, and a paper as it is read in a layout or a container."""

from __future__ import annotations

from collections.abc import Callable

from gouji.corpus.drawn import draw
from gouji.corpus.layouts import LAYOUTS
from gouji.corpus.papers import Paper
from gouji.corpus.reading import Document, read_bytes
from gouji.corpus.report import Finding, Report, Source
from gouji.inference.pipeline import Pipeline
from hypothesis import Phase, settings
from hypothesis import strategies as st

Read = Callable[[Paper, str], Report]
seeds = st.integers(0, 10_000)


def examples(share: int) -> settings:
    """One in ``share`` of the profile's examples; in a quick run always the same."""
    most = settings().max_examples
    quick = most < 100
    return settings(max_examples=most // share, derandomize=quick, phases=[Phase.generate] if quick else Phase)


def reader(pipeline: Pipeline) -> Read:
    def read(made: Paper, way: str) -> Report:
        if way in LAYOUTS:
            document = Document(Source("report.txt"), made.text(way).text)
        else:
            name, content = draw(made, way)
            found = read_bytes(content, name)
            assert isinstance(found, Document), found
            document = found
        report = pipeline.read(document)
        assert isinstance(report, Report), report
        return report

    return read


def figures(report: Report) -> dict[str, float | int]:
    """The figures that were read, by address."""
    return {a: c.value for a, c in report.cells.items() if c.value is not None}


def printed(made: Paper) -> dict[str, float | int]:
    """The figures that a paper prints, by address."""
    return {a: v for a, v in made.values.items() if v is not None}


def told(report: Report, finding: Finding) -> tuple[object, ...]:
    """What a finding is about, and what it says; a claim by its text without blanks, as pages break lines anywhere."""
    claims = [report.claims[i] for i in (finding.claim, *finding.other_claims) if i is not None]
    return (finding.kind, tuple(("".join(c.text.split()), c.metric) for c in claims), frozenset(finding.cells),
            finding.verdict, finding.reason, finding.stated, finding.found)  # fmt: skip
