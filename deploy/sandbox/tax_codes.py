"""Code tables of the simulated tax office: neutral words of the world to the codes it writes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deploy.sandbox.names import PLACES
from schema.vocabulary.codes import GenderCode, PenaltyKind, PenaltyProcedure, TaxCreditGrade, TaxpayerStatus

ZSXM_DM: Mapping[str, str] = MappingProxyType(
    {
        "增值税": "10101",
        "消费税": "10102",
        "营业税": "10103",
        "企业所得税": "10104",
        "个人所得税": "10106",
        "资源税": "10107",
        "城市维护建设税": "10109",
        "房产税": "10110",
        "印花税": "10111",
        "城镇土地使用税": "10112",
        "土地增值税": "10113",
        "车船税": "10114",
        "耕地占用税": "10118",
        "契税": "10119",
        "环境保护税": "10121",
        "教育费附加": "30203",
        "地方教育附加": "30216",
    }
)
"""Tax categories (征收项目)."""

NSRZT_DM: Mapping[str, str] = MappingProxyType(
    {
        TaxpayerStatus.NORMAL: "03",
        TaxpayerStatus.SUSPENDED: "04",
        TaxpayerStatus.NON_NORMAL: "05",
        TaxpayerStatus.DEREGISTERED: "07",
    }
)
"""Taxpayer states (纳税人状态)."""

NSRZG: Mapping[str, str] = MappingProxyType(
    {"一般纳税人": "1", "小规模纳税人": "2", "一般": "1", "小规模": "2"},
)
"""Taxpayer qualifications (纳税人资格)."""

PJJB: Mapping[str, str] = MappingProxyType({grade.value: grade.value for grade in TaxCreditGrade})
"""Credit grades: the letter itself."""

CF_CFLB: Mapping[str, str] = MappingProxyType(
    {
        PenaltyKind.WARNING: "警告",
        PenaltyKind.FINE: "罚款",
        PenaltyKind.LICENCE: "吊销许可证件",
        PenaltyKind.RESTRICTION: "责令停产停业",
        PenaltyKind.DETENTION: "行政拘留",
        PenaltyKind.OTHER: "其他",
    }
)
"""Kinds of penalty (处罚类别)."""

CASE_PROCESS_TYPE: Mapping[str, str] = MappingProxyType(
    {PenaltyProcedure.SIMPLIFIED: "01", PenaltyProcedure.ORDINARY: "02"}
)
"""Procedures (案件程序类别)."""

XB_DM: Mapping[str, str] = MappingProxyType(
    {GenderCode.UNKNOWN: "0", GenderCode.MALE: "1", GenderCode.FEMALE: "2", GenderCode.UNSPECIFIED: "9"}
)
"""Genders (GB/T 2261.1)."""

_SEATS = {
    "天津市": "120000",
    "上海市": "310000",
    "黑龙江省": "230000",
    "辽宁省": "210000",
    "北京市": "110000",
    **{f"{place.city}{place.district}": place.division for place in PLACES},
}

SWJG_DM: Mapping[str, str] = MappingProxyType(
    {f"国家税务总局{seat}税务局": f"1{division}0000" for seat, division in _SEATS.items()}
)
"""Tax authorities (税务机关), 11 digits: 1, the division, four digits for the bureau below it."""
