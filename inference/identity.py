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
    r"^(?:[关關][于於]|现将|将|报告全文由|全文由|现公布|公布|特向社会公布|本报告由|年度报告由|报告由|由|根据|按照|为|认真做好|做好|请与|请联系|与|和|及|在|到|向|"
    r"电子版可?|可|我|本|各|的|是|《|就|对|从|登录|访问|查询|结合|综合|汇总|梳理|总结)+"
)
_LEAD = re.compile(r"^(?:[关關][于於]|现将|将|现公布|公布|根据|按照|本报告|《)+")
"""What stands before a name in a title or a signature, where 和 and the like begin the name."""
_OUTSIDE = ("国务院", "中华人民共和国", "教育部", "省政府办公厅")
_PUBLISHED = re.compile(
    r"(?:公布|发布|编制|报告)(?P<name>[^\d\n,。;:《》]{3,30}?)(?:关于)?(?:19|20)\d\d年?度?政府信息公开"
)


# What a page or a data base prints before a title: the name of the field, the way to the page.
_FIELD = re.compile(r"^(?:(?:文章|信息|文件|公文)?(?:标题|题名|名称)|正文|当前位置|首页|年报|现将)[:：]*")
_WAY = re.compile(r"[>＞»›/|｜→]|::")
_LINE_FIELD = re.compile(r"^(?:(?:文章|信息|文件|公文)?(?:标题|题名|名称)|正文|当前位置|首页)[:：]?$")
_DIGITS = re.compile(r"[二2][〇○Oo零0][〇○零一二三四五六七八九十0-9]{2}年?度?$")
_DESK = re.compile(r"(?:(?<=[局厅])|(?<=大学)党政|(?<=学院)党政)办公室$")
"""The desk of an agency that answers the telephone for it; an office of a government is an agency of its own."""
_OWN = re.compile(
    r"(?P<name>[^\d\n,。;:《》()]{4,30}?)(?:关于|關於)?(?:19|20)\d\d年?度?(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:报告|年报)"
)
_TOLD = re.compile(
    r"(?:公布|发布|现将)(?P<published>[\u4e00-\u9fff]{4,30}?)(?:关于)?(?:19|20)\d\d年?度?政府信息公开"
    r"|(?:发布机构|发文机关|编制单位|填报单位|单位名称|来源)[:|](?P<field>[\u4e00-\u9fff]{4,30}?)(?=[^\u4e00-\u9fff]|时间|发文|浏览|$)"
    r"|(?:报告|全文|,|。|^)由(?P<made>[\u4e00-\u9fff]{4,30}?)(?:综合[\u4e00-\u9fff]{0,8})?(?:负责)?(?:编制|编写|编撰|解释)"
    r"|请与(?P<asked>[\u4e00-\u9fff]{4,30}?)联系"
    r"|(?:^|[。,;:])(?:20\d\d年?度?,?)?(?P<subject>[\u4e00-\u9fff]{4,24}?)(?=以习近平|坚持|认真|严格|高度重视|积极|深入|全面|始终|进一步|切实|没有|未收到|共?收到|主动公开)"
)
_NAMED = re.compile(r"[省市县區区州旗盟镇鎮乡鄉]|街道|新区|开发区|大学|学院|国家")
_CLEAR = 2
"""The likeliest name is taken where it has so many times the votes of any other."""
_VOTES = {"published": 4, "made": 4, "asked": 3, "field": 2, "subject": 2, "own": 5}


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
    lines = ["".join(line.split()) for line in title.split("\n")]
    match = _TITLE.search("".join(line for line in lines if not _LINE_FIELD.match(line)))
    if match:
        for name in (match["before"], match["after"]):
            if name and (cleaned := _name(_DIGITS.sub("", _WAY.split(name)[-1] or name), _LEAD)):
                return _without_desk(cleaned)
    for row, tag in zip(reversed(rows), reversed(tags), strict=True):
        if tag.section != "colophon":
            break
        raw = "".join(text.view[row.start : row.end].split())
        if (found := _BODY.fullmatch(raw)) is not None:
            return _name(found.group(), _LEAD)
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
            return _without_desk(name)
    return _told(text, rows, tags)


def _told(text: Text, rows: Sequence[Line], tags: Sequence[LineTag]) -> str | None:
    """The agency that the fields of a page and the sentences of the report name, where they agree."""
    votes: Counter[str] = Counter()
    for row, tag in zip(rows, tags, strict=True):
        if tag.kind == "table":
            continue
        line = "".join(text.view[row.start : row.end].split())
        own = _OWN.match(_FIELD.sub("", line))
        found = [("own", own["name"])] if own else []
        found += [(m.lastgroup, m[m.lastgroup]) for m in _TOLD.finditer(line) if m.lastgroup]
        for kind, said in found:
            name = _without_desk(_name(said) or "")
            body = _BODY.match(name)
            if body is None or not _NAMED.search(name[:-2]) or any(word in name for word in _OUTSIDE):
                continue
            if body.end() == len(name) and not (kind in ("made", "asked") and name.endswith(_OFFICE)):
                votes[name] += _VOTES[kind]
    if not votes:
        return None
    full = max(votes, key=lambda name: (votes[name], len(name)))
    for name in votes:  # 坪莲镇人民政府 is told of 柳溪县坪莲镇人民政府 too
        if name.endswith(full) and name != full:
            full = name
    mine = sum(n for name, n in votes.items() if full.endswith(name))
    others = max((n for name, n in votes.items() if not full.endswith(name)), default=0)
    return full if mine >= _LEAST and mine >= _CLEAR * others else None


_LEAST = 2
_OFFICE = ("办公室", "办公厅")
"""It writes and answers for another."""


def _without_desk(name: str) -> str:
    return _DESK.sub("", name)


def _name(raw: str, lead: re.Pattern[str] = _SELF) -> str | None:
    raw = _FIELD.sub("", raw.strip("-_·,。:;<>《》()\"' ?#*"))
    name = lead.sub("", raw.strip("-_·,。:;<>《》()\"' ?#*年度"))
    for tail in ("关于", "关於", "的"):
        name = name.removesuffix(tail)
    return name if len(name) >= 3 and "信息公开" not in name else None


def _lines_of(section: str, text: Text, rows: Sequence[Line], tags: Sequence[LineTag]) -> str:
    return "\n".join(
        text.view[r.start : r.end].strip() for r, t in zip(rows, tags, strict=True) if t.section == section
    )
