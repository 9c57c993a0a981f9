"""The record cache, in memory and on a real Redis: one key for one order, and never a failed request."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from connectors.port import Fetched, FetchOrder
from connectors.transport.cache import CacheSettings, RecordCache, cache_key
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord
from tests.connectors.transport.desk_fakes import ARREARS, PROFILE, order, records, subject
from tests.connectors.transport.loopback import until

KEY = b"a key of the tests"


class Clock:
    """Seconds since 1970, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def cache(cache_url: str, clock: Clock) -> AsyncIterator[RecordCache]:
    cache = RecordCache(CacheSettings(KEY, cache_url, timeout_s=5.0), clock)
    yield cache
    await cache.aclose()


async def test_what_was_put_is_found_and_says_so(cache: RecordCache):
    await cache.put_many([(order(1), records(order(1))), (order(2, PROFILE), ())])
    got = await cache.get_many([order(2, PROFILE), order(1), order(3), order(1, facts="taxCategory taxPeriod")])
    assert got == [Fetched((), from_cache=True), Fetched(records(order(1)), from_cache=True), None, None]
    assert (cache.counts.hits, cache.counts.misses, cache.counts.failures) == (2, 2, 0)


async def test_the_newest_answer_replaces_the_older(cache: RecordCache):
    await cache.put_many([(order(1), records(order(1)))])
    await cache.put_many([(order(1), ())])
    assert await cache.get_many([order(1)]) == [Fetched((), from_cache=True)]


async def test_a_shorter_term_holds_for_what_is_stored_already(cache: RecordCache, clock: Clock):
    await cache.put_many([(order(1), ())])
    clock.now += 299
    assert await cache.get_many([order(1)]) != [None]
    clock.now += 2
    assert await cache.get_many([order(1)]) == [None]


async def test_each_kind_has_its_own_term(cache_url: str, clock: Clock):
    cache = RecordCache(CacheSettings(KEY, cache_url, ttl_s={ARREARS: 0.0, PROFILE: 0.05}, timeout_s=5.0), clock)
    kept = order(1, RecordKind.TAX_CREDIT_RATING)
    await cache.put_many([(order(1, ARREARS), ()), (order(1, PROFILE), ()), (kept, ())])
    assert await cache.get_many([order(1, ARREARS), kept]) == [None, Fetched((), from_cache=True)]
    async with asyncio.timeout(5):
        while await cache._store.exists(cache_key(order(1, PROFILE), KEY)):
            await asyncio.sleep(0.01)
    await cache.aclose()


async def test_no_code_stands_in_redis_in_clear(redis_url: str, clock: Clock):
    cache = RecordCache(CacheSettings(KEY, redis_url, timeout_s=5.0), clock)
    await cache.put_many([(order(1), ())])
    await cache.aclose()
    with redis.Redis.from_url(redis_url) as plain:
        (key,) = plain.keys()
        assert 0 < plain.pttl(key) <= 300_000
    assert subject(1).encode() not in key
    assert key.decode() == f"creditgraph:records:{cache_key(order(1), KEY)}"


async def test_foreign_bytes_in_redis_are_a_miss(redis_url: str, clock: Clock):
    cache = RecordCache(CacheSettings(KEY, redis_url, timeout_s=5.0), clock)
    with redis.Redis.from_url(redis_url) as plain:
        plain.set(f"creditgraph:records:{cache_key(order(1), KEY)}", b"\x80\x04N.")
    await cache.put_many([(order(2), ())])
    assert await cache.get_many([order(1), order(2)]) == [None, Fetched((), from_cache=True)]
    await cache.aclose()


async def test_facts_are_sealed_in_redis_and_an_entry_cannot_be_moved(redis_url: str, clock: Clock):
    cache = RecordCache(CacheSettings(KEY, redis_url, timeout_s=5.0), clock)
    await cache.put_many([(order(1), records(order(1))), (order(2), records(order(2)))])
    with redis.Redis.from_url(redis_url) as plain:
        names = [key for key in plain.scan_iter() if isinstance(key, bytes)]
        held = [plain.get(name) for name in names]
        assert not any(b"taxCategory" in (one if isinstance(one, bytes) else b"") for one in held)
        plain.rename(names[0], names[1])
    got = await cache.get_many([order(1), order(2)])
    assert [hit for hit in got if hit is not None and hit.records not in (records(order(1)), records(order(2)))] == []
    assert got == [None, None]
    await cache.aclose()


async def test_two_gateways_share_one_redis(redis_url: str, clock: Clock):
    one, two = (RecordCache(CacheSettings(KEY, redis_url, timeout_s=5.0), clock) for _ in range(2))
    await one.put_many([(order(1), records(order(1)))])
    assert await two.get_many([order(1)]) == [Fetched(records(order(1)), from_cache=True)]
    await one.aclose()
    await two.aclose()


async def test_no_redis_is_a_miss_and_soon_not_even_tried(clock: Clock):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
        cache = RecordCache(CacheSettings(KEY, url), clock)
        for _ in range(6):
            await cache.put_many([(order(1), ())])
            assert await cache.get_many([order(1)]) == [None]
        assert cache.counts.failures == 12
        await cache.aclose()


async def test_a_mute_redis_costs_no_more_than_its_timeout(clock: Clock):
    hung_up = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        hung_up.set()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    cache = RecordCache(CacheSettings(KEY, url, timeout_s=0.05), clock)
    async with asyncio.timeout(2):
        assert await cache.get_many([order(1)]) == [None]
    await cache.aclose()
    server.close()
    await until(hung_up.is_set)
    await server.wait_closed()


async def test_records_nobody_can_pack_are_not_kept_and_nothing_breaks(redis_url: str, clock: Clock):
    cache = RecordCache(CacheSettings(KEY, redis_url, timeout_s=5.0), clock)
    odd = replace(records(order(1))[0], facts={"odd": object()})  # type: ignore[dict-item]
    for _ in range(6):
        await cache.put_many([(order(1), (odd,))])
    await cache.put_many([(order(2), ())])
    assert await cache.get_many([order(1), order(2)]) == [None, Fetched((), from_cache=True)]
    await cache.aclose()


async def test_a_switched_off_aiocache_is_a_miss(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    cache = RecordCache(CacheSettings(KEY), clock)
    monkeypatch.setenv("AIOCACHE_DISABLE", "1")
    await cache.put_many([(order(1), ())])
    assert await cache.get_many([order(1)]) == [None]
    await cache.aclose()


NAMES = st.text(st.sampled_from(["a", "b", ",", '"', "\n", "[", "\\", "甲"]), max_size=4)
ORDERS = st.builds(
    FetchOrder,
    agency=st.sampled_from(AgencyId),
    subject=NAMES.map(lambda text: SubjectId(text.replace("\n", ""))),
    kind=st.sampled_from(list(RecordKind)[:3]),
    facts=st.frozensets(NAMES, max_size=3),
)


@given(ORDERS, ORDERS)
def test_orders_share_a_key_only_if_they_are_equal(one: FetchOrder, other: FetchOrder):
    assert (cache_key(one, KEY) == cache_key(other, KEY)) is (one == other)


@given(ORDERS, st.data())
def test_changing_any_part_changes_the_key(one: FetchOrder, data: st.DataObject):
    part = data.draw(st.sampled_from(["agency", "subject", "kind", "facts"]))
    changed = {
        "agency": next(each for each in AgencyId if each is not one.agency),
        "subject": SubjectId(one.subject + "9"),
        "kind": RecordKind.COMMENDATION_RECORD,
        "facts": one.facts | {"another"},
    }[part]
    assert cache_key(replace(one, **{part: changed}), KEY) != cache_key(one, KEY)  # type: ignore[arg-type]


def test_the_key_hides_the_order_from_who_does_not_know_the_secret():
    assert cache_key(order(1), KEY) == cache_key(order(1), KEY)
    assert cache_key(order(1), KEY) != cache_key(order(1), b"another key")
    assert len(cache_key(order(1), KEY)) == 40


def test_a_caller_cannot_be_part_of_the_key():
    assert set(FetchOrder.__dataclass_fields__) == {"agency", "subject", "kind", "facts"}
    assert not {"caller", "attribution"} & set(SourceRecord.__dataclass_fields__)
