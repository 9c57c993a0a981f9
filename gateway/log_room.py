"""The log of requests as a gateway keeps it: opened, signed with the gateway's key, checkpointed while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from gateway.identity.key_ring import KeyRing
from gateway.identity.statements import StatementSigner
from gateway.registers.engine import RegisterEngine
from gateway.registers.log import AuditLog, LogTerms
from gateway.settings import Settings


@asynccontextmanager
async def open_log(
    settings: Settings, engine: RegisterEngine, keys: KeyRing, clock: Callable[[], datetime]
) -> AsyncIterator[AuditLog]:
    """Begin to write; what waits is written when the block ends.

    Errors:  RegisterFault
    """
    audit = settings.audit
    log = AuditLog(engine, StatementSigner(keys), LogTerms(settings.identity.issuer, audit.segment_entries))
    await log.start()
    checkpoints = asyncio.create_task(log.watch(audit.checkpoint_every.total_seconds(), clock), name="checkpoints")
    try:
        yield log
    finally:
        checkpoints.cancel()
        with suppress(asyncio.CancelledError):
            await checkpoints
        await log.aclose()
