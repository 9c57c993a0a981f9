"""CreditSubject: the branches of the four agencies meet here."""

from __future__ import annotations

import strawberry
from strawberry import field

from schema.graph.arguments import Argument, asked, listing
from schema.graph.courts import EnforcementCase, JudgmentDefaulter
from schema.graph.enterprise_disclosure import (
    AbnormalOperationListing,
    AdministrativeLicense,
    AnnualReport,
    CommendationRecord,
    SeriouslyUntrustworthyListing,
)
from schema.graph.inquiries import InquiryConnection
from schema.graph.market_regulation import (
    AdministrativePenalty,
    Branch,
    CreditPledge,
    LegalPerson,
    PledgeRegistration,
    RegistrationChange,
    Shareholder,
)
from schema.graph.scalars import CreditCode, Date
from schema.graph.tax import MajorTaxViolation, TaxArrears, TaxCreditRating, TaxpayerProfile

DEFAULT_PAGE = 20
"""How many inquiries a page holds when the caller names no number."""


@strawberry.type(description="A credit subject: an organisation or individual business by its code (信用主体).")
class CreditSubject:
    """Its code is the one that was asked for; everything else is what agencies say and the law allows."""

    unified_social_credit_code: CreditCode = field(
        description="Unified social credit code, as asked for (统一社会信用代码)."
    )
    legal_person: LegalPerson | None = field(description="Registration (登记信息).")
    registration_changes: list[RegistrationChange] | None = listing(
        RegistrationChange, "Changes of the registration (变更登记)."
    )
    shareholders: list[Shareholder] | None = listing(Shareholder, "Shareholders and promoters (股东及出资信息).")
    branches: list[Branch] | None = listing(Branch, "Branches (分支机构).")
    pledge_registrations: list[PledgeRegistration] | None = listing(
        PledgeRegistration, "Registered pledges and mortgages (质押/抵押登记)."
    )
    abnormal_operation_listings: list[AbnormalOperationListing] | None = listing(
        AbnormalOperationListing, "Listings for abnormal operations (经营异常名录)."
    )
    seriously_untrustworthy_listings: list[SeriouslyUntrustworthyListing] | None = listing(
        SeriouslyUntrustworthyListing, "Listings as seriously untrustworthy (严重失信主体名单)."
    )
    administrative_licenses: list[AdministrativeLicense] | None = listing(
        AdministrativeLicense, "Administrative licences (行政许可)."
    )
    administrative_penalties: list[AdministrativePenalty] | None = listing(
        AdministrativePenalty, "Administrative penalties (行政处罚)."
    )
    annual_reports: list[AnnualReport] | None = listing(AnnualReport, "Annual reports (企业年度报告).")
    taxpayer_profile: TaxpayerProfile | None = field(description="The subject as a taxpayer (税务登记信息).")
    tax_credit_ratings: list[TaxCreditRating] | None = listing(
        TaxCreditRating, "Ratings of tax payment credit (纳税缴费信用评价)."
    )
    tax_arrears: list[TaxArrears] | None = listing(TaxArrears, "Tax in arrears (欠税公告).")
    major_tax_violations: list[MajorTaxViolation] | None = listing(
        MajorTaxViolation, "Major violations of tax law (重大税收违法失信)."
    )
    judgment_defaults: list[JudgmentDefaulter] | None = listing(
        JudgmentDefaulter, "Entries on the list of judgment defaulters (失信被执行人)."
    )
    enforcement_cases: list[EnforcementCase] | None = listing(EnforcementCase, "Cases of enforcement (执行案件).")
    credit_pledges: list[CreditPledge] | None = listing(CreditPledge, "Credit pledges (信用承诺).")
    commendations: list[CommendationRecord] | None = listing(
        CommendationRecord, "Honours and commendations (荣誉/表彰)."
    )
    inquiries: InquiryConnection | None = asked(
        "Who has looked at the subject; told to the subject itself (被查询记录).",
        Argument("first", int, "How many inquiries at most on one page (每页数量).", DEFAULT_PAGE),
        Argument("after", str | None, "Cursor after which the page starts (起始游标)."),
        Argument("from", Date | None, "Only inquiries of this day or a later one (起始日期)."),
        Argument("to", Date | None, "Only inquiries of this day or an earlier one (截止日期)."),
    )
    inquiries_export: str | None = field(
        description="The inquiries of the last twelve months, signed by the gateway: JWS compact, `inquiries+jwt`, "
        "to be kept and checked against the gateway's public keys; told to the subject itself (被查询记录签名导出)."
    )
