"""Registration records: the legal person itself, its changes, shareholders, branches and pledges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from deploy.sandbox.names import address, brand, person_name
from deploy.sandbox.people import make_person
from deploy.sandbox.world_codes import make_code
from deploy.sandbox.world_draft import ED, MR, Draft
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.codes import PledgeKind, RegistrationStatus
from schema.vocabulary.records import RecordKind

_OTHER_SUBJECTS = 800_000
"""Codes of branches and foreign shareholders start at this serial, beyond any subject of the world."""


def legal_person(subject: Subject) -> Draft:
    """The legal person in its ordinary state: active, with a term of thirty years."""
    dice = subject.dice("registration")
    capital = Decimal(dice.choice((50, 100, 500, 1000, 5000))) * 10_000
    return Draft(
        RecordKind.LEGAL_PERSON,
        {
            "unifiedSocialCreditCode": subject.code,
            "registeredName": subject.name,
            "formerNames": [],
            "registrationNumber": f"{subject.place.division}{dice.randrange(10**9):09d}",
            "organizationCode": subject.code[8:17],
            "internalSubjectId": f"{subject.place.division}{subject.serial:010d}",
            "entityType": subject.entity_type,
            "registrationStatus": RegistrationStatus.ACTIVE,
            "establishmentDate": subject.founded,
            "approvalDate": subject.back(years=1, days=dice.randint(0, 300)),
            "businessTermFrom": subject.founded,
            "businessTermTo": subject.founded.replace(year=subject.founded.year + 30, day=min(subject.founded.day, 28)),
            "registeredCapital": capital,
            "paidInCapital": capital / 2,
            "businessScope": subject.trade.scope,
            "industryCode": subject.trade.industry_code,
            "domicile": address(dice, subject.place),
            "registrationAuthority": subject.market_authority,
            "administrativeDivisionCode": subject.place.division,
            "deregistrationDate": None,
            "revocationDate": None,
            "legalRepresentative": subject.representative,
        },
        (MR, ED),
        subject.back(days=dice.randint(1, 20)),
        is_natural_person=subject.is_individual,
    )


def changes(subject: Subject) -> Iterator[Draft]:
    """Two registered changes, one of which names a person."""
    dice = subject.dice("changes")
    former = make_person(dice, subject.place, "执行董事", today=subject.today)
    pairs = (
        ("住所变更", address(dice, subject.place), address(dice, subject.place)),
        (
            "法定代表人变更",
            f"执行董事：{former['name']}（{former['identityDocumentNumber']}）",
            f"执行董事：{subject.representative['name']}",
        ),
    )
    for item, before, after in pairs:
        day = subject.back(years=dice.randint(1, 5), days=dice.randint(0, 300))
        facts = {"changeItem": item, "contentBefore": before, "contentAfter": after, "changeDate": day}
        yield Draft(RecordKind.REGISTRATION_CHANGE, facts, (MR, ED), day)


def shareholders(subject: Subject, capital: Decimal) -> Iterator[Draft]:
    """A natural person with 60 percent and a company with 40; disclosure leaves the person's number blank."""
    dice = subject.dice("shareholders")
    person = make_person(dice, subject.place, "股东", today=subject.today)
    company = f"{subject.place.city}{brand(dice)}投资有限公司"
    company_code = make_code("91", subject.place.division, _OTHER_SUBJECTS + subject.serial % 40_000)
    owners = (
        (str(person["name"]), "自然人股东", str(person["identityDocumentNumber"]), Decimal(60)),
        (company, "企业法人", company_code, Decimal(40)),
    )
    for name, kind, code, percent in owners:
        is_person = kind == "自然人股东"
        amount = (capital * percent / 100).quantize(Decimal(1))
        facts = {
            "shareholderName": name,
            "shareholderType": kind,
            "shareholderCode": code,
            "subscribedAmount": amount,
            "subscribedDate": subject.founded,
            "subscribedMethod": "货币",
            "paidAmount": amount / 2,
            "paidDate": subject.founded,
            "holdingRatio": percent,
        }
        draft = Draft(RecordKind.SHAREHOLDER, facts, (MR, ED), subject.back(days=40), is_natural_person=is_person)
        yield draft.stated_by(ED, shareholderCode=None) if is_person else draft


def branch(subject: Subject, number: int) -> Draft:
    """A branch office with a code of its own."""
    code = make_code("91", subject.place.division, _OTHER_SUBJECTS + 40_000 + subject.serial % 3_000 * 10 + number)
    facts = {"branchName": f"{subject.name}第{'一二三四五六七八九'[number]}分公司", "branchCode": code}
    return Draft(RecordKind.BRANCH, facts, (MR, ED), subject.back(days=60))


def pledge_registration(subject: Subject) -> Draft:
    """A pledge of equity by a person, or of chattels or intellectual property by the subject itself."""
    dice = subject.dice("pledge registration")
    kind = dice.choice(tuple(PledgeKind))
    day = subject.back(days=dice.randint(30, 700))
    by_person = kind is PledgeKind.EQUITY
    facts = {
        "pledgeKind": kind,
        "registrationNumber": f"{subject.place.division}{day:%Y%m%d}Z{dice.randint(1, 9999):04d}",
        "pledgor": person_name(dice) if by_person else subject.name,
        "pledgee": f"{subject.place.city}{brand(dice)}小额贷款有限公司",
        "pledgedAmount": Decimal(dice.randint(10, 900)) * 10_000,
        "registrationDate": day,
    }
    return Draft(RecordKind.PLEDGE_REGISTRATION, facts, (MR, ED), day, is_natural_person=by_person)
