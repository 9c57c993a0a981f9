"""How many subjects are read at once in either database: one statement, which stays the same.

SQLite is read by a thread of its own, which a batch enters once, for the reason that the record's writer gives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from sqlalchemy import Engine, Row, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import prepare_sqlite
from gateway.registers.standing_table import listed, reading


class Reader(Protocol):
    """One database's way to read; errors are the database's own (`register_errors` knows them)."""

    @property
    def engine(self) -> Engine:
        """The engine whose connections read; what listens to its events sees every statement."""

    async def read(self, wanted: Mapping[str, Collection[str]]) -> Sequence[Row[Any]]:
        """The rows for these `subjects`, `consents` and `names`, as they stand when it is called or later."""

    async def aclose(self) -> None:
        """Let go of what only this reader holds."""


def reader_for(engine: AsyncEngine) -> Reader:
    """The reader for an engine's database."""
    return SqliteReader(engine) if engine.dialect.name == "sqlite" else PostgresqlReader(engine)


class SqliteReader:
    """Reads with one connection in one thread."""

    def __init__(self, engine: AsyncEngine) -> None:
        address = engine.url.set(drivername="sqlite")
        self.engine = create_engine(address, pool_size=1, max_overflow=0, hide_parameters=True)
        event.listen(self.engine, "connect", prepare_sqlite)
        self._statement = reading("sqlite")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="standing")

    async def read(self, wanted: Mapping[str, Collection[str]]) -> Sequence[Row[Any]]:
        """As `Reader` says."""
        parameters = {name: listed(values, "sqlite") for name, values in wanted.items()}
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, parameters)

    async def aclose(self) -> None:
        """Close the connection in the thread that has used it, then end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.engine.dispose)
        self._thread.shutdown(wait=False)

    def _read(self, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
        with self.engine.connect() as connection:
            return connection.execute(self._statement, parameters).all()


class PostgresqlReader:
    """Reads through the pool of the register's engine; one statement needs no transaction around it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._pool = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.engine = self._pool.sync_engine
        self._statement = reading("postgresql")

    async def read(self, wanted: Mapping[str, Collection[str]]) -> Sequence[Row[Any]]:
        """As `Reader` says; once more on a fresh connection if the pooled one had died meanwhile."""
        parameters = {name: listed(values, "postgresql") for name, values in wanted.items()}
        try:
            return await self._read(parameters)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return await self._read(parameters)

    async def aclose(self) -> None:
        """The pool is not ours."""

    async def _read(self, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
        async with self._pool.connect() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(self._statement, parameters)).all()
            return rows
