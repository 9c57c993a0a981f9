"""What a rule may look at, already looked up."""

from __future__ import annotations

import pytest

from schema.catalog.entry import Sensitivity, UseAuthority
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind
from tests.builders import an_asker
from tests.policies.rules.cases import a_case

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


def test_two_rows_for_one_class_add_up() -> None:
    rows = tuple(
        UseAuthority(CallerClass.STATE_ORGAN, frozenset({purpose}))
        for purpose in (Purpose.INSPECTION, Purpose.TENDERING)
    )
    assert a_case(use_authority=rows).allowed_purposes == {Purpose.INSPECTION, Purpose.TENDERING}
