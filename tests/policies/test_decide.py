"""Catalogs, judged: who sees what, to which end, by which article, also where two laws have a say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policies.decide
from policies.decide import decide
from policies.evidence import Consent, Evidence
from policies.question import Asker, DemandedField, Question
from policies.rules import CONDITIONS, LISTING_RULES, RULES
from policies.verdict import DecisionSheet, Effect, Verdict, View
from schema.catalog.entry import MaskKind, Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.reasons import ReasonCode
from tests.builders import TODAY, a_sheet, a_verdict, an_asker, evidence_of, tianjin

PUBLIC = an_asker()
PERMIT = an_asker(CallerClass.STATE_ORGAN, Purpose.ADMINISTRATIVE_PERMIT)
BANK = an_asker(CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING)
SELF = an_asker(CallerClass.SUBJECT_SELF)
OWN = evidence_of(is_own=True)
PERSON = evidence_of(kind=SubjectKind.INDIVIDUAL_BUSINESS)

STATUS = "TaxpayerProfile.taxpayerStatus"
AGREED = Consent(
    items=frozenset(entry.item.code for entry in tianjin().entries.values()),
    purposes=frozenset({Purpose.CREDIT_GRANTING}),
    given_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
)
WRITTEN = replace(AGREED, is_written=True, was_warned=True)

askers = st.builds(
    Asker,
    st.sampled_from(CallerClass),
    st.none() | st.sampled_from(Purpose),
    st.booleans(),
    published=st.sampled_from([frozenset(), frozenset(Purpose)]),
    items=st.sampled_from([frozenset(), frozenset({"*"})]),
    states_matter=st.booleans(),
    is_from_other_region=st.booleans(),
)
evidences = st.builds(
    Evidence,
    st.sampled_from(SubjectKind),
    st.booleans(),
    is_in_region=st.booleans(),
    consents=st.sampled_from([frozenset(), frozenset({AGREED}), frozenset({WRITTEN})]),
)
coordinates = st.sampled_from(sorted(tianjin().entries))
regions = st.sampled_from(["TJ", "SH", "HL", "LN"])


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


@pytest.mark.parametrize(
    ("region", "home", "consent", "codes"),
    [
        ("TJ", "", AGREED, []),
        ("SH", "", AGREED, [("WRITTEN_CONSENT_REQUIRED", "SH 17¶3")]),
        ("SH", "", WRITTEN, []),
        ("TJ", "SH", AGREED, [("WRITTEN_CONSENT_REQUIRED", "SH 17¶3")]),
        ("SH", "TJ", AGREED, [("WRITTEN_CONSENT_REQUIRED", "SH 17¶3")]),
        ("TJ", "SH", WRITTEN, []),
        ("TJ", "SH", None, [("CONSENT_REQUIRED", "TJ 37¶2"), ("WRITTEN_CONSENT_REQUIRED", "SH 17¶3")]),
    ],
)
def test_a_bank_needs_the_subjects_word_in_the_form_of_each_law_that_has_a_say(region, home, consent, codes) -> None:
    evidence = replace(evidence_of(), consents=frozenset({consent} if consent else ()))
    verdict = a_verdict(STATUS, BANK, evidence, region=region, home=home)
    assert [(str(finding.code), str(finding.article)) for finding in verdict.findings] == codes


def test_a_field_that_one_of_two_catalogs_does_not_list_is_withheld() -> None:
    bare = replace(tianjin(), entries={})
    question = Question(PERMIT, (DemandedField(FieldCoordinate(STATUS)),), TODAY)
    for catalog, home in ((tianjin(), bare), (bare, tianjin())):
        (verdict,) = decide(question, catalog, evidence_of(), home=home).verdicts.values()
        assert verdict.findings[0].code is ReasonCode.NOT_IN_CATALOG


@pytest.mark.parametrize("changes", [{"published": frozenset()}, {"items": frozenset()}, {"purpose": None}, {}])
def test_who_does_not_meet_the_conditions_sees_of_a_public_field_what_the_public_sees(changes) -> None:
    """Tianjin Art. 19, 21(2): records narrow the public's view, and an officer without authority is the public."""
    asker = replace(an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION), **changes)
    grade, arrears = (a_verdict(at, asker) for at in ("TaxCreditRating.taxCreditRating", "TaxArrears.arrearsBalance"))
    assert (grade.effect, grade.view) == (Effect.SHOW, View.PUBLIC if changes else View.ON_CONDITION)
    assert arrears.mask is (MaskKind.M6 if changes else MaskKind.M0)


@pytest.mark.parametrize(("consents", "view"), [(set(), View.PUBLIC), ({AGREED}, View.ON_CONDITION)])
def test_whom_the_subject_has_authorised_sees_more_than_the_public_of_what_a_record_narrows(consents, view) -> None:
    """Enterprise Information Disclosure Regulation Art. 9: others see the rest with the enterprise's consent."""
    party = an_asker(CallerClass.AUTHORISED_PARTY, Purpose.CREDIT_GRANTING)
    evidence = replace(evidence_of(), consents=frozenset(consents))
    assert a_verdict("AnnualReport.totalAssets", party, evidence).view is view


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


def test_an_unlisted_field_of_which_no_rule_says_anything_is_withheld_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policies.decide, "LISTING_RULES", ())
    verdict = a_verdict("LegalPerson.shoeSize", SELF, OWN)
    assert (verdict.effect, verdict.findings[0].code) == (Effect.WITHHOLD, ReasonCode.RULE_FAILED)


def test_an_item_that_is_not_yet_in_force_is_unlisted() -> None:
    sheet = a_sheet(["LegalPerson.registeredName"], PUBLIC, as_of=date(2025, 12, 31))
    assert sheet.withholds(next(iter(sheet.verdicts)).coordinate)


def broken(*_asked: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("name", ["RULES", "LISTING_RULES"])
def test_a_rule_that_fails_withholds(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(policies.decide, name, (*getattr(policies.decide, name), ("broken", broken)))
    verdict = a_verdict("LegalPerson.registeredName", SELF, OWN)
    assert verdict.effect is Effect.WITHHOLD
    assert (verdict.findings[0].code, verdict.findings[0].rule) == (ReasonCode.RULE_FAILED, "broken")


def test_a_condition_that_fails_is_not_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies.decide, "CONDITIONS", (("broken", broken),))
    assert a_verdict("LegalPerson.registeredName", PERMIT).view is View.PUBLIC


def by_coordinate(sheet: DecisionSheet) -> dict[str, Verdict]:
    return {field.coordinate: verdict for field, verdict in sheet.verdicts.items()}


@given(askers, evidences, st.lists(coordinates, min_size=1, max_size=12), st.randoms(), regions)
def test_order_of_fields_and_rules_changes_nothing(asker, evidence, wanted, random, region) -> None:
    first = by_coordinate(a_sheet(wanted, asker, evidence, region=region))
    random.shuffle(wanted)
    with pytest.MonkeyPatch.context() as patch:
        for name, rules in (("RULES", RULES), ("CONDITIONS", CONDITIONS), ("LISTING_RULES", LISTING_RULES)):
            patch.setattr(policies.decide, name, tuple(random.sample(rules, len(rules))))
        again = by_coordinate(a_sheet(wanted, asker, evidence, region=region))
    assert first == again


@given(askers, evidences, coordinates, regions)
def test_whoever_has_less_never_sees_more(asker, evidence, coordinate, region) -> None:
    seen = a_verdict(coordinate, asker, evidence, region=region)
    narrower = [
        (replace(asker, may_read_conditional=False), evidence),
        (replace(asker, purpose=None), evidence),
        (replace(asker, published=frozenset()), evidence),
        (replace(asker, items=frozenset()), evidence),
        (replace(asker, states_matter=False), evidence),
        (replace(asker, is_from_other_region=True), evidence),
        (asker, replace(evidence, consents=frozenset())),
        (asker, replace(evidence, is_in_region=False)),
        (asker, replace(evidence, subject_kind=SubjectKind.INDIVIDUAL_BUSINESS)),
    ]
    for less, known in narrower:
        verdict = a_verdict(coordinate, less, known, region=region)
        assert verdict.effect >= seen.effect
        assert verdict.view <= seen.view


@given(askers, evidences, coordinates, regions, regions)
def test_what_another_region_shares_in_is_judged_by_the_stricter_of_both_laws(
    asker, evidence, coordinate, region, home
) -> None:
    """Tianjin Art. 2, 8; Shanghai Art. 3, 7; Heilongjiang Art. 53."""
    own = a_verdict(coordinate, asker, evidence, region=region)
    other = a_verdict(coordinate, replace(asker, is_from_other_region=True), evidence, region=home)
    both = a_verdict(coordinate, asker, evidence, region=region, home=home)
    assert both.effect is max(own.effect, other.effect)
    assert both.view is min(own.view, other.view)
    assert set(both.findings) == {*own.findings, *other.findings}
    if both.effect is Effect.MASK:
        assert both.mask in {own.mask, other.mask} - {MaskKind.M0}


@given(askers, coordinates)
def test_nothing_but_public_items_without_a_token(asker, coordinate) -> None:
    shown = a_verdict(coordinate, PUBLIC).effect is not Effect.WITHHOLD
    assert shown == (tianjin().entries[coordinate].sensitivity is Sensitivity.PUBLIC)
    if shown:
        assert a_verdict(coordinate, asker).effect is not Effect.WITHHOLD
