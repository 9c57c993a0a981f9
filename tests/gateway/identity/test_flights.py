"""Questions under way are shared, outlive whoever leaves, and end with the gateway."""

from __future__ import annotations

import asyncio

import pytest

from gateway.identity.flights import Flights


class Question:
    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()

    async def ask(self) -> int:
        self.asked += 1
        await self.may_answer.wait()
        if self.asked > 1:
            raise ValueError("again")
        return self.asked


async def test_one_question_for_all_who_ask_meanwhile_and_a_new_one_later() -> None:
    flights, question = Flights[int](), Question()
    askers = [asyncio.create_task(flights.join("a", question.ask)) for _ in range(5)]
    await asyncio.sleep(0)
    askers.pop().cancel()
    await asyncio.sleep(0)
    question.may_answer.set()
    assert await asyncio.gather(*askers) == [1] * 4
    assert not flights.are_under_way
    with pytest.raises(ValueError, match="again"):
        await flights.join("a", question.ask)


async def test_other_names_are_other_questions() -> None:
    flights, question, other = Flights[int](), Question(), Question()
    for one in (question, other):
        one.may_answer.set()
    assert sum(await asyncio.gather(flights.join("a", question.ask), flights.join("b", other.ask))) == 2


async def test_an_error_that_nobody_waits_for_is_no_trouble() -> None:
    flights, question = Flights[int](), Question()
    question.asked = 1
    asker = asyncio.create_task(flights.join("a", question.ask))
    await asyncio.sleep(0)
    asker.cancel()
    question.may_answer.set()
    await asyncio.wait([asker])
    await asyncio.sleep(0.01)
    assert not flights.are_under_way


async def test_at_the_end_nothing_is_waited_for() -> None:
    flights, question = Flights[int](), Question()
    asker = asyncio.create_task(flights.join("a", question.ask))
    await asyncio.sleep(0)
    await flights.aclose()
    await asyncio.wait([asker])
    assert asker.cancelled()
    await flights.aclose()
