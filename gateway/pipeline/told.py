"""What is told or done outside the judgement of records, as far as the seal has to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from schema.vocabulary.identifiers import SubjectId


class Told(Protocol):
    """One thing that was told."""

    @property
    def subjects(self) -> Sequence[SubjectId]:
        """Whom it was about."""
        ...

    def sealed(self) -> Mapping[str, Any]:
        """Plain facts for the log of requests, `about` first: no name, no code of a subject, no caller's text."""
        ...
