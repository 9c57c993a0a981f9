"""The record: append-only, durable on return, one commit for many, and no data leaves if it cannot be written."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from gateway.registers.audit import AuditEntry, AuditRegister, AuditUnwritable, subject_digest
from gateway.registers.engine import RegisterFault, open_engine
from tests.conftest import AS_OF

ENTRY = AuditEntry(
    request_id="r-1",
    at=AS_OF,
    client_id="permit-officer",
    organisation="Tianjin permit office",
    caller_class="STATE_ORGAN",
    jurisdiction="120000",
    catalog_edition="TJ-2024",
    operation_digest="00" * 16,
    body_digest="11" * 32,
    status=200,
    purpose="ADMINISTRATIVE_PERMIT",
    matter="食品经营许可",
    subjects=({"subject": subject_digest(b"k" * 32, "91120000000000000A"), "sheet": 0},),
    verdicts=(orjson.Fragment(b'{"TaxArrears.arrearsBalance":"SHOW"}'),),
    sources=("TAX fetched",),
)


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def register(engine):
    register = AuditRegister(engine)
    await register.start()
    yield register
    await register.aclose()


async def test_a_row_is_there_when_append_returns(register, database_url):
    number = await register.append(ENTRY)
    other = AuditRegister(open_engine(database_url))
    (row,) = await other.read(10)
    await other._engine.dispose()
    assert row["id"] == number
    assert row["at"] == AS_OF
    assert row["matter"] == "食品经营许可"
    assert row["case_reference"] is None
    assert row["subjects"] == list(ENTRY.subjects)
    assert row["verdicts"] == [{"TaxArrears.arrearsBalance": "SHOW"}]
    assert row["sources"] == ["TAX fetched"]


@pytest.mark.parametrize("statement", ["UPDATE audit SET status = 500", "DELETE FROM audit"])
async def test_a_row_cannot_be_changed(register, engine, statement):
    await register.append(ENTRY)
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    assert len(await register.read(10)) == 1


async def test_a_row_cannot_be_replaced_or_swept_away(register, engine):
    number = await register.append(ENTRY)
    if engine.dialect.name == "sqlite":
        columns = "request_id, at, client_id, organisation, caller_class, jurisdiction, catalog_edition"
        columns += ", operation_digest, body_digest, status, subjects, verdicts, sources"
        statement = f"INSERT OR REPLACE INTO audit (id, {columns}) SELECT {number}, {columns} FROM audit"
    else:
        statement = "TRUNCATE audit"
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    assert [row["id"] for row in await register.read(10)] == [number]


async def test_concurrent_rows_share_commits(register, engine):
    commits = []
    event.listen(register.writing_engine, "commit", lambda _: commits.append(1))
    numbers = await asyncio.gather(*(register.append(replace(ENTRY, request_id=f"r-{n}")) for n in range(200)))
    assert len(set(numbers)) == 200
    assert len(commits) == register.commits <= 3
    kept = {row["id"]: row["request_id"] for row in await register.read(500)}
    assert kept == {number: f"r-{n}" for n, number in enumerate(numbers)}


async def test_two_gateways_write_one_book(register, database_url):
    engine = open_engine(database_url)
    other = AuditRegister(engine)
    await other.start()
    writes = [book.append(replace(ENTRY, request_id=f"r-{n}")) for n in range(40) for book in (register, other)]
    numbers = await asyncio.gather(*writes)
    await other.aclose()
    await engine.dispose()
    assert len(set(numbers)) == 80
    assert len(await register.read(500)) == 80


async def test_two_gateways_may_create_the_table_at_once(database_url):
    engines = [open_engine(database_url) for _ in range(3)]
    books = [AuditRegister(engine) for engine in engines]
    await asyncio.gather(*(book.start() for book in books))
    for book, engine in zip(books, engines, strict=True):
        assert book.is_writable
        await book.aclose()
        await engine.dispose()


async def test_failure_reaches_every_waiting_request_and_heals(register, engine):
    await register.append(ENTRY)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    outcomes = await asyncio.gather(*(register.append(ENTRY) for _ in range(20)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {AuditUnwritable}
    assert "elsewhere" not in str(outcomes[0])
    assert not register.is_writable
    assert not await register.check()
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO audit"))
    assert await register.check()
    assert register.is_writable
    assert len(await register.read(10)) == 1
    await register.append(ENTRY)
    assert len(await register.read(10)) == 2


async def test_read_only_database(sqlite_url):
    engine = open_engine(sqlite_url)
    book = AuditRegister(engine)
    await book.start()
    event.listen(book.writing_engine, "checkout", lambda raw, *_: raw.execute("PRAGMA query_only = ON"))
    with pytest.raises(AuditUnwritable):
        await book.append(ENTRY)
    assert not book.is_writable
    assert not await book.check()
    await book.aclose()
    await engine.dispose()


async def test_dead_connections_are_replaced(postgres_url):
    engine = open_engine(postgres_url)
    book = AuditRegister(engine)
    await book.start()
    await book.append(ENTRY)
    other = open_engine(postgres_url)
    async with other.connect() as connection:
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        )
    await book.append(replace(ENTRY, request_id="r-2"))
    assert [row["request_id"] for row in await book.read(10)] == ["r-2", "r-1"]
    await book.aclose()
    await engine.dispose()
    await other.dispose()


async def test_who_leaves_early_takes_the_row_along(register):
    stays = asyncio.ensure_future(register.append(replace(ENTRY, request_id="stays")))
    leaves = asyncio.ensure_future(register.append(replace(ENTRY, request_id="leaves")))
    await asyncio.sleep(0)
    leaves.cancel()
    await stays
    assert leaves.cancelled()
    assert [row["request_id"] for row in await register.read(10)] == ["stays"]


async def test_who_leaves_late_harms_nobody(register):
    requests = [asyncio.ensure_future(register.append(replace(ENTRY, request_id=f"r-{n}"))) for n in range(10)]
    for _ in range(3):
        await asyncio.sleep(0)
    requests[0].cancel()
    numbers = await asyncio.gather(*requests[1:])
    assert len(set(numbers)) == 9


async def test_a_locked_database_is_given_up(database_url):
    engine = open_engine(database_url)
    book = AuditRegister(engine, patience_s=0.3)
    await book.start()
    async with engine.connect() as blocker:
        lock = "BEGIN EXCLUSIVE" if engine.dialect.name == "sqlite" else "LOCK TABLE audit IN ACCESS EXCLUSIVE MODE"
        await blocker.exec_driver_sql(lock)
        with pytest.raises(AuditUnwritable):
            await book.append(ENTRY)
        await blocker.rollback()
    await book.append(ENTRY)
    assert book.is_writable
    await book.aclose()
    await engine.dispose()


async def test_what_a_caller_states_cannot_spoil_the_batch(register):
    odd = replace(ENTRY, matter="a\0b\ud800", case_reference="x'; DROP TABLE audit; --")
    await asyncio.gather(register.append(ENTRY), register.append(odd))
    row = (await register.read(1))[0]
    assert row["matter"] == "a\ufffdb?"
    with pytest.raises(ValueError, match="zone"):
        await register.append(replace(ENTRY, at=AS_OF.replace(tzinfo=None)))


async def test_closing_writes_what_waits_and_refuses_the_rest(engine):
    book = AuditRegister(engine)
    await book.start()
    waiting = asyncio.ensure_future(book.append(ENTRY))
    await asyncio.sleep(0)
    await book.aclose()
    assert await waiting
    with pytest.raises(AuditUnwritable):
        await book.append(ENTRY)
    assert not await book.check()


async def test_a_stopped_writer_leaves_nobody_waiting(register):
    waiting = asyncio.ensure_future(register.append(ENTRY))
    await asyncio.sleep(0)
    register._writer.cancel()
    with pytest.raises(AuditUnwritable):
        await waiting
    with pytest.raises(AuditUnwritable):
        await register.append(ENTRY)


async def test_pages_backwards(register):
    numbers = [await register.append(replace(ENTRY, request_id=f"r-{n}")) for n in range(5)]
    page = await register.read(2)
    assert [row["id"] for row in page] == numbers[:2:-1]
    assert [row["id"] for row in await register.read(2, before=page[-1]["id"])] == numbers[2:0:-1]


def test_the_digest_of_a_subject_depends_on_the_key():
    assert subject_digest(b"1" * 32, "91A") != subject_digest(b"2" * 32, "91A")
    assert len(subject_digest(b"1" * 32, "91A")) == 32


async def test_a_database_that_is_not_there(tmp_path):
    for url in (f"sqlite+aiosqlite:///{tmp_path}/none/x.db", "postgresql+asyncpg://postgres@127.0.0.1:1/none"):
        engine = open_engine(url)
        with pytest.raises(RegisterFault):
            await AuditRegister(engine).start()
        await engine.dispose()


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:///x", "nonsense", ""])
def test_only_two_kinds_of_database(url):
    with pytest.raises(RegisterFault):
        open_engine(url)
