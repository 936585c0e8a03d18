"""Whose report it is, and of which year: from the title, else from the best evidence in the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ..corpus.report import Section
from ..corpus.text import Line, Text
from ..models.sections import LineTag

_TITLE = re.compile(
    r"(?:关于)?(?P<before>[^\d\n]{0,60}?)(?:关于)?(?P<year>(?:19|20)\d\d)?[\s]*年?度?[\s]*(?P<after>[^\d\n]{0,40}?)"
    r"(?:\d{4}[\s]*年?度?)?(?:政府|政务)?信息公开(?:工作)?(?:情况)?(?:的)?(?:工作)?(?:年度)?(?:情况)?(?:的)?(?:报告|年报)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")
_PERIOD = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年?\s*1\s*月?\s*1\s*日")
_WEIGHTS = {"preamble": 6, "overview": 4, "problems": 1, "other_matters": 1}
"""What comes after the year's account tells of next year's plans."""
_FIRST_YEAR, _LAST_YEAR = 2003, 2099
_BODY = re.compile(
    r"[\u4e00-\u9fff]{2,24}?(?:人民政府办公[室厅]|人民政府|街道办事处|办事处|管理委员会|管委会|委员会|办公[室厅]|管理局|分局|局|厅|委|"
    r"大学|学院|中心|海关|法院|总队|支队|镇|乡)(?:\([\u4e00-\u9fff]{2,8}\))?(?![\u4e00-\u9fff]{0,3}(?:局|厅|委员会|人民政府|办公[室厅]))"
)
_SELF = re.compile(
    r"^(?:现将|现公布|公布|特向社会公布|本报告由|年度报告由|报告由|由|根据|按照|为|认真做好|做好|请与|请联系|与|和|及|在|到|向|"
    r"电子版可?|可|我|本|各|的|是|《|就|对|从|登录|访问|查询|结合|综合|汇总|梳理|总结)+"
)
_OUTSIDE = ("国务院", "中华人民共和国", "教育部", "省政府办公厅")
_PUBLISHED = re.compile(
    r"(?:公布|发布|编制|报告)(?P<name>[^\d\n,。;:《》]{3,30}?)(?:关于)?(?:19|20)\d\d年?度?政府信息公开"
)


def year_of(text: Text, rows: Sequence[Line], tags: Sequence[LineTag]) -> int | None:
    """The year that the report is on, or None where nothing tells."""
    title = _lines_of("title", text, rows, tags)
    match = re.search(r"(?<!\d)((?:19|20)\d\d)", title)
    if match and _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return int(match[1])
    votes: Counter[int] = Counter()
    for row, tag in zip(rows, tags, strict=True):
        if tag.kind == "table" or tag.section == "colophon":
            continue
        raw = text.view[row.start : row.end]
        weight = _WEIGHTS.get(tag.section, 2)
        for i, year in enumerate(_YEAR.findall(raw)):
            votes[int(year)] += weight + (weight if i == 0 and not votes else 0)
        for year in _PERIOD.findall(raw):
            votes[int(year)] += 10
    known = [(n, y) for y, n in votes.items() if _FIRST_YEAR <= y <= _LAST_YEAR]
    return max(known)[1] if known else None


def agency_of(text: Text, rows: Sequence[Line], tags: Sequence[LineTag], sections: Sequence[Section]) -> str | None:
    """The agency as printed in the title, else by signature or preamble, else None."""
    title = _lines_of("title", text, rows, tags)
    match = _TITLE.search("".join(title.split()))
    if match:
        for name in (match["before"], match["after"]):
            if name and (cleaned := _name(name)):
                return cleaned
    for row, tag in zip(reversed(rows), reversed(tags), strict=True):
        if tag.section != "colophon":
            break
        raw = "".join(text.view[row.start : row.end].split())
        if (found := _BODY.fullmatch(raw)) is not None:
            return found.group()
    preamble = "".join(_lines_of("preamble", text, rows, tags).split())
    published = _PUBLISHED.search(preamble)
    if published and (cleaned := _name(published["name"])):
        return cleaned
    plain = re.sub(r"《[^》]*》|\([^()]*\)", "", preamble)
    names = Counter(
        cleaned
        for m in _BODY.finditer(plain)
        if (cleaned := _name(m.group())) and not any(word in cleaned for word in _OUTSIDE)
    )
    if names:
        name, count = names.most_common(1)[0]
        if count >= 2 or len(names) == 1:
            return name
    return None


def _name(raw: str) -> str | None:
    name = _SELF.sub("", raw.strip("-_·,。:;<>《》()\"' ?#*年度"))
    for tail in ("关于", "关於", "的"):
        name = name.removesuffix(tail)
    return name if len(name) >= 3 and "信息公开" not in name else None


def _lines_of(section: str, text: Text, rows: Sequence[Line], tags: Sequence[LineTag]) -> str:
    return "\n".join(
        text.view[r.start : r.end].strip() for r, t in zip(rows, tags, strict=True) if t.section == section
    )
