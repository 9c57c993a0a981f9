"""What subjects report themselves: annual reports, pledges of credit, honours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from deploy.sandbox.names import address, person_name
from deploy.sandbox.people import telephone
from deploy.sandbox.world_codes import make_code
from deploy.sandbox.world_draft import ED, MR, Draft
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.codes import PledgePerformance
from schema.vocabulary.records import RecordKind

AMOUNTS = frozenset(
    {
        "employeeCount",
        "totalAssets",
        "totalLiabilities",
        "totalEquity",
        "totalRevenue",
        "mainBusinessRevenue",
        "totalProfit",
        "netProfit",
        "totalTaxPaid",
        "externalGuarantees",
    }
)
"""Fields of an annual report that each have a flag of their own (公示 or 不公示)."""

_FOREIGN_SERIAL = 870_000


def annual_report(subject: Subject, year: int, *, hidden: frozenset[str]) -> Draft:
    """The report on `year`, filed the spring after; amounts in yuan, whole hundreds."""
    dice = subject.dice(f"annual report {year}")
    assets = Decimal(dice.randint(500, 90_000)) * 1_000
    liabilities = (assets * dice.randint(20, 80) / 100).quantize(Decimal("1E2")) * 1
    revenue = Decimal(dice.randint(300, 60_000)) * 1_000
    profit = (revenue / 20).quantize(Decimal("1E2"))
    facts = {
        "reportYear": year,
        "mailingAddress": address(dice, subject.place),
        "contactTelephone": telephone(dice),
        "electronicMail": f"contact{subject.serial}@example.invalid",
        "operatingStatus": "开业",
        "websites": [f"https://shop{subject.serial}.example.invalid"] if dice.random() < 0.5 else [],
        "outwardInvestments": [make_code("91", subject.place.division, _FOREIGN_SERIAL + subject.serial % 40_000)],
        "equityTransfers": f"股东{person_name(dice)}将其持有的5%股权转让给自然人{person_name(dice)}",
        "employeeCount": dice.randint(1, 800),
        "totalAssets": _plain(assets),
        "totalLiabilities": _plain(liabilities),
        "totalEquity": _plain(assets - liabilities),
        "totalRevenue": _plain(revenue),
        "mainBusinessRevenue": _plain(revenue - 100_000),
        "totalProfit": _plain(profit),
        "netProfit": _plain(profit - 5_000),
        "totalTaxPaid": _plain(revenue / 50),
        "externalGuarantees": [f"为股东{person_name(dice)}的借款提供连带保证，主债权数额100万元"],
    }
    filed = date(year + 1, 3, 1 + dice.randint(0, 27))
    return Draft(
        RecordKind.ANNUAL_REPORT,
        facts,
        (ED,),
        filed,
        hidden=hidden,
        is_natural_person=subject.is_individual,
    )


def _plain(amount: Decimal) -> Decimal:
    """Whole hundreds, so that the amount can be written in 万元 with two decimals."""
    return Decimal(int(amount) // 100 * 100)


def credit_pledge(subject: Subject) -> Draft:
    """A pledge made with an application (告知承诺)."""
    dice = subject.dice("credit pledge")
    day = subject.back(days=dice.randint(20, 500))
    facts = {
        "pledgeType": dice.choice(("审批替代型", "容缺受理型", "主动型", "信用修复型")),
        "pledgeMatter": f"申请食品经营许可，负责人{subject.representative['name']}承诺所交材料真实有效",
        "pledgeDate": day,
        "acceptingUnit": f"{subject.place.city}{subject.place.district}政务服务办公室",
        "performanceStatus": dice.choice(tuple(PledgePerformance)),
    }
    return Draft(RecordKind.CREDIT_PLEDGE, facts, (MR,), day)


def commendation(subject: Subject) -> Draft:
    """An honour that disclosure shows until the subject asks otherwise."""
    dice = subject.dice("commendation")
    day = subject.back(days=dice.randint(60, 1500))
    facts = {
        "honorName": dice.choice(("守合同重信用企业", "诚信经营示范单位", "高新技术企业")),
        "awardingUnit": f"{subject.place.city}人民政府",
        "awardDate": day,
    }
    return Draft(RecordKind.COMMENDATION_RECORD, facts, (ED,), day)
