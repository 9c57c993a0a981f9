"""Who holds authority to use an item (Tianjin Art. 10, 22; Shanghai 20, Heilongjiang 36, Liaoning 16)."""

from __future__ import annotations

import pytest

from policies.rules.authority import judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import a_case


def test_public_items_need_no_authority() -> None:
    assert judge(a_case(an_asker(), sensitivity=Sensitivity.PUBLIC)) is None


def test_a_class_named_in_the_use_authority_holds_it() -> None:
    assert judge(a_case()) is None


@pytest.mark.parametrize(
    ("region", "article"), [("TJ", "TJ 22"), ("SH", "SH 20(1)"), ("HL", "HL 36(2)"), ("LN", "LN 16")]
)
def test_a_class_in_scope_that_is_not_named_may_not_use_the_item(region: str, article: str) -> None:
    finding = judge(a_case(region=region, use_authority=()))
    assert finding is not None
    assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.CALLER_NOT_AUTHORISED)
    assert (finding.rule, str(finding.article)) == ("authority", article)
    assert "authority" in finding.help


def test_a_token_that_reaches_public_information_only_is_told_which_scope_it_lacks() -> None:
    narrow = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, conditional=False)
    finding = judge(a_case(narrow))
    assert finding is not None
    assert "`credit:read`" in finding.help


def test_the_subject_itself_needs_a_token_that_reaches_but_no_row_of_the_catalog() -> None:
    own = an_asker(CallerClass.SUBJECT_SELF)
    assert judge(a_case(own, is_own=True, use_authority=())) is None
    assert judge(a_case(an_asker(CallerClass.SUBJECT_SELF, conditional=False), is_own=True)) is not None


def test_whom_the_subject_authorises_needs_no_row_of_the_catalog_but_a_token_that_reaches() -> None:
    """Tianjin Art. 37¶2: the subject's word stands in for the catalog's."""
    assert judge(a_case(an_asker(CallerClass.AUTHORISED_PARTY), use_authority=())) is None
    assert judge(a_case(an_asker(CallerClass.AUTHORISED_PARTY, conditional=False), use_authority=())) is not None


def test_agreements_of_the_organisation_reach_no_further_than_they_say() -> None:
    case = a_case(an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, unit_items=frozenset({"NB09-1"})))
    finding = judge(case)
    assert finding is not None
    assert "agreements" in finding.help
    within = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, unit_items=frozenset({case.entry.item.code}))
    assert judge(a_case(within)) is None
