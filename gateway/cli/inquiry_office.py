"""The log as its subjects are told it, and the register of withholdings, opened by a command without a gateway."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gateway.cli.callers_acts import let_go
from gateway.cli.consent_office import LawAtHand, open_office
from gateway.cli.exits import Exit, end_with
from gateway.desks import TellersBooks, inquiry_teller
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import KeyFault
from gateway.pipeline.inquiry_export import InquiryTeller
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.subject_keys import SubjectKeys
from gateway.registers.withholding import WithholdingRegister
from gateway.registers.withholding_entry import Selectors
from gateway.rights.withholding import WithholdingDesk, WithholdingRefused
from gateway.settings import Settings
from schema.catalog.data_file import CatalogFault
from schema.vocabulary.identifiers import InvalidCode, SubjectId

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class InquiryOffice:
    """All of it, open."""

    teller: InquiryTeller
    withholding: WithholdingDesk
    catalog: LawAtHand


@asynccontextmanager
async def open_inquiries(settings: Settings) -> AsyncIterator[InquiryOffice]:
    """Open it on the database and the keys that the settings name.

    Errors:  KeyFault, RegisterFault
    """
    secret = settings.audit.subject_key.get_secret_value().encode()
    async with open_office(settings) as office:
        engine = open_engine(settings.database.url.get_secret_value())
        try:
            subject_keys, register = SubjectKeys(engine, secret), WithholdingRegister(engine)
            await subject_keys.start()
            books = TellersBooks(office.callers, office.consents, KeyRing(settings.identity.keys), subject_keys)
            teller = await inquiry_teller(settings, engine, books)
            knows = office.callers.book.organisations.__contains__
            yield InquiryOffice(teller, WithholdingDesk(register, Selectors(secret), knows), office.catalog)
        finally:
            await engine.dispose()


def with_inquiries(settings: Settings, act: Callable[[InquiryOffice], Awaitable[Found]], *, as_json: bool) -> Found:
    """Open it, do one thing, close it; or end the command: 1 for what is refused, 2 for keys or a catalog that cannot
    be used, 3 for registers that cannot."""

    async def opened() -> Found:
        before = frozenset(threading.enumerate())
        try:
            async with open_inquiries(settings) as office:
                return await act(office)
        finally:
            await let_go(before)

    try:
        return asyncio.run(opened())
    except WithholdingRefused as refused:
        end_with([str(refused)], as_json=as_json, code=Exit.FINDINGS)
    except KeyFault as fault:
        end_with([str(fault)], as_json=as_json)
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json)
    except RegisterFault as fault:
        end_with([str(fault)], as_json=as_json, code=Exit.UNREACHABLE)


def subject_of(code: str, settings: Settings, *, as_json: bool) -> SubjectId:
    """The subject of this code, or the end of the command."""
    try:
        return SubjectId.parse(code, frozenset(settings.catalog.code_exceptions))
    except InvalidCode as fault:
        end_with([str(fault)], as_json=as_json)


def day_of(text: str, option: str, *, as_json: bool) -> date | None:
    """A calendar day as an option states it, None where it does not; or the end of the command."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        end_with([f"{option} has to be a calendar day: YYYY-MM-DD"], as_json=as_json)
