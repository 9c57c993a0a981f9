"""Income and property of a person (Tianjin Art. 16¶3, Shanghai 14¶2, Heilongjiang 20¶2; for Liaoning CIR 14¶2)."""

from __future__ import annotations

from datetime import date

import pytest

from policies.rules.written_consent import judge
from policies.verdict import Effect
from schema.catalog.entry import DataCategory, Sensitivity
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind
from schema.vocabulary.reasons import ReasonCode
from tests.builders import an_asker
from tests.policies.rules.cases import a_case, a_consent

BANK = an_asker(CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING)
PERSON = SubjectKind.INDIVIDUAL_BUSINESS
INCOME = DataCategory.FINANCIAL_PERSONAL
ARTICLES = [("TJ", "TJ 16¶3"), ("SH", "SH 14¶2"), ("HL", "HL 20¶2"), ("LN", "CIR 14¶2")]


@pytest.mark.parametrize(("region", "article"), ARTICLES)
def test_a_persons_income_is_refused_without_it_by_the_article_of_the_region(region: str, article: str) -> None:
    finding = judge(a_case(BANK, region=region, kind=PERSON, category=INCOME))
    assert finding is not None
    assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.WRITTEN_CONSENT_REQUIRED)
    assert (finding.rule, str(finding.article)) == ("written_consent", article)
    assert "warning" in finding.help


@pytest.mark.parametrize(
    ("is_written", "was_warned", "ends_on", "passes"),
    [
        (True, True, date(2026, 12, 31), True),
        (True, False, date(2026, 12, 31), False),
        (False, True, date(2026, 12, 31), False),
        (True, True, date(2026, 5, 31), False),
        (True, True, None, False),
    ],
)
def test_it_is_in_writing_after_a_warning_and_in_force(is_written, was_warned, ends_on, passes) -> None:
    consent = a_consent(is_written=is_written, was_warned=was_warned, ends_on=ends_on)
    assert (judge(a_case(BANK, kind=PERSON, category=INCOME, consents=(consent,))) is None) == passes


def test_an_organisations_amounts_and_a_persons_other_data_are_none_of_this_rules_business() -> None:
    assert judge(a_case(BANK, category=INCOME)) is None
    assert judge(a_case(BANK, kind=PERSON)) is None
    assert judge(a_case(BANK, kind=PERSON, category=DataCategory.UTILITIES)) is None


def test_organs_by_duty_the_person_itself_and_anyone_for_the_public_need_none() -> None:
    assert judge(a_case(kind=PERSON, category=INCOME)) is None
    assert judge(a_case(an_asker(CallerClass.SUBJECT_SELF), is_own=True, kind=PERSON, category=INCOME)) is None
    assert judge(a_case(BANK, kind=PERSON, category=INCOME, sensitivity=Sensitivity.PUBLIC)) is None
