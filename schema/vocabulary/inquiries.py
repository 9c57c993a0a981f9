"""What a subject is told of an inquiry about it: what became of it, and what it was about."""

from __future__ import annotations

from enum import StrEnum


class InquiryOutcome(StrEnum):
    """What became of an inquiry."""

    SHOWN = "SHOWN"
    """Something about the subject was told."""
    NOTHING_SHOWN = "NOTHING_SHOWN"
    """Whoever asked might have seen something; there was nothing, or nothing that is still shown."""
    WITHHELD = "WITHHELD"
    """Nothing of what was asked for may be seen by whoever asked."""
    REFUSED = "REFUSED"
    """The request was refused as a whole, or broke off: nothing left the gateway."""


class InquiryAbout(StrEnum):
    """What an inquiry was about."""

    RECORDS = "RECORDS"
    LAW = "LAW"
    """What the law lets the caller see of the subject; no record was looked at."""
    CONSENTS = "CONSENTS"
    INQUIRIES = "INQUIRIES"
    """The list of inquiries itself."""
