"""Each member of an organ's staff needs an authority of its own (Tianjin Art. 21(2), Shanghai 19(2))."""

from __future__ import annotations

import pytest

from policies.rules.staff_authority import judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import a_case

OFFICES = [
    CallerClass.STATE_ORGAN,
    CallerClass.JUDICIAL_ORGAN,
    CallerClass.PROVIDER_UNIT,
    CallerClass.SUPERVISOR_AUDITOR,
]
NOBODY = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, items=frozenset())


@pytest.mark.parametrize("caller", CallerClass)
def test_classes_behind_which_a_person_asks_have_to_name_its_authority(caller: CallerClass) -> None:
    assert (judge(a_case(an_asker(caller, items=frozenset()))) is not None) == (caller in OFFICES)


@pytest.mark.parametrize(("items", "passes"), [({"*"}, True), ({"NB08-1"}, True), ({"NB08"}, False), (set(), False)])
def test_the_item_itself_or_all_of_them_have_to_be_named(items: set[str], passes: bool) -> None:
    asker = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, items=frozenset(items))
    assert (judge(a_case(asker)) is None) == passes


@pytest.mark.parametrize(("region", "article"), [("TJ", "TJ 21(2)"), ("SH", "SH 19(2)"), ("HL", ""), ("LN", "")])
def test_tianjin_and_shanghai_ask_for_it_and_the_others_are_silent(region: str, article: str) -> None:
    finding = judge(a_case(NOBODY, region=region))
    assert str(finding.article if finding else "") == article
    if finding is not None:
        assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.STAFF_NOT_AUTHORISED)
        assert finding.rule == "staff_authority"
        assert "NB08-1" in finding.help


def test_what_is_public_needs_no_authority() -> None:
    assert judge(a_case(NOBODY, sensitivity=Sensitivity.PUBLIC)) is None
