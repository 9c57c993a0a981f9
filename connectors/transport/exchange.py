"""Read-only SQL on an agency's exchange tables: one errand is one connection, one hop, one deadline.

Measured with ten statements per errand on SQLite: 6 ms of CPU through SQLAlchemy's async engine, 0.9 ms
through its sync engine in one worker thread, 0.3 ms with compiled texts kept and the driver called
directly. So SQLAlchemy builds and compiles the statements, and the two drivers beside this file run them.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgresql_dialect
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import Dialect

from connectors.port import Errand, Exchanged, Observe, Unavailable, Unreadable, outcome_name
from connectors.transport.exchange_log import StatementLog
from connectors.transport.exchange_postgresql import PostgreSQLDriver
from connectors.transport.exchange_sqlite import SQLiteDriver
from connectors.transport.faults import DEADLINE, TIMED_OUT, WireFault
from connectors.transport.resilience import (
    Breakers,
    BreakerSettings,
    RetryBudget,
    RetrySettings,
    full_jitter_s,
    remaining_s,
)
from connectors.transport.statements import Bound, Statement, Values
from connectors.transport.wire import MalformedAnswer

Row: TypeAlias = Mapping[str, Any]
"""One row by column name, in the driver's own types: text, int, date, Decimal or None."""

Table: TypeAlias = "Sequence[Row] | Unavailable | Unreadable"
"""What one query brought."""

_log = logging.getLogger(__name__)


def _accept(_: Sequence[Row]) -> None:
    """Nothing to check."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement of an errand with the values it is bound to.

    `operation` is the unit of the circuit breaker; `check` looks at the rows and raises MalformedAnswer
    if they cannot be what the agency meant to say.
    """

    operation: str
    statement: Statement
    values: Values
    check: Callable[[Sequence[Row]], None] = _accept


@dataclass(frozen=True, slots=True)
class ExchangeSettings:
    """How one agency's exchange database is reached."""

    url: str
    """As SQLAlchemy writes it: `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`; opened read-only."""
    statement_log: Path | None = None
    """Where each statement sent is noted for the agency's auditors; never a bound value."""
    pool_size: int = 10
    """Connections that the agency grants one department."""
    call_timeout_s: float = 5.0
    """The longest wait for one errand's answers; the deadline may cut it shorter."""
    patience_s: float = 0.5
    """Answers cut off by the deadline count against the agency only if it had at least this long."""
    retry: RetrySettings = field(default_factory=RetrySettings)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)


class Driver(Protocol):
    """One kind of database: runs bound statements one after another on one connection."""

    async def run(
        self, statements: Sequence[Bound], ends_at: float, sent: Callable[[int], None]
    ) -> Sequence[Sequence[tuple[Any, ...]] | WireFault]:
        """One answer per statement, by `ends_at` on the loop's clock; `sent` is told each place just before it goes."""

    async def aclose(self) -> None:
        """Give every connection back."""


class Exchange:
    """An agency's exchange database; safe for concurrent use within one event loop. Close it with `aclose`."""

    def __init__(self, settings: ExchangeSettings, *, observe: Observe | None = None) -> None:
        self.breakers = Breakers(settings.breaker)
        self._settings = settings
        self._driver, self._dialect = _opened(settings)
        self._log = StatementLog(settings.statement_log)
        self._budget = RetryBudget(settings.retry)
        self._observe = observe

    async def tables(self, queries: Sequence[Query], errand: Errand) -> Sequence[Table]:
        """Answer all queries of one errand on one connection: one table per query.

        Errors:  none but cancellation; locks, timeouts and a missing database become Unavailable, tables
                 that are not as specified become Unreadable
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        tables = await self._persist(queries, errand)
        if self._observe is not None:
            took_s = clock() - began  # the answers of one errand come together
            for query, table in zip(queries, tables, strict=True):
                self._observe(Exchanged(query.operation, outcome_name(table), took_s))
        return tables

    async def _persist(self, queries: Sequence[Query], errand: Errand) -> Sequence[Table]:
        """Send them, and again what may be repeated."""
        got: list[Sequence[Row] | WireFault] = [DEADLINE] * len(queries)
        places = list(range(len(queries)))
        for retry in range(self._settings.retry.retries + 1):
            answers = await self._round([queries[place] for place in places], errand, is_first=retry == 0)
            for place, answer in zip(places, answers, strict=True):
                got[place] = answer
            places = [place for place in places if _may_repeat(got[place])]
            if not places or not await self._pause(errand, retry):
                break
        return [self._outcome(query, answer) for query, answer in zip(queries, got, strict=True)]

    async def rows(self, query: Query, errand: Errand) -> Table:
        """Answer one query; as `tables`."""
        return (await self.tables([query], errand))[0]

    async def aclose(self) -> None:
        """Close every connection."""
        await self._driver.aclose()

    async def _round(
        self, queries: Sequence[Query], errand: Errand, *, is_first: bool
    ) -> Sequence[Sequence[Row] | WireFault]:
        """Send what the breakers let through, once."""
        clock = asyncio.get_running_loop().time
        now = clock()
        if errand.deadline <= now:
            return [DEADLINE] * len(queries)
        passes = [self.breakers.of(query.operation).admit(now) for query in queries]
        sent = [query for query, admitted in zip(queries, passes, strict=True) if admitted is not None]
        if is_first:
            self._budget.earn(now)
        try:
            answers = iter(await self._send(sent, errand, now) if sent else ())
        except BaseException:
            for query, admitted in zip(queries, passes, strict=True):
                if admitted is not None:
                    self.breakers.of(query.operation).forgive(admitted)
            raise
        results: list[Sequence[Row] | WireFault] = []
        for query, admitted in zip(queries, passes, strict=True):
            answer = _LEFT_ALONE if admitted is None else next(answers)
            if admitted is not None:
                failed = isinstance(answer, WireFault) and answer.counts
                self.breakers.of(query.operation).record(admitted, clock(), has_failed=failed)
            results.append(answer)
        return results

    async def _send(self, queries: Sequence[Query], errand: Errand, now: float) -> list[Sequence[Row] | WireFault]:
        bound = [query.statement.bind(self._dialect, query.values) for query in queries]
        allowed_s = min(errand.deadline - now, self._settings.call_timeout_s)
        note = self._log.note([(query.operation, query.statement.columns) for query in queries], bound, errand)
        answers = await self._driver.run(bound, now + allowed_s, note)
        is_patient = allowed_s >= min(self._settings.patience_s, self._settings.call_timeout_s)
        return [
            _checked(query, DEADLINE if answer is TIMED_OUT and not is_patient else answer)
            for query, answer in zip(queries, answers, strict=True)
        ]

    async def _pause(self, errand: Errand, retry: int) -> bool:
        """Wait before trying again; False if there is no time or no budget for it."""
        settings = self._settings.retry
        now = asyncio.get_running_loop().time()
        pause_s = full_jitter_s(retry, settings, draw=random.random())  # noqa: S311 - spreads load, guards nothing
        if retry >= settings.retries or pause_s >= remaining_s(errand, now) or not self._budget.spend(now):
            return False
        await asyncio.sleep(pause_s)
        return True

    def _outcome(self, query: Query, answer: Sequence[Row] | WireFault) -> Table:
        if not isinstance(answer, WireFault):
            return answer
        level = logging.WARNING if isinstance(answer.outcome, Unreadable) else logging.INFO
        _log.log(level, "agency query failed: operation=%s cause=%s", query.operation, answer.outcome.cause)
        return answer.outcome


_LEFT_ALONE = WireFault(Unavailable("breaker-open"), counts=False, may_repeat=False)


def _may_repeat(answer: Sequence[Row] | WireFault) -> bool:
    return isinstance(answer, WireFault) and answer.may_repeat and answer is not DEADLINE


def _checked(query: Query, answer: Sequence[tuple[Any, ...]] | WireFault) -> Sequence[Row] | WireFault:
    """Rows by column name, once the query's own check has accepted them."""
    if isinstance(answer, WireFault):
        return answer
    names = query.statement.names
    rows = [dict(zip(names, values, strict=True)) for values in answer]
    try:
        query.check(rows)
    except MalformedAnswer as complaint:
        return WireFault(Unreadable(str(complaint)), may_repeat=False)
    return rows


def _opened(settings: ExchangeSettings) -> tuple[Driver, Dialect]:
    """The driver and dialect for the address; raises ValueError for any other database."""
    parts = make_url(settings.url)
    match parts.get_backend_name():
        case "sqlite" if parts.database:
            return SQLiteDriver(Path(parts.database), settings.pool_size), sqlite_dialect()
        case "postgresql":
            address = parts.set(drivername="postgresql").render_as_string(hide_password=False)
            asyncpg_dialect: Dialect = postgresql_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy left it bare
            return PostgreSQLDriver(address, settings.pool_size), asyncpg_dialect
    raise ValueError("an exchange database is an SQLite file or a PostgreSQL address")
