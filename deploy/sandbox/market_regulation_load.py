"""Loading exchange tables into a database: tables of rows, and the read-only views that departments see."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg

from deploy.sandbox.market_regulation_rows import Row, Writer
from deploy.sandbox.market_regulation_tables import BOOKKEEPING, TABLES, Kind, Table
from deploy.sandbox.world import World

Progress = Callable[[int, int], None]
"""Called with the number of subjects done and the number of all."""

_STEP = 100
_GARBAGE = {Kind.TEXT: "�锟斤拷", Kind.DAY: "0000-99-99", Kind.AMOUNT: "N/A"}
"""What a broken view shows instead of values."""


def collect(world: World, progress: Progress) -> Mapping[str, Sequence[Row]]:
    """All rows by table name."""
    rows: dict[str, list[Row]] = {table.name: [] for table in TABLES}
    writer = Writer(world)
    for done, code in enumerate(world.codes, start=1):
        for table, row in writer.rows(code):
            rows[table.name].append(row)
        if done % _STEP == 0 or done == len(world.codes):
            progress(done, len(world.codes))
    return rows


def load_sqlite(path: Path, rows: Mapping[str, Sequence[Row]]) -> None:
    """Write a new file and put it in the place of any old one."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    connection = sqlite3.connect(fresh)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        for table in TABLES:
            for statement in _created(table, types=_SQLITE_TYPES):
                connection.execute(statement)
            holes = ", ".join("?" * len(columns_of(table)))
            connection.executemany(
                f'INSERT INTO "T_{table.name}" VALUES ({holes})',  # noqa: S608 - names are this module's own
                ([_as_sqlite(value) for value in row] for row in rows[table.name]),
            )
        for statement in views(is_garbled=False):
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()
    fresh.replace(path)


async def load_postgresql(address: str, rows: Mapping[str, Sequence[Row]]) -> None:
    """Write into an empty database."""
    connection: Any = await asyncpg.connect(address)
    try:
        for table in TABLES:
            for statement in _created(table, types=_POSTGRESQL_TYPES):
                await connection.execute(statement)
            kinds = [kind for _, kind in columns_of(table)]
            records = [
                [_as_postgresql(value, kind) for value, kind in zip(row, kinds, strict=True)]
                for row in rows[table.name]
            ]
            await connection.copy_records_to_table(f"T_{table.name}", records=records)
        for statement in views(is_garbled=False):
            await connection.execute(statement)
    finally:
        await connection.close()


def columns_of(table: Table) -> tuple[tuple[str, Kind | str], ...]:
    """All columns in the order of a row."""
    return (*table.all_columns, *zip(BOOKKEEPING, ("text", "number", "text", "time", "text"), strict=True))


def views(*, is_garbled: bool) -> Iterator[str]:
    """Statements that make each table's view anew; a garbled one keeps the keys and shows garbage for the rest."""
    for table in TABLES:
        kept = {*table.key, "UNISCID", *BOOKKEEPING} - {"更新时间", "交换开关"}
        shown = (
            f"'{_GARBAGE.get(kind, '昨天') if isinstance(kind, Kind) else '昨天'}' AS \"{name}\""
            if is_garbled and name not in kept
            else f'"{name}"'
            for name, kind in columns_of(table)
        )
        yield f'DROP VIEW IF EXISTS "{table.name}"'
        yield f'CREATE VIEW "{table.name}" AS SELECT {", ".join(shown)} FROM "T_{table.name}"'  # noqa: S608 - as above


_SQLITE_TYPES: Mapping[Kind | str, str] = {
    Kind.TEXT: "TEXT",
    Kind.DAY: "TEXT",
    Kind.AMOUNT: "TEXT",
    "text": "TEXT",
    "number": "INTEGER",
    "time": "TEXT",
}
_POSTGRESQL_TYPES: Mapping[Kind | str, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.DAY: "DATE",
    Kind.AMOUNT: "NUMERIC(24, 6)",
    "text": "VARCHAR",
    "number": "BIGINT",
    "time": "TIMESTAMP",
}


def _created(table: Table, *, types: Mapping[Kind | str, str]) -> Iterator[str]:
    columns = ", ".join(f'"{name}" {types[kind]}' for name, kind in columns_of(table))
    yield f'CREATE TABLE "T_{table.name}" ({columns})'
    for number, lookup in enumerate(table.lookup):
        named = ", ".join(f'"{name}"' for name in lookup)
        yield f'CREATE INDEX "I_{table.name}_{number}" ON "T_{table.name}" ({named})'


def _as_sqlite(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | Decimal):
        return str(value)
    return value


def _as_postgresql(value: object, kind: Kind | str) -> object:
    """A typed column cannot hold native text that is no value of its type; it holds nothing then."""
    if value is None:
        return None
    if kind is Kind.DAY:
        return _day(value)
    if kind is Kind.AMOUNT:
        return value if isinstance(value, Decimal) else None
    return value


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
