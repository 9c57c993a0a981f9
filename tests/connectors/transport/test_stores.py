"""The two places behind the record cache: an end to memory, and a Redis that is asked without deprecated calls."""

from __future__ import annotations

import asyncio

from connectors.transport.stores import BoundedMemory, SharedRedis
from tests.connectors.transport.desk_fakes import order, records


async def test_memory_holds_no_more_than_it_may():
    store = BoundedMemory(3)
    for number in range(5):
        await store.set(f"k{number}", number, ttl=60)
        await store.set("k1", "again", ttl=60)
    assert await store.multi_get(["k0", "k1", "k2", "k3", "k4"]) == [None, "again", None, 3, 4]
    assert len(store._handlers) == 3
    await store.close()
    assert not store._cache


async def test_memory_forgets_in_time():
    store = BoundedMemory(3)
    await store.multi_set([("short", 1)], ttl=0.01)
    await store.multi_set([("long", 2)], ttl=60.0)
    async with asyncio.timeout(5):
        while await store.exists("short"):
            await asyncio.sleep(0.005)
    assert await store.multi_get(["short", "long"]) == [None, 2]
    await store.close()


async def test_redis_keeps_entries_for_fractions_of_a_second_and_closes(redis_url: str):
    store = SharedRedis(redis_url, secret=b"a secret of the tests", timeout_s=5.0, pool_size=2)
    entry = (1.5, records(order(1)))
    await store.multi_set([("a", entry), ("b", (2.5, ()))], ttl=90.5)
    assert await store.multi_get(["a", "c", "b"]) == [entry, None, (2.5, ())]
    await store.close()


async def test_a_small_pool_serves_many_at_once(redis_url: str):
    store = SharedRedis(redis_url, secret=b"a secret of the tests", timeout_s=5.0, pool_size=4)
    await store.multi_set([("a", (1.0, ()))], ttl=60.0)
    got = await asyncio.gather(*(store.multi_get(["a"]) for _ in range(40)), return_exceptions=True)
    await store.close()
    assert got == [[(1.0, ())]] * 40
