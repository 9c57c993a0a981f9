"""Is this value one of those that are published, where the catalog publishes some only?

Article: Tianjin 10, Shanghai 9, Heilongjiang 18, Liaoning 10 (the catalog states what is public); the list of grade A
taxpayers is the example.
"""

from __future__ import annotations

from policies.verdict import Verdict, View
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import SourceRecord

RULE = "value_condition"


def judge(record: SourceRecord, name: str, verdict: Verdict) -> ReasonCode | None:
    """Any other value is for those who meet the condition."""
    shown = verdict.entry.values_shown if verdict.entry is not None else frozenset[str]()
    if not shown or verdict.view is not View.PUBLIC or record.facts.get(name) in shown:
        return None
    return ReasonCode.VALUE_ON_CONDITION
