"""Must the value be desensitised before this caller sees it?

Article: Tianjin 4, Shanghai 6, Liaoning 8 (no infringement of privacy), Heilongjiang 23¶4 (identifiers are not opened,
and where a law opens them they are desensitised); catalog masks M0-M8.
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.entry import MaskKind, MaskOccasion
from schema.catalog.switches import SwitchName
from schema.vocabulary.reasons import ReasonCode

RULE = "masking"


def judge(case: Case) -> Finding | None:
    """The catalog's mask, unless the view is one's own, the role is public, or the duty needs the exact amount."""
    entry = case.entry
    if entry.mask is MaskKind.M0 or (case.has_full_view and case.asker.may_read_conditional) or _has_public_role(case):
        return None
    if entry.mask_occasion is MaskOccasion.INDIVIDUAL_BUSINESS and not case.is_person:
        return None
    if entry.mask is MaskKind.M6 and (entry.obeys_record_flag or _needs_exact_amounts(case)):
        return None
    return Finding(Effect.MASK, ReasonCode.MASKED, RULE, case.jurisdiction.articles[RULE])


def _has_public_role(case: Case) -> bool:
    """Whether the person's role lifts the mask; where identifiers are never opened, for organs alone."""
    if case.field.below not in case.entry.unmasked_below:
        return False
    never_open = case.jurisdiction.switches[SwitchName.PERSONAL_IDENTIFIERS].value == "NOT_OPENED"
    return not never_open or case.asks_by_duty


def _needs_exact_amounts(case: Case) -> bool:
    """What is not open is seen by those alone who meet its conditions; of what is open the amount still has some."""
    return case.asker.caller_class in case.jurisdiction.exact_amounts and (case.meets_conditions or not case.is_open)
