"""Whoever asks at once shares a round trip and is counted one by one; who cannot be counted is refused."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from gateway.registers.engine import RegisterFault
from gateway.registers.tally import Tally, open_tally
from gateway.registers.tally_entry import Asked, Asker, Stop, TallyFault, Verdict
from gateway.registers.tally_memory import MemoryTally
from gateway.registers.turns import LARGEST_TURN
from tests.services import UNHURRIED_S, RedisService

KEY = b"k" * 32
STOP = Stop(score=60, for_s=900)
NOW_S = 1_780_279_200


def clock() -> float:
    return 1000.0


class Watched(MemoryTally):
    """Remembers how much came in each round trip."""

    def __init__(self) -> None:
        super().__init__(clock)
        self.trips: list[int] = []

    async def settle(self, marks, asked):
        self.trips.append(len(marks) + len(asked))
        await asyncio.sleep(0)
        return await super().settle(marks, asked)


class Failing:
    """A store that is not what it should be."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.error = error
        self.closed = False

    async def settle(self, marks, asked):
        if self.error is not None:
            raise self.error
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
async def tally(cache_url):
    async with contextlib.aclosing(open_tally(cache_url, KEY, clock, patience_s=UNHURRIED_S)) as tally:
        yield tally


def asked_by(tally: Tally, name: str, *, requests: int = 1000) -> Asked:
    return Asked((Asker(tally.digest("client", name), requests, 1000),), NOW_S, 20_000, STOP)


async def test_a_name_comes_once(tally):
    assert await tally.first_time("proof", "a", for_s=60) is True
    assert await tally.first_time("proof", "a", for_s=60) is False
    assert await tally.first_time("proof", "b", for_s=60) is True
    assert await tally.first_time("nonce", "a", for_s=60) is True


async def test_of_a_hundred_at_once_one_is_the_first(tally):
    assert sum(await asyncio.gather(*(tally.first_time("proof", "a", for_s=60) for _ in range(100)))) == 1


async def test_a_name_comes_once_to_whichever_process(redis_url):
    first, second = (open_tally(redis_url, KEY, clock, patience_s=UNHURRIED_S) for _ in range(2))
    async with contextlib.aclosing(first), contextlib.aclosing(second):
        came = await asyncio.gather(*(one.first_time("proof", "a", for_s=60) for one in (first, second) * 20))
        assert sum(came) == 1


async def test_a_hundred_at_once_are_counted_exactly(tally):
    asked = asked_by(tally, "bank", requests=70)
    answers = await asyncio.gather(*(tally.look_up([asked]) for _ in range(100)))
    verdicts = [one.verdict for (one,) in answers]
    assert verdicts.count(Verdict.ADMITTED) == 70
    assert verdicts.count(Verdict.TOO_MANY_REQUESTS) == 30


async def test_two_processes_count_together(redis_url):
    first, second = (open_tally(redis_url, KEY, clock, patience_s=UNHURRIED_S) for _ in range(2))
    async with contextlib.aclosing(first), contextlib.aclosing(second):
        asked = asked_by(first, "bank", requests=70)
        answers = await asyncio.gather(*(one.look_up([asked]) for one in (first, second) * 50))
        assert sum(one.verdict is Verdict.ADMITTED for (one,) in answers) == 70


async def test_several_are_answered_in_their_order(tally):
    open_to_two, open_to_one = asked_by(tally, "a", requests=2), asked_by(tally, "b", requests=1)
    answers = await tally.look_up([open_to_two, open_to_one, open_to_one, open_to_two])
    assert [one.verdict.value for one in answers] == [0, 0, 2, 0]
    assert await tally.look_up([]) == []


async def test_fifty_at_once_share_a_round_trip_with_the_marks():
    store = Watched()
    async with contextlib.aclosing(Tally(store, KEY)) as tally:
        asked = asked_by(tally, "bank")
        looked = [tally.look_up([asked]) for _ in range(50)]
        await asyncio.gather(*looked, *(tally.first_time("proof", str(number), for_s=9) for number in range(50)))
        assert store.trips == [100]


async def test_who_comes_while_a_round_trip_is_under_way_shares_the_next():
    store = Watched()
    async with contextlib.aclosing(Tally(store, KEY)) as tally:
        asked = asked_by(tally, "bank")
        first = asyncio.create_task(tally.look_up([asked]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.gather(first, *(tally.look_up([asked]) for _ in range(LARGEST_TURN + 1)))
        assert store.trips == [1, LARGEST_TURN, 1]


async def test_who_has_left_is_not_counted():
    store = Watched()
    async with contextlib.aclosing(Tally(store, KEY)) as tally:
        gone = asyncio.create_task(tally.look_up([asked_by(tally, "a")]))
        await asyncio.sleep(0)
        gone.cancel()
        await tally.look_up([asked_by(tally, "b")])
        assert store.trips == [1]


async def test_who_leaves_during_the_round_trip_takes_nothing_from_others():
    store = Watched()
    async with contextlib.aclosing(Tally(store, KEY)) as tally:
        gone = asyncio.create_task(tally.first_time("proof", "a", for_s=9))
        stays = asyncio.create_task(tally.first_time("proof", "b", for_s=9))
        while not store.trips:
            await asyncio.sleep(0)
        gone.cancel()
        assert await stays is True
        assert await tally.first_time("proof", "a", for_s=9) is False


async def test_a_store_that_takes_too_long_lets_nobody_in():
    async with contextlib.aclosing(Tally(Failing(), KEY, patience_s=0.01)) as tally:
        answers = await asyncio.gather(
            tally.first_time("proof", "a", for_s=1), tally.look_up([asked_by(tally, "a")]), return_exceptions=True
        )
        assert [str(answer) for answer in answers] == ["the tally takes too long (TimeoutError)"] * 2
        assert all(isinstance(answer, TallyFault) for answer in answers)


async def test_a_store_that_fails_lets_nobody_in():
    async with contextlib.aclosing(Tally(Failing(error=TallyFault("full")), KEY)) as tally:
        with pytest.raises(TallyFault, match="full"):
            await tally.first_time("proof", "a", for_s=1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_store_with_a_mistake_leaves_nobody_waiting():
    tally = Tally(Failing(error=ZeroDivisionError()), KEY)
    with pytest.raises(TallyFault, match="has ended"):
        await tally.first_time("proof", "a", for_s=1)
    with pytest.raises(TallyFault, match="has ended"):  # and the next one is not left waiting either
        await tally.first_time("proof", "a", for_s=1)
    await tally.aclose()


async def test_without_redis_nobody_is_let_in():
    service = RedisService()
    async with contextlib.aclosing(open_tally(service.url, KEY, clock, patience_s=UNHURRIED_S)) as tally:
        assert await tally.first_time("proof", "a", for_s=60) is True
        service.stop()
        for _ in range(2):
            with pytest.raises(TallyFault, match="cannot be reached") as caught:
                await tally.first_time("proof", "b", for_s=60)
            assert "127.0.0.1" not in str(caught.value)
        with pytest.raises(RegisterFault):
            await tally.look_up([asked_by(tally, "a")])


async def test_a_closed_tally_refuses():
    store = Failing()
    tally = Tally(store, KEY)
    await tally.aclose()
    assert store.closed
    with pytest.raises(TallyFault, match="closed"):
        await tally.first_time("proof", "a", for_s=1)


def test_digests_tell_kinds_parts_and_keys_apart():
    tally, other = open_tally("memory://", KEY, clock), open_tally("memory://", b"x" * 32, clock)
    names = {
        tally.digest("a", "bc"),
        tally.digest("ab", "c"),
        tally.digest("a", "b", "c"),
        tally.digest("a", "b:1:c"),
        other.digest("a", "bc"),
    }
    assert len(names) == 5
    assert tally.digest("a", "bc") in names
    assert all(len(name) == 32 for name in names)
    assert tally.digest("a", "\ud800")


def test_what_the_tally_cannot_be_opened_with():
    with pytest.raises(ValueError, match="needs a key"):
        open_tally("memory://", b"", clock)
    with pytest.raises(TallyFault, match="cannot be read"):
        open_tally("file:///somewhere", KEY, clock)
