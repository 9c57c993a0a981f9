"""Processes that write one log together are killed in the midst of it: what was acknowledged is there, in order."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from gateway.base64url import base64url_text
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.log import AuditLog
from gateway.registers.log_entry import CHECKPOINT
from gateway.registers.log_places import lay_entries, prepared
from gateway.registers.log_writers import PostgresqlWriter, writer_for
from gateway.registers.merkle import leaf_hash, root_of
from tests.gateway.registers.log_stage import TERMS, a_signer, an_entry, verified

ROUNDS = 3
ENOUGH = 200
"""Entries that a process acknowledges before it is killed."""


async def killed(url, folder, name) -> dict[str, int]:
    """Position by name of what a process acknowledged before it was killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.gateway.registers.log_crasher", url, str(folder), name),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = [await process.stdout.readline() for _ in range(ENOUGH)]
    process.kill()
    lines += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    told = [line.decode().split() for line in lines if line.endswith(b"\n")]
    return {own: int(position) for own, position in told}


async def test_killed_in_the_middle_of_it(database_url, tmp_path):
    signer = a_signer(tmp_path)
    engine = open_engine(database_url)
    log = AuditLog(engine, signer, replace(TERMS, segment_entries=500))
    acknowledged: dict[str, int] = {}
    for number in range(ROUNDS):
        rounds = await asyncio.gather(*(killed(database_url, tmp_path, f"{where}{number}") for where in ("a", "b")))
        for one in rounds:
            assert len(one) >= ENOUGH
            acknowledged |= one
    names = await verified(log, signer)
    assert len(set(names)) == len(names) >= len(acknowledged)
    assert {name: names[position - 1] for name, position in acknowledged.items()} == {
        name: name for name in acknowledged
    }
    for name in list(acknowledged)[::50]:
        assert [entry.request_id for entry in await log.of_subjects([name], first=2)] == [name]
    await check_checkpoints(log, signer)
    await log.start()
    assert (await log.append(an_entry("after it"))).position == len(names) + 1
    await log.aclose()
    await engine.dispose()


async def check_checkpoints(log, signer) -> None:
    """Each says the root of the entries before it."""
    entries = await log.entries(0, 1_000_000)
    points = await log.checkpoints(0, 1_000_000)
    assert points
    for point in points[:: max(1, len(points) // 20)]:
        claims = signer.verify(point.statement, CHECKPOINT)
        before = entries[claims["first"] - 1 : point.position]
        assert claims["size"] == len(before)
        assert claims["root"] == base64url_text(root_of(leaf_hash(entry.text.encode()) for entry in before))


@pytest.fixture
def signer(tmp_path):
    return a_signer(tmp_path)


@pytest.fixture
async def log(database_url, signer):
    async with opened(database_url, signer) as log:
        yield log


@pytest.fixture
async def on_postgres(postgres_url, signer):
    async with opened(postgres_url, signer) as log:
        yield log


@asynccontextmanager
async def opened(url, signer):
    engine = open_engine(url)
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    yield log
    await log.aclose()
    await engine.dispose()


def laying(signer, *names):
    entries = [prepared(an_entry(name)) for name in names]
    return lambda head: lay_entries(head, entries, TERMS, sign=signer)


async def test_a_trial_leaves_nothing_behind(log, signer):
    writer = writer_for(log._engine, patience_s=1.0)
    laid = await writer.write(laying(signer, "trial", "trial"), keep=False)
    assert [placed.position for placed in laid.placed] == [1, 2]
    assert await verified(log, signer) == []
    await writer.write(laying(signer, "true"))
    assert await verified(log, signer) == ["true"]
    await writer.aclose()


async def test_writers_that_take_turns_never_write_on_a_head_that_has_moved(log, signer):
    first, second = (writer_for(log._engine, patience_s=5.0) for _ in range(2))
    turns = [first, first, first, second, first, first, second, second, first]
    for number, writer in enumerate(turns):
        laid = await writer.write(laying(signer, f"r-{number}"))
        assert [placed.position for placed in laid.placed] == [number + 1]
        await writer.write(laying(signer, "trial"), keep=False)
    assert await verified(log, signer) == [f"r-{number}" for number in range(len(turns))]
    at_once = [
        writer.write(laying(signer, f"{name}-{number}")) for number in range(20) for name, writer in both(first, second)
    ]
    await asyncio.gather(*at_once)
    assert len(await verified(log, signer)) == len(turns) + 40
    for one in (first, second):
        await one.aclose()


def both(first, second):
    return (("a", first), ("b", second))


async def test_who_is_alone_needs_one_statement_and_who_is_not_locks_the_head(on_postgres, signer, monkeypatch):
    locked = []
    lock = PostgresqlWriter._laid

    async def counted(writer, lay):
        locked.append(writer)
        return await lock(writer, lay)

    monkeypatch.setattr(PostgresqlWriter, "_laid", counted)
    first, second = (PostgresqlWriter(on_postgres._engine, patience_s=5.0) for _ in range(2))
    for writer in (first, first, first, first, second, first, first, first):
        await writer.write(laying(signer, "r"))
    assert locked == [first, first, second, first, first], "once more than needed, to see that it is alone"
    assert len(await verified(on_postgres, signer)) == 8
    await first._wire.close()
    await first.write(laying(signer, "after a new connection"))
    assert len(await verified(on_postgres, signer)) == 9
    for one in (first, second):
        await one.aclose()


async def test_a_head_that_does_not_move_is_no_entry(on_postgres, signer):
    writer = PostgresqlWriter(on_postgres._engine, patience_s=5.0)
    for name in ("first", "second", "third"):
        await writer.write(laying(signer, name))
    async with on_postgres._engine.begin() as connection:
        nothing = "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
        await connection.execute(text(nothing))
        await connection.execute(
            text("CREATE TRIGGER a_stop BEFORE UPDATE ON log_head FOR EACH ROW EXECUTE FUNCTION nothing()")
        )
    for _ in range(2):
        with pytest.raises(RegisterFault, match="cannot be moved"):
            await writer.write(laying(signer, "lost"))
    assert await verified(on_postgres, signer) == ["first", "second", "third"]
    await writer.aclose()


async def test_a_log_without_a_head_is_not_written(log, signer):
    async with log._engine.begin() as connection:
        await connection.execute(text("ALTER TABLE log_head RENAME TO kept"))
        await connection.execute(text("CREATE TABLE log_head AS SELECT * FROM kept WHERE one = 2"))
    writer = writer_for(log._engine, patience_s=1.0)
    with pytest.raises(RegisterFault, match="no head"):
        await writer.write(laying(signer, "headless"))
    with pytest.raises(RegisterFault, match="no head"):
        await log.head()
    await writer.aclose()


async def test_commits_are_durable_where_the_database_says_otherwise(on_postgres, signer):
    async with on_postgres._engine.begin() as connection:
        name = (await connection.execute(text("SELECT current_database()"))).scalar_one()
        await connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    writer = PostgresqlWriter(on_postgres._engine, patience_s=1.0)
    await writer.write(laying(signer, "durable"))
    assert await writer._wire.fetchval("SHOW synchronous_commit") == "on"
    await writer.aclose()


async def test_who_stands_still_does_not_keep_the_head_from_others(on_postgres, signer):
    still = PostgresqlWriter(on_postgres._engine, patience_s=0.2)
    await still.write(laying(signer, "first"))
    await still._wire.execute("BEGIN")
    await still._wire.fetchrow("SELECT * FROM log_head FOR UPDATE")
    assert (await on_postgres.append(an_entry("second"))).position == 2
    await still.write(laying(signer, "third"))
    assert await verified(on_postgres, signer) == ["first", "second", "third"]
    await still.aclose()
