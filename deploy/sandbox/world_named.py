"""The hand-made subjects: one trap each, everything else about them sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from deploy.sandbox import world_conduct as conduct
from deploy.sandbox import world_courts as courts
from deploy.sandbox import world_registration as registration
from deploy.sandbox import world_reports as reports
from deploy.sandbox import world_tax as tax
from deploy.sandbox.world_draft import ED, MR, TX, Draft
from deploy.sandbox.world_ordinary import annual_reports, sound
from deploy.sandbox.world_subject import Subject
from schema.vocabulary.codes import EnforcementKind, RegistrationStatus, TaxCreditGrade, TaxpayerStatus
from schema.vocabulary.records import RecordKind

_NAME_LIMIT = 100
"""Market regulation's old system keeps so many characters of a name."""


def _sound_but(subject: Subject, kind: RecordKind, change: Callable[[Draft], Draft]) -> Iterator[Draft]:
    """A sound subject whose records of one kind are changed."""
    return (change(draft) if draft.kind is kind else draft for draft in sound(subject))


def _clean(subject: Subject) -> Iterator[Draft]:
    yield from sound(subject)
    yield registration.branch(subject, 0)
    yield registration.pledge_registration(subject)
    yield conduct.licence(subject, ED)
    yield conduct.licence(subject, TX)
    yield reports.credit_pledge(subject)
    yield reports.commendation(subject)
    for year in (subject.today.year - 3, subject.today.year - 2):
        yield tax.tax_credit_rating(subject, year, TaxCreditGrade.A)


def _penalised(subject: Subject) -> Iterator[Draft]:
    yield from sound(subject)
    for sentence, days in ((conduct.FALSE_ADVERTISING, 120), (conduct.UNLICENSED_FOOD, 400)):
        holders = (MR, TX, ED) if days == 120 else (MR, ED)
        yield conduct.penalty(
            subject, sentence, issuer=conduct.market_issuer(subject), decided=subject.back(days=days), holders=holders
        )
    yield conduct.penalty(
        subject,
        conduct.LATE_TAX_RETURN,
        issuer=conduct.tax_issuer(subject),
        decided=subject.back(days=90),
        holders=(TX,),
    )


def _defaulter(subject: Subject) -> Iterator[Draft]:
    yield from sound(subject)
    for number in range(13):
        yield courts.judgment_defaulter(subject, number, published=subject.back(days=30 + 40 * number))
    yield courts.defaulter_listing(subject, published=subject.back(days=30))
    for number, kind in enumerate(EnforcementKind):
        yield courts.enforcement_case(subject, number, kind)


def _abnormal(subject: Subject) -> Iterator[Draft]:
    status = RegistrationStatus.ABNORMAL
    yield from _sound_but(subject, RecordKind.LEGAL_PERSON, lambda draft: draft.changed(registrationStatus=status))
    removed = conduct.abnormal_listing(subject, listed=subject.back(years=1), removed=subject.back(days=3))
    yield removed.stated_by(MR, removalReason=None, removalDate=None, removalAuthority=None)
    yield conduct.abnormal_listing(subject, listed=subject.back(days=45))


def _deregistered(subject: Subject) -> Iterator[Draft]:
    day = subject.back(days=100)
    for draft in sound(subject):
        if draft.kind is RecordKind.LEGAL_PERSON:
            yield draft.changed(registrationStatus=RegistrationStatus.DEREGISTERED, deregistrationDate=day)
        elif draft.kind is RecordKind.TAXPAYER_PROFILE:
            yield draft.changed(taxpayerStatus=TaxpayerStatus.DEREGISTERED)
        else:
            yield draft


def _expired_record(subject: Subject) -> Iterator[Draft]:
    yield from sound(subject)
    decided = subject.back(years=6)
    yield conduct.penalty(
        subject,
        conduct.FALSE_ADVERTISING,
        issuer=conduct.market_issuer(subject),
        decided=decided,
        holders=(MR, ED),
    )
    yield courts.judgment_defaulter(subject, 0, published=subject.back(years=7))
    yield courts.judgment_defaulter(subject, 1, published=subject.back(years=8), exited=subject.back(years=6))
    yield tax.major_tax_violation(subject, published=subject.back(years=6), stopped=subject.back(years=4))


def _individual_business(subject: Subject) -> Iterator[Draft]:
    yield from sound(subject)
    yield tax.tax_arrears(subject, "增值税")


def _disagreement(subject: Subject) -> Iterator[Draft]:
    def change(draft: Draft) -> Draft:
        name = f"虚拓（天津）{subject.trade.word}有限公司"
        return draft.changed(registeredName=name).stated_by(ED, registeredCapital=Decimal(88_000_000))

    return _sound_but(subject, RecordKind.LEGAL_PERSON, change)


def _old_taxpayer_number(subject: Subject) -> Iterator[Draft]:
    number = subject.place.division + subject.code[8:17]
    return _sound_but(
        subject, RecordKind.TAXPAYER_PROFILE, lambda draft: draft.changed(taxpayerIdentificationNumber=number)
    )


def _unknown_code(subject: Subject) -> Iterator[Draft]:
    for draft in sound(subject):
        if draft.kind is RecordKind.LEGAL_PERSON:
            yield draft.written_by(MR, registrationStatus="7", entityType="8888")
        elif draft.kind is RecordKind.TAXPAYER_PROFILE:
            yield draft.written_by(TX, taxpayerStatus="77")
        else:
            yield draft
    yield tax.tax_arrears(subject, "增值税").written_by(TX, taxCategory="19999")


def _late_rows(subject: Subject) -> Iterator[Draft]:
    """Rows in order of arrival: insert, newest update, the same again, then an older update that comes late."""

    def change(draft: Draft) -> Draft:
        older = {**draft.facts, "registeredCapital": Decimal(300_000)}
        rows = (
            {**older, "registeredName": "天津市旧拟贸易商行", "_flag": "I", "_arrived": 1, "_days_before": 900},
            {**draft.facts, "_flag": "U", "_arrived": 2, "_days_before": 0},
            {**draft.facts, "_flag": "U", "_arrived": 3, "_days_before": 0},
            {**older, "_flag": "U", "_arrived": 4, "_days_before": 400},
        )
        return replace(draft, history=rows, flag="U")

    yield from _sound_but(subject, RecordKind.LEGAL_PERSON, change)
    gone = registration.branch(subject, 1)
    rows = (
        {**gone.facts, "_flag": "I", "_arrived": 1, "_days_before": 500},
        {**gone.facts, "_flag": "D", "_arrived": 2, "_days_before": 0},
        {**gone.facts, "_flag": "U", "_arrived": 3, "_days_before": 200},
    )
    yield replace(gone, history=rows, flag="D", holders=(MR,))
    yield registration.branch(subject, 2)


def _amounts(subject: Subject, *, hidden: frozenset[str]) -> Iterator[Draft]:
    for draft in sound(subject):
        if draft.kind is not RecordKind.ANNUAL_REPORT:
            yield draft
    yield from annual_reports(subject, hidden=hidden)


def _rated(subject: Subject, grade: TaxCreditGrade) -> Iterator[Draft]:
    yield from sound(subject)
    yield tax.tax_credit_rating(subject, subject.today.year - 2, grade)


def _arrears(subject: Subject) -> Iterator[Draft]:
    yield from sound(subject)
    for category in tax.TAX_CATEGORIES[:2]:
        yield tax.tax_arrears(subject, category)


def _major_violation(subject: Subject) -> Iterator[Draft]:
    published = subject.back(days=200)
    yield from sound(subject)
    yield tax.major_tax_violation(subject, published=published)
    yield tax.major_violation_listing(subject, published=published)


def _long_name(subject: Subject) -> Iterator[Draft]:
    name = "天津市" + "虚拟示例样板远景" * 13 + "贸易有限公司"
    return _sound_but(
        subject,
        RecordKind.LEGAL_PERSON,
        lambda draft: draft.changed(registeredName=name).stated_by(MR, registeredName=name[:_NAME_LIMIT]),
    )


def _open_ended(subject: Subject) -> Iterator[Draft]:
    for draft in sound(subject):
        for name in ("businessTermTo", "validTo"):
            if name in draft.facts:
                draft = replace(draft.changed(**{name: None}), open_ended=frozenset({name}))
        yield draft


def _seriously_listed(subject: Subject) -> Iterator[Draft]:
    yield from sound(subject)
    listed: date = subject.back(days=300)
    yield conduct.abnormal_listing(subject, listed=subject.back(years=4))
    yield conduct.serious_listing(subject, listed=listed)


def _unknown(_: Subject) -> Iterator[Draft]:
    return iter(())


HAND_MADE: Mapping[str, Callable[[Subject], Iterator[Draft]]] = MappingProxyType(
    {
        "clean": _clean,
        "penalised": _penalised,
        "defaulter": _defaulter,
        "abnormal": _abnormal,
        "deregistered": _deregistered,
        "expired-record": _expired_record,
        "individual-business": _individual_business,
        "unknown": _unknown,
        "disagreement": _disagreement,
        "old-taxpayer-number": _old_taxpayer_number,
        "unknown-code": _unknown_code,
        "late-rows": _late_rows,
        "captcha": sound,
        "hidden-amounts": lambda subject: _amounts(subject, hidden=reports.AMOUNTS),
        "visible-amounts": lambda subject: _amounts(subject, hidden=frozenset()),
        "rating-a": lambda subject: _rated(subject, TaxCreditGrade.A),
        "rating-c": lambda subject: _rated(subject, TaxCreditGrade.C),
        "arrears": _arrears,
        "major-violation": _major_violation,
        "long-name": _long_name,
        "open-ended": _open_ended,
        "seriously-listed": _seriously_listed,
    }
)
"""How each hand-made subject's records are made, by its name."""
