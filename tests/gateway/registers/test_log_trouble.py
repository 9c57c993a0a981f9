"""What goes wrong with the log: no entry that cannot be written, none that is half written, and it heals."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
import traceback
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event, text

from gateway.cli.callers_acts import let_go
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.log import AuditLog, AuditUnwritable
from gateway.registers.log_writers import SqliteWriter
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import TERMS, a_signer, an_entry, verified


@pytest.fixture
def signer(tmp_path):
    return a_signer(tmp_path)


@pytest.fixture
async def log(engine, signer):
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    yield log
    await log.aclose()


async def test_failure_reaches_every_waiting_request_and_heals(log, signer, engine):
    await log.append(an_entry("first"))
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE log_subject RENAME TO elsewhere"))
        await connection.execute(text("ALTER TABLE log_checkpoint RENAME TO far_away"))
    broken = [log.append(an_entry(subjects=("a",))) for _ in range(20)]
    outcomes = await asyncio.gather(*broken, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {AuditUnwritable}
    assert "elsewhere" not in str(outcomes[0])
    assert not log.is_writable
    assert not await log.check()
    with pytest.raises(AuditUnwritable):
        await log.checkpoint(AS_OF)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO log_subject"))
        await connection.execute(text("ALTER TABLE far_away RENAME TO log_checkpoint"))
    assert await log.check()
    assert log.is_writable
    await log.append(an_entry("second"))
    assert await verified(log, signer) == ["first", "second"]


async def test_a_transaction_that_is_rolled_back_leaves_no_gap(log, signer):
    await log.append(an_entry("first"))
    log._is_writable = False
    assert await log.check()
    assert (await log.append(an_entry("second"))).position == 2
    assert await verified(log, signer) == ["first", "second"]


async def test_dead_connections_are_replaced(postgres_url, signer):
    engine, other = open_engine(postgres_url), open_engine(postgres_url)
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    await log.append(an_entry("first"))
    async with other.connect() as connection:
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        )
    await log.append(an_entry("second"))
    await engine.dispose()
    assert await verified(log, signer) == ["first", "second"]
    await log.aclose()
    await engine.dispose()
    await other.dispose()


async def test_who_has_left_before_the_batch_is_left_out(log, signer):
    stays = asyncio.ensure_future(log.append(an_entry("stays")))
    leaves = asyncio.ensure_future(log.append(an_entry("leaves")))
    await asyncio.sleep(0)
    leaves.cancel()
    assert (await stays).position == 1
    assert leaves.cancelled()
    assert await verified(log, signer) == ["stays"]


async def test_who_leaves_later_harms_nobody(log, signer):
    requests = [asyncio.ensure_future(log.append(an_entry(f"r-{n}"))) for n in range(10)]
    for _ in range(3):
        await asyncio.sleep(0)
    requests[0].cancel()
    positions = [placed.position for placed in await asyncio.gather(*requests[1:])]
    assert len(set(positions)) == 9
    await verified(log, signer)


async def test_a_locked_database_is_given_up(database_url, signer):
    engine = open_engine(database_url)
    log = AuditLog(engine, signer, TERMS, patience_s=0.3)
    await log.start()
    async with engine.connect() as blocker:
        lock = "BEGIN EXCLUSIVE" if engine.dialect.name == "sqlite" else "SELECT * FROM log_head FOR UPDATE"
        await blocker.exec_driver_sql(lock)
        with pytest.raises(AuditUnwritable):
            await log.append(an_entry("given up"))
        await blocker.rollback()
    assert (await log.append(an_entry("written"))).position == 1
    assert log.is_writable
    assert await verified(log, signer) == ["written"]
    await log.aclose()
    await engine.dispose()


async def test_a_commit_that_takes_too_long_is_given_up(database_url, signer):
    engine = open_engine(database_url)
    log = AuditLog(engine, signer, TERMS, patience_s=0.3)
    await log.start()
    slow = slow_sqlite if engine.dialect.name == "sqlite" else slow_postgresql
    async with slow(log, engine):
        with pytest.raises(AuditUnwritable):
            await log.append(an_entry("given up"))
        assert not log.is_writable
    while not await log.check():
        await asyncio.sleep(0.05)
    assert (await log.append(an_entry("written"))).position == 1
    assert await verified(log, signer) == ["written"]
    await log.aclose()
    await engine.dispose()


@asynccontextmanager
async def slow_sqlite(log, _engine):
    def delay(*_):
        time.sleep(0.6)

    event.listen(writing_engine(log), "checkout", delay)
    yield
    event.remove(writing_engine(log), "checkout", delay)


@asynccontextmanager
async def slow_postgresql(_log, engine):
    async with engine.begin() as connection:
        for statement in (
            """CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$""",
            """CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON log_entry DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION slow()""",
        ):
            await connection.exec_driver_sql(statement)
    yield
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP TRIGGER slow ON log_entry")


@pytest.mark.parametrize(
    "entry",
    [
        replace(an_entry(), text=b"\xff"),
        replace(an_entry(), text=b'"\0"'),
        replace(an_entry(), request_id="r\0"),
        replace(an_entry(), request_id="\ud800"),
        replace(an_entry(), subjects=("a\0",)),
        replace(an_entry(), at=AS_OF.replace(tzinfo=None)),
        replace(an_entry(), claims={"req": b"bytes"}),
    ],
)
async def test_what_cannot_be_written_spoils_no_batch(log, signer, entry):
    outcomes = await asyncio.gather(log.append(an_entry("good")), log.append(entry), return_exceptions=True)
    assert isinstance(outcomes[1], ValueError | TypeError)
    assert await verified(log, signer) == ["good"]


async def test_closing_writes_what_waits_and_refuses_the_rest(engine, signer):
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    waiting = asyncio.ensure_future(log.append(an_entry()))
    await asyncio.sleep(0)
    await log.aclose()
    assert (await waiting).position == 1
    with pytest.raises(AuditUnwritable):
        await log.append(an_entry())
    assert not await log.check()


async def test_a_stopped_writer_leaves_nobody_waiting(log):
    waiting = asyncio.ensure_future(log.append(an_entry()))
    await asyncio.sleep(0)
    log._writing.cancel()
    with pytest.raises(AuditUnwritable):
        await waiting
    with pytest.raises(AuditUnwritable):
        await log.append(an_entry())


async def test_a_database_that_is_not_there(tmp_path, signer):
    before = frozenset(threading.enumerate())
    for url in (f"sqlite+aiosqlite:///{tmp_path}/none/x.db", "postgresql+asyncpg://postgres@127.0.0.1:1/none"):
        engine = open_engine(url)
        log = AuditLog(engine, signer, TERMS)
        with pytest.raises(RegisterFault):
            await log.start()
        with pytest.raises(RegisterFault):
            await log.head()
        await engine.dispose()
    await let_go(before)  # the driver's threads of connections that failed still have to tell this loop


def writing_engine(log):
    assert isinstance(log._writer, SqliteWriter)
    return log._writer.engine


async def test_a_read_only_database(sqlite_url, signer):
    engine = open_engine(sqlite_url)
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    event.listen(writing_engine(log), "checkout", lambda raw, *_: raw.execute("PRAGMA query_only = ON"))
    with pytest.raises(AuditUnwritable):
        await log.append(an_entry())
    assert not log.is_writable
    assert not await log.check()
    await log.aclose()
    await engine.dispose()


async def test_a_fault_keeps_no_cursor_open(sqlite_url, signer):
    """Whoever lets go of an open one waits for the connection, which the next batch has: the whole loop would wait."""
    engine = open_engine(sqlite_url)
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    event.listen(writing_engine(log), "checkout", lambda raw, *_: raw.execute("PRAGMA query_only = ON"))
    with pytest.raises(AuditUnwritable) as raised:
        await log.append(an_entry())
    fault = raised.value.__cause__
    assert isinstance(fault, RegisterFault)
    error = fault.__cause__
    assert isinstance(error, sqlite3.Error)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    cursors = [value for frame in frames for value in frame.f_locals.values() if isinstance(value, sqlite3.Cursor)]
    assert cursors
    for cursor in cursors:
        with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
            cursor.fetchone()
    await log.aclose()
    await engine.dispose()


async def test_a_full_disk(sqlite_url, signer):
    engine = open_engine(sqlite_url)
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    pages = {"count": 60}
    limit = "PRAGMA max_page_count = "
    event.listen(writing_engine(log), "checkout", lambda raw, *_: raw.execute(f"{limit}{pages['count']}"))
    await log.append(an_entry("first"))
    written = ["first"]

    async def fill():
        for number in range(1000):
            await log.append(replace(an_entry(f"r-{number}"), text=b'"' + b"x" * 2000 + b'"'))
            written.append(f"r-{number}")

    with pytest.raises(AuditUnwritable):
        await fill()
    assert await verified(log, signer) == written
    assert not log.is_writable
    pages["count"] = 1_000_000
    assert (await log.append(an_entry("last"))).position == len(written) + 1
    assert await verified(log, signer) == [*written, "last"]
    await log.aclose()
    await engine.dispose()
