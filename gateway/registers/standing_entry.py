"""What is filed about a subject: a mark on its records; values only, as they were told."""

from __future__ import annotations

from dataclasses import dataclass

from policies.evidence import RecordMark
from schema.vocabulary.identifiers import SubjectId


@dataclass(frozen=True, slots=True)
class FiledMark:
    """A mark on a record of a subject, or on all its records of a kind."""

    subject: SubjectId
    mark: RecordMark

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same mark when it is told again, with another end."""
        return (self.subject, self.mark.mark, self.mark.kind, self.mark.key, self.mark.since)


class CallerChanged(Exception):
    """What the register says of a caller has changed since it was identified, or its token was revoked."""
