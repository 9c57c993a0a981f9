"""Alerts as they are filed, how far the log has been looked through, and what lists of alerts choose by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from schema.vocabulary.alerts import Alert, AlertRule

NAME_BEGINS = "alert-"
"""The id of an alert's own entry in the log begins so, and ends with the alert's number; no request's id does."""


@dataclass(frozen=True, slots=True)
class FiledAlert:
    """An alert on file; its hours are in Shanghai's time."""

    number: int
    """From 1, in the order in which they were raised."""
    alert: Alert
    raised_at: datetime
    position: int | None = None
    """Where its own entry stands in the log; None while it is not there yet, or when its segment was dropped."""

    @property
    def name(self) -> str:
        """Id of its own entry in the log."""
        return f"{NAME_BEGINS}{self.number}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the log has been looked through, by all processes together."""

    cursor: int
    """Position of the last entry that was looked at."""
    needed_after: int
    """Whoever goes on has to know what stands between this position and the cursor."""
    announced: int
    """Number of the last alert that stands in the log itself."""


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """Which alerts are wanted; None for all. Days are calendar days in Shanghai, both included, by when they ended."""

    rule: AlertRule | None = None
    organisation: str | None = None
    from_day: date | None = None
    to_day: date | None = None


EVERY_ALERT: Final = AlertQuery()
