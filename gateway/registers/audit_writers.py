"""How a batch of rows becomes durable in either database: all of them or none, and their numbers.

SQLite is written by a thread of its own, which a batch enters once; the driver for asyncio would cross
over to its thread and back for every single step, which costs more than the steps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from sqlalchemy import Engine, create_engine, event, insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel

from gateway.registers.audit_table import AuditRow
from gateway.registers.engine import prepare_sqlite

Rows: TypeAlias = Sequence[Mapping[str, Any]]

_TABLE: Final = SQLModel.metadata.tables[AuditRow.__tablename__]
_INSERT: Final = insert(_TABLE)
_INSERT_ONE: Final = _INSERT.returning(_TABLE.c.id)
_TAKE_NUMBERS: Final = text("SELECT nextval(pg_get_serial_sequence('audit', 'id')) FROM generate_series(1, :count)")
_LAST_NUMBER: Final = "SELECT last_insert_rowid()"


class Writer(Protocol):
    """One database's way to write; errors are the database's own (`register_errors` knows them)."""

    @property
    def engine(self) -> Engine:
        """The engine whose connections write; what listens to its events sees every commit."""

    async def write(self, rows: Rows, *, keep: bool = True) -> Sequence[int]:
        """Insert and commit; returns the number of each row. Without `keep` all is rolled back at the end."""

    async def aclose(self) -> None:
        """Let go of what only this writer holds."""


def writer_for(engine: AsyncEngine) -> Writer:
    """The writer for an engine's database."""
    return SqliteWriter(engine) if engine.dialect.name == "sqlite" else PostgresqlWriter(engine)


@dataclass(slots=True)
class _Batch:
    rows: Rows
    keep: bool


class SqliteWriter:
    """Writes with one connection in one thread."""

    def __init__(self, engine: AsyncEngine) -> None:
        address = engine.url.set(drivername="sqlite")
        self.engine = create_engine(address, pool_size=1, max_overflow=0, hide_parameters=True)
        event.listen(self.engine, "connect", prepare_sqlite)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="audit")

    async def write(self, rows: Rows, *, keep: bool = True) -> Sequence[int]:
        """As `Writer` says. Whoever stops waiting before the commit takes the rows along."""
        batch = _Batch(rows, keep)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, batch)
        except asyncio.CancelledError:
            batch.keep = False
            raise

    async def aclose(self) -> None:
        """Close the connection in the thread that has used it, then end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.engine.dispose)
        self._thread.shutdown(wait=False)

    def _write(self, batch: _Batch) -> Sequence[int]:
        with self.engine.connect() as connection:
            connection.execute(_INSERT, batch.rows)
            # Nobody else can write between the first row and the commit, so the numbers are consecutive.
            last = int(connection.exec_driver_sql(_LAST_NUMBER).scalar_one())
            if batch.keep:
                connection.commit()
            else:
                connection.rollback()
        return range(last - len(batch.rows) + 1, last + 1)


class PostgresqlWriter:
    """Writes through the pool of the register's engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine.sync_engine
        self._pool = engine

    async def write(self, rows: Rows, *, keep: bool = True) -> Sequence[int]:
        """As `Writer` says."""
        async with self._pool.connect() as connection:
            numbers = await self._insert(connection, rows)
            if keep:
                await connection.commit()
            else:
                await connection.rollback()
            return numbers

    async def aclose(self) -> None:
        """The pool is not ours."""

    async def _insert(self, connection: AsyncConnection, rows: Rows) -> Sequence[int]:
        """Insert; once more on a fresh connection if the pooled one had died meanwhile, as nothing is committed yet."""
        try:
            return await _inserted(connection, rows)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            await connection.rollback()
            return await _inserted(connection, rows)


async def _inserted(connection: AsyncConnection, rows: Rows) -> Sequence[int]:
    """One row is best asked for its number; of many, rows that bring theirs cost a fifth of rows that return it."""
    if len(rows) == 1:
        return [(await connection.execute(_INSERT_ONE, rows[0])).scalar_one()]
    numbers = list((await connection.execute(_TAKE_NUMBERS, {"count": len(rows)})).scalars())
    await connection.execute(_INSERT, [{"id": number, **row} for number, row in zip(numbers, rows, strict=True)])
    return numbers
