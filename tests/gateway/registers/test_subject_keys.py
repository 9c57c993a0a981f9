"""A key a month, alike in every process, wrapped in the database, and gone for ever once destroyed."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.subject_keys import KeyStands, SubjectKeys, period_of
from tests.conftest import AS_OF

MASTER = b"m" * 32
CODE = "91120101XNXN000H47"
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 31)


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def keys(engine):
    keys = SubjectKeys(engine, MASTER)
    await keys.start()
    return keys


async def test_a_code_has_another_digest_every_month(keys):
    assert await keys.current(JUNE) == "2026-06"
    assert await keys.current(JULY) == "2026-07"
    june, july = keys.digest(CODE, JUNE), keys.digest(CODE, JULY)
    assert [one[0] for one in (june, july)] == ["2026-06", "2026-07"]
    assert june[1] != july[1]
    assert len(june[1]) == 32
    assert keys.digest(CODE, date(2026, 6, 30)) == june
    assert keys.digest(CODE + "X", JUNE) != june
    assert await keys.digests(CODE) == [july, june]


async def test_a_period_whose_key_is_not_at_hand(keys):
    with pytest.raises(RegisterFault, match="not at hand"):
        keys.digest(CODE, JUNE)


async def test_processes_agree_on_one_key(engine, database_url):
    engines = [open_engine(database_url) for _ in range(3)]
    every = [SubjectKeys(one, MASTER) for one in (engine, *engines)]
    await asyncio.gather(*(keys.start() for keys in every))
    await asyncio.gather(*(keys.current(JUNE) for keys in every))
    assert len({keys.digest(CODE, JUNE) for keys in every}) == 1
    for one in engines:
        await one.dispose()


async def test_they_are_the_same_after_a_restart_and_closed_to_another_master(keys, engine):
    await keys.current(JUNE)
    again = SubjectKeys(engine, MASTER)
    await again.start()
    assert again.digest(CODE, JUNE) == keys.digest(CODE, JUNE)
    with pytest.raises(RegisterFault, match=r"audit\.subject_key"):
        await SubjectKeys(engine, b"n" * 32).start()


async def test_a_key_moved_to_another_period_is_not_taken(keys, engine):
    await keys.current(JUNE)
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO subject_key (period, wrapped) SELECT '2026-05', wrapped FROM subject_key")
        )
    with pytest.raises(RegisterFault):
        await SubjectKeys(engine, MASTER).start()


async def test_a_destroyed_key_is_gone_in_every_process(keys, engine):
    other = SubjectKeys(engine, MASTER)
    for one in (keys, other):
        await one.start()
        await one.current(JUNE)
        await one.current(JULY)
    july = keys.digest(CODE, JULY)
    assert await keys.destroy("2026-06", AS_OF.replace(month=7))
    assert not await keys.destroy("2026-06", AS_OF.replace(month=7))
    for one in (keys, other):
        assert await one.digests(CODE) == [july]
        with pytest.raises(RegisterFault, match="not at hand"):
            one.digest(CODE, JUNE)
        with pytest.raises(RegisterFault, match="destroyed"):
            await one.current(JUNE)


async def test_the_key_of_a_period_that_has_not_ended_stays(keys):
    await keys.current(JUNE)
    for period in ("2026-06", "2026-07"):
        with pytest.raises(KeyStands):
            await keys.destroy(period, AS_OF)
    assert await keys.digests(CODE) == [keys.digest(CODE, JUNE)]


async def test_nothing_is_left_of_it_in_the_file(sqlite_url):
    engine = open_engine(sqlite_url)
    keys = SubjectKeys(engine, MASTER)
    await keys.start()
    await keys.current(JUNE)
    async with engine.connect() as connection:
        wrapped = (await connection.execute(text("SELECT wrapped FROM subject_key"))).scalar_one()
    files = [Path(f"{engine.url.database}{end}") for end in ("", "-wal")]
    assert any(wrapped in file.read_bytes() for file in files)
    await keys.destroy("2026-06", AS_OF.replace(month=7))
    assert not any(wrapped in file.read_bytes() for file in files)
    await engine.dispose()


def test_periods_are_calendar_months():
    assert [period_of(day) for day in (JUNE, JULY, date(2030, 12, 31))] == ["2026-06", "2026-07", "2030-12"]
