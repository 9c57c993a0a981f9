"""Redis counts as memory counts, in one round trip, forgets everything in time, and its errors become ours."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
import redis.asyncio
from redis import exceptions

from gateway.registers.tally import Tally
from gateway.registers.tally_entry import Aim, Asked, Asker, Digest, Mark, Stop, Tallied, TallyFault, Verdict
from gateway.registers.tally_memory import MemoryTally
from gateway.registers.tally_redis import RedisTally, tally_errors
from gateway.registers.tally_script import PREFIX

START_S = 1_780_279_200 - 1_780_279_200 % 86_400
ASKER = Asker(Digest("bank"), 10, 10)
ASKED = Asked((ASKER,), START_S, 20_000, Stop(score=5, for_s=900))


@pytest.fixture
async def store(redis_url):
    store = RedisTally(redis_url)
    yield store
    await store.aclose()


@pytest.fixture
async def server(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    yield client
    await client.aclose()


def story(seed: int) -> list[Asked]:
    """Requests over some hours by few askers with narrow limits, so that everything happens."""
    dice = random.Random(seed)
    askers = [Asker(Digest(f"asker{number}"), dice.randint(2, 6), dice.randint(3, 12)) for number in range(3)]
    stop = Stop(dice.randint(2, 6), dice.choice([30, 300, 1200]))
    told, now_s = [], START_S
    for _ in range(60):
        now_s += dice.choice([0, 0, 5, 61, 300, 700, 20_000 if dice.random() < 0.1 else 1])
        subjects = dice.sample(range(40), dice.randint(0, 4))
        told.append(
            Asked(
                tuple(dice.sample(askers, dice.randint(1, 2))),
                now_s,
                now_s // 86_400,
                stop,
                tuple(Aim(Digest(f"subject{number}"), Digest(f"block{number // 8}")) for number in subjects),
                unknown=dice.choice([0, 0, 0, 0, 1, 2]),
            )
        )
    return told


@pytest.mark.parametrize("seed", range(25))
async def test_both_stores_say_the_same(store, seed):
    memory = MemoryTally(lambda: 0.0)
    told = story(seed)
    _, by_memory = await memory.settle([], told)
    _, by_redis = await store.settle([], told[:30])
    _, by_redis_later = await store.settle([], told[30:])
    assert [*by_redis, *by_redis_later] == by_memory


async def test_everything_happens_in_the_stories():
    seen = set()
    for seed in range(25):
        _, answers = await MemoryTally(lambda: 0.0).settle([], story(seed))
        seen |= {(one.verdict, bool(one.score)) for one in answers}
    assert seen >= {(verdict, False) for verdict in Verdict} | {(Verdict.ADMITTED, True), (Verdict.STOPPED, True)}


async def test_marks_and_counts_are_one_round_trip(store, server):
    await server.config_resetstat()
    marks = [Mark(Digest(f"mark{number}"), 60) for number in range(20)]
    are_first, tallied = await store.settle([*marks, marks[0]], [ASKED] * 30)
    assert are_first == [True] * 20 + [False]
    assert [one.verdict for one in tallied] == [Verdict.ADMITTED] * 10 + [Verdict.TOO_MANY_REQUESTS] * 20
    calls = {name: stats["calls"] for name, stats in (await server.info("commandstats")).items()}
    assert (calls["cmdstat_eval"], calls["cmdstat_set"]) == (1, 21)


async def test_nothing_is_kept_for_ever(store, server):
    aims = (Aim(Digest("a"), Digest("x")), Aim(Digest("b"), Digest("x")))
    told = [replace(ASKED, aims=aims), replace(ASKED, unknown=10)]
    _, tallied = await store.settle([Mark(Digest("m"), 0.0001), Mark(Digest("n"), 30)], told)
    assert [one.verdict for one in tallied] == [Verdict.ADMITTED, Verdict.STOPPED]
    keys = {key.decode() async for key in server.scan_iter()}
    kinds = {key.removeprefix(PREFIX).partition(":")[0] for key in keys}
    assert kinds - {"once"} == {"requests", "subjects", "blocks", "score", "stop"}
    assert all(key.startswith(PREFIX) for key in keys)
    longest = {key: await server.ttl(key) for key in keys}
    assert all(0 <= ttl <= 93_600 for key, ttl in longest.items() if not key.endswith("once:m")), longest


async def test_old_scores_and_blocks_leave(store, server):
    aims = (Aim(Digest("a"), Digest("x")), Aim(Digest("b"), Digest("x")))
    await store.settle([], [replace(ASKED, aims=aims)])
    later = replace(ASKED, now_s=ASKED.now_s + 660, aims=(Aim(Digest("c"), Digest("x")),))
    _, (tallied,) = await store.settle([], [later])
    assert tallied.score == 0
    assert await server.hlen(f"{PREFIX}score:bank") == 0
    assert await server.zcard(f"{PREFIX}blocks:bank") == 1


async def test_a_script_that_fails_lets_nobody_in(store, server):
    await server.set(f"{PREFIX}subjects:bank:{ASKED.day}", "not a set")
    with pytest.raises(TallyFault, match="ResponseError"):
        await store.settle([], [replace(ASKED, aims=(Aim(Digest("a"), Digest("x")),))])


async def test_a_mark_that_fails_lets_nobody_in(store, server):
    await server.config_set("maxmemory", "1")
    try:
        with pytest.raises(TallyFault, match="OutOfMemory"):
            await store.settle([Mark(Digest("a"), 60)], [])
        with pytest.raises(TallyFault):
            await store.settle([], [ASKED])
    finally:
        await server.config_set("maxmemory", "0")


async def test_an_answer_that_came_too_late_is_given_to_nobody_else(redis_url, server):
    tally = Tally(RedisTally(redis_url), b"k", patience_s=0.05)
    assert await tally.first_time("proof", "a", for_s=60) is True
    await server.client_pause(150)
    with pytest.raises(TallyFault, match="takes too long"):
        await tally.first_time("proof", "a", for_s=60)
    await asyncio.sleep(0.2)
    assert await tally.look_up([ASKED]) == [Tallied(Verdict.ADMITTED)]
    assert await tally.first_time("proof", "c", for_s=60) is True
    await tally.aclose()


async def test_a_server_that_hung_up_is_found_again(store, server):
    await store.settle([Mark(Digest("a"), 60)], [])
    await server.client_kill_filter(_type="normal", skipme=True)
    await asyncio.sleep(0.05)  # until the end of the connection has come
    assert (await store.settle([Mark(Digest("b"), 60)], []))[0] == [True]


@pytest.mark.parametrize(
    "kind",
    [
        ConnectionResetError,
        OSError,
        *dict.fromkeys(  # in an order that does not change
            kind
            for kind in vars(exceptions).values()
            if isinstance(kind, type) and issubclass(kind, exceptions.RedisError)
        ),
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_error_of_redis_becomes_ours(kind):
    error = kind.__new__(kind)
    Exception.__init__(error, "password and place")
    with pytest.raises(TallyFault) as caught, tally_errors():
        raise error
    assert "password" not in str(caught.value)


def test_own_mistakes_stay_what_they_are():
    with pytest.raises(KeyError), tally_errors():
        raise KeyError
