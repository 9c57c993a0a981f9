"""Why something is not shown: stable codes, and the article that says so.

Only a reason that was found without looking at data may have a public face; one that depends on
data is silent towards the caller and written in the record alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """Stable codes; a code is never reused for another meaning."""

    NOT_IN_CATALOG = "NOT_IN_CATALOG"
    CALLER_NOT_AUTHORISED = "CALLER_NOT_AUTHORISED"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    PURPOSE_NOT_ALLOWED = "PURPOSE_NOT_ALLOWED"
    RULE_FAILED = "RULE_FAILED"
    DISPLAY_EXPIRED = "DISPLAY_EXPIRED"
    NOT_DISPLAYED = "NOT_DISPLAYED"
    NOT_PUBLIC_BY_RECORD = "NOT_PUBLIC_BY_RECORD"
    VALUE_ON_CONDITION = "VALUE_ON_CONDITION"
    NATURAL_PERSON = "NATURAL_PERSON"
    MASKED = "MASKED"

    @property
    def is_public(self) -> bool:
        """Whether the caller may be told; only what stage 5 decides without data may be."""
        return self in _SPEAKING


_SPEAKING = frozenset(
    {
        ReasonCode.NOT_IN_CATALOG,
        ReasonCode.CALLER_NOT_AUTHORISED,
        ReasonCode.PURPOSE_REQUIRED,
        ReasonCode.PURPOSE_NOT_ALLOWED,
        ReasonCode.RULE_FAILED,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class SourceArticle:
    """One article of one regulation: `TJ 19` is Article 19 of the Tianjin regulation."""

    regulation: str
    article: str

    def __str__(self) -> str:
        return f"{self.regulation} {self.article}"

    @classmethod
    def parse(cls, text: str) -> SourceArticle:
        """Read `TJ 19` or `house rule`; raises ValueError for anything without a blank."""
        regulation, article = text.split(" ", 1)
        return cls(regulation, article)
