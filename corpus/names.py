"""Invented places and agencies. No place of a real report is meant; syllables are combined freely."""

from __future__ import annotations

import random
from dataclasses import dataclass

_FIRST = (
    "青柳云松岚溪白石清临安永宁广平昌隆泰兴和丰金玉银碧翠红紫丹朱苍翔凤龙鹤雁鹿麟虎马牛泉源渊泽湖海江河川沙洲滩"
    "梅兰竹菊桃杏梨枫桐槐榆杉柏桂棠荷莲芦苇茶麦禾稻粟春夏秋冬晨曙霞虹霜露雪冰风雷东西南北上下中新古长大小双三九"
    "万千百星月日天文武德仁义礼信智勇忠孝明华盛旺富贵康寿福禄喜庆乐嘉瑞祥通达顺利远高崇峻岩岭岗坪坝塘渡桥津浦港"
)
_SECOND = (
    "岚溪蒲山水泉河江湖川谷峪岭岗坪坝塘渡桥津浦港湾屿洲滩沙原野田庄屯寨堡营台亭阁城阳阴安宁平昌隆泰兴和丰源渊泽"
    "林松柏桂棠荷莲芦茶麦禾州都郡化远明华盛康福乐嘉瑞祥通达顺峰崖石岩坡沟梁塬甸苑园井窑店集市楼门关口堰陂圩"
)
_THIRD = "山水河湖岭坪塘桥津湾洲原庄寨堡城林川泉沟店集"

_BUREAUS = (
    "水利局 财政局 教育局 民政局 司法局 审计局 统计局 公安局 农业农村局 自然资源局 生态环境局 住房和城乡建设局 交通运输局 "
    "卫生健康委员会 应急管理局 市场监督管理局 人力资源和社会保障局 发展和改革委员会 文化和旅游局 林业局 退役军人事务局 医疗保障局 "
    "行政审批服务局 城市管理局 商务局 科学技术局 信访局 乡村振兴局 工业和信息化局 体育局 民族宗教事务局 住房公积金管理中心 "
    "综合行政执法局 政务服务和大数据管理局 粮食和物资储备局 国有资产监督管理委员会 地方金融监督管理局 机关事务管理局 供销合作社"
).split()
_OLD_BUREAUS = "国土资源局 环境保护局 工商行政管理局 食品药品监督管理局 农业局 规划局 卫生局 人口和计划生育局 旅游局 安全生产监督管理局".split()
_VERTICAL = "国家税务总局{}税务局 {}气象局 {}海关 国家统计局{}调查队 {}烟草专卖局 {}邮政管理局 {}消防救援支队 {}供电公司".split()
_SCHOOLS = "大学 学院 师范学院 职业技术学院 医学院 理工学院 农林大学 工业职业学院 财经大学".split()


@dataclass(frozen=True)
class Names:
    """What a report calls its agency and the world around it."""

    agency: str
    self_names: tuple[str, ...]
    area: str
    site: str
    account: str
    superior: str
    place: str
    phone_area: str


def place(rng: random.Random) -> str:
    """A bare place name of two, now and then three syllables."""
    name = rng.choice(_FIRST) + rng.choice(_SECOND)
    if name[0] == name[1]:
        name = name[0] + rng.choice(_THIRD)
    return name + rng.choice(_THIRD) if rng.random() < 0.06 else name


def names(rng: random.Random, level: str, era: str) -> Names:
    """Sample an agency of a level."""
    city = place(rng) + rng.choice(["市", "市", "市", "州"])
    county = place(rng) + rng.choice(["县", "县", "区", "区", "市", "旗"])
    latin = "".join(rng.choice("bcdfghjklmnpqrstwxyz") for _ in range(rng.randint(2, 4)))
    site = f"www.{latin}.gov.cn"
    own: tuple[str, ...]
    if level == "town":
        kind = rng.choice(["镇", "镇", "镇", "乡", "乡", "街道"])
        base = place(rng) + kind
        office = "办事处" if kind == "街道" else "人民政府"
        agency = rng.choice(["", "", county, city + county]) + base + office
        own = (f"我{kind}", f"我{kind}", "本机关", base, f"{base}{office}")
        area, superior = (f"全{kind}", f"{county}人民政府")
        spot = base
    elif level in ("county", "city", "province"):
        spot = {"county": county, "city": city, "province": place(rng) + "省"}[level]
        kind = spot[-1]
        office = rng.choice(["人民政府", "人民政府", "人民政府", "人民政府办公室" if level != "province" else "人民政府办公厅"])
        agency = (city if level == "county" and rng.random() < 0.3 else "") + spot + office
        own = (f"我{kind}", f"全{kind}", f"{kind}政府办公室" if kind != "省" else "省政府办公厅", spot, f"我{kind}各级行政机关")
        area = f"全{kind}"
        superior = f"{city}人民政府" if level == "county" else "省政府办公厅"
    elif level == "vertical":
        spot = rng.choice([county, city])
        agency = rng.choice(_VERTICAL).format(spot)
        own = ("我局", "本机关", agency, "我单位")
        area, superior = "全系统", "上级局"
    elif level == "university":
        spot = place(rng)
        agency = spot + rng.choice(_SCHOOLS)
        own = ("我校", "学校", "本校", agency)
        area, superior = "全校", "省教育厅"
        site = f"www.{latin}.edu.cn"
    else:
        spot = rng.choice([county, county, city, place(rng) + "省"])
        bureau = rng.choice(_OLD_BUREAUS if era == "legacy" and rng.random() < 0.5 else _BUREAUS)
        if spot.endswith("省"):
            bureau = bureau.replace("局", "厅") if rng.random() < 0.6 else bureau
        agency = spot + bureau
        last = {"局": "局", "厅": "厅", "会": "委", "心": "中心", "社": "社"}.get(bureau[-1], "单位")
        own = (f"我{last}", f"我{last}", "本机关", f"本{last}", agency, "我单位")
        area, superior = (f"全{last}", f"{spot}人民政府办公室")
    account = rng.choice([f"{spot}发布", f"{spot}政务", f"{agency[:6]}", f"美丽{spot[:2]}", f"{spot[:2]}微政务"])
    return Names(agency, own, area, site, account, superior, spot, f"0{rng.randint(310, 999)}")
