"""The Tianjin catalog, judged: who sees what, to which end, by which article."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policies.decide
from policies.question import Asker
from policies.rules import RULES
from policies.verdict import Effect, View
from schema.catalog.entry import MaskKind, Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind
from schema.vocabulary.reasons import ReasonCode
from tests.builders import a_sheet, a_verdict, an_asker, evidence_of, tianjin

PUBLIC = an_asker()
PERMIT = an_asker(CallerClass.STATE_ORGAN, Purpose.ADMINISTRATIVE_PERMIT)
BANK = an_asker(CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING)
SELF = an_asker(CallerClass.SUBJECT_SELF)
OWN = evidence_of(is_own=True)
PERSON = evidence_of(kind=SubjectKind.INDIVIDUAL_BUSINESS)

askers = st.builds(Asker, st.sampled_from(CallerClass), st.none() | st.sampled_from(Purpose), st.booleans())
evidences = st.sampled_from(
    [evidence_of(), OWN, PERSON, evidence_of(kind=SubjectKind.INDIVIDUAL_BUSINESS, is_own=True)]
)
coordinates = st.sampled_from(sorted(tianjin().entries))


def test_public_information_is_for_anyone() -> None:
    verdict = a_verdict("LegalPerson.registeredName", PUBLIC)
    assert verdict.effect is Effect.SHOW
    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("asker", "code", "article"),
    [
        (PUBLIC, ReasonCode.CALLER_NOT_AUTHORISED, "TJ 10"),
        (an_asker(CallerClass.STATE_ORGAN), ReasonCode.PURPOSE_REQUIRED, "TJ 19"),
        (an_asker(CallerClass.STATE_ORGAN, Purpose.CREDIT_GRANTING), ReasonCode.PURPOSE_NOT_ALLOWED, "TJ 19"),
        (
            an_asker(CallerClass.STATE_ORGAN, Purpose.ADMINISTRATIVE_PERMIT, conditional=False),
            ReasonCode.CALLER_NOT_AUTHORISED,
            "TJ 22",
        ),
    ],
)
def test_conditional_information_needs_class_scope_and_purpose(asker: Asker, code: ReasonCode, article: str) -> None:
    finding = a_verdict("TaxpayerProfile.taxpayerStatus", asker).findings[0]
    assert (finding.effect, finding.code, str(finding.article)) == (Effect.WITHHOLD, code, article)
    assert finding.help


def test_conditional_information_is_shared_for_its_purpose() -> None:
    assert a_verdict("TaxpayerProfile.taxpayerStatus", PERMIT).effect is Effect.SHOW


@pytest.mark.parametrize("asker", [PUBLIC, PERMIT, BANK, SELF])
def test_what_is_not_shared_stays_with_its_subject(asker: Asker) -> None:
    assert a_verdict("TaxCreditRating.ratingScore", asker).effect is Effect.WITHHOLD


def test_the_subject_sees_its_own() -> None:
    verdict = a_verdict("TaxCreditRating.ratingScore", SELF, OWN)
    assert verdict.effect is Effect.SHOW
    assert verdict.view is View.FULL


def test_amounts_are_bands_but_for_the_duty_that_needs_them() -> None:
    assert a_verdict("TaxArrears.arrearsBalance", PUBLIC).mask is MaskKind.M6
    assert a_verdict("TaxArrears.arrearsBalance", BANK).mask is MaskKind.M6
    assert a_verdict("TaxArrears.arrearsBalance", SELF, OWN).mask is MaskKind.M0


def test_amounts_of_natural_persons_are_barred_before_any_fetch() -> None:
    assert a_verdict("TaxArrears.arrearsBalance", PUBLIC, PERSON).effect is Effect.WITHHOLD
    assert a_verdict("TaxArrears.arrearsBalance", PERMIT, PERSON).effect is Effect.WITHHOLD


def test_an_address_is_masked_where_it_is_a_home() -> None:
    assert a_verdict("LegalPerson.domicile", PUBLIC).mask is MaskKind.M0
    assert a_verdict("LegalPerson.domicile", PUBLIC, PERSON).mask is MaskKind.M3


def test_a_name_is_shown_where_the_role_is_public() -> None:
    public_role = a_verdict("PersonRef.name", PUBLIC, below="LegalPerson.legalRepresentative")
    other_role = a_verdict("PersonRef.name", PERMIT, below="SeriouslyUntrustworthyListing.linkedPersons")
    assert (public_role.mask, other_role.mask) == (MaskKind.M0, MaskKind.M1)


def test_unlisted_means_no() -> None:
    verdict = a_verdict("LegalPerson.favouriteColour", SELF, OWN)
    assert verdict.effect is Effect.WITHHOLD
    assert verdict.findings[0].code is ReasonCode.NOT_IN_CATALOG


def test_what_may_never_be_held_is_told_as_such_and_not_as_merely_unlisted() -> None:
    found = a_verdict("LegalPerson.bloodType", SELF, OWN).findings
    assert [finding.code for finding in found] == [ReasonCode.PROHIBITED_CATEGORY, ReasonCode.NOT_IN_CATALOG]


def test_an_item_that_is_not_yet_in_force_is_unlisted() -> None:
    sheet = a_sheet(["LegalPerson.registeredName"], PUBLIC, as_of=date(2025, 12, 31))
    assert sheet.withholds(next(iter(sheet.verdicts)).coordinate)


def test_a_rule_that_fails_withholds(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_case: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(policies.decide, "RULES", (*RULES, ("broken", broken)))
    finding = a_verdict("LegalPerson.registeredName", SELF, OWN).findings[0]
    assert (finding.code, finding.rule) == (ReasonCode.RULE_FAILED, "broken")


@given(askers, evidences, st.lists(coordinates, min_size=1, max_size=12), st.randoms())
def test_order_of_fields_and_rules_changes_nothing(asker, evidence, wanted, random) -> None:
    first = {field.coordinate: verdict for field, verdict in a_sheet(wanted, asker, evidence).verdicts.items()}
    random.shuffle(wanted)
    rules = list(RULES)
    random.shuffle(rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policies.decide, "RULES", tuple(rules))
        again = {field.coordinate: verdict for field, verdict in a_sheet(wanted, asker, evidence).verdicts.items()}
    assert first == again


@given(askers, evidences, coordinates)
def test_a_token_that_reaches_less_never_sees_more(asker, evidence, coordinate) -> None:
    full = Asker(asker.caller_class, asker.purpose, may_read_conditional=True)
    less = Asker(asker.caller_class, asker.purpose, may_read_conditional=False)
    without_purpose = Asker(asker.caller_class, None, may_read_conditional=True)
    seen = a_verdict(coordinate, full, evidence)
    for narrower in (less, without_purpose):
        verdict = a_verdict(coordinate, narrower, evidence)
        assert verdict.effect >= seen.effect
        assert verdict.view <= seen.view


@given(askers, coordinates)
def test_nothing_but_public_items_without_a_token(asker, coordinate) -> None:
    shown = a_verdict(coordinate, PUBLIC).effect is not Effect.WITHHOLD
    assert shown == (tianjin().entries[coordinate].sensitivity is Sensitivity.PUBLIC)
    if shown:
        assert a_verdict(coordinate, asker).effect is not Effect.WITHHOLD
