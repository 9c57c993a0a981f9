"""Why something is not shown: stable codes, and the article that says so.

Only a reason that was found without looking at data may have a public face; one that depends on
data is silent towards the caller and written in the record alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_NUMBER: Final = re.compile(r"\d+")


class ReasonCode(StrEnum):
    """Stable codes; a code is never reused for another meaning."""

    PROHIBITED_CATEGORY = "PROHIBITED_CATEGORY"
    NOT_IN_CATALOG = "NOT_IN_CATALOG"
    CALLER_NOT_AUTHORISED = "CALLER_NOT_AUTHORISED"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    PURPOSE_NOT_ALLOWED = "PURPOSE_NOT_ALLOWED"
    PURPOSE_NOT_PUBLISHED = "PURPOSE_NOT_PUBLISHED"
    STAFF_NOT_AUTHORISED = "STAFF_NOT_AUTHORISED"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    WRITTEN_CONSENT_REQUIRED = "WRITTEN_CONSENT_REQUIRED"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_USED_UP = "CONSENT_USED_UP"
    CONSENT_INVALID_LIFETIME = "CONSENT_INVALID_LIFETIME"
    OUT_OF_REGION_SCOPE = "OUT_OF_REGION_SCOPE"
    LINKED_PERSON = "LINKED_PERSON"
    EVIDENCE_CONTRADICTORY = "EVIDENCE_CONTRADICTORY"
    RULE_FAILED = "RULE_FAILED"
    DISPLAY_EXPIRED = "DISPLAY_EXPIRED"
    RETENTION_ENDED = "RETENTION_ENDED"
    RESTORED = "RESTORED"
    REVOKED = "REVOKED"
    OUTSIDE_CONSENT = "OUTSIDE_CONSENT"
    HIDDEN_AT_SUBJECT_REQUEST = "HIDDEN_AT_SUBJECT_REQUEST"
    SIMPLIFIED_PROCEDURE = "SIMPLIFIED_PROCEDURE"
    NO_LEGAL_DOCUMENT = "NO_LEGAL_DOCUMENT"
    MINOR = "MINOR"
    NOT_DISPLAYED = "NOT_DISPLAYED"
    NOT_PUBLIC_BY_RECORD = "NOT_PUBLIC_BY_RECORD"
    VALUE_ON_CONDITION = "VALUE_ON_CONDITION"
    NATURAL_PERSON = "NATURAL_PERSON"
    MASKED = "MASKED"

    @property
    def is_public(self) -> bool:
        """Whether the caller may be told; only what is decided without an agency's data may be."""
        return self in _SPEAKING


_SPEAKING = frozenset(
    {
        ReasonCode.NOT_IN_CATALOG,
        ReasonCode.PROHIBITED_CATEGORY,
        ReasonCode.CALLER_NOT_AUTHORISED,
        ReasonCode.STAFF_NOT_AUTHORISED,
        ReasonCode.PURPOSE_REQUIRED,
        ReasonCode.PURPOSE_NOT_ALLOWED,
        ReasonCode.PURPOSE_NOT_PUBLISHED,
        ReasonCode.CONSENT_REQUIRED,
        ReasonCode.WRITTEN_CONSENT_REQUIRED,
        ReasonCode.CONSENT_EXPIRED,
        ReasonCode.CONSENT_USED_UP,
        ReasonCode.CONSENT_INVALID_LIFETIME,
        ReasonCode.OUT_OF_REGION_SCOPE,
        ReasonCode.EVIDENCE_CONTRADICTORY,
        ReasonCode.RULE_FAILED,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class SourceArticle:
    """One article of one regulation: `TJ 19` is Article 19 of the Tianjin regulation."""

    regulation: str
    article: str
    """Number, with paragraph or item where it matters: `19`, `43¶1`, `12(2)`; `silent` where the text says nothing."""

    def __str__(self) -> str:
        return f"{self.regulation} {self.article}"

    @classmethod
    def parse(cls, text: str) -> SourceArticle:
        """Read `TJ 19` or `house rule`; raises ValueError for anything without a blank."""
        regulation, article = text.split(" ", 1)
        return cls(regulation, article)

    @property
    def number(self) -> int | None:
        """The article's bare number; None where it has none, such as `house rule`."""
        digits = _NUMBER.match(self.article)
        return int(digits.group()) if digits else None
