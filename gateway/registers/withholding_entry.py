"""The withholding of inquiries: which of them a subject is not told of yet, by what right, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b, sha256
from typing import Final

from gateway.registers.inquired import Inquired

_DIGEST_BYTES: Final = 16
_CASE: Final = b"withheld case"
_SUBJECT: Final = b"withheld subject"


class Selectors:
    """What stands in the register for a case or a subject: BLAKE2b-128 under a key, 32 hexadecimal digits.

    The key is made of the secret by which the log's keys of subjects are kept.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = sha256(b"withholdings\0" + secret).digest()

    def case(self, reference: str) -> str:
        """For a case reference as the log has it."""
        return self._digest(reference, _CASE)

    def subject(self, code: str) -> str:
        """For a subject's code."""
        return self._digest(code, _SUBJECT)

    def _digest(self, text: str, person: bytes) -> str:
        content = text.encode("utf-8", "replace")
        return blake2b(content, digest_size=_DIGEST_BYTES, key=self._key, person=person).hexdigest()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which inquiries: those for which everything holds that is named here; "" and None name nothing.

    Shape:   days are of Asia/Shanghai, both ends included
    """

    organisation: str
    client: str = ""
    purpose: str = ""
    case: str = ""
    """Digest (`Selectors.case`)."""
    subject: str = ""
    """Digest (`Selectors.subject`)."""
    first_day: date | None = None
    last_day: date | None = None

    def takes(self, one: Inquired, selectors: Selectors) -> bool:
        """Whether the inquiry is one of them; about whom it is has been asked before."""
        return (
            one.organisation == self.organisation
            and self.client in ("", one.client)
            and self.purpose in ("", one.purpose)
            and (self.first_day is None or self.first_day <= one.day)
            and (self.last_day is None or one.day <= self.last_day)
            and (not self.case or (one.case is not None and selectors.case(one.case) == self.case))
        )


@dataclass(frozen=True, slots=True)
class Withholding:
    """One activity that keeps inquiries from being told."""

    withholding_id: str
    selection: Selection
    until: date
    """The last day, included; from the day after on everything is told."""
    basis: str
    """The article that it rests on."""
    filed_by: str
    filed_at: datetime
    lifted_at: datetime | None = None
    """When it was ended before its time."""
    lifted_by: str = ""

    def is_in_force(self, today: date) -> bool:
        """Whether it keeps anything back on this day."""
        return self.lifted_at is None and today <= self.until
