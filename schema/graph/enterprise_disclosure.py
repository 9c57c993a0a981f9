"""Types of the enterprise disclosure branch: lists, licences, annual reports, honours."""

from __future__ import annotations

import strawberry
from strawberry import ID, field

from schema.graph.people import PersonRef
from schema.graph.provenance import Provenance
from schema.graph.scalars import Date, Money, Period

_PROVENANCE = "Where this record comes from (数据来源)."


@strawberry.type(description="A listing among enterprises with abnormal operations (经营异常名录).")
class AbnormalOperationListing:
    """Item NB05-1."""

    listing_reason: str | None = field(description="Reason for the listing (列入经营异常名录原因).")
    listing_date: Date | None = field(description="Date of the listing (列入日期).")
    listing_authority: str | None = field(description="Authority that decided on the listing (作出列入决定机关).")
    listing_document_number: str | None = field(description="Number of the listing decision (列入决定文号).")
    removal_reason: str | None = field(description="Reason for the removal (移出原因).")
    removal_date: Date | None = field(description="Date of the removal (移出日期).")
    removal_authority: str | None = field(description="Authority that decided on the removal (作出移出决定机关).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A listing among seriously untrustworthy entities (严重失信主体名单).")
class SeriouslyUntrustworthyListing:
    """Item NB06-1; shows basis, removal requirements and remedies (Tianjin Art. 28)."""

    list_name: str | None = field(description="Name of the list (严重失信主体名单名称).")
    inclusion_basis: str | None = field(description="Basis for the inclusion (列入依据).")
    listing_date: Date | None = field(description="Date of the listing (列入日期).")
    listing_authority: str | None = field(description="Unit that made the determination (认定单位).")
    listing_term: Period | None = field(description="Term of the listing (期限).")
    removal_requirements: list[str] | None = field(description="Requirements for removal (移出条件).")
    remedy_channels: list[str] | None = field(description="Channels of remedy (救济途径).")
    removal_date: Date | None = field(description="Date of the removal (移出日期).")
    linked_persons: list[PersonRef] | None = field(
        description="Persons held responsible with the subject (关联责任人员)."
    )
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="An administrative licence (行政许可).")
class AdministrativeLicense:
    """Item NB03-1; reported by the disclosure system, market regulation and tax."""

    license_document_name: str | None = field(description="Name of the licensing decision (行政许可决定文书名称).")
    license_document_number: str | None = field(description="Number of the licensing decision (行政许可决定文书号).")
    license_category: str | None = field(description="Category of the licence (许可类别).")
    license_certificate_name: str | None = field(description="Name of the licence certificate (许可证书名称).")
    license_number: str | None = field(description="Number of the licence (许可编号).")
    license_content: str | None = field(description="What is licensed (许可内容).")
    decision_date: Date | None = field(description="Date of the licensing decision (许可决定日期).")
    valid_from: Date | None = field(description="First day of validity (有效期自).")
    valid_to: Date | None = field(description="Last day of validity; null where it is open (有效期至).")
    licensing_authority: str | None = field(description="Licensing authority (许可机关).")
    licensing_authority_code: ID | None = field(
        description="Unified social credit code of that authority (许可机关统一社会信用代码)."
    )
    license_status: str | None = field(description="Present state of the licence (当前状态).")
    granted_on_pledge: bool | None = field(description="Whether it was granted on a pledge (是否告知承诺制办理).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="An enterprise's annual report (企业年度报告).")
class AnnualReport:
    """Item ED-AR; the enterprise chooses for each figure whether it is public."""

    report_year: int | None = field(description="Year reported on (年报年度).")
    mailing_address: str | None = field(description="Mailing address (企业通信地址).")
    contact_telephone: str | None = field(description="Telephone number (企业联系电话).")
    electronic_mail: str | None = field(description="Electronic mail address (电子邮箱).")
    operating_status: str | None = field(description="State of operations (企业经营状态).")
    websites: list[str] | None = field(description="Websites and online shops (网站或网店).")
    outward_investments: list[ID] | None = field(description="Enterprises invested in (对外投资企业).")
    equity_transfers: str | None = field(description="Transfers of equity (股权变更).")
    employee_count: int | None = field(description="Number of employees (从业人数).")
    total_assets: Money | None = field(description="Total assets (资产总额).")
    total_liabilities: Money | None = field(description="Total liabilities (负债总额).")
    total_equity: Money | None = field(description="Total owners' equity (所有者权益合计).")
    total_revenue: Money | None = field(description="Total revenue (营业总收入).")
    main_business_revenue: Money | None = field(description="Revenue from the main business (主营业务收入).")
    total_profit: Money | None = field(description="Total profit (利润总额).")
    net_profit: Money | None = field(description="Net profit (净利润).")
    total_tax_paid: Money | None = field(description="Total tax paid (纳税总额).")
    external_guarantees: list[str] | None = field(description="Guarantees given to others (对外提供保证担保).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="An honour or commendation (荣誉/表彰).")
class CommendationRecord:
    """Item NB11-1; disappears when the subject asks (Tianjin Art. 43)."""

    honor_name: str | None = field(description="Name of the honour (荣誉/表彰名称).")
    awarding_unit: str | None = field(description="Unit that awarded it (授予单位).")
    award_date: Date | None = field(description="Date of the award (授予日期).")
    provenance: Provenance | None = field(description=_PROVENANCE)
