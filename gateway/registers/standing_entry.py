"""What is filed about a subject: a consent with its grantee, or a mark; values only, as they were told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from policies.evidence import Consent, RecordMark
from schema.vocabulary.identifiers import SubjectId


@dataclass(frozen=True, slots=True)
class FiledConsent:
    """A consent, by whom and to whom: an organisation, or the one client with this id; the other one is ""."""

    subject: SubjectId
    consent: Consent
    organisation: str = ""
    client_id: str = ""

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same consent when it is told again, with another end or withdrawn."""
        told = self.consent
        return (self.subject, self.organisation, self.client_id, told.items, told.purposes, told.given_on)


@dataclass(frozen=True, slots=True)
class FiledMark:
    """A mark on a record of a subject, or on all its records of a kind."""

    subject: SubjectId
    mark: RecordMark

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same mark when it is told again, with another end."""
        return (self.subject, self.mark.mark, self.mark.kind, self.mark.key, self.mark.since)


Filed: TypeAlias = FiledConsent | FiledMark
