"""Does the caller hold authority to use this item?

Article: Tianjin 10 (authority to use), Tianjin 22 and Shanghai 20 (no inquiry beyond one's authority).
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.reasons import ReasonCode

RULE = "authority"


def judge(case: Case) -> Finding | None:
    """Beyond public information the class needs a use authority, and the token a scope that reaches it."""
    if case.sensitivity is Sensitivity.PUBLIC:
        return None
    if not case.asker.may_read_conditional:
        return _refuse(case, "ask for a token with the scope `credit:read`")
    if "*" not in case.asker.unit_items and case.entry.item.code not in case.asker.unit_items:
        return _refuse(case, "the agreements of your organisation do not reach this item")
    if case.has_full_view or case.asker.caller_class is CallerClass.AUTHORISED_PARTY:
        return None
    for row in case.entry.use_authority:
        if row.caller is case.asker.caller_class:
            return None
    return _refuse(case, "the catalog gives callers of your class no authority to use this item")


def _refuse(case: Case, advice: str) -> Finding:
    article = case.jurisdiction.articles[RULE]
    return Finding(Effect.WITHHOLD, ReasonCode.CALLER_NOT_AUTHORISED, RULE, article, advice)
