"""Exchange tables in PostgreSQL: a pool that opens on first use, statements cancelled when the errand ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import asyncpg

from connectors.port import Unavailable, Unreadable
from connectors.transport.faults import TIMED_OUT, WireFault
from connectors.transport.statements import Bound

Answer: TypeAlias = "Sequence[tuple[Any, ...]] | WireFault"

_NOT_NOW: Final = ("08", "28", "3D", "40", "53", "55", "57", "58")
"""SQLSTATE classes: connection, account, database, rollback, resources, locks, operator, system."""

_NOT_REACHED: Final = WireFault(Unavailable("not-reached"), counts=False)

_ERRORS: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class PostgreSQLDriver:
    """A pool of read-only connections."""

    def __init__(self, address: str, pool_size: int) -> None:
        self._address = address
        self._pool_size = pool_size
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def run(self, statements: Sequence[Bound], ends_at: float, sent: Callable[[int], None]) -> Sequence[Answer]:
        """One answer per statement; each sees the rows as they are when it runs."""
        connection: Any = None
        try:
            async with asyncio.timeout_at(ends_at):
                pool = await self._opened()
                connection = await pool.acquire()
            return await _answers(connection, statements, ends_at, sent)
        except _ERRORS as error:
            return [_fault_of(error)] * len(statements)
        finally:
            if connection is not None:
                await self._pool.release(connection)

    async def aclose(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _opened(self) -> Any:
        """The pool, made on first use because it belongs to the running loop."""
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._address,
                    min_size=0,
                    max_size=self._pool_size,
                    reset=_kept,
                    server_settings={"default_transaction_read_only": "on", "application_name": "exchange reader"},
                )
            return self._pool


async def _kept(_: Any) -> None:
    """Nothing to reset: a reader leaves neither locks nor settings behind."""


async def _answers(
    connection: Any, statements: Sequence[Bound], ends_at: float, sent: Callable[[int], None]
) -> Sequence[Answer]:
    """Run the statements; after one that cannot be had now, the rest are not tried."""
    clock = asyncio.get_running_loop().time
    answers: list[Answer] = []
    for place, statement in enumerate(statements):
        sent(place)
        try:
            left_s = max(ends_at - clock(), 0.001)
            found = await connection.fetch(statement.text, *statement.values, timeout=left_s)
            answers.append([tuple(row) for row in found])
        except _ERRORS as error:
            fault = _fault_of(error)
            answers.append(fault)
            if isinstance(fault.outcome, Unavailable):
                answers.extend([_NOT_REACHED] * (len(statements) - len(answers)))
                break
    return answers


def _fault_of(error: BaseException) -> WireFault:
    """What an error of network or database means; the cause names the kind of error and nothing of the data."""
    if isinstance(error, TimeoutError | asyncpg.LockNotAvailableError | asyncpg.QueryCanceledError):
        return TIMED_OUT
    if isinstance(error, asyncpg.PostgresError) and not str(error.sqlstate).startswith(_NOT_NOW):
        return WireFault(Unreadable(type(error).__name__), may_repeat=False)
    return WireFault(Unavailable(type(error).__name__))
