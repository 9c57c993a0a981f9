"""Records of administration: licences, penalties, the abnormal list and the serious list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deploy.sandbox.names import person_name
from deploy.sandbox.world_codes import make_code
from deploy.sandbox.world_draft import ED, MR, TX, Draft
from deploy.sandbox.world_subject import Subject, later
from schema.vocabulary.codes import PenaltyKind, PenaltyProcedure
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

_AUTHORITIES = 920_000
"""Codes of authorities start at this serial, beyond any subject."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a penalty is about; `fine` and `confiscated` in yuan."""

    violation: str
    facts: str
    basis: str
    kinds: tuple[PenaltyKind, ...]
    fine: Decimal | None = None
    confiscated: Decimal | None = None
    display_years: int = 3
    procedure: PenaltyProcedure = PenaltyProcedure.ORDINARY


FALSE_ADVERTISING = Sentence(
    "发布虚假广告",
    "当事人在网店页面使用与实际不符的绝对化用语，经负责人{person}确认属实。",
    "《中华人民共和国广告法》第五十五条第一款",
    (PenaltyKind.FINE, PenaltyKind.WARNING),
    Decimal(52_000),
    Decimal(3_600),
)
UNLICENSED_FOOD = Sentence(
    "超范围从事食品经营",
    "当事人超出许可范围销售散装熟食，由经营者{person}签收调查笔录。",
    "《中华人民共和国食品安全法》第一百二十二条第一款",
    (PenaltyKind.FINE, PenaltyKind.LICENCE),
    Decimal(80_000),
    Decimal(12_500),
)
LATE_TAX_RETURN = Sentence(
    "未按规定期限办理纳税申报",
    "当事人两期增值税未按期申报，财务负责人{person}说明了情况。",
    "《中华人民共和国税收征收管理法》第六十二条",
    (PenaltyKind.FINE,),
    Decimal(2_000),
    display_years=1,
    procedure=PenaltyProcedure.SIMPLIFIED,
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """A deciding authority: name, code, and the mark in its document numbers."""

    name: str
    code: str
    mark: str


def market_issuer(subject: Subject) -> Issuer:
    """The market-regulation authority of the subject's place."""
    code = make_code("11", subject.place.division, _AUTHORITIES)
    return Issuer(subject.market_authority, code, f"{subject.place.short}市监罚")


def tax_issuer(subject: Subject) -> Issuer:
    """The tax authority of the subject's place."""
    code = make_code("11", subject.place.division, _AUTHORITIES + 1)
    return Issuer(subject.tax_authority, code, f"{subject.place.short}税罚")


def transport_issuer(subject: Subject) -> Issuer:
    """The transport authority of the subject's place, which reports to disclosure only."""
    code = make_code("11", subject.place.division, _AUTHORITIES + 2)
    return Issuer(f"{subject.place.city}交通运输委员会", code, f"{subject.place.short}交罚")


def penalty(
    subject: Subject, sentence: Sentence, *, issuer: Issuer, decided: date, holders: tuple[AgencyId, ...]
) -> Draft:
    """A penalty decided on `decided`; its number carries full-width brackets, as the document does."""
    dice = subject.dice(f"penalty {issuer.mark} {decided}")
    fine = f"罚款{sentence.fine}元" if sentence.fine else "警告"
    licence = PenaltyKind.LICENCE in sentence.kinds
    facts = {
        "penaltyDocumentNumber": f"{issuer.mark}（{decided.year}）{dice.randint(1, 999)}号",
        "violationType": sentence.violation,
        "violationFacts": sentence.facts.format(person=person_name(dice)),
        "legalBasis": sentence.basis,
        "penaltyCategory": list(sentence.kinds),
        "penaltyContent": f"对当事人{fine}。",
        "fineAmount": sentence.fine,
        "confiscatedAmount": sentence.confiscated,
        "suspendedOrRevokedLicense": f"食品经营许可证 JY{dice.randrange(10**8):08d}" if licence else None,
        "decisionDate": decided,
        "penaltyValidUntil": later(decided, years=sentence.display_years),
        "displayDeadline": later(decided, years=sentence.display_years),
        "penaltyAuthority": issuer.name,
        "penaltyAuthorityCode": issuer.code,
        "procedureType": sentence.procedure,
    }
    return Draft(RecordKind.ADMINISTRATIVE_PENALTY, facts, holders, decided)


_LICENCES = {
    MR: ("食品经营许可", "食品经营许可证", "食品销售（预包装食品、散装食品）"),
    ED: ("道路货物运输经营许可", "道路运输经营许可证", "普通货运"),
    TX: ("增值税专用发票最高开票限额审批", "准予税务行政许可决定书", "最高开票限额十万元"),
}


def licence(subject: Subject, keeper: AgencyId) -> Draft:
    """A licence granted by `keeper` (disclosure: by another department); disclosure shows them all."""
    dice = subject.dice(f"licence {keeper}")
    category, certificate, content = _LICENCES[keeper]
    decided = subject.back(days=dice.randint(30, 1200))
    issuer = {MR: market_issuer, TX: tax_issuer, ED: transport_issuer}[keeper](subject)
    facts = {
        "licenseDocumentName": f"{category}决定书",
        "licenseDocumentNumber": f"{subject.place.short}许（{decided.year}）{dice.randint(1, 9999):04d}号",
        "licenseCategory": "普通",
        "licenseCertificateName": certificate,
        "licenseNumber": f"JY{subject.place.division}{dice.randrange(10**8):08d}",
        "licenseContent": f"{content}；负责人：{subject.representative['name']}",
        "decisionDate": decided,
        "validFrom": decided,
        "validTo": later(decided, years=5),
        "licensingAuthority": issuer.name,
        "licensingAuthorityCode": issuer.code,
        "licenseStatus": "有效",
        "grantedOnPledge": dice.random() < 0.3,
    }
    return Draft(RecordKind.ADMINISTRATIVE_LICENSE, facts, (ED,) if keeper is ED else (keeper, ED), decided)


def abnormal_listing(subject: Subject, *, listed: date, removed: date | None = None) -> Draft:
    """An entry in the list of abnormal operations, removed on `removed`."""
    facts = {
        "listingReason": "未按照规定的期限公示年度报告" if removed else "通过登记的住所或者经营场所无法联系",
        "listingDate": listed,
        "listingAuthority": subject.market_authority,
        "listingDocumentNumber": f"{subject.place.short}市监列异（{listed.year}）{listed:%m%d}号",
        "removalReason": "列入经营异常名录3年内且依照规定补报未报年份年度报告并公示" if removed else None,
        "removalDate": removed,
        "removalAuthority": subject.market_authority if removed else None,
    }
    return Draft(RecordKind.ABNORMAL_OPERATION_LISTING, facts, (ED, MR), removed or listed)


def serious_listing(subject: Subject, *, listed: date) -> Draft:
    """An entry in the list of seriously untrustworthy subjects, with a term of three years."""
    person = subject.representative["name"]
    facts = {
        "listName": "市场监督管理严重违法失信名单",
        "inclusionBasis": f"被列入经营异常名录届满3年仍未履行相关义务，负责人{person}未到场说明。",
        "listingDate": listed,
        "listingAuthority": subject.market_authority,
        "listingTerm": {"from": listed, "to": later(listed, years=3)},
        "removalRequirements": ["已经自觉履行行政处罚决定中规定的义务", "已经主动消除危害后果和不良影响", "列入满一年"],
        "remedyChannels": ["六十日内向上一级机关申请行政复议", "六个月内向人民法院提起行政诉讼"],
        "removalDate": None,
        "linkedPersons": [{**subject.representative, "position": "法定代表人"}],
    }
    return Draft(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, facts, (ED,), listed)
