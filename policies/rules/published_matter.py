"""Has the organ designated, and published, the matters for which it inquires?

Article: Tianjin 19 (matters are designated), Shanghai 17¶2 (items are determined by need and published).
"""

from __future__ import annotations

from typing import Final

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.switches import SwitchName
from schema.vocabulary.reasons import ReasonCode

RULE = "published_matter"
_ASKED_FOR: Final = frozenset({"DESIGNATED", "PUBLISHED"})


def judge(case: Case) -> Finding | None:
    """An organ's purpose beyond public information counts only if its unit has made the matter known."""
    purpose = case.asker.purpose
    if purpose is None or case.is_open or not case.asks_by_duty:
        return None
    if case.jurisdiction.switches[SwitchName.INQUIRY_MATTERS].value not in _ASKED_FOR:
        return None
    if purpose in case.asker.published:
        return None
    advice = "your unit has to designate and publish its inquiry matters for this purpose, and state them in the token"
    article = case.jurisdiction.articles[RULE]
    return Finding(Effect.WITHHOLD, ReasonCode.PURPOSE_NOT_PUBLISHED, RULE, article, advice)
