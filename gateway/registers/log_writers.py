"""How what is laid down becomes durable in either database: read the head, write what follows from it, commit.

One writer at a time has the head: on SQLite the transaction takes the file's write lock first, on PostgreSQL it locks
the head's row. Nobody waits for that lock but batches. SQLite is written by a thread of its own, which a batch enters
once; PostgreSQL by a connection of its own, past SQLAlchemy, whose cost for each row would be that of a signature.

On PostgreSQL a writer that has found the head where it had left it takes it to be there the next time too, and lays
down what follows before it asks: one statement then does it all, or nothing if another process was there meanwhile.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Protocol

import asyncpg
from sqlalchemy import create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection

from gateway.registers.engine import RegisterFault, prepare_sqlite, register_errors
from gateway.registers.log_entry import Head
from gateway.registers.log_places import Laid, Lay

_READ_HEAD: Final = (
    "SELECT log_id, position, segment, first, size, peaks, month, previous, checkpoint FROM log_head WHERE one = 1"
)
_ADD_ENTRY: Final = "INSERT INTO log_entry (position, segment, idx, request_id, text, receipt, signed, signature)"
_ADD_SUBJECT: Final = "INSERT INTO log_subject (subject, position)"
_ADD_CHECKPOINT: Final = "INSERT INTO log_checkpoint (position, segment, statement)"
_ADD_SEGMENT: Final = "INSERT INTO log_segment (segment, first, size, closing)"
_MOVE_HEAD: Final = """UPDATE log_head
    SET position = {0}, segment = {1}, first = {2}, size = {3},
        peaks = {4}, month = {5}, previous = {6}, checkpoint = {7}
    WHERE one = 1"""
_SQLITE_HEAD: Final = _MOVE_HEAD.format(*["?"] * 8)
_POSTGRESQL_ALL: Final = f"""WITH
    moved AS ({_MOVE_HEAD.format(*(f"${number}" for number in range(18, 26)))}
        AND position = $26 AND segment = $27 AND checkpoint = $28 RETURNING one),
    entries AS ({_ADD_ENTRY} SELECT new.* FROM moved, unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[]) AS new),
    subjects AS ({_ADD_SUBJECT} SELECT new.* FROM moved, unnest($9::text[], $10::bigint[]) AS new),
    checkpoints AS ({_ADD_CHECKPOINT} SELECT new.* FROM moved,
        unnest($11::bigint[], $12::bigint[], $13::text[]) AS new),
    segments AS ({_ADD_SEGMENT} SELECT new.* FROM moved,
        unnest($14::bigint[], $15::bigint[], $16::bigint[], $17::text[]) AS new)
    SELECT count(*) FROM moved"""  # noqa: S608 - our own tables
"""Adds nothing where the head is no longer where it was; 1 where it was."""
_columns: Final = attrgetter("position", "segment", "first", "size", "peaks", "month", "previous", "checkpoint")
"""What `_MOVE_HEAD` says of a head, in its order."""
_TOUCH: Final = "UPDATE log_head SET one = one"
_ASYNCPG_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_FAREWELL_S: Final = 0.5
_NOT_FOR_THE_DRIVER: Final = ("async_fallback", "prepared_statement_cache_size", "prepared_statement_name_func")


class LogWriter(Protocol):
    """One database's way to write; raises RegisterFault."""

    async def write(self, lay: Lay, *, keep: bool = True) -> Laid:
        """Write and commit what `lay` makes of the head.

        Without `keep` all is rolled back at the end, and something that says nothing is committed in its place: what
        is rolled back never reaches the disk, which may be full.
        """

    async def aclose(self) -> None:
        """Let go of what only this writer holds."""


def writer_for(engine: AsyncEngine, *, patience_s: float) -> LogWriter:
    """The writer for an engine's database; `patience_s` is how long a transaction may wait for others."""
    return SqliteWriter(engine) if engine.dialect.name == "sqlite" else PostgresqlWriter(engine, patience_s=patience_s)


@contextmanager
def driver_errors() -> Iterator[None]:
    """As `register_errors`, also for the drivers' own."""
    try:
        with register_errors():
            yield
    except (sqlite3.Error, *_ASYNCPG_ERRORS) as error:
        raise RegisterFault(f"the database refused ({type(error).__name__})") from error


@dataclass(slots=True)
class _Batch:
    lay: Lay
    keep: bool


class SqliteWriter:
    """Writes with one connection in one thread."""

    def __init__(self, engine: AsyncEngine) -> None:
        address = engine.url.set(drivername="sqlite")
        self.engine = create_engine(address, pool_size=1, max_overflow=0, hide_parameters=True)
        event.listen(self.engine, "connect", prepare_sqlite)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log")
        self._held: PoolProxiedConnection | None = None
        """The one connection, kept from batch to batch: to fetch it each time would cost as much as two entries."""

    async def write(self, lay: Lay, *, keep: bool = True) -> Laid:
        """As `LogWriter` says. Whoever stops waiting before the commit takes everything along."""
        batch = _Batch(lay, keep)
        try:
            with driver_errors():
                return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, batch)
        except asyncio.CancelledError:
            batch.keep = False
            raise

    async def aclose(self) -> None:
        """Close the connection in the thread that has used it, then end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
        self._thread.shutdown(wait=False)

    def _write(self, batch: _Batch) -> Laid:
        connection = self._held = self._held or self.engine.raw_connection()
        try:
            # closed here: a fault keeps its frames, and the loop that lets go of it would wait for whoever writes next
            with closing(connection.cursor()) as cursor:
                laid = _laid(cursor, batch.lay)
                if batch.keep:
                    connection.commit()
                else:
                    connection.rollback()
                    _touch(cursor)
            return laid
        except BaseException:
            self._held = None
            connection.close()  # back to the pool, which rolls back what is not committed
            raise

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.close()
        self.engine.dispose()


class PostgresqlWriter:
    """Writes with one connection, which is thrown away after every error."""

    def __init__(self, engine: AsyncEngine, *, patience_s: float) -> None:
        _, self._address = engine.dialect.create_connect_args(engine.url)
        for name in _NOT_FOR_THE_DRIVER:
            self._address.pop(name, None)
        self._patience_ms = max(1, int(patience_s * 1000))
        self._wire: Any = None
        self._turn = asyncio.Lock()
        self._head: Head | None = None
        """Where we have left it."""
        self._is_alone = False
        """Whether it was still there the last time."""

    async def write(self, lay: Lay, *, keep: bool = True) -> Laid:
        """As `LogWriter` says."""
        async with self._turn:
            with driver_errors():
                try:
                    laid = await self._at_once(lay) if keep else None
                    if laid is None:
                        laid = await self._in_turn(lay, keep=keep)
                    if keep:
                        self._head = laid.head
                    return laid
                except BaseException:
                    self._head, self._is_alone = None, False
                    await self._hang_up()
                    raise

    async def aclose(self) -> None:
        """Close the connection."""
        async with self._turn:
            await self._hang_up()

    async def _at_once(self, lay: Lay) -> Laid | None:
        """Write what follows on the head as we have left it, in one statement; None if that may be another by now.

        If the connection dies under it, nobody knows whether it was committed: the requests are refused, and their
        entries may stand all the same.
        """
        if self._head is None or not self._is_alone or self._wire is None or self._wire.is_closed():
            return None
        laid = lay(self._head)
        self._is_alone = await self._moved(self._head, laid)
        return laid if self._is_alone else None

    async def _in_turn(self, lay: Lay, *, keep: bool) -> Laid:
        """Lock the head, then write what follows on it."""
        try:
            head, laid = await self._laid(lay)
        except (OSError, *_ASYNCPG_ERRORS):
            if self._wire is None or not self._wire.is_closed():
                raise
            head, laid = await self._laid(lay)  # on another connection, as this one had died and nothing is committed
        await self._wire.execute("COMMIT" if keep else f"ROLLBACK; {_TOUCH}")
        self._is_alone = head == self._head
        return laid

    async def _laid(self, lay: Lay) -> tuple[Head, Laid]:
        if self._wire is None or self._wire.is_closed():
            self._wire = await self._connected()
        await self._wire.execute("BEGIN")
        head = _head(await self._wire.fetchrow(f"{_READ_HEAD} FOR UPDATE"))
        laid = lay(head)
        if not await self._moved(head, laid):
            raise RegisterFault("the log's head cannot be moved")
        return head, laid

    async def _moved(self, head: Head, laid: Laid) -> bool:
        """Whether the head was there, so that it could be moved."""
        return bool(
            await self._wire.fetchval(
                _POSTGRESQL_ALL,
                *_turned(laid.entries, 8),
                *_turned(laid.subjects, 2),
                *_turned(laid.checkpoints, 3),
                *_turned(laid.segments, 4),
                *_columns(laid.head),
                head.position,
                head.segment,
                head.checkpoint,
            )
        )

    async def _connected(self) -> Any:
        """A connection that commits durably and, if we stand still, does not keep the head from others."""
        wire = await asyncpg.connect(**self._address)
        await wire.execute(f"""
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
            SET lock_timeout = {self._patience_ms};
            SET idle_in_transaction_session_timeout = {self._patience_ms}""")
        return wire

    async def _hang_up(self) -> None:
        """Close the connection; what is under way is broken off over there first, else it would keep the head."""
        wire, self._wire = self._wire, None
        if wire is not None:
            with suppress(OSError, TimeoutError, *_ASYNCPG_ERRORS):
                await wire.close(timeout=_FAREWELL_S)


def _laid(cursor: Any, lay: Lay) -> Laid:
    """Take the write lock, read the head and write what follows from it."""
    cursor.execute("BEGIN IMMEDIATE")
    laid = lay(_head(cursor.execute(_READ_HEAD).fetchone()))
    cursor.executemany(f"{_ADD_ENTRY} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", laid.entries)
    cursor.executemany(f"{_ADD_SUBJECT} VALUES (?, ?)", laid.subjects)
    cursor.executemany(f"{_ADD_CHECKPOINT} VALUES (?, ?, ?)", laid.checkpoints)
    cursor.executemany(f"{_ADD_SEGMENT} VALUES (?, ?, ?, ?)", laid.segments)
    cursor.execute(_SQLITE_HEAD, _columns(laid.head))
    return laid


def _touch(cursor: Any) -> None:
    """Write a page: the one number in the file that nobody reads, as SQLite writes no row that stays as it is."""
    (number,) = cursor.execute("PRAGMA user_version").fetchone()
    cursor.execute(f"PRAGMA user_version = {(number + 1) % 2**31}")


def _head(row: Any) -> Head:
    if row is None:
        raise RegisterFault("the log has no head")
    return Head(*row)


def _turned(rows: list[Any], width: int) -> list[Any]:
    """The rows as columns."""
    return list(zip(*rows, strict=True)) if rows else [()] * width
