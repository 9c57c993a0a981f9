"""A small exchange database on each kind of server, filled row by row as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from connectors.market_regulation.connector import MarketRegulationClerk, MarketRegulationSettings
from connectors.market_regulation.tables import LEGAL_REPRESENTATIVE, NODE, SEQUENCE, TABLES, UPDATED
from connectors.port import Errand
from connectors.transport.exchange import Exchange
from schema.vocabulary.identifiers import SubjectId

CODE = SubjectId("91120101XNXN00005Q")
OTHER = SubjectId("91120101XNXN00013K")
_DAYS = {
    "ESTDATE",
    "APPRDATE",
    "OPFROM",
    "OPTO",
    "CANDATE",
    "REVDATE",
    "NATDATE",
    "ALTDATE",
    "CONDATE",
    "CF_JDRQ",
    "CF_YXQ",
}
_AMOUNTS = {"REGCAP", "PAIDINCAP", "SUBCONAM", "ACCONAM", "EXPSHARAM", "CF_NR_FK", "CF_NR_WFFF"}


class Office:
    """The agency's own side: puts rows into the tables."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_typed = url.startswith("postgresql")
        self._engine = create_async_engine(url)
        self._sequence = 0
        self._tables = {
            table.name: self._table(table.name, table.columns | set(table.identity)) for table in ALL_TABLES
        }

    async def open(self) -> None:
        """Create every table."""
        async with self._engine.begin() as connection:
            for table in self._tables.values():
                await connection.run_sync(table.create)

    async def put(self, name: str, **values: Any) -> None:
        """One row; bookkeeping has good defaults, days and amounts take their types where columns have some."""
        self._sequence += 1
        row: dict[str, Any] = {
            NODE: "120000",
            SEQUENCE: self._sequence,
            "flag": "I",
            "at": "2026-05-01 08:30:00",
            "switch": "1",
        }
        row |= values
        row["增删改标志"], row[UPDATED], row["交换开关"] = row.pop("flag"), row.pop("at"), row.pop("switch")
        if self.is_typed:
            row = {column: _typed(column, value) for column, value in row.items()}
        async with self._engine.begin() as connection:
            await connection.execute(self._tables[name].insert().values(row))

    async def register(self, code: str = CODE, **values: Any) -> None:
        """A registration row; its PRIPID is `P` and the code."""
        await self.put(
            "E_BASEINFO", **{"PRIPID": f"P{code}", "UNISCID": code, "ENTNAME": "天津市虚拟甲有限公司", **values}
        )

    async def run(self, statement: str) -> None:
        """Any other statement of the agency's own."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.text(statement))

    async def close(self) -> None:
        """Let go of the database."""
        await self._engine.dispose()

    def _table(self, name: str, columns: frozenset[str] | set[str]) -> sa.Table:
        return sa.Table(
            name,
            sa.MetaData(),
            *(sa.Column(column, self._type(column)) for column in sorted(columns | {NODE, "增删改标志", "交换开关"})),
            sa.Column(SEQUENCE, sa.BigInteger),
            sa.Column(UPDATED, sa.DateTime if self.is_typed else sa.Text),
        )

    def _type(self, column: str) -> Any:
        if self.is_typed and column in _DAYS:
            return sa.Date
        if self.is_typed and column in _AMOUNTS:
            return sa.Numeric(24, 6)
        return sa.Text


ALL_TABLES = (*TABLES.values(), LEGAL_REPRESENTATIVE)


def _typed(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column in _DAYS:
        return date.fromisoformat(value)
    if column in _AMOUNTS:
        return Decimal(value)
    return datetime.fromisoformat(value) if column == UPDATED else value


@pytest.fixture(params=["sqlite", "postgres"])
def exchange_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty exchange database of each kind."""
    if request.param == "postgres":
        yield str(request.getfixturevalue("postgres_url"))
    else:
        yield f"sqlite+aiosqlite:///{tmp_path / 'exchange.db'}"


@pytest.fixture
async def office(exchange_url: str) -> AsyncIterator[Office]:
    """The agency with empty tables."""
    agency = Office(exchange_url)
    await agency.open()
    yield agency
    await agency.close()


@pytest.fixture
def statement_log(tmp_path: Path) -> Path:
    """Where the statements sent are noted."""
    return tmp_path / "statements.jsonl"


@pytest.fixture
async def clerk(office: Office, statement_log: Path, as_of: datetime) -> AsyncIterator[MarketRegulationClerk]:
    """A clerk at the agency's database."""
    settings = MarketRegulationSettings(office.url, statement_log=statement_log)
    clerk = MarketRegulationClerk(Exchange(settings.exchange), settings, lambda: as_of)
    yield clerk
    await clerk.aclose()


@pytest.fixture
def errand() -> Callable[..., Errand]:
    """An errand with so many seconds left."""
    return lambda left_s=5.0: Errand("gateway/request-1", asyncio.get_running_loop().time() + left_s)


Facts = Mapping[str, Any]
