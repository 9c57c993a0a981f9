"""What a rule may look at, already looked up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schema.catalog.entry import Sensitivity, UseAuthority
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind
from tests.builders import an_asker
from tests.policies.rules.cases import REGIONS, a_case

PERSON = SubjectKind.INDIVIDUAL_BUSINESS
ORGANISATION = SubjectKind.ORGANISATION


@pytest.mark.parametrize(
    ("stated", "for_persons", "kind", "effective"),
    [
        (Sensitivity.PUBLIC, Sensitivity.NOT_SHARED, ORGANISATION, Sensitivity.PUBLIC),
        (Sensitivity.PUBLIC, Sensitivity.NOT_SHARED, PERSON, Sensitivity.NOT_SHARED),
        (Sensitivity.NOT_SHARED, Sensitivity.PUBLIC, PERSON, Sensitivity.NOT_SHARED),
        (Sensitivity.CONDITIONAL, None, PERSON, Sensitivity.CONDITIONAL),
    ],
)
def test_the_stricter_word_holds_for_a_natural_person(stated, for_persons, kind, effective) -> None:
    case = a_case(kind=kind, sensitivity=stated, natural_person=for_persons)
    assert case.sensitivity is effective


@pytest.mark.parametrize("caller", CallerClass)
def test_only_the_subject_and_the_operator_see_everything(caller: CallerClass) -> None:
    assert a_case(an_asker(caller)).has_full_view == (caller is CallerClass.OPERATOR)
    assert a_case(an_asker(caller), is_own=True).has_full_view


def test_a_purpose_needs_both_the_item_and_the_regulation() -> None:
    assert a_case().allowed_purposes == {Purpose.INSPECTION}
    unlawful = UseAuthority(CallerClass.STATE_ORGAN, frozenset({Purpose.CREDIT_GRANTING}))
    assert a_case(use_authority=(unlawful,)).allowed_purposes == frozenset()
    assert a_case(an_asker(CallerClass.ASSOCIATION)).allowed_purposes == frozenset()


def test_for_whom_the_subject_has_authorised_the_regulation_alone_bounds_the_purposes() -> None:
    party = an_asker(CallerClass.AUTHORISED_PARTY)
    assert a_case(party, use_authority=()).allowed_purposes == {Purpose.CREDIT_GRANTING}


def test_a_class_that_the_regulation_does_not_know_has_no_purpose() -> None:
    row = UseAuthority(CallerClass.ASSOCIATION, frozenset({Purpose.CREDIT_GRANTING}))
    asker = an_asker(CallerClass.ASSOCIATION)
    assert a_case(asker, region="TJ", use_authority=(row,)).allowed_purposes == frozenset()
    assert a_case(asker, region="HL", use_authority=(row,)).allowed_purposes == {Purpose.CREDIT_GRANTING}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("caller", CallerClass)
def test_a_regulation_names_the_classes_that_inquire_by_duty(region: str, caller: CallerClass) -> None:
    """Heilongjiang Art. 22 and Liaoning 16 count providing units among them, Shanghai no district platform."""
    by_duty = {
        CallerClass.STATE_ORGAN,
        CallerClass.JUDICIAL_ORGAN,
        CallerClass.SUPERVISOR_AUDITOR,
        CallerClass.NATIONAL_PLATFORM,
    }
    by_duty |= {CallerClass.LOWER_LEVEL_PLATFORM} if region != "SH" else set()
    by_duty |= {CallerClass.PROVIDER_UNIT} if region in {"HL", "LN"} else set()
    assert a_case(an_asker(caller), region=region).asks_by_duty == (caller in by_duty)


@pytest.mark.parametrize(
    ("stated", "for_persons", "kind", "effective"),
    [
        (Sensitivity.PUBLIC, None, ORGANISATION, Sensitivity.CONDITIONAL),
        (Sensitivity.PUBLIC, Sensitivity.PUBLIC, PERSON, Sensitivity.CONDITIONAL),
        (Sensitivity.PUBLIC, Sensitivity.NOT_SHARED, PERSON, Sensitivity.NOT_SHARED),
        (Sensitivity.NOT_SHARED, None, ORGANISATION, Sensitivity.NOT_SHARED),
    ],
)
def test_beyond_the_public_a_public_field_is_one_on_condition(stated, for_persons, kind, effective) -> None:
    case = a_case(kind=kind, sensitivity=stated, natural_person=for_persons)
    beyond = replace(case, is_beyond_public=True)
    assert beyond.sensitivity is effective
    assert not beyond.is_open
