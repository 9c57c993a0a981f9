"""The desk of consents and the book of marks, opened by a command on this machine, without a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from gateway.app import lay_foundation
from gateway.cli.exits import Exit, end_with
from gateway.identity.callers import CallerDesk
from gateway.identity.consent_papers import ConsentPapers
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import KeyFault
from gateway.registers.callers import CallersRegister
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import PaperFault
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.standing import StandingRegister
from gateway.rights.consents import ConsentDesk, ConsentRefused, DeskRules
from gateway.settings import Settings
from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault

Found = TypeVar("Found")
_LAST_WORD_S: Final = 0.05


class LawAtHand:
    """The catalog of the settings, read when it is first asked for; raises CatalogFault."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self) -> Catalog:
        return self._catalog

    @cached_property
    def _catalog(self) -> Catalog:
        return lay_foundation(self._settings.catalog).law.catalog


@dataclass(frozen=True, slots=True)
class Office:
    """All of it, open."""

    callers: CallerDesk
    consents: ConsentDesk
    marks: StandingRegister
    catalog: LawAtHand


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """Open it on the database and the keys that the settings name.

    Errors:  KeyFault, RegisterFault
    """
    papers = ConsentPapers(KeyRing(settings.identity.keys), settings.identity.issuer)
    rules = DeskRules(settings.consents, frozenset(settings.catalog.code_exceptions))
    engine, law = open_engine(settings.database.url.get_secret_value()), LawAtHand(settings)
    register, marks = ConsentRegister(engine, papers.read), StandingRegister(engine)
    try:
        callers = CallersRegister(engine)
        await callers.start()
        await register.start()
        await marks.start()
        desk = CallerDesk(callers)
        yield Office(desk, ConsentDesk(register, papers, desk, law, rules), marks, law)
    finally:
        await marks.aclose()
        await register.aclose()
        await engine.dispose()


def with_office(settings: Settings, act: Callable[[Office], Awaitable[Found]], *, as_json: bool) -> Found:
    """Open it, do one thing, close it; or end the command: 1 for what was altered or refused, 2 for keys or a catalog
    that cannot be used, 3 for a register that cannot."""

    async def opened() -> Found:
        try:
            async with open_office(settings) as office:
                return await act(office)
        except RegisterFault:
            await asyncio.sleep(_LAST_WORD_S)  # of the driver's thread, to this loop: one that was refused still closes
            raise

    try:
        return asyncio.run(opened())
    except ConsentRefused as refused:
        end_with([f"{refused.message}; {refused.help}"], as_json=as_json, code=Exit.FINDINGS)
    except KeyFault as fault:
        end_with([str(fault)], as_json=as_json)
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json)
    except RegisterFault as fault:
        is_altered = isinstance(fault.__cause__, PaperFault)
        why = [f"{fault}: {fault.__cause__}" if is_altered else str(fault)]
        end_with(why, as_json=as_json, code=Exit.FINDINGS if is_altered else Exit.UNREACHABLE)
