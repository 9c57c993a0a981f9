"""With whom may this item be shared at all?

Article: Tianjin 10 (the catalog states publicity and sharing scope), Heilongjiang 22-23, Liaoning 10; the subject's own
view: Tianjin 38.
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.reasons import ReasonCode

RULE = "sharing_scope"


def judge(case: Case) -> Finding | None:
    """Public items are for anyone, conditional ones for the classes in scope, the rest for nobody else.

    Whom the subject itself has authorised is in scope; whether it has, the rule on consent asks.
    """
    if case.is_open or case.asker.caller_class is CallerClass.AUTHORISED_PARTY:
        return None
    if case.sensitivity is Sensitivity.CONDITIONAL and case.asker.caller_class in case.entry.sharing_scope:
        return None
    return Finding(
        effect=Effect.WITHHOLD,
        code=ReasonCode.CALLER_NOT_AUTHORISED,
        rule=RULE,
        article=case.jurisdiction.articles[RULE],
        help="the catalog does not share this item with callers of your class",
    )
