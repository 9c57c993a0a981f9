"""Troubles of the database that somebody outside makes and ends; and what everybody is told while one lasts."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import Pool

from gateway.registers.log import AuditLog
from gateway.registers.log_writers import SqliteWriter
from tests.journeys.books.arena import Arena
from tests.journeys.gateways import PATIENCE_S
from tests.services import PostgresService

GRACE_S = 0.5
"""In which answers still arrive whose entries were durable before the trouble."""
A_PAGE, ANY = 4096, -1
NO_ENTRY = (503, "AUDIT_UNWRITABLE", "1", False)
"""Status, code, when to come again, and whether there is any data."""


def wait_out(arena: Arena, *, refused: int) -> None:
    """Wait until every process has turned red and so many requests were refused; AssertionError for any answer else."""
    crowd = arena.crowd
    for process in arena.processes:
        process.until_ready(is_so=False)
    time.sleep(GRACE_S)
    begun, position = len(crowd.received), arena.positions()
    ends = time.monotonic() + PATIENCE_S
    while len(crowd.received) < begun + refused:
        assert time.monotonic() < ends, "nobody is told anything"
        time.sleep(0.02)
    told = crowd.received[begun:]
    assert arena.positions() == position, "something was written"
    assert {(one.status, *one.codes, one.retry_after, one.has_data) for one in told} == {NO_ENTRY}


def wait_for_better_times(arena: Arena) -> None:
    """Wait until every process is ready again and the crowd is answered."""
    for process in arena.processes:
        process.until_ready()
    arena.until_more(20)


@contextmanager
def disk_full(arena: Arena) -> Iterator[None]:
    """No gateway can make any file larger, or write beyond its first page."""
    for process in arena.processes:
        process.may_write(A_PAGE)
    try:
        yield
    finally:
        for process in arena.processes:
            process.may_write(ANY)


@contextmanager
def server_disk_full(service: PostgresService) -> Iterator[None]:
    """The database server can write to no file beyond its first page, its own log of writes included."""
    service.may_write(A_PAGE)
    try:
        yield
    finally:
        service.may_write(ANY)
        service.up()  # a server that cannot write its log stops, as PostgreSQL does where the disk is full


@contextmanager
def file_locked(arena: Arena) -> Iterator[None]:
    """Somebody else is writing to the SQLite file and does not come to an end."""
    with closing(sqlite3.connect(file_of(arena.files.settings.database.url.get_secret_value()))) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def file_of(url: str) -> Path:
    """The file of an SQLite URL."""
    return Path(str(make_url(url).database))


class ReadOnlyFile:
    """Switches the log's own connections to one SQLite file to reading and back, in this process."""

    def __init__(self, url: str) -> None:
        self._file = file_of(url)
        self.is_on = False

    def turn(self, *, on: bool) -> None:
        """The connections that the logs of this process hold, and all that they will take."""
        self.is_on = on
        for log in (one for one in gc.get_objects() if isinstance(one, AuditLog)):
            if isinstance(log._writer, SqliteWriter) and log._writer._held is not None:
                self.tell(log._writer._held.dbapi_connection)

    def tell(self, connection: object, *_: object) -> None:
        """Hears of each connection that is taken from a pool."""
        if isinstance(connection, sqlite3.Connection):  # the log's alone is not wrapped by the asynchronous driver
            [(_, _, file)] = connection.execute("PRAGMA database_list").fetchall()
            if Path(file) == self._file:
                connection.execute(f"PRAGMA query_only = {int(self.is_on)}")


@contextmanager
def read_only_file(url: str) -> Iterator[ReadOnlyFile]:
    """The switch, off at first."""
    switch = ReadOnlyFile(url)
    event.listen(Pool, "checkout", switch.tell)
    yield switch
    event.remove(Pool, "checkout", switch.tell)


@contextmanager
def database_says(service: PostgresService, arena: Arena, setting: str, value: str) -> Iterator[None]:
    """The database has a setting for whoever comes, and everybody has to come anew; the same at the end."""
    name = make_url(arena.files.settings.database.url.get_secret_value()).database
    everybody = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    service._command(f'ALTER DATABASE "{name}" SET {setting} = {value}')
    service._command(everybody)
    try:
        yield
    finally:
        service._command(f'ALTER DATABASE "{name}" RESET {setting}')
        service._command(everybody)


@contextmanager
def head_locked(arena: Arena) -> Iterator[None]:
    """Somebody else has the log's head and does not let go of it."""
    address = make_url(arena.files.settings.database.url.get_secret_value())
    with asyncio.Runner() as runner:
        other = runner.run(asyncpg.connect(host=address.query["host"], user="postgres", database=address.database))
        runner.run(other.execute("BEGIN; LOCK TABLE log_head IN EXCLUSIVE MODE"))
        yield
        runner.run(other.execute("ROLLBACK"))
        runner.run(other.close())
