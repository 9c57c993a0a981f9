"""A party that turns out to be a person (Tianjin Art. 4, 16¶3, Shanghai 6, Heilongjiang 23¶4, Liaoning 8)."""

from __future__ import annotations

import pytest

from policies.question import DemandedField
from policies.rules.natural_person import judge
from policies.verdict import Verdict, View
from schema.catalog.entry import Sensitivity
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import AT, an_entry

PERSON = a_record(RecordKind.SHAREHOLDER, {"x": "1"}, is_natural_person=True)


@pytest.mark.parametrize(
    ("stricter", "view", "is_shown"),
    [
        (Sensitivity.PUBLIC, View.PUBLIC, True),
        (Sensitivity.CONDITIONAL, View.PUBLIC, False),
        (Sensitivity.CONDITIONAL, View.ON_CONDITION, True),
        (Sensitivity.NOT_SHARED, View.ON_CONDITION, False),
        (Sensitivity.NOT_SHARED, View.FULL, True),
        (None, View.PUBLIC, True),
    ],
)
def test_of_a_person_a_fact_is_shown_as_far_as_the_catalog_shows_persons(stricter, view, is_shown) -> None:
    verdict = Verdict(DemandedField(AT), an_entry(natural_person=stricter), (), view=view)
    assert judge(PERSON, "x", verdict) is (None if is_shown else ReasonCode.NATURAL_PERSON)


def test_an_organisation_is_no_person_and_an_unlisted_field_has_no_word_for_either() -> None:
    organisation = a_record(RecordKind.SHAREHOLDER, {"x": "1"})
    strict = an_entry(natural_person=Sensitivity.NOT_SHARED)
    assert judge(organisation, "x", Verdict(DemandedField(AT), strict, ())) is None
    assert judge(PERSON, "x", Verdict(DemandedField(AT), None, ())) is None
