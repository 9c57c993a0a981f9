"""Who may be named with a listed unit (Tianjin Art. 32, Shanghai 33, Heilongjiang 33, Liaoning 29)."""

from __future__ import annotations

import pytest

from policies.rules.linked_person import judge
from policies.verdict import Effect
from schema.catalog.entry import LinkedRole
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import REGIONS, a_case

NOT_LINKED = {"TJ": LinkedRole.DIRECTLY_RESPONSIBLE, "SH": LinkedRole.ACTUAL_CONTROLLER}
ARTICLES = {"TJ": "TJ 32", "SH": "SH 33"}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("role", LinkedRole)
def test_each_text_names_its_own_roles(region: str, role: LinkedRole) -> None:
    """Tianjin knows no one else directly responsible, Shanghai no actual controller, the others know all four."""
    finding = judge(a_case(region=region, linked_role=role))
    assert (finding is not None) == (NOT_LINKED.get(region) is role)
    if finding is not None:
        assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.LINKED_PERSON)
        assert (finding.rule, str(finding.article)) == ("linked_person", ARTICLES[region])
        assert finding.help


def test_the_unit_itself_may_see_whom_its_own_list_names() -> None:
    own = an_asker(CallerClass.SUBJECT_SELF)
    assert judge(a_case(own, is_own=True, linked_role=LinkedRole.DIRECTLY_RESPONSIBLE)) is None


def test_a_field_of_no_such_role_is_none_of_this_rules_business() -> None:
    assert judge(a_case()) is None
