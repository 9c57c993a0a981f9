"""The register of callers: organisations, clients and officers, whole in memory, and true in the database.

Each change raises the register's epoch in its own transaction, so that whoever knows the epoch knows whether their
copy still holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.registers.callers_book import CallerBook, Identity, Kind, identity_of
from gateway.registers.callers_check import KeyCheck, keys_unchecked, wrong_among
from gateway.registers.callers_entry import Registered
from gateway.registers.callers_rows import columns_of, entry_of, removing
from gateway.registers.callers_table import (
    CALLERS,
    CHANGES,
    EPOCH,
    PREPARED,
    TABLES,
)
from gateway.registers.engine import RegisterFault, create_tables, register_errors, take_turn
from schema.vocabulary.caller import Caller

Found = TypeVar("Found")

REGISTERED: Final = "REGISTERED"
CHANGED: Final = "CHANGED"
SUSPENDED: Final = "SUSPENDED"
RESUMED: Final = "RESUMED"


class CallersFault(Exception):
    """The register does not take these entries; `faults` holds one sentence each, none with key material."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class CallersRegister:
    """The register. `start` before anything is asked; the engine stays its opener's."""

    def __init__(self, engine: AsyncEngine, *, check_keys: KeyCheck = keys_unchecked, patience_s: float = 5.0) -> None:
        self._engine = engine
        self._check_keys = check_keys
        self._patience_s = patience_s
        """Seconds that one look at the database may take before those who wait are refused."""
        self._book = CallerBook()
        self._turn = asyncio.Lock()
        self._look: asyncio.Task[CallerBook] | None = None

    @property
    def book(self) -> CallerBook:
        """What was read last."""
        return self._book

    def is_current(self, caller: Caller) -> bool:
        """Whether the book that was read last says the same of a caller whom an earlier one told of."""
        return self._book.is_current(caller)

    async def start(self) -> None:
        """Create the tables if they are missing, and read; raises RegisterFault."""
        await create_tables(self._engine, CALLERS, PREPARED)
        await self.read()

    async def read(self) -> CallerBook:
        """Read everything anew.

        Errors:  RegisterFault, also for what cannot be read, and then the book before stays
        """
        async with self._turn:
            return await self._read()

    async def fresh(self) -> CallerBook:
        """The book as the database has it now: one small statement, and the rest only if something has changed.

        Those who ask before the statement is sent share it.

        Errors:  RegisterFault
        """
        if self._look is None:
            self._look = asyncio.create_task(self._look_again(), name="callers reader")
            self._look.add_done_callback(_retrieve)
        return await asyncio.shield(self._look)

    async def put(self, entries: Sequence[Registered], *, at: datetime, who: str = "") -> Sequence[Registered]:
        """Add all entries or none; one with the identity of an earlier one takes its place.

        What is suspended stays so, whatever the entry says, until it is resumed by name.

        Shape:   the entries that are new or different, as they stand now
        Errors:  CallersFault with every fault at once; RegisterFault
        """

        async def change(connection: AsyncConnection, book: CallerBook) -> Sequence[Registered]:
            wrong = wrong_among(entries, book, check_keys=self._check_keys)
            if wrong:
                raise CallersFault([str(one) for one in wrong])
            changed: list[tuple[Registered, str]] = []
            for entry in entries:
                before = book.entry(identity_of(entry))
                kept = entry if before is None or before.is_active else replace(entry, is_active=False)
                if kept != before:
                    changed.append((kept, REGISTERED if before is None else CHANGED))
            await _write(connection, changed, at=at, who=who)
            return [entry for entry, _ in changed]

        return await self._change(change)

    async def suspend(self, identity: Identity, *, at: datetime, who: str = "") -> bool:
        """Stop somebody at once, in every process; whether they were active until now.

        Errors:  CallersFault if nobody is registered so; RegisterFault
        """
        return await self._set_active(identity, active=False, at=at, who=who)

    async def resume(self, identity: Identity, *, at: datetime, who: str = "") -> bool:
        """End a suspension; whether there was one.

        Errors:  CallersFault if nobody is registered so; RegisterFault
        """
        return await self._set_active(identity, active=True, at=at, who=who)

    async def changes(self, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        """The latest changes, newest first, as `at`, `what`, `identity`, `who`; raises RegisterFault."""
        query = select(CHANGES).order_by(CHANGES.c.id.desc()).limit(limit)
        with register_errors():
            async with self._engine.connect() as connection:
                return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def _set_active(self, identity: Identity, *, active: bool, at: datetime, who: str) -> bool:
        async def change(connection: AsyncConnection, book: CallerBook) -> bool:
            entry = book.entry(identity)
            if entry is None:
                raise CallersFault([f"{identity} is not registered"])
            if entry.is_active is active:
                return False
            what = RESUMED if active else SUSPENDED
            await _write(connection, [(replace(entry, is_active=active), what)], at=at, who=who)
            return True

        return await self._change(change)

    async def _change(self, change: Callable[[AsyncConnection, CallerBook], Awaitable[Found]]) -> Found:
        """One change, alone of its kind, on what the database holds at that moment."""
        with register_errors():
            async with self._engine.connect() as connection:
                await take_turn(connection)
                found = await change(connection, await _whole(connection))
                await connection.commit()
        with suppress(RegisterFault):  # it is done; whoever looks again sees that the epoch has moved
            await self.read()
        return found

    async def _look_again(self) -> CallerBook:
        async with self._turn:
            self._look = None  # who asks from here on may know of what this statement does not see
            if await self._ask(self._read_epoch) != self._book.epoch:
                await self._read()
            return self._book

    async def _read(self) -> CallerBook:
        """One at a time, so that no earlier state takes the place of a later one."""
        self._book = await self._ask(self._read_whole)
        return self._book

    async def _ask(self, ask: Callable[[], Awaitable[Found]]) -> Found:
        """Read in time; once more on a fresh connection if the pooled one had died meanwhile."""
        with register_errors():
            async with asyncio.timeout(self._patience_s):
                try:
                    return await ask()
                except DBAPIError as error:
                    if not error.connection_invalidated:
                        raise
                    return await ask()

    async def _read_epoch(self) -> int:
        async with self._engine.connect() as connection:
            epoch: int = (await connection.execute(select(EPOCH.c.epoch))).scalar_one()
            return epoch

    async def _read_whole(self) -> CallerBook:
        async with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN")  # all tables as of one moment
            else:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            return await _whole(connection)


async def _whole(connection: AsyncConnection) -> CallerBook:
    epoch = (await connection.execute(select(EPOCH.c.epoch))).scalar_one()
    entries: list[Registered] = []
    for kind in Kind:
        table = TABLES[kind]
        rows = (await connection.execute(select(table).order_by(*table.primary_key))).mappings().all()
        try:
            entries += [entry_of(kind, dict(row)) for row in rows]
        except (ValueError, TypeError, AttributeError) as error:
            raise RegisterFault("what the register of callers holds cannot be read") from error
    return CallerBook.of(epoch, entries)


async def _write(
    connection: AsyncConnection, changed: Sequence[tuple[Registered, str]], *, at: datetime, who: str
) -> None:
    if not changed:
        return
    for entry, what in changed:
        name = identity_of(entry)
        await connection.execute(removing(entry))
        await connection.execute(insert(TABLES[name.kind]), columns_of(entry))
        told = {"at": at, "what": what, "identity": f"{name.kind} {name.path}", "who": who}
        await connection.execute(insert(CHANGES), told)
    await connection.execute(update(EPOCH).values(epoch=EPOCH.c.epoch + 1))


def _retrieve(task: asyncio.Task[CallerBook]) -> None:
    """A look that nobody waits for any longer is no unheard error."""
    if not task.cancelled():
        task.exception()
