"""What a look-out over the log of requests raises: which rule, about whom, and on which entries it rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schema.vocabulary.reasons import SourceArticle


class AlertRule(StrEnum):
    """The rules by which an alert is raised; a name is never given another meaning."""

    BULK_LOOKUPS = "BULK_LOOKUPS"
    """Many distinct subjects within an hour."""
    MANY_SUBJECTS = "MANY_SUBJECTS"
    """Many distinct subjects on one day."""
    OUT_OF_HOURS = "OUT_OF_HOURS"
    """An officer asked outside working hours."""
    NO_CASE_REFERENCE = "NO_CASE_REFERENCE"
    """An officer asked for a purpose and named no case."""
    MANY_REFUSALS = "MANY_REFUSALS"
    """Many requests within an hour, and a large share of them, were refused."""
    ENUMERATION_STOPPED = "ENUMERATION_STOPPED"
    """Somebody seemed to try codes out and was stopped."""
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    """Somebody asked more than it may."""
    CONSENT_USED_UP = "CONSENT_USED_UP"
    """A consent was to be used more often than was agreed."""
    REVOKED_TOKEN = "REVOKED_TOKEN"  # noqa: S105 - the name of a rule
    """A token was used after it, or its holder, had been stopped."""


@dataclass(frozen=True, slots=True, order=True)
class Watched:
    """Whom a rule looks at: an officer, or else a client; a client of nobody's and no officer is the public."""

    organisation: str
    client: str = ""
    officer: str = ""
    """By the organisation's own id, whichever client it asks through; never a name."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One finding; it names no subject, and rests on entries of the log between two positions."""

    rule: AlertRule
    who: Watched
    window: str
    """With rule and person it is there once: the day (`2026-06-01`), or the position of the first entry that counts."""
    begins: datetime
    """Hour of the first request that counts, aware."""
    ends: datetime
    """Hour of the request that raised it, aware."""
    count: int
    """How many subjects or requests were counted."""
    first: int
    """Position of the first entry that counts."""
    last: int
    """Position of the entry that raised it."""
    article: SourceArticle
