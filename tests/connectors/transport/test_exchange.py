"""The exchange database as a wire: locks, absence, refusals, cancellation, breaker, and what auditors get to read."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from connectors.port import Errand, Unavailable, Unreadable
from connectors.transport.exchange import Exchange, ExchangeSettings, Query
from connectors.transport.resilience import BreakerSettings, BreakerState, RetrySettings
from connectors.transport.statements import Statement
from connectors.transport.wire import MalformedAnswer

_THINGS = sa.table("THINGS", sa.column("CODE", sa.String), sa.column("名称", sa.String))
BY_CODE = Statement(
    sa.select(_THINGS.c["CODE"], _THINGS.c["名称"])
    .where(_THINGS.c["CODE"].in_(sa.bindparam("codes", expanding=True, type_=sa.String)))
    .order_by(_THINGS.c["CODE"]),
    ["THINGS.CODE", "THINGS.名称"],
)
NO_SUCH = Statement(sa.select(sa.table("NOWHERE", sa.column("CODE", sa.String)).c["CODE"]), ["NOWHERE.CODE"])
ROWS = [{"CODE": "A", "名称": "甲"}, {"CODE": "B", "名称": "乙"}]
NO_RETRY = RetrySettings(retries=0)


def query(*codes: str, **more: Any) -> Query:
    """One look-up by code."""
    return Query("things", BY_CODE, {"codes": codes or ("A", "B")}, **more)


def errand(left_s: float = 5.0) -> Errand:
    """An errand with so many seconds left."""
    return Errand("gateway/request-1", asyncio.get_running_loop().time() + left_s)


def fill(path: Path, name: str = "甲") -> None:
    """An exchange file with two rows."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('CREATE TABLE "THINGS" ("CODE" TEXT, "名称" TEXT)')
        connection.executemany('INSERT INTO "THINGS" VALUES (?, ?)', [("A", name), ("B", "乙")])
        connection.commit()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """The agency holds the whole file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A filled exchange file."""
    path = tmp_path / "exchange.db"
    fill(path)
    return path


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Exchange]]:
    """Opens exchanges that are closed after the test."""
    exchanges: list[Exchange] = []

    def open_(url: object, **settings: Any) -> Exchange:
        address = f"sqlite+aiosqlite:///{url}" if isinstance(url, Path) else str(url)
        exchanges.append(Exchange(ExchangeSettings(address, **settings)))
        return exchanges[-1]

    yield open_
    for exchange in exchanges:
        await exchange.aclose()


async def test_several_queries_are_answered_each_by_its_own_table(path, opened):
    found, none, broken = await opened(path).tables([query(), query("C"), Query("nowhere", NO_SUCH, {})], errand())
    assert found == ROWS
    assert none == []
    assert broken == Unreadable("SQLITE_ERROR")


async def test_postgresql_answers_the_same(postgres_url, opened):
    address = postgres_url.replace("+asyncpg", "")
    connection = await asyncpg.connect(address)
    await connection.execute('CREATE TABLE "THINGS" ("CODE" VARCHAR, "名称" VARCHAR)')
    await connection.execute("""INSERT INTO "THINGS" VALUES ('A', '甲'), ('B', '乙')""")
    exchange = opened(postgres_url, retry=NO_RETRY)
    found, broken = await exchange.tables([query(), Query("nowhere", NO_SUCH, {})], errand())
    assert found == ROWS
    assert broken == Unreadable("UndefinedTableError")
    async with connection.transaction():
        await connection.execute('LOCK TABLE "THINGS" IN ACCESS EXCLUSIVE MODE')
        first, second = await exchange.tables([query(), Query("later", BY_CODE, {"codes": ["A"]})], errand(0.6))
        assert first == Unavailable("timeout")
        assert second == Unavailable("not-reached")
    assert await exchange.rows(query(), errand()) == ROWS
    await connection.close()


async def test_postgresql_is_opened_read_only(postgres_url, opened):
    exchange = opened(postgres_url)
    setting = Statement(sa.select(sa.func.current_setting("default_transaction_read_only").label("READ_ONLY")), [])
    assert await exchange.rows(Query("setting", setting, {}), errand()) == [{"READ_ONLY": "on"}]


async def test_a_refused_connection_is_unavailable(opened):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        exchange = opened(f"postgresql+asyncpg://reader@127.0.0.1:{taken.getsockname()[1]}/exchange", retry=NO_RETRY)
        assert isinstance(await exchange.rows(query(), errand()), Unavailable)


async def test_a_missing_file_is_unavailable_and_is_not_created(tmp_path, opened):
    path = tmp_path / "nothing.db"
    assert await opened(path, retry=NO_RETRY).rows(query(), errand()) == Unavailable("exchange-file-missing")
    assert not path.exists()


async def test_a_file_that_was_moved_away_is_not_read_on_and_its_successor_is(path, opened):
    exchange = opened(path, retry=NO_RETRY)
    await exchange.rows(query(), errand())
    path.rename(path.with_suffix(".away"))
    assert isinstance(await exchange.rows(query(), errand()), Unavailable)
    fill(path, name="新甲")
    assert (await exchange.rows(query("A"), errand())) == [{"CODE": "A", "名称": "新甲"}]


async def test_a_file_that_is_no_database_is_unreadable(tmp_path, opened):
    path = tmp_path / "exchange.db"
    path.write_bytes(b"<html>maintenance</html>" * 100)
    assert await opened(path).rows(query(), errand()) == Unreadable("SQLITE_NOTADB")


async def test_text_in_another_charset_is_unreadable(path, opened):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('UPDATE "THINGS" SET "名称" = CAST(x\'B9AB\' AS TEXT) WHERE "CODE" = \'A\'')
        connection.commit()
    spoilt, sound = await opened(path).tables([query("A"), query("B")], errand())
    assert isinstance(spoilt, Unreadable)
    assert sound == ROWS[1:]


async def test_a_lock_is_waited_for_until_the_deadline(path, opened):
    exchange = opened(path)
    with locked(path):
        started = time.monotonic()
        assert await exchange.rows(query(), errand(0.3)) == Unavailable("deadline")
        assert 0.25 < time.monotonic() - started < 10
        waiting = asyncio.create_task(exchange.rows(query(), errand()))
        await asyncio.sleep(0.05)
    assert await waiting == ROWS


async def test_a_call_longer_than_the_agency_may_take_is_a_timeout_and_tried_again(path, opened):
    exchange = opened(path, call_timeout_s=0.2, patience_s=0.1)
    with locked(path):
        waiting = asyncio.create_task(exchange.rows(query(), errand()))
        await asyncio.sleep(0.3)
    assert await waiting == ROWS


async def test_a_caller_who_leaves_frees_the_connection(path, opened):
    exchange = opened(path, pool_size=1)
    with locked(path):
        leaving = asyncio.create_task(exchange.rows(query(), errand(0.4)))
        await asyncio.sleep(0.05)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
    assert await exchange.rows(query(), errand()) == ROWS


async def test_an_operation_that_keeps_failing_is_left_alone_while_others_go_on(path, opened):
    exchange = opened(path, retry=NO_RETRY, breaker=BreakerSettings(least_calls=3, open_s=60))
    for _ in range(3):
        await exchange.rows(Query("nowhere", NO_SUCH, {}), errand())
    broken, sound = await exchange.tables([Query("nowhere", NO_SUCH, {}), query()], errand())
    assert broken == Unavailable("breaker-open")
    assert sound == ROWS
    states = exchange.breakers.states(asyncio.get_running_loop().time())
    assert states == {"nowhere": BreakerState.OPEN, "things": BreakerState.CLOSED}


async def test_a_query_s_own_check_can_refuse_its_rows(path, opened):
    def check(rows: Any) -> None:
        raise MalformedAnswer("nonsense")

    assert await opened(path).rows(query(check=check), errand()) == Unreadable("nonsense")


async def test_auditors_read_every_statement_sent_and_no_value(path, tmp_path, opened):
    log = tmp_path / "statements.jsonl"
    await opened(path, statement_log=log).tables([query("A"), query("C", "SECRET")], errand())
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["columns"] for line in lines] == [["THINGS.CODE", "THINGS.名称"]] * 2
    assert lines[0]["attribution"] == "gateway/request-1"
    assert "SECRET" not in log.read_text()


async def test_lists_of_similar_length_share_a_text(path, opened):
    exchange = opened(path)
    texts = {BY_CODE.bind(exchange._dialect, {"codes": ["A"] * size}).text for size in range(11, 21)}
    assert len(texts) == 1
    assert await exchange.rows(query(*["B"] * 13), errand()) == ROWS[1:]


async def test_errands_beyond_the_pool_wait_for_their_turn(path, opened):
    exchange = opened(path, pool_size=2)
    answers = await asyncio.gather(*(exchange.rows(query(), errand()) for _ in range(20)))
    assert answers == [ROWS] * 20


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite+aiosqlite://"])
def test_any_other_database_is_refused_at_once(url):
    with pytest.raises(ValueError, match="SQLite file or a PostgreSQL"):
        Exchange(ExchangeSettings(url))
