"""Is a purpose stated, and is it one that the law and the item allow this caller?

Article: Tianjin 19, Shanghai 28, Heilongjiang 44, Liaoning 21 (organs inquire in the work that is named there); use in
the market: Tianjin 20, Shanghai 26, Heilongjiang 24, Liaoning 32.
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.vocabulary.reasons import ReasonCode

RULE = "purpose"


def judge(case: Case) -> Finding | None:
    """Public information and one's own need no purpose; everything else does."""
    if case.is_open:
        return None
    article = case.jurisdiction.articles[RULE]
    purpose = case.asker.purpose
    if purpose is None:
        advice = "state one with `@inquiry(purpose: …)` on the operation or the header `Inquiry-Purpose`"
        return Finding(Effect.WITHHOLD, ReasonCode.PURPOSE_REQUIRED, RULE, article, advice)
    allowed = case.allowed_purposes
    if purpose not in allowed:
        advice = f"purposes open to your class for this item: {', '.join(sorted(allowed)) or 'none'}"
        return Finding(Effect.WITHHOLD, ReasonCode.PURPOSE_NOT_ALLOWED, RULE, article, advice)
    rule = case.jurisdiction.purpose_rules[purpose]
    if rule.condition and case.asks_by_duty and not case.asker.states_matter:
        advice = f"the law allows it on a condition ({rule.condition}); state the matter with `@inquiry(matter: …)`"
        return Finding(
            Effect.WITHHOLD, ReasonCode.PURPOSE_NOT_ALLOWED, RULE, rule.article_for(case.asker.caller_class), advice
        )
    return None
