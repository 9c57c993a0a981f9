"""Does the record's party turn out to be a natural person, of whom this fact is not shown?

Article: Tianjin 4, 16¶3, Shanghai 6, Heilongjiang 23¶4, Liaoning 8.
"""

from __future__ import annotations

from policies.verdict import Verdict, View
from schema.catalog.entry import Sensitivity
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import SourceRecord

RULE = "natural_person"


def judge(record: SourceRecord, _name: str, verdict: Verdict) -> ReasonCode | None:
    """What is on condition for persons needs the condition met; what is not shared of them, the full view."""
    stricter = verdict.entry.natural_person if verdict.entry is not None else None
    if not record.is_natural_person or stricter is None or verdict.view is View.FULL:
        return None
    is_met = stricter is Sensitivity.PUBLIC or (
        stricter is Sensitivity.CONDITIONAL and verdict.view is View.ON_CONDITION
    )
    return None if is_met else ReasonCode.NATURAL_PERSON
