"""The strictest finding wins, and a field nobody decided stays back."""

from __future__ import annotations

from policies.question import DemandedField
from policies.verdict import Effect, Finding, Verdict, View
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from tests.builders import a_sheet, an_asker

NAME = FieldCoordinate("LegalPerson.registeredName")


def test_effects_and_views_are_ordered_from_mild_to_strict_and_from_narrow_to_wide() -> None:
    assert max(Effect) is Effect.WITHHOLD
    assert min(Effect) is Effect.SHOW
    assert [*View] == sorted(View)
    assert max(View) is View.FULL


def test_no_finding_shows_and_the_first_finding_decides() -> None:
    article = SourceArticle.parse("TJ 4")
    masked = Finding(Effect.MASK, ReasonCode.MASKED, "masking", article)
    assert Verdict(DemandedField(NAME), None, ()).effect is Effect.SHOW
    assert Verdict(DemandedField(NAME), None, (masked,)).effect is Effect.MASK


def test_a_field_nobody_decided_stays_back() -> None:
    sheet = a_sheet([NAME], an_asker())
    assert not sheet.withholds(NAME)
    assert sheet.withholds(FieldCoordinate("LegalPerson.domicile"))
    assert sheet.withholds(NAME, below=FieldCoordinate("LegalPerson.legalRepresentative"))
