"""The register of alerts: each there once, and how far the log has been looked through for them.

One process at a time looks: it holds a lease that ends by itself. What it finds is filed in one transaction with how
far it has come, and only from where the one before had come: whatever breaks off, none is lost and none doubled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.registers.alerts_entry import EVERY_ALERT, AlertQuery, FiledAlert, Progress
from gateway.registers.alerts_table import (
    ALERT_TABLES,
    ALERTS,
    SHANGHAI,
    STANDING,
    STATEMENTS,
    WATCH,
    alert_of,
    columns_of,
)
from gateway.registers.engine import create_tables, register_errors
from gateway.registers.log_table import ENTRIES, SEGMENTS
from schema.vocabulary.alerts import Alert

_A = ALERTS.c
_W = WATCH.c
_LONGEST_LEASE: Final = 20
"""Lengths of a lease that clocks of several processes may differ by, and far more than they should."""
_ONCE: Final = ("rule", "organisation", "client", "officer", "window")


@dataclass(frozen=True, slots=True)
class Lease:
    """Who looks, and until when unless it is renewed."""

    holder: str
    until: datetime


class AlertRegister:
    """The book; `start` before anything else, after the log's own. Every method raises RegisterFault."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert_into = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    async def start(self) -> None:
        """Create what is missing; who may not finds all of it or is refused."""
        if self._engine.dialect.name == "sqlite" or not await self._stands():
            await create_tables(self._engine, ALERT_TABLES, STATEMENTS)

    async def hold(self, lease: Lease, now: datetime) -> Progress | None:
        """Take the lease, or renew it; how far the log was looked through, None while somebody else holds it.

        One that ends later than any would is held by nobody any more: a clock was wrong when it was taken.
        """
        latest = now + _LONGEST_LEASE * (lease.until - now)
        is_free = or_(_W.holder == lease.holder, _W.until <= now, _W.until > latest)
        taken = (
            update(WATCH)
            .where(_W.one == 1, is_free)
            .values(holder=lease.holder, until=lease.until)
            .returning(_W.cursor, _W.needed_after, _W.announced)
        )
        with register_errors():
            async with self._engine.begin() as connection:
                row = (await connection.execute(taken)).one_or_none()
        return Progress(*row) if row is not None else None

    async def let_go(self, holder: str, now: datetime) -> None:
        """End one's own lease, so that nobody has to wait for its end."""
        with register_errors():
            async with self._engine.begin() as connection:
                await connection.execute(update(WATCH).where(_W.holder == holder).values(until=now))

    async def file(self, alerts: Sequence[Alert], lease: Lease, *, before: int, after: Progress, now: datetime) -> bool:
        """File what was found between two positions and go on to the second; one that is on file stays as it is.

        Shape:   `before` is the cursor from which was looked; of `after` the cursor and `needed_after` count
        Returns: whether that was done; not, if somebody else holds the lease or has come further
        """
        moved = (
            update(WATCH)
            .where(_W.one == 1, _W.holder == lease.holder, _W.cursor == before)
            .values(cursor=after.cursor, needed_after=after.needed_after, until=lease.until)
        )
        with register_errors():
            async with self._engine.begin() as connection:
                if not (await connection.execute(moved)).rowcount:
                    return False
                await self._add(connection, alerts, now)
        return True

    async def announced(self, number: int) -> None:
        """Note that this alert and those before it stand in the log itself."""
        with register_errors():
            async with self._engine.begin() as connection:
                is_further = update(WATCH).where(_W.one == 1, _W.announced < number)
                await connection.execute(is_further.values(announced=number))

    async def forget_dropped(self) -> int:
        """Delete the alerts whose entries were dropped with their segment; for the tables' owner. How many."""
        ends = SEGMENTS.c.first + SEGMENTS.c.size - 1
        is_dropped = SEGMENTS.c.dropped_at.is_not(None) & _A.last.between(SEGMENTS.c.first, ends)
        with register_errors():
            async with self._engine.begin() as connection:
                gone = delete(ALERTS).where(select(SEGMENTS.c.segment).where(is_dropped).exists())
                return (await connection.execute(gone)).rowcount

    async def resting_after(self, position: int) -> Sequence[Alert]:
        """Alerts that were raised by an entry after this position."""
        rows = await self._rows(select(ALERTS).where(_A.last > position).order_by(_A.number))
        return [filed.alert for filed in rows]

    async def after(self, number: int, query: AlertQuery = EVERY_ALERT, *, first: int) -> Sequence[FiledAlert]:
        """At most `first` alerts with higher numbers, in their order."""
        chosen = select(ALERTS).where(_A.number > number, *_conditions(query)).order_by(_A.number).limit(first)
        return await self._rows(chosen)

    async def page(self, query: AlertQuery, *, before: int | None, first: int) -> Sequence[FiledAlert]:
        """At most `first` alerts with numbers below `before`, the latest first."""
        chosen = select(ALERTS).where(*_conditions(query)).order_by(_A.number.desc()).limit(first)
        return await self._rows(chosen if before is None else chosen.where(_A.number < before))

    async def _stands(self) -> bool:
        with register_errors():
            async with self._engine.connect() as connection:
                return bool((await connection.execute(text(STANDING))).scalar())

    async def _add(self, connection: AsyncConnection, alerts: Sequence[Alert], now: datetime) -> None:
        """One after the other: the row of the lease is locked, so nobody else hands out numbers."""
        if not alerts:
            return
        number = (await connection.execute(select(func.coalesce(func.max(_A.number), 0)))).scalar_one()
        for alert in alerts:
            row = columns_of(FiledAlert(number + 1, alert, now))
            added = self._insert_into(ALERTS).values(row).on_conflict_do_nothing(index_elements=_ONCE)
            number += (await connection.execute(added)).rowcount

    async def _rows(self, query: Select[Any]) -> Sequence[FiledAlert]:
        """With the positions of their own entries, as far as these are there."""
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
                filed = [alert_of(row) for row in rows]
                own = select(ENTRIES.c.request_id, ENTRIES.c.position)
                named = own.where(ENTRIES.c.request_id.in_([one.name for one in filed]))
                found = (await connection.execute(named)).all() if filed else ()
                places = {row.request_id: row.position for row in found}
        return [FiledAlert(one.number, one.alert, one.raised_at, places.get(one.name)) for one in filed]


def _conditions(query: AlertQuery) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if query.rule is not None:
        wanted.append(_A.rule == query.rule.value)
    if query.organisation is not None:
        wanted.append(_A.organisation == query.organisation)
    if query.from_day is not None:
        wanted.append(_A.ends >= _midnight(query.from_day))
    if query.to_day is not None and query.to_day < date.max:
        wanted.append(_A.ends < _midnight(query.to_day + timedelta(days=1)))
    return wanted


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
