"""Exchange tables in an SQLite file: one worker thread per errand, locks waited for until the errand's end."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeAlias

from connectors.port import Unavailable, Unreadable
from connectors.transport.faults import TIMED_OUT, WireFault
from connectors.transport.statements import Bound

Answer: TypeAlias = "Sequence[tuple[Any, ...]] | WireFault"

_OUT_OF_REACH: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
_OUT_OF_TIME: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT})
"""Primary result codes; every code in neither set says that the data cannot be read."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A connection and the file it was opened on: a file that was moved away is not read on."""

    connection: sqlite3.Connection
    file: tuple[int, int]


class _Job:
    """One errand in its thread; holds the connection so that the loop can interrupt it."""

    def __init__(self, statements: Sequence[Bound], ends_at: float, sent: Callable[[int], None]) -> None:
        self.statements = statements
        self.ends_at = ends_at
        self.sent = sent
        self.is_given_up = False
        self._connection: sqlite3.Connection | None = None
        self._handover = Lock()

    def give_up(self) -> None:
        """Nobody waits any more: stop a running statement, start none."""
        self.is_given_up = True
        with self._handover:
            if self._connection is not None:
                self._connection.interrupt()

    def hold(self, connection: sqlite3.Connection | None) -> None:
        """Take a connection, or let go of it before another errand may have it."""
        with self._handover:
            self._connection = connection


class SQLiteDriver:
    """A pool of threads, each errand with a connection of its own while it runs."""

    def __init__(self, path: Path, pool_size: int) -> None:
        self._path = path.absolute()
        self._threads = ThreadPoolExecutor(pool_size, thread_name_prefix="exchange")
        self._idle: deque[_Opened] = deque()

    async def run(self, statements: Sequence[Bound], ends_at: float, sent: Callable[[int], None]) -> Sequence[Answer]:
        """One answer per statement, all from one state of the file."""
        loop = asyncio.get_running_loop()
        job = _Job(statements, monotonic() + ends_at - loop.time(), sent)
        try:
            async with asyncio.timeout_at(ends_at):
                return await loop.run_in_executor(self._threads, self._work, job)
        except TimeoutError:
            return [TIMED_OUT] * len(statements)
        finally:
            job.give_up()

    async def aclose(self) -> None:
        """Close the connections; a busy one ends with its errand first."""
        await asyncio.to_thread(self._threads.shutdown)
        while self._idle:
            self._idle.pop().connection.close()

    def _work(self, job: _Job) -> Sequence[Answer]:
        """In the thread: the whole errand in one read transaction."""
        try:
            opened = self._taken()
        except (OSError, sqlite3.Error) as fault:
            return [_fault_of(fault)] * len(job.statements)
        job.hold(opened.connection)
        try:
            return _answers(opened.connection, job)
        finally:
            job.hold(None)
            with contextlib.suppress(sqlite3.Error):
                opened.connection.rollback()
            self._idle.append(opened)

    def _taken(self) -> _Opened:
        """An idle connection to the file as it is now, or a new one; raises OSError, sqlite3.Error."""
        status = self._path.stat()
        file = (status.st_dev, status.st_ino)
        with contextlib.suppress(IndexError):
            while True:
                opened = self._idle.pop()
                if opened.file == file:
                    return opened
                opened.connection.close()
        address = f"{self._path.as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        return _Opened(connection, file)


def _answers(connection: sqlite3.Connection, job: _Job) -> Sequence[Answer]:
    """Run the statements; once the file is out of reach or locked for too long, the rest are not tried."""
    answers: list[Answer] = []
    try:
        connection.execute(f"PRAGMA busy_timeout = {max(0, int((job.ends_at - monotonic()) * 1000))}")
        connection.execute("BEGIN")
        for place, statement in enumerate(job.statements):
            if job.is_given_up:
                return [TIMED_OUT] * len(job.statements)
            job.sent(place)
            answers.append(_answer(connection, statement))
    except (OSError, sqlite3.Error) as fault:
        answers.extend([_fault_of(fault)] * (len(job.statements) - len(answers)))
    return answers


def _answer(connection: sqlite3.Connection, statement: Bound) -> Answer:
    """One statement's rows, or its own fault; raises what concerns the whole file."""
    try:
        return connection.execute(statement.text, statement.values).fetchall()
    except sqlite3.Error as error:
        fault = _fault_of(error)
        if isinstance(fault.outcome, Unavailable):
            raise
        return fault


def _fault_of(error: OSError | sqlite3.Error) -> WireFault:
    """What an error of file or database means; the cause names the kind of error and nothing of the data."""
    if isinstance(error, OSError):
        is_missing = isinstance(error, FileNotFoundError)
        return WireFault(Unavailable("exchange-file-missing" if is_missing else type(error).__name__))
    code: int | None = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in _OUT_OF_TIME:
        return TIMED_OUT
    cause = getattr(error, "sqlite_errorname", type(error).__name__)
    if primary in _OUT_OF_REACH:
        return WireFault(Unavailable(cause))
    return WireFault(Unreadable(cause), may_repeat=False)
