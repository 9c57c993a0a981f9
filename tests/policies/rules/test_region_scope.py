"""How far a platform's region reaches (Tianjin Art. 8, Shanghai 12, Heilongjiang 6, Liaoning 9)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.rules.region_scope import judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import ORGAN, REGIONS, a_case, an_item

DISTRICT = an_asker(CallerClass.LOWER_LEVEL_PLATFORM, Purpose.OTHER_MANAGEMENT)
ELSEWHERE = replace(ORGAN, is_from_other_region=True)


@pytest.mark.parametrize(("is_in_region", "passes"), [(True, True), (False, False)])
def test_a_district_sees_beyond_the_public_its_own_subjects_only(is_in_region: bool, passes: bool) -> None:
    """Tianjin Art. 11: the district platform is a part of the municipal one."""
    finding = judge(a_case(DISTRICT, is_in_region=is_in_region))
    assert (finding is None) == passes
    if finding is not None:
        assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.OUT_OF_REGION_SCOPE)
        assert (finding.rule, str(finding.article)) == ("region_scope", "TJ 8")


def test_an_organ_of_the_region_sees_subjects_from_anywhere() -> None:
    assert judge(a_case(is_in_region=False)) is None


@pytest.mark.parametrize("region", REGIONS)
def test_another_region_is_answered_where_the_text_shares_across_regions(region: str) -> None:
    """Tianjin Art. 8 and Shanghai 7¶2 share with other regions; Heilongjiang and Liaoning are silent."""
    assert (judge(a_case(ELSEWHERE, region=region)) is None) == (region in {"TJ", "SH"})


def test_an_item_that_stays_at_home_is_not_shared_with_another_region() -> None:
    finding = judge(a_case(ELSEWHERE, item=an_item(is_cross_region=False)))
    assert finding is not None
    assert "national platform" in finding.help


def test_what_is_public_is_public_everywhere() -> None:
    assert judge(a_case(ELSEWHERE, region="LN", sensitivity=Sensitivity.PUBLIC)) is None
    assert judge(a_case(DISTRICT, is_in_region=False, sensitivity=Sensitivity.PUBLIC)) is None
