"""Does the subject object to the record (异议)? Then it is shown with a marker.

Article: Tianjin 41, Shanghai 36, Heilongjiang 39, Liaoning 37.
"""

from __future__ import annotations

from collections.abc import Callable

from policies.evidence import Mark
from policies.rules.record_case import RecordCase
from schema.vocabulary.records import SourceRecord

RULE = "objection"


def prepare(case: RecordCase) -> Callable[[SourceRecord], bool] | None:
    """Whether a record bears the marker; None if our books know of no objection to records of the kind."""
    marks, day = case.marks(Mark.OBJECTED), case.as_of
    if not marks:
        return None
    return lambda record: any(one.holds(record.key, day) for one in marks)
