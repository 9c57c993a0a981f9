"""One request as the log has it, as far as the rules of alerts look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schema.vocabulary.alerts import Watched

_NOT_BY_CALLERS: Final = frozenset({"CALLER_LEFT", "INTERNAL", "REGISTER_UNREADABLE", "AUDIT_UNWRITABLE"})
"""Faults of requests that nobody has refused."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One request; `at` is aware, in Shanghai's time."""

    position: int
    at: datetime
    organisation: str
    client: str
    officer: str
    subjects: frozenset[str] = frozenset()
    """Digests; equal for one subject within a calendar month."""
    states_purpose: bool = False
    names_case: bool = False
    fault: str = ""
    """Code of the fault by which it ended as a whole; "" for none."""
    asked: int = 0
    """Fields that were judged."""
    withheld: int = 0
    """Those among them that stayed back."""
    is_used_up: bool = False
    """Whether a consent had been used as often as was agreed."""

    @property
    def is_refused(self) -> bool:
        """Whether it was refused as a whole, or half of its fields or more were."""
        if self.fault:
            return self.fault not in _NOT_BY_CALLERS
        return self.withheld > 0 and 2 * self.withheld >= self.asked

    @property
    def sender(self) -> Watched:
        """Who is behind it: the officer, or else the client, or the public."""
        return Watched(self.organisation, "" if self.officer else self.client, self.officer)

    def watched(self) -> Iterator[Watched]:
        """Whose numbers it adds to: the client's, and the officer's behind it; the public's are nobody's."""
        if self.client:
            yield Watched(self.organisation, self.client)
        if self.officer:
            yield Watched(self.organisation, officer=self.officer)
