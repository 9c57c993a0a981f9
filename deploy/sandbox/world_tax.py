"""Tax records: profile, credit ratings, arrears, major violations."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from deploy.sandbox.names import person_name
from deploy.sandbox.people import make_person
from deploy.sandbox.world_draft import TX, Draft
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.codes import TaxCreditGrade, TaxpayerStatus
from schema.vocabulary.records import RecordKind

_SCORES = {
    TaxCreditGrade.A: (90, 100),
    TaxCreditGrade.B: (70, 89),
    TaxCreditGrade.M: (70, 80),
    TaxCreditGrade.C: (40, 69),
    TaxCreditGrade.D: (0, 39),
}
_TREATMENT = "追缴税款，处以税额一倍的罚款，依法移送司法机关。"
TAX_CATEGORIES = ("增值税", "企业所得税", "城市维护建设税", "印花税")


def taxpayer_profile(subject: Subject) -> Draft:
    """A taxpayer in ordinary state, registered a month after its foundation."""
    facts = {
        "taxpayerIdentificationNumber": subject.code,
        "taxRegistrationDate": subject.founded + timedelta(days=30),
        "taxpayerStatus": TaxpayerStatus.NORMAL,
        "taxpayerType": "小规模纳税人" if subject.serial % 3 == 0 else "一般纳税人",
        "competentTaxAuthority": subject.tax_authority,
        "nonNormalHouseholdSince": None,
    }
    return Draft(
        RecordKind.TAXPAYER_PROFILE, facts, (TX,), subject.back(days=1), is_natural_person=subject.is_individual
    )


def tax_credit_rating(subject: Subject, year: int, grade: TaxCreditGrade) -> Draft:
    """The rating for `year`, published the April after."""
    rated = date(year + 1, 4, 25)
    facts = {
        "ratingYear": year,
        "taxCreditRating": grade,
        "ratingScore": subject.dice(f"rating {year}").randint(*_SCORES[grade]),
        "ratingAuthority": subject.tax_authority,
        "ratingDate": rated,
        "ratingValidTo": date(year + 2, 4, 30),
    }
    return Draft(RecordKind.TAX_CREDIT_RATING, facts, (TX,), rated)


def tax_arrears(subject: Subject, category: str) -> Draft:
    """Tax owed for one quarter; an amount of an individual business is a natural person's."""
    dice = subject.dice(f"arrears {category}")
    due = subject.back(days=dice.randint(40, 600))
    facts = {
        "taxCategory": category,
        "arrearsBalance": Decimal(dice.randint(1_000, 9_000_000)) + Decimal(dice.randint(0, 99)) / 100,
        "taxPeriodFrom": due - timedelta(days=105),
        "taxPeriodTo": due - timedelta(days=15),
        "paymentDueDate": due,
        "announcingAuthority": subject.tax_authority,
    }
    return Draft(RecordKind.TAX_ARREARS, facts, (TX,), due, is_natural_person=subject.is_individual)


def major_tax_violation(subject: Subject, *, published: date, stopped: date | None = None) -> Draft:
    """A published major violation; once stopped, the tax office no longer displays it."""
    dice = subject.dice(f"violation {published}")
    officer = make_person(dice, subject.place, "财务负责人", today=subject.today)
    facts = {
        "caseNature": dice.choice(("偷税", "虚开增值税专用发票", "骗取出口退税")),
        "mainIllegalFacts": f"经查，实际控制人{person_name(dice)}指使他人为该单位虚开专用发票23份，税额120万元。",
        "legalBasisAndHandling": f"依照《中华人民共和国税收征收管理法》第六十三条，{_TREATMENT}",
        "responsibleFinancialOfficer": officer,
        "intermediary": None,
        "publicationDate": published,
        "publicationStopDate": stopped,
    }
    is_displayed = stopped is None or stopped > subject.today
    return Draft(RecordKind.MAJOR_TAX_VIOLATION, facts, (TX,), stopped or published, is_displayed=is_displayed)


def major_violation_listing(subject: Subject, *, published: date) -> Draft:
    """The same matter as the tax office's entry in the lists of seriously untrustworthy subjects."""
    facts = {"listName": "重大税收违法失信主体名单"}
    return Draft(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, facts, (TX,), published)
