"""After the fetch: what a record itself says about who may see it, in silence and by which article."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.decide import decide
from policies.evidence import Mark
from policies.question import DemandedField, Question
from policies.review import Reviewed, Reviewer
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import TODAY, a_record, a_sheet, an_asker, evidence_of, the_catalog, tianjin
from tests.policies.reviews import (
    BAND,
    DEFAULTS,
    FINE,
    INSPECTION,
    MONEY,
    OWN,
    PENALTIES,
    PENALTY,
    PERMIT,
    PUBLIC,
    SELF,
    a_mark_on_penalties,
    a_penalty,
    kept,
    reviewed,
)


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


def test_any_fact_that_a_record_flags_is_kept_from_the_public() -> None:
    record = a_record(
        RecordKind.LEGAL_PERSON,
        {"registeredName": "甲", "businessScope": "乙"},
        not_public=frozenset({"businessScope"}),
    )
    seen = reviewed(record, "CreditSubject.legalPerson", PUBLIC)
    assert seen.facts == {"registeredName": "甲", "businessScope": None}
    assert seen.silent == kept("LegalPerson.businessScope", ReasonCode.NOT_PUBLIC_BY_RECORD, "record_flag", "TJ 37")


def test_what_the_sheet_withholds_never_leaves_the_record() -> None:
    record = a_record(RecordKind.TAXPAYER_PROFILE, {"taxpayerStatus": "NORMAL", "competentTaxAuthority": "津"})
    assert reviewed(record, "CreditSubject.taxpayerProfile", PUBLIC).facts == {"competentTaxAuthority": "津"}


@pytest.mark.parametrize(("anchor", "is_shown"), [("9999-01-01", True), ("2026-13-01", False), ("soon", False)])
def test_a_day_at_the_edge_of_the_calendar_breaks_nothing(anchor, is_shown) -> None:
    seen = reviewed(a_penalty(decisionDate=anchor), PENALTIES, PUBLIC)
    assert (seen.facts is not None) == is_shown


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
