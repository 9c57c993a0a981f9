"""May this member of the unit's staff use the item?

Article: Tianjin 21(2), Shanghai 19(2): the unit fixes each member's authority to inquire; other texts leave it open.
"""

from __future__ import annotations

from typing import Final

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.switches import SwitchName
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.reasons import ReasonCode

RULE = "staff_authority"
_WITH_OFFICERS: Final = frozenset(
    {
        CallerClass.STATE_ORGAN,
        CallerClass.JUDICIAL_ORGAN,
        CallerClass.PROVIDER_UNIT,
        CallerClass.SUPERVISOR_AUDITOR,
    }
)
"""Classes behind which a person asks; platforms exchange as wholes."""


def judge(case: Case) -> Finding | None:
    """What is not public needs an authority of the officer's own; one that nobody has stated is none."""
    asker = case.asker
    if case.is_open or asker.caller_class not in _WITH_OFFICERS:
        return None
    if case.jurisdiction.switches[SwitchName.STAFF_AUTHORITY].value != "REQUIRED":
        return None
    if "*" in asker.items or case.entry.item.code in asker.items:
        return None
    advice = f"your unit has to give you authority over item {case.entry.item.code} and state it in the token"
    article = case.jurisdiction.articles[RULE]
    return Finding(Effect.WITHHOLD, ReasonCode.STAFF_NOT_AUTHORISED, RULE, article, advice)
