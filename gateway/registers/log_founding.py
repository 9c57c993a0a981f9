"""Makes the log's tables, triggers and head where they are missing; who may only write finds all or is refused."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import create_tables, register_errors
from gateway.registers.log_table import LOG, POSTGRESQL_FUNCTIONS, TRIGGERS

_TABLES: Final = ", ".join(f"to_regclass('{table.name}')" for table in LOG.sorted_tables)
_STANDING: Final = text(
    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "  # noqa: S608 - our own tables
    f"AND tgrelid = ANY (ARRAY[{_TABLES}]::oid[])"
)
_HEADS: Final = text("SELECT count(*) FROM log_head")
_FIRST_HEAD: Final = """INSERT INTO log_head
    (one, log_id, position, segment, first, size, peaks, month, previous, checkpoint)
    SELECT 1, '{log_id}', 0, 1, 1, 0, {empty}, '', '', 0 WHERE NOT EXISTS (SELECT 1 FROM log_head)"""


async def found(engine: AsyncEngine) -> None:
    """Make what is missing; several gateways may do so at once.

    Errors:  RegisterFault, also if something is missing (or switched off) that this role may not make
    """
    if engine.dialect.name == "sqlite" or not await _stands(engine):
        await create_tables(engine, LOG, _statements(secrets.token_urlsafe(16)))


async def _stands(engine: AsyncEngine) -> bool:
    with register_errors():
        async with engine.connect() as connection:
            triggers = set((await connection.execute(_STANDING)).scalars())
            return triggers >= TRIGGERS["postgresql"].keys() and bool((await connection.execute(_HEADS)).scalar())


def _statements(log_id: str) -> Mapping[str, Sequence[str]]:
    """By dialect; run again they change nothing."""
    sqlite_head, postgresql_head = (_FIRST_HEAD.format(log_id=log_id, empty=empty) for empty in ("x''", "''"))
    return {
        "sqlite": (*TRIGGERS["sqlite"].values(), sqlite_head),
        "postgresql": (*POSTGRESQL_FUNCTIONS, *TRIGGERS["postgresql"].values(), postgresql_head),
    }
