"""Opens the registers' database; the one place where a database's own errors become ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from sqlalchemy import MetaData, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

RegisterEngine: TypeAlias = AsyncEngine
"""The registers' database, for rooms that pass it on and never look inside."""
DRIVERS: Final = frozenset({"sqlite+aiosqlite", "postgresql+asyncpg"})

_SQLITE_PRAGMAS: Final = (
    "PRAGMA page_size = 8192",  # of a new file; an entry of the log has about 3 KB, so that several share a page
    "PRAGMA busy_timeout = 2000",
    "PRAGMA synchronous = FULL",  # a commit that was answered survives a loss of power
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
)
_SWITCH_ATTEMPTS: Final = 50
_SWITCH_PAUSE_S: Final = 0.05
_TRIGGER: Final = re.compile(r"CREATE OR REPLACE TRIGGER (\w+)")
_TURN: Final = 5_207_114_301  # one process at a time creates tables or files what stands; any number will do


class RegisterFault(Exception):
    """The registers cannot be read or written; the message names the kind of error and no value."""


@contextmanager
def register_errors() -> Iterator[None]:
    """Turn every error of the database, its driver and its socket into RegisterFault."""
    try:
        yield
    except SQLAlchemyError as error:
        raise RegisterFault(_kind(error)) from error
    except (OSError, TimeoutError) as error:
        raise RegisterFault(f"the database cannot be reached ({type(error).__name__})") from error


def open_engine(url: str, *, pool_size: int = 5) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`; opens no connection yet.

    Errors:  RegisterFault if the URL is not one of these two kinds.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise RegisterFault("the database URL cannot be read") from error
    if address.drivername not in DRIVERS:
        raise RegisterFault(f"the database is one of {', '.join(sorted(DRIVERS))}")
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        engine = create_async_engine(address, **options)
        event.listen(engine.sync_engine, "connect", prepare_sqlite)
        return engine
    return create_async_engine(address, pool_recycle=1800, **options)


async def create_tables(engine: AsyncEngine, metadata: MetaData, triggers: Mapping[str, Sequence[str]]) -> None:
    """Create what is missing; several gateways may do so at once. A role that may only write has to find all of it.

    Shape:   `triggers` holds statements by dialect name, each harmless if run again.
    Errors:  RegisterFault.
    """
    statements = triggers.get(engine.dialect.name, ())
    with register_errors():
        async with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                await _switch_to_wal(connection)
            await take_turn(connection)
            if engine.dialect.name == "sqlite" or await _may_create(connection, metadata):
                await connection.run_sync(metadata.create_all)
                for statement in statements:
                    await connection.execute(text(statement))
            else:
                await _look_for(connection, metadata, statements)
            await connection.commit()


async def _may_create(connection: AsyncConnection, metadata: MetaData) -> bool:
    """Whether the tables are ours, as far as they are there."""
    owned = f"SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY ({_oids(metadata)})"  # noqa: S608 - our own tables
    return (await connection.execute(text(owned))).scalar() is not False


async def _look_for(connection: AsyncConnection, metadata: MetaData, statements: Sequence[str]) -> None:
    """Whether the owner, who makes and fills all of it in one transaction, has done so; RegisterFault if not."""
    tables = f"SELECT count(*) FROM pg_class WHERE oid = ANY ({_oids(metadata)})"  # noqa: S608 - our own tables
    triggers = f"""SELECT tgname FROM pg_trigger
        WHERE tgenabled IN ('O', 'A') AND tgrelid = ANY ({_oids(metadata)})"""  # noqa: S608 - our own tables
    there = (await connection.execute(text(tables))).scalar() == len(metadata.tables)
    named = {name for statement in statements for name in _TRIGGER.findall(statement)}
    if not there or not named <= set((await connection.execute(text(triggers))).scalars()):
        raise RegisterFault("the database lacks tables or triggers that only the owner of the others can make")


def _oids(metadata: MetaData) -> str:
    named = ", ".join(f"to_regclass('{name}')" for name in metadata.tables)
    return f"ARRAY[{named}]::oid[]"


async def _switch_to_wal(connection: AsyncConnection) -> None:
    """The file keeps this mode. The switch does not queue for its lock as other statements do, so it tries again."""
    for _ in range(_SWITCH_ATTEMPTS - 1):
        try:
            await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError:
            await asyncio.sleep(_SWITCH_PAUSE_S)
        else:
            return
    await connection.exec_driver_sql("PRAGMA journal_mode = WAL")


async def take_turn(connection: AsyncConnection) -> None:
    """Begin a transaction that is alone of its kind until it ends; readers and the record are not held up for long."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _TURN})


def prepare_sqlite(connection: Any, _record: object) -> None:
    """What every connection to an SQLite file is told first."""
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _kind(error: SQLAlchemyError) -> str:
    original = getattr(error, "orig", None)
    inner = f", {type(original).__name__}" if original is not None else ""
    return f"the database refused ({type(error).__name__}{inner})"
