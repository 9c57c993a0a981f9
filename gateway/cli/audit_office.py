"""The log and the register of alerts, opened by a command on this machine, without a gateway."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from gateway.cli.callers_acts import let_go
from gateway.cli.exits import Exit, end_with
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import KeyFault
from gateway.identity.statements import StatementSigner
from gateway.registers.alerts import AlertRegister
from gateway.registers.engine import RegisterEngine, RegisterFault, open_engine
from gateway.registers.log import AuditLog, AuditUnwritable, LogTerms, SegmentStands
from gateway.registers.log_export import ExportFault
from gateway.registers.log_reader import LogReader
from gateway.registers.subject_keys import KeyStands, SubjectKeys
from gateway.settings import Settings

Found = TypeVar("Found")


@dataclass(frozen=True)
class AuditOffice:
    """All of it; what a command does not use is not opened."""

    settings: Settings
    engine: RegisterEngine

    @cached_property
    def reader(self) -> LogReader:
        """The log, to be read."""
        return LogReader(self.engine)

    @cached_property
    def alerts(self) -> AlertRegister:
        """The register of alerts, to be read."""
        return AlertRegister(self.engine)

    @cached_property
    def keys(self) -> KeyRing:
        """The keys that sign; raises KeyFault."""
        return KeyRing(self.settings.identity.keys)

    @cached_property
    def subject_keys(self) -> SubjectKeys:
        """The keys under which the log names subjects."""
        return SubjectKeys(self.engine, self.settings.audit.subject_key.get_secret_value().encode())

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AuditLog]:
        """The log, to be written.

        Errors:  KeyFault, RegisterFault
        """
        terms = LogTerms(self.settings.identity.issuer, self.settings.audit.segment_entries)
        log = AuditLog(self.engine, StatementSigner(self.keys), terms)
        await log.start()
        try:
            yield log
        finally:
            await log.aclose()


def with_audit(settings: Settings, act: Callable[[AuditOffice], Awaitable[Found]], *, as_json: bool) -> Found:
    """Open it, do one thing, close it; or end the command: 1 for what cannot be done as things stand, 2 for a question
    or keys that cannot be used, 3 for a database that cannot."""

    async def opened() -> Found:
        before = frozenset(threading.enumerate())
        engine = open_engine(settings.database.url.get_secret_value())
        try:
            return await act(AuditOffice(settings, engine))
        finally:
            await engine.dispose()
            await let_go(before)

    try:
        return asyncio.run(opened())
    except (SegmentStands, KeyStands) as refused:
        end_with([str(refused)], as_json=as_json, code=Exit.FINDINGS)
    except (ExportFault, KeyFault) as fault:
        end_with([str(fault)], as_json=as_json)
    except (AuditUnwritable, RegisterFault) as fault:
        end_with([str(fault)], as_json=as_json, code=Exit.UNREACHABLE)
