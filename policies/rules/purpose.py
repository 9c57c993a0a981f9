"""Is a purpose stated, and is it one that the law and the item allow this caller?

Article: Tianjin 19 (organs inquire for designated matters), Tianjin 20 (use in the market).
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.entry import Sensitivity
from schema.vocabulary.reasons import ReasonCode

RULE = "purpose"


def judge(case: Case) -> Finding | None:
    """Public information and one's own need no purpose; everything else does."""
    if case.sensitivity is Sensitivity.PUBLIC or case.has_full_view:
        return None
    article = case.jurisdiction.articles[RULE]
    if case.asker.purpose is None:
        advice = "state one with `@inquiry(purpose: …)` on the operation or the header `Inquiry-Purpose`"
        return Finding(Effect.WITHHOLD, ReasonCode.PURPOSE_REQUIRED, RULE, article, advice)
    if case.asker.purpose in case.allowed_purposes:
        return None
    names = ", ".join(sorted(case.allowed_purposes)) or "none"
    advice = f"purposes open to your class for this item: {names}"
    return Finding(Effect.WITHHOLD, ReasonCode.PURPOSE_NOT_ALLOWED, RULE, article, advice)
