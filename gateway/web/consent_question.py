"""What is asked on the consent page and what can go wrong there; values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.rights.consent_answers import Asked, Grantee
from schema.vocabulary.identifiers import SubjectId


class Trouble(StrEnum):
    """Why there is a plain page instead of the one that was wanted; the value names its texts."""

    GONE = "gone"
    PARAMETERS = "parameters"
    SUSPENDED = "suspended"
    OTHER_SUBJECT = "other_subject"
    ANSWERED = "answered"
    CROSS_SITE = "cross_site"
    STALE = "stale"
    MALFORMED = "malformed"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that the subject is asked at once."""

    subject: SubjectId
    grantee: Grantee
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came with an answer that could not be taken, to be shown again."""

    ticked: Collection[str] = frozenset()
    """Ids of the consents whose notice was confirmed."""
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True)
class SignInForm:
    """The sign-in form as it was sent, with what was wrong with it by the field; "" for the form as a whole."""

    code: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Keys of the words' table `sign_in`."""
