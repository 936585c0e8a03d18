"""Invented places and agencies. No place of a real report is meant; syllables are combined freely."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from .. import configs


@cache
def _words() -> dict[str, str | list[str]]:
    words = configs.load("invented")["names"]
    syllables = {k: words[k].replace(" ", "") for k in ("first", "second", "third")}
    return {**{k: v.split() for k, v in words.items()}, **syllables}


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
    words = _words()
    name = rng.choice(words["first"]) + rng.choice(words["second"])
    if name[0] == name[1]:
        name = name[0] + rng.choice(words["third"])
    return name + rng.choice(words["third"]) if rng.random() < 0.06 else name


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
        office = rng.choice(
            ["人民政府", "人民政府", "人民政府", "人民政府办公室" if level != "province" else "人民政府办公厅"]
        )
        agency = (city if level == "county" and rng.random() < 0.3 else "") + spot + office
        own = (
            f"我{kind}",
            f"全{kind}",
            f"{kind}政府办公室" if kind != "省" else "省政府办公厅",
            spot,
            f"我{kind}各级行政机关",
        )
        area = f"全{kind}"
        superior = f"{city}人民政府" if level == "county" else "省政府办公厅"
    elif level == "vertical":
        spot = rng.choice([county, city])
        agency = rng.choice(_words()["vertical"]).format(spot)
        own = ("我局", "本机关", agency, "我单位")
        area, superior = "全系统", "上级局"
    elif level == "university":
        spot = place(rng)
        agency = spot + rng.choice(_words()["schools"])
        own = ("我校", "学校", "本校", agency)
        area, superior = "全校", "省教育厅"
        site = f"www.{latin}.edu.cn"
    else:
        spot = rng.choice([county, county, city, place(rng) + "省"])
        bureau = rng.choice(_words()["old_bureaus" if era == "legacy" and rng.random() < 0.5 else "bureaus"])
        if spot.endswith("省"):
            bureau = bureau.replace("局", "厅") if rng.random() < 0.6 else bureau
        agency = spot + bureau
        last = {"局": "局", "厅": "厅", "会": "委", "心": "中心", "社": "社"}.get(bureau[-1], "单位")
        own = (f"我{last}", f"我{last}", "本机关", f"本{last}", agency, "我单位")
        area, superior = (f"全{last}", f"{spot}人民政府办公室")
    account = rng.choice([f"{spot}发布", f"{spot}政务", f"{agency[:6]}", f"美丽{spot[:2]}", f"{spot[:2]}微政务"])
    return Names(agency, own, area, site, account, superior, spot, f"0{rng.randint(310, 999)}")
