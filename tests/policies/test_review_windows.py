"""A consent may cover records of some days only (PIPL Art. 6): of others no more is seen than without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policies.decide import decide
from policies.evidence import Consent, Evidence
from policies.explain import explain
from policies.question import DemandedField, Question
from policies.review import Kept, Reviewed, Reviewer
from schema.catalog.catalog import Catalog
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from schema.vocabulary.records import Fact, RecordKind, SourceRecord
from tests.builders import TODAY, a_record, an_asker, evidence_of, tianjin

BANK = an_asker(CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING)
ARREARS = FieldCoordinate("CreditSubject.taxArrears")
PROFILE = FieldCoordinate("CreditSubject.taxpayerProfile")
CONSENT = Consent(
    frozenset({"SUP-TX1", "NB05-2", "NB01-1"}),
    frozenset({Purpose.CREDIT_GRANTING}),
    date(2026, 1, 1),
    date(2026, 12, 31),
    is_written=True,
    was_warned=True,
)
SINCE_2024 = replace(CONSENT, data_from=date(2024, 3, 1))


def agreed(*consents: Consent) -> Evidence:
    return replace(evidence_of(), consents=frozenset(consents))


def seen(
    record: SourceRecord, evidence: Evidence, place: FieldCoordinate = ARREARS, law: Catalog | None = None
) -> Reviewed:
    catalog = law or tianjin()
    names = (place, *(FieldCoordinate(f"{record.kind}.{name}") for name in record.facts))
    question = Question(BANK, tuple(DemandedField(name) for name in names), TODAY)
    return Reviewer(decide(question, catalog, evidence), catalog.records[place]).review(record)


def arrears(until: Fact) -> SourceRecord:
    facts: dict[str, Fact] = {"taxCategory": "增值税", "taxPeriodFrom": "2024-01-01", "taxPeriodTo": until}
    return a_record(RecordKind.TAX_ARREARS, facts)


@pytest.mark.parametrize(
    ("until", "is_covered"), [("2024-03-01", True), ("2024-02-29", False), (None, False), (["2025-01-01"], False)]
)
def test_a_record_of_another_day_shows_what_it_shows_without_the_consent(until: Fact, is_covered: bool) -> None:
    told = seen(arrears(until), agreed(SINCE_2024))
    assert told.facts is not None
    assert told.facts["taxCategory"] == "增值税"
    assert (told.facts.get("taxPeriodFrom") is not None) == is_covered
    outside = [kept for kept in told.silent if kept.code is ReasonCode.OUTSIDE_CONSENT]
    assert bool(outside) != is_covered
    without = seen(arrears(until), agreed())
    assert is_covered or told.facts == without.facts


def test_what_stays_back_is_told_in_the_record_of_the_inquiry_with_its_article() -> None:
    told = seen(arrears("2023-12-31"), agreed(SINCE_2024))
    article = SourceArticle.parse("TJ 37¶2")
    at = FieldCoordinate("TaxArrears.taxPeriodFrom")
    assert Kept(at, ReasonCode.OUTSIDE_CONSENT, "consent", article) in told.silent


def test_an_unbounded_consent_beside_a_bounded_one_covers_every_day() -> None:
    told = seen(arrears("2019-12-31"), agreed(SINCE_2024, CONSENT))
    assert told.facts is not None
    assert told.facts["taxPeriodFrom"] == "2024-01-01"


def test_of_several_bounded_ones_each_has_to_cover_the_day() -> None:
    told = seen(arrears("2025-12-31"), agreed(SINCE_2024, replace(CONSENT, data_to=date(2025, 6, 30))))
    assert told.facts is not None
    assert told.facts.get("taxPeriodFrom") is None


@pytest.mark.parametrize(("last", "is_covered"), [(None, True), (TODAY, True), (date(2026, 5, 31), False)])
def test_what_tells_how_things_are_is_of_today(last: date | None, is_covered: bool) -> None:
    record = a_record(RecordKind.TAXPAYER_PROFILE, {"taxpayerStatus": "NORMAL"})
    told = seen(record, agreed(replace(SINCE_2024, data_to=last)), PROFILE)
    assert told.facts is not None
    assert (told.facts.get("taxpayerStatus") == "NORMAL") == is_covered


def test_a_place_that_only_the_consent_opens_is_closed_for_other_days() -> None:
    law = tianjin()
    entry = replace(
        law.entries[ARREARS], sensitivity=Sensitivity.CONDITIONAL, sharing_scope=frozenset({BANK.caller_class})
    )
    entry = replace(entry, use_authority=law.entries[FieldCoordinate("TaxArrears.taxPeriodFrom")].use_authority)
    law = replace(law, entries={**law.entries, ARREARS: entry})
    assert seen(arrears("2025-12-31"), agreed(SINCE_2024), law=law).facts is not None
    told = seen(arrears("2023-12-31"), agreed(SINCE_2024), law=law)
    assert told.facts is None
    assert [(kept.coordinate, kept.code) for kept in told.silent] == [(ARREARS, ReasonCode.OUTSIDE_CONSENT)]


def test_what_is_no_record_for_anyone_needs_no_window() -> None:
    gone = replace(arrears("2023-12-31"), is_displayed=False)
    told = seen(gone, agreed(SINCE_2024))
    assert told.facts is None
    assert [kept.code for kept in told.silent] == [ReasonCode.NOT_DISPLAYED]


@pytest.mark.parametrize(
    ("consent", "dated", "is_covered"),
    [
        (CONSENT, "", True),
        (SINCE_2024, "", False),
        (SINCE_2024, "2024", True),
        (SINCE_2024, "2023", False),
        (SINCE_2024, "2024-03", True),
        (replace(CONSENT, data_to=date(2024, 3, 1)), "2024-03-01", True),
        (replace(CONSENT, data_to=date(2024, 3, 1)), "2024-03-02", False),
        (replace(CONSENT, data_to=date(2024, 3, 1)), "2025", False),
    ],
)
def test_days_months_and_years_are_compared_as_far_as_they_are_known(
    consent: Consent, dated: str, is_covered: bool
) -> None:
    assert consent.covers_day(dated) == is_covered


def test_the_explanation_says_that_a_record_may_still_stay_back() -> None:
    at = FieldCoordinate("TaxArrears.taxPeriodFrom")
    question = Question(BANK, (DemandedField(at),), TODAY)
    for consent, is_told in ((SINCE_2024, True), (CONSENT, False)):
        [told] = explain(question, tianjin(), agreed(consent)).explanations
        assert ("consent" in {rule.rule for rule in told.may_be_kept_back_by}) == is_told
