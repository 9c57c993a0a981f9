"""Counts the uses of consents in either database: a batch of requests in one transaction, each wholly or not at all.

SQLite is written by a thread of its own, for the reason that the record's writer gives.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from sqlalchemy import ARRAY, Integer, Row, Text, bindparam, create_engine, event, select, text
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.registers.consents_table import CONSENT_USES
from gateway.registers.engine import prepare_sqlite


@dataclass(frozen=True, slots=True)
class Use:
    """One look by a consent that may be used so many `times` in a `span`."""

    consent_id: str
    span: str
    times: int


Wants: TypeAlias = frozenset[Use]
"""The uses that one request needs, all of them."""
_Counts: TypeAlias = Mapping[tuple[str, str], int]


class Counting(Protocol):
    """One database's way to count; errors are the database's own (`register_errors` knows them)."""

    async def count(self, batch: Sequence[Wants]) -> Sequence[Wants]:
        """Count each request's uses, earlier ones first; returns for each what is refused, and then none counts."""

    async def aclose(self) -> None:
        """Let go of what only this holds."""


def counting_for(engine: AsyncEngine) -> Counting:
    """The way of an engine's database."""
    return SqliteCounting(engine) if engine.dialect.name == "sqlite" else PostgresqlCounting(engine)


class SqliteCounting:
    """Counts with one connection in one thread."""

    def __init__(self, engine: AsyncEngine) -> None:
        address = engine.url.set(drivername="sqlite")
        self._engine = create_engine(address, pool_size=1, max_overflow=0, hide_parameters=True)
        event.listen(self._engine, "connect", prepare_sqlite)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="consent uses")

    async def count(self, batch: Sequence[Wants]) -> Sequence[Wants]:
        """As `Counting` says."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._count, batch)

    async def aclose(self) -> None:
        """Close the connection in the thread that has used it, then end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown(wait=False)

    def _count(self, batch: Sequence[Wants]) -> Sequence[Wants]:
        asked = _keys(batch)
        names = {"consent_ids": sorted({one for one, _ in asked}), "spans": sorted({span for _, span in asked})}
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # nobody counts between the reading and the commit
            refused, added = _settled(batch, _counts(connection.execute(_READ, names).all()))
            if added:
                connection.execute(
                    _ADD, [{"consent_id": one, "span": span, "used": n} for (one, span), n in added.items()]
                )
            connection.commit()
        return refused


class PostgresqlCounting:
    """Counts through the pool of the register's engine; the rows themselves are the lock, taken in one order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._pool = engine

    async def count(self, batch: Sequence[Wants]) -> Sequence[Wants]:
        """As `Counting` says."""
        async with self._pool.connect() as connection:
            refused, added = _settled(batch, await self._taken(connection, _keys(batch)))
            if added:
                keys = [*added]
                await connection.execute(_RAISE, {**_arrays(keys), "added": [added[key] for key in keys]})
            await connection.commit()
        return refused

    async def aclose(self) -> None:
        """The pool is not ours."""

    async def _taken(self, connection: AsyncConnection, keys: Sequence[tuple[str, str]]) -> _Counts:
        """Once more on a fresh connection if the pooled one had died meanwhile, as nothing is counted yet."""
        try:
            return _counts((await connection.execute(_TAKE, _arrays(keys))).all())
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            await connection.rollback()
            return _counts((await connection.execute(_TAKE, _arrays(keys))).all())


def _settled(batch: Sequence[Wants], used: _Counts) -> tuple[list[Wants], dict[tuple[str, str], int]]:
    """What each request is refused, and what is to be added to the counts."""
    added: Counter[tuple[str, str]] = Counter()
    refused: list[Wants] = []
    for wants in batch:
        over = frozenset(use for use in wants if used.get(_key(use), 0) + added[_key(use)] >= use.times)
        refused.append(over)
        if not over:
            added.update({_key(use) for use in wants})
    return refused, dict(added)


def _key(use: Use) -> tuple[str, str]:
    return use.consent_id, use.span


def _keys(batch: Sequence[Wants]) -> Sequence[tuple[str, str]]:
    return sorted({_key(use) for wants in batch for use in wants})


def _counts(rows: Sequence[Row[Any]]) -> _Counts:
    return {(row.consent_id, row.span): row.used for row in rows}


def _arrays(keys: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"consent_ids": [one for one, _ in keys], "spans": [span for _, span in keys]}


_READ: Final = select(CONSENT_USES).where(
    CONSENT_USES.c.consent_id.in_(bindparam("consent_ids", expanding=True)),
    CONSENT_USES.c.span.in_(bindparam("spans", expanding=True)),
)
_INSERT: Final = sqlite_insert(CONSENT_USES)
_ADD: Final = _INSERT.on_conflict_do_update(
    index_elements=["consent_id", "span"], set_={"used": CONSENT_USES.c.used + _INSERT.excluded.used}
)
_LISTS: Final = (bindparam("consent_ids", type_=ARRAY(Text)), bindparam("spans", type_=ARRAY(Text)))
_TAKE: Final = text(
    "INSERT INTO consent_use (consent_id, span, used)"
    " SELECT asked.consent_id, asked.span, 0 FROM unnest(:consent_ids, :spans) AS asked (consent_id, span)"
    " ORDER BY asked.consent_id, asked.span"
    " ON CONFLICT (consent_id, span) DO UPDATE SET used = consent_use.used"
    " RETURNING consent_id, span, used"
).bindparams(*_LISTS)
"""Locks each row, made at need, and tells its count: whoever else wants one waits and sees the new count."""
_RAISE: Final = text(
    "UPDATE consent_use SET used = consent_use.used + asked.added"
    " FROM unnest(:consent_ids, :spans, :added) AS asked (consent_id, span, added)"
    " WHERE consent_use.consent_id = asked.consent_id AND consent_use.span = asked.span"
).bindparams(*_LISTS, bindparam("added", type_=ARRAY(Integer)))
