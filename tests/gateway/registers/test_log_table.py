"""Nobody changes the log: triggers refuse its owner as well, and a role with the grants can't even ask."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.log import AuditLog
from gateway.registers.log_table import LOG, grants_sql
from gateway.registers.subject_keys import SubjectKeys
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import TERMS, a_signer, an_entry, verified

TABLES = sorted(table.name for table in LOG.sorted_tables)
ROLE = 'gate "way"'
SAME = {
    "log_entry": "position = position, text = 'forged'",
    "log_subject": "subject = 'forged'",
    "log_checkpoint": "statement = 'forged'",
    "log_segment": "closing = 'forged'",
    "log_head": "position = position - 1",
}


@pytest.fixture
def signer(tmp_path):
    return a_signer(tmp_path)


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


async def written(engine, signer) -> AuditLog:
    """A log with a closed segment, an open one and checkpoints."""
    log = AuditLog(engine, signer, replace(TERMS, segment_entries=3))
    await log.start()
    for number in range(5):
        await log.append(an_entry(f"r-{number}", subjects=(f"{number:032x}",)))
        await log.checkpoint(AS_OF)
    return log


@pytest.mark.parametrize("table", TABLES)
async def test_nothing_is_changed_or_deleted(engine, signer, table):
    log = await written(engine, signer)
    for statement in (f"UPDATE {table} SET {SAME[table]}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with engine.begin() as connection:
                await connection.execute(text(statement))
    assert len(await verified(log, signer)) == 5
    await log.aclose()


@pytest.mark.parametrize("table", TABLES)
async def test_nothing_is_replaced_or_swept_away(engine, signer, table):
    log = await written(engine, signer)
    sqlite = engine.dialect.name == "sqlite"
    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}" if sqlite else f"TRUNCATE {table}"
    only_puts_back = sqlite and table == "log_subject"
    with nullcontext() if only_puts_back else pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    assert len(await verified(log, signer)) == 5
    await log.aclose()


@pytest.mark.parametrize(
    "change",
    ["log_id = 'another'", "segment = segment - 1", "checkpoint = checkpoint - 1", "position = 0", "one = 2"],
)
async def test_the_head_goes_forward_only(engine, signer, change):
    log = await written(engine, signer)
    with pytest.raises(DBAPIError):
        async with engine.begin() as connection:
            await connection.execute(text(f"UPDATE log_head SET {change}"))
    await log.aclose()


@pytest.mark.parametrize(
    "change",
    [
        "dropped_at = NULL",
        "dropped_at = CURRENT_TIMESTAMP, size = size + 1",
        "dropped_at = CURRENT_TIMESTAMP, closing = 'forged'",
    ],
)
async def test_of_a_segment_only_the_mark_can_be_set(engine, signer, change):
    log = await written(engine, signer)
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(f"UPDATE log_segment SET {change}"))
    await log.drop_segment(1, AS_OF)
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE log_segment SET dropped_at = NULL"))
    await log.aclose()


async def test_a_trigger_that_was_switched_off_is_on_again_after_the_owner_starts(postgres_url, signer):
    engine = open_engine(postgres_url)
    log = await written(engine, signer)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE log_entry DISABLE TRIGGER USER"))
    again = AuditLog(engine, signer, TERMS)
    await again.start()
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM log_entry"))
    await again.aclose()
    await log.aclose()
    await engine.dispose()


@pytest.fixture
async def owner(postgres_url):
    engine = open_engine(postgres_url)
    quoted = ROLE.replace('"', '""')
    async with engine.begin() as connection:
        await connection.execute(text(f'DROP ROLE IF EXISTS "{quoted}"'))
        await connection.execute(text(f'CREATE ROLE "{quoted}" LOGIN'))
    yield engine
    async with engine.begin() as connection:
        await connection.execute(text(f'DROP OWNED BY "{quoted}"'))
        await connection.execute(text(f'DROP ROLE "{quoted}"'))
    await engine.dispose()


@pytest.fixture
async def gate(postgres_url, owner):
    """The database as the gateway's own role opens it."""
    engine = open_engine(postgres_url.replace("postgres@", "gate %22way%22@"))
    yield engine
    await engine.dispose()


async def grant(owner, signer) -> None:
    log = await written(owner, signer)
    await SubjectKeys(owner, b"m" * 32).start()
    async with owner.begin() as connection:
        for statement in grants_sql(ROLE):
            await connection.execute(text(statement))
    await log.aclose()


async def test_a_role_with_the_grants_writes_and_reads(owner, gate, signer):
    await grant(owner, signer)
    log, keys = AuditLog(gate, signer, replace(TERMS, segment_entries=3)), SubjectKeys(gate, b"m" * 32)
    await log.start()
    await keys.start()
    period = await keys.current(AS_OF.date())
    assert await keys.digests("91A") == [keys.digest("91A", AS_OF.date())]
    placed = await log.append(an_entry("by the gate", subjects=("f" * 32,)))
    assert (placed.position, placed.segment) == (6, 2)  # and closes its segment
    await log.append(an_entry("next"))
    assert await log.checkpoint(AS_OF)
    assert len(await verified(log, signer)) == 7
    with pytest.raises(RegisterFault):
        await log.drop_segment(1, AS_OF)
    with pytest.raises(RegisterFault):
        await keys.destroy(period, AS_OF.replace(year=2030))
    assert len(await verified(log, signer)) == 7
    await log.aclose()


@pytest.mark.parametrize("table", TABLES)
async def test_a_role_with_the_grants_changes_nothing(owner, gate, signer, table):
    await grant(owner, signer)
    asked = [
        f"UPDATE {table} SET {SAME[table]}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
        "UPDATE log_segment SET dropped_at = now()",
        "UPDATE subject_key SET wrapped = ''",
        "INSERT INTO log_head SELECT 1, 'x', 9, 9, 9, 9, '', '', '', 9",
        "CREATE OR REPLACE FUNCTION log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    ]
    for statement in asked:
        with pytest.raises(DBAPIError, match=r"append-only|denied|must be owner"):
            async with gate.begin() as connection:
                await connection.execute(text(statement))
    assert len(await verified(AuditLog(owner, signer, TERMS), signer)) == 5


async def test_such_a_role_does_not_start_without_the_triggers(owner, gate, signer):
    await grant(owner, signer)
    async with owner.begin() as connection:
        await connection.execute(text("ALTER TABLE log_entry DISABLE TRIGGER USER"))
    with pytest.raises(RegisterFault):
        await AuditLog(gate, signer, TERMS).start()
