"""Does the record's own flag (`pub_*`, `sfgk`) keep a fact from the public?

Article: Tianjin 37, Shanghai 15 and 17, Heilongjiang 24, Liaoning 17; Enterprise Information Disclosure Regulation 9
(the enterprise chooses what of its annual report is public; others see the rest with its consent).
"""

from __future__ import annotations

from policies.verdict import Verdict, View
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import SourceRecord

RULE = "record_flag"


def judge(record: SourceRecord, name: str, verdict: Verdict) -> ReasonCode | None:
    """A flagged fact is for those who meet the condition."""
    return ReasonCode.NOT_PUBLIC_BY_RECORD if verdict.view is View.PUBLIC and name in record.not_public else None
