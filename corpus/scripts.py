"""Traditional script and readings, for ruining texts: the reverse of what ``configs/text.yaml`` undoes."""

from __future__ import annotations

from functools import cache

from .. import configs

# Characters that a number may hold beside the Arabic digits.
numeral_free = frozenset("0123456789０１２３４５６７８９零〇一二两三四五六七八九十百千万亿几余多近约逾超.．,，%％‰")

# The usual Traditional form, where the table has several.
_COMMON = (
    "发發 后後 复復 里裡 干幹 台臺 面面 系系 范範 制制 准準 只只 云雲 于於 征徵 余餘 据據 钟鐘 历歷 汇匯 卷卷 众眾 为為 启啟 "
    "线線 绩績 总總 党黨 群群 才才 并並 布布 采採 冲沖 出出 当當 斗鬥 谷谷 划劃 回回 获獲 家家 价價 借借 尽盡 克克 困困 了了 "
    "累累 凌凌 么麼 霉霉 蒙蒙 弥彌 秋秋 曲曲 升升 舍舍 胜勝 术術 松松 它它 同同 涂塗 团團 托托 万萬 旋旋 咸咸 向向 须須 叶葉 "
    "游遊 欲欲 御御 愿願 岳嶽 脏髒 沾沾 折折 症症 证證 志志 致致 周周 朱朱 筑築 注注 庄莊 装裝 占佔 厂廠 广廣 几幾 机機 记記 "
    "杰傑 饥飢 极極 夹夾 监監 荐薦 姜薑 惊驚 尝嘗 丑醜 辟闢 仆僕 朴樸 千千 签簽 确確 扰擾 洒灑 伤傷 体體 听聽 恤恤 郁鬱 赞贊 表表 "
    "置置 件件 条條 项項 个個 号號 页頁 张張 处處 册冊 号號 录錄 产產 说說 户戶 争爭 内內 温溫 册冊 着著 床床 挂掛 群群 峰峰 修修 伙夥"
)
_HOMOGRAPHS = {"面": "麵", "复": "複", "后": "後", "里": "裏", "干": "乾", "制": "製", "台": "颱", "只": "隻"}

PINYIN = dict(
    pair.split(":")
    for pair in (
        "国:guó 务:wù 开:kāi 公:gōng 政:zhèng 府:fǔ 信:xìn 息:xī 申:shēn 请:qǐng 本:běn 年:nián 度:dù 报:bào 告:gào 工:gōng "
        "作:zuò 情:qíng 况:kuàng 行:xíng 复:fù 议:yì 诉:sù 讼:sòng 主:zhǔ 动:dòng 收:shōu 到:dào 处:chǔ 理:lǐ 结:jié 果:guǒ "
        "维:wéi 持:chí 纠:jiū 正:zhèng 其:qí 他:tā 总:zǒng 计:jì 数:shù 量:liàng 部:bù 分:fēn 予:yǔ 以:yǐ 不:bù 规:guī 章:zhāng "
        "范:fàn 性:xìng 文:wén 件:jiàn 许:xǔ 可:kě 罚:fá 强:qiáng 事:shì 业:yè 费:fèi 自:zì 然:rán 人:rén 法:fǎ 组:zǔ 织:zhī "
        "商:shāng 企:qǐ 科:kē 研:yán 机:jī 构:gòu 社:shè 会:huì 益:yì 律:lǜ 服:fú 条:tiáo 例:lì 办:bàn 关:guān 于:yú 对:duì "
        "发:fā 布:bù 网:wǎng 站:zhàn 群:qún 众:zhòng 问:wèn 题:tí 改:gǎi 进:jìn 需:xū 要:yào 的:de 项:xiàng 电:diàn 话:huà "
        "区:qū 县:xiàn 市:shì 镇:zhèn 乡:xiāng 街:jiē 道:dào 局:jú 时:shí 间:jiān 统:tǒng 一:yī 新:xīn 闻:wén 责:zé 任:rèn "
        "领:lǐng 导:dǎo 组:zǔ 权:quán 监:jiān 督:dū 学:xué 习:xí 贯:guàn 彻:chè 落:luò 实:shí 党:dǎng 中:zhōng 央:yāng"
    ).split()
)


@cache
def _maps() -> tuple[dict[int, str], dict[int, str], dict[str, str]]:
    settings = configs.load("text")
    plain: dict[int, str] = {}
    for pair in settings["traditional"].split():
        if ord(pair[0]) < 0x10000 and ord(pair[1]) < 0x10000:
            plain.setdefault(ord(pair[1]), pair[0])
    for pair in _COMMON.split():
        plain[ord(pair[0])] = pair[1]
    wrong = plain | {ord(k): v for k, v in _HOMOGRAPHS.items()}
    words = {new: old for old, new in settings["vocabulary"].items() if len(old) == len(new)}
    return plain, wrong, words


def to_traditional(text: str, flavour: str) -> str:
    """A text in Traditional script, character by character.

    Parameters
    ----------
    flavour : str
        ``plain``; ``vocabulary`` puts other words of the same length; ``homographs`` errs.
    """
    plain, wrong, words = _maps()
    if flavour == "vocabulary":
        for word, other in words.items():
            text = text.replace(word, other)
    return text.translate(wrong if flavour == "homographs" else plain)
