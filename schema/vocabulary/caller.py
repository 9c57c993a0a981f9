"""Who asks, for whom, to what end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schema.vocabulary.identifiers import SubjectId


class CallerClass(StrEnum):
    """The classes of caller that catalogs speak of."""

    PUBLIC = "PUBLIC"
    SUBJECT_SELF = "SUBJECT_SELF"
    AUTHORISED_PARTY = "AUTHORISED_PARTY"
    STATE_ORGAN = "STATE_ORGAN"
    JUDICIAL_ORGAN = "JUDICIAL_ORGAN"
    PROVIDER_UNIT = "PROVIDER_UNIT"
    OPERATOR = "OPERATOR"
    LOWER_LEVEL_PLATFORM = "LOWER_LEVEL_PLATFORM"
    OTHER_REGION_PLATFORM = "OTHER_REGION_PLATFORM"
    NATIONAL_PLATFORM = "NATIONAL_PLATFORM"
    CREDIT_SERVICE_ESTABLISHMENT = "CREDIT_SERVICE_ESTABLISHMENT"
    FINANCIAL_INSTITUTION = "FINANCIAL_INSTITUTION"
    ASSOCIATION = "ASSOCIATION"
    SUPERVISOR_AUDITOR = "SUPERVISOR_AUDITOR"


class Purpose(StrEnum):
    """Purposes of inquiry (查询事项). Source: Tianjin Art. 19, Shanghai Art. 28, Heilongjiang Art. 44,
    Liaoning Art. 21; the last one is market use (Tianjin Art. 20, 34)."""

    ADMINISTRATIVE_PERMIT = "ADMINISTRATIVE_PERMIT"  # 行政许可
    INSPECTION = "INSPECTION"  # 监督检查、抽查
    ADMINISTRATIVE_PENALTY = "ADMINISTRATIVE_PENALTY"  # 行政处罚
    GOVERNMENT_PROCUREMENT = "GOVERNMENT_PROCUREMENT"  # 政府采购
    TENDERING = "TENDERING"  # 招标投标
    PUBLIC_FUNDS = "PUBLIC_FUNDS"  # 资金、政策、项目支持
    LAND_USE = "LAND_USE"  # 国有土地使用权
    RESEARCH_MANAGEMENT = "RESEARCH_MANAGEMENT"  # 科研管理
    AUDITING = "AUDITING"  # 审计
    OFFICIAL_APPOINTMENT = "OFFICIAL_APPOINTMENT"  # 公职人员录用、任用
    TALENT_INTRODUCTION = "TALENT_INTRODUCTION"  # 人才引进
    COMMENDATION = "COMMENDATION"  # 表彰奖励
    RESIDENCE = "RESIDENCE"  # 居住证、落户
    CANDIDATE_VETTING = "CANDIDATE_VETTING"  # 代表、委员候选人审查
    PUBLIC_RESOURCE_TRADING = "PUBLIC_RESOURCE_TRADING"  # 公共资源交易
    PROOF_MATTER = "PROOF_MATTER"  # 证明事项
    OTHER_MANAGEMENT = "OTHER_MANAGEMENT"  # 其他管理工作
    CREDIT_GRANTING = "CREDIT_GRANTING"  # 授信


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What the caller states about this one request."""

    purpose: Purpose | None = None
    matter: str | None = None
    case_reference: str | None = None
    workflow: str | None = None
    """The automatic or official process inside the caller's unit that asks, by the unit's own name for it."""


ALL_ITEMS: Final = frozenset({"*"})
"""Every item of the catalog."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as far as a verified token says so; without a token, the public."""

    caller_class: CallerClass
    client_id: str
    """Who the token was given to; "" for the public."""
    organisation: str = ""
    jurisdiction: str = ""
    """GB/T 2260 division code of the caller's seat, e.g. `120000` for Tianjin."""
    own_subject: SubjectId | None = None
    """For a subject asking about itself: its own code."""
    scopes: frozenset[str] = frozenset()
    designated: frozenset[Purpose] = frozenset()
    """Purposes for which the caller's unit has designated its inquiry matters and published them (查询事项):
    Tianjin Art. 19, Shanghai Art. 17."""
    officer_items: frozenset[str] = frozenset()
    """Catalog items that the person behind the request may use inside the unit, `*` for all of the unit's:
    Tianjin Art. 21(2), Shanghai Art. 19(2). Empty where the unit states nothing."""
    officer: str = ""
    """The person behind the request, by the unit's own id; "" where a system asks by itself."""
    unit_items: frozenset[str] = ALL_ITEMS
    """Catalog items that the organisation's agreements reach, `*` for all that the catalog gives its class."""
    case_reference_for: frozenset[Purpose] = frozenset()
    """Purposes for which the unit's inquiries have to name the case that they belong to."""
    consents: frozenset[str] = frozenset()
    """Ids of the consents that the token carries; no other consent counts for its holder."""
    bound_to: frozenset[SubjectId] = frozenset()
    """Subjects whose consents the token carries; it yields nothing about anybody else. Empty: it is bound to none."""
    token_names: frozenset[str] = frozenset()
    """Names under which the token can be revoked: its own id and that of the grant it came from."""


PUBLIC_CALLER = Caller(caller_class=CallerClass.PUBLIC, client_id="")
