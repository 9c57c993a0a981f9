"""The ground that other tests stand on."""

from __future__ import annotations

import socket

import pytest
import redis.asyncio
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def test_each_database_is_empty_and_usable(database_url):
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE once (id INTEGER)"))
        await connection.execute(text("INSERT INTO once VALUES (1)"))
        assert (await connection.execute(text("SELECT count(*) FROM once"))).scalar_one() == 1
    await engine.dispose()


@pytest.mark.parametrize("round_number", [1, 2])
async def test_redis_is_empty_for_each_test(redis_url, round_number):
    client = redis.asyncio.from_url(redis_url)
    assert await client.dbsize() == 0
    await client.set("round", round_number)
    await client.aclose()


async def test_the_cache_url_names_its_kind(cache_url):
    assert cache_url.split("://", 1)[0] in {"memory", "redis"}


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_no_way_out_of_the_machine():
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)


def test_the_hour_is_fixed(as_of):
    assert as_of.isoformat() == "2026-06-01T10:00:00+08:00"
