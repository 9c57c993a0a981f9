"""What the judge is told about the subject before any agency is asked."""

from __future__ import annotations

from dataclasses import dataclass

from schema.vocabulary.identifiers import SubjectKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts from our own books and from the arguments, never from an agency."""

    subject_kind: SubjectKind
    is_own: bool
    """Whether the subject is the caller itself."""
