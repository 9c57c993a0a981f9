"""When a value is desensitised before its caller sees it (Tianjin 4, Shanghai 6, Heilongjiang 23¶4, Liaoning 8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.rules.masking import judge
from policies.verdict import Effect
from schema.catalog.entry import MaskKind, MaskOccasion, Sensitivity
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import REGIONS, a_case

PERSON = SubjectKind.INDIVIDUAL_BUSINESS
ROLE = "LegalPerson.legalRepresentative"


@pytest.mark.parametrize("kind", MaskKind)
def test_a_mask_applies_unless_there_is_none(kind: MaskKind) -> None:
    finding = judge(a_case(an_asker(), mask=kind))
    assert (finding is None) == (kind is MaskKind.M0)
    if finding is not None:
        assert (finding.effect, finding.code) == (Effect.MASK, ReasonCode.MASKED)
        assert (finding.rule, str(finding.article)) == ("masking", "TJ 4")


@pytest.mark.parametrize("kind", MaskKind)
def test_one_sees_oneself_without_a_mask(kind: MaskKind) -> None:
    assert judge(a_case(an_asker(CallerClass.SUBJECT_SELF), is_own=True, mask=kind)) is None


@pytest.mark.parametrize("caller", [CallerClass.SUBJECT_SELF, CallerClass.OPERATOR])
def test_a_token_that_reaches_public_information_only_lifts_no_mask(caller: CallerClass) -> None:
    asker = an_asker(caller, conditional=False)
    assert judge(a_case(asker, is_own=True, mask=MaskKind.M4)) is not None


def test_a_role_that_is_public_by_law_lifts_the_mask_and_no_other_role_does() -> None:
    lifted = frozenset({FieldCoordinate(ROLE)})
    assert judge(a_case(below=ROLE, mask=MaskKind.M1, unmasked_below=lifted)) is None
    assert judge(a_case(below="LegalPerson.other", mask=MaskKind.M1, unmasked_below=lifted)) is not None
    assert judge(a_case(mask=MaskKind.M1, unmasked_below=lifted)) is not None


@pytest.mark.parametrize(("kind", "is_masked"), [(PERSON, True), (SubjectKind.ORGANISATION, False)])
def test_a_mask_for_individual_businesses_leaves_organisations_alone(kind: SubjectKind, is_masked: bool) -> None:
    case = a_case(kind=kind, mask=MaskKind.M3, mask_occasion=MaskOccasion.INDIVIDUAL_BUSINESS)
    assert (judge(case) is not None) == is_masked


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("meets", "is_masked"), [(True, False), (False, True)])
def test_of_a_public_amount_the_exact_figure_is_for_the_duty_that_meets_its_conditions(
    region, meets, is_masked
) -> None:
    case = a_case(region=region, mask=MaskKind.M6, sensitivity=Sensitivity.PUBLIC)
    assert (judge(replace(case, meets_conditions=meets)) is not None) == is_masked


@pytest.mark.parametrize(
    "caller", [CallerClass.FINANCIAL_INSTITUTION, CallerClass.LOWER_LEVEL_PLATFORM, CallerClass.PROVIDER_UNIT]
)
def test_a_class_without_the_duty_sees_the_band_whatever_else_it_meets(caller: CallerClass) -> None:
    case = a_case(an_asker(caller), mask=MaskKind.M6, sensitivity=Sensitivity.PUBLIC)
    assert judge(replace(case, meets_conditions=True)) is not None


def test_of_an_amount_on_condition_whoever_gets_it_by_duty_gets_the_figure() -> None:
    assert judge(a_case(mask=MaskKind.M6)) is None
    assert judge(a_case(an_asker(CallerClass.FINANCIAL_INSTITUTION), mask=MaskKind.M6)) is not None


@pytest.mark.parametrize("region", REGIONS)
def test_in_heilongjiang_a_public_role_lifts_the_mask_for_organs_alone(region: str) -> None:
    """Heilongjiang Art. 23¶4: name, day of birth, numbers, address and telephone are not opened."""
    lifted = frozenset({FieldCoordinate(ROLE)})
    anyone = a_case(an_asker(), region=region, below=ROLE, mask=MaskKind.M1, unmasked_below=lifted)
    organ = a_case(region=region, below=ROLE, mask=MaskKind.M1, unmasked_below=lifted)
    assert (judge(anyone) is not None) == (region == "HL")
    assert judge(organ) is None


def test_a_duty_lifts_the_band_of_an_amount_and_no_other_mask() -> None:
    assert judge(a_case(mask=MaskKind.M1)) is not None


def test_where_the_record_says_what_is_public_the_band_waits_for_the_record() -> None:
    assert judge(a_case(an_asker(), mask=MaskKind.M6, obeys_record_flag=True)) is None
