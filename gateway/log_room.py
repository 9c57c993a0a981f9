"""The log of requests as a gateway keeps it: opened, signed with the gateway's key, checkpointed while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from gateway.identity.key_ring import KeyRing
from gateway.identity.statements import StatementSigner
from gateway.registers.engine import RegisterEngine
from gateway.registers.log import AuditLog, LogTerms
from gateway.registers.subject_keys import SubjectKeys
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class LogRoom:
    """The log, and the keys under which it names subjects."""

    log: AuditLog
    subject_keys: SubjectKeys


@asynccontextmanager
async def open_log(
    settings: Settings, engine: RegisterEngine, keys: KeyRing, clock: Callable[[], datetime]
) -> AsyncIterator[LogRoom]:
    """Begin to write; what waits is written when the block ends.

    Errors:  RegisterFault, also if `audit.subject_key` is not the one that the keys of subjects are wrapped with
    """
    audit = settings.audit
    subject_keys = SubjectKeys(engine, audit.subject_key.get_secret_value().encode())
    await subject_keys.start()
    log = AuditLog(engine, StatementSigner(keys), LogTerms(settings.identity.issuer, audit.segment_entries))
    await log.start()
    checkpoints = asyncio.create_task(log.watch(audit.checkpoint_every.total_seconds(), clock), name="checkpoints")
    try:
        yield LogRoom(log, subject_keys)
    finally:
        checkpoints.cancel()
        with suppress(asyncio.CancelledError):
            await checkpoints
        await log.aclose()
