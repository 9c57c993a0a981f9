"""Does the caller's region reach this subject and this item?

Article: Tianjin 8, 11; Shanghai 7, 12; Heilongjiang 6, 21; Liaoning 9, 16 (platforms by level, and across regions).
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.switches import NOT_SAID, SwitchName
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.reasons import ReasonCode

RULE = "region_scope"


def judge(case: Case) -> Finding | None:
    """A lower level sees beyond the public its own subjects only, another region only what is shared across regions."""
    if case.is_open:
        return None
    if case.asker.caller_class is CallerClass.LOWER_LEVEL_PLATFORM and not case.evidence.is_in_region:
        return _refuse(case, "a platform of a lower level is shown subjects of its own region")
    if not case.asker.is_from_other_region:
        return None
    is_shared = case.jurisdiction.switches[SwitchName.OTHER_REGIONS].value != NOT_SAID
    if is_shared and case.entry.item.is_cross_region:
        return None
    return _refuse(case, "this item is not shared with other regions; ask through the national platform")


def _refuse(case: Case, advice: str) -> Finding:
    article = case.jurisdiction.articles[RULE]
    return Finding(Effect.WITHHOLD, ReasonCode.OUT_OF_REGION_SCOPE, RULE, article, advice)
