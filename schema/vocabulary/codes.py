"""Closed code lists of the graph: what agencies say in their own codes, said once.

The same digit means different things at different agencies (GB/T 36104 `3` is revoked, elsewhere
it is deregistered), so each connector maps its own codes to these names and shares no table.
"""

from __future__ import annotations

from enum import StrEnum


class RegistrationStatus(StrEnum):
    """登记状态."""

    ACTIVE = "ACTIVE"  # 存续 / 在营
    ABNORMAL = "ABNORMAL"  # 经营异常
    REVOKED = "REVOKED"  # 吊销
    DEREGISTERED = "DEREGISTERED"  # 注销
    MOVED_OUT = "MOVED_OUT"  # 迁出


class TaxpayerStatus(StrEnum):
    """纳税人状态."""

    NORMAL = "NORMAL"  # 正常
    SUSPENDED = "SUSPENDED"  # 停业
    NON_NORMAL = "NON_NORMAL"  # 非正常
    DEREGISTERED = "DEREGISTERED"  # 注销


class TaxCreditGrade(StrEnum):
    """纳税(缴费)信用级别 (SAT Announcement 2025 No. 12)."""

    A = "A"
    B = "B"
    M = "M"
    C = "C"
    D = "D"


class PledgeKind(StrEnum):
    """质押/抵押种类."""

    EQUITY = "EQUITY"  # 股权
    CHATTEL = "CHATTEL"  # 动产
    INTELLECTUAL_PROPERTY = "INTELLECTUAL_PROPERTY"  # 知识产权


class PenaltyKind(StrEnum):
    """处罚类别 (Administrative Penalty Law Art. 9)."""

    WARNING = "WARNING"  # 警告、通报批评
    FINE = "FINE"  # 罚款、没收违法所得、没收非法财物
    LICENCE = "LICENCE"  # 暂扣许可证件、降低资质等级、吊销许可证件
    RESTRICTION = "RESTRICTION"  # 限制开展生产经营活动、责令停产停业、责令关闭、限制从业
    DETENTION = "DETENTION"  # 行政拘留
    OTHER = "OTHER"  # 法律、行政法规规定的其他行政处罚


class PenaltyProcedure(StrEnum):
    """案件程序类别."""

    SIMPLIFIED = "SIMPLIFIED"  # 简易程序
    ORDINARY = "ORDINARY"  # 普通程序


class EnforcementKind(StrEnum):
    """执行案件种类."""

    ENFORCED = "ENFORCED"  # 被执行
    TERMINATED = "TERMINATED"  # 终结本次执行
    CONSUMPTION_RESTRICTED = "CONSUMPTION_RESTRICTED"  # 限制消费


class GenderCode(StrEnum):
    """性别 (GB/T 2261.1)."""

    UNKNOWN = "UNKNOWN"
    MALE = "MALE"
    FEMALE = "FEMALE"
    UNSPECIFIED = "UNSPECIFIED"


class PledgePerformance(StrEnum):
    """承诺履约状态."""

    PERFORMED = "PERFORMED"  # 已履行
    IN_PROGRESS = "IN_PROGRESS"  # 履行中
    PARTLY_PERFORMED = "PARTLY_PERFORMED"  # 部分履行
    UNPERFORMED = "UNPERFORMED"  # 未履行
