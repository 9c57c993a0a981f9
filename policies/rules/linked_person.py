"""May a person who answers for a listed unit in this role be named with it?

Article: Tianjin 32 (legal representative, principal responsible person, actual controller), Shanghai 33 (no controller,
but others directly responsible), Heilongjiang 33, Liaoning 29 (all four).
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.vocabulary.reasons import ReasonCode

RULE = "linked_person"


def judge(case: Case) -> Finding | None:
    """A role that the regulation does not name is not named by the gateway; the unit itself may see it."""
    role = case.entry.linked_role
    if role is None or case.has_full_view or role in case.jurisdiction.linked_roles:
        return None
    article = case.jurisdiction.articles[RULE]
    advice = "the regulation does not link persons of this role to a listed unit"
    return Finding(Effect.WITHHOLD, ReasonCode.LINKED_PERSON, RULE, article, advice)
