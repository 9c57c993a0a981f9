"""Honours that the subject no longer wants shown (Tianjin Art. 43¶1, Heilongjiang 37¶1)."""

from __future__ import annotations

import pytest

from policies.evidence import Mark
from policies.rules.hidden_at_request import prepare
from schema.catalog.entry import Character
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import REGIONS, a_mark, a_record_case

ASKED = (a_mark(Mark.HIDDEN),)


@pytest.mark.parametrize("region", REGIONS)
def test_tianjin_and_heilongjiang_give_the_right_and_the_others_are_silent(region: str) -> None:
    check = prepare(a_record_case(region=region, marks=ASKED, character=Character.POSITIVE))
    assert (check is not None) == (region in {"TJ", "HL"})
    if check is not None:
        seen = a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, key="P1")
        assert check(seen) is ReasonCode.HIDDEN_AT_SUBJECT_REQUEST


@pytest.mark.parametrize("character", [one for one in Character if one is not Character.POSITIVE])
def test_what_does_not_speak_for_the_subject_cannot_be_hidden_by_it(character: Character) -> None:
    assert prepare(a_record_case(marks=ASKED, character=character)) is None


def test_unless_the_subject_asks_its_honours_stay() -> None:
    assert prepare(a_record_case(character=Character.POSITIVE)) is None
