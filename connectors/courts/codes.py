"""The courts' own code tables: which court a code (fydm) stands for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COURTS: Mapping[str, str] = MappingProxyType(
    {
        "110105": "北京市朝阳区人民法院",
        "120000": "天津市高级人民法院",
        "120001": "天津市第一中级人民法院",
        "120002": "天津市第二中级人民法院",
        "120003": "天津市第三中级人民法院",
        "120101": "天津市和平区人民法院",
        "120116": "天津市滨海新区人民法院",
        "210000": "辽宁省高级人民法院",
        "210100": "辽宁省沈阳市中级人民法院",
        "210102": "沈阳市和平区人民法院",
        "210200": "辽宁省大连市中级人民法院",
        "210202": "大连市中山区人民法院",
        "230000": "黑龙江省高级人民法院",
        "230100": "黑龙江省哈尔滨市中级人民法院",
        "230102": "哈尔滨市道里区人民法院",
        "230600": "黑龙江省大庆市中级人民法院",
        "230602": "大庆市萨尔图区人民法院",
        "310000": "上海市高级人民法院",
        "310106": "上海市静安区人民法院",
        "310115": "上海市浦东新区人民法院",
        "440305": "深圳市南山区人民法院",
    }
)
"""fydm → name (form of the code unconfirmed); needed where a row has the code and no name."""
