"""Types of the tax branch: taxpayer, rating, arrears, major violations."""

from __future__ import annotations

import strawberry
from strawberry import ID, field

from schema.graph.people import PersonRef
from schema.graph.provenance import Provenance
from schema.graph.scalars import Date, Money
from schema.vocabulary.codes import TaxCreditGrade, TaxpayerStatus

_PROVENANCE = "Where this record comes from (数据来源)."


@strawberry.type(description="The subject as a taxpayer (税务登记信息).")
class TaxpayerProfile:
    """One for each subject; items NB01-1 and NB05-2."""

    taxpayer_identification_number: ID | None = field(description="Taxpayer identification number (纳税人识别号).")
    tax_registration_date: Date | None = field(description="Date of tax registration (税务登记日期).")
    taxpayer_status: TaxpayerStatus | None = field(description="State of the taxpayer (纳税人状态).")
    taxpayer_type: str | None = field(description="General or small-scale taxpayer (纳税人资格).")
    competent_tax_authority: str | None = field(description="Competent tax authority (主管税务机关).")
    non_normal_household_since: Date | None = field(description="Date of designation as non-normal (非正常户认定日期).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A yearly rating of tax payment credit (纳税缴费信用评价).")
class TaxCreditRating:
    """Item NB09-1; grade A alone is public."""

    rating_year: int | None = field(description="Year rated (评价年度).")
    tax_credit_rating: TaxCreditGrade | None = field(description="Grade of tax payment credit (纳税(缴费)信用级别).")
    rating_score: int | None = field(description="Score behind the grade (评价得分).")
    rating_authority: str | None = field(description="Rating authority (评价机关).")
    rating_date: Date | None = field(description="Date of the rating (评定日期).")
    rating_valid_to: Date | None = field(description="Last day on which the rating holds (评价结果有效期止).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="Tax in arrears as announced (欠税公告).")
class TaxArrears:
    """Item SUP-TX1; no amount of a natural person is ever given."""

    tax_category: str | None = field(description="Category of tax in arrears (欠税税种).")
    arrears_balance: Money | None = field(description="Balance of the arrears (累计欠税余额).")
    tax_period_from: Date | None = field(description="First day of the tax period (税款所属期起).")
    tax_period_to: Date | None = field(description="Last day of the tax period (税款所属期止).")
    payment_due_date: Date | None = field(description="Date by which payment was due (缴款期限).")
    announcing_authority: str | None = field(description="Authority that announced the arrears (发布部门).")
    provenance: Provenance | None = field(description=_PROVENANCE)


@strawberry.type(description="A major violation of tax law with loss of trust (重大税收违法失信).")
class MajorTaxViolation:
    """Item NB06-2."""

    case_nature: str | None = field(description="Nature of the case (案件性质).")
    main_illegal_facts: str | None = field(description="Main unlawful facts (主要违法事实).")
    legal_basis_and_handling: str | None = field(
        description="Legal basis, tax treatment and penalty (法律依据及税务处理处罚情况)."
    )
    responsible_financial_officer: PersonRef | None = field(
        description="Financial officer directly responsible (负有直接责任的财务负责人)."
    )
    intermediary: str | None = field(description="Intermediary directly responsible (负有直接责任的中介机构).")
    publication_date: Date | None = field(description="Date of publication (公布日期).")
    publication_stop_date: Date | None = field(description="Date on which publication stops (停止公布日期).")
    provenance: Provenance | None = field(description=_PROVENANCE)
