"""The subject's word (Tianjin Art. 37¶2, Shanghai 17¶3, Heilongjiang 24¶2 and 36(1), Liaoning 17¶2)."""

from __future__ import annotations

from datetime import date

import pytest

from policies.evidence import Consent
from policies.rules.consent import CONSENT_ADVICE, judge
from policies.verdict import Effect
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import REGIONS, a_case, a_consent

BANK = an_asker(CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING)
PARTY = an_asker(CallerClass.AUTHORISED_PARTY, Purpose.CREDIT_GRANTING)


@pytest.mark.parametrize(
    ("region", "code", "article"),
    [
        ("TJ", ReasonCode.CONSENT_REQUIRED, "TJ 37¶2"),
        ("SH", ReasonCode.WRITTEN_CONSENT_REQUIRED, "SH 17¶3"),
        ("HL", ReasonCode.CONSENT_REQUIRED, "HL 24¶2"),
        ("LN", ReasonCode.CONSENT_REQUIRED, "LN 17¶2"),
    ],
)
def test_without_the_subjects_word_nothing_that_is_not_public_leaves(region, code, article) -> None:
    finding = judge(a_case(PARTY, region=region))
    assert finding is not None
    assert (finding.effect, finding.code, finding.rule) == (Effect.WITHHOLD, code, "consent")
    assert str(finding.article) == article
    assert finding.help == CONSENT_ADVICE[code]


@pytest.mark.parametrize("region", REGIONS)
def test_shanghai_wants_it_in_writing_and_the_others_take_a_spoken_word(region: str) -> None:
    """Shanghai Art. 17¶3 in Chinese: 书面授权."""
    assert (judge(a_case(BANK, region=region, consents=(a_consent(),))) is None) == (region != "SH")
    assert judge(a_case(BANK, region=region, consents=(a_consent(is_written=True),))) is None


@pytest.mark.parametrize("region", REGIONS)
def test_what_is_not_shared_at_all_needs_it_in_writing_everywhere(region: str) -> None:
    closed = Sensitivity.NOT_SHARED
    finding = judge(a_case(PARTY, region=region, sensitivity=closed, consents=(a_consent(),)))
    assert finding is not None
    assert finding.code is ReasonCode.WRITTEN_CONSENT_REQUIRED
    assert judge(a_case(PARTY, region=region, sensitivity=closed, consents=(a_consent(is_written=True),))) is None


@pytest.mark.parametrize("region", REGIONS)
def test_organs_inquire_by_law_and_nobody_needs_a_word_for_the_public_or_for_oneself(region: str) -> None:
    assert judge(a_case(region=region)) is None
    assert judge(a_case(BANK, region=region, sensitivity=Sensitivity.PUBLIC)) is None
    assert judge(a_case(an_asker(CallerClass.SUBJECT_SELF), region=region, is_own=True)) is None


def test_in_liaoning_an_agreement_does_unless_the_datum_is_a_persons_or_the_party_rests_on_the_subjects_word() -> None:
    """Liaoning Art. 17¶2: by law or by agreement."""
    assert judge(a_case(BANK, region="LN")) is None
    assert judge(a_case(BANK, region="LN", is_personal=True)) is not None
    assert judge(a_case(PARTY, region="LN")) is not None


@pytest.mark.parametrize(
    ("consent", "code"),
    [
        (a_consent(items=frozenset({"NB09-1"})), ReasonCode.CONSENT_REQUIRED),
        (a_consent(purposes=frozenset({Purpose.TENDERING})), ReasonCode.CONSENT_REQUIRED),
        (a_consent(ends_on=date(2026, 5, 31)), ReasonCode.CONSENT_EXPIRED),
        (a_consent(given_on=date(2026, 6, 2)), ReasonCode.CONSENT_EXPIRED),
        (a_consent(withdrawn_on=date(2026, 6, 1)), ReasonCode.CONSENT_EXPIRED),
        (a_consent(is_paused=True), ReasonCode.CONSENT_EXPIRED),
        (a_consent(is_used_up=True), ReasonCode.CONSENT_USED_UP),
        (a_consent(ends_on=None), ReasonCode.CONSENT_INVALID_LIFETIME),
        (a_consent(ends_on=date(2025, 1, 1)), ReasonCode.EVIDENCE_CONTRADICTORY),
        (a_consent(ends_on=date(2026, 6, 1)), None),
        (a_consent(given_on=date(2026, 6, 1)), None),
        (a_consent(withdrawn_on=date(2026, 6, 2)), None),
    ],
)
def test_a_consent_names_item_and_purpose_and_holds_on_the_day(consent: Consent, code: ReasonCode | None) -> None:
    """Heilongjiang Art. 36(1): never for life."""
    finding = judge(a_case(BANK, region="HL", consents=(consent,)))
    assert (finding.code if finding else None) is code


def test_of_several_consents_one_that_holds_is_enough() -> None:
    assert judge(a_case(BANK, consents=(a_consent(ends_on=None), a_consent()))) is None


def test_of_several_that_fall_short_the_one_most_easily_mended_is_told() -> None:
    void, expired = a_consent(ends_on=None), a_consent(ends_on=date(2026, 5, 1))
    finding = judge(a_case(BANK, consents=(void, expired)))
    assert finding is not None
    assert finding.code is ReasonCode.CONSENT_EXPIRED
