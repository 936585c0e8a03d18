"""The title of a report, or its agency, that pages print again above or below a table which goes on over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..corpus.text import Line

_TITLE = re.compile(r".{0,50}(?:信息公开|政务公开).{0,16}报告")
_AGENCY = re.compile(r"(.{4,30}?)(?:关于)?20\d\d年")
_PAGE = r"(?:第?\d{1,3}页?(?:[,/]?共\d{1,3}页)?|\d{1,3}/\d{1,3}|[Pp]age\d{1,3}(?:of\d{1,3})?)?"
_NUMBER = re.compile(rf"^[-~·•]*{_PAGE}[-~·•|]*|[-~·•|]*{_PAGE}[-~·•]*$")
"""The number of a page before or behind the title."""


def repeated_titles(view: str, lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """The lines that repeat the title, which stands on one line or, the agency first, on two; or the agency alone."""
    texts = ["".join(view[line.start : line.end].split()) for line in lines]
    first = next((k for k, text in enumerate(texts) if _TITLE.fullmatch(text)), -1)
    if first < 0:
        return
    title = texts[first]
    above = next((text for text in reversed(texts[:first]) if text), "")
    agency = _AGENCY.match(title)
    for k in range(first + 1, len(lines)):
        if agency is not None and texts[k] == agency[1]:
            yield lines[k].start, lines[k].end
        if title not in texts[k]:
            continue
        bare = texts[k] if texts[k] == title else _NUMBER.sub("", texts[k])
        if bare not in (title, above + title):
            continue
        if above and texts[k - 1] == above:
            yield lines[k - 1].start, lines[k - 1].end
        yield lines[k].start, lines[k].end
