"""Who asks at once is answered at once, in one round trip; nobody is forgotten, whatever happens on the way."""

from __future__ import annotations

import asyncio

import pytest

from gateway.registers.engine import RegisterFault
from gateway.registers.turns import LARGEST_TURN, Turns


class Refused(RegisterFault):
    """A kind of its own."""


@pytest.fixture
def trips():
    """What was asked, trip by trip."""
    return []


def a_line(trips, *, pause: float = 0.0, trouble: Exception | None = None) -> Turns[int, int]:
    async def settle(asked):
        trips.append(list(asked))
        await asyncio.sleep(pause)
        if trouble is not None:
            raise trouble
        return [one * 2 if one >= 0 else KeyError(one) for one in asked]

    return Turns(settle, "the line", fault=Refused, is_open=True)


async def test_those_of_one_turn_share_a_trip_and_get_their_own(trips):
    line = a_line(trips)
    assert await asyncio.gather(*(line.ask(number) for number in range(50))) == [number * 2 for number in range(50)]
    assert len(trips) == 1
    await line.aclose()


async def test_who_comes_meanwhile_has_the_next_turn(trips):
    line = a_line(trips, pause=0.01)
    first = asyncio.create_task(line.ask(1))
    while not trips:
        await asyncio.sleep(0)
    assert list(await asyncio.gather(line.ask(2), line.ask(3))) == [4, 6]
    assert await first == 2
    assert trips == [[1], [2, 3]]
    await line.aclose()


async def test_a_turn_has_an_end(trips):
    line = a_line(trips)
    await asyncio.gather(*(line.ask(number) for number in range(LARGEST_TURN + 1)))
    assert [len(trip) for trip in trips] == [LARGEST_TURN, 1]
    await line.aclose()


async def test_one_that_is_refused_spoils_no_other(trips):
    line = a_line(trips)
    answers = await asyncio.gather(line.ask(1), line.ask(-1), line.ask(2), return_exceptions=True)
    assert (answers[0], answers[2]) == (2, 4)
    assert isinstance(answers[1], KeyError)
    await line.aclose()


async def test_where_none_can_be_answered_each_is_told_so_by_an_exception_of_its_own(trips):
    line = a_line(trips, trouble=RegisterFault("away"))
    answers = await asyncio.gather(line.ask(1), line.ask(2), return_exceptions=True)
    assert [type(one) for one in answers] == [Refused, Refused]
    assert answers[0] is not answers[1]
    assert str(answers[0]) == "away"
    await line.aclose()


async def test_a_worker_that_breaks_leaves_nobody_waiting(trips):
    line = a_line(trips, trouble=ZeroDivisionError())
    with pytest.raises(Refused, match="the line has ended"):
        await line.ask(1)
    with pytest.raises(Refused):  # and the next one gets a worker again
        await line.ask(2)
    assert trips == [[1], [2]]
    assert line._work is not None
    with pytest.raises(ZeroDivisionError):
        line._work.result()


@pytest.mark.parametrize("turns", [1, 3])
async def test_a_worker_that_is_cancelled_leaves_nobody_waiting(trips, turns):
    line = a_line(trips, pause=10.0)
    asking = asyncio.create_task(line.ask(1))
    for _ in range(turns):  # before its worker begins, and after
        await asyncio.sleep(0)
    assert line._work is not None
    line._work.cancel()
    with pytest.raises(Refused, match="the line has ended"):
        await asking


async def test_who_has_left_is_not_asked_for(trips):
    line = a_line(trips)
    leaving, staying = asyncio.create_task(line.ask(1)), asyncio.create_task(line.ask(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 4
    assert trips == [[2]]
    await line.aclose()


async def test_a_closed_line_answers_who_waits_and_refuses_who_comes(trips):
    line = a_line(trips, pause=0.01)
    last = asyncio.create_task(line.ask(1))
    await asyncio.sleep(0)
    await line.aclose()
    assert await last == 2
    with pytest.raises(Refused, match="the line is closed"):
        await line.ask(2)
    line.open()
    assert await line.ask(3) == 6
    await line.aclose()
