"""Invented names of companies, persons and streets; no name is built like a real one.

Company names carry a brand that starts with 虚, 拟, 例, 示 or 样 (invented, model, sample); given names
are 示, 例, 样 or 拟 with a Heavenly Stem, the lawyer's Mr. A and Mr. B.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_BRAND_FIRST = "虚拟例示样"
_BRAND_SECOND = "拓峰泰远恒嘉润成达瑞宏信盛禾海川岳启"
_SURNAMES = ("赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "欧阳", "司徒", "诸葛")
_GIVEN_FIRST = "示例样拟"
_GIVEN_SECOND = "甲乙丙丁戊己庚辛壬癸"
_STREETS = ("示范大街", "样本路", "例证道", "虚构街", "拟建大道")
_TRADES = (
    ("贸易", "5199", "日用百货批发、零售；货物进出口"),
    ("科技", "6510", "软件开发；信息技术咨询服务；数据处理"),
    ("食品", "1431", "食品生产；食品销售"),
    ("建筑工程", "4710", "房屋建筑工程施工；建筑劳务分包"),
    ("物流", "5430", "道路货物运输；国内货运代理；仓储服务"),
    ("机械制造", "3499", "通用设备制造；机械零部件加工"),
    ("医药", "5151", "药品批发；第二类医疗器械销售"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction's seat: six-digit division, province, its short form, city and district."""

    division: str
    province: str
    short: str
    city: str
    district: str


@dataclass(frozen=True, slots=True)
class Trade:
    """What a company does: word in its name, GB/T 4754 class, scope of business."""

    word: str
    industry_code: str
    scope: str


PLACES = (
    Place("120101", "天津市", "津", "天津市", "和平区"),
    Place("120116", "天津市", "津", "天津市", "滨海新区"),
    Place("310115", "上海市", "沪", "上海市", "浦东新区"),
    Place("310106", "上海市", "沪", "上海市", "静安区"),
    Place("230102", "黑龙江省", "黑", "哈尔滨市", "道里区"),
    Place("230602", "黑龙江省", "黑", "大庆市", "萨尔图区"),
    Place("210102", "辽宁省", "辽", "沈阳市", "和平区"),
    Place("210202", "辽宁省", "辽", "大连市", "中山区"),
    Place("110105", "北京市", "京", "北京市", "朝阳区"),
    Place("440305", "广东省", "粤", "深圳市", "南山区"),
)


def trade(dice: random.Random) -> Trade:
    """What some company does."""
    return Trade(*dice.choice(_TRADES))


def brand(dice: random.Random) -> str:
    """Two characters, the first of which says that the name is invented."""
    return dice.choice(_BRAND_FIRST) + dice.choice(_BRAND_SECOND) + dice.choice(_BRAND_SECOND)


def person_name(dice: random.Random) -> str:
    """A surname, some of two characters, and an invented given name."""
    return dice.choice(_SURNAMES) + dice.choice(_GIVEN_FIRST) + dice.choice(_GIVEN_SECOND)


def address(dice: random.Random, place: Place) -> str:
    """A full address in `place`."""
    city = place.city if place.city == place.province else place.province + place.city
    street = f"{dice.choice(_STREETS)}{dice.randint(1, 299)}号"
    return f"{city}{place.district}{street}{dice.randint(1, 30)}层{dice.randint(1, 40):02d}室"
