"""Code tables of the simulated market-regulation authority: neutral words of the world to the codes it writes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schema.vocabulary.codes import PenaltyKind, PenaltyProcedure, PledgeKind, PledgePerformance, RegistrationStatus

REGSTATE: Mapping[str, str] = MappingProxyType(
    {
        RegistrationStatus.ACTIVE: "1",
        RegistrationStatus.ABNORMAL: "2",
        RegistrationStatus.REVOKED: "3",
        RegistrationStatus.DEREGISTERED: "4",
        RegistrationStatus.MOVED_OUT: "5",
    }
)
"""States of a registration: 1 to 4 as GB/T 36104."""

POSITION: Mapping[str, str] = MappingProxyType(
    {
        "理事长": "410A",
        "会长": "410B",
        "监事": "408A",
        "董事长": "431A",
        "副董事长": "431B",
        "董事": "432A",
        "执行董事": "432K",
        "经理": "434Q",
        "总经理": "436A",
        "负责人": "490A",
        "执行事务合伙人": "491A",
        "经营者": "495A",
    }
)
"""Positions."""

INVTYPE: Mapping[str, str] = MappingProxyType(
    {"企业法人": "10", "自然人股东": "20", "社会团体法人": "30", "事业法人": "40", "合伙企业": "60", "其他投资者": "90"}
)
"""Types of investor, and of pledgor."""

CONFORM: Mapping[str, str] = MappingProxyType({"货币": "1", "实物": "2", "知识产权": "3", "土地使用权": "5"})
"""Forms of contribution."""

PLEKIND: Mapping[str, str] = MappingProxyType(
    {PledgeKind.EQUITY: "1", PledgeKind.CHATTEL: "2", PledgeKind.INTELLECTUAL_PROPERTY: "3"}
)
"""What is pledged."""

XK_ZT: Mapping[str, str] = MappingProxyType({"有效": "0", "撤销": "1", "异议": "2", "其他": "3"})
"""States of a permit."""

CASE_PROCESS_TYPE: Mapping[str, str] = MappingProxyType(
    {PenaltyProcedure.SIMPLIFIED: "01", PenaltyProcedure.ORDINARY: "02"}
)
"""Procedures of a penalty case."""

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
"""Kinds of penalty, written out and joined by semicolons."""

CNLYZT: Mapping[str, str] = MappingProxyType(
    {
        PledgePerformance.PERFORMED: "已履行",
        PledgePerformance.IN_PROGRESS: "履行中",
        PledgePerformance.PARTLY_PERFORMED: "部分履行",
        PledgePerformance.UNPERFORMED: "未履行",
    }
)
"""Performance of a credit pledge."""
