"""An organ inquires for matters that it has designated and published (Tianjin Art. 19, Shanghai 17¶2)."""

from __future__ import annotations

import pytest

from policies.rules.published_matter import judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import a_case

UNPUBLISHED = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, published=frozenset({Purpose.AUDITING}))


@pytest.mark.parametrize(("region", "article"), [("TJ", "TJ 19"), ("SH", "SH 17¶2"), ("HL", ""), ("LN", "")])
def test_tianjin_and_shanghai_ask_for_it_and_the_others_do_not(region: str, article: str) -> None:
    finding = judge(a_case(UNPUBLISHED, region=region))
    assert str(finding.article if finding else "") == article
    if finding is not None:
        assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.PURPOSE_NOT_PUBLISHED)
        assert finding.rule == "published_matter"
        assert "publish" in finding.help


def test_a_published_matter_passes() -> None:
    asker = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, published=frozenset({Purpose.INSPECTION}))
    assert judge(a_case(asker, region="SH")) is None


def test_whoever_does_not_inquire_by_duty_publishes_nothing() -> None:
    bank = an_asker(CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING)
    assert judge(a_case(bank, region="SH")) is None


def test_public_information_and_a_missing_purpose_are_none_of_this_rules_business() -> None:
    assert judge(a_case(UNPUBLISHED, region="SH", sensitivity=Sensitivity.PUBLIC)) is None
    assert judge(a_case(an_asker(CallerClass.STATE_ORGAN, published=frozenset()), region="SH")) is None
