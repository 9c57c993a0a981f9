"""Must the value be desensitised before this caller sees it?

Article: Tianjin 4 (no infringement of privacy), catalog masks M0-M8.
"""

from __future__ import annotations

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.entry import MaskKind, MaskOccasion
from schema.vocabulary.identifiers import SubjectKind
from schema.vocabulary.reasons import ReasonCode

RULE = "masking"


def judge(case: Case) -> Finding | None:
    """The catalog's mask, unless the view is one's own, the role is public, or the duty needs the exact amount."""
    entry = case.entry
    sees_everything = case.has_full_view and case.asker.may_read_conditional
    if entry.mask is MaskKind.M0 or sees_everything or case.field.below in entry.unmasked_below:
        return None
    if entry.mask_occasion is MaskOccasion.INDIVIDUAL_BUSINESS and not _is_person(case):
        return None
    if entry.mask is MaskKind.M6 and (entry.obeys_record_flag or _needs_exact_amounts(case)):
        return None
    return Finding(Effect.MASK, ReasonCode.MASKED, RULE, case.jurisdiction.articles[RULE])


def _is_person(case: Case) -> bool:
    return case.evidence.subject_kind is SubjectKind.INDIVIDUAL_BUSINESS


def _needs_exact_amounts(case: Case) -> bool:
    return (
        case.asker.caller_class in case.jurisdiction.exact_amounts
        and case.asker.may_read_conditional
        and case.asker.purpose in case.allowed_purposes
    )
