"""After the fetch: display periods, per-record flags, values on condition, natural persons, masks."""

from __future__ import annotations

from datetime import date

import pytest

from policies.evidence import Evidence
from policies.question import Asker
from policies.review import Reviewed, Reviewer
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind, SourceRecord
from tests.builders import TODAY, a_record, a_sheet, an_asker, evidence_of, tianjin

PUBLIC = an_asker()
PERMIT = an_asker(CallerClass.STATE_ORGAN, Purpose.ADMINISTRATIVE_PERMIT)
INSPECTION = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION)
SELF = an_asker(CallerClass.SUBJECT_SELF)
OWN = evidence_of(is_own=True)
MONEY = {"amount": "250000.00", "currency": "CNY"}
BAND = {"amount": None, "currency": "CNY", "band": "[100000, 1000000)"}


def reviewed(
    record: SourceRecord, place: str, asker: Asker, *, evidence: Evidence | None = None, today: date = TODAY
) -> Reviewed:
    names: list[str | tuple[str, str]] = [place]
    for name, fact in record.facts.items():
        coordinate = f"{record.kind}.{name}"
        names.append(coordinate)
        person = fact[0] if isinstance(fact, list) and fact else fact
        if isinstance(person, dict) and "amount" not in person:
            names += [(f"PersonRef.{part}", coordinate) for part in person]
    sheet = a_sheet(names, asker, evidence)
    return Reviewer(sheet, tianjin().records[FieldCoordinate(place)]).review(record, today)


def a_penalty(**facts: str) -> SourceRecord:
    return a_record(RecordKind.ADMINISTRATIVE_PENALTY, {"penaltyDocumentNumber": "1", **facts})


PENALTIES = "CreditSubject.administrativePenalties"


@pytest.mark.parametrize("asker", [PUBLIC, PERMIT, SELF])
@pytest.mark.parametrize(
    ("decided", "until", "is_shown"),
    [
        ("2023-06-01", None, True),
        ("2023-05-31", None, False),
        ("2026-01-01", "2026-06-01", True),
        ("2026-01-01", "2026-05-31", False),
    ],
)
def test_a_penalty_past_its_display_period_is_no_record_for_anyone(asker, decided, until, is_shown) -> None:
    record = a_penalty(decisionDate=decided, **({"displayDeadline": until} if until else {}))
    seen = reviewed(record, PENALTIES, asker)
    assert (seen.facts is not None) == is_shown
    if not is_shown:
        assert seen.silent == ((PENALTIES, ReasonCode.DISPLAY_EXPIRED),)


def test_a_record_whose_anchor_nobody_can_read_stays_back() -> None:
    record = a_record(
        RecordKind.ADMINISTRATIVE_PENALTY, {"penaltyDocumentNumber": "1"}, unreadable=frozenset({"decisionDate"})
    )
    assert reviewed(record, PENALTIES, PUBLIC).facts is None


def test_what_its_agency_no_longer_displays_is_no_record() -> None:
    seen = reviewed(
        a_record(RecordKind.JUDGMENT_DEFAULTER, {"caseNumber": "1"}, is_displayed=False),
        "CreditSubject.judgmentDefaults",
        PERMIT,
    )
    assert seen.facts is None
    assert seen.silent[0][1] is ReasonCode.NOT_DISPLAYED


@pytest.mark.parametrize(
    ("asker", "evidence", "shown"),
    [(PUBLIC, None, None), (PERMIT, None, None), (INSPECTION, None, BAND), (SELF, OWN, MONEY)],
)
def test_an_amount_the_enterprise_did_not_publish(asker, evidence, shown) -> None:
    record = a_record(RecordKind.ANNUAL_REPORT, {"totalAssets": MONEY}, not_public=frozenset({"totalAssets"}))
    seen = reviewed(record, "CreditSubject.annualReports", asker, evidence=evidence)
    assert seen.facts == {"totalAssets": shown}


def test_an_amount_the_enterprise_published_is_for_anyone() -> None:
    record = a_record(RecordKind.ANNUAL_REPORT, {"totalAssets": MONEY})
    assert reviewed(record, "CreditSubject.annualReports", PUBLIC).facts == {"totalAssets": MONEY}


@pytest.mark.parametrize(
    ("grade", "asker", "shown"), [("A", PUBLIC, "A"), ("C", PUBLIC, None), ("C", PERMIT, "C"), ("M", PERMIT, "M")]
)
def test_only_grade_a_is_public(grade, asker, shown) -> None:
    record = a_record(RecordKind.TAX_CREDIT_RATING, {"ratingYear": 2025, "taxCreditRating": grade})
    seen = reviewed(record, "CreditSubject.taxCreditRatings", asker)
    assert seen.facts is not None
    assert seen.facts["taxCreditRating"] == shown
    assert bool(seen.silent) == (shown is None)


@pytest.mark.parametrize(("is_person", "shown"), [(False, "91120000103069967Y"), (True, None)])
def test_the_code_of_a_shareholder_is_public_unless_it_is_a_person(is_person, shown) -> None:
    record = a_record(RecordKind.SHAREHOLDER, {"shareholderCode": "91120000103069967Y"}, is_natural_person=is_person)
    assert reviewed(record, "CreditSubject.shareholders", PUBLIC).facts == {"shareholderCode": shown}


def test_any_fact_that_a_record_flags_is_kept_from_the_public() -> None:
    record = a_record(
        RecordKind.LEGAL_PERSON,
        {"registeredName": "甲", "businessScope": "乙"},
        not_public=frozenset({"businessScope"}),
    )
    seen = reviewed(record, "CreditSubject.legalPerson", PUBLIC)
    assert seen.facts == {"registeredName": "甲", "businessScope": None}
    assert seen.silent == (("LegalPerson.businessScope", ReasonCode.NOT_PUBLIC_BY_RECORD),)


def test_persons_are_masked_by_their_role() -> None:
    legal = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"name": "王小明"}})
    listing = a_record(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, {"linkedPersons": [{"name": "王小明"}]})
    shown = reviewed(legal, "CreditSubject.legalPerson", PUBLIC).facts
    masked = reviewed(listing, "CreditSubject.seriouslyUntrustworthyListings", PERMIT).facts
    assert shown == {"legalRepresentative": {"name": "王小明"}}
    assert masked == {"linkedPersons": [{"name": "王*"}]}


def test_what_the_sheet_withholds_never_leaves_the_record() -> None:
    record = a_record(RecordKind.TAXPAYER_PROFILE, {"taxpayerStatus": "NORMAL", "competentTaxAuthority": "津"})
    assert reviewed(record, "CreditSubject.taxpayerProfile", PUBLIC).facts == {"competentTaxAuthority": "津"}


def test_a_person_in_a_form_nobody_expects_is_not_shown() -> None:
    record = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"name": "王小明"}})
    broken = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": "王小明"})
    sheet = a_sheet(["LegalPerson.legalRepresentative", ("PersonRef.name", "LegalPerson.legalRepresentative")], PUBLIC)
    reviewer = Reviewer(sheet, tianjin().records[FieldCoordinate("CreditSubject.legalPerson")])
    assert reviewer.review(record, TODAY).facts == {"legalRepresentative": {"name": "王小明"}}
    assert reviewer.review(broken, TODAY).facts == {"legalRepresentative": None}
