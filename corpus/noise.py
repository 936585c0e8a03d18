"""What surrounds a scraped report: site furniture, meta lines, footers, chart residue, spam. All is `colophon`."""

from __future__ import annotations

import random
from typing import Any

from .facts import Facts, weighted
from .markup import Mark, Marked

_SITES = "首页 政府信息公开 政务公开 法定主动公开内容 政府信息公开年报 信息公开年度报告 年度报告 公开年报 镇街 部门 正文 详情".split()
_FURNITURE = (
    "无障碍浏览|长者版|关怀版|登录 注册|简体 | 繁體|设为首页 | 加入收藏|语音播报|语音合成中…|扫一扫在手机打开当前页|本站已支持IPv6|"
    "热门搜索：社保 医保 公积金|您使用的浏览器版本过低，可能会影响正常浏览|{{ title }}|当前位置：|智能问答|微信公众号|政务服务|"
    "互动交流|走进{place}|新闻中心|要闻动态|数据开放|搜索|字号：大 中 小|保护视力色：|打印本页|【打印】【关闭】|分享到："
).split("|")
_FOOTERS = (
    "主办单位：{agency}|承办单位：{place}大数据中心|地址：{place}人民路{n}号|邮编：{n}00{n}|联系电话：{phone}|"
    "网站标识码：{code}|{char}ICP备{code}号-1|{char}公网安备 {code}号|上一篇：{place}{y}年政府信息公开工作年度报告|下一篇：没有了|"
    "关闭窗口|责任编辑：{char}小明|信息来源：{agency}|版权所有：{agency}|网站地图 | 联系我们 | 隐私声明|浏览次数：{n}|"
    "建议使用1024*768分辨率浏览|技术支持：{place}信息中心|访问量：{n}{n}次|扫描二维码分享到手机|关于我们 网站声明|附件下载|打印 关闭"
).split("|")
_SPAM = (
    "精品在线观看免费高清|澳门网上娱乐平台|棋牌游戏下载官网|手机捕鱼赚钱版|彩票开奖结果查询|久久影院在线播放|体育投注app下载|"
    "亚洲最新免费网站|真人百家乐开户|成人直播平台大全"
).split("|")
_SERIES = ("系列 1", "系列1", "系列 2", "类别 1", "销售额", "系列 3")
_CHARTS = (
    ("受理渠道", ("网络平台", "信函", "当面", "电子邮件", "传真")),
    ("办理结果情况", ("予以公开", "不予公开", "无法提供", "其他处理", "部分公开")),
    ("申请人基本情况", ("自然人", "商业企业", "科研机构", "法律服务机构")),
    ("信息公开类别", ("机构职能", "政策文件", "工作动态", "财政信息", "人事信息", "通知公告")),
    ("公开渠道", ("政府网站", "政务微信", "政务微博", "其他方式")),
)


def _fill(text: str, facts: Facts, rng: random.Random) -> str:
    if "{" not in text or "{{" in text:
        return text
    own = facts.names
    return text.format(
        agency=own.agency,
        place=own.place,
        y=facts.year - 1,
        n=rng.randint(11, 9999),
        phone=f"{own.phone_area}-{rng.randint(2_000_000, 8_999_999)}",
        code=rng.randint(10**7, 10**10),
        char=own.place[0],
    )


def _meta_line(facts: Facts, rng: random.Random) -> str:
    day = f"{facts.year + 1}-{rng.randint(1, 3):02d}-{rng.randint(1, 28):02d}"
    parts = [
        rng.choice([f"发布时间：{day} {rng.randint(8, 18):02d}:{rng.randint(0, 59):02d}", f"发布日期：{day}", f"时间：{day}", "发布时间：1970-01-01"]),
        rng.choice([f"来源：{facts.names.agency}", "来源：本站", "来源：", "信息来源：办公室"]),
        rng.choice([f"浏览次数：{rng.randint(3, 4000)}", "浏览次数：", "点击数：", f"阅读：{rng.randint(3, 400)}次", "访问次数： 次"]),
        rng.choice(["字体：[大 中 小]", "字体：[ ]", "字号：大 中 小", "【字体：大 中 小】", "作者：", "责任编辑：", "打印", "分享"]),
    ]
    rng.shuffle(parts)
    return rng.choice(["\u3000", "  ", " | ", " ", "\u3000\u3000"]).join(parts[: rng.randint(1, 4)])


def _index_block(facts: Facts, rng: random.Random) -> list[str]:
    a, y = facts.names.agency, facts.year
    pairs = [
        ("索引号", f"{rng.randint(10**7, 10**9)}/{y + 1}-{rng.randint(0, 99999):05d}"),
        ("发布机构", a),
        ("发文日期", f"{y + 1}年01月{rng.randint(3, 31)}日"),
        ("文号", rng.choice(["", "〔〕号", "无", f"{a[0]}政办〔{y + 1}〕{rng.randint(1, 40)}号"])),
        ("主题分类", rng.choice(["政务公开", "综合政务、政务公开", "其他"])),
        ("名称", f"{a}{y}年政府信息公开工作年度报告"),
        ("有效性", "有效"),
        ("主题词", rng.choice(["", "年度报告", "政府信息 公开"])),
    ]
    pairs = pairs[: rng.randint(3, len(pairs))]
    spaced = rng.random() < 0.3
    if spaced:
        pairs = [(" ".join(k), v) for k, v in pairs]
    form = rng.randrange(5)
    if form == 0:
        return [" | ".join(f"{k} | {v}" for k, v in pairs) + " |"]
    if form == 1:
        return [f"• {k}：{v}" for k, v in pairs]
    if form == 2:
        return ["\u3000".join(f"{k}：{v}" for k, v in pairs)]
    if form == 3:
        return [line for k, v in pairs for line in (f"{k}：", v) if line]
    return [f"{k}：{v}" for k, v in pairs]


def _breadcrumb(facts: Facts, rng: random.Random) -> str:
    steps = ["首页", *rng.sample(_SITES[1:-2], rng.randint(1, 4)), f"{facts.year}年", rng.choice(_SITES[-2:])]
    lead = rng.choice(["", "当前位置：", "您现在的位置：", "您所在的位置: "])
    return lead + rng.choice([" > ", ">", " >> ", " / ", "→", " » "]).join(steps)


def _top(facts: Facts, rng: random.Random, weight: str) -> list[str]:
    lines: list[str] = []
    if weight == "heavy":
        n = rng.randint(1, 8)
        lines += [_fill(t, facts, rng) for t in rng.sample(_FURNITURE, n)]
    if rng.random() < (0.35 if weight == "light" else 0.6):
        lines.append(_breadcrumb(facts, rng))
    if rng.random() < 0.35:
        lines += _index_block(facts, rng)
    if rng.random() < (0.15 if weight == "light" else 0.3):
        lines.append(f"{facts.names.agency}{facts.year}年政府信息公开工作年度报告")
    if rng.random() < 0.75:
        lines.append(_meta_line(facts, rng))
    if rng.random() < 0.05:
        lines.append(f"{facts.names.superior}：")
    return lines


def _chart(rng: random.Random) -> list[str]:
    name, categories = rng.choice(_CHARTS)
    categories = categories[: rng.randint(2, len(categories))]
    cuts = sorted(rng.uniform(0, 100) for _ in categories[1:])
    shares = [round(b - a, 1) for a, b in zip([0.0, *cuts], [*cuts, 100.0], strict=True)]
    style = rng.randrange(4)
    lines = [name] if rng.random() < 0.8 else []
    if style == 0:
        lines.append("\t".join([rng.choice(_SERIES), *(f"{c}{s}%" for c, s in zip(categories, shares, strict=True))]))
    elif style == 1:
        lines += [rng.choice(_SERIES), *(t for c, s in zip(categories, shares, strict=True) for t in (c, f"{s}%"))]
    elif style == 2:
        lines.append("\t".join([*categories, *(str(s) for s in shares), rng.choice(_SERIES), ""]))
        lines.append("\t".join([*categories, "2.4", "4.4", "1.8", "系列 3", ""]))
    else:
        lines += [f"{c} {rng.randint(0, 900)}" for c in categories]
    return lines


def _bottom(facts: Facts, rng: random.Random, weight: str) -> list[str]:
    lines: list[str] = []
    y, a = facts.year, facts.names.agency
    if rng.random() < 0.15:
        lines += [f"附件：{i + 1}.{a}{y}年政府信息公开情况统计表.{rng.choice(['xls', 'docx', 'pdf'])}" for i in range(rng.randint(1, 2))]
    if rng.random() < (0.06 if weight == "light" else 0.15):
        for _ in range(rng.randint(1, 3)):
            lines += _chart(rng)
    if rng.random() < 0.1:
        lines.append(rng.choice([f"图解：{a}{y}年政府信息公开工作年度报告", f"{y}年政府信息公开年报.docx 下载", "相关附件："]))
    n = rng.randint(0, 3) if weight == "light" else rng.randint(2, 9)
    return lines + [_fill(t, facts, rng) for t in rng.sample(_FOOTERS, n)]


def surround(marked: Marked, facts: Facts, rng: random.Random, mix: dict[str, Any]) -> tuple[Marked, str]:
    """A report in its page; gives the kind of noise drawn."""
    kind = weighted(rng, mix["noise"])
    if kind == "none":
        return marked, kind
    weight = "heavy" if kind == "spam" else kind
    top, bottom = _top(facts, rng, weight), _bottom(facts, rng, weight)
    if kind == "spam":
        line = " ".join(rng.sample(_SPAM, rng.randint(2, 6)))
        (top if rng.random() < 0.5 else bottom).insert(0, line)
    head = "\n".join(top) + "\n" if top else ""
    tail = "\n" + "\n".join(bottom) if bottom else ""
    n = len(head)
    text = head + marked.text + tail
    marks = [Mark(m.start + n, m.end + n, m.kind, m.address, m.facts, m.value, m.unit) for m in marked.marks]
    if head:
        marks.insert(0, Mark(0, n, "section", "colophon"))
    if tail:
        start = n + len(marked.text) + 1
        if start < len(text):
            marks.append(Mark(start, len(text), "section", "colophon"))
    return Marked(text, tuple(marks), marked.tags), kind
