"""Types of the courts branch: judgment defaulters and enforcement cases."""

from __future__ import annotations

import strawberry
from strawberry import field

from schema.graph.people import PersonRef
from schema.graph.provenance import Provenance
from schema.graph.scalars import Date, Money
from schema.vocabulary.codes import EnforcementKind

_PROVENANCE = "Where this record comes from (数据来源)."


@strawberry.type(description="An entry on the list of judgment defaulters (失信被执行人).")
class JudgmentDefaulter:
    """Item NB02-1."""

    case_number: str | None = field(description="Case number (案号).")
    enforcement_court: str | None = field(description="Court of enforcement (执行法院).")
    province: str | None = field(description="Province (省份).")
    enforcement_basis_number: str | None = field(description="Number of the document enforced (执行依据文号).")
    basis_issuing_unit: str | None = field(description="Unit that issued the document enforced (作出执行依据单位).")
    filing_date: Date | None = field(description="Date on which the case was filed (立案时间).")
    publication_date: Date | None = field(description="Date of publication (发布时间).")
    obligation: str | None = field(description="Obligation set by the effective document (生效法律文书确定的义务).")
    performance_status: str | None = field(description="How far it has been performed (被执行人的履行情况).")
    performed_part: str | None = field(description="Part performed (已履行部分).")
    unperformed_part: str | None = field(description="Part not performed (未履行部分).")
    default_conduct: str | None = field(description="Conduct for which the entry was made (失信被执行人行为具体情形).")
    responsible_person: PersonRef | None = field(
        description="Legal representative or person in charge (法定代表人/负责人)."
    )
    exit_date: Date | None = field(description="Date of leaving the list (退出日期).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A case of enforcement (执行案件).")
class EnforcementCase:
    """Items NB02-2 and NB02-3."""

    case_number: str | None = field(description="Enforcement case number (执行案号).")
    case_kind: EnforcementKind | None = field(description="Kind of case (案件种类).")
    enforcement_amount: Money | None = field(description="Amount to be enforced (执行标的).")
    unperformed_amount: Money | None = field(description="Amount not performed (未履行金额).")
    cause_of_action: str | None = field(description="Cause of the enforcement (执行案由).")
    consumption_restriction_order_date: Date | None = field(
        description="Date of the order restricting high consumption (限制消费令日期)."
    )
    provenance: Provenance | None = field(description=_PROVENANCE)
