"""Has a natural person agreed in writing, after a warning, that its income or property be looked at?

Article: Tianjin 16¶3, Shanghai 14¶2, Heilongjiang 20¶2; for Liaoning the Credit Reporting Industry Regulation 14¶2.
Income, savings, securities, commercial insurance, real estate, tax paid.
"""

from __future__ import annotations

from typing import Final

from policies.rules.case import Case
from policies.verdict import Effect, Finding
from schema.catalog.entry import DataCategory
from schema.vocabulary.reasons import ReasonCode

RULE = "written_consent"
_ADVICE: Final = "ask the person for a written consent, given after a warning of the possible adverse consequences"


def judge(case: Case) -> Finding | None:
    """Nobody but the person, the operator and organs by duty sees such a datum without it."""
    if case.is_open or lacks_nothing(case):
        return None
    article = case.jurisdiction.articles[RULE]
    return Finding(Effect.WITHHOLD, ReasonCode.WRITTEN_CONSENT_REQUIRED, RULE, article, _ADVICE)


def lacks_nothing(case: Case) -> bool:
    """Whether the datum is of another kind, is asked for by duty, or was agreed to in this form."""
    if case.entry.category is not DataCategory.FINANCIAL_PERSONAL or not case.is_person or case.asks_by_duty:
        return True
    return case.consent_fault(is_written=True, was_warned=True) is None
