"""The registers' database: which kinds there are, and that its own errors never get out."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.cli.callers_acts import let_go
from gateway.registers.callers_table import CALLERS, PREPARED
from gateway.registers.engine import RegisterFault, create_tables, open_engine

SAID = {"page_size": 8192, "journal_mode": "wal", "synchronous": 2}


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:///x", "nonsense", ""])
def test_only_two_kinds_of_database(url) -> None:
    with pytest.raises(RegisterFault):
        open_engine(url)


async def test_a_database_that_is_not_there(tmp_path) -> None:
    before = frozenset(threading.enumerate())
    for url in (f"sqlite+aiosqlite:///{tmp_path}/none/x.db", "postgresql+asyncpg://postgres@127.0.0.1:1/none"):
        engine = open_engine(url)
        with pytest.raises(RegisterFault):
            await create_tables(engine, MetaData(), {})
        await engine.dispose()
    await let_go(before)  # the driver's threads of connections that failed still have to tell this loop


async def test_a_new_file_survives_a_loss_of_power_and_holds_several_entries_a_page(sqlite_url) -> None:
    engine = open_engine(sqlite_url)
    await create_tables(engine, CALLERS, PREPARED)
    async with engine.connect() as connection:
        said = [(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in SAID]
    assert dict(zip(SAID, said, strict=True)) == SAID
    await engine.dispose()


@pytest.fixture
async def clerk(postgres_url) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine]]:
    """The database as its owner opens it, and as a role does that owns nothing."""
    owner, engine = open_engine(postgres_url), open_engine(postgres_url.replace("postgres@", "clerk_of_tests@"))
    await _as_owner(owner, "CREATE ROLE clerk_of_tests LOGIN")
    yield owner, engine
    await _as_owner(owner, "DROP OWNED BY clerk_of_tests", "DROP ROLE clerk_of_tests")
    await engine.dispose()
    await owner.dispose()


async def _as_owner(owner, *statements) -> None:
    async with owner.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_who_owns_nothing_finds_everything_and_need_not_write(clerk) -> None:
    owner, engine = clerk
    with pytest.raises(RegisterFault):
        await create_tables(engine, CALLERS, PREPARED)
    await create_tables(owner, CALLERS, PREPARED)
    await _as_owner(owner, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk_of_tests")
    await create_tables(engine, CALLERS, PREPARED)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT epoch FROM caller_epoch"))).scalars().all() == [0]


@pytest.mark.parametrize(
    "missing",
    [
        "ALTER TABLE caller_change DISABLE TRIGGER caller_change_no_change",
        "DROP TRIGGER caller_change_no_truncate ON caller_change",
        "DROP TABLE caller_officer",
    ],
)
async def test_who_owns_nothing_does_not_begin_where_something_is_missing(clerk, missing) -> None:
    owner, engine = clerk
    await create_tables(owner, CALLERS, PREPARED)
    await _as_owner(owner, "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO clerk_of_tests", missing)
    with pytest.raises(RegisterFault, match="owner"):
        await create_tables(engine, CALLERS, PREPARED)
