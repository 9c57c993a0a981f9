"""Does an effective legal document stand behind the record?

Article: Tianjin 12 last paragraph, Shanghai 11, Heilongjiang 21 and 27, Liaoning 23.
"""

from __future__ import annotations

from policies.rules.record_case import RecordCase, RecordCheck
from schema.catalog.switches import NOT_SAID, SwitchName
from schema.vocabulary.reasons import ReasonCode

RULE = "legal_document"


def prepare(case: RecordCase) -> RecordCheck | None:
    """A record that names no document stays back, where the catalog says which fact names it."""
    fact = case.item.judged.legal_document
    if fact is None or case.catalog.jurisdiction.switches[SwitchName.LEGAL_DOCUMENT].value == NOT_SAID:
        return None
    return lambda record: None if record.facts.get(fact) else ReasonCode.NO_LEGAL_DOCUMENT
