"""Registration records: the legal person itself, its changes, shareholders, branches and pledges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from deploy.sandbox.names import address
from deploy.sandbox.world_draft import Draft
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.codes import RegistrationStatus
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind


def registration(subject: Subject, *, holders: tuple[AgencyId, ...]) -> Iterator[Draft]:
    """The legal person in its ordinary state."""
    dice = subject.dice("registration")
    capital = Decimal(dice.choice((50, 100, 500, 1000, 5000))) * 10_000
    yield Draft(
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
            "registrationAuthority": f"{subject.place.city}{subject.place.district}市场监督管理局",
            "administrativeDivisionCode": subject.place.division,
            "deregistrationDate": None,
            "revocationDate": None,
            "legalRepresentative": subject.representative,
        },
        holders,
        subject.back(days=dice.randint(1, 20)),
    )
