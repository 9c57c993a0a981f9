"""Withholding inquiries from the subjects that they are about, for the time of an open investigation and no longer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gateway.registers.withholding import WithholdingRegister
from gateway.registers.withholding_entry import Selection, Selectors, Withholding
from schema.vocabulary.caller import Purpose
from schema.vocabulary.identifiers import SubjectId

LONGEST: Final = timedelta(days=366)
"""For so long a withholding may last from the day on which it is filed (unconfirmed: no text names a number)."""
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_LONGEST_TEXT: Final = 200


class WithholdingRefused(Exception):
    """It is not withheld; the message is one sentence that may be shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be withheld, as somebody says it.

    Shape:   everything that is named has to hold of an inquiry; at least one of client, purpose and case is named
    """

    organisation: str
    until: date
    basis: str
    by: str
    client: str = ""
    purpose: Purpose | None = None
    case: str = ""
    """The case reference as the log has it, in clear; only its digest is kept."""
    subject: SubjectId | None = None
    first_day: date | None = None
    last_day: date | None = None


class WithholdingDesk:
    """Files and lifts. `knows` says whether an organisation is registered. Raises RegisterFault."""

    def __init__(self, register: WithholdingRegister, selectors: Selectors, knows: Callable[[str], bool]) -> None:
        self._register = register
        self._selectors = selectors
        self._knows = knows

    async def withhold(self, wanted: Wanted, *, now: datetime) -> Withholding:
        """Keep inquiries back from now on until the end of the last day; those that are still to come as well.

        Errors:  WithholdingRefused
        """
        self._check(wanted, now.astimezone(_SHANGHAI).date())
        filed = Withholding(
            secrets.token_hex(8), self._selection(wanted), wanted.until, wanted.basis, filed_by=wanted.by, filed_at=now
        )
        await self._register.file(filed)
        return filed

    async def lift(self, withholding_id: str, *, by: str, now: datetime) -> None:
        """End one before its time.

        Errors:  WithholdingRefused
        """
        _check_text(by, "who lifts it")
        if not await self._register.lift(withholding_id, by=by, at=now):
            raise WithholdingRefused("there is no such withholding, or it was lifted before")

    async def listed(self) -> Sequence[Withholding]:
        """All that were ever filed, the latest first."""
        return await self._register.listed()

    def _check(self, wanted: Wanted, today: date) -> None:
        if not self._knows(wanted.organisation):
            raise WithholdingRefused(f"no organisation `{wanted.organisation}` is registered")
        if not (wanted.client or wanted.purpose or wanted.case):
            raise WithholdingRefused(
                "a client, a purpose or a case has to be named; not all that a unit asks is withheld"
            )
        if not today <= wanted.until <= today + LONGEST:
            raise WithholdingRefused(f"the last day has to lie between today and {today + LONGEST}")
        if wanted.first_day and wanted.last_day and wanted.last_day < wanted.first_day:
            raise WithholdingRefused("the inquiries' last day lies before their first")
        _check_text(wanted.basis, "the article that it rests on")
        _check_text(wanted.by, "who files it")

    def _selection(self, wanted: Wanted) -> Selection:
        return Selection(
            wanted.organisation,
            client=wanted.client,
            purpose=wanted.purpose.value if wanted.purpose else "",
            case=self._selectors.case(wanted.case) if wanted.case else "",
            subject=self._selectors.subject(str(wanted.subject)) if wanted.subject else "",
            first_day=wanted.first_day,
            last_day=wanted.last_day,
        )


def _check_text(text: str, what: str) -> None:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_TEXT:
        raise WithholdingRefused(f"{what} has to be named, in at most {_LONGEST_TEXT} printable characters")
