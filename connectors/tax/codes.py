"""The tax office's own code tables, as its data dictionary prints them; a copy for this connector alone.

Code tables: ZSXM_DM (tax categories), nsrzt_dm (taxpayer states), nsrzg (taxpayer qualification), SWJG_DM (tax
authorities, 11 digits), XK_ZT (state of a licence), CF_CFLB (kinds of penalty), GB/T 2261.1 (gender).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schema.vocabulary.codes import GenderCode, PenaltyKind, PenaltyProcedure, TaxCreditGrade, TaxpayerStatus

TAX_CATEGORIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "10101": "增值税",
        "10102": "消费税",
        "10103": "营业税",
        "10104": "企业所得税",
        "10106": "个人所得税",
        "10107": "资源税",
        "10109": "城市维护建设税",
        "10110": "房产税",
        "10111": "印花税",
        "10112": "城镇土地使用税",
        "10113": "土地增值税",
        "10114": "车船税",
        "10118": "耕地占用税",
        "10119": "契税",
        "10121": "环境保护税",
        "30203": "教育费附加",
        "30216": "地方教育附加",
    }
)
"""ZSXM_DM 征收项目代码."""

TAXPAYER_STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "03": TaxpayerStatus.NORMAL,
        "04": TaxpayerStatus.SUSPENDED,
        "05": TaxpayerStatus.NON_NORMAL,
        "06": TaxpayerStatus.DEREGISTERED,  # 非正常户注销
        "07": TaxpayerStatus.DEREGISTERED,
    }
)
"""nsrzt_dm 纳税人状态代码."""

TAXPAYER_QUALIFICATIONS: Final[Mapping[str, str]] = MappingProxyType({"1": "一般纳税人", "2": "小规模纳税人"})
"""nsrzg 纳税人资格."""

CREDIT_GRADES: Final[Mapping[str, str]] = MappingProxyType({grade.value: grade for grade in TaxCreditGrade})
"""pjjb 评价级别; the office writes the letter itself."""

_AUTHORITY_SEATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "120000": "天津市",
        "120101": "天津市和平区",
        "120116": "天津市滨海新区",
        "310000": "上海市",
        "310106": "上海市静安区",
        "310115": "上海市浦东新区",
        "230000": "黑龙江省",
        "230102": "哈尔滨市道里区",
        "230602": "大庆市萨尔图区",
        "210000": "辽宁省",
        "210102": "沈阳市和平区",
        "210202": "大连市中山区",
        "110000": "北京市",
        "110105": "北京市朝阳区",
        "440305": "深圳市南山区",
    }
)

TAX_AUTHORITIES: Final[Mapping[str, str]] = MappingProxyType(
    {f"1{division}0000": f"国家税务总局{seat}税务局" for division, seat in _AUTHORITY_SEATS.items()}
)
"""SWJG_DM 税务机关代码: 1, the GB/T 2260 division, four digits for the bureau below it."""

PENALTY_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "警告": PenaltyKind.WARNING,
        "通报批评": PenaltyKind.WARNING,
        "罚款": PenaltyKind.FINE,
        "没收违法所得": PenaltyKind.FINE,
        "没收非法财物": PenaltyKind.FINE,
        "暂扣许可证件": PenaltyKind.LICENCE,
        "降低资质等级": PenaltyKind.LICENCE,
        "吊销许可证件": PenaltyKind.LICENCE,
        "限制开展生产经营活动": PenaltyKind.RESTRICTION,
        "责令停产停业": PenaltyKind.RESTRICTION,
        "责令关闭": PenaltyKind.RESTRICTION,
        "限制从业": PenaltyKind.RESTRICTION,
        "行政拘留": PenaltyKind.DETENTION,
        "其他": PenaltyKind.OTHER,
    }
)
"""CF_CFLB 处罚类别, several separated by `;`."""

PROCEDURES: Final[Mapping[str, str]] = MappingProxyType(
    {"01": PenaltyProcedure.SIMPLIFIED, "02": PenaltyProcedure.ORDINARY}
)
"""case_process_type 案件程序类别."""

GENDERS: Final[Mapping[str, str]] = MappingProxyType(
    {"0": GenderCode.UNKNOWN, "1": GenderCode.MALE, "2": GenderCode.FEMALE, "9": GenderCode.UNSPECIFIED}
)
"""GB/T 2261.1 性别代码."""
