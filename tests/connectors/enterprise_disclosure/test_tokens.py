"""The token book: one search for all who wait, kept until expiry, nothing left behind."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from connectors.enterprise_disclosure.tokens import Found, SubjectToken, TokenBook, expiry
from connectors.port import Errand, Unavailable
from schema.vocabulary.identifiers import SubjectId

HOUR = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
ONE, OTHER = SubjectId("91120000103069967Y"), SubjectId("9112000023944464XD")


class Agency:
    """Answers searches when `opened`, and remembers them."""

    def __init__(self) -> None:
        self.hour = HOUR
        self.searches: list[SubjectId] = []
        self.opened = asyncio.Event()
        self.cancelled = 0
        self.book = TokenBook(self.search, lambda: self.hour, capacity=2)

    async def search(self, subject: SubjectId, errand: Errand) -> Found:
        self.searches.append(subject)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(errand.deadline):
                await self.opened.wait()
        except TimeoutError:
            return Unavailable("deadline")
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return SubjectToken(f"token-{len(self.searches)}-{loop.time()}", "12", expiry(self.hour, 600))


def _errand(seconds: float = 5) -> Errand:
    return Errand("x", asyncio.get_running_loop().time() + seconds)


async def test_concurrent_asks_share_one_search() -> None:
    agency = Agency()
    asks = [asyncio.create_task(agency.book.token(ONE, _errand())) for _ in range(5)]
    await asyncio.sleep(0)
    agency.opened.set()
    tokens = await asyncio.gather(*asks)
    assert len(set(map(id, tokens))) == 1
    assert agency.searches == [ONE]
    assert await agency.book.token(ONE, _errand()) is tokens[0]


async def test_an_expired_or_refused_token_is_searched_for_again() -> None:
    agency = Agency()
    agency.opened.set()
    first = await agency.book.token(ONE, _errand())
    agency.hour += timedelta(seconds=541)
    second = await agency.book.token(ONE, _errand())
    assert isinstance(first, SubjectToken)
    assert isinstance(second, SubjectToken)
    agency.book.forget(ONE, first)  # too late: a newer one is there
    assert await agency.book.token(ONE, _errand()) is second
    agency.book.forget(ONE, second)
    await agency.book.token(ONE, _errand())
    assert len(agency.searches) == 3


async def test_the_oldest_token_makes_room() -> None:
    agency = Agency()
    agency.opened.set()
    for subject in (ONE, OTHER, SubjectId("91230199128175037N"), OTHER, ONE):
        await agency.book.token(subject, _errand())
    assert agency.searches.count(OTHER) == 1
    assert agency.searches.count(ONE) == 2


async def test_a_search_nobody_waits_for_is_cancelled() -> None:
    agency = Agency()
    asks = [asyncio.create_task(agency.book.token(ONE, _errand())) for _ in range(2)]
    await asyncio.sleep(0)
    asks[0].cancel()
    await asyncio.sleep(0.01)
    assert agency.cancelled == 0
    asks[1].cancel()
    await asyncio.gather(*asks, return_exceptions=True)
    await asyncio.sleep(0)
    assert agency.cancelled == 1
    agency.opened.set()
    assert isinstance(await agency.book.token(ONE, _errand()), SubjectToken)


async def test_an_early_deadline_of_another_ask_is_not_mine() -> None:
    agency = Agency()
    hasty = asyncio.create_task(agency.book.token(ONE, _errand(0.05)))
    await asyncio.sleep(0)
    patient = asyncio.create_task(agency.book.token(ONE, _errand(5)))
    assert isinstance(await hasty, Unavailable)
    agency.opened.set()
    assert isinstance(await patient, SubjectToken)
    assert len(agency.searches) == 2
