"""Whether a purpose is stated and allowed (Tianjin Art. 19, 20)."""

from __future__ import annotations

import pytest

from policies.rules.purpose import judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity, UseAuthority
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import a_case


def test_public_information_and_ones_own_need_no_purpose() -> None:
    assert judge(a_case(an_asker(), sensitivity=Sensitivity.PUBLIC)) is None
    assert judge(a_case(an_asker(CallerClass.SUBJECT_SELF), is_own=True)) is None
    assert judge(a_case(an_asker(CallerClass.OPERATOR))) is None


def test_a_missing_purpose_is_told_with_the_two_ways_of_stating_one() -> None:
    finding = judge(a_case(an_asker(CallerClass.STATE_ORGAN)))
    assert finding is not None
    assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.PURPOSE_REQUIRED)
    assert (finding.rule, str(finding.article)) == ("purpose", "TJ 19")
    assert "@inquiry" in finding.help
    assert "Inquiry-Purpose" in finding.help


@pytest.mark.parametrize("purpose", Purpose)
def test_a_purpose_passes_if_item_and_regulation_allow_it(purpose: Purpose) -> None:
    finding = judge(a_case(an_asker(CallerClass.STATE_ORGAN, purpose)))
    assert (finding is None) == (purpose is Purpose.INSPECTION)
    if finding is not None:
        assert finding.code is ReasonCode.PURPOSE_NOT_ALLOWED
        assert finding.help == "purposes open to your class for this item: INSPECTION"


def test_a_class_to_which_no_purpose_is_open_is_told_so() -> None:
    finding = judge(a_case(an_asker(CallerClass.ASSOCIATION, Purpose.INSPECTION)))
    assert finding is not None
    assert finding.help.endswith(": none")


def test_what_an_item_allows_beyond_the_regulation_is_not_allowed() -> None:
    wide = UseAuthority(CallerClass.STATE_ORGAN, frozenset({Purpose.CREDIT_GRANTING}))
    finding = judge(a_case(an_asker(CallerClass.STATE_ORGAN, Purpose.CREDIT_GRANTING), use_authority=(wide,)))
    assert finding is not None
    assert finding.code is ReasonCode.PURPOSE_NOT_ALLOWED
