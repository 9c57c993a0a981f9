"""The log of requests: one entry each, durable before its request may answer, each with a receipt.

Entries of concurrent requests share one commit: while one batch is being written the next one gathers. Positions are
handed out in the transaction that writes them, so several processes write one log without gaps. An entry never waits
longer than its request: whoever has left before the batch begins is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import RegisterFault
from gateway.registers.log_drop import SegmentStands, drop_segment
from gateway.registers.log_entry import NewEntry, Placed, Signer
from gateway.registers.log_founding import found
from gateway.registers.log_places import Laid, Lay, LogTerms, Prepared, lay_checkpoint, lay_entries, prepared
from gateway.registers.log_reader import LogReader
from gateway.registers.log_writers import writer_for

__all__ = ["AuditLog", "AuditUnwritable", "LogTerms", "NewEntry", "Placed", "SegmentStands"]

LARGEST_BATCH: Final = 256
_PROBE: Final = prepared(NewEntry("probe", datetime.fromtimestamp(0, UTC), b"{}", ("probe",), {}))
"""Laid down and rolled back, to see whether it could be written."""

_Waiter: TypeAlias = tuple[Prepared, "asyncio.Future[Placed]"]


class AuditUnwritable(Exception):
    """The log could not be written; no data may leave."""


class AuditLog(LogReader):
    """The log. `start` before the first `append`, `aclose` at the end; it can be read without either."""

    def __init__(self, engine: AsyncEngine, sign: Signer, terms: LogTerms, *, patience_s: float = 5.0) -> None:
        super().__init__(engine)
        self._terms = terms
        self._sign = sign
        self._writer = writer_for(engine, patience_s=patience_s)
        self._patience_s = patience_s
        """Seconds that one batch may take before its requests are refused."""
        self._waiting: list[_Waiter] = []
        self._called = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._is_writable = False
        self.commits = 0
        """How many batches of entries have been committed."""
        self.entries_committed = 0
        """How many entries they held."""

    @property
    def is_writable(self) -> bool:
        """Whether the last attempt to write succeeded."""
        return self._is_writable

    async def start(self) -> None:
        """Make what is missing in the database and begin to write; raises RegisterFault."""
        await found(self._engine)
        self._is_writable = True
        self._writing = asyncio.create_task(self._write_forever(), name="log writer")

    async def aclose(self) -> None:
        """Write what waits, then stop; later appends are refused."""
        writing, self._writing = self._writing, None
        if writing is not None:
            self._called.set()
            await asyncio.wait([writing])
            await self._writer.aclose()

    async def append(self, entry: NewEntry) -> Placed:
        """Write the entry and return its place and receipt once they are durable.

        Errors:  AuditUnwritable, also when the log is not running; ValueError or TypeError for an entry that no
                 database takes, before it can spoil a batch
        """
        if self._writing is None or self._writing.done():
            raise AuditUnwritable("the record is closed")
        written: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared(entry), written))
        if not self._called.is_set():
            self._called.set()
        return await written

    async def check(self) -> bool:
        """Whether an entry could be written now; tries only if the last attempt failed, and leaves nothing behind."""
        if self._writing is None or self._is_writable:
            return self._is_writable and self._writing is not None
        try:
            await self._written(partial(lay_entries, entries=[_PROBE], terms=self._terms, sign=self._sign), keep=False)
        except RegisterFault:
            return False
        self._is_writable = True
        return True

    async def checkpoint(self, now: datetime) -> bool:
        """Sign how far the log has come; whether there was anything new.

        Errors:  AuditUnwritable
        """
        try:
            lay = partial(lay_checkpoint, now=now, terms=self._terms, sign=self._sign)
            return bool((await self._written(lay)).checkpoints)
        except RegisterFault as fault:
            raise AuditUnwritable("the record cannot be written") from fault

    async def watch(self, every_s: float, hour: Callable[[], datetime]) -> None:
        """Write a checkpoint again and again, until cancelled; what fails is tried again the next time."""
        while True:
            await asyncio.sleep(every_s)
            with suppress(AuditUnwritable):
                await self.checkpoint(hour())

    async def drop_segment(self, number: int, now: datetime) -> int:
        """Delete a closed segment's entries, whole; returns how many it had. Its closing statement stays.

        Errors:  SegmentStands if it is not closed; RegisterFault, also for a role that may not do this
        """
        return await drop_segment(self._engine, number, now)

    async def _written(self, lay: Lay, *, keep: bool = True) -> Laid:
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._writer.write(lay, keep=keep)
        except TimeoutError as error:
            raise RegisterFault("the database took too long") from error

    async def _write_forever(self) -> None:
        batch: Sequence[_Waiter] = ()
        try:
            while self._writing is not None or self._waiting:
                if not self._waiting:
                    self._called.clear()
                    await self._called.wait()
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._write([waiter for waiter in batch if not waiter[1].done()])
        finally:  # nobody waits for a writer that has ended, whatever ended it
            self._is_writable = False
            _refuse([*batch, *self._waiting], RegisterFault("the writer has ended"))
            self._waiting = []

    async def _write(self, batch: Sequence[_Waiter]) -> None:
        if not batch:
            return
        entries = [entry for entry, _ in batch]
        try:
            laid = await self._written(partial(lay_entries, entries=entries, terms=self._terms, sign=self._sign))
        except RegisterFault as fault:
            self._is_writable = False
            _refuse(batch, fault)
        else:
            self._is_writable = True
            self.commits += 1
            self.entries_committed += len(entries)
            for (_, written), placed in zip(batch, laid.placed, strict=True):
                if not written.done():
                    written.set_result(placed)


def _refuse(batch: Sequence[_Waiter], cause: Exception) -> None:
    for _, written in batch:
        if not written.done():
            fault = AuditUnwritable("the record cannot be written")
            fault.__cause__ = cause
            written.set_exception(fault)
