"""The records of a subject that nobody made by hand: what the dice say, in plausible proportions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from deploy.sandbox import world_conduct as conduct
from deploy.sandbox import world_courts as courts
from deploy.sandbox import world_registration as registration
from deploy.sandbox import world_reports as reports
from deploy.sandbox import world_tax as tax
from deploy.sandbox.world_draft import ED, MR, TX, Draft
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.codes import EnforcementKind, RegistrationStatus, TaxCreditGrade


def sound(subject: Subject) -> Iterator[Draft]:
    """What every subject in good standing has: registration, owners, one licence, reports, a tax profile."""
    person = registration.legal_person(subject)
    yield person
    capital = person.facts["registeredCapital"]
    assert isinstance(capital, Decimal)
    if not subject.is_individual:
        yield from registration.shareholders(subject, capital)
    yield from registration.changes(subject)
    yield conduct.licence(subject, MR)
    yield from annual_reports(subject, hidden=frozenset({"totalProfit", "netProfit", "employeeCount"}))
    yield tax.taxpayer_profile(subject)


def annual_reports(subject: Subject, *, hidden: frozenset[str]) -> Iterator[Draft]:
    """The reports on the last two years, with the same amounts hidden."""
    for years_ago in (2, 1):
        yield reports.annual_report(subject, subject.today.year - 1 - years_ago, hidden=hidden)


def ordinary(subject: Subject) -> Iterator[Draft]:
    """All records of a subject of the seeded population."""
    dice = subject.dice("ordinary")
    person, *rest = sound(subject)
    if dice.random() < 0.1:
        person = person.changed(formerNames=[subject.name.replace("有限公司", "商行")])
    if dice.random() < 0.03:
        yield person.changed(registrationStatus=RegistrationStatus.ABNORMAL)
        yield conduct.abnormal_listing(subject, listed=subject.back(days=dice.randint(30, 900)))
    elif dice.random() < 0.04:
        gone = {"registrationStatus": RegistrationStatus.REVOKED, "revocationDate": subject.back(days=200)}
        yield person.changed(**gone)
    else:
        yield person
    yield from rest
    for number in range(dice.choices((0, 1, 3), (85, 10, 5))[0]):
        yield registration.branch(subject, number)
    if dice.random() < 0.05:
        yield registration.pledge_registration(subject)
    yield from _conduct(subject)
    yield from _tax(subject)
    yield from _courts(subject)


def _conduct(subject: Subject) -> Iterator[Draft]:
    dice = subject.dice("conduct")
    for keeper in (ED, TX):
        if dice.random() < 0.3:
            yield conduct.licence(subject, keeper)
    for _ in range(dice.choices((0, 1, 2), (90, 8, 2))[0]):
        sentence = dice.choice((conduct.FALSE_ADVERTISING, conduct.UNLICENSED_FOOD))
        decided = subject.back(days=dice.randint(10, 1500))
        yield conduct.penalty(
            subject, sentence, issuer=conduct.market_issuer(subject), decided=decided, holders=(MR, ED)
        )
    if dice.random() < 0.05:
        decided = subject.back(days=dice.randint(10, 600))
        yield conduct.penalty(
            subject, conduct.LATE_TAX_RETURN, issuer=conduct.tax_issuer(subject), decided=decided, holders=(TX, ED)
        )
    if dice.random() < 0.01:
        yield conduct.serious_listing(subject, listed=subject.back(days=dice.randint(30, 900)))
    if dice.random() < 0.12:
        yield reports.credit_pledge(subject)
    if dice.random() < 0.08:
        yield reports.commendation(subject)


def _tax(subject: Subject) -> Iterator[Draft]:
    dice = subject.dice("tax")
    if not subject.is_individual:
        grade = dice.choices(tuple(TaxCreditGrade), (25, 45, 15, 10, 5))[0]
        for year in (subject.today.year - 3, subject.today.year - 2):
            yield tax.tax_credit_rating(subject, year, grade)
    if dice.random() < 0.05:
        yield tax.tax_arrears(subject, dice.choice(tax.TAX_CATEGORIES))
    if dice.random() < 0.01:
        published = subject.back(days=dice.randint(30, 900))
        yield tax.major_tax_violation(subject, published=published)
        yield tax.major_violation_listing(subject, published=published)


def _courts(subject: Subject) -> Iterator[Draft]:
    dice = subject.dice("courts")
    for number in range(dice.choices((0, 1, 2), (96, 3, 1))[0]):
        published = subject.back(days=dice.randint(10, 700))
        yield courts.judgment_defaulter(subject, number, published=published)
        if number == 0:
            yield courts.defaulter_listing(subject, published=published)
    for number in range(dice.choices((0, 1, 3), (94, 4, 2))[0]):
        yield courts.enforcement_case(subject, number, dice.choice(tuple(EnforcementKind)))
