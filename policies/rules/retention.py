"""Has the time ended for which the record may be kept at all?

Article: Liaoning 10 (the catalog states display and retention), Heilongjiang 37¶2 (then an archive, never a display).
"""

from __future__ import annotations

from policies.rules.record_case import RecordCase, RecordCheck
from schema.vocabulary.periods import has_ended
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import SourceRecord

RULE = "retention"


def prepare(case: RecordCase) -> RecordCheck | None:
    """Counted from its own anchor, else from that of the display; an item without either has no such end."""
    display, retention, today = case.item.display, case.item.retention, case.as_of
    anchor_by = display.kept_from or display.anchor
    if retention is None or anchor_by is None:
        return None

    def check(record: SourceRecord) -> ReasonCode | None:
        anchor = record.facts.get(anchor_by)
        return ReasonCode.RETENTION_ENDED if isinstance(anchor, str) and has_ended(anchor, retention, today) else None

    return check
