"""The record of requests: one row each, durable before its request may answer.

Rows of concurrent requests share one commit: while one batch is being written the next one gathers.
A row never waits longer than its request: who leaves before the batch begins takes the row along.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import Engine, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from gateway.registers.audit_entry import AuditEntry, row_of, subject_digest
from gateway.registers.audit_table import APPEND_ONLY, AuditRow
from gateway.registers.audit_writers import writer_for
from gateway.registers.engine import RegisterFault, create_tables, register_errors

__all__ = ["AuditEntry", "AuditRegister", "AuditUnwritable", "subject_digest"]

LARGEST_BATCH: Final = 256
_TABLE: Final = SQLModel.metadata.tables[AuditRow.__tablename__]
_PROBE: Final = AuditEntry(
    request_id="probe",
    at=datetime.fromtimestamp(0, UTC),
    client_id="",
    organisation="",
    caller_class="",
    jurisdiction="",
    catalog_edition="",
    operation_digest="",
    body_digest="",
    status=0,
)
"""Inserted and rolled back, to see whether it could be written."""


class AuditUnwritable(Exception):
    """The record could not be written; no data may leave."""


_Waiter: TypeAlias = "tuple[dict[str, Any], asyncio.Future[int]]"


class AuditRegister:
    """The book. `start` before the first `append`, `aclose` at the end."""

    def __init__(self, engine: AsyncEngine, *, patience_s: float = 5.0) -> None:
        self._engine = engine
        self._book = writer_for(engine)
        self._patience_s = patience_s
        """Seconds that one batch may take before its requests are refused."""
        self._waiting: list[_Waiter] = []
        self._called = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._is_writable = False
        self.commits = 0
        """How many batches have been committed."""
        self.entries_committed = 0
        """How many rows they held."""

    @property
    def writing_engine(self) -> Engine:
        """The engine whose connections write, for those who watch the database at work."""
        return self._book.engine

    @property
    def is_writable(self) -> bool:
        """Whether the last attempt to write succeeded."""
        return self._is_writable

    async def start(self) -> None:
        """Create the table if it is missing and begin to write; raises RegisterFault."""
        await create_tables(self._engine, SQLModel.metadata, APPEND_ONLY)
        self._is_writable = True
        self._writer = asyncio.create_task(self._write_forever(), name="audit writer")

    async def aclose(self) -> None:
        """Write what waits, then stop; later appends are refused."""
        writer, self._writer = self._writer, None
        if writer is not None:
            self._called.set()
            await asyncio.wait([writer])
            await self._book.aclose()

    async def append(self, entry: AuditEntry) -> int:
        """Write one row and return its number once it is durable.

        Errors:  AuditUnwritable, also when the register is not running.
        """
        if self._writer is None or self._writer.done():
            raise AuditUnwritable("the record is closed")
        written: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((row_of(entry), written))
        self._called.set()
        return await written

    async def check(self) -> bool:
        """Whether a row could be written now; tries only if the last attempt failed, and leaves nothing behind."""
        if self._writer is None or self._is_writable:
            return self._is_writable and self._writer is not None
        try:
            with register_errors():
                async with asyncio.timeout(self._patience_s):
                    await self._book.write([row_of(_PROBE)], keep=False)
        except RegisterFault:
            return False
        self._is_writable = True
        return True

    async def read(self, limit: int, before: int | None = None) -> Sequence[Mapping[str, Any]]:
        """The latest rows below the number `before`, newest first, JSON columns read; raises RegisterFault."""
        query = select(_TABLE).order_by(_TABLE.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(_TABLE.c.id < before)
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).mappings().all()
        return [
            {**row, **{name: orjson.loads(row[name]) for name in ("subjects", "verdicts", "sources")}} for row in rows
        ]

    async def _write_forever(self) -> None:
        batch: Sequence[_Waiter] = ()
        try:
            while self._writer is not None or self._waiting:
                if not self._waiting:
                    self._called.clear()
                    await self._called.wait()
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._write([waiter for waiter in batch if not waiter[1].done()])
        finally:  # nobody waits for a writer that has ended, whatever ended it
            self._is_writable = False
            _settle([*batch, *self._waiting], RegisterFault("the writer has ended"))
            self._waiting = []

    async def _write(self, batch: Sequence[_Waiter]) -> None:
        if not batch:
            return
        try:
            with register_errors():
                async with asyncio.timeout(self._patience_s):
                    numbers = await self._book.write([row for row, _ in batch])
        except RegisterFault as fault:
            self._is_writable = False
            _settle(batch, fault)
        else:
            self._is_writable = True
            self.commits += 1
            self.entries_committed += len(batch)
            for (_, written), number in zip(batch, numbers, strict=True):
                if not written.done():
                    written.set_result(number)


def _settle(batch: Sequence[_Waiter], cause: Exception) -> None:
    for _, written in batch:
        if not written.done():
            fault = AuditUnwritable("the record cannot be written")
            fault.__cause__ = cause
            written.set_exception(fault)
