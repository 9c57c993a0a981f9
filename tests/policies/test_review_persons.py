"""Persons in records: by which role they are named, what is masked, who is a minor, what is a person at all."""

from __future__ import annotations

from typing import Any

import pytest

from policies.evidence import Evidence
from policies.review import Reviewer
from schema.catalog.entry import Sensitivity
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import Fact, RecordKind, of_person
from tests.builders import a_record, a_sheet, the_catalog, tianjin
from tests.policies.reviews import (
    DEFAULTS,
    INSPECTION,
    LISTINGS,
    MONEY,
    OWN,
    PERMIT,
    PUBLIC,
    SELF,
    altered,
    kept,
    reviewed,
)


def test_persons_are_masked_by_their_role() -> None:
    legal = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"name": "王小明"}})
    listing = a_record(
        RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING,
        {"inclusionBasis": "1", "linkedPersons": [{"name": "王小明", "position": "法定代表人"}]},
    )
    shown = reviewed(legal, "CreditSubject.legalPerson", PUBLIC).facts
    masked = reviewed(listing, "CreditSubject.seriouslyUntrustworthyListings", PERMIT).facts
    assert shown == {"legalRepresentative": {"name": "王小明"}}
    assert masked is not None
    assert masked["linkedPersons"] == [{"name": "王*", "position": "法定代表人"}]


def test_a_person_in_a_form_nobody_expects_is_not_shown() -> None:
    record = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"name": "王小明"}})
    broken = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": "王小明"})
    sheet = a_sheet(["LegalPerson.legalRepresentative", ("PersonRef.name", "LegalPerson.legalRepresentative")], PUBLIC)
    reviewer = Reviewer(sheet, tianjin().records[FieldCoordinate("CreditSubject.legalPerson")])
    assert reviewer.review(record).facts == {"legalRepresentative": {"name": "王小明"}}
    assert reviewer.review(broken).facts == {"legalRepresentative": None}


@pytest.mark.parametrize(("asker", "evidence", "shown"), [(SELF, OWN, "000000199001010000"), (PERMIT, None, None)])
def test_the_number_of_a_person_comes_under_its_own_name(asker, evidence, shown) -> None:
    """It is ordered apart, so a plain code of a person is never there to slip through."""
    number = {of_person("shareholderCode"): "000000199001010000"}
    record = a_record(RecordKind.SHAREHOLDER, {"shareholderCode": None, **number}, is_natural_person=True)
    seen = reviewed(record, "CreditSubject.shareholders", asker, evidence=evidence)
    assert seen.facts == {"shareholderCode": shown}


def test_a_person_whom_the_record_flags_stays_back_with_all_that_is_known_of_them() -> None:
    record = a_record(
        RecordKind.LEGAL_PERSON,
        {"legalRepresentative": {"name": "王小明"}},
        not_public=frozenset({"legalRepresentative"}),
    )
    seen = reviewed(record, "CreditSubject.legalPerson", PUBLIC)
    assert seen.facts == {"legalRepresentative": None}
    at = "LegalPerson.legalRepresentative"
    assert seen.silent == kept(at, ReasonCode.NOT_PUBLIC_BY_RECORD, "record_flag", "TJ 37")


def test_of_a_person_nothing_leaves_that_the_sheet_withholds() -> None:
    record = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"identityDocumentNumber": "0" * 18}})
    assert reviewed(record, "CreditSubject.legalPerson", PUBLIC).facts == {"legalRepresentative": None}


def test_a_person_in_a_role_that_is_withheld_does_not_come_back_through_their_name() -> None:
    record = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"name": "王小明"}})
    changes: dict[str, dict[str, Any]] = {
        "LegalPerson.legalRepresentative": {"sensitivity": Sensitivity.NOT_SHARED},
        "PersonRef.name": {},
    }
    below = "LegalPerson.legalRepresentative"
    assert altered(record, "CreditSubject.legalPerson", PUBLIC, changes, below=below).facts == {}


@pytest.mark.parametrize(("asker", "shown"), [(PUBLIC, None), (PERMIT, "911***967Y")])
def test_the_public_sees_no_part_of_an_identity_number_not_even_a_masked_one(asker, shown) -> None:
    record = a_record(RecordKind.SHAREHOLDER, {"shareholderCode": "91120000103069967Y"}, is_natural_person=True)
    changes: dict[str, dict[str, Any]] = {"Shareholder.shareholderCode": {"natural_person": None}}
    seen = altered(record, "CreditSubject.shareholders", asker, changes)
    assert seen.facts == {"shareholderCode": shown}


def test_the_public_sees_no_part_of_a_persons_number_below_a_role() -> None:
    record = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"identityDocumentNumber": "0" * 18}})
    changes: dict[str, dict[str, Any]] = {"PersonRef.identityDocumentNumber": {"sensitivity": Sensitivity.PUBLIC}}
    below = "LegalPerson.legalRepresentative"
    for asker, shown in ((PUBLIC, None), (PERMIT, "000***0000")):
        seen = altered(record, "CreditSubject.legalPerson", asker, changes, below=below)
        assert seen.facts == {"legalRepresentative": {"identityDocumentNumber": shown}}


@pytest.mark.parametrize(("asker", "shown"), [(PUBLIC, None), (PERMIT, MONEY)])
def test_what_is_conditional_for_natural_persons_is_for_callers_with_a_purpose(asker, shown) -> None:
    """The subject is an organisation here; the party of the record is the person."""
    record = a_record(RecordKind.TAX_ARREARS, {"arrearsBalance": MONEY}, is_natural_person=True)
    changes: dict[str, dict[str, Any]] = {"TaxArrears.arrearsBalance": {"natural_person": Sensitivity.CONDITIONAL}}
    seen = altered(record, "CreditSubject.taxArrears", asker, changes)
    assert seen.facts == {"arrearsBalance": shown}
    assert bool(seen.silent) == (shown is None)


def test_a_minor_in_an_adverse_record_is_not_named_and_the_record_stays() -> None:
    """The Supreme People's Court of 2017: minors are not listed; the day of birth is for the judge alone."""
    at = "JudgmentDefaulter.responsiblePerson"
    sheet = a_sheet(["CreditSubject.judgmentDefaults", at, ("PersonRef.name", at)], PUBLIC)
    reviewer = Reviewer(sheet, tianjin().records[DEFAULTS])
    for born, shown in (("2008-06-02", None), ("2008-05-31", {"name": "王小明"})):
        person = {"name": "王小明", "birthDate": born}
        record = a_record(RecordKind.JUDGMENT_DEFAULTER, {"enforcementBasisNumber": "1", "responsiblePerson": person})
        seen = reviewer.review(record)
        assert seen.facts == {"responsiblePerson": shown}
        assert seen.silent == (() if shown else kept(at, ReasonCode.MINOR, "minor", "TJ 2¶2"))


@pytest.mark.parametrize(("is_person", "shown"), [(False, "91120000103069967Y"), (True, None)])
def test_the_code_of_a_shareholder_is_public_unless_it_is_a_person(is_person, shown) -> None:
    record = a_record(RecordKind.SHAREHOLDER, {"shareholderCode": "91120000103069967Y"}, is_natural_person=is_person)
    assert reviewed(record, "CreditSubject.shareholders", PUBLIC).facts == {"shareholderCode": shown}


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        (SubjectKind.INDIVIDUAL_BUSINESS, "天津市和平区***"),
        (SubjectKind.ORGANISATION, "天津市和平区虚构街19号5层29室"),
    ],
)
def test_a_change_of_domicile_tells_no_more_of_an_individual_business_than_its_domicile_does(kind, seen) -> None:
    record = a_record(RecordKind.REGISTRATION_CHANGE, {"contentAfter": "天津市和平区虚构街19号5层29室"})
    told = reviewed(record, "CreditSubject.registrationChanges", PUBLIC, evidence=Evidence(kind, is_own=False))
    assert told.facts == {"contentAfter": seen}


@pytest.mark.parametrize(
    ("region", "home", "article"),
    [("TJ", "", None), ("SH", "", "SH 33"), ("HL", "", None), ("TJ", "SH", "SH 33"), ("SH", "TJ", "SH 33")],
)
def test_who_answers_for_a_listed_unit_in_a_role_that_a_text_does_not_name_is_not_named(region, home, article) -> None:
    """Shanghai Art. 33 knows no actual controller."""
    at = "SeriouslyUntrustworthyListing.linkedPersons"
    facts: dict[str, Fact] = {"inclusionBasis": "1", "linkedPersons": [{"position": "实际控制人"}]}
    sheet = a_sheet([LISTINGS, at, ("PersonRef.position", at)], INSPECTION, region=region, home=home)
    reviewer = Reviewer(sheet, the_catalog(region).records[LISTINGS])
    seen = reviewer.review(a_record(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, facts))
    assert seen.facts == {"linkedPersons": [] if article else [{"position": "实际控制人"}]}
    assert seen.silent == (kept(at, ReasonCode.LINKED_PERSON, "linked_person", article) if article else ())


def test_the_unit_itself_sees_whom_its_own_list_names() -> None:
    at = "SeriouslyUntrustworthyListing.linkedPersons"
    facts: dict[str, Fact] = {"inclusionBasis": "1", "linkedPersons": [{"position": "财务负责人"}]}
    sheet = a_sheet([LISTINGS, at, ("PersonRef.position", at)], SELF, OWN)
    reviewer = Reviewer(sheet, tianjin().records[LISTINGS])
    seen = reviewer.review(a_record(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, facts))
    assert seen.facts == {"linkedPersons": [{"position": "财务负责人"}]}
