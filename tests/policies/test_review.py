"""After the fetch: what a record itself says about who may see it, in silence and by which article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.decide import decide
from policies.evidence import Evidence, Mark, RecordMark
from policies.question import Asker, DemandedField, Question
from policies.review import Kept, Reviewed, Reviewer
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from schema.vocabulary.records import Fact, RecordKind, SourceRecord, of_person
from tests.builders import TODAY, a_record, a_sheet, an_asker, evidence_of, the_catalog, tianjin

PUBLIC = an_asker()
PERMIT = an_asker(CallerClass.STATE_ORGAN, Purpose.ADMINISTRATIVE_PERMIT)
INSPECTION = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION)
SELF = an_asker(CallerClass.SUBJECT_SELF)
OWN = evidence_of(is_own=True)
MONEY = {"amount": "250000.00", "currency": "CNY"}
BAND = {"amount": None, "currency": "CNY", "band": "[100000, 1000000)"}
PENALTIES = FieldCoordinate("CreditSubject.administrativePenalties")
DEFAULTS = FieldCoordinate("CreditSubject.judgmentDefaults")
FINE: dict[str, Fact] = {"penaltyDocumentNumber": "1", "procedureType": "ORDINARY", "penaltyCategory": ["FINE"]}
PENALTY = a_record(RecordKind.ADMINISTRATIVE_PENALTY, {**FINE, "decisionDate": "2026-01-01"}, key="P1")


def reviewed(
    record: SourceRecord, place: str, asker: Asker, *, evidence: Evidence | None = None, region: str = "TJ"
) -> Reviewed:
    names: list[str | tuple[str, str]] = [place]
    for name, fact in record.facts.items():
        coordinate = f"{record.kind}.{name}"
        names.append(coordinate)
        person = fact[0] if isinstance(fact, list) and fact else fact
        if isinstance(person, dict) and "amount" not in person:
            names += [(f"PersonRef.{part}", coordinate) for part in person]
    sheet = a_sheet(names, asker, evidence, region=region)
    return Reviewer(sheet, the_catalog(region).records[FieldCoordinate(place)]).review(record)


def a_penalty(**facts: Fact) -> SourceRecord:
    """A fine by the ordinary procedure, of which nobody says when it was imposed."""
    return a_record(RecordKind.ADMINISTRATIVE_PENALTY, {**FINE, **facts})


def a_mark_on_penalties(mark: Mark) -> RecordMark:
    return RecordMark(mark, RecordKind.ADMINISTRATIVE_PENALTY, "P1", date(2026, 1, 1))


def kept(coordinate: str, code: ReasonCode, rule: str, article: str) -> tuple[Kept, ...]:
    return (Kept(FieldCoordinate(coordinate), code, rule, SourceArticle.parse(article)),)


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
        assert seen.silent == kept(PENALTIES, ReasonCode.DISPLAY_EXPIRED, "display_period", "TJ 42")


def test_a_record_whose_anchor_nobody_can_read_stays_back() -> None:
    record = a_record(RecordKind.ADMINISTRATIVE_PENALTY, FINE, unreadable=frozenset({"decisionDate"}))
    assert reviewed(record, PENALTIES, PUBLIC).facts is None


def test_what_its_agency_no_longer_displays_is_no_record() -> None:
    seen = reviewed(
        a_record(RecordKind.JUDGMENT_DEFAULTER, {"enforcementBasisNumber": "1"}, is_displayed=False), DEFAULTS, PERMIT
    )
    assert seen.facts is None
    assert seen.silent[0].code is ReasonCode.NOT_DISPLAYED


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
    assert seen.silent == kept("LegalPerson.businessScope", ReasonCode.NOT_PUBLIC_BY_RECORD, "record_flag", "TJ 37")


def test_persons_are_masked_by_their_role() -> None:
    legal = a_record(RecordKind.LEGAL_PERSON, {"legalRepresentative": {"name": "王小明"}})
    listing = a_record(
        RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, {"inclusionBasis": "1", "linkedPersons": [{"name": "王小明"}]}
    )
    shown = reviewed(legal, "CreditSubject.legalPerson", PUBLIC).facts
    masked = reviewed(listing, "CreditSubject.seriouslyUntrustworthyListings", PERMIT).facts
    assert shown == {"legalRepresentative": {"name": "王小明"}}
    assert masked is not None
    assert masked["linkedPersons"] == [{"name": "王*"}]


def test_what_the_sheet_withholds_never_leaves_the_record() -> None:
    record = a_record(RecordKind.TAXPAYER_PROFILE, {"taxpayerStatus": "NORMAL", "competentTaxAuthority": "津"})
    assert reviewed(record, "CreditSubject.taxpayerProfile", PUBLIC).facts == {"competentTaxAuthority": "津"}


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


def altered(
    record: SourceRecord, place: str, asker: Asker, changes: dict[str, dict[str, Any]], *, below: str | None = None
) -> Reviewed:
    """As `reviewed`, under a catalog in which these fields have other attributes."""
    entries = {at: replace(entry, **changes.get(at, {})) for at, entry in tianjin().entries.items()}
    catalog = replace(tianjin(), entries=entries)
    fields = [DemandedField(FieldCoordinate(f"{record.kind}.{name}")) for name in record.facts]
    if below is not None:
        fields += [
            DemandedField(FieldCoordinate(at), FieldCoordinate(below)) for at in changes if at.startswith("PersonRef.")
        ]
    sheet = decide(Question(asker, tuple(fields), TODAY), catalog, evidence_of())
    return Reviewer(sheet, catalog.records[FieldCoordinate(place)]).review(record)


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


@pytest.mark.parametrize(("anchor", "is_shown"), [("9999-01-01", True), ("2026-13-01", False), ("soon", False)])
def test_a_day_at_the_edge_of_the_calendar_breaks_nothing(anchor, is_shown) -> None:
    seen = reviewed(a_penalty(decisionDate=anchor), PENALTIES, PUBLIC)
    assert (seen.facts is not None) == is_shown


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


@pytest.mark.parametrize("asker", [PUBLIC, PERMIT, SELF, an_asker(CallerClass.OPERATOR)])
@pytest.mark.parametrize(
    ("mark", "code", "rule", "article"),
    [
        (Mark.RESTORED, ReasonCode.RESTORED, "restored", "TJ 45¶2"),
        (Mark.REVOKED, ReasonCode.REVOKED, "revoked", "TJ 43¶2"),
    ],
)
def test_restored_and_revoked_look_like_no_record_to_everybody(asker, mark, code, rule, article) -> None:
    evidence = replace(evidence_of(is_own=asker is SELF), marks=frozenset({a_mark_on_penalties(mark)}))
    assert reviewed(PENALTY, PENALTIES, asker, evidence=evidence) == Reviewed(
        None, kept(PENALTIES, code, rule, article)
    )
    assert reviewed(replace(PENALTY, key="P2"), PENALTIES, asker, evidence=evidence).facts is not None


@pytest.mark.parametrize(("key", "is_objected"), [("P1", True), ("P2", False)])
def test_what_the_subject_objects_to_is_shown_with_a_marker(key: str, is_objected: bool) -> None:
    evidence = replace(evidence_of(), marks=frozenset({a_mark_on_penalties(Mark.OBJECTED)}))
    seen = reviewed(replace(PENALTY, key=key), PENALTIES, PUBLIC, evidence=evidence)
    assert seen.facts is not None
    assert seen.is_objected == is_objected


@pytest.mark.parametrize(
    ("region", "home", "article"),
    [
        ("TJ", "", "TJ 12¶1(2)"),
        ("SH", "", "SH 9¶2(4)"),
        ("HL", "", "HL 18¶3"),
        ("LN", "", None),
        ("LN", "SH", "SH 9¶2(4)"),
        ("SH", "LN", "SH 9¶2(4)"),
    ],
)
def test_of_two_laws_the_one_that_keeps_a_record_back_has_its_way(region: str, home: str, article: str | None) -> None:
    """A penalty of the simplified procedure, which Liaoning alone would show."""
    sheet = a_sheet([PENALTIES, "AdministrativePenalty.penaltyDocumentNumber"], PUBLIC, region=region, home=home)
    reviewer = Reviewer(sheet, the_catalog(region).records[PENALTIES])
    seen = reviewer.review(a_penalty(procedureType="SIMPLIFIED", decisionDate="2026-01-01"))
    if article is None:
        assert seen.facts == {"penaltyDocumentNumber": "1"}
    else:
        code, rule = ReasonCode.SIMPLIFIED_PROCEDURE, "simplified_procedure"
        assert seen == Reviewed(None, kept(PENALTIES, code, rule, article))


def test_where_the_other_region_has_no_such_records_nothing_of_one_is_shown() -> None:
    question = Question(PUBLIC, (DemandedField(FieldCoordinate("AdministrativePenalty.penaltyDocumentNumber")),), TODAY)
    sheet = decide(question, tianjin(), evidence_of(), home=replace(tianjin(), entries={}, records={}))
    assert Reviewer(sheet, tianjin().records[PENALTIES]).review(PENALTY).facts == {}


def test_an_officer_without_authority_sees_of_a_record_what_the_public_sees() -> None:
    """Tianjin Art. 21(2)."""
    record = a_record(RecordKind.TAX_CREDIT_RATING, {"ratingYear": 2025, "taxCreditRating": "C"})
    seen = reviewed(record, "CreditSubject.taxCreditRatings", replace(PERMIT, items=frozenset()))
    assert seen.facts == {"ratingYear": 2025, "taxCreditRating": None}


def test_a_flag_on_a_fact_that_was_not_asked_for_changes_nothing() -> None:
    record = a_record(RecordKind.LEGAL_PERSON, {"registeredName": "甲"}, not_public=frozenset({"businessScope"}))
    assert reviewed(record, "CreditSubject.legalPerson", PUBLIC) == Reviewed({"registeredName": "甲"})


def test_where_masks_apply_and_the_record_has_no_say_the_mask_is_the_sheets() -> None:
    record = a_record(RecordKind.TAX_ARREARS, {"arrearsBalance": MONEY})
    for asker, shown in ((PUBLIC, BAND), (PERMIT, MONEY)):
        assert reviewed(record, "CreditSubject.taxArrears", asker).facts == {"arrearsBalance": shown}
