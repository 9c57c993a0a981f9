"""Was the decision revoked or changed on which the record rests?

Article: Tianjin 43¶2, Shanghai 37, Heilongjiang 38¶3; Liaoning 12, 37 (updated in real time, deleted if unverifiable).
"""

from __future__ import annotations

from policies.evidence import Mark
from policies.rules.record_case import RecordCase, RecordCheck
from schema.vocabulary.reasons import ReasonCode

RULE = "revoked"


def prepare(case: RecordCase) -> RecordCheck | None:
    """A record without a basis looks like none."""
    return case.marked(Mark.REVOKED, ReasonCode.REVOKED)
