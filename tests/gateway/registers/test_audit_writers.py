"""A batch is written as a whole or not at all, in either database, and its rows get their numbers."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from gateway.registers.audit_entry import AuditEntry, row_of
from gateway.registers.audit_table import APPEND_ONLY
from gateway.registers.audit_writers import writer_for
from gateway.registers.engine import create_tables, open_engine
from tests.conftest import AS_OF


def a_row(name: str):
    return row_of(
        AuditEntry(
            request_id=name,
            at=AS_OF,
            client_id="",
            organisation="",
            caller_class="PUBLIC",
            jurisdiction="",
            catalog_edition="TJ-2024",
            operation_digest="00",
            body_digest="11",
            status=200,
        )
    )


async def kept(engine) -> dict[int, str]:
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT id, request_id FROM audit ORDER BY id"))
        return {row.id: row.request_id for row in rows}


@pytest.fixture
async def opened(database_url):
    engine = open_engine(database_url)
    await create_tables(engine, SQLModel.metadata, APPEND_ONLY)
    writer = writer_for(engine)
    yield engine, writer
    await writer.aclose()
    await engine.dispose()


@pytest.mark.parametrize("size", [1, 2, 256])
async def test_every_row_gets_the_number_it_is_kept_under(opened, size):
    engine, writer = opened
    names = [f"r-{n}" for n in range(size)]
    await writer.write([a_row("first")])
    numbers = await writer.write([a_row(name) for name in names])
    everything = await kept(engine)
    assert [everything[number] for number in numbers] == names
    assert len(everything) == size + 1


async def test_a_trial_leaves_nothing_behind(opened):
    engine, writer = opened
    assert len(await writer.write([a_row("trial"), a_row("trial")], keep=False)) == 2
    assert await kept(engine) == {}
    await writer.write([a_row("true")])
    assert list((await kept(engine)).values()) == ["true"]


async def test_a_batch_given_up_before_its_commit_is_not_kept(opened):
    engine, writer = opened
    async with engine.connect() as blocker:
        lock = "BEGIN EXCLUSIVE" if engine.dialect.name == "sqlite" else "LOCK TABLE audit IN ACCESS EXCLUSIVE MODE"
        await blocker.exec_driver_sql(lock)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(writer.write([a_row("given up")]), 0.1)
        await blocker.rollback()
    await writer.write([a_row("later")])
    assert list((await kept(engine)).values()) == ["later"]
