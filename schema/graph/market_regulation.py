"""Types of the market regulation branch: registration, shareholders, pledges, penalties, credit pledges."""

from __future__ import annotations

import strawberry
from strawberry import ID, field

from schema.graph.people import PersonRef
from schema.graph.provenance import Provenance
from schema.graph.scalars import Date, Decimal, EntityTypeCode, IndustryCode, Money
from schema.vocabulary.codes import PenaltyKind, PenaltyProcedure, PledgeKind, PledgePerformance, RegistrationStatus

_PROVENANCE = "Where this record comes from (数据来源)."


@strawberry.type(
    description="Registration of a legal person, unincorporated organisation or individual business (登记信息)."
)
class LegalPerson:
    """One for each subject; items NB01-1, NB01-2, NB01-3."""

    unified_social_credit_code: ID | None = field(
        description="Unified social credit code as registered (统一社会信用代码)."
    )
    registered_name: str | None = field(description="Registered name (名称).")
    former_names: list[str] | None = field(description="Names borne earlier (曾用名).")
    registration_number: str | None = field(description="Registration number, 15 digits (注册号).")
    organization_code: str | None = field(description="Organisation code, 9 characters, GB 11714 (组织机构代码).")
    internal_subject_id: str | None = field(description="The registry's internal key of the subject (主体身份代码).")
    entity_type: EntityTypeCode | None = field(description="Type of entity (主体类型).")
    registration_status: RegistrationStatus | None = field(description="State of the registration (登记状态).")
    establishment_date: Date | None = field(description="Date of establishment (成立日期).")
    approval_date: Date | None = field(description="Date on which the latest registration was approved (核准日期).")
    business_term_from: Date | None = field(description="First day of the business term (营业期限自).")
    business_term_to: Date | None = field(
        description="Last day of the business term; null where it is open (营业期限至)."
    )
    registered_capital: Money | None = field(description="Registered capital (注册资本).")
    paid_in_capital: Money | None = field(description="Paid-in capital (实收资本).")
    business_scope: str | None = field(description="Business scope (经营范围).")
    industry_code: IndustryCode | None = field(description="Branch of the national economy (国民经济行业代码).")
    domicile: str | None = field(description="Domicile (住所).")
    registration_authority: str | None = field(description="Registration authority (登记机关).")
    administrative_division_code: str | None = field(description="Administrative division, GB/T 2260 (行政区划代码).")
    deregistration_date: Date | None = field(description="Date of deregistration (注销日期).")
    revocation_date: Date | None = field(description="Date on which the business licence was revoked (吊销日期).")
    legal_representative: PersonRef | None = field(description="Legal representative (法定代表人).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A change of the registration (变更登记).")
class RegistrationChange:
    """Item NB01-3."""

    change_item: str | None = field(description="What was changed (变更事项).")
    content_before: str | None = field(description="Content before the change (变更前内容).")
    content_after: str | None = field(description="Content after the change (变更后内容).")
    change_date: Date | None = field(description="Date of the change (变更日期).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A shareholder or promoter and its contribution (股东及出资信息).")
class Shareholder:
    """Filed with the registry (NB01-2); contributions as disclosed by the enterprise (ED-EV)."""

    shareholder_name: str | None = field(description="Name of the shareholder or promoter (股东(发起人)名称).")
    shareholder_type: str | None = field(description="Type of shareholder (股东类型).")
    shareholder_code: str | None = field(description="Number of the shareholder's licence or document (股东证照号码).")
    subscribed_amount: Money | None = field(description="Contribution subscribed (认缴出资额).")
    subscribed_date: Date | None = field(description="Date by which the contribution is subscribed (认缴出资时间).")
    subscribed_method: str | None = field(description="Form of the contribution subscribed (认缴出资方式).")
    paid_amount: Money | None = field(description="Contribution paid (实缴出资额).")
    paid_date: Date | None = field(description="Date of the contribution paid (实缴出资时间).")
    holding_ratio: Decimal | None = field(description="Share held, in per cent (持股比例).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A branch of the subject (分支机构).")
class Branch:
    """Item NB01-1."""

    branch_name: str | None = field(description="Name of the branch (分支机构名称).")
    branch_code: ID | None = field(description="Unified social credit code of the branch (分支机构代码).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A registered pledge or mortgage (质押/抵押登记).")
class PledgeRegistration:
    """Item SUP-MR1."""

    pledge_kind: PledgeKind | None = field(description="What is pledged (质押/抵押种类).")
    registration_number: str | None = field(description="Registration number of the pledge (登记编号).")
    pledgor: str | None = field(description="Pledgor (出质人).")
    pledgee: str | None = field(description="Pledgee (质权人).")
    pledged_amount: Money | None = field(description="Amount pledged (出质股权数额).")
    registration_date: Date | None = field(description="Date of registration (登记日期).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="An administrative penalty (行政处罚).")
class AdministrativePenalty:
    """Item NB03-2; reported by market regulation, tax and the disclosure system."""

    penalty_document_number: str | None = field(description="Number of the penalty decision (行政处罚决定书文号).")
    violation_type: str | None = field(description="Type of unlawful conduct (违法行为类型).")
    violation_facts: str | None = field(description="Unlawful facts (违法事实).")
    legal_basis: str | None = field(description="Legal basis of the penalty (处罚依据).")
    penalty_category: list[PenaltyKind] | None = field(description="Kinds of penalty imposed (处罚类别).")
    penalty_content: str | None = field(description="What the penalty consists of (处罚内容).")
    fine_amount: Money | None = field(description="Fine (罚款金额).")
    confiscated_amount: Money | None = field(
        description="Unlawful gains and property confiscated (没收违法所得、非法财物金额)."
    )
    suspended_or_revoked_license: str | None = field(
        description="Licence suspended or revoked, name and number (暂扣或吊销证照名称及编号)."
    )
    decision_date: Date | None = field(description="Date of the penalty decision (处罚决定日期).")
    penalty_valid_until: Date | None = field(description="Last day on which the penalty has effect (处罚有效期).")
    display_deadline: Date | None = field(description="Last day of public display (公示截止期).")
    penalty_authority: str | None = field(description="Authority that imposed the penalty (处罚机关).")
    penalty_authority_code: ID | None = field(
        description="Unified social credit code of that authority (处罚机关统一社会信用代码)."
    )
    procedure_type: PenaltyProcedure | None = field(description="Procedure of the case (案件程序类别).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A credit pledge made to an authority (信用承诺).")
class CreditPledge:
    """Item NB08-1."""

    pledge_type: str | None = field(description="Type of pledge (承诺类型).")
    pledge_matter: str | None = field(description="Matter for which it was made (承诺事由).")
    pledge_date: Date | None = field(description="Date of the pledge (做出承诺日期).")
    accepting_unit: str | None = field(description="Unit that accepted it (承诺受理单位).")
    performance_status: PledgePerformance | None = field(description="How far it has been performed (承诺履约状态).")
    provenance: Provenance | None = field(description=_PROVENANCE)
