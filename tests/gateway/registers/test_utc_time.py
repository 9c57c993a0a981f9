"""Times in the registers: the same instant comes back from either database, and none without its zone goes in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from gateway.registers.engine import open_engine
from gateway.registers.utc_time import UtcDateTime
from tests.builders import NOW

TIMES = Table("times_tried", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcDateTime))


async def test_the_instant_comes_back_in_utc(database_url) -> None:
    engine = open_engine(database_url)
    async with engine.connect() as connection:
        await connection.run_sync(TIMES.metadata.create_all)
        await connection.execute(insert(TIMES), [{"id": 1, "at": NOW}, {"id": 2, "at": None}])
        found = (await connection.execute(select(TIMES.c.at).order_by(TIMES.c.id))).scalars().all()
        assert found == [NOW, None]
        assert found[0].utcoffset() == timedelta(0)
        assert found[0].astimezone(UTC) == NOW
    await engine.dispose()


async def test_a_time_without_zone_is_refused(sqlite_url) -> None:
    engine = open_engine(sqlite_url)
    async with engine.connect() as connection:
        await connection.run_sync(TIMES.metadata.create_all)
        with pytest.raises(StatementError, match="needs its zone"):
            await connection.execute(insert(TIMES), [{"id": 1, "at": datetime(2026, 6, 1)}])  # noqa: DTZ001 - just that
    await engine.dispose()
