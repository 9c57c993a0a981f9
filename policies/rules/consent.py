"""Has the subject authorised this caller to see what is not public of it?

Article: Tianjin 37¶2 (authorisation), Shanghai 17¶3 (written authorisation, so the Chinese text), Heilongjiang 24
(authorisation, for agreed purposes), Liaoning 17¶2 (law or agreement). Never for life: Heilongjiang 36(1).
"""

from __future__ import annotations

from typing import Final

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.entry import Sensitivity
from schema.catalog.switches import SwitchName
from schema.vocabulary.reasons import ReasonCode

RULE = "consent"


def judge(case: Case) -> Finding | None:
    """Organs ask by law; whoever else asks for what is not public needs the subject's word for item and purpose."""
    if case.is_open or not case.needs_authorisation:
        return None
    code = authorisation_fault(case)
    if code is None:
        return None
    return Finding(Effect.WITHHOLD, code, RULE, case.jurisdiction.articles[RULE], CONSENT_ADVICE[code])


def authorisation_fault(case: Case) -> ReasonCode | None:
    """Why the subject's word does not reach; what is not shared at all needs it in writing everywhere."""
    by_law = case.jurisdiction.switches[SwitchName.OTHERS_INFORMATION].value == "WRITTEN"
    return case.consent_fault(is_written=by_law or case.sensitivity is Sensitivity.NOT_SHARED)


CONSENT_ADVICE: Final = {
    ReasonCode.CONSENT_REQUIRED: "ask the subject for a consent that names this item and this purpose",
    ReasonCode.WRITTEN_CONSENT_REQUIRED: (
        "ask the subject for a written consent that names this item and this purpose and tells of its consequences"
    ),
    ReasonCode.CONSENT_EXPIRED: "the subject's consent is not in force on this day; ask for a new one",
    ReasonCode.CONSENT_USED_UP: "the consent has been used as often as was agreed; wait for the next span, or ask anew",
    ReasonCode.CONSENT_INVALID_LIFETIME: "a consent without end is void; ask for one that ends",
    ReasonCode.EVIDENCE_CONTRADICTORY: "the consent on file contradicts itself and counts for nothing; ask for another",
}
"""What would help, by what is missing."""
