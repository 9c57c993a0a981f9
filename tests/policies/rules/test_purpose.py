"""Whether a purpose is stated and allowed (Tianjin Art. 19, 20; Shanghai 28, Heilongjiang 44, Liaoning 21)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.rules.purpose import judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity, UseAuthority
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import REGIONS, a_case


def test_public_information_and_ones_own_need_no_purpose() -> None:
    assert judge(a_case(an_asker(), sensitivity=Sensitivity.PUBLIC)) is None
    assert judge(a_case(an_asker(CallerClass.SUBJECT_SELF), is_own=True)) is None
    assert judge(a_case(an_asker(CallerClass.OPERATOR))) is None


@pytest.mark.parametrize(("region", "article"), [("TJ", "TJ 19"), ("SH", "SH 28"), ("HL", "HL 44"), ("LN", "LN 21")])
def test_a_missing_purpose_is_told_with_the_two_ways_of_stating_one(region: str, article: str) -> None:
    finding = judge(a_case(an_asker(CallerClass.STATE_ORGAN), region=region))
    assert finding is not None
    assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.PURPOSE_REQUIRED)
    assert (finding.rule, str(finding.article)) == ("purpose", article)
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


EVERYTHING = (UseAuthority(CallerClass.STATE_ORGAN, frozenset(Purpose)),)


@pytest.mark.parametrize(
    ("purpose", "regions"),
    [
        (Purpose.ADMINISTRATIVE_PERMIT, {"TJ", "SH", "HL", "LN"}),
        (Purpose.AUDITING, {"TJ"}),
        (Purpose.TALENT_INTRODUCTION, {"TJ"}),
        (Purpose.RESIDENCE, {"SH", "LN"}),
        (Purpose.LAND_USE, {"TJ", "SH", "LN"}),
        (Purpose.PUBLIC_RESOURCE_TRADING, {"HL"}),
        (Purpose.CANDIDATE_VETTING, {"LN"}),
        (Purpose.ADMINISTRATIVE_PENALTY, {"TJ", "SH", "LN"}),
    ],
)
def test_each_text_names_its_own_purposes(purpose: Purpose, regions: set[str]) -> None:
    asker = an_asker(CallerClass.STATE_ORGAN, purpose, states_matter=True)
    allowing = {region for region in REGIONS if judge(a_case(asker, region=region, use_authority=EVERYTHING)) is None}
    assert allowing == regions


@pytest.mark.parametrize(
    ("region", "purpose", "article"),
    [
        ("SH", Purpose.ADMINISTRATIVE_PENALTY, "SH 28¶1(1)"),
        ("HL", Purpose.TENDERING, "HL 44(2)"),
        ("HL", Purpose.OTHER_MANAGEMENT, "HL 44(5)"),
    ],
)
def test_a_purpose_on_a_condition_wants_the_matter_stated(region: str, purpose: Purpose, article: str) -> None:
    """Shanghai: large amounts only; Heilongjiang: tenders of government investment, and what a law provides."""
    asker = an_asker(CallerClass.STATE_ORGAN, purpose)
    finding = judge(a_case(asker, region=region, use_authority=EVERYTHING))
    assert finding is not None
    assert (finding.code, str(finding.article)) == (ReasonCode.PURPOSE_NOT_ALLOWED, article)
    assert "matter" in finding.help
    assert judge(a_case(replace(asker, states_matter=True), region=region, use_authority=EVERYTHING)) is None


def test_whom_the_subject_has_authorised_asks_for_credit_and_nothing_else() -> None:
    assert judge(a_case(an_asker(CallerClass.AUTHORISED_PARTY, Purpose.CREDIT_GRANTING), use_authority=())) is None
    finding = judge(a_case(an_asker(CallerClass.AUTHORISED_PARTY, Purpose.INSPECTION), use_authority=()))
    assert finding is not None
    assert finding.help.endswith(": CREDIT_GRANTING")
