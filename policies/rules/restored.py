"""Has the subject restored its credit in this matter (信用修复)?

Article: Tianjin 45-46, Shanghai 38, Heilongjiang 40, Liaoning 39; NDRC Order 36 of 2025: display, sharing and use end.
"""

from __future__ import annotations

from policies.evidence import Mark
from policies.rules.record_case import RecordCase, RecordCheck
from schema.vocabulary.reasons import ReasonCode

RULE = "restored"


def prepare(case: RecordCase) -> RecordCheck | None:
    """A restored record looks like none, to everybody: that it once was would tell what was repaired."""
    return case.marked(Mark.RESTORED, ReasonCode.RESTORED)
