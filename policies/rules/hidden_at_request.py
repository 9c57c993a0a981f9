"""Has the subject asked that its honours and good deeds be no longer shown?

Article: Tianjin 43¶1 (deleted on application), Heilongjiang 37¶1 (not displayed if the subject asks); Shanghai and
Liaoning give no such right.
"""

from __future__ import annotations

from policies.evidence import Mark
from policies.rules.record_case import RecordCase, RecordCheck
from schema.catalog.entry import Character
from schema.catalog.switches import NOT_SAID, SwitchName
from schema.vocabulary.reasons import ReasonCode

RULE = "hidden_at_request"


def prepare(case: RecordCase) -> RecordCheck | None:
    """Only what speaks for the subject can be hidden by it."""
    if case.item.character is not Character.POSITIVE:
        return None
    if case.catalog.jurisdiction.switches[SwitchName.POSITIVE_ON_REQUEST].value == NOT_SAID:
        return None
    return case.marked(Mark.HIDDEN, ReasonCode.HIDDEN_AT_SUBJECT_REQUEST)
